#include "mail/message.h"

#include "base/mem.h"
#include "base/str.h"
#include "mail/address.h"
#include "mail/authres.h"
#include "mail/auto.h"
#include "mail/body.h"
#include "mail/charset.h"
#include "mail/facts.h"
#include "mail/field.h"
#include "mail/language.h"
#include "mail/mailboxes.h"
#include "mail/mime.h"
#include "mail/replytext.h"
#include "mail/report.h"

#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REFERENCES_MOST 100

const struct message_limits message_limits_default = {
	.octets = (size_t)25 << 20,
	.parts = 200,
	.depth = 20,
	.header = (size_t)256 << 10,
	.fields = 500,
	.addresses = 200,
	.text = (size_t)1 << 20,
	.attachments = (size_t)20 << 20,
};

void message_prepare(void)
{
	g_mime_init();
	charset_prepare();
	free(field_decode(
		"=?utf-8?Q?=C3=A9?= =?iso-8859-1?Q?=E9?= =?iso-2022-jp?B?GyRCRnwbKEI=?="));
	(void)field_date("Thu, 1 Jan 2026 00:00:00 +0000");
}

static void add_error(struct message *m, const char *error)
{
	struct str out;
	str_init(&out, 2000);
	if (m->error != NULL)
		str_addf(&out, "%s; ", m->error);
	str_add(&out, error);
	free(m->error);
	m->error = out.text;
}

/* The first field of that name from *at on; moves *at past it. */
static const char *next_value(const struct mime *mime, const char *name, size_t *at)
{
	while (*at < mime->field_count) {
		const struct mime_field *field = &mime->fields[(*at)++];
		if (strcasecmp(field->name, name) == 0)
			return field->value;
	}
	return NULL;
}

static const char *first_value(const struct mime *mime, const char *name)
{
	size_t at = 0;
	const char *value = next_value(mime, name, &at);
	return value != NULL ? value : "";
}

static void read_senders(struct message *m, const struct mime *mime, size_t most)
{
	const char *value;
	for (size_t at = 0; (value = next_value(mime, "From", &at)) != NULL;)
		if (!mailboxes_read(value, most, &m->from, &m->from_count))
			add_error(m, "too many addresses in From");
	for (size_t i = 0; i < m->from_count; i++) {
		char *name = m->from[i].name;
		m->from[i].name = name != NULL ? field_decode(name) : NULL;
		free(name);
	}
}

static void read_recipients(struct message *m, const struct mime *mime, size_t most)
{
	static const char *const names[] = { "To", "Cc", "Delivered-To", "X-Original-To",
		                             "Envelope-To" };
	struct message_mailbox *boxes = NULL;
	size_t count = 0;
	bool all = true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value;
		for (size_t at = 0; (value = next_value(mime, names[i], &at)) != NULL;)
			all &= mailboxes_read(value, most, &boxes, &count);
	}
	if (!all)
		add_error(m, "too many recipients: the rest is not read");
	m->recipients = mem_zero(count, sizeof *m->recipients);
	for (size_t i = 0; i < count; i++) {
		if (boxes[i].address != NULL)
			m->recipients[m->recipient_count++] = boxes[i].address;
		free(boxes[i].name);
	}
	free(boxes);
}

/* Whoever sends this wants no automatic answer; it does not mark one. */
static bool asks_for_silence(const struct mime *mime)
{
	const char *submitted = first_value(mime, "Auto-Submitted");
	const char *suppress = first_value(mime, "X-Auto-Response-Suppress");
	const char *precedence = first_value(mime, "Precedence");
	return (*submitted != '\0' && strncasecmp(submitted, "no", 2) != 0) ||
	       (*suppress != '\0' && strncasecmp(suppress, "none", 4) != 0) ||
	       strcasecmp(precedence, "bulk") == 0 || strcasecmp(precedence, "junk") == 0 ||
	       strcasecmp(precedence, "list") == 0 ||
	       strcmp(first_value(mime, "Return-Path"), "<>") == 0 ||
	       *first_value(mime, "List-Id") != '\0';
}

static enum message_auth read_auth(const struct message *m, const struct mime *mime,
                                   const char *authserv_id)
{
	if (authserv_id == NULL)
		return AUTH_NONE;
	struct mail_field *fields = mem_zero(mime->field_count, sizeof *fields);
	for (size_t i = 0; i < mime->field_count; i++)
		fields[i] = (struct mail_field){ mime->fields[i].name, mime->fields[i].value };
	bool one = m->from_count == 1 && m->from[0].address != NULL;
	enum message_auth auth = authres_read(fields, mime->field_count, authserv_id,
	                                      one ? address_domain(m->from[0].address) : NULL);
	free(fields);
	return auth;
}

