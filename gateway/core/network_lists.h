/* network_lists: what the routing engine reads of a network. Only core/route.c
 * and core/network.c include it. */
#ifndef CORE_NETWORK_LISTS_H
#define CORE_NETWORK_LISTS_H

#include "core/network.h"

#include <stdint.h>

#define NETWORK_NOBODY UINT32_MAX

struct network {
	uint32_t members;
	size_t links;
	int64_t *id;     /* ascending, so that a lower index is a lower id */
	size_t *first;   /* of member v: links first[v] .. first[v + 1] - 1 */
	uint32_t *to;    /* ascending within a member */
	uint8_t *percent, *load;
};

uint32_t network_index(const struct network *network, int64_t member); /* or NETWORK_NOBODY */

#endif
