/* clock: milliseconds that only go forward, for deadlines. Their zero means nothing. */
#ifndef IO_CLOCK_H
#define IO_CLOCK_H

#include <stdint.h>

#define CLOCK_NEVER INT64_MAX /* a deadline that does not come */

int64_t clock_ms(void);

/* For poll(2): milliseconds from now to `deadline`, 0 if it has passed, -1 for CLOCK_NEVER. */
int clock_left(int64_t deadline);

#endif
