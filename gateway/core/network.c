#include "core/network_lists.h"

#include "core/network_build.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/mem.h"

static size_t on_line(size_t offset)
{
	return (offset + 63) & ~(size_t)63;
}

/* Reading a link takes eight octets from where it starts: the room after each
 * packed table is ours. */
static size_t packed_len(uint64_t links, unsigned width)
{
	return (size_t)(links * width / 8 + 16);
}

struct network_layout network_layout(uint64_t members, uint64_t links)
{
	struct network_layout at = { .id = NETWORK_HEADER_LEN };
	while (UINT64_C(1) << at.width < members)
		at.width++;
	at.width += 7;
	at.by_id = on_line(at.id + members * sizeof(int64_t));
	at.record[0] = on_line(at.by_id + members * sizeof(uint32_t));
	at.record[1] = on_line(at.record[0] + (members + 1) * sizeof(uint64_t));
	at.packed[0] = on_line(at.record[1] + (members + 1) * sizeof(uint64_t));
	at.packed[1] = on_line(at.packed[0] + packed_len(links, at.width));
	at.end = on_line(at.packed[1] + packed_len(links, at.width));
	return at;
}

void network_attach(struct network *n, unsigned char *image, uint64_t members, uint64_t links)
{
	struct network_layout at = network_layout(members, links);
	n->members = (uint32_t)members;
	n->links = links;
	n->width = at.width;
	n->mask = (UINT64_C(1) << at.width) - 1;
	n->image = image;
	n->image_len = at.end;
	n->id = (const int64_t *)(image + at.id);
	n->by_id = (const uint32_t *)(image + at.by_id);
	for (int way = 0; way < 2; way++) {
		n->side[way].record = (uint64_t *)(image + at.record[way]);
		n->side[way].packed = image + at.packed[way];
	}
}

void network_free(struct network **network)
{
	struct network *n = *network;
	if (n == NULL)
		return;
	network_overlay_free(&n->overlay);
	munmap(n->image, n->image_len);
	free(n);
	*network = NULL;
}

/* Ids mostly count up without gaps: look there first. */
static uint32_t index_in_image(const struct network *n, int64_t member)
{
	uint32_t low = 0, high = n->members;
	if (high == 0 || member < n->id[n->by_id[0]])
		return NETWORK_NOBODY;
	uint64_t guess = (uint64_t)member - (uint64_t)n->id[n->by_id[0]];
	if (guess < high && n->id[n->by_id[guess]] == member)
		return n->by_id[guess];
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (n->id[n->by_id[middle]] < member)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n->members && n->id[n->by_id[low]] == member ? n->by_id[low] : NETWORK_NOBODY;
}

uint32_t network_index(const struct network *n, int64_t member)
{
	uint32_t v = index_in_image(n, member);
	return v == NETWORK_NOBODY && n->overlay != NULL ?
	               network_overlay_index(n->overlay, n->members, member) : v;
}

int64_t network_member(const struct network *n, uint32_t index)
{
	return index < n->members ? n->id[index] :
	                            network_overlay_member(n->overlay, index - n->members);
}

void network_load_set(struct network *n, int64_t member, int percent)
{
	uint32_t v = network_index(n, member);
	assert(percent >= 1 && percent <= 100);
	if (v == NETWORK_NOBODY)
		return;
	n->loaded |= percent < 100;
	if (v >= n->members) {
		network_overlay_load(n->overlay, v - n->members, percent);
		return;
	}
	for (int way = 0; way < 2; way++) {
		uint64_t *record = &n->side[way].record[v];
		*record = (*record & ~RECORD_LOAD) | (uint64_t)percent << RECORD_LOAD_SHIFT;
	}
}

size_t network_members(const struct network *n)
{
	return n->members + network_overlay_members(n->overlay);
}

size_t network_links(const struct network *n)
{
	return n->links;
}

size_t network_octets(const struct network *n)
{
	return n->image_len;
}

uint64_t network_generation(const struct network *n)
{
	return n->generation;
}

int network_has(const struct network *n, int64_t member)
{
	return network_index(n, member) != NETWORK_NOBODY;
}
