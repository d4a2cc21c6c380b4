#include "core/route.h"

#include "base/mem.h"
#include "core/network_lists.h"

#include <stdlib.h>

/* Breadth first, each member once. */
struct wave {
	const struct network *network;
	const struct route_query *query;
	bool *seen;
	uint32_t *queue;
	size_t first, last;
};

static void reach(struct wave *w, uint32_t v)
{
	if (v != NETWORK_NOBODY && !w->seen[v]) {
		w->seen[v] = true;
		w->queue[w->last++] = v;
	}
}

static bool link_avoided(const struct wave *w, uint32_t from, uint32_t to)
{
	const struct route_query *q = w->query;
	for (size_t i = 0; i < q->avoid_link_count; i++)
		if (network_member(w->network, from) == q->avoid_links[i].from &&
		    network_member(w->network, to) == q->avoid_links[i].to)
			return true;
	return false;
}

/* All members at the current distance give way to those one further. */
static void step(struct wave *w)
{
	for (size_t end = w->last; w->first < end; w->first++) {
		uint32_t v = w->queue[w->first];
		struct network_list list = network_list(w->network, NETWORK_OUT, v);
		for (uint32_t i = 0; i < list.count; i++) {
			uint64_t link = network_link_at(w->network, NETWORK_OUT, list.at + i);
			if (!link_avoided(w, v, (uint32_t)(link >> 7)))
				reach(w, (uint32_t)(link >> 7));
		}
	}
}

int route_nearest(const struct network *network, const struct route_query *query)
{
	size_t members = network_members(network);
	struct wave w = { .network = network, .query = query,
	                  .seen = mem_zero(members, sizeof *w.seen),
	                  .queue = mem_zero(members, sizeof *w.queue) };
	uint32_t to = network_index(network, query->to);
	int links = -1;
	/* Who is avoided counts as seen, and is never asked. */
	for (size_t i = 0; i < query->avoid_count; i++) {
		uint32_t v = network_index(network, query->avoid[i]);
		if (v != NETWORK_NOBODY)
			w.seen[v] = true;
	}
	bool shut = to == NETWORK_NOBODY || w.seen[to];
	for (size_t i = 0; i < query->source_count; i++)
		reach(&w, network_index(network, query->sources[i].member));
	for (int far = 0; !shut && w.first < w.last && links < 0; far++) {
		links = w.seen[to] ? far : -1;
		if (links < 0)
			step(&w);
	}
	free(w.seen);
	free(w.queue);
	return links;
}
