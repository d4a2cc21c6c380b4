/* route_shape: who and what a picture of ways shows, and where it stands. */
#ifndef CLI_ROUTE_SHAPE_H
#define CLI_ROUTE_SHAPE_H

#include "cli/route_draw.h"

#include <stdbool.h>

#define SHAPE_MOST_MEMBERS (2 + DRAW_MOST_CHAINS * (ROUTE_MOST_HOPS - 1))
#define SHAPE_NO_WAY       (-1)

struct shape_member {
	int64_t id;
	char *name; /* on one line, without what cannot be shown */
	int load;   /* percent */
	int way;    /* the best chain it is on; 0: the chosen one */
	int column; /* 0: the requester */
	int row;    /* 0: the best chain's; above it below zero */
};

struct shape_link {
	int from, to; /* members, by their place in the list */
	int percent;
	int way;    /* the best chain it is on, or SHAPE_NO_WAY */
	bool first; /* of that chain */
	int row;    /* where it runs when it is longer than one column */
};

struct shape {
	struct shape_member member[SHAPE_MOST_MEMBERS];
	int members;
	struct shape_link *link; /* those on no way first, then the ways, the best last */
	int links;
	int columns, row_first, row_last;
};

void shape_make(struct shape *shape, const struct draw *draw);
void shape_free(struct shape *shape);

#endif
