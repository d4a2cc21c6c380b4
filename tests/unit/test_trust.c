#include "core/trust.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct {
	const char *name;
	int stated;
	const char *events; /* a d s n u x: the events in order; digits: years pass */
	int percent;
} rows[] = {
	{ "not known at all is no link", 0, "", 0 },
	{ "nor does evidence make one", 0, "aaaa", 0 },
	{ "barely known", 1, "", 15 },
	{ "known", 2, "", 35 },
	{ "well known", 3, "", 60 },
	{ "very well known", 4, "", 80 },
	{ "beyond the scale is no link", 5, "", 0 },
	{ "one accept lifts", 3, "a", 68 },
	{ "what follows well lifts a little more", 3, "au", 71 },
	{ "a decline costs less than silence", 3, "d", 51 },
	{ "silence", 3, "s", 48 },
	{ "knowing neither halves", 3, "n", 30 },
	{ "useless costs half a silence", 3, "x", 53 },
	{ "ten accepts nearly settle it", 1, "aaaaaaaaaa", 76 },
	{ "much silence leaves little", 1, "ssssssssssssssssssssssssssssssssssssssssssssssssss"
	  "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss", 1 },
	{ "a year halves what was learnt", 3, "ss1", 48 },
	{ "ten years leave what was stated", 3, "ssss55", 60 },
	{ "order does not matter", 2, "as", 40 },
	{ "order does not matter, turned", 2, "sa", 40 },
};

static void live(struct trust *trust, const char *events)
{
	for (; *events != '\0'; events++)
		if (*events >= '0' && *events <= '9')
			trust_forget(trust, 365 * (*events - '0'));
		else
			trust_learn(trust, *events == 'a' ? TRUST_ACCEPTED :
			                   *events == 'd' ? TRUST_DECLINED :
			                   *events == 's' ? TRUST_SILENT :
			                   *events == 'n' ? TRUST_NEITHER :
			                   *events == 'u' ? TRUST_USEFUL : TRUST_USELESS);
}

static void test_trust(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct trust trust = { .stated = rows[i].stated };
		live(&trust, rows[i].events);
		if (trust_percent(&trust) != rows[i].percent)
			fail_msg("%s: %d, not %d", rows[i].name, trust_percent(&trust),
			         rows[i].percent);
	}
}

static void test_load(void **state)
{
	static const struct { const char *name; int asks, percent; } loads[] = {
		{ "nobody asked", 0, 100 },   { "some asks are free", 2, 100 },
		{ "then each counts", 3, 96 }, { "and the next", 4, 92 },
		{ "seven", 7, 82 },           { "never below half", 1000, 50 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
		if (trust_load_percent(loads[i].asks) != loads[i].percent)
			fail_msg("%s: %d", loads[i].name, trust_load_percent(loads[i].asks));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trust),
		cmocka_unit_test(test_load),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
