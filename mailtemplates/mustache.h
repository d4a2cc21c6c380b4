/* mustache: the public Mustache specification (comments, delimiters,
 * interpolation, inverted, partials, sections; inheritance, dynamic names).
 *
 * A template is parsed once, late errors are impossible: rendering a parsed
 * template fails only by exceeding a bound (depth, output). Values come as
 * JSON and are never interpreted as templates. */
#ifndef MAILTEMPLATES_MUSTACHE_H
#define MAILTEMPLATES_MUSTACHE_H

#include "base/rc.h"
#include "base/str.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct mustache; /* a parsed template */

struct mustache_error {
	int line, column; /* from 1 */
	char text[200];   /* what, the tag, the remedy */
};

/* RC_OK: *template is yours. RC_PERM: *error says where. */
enum rc mustache_parse(const char *text, size_t len, struct mustache **template,
                       struct mustache_error *error);
void mustache_free(struct mustache **template);

/* {{{x}}} and {{&x}} are never escaped; {{x}} as the part needs it: not at all,
 * for HTML, or kept on one line (controls become blanks). MUSTACHE_MARKED: one
 * line too, and every string, raw or not, stands between two controls that it
 * cannot hold itself, so that a reader tells the template's words from values. */
enum mustache_escape { MUSTACHE_TEXT, MUSTACHE_HTML, MUSTACHE_LINE, MUSTACHE_MARKED };
#define MUSTACHE_VALUE '\x01'
#define MUSTACHE_VALUE_END '\x02'

void mustache_escape_html(struct str *out, const char *text, size_t len);

/* Finds a partial; NULL: not there, renders as nothing. */
typedef const struct mustache *(*mustache_partial)(void *context, const char *name);

/* Appends to `out`; RC_PERM when a bound is met (out's limit, depth 32, a
 * million steps); then `out` holds what was made so far. False for a section
 * are false, null, 0, "" and []. */
enum rc mustache_render(const struct mustache *template, const json_t *values,
                        enum mustache_escape escape, mustache_partial partial, void *context,
                        struct str *out, struct why *why);

/* What a name stands for on a stack of `count` values, the last one innermost;
 * NULL: nothing. Borrowed. Two additions to the specification, in places where
 * it finds nothing: {{#list.any}} is true for a list that is not empty (to say a
 * thing once), {{.word}} is looked for in the innermost value only (a person
 * without a word must not get that of the one around). */
const json_t *mustache_find(const json_t *const *values, size_t count, const char *name);

/* Calls `seen` for each name the template uses, with where it stands and the
 * names of the sections around it, outermost first: for template check. */
typedef void (*mustache_seen)(void *context, const char *name, const char *const *sections,
                              size_t section_count, int line, int column);
void mustache_names(const struct mustache *template, mustache_seen seen, void *context);
/* The same for the partials and parents it calls by name. */
void mustache_partials(const struct mustache *template, mustache_seen seen, void *context);

#endif
