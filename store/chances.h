/* chances: how introductions ended, by what they looked like at the start
 * (core/chance.h). */
#ifndef STORE_CHANCES_H
#define STORE_CHANCES_H

#include "core/chance.h"
#include "store/store.h"

void chances_read(struct store *store, struct chance *learnt);
/* The cell an introduction was opened in. */
void chances_open(struct store *store, int64_t intro, int cell);
/* Counts those that have ended and whose deadline has passed. Not sooner: what
 * arrives arrives early, what fails takes until the end, and a gateway that
 * counted each at its end would promise too much for its first months. */
void chances_settle(struct store *store, int64_t now_at);

#endif
