#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/when.h"
#include "store/rules.h"
#include "store/chances.h"
#include "store/outcomes.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <sys/stat.h>

#define MONTH_S       (30 * (int64_t)WHEN_DAY_S)
#define WEEK_S        (7 * (int64_t)WHEN_DAY_S)
#define FORGET_S      (30 * (int64_t)WHEN_DAY_S) /* a routing file is at most this old */
#define CHANGES_LEAST 1000                       /* in the overlay, before it is worth a building */
#define CHANGES_SHARE 20
#define SPENT_MOST    64
#define CREDIT_S      (30 * (int64_t)WHEN_DAY_S) /* in which a decline is forgiven */
#define UNMAPPED_MOST 20000 /* links built in memory again and again, before it is worth a file */

/* --- the network ------------------------------------------------------------- */

void turn_end(struct turn *turn)
{
	network_free(&turn->network);
	route_scratch_free(&turn->scratch);
	load_free(&turn->load);
}

void turn_network_renew(struct turn *turn)
{
	network_free(&turn->network);
	turn->network_generation = 0;
}

bool turn_network_stale(const struct turn *turn)
{
	if (turn->network == NULL)
		return false;
	size_t changes = network_changes(turn->network), links = network_links(turn->network);
	bool unmapped = network_generation(turn->network) == 0 && links > UNMAPPED_MOST;
	return unmapped || (changes > CHANGES_LEAST && changes > links / CHANGES_SHARE);
}

static void network_path(const struct turn *turn, struct str *path)
{
	str_init(path, 4096);
	str_addf(path, "%s/routing", turn->gateway->state);
}

static struct network *network_made(struct turn *turn)
{
	struct network_link *links;
	size_t count = link_routing(turn->store, turn->now_at, &links);
	struct network *network = network_new(links, count);
	turn->network_generation = link_generation(turn->store);
	log_debug("network members=%zu links=%zu", network_members(network), count);
	return network;
}

enum rc turn_network_build(struct turn *turn, struct why *why)
{
	struct str path;
	struct network *network = network_made(turn);
	network_path(turn, &path);
	enum rc rc = network_write(network, path.text, (uint64_t)turn->network_generation, why);
	str_free(&path);
	network_free(&network);
	return rc;
}

/* The file, if it is of this store's past and not too old to forget by. */
static bool open_file(struct turn *turn)
{
	struct str path;
	struct why why;
	struct stat about;
	network_path(turn, &path);
	bool fresh = stat(path.text, &about) == 0 && about.st_mtime + FORGET_S > turn->now_at;
	enum rc rc = fresh ? network_open(path.text, &turn->network, &why) : RC_NONE;
	if (rc == RC_PERM || rc == RC_TEMP)
		log_warn("network %s: built anew", why.text);
	str_free(&path);
	if (rc != RC_OK)
		return false;
	turn->network_generation = (int64_t)network_generation(turn->network);
	if (turn->network_generation <= link_generation(turn->store))
		return true;
	turn_network_renew(turn); /* of a later state: the database was put back */
	return false;
}

/* As of now: the file or a building, and what changed since laid over it. */
static const struct network *network_now(struct turn *turn)
{
	struct network_link *links;
	int64_t generation = link_generation(turn->store);
	if (turn->network == NULL && !open_file(turn))
		turn->network = network_made(turn);
	if (turn->network_generation == generation)
		return turn->network;
	size_t count = link_changes(turn->store, turn->network_generation, &links);
	for (size_t i = 0; i < count; i++)
		network_change(turn->network, &links[i]);
	turn->network_generation = generation;
	return turn->network;
}

/* --- who may be passed ---------------------------------------------------------- */

/* Who is not to be passed, and whom to spare: asked at all this month they
 * weigh more, asked often enough they are left in peace. */
struct people {
	int64_t *avoid;
	size_t avoid_count;
	struct route_load *load;
	size_t load_count;
};

static bool is_end(int64_t member, const struct route_source *sources, size_t count, int64_t target)
{
	bool end = member == target;
	for (size_t i = 0; i < count; i++)
		end = end || sources[i].member == member;
	return end;
}

