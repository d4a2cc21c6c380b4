#include "core/route_search.h"

#include "base/mem.h"

#include <string.h>

#define LEAST_SLOT_BITS 11

static struct slot *find_slot(const struct route_scratch *s, uint32_t member)
{
	uint32_t mask = (1u << s->slot_bits) - 1;
	uint32_t at = member * 0x9E3779B1u >> (32 - s->slot_bits);
	while (s->slot[at].owner != 0 && s->slot[at].owner != member + 1)
		at = (at + 1) & mask;
	return &s->slot[at];
}

static void clear_slots(struct route_scratch *s, unsigned bits)
{
	s->slot_bits = bits;
	if (bits > s->slot_room_bits) {
		s->slot = mem_grow(s->slot, (size_t)1 << bits, sizeof *s->slot);
		s->slot_room_bits = bits;
	}
	memset(s->slot, 0, sizeof *s->slot << bits);
}

/* The table starts small, to stay near, and doubles as members are met. The
 * old half is put in again from a copy at the far end of the room. */
static void double_slots(struct route_scratch *s)
{
	size_t count = (size_t)1 << s->slot_bits;
	if (s->slot_bits + 2 > s->slot_room_bits) {
		s->slot_room_bits = s->slot_bits + 2;
		s->slot = mem_grow(s->slot, (size_t)1 << s->slot_room_bits, sizeof *s->slot);
	}
	struct slot *old = s->slot + 2 * count;
	memcpy(old, s->slot, count * sizeof *old);
	clear_slots(s, s->slot_bits + 1);
	for (size_t i = 0; i < count; i++)
		if (old[i].owner != 0)
			*find_slot(s, old[i].owner - 1) = old[i];
}

struct slot *route_search_slot(struct route_scratch *s, uint32_t member)
{
	struct slot *slot = find_slot(s, member);
	if (slot->owner != 0)
		return slot;
	if (++s->slots > 1u << s->slot_bits >> 1) {
		double_slots(s);
		slot = find_slot(s, member);
	}
	slot->owner = member + 1;
	return slot;
}

static struct label *new_label(struct route_scratch *s)
{
	if (s->labels == s->label_room) {
		s->label_room = s->label_room > 0 ? 2 * s->label_room : 1024;
		s->label = mem_grow(s->label, s->label_room, sizeof *s->label);
	}
	return &s->label[s->labels];
}

void route_search_start(struct route_scratch *s, const struct network *network,
                        const struct route_query *query, int most, bool loaded)
{
	s->network = network;
	s->query = query;
	s->most = most;
	s->doubt = loaded ? ROUTE_KEY_DOUBT : 0;
	s->slots = 0;
	clear_slots(s, LEAST_SLOT_BITS);
	s->labels = 0;
	memset(new_label(s), 0, sizeof *s->label);
	s->labels = 1;
	for (int d = 0; d < 2; d++) {
		struct side *side = &s->side[d];
		if (side->cursor <= side->last)
			memset(side->bucket + side->cursor, 0,
			       (side->last - side->cursor + 1) * sizeof *side->bucket);
		side->cursor = BANDS;
		side->last = 0;
		side->labels = 0;
		side->edge = 0;
		side->ball.built = false;
		memset(side->met, 0, sizeof side->met);
	}
	s->found = (struct found){ .key = ROUTE_KEY_NOWHERE };
}

/* The best that is still to be had: what costs more is not followed. */
static uint64_t bound(const struct route_scratch *s)
{
	return s->found.key < ROUTE_KEY_NOWHERE ? s->found.key + s->doubt : ROUTE_KEY_NOWHERE - 1;
}

/* Everything below it is settled. */
static void move_edge(struct side *side)
{
	while (side->cursor <= side->last && side->bucket[side->cursor] == 0)
		side->cursor++;
	side->edge = side->cursor <= side->last ? (uint64_t)side->cursor << BAND_SHIFT :
	                                          ROUTE_KEY_NOWHERE;
}

static void enqueue(struct route_scratch *s, uint32_t label)
{
	struct label *a = &s->label[label];
	struct side *side = &s->side[a->side];
	uint32_t band = (uint32_t)(a->next_key >> BAND_SHIFT);
	a->queue = side->bucket[band];
	side->bucket[band] = label;
	if (band < side->cursor)
		side->cursor = band;
	if (band > side->last)
		side->last = band;
}

/* Keys above it are not followed from this side: with what the other side
 * has not settled yet they cost more than the best. */
static uint64_t reach(const struct route_scratch *s, const struct side *side)
{
	uint64_t most = bound(s), other = s->side[side == s->side].edge;
	return most >= other ? most - other : 0;
}

static uint32_t met_word(uint32_t member)
{
	return member * 0x9E3779B1u >> 17 >> 6;
}

