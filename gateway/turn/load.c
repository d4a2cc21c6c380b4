/* How often each member was asked this month. Every search needs it, so it is
 * kept between searches: counted anew each day, and what was asked since added. */
#include "base/mem.h"
#include "base/when.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <string.h>

#define MONTH_S (30 * (int64_t)WHEN_DAY_S)

struct turn_load {
	struct ask_count *counts; /* by member */
	size_t count, room;
	int64_t day, last; /* of the counting; the last ask counted */
};

void load_free(struct turn_load **load)
{
	if (*load == NULL)
		return;
	free((*load)->counts);
	free(*load);
	*load = NULL;
}

/* Where `member` stands, or would stand. */
static size_t place_of(const struct turn_load *load, int64_t member)
{
	size_t low = 0, high = load->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (load->counts[middle].member < member)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add(struct turn_load *load, struct ask_count more)
{
	size_t at = place_of(load, more.member);
	if (at < load->count && load->counts[at].member == more.member) {
		load->counts[at].asks += more.asks;
		return;
	}
	if (load->count == load->room) {
		load->room = load->room > 0 ? 2 * load->room : 64;
		load->counts = mem_grow(load->counts, load->room, sizeof *load->counts);
	}
	memmove(&load->counts[at + 1], &load->counts[at],
	        (load->count - at) * sizeof *load->counts);
	load->counts[at] = more;
	load->count++;
}

size_t load_counts(struct turn *turn, const struct ask_count **counts)
{
	struct ask_count *more;
	int64_t day = turn->now_at / WHEN_DAY_S, last = ask_last_id(turn->store);
	if (turn->load == NULL)
		turn->load = mem_zero(1, sizeof *turn->load);
	struct turn_load *load = turn->load;
	bool anew = load->day != day || last < load->last; /* less: a part was undone */
	size_t count = anew ? ask_counts(turn->store, turn->now_at - MONTH_S, &more)
	                    : ask_counts_after(turn->store, load->last, &more);
	if (anew)
		load->count = 0;
	for (size_t i = 0; i < count; i++)
		add(load, more[i]);
	load->day = day;
	load->last = last;
	*counts = load->counts;
	return load->count;
}
