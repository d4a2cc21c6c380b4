#include "core/network_map.h"

#include "base/mem.h"

#include <stdlib.h>

static struct network_map_slot *slot_of(const struct network_map *m, uint64_t key)
{
	size_t mask = ((size_t)1 << m->bits) - 1;
	size_t at = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> (64 - m->bits));
	while (m->slot[at].value != NETWORK_MAP_NONE && m->slot[at].key != key)
		at = (at + 1) & mask;
	return &m->slot[at];
}

static void grow(struct network_map *m)
{
	struct network_map old = *m;
	m->bits = old.bits > 0 ? old.bits + 1 : 4;
	size_t size = (size_t)1 << m->bits;
	m->slot = mem_grow(NULL, size, sizeof *m->slot);
	for (size_t i = 0; i < size; i++)
		m->slot[i].value = NETWORK_MAP_NONE;
	for (size_t i = 0; old.bits > 0 && i < (size_t)1 << old.bits; i++)
		if (old.slot[i].value != NETWORK_MAP_NONE)
			*slot_of(m, old.slot[i].key) = old.slot[i];
	free(old.slot);
}

void network_map_free(struct network_map *m)
{
	free(m->slot);
	*m = (struct network_map){ 0 };
}

uint32_t network_map_find(const struct network_map *m, uint64_t key)
{
	return m->bits > 0 ? slot_of(m, key)->value : NETWORK_MAP_NONE;
}

uint32_t network_map_add(struct network_map *m, uint64_t key, uint32_t value)
{
	if (m->bits == 0 || m->count >= ((size_t)1 << m->bits) / 2)
		grow(m);
	struct network_map_slot *slot = slot_of(m, key);
	if (slot->value == NETWORK_MAP_NONE) {
		*slot = (struct network_map_slot){ key, value };
		m->count++;
	}
	return slot->value;
}

void network_map_fetch(const struct network_map *m, uint64_t key)
{
	if (m->bits > 0)
		__builtin_prefetch(&m->slot[key * UINT64_C(0x9E3779B97F4A7C15) >> (64 - m->bits)]);
}
