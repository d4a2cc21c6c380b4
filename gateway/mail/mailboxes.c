#include "mail/mailboxes.h"

#include "base/mem.h"
#include "mail/address.h"
#include "mail/lexer.h"

#include <stdlib.h>
#include <string.h>

#define SPECIALS "()<>[]:;@\\,\"" /* RFC 5322 section 3.2.3, less the dot */

/* One mailbox while it is read. */
struct reading {
	struct str phrase; /* the words so far, as a display-name */
	struct str bare;   /* the same without blanks, as an addr-spec */
	struct str angle;  /* what stood in <> */
	bool has_angle, apart, odd; /* apart: bare words with a blank between them */
};

static void start(struct reading *r)
{
	str_clear(&r->phrase);
	str_clear(&r->bare);
	str_clear(&r->angle);
	r->has_angle = r->apart = r->odd = false;
}

static void finish(struct reading *r, struct message_mailbox **list, size_t *count)
{
	const char *spec = r->has_angle ? r->angle.text : r->bare.text;
	if (!r->has_angle && r->bare.len == 0 && !r->odd)
		return; /* nothing between two commas */
	*list = mem_grow(*list, *count + 1, sizeof **list);
	struct message_mailbox *box = &(*list)[(*count)++];
	*box = (struct message_mailbox){ NULL, NULL };
	if (!r->odd && !(r->apart && !r->has_angle) &&
	    address_parse(spec, &box->address, NULL) != RC_OK)
		box->address = NULL;
	if (r->phrase.len > 0 && (r->has_angle || box->address == NULL))
		box->name = mem_text(r->phrase.text);
}

/* angle-addr = [CFWS] "<" addr-spec ">" [CFWS]; a source route is not taken */
static void read_angle(struct lexer *in, struct reading *r)
{
	in->at++;
	r->odd |= r->has_angle;
	r->has_angle = true;
	for (bool after_blank = false;; after_blank = true) {
		const char *before = in->at;
		lexer_skip(in);
		if (*in->at == '\0' || *in->at == '>')
			break;
		r->odd |= after_blank && in->at > before && r->angle.len > 0;
		if (!lexer_run(in, "()<>", &r->angle))
			r->odd = true, in->at++;
	}
	if (!lexer_take(in, '>'))
		r->odd = true;
}

static void read_word(struct lexer *in, struct reading *r, bool after_blank)
{
	size_t bare = r->bare.len;
	bool joined = bare == 0 || strchr(".@", r->bare.text[bare - 1]) != NULL ||
	              strchr(".@", *in->at) != NULL;
	if (r->has_angle)
		r->odd = true; /* nothing may follow <...> */
	if (!joined)
		r->apart = true;
	if (after_blank && r->phrase.len > 0)
		str_add_char(&r->phrase, ' ');
	size_t phrase = r->phrase.len;
	if (*in->at == '"') {
		lexer_quoted(in, &r->phrase);
		str_add(&r->bare, "\""); /* a quoted local-part is refused by address */
		return;
	}
	if (*in->at == '@')
		str_add_char(&r->phrase, *in->at++);
	else if (!lexer_run(in, SPECIALS, &r->phrase)) {
		r->odd = true;
		in->at++;
	}
	str_add(&r->bare, r->phrase.text + phrase);
}

bool mailboxes_read(const char *value, size_t most, struct message_mailbox **list, size_t *count)
{
	struct lexer in = { value, false };
	struct reading r = { 0 };
	bool all = true;
	str_init(&r.phrase, strlen(value) + 1);
	str_init(&r.bare, strlen(value) + 1);
	str_init(&r.angle, strlen(value) + 1);
	while (all) {
		const char *before = in.at;
		lexer_skip(&in);
		char c = *in.at;
		r.odd |= in.bad;
		if (c == '\0' || c == ',' || c == ';') {
			finish(&r, list, count);
			start(&r);
			all = *count <= most;
			if (c == '\0')
				break;
			in.at++;
		} else if (c == ':') {
			start(&r); /* group = display-name ":" [group-list] ";" */
			in.at++;
		} else if (c == '<') {
			read_angle(&in, &r);
		} else {
			read_word(&in, &r, in.at > before);
		}
	}
	if (!all) {
		struct message_mailbox *last = &(*list)[--*count];
		free(last->address);
		free(last->name);
	}
	str_free(&r.phrase);
	str_free(&r.bare);
	str_free(&r.angle);
	return all;
}
