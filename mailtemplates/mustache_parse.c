#include "base/mem.h"
#include "base/utf8.h"
#include "mailtemplates/mustache_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DELIMITER_MOST 32 /* octets: searching for it stays linear in the text */

struct parser {
	struct mustache *t;
	size_t at, len;     /* next octet, and how many there are */
	size_t text_from;   /* text from here on is not a node yet */
	struct span open, close;
	size_t nest[MUSTACHE_DEPTH]; /* the nodes still open */
	size_t depth;

	size_t line_from;   /* where this line begins, and what was seen on it */
	size_t line_node;   /* the first node made of it */
	size_t tags, inherits;
	bool visible, parent;

	size_t counted; /* octets before this one are in now_line, now_column */
	int now_line, now_column;
	int line, column; /* of the tag being read */
	struct mustache_error *error;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Goes on counting lines and characters up to `at`. */
static void count_to(struct parser *p, size_t at)
{
	for (; p->counted < at; p->counted++) {
		unsigned char c = (unsigned char)p->t->text[p->counted];
		if (c == '\n') {
			p->now_line++;
			p->now_column = 1;
		} else if ((c & 0xC0) != 0x80) {
			p->now_column++;
		}
	}
}

__attribute__((format(printf, 4, 5))) static bool fail(struct parser *p, int line, int column,
                                                       const char *format, ...)
{
	va_list args;
	char *text = NULL;
	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	char *cut = utf8_cut(len < 0 ? "out of memory" : text, sizeof p->error->text - 1);
	p->error->line = line;
	p->error->column = column;
	snprintf(p->error->text, sizeof p->error->text, "%s", cut);
	free(cut);
	free(text);
	return false;
}

/* What stands in a message for a tag: at most 40 octets of it, on one line. */
static char *shown(const char *text, size_t len)
{
	size_t some = len < 60 ? len : 60;
	char *copy = mem_text_len(text, some);
	char *clean = utf8_clean_line(copy, some);
	char *cut = utf8_cut(clean, 40);
	free(copy);
	free(clean);
	return cut;
}

static struct node *add_node(struct parser *p, enum node_kind kind)
{
	struct mustache *t = p->t;
	if (t->count == t->room) {
		t->room = t->room == 0 ? 16 : t->room * 2;
		t->nodes = mem_grow(t->nodes, t->room, sizeof *t->nodes);
	}
	struct node *n = &t->nodes[t->count++];
	*n = (struct node){ .kind = kind, .end = t->count, .line = p->line, .column = p->column };
	return n;
}

static void add_text(struct parser *p, size_t from, size_t to)
{
	if (from >= to)
		return;
	struct node *n = add_node(p, TEXT);
	n->text = p->t->text + from;
	n->len = to - from;
	n->line_start = from == 0 || p->t->text[from - 1] == '\n';
}

/* The text before a tag. Blanks that begin a line get a node of their own, so
 * that they can go if nothing but the tag turns out to stand there. */
static void text_before_tag(struct parser *p, size_t tag)
{
	if (p->tags == 0 && !p->visible && p->line_from >= p->text_from) {
		add_text(p, p->text_from, p->line_from);
		p->text_from = p->line_from;
	}
	if (p->tags == 0)
		p->line_node = p->t->count;
	add_text(p, p->text_from, tag);
	p->text_from = tag;
}

/* Standalone (spec, sections and partials): one tag and blanks. Of inheritance
 * tags also several, when a parent begins or ends there (spec, inheritance:
 * "need not be on separate lines"). */
static bool line_is_alone(const struct parser *p)
{
	if (p->visible || p->tags == 0)
		return false;
	return p->tags == 1 || (p->inherits == p->tags && p->parent);
}

static void line_end(struct parser *p, size_t next)
{
	if (line_is_alone(p)) {
		for (size_t i = p->line_node; i < p->t->count; i++) {
			struct node *n = &p->t->nodes[i];
			if (n->kind == TEXT)
				n->len = 0;
			else if (n->kind != BLOCK || n->end == 0) /* its content begins below */
				n->alone = true;
		}
		p->text_from = next;
	}
	p->line_from = next;
	p->tags = p->inherits = 0;
	p->visible = p->parent = false;
}

/* ---- tags ---- */

/* The tag as written, from its opening to its closing delimiter. */
struct tag {
	size_t from, end;  /* in the text; `end` is after the closing delimiter */
	char sigil;        /* "#^/><$!=&{", or 0 */
	struct span inside; /* without sigil and the blanks around it */
};

static const char sigils[] = "#^/><$!=&{";

static bool fail_tag(struct parser *p, size_t len, const char *what)
{
	char *tag = shown(p->t->text + p->at, len);
	fail(p, p->line, p->column, "'%s' %s", tag, what);
	free(tag);
	return false;
}

static const char *find_span(const char *text, const char *end, struct span wanted)
{
	while ((text = memchr(text, wanted.text[0], (size_t)(end - text))) != NULL) {
		if ((size_t)(end - text) < wanted.len)
			return NULL;
		if (memcmp(text, wanted.text, wanted.len) == 0)
			return text;
		text++;
	}
	return NULL;
}

/* The closing delimiter of {{{x}}} is "}" and the usual one, of {{=x=}} "=" and it. */
static bool find_tag(struct parser *p, struct tag *tag)
{
	const char *text = p->t->text;
	size_t at = p->at + p->open.len;
	while (at < p->len && is_blank(text[at]))
		at++;
	tag->from = p->at;
	tag->sigil =
		at < p->len && text[at] != '\0' && strchr(sigils, text[at]) != NULL ? text[at] : 0;
	at += tag->sigil != 0;
	char extra = tag->sigil == '{' ? '}' : tag->sigil == '=' ? '=' : '\0';
	const char *end = text + at;
	for (;; end++) {
		end = find_span(end, text + p->len, p->close);
		if (end == NULL)
			return fail_tag(p, p->len - p->at, "is never closed; end the tag");
		if (extra == '\0' || (end > text + at && end[-1] == extra))
			break;
		if (extra == '}' && end[p->close.len] != '}')
			return fail_tag(p, (size_t)(end - text) + p->close.len - p->at,
			                "opens with three braces; close it with three");
	}
	tag->end = (size_t)(end - text) + p->close.len;
	end -= extra != '\0';
	while (text + at < end && is_blank(text[at]))
		at++;
	while (end > text + at && is_blank(end[-1]))
		end--;
	tag->inside = (struct span){ text + at, (size_t)(end - text) - at };
	return true;
}

/* {{=<% %>=}}: two words without blanks and without "=" at their edge. */
static bool set_delimiters(struct parser *p, const struct tag *tag)
{
	const char *text = tag->inside.text, *end = text + tag->inside.len;
	const char *a = text, *b;
	while (a < end && !is_blank(*a))
		a++;
	for (b = a; b < end && is_blank(*b);)
		b++;
	bool one = memchr(text, '=', tag->inside.len) == NULL;
	for (const char *c = b; c < end; c++)
		one = one && !is_blank(*c);
	if (!one || a == text || b == end || a - text > DELIMITER_MOST || end - b > DELIMITER_MOST)
		return fail_tag(
			p, tag->end - tag->from,
			"wants two short delimiters with a blank between, like {{=<% %>=}}");
	p->open = (struct span){ text, (size_t)(a - text) };
	p->close = (struct span){ b, (size_t)(end - b) };
	return true;
}

/* The name, cut out of the text with a NUL: what follows it is never needed. */
static bool take_name(struct parser *p, const struct tag *tag, const char **name, bool *dynamic)
{
	struct span s = tag->inside;
	size_t stars = 0;
	if (strchr("><", tag->sigil) != NULL && tag->sigil != 0 && s.len > 0 && s.text[0] == '*')
		stars = 1;
	for (s.text += stars, s.len -= stars; stars && s.len > 0 && is_blank(*s.text); s.len--)
		s.text++;
	if (s.len == 0)
		return fail_tag(p, tag->end - tag->from,
		                "has no name; write one, or remove the tag");
	for (size_t i = 0; i < s.len; i++)
		if (is_blank(s.text[i]))
			return fail_tag(p, tag->end - tag->from,
			                "has a blank in its name; is the tag closed too late?");
	*name = s.text;
	*dynamic = stars > 0;
	p->t->text[s.text + s.len - p->t->text] = '\0';
	return true;
}

static char sigil_of(enum node_kind kind)
{
	return kind == SECTION ? '#' : kind == INVERTED ? '^' : kind == PARENT ? '<' : '$';
}

/* {{/x}}; of a dynamic parent the star may stand there too. */
static bool close_tag(struct parser *p, const struct tag *tag)
{
	if (p->depth == 0)
		return fail_tag(p, tag->end - tag->from, "closes nothing; remove it");
	size_t index = p->nest[p->depth - 1];
	struct node *n = &p->t->nodes[index];
	struct span s = tag->inside;
	if (n->dynamic && s.len > 0 && s.text[0] == '*')
		for (s.text++, s.len--; s.len > 0 && is_blank(*s.text); s.len--)
			s.text++;
	if (s.len != strlen(n->name) || memcmp(s.text, n->name, s.len) != 0) {
		char *tag_text = shown(p->t->text + tag->from, tag->end - tag->from);
		char *name = shown(n->name, strlen(n->name));
		/* Told by its distance: the template may begin anywhere in its file. */
		fail(p, p->line, p->column,
		     "'%s' stands where '{{%c%s}}' is to be closed, begun %d lines above", tag_text,
		     sigil_of(n->kind), name, p->line - n->line);
		free(tag_text);
		free(name);
		return false;
	}
	n->end = p->t->count;
	p->depth--;
	if (n->kind == PARENT || n->kind == BLOCK)
		p->inherits++;
	p->parent = p->parent || n->kind == PARENT;
	if (n->kind == BLOCK && n->alone)
		mustache_close_block(p->t, index);
	return true;
}

static enum node_kind kind_of(char sigil)
{
	static const enum node_kind kinds[] = { SECTION, INVERTED, TEXT, PARTIAL, PARENT, BLOCK,
		                           TEXT,    TEXT,     RAW,  RAW };
	const char *at = sigil == 0 ? NULL : strchr(sigils, sigil);
	return at == NULL ? VARIABLE : kinds[at - sigils];
}

static bool open_tag(struct parser *p, const struct tag *tag, size_t lead)
{
	enum node_kind kind = kind_of(tag->sigil);
	const char *name = NULL;
	bool dynamic = false;
	if (!take_name(p, tag, &name, &dynamic))
		return false;
	struct node *n = add_node(p, kind);
	n->name = name;
	n->dynamic = dynamic;
	n->line_start = tag->from == p->line_from;
	n->text = p->t->text + tag->from - lead;
	n->len = lead;
	if (kind == VARIABLE || kind == RAW) {
		p->visible = true;
		return true;
	}
	if (kind == PARTIAL)
		return true;
	if (p->depth == MUSTACHE_DEPTH)
		return fail(p, p->line, p->column, "'%s' is nested deeper than %d", name,
		            MUSTACHE_DEPTH);
	n->end = 0;
	p->nest[p->depth++] = p->t->count - 1;
	p->inherits += kind == PARENT || kind == BLOCK;
	p->parent = p->parent || kind == PARENT;
	return true;
}

static bool read_tag(struct parser *p)
{
	struct tag tag = { 0 };
	bool good = true;
	count_to(p, p->at);
	p->line = p->now_line;
	p->column = p->now_column;
	if (!find_tag(p, &tag))
		return false;
	count_to(p, tag.end); /* before the NUL of its name can hide a line break */
	size_t lead = p->tags == 0 && !p->visible ? p->at - p->line_from : 0;
	text_before_tag(p, p->at);
	p->tags++;
	if (tag.sigil == '=')
		good = set_delimiters(p, &tag);
	else if (tag.sigil == '/')
		good = close_tag(p, &tag);
	else if (tag.sigil != '!')
		good = open_tag(p, &tag, lead);
	p->at = p->text_from = tag.end;
	return good;
}

static bool check_octets(struct parser *p)
{
	const char *text = p->t->text;
	size_t at = 0, n;
	while (at < p->len && text[at] != '\0' && (n = utf8_char_len(text + at, p->len - at)) > 0)
		at += n;
	if (at == p->len)
		return true;
	count_to(p, at);
	return fail(p, p->now_line, p->now_column,
	            "octet 0x%02X is not UTF-8 text; save it as UTF-8", (unsigned char)text[at]);
}

static bool parse(struct parser *p)
{
	if (!check_octets(p))
		return false;
	while (p->at < p->len) {
		const char *here = p->t->text + p->at;
		if (p->len - p->at >= p->open.len && memcmp(here, p->open.text, p->open.len) == 0) {
			if (!read_tag(p))
				return false;
			continue;
		}
		p->at++;
		if (*here == '\n')
			line_end(p, p->at);
		else if (!is_blank(*here))
			p->visible = true;
	}
	line_end(p, p->len);
	add_text(p, p->text_from, p->len);
	if (p->depth == 0)
		return true;
	const struct node *n = &p->t->nodes[p->nest[p->depth - 1]];
	char *name = shown(n->name, strlen(n->name));
	fail(p, n->line, n->column, "'{{%c%s}}' is never closed; add {{/%s}}", sigil_of(n->kind),
	     name, name);
	free(name);
	return false;
}

enum rc mustache_parse(const char *text, size_t len, struct mustache **template,
                       struct mustache_error *error)
{
	struct mustache *t = mem_zero(1, sizeof *t);
	t->text = mem_text_len(text, len);
	struct parser p = { .t = t, .len = len, .open = { "{{", 2 }, .close = { "}}", 2 },
		            .now_line = 1, .now_column = 1, .error = error };
	if (!parse(&p)) {
		mustache_free(&t);
		return RC_PERM;
	}
	*template = t;
	return RC_OK;
}

void mustache_free(struct mustache **template)
{
	struct mustache *t = *template;
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->count; i++)
		free(t->nodes[i].owned);
	free(t->nodes);
	free(t->text);
	free(t);
	*template = NULL;
}
