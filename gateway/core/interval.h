/* interval: how sure a share of counts is. Pure. */
#ifndef CORE_INTERVAL_H
#define CORE_INTERVAL_H

#include <stdint.h>

/* Wilson's interval at 95 %: good even for few cases and for shares near 0 or 1. */
struct interval {
	double share, low, high; /* 0..1; of 0 cases: 0, 0, 1 */
};
struct interval interval_of(int64_t hits, int64_t cases);

#endif