static void read_header(struct message *m, const struct mime *mime,
                        const struct message_options *options)
{
	read_senders(m, mime, options->limits.addresses);
	read_recipients(m, mime, options->limits.addresses);
	m->subject = field_decode(first_value(mime, "Subject"));
	m->message_id = field_message_id(first_value(mime, "Message-ID"));
	m->in_reply_to = field_message_id(first_value(mime, "In-Reply-To"));
	field_message_ids(first_value(mime, "References"), REFERENCES_MOST, &m->references,
	                  &m->reference_count);
	m->date_at = field_date(first_value(mime, "Date"));
	m->auth = read_auth(m, mime, options->authserv_id);
	m->suppress_answer = asks_for_silence(mime);
}

static void read_body(struct message *m, const struct mime *mime,
                      const struct message_limits *limits)
{
	struct str text;
	str_init(&text, limits->text);
	bool *used = mem_zero(mime->part_count, sizeof *used);
	body_text(mime, &text, used);
	if (!str_ok(&text))
		add_error(m, "too much text: the rest is not read");
	m->text = text.text;
	m->words = replytext_words(m->text, m->from_count == 1 ? m->from[0].name : NULL);
	m->language = mem_text(language_guess(m->words));
	if (!body_attachments(mime, used, limits->attachments, m))
		add_error(m, "attachments too large: some are left out");
	free(used);
}

/* What the readers of machine mail look at, made for as long as they do. */
struct machine {
	struct mail_facts facts;
	struct mail_field *fields;
	struct mail_part *parts;
	char **texts; /* owned: decoded values, then parts */
	size_t text_count;
};

static const char *own(struct machine *x, char *text)
{
	return x->texts[x->text_count++] = text;
}

static void gather(struct machine *x, const struct message *m, const struct mime *mime,
                   const struct message_options *options)
{
	*x = (struct machine){ 0 };
	x->texts = mem_zero(mime->field_count + mime->part_count + 1, sizeof *x->texts);
	x->fields = mem_zero(mime->field_count, sizeof *x->fields);
	x->parts = mem_zero(mime->part_count, sizeof *x->parts);
	for (size_t i = 0; i < mime->field_count; i++) {
		x->fields[i].name = mime->fields[i].name;
		x->fields[i].value = own(x, field_decode(mime->fields[i].value));
	}
	size_t leaves = 0;
	for (size_t i = 0; i < mime->part_count; i++) {
		const struct mime_part *part = &mime->parts[i];
		bool text = strncmp(part->type, "text/", 5) == 0 ||
		            strncmp(part->type, "message/", 8) == 0;
		if (part->multipart)
			continue;
		char *said = text ? body_part_text(part, options->limits.text) : mem_text("");
		x->parts[leaves++] = (struct mail_part){ part->type, own(x, said), strlen(said) };
	}
	struct str type;
	str_init(&type, 1000);
	str_add(&type, mime->parts[0].type);
	if (mime->parts[0].report != NULL)
		str_addf(&type, "; report-type=%s", mime->parts[0].report);
	bool from = m->from_count > 0 && m->from[0].address != NULL;
	x->facts = (struct mail_facts){ x->fields, mime->field_count, x->parts, leaves,
		                        own(x, type.text), from ? m->from[0].address : "",
		                        m->subject, m->date_at, m->words, options->loop_token };
}

static void scatter(struct machine *x)
{
	for (size_t i = 0; i < x->text_count; i++)
		free(x->texts[i]);
	free(x->texts);
	free(x->fields);
	free(x->parts);
}

static void read_kind(struct message *m, const struct mime *mime,
                      const struct message_options *options)
{
	struct machine x;
	gather(&x, m, mime, options);
	m->kind = auto_kind(&x.facts);
	if (m->kind == MESSAGE_BOUNCE || m->kind == MESSAGE_FEEDBACK_REPORT)
		report_read(&x.facts, &m->failures, &m->failure_count, &m->original_id);
	else if (m->kind == MESSAGE_AUTO_REPLY)
		m->return_date = auto_return_date(&x.facts);
	scatter(&x);
}

/* Old Macintosh programs end lines with CR alone. */
static char *with_line_feeds(const char *octets, size_t len)
{
	if (memchr(octets, '\n', len) != NULL || memchr(octets, '\r', len) == NULL)
		return NULL;
	char *copy = mem_text_len(octets, len);
	for (size_t i = 0; i < len; i++)
		if (copy[i] == '\r')
			copy[i] = '\n';
	return copy;
}

struct message *message_parse(const char *octets, size_t len, const struct message_options *options)
{
	struct message *m = mem_zero(1, sizeof *m);
	struct mime mime;
	struct why why = { "" };
	g_mime_init();
	char *copy = len <= options->limits.octets ? with_line_feeds(octets, len) : NULL;
	enum rc rc = mime_read(copy != NULL ? copy : octets, len, &options->limits, &mime, &why);
	read_header(m, &mime, options);
	if (rc == RC_OK) {
		read_body(m, &mime, &options->limits);
		read_kind(m, &mime, options);
	} else {
		m->kind = MESSAGE_MALFORMED;
		add_error(m, why.text);
		m->text = mem_text("");
		m->words = mem_text("");
	}
	mime_free(&mime);
	free(copy);
	return m;
}
