#include "core/network_build.h"

#include "base/mem.h"
#include "core/network_map.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

#define AHEAD 16
#define DIGIT_BITS 11
#define DIGITS (1u << DIGIT_BITS)

struct builder {
	struct network_map map; /* id -> number in order of first sight */
	int64_t *id;
	uint32_t *degree, *number; /* by first sight; number is the final one */
	uint32_t members, room;
	uint64_t *key, *spare; /* one a link */
	size_t count;
	unsigned bits; /* of a member's number */
};

unsigned char *network_image_new(size_t len)
{
	void *image = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (image == MAP_FAILED)
		abort();
	madvise(image, len, MADV_HUGEPAGE);
	return image;
}

/* Ascending, by digits from the lowest; digits that are all equal cost nothing. */
static void sort_keys(uint64_t **key, uint64_t **spare, size_t count)
{
	uint64_t differ = 0;
	for (size_t i = 1; i < count; i++)
		differ |= (*key)[i] ^ (*key)[0];
	for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
		size_t start[DIGITS] = { 0 }, sum = 0;
		if ((differ >> shift & (DIGITS - 1)) == 0)
			continue;
		for (size_t i = 0; i < count; i++)
			start[(*key)[i] >> shift & (DIGITS - 1)]++;
		for (size_t d = 0; d < DIGITS; d++) {
			size_t here = start[d];
			start[d] = sum;
			sum += here;
		}
		for (size_t i = 0; i < count; i++)
			(*spare)[start[(*key)[i] >> shift & (DIGITS - 1)]++] = (*key)[i];
		uint64_t *swap = *key;
		*key = *spare;
		*spare = swap;
	}
}

static uint32_t see(struct builder *b, int64_t id)
{
	uint32_t v = network_map_add(&b->map, (uint64_t)id, b->members);
	if (v == b->members) {
		assert(b->members < NETWORK_MOST_MEMBERS);
		if (b->members == b->room) {
			b->room = b->room > 0 ? 2 * b->room : 64;
			b->id = mem_grow(b->id, b->room, sizeof *b->id);
			b->degree = mem_grow(b->degree, b->room, sizeof *b->degree);
		}
		b->id[b->members] = id;
		b->degree[b->members++] = 0;
	}
	b->degree[v]++;
	return v;
}

static void read_links(struct builder *b, const struct network_link *link, size_t count)
{
	b->key = mem_grow(NULL, count, sizeof *b->key);
	for (size_t i = 0; i < count; i++) {
		if (i + AHEAD < count) {
			network_map_fetch(&b->map, (uint64_t)link[i + AHEAD].from);
			network_map_fetch(&b->map, (uint64_t)link[i + AHEAD].to);
		}
		assert(link[i].percent >= 0 && link[i].percent <= 100);
		if (link[i].percent == 0 || link[i].from == link[i].to)
			continue;
		uint64_t from = see(b, link[i].from), to = see(b, link[i].to);
		b->key[b->count++] = from << 36 | to << 8 | (uint64_t)(100 - link[i].percent);
	}
	b->spare = mem_grow(NULL, b->count, sizeof *b->spare);
}

/* Of what links the same two only the best stays. */
static void keep_best(struct builder *b)
{
	size_t kept = 0;
	sort_keys(&b->key, &b->spare, b->count);
	for (size_t i = 0; i < b->count; i++)
		if (kept == 0 || b->key[i] >> 8 != b->key[kept - 1] >> 8)
			b->key[kept++] = b->key[i];
	b->count = kept;
}

static int by_id(const void *a, const void *b, void *ids)
{
	const int64_t *id = ids;
	int64_t x = id[*(const uint32_t *)a], y = id[*(const uint32_t *)b];
	return (x > y) - (x < y);
}

/* By falling number of links, then by id. */
static void number_members(struct builder *b, const struct network *n)
{
	int64_t *id = (int64_t *)(n->image + ((const unsigned char *)n->id - n->image));
	uint32_t *order = (uint32_t *)(n->image + ((const unsigned char *)n->by_id - n->image));
	uint64_t *key = mem_grow(NULL, b->members, sizeof *key);
	uint64_t *spare = mem_grow(NULL, b->members, sizeof *spare);
	for (uint32_t v = 0; v < b->members; v++)
		order[v] = v;
	qsort_r(order, b->members, sizeof *order, by_id, b->id);
	for (uint32_t i = 0; i < b->members; i++)
		key[i] = (uint64_t)(UINT32_MAX - b->degree[order[i]]) << 32 | i;
	sort_keys(&key, &spare, b->members);
	b->number = mem_grow(NULL, b->members, sizeof *b->number);
	for (uint32_t v = 0; v < b->members; v++) {
		uint32_t seen = order[key[v] & UINT32_MAX];
		b->number[seen] = v;
		id[v] = b->id[seen];
	}
	for (uint32_t i = 0; i < b->members; i++)
		order[i] = b->number[order[i]];
	free(key);
	free(spare);
}

/* The key of a link in one way's order: owner, falling percent, other end. */
static uint64_t turned(uint64_t key, unsigned bits)
{
	uint64_t mask = (UINT64_C(1) << bits) - 1, low = key >> bits & 127;
	return (key & mask) << (bits + 7) | low << bits | key >> (bits + 7);
}

static void fill_side(struct builder *b, const struct network *n, enum network_way way)
{
	uint64_t *record = n->side[way].record, mask = (UINT64_C(1) << b->bits) - 1;
	unsigned char *packed = n->image + (n->side[way].packed - n->image);
	uint64_t full = UINT64_C(100) << RECORD_LOAD_SHIFT;
	uint32_t next = 0;
	for (size_t i = 0; i < b->count; i++) {
		uint64_t key = b->key[i], percent = 100 - (key >> b->bits & 127), word;
		size_t bit = i * n->width;
		if (next <= key >> (b->bits + 7)) {
			for (uint64_t owner = key >> (b->bits + 7); next <= owner; next++)
				record[next] = full | i;
			record[next - 1] |= percent << RECORD_BEST_SHIFT;
		}
		memcpy(&word, packed + (bit >> 3), sizeof word);
		word |= ((key & mask) << 7 | percent) << (bit & 7);
		memcpy(packed + (bit >> 3), &word, sizeof word);
	}
	for (; next <= n->members; next++)
		record[next] = full | b->count;
}

static void fill(struct builder *b, struct network *n)
{
	struct network_layout at = network_layout(b->members, b->count);
	network_attach(n, network_image_new(at.end), b->members, b->count);
	b->bits = n->width - 7;
	number_members(b, n);
	for (size_t i = 0; i < b->count; i++) {
		uint64_t key = b->key[i], half = (1 << 28) - 1;
		b->key[i] = (uint64_t)b->number[key >> 36] << (b->bits + 7) |
		            (key & 127) << b->bits | b->number[key >> 8 & half];
	}
	sort_keys(&b->key, &b->spare, b->count);
	fill_side(b, n, NETWORK_OUT);
	for (size_t i = 0; i < b->count; i++)
		b->key[i] = turned(b->key[i], b->bits);
	sort_keys(&b->key, &b->spare, b->count);
	fill_side(b, n, NETWORK_IN);
}

struct network *network_new(const struct network_link *links, size_t count)
{
	struct network *n = mem_zero(1, sizeof *n);
	struct builder b = { 0 };
	read_links(&b, links, count);
	keep_best(&b);
	fill(&b, n);
	network_map_free(&b.map);
	free(b.id);
	free(b.degree);
	free(b.number);
	free(b.key);
	free(b.spare);
	return n;
}
