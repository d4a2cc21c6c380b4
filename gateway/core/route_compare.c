#include "core/route_search.h"

/* Chains of any length in the same measure: 6 percents of trust, 5 of load. */
static unsigned __int128 scaled(const struct found *f)
{
	unsigned __int128 score = 1;
	for (int i = 0; i < ROUTE_MOST_HOPS; i++)
		score *= i < f->hops ? f->percent[i] : 100u;
	for (int i = 1; i < ROUTE_MOST_HOPS; i++)
		score *= i < f->hops ? f->load[i] : 100u;
	return score;
}

static void add_forward(const struct route_scratch *s, struct found *f, const struct label *a)
{
	f->hops = a->links;
	for (int i = a->links; i >= 0; i--, a = &s->label[a->parent]) {
		f->member[i] = a->member;
		f->load[i] = a->load;
		if (i > 0)
			f->percent[i - 1] = a->percent;
	}
}

/* From the end of what is there; `percent` is the link to `b`, 0: `b` is that end. */
static void add_backward(const struct route_scratch *s, struct found *f, const struct label *b,
                         int percent)
{
	if (percent > 0) {
		f->percent[f->hops++] = (uint8_t)percent;
		f->member[f->hops] = b->member;
		f->load[f->hops] = b->load;
	}
	for (; b->parent != 0; b = &s->label[b->parent]) {
		const struct label *next = &s->label[b->parent];
		f->percent[f->hops++] = b->percent;
		f->member[f->hops] = next->member;
		f->load[f->hops] = next->load;
	}
}

static int compare_ids(const struct route_scratch *s, const struct found *a, const struct found *b)
{
	for (int i = 0; i <= a->hops; i++)
		if (a->member[i] != b->member[i])
			return network_member(s->network, a->member[i]) <
			       network_member(s->network, b->member[i]) ? -1 : 1;
	return 0;
}

/* Below zero: `a` is the better. */
static int compare(const struct route_scratch *s, const struct found *a, const struct found *b)
{
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	if (a->hops != b->hops)
		return a->hops - b->hops;
	return compare_ids(s, a, b);
}

void route_consider(struct route_scratch *s, uint64_t key, uint32_t forward, uint32_t backward,
                    int percent)
{
	struct found made;
	if (key > s->found.key + s->doubt)
		return;
	add_forward(s, &made, &s->label[forward]);
	add_backward(s, &made, &s->label[backward], percent);
	made.key = key;
	made.score = scaled(&made);
	if (key + s->doubt < s->found.key || compare(s, &made, &s->found) < 0)
		s->found = made;
}

static void way_of(const struct route_scratch *s, const struct label *a, struct found *f)
{
	*f = (struct found){ .hops = 0 };
	if (a->side == FORWARD) {
		add_forward(s, f, a);
	} else {
		f->member[0] = a->member;
		add_backward(s, f, a, 0);
	}
	f->score = scaled(f);
}

/* Both end at the same member, on the same side. */
bool route_not_worse(const struct route_scratch *s, const struct label *a, const struct label *b)
{
	struct found x, y;
	if (a->key + s->doubt < b->key)
		return true;
	if (a->key > b->key + s->doubt)
		return false;
	way_of(s, a, &x);
	way_of(s, b, &y);
	return compare(s, &x, &y) <= 0;
}
