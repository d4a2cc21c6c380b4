/* network: who knows whom, and how well, ready for route_find.
 *
 * Built once from the store's links, then read only. Members are dense
 * indices here; network_index / network_member translate. Trust is a whole
 * percent, 1..100. */
#ifndef CORE_NETWORK_H
#define CORE_NETWORK_H

#include <stddef.h>
#include <stdint.h>

struct network;

struct network_link {
	int64_t from, to; /* member ids, any positive numbers */
	int percent;      /* 1..100; 0 is no link and is dropped, as is from == to */
};

/* Of parallel links the best counts. The links are not kept: free them. */
struct network *network_new(const struct network_link *links, size_t count);
void network_free(struct network **network);
/* A relay's load factor in percent (1..100, 100 = free): multiplies the worth
 * of chains through that member, never at the ends. */
void network_load_set(struct network *network, int64_t member, int percent);

size_t network_members(const struct network *network);
size_t network_links(const struct network *network);

#endif
