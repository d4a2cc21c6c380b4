#include "mail/auto_note.h"

#include "base/mem.h"
#include "base/str.h"
#include "mail/phrase.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NOTE_MOST 3000 /* octets of a note that are read */
#define PAST_DAYS 60   /* a day without a year, so long ago, is one of next year */

/* Days since 1970 of a date of the proleptic Gregorian calendar. */
static long day_number(int year, int month, int day)
{
	long y = month > 2 ? year : year - 1, m = (month + 9) % 12;
	return 365 * y + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + day - 1 - 719468;
}

char *note_day_text(long number)
{
	long n = number + 719468, era = n / 146097, doe = n % 146097;
	long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	long doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	long month = mp < 10 ? mp + 3 : mp - 9;
	struct str text;
	str_init(&text, 16);
	str_addf(&text, "%04ld-%02ld-%02ld", yoe + era * 400 + (month <= 2), month,
	         doy - (153 * mp + 2) / 5 + 1);
	return text.text;
}

static bool is_day(int month, int day)
{
	static const int most[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return month >= 1 && month <= 12 && day >= 1 && day <= most[month - 1];
}

/* `phrase` at `at`, as a whole word if it begins with a letter. */
static bool stands_at(const char *phrase, const char *at, bool in_word)
{
	size_t len = strlen(phrase);
	bool word = isalpha((unsigned char)phrase[0]) != 0;
	return strncmp(at, phrase, len) == 0 &&
	       !(word && (in_word || isalpha((unsigned char)at[len])));
}

/* The folded note with set expressions made single words. */
static char *rewrite(const char *folded)
{
	struct str out;
	str_init(&out, 2 * NOTE_MOST + 64);
	for (const char *at = folded; *at != '\0';) {
		bool in_word = at > folded && isalnum((unsigned char)at[-1]);
		const char *const(*row)[2] = auto_rewrites;
		while ((*row)[0] != NULL && !stands_at((*row)[0], at, in_word))
			row++;
		if ((*row)[0] == NULL) {
			str_add_char(&out, *at++);
			continue;
		}
		str_add(&out, (*row)[1]);
		str_add_char(&out, ' ');
		at += strlen((*row)[0]);
	}
	return out.text;
}

static bool letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

static size_t word_len(const char *at)
{
	size_t len = 0;
	while (letter(at[len]) || (len > 0 && (at[len] == '\'' || at[len] == '-') &&
	                           letter(at[len + 1])))
		len++;
	return len;
}

static size_t read_number(const char *at, struct note_token *token)
{
	size_t len = strspn(at, "0123456789");
	token->kind = NOTE_NUMBER;
	token->digits = (int)len;
	token->value = len <= 4 ? atoi(at) : -1;
	static const char *const ordinals[] = { "st", "nd", "rd", "th", "er", "e", "a", "o" };
	for (size_t i = 0; i < sizeof ordinals / sizeof *ordinals; i++) {
		size_t tail = strlen(ordinals[i]);
		if (strncmp(at + len, ordinals[i], tail) == 0 && !letter(at[len + tail])) {
			token->ordinal = true;
			return len + tail;
		}
	}
	return len;
}

/* A sentence ends at . ! ? before a blank; a dot after a number does not end one. */
static void read_tokens(struct note *note, const char *text)
{
	for (const char *at = text; *at != '\0' && note->count < NOTE_TOKENS;) {
		struct note_token *token = &note->token[note->count],
				  t = { .kind = NOTE_MARK, .mark = *at };
		bool after_number = note->count > 0 && token[-1].kind == NOTE_NUMBER;
		size_t len = 1;
		if (isdigit((unsigned char)*at)) {
			len = read_number(at, &t);
		} else if ((len = word_len(at)) > 0) {
			const struct auto_word *row = auto_word_find(at, len);
			t = (struct note_token){ .kind = NOTE_WORD };
			if (row != NULL) {
				t.sense = row->sense;
				t.value = row->value;
			}
			note->english = note->english || (len == 3 && strncmp(at, "the", 3) == 0);
		} else {
			len = 1;
			if (strchr("!?\n", *at) != NULL || (*at == '.' && !after_number))
				t.kind = NOTE_STOP;
		}
		if (*at != ' ' && !(t.kind == NOTE_STOP && *at == '.' && letter(at[1])))
			note->token[note->count++] = t;
		at += len;
	}
}

const struct note_token *note_token(const struct note *note, size_t i)
{
	static const struct note_token none = { .kind = NOTE_STOP };
	return i < note->count ? &note->token[i] : &none;
}

static bool is_mark(const struct note *note, size_t i, const char *marks)
{
	const struct note_token *t = note_token(note, i);
	return t->kind == NOTE_MARK && strchr(marks, t->mark) != NULL;
}

static bool is_month(const struct note *note, size_t i)
{
	const struct note_token *t = note_token(note, i);
	return t->kind == NOTE_WORD && t->sense == AUTO_MONTH;
}

static bool is_number(const struct note *note, size_t i, int least, int most)
{
	const struct note_token *t = note_token(note, i);
	return t->kind == NOTE_NUMBER && t->digits <= 4 && t->value >= least && t->value <= most;
}

static bool is_year(const struct note *note, size_t i)
{
	return is_number(note, i, 2000, 2100) && note_token(note, i)->digits == 4;
}

/* The year that makes the day the nearest not long before the mail. */
static bool with_year(const struct note *note, int month, int day, int year, long *number)
{
	if (!is_day(month, day) || (year == 0 && !note->dated))
		return false;
	if (year != 0) {
		*number = day_number(year < 100 ? 2000 + year : year, month, day);
		return true;
	}
	for (int y = (int)(1970 + note->today / 366);; y++) {
		*number = day_number(y, month, day);
		if (*number >= note->today - PAST_DAYS)
			return true;
	}
}

/* "3/4": what the note's other days show; else the English, who differ about it,
 * mean the nearer day, and everybody else the third of April. */
static bool slashed_day(const struct note *note, int first, int second, int year, long *number)
{
	long swapped = 0;
	bool as_day = with_year(note, second, first, year, number);
	bool as_month = with_year(note, first, second, year, &swapped);
	bool sooner = swapped >= note->today && (*number < note->today || swapped < *number);
	bool undecided = note->english && note->dated && !note->month_first && !note->day_first;
	if (as_month && (!as_day || note->month_first || (undecided && sooner)))
		*number = swapped;
	return as_day || as_month;
}

/* "27.03.2026", "27.3.", "27/03", "3/30/2026", "2026-03-27" */
static bool numeric_day(const struct note *note, size_t i, struct note_day *day)
{
	int year = 0;
	if (is_year(note, i) && is_mark(note, i + 1, "-/.") && is_number(note, i + 2, 1, 12) &&
	    is_mark(note, i + 3, "-/.") && is_number(note, i + 4, 1, 31)) {
		day->end = i + 5;
		return with_year(note, note_token(note, i + 2)->value,
		                 note_token(note, i + 4)->value, note_token(note, i)->value,
		                 &day->number);
	}
	if (!is_number(note, i, 1, 31) || !is_mark(note, i + 1, "./-") ||
	    !is_number(note, i + 2, 1, 31) || note_token(note, i + 2)->digits > 2)
		return false;
	char mark = note_token(note, i + 1)->mark;
	day->end = i + 3;
	bool last = is_mark(note, i + 3, "./-") && note_token(note, i + 3)->mark == mark;
	if (last && (is_year(note, i + 4) || (is_number(note, i + 4, 20, 99) &&
	                                      note_token(note, i + 4)->digits == 2))) {
		year = note_token(note, i + 4)->value;
		day->end = i + 5;
	} else if (mark == '-') {
		return false; /* "9-13" is a range of something */
	} else if (last) {
		day->end = i + 4;
	}
	int first = note_token(note, i)->value, second = note_token(note, i + 2)->value;
	if (note_token(note, day->end)->sense == AUTO_HOUR)
		return false;
	if (mark == '.')
		return with_year(note, second, first, year, &day->number);
	return slashed_day(note, first, second, year, &day->number);
}

/* Over ", the" and the like; never far, so that all stays linear. */
static size_t skip_articles(const struct note *note, size_t i)
{
	for (int most = 4; most > 0; most--, i++)
		if (note_token(note, i)->sense != AUTO_ARTICLE && !is_mark(note, i, ".,"))
			break;
	return i;
}

/* "30th of March 2026", "2. März", "1er avril", "13 de abril de 2026", "April 7,
 * 2026", "30-Mar-2026" */
static bool named_day(const struct note *note, size_t i, struct note_day *day)
{
	bool dashed = is_mark(note, i + 1, "-") && is_month(note, i + 2);
	size_t next = dashed ? i + 2 : skip_articles(note, i + 1), month = i, number = next;
	if (is_number(note, i, 1, 31) && is_month(note, next)) {
		month = next;
		number = i;
	} else if (!is_month(note, i) || !is_number(note, next, 1, 31)) {
		return false;
	}
	day->end = next + 1;
	size_t after =
		dashed && is_mark(note, next + 1, "-") ? next + 2 : skip_articles(note, next + 1);
	int year = 0;
	if (is_year(note, after)) {
		year = note_token(note, after)->value;
		day->end = after + 1;
	}
	return with_year(note, note_token(note, month)->value, note_token(note, number)->value,
	                 year, &day->number);
}

static long weekday_of(long number)
{
	return (number + 4) % 7; /* 1 January 1970 was a Thursday */
}

static bool starts_day(const struct note *note, size_t i)
{
	struct note_day day;
	return numeric_day(note, i, &day) || named_day(note, i, &day);
}

/* "Monday" alone; before a date it is only a remark. */
static bool week_day(const struct note *note, size_t i, struct note_day *day)
{
	const struct note_token *t = note_token(note, i);
	size_t next = skip_articles(note, i + 1);
	if (t->sense != AUTO_WEEKDAY || !note->dated || starts_day(note, next) ||
	    is_number(note, next, 1, 31))
		return false;
	long ahead = (t->value - weekday_of(note->today) + 7) % 7;
	day->number = note->today + (ahead == 0 ? 7 : ahead);
	day->end = i + 1;
	return true;
}

/* "tomorrow", "in two weeks", "in 10 days" */
static bool relative_day(const struct note *note, size_t i, struct note_day *day)
{
	const struct note_token *t = note_token(note, i), *unit = note_token(note, i + 1);
	bool counts = (is_number(note, i, 1, 99) || t->sense == AUTO_COUNT) &&
	              unit->sense == AUTO_UNIT;
	if (!note->dated || (!counts && t->sense != AUTO_TOMORROW))
		return false;
	if (counts && (i == 0 || (note_token(note, i - 1)->sense != AUTO_ARTICLE &&
	                          note_token(note, i - 1)->sense != AUTO_AND)))
		return false;
	day->number = note->today + (counts ? (long)t->value * unit->value : t->value);
	day->end = i + 1 + counts;
	return true;
}

/* What makes a bare number a day: "16th", "the 16", "Monday 16", "until 16",
 * "March 9-16". */
static bool means_day(const struct note *note, size_t i)
{
	const struct note_token *t = note_token(note, i), *next = note_token(note, i + 1);
	if (!is_number(note, i, 1, 31) || t->digits > 2 || next->sense == AUTO_HOUR ||
	    next->sense == AUTO_UNIT || next->kind == NOTE_NUMBER || is_mark(note, i + 1, ":/%"))
		return false;
	if (t->ordinal || i == 0)
		return t->ordinal;
	const struct note_token *before = note_token(note, i - 1);
	bool joined = before->sense == AUTO_JOIN || is_mark(note, i - 1, "-");
	return before->sense == AUTO_ARTICLE || before->sense == AUTO_UNTIL ||
	       before->sense == AUTO_THROUGH || before->sense == AUTO_WEEKDAY ||
	       (joined && i > 2 && note_token(note, i - 2)->kind == NOTE_NUMBER &&
	        is_month(note, i - 3));
}

/* "the 16th", "le 16", "am 16.": the next one after `base`. */
static bool bare_day(const struct note *note, size_t i, long base, struct note_day *day)
{
	if (!note->dated || !means_day(note, i))
		return false;
	char *text = note_day_text(base);
	int year = atoi(text), month = atoi(text + 5), number = note_token(note, i)->value;
	free(text);
	for (int tries = 0; tries < 3; tries++, month = month % 12 + 1, year += month == 1)
		if (is_day(month, number) && day_number(year, month, number) >= base) {
			day->number = day_number(year, month, number);
			day->end = i + 1;
			return true;
		}
	return false;
}

/* "until September": its first day. "the end of August" is no day. */
static bool bare_month(const struct note *note, size_t i, struct note_day *day)
{
	if (!is_month(note, i) || i == 0)
		return false;
	const struct note_token *before = note_token(note, i - 1);
	size_t from = i;
	while (from > 0 && i - from < 4 && (note_token(note, from - 1)->sense == AUTO_ARTICLE ||
	                                    is_mark(note, from - 1, "-")))
		from--;
	if (from > 0 && note_token(note, from - 1)->sense == AUTO_VAGUE)
		return false;
	if (before->sense != AUTO_UNTIL && before->sense != AUTO_ARTICLE &&
	    before->sense != AUTO_AND && before->sense != AUTO_RETURN)
		return false;
	bool year = is_year(note, i + 1);
	day->end = i + 1 + year;
	return with_year(note, note_token(note, i)->value, 1,
	                 year ? note_token(note, i + 1)->value : 0, &day->number);
}

bool note_find_day(const struct note *note, size_t i, long base, struct note_day *day)
{
	*day = (struct note_day){ .at = i };
	return numeric_day(note, i, day) || named_day(note, i, day) || week_day(note, i, day) ||
	       relative_day(note, i, day) || bare_day(note, i, base, day) ||
	       bare_month(note, i, day);
}

/* 3/30 or 30/3 anywhere tells how this writer writes a day. */
static void learn_order(struct note *note)
{
	for (size_t i = 0; i + 2 < note->count; i++) {
		if (!is_number(note, i, 1, 31) || !is_mark(note, i + 1, "/") ||
		    !is_number(note, i + 2, 1, 31) || note_token(note, i + 2)->digits > 2)
			continue;
		note->month_first = note->month_first || note_token(note, i + 2)->value > 12;
		note->day_first = note->day_first || note_token(note, i)->value > 12;
	}
}

struct note *note_read(const char *text, int64_t sent_at)
{
	char *lines = mem_text_len(text, strnlen(text, NOTE_MOST));
	struct note *note = mem_zero(1, sizeof *note);
	/* phrase_fold makes line ends blanks; an empty line ends a sentence. */
	for (char *at = lines; (at = strstr(at, "\n\n")) != NULL; at++)
		at[0] = '!';
	char *folded = phrase_fold(lines, NOTE_MOST), *plain = rewrite(folded);
	note->dated = sent_at > 0;
	note->today = (long)(sent_at / 86400);
	read_tokens(note, plain);
	learn_order(note);
	free(plain);
	free(folded);
	free(lines);
	return note;
}
