/* edges: lines of links and of questions, as `passerelle route --edges` reads
 * them from files that others made.
 *
 *   link  = from to percent
 *   query = from to [avoid[,avoid...]] [member:load[,member:load...]]
 *
 * Fields are parted by blanks or tabs; members are whole numbers from 0,
 * percent is 0..100 (0 is no link), load 1..100; "-" is an empty list. Empty
 * lines and those that start with '#' or '%' say nothing. */
#ifndef CLI_EDGES_H
#define CLI_EDGES_H

#include "core/route.h"

#include <stdbool.h>

enum edges_line { EDGES_NOTHING, EDGES_TAKEN, EDGES_BAD };

/* EDGES_BAD: *fault says why; it is a constant. The line may end in a line break. */
enum edges_line edges_link(const char *line, struct network_link *link, const char **fault);

struct edges_query { /* zeroed before the first use; keeps its room */
	int64_t from, to;
	int64_t *avoid;
	size_t avoid_count, avoid_room;
	struct route_load *load;
	size_t load_count, load_room;
};
/* Members to avoid are added after the first `keep`, which stay. */
enum edges_line edges_query(const char *line, size_t keep, struct edges_query *query,
                            const char **fault);
/* "3,4" added to the members to avoid; false if it is not such a list. */
bool edges_avoid(const char *list, struct edges_query *query);
void edges_query_free(struct edges_query *query);

#endif
