/* base: text, octets, days and files, as a list of facts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/embed.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/pack.h"
#include "base/str.h"
#include "base/token.h"
#include "base/utf8.h"
#include "base/calendar.h"
#include "base/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define COUNT(table) (sizeof table / sizeof *table)

/* -- str ----------------------------------------------------------------- */

static void str_stops_at_its_limit_and_stays_spoilt(void **state)
{
	(void)state;
	struct str s;
	str_init(&s, 5);
	str_add(&s, "12345");
	assert_true(str_ok(&s));
	str_add(&s, "6");
	assert_false(str_ok(&s));
	str_add(&s, "");
	assert_false(str_ok(&s));
	assert_string_equal(s.text, "12345");
	str_clear(&s);
	assert_true(str_ok(&s));
	str_addf(&s, "%d%s", 12, "abcd");
	assert_false(str_ok(&s));
	assert_string_equal(s.text, "");
	str_free(&s);
}

static void str_grows_and_holds_octets(void **state)
{
	(void)state;
	struct str s;
	str_init(&s, 100000);
	for (int i = 0; i < 100000; i++)
		str_add_char(&s, (char)(i % 7));
	assert_true(str_ok(&s));
	assert_int_equal(s.len, 100000);
	assert_int_equal(s.text[99999], 99999 % 7);
	assert_int_equal(s.text[100000], 0);
	str_free(&s);
}

static void str_taken_is_empty_and_usable(void **state)
{
	(void)state;
	struct str s;
	str_init(&s, 10);
	str_add(&s, "first");
	char *first = str_take(&s);
	assert_string_equal(first, "first");
	assert_string_equal(s.text, "");
	str_clear(&s);
	char *nothing = str_take(&s); /* no str_free from here on: nothing leaks */
	assert_string_equal(nothing, "");
	str_add(&s, "0123456789");
	assert_true(str_ok(&s));
	str_add_char(&s, '!');
	assert_false(str_ok(&s));
	char *second = str_take(&s);
	assert_string_equal(second, "0123456789");
	free(first);
	free(nothing);
	free(second);
}

static void why_may_quote_itself_and_is_cut_at_a_character(void **state)
{
	(void)state;
	struct why why;
	assert_int_equal(why_set(&why, RC_TEMP, "inner"), RC_TEMP);
	assert_int_equal(why_set(NULL, RC_PERM, "nobody listens"), RC_PERM);
	why_set(&why, RC_PERM, "outer: %s", why.text);
	assert_string_equal(why.text, "outer: inner");
	char accents[2 * sizeof why.text + 2] = "x";
	for (size_t i = 0; i < sizeof why.text; i++)
		memcpy(accents + 1 + 2 * i, "\xc3\xa9", 3);
	for (int shift = 0; shift < 2; shift++) {
		why_set(&why, RC_PERM, "%s", accents + shift);
		assert_true(utf8_valid(why.text, strlen(why.text)));
		assert_true(strlen(why.text) > sizeof why.text - 5);
	}
}

/* -- utf8 ---------------------------------------------------------------- */

