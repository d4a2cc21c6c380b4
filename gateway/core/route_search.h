/* route_search: the two-sided search behind route_find.
 *
 * Labels spread from the sources along out-lists and from the target along
 * in-lists, cheapest key first (route_key.h). A member may hold several labels
 * of a side: one is dropped only for another that costs no more and has used
 * no more links. Lists come best first, so a label waits in the bucket of its
 * next link's key and the rest of its list is not read.
 *
 *  1. Bands. All links whose keys fall into the lowest bucket of a side are
 *     followed together, in rounds that each fetch ahead what the next needs, until the two sides'
 *     edges (below which everything is settled) add up to more than the best
 *     chain found where labels met. What cannot beat that chain is not
 *     followed, but keeps its place in the list.
 *  2. Gaps. A better chain, if there is one, now has a link (u, v) with u
 *     settled from the sources and v from the target. The cheaper of the two
 *     has that link at a place in its list where key + twice its own cost is
 *     within the best: only so far are lists read on.
 *
 * Near the limit of hops a label is of use only close to the other end: with r
 * links left, r < 3, its member must be in the ball of r links around the
 * other side's roots. Balls are bit sets by hash; a wrong yes costs time only.
 *
 * Equal chains: equal keys are equal products of equally many links, and then
 * the smaller ids count, also between labels. So the answer is one. */
#ifndef CORE_ROUTE_SEARCH_H
#define CORE_ROUTE_SEARCH_H

#include "core/network_lists.h"
#include "core/route.h"
#include "core/route_key.h"

#include <stdbool.h>

#define BAND_SHIFT 47 /* a bucket is 2^-5 in the natural logarithm of the score */
#define BANDS (1 << (58 - BAND_SHIFT))

enum { FORWARD, BACKWARD }; /* sides; FORWARD reads NETWORK_OUT, BACKWARD NETWORK_IN */

struct label {
	uint64_t key;      /* of the way from the root to here */
	uint64_t leave;    /* with the load of passing here; the root's is its key */
	uint64_t next_key; /* with the next link of the list; NOWHERE: no more */
	uint64_t at;       /* the next link */
	uint32_t left;     /* links from there */
	uint32_t member, parent;
	uint32_t same;  /* next label of this member and side */
	uint32_t queue; /* next label in this bucket */
	uint8_t used;   /* links against the limit: a source with fewer hops starts above 0 */
	uint8_t links, percent, load; /* from the root; of the last link; of the member */
	uint8_t side;
	bool dropped, careful; /* beaten since; a link of the list is avoided */
};

struct slot { /* what is known of a member; open hash table */
	uint32_t owner; /* member + 1; 0: free */
	uint32_t head[2];
	uint8_t dead, careful, load; /* avoided; has an avoided link; of this query, 0: none */
};

struct event { /* a link to be followed */
	uint64_t key;
	uint32_t label, member;
	uint8_t percent;
};

/* Bits of a ball of 0, 1 and 2 links, as powers of two. */
#define BALL_RADII 3
static const uint8_t ball_log2[BALL_RADII] = { 9, 15, 18 };
struct ball {
	uint64_t *bits[BALL_RADII];
	bool built;
};

#define MET_BITS (1u << 15)
struct side {
	uint32_t bucket[BANDS];
	uint64_t edge;         /* everything below is settled */
	uint32_t cursor, last; /* no label waits below the one or above the other */
	uint32_t labels;
	struct ball ball;
	uint64_t met[MET_BITS / 64]; /* members that have labels, by hash */
};

struct found {
	uint64_t key;
	unsigned __int128 score; /* product of percents, brought to 100^11 */
	int hops;
	uint32_t member[ROUTE_MOST_HOPS + 1];
	uint8_t percent[ROUTE_MOST_HOPS], load[ROUTE_MOST_HOPS + 1];
};

struct route_scratch {
	struct route_key key;
	const struct network *network;
	const struct route_query *query;
	int most;       /* hops, of the source that has most */
	uint64_t doubt; /* keys nearer than this are compared as products */
	struct slot *slot;
	unsigned slot_bits, slot_room_bits;
	uint32_t slots;
	struct label *label; /* [0] unused */
	uint32_t labels, label_room;
	struct event *event;
	size_t events, event_room;
	uint32_t *group; /* labels whose lists are read together */
	size_t group_count, group_room;
	struct network_list *list;
	size_t list_room;
	struct side side[2];
	struct found found;
};

/* The three steps, for route.c. Roots and marks first. */
void route_search_start(struct route_scratch *s, const struct network *network,
                        const struct route_query *query, int most, bool loaded);
struct slot *route_search_slot(struct route_scratch *s, uint32_t member); /* made if need be */
void route_search_root(struct route_scratch *s, int side, uint32_t member, int used);
bool route_search_run(struct route_scratch *s); /* s->found, if true */

/* route_compare.c */
void route_consider(struct route_scratch *s, uint64_t key, uint32_t forward, uint32_t backward,
                    int percent);
bool route_not_worse(const struct route_scratch *s, const struct label *a, const struct label *b);

/* route_ball.c */
void route_ball_build(struct route_scratch *s, int side);

static inline uint32_t route_ball_bit(int radius, uint32_t member)
{
	return member * 0x9E3779B1u >> (32 - ball_log2[radius]);
}

static inline bool route_ball_has(const struct ball *ball, int radius, uint32_t member)
{
	uint32_t bit = route_ball_bit(radius, member);
	return (ball->bits[radius][bit / 64] >> bit % 64 & 1) != 0;
}

#endif