/* `requester` 0: about nobody's introduction. */
static struct people people_of(struct turn *turn, const int64_t *shunned, size_t shunned_count,
                               const struct route_source *sources, size_t source_count,
                               int64_t requester, int64_t target)
{
	const struct ask_count *asked;
	int64_t *rested, *refusing;
	int most = turn->gateway->asks_per_month; /* 0: nobody is spared */
	size_t count = most > 0 ? load_counts(turn, &asked) : 0;
	size_t rests = rules_rested(turn->store, turn->now_at - WEEK_S, &rested);
	size_t refuse = block_avoid(turn->store, requester, target, &refusing);
	struct people p = { .avoid = mem_zero(count + rests + refuse + shunned_count,
		                              sizeof *p.avoid),
		            .load = mem_zero(count, sizeof *p.load) };
	for (size_t i = 0; i < count; i++) {
		int percent = trust_load_percent(asked[i].asks);
		bool often = asked[i].asks >= most;
		if ((percent == 100 && !often) ||
		    is_end(asked[i].member, sources, source_count, target))
			continue;
		if (often)
			p.avoid[p.avoid_count++] = asked[i].member;
		else
			p.load[p.load_count++] = (struct route_load){ asked[i].member, percent };
	}
	for (size_t i = 0; i < rests; i++)
		if (!is_end(rested[i], sources, source_count, target))
			p.avoid[p.avoid_count++] = rested[i];
	for (size_t i = 0; i < refuse; i++)
		if (!is_end(refusing[i], sources, source_count, target))
			p.avoid[p.avoid_count++] = refusing[i];
	for (size_t i = 0; i < shunned_count; i++)
		if (!is_end(shunned[i], sources, source_count, target))
			p.avoid[p.avoid_count++] = shunned[i];
	return p;
}

static void people_free(struct people *p)
{
	free(p->avoid);
	free(p->load);
}

static struct route_query query_of(const struct people *p, const struct route_source *sources,
                                   size_t source_count, int64_t target)
{
	return (struct route_query){ .sources = sources, .source_count = source_count, .to = target,
		                     .avoid = p->avoid, .avoid_count = p->avoid_count,
		                     .loads = p->load, .load_count = p->load_count };
}

size_t turn_ways(struct turn *turn, int64_t from, int64_t to, int max_hops,
                 struct route_chain *chains, size_t most)
{
	struct turn_route route = { .from = from, .to = to, .max_hops = max_hops };
	return turn_route(turn, &route, chains, most);
}

void way_reach(struct turn *turn, int64_t from, const int64_t *to, size_t count, double *worth)
{
	struct route_source source = { from, turn->gateway->max_hops };
	struct people p = people_of(turn, NULL, 0, &source, 1, from, from);
	if (turn->scratch == NULL)
		turn->scratch = route_scratch_new();
	for (size_t i = 0; i < count; i++) {
		struct route_query query = query_of(&p, &source, 1, to[i]);
		struct route_chain chain;
		/* Asked often this month: no relay, but still to be reached. */
		for (size_t j = 0; j < p.avoid_count; j++)
			p.avoid[j] = p.avoid[j] == to[i] ? -to[i] : p.avoid[j];
		enum rc rc = route_find_in(turn->scratch, network_now(turn), &query, &chain);
		worth[i] = rc == RC_OK && chain.hops > 0 ? chain.worth : 0;
		for (size_t j = 0; j < p.avoid_count; j++)
			p.avoid[j] = p.avoid[j] == -to[i] ? to[i] : p.avoid[j];
	}
	people_free(&p);
}

/* The people of an introduction as the core counts them. */
static size_t asks_of(struct turn *turn, const struct intro *intro, struct relay_ask **asks)
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

/* To whom those who hold the request have handed on too much that was declined. */
static size_t spent(struct turn *turn, const struct route_source *sources, size_t source_count,
                    int64_t members[SPENT_MOST])
{
	struct spent_link *links;
	int most = turn->gateway->link_credit;
	size_t found = 0;
	size_t count = most > 0 ? links_spent(turn->store, turn->now_at, CREDIT_S, most, &links)
	                        : 0;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < source_count && found < SPENT_MOST; k++)
			if (sources[k].member == links[i].from)
				members[found++] = links[i].to;
	return found;
}

