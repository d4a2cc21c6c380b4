#include "core/dates.h"

#include "base/mem.h"
#include "core/vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S 86400
#define LATEST_S INT64_C(230000000000) /* in 9258: years ahead keep four digits */

struct civil {
	int year, month, day;
};

/* Days since 1970 of a day of the Gregorian calendar, and back; years are
 * counted from March so that the leap day comes last. */
static int64_t day_of(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct civil civil_of(int64_t day)
{
	day += 719468;
	int64_t era = (day >= 0 ? day : day - 146096) / 146097;
	int64_t of_era = day - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	return (struct civil){ (int)(year + era * 400 + (month >= 10)),
			       (int)(month < 10 ? month + 3 : month - 9),
			       (int)(of_year - (153 * month + 2) / 5 + 1) };
}

static int month_days(int year, int month)
{
	return (int)(day_of(month == 12 ? year + 1 : year, month % 12 + 1, 1) -
		     day_of(year, month, 1));
}

static bool exists(int year, int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= month_days(year, month);
}

struct reader {
	const struct speech *s;
	size_t to;
	int64_t today;
	struct civil now;
};

static struct vocabulary_hit at_word(const struct reader *r, size_t at, uint64_t sections)
{
	return at < r->to ? vocabulary_match(r->s, at, sections) : (struct vocabulary_hit){ 0 };
}

/* The number written at `at`: digits (also "1st", "1er", "9h" is none). */
static int number_at(const struct reader *r, size_t at)
{
	if (at >= r->to)
		return -1;
	const char *word = r->s->words[at].folded;
	char *end;
	if (word[0] < '0' || word[0] > '9' || strlen(word) > 6)
		return -1;
	long n = strtol(word, &end, 10);
	static const char *const endings[] = { "",   "st", "nd", "rd", "th",
					       "er", "e",  "o",  "a",  "eme" };
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (strcmp(end, endings[i]) == 0)
			return (int)n;
	return -1;
}

static int year_of(int n)
{
	return n >= 1970 && n <= 2999 ? n : n >= 0 && n <= 99 ? 2000 + n : -1;
}

/* A day without a year: the next one there is. */
static bool coming(const struct reader *r, int month, int day, int64_t *found)
{
	for (int year = r->now.year; year <= r->now.year + 4; year++) {
		if (!exists(year, month, day))
			continue;
		*found = day_of(year, month, day);
		if (*found >= r->today)
			return true;
	}
	return false;
}

/* Is the text between two words exactly `c` (a blank may follow)? */
static bool joined_by(const struct reader *r, size_t at, const char *set)
{
	if (at + 1 >= r->to)
		return false;
	const struct speech_word *w = &r->s->words[at];
	size_t gap = w[1].from - w->to;
	return (gap == 1 || (gap == 2 && r->s->text[w->to + 1] == ' ')) &&
	       r->s->text[w->to] != '\0' && strchr(set, r->s->text[w->to]) != NULL;
}

/* 2026-06-09 · 09.06.2026 · 9.6. · 9/6 · 9-6-2026 */
static bool in_digits(const struct reader *r, size_t at, struct date *date)
{
	const struct speech_word *w = &r->s->words[at];
	int a = number_at(r, at), b = number_at(r, at + 1), c = number_at(r, at + 2);
	if (a < 0 || b < 0 || !w->number || !joined_by(r, at, "./-"))
		return false;
	bool three = c >= 0 && joined_by(r, at + 1, "./-") &&
		     r->s->text[w->to] == r->s->text[r->s->words[at + 1].to];
	if (three && a >= 1970) { /* ISO 8601 */
		if (!exists(a, b, c))
			return false;
		*date = (struct date){ day_of(a, b, c), at, at + 3 };
		return date->day >= r->today;
	}
	int day = a, month = b;
	if (month > 12 && day <= 12 && r->s->text[w->to] == '/') { /* 6/29 */
		day = b;
		month = a;
	}
	if (three && year_of(c) > 0) {
		if (!exists(year_of(c), month, day))
			return false;
		*date = (struct date){ day_of(year_of(c), month, day), at, at + 3 };
		return date->day >= r->today;
	}
	/* "2-3" is a pair and "1.5" a number; a date has both its digits, or its
	 * stops, or a word that leads to it. */
	bool two = strlen(w->folded) == 2 && strlen(w[1].folded) == 2;
	bool stops = r->s->text[w->to] == '.' && r->s->text[w[1].to] == '.';
	bool led = at > 0 && vocabulary_match(r->s, at - 1, VOC(VOC_ON) | VOC(VOC_FROM)).words > 0;
	if (r->s->text[w->to] == '-' || !(two || stops || led))
		return false;
	date->from = at;
	date->to = at + 2;
	return coming(r, month, day, &date->day);
}

static bool with_year(const struct reader *r, struct date *date, int month, int day)
{
	int year = number_at(r, date->to);
	struct vocabulary_hit of = at_word(r, date->to, VOC(VOC_OF));
	size_t skip = year < 0 ? of.words : 0; /* "9 de junio de 2026" */
	if (skip > 0)
		year = number_at(r, date->to + skip);
	if (year < 1970 || year > 2999)
		return day == 0 ? coming(r, month, month_days(r->now.year, month), &date->day) &&
					  (date->day = day_of(civil_of(date->day).year, month, 1),
					   true)
				: coming(r, month, day, &date->day);
	date->to += skip + 1;
	if (!exists(year, month, day > 0 ? day : 1))
		return false;
	date->day = day_of(year, month, day > 0 ? day : 1);
	return date->day >= r->today;
}

/* 9 juin · 9. Juni 2026 · the 9th of June · 9 de junio */
static bool day_and_month(const struct reader *r, size_t at, struct date *date)
{
	int day = number_at(r, at);
	if (day < 1 || day > 31)
		return false;
	size_t next = at + 1 + at_word(r, at + 1, VOC(VOC_OF)).words;
	struct vocabulary_hit month = at_word(r, next, VOC(VOC_MONTH) | VOC(VOC_MONTH_SHORT));
	if (month.words == 0 || r->s->words[at].after == SPEECH_SENTENCE)
		return false;
	*date = (struct date){ 0, at, next + month.words };
	return with_year(r, date, month.number, day);
}

/* June 9th, 2026 · June · mid-June (the part before it) */
static bool month_first(const struct reader *r, size_t at, struct date *date)
{
	struct vocabulary_hit part = at_word(r, at, VOC(VOC_PART));
	size_t skip = part.words;
	if (skip > 0)
		skip += at_word(r, at + skip, VOC(VOC_OF)).words;
	struct vocabulary_hit month = at_word(r, at + skip, VOC(VOC_MONTH) | VOC(VOC_MONTH_SHORT));
	size_t end = at + skip + month.words;
	if (month.words == 0)
		return false;
	int day = number_at(r, end);
	*date = (struct date){ 0, at, end };
	if (skip == 0 && day >= 1 && day <= 31 && r->s->words[end - 1].after == SPEECH_NONE) {
		date->to++;
		return with_year(r, date, month.number, day);
	}
	bool alone =
		at > 0 && (vocabulary_match(r->s, at - 1, VOC(VOC_ON) | VOC(VOC_NEXT)).words > 0 ||
			   at_word(r, at, VOC(VOC_ON)).words > 0);
	bool year = number_at(r, end) >= 1970;
	for (size_t back = 1; !alone && back <= 4 && back <= at; back++)
		alone = vocabulary_match(r->s, at - back, VOC(VOC_FROM)).words == back;
	if ((month.sections & VOC(VOC_MONTH)) == 0 || !(alone || year || skip > 0))
		return false;
	if (!with_year(r, date, month.number, 0))
		return false;
	struct civil c = civil_of(date->day);
	if (part.number > 1)
		date->day += (part.number < 31 ? part.number : month_days(c.year, c.month)) - 1;
	return true;
}

static int64_t add_months(struct civil c, int months)
{
	int at = c.year * 12 + c.month - 1 + months;
	int year = at / 12, month = at % 12 + 1, most = month_days(year, month);
	return day_of(year, month, c.day < most ? c.day : most);
}

static int64_t ahead(const struct reader *r, int n, int unit)
{
	if (unit >= 30)
		return add_months(r->now, unit >= 365 ? n * 12 : n);
	return r->today + (int64_t)n * unit;
}

/* in 2 weeks · dans quinze jours · in einem Monat · 2 weeks from now */
static bool counted(const struct reader *r, size_t at, struct date *date)
{
	struct vocabulary_hit in = at_word(r, at, VOC(VOC_IN));
	size_t next = at + in.words;
	int n = number_at(r, next);
	struct vocabulary_hit word = at_word(r, next, VOC(VOC_NUMBER));
	size_t taken = n >= 0 ? 1 : word.words;
	n = n >= 0 ? n : word.words > 0 ? word.number : -1;
	struct vocabulary_hit unit = at_word(r, next + taken, VOC(VOC_UNIT));
	if (taken == 0 || unit.words == 0 || n < 1 || n > 400)
		return false;
	size_t end = next + taken + unit.words;
	struct vocabulary_hit ago = at_word(r, end, VOC(VOC_AGO));
	bool hence = ago.number == 1; /* "from now" */
	if (!hence && (in.words == 0 || ago.words > 0))
		return false;
	*date = (struct date){ ahead(r, n, unit.number), at, end };
	return true;
}

static int weekday_of(int64_t day)
{
	return (int)((day + 4) % 7); /* 1970-01-01 was a Thursday; 0 = Sunday */
}

/* Monday · next week (its Monday) · next month (its first) · tomorrow */
static bool near(const struct reader *r, size_t at, struct date *date)
{
	struct vocabulary_hit day = at_word(r, at, VOC(VOC_DAY));
	if (day.words > 0) {
		*date = (struct date){ r->today + day.number, at, at + day.words };
		return true;
	}
	struct vocabulary_hit before = at_word(r, at, VOC(VOC_NEXT));
	size_t next = at + before.words;
	struct vocabulary_hit what = at_word(r, next, VOC(VOC_WEEKDAY) | VOC(VOC_UNIT));
	struct vocabulary_hit after = what.words > 0 && before.words == 0
					      ? at_word(r, next + what.words, VOC(VOC_NEXT))
					      : (struct vocabulary_hit){ 0 };
	if (what.words == 0)
		return false;
	*date = (struct date){ r->today, at, next + what.words + after.words };
	if (what.sections & VOC(VOC_WEEKDAY)) {
		if (number_at(r, next + what.words) > 0)
			return false; /* "Monday 2 March": the date itself comes */
		int gap = (what.number - weekday_of(r->today) + 7) % 7;
		date->day = r->today + (gap > 0 ? gap : 7);
		return true;
	}
	if (before.words + after.words == 0 || what.number == 1)
		return false;
	if (what.number == 7)
		date->day = r->today + (8 - weekday_of(r->today)) % 7 +
			    (weekday_of(r->today) == 1 ? 7 : 0);
	else if (what.number == 30)
		date->day = add_months((struct civil){ r->now.year, r->now.month, 1 }, 1);
	else
		date->day = day_of(r->now.year + 1, 1, 1);
	return true;
}

/* le 16 · on the 16th · am 16. */
static bool day_alone(const struct reader *r, size_t at, struct date *date)
{
	struct vocabulary_hit on = at_word(r, at, VOC(VOC_ON));
	int day = number_at(r, at + on.words);
	size_t end = at + on.words;
	if (on.words == 0 || day < 1 || day > 31)
		return false;
	/* "9 to 13 June", "3 days", "12:30": more is to come, or no day at all. */
	for (size_t next = end + 1; next <= end + 3; next++)
		if (at_word(r, next, VOC(VOC_MONTH) | VOC(VOC_MONTH_SHORT)).words > 0)
			return false;
	if (at_word(r, end + 1, VOC(VOC_UNIT)).words > 0 || joined_by(r, end, ":./-"))
		return false;
	for (int months = 0; months < 12; months++) {
		struct civil c = civil_of(
			add_months((struct civil){ r->now.year, r->now.month, 1 }, months));
		*date = (struct date){ day_of(c.year, c.month, day), at, end + 1 };
		if (exists(c.year, c.month, day) && date->day >= r->today)
			return true;
	}
	return false;
}

/* "inclusive" just after, or just before: the day after it. */
static void include(const struct reader *r, struct date *date)
{
	bool found = at_word(r, date->to, VOC(VOC_INCLUSIVE)).words > 0;
	for (size_t back = 1; back <= 3 && back <= date->from; back++)
		found = found ||
			vocabulary_match(r->s, date->from - back, VOC(VOC_INCLUSIVE)).words > 0;
	date->day += found;
}

int64_t date_day(int64_t at)
{
	return at < 0 ? 0 : at > LATEST_S ? LATEST_S / DAY_S : at / DAY_S;
}

bool date_find(const struct speech *s, size_t from, size_t to, int64_t written_at,
	       struct date *date)
{
	int64_t today = date_day(written_at);
	struct reader r = { s, to < s->count ? to : s->count, today, civil_of(today) };
	static bool (*const ways[])(const struct reader *, size_t, struct date *) = {
		in_digits, day_and_month, counted, day_alone, month_first, near,
	};
	for (size_t at = from; at < r.to; at++)
		for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
			if (ways[way](&r, at, date)) {
				include(&r, date);
				return true;
			}
	return false;
}

char *date_text(int64_t day)
{
	struct civil c = civil_of(day);
	char *text = NULL;
	if (asprintf(&text, "%04d-%02d-%02d", c.year, c.month, c.day) < 0)
		abort();
	return text;
}

char *date_read(const char *text, int64_t written_at)
{
	struct speech speech = speech_new(text, strlen(text));
	vocabulary_guess(&speech);
	struct date date;
	bool found = date_find(&speech, 0, speech.count, written_at, &date);
	speech_free(&speech);
	return found ? date_text(date.day) : NULL;
}
