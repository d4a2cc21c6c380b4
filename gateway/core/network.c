#include "core/network_lists.h"

#include "base/mem.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* By ends; of parallel links the best comes first. */
static int by_ends(const void *a, const void *b)
{
	const struct network_link *x = a, *y = b;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return y->percent - x->percent;
}

static bool counts(const struct network_link *link)
{
	return link->percent > 0 && link->from != link->to;
}

static size_t keep_best(struct network_link *link, size_t count)
{
	size_t kept = 0;
	qsort(link, count, sizeof *link, by_ends);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || link[i].from != link[kept - 1].from ||
		    link[i].to != link[kept - 1].to)
			link[kept++] = link[i];
	return kept;
}

static void number_members(struct network *n, const struct network_link *link, size_t count)
{
	n->id = mem_grow(NULL, 2 * count, sizeof *n->id);
	for (size_t i = 0; i < count; i++) {
		n->id[2 * i] = link[i].from;
		n->id[2 * i + 1] = link[i].to;
	}
	qsort(n->id, 2 * count, sizeof *n->id, by_id);
	for (size_t i = 0; i < 2 * count; i++)
		if (n->members == 0 || n->id[i] != n->id[n->members - 1])
			n->id[n->members++] = n->id[i];
}

struct network *network_new(const struct network_link *links, size_t count)
{
	struct network *n = mem_zero(1, sizeof *n);
	struct network_link *link = mem_grow(NULL, count, sizeof *link);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (counts(&links[i]))
			link[kept++] = links[i];
	n->links = keep_best(link, kept);
	number_members(n, link, n->links);
	n->first = mem_zero(n->members + 2, sizeof *n->first);
	n->to = mem_zero(n->links, sizeof *n->to);
	n->percent = mem_zero(n->links, sizeof *n->percent);
	n->load = mem_zero(n->members, sizeof *n->load);
	memset(n->load, 100, n->members);
	for (size_t i = 0; i < n->links; i++) {
		assert(link[i].percent <= 100);
		n->first[network_index(n, link[i].from) + 1] = i + 1;
		n->to[i] = network_index(n, link[i].to);
		n->percent[i] = (uint8_t)link[i].percent;
	}
	for (uint32_t v = 0; v < n->members; v++)
		if (n->first[v + 1] < n->first[v])
			n->first[v + 1] = n->first[v];
	free(link);
	return n;
}

void network_free(struct network **network)
{
	struct network *n = *network;
	if (n == NULL)
		return;
	free(n->id);
	free(n->first);
	free(n->to);
	free(n->percent);
	free(n->load);
	free(n);
	*network = NULL;
}

uint32_t network_index(const struct network *n, int64_t member)
{
	const int64_t *found = bsearch(&member, n->id, n->members, sizeof *n->id, by_id);
	return found != NULL ? (uint32_t)(found - n->id) : NETWORK_NOBODY;
}

void network_load_set(struct network *n, int64_t member, int percent)
{
	uint32_t v = network_index(n, member);
	assert(percent >= 1 && percent <= 100);
	if (v != NETWORK_NOBODY)
		n->load[v] = (uint8_t)percent;
}

size_t network_members(const struct network *n)
{
	return n->members;
}

size_t network_links(const struct network *n)
{
	return n->links;
}
