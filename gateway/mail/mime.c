#include "mail/mime.h"

#include "base/mem.h"
#include "mail/mimeparam.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIELD_VALUE_MOST 8192 /* octets of a Content-... value that are looked at */

/* A multipart whose end has not been seen. */
struct open {
	int part;
	char *boundary;
	size_t len;
};

struct scan {
	const char *at, *end;
	const struct message_limits *limits;
	struct mime *mime;
	struct open *open; /* limits->depth of them */
	size_t depth;
	struct why *why;
};

/* The end of the line at `s`, its line break included. */
static const char *line_end(const char *s, const char *end)
{
	const char *lf = memchr(s, '\n', (size_t)(end - s));
	return lf != NULL ? lf + 1 : end;
}

static bool is_empty_line(const char *s, const char *next)
{
	return *s == '\n' || (*s == '\r' && next - s == 2);
}

/* field-name ":", RFC 5322 section 2.2; blanks before the colon are obsolete
 * but seen. NULL: no field. */
static const char *field_colon(const char *s, const char *next)
{
	const char *c = s;
	while (c < next && *c > ' ' && *c < 0x7f && *c != ':')
		c++;
	if (c == s)
		return NULL;
	while (c < next && (*c == ' ' || *c == '\t'))
		c++;
	return c < next && *c == ':' ? c : NULL;
}

/* Unfolds: line breaks go, the blank after them stays. */
static char *unfold(const char *s, size_t len)
{
	char *value = mem_zero(len + 1, 1), *to = value;
	for (size_t i = 0; i < len; i++)
		if (s[i] != '\r' && s[i] != '\n')
			*to++ = s[i] != '\0' && s[i] != '\t' ? s[i] : ' ';
	while (to > value && to[-1] == ' ')
		*--to = '\0';
	char *from = value + strspn(value, " ");
	memmove(value, from, strlen(from) + 1);
	return value;
}

static void add_field(struct mime *mime, char *name, char *value)
{
	if ((mime->field_count & (mime->field_count - 1)) == 0)
		mime->fields = mem_grow(mime->fields, mime->field_count * 2 + 1,
		                        sizeof *mime->fields);
	mime->fields[mime->field_count++] = (struct mime_field){ name, value };
}

/* What a part's own fields say about it. */
static void read_part_field(struct mime_part *part, char **boundary, const char *name,
                            const char *value)
{
	if (strcasecmp(name, "Content-Type") == 0 && part->type == NULL) {
		part->type = mimeparam_value(value);
		part->charset = mimeparam_find(value, "charset");
		part->report = mimeparam_find(value, "report-type");
		*boundary = mimeparam_find_raw(value, "boundary");
		if (part->name == NULL)
			part->name = mimeparam_find_raw(value, "name");
		char *format = mimeparam_find(value, "format");
		char *delsp = mimeparam_find(value, "delsp");
		part->flowed = format != NULL && strcmp(format, "flowed") == 0;
		part->delsp = delsp != NULL && strcmp(delsp, "yes") == 0;
		free(format);
		free(delsp);
	} else if (strcasecmp(name, "Content-Disposition") == 0) {
		char *disposition = mimeparam_value(value);
		char *file = mimeparam_find_raw(value, "filename");
		part->attachment = strcmp(disposition, "attachment") == 0;
		if (file != NULL) {
			free(part->name);
			part->name = file;
		}
		free(disposition);
	} else if (strcasecmp(name, "Content-Transfer-Encoding") == 0 && part->encoding == NULL) {
		part->encoding = mimeparam_value(value);
	}
}

/* What gets in front of mails on the way: a byte order mark, blanks, empty lines. */
static void skip_before(struct scan *scan)
{
	if (scan->end - scan->at >= 3 && memcmp(scan->at, "\xef\xbb\xbf", 3) == 0)
		scan->at += 3;
	while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) != NULL && *scan->at != '\0')
		scan->at++;
}

