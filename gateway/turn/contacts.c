/* CONTACTS: an address book by mail. It is read in the sandboxed worker, told back in
 * numbers, and kept for its owner alone once they say so; nobody in it is written to. */
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/utf8.h"
#include "contacts/contacts.h"
#include "io/parse.h"
#include "store/contacts.h"
#include "store/rules.h"
#include "turn/command.h"

#include <stdlib.h>
#include <string.h>

#define FILES_MOST 5
#define MANY 200        /* direct contacts: more are hardly known well */
#define SUGGESTED 10
#define TELLABLE 10     /* with fewer people "2 are members" would name them */

struct tally {
	size_t read, members, without, refused, fresh, files;
};

/* RC_NONE: it is no file of contacts, or it is no more. */
static enum rc read_file(struct turn *turn, const struct inbox_attachment *file,
                         struct contact_list **list)
{
	struct str path;
	struct why why = { "" };
	char *octets = NULL;
	size_t len = 0;
	str_init(&path, 4096);
	str_addf(&path, "%s/attachments/%s", turn->gateway->state, file->hash);
	*list = NULL;
	enum rc rc = file_read(path.text, CONTACTS_OCTETS_MOST, &octets, &len, &why);
	if (rc == RC_OK && turn->parse != NULL)
		rc = parse_contacts(turn->parse, octets, len, list, &why);
	else if (rc == RC_OK)
		*list = contact_list_read(octets, len);
	if (rc == RC_OK && (*list)->error != NULL)
		rc = RC_NONE;
	if (rc != RC_OK)
		contact_list_free(list);
	if (rc == RC_TEMP || rc == RC_PERM)
		log_warn("contacts-unread file=%.12s why=\"%s\"", file->hash, why.text);
	free(octets);
	str_free(&path);
	return rc;
}

/* May the owner hear that this person is a member? */
static bool is_shown(struct turn *turn, int64_t owner, const struct member *m)
{
	return (m->state == MEMBER_MEMBER || m->state == MEMBER_PAUSED) && m->id != owner &&
	       !rules_get(turn->store, m->id).hidden && !block_between(turn->store, owner, m->id);
}

/* The address by which we know them, if any; else their first. */
static const char *address_of(struct turn *turn, int64_t owner, const struct listed_contact *c,
                              bool *is_member)
{
	*is_member = false;
	for (size_t i = 0; i < c->email_count; i++) {
		const struct member *m = member_by_address(turn->store, c->emails[i]);
		if (m == NULL)
			continue;
		*is_member = is_shown(turn, owner, m);
		return c->emails[i];
	}
	return c->email_count > 0 ? c->emails[0] : NULL;
}

static void add_list(struct turn *turn, int64_t owner, const struct contact_list *list,
                     struct tally *tally)
{
	tally->read += list->read;
	tally->refused += list->refused;
	tally->files++;
	for (size_t i = 0; i < list->count; i++) {
		const struct listed_contact *c = &list->contacts[i];
		bool is_member;
		struct kept_contact kept = { .name = c->name,
			                     .address = address_of(turn, owner, c, &is_member),
			                     .org = c->org,
			                     .title = c->title,
			                     .url = c->url };
		tally->without += kept.address == NULL;
		tally->members += is_member;
		if (kept.address == NULL || !member_has_address(turn->store, owner, kept.address))
			tally->fresh += contacts_add(turn->store, owner, &kept, turn->now_at);
	}
}

/* All files of the mail into the owner's contacts. */
static struct tally keep_all(struct turn *turn, int64_t owner, int64_t inbox)
{
	struct tally tally = { 0 };
	struct inbox_attachment *files;
	size_t count = inbox_attachments(turn->store, inbox, &files);
	for (size_t i = 0; i < count && tally.files < FILES_MOST; i++) {
		struct contact_list *list;
		if (read_file(turn, &files[i], &list) == RC_OK)
			add_list(turn, owner, list, &tally);
		contact_list_free(&list);
	}
	return tally;
}

/* What keeping them would come to. */
static struct tally try_all(struct turn *turn, int64_t owner, int64_t inbox)
{
	store_part(turn->store);
	struct tally tally = keep_all(turn, owner, inbox);
	store_part_end(turn->store, false, NULL);
	return tally;
}

