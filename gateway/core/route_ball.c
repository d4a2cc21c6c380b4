#include "core/route_search.h"

#include <string.h>

/* Reading more than this costs more than what it spares: then all are in. */
#define MOST_LINKS_READ 16384

static void put_in(struct ball *ball, int radius, uint32_t member)
{
	for (int r = radius; r < BALL_RADII; r++) {
		uint32_t bit = route_ball_bit(r, member);
		ball->bits[r][bit / 64] |= UINT64_C(1) << bit % 64;
	}
}

static size_t octets_of(int radius)
{
	return (size_t)1 << ball_log2[radius] >> 3;
}

static void all_in(struct ball *ball, int radius)
{
	for (int r = radius; r < BALL_RADII; r++)
		memset(ball->bits[r], 0xff, octets_of(r));
}

static void put_list(struct route_scratch *s, int side, struct network_list list, int radius)
{
	const struct network *n = s->network;
	struct ball *ball = &s->side[side].ball;
	for (uint32_t i = 0; i < list.count; i++) {
		uint32_t member =
			(uint32_t)(network_link_at(n, (enum network_way)side, list.at + i) >> 7);
		put_in(ball, radius, member);
		if (radius + 1 < BALL_RADII)
			network_fetch_record(n, (enum network_way)side, member);
	}
}

static void put_second(struct route_scratch *s, int side, struct network_list first)
{
	const struct network *n = s->network;
	enum network_way way = (enum network_way)side;
	size_t read = first.count > s->list_room ? MOST_LINKS_READ + 1 : 0;
	for (uint32_t i = 0; i < first.count && read <= MOST_LINKS_READ; i++) {
		uint32_t member = (uint32_t)(network_link_at(n, way, first.at + i) >> 7);
		s->list[i] = network_list(n, way, member);
		read += s->list[i].count;
		for (uint32_t k = 0; k < s->list[i].count && k < 64; k += 16)
			network_fetch_links(n, way, s->list[i].at + k);
	}
	if (read > MOST_LINKS_READ) {
		all_in(&s->side[side].ball, 2);
		return;
	}
	for (uint32_t i = 0; i < first.count; i++)
		put_list(s, side, s->list[i], 2);
}

static void put_root(struct route_scratch *s, int side, const struct label *root)
{
	struct ball *ball = &s->side[side].ball;
	if (root->used >= BALL_RADII)
		return;
	put_in(ball, root->used, root->member);
	if (root->used + 1 >= BALL_RADII)
		return;
	struct network_list first = network_list(s->network, (enum network_way)side, root->member);
	put_list(s, side, first, root->used + 1);
	if (root->used + 2 < BALL_RADII)
		put_second(s, side, first);
}

void route_ball_build(struct route_scratch *s, int side)
{
	struct ball *ball = &s->side[side].ball;
	for (int r = 0; r < BALL_RADII; r++)
		memset(ball->bits[r], 0, octets_of(r));
	/* The roots are the first labels. */
	for (uint32_t i = 1; i < s->labels && s->label[i].parent == 0; i++)
		if (s->label[i].side == side)
			put_root(s, side, &s->label[i]);
	ball->built = true;
}
