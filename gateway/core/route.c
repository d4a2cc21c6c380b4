#include "core/route_search.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

#define BALL_LISTS 1024

struct route_scratch *route_scratch_new(void)
{
	struct route_scratch *s = mem_zero(1, sizeof *s);
	route_key_fill(&s->key);
	s->list_room = BALL_LISTS;
	s->list = mem_zero(s->list_room, sizeof *s->list);
	for (int d = 0; d < 2; d++)
		for (int r = 0; r < BALL_RADII; r++)
			s->side[d].ball.bits[r] = mem_zero((size_t)1 << ball_log2[r] >> 3, 1);
	return s;
}

void route_scratch_free(struct route_scratch **scratch)
{
	struct route_scratch *s = *scratch;
	if (s == NULL)
		return;
	for (int d = 0; d < 2; d++)
		for (int r = 0; r < BALL_RADII; r++)
			free(s->side[d].ball.bits[r]);
	free(s->list);
	free(s->group);
	free(s->event);
	free(s->label);
	free(s->slot);
	free(s);
	*scratch = NULL;
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

static bool avoids(const struct route_query *q, int64_t member)
{
	for (size_t i = 0; i < q->avoid_count; i++)
		if (q->avoid[i] == member)
			return true;
	return false;
}

static struct slot *slot_of(struct route_scratch *s, int64_t member)
{
	uint32_t v = network_index(s->network, member);
	return v != NETWORK_NOBODY ? route_search_slot(s, v) : NULL;
}

static void mark(struct route_scratch *s)
{
	const struct route_query *q = s->query;
	struct slot *slot;
	for (size_t i = 0; i < q->avoid_count; i++)
		if ((slot = slot_of(s, q->avoid[i])) != NULL)
			slot->dead = 1;
	for (size_t i = 0; i < q->load_count; i++) {
		assert(q->loads[i].percent >= 1 && q->loads[i].percent <= 100);
		if ((slot = slot_of(s, q->loads[i].member)) != NULL)
			slot->load = (uint8_t)q->loads[i].percent;
	}
	for (size_t i = 0; i < q->avoid_link_count; i++) {
		if ((slot = slot_of(s, q->avoid_links[i].from)) != NULL)
			slot->careful = 1;
		if ((slot = slot_of(s, q->avoid_links[i].to)) != NULL)
			slot->careful = 1;
	}
}

static void plant_roots(struct route_scratch *s, uint32_t to)
{
	const struct route_query *q = s->query;
	for (size_t i = 0; i < q->source_count; i++) {
		uint32_t v = network_index(s->network, q->sources[i].member);
		if (v != NETWORK_NOBODY)
			route_search_root(s, FORWARD, v, s->most - q->sources[i].hops);
	}
	route_search_root(s, BACKWARD, to, 0);
}

static void tell(const struct route_scratch *s, struct route_chain *chain)
{
	const struct found *f = &s->found;
	struct route_chain c = { .hops = f->hops, .worth = 1, .score = 1 };
	for (int i = 0; i <= f->hops; i++) {
		c.member[i] = network_member(s->network, f->member[i]);
		c.load[i] = i > 0 && i < f->hops ? f->load[i] : 100;
		c.score *= c.load[i] / 100.0;
	}
	for (int i = 0; i < f->hops; i++) {
		c.percent[i] = f->percent[i];
		c.worth *= c.percent[i] / 100.0;
	}
	c.score *= c.worth;
	*chain = c;
}

enum rc route_find_in(struct route_scratch *s, const struct network *network,
                      const struct route_query *query, struct route_chain *chain)
{
	int most = 0;
	for (size_t i = 0; i < query->source_count; i++) {
		int hops = query->sources[i].hops;
		assert(hops >= 1 && hops <= ROUTE_MOST_HOPS);
		most = hops > most ? hops : most;
	}
	if (avoids(query, query->to))
		return RC_NONE;
	if (already_there(query, chain))
		return RC_OK;
	uint32_t to = network_index(network, query->to);
	if (to == NETWORK_NOBODY || most == 0)
		return RC_NONE;
	route_search_start(s, network, query, most, network->loaded || query->load_count > 0);
	mark(s);
	plant_roots(s, to);
	if (!route_search_run(s))
		return RC_NONE;
	tell(s, chain);
	return RC_OK;
}

enum rc route_find(const struct network *network, const struct route_query *query,
                   struct route_chain *chain)
{
	struct route_scratch *s = route_scratch_new();
	enum rc rc = route_find_in(s, network, query, chain);
	route_scratch_free(&s);
	return rc;
}

size_t route_alternatives(const struct network *network, const struct route_query *query,
                          struct route_chain *chains, size_t most)
{
	struct route_scratch *s = route_scratch_new();
	struct route_query next = *query;
	struct network_link *avoid = mem_zero(query->avoid_link_count + most, sizeof *avoid);
	size_t found = 0;
	if (query->avoid_link_count > 0)
		memcpy(avoid, query->avoid_links, query->avoid_link_count * sizeof *avoid);
	next.avoid_links = avoid;
	while (found < most && route_find_in(s, network, &next, &chains[found]) == RC_OK &&
	       chains[found].hops > 0) {
		const int64_t *member = chains[found++].member;
		avoid[next.avoid_link_count++] =
		        (struct network_link){ .from = member[0], .to = member[1] };
	}
	free(avoid);
	route_scratch_free(&s);
	return found;
}