static const struct {
	const char *name, *from, *lines, *line;
} cleaned[] = {
	{ "plain text stays", "Jane Doe", "Jane Doe", "Jane Doe" },
	{ "nothing stays nothing", "", "", "" },
	{ "accents stay", "\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9" },
	{ "CR LF and CR are LF", "a\r\nb\rc\n", "a\nb\nc\n", "a b c" },
	{ "CR CR LF is two", "a\r\r\nb", "a\n\nb", "a b" },
	{ "Unicode's separators are LF",
	  "a\xe2\x80\xa8"
	  "b\xe2\x80\xa9"
	  "c",
	  "a\nb\nc", "a b c" },
	{ "TAB stays on lines", "a\tb", "a\tb", "a b" },
	{ "ends are trimmed on one line", "  a  b  ", "  a  b  ", "a b" },
	{ "a blank before what goes is trimmed", "a \xef\xbb\xbf", "a ", "a" },
	{ "C0 controls go", "a\x1b[31mb\x07\x7f", "a[31mb", "a[31mb" },
	{ "C1 controls go",
	  "a\xc2\x9b"
	  "31m\xc2\x85z",
	  "a31mz", "a31mz" },
	{ "overrides go",
	  "a\xe2\x80\xae"
	  "b\xe2\x80\xac",
	  "ab", "ab" },
	{ "isolates and marks go",
	  "\xe2\x81\xa6"
	  "a\xe2\x81\xa9\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c",
	  "a", "a" },
	{ "a byte order mark goes",
	  "\xef\xbb\xbf"
	  "a",
	  "a", "a" },
	{ "Latin-1 is marked", "caf\xe9", "caf\xef\xbf\xbd", "caf\xef\xbf\xbd" },
	{ "an overlong slash is marked", "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd",
	  "\xef\xbf\xbd\xef\xbf\xbd" },
	{ "a cut character is marked, once an octet", "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd",
	  "\xef\xbf\xbd\xef\xbf\xbd" },
	{ "a surrogate is marked", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
	  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ "an emoji in parts stays whole", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80",
	  "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80",
	  "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80" },
};

static void outside_text_is_cleaned(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cleaned); i++) {
		char *lines = utf8_clean(cleaned[i].from, strlen(cleaned[i].from));
		char *line = utf8_clean_line(cleaned[i].from, strlen(cleaned[i].from));
		if (strcmp(lines, cleaned[i].lines) != 0 || strcmp(line, cleaned[i].line) != 0)
			fail_msg("%s: '%s', '%s'", cleaned[i].name, lines, line);
		free(lines);
		free(line);
	}
	char *nul = utf8_clean("a\0b", 3);
	assert_string_equal(nul, "ab");
	free(nul);
}

static const struct {
	const char *name, *a, *b;
	bool same;
} folded[] = {
	{ "case and blanks", "Jeanne  ROY", " jeanne\troy ", true },
	{ "umlaut and its base", "M\xc3\xbcller", "muller", true },
	{ "composed and decomposed", "\xc3\xa9", "e\xcc\x81", true },
	{ "eszett and ss", "Stra\xc3\x9f" "e", "STRASSE", true },
	{ "capital eszett and ss", "STRA\xe1\xba\x9e" "E", "strasse", true },
	{ "cedilla and tilde", "Fran\xc3\xa7ois Nu\xc3\xb1" "ez", "francois nunez", true },
	{ "no-break space", "Jean\xc2\xa0Valjean", "jean valjean", true },
	{ "ligature fi", "\xef\xac\x81n", "fin", true },
	{ "full width", "\xef\xbc\xa1\xef\xbc\xa2", "ab", true },
	{ "Greek final sigma", "\xce\xa3\xce\x91\xce\xa3", "\xcf\x83\xce\xb1\xcf\x82", true },
	{ "Turkish dotted capital", "\xc4\xb0stanbul", "istanbul", true },
	{ "a lone accent is nothing", "\xcc\x81", "", true },
	{ "an override inside", "ja\xe2\x80\xaene", "jane", true },
	{ "hyphen is not a blank", "Roy-M\xc3\xbcller", "roy muller", false },
	{ "different names", "Jane", "Jean", false },
	{ "Latin a and Cyrillic a", "a", "\xd0\xb0", false },
};

static void names_are_folded_for_comparing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(folded); i++) {
		char *a = utf8_fold(folded[i].a), *b = utf8_fold(folded[i].b);
		if ((strcmp(a, b) == 0) != folded[i].same)
			fail_msg("%s: '%s', '%s'", folded[i].name, a, b);
		char *again = utf8_fold(a);
		if (strcmp(a, again) != 0)
			fail_msg("%s: folding twice changes '%s'", folded[i].name, a);
		free(again);
		free(a);
		free(b);
	}
}

