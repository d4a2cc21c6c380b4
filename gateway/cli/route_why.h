/* route_why: what decided between two ways, in one sentence. Pure. */
#ifndef CLI_ROUTE_WHY_H
#define CLI_ROUTE_WHY_H

#include "base/str.h"
#include "core/route.h"

#include <stdbool.h>

/* How a member is called; the text is the callee's and stays. */
struct route_names {
	const char *(*name)(void *context, int64_t member);
	void *context;
};

/* Three digits that count, however small: "0.384", "0.0000114". */
struct route_number {
	char text[24];
};
const char *route_number(double worth, struct route_number *room);

/* Below zero: `a` is chosen before `b`, by the rules of core/route.h, exactly. */
int route_why_compare(const struct route_chain *a, const struct route_chain *b);
bool route_why_same(const struct route_chain *a, const struct route_chain *b);

/* Appends why `best` was chosen and not `other`: "Lower product: ...". */
void route_why(const struct route_chain *best, const struct route_chain *other,
               const struct route_names *names, struct str *out);

#endif
