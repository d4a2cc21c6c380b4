#include "mailtemplates/mustache.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 32        /* sections, partials and blocks inside each other */
#define STEPS 1000000L  /* nodes visited by one rendering: a list of lists of lists ends too */
#define INDENT_MOST 4096

enum kind { TEXT, VARIABLE, RAW, SECTION, INVERTED, PARTIAL, PARENT, BLOCK };

/* The children of node i are i + 1 .. end - 1: a tree in one array, read forwards. */
struct node {
	enum kind kind;
	bool dynamic;     /* {{>*x}}: the partial is named by the value x */
	bool alone;       /* a tag alone on its line: the line is not part of the text */
	bool line_start;  /* begins a line of the template */
	char *text;       /* TEXT; of tags the blanks before the first one of a line */
	size_t len;
	char *owned;      /* what `text` of a block points to, if it was made */
	const char *name; /* of tags, ended by NUL */
	size_t end;
	int line, column;
};

struct mustache {
	char *text; /* the nodes point into it; names are cut out of it with a NUL */
	struct node *nodes;
	size_t count, room;
};

/* ---- parsing ---- */

struct span {
	const char *text;
	size_t len;
};

struct parser {
	struct mustache *t;
	size_t at, len;     /* next octet, and how many there are */
	size_t text_from;   /* text from here on is not a node yet */
	struct span open, close;
	size_t nest[DEPTH]; /* the nodes still open */
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

static struct node *add_node(struct parser *p, enum kind kind)
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

/* ---- the indentation of blocks (spec, inheritance: "Block indentation is
 * removed at the site of definition and added at the site of expansion") ---- */

static size_t blanks(const char *text, size_t len)
{
	size_t n = 0;
	while (n < len && (text[n] == ' ' || text[n] == '\t'))
		n++;
	return n;
}

/* What all lines seen so far begin with; text is NULL before the first. */
static void common_prefix(struct span *common, const char *text, size_t len)
{
	size_t n = 0;
	if (common->text == NULL)
		*common = (struct span){ text, len };
	while (n < common->len && n < len && common->text[n] == text[n])
		n++;
	common->len = n;
}

/* The blanks before the closing tag are no line of the content. */
static void measure_text(const struct node *n, bool last, struct span *common)
{
	bool start = n->line_start;
	for (size_t at = 0; at < n->len;) {
		const char *end = memchr(n->text + at, '\n', n->len - at);
		size_t len = end == NULL ? n->len - at : (size_t)(end - n->text) - at + 1;
		size_t lead = blanks(n->text + at, len);
		if (start && n->text[at + lead] != '\n' && !(last && at + lead == n->len))
			common_prefix(common, n->text + at, lead);
		start = true;
		at += len;
	}
}

/* Takes up to `cut` blanks from each line; the text only shrinks, so in place. */
static void dedent_text(struct node *n, size_t cut)
{
	bool start = n->line_start;
	size_t to = 0;
	for (size_t at = 0; at < n->len;) {
		size_t lead = start ? blanks(n->text + at, n->len - at) : 0;
		at += lead < cut ? lead : cut;
		const char *end = memchr(n->text + at, '\n', n->len - at);
		size_t len = end == NULL ? n->len - at : (size_t)(end - n->text) - at + 1;
		memmove(n->text + to, n->text + at, len);
		to += len;
		at += len;
		start = true;
	}
	n->len = to;
}

/* One pass over the lines of a block: measures them, or takes `cut` off. */
static void block_lines(struct mustache *t, size_t block, struct span *common, size_t cut)
{
	size_t next;
	for (size_t i = block + 1; i < t->nodes[block].end; i = next) {
		struct node *n = &t->nodes[i];
		bool own_indent = n->alone && n->kind >= PARTIAL;
		next = own_indent || n->kind == PARENT ? n->end : i + 1;
		if (n->kind == TEXT && common != NULL)
			measure_text(n, next == t->nodes[block].end, common);
		else if (n->kind == TEXT)
			dedent_text(n, cut);
		else if (own_indent && common != NULL)
			common_prefix(common, n->text, n->len);
		else if (own_indent)
			n->text += cut, n->len -= cut;
		else if (n->line_start && !n->alone && common != NULL)
			common_prefix(common, "", 0);
	}
}

static void close_block(struct mustache *t, size_t block)
{
	struct span common = { NULL, 0 };
	struct node *n = &t->nodes[block];
	block_lines(t, block, &common, 0);
	if (common.text == NULL)
		return; /* empty: the opening tag's own blanks are the indentation */
	n->owned = n->text = mem_text_len(common.text, common.len);
	n->len = common.len;
	block_lines(t, block, NULL, common.len);
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

/* The closing delimiter of {{{x}}} is "}" and the usual one, of {{=x=}} "=" and it. */
static bool find_tag(struct parser *p, struct tag *tag)
{
	const char *text = p->t->text;
	size_t at = p->at + p->open.len;
	while (at < p->len && is_blank(text[at]))
		at++;
	tag->from = p->at;
	tag->sigil = at < p->len && text[at] != '\0' && strchr(sigils, text[at]) != NULL ? text[at] : 0;
	at += tag->sigil != 0;
	char extra = tag->sigil == '{' ? '}' : tag->sigil == '=' ? '=' : '\0';
	const char *end = text + at;
	for (;; end++) {
		end = memmem(end, p->len - (size_t)(end - text), p->close.text, p->close.len);
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
	if (!one || a == text || b == end)
		return fail_tag(p, tag->end - tag->from,
		                "wants two delimiters with a blank between, like {{=<% %>=}}");
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
		return fail_tag(p, tag->end - tag->from, "has no name; write one, or remove the tag");
	for (size_t i = 0; i < s.len; i++)
		if (is_blank(s.text[i]))
			return fail_tag(p, tag->end - tag->from,
			                "has a blank in its name; is the tag closed too late?");
	*name = s.text;
	*dynamic = stars > 0;
	p->t->text[s.text + s.len - p->t->text] = '\0';
	return true;
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
		fail(p, p->line, p->column, "'%s' stands where '%s' of line %d is to be closed", tag_text,
		     name, n->line);
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
		close_block(p->t, index);
	return true;
}

static enum kind kind_of(char sigil)
{
	static const enum kind kinds[] = { SECTION, INVERTED, TEXT, PARTIAL, PARENT, BLOCK,
		                           TEXT,    TEXT,     RAW,  RAW };
	const char *at = sigil == 0 ? NULL : strchr(sigils, sigil);
	return at == NULL ? VARIABLE : kinds[at - sigils];
}

static bool open_tag(struct parser *p, const struct tag *tag, size_t lead)
{
	enum kind kind = kind_of(tag->sigil);
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
	if (p->depth == DEPTH)
		return fail(p, p->line, p->column, "'%s' is nested deeper than %d", name, DEPTH);
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
	return fail(p, p->now_line, p->now_column, "octet 0x%02X is not UTF-8 text; save it as UTF-8",
	            (unsigned char)text[at]);
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
	fail(p, n->line, n->column, "'%s' is never closed; add its end tag with '/'", name);
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

/* ---- rendering ---- */

/* What a parent's blocks say instead: they belong to `of`, and frames further
 * out win (spec, inheritance: "Top-level substitutions take precedence"). */
struct frame {
	const struct frame *outer;
	const struct mustache *of;
	size_t parent; /* the parent's node in it */
};

struct render {
	enum mustache_escape escape;
	mustache_partial partial;
	void *context;
	const json_t *values[DEPTH + 1]; /* the context stack */
	size_t value_count;
	int depth;
	long steps;
	struct str indent; /* stands before each line of the template's text */
	bool line_start;   /* the template is at the beginning of a line */
	const char *bound; /* the bound that was met */
	struct str *out;
};

static void render_nodes(struct render *r, const struct mustache *t, size_t from, size_t to,
                         const struct frame *frame);

static void put_text(struct render *r, const char *text, size_t len)
{
	if (len == 0)
		return;
	if (r->indent.len == 0) {
		str_add_len(r->out, text, len);
		r->line_start = text[len - 1] == '\n';
		return;
	}
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t line = end == NULL ? len : (size_t)(end - text) + 1;
		if (r->line_start && text[0] != '\n') /* an empty line stays empty */
			str_add_len(r->out, r->indent.text, r->indent.len);
		str_add_len(r->out, text, line);
		r->line_start = end != NULL;
		text += line;
		len -= line;
	}
}

static void put_html(struct str *out, const char *text, size_t len)
{
	const char *end = text + len;
	while (text < end) {
		size_t plain = strcspn(text, "&<>\"'");
		str_add_len(out, text, plain);
		text += plain;
		if (text == end)
			return;
		str_add(out, *text == '&'   ? "&amp;"
		             : *text == '<' ? "&lt;"
		             : *text == '>' ? "&gt;"
		             : *text == '"' ? "&quot;"
		                            : "&#39;");
		text++;
	}
}

static void put_one_line(struct str *out, const char *text, size_t len)
{
	for (size_t at = 0, plain; at < len; at += plain + 1) {
		for (plain = 0; at + plain < len && (unsigned char)text[at + plain] >= ' ';)
			plain++;
		str_add_len(out, text + at, plain);
		if (at + plain < len)
			str_add_char(out, ' ');
	}
}

/* The shortest of 15 to 17 digits that reads back as the same number. */
static void number_text(double number, char *text, size_t size)
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, size, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			return;
	}
}

static void put_value(struct render *r, const json_t *value, enum mustache_escape escape)
{
	char number[40] = "";
	const char *text = number;
	size_t len;
	if (json_is_string(value))
		text = json_string_value(value);
	else if (json_is_integer(value))
		snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		number_text(json_real_value(value), number, sizeof number);
	else if (json_is_boolean(value))
		text = json_is_true(value) ? "true" : "false";
	len = text == number ? strlen(number)
	      : json_is_string(value) ? json_string_length(value)
	                              : strlen(text);
	if (len == 0)
		return;
	if (r->line_start && r->indent.len > 0)
		str_add_len(r->out, r->indent.text, r->indent.len);
	r->line_start = false;
	if (escape == MUSTACHE_HTML)
		put_html(r->out, text, len);
	else if (escape == MUSTACHE_LINE)
		put_one_line(r->out, text, len);
	else
		str_add_len(r->out, text, len);
}

/* The member of a value; a list has one, `any`: is there something in it? It is
 * what lets a template say a thing once and not for each element. */
static const json_t *member(const json_t *value, const char *name, size_t len)
{
	if (json_is_array(value) && len == 3 && memcmp(name, "any", 3) == 0)
		return json_boolean(json_array_size(value) > 0);
	return json_object_getn(value, name, len);
}

/* Spec, interpolation: "Walk the context stack from top to bottom"; the further
 * parts of a dotted name are looked up in the result alone. */
const json_t *mustache_find(const json_t *const *values, size_t count, const char *name)
{
	if (strcmp(name, ".") == 0)
		return values[count - 1];
	size_t len = strcspn(name, ".");
	const json_t *value = len == 0 ? values[count - 1] : NULL;
	for (size_t i = count; value == NULL && i-- > 0;)
		value = json_object_getn(values[i], name, len);
	while (value != NULL && name[len] == '.') {
		name += len + 1;
		len = strcspn(name, ".");
		value = member(value, name, len);
	}
	return value;
}

static const json_t *look_up(const struct render *r, const char *name)
{
	return mustache_find(r->values, r->value_count, name);
}

/* What the reference implementation takes for false: also 0, "" and []. */
static bool is_true(const json_t *value)
{
	if (json_is_string(value))
		return json_string_length(value) > 0;
	if (json_is_number(value))
		return json_number_value(value) != 0;
	if (json_is_array(value))
		return json_array_size(value) > 0;
	return json_is_true(value) || json_is_object(value);
}

static void render_section(struct render *r, const struct mustache *t, size_t i,
                           const struct frame *frame)
{
	const struct node *n = &t->nodes[i];
	const json_t *value = look_up(r, n->name);
	if (n->kind == INVERTED) {
		if (!is_true(value))
			render_nodes(r, t, i + 1, n->end, frame);
		return;
	}
	if (!is_true(value))
		return;
	size_t count = json_is_array(value) ? json_array_size(value) : 1;
	size_t top = r->value_count++; /* as deep as render_nodes, which is bounded */
	for (size_t k = 0; k < count && r->bound == NULL; k++) {
		r->values[top] = json_is_array(value) ? json_array_get(value, k) : value;
		render_nodes(r, t, i + 1, n->end, frame);
	}
	r->value_count = top;
}

static size_t push_indent(struct render *r, const struct node *n, bool wanted)
{
	size_t len = r->indent.len;
	if (wanted)
		str_add_len(&r->indent, n->text, n->len);
	return len;
}

static void pop_indent(struct render *r, size_t len)
{
	r->indent.len = len;
	r->indent.text[len] = '\0';
}

static void render_partial(struct render *r, const struct mustache *t, size_t i,
                           const struct frame *frame)
{
	const struct node *n = &t->nodes[i];
	const char *name = n->dynamic ? json_string_value(look_up(r, n->name)) : n->name;
	const struct mustache *other = name == NULL || r->partial == NULL ? NULL
	                                                                  : r->partial(r->context, name);
	if (other == NULL)
		return;
	struct frame inner = { frame, t, i };
	size_t indent = push_indent(r, n, n->alone);
	render_nodes(r, other, 0, other->count, n->kind == PARENT ? &inner : frame);
	pop_indent(r, indent);
}

/* The outermost frame that says something for this block. */
static const struct frame *block_override(const struct frame *frame, const char *name,
                                          size_t *block)
{
	const struct frame *found = NULL;
	for (; frame != NULL; frame = frame->outer) {
		const struct node *nodes = frame->of->nodes;
		size_t end = nodes[frame->parent].end;
		for (size_t i = frame->parent + 1; i < end; i = nodes[i].end)
			if (nodes[i].kind == BLOCK && strcmp(nodes[i].name, name) == 0) {
				found = frame;
				*block = i;
				break;
			}
	}
	return found;
}

/* What replaces a block belongs to the template around its frame, so its own
 * blocks are replaced by the frames outside of that one only. */
static void render_block(struct render *r, const struct mustache *t, size_t i,
                         const struct frame *frame)
{
	size_t with = i;
	const struct frame *found = block_override(frame, t->nodes[i].name, &with);
	size_t indent = push_indent(r, &t->nodes[i], t->nodes[i].alone || found != NULL);
	if (found != NULL)
		render_nodes(r, found->of, with + 1, found->of->nodes[with].end, found->outer);
	else
		render_nodes(r, t, i + 1, t->nodes[i].end, frame);
	pop_indent(r, indent);
}

static void render_nodes(struct render *r, const struct mustache *t, size_t from, size_t to,
                         const struct frame *frame)
{
	if (r->depth == DEPTH) {
		r->bound = "sections and partials are nested deeper than 32: does one call itself?";
		return;
	}
	r->depth++;
	for (size_t i = from; i < to && r->bound == NULL; i = t->nodes[i].end) {
		const struct node *n = &t->nodes[i];
		if (++r->steps > STEPS)
			r->bound = "more than a million steps: lists inside lists?";
		else if (!str_ok(r->out) || !str_ok(&r->indent))
			r->bound = "the text is longer than its limit";
		else if (n->kind == TEXT)
			put_text(r, n->text, n->len);
		else if (n->kind == VARIABLE || n->kind == RAW)
			put_value(r, look_up(r, n->name), n->kind == RAW ? MUSTACHE_TEXT : r->escape);
		else if (n->kind == SECTION || n->kind == INVERTED)
			render_section(r, t, i, frame);
		else if (n->kind == BLOCK)
			render_block(r, t, i, frame);
		else
			render_partial(r, t, i, frame);
	}
	r->depth--;
}

enum rc mustache_render(const struct mustache *template, const json_t *values,
                        enum mustache_escape escape, mustache_partial partial, void *context,
                        struct str *out, struct why *why)
{
	struct render r = { .escape = escape, .partial = partial, .context = context, .out = out,
		            .line_start = true, .values = { values }, .value_count = 1 };
	str_init(&r.indent, INDENT_MOST);
	render_nodes(&r, template, 0, template->count, NULL);
	str_free(&r.indent);
	if (r.bound == NULL && !str_ok(out))
		r.bound = "the text is longer than its limit";
	return r.bound == NULL ? RC_OK : why_set(why, RC_PERM, "%s", r.bound);
}

/* ---- looking at a template ---- */

static void walk(const struct mustache *t, bool partials, mustache_seen seen, void *context)
{
	const char *sections[DEPTH];
	size_t ends[DEPTH], count = 0;
	for (size_t i = 0; i < t->count; i++) {
		const struct node *n = &t->nodes[i];
		while (count > 0 && i >= ends[count - 1])
			count--;
		bool is_partial = n->kind == PARTIAL || n->kind == PARENT;
		bool is_name = n->kind >= VARIABLE && n->kind <= INVERTED;
		if (partials ? is_partial && !n->dynamic : is_name || (is_partial && n->dynamic))
			seen(context, n->name, sections, count, n->line, n->column);
		if (n->kind == SECTION) {
			sections[count] = n->name;
			ends[count++] = n->end;
		}
	}
}

void mustache_names(const struct mustache *template, mustache_seen seen, void *context)
{
	walk(template, false, seen, context);
}

void mustache_partials(const struct mustache *template, mustache_seen seen, void *context)
{
	walk(template, true, seen, context);
}
