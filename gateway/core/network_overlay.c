#include "core/network_build.h"

#include "base/mem.h"
#include "core/network_map.h"

#include <assert.h>
#include <stdlib.h>

/* A member whose links changed has a whole new list here. An older one stays
 * until the overlay goes: it is small, or it is time to build again. */
struct network_overlay {
	struct network_map extra; /* id -> number among the new members */
	int64_t *id;
	uint8_t *load;
	struct overlay_side {
		struct network_map list; /* member -> index of its place */
		struct network_list *place;
		uint64_t *link;
		size_t links, room;
	} side[2];
	size_t changes;
};

void network_overlay_free(struct network_overlay **overlay)
{
	struct network_overlay *o = *overlay;
	if (o == NULL)
		return;
	network_map_free(&o->extra);
	free(o->id);
	free(o->load);
	for (int way = 0; way < 2; way++) {
		network_map_free(&o->side[way].list);
		free(o->side[way].place);
		free(o->side[way].link);
	}
	free(o);
	*overlay = NULL;
}

uint32_t network_overlay_index(const struct network_overlay *o, uint32_t base, int64_t member)
{
	uint32_t extra = network_map_find(&o->extra, (uint64_t)member);
	return extra != NETWORK_MAP_NONE ? base + extra : NETWORK_NOBODY;
}

int64_t network_overlay_member(const struct network_overlay *o, uint32_t extra)
{
	return o->id[extra];
}

void network_overlay_load(struct network_overlay *o, uint32_t extra, int percent)
{
	o->load[extra] = (uint8_t)percent;
}

uint32_t network_overlay_members(const struct network_overlay *o)
{
	return o != NULL ? o->extra.count : 0;
}

size_t network_changes(const struct network *n)
{
	return n->overlay != NULL ? n->overlay->changes : 0;
}

static uint8_t load_of(const struct network *n, uint32_t v)
{
	return v >= n->members ? n->overlay->load[v - n->members] :
	       (uint8_t)((n->side[0].record[v] & RECORD_LOAD) >> RECORD_LOAD_SHIFT);
}

struct network_list network_list_changed(const struct network *n, enum network_way way, uint32_t v)
{
	const struct overlay_side *side = &n->overlay->side[way];
	uint32_t place = network_map_find(&side->list, v);
	struct network_list list = { 0 };
	if (place != NETWORK_MAP_NONE)
		list = side->place[place];
	list.load = load_of(n, v);
	list.best = list.count > 0 ? network_link_at(n, way, list.at) & 127 : 0;
	return list;
}

static uint32_t index_or_new(struct network *n, int64_t member)
{
	struct network_overlay *o = n->overlay;
	uint32_t v = network_index(n, member);
	if (v != NETWORK_NOBODY)
		return v;
	uint32_t extra = o->extra.count;
	assert(n->members + extra < NETWORK_MOST_MEMBERS);
	network_map_add(&o->extra, (uint64_t)member, extra);
	o->id = mem_grow(o->id, extra + 1, sizeof *o->id);
	o->load = mem_grow(o->load, extra + 1, sizeof *o->load);
	o->id[extra] = member;
	o->load[extra] = 100;
	return n->members + extra;
}

/* Copies the list of `v` with its link to `other` at its place by percent. */
static void copy_changed(const struct network *n, enum network_way way, struct network_list from,
                         uint32_t other, uint64_t percent, uint64_t *link, uint32_t *count)
{
	uint32_t kept = 0;
	bool placed = percent == 0;
	for (uint32_t i = 0; i < from.count; i++) {
		uint64_t word = network_link_at(n, way, from.at + i);
		if (word >> 7 == other)
			continue;
		if (!placed && (word & 127) < percent) {
			link[kept++] = (uint64_t)other << 7 | percent;
			placed = true;
		}
		link[kept++] = word;
	}
	if (!placed)
		link[kept++] = (uint64_t)other << 7 | percent;
	*count = kept;
}

static void change_side(struct network *n, enum network_way way, uint32_t v, uint32_t other,
                        int percent)
{
	struct overlay_side *side = &n->overlay->side[way];
	struct network_list from = network_list(n, way, v);
	size_t need = side->links + from.count + 1;
	if (need > side->room) {
		side->room = 2 * need;
		side->link = mem_grow(side->link, side->room, sizeof *side->link);
		n->side[way].changed = side->link;
	}
	struct network_list list = { .at = OVERLAY_START + side->links };
	copy_changed(n, way, from, other, (uint64_t)percent, side->link + side->links, &list.count);
	side->links += list.count;
	uint32_t fresh = side->list.count, place = network_map_add(&side->list, v, fresh);
	if (place == fresh)
		side->place = mem_grow(side->place, place + 1, sizeof *side->place);
	side->place[place] = list;
	if (v < n->members)
		n->side[way].record[v] |= RECORD_CHANGED;
}

void network_change(struct network *n, const struct network_link *link)
{
	assert(link->percent >= 0 && link->percent <= 100);
	if (link->from == link->to)
		return;
	if (n->overlay == NULL)
		n->overlay = mem_zero(1, sizeof *n->overlay);
	uint32_t from = index_or_new(n, link->from), to = index_or_new(n, link->to);
	change_side(n, NETWORK_OUT, from, to, link->percent);
	change_side(n, NETWORK_IN, to, from, link->percent);
	n->overlay->changes++;
}
