/* The picture as SVG: a line map. Links run from circle to circle, names stand
 * below the circles; a link over several columns runs in its way's own row. */
#include "base/mem.h"
#include "cli/route_draw.h"
#include "cli/route_shape.h"
#include "cli/svg_curve.h"
#include "cli/svg_text.h"

#include <stdlib.h>
#include <string.h>

#define WIDE       800.0
#define EDGE       24.0 /* of text, from the picture's edge */
#define ROW_HIGH   82.0
#define RADIUS     9.0
#define ARROW      3.0 /* between the arrow's tip and the circle */
#define NAME_SIZE  12.0
#define LABEL_SIZE 11.0
#define PIECES     3
#define MORE_MOST  24 /* links that are on no way */
#define STEPS      24 /* a piece is looked at in so many places */

#define STRONG "#0b5cad"
#define GREY   "#7d8590"
#define LIGHT  "#c3c8d0"
#define INK    "#1b1f24"
#define SOFT   "#59606b"

struct box {
	double left, top, right, bottom;
};

struct page {
	const struct draw *draw;
	struct shape shape;
	struct str *out;
	struct str line; /* a line of text under way */
	double left, step, top; /* the first column, between columns, the first row */
	struct box *box; /* where something is to be read */
	int boxes;
	int least; /* percent of what is shown though on no way */
};

static double column_x(const struct page *p, int column)
{
	return p->left + column * p->step;
}

static double row_y(const struct page *p, int row)
{
	return p->top + (row - p->shape.row_first) * ROW_HIGH;
}

static struct point member_at(const struct page *p, int member)
{
	const struct shape_member *m = &p->shape.member[member];
	return (struct point){ column_x(p, m->column), row_y(p, m->row) };
}

/* --- text --------------------------------------------------------------------------- */

/* `style`: more attributes. */
static void add_text(struct page *p, double x, double y, double size, const char *colour,
                     const char *style, const char *text)
{
	str_addf(p->out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.0f\" fill=\"%s\" %s>", x, y,
	         size, colour, style);
	svg_text_add(p->out, text);
	str_add(p->out, "</text>\n");
}

static void keep_free(struct page *p, struct box box)
{
	p->box = mem_grow(p->box, (size_t)p->boxes + 1, sizeof *p->box);
	p->box[p->boxes++] = box;
}

static bool is_free(const struct page *p, struct box b)
{
	for (int i = 0; i < p->boxes; i++)
		if (b.left < p->box[i].right && p->box[i].left < b.right &&
		    b.top < p->box[i].bottom && p->box[i].top < b.bottom)
			return false;
	return b.left > 0 && b.right < WIDE;
}

/* --- links -------------------------------------------------------------------------- */

/* How many pieces. */
static int run_of(const struct page *p, const struct shape_link *l, struct curve run[PIECES])
{
	const struct shape_member *from = &p->shape.member[l->from], *to = &p->shape.member[l->to];
	struct point a = member_at(p, l->from), b = member_at(p, l->to);
	int pieces = 0;
	if (to->column <= from->column) {
		run[0] = svg_curve_bent(a, b, RADIUS + ARROW);
		return 1;
	}
	a.x += RADIUS;
	b.x -= RADIUS + ARROW;
	if (to->column == from->column + 1 || l->way == SHAPE_NO_WAY) {
		bool beside = to->column == from->column + 1 || to->row != from->row;
		run[0] = beside ? svg_curve_level(a, b) : svg_curve_arched(a, b, ROW_HIGH * 0.6);
		return 1;
	}
	struct point in = { column_x(p, from->column + 1), row_y(p, l->row) };
	struct point out = { column_x(p, to->column - 1), row_y(p, l->row) };
	if (from->row == l->row)
		in = a;
	else
		run[pieces++] = svg_curve_level(a, in);
	if (to->row == l->row)
		out = b;
	if (out.x > in.x)
		run[pieces++] = svg_curve_level(in, out);
	if (to->row != l->row)
		run[pieces++] = svg_curve_level(out, b);
	return pieces;
}

static const char *kind_of(const struct shape_link *l)
{
	return l->way == 0 ? "best" : l->way == SHAPE_NO_WAY ? "more" : "other";
}

static bool is_shown(const struct page *p, const struct shape_link *l)
{
	return l->way != SHAPE_NO_WAY ||
	       (l->percent >= p->least &&
	        p->shape.member[l->from].column <= p->shape.member[l->to].column);
}

static int more_shown(const struct page *p)
{
	int count = 0;
	for (int i = 0; i < p->shape.links; i++)
		count += p->shape.link[i].way == SHAPE_NO_WAY && is_shown(p, &p->shape.link[i]);
	return count;
}

