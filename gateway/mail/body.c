#include "mail/body.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "mail/charset.h"
#include "mail/field.h"
#include "mail/htmltext.h"
#include "mail/replytext.h"

#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *body_decode(const struct mime_part *part, size_t *len)
{
	static const struct {
		const char *name;
		GMimeContentEncoding encoding;
	} known[] = {
		{ "base64", GMIME_CONTENT_ENCODING_BASE64 },
		{ "quoted-printable", GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE },
		{ "x-uuencode", GMIME_CONTENT_ENCODING_UUENCODE },
		{ "uuencode", GMIME_CONTENT_ENCODING_UUENCODE },
	};
	for (size_t i = 0; part->encoding != NULL && i < sizeof known / sizeof *known; i++) {
		if (strcmp(part->encoding, known[i].name) != 0)
			continue;
		GMimeEncoding state;
		g_mime_encoding_init_decode(&state, known[i].encoding);
		char *out = mem_zero(g_mime_encoding_outlen(&state, part->len) + 8, 1);
		*len = g_mime_encoding_step(&state, part->body, part->len, out);
		/* base64 cut short still says something */
		bool base64 = known[i].encoding == GMIME_CONTENT_ENCODING_BASE64;
		*len += g_mime_encoding_flush(&state, "===", base64 ? 3 : 0, out + *len);
		out[*len] = '\0';
		return out;
	}
	*len = part->len;
	return mem_text_len(part->body, part->len);
}

static bool is_type(const struct mime_part *part, const char *type)
{
	return strcmp(part->type, type) == 0;
}

/* Text of a part as it is meant: decoded, joined, HTML as text. */
static char *readable(const struct mime_part *part, size_t limit)
{
	char *text = body_part_text(part, limit), *better = NULL;
	if (is_type(part, "text/html"))
		better = htmltext_read(text, strlen(text), limit);
	else if (part->flowed)
		better = replytext_unflow(text, part->delsp);
	if (better != NULL) {
		free(text);
		text = better;
	}
	return text;
}

char *body_part_text(const struct mime_part *part, size_t limit)
{
	size_t len, read_len;
	char *octets = body_decode(part, &len);
	char *text = charset_read(octets, len < limit ? len : limit, part->charset, &read_len);
	char *clean = utf8_clean(text, read_len < limit ? read_len : limit);
	free(text);
	free(octets);
	return clean;
}

static bool is_blank(const char *text)
{
	for (; *text != '\0'; text++) {
		if (strncmp(text, "\xc2\xa0", 2) == 0)
			text++;
		else if (strchr(" \t\n", *text) == NULL)
			return false;
	}
	return true;
}

struct reader {
	const struct mime *mime;
	bool *used;
	struct str *out;
};

static bool add_part(struct reader *r, int index);

/* The first child of a kind that says something. */
static bool add_choice(struct reader *r, int parent, const char *type)
{
	for (size_t i = (size_t)parent + 1; i < r->mime->part_count; i++) {
		const struct mime_part *part = &r->mime->parts[i];
		if (part->parent == parent && (part->multipart ? type == NULL : type != NULL &&
		    is_type(part, type)) && add_part(r, (int)i))
			return true;
	}
	return false;
}

static bool lies_in(const struct mime *mime, size_t index, int ancestor)
{
	int parent = mime->parts[index].parent;
	while (parent != MIME_TOP && parent != ancestor)
		parent = mime->parts[parent].parent;
	return parent == ancestor;
}

/* What belongs to a text that was read or passed over is no attachment: the
 * other alternatives, and the pictures HTML shows. */
static void mark_text(struct reader *r, int ancestor)
{
	for (size_t i = (size_t)ancestor + 1; i < r->mime->part_count; i++) {
		const struct mime_part *part = &r->mime->parts[i];
		if (part->attachment || part->parent == MIME_TOP || !lies_in(r->mime, i, ancestor))
			continue;
		bool picture = strncmp(part->type, "image/", 6) == 0 &&
		               is_type(&r->mime->parts[part->parent], "multipart/related");
		bool other = strncmp(part->type, "text/", 5) == 0 &&
		             is_type(&r->mime->parts[ancestor], "multipart/alternative");
		r->used[i] |= picture || other;
	}
}

/* The nesting is bounded by mime_read. */
static bool add_multipart(struct reader *r, int index)
{
	const struct mime_part *part = &r->mime->parts[index];
	bool said = false;
	if (is_type(part, "multipart/alternative")) {
		said = add_choice(r, index, "text/plain") || add_choice(r, index, NULL) ||
		       add_choice(r, index, "text/html") || add_choice(r, index, "text/enriched");
		mark_text(r, index);
		return said;
	}
	if (is_type(part, "multipart/related"))
		mark_text(r, index);
	for (size_t i = (size_t)index + 1; i < r->mime->part_count; i++)
		if (r->mime->parts[i].parent == index)
			said |= add_part(r, (int)i);
	return said;
}

static bool add_part(struct reader *r, int index)
{
	const struct mime_part *part = &r->mime->parts[index];
	if (part->multipart)
		return add_multipart(r, index);
	bool text = is_type(part, "text/plain") || is_type(part, "text/html") ||
	            is_type(part, "text/enriched") || part->parent == MIME_TOP;
	if (!text || part->attachment || (part->name != NULL && r->out->len > 0) ||
	    (part->parent == MIME_TOP && strncmp(part->type, "text/", 5) != 0))
		return false;
	char *said = readable(part, r->out->limit);
	bool blank = is_blank(said);
	r->used[index] = true;
	if (!blank) {
		if (r->out->len > 0)
			str_add(r->out, "\n");
		str_add(r->out, said);
	}
	free(said);
	return !blank;
}

void body_text(const struct mime *mime, struct str *out, bool *used)
{
	struct reader r = { mime, used, out };
	if (mime->part_count > 0)
		add_part(&r, 0);
}

/* The base name, for showing and for storing: no folders, no controls. */
static char *file_name(const struct mime_part *part, size_t number)
{
	char *said = part->name != NULL ? field_decode(part->name) : mem_text("");
	const char *base = said;
	for (const char *s = said; *s != '\0'; s++)
		if (*s == '/' || *s == '\\')
			base = s + 1;
	char *name = utf8_cut(base, 200);
	if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		free(name);
		if (asprintf(&name, "attachment-%zu", number) < 0)
			name = mem_text("attachment");
	}
	free(said);
	return name;
}

/* What belongs to the form of the mail and not to what was sent. */
static bool is_formal(const struct mime_part *part)
{
	return is_type(part, "application/pgp-signature") ||
	       is_type(part, "application/pgp-encrypted") ||
	       is_type(part, "application/pkcs7-signature") ||
	       is_type(part, "application/x-pkcs7-signature") ||
	       is_type(part, "message/delivery-status");
}

bool body_attachments(const struct mime *mime, const bool *used, size_t limit, struct message *m)
{
	bool all = true;
	m->attachments = mem_zero(mime->part_count, sizeof *m->attachments);
	for (size_t i = 0; i < mime->part_count; i++) {
		const struct mime_part *part = &mime->parts[i];
		if (part->multipart || used[i] || is_formal(part))
			continue;
		size_t len;
		char *octets = body_decode(part, &len);
		if (len > limit) {
			free(octets);
			all = false;
			continue;
		}
		limit -= len;
		size_t number = m->attachment_count++;
		m->attachments[number] =
			(struct message_attachment){ file_name(part, number + 1),
			                             mem_text(part->type), octets, len };
	}
	return all;
}