static uint64_t met_bit(uint32_t member)
{
	return UINT64_C(1) << (member * 0x9E3779B1u >> 17 & 63);
}

static uint64_t this_link(const struct route_scratch *s, const struct label *a)
{
	return network_link_at(s->network, (enum network_way)a->side, a->at);
}

/* To the next link of the list, which is the answer if there is one. */
static uint64_t next_link(const struct route_scratch *s, struct label *a)
{
	a->at++;
	if (--a->left == 0) {
		a->next_key = ROUTE_KEY_NOWHERE;
		return 0;
	}
	uint64_t link = this_link(s, a);
	a->next_key = a->leave + s->key.link[link & 127];
	return link;
}

static bool link_avoided(const struct route_scratch *s, const struct label *a, uint32_t member)
{
	const struct route_query *q = s->query;
	int64_t here = network_member(s->network, a->member);
	int64_t there = network_member(s->network, member);
	for (size_t i = 0; i < q->avoid_link_count; i++)
		if (q->avoid_links[i].from == (a->side == FORWARD ? here : there) &&
		    q->avoid_links[i].to == (a->side == FORWARD ? there : here))
			return true;
	return false;
}

static void add_event(struct route_scratch *s, struct event event)
{
	if (s->events == s->event_room) {
		s->event_room = s->event_room > 0 ? 2 * s->event_room : 1024;
		s->event = mem_grow(s->event, s->event_room, sizeof *s->event);
	}
	s->event[s->events++] = event;
}

/* Notes the links with keys below `end`. */
static void read_list(struct route_scratch *s, uint32_t label, uint64_t end)
{
	struct label *a = &s->label[label];
	enum network_way way = (enum network_way)a->side;
	const struct ball *ball = &s->side[!a->side].ball;
	int left = s->most - a->used - 1;
	if (a->next_key >= end)
		return;
	if (left < BALL_RADII && !ball->built)
		route_ball_build(s, !a->side);
	uint64_t link = this_link(s, a);
	for (; a->next_key < end; link = next_link(s, a)) {
		uint32_t member = (uint32_t)(link >> 7);
		if ((left >= BALL_RADII || route_ball_has(ball, left, member)) &&
		    !(a->careful && link_avoided(s, a, member))) {
			network_fetch_record(s->network, way, member);
			add_event(s, (struct event){ a->next_key, label, member, link & 127 });
		}
	}
	/* Its turn is in a later band. */
	if (left >= BALL_RADII && a->left > 0)
		network_fetch_record(s->network, way, (uint32_t)(link >> 7));
}

static bool beaten(struct route_scratch *s, const struct slot *slot, struct label *made)
{
	for (uint32_t i = slot->head[made->side]; i != 0; i = s->label[i].same) {
		struct label *old = &s->label[i];
		if (old->used <= made->used && route_not_worse(s, old, made))
			return true;
		if (made->used <= old->used && !old->dropped && route_not_worse(s, made, old)) {
			old->dropped = true;
			old->next_key = ROUTE_KEY_NOWHERE;
		}
	}
	return false;
}

static void meet(struct route_scratch *s, const struct slot *slot, uint32_t label)
{
	const struct label *a = &s->label[label];
	for (uint32_t i = slot->head[!a->side]; i != 0; i = s->label[i].same) {
		const struct label *b = &s->label[i];
		uint64_t key = b->parent == 0 ? a->key + b->key : a->leave + b->key;
		if (a->used + b->used > s->most || key > bound(s))
			continue;
		if (a->side == FORWARD)
			route_consider(s, key, label, i, 0);
		else
			route_consider(s, key, i, label, 0);
	}
}

static void add_to_group(struct route_scratch *s, uint32_t label)
{
	if (s->group_count == s->group_room) {
		s->group_room = s->group_room > 0 ? 2 * s->group_room : 1024;
		s->group = mem_grow(s->group, s->group_room, sizeof *s->group);
	}
	s->group[s->group_count++] = label;
}

/* Puts the label at the end of the room beside those of its member; what the
 * network says of the member is on its way, and is not asked for before take. */
static void place(struct route_scratch *s, struct slot *slot)
{
	uint32_t label = s->labels++;
	struct label *a = &s->label[label];
	a->load = slot->load;
	a->careful = slot->careful != 0;
	a->same = slot->head[a->side];
	slot->head[a->side] = label;
}

/* Takes a placed label into the search, even one that is dropped by now: it
 * stays among those of its member, so its keys must be true. */
