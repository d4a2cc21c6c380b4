/* dp: the best chain by members and number of links, the plain way. The oracle
 * of the routing engine: its own lists, its own arithmetic, no shortcuts. */
#ifndef BENCH_DP_H
#define BENCH_DP_H

#include "graph.h"

#define DP_HOPS 6

struct dp;

struct dp_chain {
	unsigned __int128 score; /* 6 percents of trust and 5 of load, as 100^11 */
	int hops;
	uint32_t member[DP_HOPS + 1];
};

struct dp *dp_new(const struct graph *graph);
void dp_free(struct dp **dp);
void dp_load(struct dp *dp, uint32_t member, uint8_t percent);

/* Exact answers from everybody to `to`, never through the avoided. */
void dp_to(struct dp *dp, uint32_t to, const uint32_t *avoid, size_t avoids);
/* false: none of at most `hops` links. */
bool dp_best(const struct dp *dp, uint32_t from, int hops, struct dp_chain *chain);
/* Better score, else fewer links, else smaller members: below zero if `a` is. */
int dp_compare(const struct dp_chain *a, const struct dp_chain *b);

/* One query, without loads and without the chain itself: only the score, times
 * 100^6, 0 for none. As fast as the method goes: one pass over all links for
 * each of the six, no branch but the loop's. */
uint64_t dp_query(struct dp *dp, uint32_t from, uint32_t to);

#endif