static void draw_link(struct page *p, const struct shape_link *l)
{
	struct curve run[PIECES];
	int pieces = run_of(p, l, run);
	str_addf(p->out, "<path class=\"%s\" marker-end=\"url(#%s)\" d=\"M%.1f %.1f", kind_of(l),
	         kind_of(l), run[0].at[0].x, run[0].at[0].y);
	for (int i = 0; i < pieces; i++)
		str_addf(p->out, " C%.1f %.1f %.1f %.1f %.1f %.1f", run[i].at[1].x, run[i].at[1].y,
		         run[i].at[2].x, run[i].at[2].y, run[i].at[3].x, run[i].at[3].y);
	str_add(p->out, "\"/>\n");
}

/* Does another link run through it? */
static bool is_crossed(const struct page *p, const struct shape_link *own, struct box b)
{
	for (int i = 0; i < p->shape.links; i++) {
		const struct shape_link *l = &p->shape.link[i];
		struct curve run[PIECES];
		int pieces = l != own && is_shown(p, l) ? run_of(p, l, run) : 0;
		for (int k = 0; k < pieces * STEPS; k++) {
			double t = (double)(k % STEPS) / STEPS;
			struct point at = svg_curve_point(&run[k / STEPS], t);
			if (at.x > b.left && at.x < b.right && at.y > b.top && at.y < b.bottom)
				return true;
		}
	}
	return false;
}

/* Where on its link the percent hides nothing else, at worst another link;
 * false: it hides something everywhere, and *place is the middle. */
static bool label_place(const struct page *p, const struct shape_link *l, double wide,
                        struct point *place)
{
	static const double tries[] = {
		.5, .44, .56, .38, .62, .32, .68, .26, .74, .2, .8, .14, .86
	};
	size_t count = sizeof tries / sizeof *tries;
	struct curve run[PIECES];
	int pieces = run_of(p, l, run);
	for (size_t i = 0; i < 2 * count; i++) {
		double t = tries[i % count] * pieces;
		int piece = (int)t;
		struct point at = svg_curve_point(&run[piece], t - piece);
		struct box box = { at.x - wide / 2, at.y - 8, at.x + wide / 2, at.y + 8 };
		*place = at;
		if (is_free(p, box) && (i >= count || l->way == 0 || !is_crossed(p, l, box)))
			return true;
	}
	*place = svg_curve_point(&run[pieces / 2], pieces % 2 == 1 ? 0.5 : 0);
	return false;
}

static void add_badge(struct page *p, double x, double y, int way)
{
	str_addf(p->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"8\" fill=\"%s\"/>"
	         "<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\" font-weight=\"bold\" fill=\"#fff\""
	         " text-anchor=\"middle\">%d</text>\n", x, y, way == 0 ? STRONG : SOFT, x, y + 4,
	         way + 1);
}

static void draw_label(struct page *p, const struct shape_link *l)
{
	double size = l->way == 0              ? LABEL_SIZE + 2
	              : l->way == SHAPE_NO_WAY ? LABEL_SIZE - 1
	                                       : LABEL_SIZE;
	double badge = l->first ? 20 : 0;
	str_clear(&p->line);
	str_addf(&p->line, "%d %%", l->percent);
	double text = svg_text_width(p->line.text, size), wide = text + badge + 6;
	struct point at;
	if (!label_place(p, l, wide, &at) && l->way == SHAPE_NO_WAY)
		return;
	keep_free(p, (struct box){ at.x - wide / 2, at.y - 8, at.x + wide / 2, at.y + 8 });
	str_addf(p->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"16\" rx=\"8\""
	         " fill=\"#fff\"/>\n", at.x - wide / 2, at.y - 8, wide);
	if (l->first)
		add_badge(p, at.x - wide / 2 + 9, at.y, l->way);
	add_text(p, at.x + badge / 2, at.y + size * 0.36, size, l->way == 0 ? STRONG :
	         l->way == SHAPE_NO_WAY ? SOFT : INK,
	         l->way == 0 ? "font-weight=\"bold\" text-anchor=\"middle\"" :
	         "text-anchor=\"middle\"", p->line.text);
}

/* --- members ------------------------------------------------------------------------- */

static double name_room(const struct page *p, int member)
{
	double x = member_at(p, member).x, room = p->step - 8;
	double edge = 2 * ((x < WIDE / 2 ? x : WIDE - x) - 4);
	return room < edge ? room : edge;
}

static void name_boxes(struct page *p)
{
	for (int i = 0; i < p->shape.members; i++) {
		struct point at = member_at(p, i);
		double half = svg_text_width(p->shape.member[i].name, NAME_SIZE) / 2;
		double most = name_room(p, i) / 2;
		half = half < most ? half : most;
		keep_free(p, (struct box){ at.x - RADIUS - 6, at.y - RADIUS - 4, at.x + RADIUS + 2,
		                           at.y + RADIUS + 4 });
		keep_free(p, (struct box){ at.x - half, at.y + RADIUS, at.x + half,
		                           at.y + RADIUS + 30 });
	}
}

