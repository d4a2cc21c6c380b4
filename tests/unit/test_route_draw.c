/* Why the other way, and the pictures of `passerelle route A B`. */
#include "base/mem.h"
#include "cli/route_draw.h"
#include "cli/route_shape.h"
#include "cli/route_why.h"
#include "cli/svg_text.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *plain_name(void *context, int64_t member)
{
	static const char *const names[] = { "?", "Ann", "Bob", "Cyd", "Dov", "Eve", "Fay" };
	(void)context;
	return names[member >= 0 && member < 7 ? member : 0];
}
static const struct route_names plain = { plain_name, NULL };

/* "1 80 2 60/85 3": members, trust, and the load of who follows. */
static struct route_chain chain(const char *text)
{
	struct route_chain c = { .worth = 1, .score = 1 };
	char *rest = NULL;
	c.member[0] = strtoll(text, &rest, 10);
	c.load[0] = 100;
	while (*rest != '\0') {
		c.percent[c.hops] = (int)strtol(rest, &rest, 10);
		int load = *rest == '/' ? (int)strtol(rest + 1, &rest, 10) : 100;
		c.worth *= c.percent[c.hops++] / 100.0;
		c.load[c.hops] = load;
		c.score *= load / 100.0;
		c.member[c.hops] = strtoll(rest, &rest, 10);
	}
	c.score *= c.worth;
	return c;
}

/* --- why ---------------------------------------------------------------------- */

static const struct {
	const char *name, *best, *other, *why;
} whys[] = {
	{ "less trust", "1 80 2 80 5", "1 60 3 80 5", "Lower product: 0.480 against 0.640, 25 % less; its weakest link is Ann to Cyd with 60 %." },
	{ "the weakest of several", "1 80 2 80 5", "1 90 3 90 4 30 5", "Lower product: 0.243 against 0.640, 62 % less; its weakest link is Dov to Eve with 30 %." },
	{ "hardly less", "1 99 2 99 5", "1 98 3 100 5", "Lower product: 0.980 against 0.980, not one percent less; its weakest link is Ann to Cyd with 98 %." },
	{ "direct, but weak", "1 80 2 80 5", "1 15 5", "Lower product: 0.150 against 0.640, 77 % less; its only link has 15 %." },
	{ "very little", "1 10 2 10 5", "1 1 2 1 3 1 5", "Lower product: 0.00000100 against 0.0100, 99 % less; its weakest link is Ann to Bob with 1 %." },
	{ "a tie, more links", "1 60 5", "1 60 2 100 5", "A tie at 0.600; the fewer links go first: 1 against 2." },
	{ "a tie, higher ids", "1 60 2 60 5", "1 60 3 60 5", "A tie at 0.360 with as many links; the lower member id goes first: Bob is member 2, Cyd is member 3." },
	{ "a tie that rounded logarithms miss", "1 60 2 40 5", "1 40 3 60 5", "A tie at 0.240 with as many links; the lower member id goes first: Bob is member 2, Cyd is member 3." },
	{ "more trust, but busy", "1 60 2 80 5", "1 80/50 3 80 5", "By trust alone it is worth more (0.640 against 0.480), but Cyd has been asked often of late (load 50 %), so it counts as 0.320 against 0.480." },
	{ "the same trust, but busy", "1 80 3 80 5", "1 80/96 2 80 5", "By trust alone it is worth the same, but Bob has been asked often of late (load 96 %), so it counts as 0.614 against 0.640." },
	{ "a tie of trust and load", "1 96 3 80 5", "1 80/96 2 100/100 4 100 5", "A tie at 0.768; the fewer links go first: 2 against 3." },
};

static void test_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(whys); i++) {
		struct route_chain best = chain(whys[i].best), other = chain(whys[i].other);
		struct str out;
		str_init(&out, 4096);
		route_why(&best, &other, &plain, &out);
		if (strcmp(out.text, whys[i].why) != 0)
			fail_msg("%s: %s", whys[i].name, out.text);
		if (route_why_compare(&best, &other) >= 0 ||
		    route_why_compare(&other, &best) <= 0 || route_why_same(&best, &other) ||
		    !route_why_same(&best, &best))
			fail_msg("%s: compared the other way round", whys[i].name);
		str_free(&out);
	}
}

/* --- text ----------------------------------------------------------------------- */