static const struct {
	const char *text;
	size_t limit;
	const char *cut;
} cuts[] = {
	{ "abc", 3, "abc" }, { "abc", 2, "ab" }, { "abc", 0, "" }, { "", 5, "" },
	{ "a\xc3\xa9", 3, "a\xc3\xa9" }, { "a\xc3\xa9", 2, "a" },
	{ "\xf0\x9f\x9a\x80x", 4, "\xf0\x9f\x9a\x80" }, { "\xf0\x9f\x9a\x80", 3, "" },
};

static void a_cut_is_at_the_end_of_a_character(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cuts); i++) {
		char *cut = utf8_cut(cuts[i].text, cuts[i].limit);
		assert_string_equal(cut, cuts[i].cut);
		free(cut);
	}
}

static void a_character_is_measured_within_its_octets(void **state)
{
	(void)state;
	assert_int_equal(utf8_char_len("a", 1), 1);
	assert_int_equal(utf8_char_len("\xc3\xa9", 2), 2);
	assert_int_equal(utf8_char_len("\xc3\xa9", 1), 0);
	assert_int_equal(utf8_char_len("", 0), 0);
	assert_int_equal(utf8_char_len("\xf4\x90\x80\x80", 4), 0); /* beyond U+10FFFF */
	assert_true(utf8_valid("", 0));
	assert_false(utf8_valid("a\xff", 2));
}

/* -- log ----------------------------------------------------------------- */

static void a_log_line_shows_nothing_it_should_not(void **state)
{
	(void)state;
	static const struct {
		const char *outside, *shown;
	} rows[] = {
		{ NULL, "" },
		{ "ann@a.example", "ann@a.example" },
		{ "a\nb\tc", "a?b?c" },
		{ "\"\\", "??" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "caf\xe9", "caf?" },
		{ "\xc2\x9b" "31m", "?31m" },
		{ "a\xe2\x80\xae" "b", "a?b" },
	};
	struct log_text room;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(log_safe(&room, rows[i].outside), rows[i].shown);
	char *much = mem_zero(1 << 20, 1);
	memset(much, 0xf0, (1 << 20) - 1);
	assert_true(strlen(log_safe(&room, much)) < sizeof room.text);
	free(much);
}

static void a_fact_is_one_line(void **state)
{
	(void)state;
	int ends[2], kept = dup(STDERR_FILENO);
	char line[4096] = "";
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_info("found %s\x1b", "a\nwarn forged=1");
	log_debug("not at this level");
	log_warn("%02000d", 7);
	dup2(kept, STDERR_FILENO);
	close(ends[1]);
	ssize_t len = read(ends[0], line, sizeof line - 1);
	assert_true(len > 0);
	assert_int_equal(strncmp(line, "<6>found a?warn forged=1?\n<4>000", 32), 0);
	assert_int_equal(line[len - 1], '\n');
	assert_ptr_equal(strchr(strchr(line, '\n') + 1, '\n'), line + len - 1);
	close(ends[0]);
	close(kept);
}

/* -- pack ---------------------------------------------------------------- */

