/* A struct message as one frame, and back. What comes back was written by the
 * sandboxed process, which hostile mail may have taken over: every length,
 * count and enumeration is checked again, every text is valid UTF-8. */
#include "mail/message.h"

#include "base/mem.h"
#include "base/pack.h"
#include "mail/address.h"

#include <stdlib.h>
#include <string.h>

#define FRAME_MOST ((size_t)64 << 20)
#define ITEMS_MOST 2000

static void pack_texts(struct str *out, char *const *texts, size_t count)
{
	pack_u64(out, count);
	for (size_t i = 0; i < count; i++)
		pack_text(out, texts[i]);
}

char *message_pack(const struct message *m, size_t *len)
{
	struct str out;
	str_init(&out, FRAME_MOST);
	pack_u64(&out, m->kind);
	pack_text(&out, m->error);
	pack_u64(&out, m->from_count);
	for (size_t i = 0; i < m->from_count; i++) {
		pack_text(&out, m->from[i].address);
		pack_text(&out, m->from[i].name);
	}
	pack_texts(&out, m->recipients, m->recipient_count);
	pack_text(&out, m->subject);
	pack_text(&out, m->message_id);
	pack_text(&out, m->in_reply_to);
	pack_texts(&out, m->references, m->reference_count);
	pack_u64(&out, (uint64_t)m->date_at);
	pack_u64(&out, m->auth);
	pack_u64(&out, m->suppress_answer);
	pack_text(&out, m->text);
	pack_text(&out, m->words);
	pack_text(&out, m->language);
	pack_text(&out, m->return_date);
	pack_u64(&out, m->failure_count);
	for (size_t i = 0; i < m->failure_count; i++) {
		pack_text(&out, m->failures[i].recipient);
		pack_text(&out, m->failures[i].status);
		pack_text(&out, m->failures[i].reason);
		pack_u64(&out, m->failures[i].hard);
		pack_u64(&out, m->failures[i].delayed);
	}
	pack_text(&out, m->original_id);
	pack_u64(&out, m->attachment_count);
	for (size_t i = 0; i < m->attachment_count; i++) {
		pack_text(&out, m->attachments[i].name);
		pack_text(&out, m->attachments[i].type);
		pack_octets(&out, m->attachments[i].octets, m->attachments[i].len);
	}
	*len = out.len;
	return out.text;
}

/* A text that must be there: "" and bad if it was NULL. */
static char *unpack_needed(struct unpack *in)
{
	char *text = unpack_text(in);
	if (text == NULL) {
		in->bad = true;
		text = mem_text("");
	}
	return text;
}

/* An address is an address on this side too. */
static char *unpack_address(struct unpack *in)
{
	char *said = unpack_text(in), *address = NULL;
	if (said != NULL && (address_parse(said, &address, NULL) != RC_OK ||
	                     strcmp(said, address) != 0))
		in->bad = true;
	free(said);
	return address;
}

static bool unpack_bool(struct unpack *in)
{
	return unpack_count(in, 1) == 1;
}

static char **unpack_texts(struct unpack *in, size_t *count, char *(*one)(struct unpack *))
{
	size_t said = (size_t)unpack_count(in, ITEMS_MOST);
	char **texts = mem_zero(said, sizeof *texts);
	for (*count = 0; *count < said; (*count)++)
		texts[*count] = one(in);
	return texts;
}

static void unpack_senders(struct unpack *in, struct message *m)
{
	size_t count = (size_t)unpack_count(in, ITEMS_MOST);
	m->from = mem_zero(count, sizeof *m->from);
	for (; m->from_count < count; m->from_count++) {
		m->from[m->from_count].address = unpack_address(in);
		m->from[m->from_count].name = unpack_text(in);
	}
}

static void unpack_failures(struct unpack *in, struct message *m)
{
	size_t count = (size_t)unpack_count(in, ITEMS_MOST);
	m->failures = mem_zero(count, sizeof *m->failures);
	for (; m->failure_count < count; m->failure_count++) {
		struct message_failure *f = &m->failures[m->failure_count];
		f->recipient = unpack_text(in);
		f->status = unpack_text(in);
		f->reason = unpack_text(in);
		f->hard = unpack_bool(in);
		f->delayed = unpack_bool(in);
	}
}

static void unpack_attachments(struct unpack *in, struct message *m)
{
	size_t count = (size_t)unpack_count(in, ITEMS_MOST);
	m->attachments = mem_zero(count, sizeof *m->attachments);
	for (; m->attachment_count < count; m->attachment_count++) {
		struct message_attachment *a = &m->attachments[m->attachment_count];
		a->name = unpack_needed(in);
		a->type = unpack_needed(in);
		a->octets = unpack_octets(in, &a->len);
		if (strchr(a->name, '/') != NULL)
			in->bad = true;
	}
}

enum rc message_unpack(const char *frame, size_t len, struct message **message, struct why *why)
{
	struct unpack in = unpack_start(frame, len);
	struct message *m = mem_zero(1, sizeof *m);
	m->kind = (enum message_kind)unpack_count(&in, MESSAGE_MALFORMED);
	m->error = unpack_text(&in);
	unpack_senders(&in, m);
	m->recipients = unpack_texts(&in, &m->recipient_count, unpack_address);
	m->subject = unpack_needed(&in);
	m->message_id = unpack_text(&in);
	m->in_reply_to = unpack_text(&in);
	m->references = unpack_texts(&in, &m->reference_count, unpack_needed);
	m->date_at = (int64_t)unpack_u64(&in);
	m->auth = (enum message_auth)unpack_count(&in, AUTH_FAIL);
	m->suppress_answer = unpack_bool(&in);
	m->text = unpack_needed(&in);
	m->words = unpack_needed(&in);
	m->language = unpack_text(&in);
	m->return_date = unpack_text(&in);
	unpack_failures(&in, m);
	m->original_id = unpack_text(&in);
	unpack_attachments(&in, m);
	if (!unpack_done(&in)) {
		message_free(&m);
		return why_set(why, RC_PERM, "the parse process answered nonsense");
	}
	*message = m;
	return RC_OK;
}

const char *message_kind_name(enum message_kind kind)
{
	static const char *const names[] = {
		[MESSAGE_PERSON] = "person",       [MESSAGE_BOUNCE] = "bounce",
		[MESSAGE_AUTO_REPLY] = "auto-reply", [MESSAGE_CHALLENGE] = "challenge",
		[MESSAGE_FEEDBACK_REPORT] = "feedback-report",
		[MESSAGE_LIST] = "list",           [MESSAGE_LOOP] = "loop",
		[MESSAGE_MALFORMED] = "malformed",
	};
	return names[kind];
}

static void free_texts(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

void message_free(struct message **message)
{
	struct message *m = *message;
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->from_count; i++) {
		free(m->from[i].address);
		free(m->from[i].name);
	}
	for (size_t i = 0; i < m->failure_count; i++) {
		free(m->failures[i].recipient);
		free(m->failures[i].status);
		free(m->failures[i].reason);
	}
	for (size_t i = 0; i < m->attachment_count; i++) {
		free(m->attachments[i].name);
		free(m->attachments[i].type);
		free(m->attachments[i].octets);
	}
	free_texts(m->recipients, m->recipient_count);
	free_texts(m->references, m->reference_count);
	char *const texts[] = { m->error, m->subject, m->message_id, m->in_reply_to, m->text,
		                m->words, m->language, m->return_date, m->original_id };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]);
	free(m->from);
	free(m->failures);
	free(m->attachments);
	free(m);
	*message = NULL;
}
