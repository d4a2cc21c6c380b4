/* route_key: trust as integers that add up exactly.
 *
 * key(percent) is -ln(percent / 100) in units of 2^-52, made as the sum of the
 * rounded logarithms of its prime factors and not rounded itself: two products
 * of percents that are equal have equal sums, whatever their factors. Products
 * that differ, of at most six percents, differ by 1 in 10^12 at least, and the
 * rounding of all factors together is a tenth of that: for them the sums order
 * as the products do. A link adds 1, below anything a logarithm adds, so that
 * of equal chains the one of fewer links is the smaller. */
#ifndef CORE_ROUTE_KEY_H
#define CORE_ROUTE_KEY_H

#include <stdint.h>

struct route_key {
	uint64_t link[101], load[101]; /* by percent; [0] unused */
};
void route_key_fill(struct route_key *key);

/* No sum of keys reaches it: six links and five loads of 1 % are below 2^58. */
#define ROUTE_KEY_NOWHERE (UINT64_C(1) << 60)
/* With loads, chains of up to eleven factors may differ by less than the
 * rounding. Keys that are not further apart than this are no proof. */
#define ROUTE_KEY_DOUBT 2048

#endif