static void packed_values_come_back(void **state)
{
	(void)state;
	struct str out;
	size_t len = 0;
	str_init(&out, 1000);
	pack_u64(&out, UINT64_C(0x0123456789abcdef));
	pack_text(&out, "t\xc3\xa9xt");
	pack_text(&out, NULL);
	pack_text(&out, "");
	pack_octets(&out, "a\0b", 3);
	pack_u64(&out, 7);
	assert_memory_equal(out.text, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
	struct unpack in = unpack_start(out.text, out.len);
	assert_true(unpack_u64(&in) == UINT64_C(0x0123456789abcdef));
	char *text = unpack_text(&in), *none = unpack_text(&in), *empty = unpack_text(&in);
	char *octets = unpack_octets(&in, &len);
	assert_string_equal(text, "t\xc3\xa9xt");
	assert_null(none);
	assert_string_equal(empty, "");
	assert_int_equal(len, 3);
	assert_memory_equal(octets, "a\0b", 4);
	assert_false(unpack_done(&in)); /* something is left */
	assert_int_equal(unpack_count(&in, 7), 7);
	assert_true(unpack_done(&in));
	free(text);
	free(empty);
	free(octets);
	str_free(&out);
}

#define LENGTH(n) "\0\0\0\0\0\0\0" n

static const struct {
	const char *name, *octets;
	size_t len;
} hostile[] = {
	{ "nothing at all", "", 0 },
	{ "half a length", "\0\0\0", 3 },
	{ "longer than what is there", LENGTH("\x05") "abcd", 12 },
	{ "a length near the end of memory", "\xff\xff\xff\xff\xff\xff\xff\xfe" "abcd", 12 },
	{ "a NUL in a text", LENGTH("\x03") "a\0b", 11 },
	{ "a text that is not UTF-8", LENGTH("\x01") "\xff", 9 },
};

static void a_hostile_frame_is_bad_and_stays_so(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hostile); i++) {
		struct unpack in = unpack_start(hostile[i].octets, hostile[i].len);
		char *text = unpack_text(&in);
		if (text != NULL || unpack_done(&in) || !in.bad)
			fail_msg("%s: taken", hostile[i].name);
		assert_int_equal(unpack_u64(&in), 0);
		assert_null(unpack_text(&in));
	}
	struct unpack in = unpack_start(LENGTH("\x09"), 8);
	assert_int_equal(unpack_count(&in, 8), 0);
	assert_false(unpack_done(&in));
}

/* -- token --------------------------------------------------------------- */

static void counting_up(void *room, unsigned octets)
{
	for (unsigned i = 0; i < octets; i++)
		((unsigned char *)room)[i] = (unsigned char)(i * 17);
}

static void all_ones(void *room, unsigned octets)
{
	memset(room, 0xff, octets);
}

static void a_token_is_base32_of_128_bits(void **state)
{
	(void)state;
	/* RFC 4648 section 6, of 00 11 22 ... ff, lower case, no padding. */
	assert_string_equal(token_make(counting_up).text, "aaisem2ekvthpcezvk54zxpo74");
	assert_string_equal(token_make(all_ones).text, "7777777777777777777777777" "4");
	struct token a = token_make(token_system), b = token_make(token_system);
	assert_string_not_equal(a.text, b.text);
	assert_true(token_valid(a.text));
	assert_false(token_valid(""));
	assert_false(token_valid("aaisem2ekvthpcezvk54zxpo7"));
	assert_false(token_valid("aaisem2ekvthpcezvk54zxpo744"));
	assert_false(token_valid("AAISEM2EKVTHPCEZVK54ZXPO74"));
	assert_false(token_valid("aaisem2ekvthpcezvk54zxpo71"));
}

static void a_reference_can_be_read_aloud(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct reference r = reference_make(token_system);
		assert_int_equal(strlen(r.text), REFERENCE_LEN);
		assert_int_equal(r.text[4], '-');
		assert_null(strpbrk(r.text, "AEIOUY01"));
	}
}

/* -- when ---------------------------------------------------------------- */

static int64_t utc(int year, int month, int day, int hour, int minute)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day,
		         .tm_hour = hour, .tm_min = minute };
	return (int64_t)timegm(&tm);
}

