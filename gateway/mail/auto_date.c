#include "mail/auto_date.h"

#include "base/mem.h"
#include "base/str.h"
#include "mail/auto_words.h"
#include "mail/phrase.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTE_MOST 3000 /* octets of a note that are read */
#define TOKENS_MOST 700
#define PAST_DAYS 60 /* a day without a year, so long ago, is one of next year */

enum token_kind { WORD, NUMBER, MARK, STOP };

struct token {
	enum token_kind kind;
	enum auto_sense sense; /* of a word */
	int value;             /* of a number, or the word's */
	int digits;            /* of a number */
	bool ordinal;          /* 16th, 1er, 16. */
	char mark;
};

struct note {
	struct token token[TOKENS_MOST];
	size_t count;
	long today; /* days since 1970 */
	bool dated;
	bool month_first; /* 3/30/2026 */
	bool english;
};

/* A day found at tokens [at, end), in days since 1970. */
struct day {
	size_t at, end;
	long number;
	enum auto_sense cue; /* AUTO_RETURN, AUTO_UNTIL, ... */
	bool inclusive;
};

/* Days since 1970 of a date of the proleptic Gregorian calendar. */
static long day_number(int year, int month, int day)
{
	long y = month > 2 ? year : year - 1, m = (month + 9) % 12;
	return 365 * y + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + day - 1 - 719468;
}

static char *day_text(long number)
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

/* The folded note with set expressions made single words. */
static char *rewrite(const char *folded)
{
	struct str out;
	str_init(&out, 2 * NOTE_MOST + 64);
	for (const char *at = folded; *at != '\0';) {
		bool begins = at == folded || !isalnum((unsigned char)at[-1]), done = false;
		for (size_t i = 0; begins && !done && auto_rewrites[i][0] != NULL; i++) {
			size_t len = strlen(auto_rewrites[i][0]);
			if (strncmp(at, auto_rewrites[i][0], len) != 0 ||
			    isalpha((unsigned char)at[len]))
				continue;
			str_add(&out, auto_rewrites[i][1]);
			str_add_char(&out, ' ');
			at += len;
			done = true;
		}
		if (!done)
			str_add_char(&out, *at++);
	}
	return out.text;
}

static bool letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* U+5E74, U+6708, U+65E5: year, month, day after a number; one word each. */
static size_t word_len(const char *at)
{
	static const char *const signs[] = { "\xe5\xb9\xb4", "\xe6\x9c\x88", "\xe6\x97\xa5" };
	size_t len = 0;
	for (size_t i = 0; i < 3; i++)
		if (strncmp(at, signs[i], 3) == 0)
			return 3;
	while (letter(at[len]) || (len > 0 && (at[len] == '\'' || at[len] == '-') &&
	                           letter(at[len + 1])))
		len++;
	return len;
}

static size_t read_number(const char *at, struct token *token)
{
	size_t len = strspn(at, "0123456789");
	token->kind = NUMBER;
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
	for (const char *at = text; *at != '\0' && note->count < TOKENS_MOST;) {
		struct token *token = &note->token[note->count], t = { .kind = MARK, .mark = *at };
		bool after_number = note->count > 0 && token[-1].kind == NUMBER;
		size_t len = 1;
		if (isdigit((unsigned char)*at)) {
			len = read_number(at, &t);
		} else if ((len = word_len(at)) > 0) {
			const struct auto_word *row = auto_word_find(at, len);
			t = (struct token){ .kind = WORD };
			if (row != NULL) {
				t.sense = row->sense;
				t.value = row->value;
			}
			note->english = note->english || (len == 3 && strncmp(at, "the", 3) == 0);
		} else {
			len = 1;
			if (strchr("!?\n", *at) != NULL || (*at == '.' && !after_number))
				t.kind = STOP;
		}
		if (*at != ' ' && !(t.kind == STOP && *at == '.' && letter(at[1])))
			note->token[note->count++] = t;
		at += len;
	}
}