static enum rc read_header(struct scan *scan, struct mime_part *part, char **boundary, bool top)
{
	if (top)
		skip_before(scan);
	const char *start = scan->at;
	size_t fields = 0;
	while (scan->at < scan->end) {
		const char *s = scan->at, *next = line_end(s, scan->end);
		if (is_empty_line(s, next)) {
			scan->at = next;
			break;
		}
		while (next < scan->end && (*next == ' ' || *next == '\t'))
			next = line_end(next, scan->end);
		if ((size_t)(next - start) > scan->limits->header)
			return why_set(scan->why, RC_PERM, "a header of more than %zu octets",
			               scan->limits->header);
		const char *colon = field_colon(s, next);
		if (colon == NULL &&
		    (fields > 0 || !top || next - s < 5 || memcmp(s, "From ", 5) != 0))
			break; /* the empty line is missing: the body begins */
		scan->at = next;
		if (colon == NULL)
			continue; /* the envelope line of an mbox */
		if (++fields > scan->limits->fields)
			return why_set(scan->why, RC_PERM, "more than %zu fields",
			               scan->limits->fields);
		size_t name_len = strcspn(s, ": \t"), len = (size_t)(next - colon - 1);
		char *name = mem_text_len(s, name_len);
		char *value = unfold(colon + 1, top || len < FIELD_VALUE_MOST ? len
		                                                              : FIELD_VALUE_MOST);
		if (strncasecmp(name, "Content-", 8) == 0 && strlen(value) <= FIELD_VALUE_MOST)
			read_part_field(part, boundary, name, value);
		if (top) {
			add_field(scan->mime, name, value);
		} else {
			free(name);
			free(value);
		}
	}
	if (top && fields == 0)
		return why_set(scan->why, RC_PERM, "no header: not a mail");
	return RC_OK;
}

/* Is the line at `s` the boundary of an open multipart? Its place on the stack
 * counted from one, innermost first; 0 if none. *closing: it ends it. */
static size_t find_boundary(const struct scan *scan, const char *s, const char *next, bool *closing)
{
	if (next - s < 3 || s[0] != '-' || s[1] != '-')
		return 0;
	for (size_t i = scan->depth; i > 0; i--) {
		const struct open *open = &scan->open[i - 1];
		const char *rest = s + 2 + open->len;
		if (rest > next || memcmp(s + 2, open->boundary, open->len) != 0)
			continue;
		*closing = next - rest >= 2 && rest[0] == '-' && rest[1] == '-';
		rest += *closing ? 2 : 0;
		while (rest < next && strchr(" \t\r\n", *rest) != NULL && *rest != '\0')
			rest++;
		if (rest == next)
			return i;
	}
	return 0;
}

/* Goes to the next boundary of an open multipart and past it, closing those
 * inside. Returns the end of what lay before it. *more: a part begins. */
static const char *skip_to_boundary(struct scan *scan, bool *more)
{
	*more = false;
	if (scan->depth == 0)
		scan->at = scan->end;
	while (scan->at < scan->end) {
		const char *s = scan->at, *next = line_end(s, scan->end);
		bool closing = false;
		size_t level = find_boundary(scan, s, next, &closing);
		scan->at = next;
		if (level == 0)
			continue;
		while (scan->depth > (closing ? level - 1 : level))
			free(scan->open[--scan->depth].boundary);
		*more = !closing;
		/* the line break before a boundary belongs to it, RFC 2046 section 5.1.1 */
		return s[-1] == '\n' ? s - (s[-2] == '\r' ? 2 : 1) : s;
	}
	while (scan->depth > 0)
		free(scan->open[--scan->depth].boundary);
	return scan->end;
}

static struct mime_part *add_part(struct mime *mime)
{
	if ((mime->part_count & (mime->part_count - 1)) == 0)
		mime->parts = mem_grow(mime->parts, mime->part_count * 2 + 1, sizeof *mime->parts);
	struct mime_part *part = &mime->parts[mime->part_count++];
	*part = (struct mime_part){ .parent = MIME_TOP };
	return part;
}

/* RFC 2046 section 5.1.5: in a digest the default is a mail, elsewhere text. */
static const char *default_type(const struct mime *mime, const struct mime_part *part)
{
	return part->parent != MIME_TOP &&
	                       strcmp(mime->parts[part->parent].type, "multipart/digest") == 0
	               ? "message/rfc822"
	               : "text/plain";
}

static void set_text(char **text, const char *value)
{
	free(*text);
	*text = mem_text(value);
}