static void a_day_is_where_the_person_is(void **state)
{
	(void)state;
	/* Europe/Paris: summer time from 29 March, 01:00 UTC, to 25 October 2026. */
	static const struct {
		const char *zone;
		int from[5], year, month, day, weekday, hour, minute;
	} rows[] = {
		{ "Europe/Paris", { 2026, 3, 29, 0, 59 }, 2026, 3, 29, 0, 1, 59 },
		{ "Europe/Paris", { 2026, 3, 29, 1, 0 }, 2026, 3, 29, 0, 3, 0 },
		{ "Europe/Paris", { 2026, 10, 25, 0, 59 }, 2026, 10, 25, 0, 2, 59 },
		{ "Europe/Paris", { 2026, 10, 25, 1, 0 }, 2026, 10, 25, 0, 2, 0 },
		{ "Europe/Paris", { 2026, 12, 31, 23, 30 }, 2027, 1, 1, 5, 0, 30 },
		{ "America/New_York", { 2026, 1, 1, 2, 0 }, 2025, 12, 31, 3, 21, 0 },
		{ "Asia/Kolkata", { 2026, 6, 9, 20, 0 }, 2026, 6, 10, 3, 1, 30 },
		{ "UTC", { 1970, 1, 1, 0, 0 }, 1970, 1, 1, 4, 0, 0 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const int *f = rows[i].from;
		struct when_day d = when_local(utc(f[0], f[1], f[2], f[3], f[4]), rows[i].zone);
		if (d.year != rows[i].year || d.month != rows[i].month || d.day != rows[i].day ||
		    d.weekday != rows[i].weekday || d.hour != rows[i].hour ||
		    d.minute != rows[i].minute)
			fail_msg("row %zu: %d-%d-%d %d:%d", i, d.year, d.month, d.day, d.hour,
				 d.minute);
	}
	when_local(INT64_MAX, "Europe/Paris"); /* no date, and no harm */
}

static void noon_moves_with_summer_time(void **state)
{
	(void)state;
	assert_int_equal(when_noon(2026, 3, 28, "Europe/Paris"), utc(2026, 3, 28, 11, 0));
	assert_int_equal(when_noon(2026, 3, 29, "Europe/Paris"), utc(2026, 3, 29, 10, 0));
	assert_int_equal(when_noon(2026, 10, 25, "Europe/Paris"), utc(2026, 10, 25, 11, 0));
	assert_int_equal(when_noon(2026, 2, 30, "Europe/Paris"), utc(2026, 3, 2, 11, 0));
	assert_int_equal(when_noon(2026, 12, 32, "UTC"), utc(2027, 1, 1, 12, 0));
	assert_int_equal(when_noon(2026, 7, 1, "America/New_York"), utc(2026, 7, 1, 16, 0));
}

static void working_days_skip_the_weekend(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int from[5], days, until[5];
	} rows[] = { /* UTC; noon in Paris is 11:00 in winter, 10:00 in summer */
		{ "Monday and one", { 2026, 6, 8, 8, 0 }, 1, { 2026, 6, 9, 10, 0 } },
		{ "Friday and one", { 2026, 6, 5, 8, 0 }, 1, { 2026, 6, 8, 10, 0 } },
		{ "Saturday and one", { 2026, 6, 6, 8, 0 }, 1, { 2026, 6, 8, 10, 0 } },
		{ "Sunday and one", { 2026, 6, 7, 8, 0 }, 1, { 2026, 6, 8, 10, 0 } },
		{ "Thursday and three", { 2026, 6, 4, 8, 0 }, 3, { 2026, 6, 9, 10, 0 } },
		{ "five are a week", { 2026, 6, 3, 8, 0 }, 5, { 2026, 6, 10, 10, 0 } },
		{ "into summer time", { 2026, 3, 26, 9, 0 }, 3, { 2026, 3, 31, 10, 0 } },
		{ "out of summer time", { 2026, 10, 23, 9, 0 }, 1, { 2026, 10, 26, 11, 0 } },
		{ "over the new year", { 2026, 12, 31, 9, 0 }, 1, { 2027, 1, 1, 11, 0 } },
		{ "late on Sunday in UTC is Monday in Paris", { 2026, 6, 7, 22, 30 }, 1,
		  { 2026, 6, 9, 10, 0 } },
		{ "none: the same day", { 2026, 6, 8, 8, 0 }, 0, { 2026, 6, 8, 10, 0 } },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const int *f = rows[i].from, *u = rows[i].until;
		struct calendar paris = { .zone = "Europe/Paris" };
		int64_t got = calendar_workdays(&paris, utc(f[0], f[1], f[2], f[3], f[4]),
		                                rows[i].days);
		if (got != utc(u[0], u[1], u[2], u[3], u[4]))
			fail_msg("%s: %+lld s", rows[i].name,
			         (long long)(got - utc(u[0], u[1], u[2], u[3], u[4])));
	}
}

