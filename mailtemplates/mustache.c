#include "mailtemplates/mustache_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 1000000L   /* nodes visited by one rendering: a list of lists of lists ends too */
#define INDENT_MOST 4096

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
	const json_t *values[MUSTACHE_DEPTH + 1]; /* the context stack */
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

void mustache_escape_html(struct str *out, const char *text, size_t len)
{
	static const bool marks[256] = { ['&'] = true, ['<'] = true, ['>'] = true, ['"'] = true,
		                         ['\''] = true };
	const char *end = text + len, *from = text;
	for (; text < end; text++) {
		if (!marks[(unsigned char)*text])
			continue;
		str_add_len(out, from, (size_t)(text - from));
		from = text + 1;
		str_add(out, *text == '&'   ? "&amp;"
		             : *text == '<' ? "&lt;"
		             : *text == '>' ? "&gt;"
		             : *text == '"' ? "&quot;"
		                            : "&#39;");
	}
	str_add_len(out, from, (size_t)(end - from));
}

/* Controls become blanks, all but `kept`. */
static void put_one_line(struct str *out, const char *text, size_t len, char kept)
{
	for (size_t at = 0, plain; at < len; at += plain + 1) {
		for (plain = 0; at + plain < len && (unsigned char)text[at + plain] >= ' ';)
			plain++;
		str_add_len(out, text + at, plain);
		if (at + plain < len)
			str_add_char(out, text[at + plain] == kept ? kept : ' ');
	}
}

static void put_marked(struct str *out, const char *text, size_t len, bool raw)
{
	str_add_char(out, MUSTACHE_VALUE);
	put_one_line(out, text, len, raw ? '\n' : ' ');
	str_add_char(out, MUSTACHE_VALUE_END);
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

static void put_value(struct render *r, const json_t *value, bool raw)
{
	enum mustache_escape escape = raw && r->escape != MUSTACHE_MARKED ? MUSTACHE_TEXT
	                                                                  : r->escape;
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
		mustache_escape_html(r->out, text, len);
	else if (escape == MUSTACHE_MARKED && json_is_string(value))
		put_marked(r->out, text, len, raw);
	else if (escape == MUSTACHE_LINE || escape == MUSTACHE_MARKED)
		put_one_line(r->out, text, len, ' ');
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
	if (name[0] == '.' && name[1] == '\0')
		return values[count - 1];
	size_t len = 0;
	while (name[len] != '\0' && name[len] != '.')
		len++;
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
	const struct mustache *other =
		name == NULL || r->partial == NULL ? NULL : r->partial(r->context, name);
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
	if (r->depth == MUSTACHE_DEPTH) {
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
			put_value(r, look_up(r, n->name), n->kind == RAW);
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
	const char *sections[MUSTACHE_DEPTH];
	size_t ends[MUSTACHE_DEPTH], count = 0;
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