static void draw_member(struct page *p, int member)
{
	const struct shape_member *m = &p->shape.member[member];
	struct point at = member_at(p, member);
	bool end = member < 2, best = m->way == 0;
	const char *rest = m->name;
	double y = at.y + RADIUS + 15;
	str_addf(p->out, "<g><title>");
	svg_text_add(p->out, m->name);
	str_addf(p->out, "</title><circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.0f\" fill=\"%s\""
	         " stroke=\"%s\" stroke-width=\"%d\"/>\n", at.x, at.y, RADIUS,
	         end ? STRONG : "#fff", best ? STRONG : GREY, best ? 4 : 2);
	for (int line = 0; line < 2 && *rest != '\0'; line++, y += NAME_SIZE + 2) {
		svg_text_line(&rest, name_room(p, member), best ? NAME_SIZE * 1.08 : NAME_SIZE,
		              line == 1, &p->line);
		add_text(p, at.x, y, NAME_SIZE, INK, best ? "class=\"name\" font-weight=\"bold\"" :
		         "class=\"name\"", p->line.text);
	}
	if (m->load < 100) {
		str_clear(&p->line);
		str_addf(&p->line, "load %d %%", m->load);
		add_text(p, at.x, y - 1, NAME_SIZE - 1, "#9a4d00", "class=\"name\"", p->line.text);
	}
	str_add(p->out, "</g>\n");
}

/* --- around --------------------------------------------------------------------------- */

static void open_page(struct page *p, double high)
{
	static const char *const kinds[][3] = { { "best", STRONG, "3" }, { "other", GREY, "5" },
	                                        { "more", LIGHT, "5" } };
	str_addf(p->out,
	         "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"%.0f\""
	         " viewBox=\"0 0 800 %.0f\" role=\"img\" style=\"max-width:100%%;height:auto\""
	         " font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n<title>",
	         high, high);
	svg_text_add(p->out, p->shape.member[0].name);
	str_add(p->out, " to ");
	svg_text_add(p->out, p->shape.member[1].name);
	str_add(p->out, "</title>\n<style>path{fill:none}"
	        ".best{stroke:" STRONG ";stroke-width:4.5}.other{stroke:" GREY ";stroke-width:1.8}"
	        ".more{stroke:" LIGHT ";stroke-width:1.2;stroke-dasharray:4 3}"
	        ".name{text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:4px;"
	        "stroke-linejoin:round}.iso{unicode-bidi:isolate}</style>\n<defs>\n");
	for (int i = 0; i < 3; i++)
		str_addf(p->out, "<marker id=\"%s\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\""
		         " markerWidth=\"%s\" markerHeight=\"%s\" orient=\"auto\">"
		         "<path d=\"M0 0L10 5L0 10z\" style=\"fill:%s\"/></marker>\n", kinds[i][0],
		         kinds[i][2], kinds[i][2], kinds[i][1]);
	str_addf(p->out, "</defs>\n<rect width=\"800\" height=\"%.0f\" fill=\"#fff\"/>\n", high);
}

/* A name between other words keeps its own direction. */
static void add_isolated(struct page *p, const char *name, double wide, double size)
{
	svg_text_line(&name, wide, size, true, &p->line);
	str_add(p->out, "<tspan class=\"iso\">");
	svg_text_add(p->out, p->line.text);
	str_add(p->out, "</tspan>");
}

#define HEAD_LINES 5

/* Draws it, or with `draw` false only counts: how high it is. */
static double head(struct page *p, bool draw)
{
	const char *rest = p->draw->line;
	double y = 58;
	if (draw) {
		str_addf(p->out, "<text x=\"%.0f\" y=\"34\" font-size=\"19\" font-weight=\"bold\""
		         " fill=\"" INK "\">", EDGE);
		add_isolated(p, p->shape.member[0].name, 330, 19 * 1.08);
		str_add(p->out, " to ");
		add_isolated(p, p->shape.member[1].name, 330, 19 * 1.08);
		str_add(p->out, "</text>\n");
	}
	for (int i = 0; i < HEAD_LINES && *rest != '\0'; i++, y += 18) {
		svg_text_line(&rest, WIDE - 2 * EDGE, 13, i == HEAD_LINES - 1, &p->line);
		if (draw)
			add_text(p, EDGE, y, 13, SOFT, "", p->line.text);
	}
	return y;
}