static void weekends_and_holidays_are_those_of_the_country(void **state)
{
	(void)state;
	static const struct calendar_holiday holidays[] = { { 2026, 6, 9 }, { 0, 12, 25 } };
	static const struct {
		const char *fact, *zone;
		int from[3], days, until[3];
	} rows[] = {
		{ "Thursday and one in Cairo is Sunday", "Africa/Cairo", { 2026, 6, 4 }, 1,
		  { 2026, 6, 7 } },
		{ "Wednesday and one in Tehran is Saturday", "Asia/Tehran", { 2026, 6, 3 }, 1,
		  { 2026, 6, 6 } },
		{ "Friday and one in Kathmandu is Sunday", "Asia/Kathmandu", { 2026, 6, 5 }, 1,
		  { 2026, 6, 7 } },
		{ "a holiday of this year is skipped", "Europe/Paris", { 2026, 6, 8 }, 1,
		  { 2026, 6, 10 } },
		{ "but not of the next", "Europe/Paris", { 2027, 6, 8 }, 1, { 2027, 6, 9 } },
		{ "one of every year is skipped", "Europe/Paris", { 2028, 12, 22 }, 1,
		  { 2028, 12, 26 } },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const int *f = rows[i].from, *u = rows[i].until;
		struct calendar c = { .zone = rows[i].zone,
			              .holidays = holidays,
			              .holiday_count = COUNT(holidays) };
		int64_t from = when_noon(f[0], f[1], f[2], c.zone);
		if (calendar_workdays(&c, from, rows[i].days) !=
		    when_noon(u[0], u[1], u[2], c.zone))
			fail_msg("%s", rows[i].fact);
	}
}

static void a_year_of_holidays_ends_too(void **state)
{
	(void)state;
	struct calendar_holiday all[366];
	size_t count = 0;
	for (int month = 1; month <= 12; month++)
		for (int day = 1; day <= 31 && count < COUNT(all); day++)
			all[count++] = (struct calendar_holiday){ 0, month, day };
	struct calendar c = { .zone = "UTC", .holidays = all, .holiday_count = count };
	int64_t at = utc(2026, 1, 1, 0, 0);
	assert_true(calendar_workdays(&c, at, 7) <= at + INT64_C(1001) * 86400);
}

static void an_ask_arrives_when_people_are_awake(void **state)
{
	(void)state;
	static const struct {
		int from[5], until[5]; /* UTC; Paris is two hours ahead in summer */
	} rows[] = {
		{ { 2026, 6, 8, 5, 0 }, { 2026, 6, 8, 5, 0 } },    /* seven: at once */
		{ { 2026, 6, 8, 18, 59 }, { 2026, 6, 8, 18, 59 } },
		{ { 2026, 6, 8, 19, 0 }, { 2026, 6, 9, 6, 0 } },   /* nine at night: at eight */
		{ { 2026, 6, 8, 23, 30 }, { 2026, 6, 9, 6, 0 } },  /* half past one: the same day */
		{ { 2026, 6, 8, 4, 59 }, { 2026, 6, 8, 6, 0 } },
		{ { 2026, 10, 24, 20, 0 }, { 2026, 10, 25, 7, 0 } }, /* the night is longer */
	};
	struct calendar paris = { .zone = "Europe/Paris" };
	for (size_t i = 0; i < COUNT(rows); i++) {
		const int *f = rows[i].from, *u = rows[i].until;
		assert_int_equal(calendar_waking(&paris, utc(f[0], f[1], f[2], f[3], f[4])),
		                 utc(u[0], u[1], u[2], u[3], u[4]));
	}
}

