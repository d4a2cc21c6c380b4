#include "base/pool.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct pool_piece {
	struct pool_piece *before;
	void *memory;
};

static void *keep(struct pool *pool, void *memory)
{
	struct pool_piece *piece = mem_zero(1, sizeof *piece);
	*piece = (struct pool_piece){ pool->last, memory };
	pool->last = piece;
	return memory;
}

void *pool_zero(struct pool *pool, size_t count, size_t size)
{
	return keep(pool, mem_zero(count, size));
}

char *pool_text(struct pool *pool, const char *text)
{
	return text != NULL ? keep(pool, mem_text(text)) : NULL;
}

char *pool_take(struct pool *pool, char *text)
{
	return text != NULL ? keep(pool, text) : NULL;
}

char *pool_format(struct pool *pool, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	return keep(pool, text);
}

void pool_empty(struct pool *pool)
{
	while (pool->last != NULL) {
		struct pool_piece *piece = pool->last;
		pool->last = piece->before;
		free(piece->memory);
		free(piece);
	}
}
