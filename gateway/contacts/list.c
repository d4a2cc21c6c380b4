#include "contacts/list.h"

#include "base/mem.h"
#include "base/pack.h"
#include "contacts/contacts.h"
#include "mail/address.h"

#include <stdlib.h>

#define FRAME_MOST ((size_t)48 << 20)
#define COUNT_MOST ((uint64_t)1 << 32)

static void take(void *context, const struct contact *c)
{
	struct contact_list *list = context;
	if (c->name == NULL) { /* a card of nobody */
		list->refused++;
		return;
	}
	if (list->read++ >= CONTACT_LIST_MOST)
		return;
	if ((list->count & (list->count - 1)) == 0)
		list->contacts = mem_grow(list->contacts, list->count > 0 ? 2 * list->count : 1,
		                          sizeof *list->contacts);
	struct listed_contact *to = &list->contacts[list->count++];
	*to = (struct listed_contact){ .name = mem_text(c->name),
		                       .org = mem_text(c->org),
		                       .title = mem_text(c->title),
		                       .url = mem_text(c->url),
		                       .emails = mem_zero(c->email_count + 1, sizeof(char *)) };
	for (size_t i = 0; i < c->email_count; i++)
		if (address_parse(c->emails[i], &to->emails[to->email_count], NULL) == RC_OK)
			to->email_count++;
}

static void flaw(void *context, int line, bool lost, const char *sentence)
{
	struct contact_list *list = context;
	(void)line;
	(void)sentence;
	list->refused += lost;
}

struct contact_list *contact_list_read(const char *octets, size_t len)
{
	struct contact_list *list = mem_zero(1, sizeof *list);
	struct why why = { "" };
	if (contacts_read(octets, len, &(struct contact_sink){ take, flaw, list }, &why) != RC_OK)
		list->error = mem_text(why.text);
	return list;
}

void contact_list_free(struct contact_list **list)
{
	if (*list == NULL)
		return;
	for (size_t i = 0; i < (*list)->count; i++) {
		struct listed_contact *c = &(*list)->contacts[i];
		for (size_t n = 0; n < c->email_count; n++)
			free(c->emails[n]);
		free(c->emails);
		free(c->name);
		free(c->org);
		free(c->title);
		free(c->url);
	}
	free((*list)->contacts);
	free((*list)->error);
	free(*list);
	*list = NULL;
}

char *contact_list_pack(const struct contact_list *list, size_t *len)
{
	struct str out;
	str_init(&out, FRAME_MOST);
	pack_text(&out, list->error);
	pack_u64(&out, list->read);
	pack_u64(&out, list->refused);
	pack_u64(&out, list->count);
	for (size_t i = 0; i < list->count; i++) {
		const struct listed_contact *c = &list->contacts[i];
		pack_text(&out, c->name);
		pack_text(&out, c->org);
		pack_text(&out, c->title);
		pack_text(&out, c->url);
		pack_u64(&out, c->email_count);
		for (size_t n = 0; n < c->email_count; n++)
			pack_text(&out, c->emails[n]);
	}
	if (!str_ok(&out)) { /* texts of the longest kind in each of them */
		struct contact_list none = { .error = (char *)(uintptr_t) "too much text" };
		str_free(&out);
		return contact_list_pack(&none, len);
	}
	*len = out.len;
	return out.text;
}

/* An address is believed to be one only if it is, here as well. */
static void unpack_emails(struct unpack *in, struct listed_contact *c)
{
	size_t count = (size_t)unpack_count(in, CONTACT_EMAILS);
	c->emails = mem_zero(count + 1, sizeof(char *));
	for (size_t i = 0; i < count && !in->bad; i++) {
		char *text = unpack_text(in), *address = NULL;
		if (text == NULL || address_parse(text, &address, NULL) != RC_OK)
			in->bad = true;
		else
			c->emails[c->email_count++] = address;
		free(text);
	}
}

enum rc contact_list_unpack(const char *frame, size_t len, struct contact_list **list,
                            struct why *why)
{
	struct unpack in = unpack_start(frame, len);
	struct contact_list *l = mem_zero(1, sizeof *l);
	l->error = unpack_text(&in);
	l->read = (size_t)unpack_count(&in, COUNT_MOST);
	l->refused = (size_t)unpack_count(&in, COUNT_MOST);
	size_t count = (size_t)unpack_count(&in, CONTACT_LIST_MOST);
	l->contacts = mem_zero(count + 1, sizeof *l->contacts);
	while (l->count < count && !in.bad) {
		struct listed_contact *c = &l->contacts[l->count++];
		c->name = unpack_text(&in);
		c->org = unpack_text(&in);
		c->title = unpack_text(&in);
		c->url = unpack_text(&in);
		unpack_emails(&in, c);
		in.bad = in.bad || c->name == NULL;
	}
	if (!unpack_done(&in)) {
		contact_list_free(&l);
		return why_set(why, RC_PERM, "the frame is no list of contacts");
	}
	*list = l;
	return RC_OK;
}
