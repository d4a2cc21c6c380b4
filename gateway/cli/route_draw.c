/* The picture in the DOT language of Graphviz. */
#include "cli/route_draw.h"

#include "base/utf8.h"
#include "cli/route_shape.h"

#include <stdlib.h>
#include <string.h>

/* Inside a quoted string. In a label a backslash and an ampersand mean
 * something of their own (\n, \N, &lt;). */
static void add_text(struct str *out, const char *text)
{
	char *clean = utf8_clean_line(text, strlen(text));
	for (const char *at = clean; *at != '\0'; at++) {
		if (*at == '"' || *at == '\\')
			str_add_char(out, '\\');
		str_add_char(out, *at);
		if (*at == '&')
			str_add(out, "amp;");
	}
	free(clean);
}

static void add_head(const struct draw *draw, const struct shape *s, struct str *out)
{
	str_add(out, "digraph route {\n"
	        "\trankdir=LR; labelloc=t; fontname=\"Helvetica\"; fontsize=16;\n"
	        "\tnode [shape=box, style=\"rounded,filled\", fillcolor=white, color=\"#8a919c\","
	        " fontname=\"Helvetica\"];\n"
	        "\tedge [fontname=\"Helvetica\", fontsize=11];\n"
	        "\tlabel=\"From ");
	add_text(out, s->member[0].name);
	str_add(out, " to ");
	add_text(out, s->member[1].name);
	str_add(out, "\\n");
	add_text(out, draw->line);
	str_add(out, "\";\n");
}

static void add_member(const struct shape_member *m, bool end, bool chosen, struct str *out)
{
	str_addf(out, "\tm%lld [label=\"", (long long)m->id);
	add_text(out, m->name);
	if (m->load < 100)
		str_addf(out, "\\nload %d %%", m->load);
	str_add(out, "\"");
	if (end)
		str_add(out, ", fillcolor=\"#0b5cad\", color=\"#0b5cad\", fontcolor=white");
	else if (chosen)
		str_add(out, ", fillcolor=\"#e3eefa\", color=\"#0b5cad\", penwidth=2");
	str_add(out, "];\n");
}

static void add_link(const struct shape *s, const struct shape_link *l, struct str *out)
{
	str_addf(out, "\tm%lld -> m%lld [label=\"%d %%\"", (long long)s->member[l->from].id,
	         (long long)s->member[l->to].id, l->percent);
	if (l->way == 0)
		str_add(out, ", color=\"#0b5cad\", penwidth=4, fontcolor=\"#0b5cad\", weight=8");
	else if (l->way == SHAPE_NO_WAY)
		str_add(out, ", color=\"#b9bfc8\", style=dashed, fontcolor=\"#5b626d\","
		        " constraint=false");
	else
		str_add(out, ", color=\"#7d8590\", penwidth=1.5, fontcolor=\"#3d434c\"");
	str_add(out, "];\n");
}

void draw_dot(const struct draw *draw, struct str *out)
{
	struct shape s;
	shape_make(&s, draw);
	add_head(draw, &s, out);
	for (int i = 0; i < s.members; i++)
		add_member(&s.member[i], i < 2, s.member[i].way == 0, out);
	for (int i = s.links - 1; i >= 0; i--)
		add_link(&s, &s.link[i], out);
	str_add(out, "}\n");
	shape_free(&s);
}