static json_t *values_of(struct turn *turn, int64_t owner, const struct tally *tally)
{
	int64_t there = contacts_count(turn->store, owner);
	json_t *values = json_pack("{s:I, s:I, s:I, s:b}", "read", (json_int_t)tally->read, "fresh",
	                           (json_int_t)tally->fresh, "total", (json_int_t)there, "many",
	                           (size_t)there + tally->fresh > MANY);
	if (tally->members > 0 && tally->read >= TELLABLE)
		json_object_set_new(values, "members", json_integer((json_int_t)tally->members));
	if (tally->without > 0)
		json_object_set_new(values, "without", json_integer((json_int_t)tally->without));
	if (tally->refused > 0)
		json_object_set_new(values, "refused", json_integer((json_int_t)tally->refused));
	return values;
}

/* "CONTACTS delete": what is kept goes. */
static bool asks_deletion(const char *rest)
{
	static const char words[] = " delete remove forget none supprimer effacer oublier aucun"
	                            " loschen vergessen keine borrar eliminar olvidar ninguno ";
	struct str wanted;
	char *folded = utf8_fold(rest);
	str_init(&wanted, 100);
	str_addf(&wanted, " %.*s ", (int)strcspn(folded, " "), folded);
	bool asks = wanted.len > 2 && str_ok(&wanted) && strstr(words, wanted.text) != NULL;
	str_free(&wanted);
	free(folded);
	return asks;
}

static struct command_told tell_how(struct turn *turn, int64_t owner, const char *why,
                                    int64_t number)
{
	int64_t there = contacts_count(turn->store, owner);
	json_t *values = json_object();
	if (why != NULL)
		json_object_set_new(values, why, number > 0 ? json_integer(number) : json_true());
	if (there > 0)
		json_object_set_new(values, "total", json_integer(there));
	return (struct command_told){ .message = "contacts_how", .values = values };
}

struct command_told command_contacts(const struct command_run *run, const struct command *c)
{
	struct turn *turn = run->turn;
	int64_t owner = run->sender->id;
	struct inbox_attachment *files;
	struct token token;
	if (asks_deletion(c->rest))
		return tell_how(turn, owner, "deleted", contacts_delete(turn->store, owner));
	struct tally tally = try_all(turn, owner, run->mail->id);
	if (tally.read == 0)
		return tell_how(turn, owner,
		                inbox_attachments(turn->store, run->mail->id, &files) > 0
		                        ? "unreadable"
		                        : NULL, 0);
	struct command_told told = { .message = "contacts",
		                     .values = values_of(turn, owner, &tally) };
	log_info("contacts member=%lld read=%zu fresh=%zu", (long long)owner, tally.read,
	         tally.fresh);
	if (tally.fresh == 0)
		return told;
	struct ask ask = { .kind = ASK_CONTACTS,
		           .member = owner,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .inbox = run->mail->id,
		           .asked_at = turn->now_at };
	ask_add(turn->store, &ask);
	told.token = ask_get(turn->store, ask.id)->token;
	return told;
}

/* Members among them whom the owner has no link to yet: they may say how well. */
static json_t *suggested(struct turn *turn, int64_t owner)
{
	struct kept_contact *contacts;
	json_t *array = json_array();
	size_t count = contacts_unlinked(turn->store, owner, 5 * SUGGESTED, &contacts);
	for (size_t i = 0; i < count && json_array_size(array) < SUGGESTED; i++) {
		const struct member *m = member_get(turn->store, contacts[i].member);
		if (m != NULL && is_shown(turn, owner, m))
			json_array_append_new(array, json_pack("{s:s, s:s}", "name",
			                                       contacts[i].name, "address",
			                                       contacts[i].address));
	}
	return array;
}

void answer_contacts(struct turn *turn, struct ask *ask, const struct member *sender,
                     const struct inbox *mail, const struct message *m)
{
	bool yes = verdict_confirms(m->words, m->subject);
	struct tally tally = { 0 };
	(void)mail;
	if (yes)
		tally = keep_all(turn, sender->id, ask->inbox);
	ask_state_set(turn->store, ask->id, ASK_OPEN, yes ? ASK_ACCEPTED : ASK_DECLINED, 0,
	              turn->now_at);
	json_t *values = values_of(turn, sender->id, &tally);
	json_object_set_new(values, "kept", json_boolean(yes && tally.read > 0));
	json_object_set_new(values, "lost", json_boolean(yes && tally.read == 0));
	struct letter letter = { .message = "contacts_kept",
		                 .member = sender->id,
		                 .token = yes ? NULL : ask->token,
		                 .re = m,
		                 .values = values };
	if (yes && tally.read > 0)
		json_object_set_new(values, "suggested", suggested(turn, sender->id));
	if (yes)
		event_add(turn->store, &(struct event){ .at = turn->now_at, .ask = ask->id,
			                                .member = sender->id, .what = "contacts" });
	letter_write(turn, &letter);
}
