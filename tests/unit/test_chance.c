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

static void opened_in(struct store *store, int cell, enum intro_state state, const char *reference)
{
	struct intro intro = { .reference = reference, .requester = 1, .target = 2, .offer = "",
		               .state = state, .deadline_at = 100 };
	intro_add(store, &intro);
	chances_open(store, intro.id, cell);
}

static int ended(struct store *store, int64_t now_at, int cell, int *arrived)
{
	struct chance learnt;
	chances_settle(store, now_at);
	chances_read(store, &learnt);
	*arrived = (int)(1000 * learnt.cell[cell].arrived + 0.5);
	return (int)(1000 * learnt.cell[cell].ended + 0.5);
}

static void ends_are_counted_once_and_not_before_the_deadline(void **state)
{
	(void)state;
	char folder[] = "/tmp/passerelle-chance-XXXXXX";
	struct store *store;
	struct why why;
	int arrived;
	assert_non_null(mkdtemp(folder));
	must(store_open(folder, &store, &why), &why);
	must(store_begin(store, &why), &why);
	for (int i = 0; i < 2; i++) {
		int64_t id;
		struct member m = { .name = "A B", .address = i == 0 ? "a@a.test" : "b@a.test",
			            .language = "en", .state = MEMBER_MEMBER };
		must(member_add(store, &m, &id, &why), &why);
	}
	opened_in(store, 7, INTRO_FAILED, "1");
	opened_in(store, 7, INTRO_INTRODUCED, "2");
	opened_in(store, 7, INTRO_WITHDRAWN, "3");
	opened_in(store, 7, INTRO_ASKING, "4");
	assert_int_equal(ended(store, 99, 7, &arrived), 0); /* early arrivals alone would flatter */
	assert_int_equal(ended(store, 100, 7, &arrived), 1999); /* the older one counts less */
	assert_int_equal(arrived, 1000);
	assert_int_equal(ended(store, 200, 7, &arrived), 1999);
	assert_int_equal(ended(store, 200, 8, &arrived), 0);
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
		cmocka_unit_test(ends_are_counted_once_and_not_before_the_deadline),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
