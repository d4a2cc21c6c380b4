#include "core/dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define AT INT64_C(1780000000) /* Thursday 28 May 2026 */

static const struct {
	const char *words, *date; /* NULL: none */
} facts[] = {
	{ "le 9 juin", "2026-06-09" },
	{ "9 juin 2027", "2027-06-09" },
	{ "1er juillet", "2026-07-01" },
	{ "le premier juin", "2026-06-01" },
	{ "lundi 8 juin", "2026-06-08" },
	{ "du 9 au 13 juin", "2026-06-13" },
	{ "lundi prochain", "2026-06-01" },
	{ "dans quinze jours", "2026-06-12" },
	{ "après-demain", "2026-05-30" },
	{ "la semaine prochaine", "2026-06-01" },
	{ "en septembre", "2026-09-01" },
	{ "début juillet", "2026-07-01" },
	{ "jusqu'au 6 juin inclus", "2026-06-07" },
	{ "June 9th", "2026-06-09" },
	{ "June 9, 2026", "2026-06-09" },
	{ "the 9th of June", "2026-06-09" },
	{ "until 1 March", "2027-03-01" },
	{ "until 27 June inclusive", "2026-06-28" },
	{ "from 9 to 13 June", "2026-06-13" },
	{ "on the 3rd", "2026-06-03" },
	{ "next Tuesday", "2026-06-02" },
	{ "Thursday", "2026-06-04" },
	{ "Monday, 8 June", "2026-06-08" },
	{ "in two weeks", "2026-06-11" },
	{ "in a fortnight", "2026-06-11" },
	{ "in a month", "2026-06-28" },
	{ "a month from now", "2026-06-28" },
	{ "next month", "2026-06-01" },
	{ "next year", "2027-01-01" },
	{ "tomorrow", "2026-05-29" },
	{ "not before March", "2027-03-01" },
	{ "mid-June", "2026-06-15" },
	{ "9. Juni", "2026-06-09" },
	{ "am Dienstag, 2. Juni", "2026-06-02" },
	{ "in zwei Wochen", "2026-06-11" },
	{ "kommenden Freitag", "2026-05-29" },
	{ "bis einschließlich 27.06.2026", "2026-06-28" },
	{ "Ende Juni", "2026-06-30" },
	{ "übermorgen", "2026-05-30" },
	{ "im Maerz", "2027-03-01" },
	{ "9 de junio de 2026", "2026-06-09" },
	{ "el 15 de junio", "2026-06-15" },
	{ "dentro de tres semanas", "2026-06-18" },
	{ "op 15 juni", "2026-06-15" },
	{ "over twee weken", "2026-06-11" },
	{ "il 20 aprile", "2027-04-20" },
	{ "tra un mese", "2026-06-28" },
	{ "dia 15 de junho", "2026-06-15" },
	{ "daqui a duas semanas", "2026-06-11" },
	{ "09.06.", "2026-06-09" },
	{ "9.6.2026", "2026-06-09" },
	{ "09/06/26", "2026-06-09" },
	{ "6/29/2026", "2026-06-29" }, /* no such month: the other way round */
	{ "2026-06-09", "2026-06-09" },
	{ "29.02.2028", "2028-02-29" },
	{ "31 January", "2027-01-31" },

	{ "after the summer", NULL },
	{ "I may do it", NULL },
	{ "a week ago", NULL },
	{ "two weeks", NULL },
	{ "31 April", NULL },
	{ "30.02.", NULL },
	{ "29.02.2027", NULL },
	{ "1.5 million", NULL },
	{ "2-3 people", NULL },
	{ "at 10:30", NULL },
	{ "room 12", NULL },
	{ "1 June 2025", NULL }, /* behind */
	{ "99999999 June", NULL },
	{ "", NULL },
};

static void days_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		char *date = date_read(facts[i].words, AT);
		const char *got = date != NULL ? date : "none";
		if (strcmp(got, facts[i].date != NULL ? facts[i].date : "none") != 0)
			fail_msg("\"%s\" is %s", facts[i].words, got);
		free(date);
	}
}

static void any_time_of_writing_will_do(void **state)
{
	static const int64_t times[] = { INT64_MIN, -1, 0, 951782400, INT64_C(253402300799),
					 INT64_MAX };
	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		char *date = date_read("in 400 years, on 29 February", times[i]);
		assert_true(date == NULL || strlen(date) == 10);
		free(date);
	}
}

static void the_calendar_is_right(void **state)
{
	static const struct {
		int64_t day;
		const char *date;
	} days[] = { { 0, "1970-01-01" },
		     { 59, "1970-03-01" },
		     { 11016, "2000-02-29" },
		     { 20601, "2026-05-28" },
		     { 47541, "2100-03-01" } };
	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		char *date = date_text(days[i].day);
		assert_string_equal(date, days[i].date);
		free(date);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_found),
		cmocka_unit_test(any_time_of_writing_will_do),
		cmocka_unit_test(the_calendar_is_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
