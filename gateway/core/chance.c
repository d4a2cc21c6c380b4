#include "core/chance.h"

#include "core/relay.h"

/* Where the next one begins. */
static const double bands[CHANCE_BANDS - 1] = { 0.01, 0.02, 0.035, 0.05, 0.075, 0.1,  0.14, 0.18,
	                                        0.23, 0.3,  0.38,  0.47, 0.57,  0.68, 0.8 };
static const int lasts[CHANCE_LASTS - 1] = { 30, 50, 65, 80 }; /* percent */

static int band_of(double formula)
{
	int band = 0;
	while (band < CHANCE_BANDS - 1 && formula >= bands[band])
		band++;
	return band;
}

static int last_of(const struct route_chain *chain)
{
	int last = 0, percent = chain->percent[chain->hops - 1];
	while (last < CHANCE_LASTS - 1 && percent >= lasts[last])
		last++;
	return last;
}

int chance_cell(const struct route_chain *chains, size_t count)
{
	return band_of(relay_chance(chains, count)) * CHANCE_LASTS + last_of(&chains[0]);
}

static double mean(double prior, double ended, double arrived)
{
	return (CHANCE_PRIOR * prior + arrived) / (CHANCE_PRIOR + ended);
}

double chance_of(const struct chance *learnt, const struct route_chain *chains, size_t count)
{
	double formula = relay_chance(chains, count), ended = 0, arrived = 0;
	int cell = chance_cell(chains, count), first = cell - cell % CHANCE_LASTS;
	for (int i = first; i < first + CHANCE_LASTS; i++) {
		ended += learnt->cell[i].ended;
		arrived += learnt->cell[i].arrived;
	}
	return mean(mean(formula, ended, arrived), learnt->cell[cell].ended,
	            learnt->cell[cell].arrived);
}