static enum rc find(struct turn *turn, const struct intro *intro,
                    const struct route_source *sources, size_t source_count,
                    const struct relay_ask *asks, size_t count, struct route_chain *chain)
{
	int64_t *refusing;
	size_t refuse_count = purpose_refusers(turn->store, intro->purpose, &refusing);
	int64_t *shunned = mem_zero(RELAY_MOST_PEOPLE + 1 + SPENT_MOST + refuse_count,
	                            sizeof *shunned);
	size_t shunned_count = relay_shunned(asks, count, shunned);
	shunned_count += spent(turn, sources, source_count, shunned + shunned_count);
	for (size_t i = 0; i < refuse_count; i++)
		shunned[shunned_count++] = refusing[i];
	shunned[shunned_count++] = intro->requester; /* never asked to pass on to others */
	struct people p =
		people_of(turn, shunned, shunned_count, sources, source_count, intro->requester,
		          intro->target);
	struct route_query query = query_of(&p, sources, source_count, intro->target);
	if (turn->scratch == NULL)
		turn->scratch = route_scratch_new();
	enum rc rc = route_find_in(turn->scratch, network_now(turn), &query, chain);
	free(shunned);
	people_free(&p);
	return rc;
}

enum rc way_find(struct turn *turn, const struct intro *intro, struct way *way)
{
	struct relay_ask *asks;
	struct route_source sources[RELAY_MOST_PEOPLE];
	struct route_chain chain;
	size_t count = asks_of(turn, intro, &asks);
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
	struct people busy = people_of(turn, NULL, 0, NULL, 0, 0, 0);
	bool rests = false;
	for (size_t i = 0; i < busy.avoid_count; i++)
		rests = rests || busy.avoid[i] == member;
	for (size_t i = 0; i < count; i++)
		rests = rests || (asks[i].kind == ASK_RELAY && asks[i].member == member);
	people_free(&busy);
	return rests;
}

bool way_may_ask(struct turn *turn, const struct intro *intro, int64_t member, int hop)
{
	struct relay_ask *asks;
	size_t count = asks_of(turn, intro, &asks);
	bool rests = must_rest(turn, asks, count, member);
	free(asks);
	return !rests && hop < turn->gateway->max_hops;
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
	size_t count = asks_of(turn, intro, &asks);
	int64_t next = onward(turn, intro, asks, count, member, hop);
	free(asks);
	return next;
}

enum rc way_next(struct turn *turn, const struct intro *intro, const struct ask *accepted,
                 struct way *way)
{
	struct relay_ask *asks;
	size_t count = asks_of(turn, intro, &asks);
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

double turn_chance(struct turn *turn, const struct route_chain *chains, size_t count)
{
	struct chance learnt;
	if (count == 0)
		return 0;
	chances_read(turn->store, &learnt);
	return chance_of(&learnt, chains, count < TURN_CHANCE_WAYS ? count : TURN_CHANCE_WAYS);
}

/* --- an admin's questions (route A B) --------------------------------------- */

static struct route_query asked_by_admin(struct turn *turn, const struct turn_route *route,
                                         const struct route_source *source, struct people *p)
{
	*p = people_of(turn, route->avoid, route->avoid_count, source, 1, route->from, route->to);
	struct route_query query = query_of(p, source, 1, route->to);
	if (route->rested) {
		query.avoid = route->avoid;
		query.avoid_count = route->avoid_count;
		query.load_count = 0;
	}
	return query;
}

size_t turn_route(struct turn *turn, const struct turn_route *route, struct route_chain *chains,
                  size_t most)
{
	struct route_source source = { route->from, route->max_hops };
	struct people p;
	struct route_query query = asked_by_admin(turn, route, &source, &p);
	size_t count = route_alternatives(network_now(turn), &query, chains, most);
	people_free(&p);
	return count;
}

int turn_nearest(struct turn *turn, const struct turn_route *route)
{
	struct route_source source = { route->from, route->max_hops };
	struct people p;
	struct route_query query = asked_by_admin(turn, route, &source, &p);
	int links = route_nearest(network_now(turn), &query);
	people_free(&p);
	return links;
}

int turn_load(struct turn *turn, int64_t member)
{
	struct people p = people_of(turn, NULL, 0, NULL, 0, 0, 0);
	int percent = 100;
	for (size_t i = 0; i < p.load_count; i++)
		if (p.load[i].member == member)
			percent = p.load[i].percent;
	for (size_t i = 0; i < p.avoid_count; i++)
		if (p.avoid[i] == member)
			percent = 0;
	people_free(&p);
	return percent;
}
