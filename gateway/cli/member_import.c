/* member import: a file of contacts, of any kind, becomes people we know. */
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "cli/member.h"
#include "cli/rows.h"
#include "contacts/contacts.h"
#include "mail/address.h"
#include "store/contacts.h"
#include "store/people.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NAME_MOST 200 /* store/schema.sql */

struct import {
	struct cli *cli;
	struct store *store; /* NULL: a dry run */
	struct rows rows;
	enum member_state state;
	const char *owner_name;
	int64_t owner; /* whose contacts they are as well; 0: nobody's */
	int64_t now_at;
	int read, added, there, role, without, kept;
	json_t *refused; /* NULL: not asked for */
};

static void refuse(struct import *import, int line, const char *sentence)
{
	if (import->refused != NULL) {
		json_array_append_new(import->refused,
		                      json_pack("{s:i, s:s}", "line", line, "why", sentence));
		import->rows.bad++;
	} else {
		rows_refuse(&import->rows, line, "%s", sentence);
	}
}

static void take_flaw(void *context, int line, bool lost, const char *sentence)
{
	struct import *import = context;
	if (lost)
		refuse(import, line, sentence);
	else if (import->refused == NULL)
		rows_note(&import->rows, line, sentence);
}

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

static void print_contact(const struct contact *c)
{
	json_t *emails = json_array();
	for (size_t i = 0; i < c->email_count; i++)
		json_array_append_new(emails, json_string(c->emails[i]));
	json_t *value = json_pack("{s:s, s:o, s:s, s:s, s:s, s:i}", "name", or_empty(c->name),
	                          "emails", emails, "org", or_empty(c->org), "title",
	                          or_empty(c->title), "url", or_empty(c->url), "line", c->line);
	json_dumpf(value, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(value);
}

/* "fr", "fr-CA", "français": the code of a language we have words for; else the
 * gateway's first. Of several the first counts. */
static void language_of(const struct import *import, const char *text, char code[3])
{
	static const char *const names[][2] = {
		{ "francais", "fr" }, { "french", "fr" },  { "franzosisch", "fr" },
		{ "english", "en" },  { "anglais", "en" }, { "englisch", "en" },
		{ "deutsch", "de" },  { "german", "de" },  { "allemand", "de" },
		{ "espanol", "es" },  { "spanish", "es" }, { "espagnol", "es" },
	};
	char *folded = utf8_fold(or_empty(text));
	size_t len = strcspn(folded, " ,;/-_");
	memcpy(code, import->cli->gateway->languages[0], 2);
	code[2] = '\0';
	if (len == 2 && islower((unsigned char)folded[0]) && islower((unsigned char)folded[1]))
		memcpy(code, folded, 2);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (len == strlen(names[i][0]) && strncmp(folded, names[i][0], len) == 0)
			memcpy(code, names[i][1], 2);
	free(folded);
}

/* The first address that is one, and is not ours; NULL having said why. */
static char *main_address(struct import *import, const struct contact *c)
{
	struct why why = { "no address; only people with one can be members" };
	for (size_t i = 0; i < c->email_count; i++) {
		char *address = NULL;
		if (address_parse(c->emails[i], &address, &why) != RC_OK)
			continue;
		if (!cli_is_ours(import->cli, address))
			return address;
		why_set(&why, RC_PERM, "%s is this gateway's own address", address);
		free(address);
	}
	import->without += c->email_count == 0;
	refuse(import, c->line, why.text);
	return NULL;
}

static void add_more_addresses(struct import *import, const struct contact *c, int64_t member)
{
	for (size_t i = 0; i < c->email_count; i++) {
		char *address = NULL;
		if (address_parse(c->emails[i], &address, NULL) == RC_OK &&
		    !cli_is_ours(import->cli, address))
			people_address_add(import->store, member, address);
		free(address);
	}
}

static struct member *already_there(struct import *import, const struct contact *c)
{
	struct member *found = NULL;
	for (size_t i = 0; i < c->email_count && found == NULL; i++) {
		char *address = NULL;
		if (address_parse(c->emails[i], &address, NULL) == RC_OK)
			found = member_by_address(import->store, address);
		free(address);
	}
	return found;
}

static void add_member(struct import *import, const struct contact *c, const char *address)
{
	char language[3];
	int64_t id;
	struct why why;
	char *name = utf8_cut(c->name, NAME_MOST);
	language_of(import, c->language, language);
	struct member m = { .name = name,
		            .firm = c->org,
		            .title = c->title,
		            .city = c->city,
		            .language = language,
		            .address = address,
		            .state = import->state,
		            .added_at = import->now_at };
	if (member_add(import->store, &m, &id, &why) == RC_OK) {
		import->added++;
		add_more_addresses(import, c, id);
	}
	free(name);
}

/* The first address that is one; NULL: none. */
static char *any_address(const struct contact *c)
{
	char *address = NULL;
	for (size_t i = 0; i < c->email_count && address == NULL; i++)
		address_parse(c->emails[i], &address, NULL);
	return address;
}

/* The file is the owner's: they know these people, also those without an address. */
static void keep_for_owner(struct import *import, const struct contact *c)
{
	char *address = any_address(c);
	struct kept_contact kept = { .name = c->name, .address = address, .org = c->org,
		                     .title = c->title, .url = c->url };
	if (address == NULL || !member_has_address(import->store, import->owner, address))
		import->kept += contacts_add(import->store, import->owner, &kept, import->now_at);
	free(address);
}

static void take_contact(void *context, const struct contact *c)
{
	struct import *import = context;
	rows_step(&import->rows, c->line);
	import->read++;
	if (import->store == NULL && import->cli->json)
		print_contact(c);
	if (import->cli->gateway == NULL) {
		import->without += c->email_count == 0;
		return;
	}
	if (import->store == NULL && import->cli->json)
		return;
	if (import->owner != 0 && c->name != NULL)
		keep_for_owner(import, c);
	if (import->owner != 0 && c->email_count == 0) {
		import->without++;
		return;
	}
	char *address = main_address(import, c);
	if (address == NULL)
		return;
	import->role += address_is_role(address);
	if (import->store != NULL && already_there(import, c) != NULL)
		import->there++;
	else if (import->store != NULL)
		add_member(import, c, address);
	free(address);
}

static void tell(struct import *import)
{
	rows_bar_end(&import->rows);
	if (import->store == NULL && import->cli->json)
		return;
	if (import->cli->json) {
		cli_print_json(json_pack("{s:i, s:i, s:i, s:i, s:o}", "added", import->added,
		                         "there", import->there, "role", import->role, "without",
		                         import->without, "refused", import->refused));
	} else if (import->store == NULL) {
		printf("%d people read, %d of them without an address, %d role addresses, "
		       "%d bad rows; nothing was changed\n",
		       import->read, import->without, import->role, import->rows.bad);
	} else {
		printf("%d added, %d were there, %d bad rows skipped\n", import->added,
		       import->there, import->rows.bad);
		if (import->owner != 0)
			printf("%d new contacts kept for %s, %d of the file without an address\n",
			       import->kept, import->owner_name, import->without);
		if (import->role > 0)
			printf("%d are role addresses (info@, contact@), read by several people\n",
			       import->role);
	}
}

static int find_owner(struct import *import, const char *links_from)
{
	struct member *owner = cli_member_find(import->store, links_from);
	if (owner == NULL)
		return EX_NOINPUT;
	import->owner = owner->id;
	import->owner_name = owner->name;
	return EX_OK;
}

static int run(struct import *import, const char *file, const char *links_from, bool dry)
{
	struct why why;
	int code = rows_open(&import->rows, file);
	if (code == EX_OK && !dry)
		code = cli_store_write(import->cli, &import->store);
	if (code != EX_OK)
		return rows_close(&import->rows, code);
	struct contact_sink sink = { take_contact, take_flaw, import };
	if (import->cli->json && !dry)
		import->refused = json_array();
	if (!dry && links_from != NULL)
		code = find_owner(import, links_from);
	if (code == EX_OK)
		code = cli_code(contacts_read(import->rows.octets, import->rows.len, &sink, &why),
		                &why);
	if (code == EX_OK)
		tell(import);
	if (!dry) {
		int end = cli_store_end(&import->store, code == EX_OK);
		code = code == EX_OK ? end : code;
	}
	code = rows_close(&import->rows, code);
	return dry && code == EX_DATAERR && import->read > 0 ? EX_OK : code;
}

int cli_member_import(struct cli *cli)
{
	static const char usage[] =
		"member import FILE [--state member] [--links-from MEMBER] [--dry-run] [--json]\n"
		"  FILE: cards (vCard), a table (LinkedIn, Google, Outlook, any CSV with\n"
		"  a heading), or JSON lines, whatever its name; -: standard input\n"
		"  --links-from MEMBER: the file is this member's: kept as their contacts too,\n"
		"  for links and invitations to be suggested to them\n"
		"  --state member: these people have said yes to relaying; else they are\n"
		"  only known\n"
		"  --dry-run: only reads; with --json one object a person";
	bool dry = cli_flag(cli, "--dry-run"), members = cli_flag(cli, "--members");
	const char *state = cli_option(cli, "--state");
	const char *links_from = cli_option(cli, "--links-from");
	int found = state != NULL ? member_state_find(state)
	            : members     ? (int)MEMBER_MEMBER
	                          : (int)MEMBER_KNOWN;
	if (!cli_words(cli, 1, 1, usage))
		return EX_USAGE;
	if (found != MEMBER_KNOWN && found != MEMBER_MEMBER)
		return cli_fail(EX_USAGE, "--state is known or member, not '%s'", state);
	struct import import = { .cli = cli, .state = (enum member_state)found,
		                 .now_at = time(NULL) };
	return run(&import, cli->argv[0], links_from, dry);
}
