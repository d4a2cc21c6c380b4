#include "core/route.h"

#include "base/mem.h"
#include "core/network_lists.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The score of a chain of k links, as percents: k of trust, k - 1 of load. To
 * compare chains of different length exactly, all are brought to 100^11. */
typedef unsigned __int128 product;
#define MOST_FACTORS (2 * ROUTE_MOST_HOPS - 1)

/* way[k][v]: the best walk of exactly k links from v to the target. The best
 * of all lengths never comes back to a member: without the detour it would be
 * shorter and worth as much. */
struct way {
	product score;
	uint32_t next; /* NETWORK_NOBODY: no such walk */
	uint8_t percent;
};

struct search {
	const struct network *network;
	const struct route_query *query;
	bool *avoided;
	uint32_t to;
	struct way *way[ROUTE_MOST_HOPS + 1];
};

static product scaled(product score, int hops)
{
	for (int factors = 2 * hops - 1; factors < MOST_FACTORS; factors++)
		score *= 100;
	return score;
}

static bool link_avoided(const struct search *s, uint32_t from, uint32_t to)
{
	const struct route_query *q = s->query;
	for (size_t i = 0; i < q->avoid_link_count; i++)
		if (network_index(s->network, q->avoid_links[i].from) == from &&
		    network_index(s->network, q->avoid_links[i].to) == to)
			return true;
	return false;
}

static void better_first_link(struct search *s, int hops, uint32_t v, size_t link)
{
	uint32_t w = s->network->to[link];
	const struct way *rest = &s->way[hops - 1][w];
	struct way *way = &s->way[hops][v];
	if (s->avoided[w] || rest->score == 0 || link_avoided(s, v, w))
		return;
	product score = rest->score * s->network->percent[link];
	if (hops > 1)
		score *= s->network->load[w];
	/* Links come in order of id: an equal one later is the larger. */
	if (score > way->score)
		*way = (struct way){ score, w, s->network->percent[link] };
}

static void fill_ways(struct search *s, int most)
{
	const struct network *n = s->network;
	for (int k = 0; k <= most; k++)
		s->way[k] = mem_zero(n->members, sizeof **s->way);
	s->way[0][s->to].score = 1;
	for (int k = 1; k <= most; k++)
		for (uint32_t v = 0; v < n->members; v++)
			for (size_t i = n->first[v]; i < n->first[v + 1] && !s->avoided[v]; i++)
				better_first_link(s, k, v, i);
}

static void follow(const struct search *s, uint32_t v, int hops, struct route_chain *c)
{
	memset(c, 0, sizeof *c);
	c->hops = hops;
	c->worth = c->score = 1;
	for (int i = 0; i <= hops; i++) {
		c->member[i] = s->network->id[v];
		c->load[i] = i > 0 && i < hops ? s->network->load[v] : 100;
		c->score *= c->load[i] / 100.0;
		if (i == hops)
			break;
		c->percent[i] = s->way[hops - i][v].percent;
		c->worth *= c->percent[i] / 100.0;
		v = s->way[hops - i][v].next;
	}
	c->score *= c->worth;
}

/* By member ids from the start; both have the same number of links. */
static bool smaller(const struct route_chain *a, const struct route_chain *b)
{
	for (int i = 0; i <= a->hops; i++)
		if (a->member[i] != b->member[i])
			return a->member[i] < b->member[i];
	return false;
}

static enum rc best_of_sources(const struct search *s, struct route_chain *chain)
{
	product best = 0;
	struct route_chain found = { 0 }, other;
	for (size_t i = 0; i < s->query->source_count; i++) {
		uint32_t v = network_index(s->network, s->query->sources[i].member);
		if (v == NETWORK_NOBODY || s->avoided[v])
			continue;
		for (int k = 1; k <= s->query->sources[i].hops; k++) {
			product score = scaled(s->way[k][v].score, k);
			if (score == 0 || score < best)
				continue;
			follow(s, v, k, &other);
			if (score > best || k < found.hops ||
			    (k == found.hops && smaller(&other, &found)))
				found = other;
			best = score;
		}
	}
	if (best == 0)
		return RC_NONE;
	*chain = found;
	return RC_OK;
}

static bool avoids(const struct route_query *q, int64_t member)
{
	for (size_t i = 0; i < q->avoid_count; i++)
		if (q->avoid[i] == member)
			return true;
	return false;
}

/* A source that is the target needs no link. */
static bool already_there(const struct route_query *q, struct route_chain *chain)
{
	for (size_t i = 0; i < q->source_count; i++)
		if (q->sources[i].member == q->to) {
			*chain = (struct route_chain){ .member = { q->to }, .load = { 100 },
			                               .worth = 1, .score = 1 };
			return true;
		}
	return false;
}

enum rc route_find(const struct network *network, const struct route_query *query,
                   struct route_chain *chain)
{
	struct search s = { .network = network, .query = query };
	int most = 0;
	for (size_t i = 0; i < query->source_count; i++) {
		assert(query->sources[i].hops >= 1 && query->sources[i].hops <= ROUTE_MOST_HOPS);
		if (query->sources[i].hops > most)
			most = query->sources[i].hops;
	}
	if (avoids(query, query->to))
		return RC_NONE;
	if (already_there(query, chain))
		return RC_OK;
	s.to = network_index(network, query->to);
	if (s.to == NETWORK_NOBODY)
		return RC_NONE;
	s.avoided = mem_zero(network->members, sizeof *s.avoided);
	for (size_t i = 0; i < query->avoid_count; i++) {
		uint32_t v = network_index(network, query->avoid[i]);
		if (v != NETWORK_NOBODY)
			s.avoided[v] = true;
	}
	fill_ways(&s, most);
	enum rc rc = best_of_sources(&s, chain);
	for (int k = 0; k <= most; k++)
		free(s.way[k]);
	free(s.avoided);
	return rc;
}

size_t route_alternatives(const struct network *network, const struct route_query *query,
                          struct route_chain *chains, size_t most)
{
	struct route_query next = *query;
	struct network_link *avoid =
	        mem_zero(query->avoid_link_count + most, sizeof *avoid);
	size_t found = 0;
	if (query->avoid_link_count > 0)
		memcpy(avoid, query->avoid_links, query->avoid_link_count * sizeof *avoid);
	next.avoid_links = avoid;
	while (found < most && route_find(network, &next, &chains[found]) == RC_OK &&
	       chains[found].hops > 0) {
		const int64_t *member = chains[found++].member;
		avoid[next.avoid_link_count++] =
		        (struct network_link){ .from = member[0], .to = member[1] };
	}
	free(avoid);
	return found;
}
