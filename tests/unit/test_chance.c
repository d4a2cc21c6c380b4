/* The shown chance: the formula at first, what happened later. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "store/chances.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct route_chain chain(double worth, int last)
{
	return (struct route_chain){ .hops = 2, .percent = { 60, last }, .worth = worth };
}

static int percent(const struct chance *learnt, double worth, int last)
{
	struct route_chain c = chain(worth, last);
	return (int)(100 * chance_of(learnt, &c, 1) + 0.5);
}

static void put(struct chance *learnt, double worth, int last, double ended, double arrived)
{
	struct route_chain c = chain(worth, last);
	int cell = chance_cell(&c, 1);
	learnt->cell[cell].ended += ended;
	learnt->cell[cell].arrived += arrived;
}

static void a_new_gateway_shows_the_formula(void **state)
{
	(void)state;
	struct chance none = { 0 };
	assert_int_equal(percent(&none, 0.25, 60), 25);
	assert_int_equal(percent(&none, 1, 100), 100);
	assert_int_equal(percent(&none, 0.001, 15), 0);
}

static void an_old_one_what_happened(void **state)
{
	(void)state;
	struct chance learnt = { 0 };
	put(&learnt, 0.25, 60, 1000, 500);
	assert_int_equal(percent(&learnt, 0.25, 60), 50);
	assert_int_equal(percent(&learnt, 0.5, 60), 50);  /* another band: the formula still */
	assert_int_equal(percent(&learnt, 0.28, 60), 50); /* the same band */
}

static void a_cell_without_outcomes_believes_its_band(void **state)
{
	(void)state;
	struct chance learnt = { 0 };
	put(&learnt, 0.25, 60, 1000, 500);
	assert_int_equal(percent(&learnt, 0.25, 35), 50);
	put(&learnt, 0.25, 35, 1000, 100);
	assert_int_equal(percent(&learnt, 0.25, 35), 10);
	assert_int_equal(percent(&learnt, 0.25, 60), 50);
}

static void a_few_outcomes_move_it_a_little(void **state)
{
	(void)state;
	struct chance learnt = { 0 };
	put(&learnt, 0.25, 60, 1, 1);
	int shown = percent(&learnt, 0.25, 60);
	assert_in_range(shown, 29, 35);
}

static void every_worth_and_last_link_has_a_cell(void **state)
{
	(void)state;
	int before = -1;
	for (int worth = 1; worth <= 1000; worth++) {
		struct route_chain c = chain(worth / 1000.0, 100);
		int cell = chance_cell(&c, 1);
		assert_in_range(cell, 0, CHANCE_CELLS - 1);
		assert_true(cell >= before);
		before = cell;
	}
	assert_int_equal(before, CHANCE_CELLS - 1);
	struct route_chain slim = chain(0.0001, 1);
	assert_int_equal(chance_cell(&slim, 1), 0);
}

/* --- kept ----------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void must(enum rc rc, const struct why *why)
{
	if (rc != RC_OK)
		fail_msg("%s", why->text);
}

static int64_t opened_in(struct store *store, int cell, const char *reference)
{
	struct intro intro = { .reference = reference, .requester = 1, .target = 2, .offer = "",
		               .state = INTRO_ASKING, .deadline_at = 100 };
	intro_add(store, &intro);
	if (cell >= 0)
		chances_open(store, intro.id, cell);
	return intro.id;
}

static void ends_are_counted_where_they_were_opened(void **state)
{
	(void)state;
	char folder[] = "/tmp/passerelle-chance-XXXXXX";
	struct store *store;
	struct why why;
	struct chance learnt;
	assert_non_null(mkdtemp(folder));
	must(store_open(folder, &store, &why), &why);
	must(store_begin(store, &why), &why);
	for (int i = 0; i < 2; i++) {
		int64_t id;
		struct member m = { .name = "A B", .address = i == 0 ? "a@a.test" : "b@a.test",
			            .language = "en", .state = MEMBER_MEMBER };
		must(member_add(store, &m, &id, &why), &why);
	}
	int64_t before_version_2 = opened_in(store, -1, "0");
	int64_t one = opened_in(store, 7, "1"), other = opened_in(store, 7, "2");
	chances_end(store, before_version_2, true, false); /* counted nowhere */
	chances_end(store, one, false, false);
	chances_end(store, other, true, false);
	chances_read(store, &learnt);
	assert_int_equal(1000 * learnt.cell[7].ended + 0.5, 1999);
	assert_int_equal(1000 * learnt.cell[7].arrived + 0.5, 1000);
	chances_end(store, one, true, true); /* the target's late yes: no second end */
	chances_read(store, &learnt);
	assert_int_equal(1000 * learnt.cell[7].ended + 0.5, 1999);
	assert_int_equal(1000 * learnt.cell[7].arrived + 0.5, 2000);
	must(store_commit(store, &why), &why);
	store_close(&store);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_gateway_shows_the_formula),
		cmocka_unit_test(an_old_one_what_happened),
		cmocka_unit_test(a_cell_without_outcomes_believes_its_band),
		cmocka_unit_test(a_few_outcomes_move_it_a_little),
		cmocka_unit_test(every_worth_and_last_link_has_a_cell),
		cmocka_unit_test(ends_are_counted_where_they_were_opened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
