/* network: who knows whom, and how well, ready for route_find.
 *
 * Built from the store's links, in memory or as one file that is mapped and
 * never written again; what changes until the next building lies in a small
 * overlay. Trust is a whole percent, 1..100. */
#ifndef CORE_NETWORK_H
#define CORE_NETWORK_H

#include "base/rc.h"

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

/* A link that is new, changed (percent 1..100) or gone (0) since the building
 * counts at once; both members may be new. Not while a query runs. */
void network_change(struct network *network, const struct network_link *link);
size_t network_changes(const struct network *network); /* calls since; many: build again */

size_t network_members(const struct network *network);
size_t network_links(const struct network *network); /* as built, without changes */
int network_has(const struct network *network, int64_t member); /* 1: it has, or had, a link */

/* The file: written beside `path`, synced, renamed over it; changes and loads
 * are not in it. `generation` is the caller's: which state of the store it is. */
enum rc network_write(const struct network *network, const char *path, uint64_t generation,
                      struct why *why);
/* RC_NONE: no such file. RC_PERM: cut short, damaged, or of another version;
 * build it again. Maps it; other processes share the pages. */
enum rc network_open(const char *path, struct network **network, struct why *why);
uint64_t network_generation(const struct network *network); /* 0 if not opened */
size_t network_octets(const struct network *network);       /* of the image, all tables */

#endif
