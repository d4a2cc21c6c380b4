/* oracle: the routing engine against the plain method, chain by chain.
 *
 *   oracle QUERIES [MEMBERS]
 *
 * On Advogato's network if the shared folder has it, else on a made one of its
 * size; with MEMBERS on a made one of that size. A part of the queries has
 * loads, avoided members, and several sources with limits of their own. */
#include "dp.h"

#include "base/mem.h"
#include "core/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SOURCES_MOST 3

struct test {
	struct graph *graph;
	struct network *network;
	struct route_scratch *scratch;
	struct dp *dp;
	uint64_t seed;
	unsigned long queries, none, wrong;
};

static uint32_t draw(struct test *t, uint32_t below)
{
	return (uint32_t)(graph_random(&t->seed) % below);
}

static bool best_of(const struct test *t, const struct route_query *q, struct dp_chain *best)
{
	bool found = false;
	for (size_t i = 0; i < q->source_count; i++) {
		struct dp_chain c;
		if (dp_best(t->dp, (uint32_t)(q->sources[i].member - 1), q->sources[i].hops, &c) &&
		    (!found || dp_compare(&c, best) < 0)) {
			*best = c;
			found = true;
		}
	}
	return found;
}

static bool same(const struct dp_chain *want, const struct route_chain *got)
{
	bool equal = want->hops == got->hops;
	for (int i = 0; equal && i <= got->hops; i++)
		equal = (int64_t)want->member[i] + 1 == got->member[i];
	return equal;
}

static void ask(struct test *t, uint32_t to, const int64_t *avoid, size_t avoids, bool several)
{
	struct route_source source[SOURCES_MOST];
	struct route_query q = { .sources = source, .source_count = 1, .to = (int64_t)to + 1,
	                         .avoid = avoid, .avoid_count = avoids };
	struct route_chain got;
	struct dp_chain want;
	source[0] = (struct route_source){ draw(t, t->graph->members) + 1, 6 };
	for (; several && q.source_count < SOURCES_MOST; q.source_count++)
		source[q.source_count] = (struct route_source){ draw(t, t->graph->members) + 1,
		                                                1 + (int)draw(t, 6) };
	bool expected = best_of(t, &q, &want);
	bool found = route_find_in(t->scratch, t->network, &q, &got) == RC_OK;
	t->queries++;
	t->none += !expected;
	if (found != expected || (found && !same(&want, &got))) {
		if (t->wrong++ < 10)
			printf("WRONG: %lld (of %zu) to %lld, %zu avoided, %d hops, not %d\n",
			       (long long)source[0].member, q.source_count, (long long)q.to, avoids,
			       found ? got.hops : -1, expected ? want.hops : -1);
	}
}

static void set_loads(struct test *t)
{
	for (uint32_t v = 0; v < t->graph->members; v++) {
		uint8_t percent = (uint8_t)(draw(t, 5) ? 100 : 40 + draw(t, 61));
		dp_load(t->dp, v, percent);
		network_load_set(t->network, (int64_t)v + 1, percent);
	}
}

/* `count` queries, `each` to one target. */
static void campaign(struct test *t, unsigned long count, unsigned long each, bool hard)
{
	for (unsigned long i = 0; i < count; i += each) {
		uint32_t to = draw(t, t->graph->members), avoid[5];
		int64_t id[5];
		size_t avoids = hard ? draw(t, 6) : 0;
		for (size_t k = 0; k < avoids; k++) {
			avoid[k] = draw(t, 2) ? draw(t, t->graph->members) :
			           t->graph->to[graph_random(&t->seed) % t->graph->links];
			id[k] = (int64_t)avoid[k] + 1;
		}
		dp_to(t->dp, to, avoid, avoids);
		for (unsigned long k = 0; k < each && i + k < count; k++)
			ask(t, to, id, avoids, hard && draw(t, 2) == 0);
	}
}

int main(int argc, char **argv)
{
	const char *shared = getenv("SHARED");
	char folder[500];
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	struct test t = { .seed = (uint64_t)time(NULL) };
	if (getenv("ROUTE_SEED") != NULL)
		t.seed = strtoull(getenv("ROUTE_SEED"), NULL, 10);
	uint64_t seed = t.seed;
	snprintf(folder, sizeof folder, "%s/routing/data", shared ? shared : "../shared");
	t.graph = argc > 2 ? graph_make((uint32_t)strtoul(argv[2], NULL, 10), 0, t.seed) :
	                     graph_read(folder, "out.advogato", false, false, t.seed);
	if (t.graph == NULL)
		t.graph = graph_make(6542, 2, t.seed);
	t.network = graph_network(t.graph);
	t.scratch = route_scratch_new();
	t.dp = dp_new(t.graph);
	campaign(&t, count / 2, 100, false);
	set_loads(&t);
	campaign(&t, count - count / 2, 100, true);
	printf("%s: %u members, %zu links, seed %llu: %lu queries, %lu without a way, %lu wrong\n",
	       t.graph->name, t.graph->members, t.graph->links, (unsigned long long)seed, t.queries,
	       t.none, t.wrong);
	dp_free(&t.dp);
	route_scratch_free(&t.scratch);
	network_free(&t.network);
	graph_free(&t.graph);
	return t.wrong == 0 ? 0 : 1;
}
