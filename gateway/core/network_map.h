/* network_map: member ids, or any 64 bits, to numbers: an open hash table that
 * only grows. */
#ifndef CORE_NETWORK_MAP_H
#define CORE_NETWORK_MAP_H

#include <stddef.h>
#include <stdint.h>

#define NETWORK_MAP_NONE UINT32_MAX

struct network_map {
	struct network_map_slot {
		uint64_t key;
		uint32_t value; /* NETWORK_MAP_NONE: a free slot */
	} *slot;
	unsigned bits; /* 0: nothing yet */
	uint32_t count;
};

void network_map_free(struct network_map *map);
uint32_t network_map_find(const struct network_map *map, uint64_t key); /* or _NONE */
/* The value of `key`; a new key gets `value`. */
uint32_t network_map_add(struct network_map *map, uint64_t key, uint32_t value);
void network_map_fetch(const struct network_map *map, uint64_t key); /* it is needed soon */

#endif
