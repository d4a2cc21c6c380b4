/* bench_route: the routing engine beside igraph's Dijkstra and the plain
 * method (dp.h), in interleaved rounds on one network.
 *
 *   bench_route NAME|MEMBERS ROUNDS QUERIES PEER_QUERIES DP_QUERIES
 *
 * NAME is a file of the shared folder; with "=" before it, its first line is no
 * link; with "+", links go both ways too.
 * One line a measured value on standard output, tab separated:
 *   network members links what round value
 * Times are processor time in microseconds a query, so that what else runs on
 * the machine counts only through the caches. Every batch of ours is run once
 * unmeasured first: warm. igraph answers an easier question: it knows no limit
 * of links, and "longer" tells how many of its chains have more than six. */
#include "dp.h"

#include "base/mem.h"
#include "core/route.h"

#include <igraph/igraph.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define AVOIDED 5
#define CHASERS 12
#define FILE_OCTETS_A_LINK 10.63 /* of the file whose lines the memory floor counts */

struct pair {
	uint32_t from, to;
	int64_t avoid[AVOIDED];
	size_t avoids;
	double score;
};

struct bench {
	struct graph *graph;
	struct network *network;
	struct route_scratch *scratch;
	struct dp *dp;
	struct pair *pair;
	size_t queries, peer_queries, dp_queries;
	igraph_t peer;
	igraph_vector_t cost;
	uint32_t *line; /* of the chase: 16 a cache line, the first is the next */
	size_t lines;
	double *sample;
	size_t samples;
};

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static double wall_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void tell(const struct bench *b, const char *what, int round, double value)
{
	printf("%s\t%u\t%zu\t%s\t%d\t%.4f\n", b->graph->name, b->graph->members, b->graph->links,
	       what, round, value);
	fflush(stdout);
}

static enum rc ask(struct bench *b, const struct pair *p, bool avoiding, struct route_chain *c)
{
	struct route_source source = { (int64_t)p->from + 1, ROUTE_MOST_HOPS };
	struct route_query q = { .sources = &source, .source_count = 1, .to = (int64_t)p->to + 1,
	                         .avoid = p->avoid, .avoid_count = avoiding ? p->avoids : 0 };
	return route_find_in(b->scratch, b->network, &q, c);
}

/* Pairs at random that have a chain; who is avoided in a repair are the relays
 * of the best one, and then of the next best. */
static void draw_pairs(struct bench *b, uint64_t seed)
{
	b->pair = mem_zero(b->queries, sizeof *b->pair);
	for (size_t i = 0; i < b->queries;) {
		struct pair *p = &b->pair[i];
		struct route_chain c;
		*p = (struct pair){ .from = (uint32_t)(graph_random(&seed) % b->graph->members),
		                    .to = (uint32_t)(graph_random(&seed) % b->graph->members) };
		if (p->from == p->to || ask(b, p, false, &c) != RC_OK)
			continue;
		p->score = c.score;
		for (bool more = true; more && p->avoids < AVOIDED;) {
			for (int k = 1; k < c.hops && p->avoids < AVOIDED; k++)
				p->avoid[p->avoids++] = c.member[k];
			more = c.hops > 1 && ask(b, p, true, &c) == RC_OK;
		}
		i++;
	}
}

static void ours(struct bench *b, int round, bool avoiding)
{
	struct route_chain c;
	double start = 0, end = 0;
	for (int pass = 0; pass < 2; pass++) {
		start = cpu_us();
		for (size_t i = 0; i < b->queries; i++)
			ask(b, &b->pair[i], avoiding, &c);
		end = cpu_us();
	}
	tell(b, avoiding ? "repair" : "ours", round, (end - start) / (double)b->queries);
}

/* Each query by itself, for the spread; the clock's own time is taken off. */
static void spread(struct bench *b)
{
	struct route_chain c;
	double clock = cpu_us();
	for (int i = 0; i < 1000; i++)
		cpu_us();
	clock = (cpu_us() - clock) / 1001;
	for (size_t i = 0; i < b->queries; i++) {
		double start = cpu_us();
		ask(b, &b->pair[i], false, &c);
		b->sample[b->samples++] = cpu_us() - start - clock;
	}
}

static void plain(struct bench *b, int round)
{
	double start = cpu_us(), wrong = 0;
	for (size_t i = 0; i < b->dp_queries; i++) {
		const struct pair *p = &b->pair[i];
		double score = (double)dp_query(b->dp, p->from, p->to) / 1e12;
		wrong += fabs(score - p->score) > 1e-9 * score;
	}
	tell(b, "dp", round, (cpu_us() - start) / (double)b->dp_queries);
	if (wrong > 0)
		tell(b, "WRONG", round, wrong);
}

static void peer_start(struct bench *b)
{
	const struct graph *g = b->graph;
	igraph_vector_int_t edge;
	igraph_vector_int_init(&edge, (igraph_integer_t)(2 * g->links));
	igraph_vector_init(&b->cost, (igraph_integer_t)g->links);
	for (uint32_t v = 0; v < g->members; v++)
		for (size_t i = g->first[v]; i < g->first[v + 1]; i++) {
			VECTOR(edge)[2 * i] = v;
			VECTOR(edge)[2 * i + 1] = g->to[i];
			VECTOR(b->cost)[i] = -log(g->percent[i] / 100.0) + 1e-12;
		}
	igraph_create(&b->peer, &edge, (igraph_integer_t)g->members, true);
	igraph_vector_int_destroy(&edge);
}