static void own_days_and_hours_come_first(void **state)
{
	(void)state;
	/* Sunday to Tuesday, ten to twelve. Wednesday 10 June 2026, one in the afternoon. */
	struct calendar own = { .zone = "UTC", .days = "712", .hour_from = 10, .hour_to = 12 };
	int64_t at = utc(2026, 6, 10, 13, 0);
	assert_int_equal(calendar_workdays(&own, at, 1), utc(2026, 6, 14, 12, 0));
	assert_int_equal(calendar_workdays(&own, at, 4), utc(2026, 6, 21, 12, 0));
	assert_int_equal(calendar_waking(&own, at), utc(2026, 6, 11, 10, 0));
	assert_int_equal(calendar_waking(&own, at - 2 * 3600), at - 2 * 3600);
}

static void a_holiday_is_a_date_or_a_day_of_every_year(void **state)
{
	(void)state;
	struct calendar_holiday h;
	assert_true(calendar_holiday_read("2026-12-25", &h));
	assert_int_equal(h.year, 2026);
	assert_true(calendar_holiday_read("02-29", &h));
	assert_int_equal(h.year, 0);
	assert_int_equal(h.month, 2);
	static const char *const none[] = { "", "25-12", "12-25-", "1-1", "2026-02-29", "Noel!" };
	for (size_t i = 0; i < COUNT(none); i++)
		assert_false(calendar_holiday_read(none[i], &h));
}

static const struct {
	const char *text;
	int year, month, day; /* 0: not a date */
} dates[] = {
	{ "2026-06-09", 2026, 6, 9 },   { "2026-6-9", 2026, 6, 9 },  { "2028-02-29", 2028, 2, 29 },
	{ "2000-02-29", 2000, 2, 29 },  { "2026-12-31", 2026, 12, 31 }, { "2026-02-29", 0, 0, 0 },
	{ "2100-02-29", 0, 0, 0 },      { "2026-04-31", 0, 0, 0 },   { "2026-13-01", 0, 0, 0 },
	{ "2026-00-10", 0, 0, 0 },      { "2026-01-00", 0, 0, 0 },   { "1969-12-31", 0, 0, 0 },
	{ "2026-06-09 ", 0, 0, 0 },     { " 2026-06-09", 0, 0, 0 },  { "2026- 6- 9", 0, 0, 0 },
	{ "2026-+6-+9", 0, 0, 0 },      { "2026--6-9", 0, 0, 0 },    { "20260609", 0, 0, 0 },
	{ "2026-06", 0, 0, 0 },         { "2026-06-", 0, 0, 0 },     { "", 0, 0, 0 },
	{ "12026-06-09", 0, 0, 0 },     { "2026-06-091", 0, 0, 0 },  { "tomorrow", 0, 0, 0 },
};

static void a_date_is_a_day_of_the_calendar(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dates); i++) {
		int year = 0, month = 0, day = 0;
		int answer = when_parse_date(dates[i].text, &year, &month, &day);
		if (answer != (dates[i].year == 0 ? -1 : 0) || year != dates[i].year ||
		    month != dates[i].month || day != dates[i].day)
			fail_msg("'%s': %d, %d-%d-%d", dates[i].text, answer, year, month, day);
	}
}

/* -- file ---------------------------------------------------------------- */