static const struct {
	const char *name, *text;
	double wide;
	bool last;
	const char *line, *rest;
} lines[] = {
	{ "has room", "Ann Lee", 100, true, "Ann Lee", "" },
	{ "two words, a line each", "Annabel Lee", 60, false, "Annabel", "Lee" },
	{ "the last line is cut", "Annabel Lee", 60, true, "Annabel\xe2\x80\xa6", "" },
	{ "a word too long is cut, the next follows", "Wolfeschlegelstein Hubert", 60, false, "Wolfesc\xe2\x80\xa6", "Hubert" },
	{ "nothing", "", 60, true, "", "" },
	{ "blanks are nothing", "   ", 60, true, "", "" },
	{ "no room for even one", "W", 1, true, "\xe2\x80\xa6", "" },
	{ "never inside a character", "\xe6\x9d\x8e\xe6\x9d\x8e\xe6\x9d\x8e\xe6\x9d\x8e", 50, true, "\xe6\x9d\x8e\xe6\x9d\x8e\xe2\x80\xa6", "" },
	{ "an accent stays with its letter", "e\xcc\x81" "e\xcc\x81" "e\xcc\x81" "e\xcc\x81", 20, true, "e\xcc\x81\xe2\x80\xa6", "" },
};

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		const char *rest = lines[i].text;
		struct str line;
		str_init(&line, 4096);
		str_add(&line, "old");
		svg_text_line(&rest, lines[i].wide, 12, lines[i].last, &line);
		if (strcmp(line.text, lines[i].line) != 0 || strcmp(rest, lines[i].rest) != 0)
			fail_msg("%s: '%s', '%s'", lines[i].name, line.text, rest);
		str_free(&line);
	}
}

static const struct {
	const char *name, *text, *made;
} escapes[] = {
	{ "markup", "<b a='1' c=\"2\">&amp;", "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;" },
	{ "controls and marks of direction go", "a\x01\x1b\xe2\x80\xae" "b\xe2\x80\x8f\xef\xbb\xbf", "ab" },
	{ "what is not UTF-8", "a\xff\xc3", "a\xef\xbf\xbd\xef\xbf\xbd" },
	{ "what XML forbids", "\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd" },
	{ "all other letters stay", "\xd7\x93\xf0\x9f\x8e\x89", "\xd7\x93\xf0\x9f\x8e\x89" },
};

static void test_escapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(escapes); i++) {
		struct str out;
		str_init(&out, 4096);
		svg_text_add(&out, escapes[i].text);
		if (strcmp(out.text, escapes[i].made) != 0)
			fail_msg("%s: '%s'", escapes[i].name, out.text);
		str_free(&out);
	}
}

/* --- where it stands ---------------------------------------------------------------- */

static struct draw draw_of(const struct route_chain *chains, size_t count)
{
	return (struct draw){ .from = chains[0].member[0], .to = chains[0].member[chains[0].hops],
		              .chains = chains, .count = count, .names = plain, .line = "a line" };
}

static const struct shape_member *member(const struct shape *s, int64_t id)
{
	for (int i = 0; i < s->members; i++)
		if (s->member[i].id == id)
			return &s->member[i];
	return NULL;
}

static void test_shape(void **state)
{
	(void)state;
	struct route_chain chains[] = { chain("1 80 2 80 3 80 5"), chain("1 70 4 70 5"),
		                        chain("1 20 5"), chain("1 10 6 90 3 80 5") };
	struct network_link more[] = {
		{ 4, 3, 33 }, { 1, 2, 99 }, { 2, 1, 80 }, { 4, 77, 50 }, { 6, 4, 0 }
	};
	struct draw draw = draw_of(chains, COUNT(chains));
	struct shape s;
	draw.links = more;
	draw.link_count = COUNT(more);
	shape_make(&s, &draw);
	assert_int_equal(s.members, 6);
	assert_int_equal(s.columns, 4);
	assert_int_equal(member(&s, 1)->column, 0);
	assert_int_equal(member(&s, 5)->column, 3);
	assert_int_equal(member(&s, 3)->column, 2);
	assert_int_equal(member(&s, 3)->row, 0); /* the best one's, though another passes it too */
	assert_int_equal(member(&s, 4)->row, -1);
	assert_int_equal(member(&s, 6)->row, -2);
	/* the direct link runs below, in a row of its own */
	assert_int_equal(s.row_last, 1);
	/* 3 + 2 + 1 + 2 of the ways; of the others two are between these people and new */
	assert_int_equal(s.links, 8 + 2);
	assert_int_equal(s.link[0].way, SHAPE_NO_WAY);
	assert_int_equal(s.link[s.links - 1].way, 0);
	assert_int_equal(s.link[s.links - 1].percent, 80);
	shape_free(&s);
}

