/* What a run found, counted. */
#include "base/mem.h"
#include "sim/sim.h"

#include <stdlib.h>

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static void count_decile(struct sim_decile decile[10], double shown, bool arrived)
{
	int i = (int)(shown * 10);
	struct sim_decile *d = &decile[i < 0 ? 0 : i > 9 ? 9 : i];
	d->count++;
	d->arrived += arrived;
	d->shown += shown;
}

/* The last third, of those that had a way and were shown a chance. */
static void count_calibration(struct sim_result *r, const struct sim_fate *fates, uint32_t count)
{
	double shown = 0, arrived = 0, own = 0, formula = 0;
	for (uint32_t i = count - count / 3; i < count; i++) {
		const struct sim_fate *f = &fates[i];
		if (!f->opened)
			continue;
		count_decile(r->decile, f->chance, f->arrived);
		count_decile(r->formula, f->formula, f->arrived);
		shown++;
		arrived += f->arrived;
		own += (f->chance - f->arrived) * (f->chance - f->arrived);
		formula += (f->formula - f->arrived) * (f->formula - f->arrived);
	}
	if (shown == 0)
		return;
	r->brier = own / shown;
	r->brier_formula = formula / shown;
	r->brier_mean = arrived / shown * (1 - arrived / shown);
}

void sim_result_count(struct sim_result *r, const struct sim_fate *fates, uint32_t count)
{
	double *days = mem_zero(count + 1, sizeof *days), asks = 0;
	r->intros = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct sim_fate *f = &fates[i];
		r->opened += f->opened;
		r->reached += f->reached;
		asks += f->asks;
		if (!f->arrived)
			continue;
		days[r->arrived++] = (double)(f->ended_s - f->opened_s) / (double)SIM_DAY;
		r->links += f->hops;
	}
	qsort(days, r->arrived, sizeof *days, by_size);
	if (r->arrived > 0) {
		r->links /= r->arrived;
		r->asks = asks / r->arrived;
		r->days_half = days[r->arrived / 2];
		r->days_most = days[(size_t)r->arrived * 9 / 10];
	}
	count_calibration(r, fates, count);
	free(days);
}

static int largest_first(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x > y ? -1 : x < y;
}

void sim_result_relays(struct sim_result *r, uint32_t *passes, uint32_t members)
{
	double all = 0, top = 0;
	qsort(passes, members, sizeof *passes, largest_first);
	for (uint32_t i = 0; i < members; i++) {
		all += passes[i];
		top += i < members / 100 ? passes[i] : 0;
	}
	r->top_share = all > 0 ? top / all : 0;
	if (r->arrived > 0)
		r->top_three = ((double)passes[0] + passes[1] + passes[2]) / r->arrived;
}

double sim_result_error(const struct sim_decile decile[10], uint32_t least)
{
	double worst = 0;
	for (int i = 0; i < 10; i++) {
		if (decile[i].count < least)
			continue;
		double error = (decile[i].shown - decile[i].arrived) / decile[i].count;
		error = error < 0 ? -error : error;
		worst = error > worst ? error : worst;
	}
	return worst;
}
