/* route_draw: the ways from one member to another as a picture.
 *
 * Shown are the members of the chains; the best chain in a strong colour, the
 * others grey, what else links these members thin. Names may hold anything:
 * they are cleaned, escaped, and in the SVG shortened to what has room (the
 * whole name is the tooltip). Pure. */
#ifndef CLI_ROUTE_DRAW_H
#define CLI_ROUTE_DRAW_H

#include "base/str.h"
#include "cli/route_why.h"
#include "core/route.h"

#include <stddef.h>
#include <stdint.h>

#define DRAW_MOST_CHAINS 9

struct draw {
	int64_t from, to;
	const struct route_chain *chains; /* all from `from` to `to`, best first */
	size_t count;                     /* 0..DRAW_MOST_CHAINS */
	const struct network_link *links; /* any; those between the members shown count */
	size_t link_count;
	struct route_names names;
	const char *line; /* below the title: what the best is worth, or why there is none */
};

/* Graphviz: chains with their percent, and all links between their members. */
void draw_dot(const struct draw *draw, struct str *out);
/* SVG of its own layout, 800 wide: a column for each hop, the best chain in the
 * middle row. Links that lead back are left out. */
void draw_svg(const struct draw *draw, struct str *out);

#endif