static void peer(struct bench *b, int round)
{
	igraph_vector_int_t edge;
	size_t longer = 0, below = 0;
	igraph_vector_int_init(&edge, 0);
	double start = cpu_us();
	for (size_t i = 0; i < b->peer_queries; i++) {
		double score = 1;
		igraph_get_shortest_path_dijkstra(&b->peer, NULL, &edge, b->pair[i].from,
		                                  b->pair[i].to, &b->cost, IGRAPH_OUT);
		igraph_integer_t links = igraph_vector_int_size(&edge);
		for (igraph_integer_t k = 0; k < links; k++)
			score *= b->graph->percent[VECTOR(edge)[k]] / 100.0;
		longer += links > ROUTE_MOST_HOPS;
		/* It must never be worse, and within six links never better. */
		below += b->pair[i].score > score * (1 + 1e-9) ||
		         (links <= ROUTE_MOST_HOPS && b->pair[i].score < score * (1 - 1e-9));
	}
	tell(b, "igraph", round, (cpu_us() - start) / (double)b->peer_queries);
	tell(b, "longer", round, (double)longer / (double)b->peer_queries);
	if (below > 0)
		tell(b, "WRONG", round, (double)below);
	igraph_vector_int_destroy(&edge);
}

/* One cycle through all lines of a buffer, followed from twelve places. */
static void chase_start(struct bench *b)
{
	uint64_t seed = 5;
	b->lines = (size_t)(FILE_OCTETS_A_LINK * (double)b->graph->links) / 64 + CHASERS;
	b->line = mem_grow(NULL, b->lines * 16, sizeof *b->line);
	for (size_t i = 0; i < b->lines; i++)
		b->line[16 * i] = (uint32_t)i;
	for (size_t i = b->lines - 1; i > 0; i--) {
		size_t other = graph_random(&seed) % i;
		uint32_t swap = b->line[16 * i];
		b->line[16 * i] = b->line[16 * other];
		b->line[16 * other] = swap;
	}
}

static void chase(struct bench *b, int round)
{
	uint32_t at[CHASERS], sum = 0;
	const int steps = 100000;
	for (uint32_t c = 0; c < CHASERS; c++)
		at[c] = (uint32_t)(b->lines / CHASERS * c);
	double start = cpu_us();
	for (int i = 0; i < steps; i++)
		for (int c = 0; c < CHASERS; c++)
			at[c] = b->line[16 * (size_t)at[c]];
	double end = cpu_us();
	for (int c = 0; c < CHASERS; c++)
		sum += at[c];
	tell(b, "line_ns", round, sum == 1 ? 0 : 1000 * (end - start) / steps / CHASERS);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void tell_spread(struct bench *b)
{
	qsort(b->sample, b->samples, sizeof *b->sample, by_value);
	tell(b, "p50", 0, b->sample[b->samples / 2]);
	tell(b, "p90", 0, b->sample[b->samples * 9 / 10]);
	tell(b, "p99", 0, b->sample[b->samples * 99 / 100]);
}

static void build_and_load(struct bench *b)
{
	char path[] = "/tmp/bench_route.XXXXXX";
	struct network *opened = NULL;
	struct why why;
	double start = cpu_us();
	b->network = graph_network(b->graph);
	tell(b, "build_s", 0, (cpu_us() - start) / 1e6);
	tell(b, "octets_a_link", 0, (double)network_octets(b->network) / (double)b->graph->links);
	int fd = mkstemp(path);
	start = wall_s();
	if (fd >= 0 && network_write(b->network, path, 1, &why) == RC_OK) {
		tell(b, "write_s", 0, wall_s() - start);
		start = wall_s();
		if (network_open(path, &opened, &why) == RC_OK)
			tell(b, "open_s", 0, wall_s() - start);
		network_free(&opened);
	}
	if (fd >= 0)
		close(fd);
	unlink(path);
}

static struct graph *graph_named(const char *name)
{
	const char *shared = getenv("SHARED");
	char folder[500];
	snprintf(folder, sizeof folder, "%s/routing/data", shared ? shared : "../shared");
	if (strspn(name, "0123456789") == strlen(name))
		return graph_make((uint32_t)strtoul(name, NULL, 10), 0, 42);
	bool head = name[0] == '+' || name[0] == '=';
	return graph_read(folder, name + head, head, name[0] == '+', 42);
}

int main(int argc, char **argv)
{
	struct bench b = { 0 };
	if (argc != 6 || (b.graph = graph_named(argv[1])) == NULL) {
		fprintf(stderr, "bench_route: no network %s\n", argc > 1 ? argv[1] : "named");
		return argc != 6;
	}
	int rounds = atoi(argv[2]);
	b.queries = strtoul(argv[3], NULL, 10);
	b.peer_queries = strtoul(argv[4], NULL, 10);
	b.dp_queries = strtoul(argv[5], NULL, 10);
	build_and_load(&b);
	b.scratch = route_scratch_new();
	b.sample = mem_grow(NULL, b.queries * (size_t)rounds, sizeof *b.sample);
	draw_pairs(&b, 7);
	chase_start(&b);
	if (b.dp_queries > 0)
		b.dp = dp_new(b.graph);
	if (b.peer_queries > 0)
		peer_start(&b);
	for (int round = 1; round <= rounds; round++) {
		ours(&b, round, false);
		spread(&b);
		ours(&b, round, true);
		if (b.peer_queries > 0)
			peer(&b, round);
		if (b.dp_queries > 0)
			plain(&b, round);
		chase(&b, round);
	}
	tell_spread(&b);
	return 0; /* the system takes the rest back faster than free() does */
}
