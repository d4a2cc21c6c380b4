#include "mail/auto_date.h"

#include "mail/auto_note.h"

#include <stdlib.h>

static bool negated(const struct note *note, size_t i, size_t from)
{
	for (size_t back = 1; back <= 2 && i >= from + back; back++)
		if (note_token(note, i - back)->sense == AUTO_NOT)
			return true;
	return false;
}

/* The second day of a range: a joining word or dash right before it, the end of
 * the first day before that. */
static bool ends_range(const struct note *note, const struct note_day *day, size_t from)
{
	size_t i = day->at;
	while (i > from && day->at - i < 4 && (note_token(note, i - 1)->sense == AUTO_ARTICLE ||
	                                       note_token(note, i - 1)->sense == AUTO_WEEKDAY))
		i--;
	if (i < 2)
		return false;
	const struct note_token *join = note_token(note, i - 1), *first = note_token(note, i - 2);
	if (first->kind != NOTE_NUMBER && first->sense != AUTO_MONTH &&
	    first->sense != AUTO_WEEKDAY && !(first->kind == NOTE_MARK && first->mark == '.'))
		return false;
	bool dash = join->kind == NOTE_MARK && (join->mark == '-' || join->mark == '~');
	bool between = false;
	for (size_t back = i - 1; back > 0 && i - back < 12; back--)
		between = between || note_token(note, back - 1)->sense == AUTO_BETWEEN;
	return dash || join->sense == AUTO_JOIN || (join->sense == AUTO_AND && between);
}

/* What the words since `from` (the day before, or the sentence) make of it. */
static enum auto_sense cue_before(const struct note *note, const struct note_day *day, size_t from)
{
	enum auto_sense cue = AUTO_NONE;
	for (size_t i = from; i < day->at; i++) {
		enum auto_sense sense = note_token(note, i)->sense;
		if (sense == AUTO_RETURN && !negated(note, i, from))
			cue = AUTO_RETURN;
		else if (sense == AUTO_UNTIL || sense == AUTO_THROUGH || sense == AUTO_AFTER)
			cue = sense;
		else if (sense == AUTO_ANSWER && cue == AUTO_NONE)
			cue = AUTO_ANSWER;
		else if (sense == AUTO_JOIN && cue == AUTO_ANSWER)
			cue = AUTO_NONE; /* "reply to the mail of" */
		else if (sense == AUTO_PAST || (sense == AUTO_START && cue != AUTO_RETURN))
			cue = sense;
	}
	if (cue == AUTO_NONE || cue == AUTO_START)
		cue = ends_range(note, day, from) ? AUTO_JOIN : cue;
	return cue;
}

/* "On 6 July I am back", "ab 4.5. wieder da": the cue may follow, if it does not
 * belong to another day still to come. */
static bool returns_after(const struct note *note, const struct note_day *day)
{
	bool returns = false;
	for (size_t i = day->end; note_token(note, i)->kind != NOTE_STOP; i++) {
		struct note_day next;
		if (note_find_day(note, i, note->today, &next) ||
		    note_token(note, i)->sense == AUTO_UNTIL)
			return false;
		if (note_token(note, i)->sense == AUTO_RETURN && !negated(note, i, day->end))
			returns = true;
	}
	return returns;
}

static bool inclusive(const struct note *note, const struct note_day *day, size_t from)
{
	for (size_t i = day->end; i < day->end + 3; i++)
		if (note_token(note, i)->sense == AUTO_INCLUSIVE)
			return true;
	for (size_t i = day->at; i > from && day->at - i < 3; i--)
		if (note_token(note, i - 1)->sense == AUTO_INCLUSIVE)
			return true;
	return false;
}

/* How good a cue is: a return beats the end of an absence, that of a range. */
static int rank(enum auto_sense cue)
{
	switch (cue) {
	case AUTO_RETURN:
	case AUTO_AFTER:
		return 3;
	case AUTO_UNTIL:
	case AUTO_THROUGH:
		return 2;
	case AUTO_JOIN:
	case AUTO_ANSWER:
		return 1;
	default:
		return 0;
	}
}

static bool best_day(const struct note *note, long *found)
{
	int best = 0;
	long base = note->today;
	size_t from = 0; /* where the words about the next day begin */
	for (size_t i = 0; i < note->count; i++) {
		struct note_day day;
		if (note_token(note, i)->kind == NOTE_STOP) {
			from = i + 1;
			continue;
		}
		if (!note_find_day(note, i, base, &day))
			continue;
		day.cue = cue_before(note, &day, from);
		if (rank(day.cue) < 3 && day.cue != AUTO_PAST && day.cue != AUTO_UNTIL &&
		    day.cue != AUTO_THROUGH && returns_after(note, &day))
			day.cue = AUTO_RETURN;
		bool more = day.cue == AUTO_THROUGH || day.cue == AUTO_AFTER ||
		            (day.cue != AUTO_RETURN && inclusive(note, &day, from));
		long number = day.number + more;
		if (rank(day.cue) > best && (!note->dated || number >= note->today)) {
			best = rank(day.cue);
			*found = number;
		}
		base = day.number > base ? day.number : base;
		from = day.end;
		i = day.end - 1;
	}
	return best > 0;
}

char *auto_date_read(const char *text, int64_t sent_at)
{
	struct note *note = note_read(text, sent_at);
	long found;
	char *date = best_day(note, &found) ? note_day_text(found) : NULL;
	free(note);
	return date;
}
