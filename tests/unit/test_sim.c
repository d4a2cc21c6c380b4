/* A small run of the simulation, so that it cannot rot: the published bands,
 * loosely, and that the help helps. The measure itself is make sim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "sim/sim.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* A small town; the mean of a run's own pass-on probability is `pass`. */
static struct sim_options town(uint32_t members, uint32_t intros, double pass)
{
	struct sim_options o = sim_default;
	o.members = members;
	o.intros = intros;
	o.days = 30;
	o.pass = pass;
	return o;
}

static struct sim_result run(struct sim_options options, const struct sim_help *help)
{
	char folder[] = "/tmp/passerelle-sim-XXXXXX";
	struct sim_result result = { 0 };
	assert_non_null(mkdtemp(folder));
	struct sim_people *people = sim_people_new(&options);
	struct sim_fate *fates = mem_zero(options.intros, sizeof *fates);
	sim_settle(people, folder, help != NULL ? help->said : SIM_NO_TIES);
	if (help != NULL)
		sim_on(people, folder, help, fates, &result);
	else
		sim_off(people, folder, (struct sim_length){ 6.1, 1.7 }, fates, &result);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(fates);
	sim_people_free(&people);
	return result;
}

static double percent(const struct sim_result *result)
{
	return 100.0 * result->arrived / result->intros;
}

static void without_help_the_published_experiments_come_out(void **state)
{
	(void)state;
	struct sim_result mails = run(town(2000, 6000, 0.35), NULL);
	struct sim_result letters = run(town(2000, 1000, 0.73), NULL);
	assert_true(percent(&mails) > 1.0 && percent(&mails) < 2.2); /* 384 of 24,163 */
	assert_true(mails.links > 3.7 && mails.links < 4.3);
	assert_true(percent(&letters) > 18 && percent(&letters) < 32); /* 64 of 296, of 217 */
}

static void help_brings_ten_times_as_many(void **state)
{
	(void)state;
	static const struct sim_help all = { "all", "", SIM_STATED, true, true, true };
	static const struct sim_help none = { "none", "", SIM_STATED, false, false, false };
	struct sim_options o = town(1000, 120, 0.35);
	struct sim_result without = run(o, NULL), routed = run(o, &none), with = run(o, &all);
	assert_true(with.arrived >= 25);
	assert_true(with.arrived >= 10 * without.arrived);
	assert_true(with.arrived > 2 * routed.arrived); /* not by routing alone */
	assert_true(with.reached >= with.arrived && with.opened >= with.reached);
	assert_int_equal(with.intros, 120);
}

static void the_same_seed_gives_the_same_year(void **state)
{
	(void)state;
	static const struct sim_help all = { "all", "", SIM_STATED, true, true, true };
	struct sim_options o = town(300, 15, 0.5);
	struct sim_result one = run(o, &all), other = run(o, &all);
	assert_int_equal(one.arrived, other.arrived);
	assert_true(one.mails == other.mails && one.brier == other.brier);
}

static void what_is_true_is_not_what_was_stated(void **state)
{
	(void)state;
	struct sim_options o = town(2000, 1, 0.35);
	struct sim_people *p = sim_people_new(&o);
	uint32_t ties = p->first[o.members], wrong = 0;
	double pass = 0;
	for (uint32_t t = 0; t < ties; t++) {
		wrong += p->tie[t].stated != p->tie[t].level;
		pass += p->tie[t].pass;
	}
	assert_in_range(100 * wrong / ties, 18, 22);
	assert_true(pass / ties > 0.34 && pass / ties < 0.37);
	sim_people_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_help_the_published_experiments_come_out),
		cmocka_unit_test(help_brings_ten_times_as_many),
		cmocka_unit_test(the_same_seed_gives_the_same_year),
		cmocka_unit_test(what_is_true_is_not_what_was_stated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
