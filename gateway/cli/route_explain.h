/* route_explain: all there is to say about the ways from one member to another:
 * the chains a request would use now, the better one that it may not, and why
 * there is none. Reads the store; prints nothing. */
#ifndef CLI_ROUTE_EXPLAIN_H
#define CLI_ROUTE_EXPLAIN_H

#include "cli/route_why.h"
#include "store/store.h"
#include "turn/turn.h"

#include <stdbool.h>

#define EXPLAIN_MOST_CHAINS 9

struct explanation {
	struct store *store;
	struct turn *turn;
	const struct member *from, *to;
	struct turn_route asked;
	size_t most; /* chains to tell, 1..EXPLAIN_MOST_CHAINS */

	/* what route_explain finds */
	struct route_chain chains[EXPLAIN_MOST_CHAINS]; /* best first */
	size_t count;
	double chance;
	bool passed_over; /* with everybody rested and nobody avoided there is a better one */
	struct str
		why; /* why that is not taken; or, without a chain, why there is none; or empty */
	int nearest;    /* without a chain: links of the shortest way of any length; -1: none */

	struct explain_name *names; /* what explain_name has looked up */
	size_t name_count;
};

/* from, to, asked, most, store and turn are set, the rest is zero. */
void route_explain(struct explanation *e);
void route_explain_free(struct explanation *e);

/* A member's name, fit to show; lives as long as `e`. */
const char *explain_name(void *explanation, int64_t member);
struct route_names explain_names(struct explanation *e);
/* What the two have stated and confirmed; NULL: nothing. */
const struct link *explain_link(struct explanation *e, int64_t from, int64_t to);
/* Links that route now between any two members of the chains; yours to free. */
size_t explain_links(struct explanation *e, struct network_link **links);

#endif