static void a_file_is_written_whole_and_read_under_a_limit(void **state)
{
	(void)state;
	char folder[] = "/tmp/base-XXXXXX";
	struct why why = { "" };
	struct stat st;
	char *octets = NULL;
	size_t len = 0;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);

	assert_int_equal(file_read("none", 10, &octets, &len, &why), RC_NONE);
	assert_int_equal(file_write("f", "a\0b", 3, &why), RC_OK);
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(file_read("f", 3, &octets, &len, &why), RC_OK);
	assert_int_equal(len, 3);
	assert_memory_equal(octets, "a\0b", 4);
	free(octets);
	assert_int_equal(file_read("f", 2, &octets, &len, &why), RC_PERM);
	assert_non_null(strstr(why.text, "limit of 2 octets"));
	assert_int_equal(file_read(".", 10, &octets, &len, &why), RC_PERM);

	assert_int_equal(file_write("f", "", 0, &why), RC_OK);
	assert_int_equal(file_read("f", 0, &octets, &len, &why), RC_OK);
	assert_int_equal(len, 0);
	free(octets);
	assert_int_equal(file_write("none/f", "x", 1, &why), RC_TEMP);
	assert_non_null(strstr(why.text, "none/f: cannot write"));

	assert_int_equal(file_make_folder("a/b//c/", &why), RC_OK);
	assert_int_equal(file_make_folder("a/b/c", &why), RC_OK);
	assert_int_equal(stat("a/b/c", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(file_make_folder("", &why), RC_PERM);
	assert_int_equal(file_make_folder("f", &why), RC_PERM);
	assert_non_null(strstr(why.text, "f: is there, but is no folder"));
	assert_int_equal(file_make_folder("f/g", &why), RC_PERM);
	assert_int_equal(file_make_folder("/", &why), RC_OK);

	assert_int_equal(unlink("f") | rmdir("a/b/c") | rmdir("a/b") | rmdir("a"), 0);
	assert_int_equal(rmdir(folder), 0); /* nothing else was left behind */
}

/* -- embed --------------------------------------------------------------- */

static void what_is_built_in_is_found_by_its_path(void **state)
{
	(void)state;
	size_t count = 0;
	const struct embed *all = embed_all(&count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(all[i].text[all[i].len], 0);
		assert_ptr_equal(embed_find(all[i].path), &all[i]);
		if (i > 0)
			assert_true(strcmp(all[i - 1].path, all[i].path) < 0);
	}
	const struct embed *sample = embed_find("conf/passerelle.conf.sample");
	assert_non_null(sample);
	assert_non_null(strstr(sample->text, "gateways = ("));
	assert_null(embed_find("conf/none"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(str_stops_at_its_limit_and_stays_spoilt),
		cmocka_unit_test(str_grows_and_holds_octets),
		cmocka_unit_test(str_taken_is_empty_and_usable),
		cmocka_unit_test(why_may_quote_itself_and_is_cut_at_a_character),
		cmocka_unit_test(outside_text_is_cleaned),
		cmocka_unit_test(names_are_folded_for_comparing),
		cmocka_unit_test(a_cut_is_at_the_end_of_a_character),
		cmocka_unit_test(a_character_is_measured_within_its_octets),
		cmocka_unit_test(a_log_line_shows_nothing_it_should_not),
		cmocka_unit_test(a_fact_is_one_line),
		cmocka_unit_test(packed_values_come_back),
		cmocka_unit_test(a_hostile_frame_is_bad_and_stays_so),
		cmocka_unit_test(a_token_is_base32_of_128_bits),
		cmocka_unit_test(a_reference_can_be_read_aloud),
		cmocka_unit_test(a_day_is_where_the_person_is),
		cmocka_unit_test(noon_moves_with_summer_time),
		cmocka_unit_test(working_days_skip_the_weekend),
		cmocka_unit_test(weekends_and_holidays_are_those_of_the_country),
		cmocka_unit_test(a_year_of_holidays_ends_too),
		cmocka_unit_test(an_ask_arrives_when_people_are_awake),
		cmocka_unit_test(own_days_and_hours_come_first),
		cmocka_unit_test(a_holiday_is_a_date_or_a_day_of_every_year),
		cmocka_unit_test(a_date_is_a_day_of_the_calendar),
		cmocka_unit_test(a_file_is_written_whole_and_read_under_a_limit),
		cmocka_unit_test(what_is_built_in_is_found_by_its_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
