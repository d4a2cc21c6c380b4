#include "dp.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 product;

struct way {
	product score;
	uint32_t next;
};

struct reached {
	uint64_t score;
	uint32_t from;
};

struct dp {
	const struct graph *graph;
	uint8_t *load;
	bool *avoided;
	uint32_t to;
	struct way *way[DP_HOPS + 1];         /* to `to` in exactly so many links */
	struct reached *reached[DP_HOPS + 1]; /* of dp_query */
	uint32_t *wave[2];
};

struct dp *dp_new(const struct graph *graph)
{
	struct dp *dp = mem_zero(1, sizeof *dp);
	dp->graph = graph;
	dp->load = mem_zero(graph->members, 1);
	memset(dp->load, 100, graph->members);
	dp->avoided = mem_zero(graph->members, sizeof *dp->avoided);
	for (int k = 0; k <= DP_HOPS; k++) {
		dp->way[k] = mem_zero(graph->members, sizeof **dp->way);
		dp->reached[k] = mem_zero(graph->members, sizeof **dp->reached);
	}
	for (int i = 0; i < 2; i++)
		dp->wave[i] = mem_zero(graph->members, sizeof **dp->wave);
	return dp;
}

void dp_free(struct dp **dp)
{
	struct dp *d = *dp;
	for (int k = 0; k <= DP_HOPS; k++) {
		free(d->way[k]);
		free(d->reached[k]);
	}
	free(d->wave[0]);
	free(d->wave[1]);
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

static size_t next_wave(struct dp *dp, int k, const uint32_t *wave, size_t count, uint32_t *next)
{
	const struct graph *g = dp->graph;
	struct reached *here = dp->reached[k - 1], *there = dp->reached[k];
	size_t reached = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t v = wave[i];
		uint64_t score = here[v].score;
		for (size_t l = g->first[v]; l < g->first[v + 1]; l++) {
			struct reached *r = &there[g->to[l]];
			uint64_t made = score * g->percent[l];
			if (made <= r->score)
				continue;
			if (r->score == 0)
				next[reached++] = g->to[l];
			*r = (struct reached){ made, v };
		}
	}
	return reached;
}

uint64_t dp_query(struct dp *dp, uint32_t from, uint32_t to)
{
	uint64_t best = 0, hundreds = 1000000000000;
	size_t count = 1;
	for (int k = 0; k <= DP_HOPS; k++)
		memset(dp->reached[k], 0, dp->graph->members * sizeof **dp->reached);
	dp->reached[0][from].score = 1;
	dp->wave[0][0] = from;
	for (int k = 1; k <= DP_HOPS; k++) {
		count = next_wave(dp, k, dp->wave[(k - 1) % 2], count, dp->wave[k % 2]);
		hundreds /= 100;
		if (dp->reached[k][to].score * hundreds > best)
			best = dp->reached[k][to].score * hundreds;
	}
	return best;
}