static const struct token *token_at(const struct note *note, size_t i)
{
	static const struct token none = { .kind = STOP };
	return i < note->count ? &note->token[i] : &none;
}

static bool is_mark(const struct note *note, size_t i, const char *marks)
{
	const struct token *t = token_at(note, i);
	return t->kind == MARK && strchr(marks, t->mark) != NULL;
}

static bool is_month(const struct note *note, size_t i)
{
	const struct token *t = token_at(note, i);
	return t->kind == WORD && t->sense == AUTO_MONTH;
}

static bool is_number(const struct note *note, size_t i, int least, int most)
{
	const struct token *t = token_at(note, i);
	return t->kind == NUMBER && t->digits <= 4 && t->value >= least && t->value <= most;
}

static bool is_year(const struct note *note, size_t i)
{
	return is_number(note, i, 2000, 2100) && token_at(note, i)->digits == 4;
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

/* "27.03.2026", "27.3.", "27/03", "3/30/2026", "2026-03-27" */
static bool numeric_day(const struct note *note, size_t i, struct day *day)
{
	int year = 0;
	if (is_year(note, i) && is_mark(note, i + 1, "-/.") && is_number(note, i + 2, 1, 12) &&
	    is_mark(note, i + 3, "-/.") && is_number(note, i + 4, 1, 31)) {
		day->end = i + 5;
		return with_year(note, token_at(note, i + 2)->value, token_at(note, i + 4)->value,
		                 token_at(note, i)->value, &day->number);
	}
	if (!is_number(note, i, 1, 31) || !is_mark(note, i + 1, "./-") ||
	    !is_number(note, i + 2, 1, 31) || token_at(note, i + 2)->digits > 2)
		return false;
	char mark = token_at(note, i + 1)->mark;
	day->end = i + 3;
	bool last = is_mark(note, i + 3, "./-") && token_at(note, i + 3)->mark == mark;
	if (last && (is_year(note, i + 4) || (is_number(note, i + 4, 20, 99) &&
	                                      token_at(note, i + 4)->digits == 2))) {
		year = token_at(note, i + 4)->value;
		day->end = i + 5;
	} else if (mark == '-') {
		return false; /* "9-13" is a range of something */
	} else if (last) {
		day->end = i + 4;
	}
	int first = token_at(note, i)->value, second = token_at(note, i + 2)->value;
	if (token_at(note, day->end)->sense == AUTO_HOUR)
		return false;
	bool swap = mark != '.' && (second > 12 || (note->month_first && first <= 12));
	return with_year(note, swap ? first : second, swap ? second : first, year, &day->number);
}

/* Over ", the" and the like; never far, so that all stays linear. */
static size_t skip_articles(const struct note *note, size_t i)
{
	for (int most = 4; most > 0; most--, i++)
		if (token_at(note, i)->sense != AUTO_ARTICLE && !is_mark(note, i, ".,"))
			break;
	return i;
}

/* "30th of March 2026", "2. März", "1er avril", "13 de abril de 2026", "April 7, 2026" */
static bool named_day(const struct note *note, size_t i, struct day *day)
{
	size_t month, number;
	if (is_number(note, i, 1, 31) && is_month(note, skip_articles(note, i + 1))) {
		number = i;
		month = skip_articles(note, i + 1);
		day->end = month + 1;
	} else if (is_month(note, i) && is_number(note, skip_articles(note, i + 1), 1, 31)) {
		month = i;
		number = skip_articles(note, i + 1);
		day->end = number + 1;
	} else {
		return false;
	}
	size_t after = skip_articles(note, day->end);
	int year = 0;
	if (is_year(note, after)) {
		year = token_at(note, after)->value;
		day->end = after + 1;
	}
	return with_year(note, token_at(note, month)->value, token_at(note, number)->value, year,
	                 &day->number);
}

static long weekday_of(long number)
{
	return (number + 4) % 7; /* 1 January 1970 was a Thursday */
}

static bool starts_day(const struct note *note, size_t i)
{
	struct day day;
	return numeric_day(note, i, &day) || named_day(note, i, &day);
}

/* "Monday" alone; before a date it is only a remark. */
static bool week_day(const struct note *note, size_t i, struct day *day)
{
	const struct token *t = token_at(note, i);
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
static bool relative_day(const struct note *note, size_t i, struct day *day)
{
	const struct token *t = token_at(note, i), *unit = token_at(note, i + 1);
	bool counts = (is_number(note, i, 1, 99) || t->sense == AUTO_COUNT) &&
	              unit->sense == AUTO_UNIT;
	if (!note->dated || (!counts && t->sense != AUTO_TOMORROW))
		return false;
	if (counts && (i == 0 || (token_at(note, i - 1)->sense != AUTO_ARTICLE &&
	                          token_at(note, i - 1)->sense != AUTO_AND)))
		return false;
	day->number = note->today + (counts ? (long)t->value * unit->value : t->value);
	day->end = i + 1 + counts;
	return true;
}

/* "the 16th", "le 16", "am 16.": the next one after `base`. */
static bool bare_day(const struct note *note, size_t i, long base, struct day *day)
{
	const struct token *t = token_at(note, i), *next = token_at(note, i + 1);
	bool article = i > 0 && (token_at(note, i - 1)->sense == AUTO_ARTICLE ||
	                         token_at(note, i - 1)->sense == AUTO_UNTIL ||
	                         token_at(note, i - 1)->sense == AUTO_WEEKDAY);
	if (!note->dated || !is_number(note, i, 1, 31) || t->digits > 2 || (!t->ordinal && !article) ||
	    next->sense == AUTO_HOUR || next->sense == AUTO_UNIT || next->kind == NUMBER ||
	    is_mark(note, i + 1, ":/%"))
		return false;
	char *text = day_text(base);
	int year = atoi(text), month = atoi(text + 5);
	free(text);
	for (int tries = 0; tries < 3; tries++, month = month % 12 + 1, year += month == 1)
		if (is_day(month, t->value) && day_number(year, month, t->value) >= base) {
			day->number = day_number(year, month, t->value);
			day->end = i + 1;
			return true;
		}
	return false;
}

/* "until September": its first day. "the end of August" is no day. */
static bool bare_month(const struct note *note, size_t i, struct day *day)
{
	if (!is_month(note, i) || i == 0)
		return false;
	const struct token *before = token_at(note, i - 1);
	size_t from = i;
	while (from > 0 && i - from < 4 && (token_at(note, from - 1)->sense == AUTO_ARTICLE ||
	                                    is_mark(note, from - 1, "-")))
		from--;
	if (from > 0 && token_at(note, from - 1)->sense == AUTO_VAGUE)
		return false;
	if (before->sense != AUTO_UNTIL && before->sense != AUTO_ARTICLE && before->sense != AUTO_AND &&
	    before->sense != AUTO_RETURN)
		return false;
	bool year = is_year(note, i + 1);
	day->end = i + 1 + year;
	return with_year(note, token_at(note, i)->value, 1, year ? token_at(note, i + 1)->value : 0,
	                 &day->number);
}

static bool find_day(const struct note *note, size_t i, long base, struct day *day)
{
	*day = (struct day){ .at = i };
	/* U+65E5 after month and day: 3 月 16 日 */
	return numeric_day(note, i, day) || named_day(note, i, day) || week_day(note, i, day) ||
	       relative_day(note, i, day) || bare_day(note, i, base, day) || bare_month(note, i, day);
}

static bool negated(const struct note *note, size_t i, size_t from)
{
	for (size_t back = 1; back <= 2 && i >= from + back; back++)
		if (token_at(note, i - back)->sense == AUTO_NOT)
			return true;
	return false;
}

/* The second day of a range: a joining word or dash right before it, a number
 * (of the first day) before that. */
static bool ends_range(const struct note *note, const struct day *day, size_t from)
{
	size_t i = day->at;
	while (i > from && day->at - i < 4 && (token_at(note, i - 1)->sense == AUTO_ARTICLE ||
	                                       token_at(note, i - 1)->sense == AUTO_WEEKDAY))
		i--;
	if (i == 0)
		return false;
	const struct token *join = token_at(note, i - 1);
	bool dash = join->kind == MARK && (join->mark == '-' || join->mark == '~');
	bool between = false;
	for (size_t back = i - 1; back > 0 && i - back < 12; back--)
		between = between || token_at(note, back - 1)->sense == AUTO_BETWEEN;
	return dash || join->sense == AUTO_JOIN || (join->sense == AUTO_AND && between);
}

/* What the words since `from` (the day before, or the sentence) make of it. */
static enum auto_sense cue_before(const struct note *note, const struct day *day, size_t from)
{
	enum auto_sense cue = AUTO_NONE;
	for (size_t i = from; i < day->at; i++) {
		enum auto_sense sense = token_at(note, i)->sense;
		if (sense == AUTO_RETURN && !negated(note, i, from))
			cue = AUTO_RETURN;
		else if (sense == AUTO_UNTIL || sense == AUTO_THROUGH || sense == AUTO_AFTER)
			cue = sense;
		else if (sense == AUTO_PAST || (sense == AUTO_START && cue != AUTO_RETURN))
			cue = sense;
	}
	if (cue == AUTO_NONE || cue == AUTO_START)
		cue = ends_range(note, day, from) ? AUTO_JOIN : cue;
	return cue;
}

/* "On 6 July I am back", "ab 4.5. wieder da": the cue may follow, if it does not
 * belong to another day still to come. */
static bool returns_after(const struct note *note, const struct day *day)
{
	bool returns = false;
	for (size_t i = day->end; token_at(note, i)->kind != STOP; i++) {
		struct day next;
		if (find_day(note, i, note->today, &next) || token_at(note, i)->sense == AUTO_UNTIL)
			return false;
		if (token_at(note, i)->sense == AUTO_RETURN && !negated(note, i, day->end))
			returns = true;
	}
	return returns;
}

static bool inclusive(const struct note *note, const struct day *day, size_t from)
{
	for (size_t i = day->end; i < day->end + 3; i++)
		if (token_at(note, i)->sense == AUTO_INCLUSIVE)
			return true;
	for (size_t i = day->at; i > from && day->at - i < 3; i--)
		if (token_at(note, i - 1)->sense == AUTO_INCLUSIVE)
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
		struct day day;
		if (token_at(note, i)->kind == STOP) {
			from = i + 1;
			continue;
		}
		if (!find_day(note, i, base, &day))
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

/* 3/30/2026 anywhere: this writer puts the month first. */
static bool puts_month_first(const struct note *note)
{
	for (size_t i = 0; i + 2 < note->count; i++)
		if (is_number(note, i, 1, 12) && is_mark(note, i + 1, "/") &&
		    is_number(note, i + 2, 13, 31) && token_at(note, i + 2)->digits == 2)
			return true;
	return false;
}

char *auto_date_read(const char *text, int64_t sent_at)
{
	char *lines = mem_text_len(text, strnlen(text, NOTE_MOST)), *result = NULL;
	struct note *note = mem_zero(1, sizeof *note);
	long found;
	/* utf8_fold makes line ends blanks; an empty line ends a sentence. */
	for (char *at = lines; (at = strstr(at, "\n\n")) != NULL; at++)
		at[0] = '!';
	char *folded = phrase_fold(lines, NOTE_MOST), *plain = rewrite(folded);
	note->dated = sent_at > 0;
	note->today = (long)(sent_at / 86400);
	read_tokens(note, plain);
	note->month_first = puts_month_first(note);
	if (best_day(note, &found))
		result = day_text(found);
	free(plain);
	free(folded);
	free(note);
	free(lines);
	return result;
}
