#include "base/embed.h"

#include <string.h>

/* build/gen/embed.S: start and end of each file, ended by a NULL path. */
struct place {
	const char *path, *start, *end;
};
extern const struct place embed_places[];

#define MOST 512
static struct embed table[MOST];
static size_t filled;

const struct embed *embed_all(size_t *count)
{
	while (filled < MOST && embed_places[filled].path != NULL) {
		const struct place *p = &embed_places[filled];
		table[filled++] = (struct embed){ p->path, p->start, (size_t)(p->end - p->start) };
	}
	*count = filled;
	return table;
}

const struct embed *embed_find(const char *path)
{
	size_t count;
	const struct embed *all = embed_all(&count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].path, path) == 0)
			return &all[i];
	return NULL;
}