/* Any chains, even such as the engine would not give: nobody hides another. */
static void test_crowds(void **state)
{
	(void)state;
	unsigned seed = 7;
	for (int round = 0; round < 300; round++) {
		struct route_chain chains[DRAW_MOST_CHAINS];
		size_t count = (size_t)round % DRAW_MOST_CHAINS + 1;
		for (size_t i = 0; i < count; i++) {
			chains[i] = (struct route_chain){ .hops = (int)(seed >> 16) % 6 + 1,
				                          .member = { 1 } };
			for (int h = 1; h <= chains[i].hops; h++) {
				seed = seed * 1103515245 + 12345;
				chains[i].member[h] =
					h == chains[i].hops ? 2 : 3 + (seed >> 16) % 20;
				chains[i].percent[h - 1] = 50;
				chains[i].load[h] = 100;
			}
		}
		struct draw draw = draw_of(chains, count);
		struct shape s;
		shape_make(&s, &draw);
		for (int i = 0; i < s.members; i++)
			for (int k = 0; k < i; k++)
				assert_false(s.member[i].column == s.member[k].column &&
				             s.member[i].row == s.member[k].row);
		shape_free(&s);
		struct str out;
		str_init(&out, 1 << 20);
		draw_svg(&draw, &out);
		draw_dot(&draw, &out);
		assert_true(str_ok(&out));
		str_free(&out);
	}
}

/* --- pictures ------------------------------------------------------------------------- */

static const char *hostile_name(void *context, int64_t who)
{
	static char zeds[201];
	static const char *const names[] = { "</text><script>alert(1)</script>",
		                             "\xe2\x80\xae\"'&<>",
		                             zeds,
		                             "\xff\xfe\x01",
		                             "\\\"; }\nx [label=\"",
		                             "\n\n" };
	(void)context;
	memset(zeds, 'Z', sizeof zeds - 1);
	return names[who % 6];
}

static size_t elements(const xmlNode *node, const char *name)
{
	size_t count = 0;
	for (; node != NULL; node = node->next) {
		count += node->type == XML_ELEMENT_NODE &&
		         strcmp((const char *)node->name, name) == 0;
		count += elements(node->children, name);
	}
	return count;
}

static void test_svg(void **state)
{
	(void)state;
	struct route_chain chains[] = { chain("1 80 2 80/85 3 80 4"), chain("1 70 5 70 4"),
		                        chain("1 20 4") };
	struct draw draw = draw_of(chains, COUNT(chains));
	struct str out;
	draw.names = (struct route_names){ hostile_name, NULL };
	draw.line = "<why> & \x02 why";
	str_init(&out, 1 << 20);
	draw_svg(&draw, &out);
	xmlDoc *doc = xmlReadMemory(out.text, (int)out.len, "a.svg", NULL,
	                            XML_PARSE_NONET | XML_PARSE_PEDANTIC);
	assert_non_null(doc);
	xmlNode *root = xmlDocGetRootElement(doc);
	assert_int_equal(elements(root, "script"), 0);
	assert_int_equal(elements(root, "title"), 1 + 5);
	assert_non_null(strstr(out.text, "load 85 %"));
	assert_null(strstr(out.text, "\xe2\x80\xae"));
	xmlFreeDoc(doc);
	str_free(&out);
}

static void test_dot(void **state)
{
	(void)state;
	struct route_chain chains[] = { chain("1 80 4 80 3") };
	struct draw draw = draw_of(chains, 1);
	struct str out;
	draw.names = (struct route_names){ hostile_name, NULL };
	str_init(&out, 1 << 20);
	draw_dot(&draw, &out);
	/* every quotation mark of a name is escaped, so none of them ends a label */
	assert_non_null(strstr(out.text, "m4 [label=\"\\\\\\\"; } x [label=\\\"\""));
	assert_non_null(
		strstr(out.text, "m1 -> m4 [label=\"80 %\", color=\"#0b5cad\", penwidth=4"));
	str_free(&out);
}

static void test_no_way(void **state)
{
	(void)state;
	struct draw draw = {
		.from = 1, .to = 2, .names = plain, .line = "No chain of any length."
	};
	struct str out;
	str_init(&out, 1 << 20);
	draw_svg(&draw, &out);
	assert_non_null(strstr(out.text, "No chain of any length."));
	assert_null(strstr(out.text, "chosen way"));
	str_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_why),    cmocka_unit_test(test_lines),
		cmocka_unit_test(test_escapes), cmocka_unit_test(test_shape),
		cmocka_unit_test(test_crowds), cmocka_unit_test(test_svg),
		cmocka_unit_test(test_dot),    cmocka_unit_test(test_no_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