/* A multipart without a boundary, or one whose boundary never comes, is text
 * that says it is something else. */
static void make_text(struct mime *mime)
{
	bool *has_child = mem_zero(mime->part_count, sizeof *has_child);
	for (size_t i = 0; i < mime->part_count; i++)
		if (mime->parts[i].parent != MIME_TOP)
			has_child[mime->parts[i].parent] = true;
	for (size_t i = 0; i < mime->part_count; i++) {
		struct mime_part *part = &mime->parts[i];
		if (has_child[i] || strncmp(part->type, "multipart/", 10) != 0)
			continue;
		part->multipart = false;
		set_text(&part->type, "text/plain");
	}
	free(has_child);
}

/* type "/" subtype, RFC 2045 section 5.1 tokens. */
static bool is_type(const char *type)
{
	const char *slash = type != NULL ? strchr(type, '/') : NULL;
	if (slash == NULL || slash == type || slash[1] == '\0')
		return false;
	for (const char *s = type; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 0x7f ||
		    (s != slash && strchr("()<>@,;:\\\"/[]?=", *s) != NULL))
			return false;
	return true;
}

static void trim_end(char *text)
{
	for (size_t len = text != NULL ? strlen(text) : 0; len > 0 && text[len - 1] == ' '; len--)
		text[len - 1] = '\0';
}

static enum rc read_part(struct scan *scan, bool *more)
{
	struct mime *mime = scan->mime;
	char *boundary = NULL;
	bool top = mime->part_count == 0;
	struct mime_part *part = add_part(mime);
	part->parent = scan->depth > 0 ? scan->open[scan->depth - 1].part : MIME_TOP;
	enum rc rc = read_header(scan, part, &boundary, top);
	if (!is_type(part->type))
		set_text(&part->type, default_type(mime, part));
	trim_end(boundary); /* RFC 2046 section 5.1.1: it ends with no blank */
	part->multipart = strncmp(part->type, "multipart/", 10) == 0 && boundary != NULL &&
	                  boundary[0] != '\0';
	if (rc == RC_OK && part->multipart) {
		if (scan->depth == scan->limits->depth)
			rc = why_set(scan->why, RC_PERM, "parts nested more than %zu deep",
			             scan->limits->depth);
		else
			scan->open[scan->depth++] = (struct open){ (int)mime->part_count - 1,
				                                   boundary, strlen(boundary) };
	}
	if (rc != RC_OK || !part->multipart)
		free(boundary);
	part->body = scan->at;
	const char *end = skip_to_boundary(scan, more);
	part->len = end > part->body ? (size_t)(end - part->body) : 0;
	return rc;
}

enum rc mime_read(const char *octets, size_t len, const struct message_limits *limits,
                  struct mime *mime, struct why *why)
{
	*mime = (struct mime){ 0 };
	if (len > limits->octets)
		return why_set(why, RC_PERM, "more than %zu octets", limits->octets);
	struct scan scan = { octets, octets + len, limits, mime, NULL, 0, why };
	scan.open = mem_zero(limits->depth, sizeof *scan.open);
	bool more = true;
	enum rc rc = RC_OK;
	while (rc == RC_OK && more) {
		if (mime->part_count == limits->parts)
			rc = why_set(why, RC_PERM, "more than %zu parts", limits->parts);
		else
			rc = read_part(&scan, &more);
		while (rc == RC_OK && !more &&
		       scan.depth > 0) /* an epilogue: on to the outer one */
			skip_to_boundary(&scan, &more);
	}
	while (scan.depth > 0)
		free(scan.open[--scan.depth].boundary);
	free(scan.open);
	make_text(mime);
	return rc;
}

void mime_free(struct mime *mime)
{
	for (size_t i = 0; i < mime->field_count; i++) {
		free(mime->fields[i].name);
		free(mime->fields[i].value);
	}
	for (size_t i = 0; i < mime->part_count; i++) {
		struct mime_part *part = &mime->parts[i];
		free(part->type);
		free(part->charset);
		free(part->name);
		free(part->report);
		free(part->encoding);
	}
	free(mime->fields);
	free(mime->parts);
	*mime = (struct mime){ 0 };
}
