/* pool: memory that is let go all at once. Whoever holds the pool owns what
 * came from it; nothing of it is freed alone. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

struct pool {
	struct pool_piece *last;
};

void *pool_zero(struct pool *pool, size_t count, size_t size); /* zeroed */
char *pool_text(struct pool *pool, const char *text);          /* copy; NULL stays NULL */
char *pool_take(struct pool *pool, char *text);                /* the pool's now; NULL stays */
char *pool_format(struct pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));
void pool_empty(struct pool *pool); /* frees all; the pool may be used again */

#endif
