/* graph: networks to measure and to check the routing engine on: made by
 * chance or read from the files of real ones. Members are 0 .. members - 1
 * here and ids one higher; links are unique and lead to another member. */
#ifndef BENCH_GRAPH_H
#define BENCH_GRAPH_H

#include "core/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct graph {
	char name[40];
	uint32_t members;
	size_t links;
	size_t *first; /* links of member v: first[v] .. first[v + 1] - 1, ascending */
	uint32_t *to;
	uint8_t *percent;
};

uint64_t graph_random(uint64_t *state); /* splitmix64 */

/* Power law of exponent 2.2 up to 200 ties, 30 on average, each kept in each
 * direction with probability 0.85. model 0: trust uniform 30..99; 1: skewed
 * 5..99; 2: 60, 80, 100. */
struct graph *graph_make(uint32_t members, int model, uint64_t seed);

/* A file of the shared folder by its name there, NULL if it is not there;
 * `head`: its first line is none. Trust of its own (Advogato) or uniform 30..99. */
struct graph *graph_read(const char *folder, const char *file, bool head, bool both_ways,
                         uint64_t seed);
void graph_free(struct graph **graph);

struct network *graph_network(const struct graph *graph);

#endif
