#include "cli/route_shape.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

static int place_of(const struct shape *s, int64_t id)
{
	for (int i = 0; i < s->members; i++)
		if (s->member[i].id == id)
			return i;
	return -1;
}

static bool taken(const struct shape *s, int column, int row)
{
	for (int i = 0; i < s->members; i++)
		if (s->member[i].column == column && s->member[i].row == row)
			return true;
	return false;
}

/* A cell that somebody stands in gives way to the next one outwards. */
static void add_member(struct shape *s, const struct draw *draw, struct shape_member m)
{
	const char *name = draw->names.name(draw->names.context, m.id);
	while (taken(s, m.column, m.row))
		m.row += m.row < 0 ? -1 : 1;
	m.name = utf8_clean_line(name, strlen(name));
	s->member[s->members++] = m;
	s->row_first = m.row < s->row_first ? m.row : s->row_first;
	s->row_last = m.row > s->row_last ? m.row : s->row_last;
}

/* The ways beside the best one alternate above and below it. */
static int row_of(size_t way)
{
	return way % 2 == 1 ? -(int)(way + 1) / 2 : (int)way / 2;
}

/* Columns by hop, but to the right of who comes before, as far as there is room. */
static void add_relays(struct shape *s, const struct draw *draw, size_t way, int row)
{
	const struct route_chain *c = &draw->chains[way];
	for (int i = 1, before = 0; i < c->hops; i++) {
		int at = place_of(s, c->member[i]);
		int column = before + 1 > i ? before + 1 : i;
		if (column > s->columns - 2)
			column = s->columns - 2;
		if (at < 0) {
			at = s->members;
			add_member(s, draw, (struct shape_member){
				.id = c->member[i], .load = c->load[i], .way = (int)way,
				.column = column, .row = row });
		}
		before = s->member[at].column;
	}
}

static struct shape_link *find_link(struct shape *s, int from, int to)
{
	for (int i = 0; i < s->links; i++)
		if (s->link[i].from == from && s->link[i].to == to)
			return &s->link[i];
	return NULL;
}

static void add_link(struct shape *s, struct shape_link link)
{
	if (link.from < 0 || link.to < 0 || link.from == link.to || link.percent < 1 ||
	    find_link(s, link.from, link.to) != NULL)
		return;
	s->link = mem_grow(s->link, (size_t)s->links + 1, sizeof *s->link);
	s->link[s->links++] = link;
	s->row_first = link.row < s->row_first ? link.row : s->row_first;
	s->row_last = link.row > s->row_last ? link.row : s->row_last;
}

static void add_chain_links(struct shape *s, const struct draw *draw, size_t way, int row)
{
	const struct route_chain *c = &draw->chains[way];
	for (int i = 0; i < c->hops; i++) {
		struct shape_link link = { .from = place_of(s, c->member[i]),
			                   .to = place_of(s, c->member[i + 1]),
			                   .percent = c->percent[i], .way = (int)way,
			                   .first = i == 0 };
		if (s->member[link.to].column - s->member[link.from].column > 1)
			link.row = row;
		add_link(s, link);
	}
}

/* Does it bring somebody new, or a link that runs past somebody's column? */
static bool needs_row(const struct shape *s, const struct route_chain *c)
{
	for (int i = 0; i < c->hops; i++) {
		int from = place_of(s, c->member[i]), to = place_of(s, c->member[i + 1]);
		if (from < 0 || to < 0 || s->member[to].column - s->member[from].column > 1)
			return true;
	}
	return false;
}

/* Drawn in this order, so that the chosen way lies on top. */
static int by_way(const void *a, const void *b)
{
	const struct shape_link *x = a, *y = b;
	bool x_none = x->way == SHAPE_NO_WAY, y_none = y->way == SHAPE_NO_WAY;
	if (x_none != y_none)
		return x_none ? -1 : 1;
	if (x->way != y->way)
		return y->way - x->way;
	return x->from != y->from ? x->from - y->from : x->to - y->to;
}

void shape_make(struct shape *s, const struct draw *draw)
{
	size_t used = 0;
	*s = (struct shape){ .columns = 2 };
	for (size_t i = 0; i < draw->count; i++)
		if (draw->chains[i].hops + 1 > s->columns)
			s->columns = draw->chains[i].hops + 1;
	add_member(s, draw, (struct shape_member){ .id = draw->from, .load = 100 });
	add_member(s, draw, (struct shape_member){ .id = draw->to, .load = 100,
	                                           .column = s->columns - 1 });
	for (size_t i = 0; i < draw->count; i++) {
		int row = row_of(used);
		used += needs_row(s, &draw->chains[i]);
		add_relays(s, draw, i, row);
		add_chain_links(s, draw, i, row);
	}
	for (size_t i = 0; i < draw->link_count; i++)
		add_link(s, (struct shape_link){ .from = place_of(s, draw->links[i].from),
		                                 .to = place_of(s, draw->links[i].to),
		                                 .percent = draw->links[i].percent,
		                                 .way = SHAPE_NO_WAY });
	if (s->links > 0)
		qsort(s->link, (size_t)s->links, sizeof *s->link, by_way);
}

void shape_free(struct shape *s)
{
	for (int i = 0; i < s->members; i++)
		free(s->member[i].name);
	free(s->link);
	*s = (struct shape){ 0 };
}
