#include "graph.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tie {
	uint32_t from, to;
	uint8_t percent;
};

uint64_t graph_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

static double unit(uint64_t *state)
{
	return (double)(graph_random(state) >> 11) / 9007199254740992.0;
}

static uint8_t draw_percent(int model, uint64_t *state)
{
	double u = unit(state);
	if (model == 1)
		return (uint8_t)(5 + 95 * u * u);
	if (model == 2)
		return (uint8_t)(60 + 20 * (int)(3 * u));
	return (uint8_t)(30 + (int)(70 * u));
}

/* Ties to a graph: by counting, each list sorted, doubles and loops dropped. */
static int by_to(const void *a, const void *b)
{
	const struct tie *x = a, *y = b;
	return x->to != y->to ? (x->to < y->to ? -1 : 1) : y->percent - x->percent;
}

static struct graph *graph_of(const char *name, uint32_t members, const struct tie *tie,
                              size_t count)
{
	struct graph *g = mem_zero(1, sizeof *g);
	struct tie *sorted = mem_grow(NULL, count, sizeof *sorted);
	size_t *start = mem_zero(members + 2, sizeof *start);
	snprintf(g->name, sizeof g->name, "%s", name);
	g->members = members;
	g->first = mem_zero(members + 1, sizeof *g->first);
	g->to = mem_grow(NULL, count, sizeof *g->to);
	g->percent = mem_grow(NULL, count, sizeof *g->percent);
	for (size_t i = 0; i < count; i++)
		start[tie[i].from + 2]++;
	for (uint32_t v = 0; v < members; v++)
		start[v + 2] += start[v + 1];
	for (size_t i = 0; i < count; i++)
		sorted[start[tie[i].from + 1]++] = tie[i];
	for (uint32_t v = 0; v < members; v++) {
		qsort(sorted + start[v], start[v + 1] - start[v], sizeof *sorted, by_to);
		g->first[v] = g->links;
		for (size_t i = start[v]; i < start[v + 1]; i++) {
			if (sorted[i].to == v || (i > start[v] && sorted[i].to == sorted[i - 1].to))
				continue;
			g->to[g->links] = sorted[i].to;
			g->percent[g->links++] = sorted[i].percent;
		}
	}
	g->first[members] = g->links;
	free(sorted);
	free(start);
	return g;
}

static double mean_ties(double least)
{
	return (pow(least, -0.2) - pow(200, -0.2)) / 0.2 /
	       ((pow(least, -1.2) - pow(200, -1.2)) / 1.2);
}

static uint32_t draw_ties(double least, uint64_t *state)
{
	double low = pow(least, -1.2), high = pow(200, -1.2);
	return (uint32_t)(pow(low - unit(state) * (low - high), -1 / 1.2) + unit(state));
}

struct graph *graph_make(uint32_t members, int model, uint64_t seed)
{
	char name[40];
	double low = 1, high = 200;
	while (high - low > 1e-6)
		*(mean_ties((low + high) / 2) < 30 ? &low : &high) = (low + high) / 2;
	size_t room = (size_t)members * 40, stubs = 0, ties = 0;
	uint32_t *stub = mem_grow(NULL, room, sizeof *stub);
	for (uint32_t v = 0; v < members; v++)
		for (uint32_t k = draw_ties(low, &seed); k > 0 && stubs < room; k--)
			stub[stubs++] = v;
	for (size_t i = stubs; i > 1; i--) {
		size_t other = graph_random(&seed) % i;
		uint32_t swap = stub[i - 1];
		stub[i - 1] = stub[other];
		stub[other] = swap;
	}
	struct tie *tie = mem_grow(NULL, stubs, sizeof *tie);
	for (size_t i = 0; i + 1 < stubs; i += 2)
		for (int way = 0; way < 2; way++)
			if (unit(&seed) < 0.85)
				tie[ties++] = (struct tie){ stub[i + (size_t)way],
					                    stub[i + 1 - (size_t)way],
					                    draw_percent(model, &seed) };
	free(stub);
	snprintf(name, sizeof name, "made-%u%s-%d", members % 1000000 ? members / 1000 :
	         members / 1000000, members % 1000000 ? "k" : "M", model);
	struct graph *g = graph_of(name, members, tie, ties);
	free(tie);
	return g;
}

static bool read_tie(const char *line, struct tie *tie, double *weight)
{
	unsigned from, to;
	*weight = 0;
	int fields = sscanf(line, "%u %u %lf", &from, &to, weight);
	tie->from = from;
	tie->to = to;
	return fields >= 2;
}

struct graph *graph_read(const char *folder, const char *file, bool head, bool both_ways,
                         uint64_t seed)
{
	char command[600], line[300];
	size_t count = 0, room = 1 << 16;
	uint32_t members = 0;
	snprintf(command, sizeof command, "zcat -f '%s/%s' 2>/dev/null", folder, file);
	FILE *in = popen(command, "r");
	struct tie *tie = mem_grow(NULL, room, sizeof *tie);
	while (in != NULL && fgets(line, sizeof line, in) != NULL) {
		double weight;
		if (count + 2 > room) {
			room *= 2;
			tie = mem_grow(tie, room, sizeof *tie);
		}
		if (head || line[0] == '%' || line[0] == '#' ||
		    !read_tie(line, &tie[count], &weight)) {
			head = false;
			continue;
		}
		struct tie *t = &tie[count++];
		t->percent = weight > 0 && weight <= 1 ? (uint8_t)lround(100 * weight) :
		                                         draw_percent(0, &seed);
		members = t->from >= members ? t->from + 1 : members;
		members = t->to >= members ? t->to + 1 : members;
		if (both_ways)
			tie[count++] = (struct tie){ t->to, t->from, draw_percent(0, &seed) };
	}
	if (in != NULL)
		pclose(in);
	struct graph *g = count > 0 ? graph_of(file, members, tie, count) : NULL;
	free(tie);
	return g;
}

void graph_free(struct graph **graph)
{
	struct graph *g = *graph;
	if (g == NULL)
		return;
	free(g->first);
	free(g->to);
	free(g->percent);
	free(g);
	*graph = NULL;
}

struct network *graph_network(const struct graph *g)
{
	struct network_link *link = mem_grow(NULL, g->links, sizeof *link);
	for (uint32_t v = 0; v < g->members; v++)
		for (size_t i = g->first[v]; i < g->first[v + 1]; i++)
			link[i] = (struct network_link){ (int64_t)v + 1, (int64_t)g->to[i] + 1,
			                                 g->percent[i] };
	struct network *n = network_new(link, g->links);
	free(link);
	return n;
}