static void draw_columns(struct page *p, double y, double bottom)
{
	for (int c = 0; c < p->shape.columns; c++) {
		double x = column_x(p, c);
		str_clear(&p->line);
		if (c == 0 || c == p->shape.columns - 1)
			str_add(&p->line, c == 0 ? "requester" : "target");
		else
			str_addf(&p->line, "hop %d", c);
		add_text(p, x, y, 11, SOFT, "text-anchor=\"middle\"", p->line.text);
		str_addf(p->out, "<path d=\"M%.1f %.1fV%.1f\" stroke=\"#edeff2\"/>\n", x, y + 8,
		         bottom);
	}
}

static void draw_sample(struct page *p, double x, double y, const char *kind, const char *text)
{
	str_addf(p->out, "<path class=\"%s\" marker-end=\"url(#%s)\" d=\"M%.0f %.0fh34\"/>\n", kind,
	         kind, x, y - 4);
	add_text(p, x + 44, y, 12, INK, "", text);
}

/* How wide each relay's name may be, so that all are on one line. */
static double relay_room(const struct route_chain *c, const struct route_names *names, double wide)
{
	double room = wide;
	for (; room > 20; room *= 0.9) {
		double all = 0;
		for (int i = 1; i < c->hops; i++) {
			double own = svg_text_width(names->name(names->context, c->member[i]),
			                            NAME_SIZE);
			all += (own < room ? own : room) + 24;
		}
		if (all <= wide)
			break;
	}
	return room;
}

/* A line for each way: what it is worth, and through whom. */
static void draw_way(struct page *p, size_t way, double y)
{
	const struct route_chain *c = &p->draw->chains[way];
	const struct route_names *names = &p->draw->names;
	struct route_number worth = { "" };
	double x = EDGE + 22, room = relay_room(c, names, WIDE - EDGE - x - 160);
	add_badge(p, EDGE + 8, y - 4, (int)way);
	str_addf(p->out, "<text x=\"%.0f\" y=\"%.0f\" font-size=\"12\" fill=\"" INK "\"%s>worth %s,"
	         " %d %s</text>\n", x, y, way == 0 ? " font-weight=\"bold\"" : "",
	         route_number(c->worth, &worth), c->hops, c->hops == 1 ? "link" : "links");
	str_addf(p->out, "<text x=\"%.0f\" y=\"%.0f\" font-size=\"12\" fill=\"" SOFT "\">%s",
	         x + 160, y, c->hops == 1 ? "directly" : "through ");
	for (int i = 1; i < c->hops; i++) {
		str_add(p->out, i > 1 ? " \xe2\x86\x92 " : "");
		add_isolated(p, names->name(names->context, c->member[i]), room, NAME_SIZE);
	}
	str_add(p->out, "</text>\n");
}

static void draw_legend(struct page *p, double y)
{
	draw_sample(p, EDGE, y, "best", "chosen way");
	if (p->draw->count > 1)
		draw_sample(p, EDGE + 140, y, "other", "other first links");
	str_clear(&p->line);
	str_add(&p->line, "more links between them");
	if (p->least > 1)
		str_addf(&p->line, ", from %d %% on", p->least);
	if (more_shown(p) > 0)
		draw_sample(p, EDGE + (p->draw->count > 1 ? 310 : 140), y, "more", p->line.text);
	add_text(p, WIDE - EDGE, y, 12, INK, "text-anchor=\"end\"", "%: trust of a link");
	for (size_t i = 0; i < p->draw->count; i++)
		draw_way(p, i, y + 28 + 20 * (double)i);
}

static void draw_map(struct page *p)
{
	const struct shape *s = &p->shape;
	name_boxes(p);
	for (int i = 0; i < s->links; i++)
		if (is_shown(p, &s->link[i]))
			draw_link(p, &s->link[i]);
	for (int i = s->members - 1; i >= 0; i--)
		draw_member(p, i);
	for (int i = s->links - 1; i >= 0; i--)
		if (is_shown(p, &s->link[i]))
			draw_label(p, &s->link[i]);
}

void draw_svg(const struct draw *draw, struct str *out)
{
	struct page p = { .draw = draw, .out = out, .least = 1 };
	shape_make(&p.shape, draw);
	str_init(&p.line, 65536);
	while (more_shown(&p) > MORE_MOST)
		p.least++;
	int spaces = p.shape.columns - 1;
	p.left = spaces > 4 ? 58 : 90;
	p.step = (WIDE - 2 * p.left) / spaces;
	double names = head(&p, false) + 16;
	p.top = names + 52;
	double bottom = row_y(&p, p.shape.row_last) + 62;
	open_page(&p, bottom + (draw->count > 0 ? 60 + 20 * (double)draw->count : 10));
	head(&p, true);
	draw_columns(&p, names, bottom - 10);
	draw_map(&p);
	if (draw->count > 0)
		draw_legend(&p, bottom + 26);
	str_add(out, "</svg>\n");
	free(p.box);
	str_free(&p.line);
	shape_free(&p.shape);
}
