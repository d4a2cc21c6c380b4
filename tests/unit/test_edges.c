/* Lines of the files of `passerelle route --edges`. */
#include "cli/edges.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static const struct {
	const char *name, *line;
	enum edges_line what;
	int64_t from, to;
	int percent;
} links[] = {
	{ "tabs", "1\t2\t50\n", EDGES_TAKEN, 1, 2, 50 },
	{ "blanks, many, and a carriage return", "  10   20  100 \r\n", EDGES_TAKEN, 10, 20, 100 },
	{ "zero is a member", "0 1 5", EDGES_TAKEN, 0, 1, 5 },
	{ "zero percent is taken: it is no link", "3 4 0", EDGES_TAKEN, 3, 4, 0 },
	{ "large numbers", "999999999999999999 1 1", EDGES_TAKEN, 999999999999999999, 1, 1 },
	{ "an empty line", "\n", EDGES_NOTHING, 0, 0, 0 },
	{ "a comment", "# from to percent\n", EDGES_NOTHING, 0, 0, 0 },
	{ "another comment", "  % asym weighted\n", EDGES_NOTHING, 0, 0, 0 },
	{ "a word", "ann bob 50", EDGES_BAD, 0, 0, 0 },
	{ "two fields", "1 2\n", EDGES_BAD, 0, 0, 0 },
	{ "four fields", "1 2 50 3\n", EDGES_BAD, 0, 0, 0 },
	{ "more than all", "1 2 101\n", EDGES_BAD, 0, 0, 0 },
	{ "a fraction", "1 2 0.6\n", EDGES_BAD, 0, 0, 0 },
	{ "below zero", "-1 2 50\n", EDGES_BAD, 0, 0, 0 },
	{ "a number too long", "99999999999999999999 2 50\n", EDGES_BAD, 0, 0, 0 },
	{ "commas", "1,2,50\n", EDGES_BAD, 0, 0, 0 },
};

static void test_links(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		struct network_link link = { 0 };
		const char *fault = NULL;
		if (edges_link(links[i].line, &link, &fault) != links[i].what ||
		    link.from != links[i].from || link.to != links[i].to ||
		    link.percent != links[i].percent ||
		    (fault != NULL) != (links[i].what == EDGES_BAD))
			fail_msg("%s", links[i].name);
	}
}

static const struct {
	const char *name, *line;
	enum edges_line what;
	size_t avoids, loads;
	int64_t last_avoid;
	int last_load;
} queries[] = {
	{ "two ends", "1 2\n", EDGES_TAKEN, 1, 0, 77, 0 },
	{ "one to avoid", "1\t2\t3\n", EDGES_TAKEN, 2, 0, 3, 0 },
	{ "several, and loads", "1 2 3,4,5 6:80,7:95\n", EDGES_TAKEN, 4, 2, 5, 95 },
	{ "loads alone", "1 2 6:80\n", EDGES_TAKEN, 1, 1, 77, 80 },
	{ "loads with nobody to avoid", "1 2 - 6:80\n", EDGES_TAKEN, 1, 1, 77, 80 },
	{ "nothing, twice", "1 2 - -\n", EDGES_TAKEN, 1, 0, 77, 0 },
	{ "a comment", "#1 2\n", EDGES_NOTHING, 0, 0, 0, 0 },
	{ "one end", "1\n", EDGES_BAD, 0, 0, 0, 0 },
	{ "a third list", "1 2 3 4:50 5\n", EDGES_BAD, 0, 0, 0, 0 },
	{ "a load of nothing", "1 2 3:0\n", EDGES_BAD, 0, 0, 0, 0 },
	{ "a load of too much", "1 2 3:101\n", EDGES_BAD, 0, 0, 0, 0 },
	{ "a comma too many", "1 2 3,\n", EDGES_BAD, 0, 0, 0, 0 },
	{ "a word", "1 2 ann\n", EDGES_BAD, 0, 0, 0, 0 },
};

static void test_queries(void **state)
{
	struct edges_query q = { 0 };
	(void)state;
	assert_false(edges_avoid("77,", &q));
	assert_false(edges_avoid("77:50", &q));
	q.avoid_count = q.load_count = 0;
	assert_true(edges_avoid("77", &q));
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		const char *fault = NULL;
		enum edges_line what = edges_query(queries[i].line, 1, &q, &fault);
		if (what != queries[i].what || (fault != NULL) != (what == EDGES_BAD))
			fail_msg("%s", queries[i].name);
		if (what != EDGES_TAKEN)
			continue;
		if (q.avoid_count != queries[i].avoids || q.load_count != queries[i].loads ||
		    q.avoid[0] != 77 || q.avoid[q.avoid_count - 1] != queries[i].last_avoid ||
		    (q.load_count > 0 && q.load[q.load_count - 1].percent != queries[i].last_load))
			fail_msg("%s: other lists", queries[i].name);
	}
	edges_query_free(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_queries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
