#include "base/log.h"
#include "base/mem.h"
#include "base/when.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <string.h>

#define MONTH_S (30 * (int64_t)WHEN_DAY_S)

void turn_end(struct turn *turn)
{
	network_free(&turn->network);
}

static const struct network *network_now(struct turn *turn)
{
	int64_t generation = link_generation(turn->store);
	if (turn->network != NULL && turn->network_generation == generation)
		return turn->network;
	struct network_link *links;
	size_t count = link_routing(turn->store, &links);
	network_free(&turn->network);
	turn->network = network_new(links, count);
	turn->network_generation = generation;
	log_debug("network members=%zu links=%zu", network_members(turn->network), count);
	return turn->network;
}

struct avoid {
	int64_t *members;
	size_t count;
};

/* Relays who were asked often enough this month, and who is told besides. */
static struct avoid avoided(struct turn *turn, const int64_t *more, size_t more_count,
                            const struct route_source *sources, size_t source_count, int64_t target)
{
	int64_t *busy;
	size_t busy_count =
		ask_busy(turn->store, turn->now_at - MONTH_S, turn->gateway->asks_per_month, &busy);
	struct avoid avoid = { mem_zero(busy_count + more_count, sizeof(int64_t)), 0 };
	for (size_t i = 0; i < busy_count + more_count; i++) {
		int64_t member = i < busy_count ? busy[i] : more[i - busy_count];
		bool an_end = member == target;
		for (size_t s = 0; s < source_count; s++)
			an_end = an_end || sources[s].member == member;
		if (!an_end)
			avoid.members[avoid.count++] = member;
	}
	return avoid;
}

size_t turn_ways(struct turn *turn, int64_t from, int64_t to, int max_hops,
                 struct route_chain *chains, size_t most)
{
	struct route_source source = { from, max_hops };
	struct avoid avoid = avoided(turn, NULL, 0, &source, 1, to);
	struct route_query query = { .sources = &source, .source_count = 1, .to = to,
		                     .avoid = avoid.members, .avoid_count = avoid.count };
	size_t count = route_alternatives(network_now(turn), &query, chains, most);
	free(avoid.members);
	return count;
}

/* The people of an introduction as the core counts them. */
static size_t people(struct turn *turn, const struct intro *intro, struct relay_ask **asks)
{
	struct ask *all;
	size_t count = ask_list(turn->store, intro->id, &all);
	*asks = mem_zero(count, sizeof **asks);
	for (size_t i = 0; i < count; i++)
		(*asks)[i] = (struct relay_ask){ all[i].id,       all[i].member, all[i].next,
			                         all[i].parent,   all[i].kind,   all[i].state,
			                         all[i].any_next, all[i].hop };
	return count;
}

static enum rc find(struct turn *turn, const struct intro *intro,
                    const struct route_source *sources, size_t source_count,
                    const struct relay_ask *asks, size_t count, struct route_chain *chain)
{
	int64_t shunned[RELAY_MOST_PEOPLE + 1];
	size_t shunned_count = relay_shunned(asks, count, shunned);
	shunned[shunned_count++] = intro->requester; /* never asked to pass on to others */
	struct avoid avoid =
		avoided(turn, shunned, shunned_count, sources, source_count, intro->target);
	struct route_query query = { .sources = sources,
		                     .source_count = source_count,
		                     .to = intro->target,
		                     .avoid = avoid.members,
		                     .avoid_count = avoid.count };
	enum rc rc = route_find(network_now(turn), &query, chain);
	free(avoid.members);
	return rc;
}

enum rc way_find(struct turn *turn, const struct intro *intro, struct way *way)
{
	struct relay_ask *asks;
	struct route_source sources[RELAY_MOST_PEOPLE];
	struct route_chain chain;
	size_t count = people(turn, intro, &asks);
	size_t source_count =
		relay_sources(intro->requester, asks, count, turn->gateway->max_hops, sources);
	enum rc rc = find(turn, intro, sources, source_count, asks, count, &chain);
	if (rc == RC_OK) {
		int holder = relay_accepted(asks, count, chain.member[0]);
		way->from = chain.member[0];
		way->next = chain.member[1];
		way->parent = holder >= 0 ? asks[holder].id : 0;
		way->hop = holder >= 0 ? asks[holder].hop + 1 : 1;
		way->needs_consent =
			holder >= 0 && !relay_covers(asks, count, way->from, way->next);
	}
	free(asks);
	return rc;
}

/* Asked about this introduction before, or too often this month: not now. */
static bool must_rest(struct turn *turn, const struct relay_ask *asks, size_t count, int64_t member)
{
	struct avoid busy = avoided(turn, NULL, 0, NULL, 0, 0);
	bool rests = false;
	for (size_t i = 0; i < busy.count; i++)
		rests = rests || busy.members[i] == member;
	for (size_t i = 0; i < count; i++)
		rests = rests || (asks[i].kind == ASK_RELAY && asks[i].member == member);
	free(busy.members);
	return rests;
}

static int64_t onward(struct turn *turn, const struct intro *intro, const struct relay_ask *asks,
                      size_t count, int64_t member, int hop)
{
	struct route_source source = { member, turn->gateway->max_hops - hop };
	struct route_chain chain;
	if (source.hops < 1 || find(turn, intro, &source, 1, asks, count, &chain) != RC_OK)
		return 0;
	return chain.member[1];
}

int64_t way_onward(struct turn *turn, const struct intro *intro, int64_t member, int hop)
{
	struct relay_ask *asks;
	size_t count = people(turn, intro, &asks);
	int64_t next = onward(turn, intro, asks, count, member, hop);
	free(asks);
	return next;
}

enum rc way_next(struct turn *turn, const struct intro *intro, const struct ask *accepted,
                 struct way *way)
{
	struct relay_ask *asks;
	size_t count = people(turn, intro, &asks);
	int64_t next = accepted->next;
	bool leads_on = next == intro->target ||
	                (!must_rest(turn, asks, count, next) &&
	                 onward(turn, intro, asks, count, next, accepted->hop + 1) != 0);
	free(asks);
	if (!leads_on)
		return way_find(turn, intro, way);
	*way = (struct way){ .from = accepted->member, .next = next, .parent = accepted->id,
		             .hop = accepted->hop + 1 };
	return RC_OK;
}

/* --- an admin's questions (route A B) --------------------------------------- */

static struct route_query asked_by_admin(struct turn *turn, const struct turn_route *route,
                                         const struct route_source *source, struct avoid *avoid)
{
	*avoid = avoided(turn, route->avoid, route->avoid_count, source, 1, route->to);
	return (struct route_query){
		.sources = source, .source_count = 1, .to = route->to,
		.avoid = route->rested ? route->avoid : avoid->members,
		.avoid_count = route->rested ? route->avoid_count : avoid->count,
	};
}

size_t turn_route(struct turn *turn, const struct turn_route *route, struct route_chain *chains,
                  size_t most)
{
	struct route_source source = { route->from, route->max_hops };
	struct avoid avoid;
	struct route_query query = asked_by_admin(turn, route, &source, &avoid);
	size_t count = route_alternatives(network_now(turn), &query, chains, most);
	free(avoid.members);
	return count;
}

int turn_nearest(struct turn *turn, const struct turn_route *route)
{
	struct route_source source = { route->from, route->max_hops };
	struct avoid avoid;
	struct route_query query = asked_by_admin(turn, route, &source, &avoid);
	int links = route_nearest(network_now(turn), &query);
	free(avoid.members);
	return links;
}

bool turn_rests(struct turn *turn, int64_t member)
{
	return must_rest(turn, NULL, 0, member);
}
