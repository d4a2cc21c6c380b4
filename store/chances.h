/* chances: how introductions ended, by what they looked like at the start
 * (core/chance.h). */
#ifndef STORE_CHANCES_H
#define STORE_CHANCES_H

#include "core/chance.h"
#include "store/store.h"

void chances_read(struct store *store, struct chance *learnt);
/* The cell an introduction was opened in. */
void chances_open(struct store *store, int64_t intro, int cell);
/* It ended. `again`: it had been counted as failed, and arrived after all. */
void chances_end(struct store *store, int64_t intro, bool arrived, bool again);

#endif