static void take(struct route_scratch *s, uint32_t label)
{
	struct label *a = &s->label[label];
	enum network_way way = (enum network_way)a->side;
	struct network_list list = network_list(s->network, way, a->member);
	if (a->load == 0)
		a->load = list.load;
	a->leave = a->parent == 0 ? a->key : a->key + s->key.load[a->load];
	a->at = list.at;
	a->left = a->used < s->most ? list.count : 0;
	a->next_key = ROUTE_KEY_NOWHERE;
	if (a->left > 0 && !a->dropped)
		a->next_key = a->leave + s->key.link[list.best];
	s->side[a->side].labels++;
	s->side[a->side].met[met_word(a->member)] |= met_bit(a->member);
	if ((s->side[!a->side].met[met_word(a->member)] & met_bit(a->member)) != 0)
		meet(s, find_slot(s, a->member), label);
	if (a->next_key <= reach(s, &s->side[a->side])) {
		network_fetch_links(s->network, way, list.at);
		enqueue(s, label);
	}
}

static void follow(struct route_scratch *s, const struct event *e)
{
	struct slot *slot = route_search_slot(s, e->member);
	if (slot->dead)
		return;
	struct label *a = new_label(s);
	const struct label *parent = &s->label[e->label];
	*a = (struct label){ .key = e->key, .member = e->member, .parent = e->label,
	                     .used = (uint8_t)(parent->used + 1),
	                     .links = (uint8_t)(parent->links + 1), .percent = e->percent,
	                     .side = parent->side };
	if (!beaten(s, slot, a))
		place(s, slot);
}

static void follow_all(struct route_scratch *s)
{
	uint32_t first = s->labels;
	for (size_t i = 0; i < s->events; i++)
		follow(s, &s->event[i]);
	for (uint32_t i = first; i < s->labels; i++)
		take(s, i);
}

void route_search_root(struct route_scratch *s, int side, uint32_t member, int used)
{
	struct slot *slot = route_search_slot(s, member);
	if (slot->dead)
		return;
	*new_label(s) = (struct label){ .member = member, .used = (uint8_t)used,
	                                .side = (uint8_t)side };
	if (!beaten(s, slot, &s->label[s->labels])) {
		place(s, slot);
		take(s, s->labels - 1);
	}
}

/* Follows all links with keys in the lowest band that has any. */
static void run_band(struct route_scratch *s, struct side *side)
{
	uint32_t band = side->cursor;
	uint64_t end = (uint64_t)(band + 1) << BAND_SHIFT;
	while (side->bucket[band] != 0) {
		uint32_t label = side->bucket[band];
		side->bucket[band] = 0;
		s->events = 0;
		while (label != 0) {
			struct label *a = &s->label[label];
			uint32_t queue = a->queue;
			uint64_t most = reach(s, side) + 1;
			read_list(s, label, end < most ? end : most);
			if (a->next_key >= end && a->next_key < most) {
				network_fetch_links(s->network, (enum network_way)a->side, a->at);
				enqueue(s, label);
			}
			label = queue;
		}
		follow_all(s);
	}
}

/* The links that may close the gap between the sides, from one label. */
static void close_gap(struct route_scratch *s, uint32_t label)
{
	struct label *a = &s->label[label];
	uint64_t link = this_link(s, a);
	for (; a->next_key + a->leave <= bound(s); link = next_link(s, a)) {
		uint32_t member = (uint32_t)(link >> 7);
		uint32_t i = 0;
		if ((s->side[!a->side].met[met_word(member)] & met_bit(member)) != 0 &&
		    !(a->careful && link_avoided(s, a, member)))
			i = find_slot(s, member)->head[!a->side];
		for (; i != 0; i = s->label[i].same) {
			uint64_t key = a->next_key + s->label[i].leave;
			if (a->used + 1 + s->label[i].used > s->most || key > bound(s))
				continue;
			if (a->side == FORWARD)
				route_consider(s, key, label, i, link & 127);
			else
				route_consider(s, key, i, label, link & 127);
		}
	}
}

static void close_gaps(struct route_scratch *s)
{
	s->group_count = 0;
	for (uint32_t i = 1; i < s->labels; i++) {
		const struct label *a = &s->label[i];
		if (a->next_key + a->leave > bound(s))
			continue;
		network_fetch_links(s->network, (enum network_way)a->side, a->at);
		add_to_group(s, i);
	}
	for (size_t i = 0; i < s->group_count; i++)
		close_gap(s, s->group[i]);
	s->group_count = 0;
}

bool route_search_run(struct route_scratch *s)
{
	for (;;) {
		struct side *ahead = &s->side[FORWARD], *behind = &s->side[BACKWARD];
		move_edge(ahead);
		move_edge(behind);
		if (ahead->edge + behind->edge > bound(s))
			break;
		run_band(s, ahead->labels <= behind->labels ? ahead : behind);
	}
	if (s->found.key < ROUTE_KEY_NOWHERE)
		close_gaps(s);
	return s->found.key < ROUTE_KEY_NOWHERE;
}
