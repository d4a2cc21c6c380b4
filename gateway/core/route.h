/* route: the most trusted chain from one of several members to another.
 *
 * A chain is worth the exact product of its links' trust, times the load
 * factor of the members strictly between its ends. At most `hops` links. Ties
 * go to fewer links, then to the smallest member ids read from the start, so
 * equal input gives equal output. Exact in integers, never in rounded
 * logarithms. Pure and re-entrant: a network may be asked by many at once, each
 * with its own scratch. */
#ifndef CORE_ROUTE_H
#define CORE_ROUTE_H

#include "base/rc.h"
#include "core/network.h"

#define ROUTE_MOST_HOPS 6

struct route_source {
	int64_t member;
	int hops; /* links at most from here: 1..ROUTE_MOST_HOPS */
};

struct route_load {
	int64_t member;
	int percent; /* 1..100 */
};

struct route_query {
	const struct route_source *sources; /* one requester, or all who have accepted */
	size_t source_count;
	int64_t to;
	const int64_t *avoid; /* members never passed; at the ends they make it RC_NONE */
	size_t avoid_count;
	const struct network_link *avoid_links; /* both ends given, percent ignored */
	size_t avoid_link_count;
	const struct route_load *loads; /* instead of the network's, for these members */
	size_t load_count;
};

struct route_chain {
	int hops;
	int64_t member[ROUTE_MOST_HOPS + 1]; /* member[0] is the source, member[hops] the target */
	int percent[ROUTE_MOST_HOPS];        /* trust of each link */
	int load[ROUTE_MOST_HOPS + 1];       /* percent; 100 at both ends */
	double worth;                        /* product of trust (no load), in (0, 1] */
	double score;                        /* product of trust and load: what was chosen by */
};

/* Room that queries work in and leave behind: kept, it grows to what the
 * hardest query needed and then nothing is allocated any more. */
struct route_scratch;
struct route_scratch *route_scratch_new(void);
void route_scratch_free(struct route_scratch **scratch);

/* RC_OK: *chain filled; a source that is the target has a chain of no hops.
 * RC_NONE: no chain; *chain untouched. */
enum rc route_find_in(struct route_scratch *scratch, const struct network *network,
                      const struct route_query *query, struct route_chain *chain);
enum rc route_find(const struct network *network, const struct route_query *query,
                   struct route_chain *chain); /* with a scratch of its own */

/* The best `most` chains with different first links, best first; how many. The
 * first links of better ones are avoided altogether. */
size_t route_alternatives(const struct network *network, const struct route_query *query,
                          struct route_chain *chains, size_t most);

/* Links of the shortest way from any source to the target, whatever their
 * limits, avoided members and links left out; -1: there is none. For telling
 * how near a search that found nothing was; reads all of the network. */
int route_nearest(const struct network *network, const struct route_query *query);

#endif
