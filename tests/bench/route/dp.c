#include "dp.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 product;

struct way {
	product score;
	uint32_t next;
};

struct dp {
	const struct graph *graph;
	uint8_t *load;
	bool *avoided;
	uint32_t to;
	struct way *way[DP_HOPS + 1];         /* to `to` in exactly so many links */
	uint64_t *exact[2];           /* of dp_query: the last two layers */
};

struct dp *dp_new(const struct graph *graph)
{
	struct dp *dp = mem_zero(1, sizeof *dp);
	dp->graph = graph;
	dp->load = mem_zero(graph->members, 1);
	memset(dp->load, 100, graph->members);
	dp->avoided = mem_zero(graph->members, sizeof *dp->avoided);
	for (int k = 0; k <= DP_HOPS; k++)
		dp->way[k] = mem_zero(graph->members, sizeof **dp->way);
	for (int i = 0; i < 2; i++)
		dp->exact[i] = mem_zero(graph->members, sizeof **dp->exact);
	return dp;
}

void dp_free(struct dp **dp)
{
	struct dp *d = *dp;
	for (int k = 0; k <= DP_HOPS; k++)
		free(d->way[k]);
	free(d->exact[0]);
	free(d->exact[1]);
	free(d->load);
	free(d->avoided);
	free(d);
	*dp = NULL;
}

void dp_load(struct dp *dp, uint32_t member, uint8_t percent)
{
	dp->load[member] = percent;
}

static struct way best_way(const struct dp *dp, int hops, uint32_t v)
{
	const struct graph *g = dp->graph;
	struct way best = { 0, 0 };
	for (size_t i = g->first[v]; i < g->first[v + 1]; i++) {
		uint32_t w = g->to[i];
		product rest = dp->way[hops - 1][w].score;
		if (rest == 0)
			continue;
		product score = rest * g->percent[i] * (hops > 1 ? dp->load[w] : 1u);
		if (score > best.score) /* lists ascend: an equal one is larger */
			best = (struct way){ score, w };
	}
	return best;
}

void dp_to(struct dp *dp, uint32_t to, const uint32_t *avoid, size_t avoids)
{
	uint32_t members = dp->graph->members;
	memset(dp->avoided, 0, members * sizeof *dp->avoided);
	for (size_t i = 0; i < avoids; i++)
		dp->avoided[avoid[i]] = true;
	memset(dp->way[0], 0, members * sizeof **dp->way);
	dp->to = to;
	dp->way[0][to].score = !dp->avoided[to];
	for (int k = 1; k <= DP_HOPS; k++)
		for (uint32_t v = 0; v < members; v++)
			dp->way[k][v] = dp->avoided[v] ? (struct way){ 0, 0 } : best_way(dp, k, v);
}

int dp_compare(const struct dp_chain *a, const struct dp_chain *b)
{
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	if (a->hops != b->hops)
		return a->hops - b->hops;
	for (int i = 0; i <= a->hops; i++)
		if (a->member[i] != b->member[i])
			return a->member[i] < b->member[i] ? -1 : 1;
	return 0;
}

static struct dp_chain follow(const struct dp *dp, uint32_t v, int hops)
{
	struct dp_chain c = { .score = dp->way[hops][v].score, .hops = hops };
	for (int factors = hops > 0 ? 2 * hops - 1 : 0; factors < 2 * DP_HOPS - 1; factors++)
		c.score *= 100;
	for (int i = 0; i <= hops; i++) {
		c.member[i] = v;
		v = dp->way[hops - i][v].next;
	}
	return c;
}

bool dp_best(const struct dp *dp, uint32_t from, int hops, struct dp_chain *chain)
{
	bool found = false;
	for (int k = 0; k <= hops; k++) {
		struct dp_chain c = follow(dp, from, k);
		if (c.score > 0 && (!found || dp_compare(&c, chain) < 0)) {
			*chain = c;
			found = true;
		}
	}
	return found;
}

uint64_t dp_query(struct dp *dp, uint32_t from, uint32_t to)
{
	const struct graph *g = dp->graph;
	uint64_t best = 0, hundreds = 1000000000000;
	uint64_t *rest = dp->exact[0], *made = dp->exact[1];
	memset(rest, 0, g->members * sizeof *rest);
	rest[to] = 1;
	for (int k = 1; k <= DP_HOPS; k++) {
		for (uint32_t v = 0; v < g->members; v++) {
			uint64_t most = 0;
			for (size_t i = g->first[v]; i < g->first[v + 1]; i++) {
				uint64_t score = rest[g->to[i]] * g->percent[i];
				most = score > most ? score : most;
			}
			made[v] = most;
		}
		hundreds /= 100;
		best = made[from] * hundreds > best ? made[from] * hundreds : best;
		uint64_t *swap = rest;
		rest = made;
		made = swap;
	}
	return best;
}
