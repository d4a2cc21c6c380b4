/* member: the people, by the admin's hand. */
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "contacts/csv.h"
#include "mail/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define IMPORT_MOST ((size_t)64 << 20)

static json_t *as_json(const struct member *m)
{
	return json_pack("{s:I, s:s, s:s, s:s?, s:s?, s:s?, s:s, s:s?, s:s}", "id",
	                 (json_int_t)m->id, "name", m->name, "address", m->address, "firm", m->firm,
	                 "title", m->title, "city", m->city, "language", m->language, "zone",
	                 m->zone, "state", member_state_name(m->state));
}

/* Mail to ourselves would be a loop. */
static bool is_ours(const struct cli *cli, const char *address)
{
	char *detail = NULL;
	bool ours = address_detail(address, cli->gateway->address, cli->gateway->separator,
	                           &detail) == RC_OK;
	free(detail);
	return ours;
}

static int add(struct cli *cli)
{
	struct member m = { .name = cli_option(cli, "--name"),
		            .firm = cli_option(cli, "--firm"),
		            .title = cli_option(cli, "--title"),
		            .city = cli_option(cli, "--city"),
		            .language = cli_option(cli, "--language"),
		            .zone = cli_option(cli, "--zone"),
		            .state = cli_flag(cli, "--known") ? MEMBER_KNOWN : MEMBER_MEMBER,
		            .added_at = time(NULL) };
	static const char usage[] =
		"member add ADDRESS --name NAME [--firm FIRM] [--title TITLE] [--city CITY]\n"
		"         [--language fr] [--zone Europe/Paris] [--known]\n"
		"  --known: may be a target, is no relay before an own yes";
	struct store *store;
	struct why why;
	char *address = NULL;
	if (!cli_words(cli, 1, 1, usage))
		return EX_USAGE;
	if (m.name == NULL || m.name[0] == '\0' || !utf8_valid(m.name, strlen(m.name)))
		return cli_fail(EX_USAGE, "a member needs --name, in UTF-8");
	if (address_parse(cli->argv[0], &address, &why) != RC_OK)
		return cli_fail(EX_DATAERR, "%s: %s", cli->argv[0], why.text);
	if (is_ours(cli, address)) {
		free(address);
		return cli_fail(EX_DATAERR, "%s is this gateway's own address", cli->argv[0]);
	}
	m.address = address;
	m.language = m.language != NULL ? m.language : cli->gateway->languages[0];
	int code = cli_store_write(cli, &store);
	if (code == EX_OK) {
		code = cli_code(member_add(store, &m, &m.id, &why), &why);
		if (code == EX_OK && cli->json)
			cli_print_json(as_json(&m));
		else if (code == EX_OK)
			printf("member %lld: %s <%s>\n", (long long)m.id, m.name, m.address);
		int end = cli_store_end(&store, code == EX_OK);
		code = code == EX_OK ? end : code;
	}
	free(address);
	return code;
}

static void print_members(const struct member *members, size_t count)
{
	struct table table = { .columns = 6,
		               .heads = { "id", "name", "firm", "city", "address", "state" },
		               .right = { true } };
	for (size_t i = 0; i < count; i++) {
		char id[24];
		const struct member *m = &members[i];
		snprintf(id, sizeof id, "%lld", (long long)m->id);
		table_add(&table, (const char *[]){ id, m->name, m->firm, m->city, m->address,
		                                    member_state_name(m->state) });
	}
	table_print(&table);
}

static int list(struct cli *cli)
{
	struct store *store;
	struct member *members;
	if (!cli_words(cli, 0, 0, "member list [--json]"))
		return EX_USAGE;
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	size_t count = member_list(store, &members);
	if (cli->json) {
		json_t *array = json_array();
		for (size_t i = 0; i < count; i++)
			json_array_append_new(array, as_json(&members[i]));
		cli_print_json(array);
	} else {
		print_members(members, count);
	}
	return cli_store_end(&store, false);
}

static json_t *links_of(struct store *store, int64_t member)
{
	struct link *links;
	size_t count = link_list(store, member, &links);
	json_t *array = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_pack("{s:I, s:I, s:i, s:i}", "from",
		                                       (json_int_t)links[i].from, "to",
		                                       (json_int_t)links[i].to, "stated",
		                                       links[i].stated, "trust", links[i].percent));
	return array;
}

