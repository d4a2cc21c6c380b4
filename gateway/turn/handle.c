/* What ties an incoming mail to an ask of ours, strongest first. */
#include "base/utf8.h"
#include "mail/address.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_UPS_MOST 20 /* names in a mail that are looked up at all */
#define REFERENCE_SIGNS "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define VERP "bounce-" /* before the token in our reverse-path's detail */

struct ask *handle_ask_of(struct turn *turn, const struct outbox *mail)
{
	if (mail->reply_token != NULL)
		return ask_by_token(turn->store, mail->reply_token);
	return mail->ask != 0 ? ask_get(turn->store, mail->ask) : NULL;
}

static void find_by_recipient(struct turn *turn, const struct message *m, struct handle *h)
{
	const struct conf_gateway *g = turn->gateway;
	for (size_t i = 0; i < m->recipient_count && h->ask == NULL; i++) {
		char *detail = NULL;
		if (address_detail(m->recipients[i], g->address, g->separator, &detail) != RC_OK)
			continue;
		if (token_valid(detail)) {
			h->ask = ask_by_token(turn->store, detail);
			h->kind = HANDLE_TOKEN;
		} else if (strncmp(detail, VERP, strlen(VERP)) == 0) {
			h->quoted = outbox_by_verp(turn->store, detail + strlen(VERP));
		} else if (detail[0] != '\0' && h->detail == NULL) {
			h->detail = detail;
			detail = NULL;
		}
		free(detail);
	}
	if (h->ask == NULL)
		h->kind = HANDLE_NONE;
}

static void find_by_references(struct turn *turn, const struct message *m, struct handle *h)
{
	struct outbox *mail =
		m->in_reply_to != NULL ? outbox_by_message_id(turn->store, m->in_reply_to) : NULL;
	size_t oldest = m->reference_count > LOOK_UPS_MOST ? m->reference_count - LOOK_UPS_MOST : 0;
	for (size_t i = m->reference_count; i-- > oldest && mail == NULL;)
		mail = outbox_by_message_id(turn->store, m->references[i]);
	if (mail == NULL)
		return;
	if (h->quoted == NULL)
		h->quoted = mail;
	struct ask *ask = handle_ask_of(turn, mail);
	if (h->ask == NULL && ask != NULL) {
		h->ask = ask;
		h->kind = HANDLE_TOKEN;
	} else if (h->ask != NULL && ask != NULL && ask->intro != h->ask->intro) {
		h->kind = HANDLE_REFERENCE; /* they do not agree: only a hint any more */
	}
}

static bool is_reference(const char *text)
{
	size_t first = strspn(text, REFERENCE_SIGNS);
	return first == 4 && text[4] == '-' && strspn(text + 5, REFERENCE_SIGNS) == 4;
}

static struct ask *ask_of_reference(struct turn *turn, const char *text, int64_t member)
{
	char *word = utf8_cut(text, REFERENCE_LEN);
	struct intro *intro = intro_by_reference(turn->store, word);
	struct ask *asks;
	size_t count = intro != NULL ? ask_list(turn->store, intro->id, &asks) : 0;
	free(word);
	for (size_t i = count; i-- > 0;)
		if (asks[i].member == member && asks[i].kind != ASK_OUTCOME)
			return &asks[i];
	return NULL;
}

/* "7K2M-4QXP" in the subject or the text: names an introduction, and with the
 * sender the ask that is open. */
static void find_by_reference(struct turn *turn, const struct message *m,
                              const struct member *sender, struct handle *h)
{
	const char *places[] = { m->subject, m->text };
	int looked_up = 0;
	for (int p = 0; p < 2 && sender != NULL; p++) {
		const char *text = places[p] != NULL ? places[p] : "";
		for (const char *at = strchr(text, '-'); at != NULL && h->ask == NULL;
		     at = strchr(at + 1, '-')) {
			bool starts = at - text == 4 ||
			              (at - text > 4 && strchr(REFERENCE_SIGNS, at[-5]) == NULL);
			if (starts && is_reference(at - 4) && looked_up++ < LOOK_UPS_MOST)
				h->ask = ask_of_reference(turn, at - 4, sender->id);
		}
	}
	if (h->ask != NULL)
		h->kind = HANDLE_REFERENCE;
}

struct handle handle_find(struct turn *turn, const struct message *m, const struct member *sender)
{
	struct handle h = { .kind = HANDLE_NONE };
	find_by_recipient(turn, m, &h);
	find_by_references(turn, m, &h);
	if (h.ask == NULL && m->kind == MESSAGE_PERSON)
		find_by_reference(turn, m, sender, &h);
	return h;
}
