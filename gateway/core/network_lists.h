/* network_lists: how a network lies in memory and in its file, and what the
 * routing engine reads of it: who is linked from a member, who to, and the
 * member's load. Only core/network*.c and core/route*.c include it.
 *
 * Members are numbered by falling number of links, so that those most often
 * met lie together. Each has a list of links in both directions, highest trust
 * first, packed: `width` bits a link, the member above 7 bits of percent. */
#ifndef CORE_NETWORK_LISTS_H
#define CORE_NETWORK_LISTS_H

#include "core/network.h"

#include <stdbool.h>
#include <string.h>

#define NETWORK_NOBODY UINT32_MAX
#define NETWORK_MOST_MEMBERS (UINT32_C(1) << 28)

enum network_way { NETWORK_OUT, NETWORK_IN };

/* A record: where the list starts (in links), the member's load, the percent
 * of the list's first link (0: no list), and whether the overlay has another. */
#define RECORD_START ((UINT64_C(1) << 40) - 1)
#define RECORD_LOAD_SHIFT 40
#define RECORD_LOAD (UINT64_C(127) << RECORD_LOAD_SHIFT)
#define RECORD_BEST_SHIFT 48
#define RECORD_BEST (UINT64_C(127) << RECORD_BEST_SHIFT)
#define RECORD_CHANGED (UINT64_C(1) << 63)

/* Positions from here on lie in the overlay. */
#define OVERLAY_START (UINT64_C(1) << 40)

struct network_side {
	uint64_t *record; /* one a member, and one more for the end of the last list */
	const unsigned char *packed;
	const uint64_t *changed; /* the overlay's links: member << 7 | percent */
};

struct network_overlay;

struct network {
	uint32_t members; /* in the image; the overlay may have more */
	unsigned width;
	uint64_t mask; /* of a member's number in a link */
	uint64_t links, generation;
	struct network_side side[2];
	const int64_t *id;
	const uint32_t *by_id; /* members in order of id */
	bool loaded;           /* some load is not 100 */
	unsigned char *image;  /* mapped; the tables above point into it */
	size_t image_len;
	struct network_overlay *overlay; /* NULL: nothing changed */
};

struct network_list {
	uint64_t at; /* position of the first link */
	uint32_t count;
	uint8_t load, best; /* percent; of the first link, 0: none */
};

uint32_t network_index(const struct network *network, int64_t member); /* or NETWORK_NOBODY */
int64_t network_member(const struct network *network, uint32_t index);
struct network_list network_list_changed(const struct network *network, enum network_way way,
                                         uint32_t index);

static inline struct network_list network_list(const struct network *n, enum network_way way,
                                               uint32_t v)
{
	const uint64_t *record = n->side[way].record + v;
	if (v >= n->members || (record[0] & RECORD_CHANGED) != 0)
		return network_list_changed(n, way, v);
	return (struct network_list){
		.at = record[0] & RECORD_START,
		.count = (uint32_t)((record[1] & RECORD_START) - (record[0] & RECORD_START)),
		.load = (uint8_t)((record[0] & RECORD_LOAD) >> RECORD_LOAD_SHIFT),
		.best = (uint8_t)((record[0] & RECORD_BEST) >> RECORD_BEST_SHIFT),
	};
}

/* member << 7 | percent */
static inline uint64_t network_link_at(const struct network *n, enum network_way way, uint64_t at)
{
	uint64_t word, bit = at * n->width;
	if (at >= OVERLAY_START)
		return n->side[way].changed[at - OVERLAY_START];
	memcpy(&word, n->side[way].packed + (bit >> 3), sizeof word);
	return word >> (bit & 7) & n->mask;
}

static inline void network_fetch_record(const struct network *n, enum network_way way, uint32_t v)
{
	__builtin_prefetch(n->side[way].record + v);
}

/* This link and the next line of them: a list is seldom read further at once. */
static inline void network_fetch_links(const struct network *n, enum network_way way, uint64_t at)
{
	const unsigned char *here = n->side[way].packed + (at * n->width >> 3);
	__builtin_prefetch(here);
	__builtin_prefetch(here + 64);
}

/* The tables of an image of this size, as offsets; network.c and network_file.c. */
struct network_layout {
	size_t id, by_id, record[2], packed[2], end;
	unsigned width;
};
struct network_layout network_layout(uint64_t members, uint64_t links);
void network_attach(struct network *network, unsigned char *image, uint64_t members,
                    uint64_t links);
void network_overlay_free(struct network_overlay **overlay);

#endif