static void print_member(struct store *store, const struct member *m)
{
	struct link *links;
	size_t count = link_list(store, m->id, &links);
	printf("%s <%s>, member %lld, %s\n", m->name, m->address, (long long)m->id,
	       member_state_name(m->state));
	if (m->firm != NULL || m->title != NULL || m->city != NULL)
		printf("%s%s%s%s%s\n", m->title != NULL ? m->title : "",
		       m->title != NULL && m->firm != NULL ? ", " : "",
		       m->firm != NULL ? m->firm : "", m->city != NULL ? ", " : "",
		       m->city != NULL ? m->city : "");
	for (size_t i = 0; i < count; i++) {
		bool out = links[i].from == m->id;
		struct member *other = member_get(store, out ? links[i].to : links[i].from);
		printf("  %s %s  %d %%\n", out ? "knows   " : "known by", other->name,
		       links[i].percent);
	}
}

static int show(struct cli *cli)
{
	struct store *store;
	if (!cli_words(cli, 1, 1, "member show ID|ADDRESS|NAME [--json]"))
		return EX_USAGE;
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	struct member *m = cli_member_find(store, cli->argv[0]);
	if (m != NULL && cli->json) {
		json_t *value = as_json(m);
		json_object_set_new(value, "links", links_of(store, m->id));
		cli_print_json(value);
	} else if (m != NULL) {
		print_member(store, m);
	}
	int end = cli_store_end(&store, false);
	return m == NULL ? EX_NOINPUT : end;
}

struct import {
	struct cli *cli;
	struct store *store;
	const char *file;
	enum member_state state;
	int added, there, bad;
};

static void import_row(void *context, int line, const struct csv_person *row)
{
	struct import *import = context;
	char *address = NULL;
	struct why why;
	int64_t id;
	if (row->name == NULL || row->address == NULL ||
	    address_parse(row->address, &address, &why) != RC_OK) {
		cli_fail(0, "%s:%d: %s; row skipped", import->file, line,
		         row->name == NULL      ? "no name"
		         : row->address == NULL ? "no address"
		                                : why.text);
		import->bad++;
		return;
	}
	struct member m = { .name = row->name,
		            .firm = row->firm,
		            .title = row->title,
		            .city = row->city,
		            .language = row->language != NULL ? row->language
		                                              : import->cli->gateway->languages[0],
		            .address = address,
		            .state = import->state,
		            .added_at = time(NULL) };
	if (is_ours(import->cli, address))
		import->bad++;
	else if (member_by_address(import->store, address) != NULL)
		import->there++;
	else if (member_add(import->store, &m, &id, &why) == RC_OK)
		import->added++;
	free(address);
}

static void import_flaw(void *context, int line, const char *sentence)
{
	struct import *import = context;
	cli_fail(0, "%s:%d: %s; row skipped", import->file, line, sentence);
	import->bad++;
}

static int import_file(struct cli *cli)
{
	bool members = cli_flag(cli, "--members");
	struct import import = { .cli = cli, .state = members ? MEMBER_MEMBER : MEMBER_KNOWN };
	char *octets = NULL;
	size_t len;
	struct why why;
	if (!cli_words(
		    cli, 1, 1,
		    "member import FILE.csv [--members]\n"
		    "  --members: these people have said yes to relaying; else they are "
		    "only known"))
		return EX_USAGE;
	import.file = cli->argv[0];
	enum rc rc = file_read(import.file, IMPORT_MOST, &octets, &len, &why);
	if (rc != RC_OK)
		return cli_code(rc, &why);
	int code = cli_store_write(cli, &import.store);
	if (code == EX_OK) {
		rc = csv_people(octets, len, import_row, import_flaw, &import, &why);
		code = cli_code(rc, &why);
		int end = cli_store_end(&import.store, code == EX_OK);
		code = code == EX_OK ? end : code;
		if (code == EX_OK)
			printf("%d added, %d were there, %d bad rows skipped\n", import.added,
			       import.there, import.bad);
	}
	free(octets);
	return code != EX_OK ? code : import.bad > 0 ? EX_DATAERR : EX_OK;
}

int cli_member(struct cli *cli)
{
	const char *verb = cli->argc > 0 ? cli->argv[0] : "";
	cli->argc -= cli->argc > 0;
	cli->argv++;
	if (strcmp(verb, "add") == 0)
		return add(cli);
	if (strcmp(verb, "list") == 0)
		return list(cli);
	if (strcmp(verb, "show") == 0)
		return show(cli);
	if (strcmp(verb, "import") == 0)
		return import_file(cli);
	return cli_fail(EX_USAGE, "usage: passerelle member add|list|show|import");
}
