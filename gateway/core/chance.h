/* chance: how probable it is that an introduction arrives before its deadline,
 * reminders and repair included, learnt from how others ended.
 *
 * What is known when it is opened puts it into a cell: the band of what the
 * formula says (relay_chance), and how well the last link, which no repair goes
 * around, knows the target. In each cell those that ended and those that
 * arrived are counted. The formula is the prior of its band, the band that of
 * its cells, each with the weight of CHANCE_PRIOR outcomes: a new gateway
 * shows the formula, an old one what happened. Pure. */
#ifndef CORE_CHANCE_H
#define CORE_CHANCE_H

#include "core/route.h"

#define CHANCE_BANDS 16
#define CHANCE_LASTS 5
#define CHANCE_CELLS (CHANCE_BANDS * CHANCE_LASTS)
#define CHANCE_PRIOR 20.0
/* What an outcome still counts after the next one in its cell: some thousand
 * are remembered, so that a gateway whose people change is not held back. */
#define CHANCE_KEPT 0.999

struct chance {
	struct {
		double ended, arrived;
	} cell[CHANCE_CELLS];
};

/* `chains`: the best ways, best first (route_alternatives); at least one. */
int chance_cell(const struct route_chain *chains, size_t count);
double chance_of(const struct chance *learnt, const struct route_chain *chains, size_t count);

#endif
