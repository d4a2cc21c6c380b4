/* hub: the themed communities, by the admin's hand. */
#include "cli/cli.h"
#include "store/hubs.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static json_t *as_json(const struct hub *hub)
{
	return json_pack("{s:s, s:s, s:s, s:s?, s:I}", "name", hub->name, "title", hub->title,
	                 "entry", hub_entry_name(hub->entry), "language", hub->language, "members",
	                 (json_int_t)hub->members);
}

/* By name or title, having said why not. */
static struct hub *find(struct store *store, const char *name)
{
	struct hub *hub = hub_find(store, name);
	if (hub == NULL)
		cli_fail(EX_NOINPUT, "no hub '%s'; 'passerelle hub list' shows them", name);
	return hub;
}

/* --entry, --language, --title into `hub`. */
static int options(struct cli *cli, struct hub *hub)
{
	const char *entry = cli_option(cli, "--entry"), *language = cli_option(cli, "--language");
	const char *title = cli_option(cli, "--title");
	int found = entry != NULL ? hub_entry_find(entry) : (int)hub->entry;
	if (found < 0)
		return cli_fail(EX_USAGE, "'%s' is no entry; say open, approval or invisible",
		                entry);
	hub->entry = (enum hub_entry)found;
	if (language != NULL)
		hub->language = language[0] != '\0' ? language : NULL;
	if (title != NULL)
		hub->title = title;
	return EX_OK;
}

static int add(struct cli *cli)
{
	struct store *store;
	struct why why;
	int64_t id;
	struct hub hub = { .entry = HUB_APPROVAL, .added_at = time(NULL) };
	int code = options(cli, &hub);
	if (code != EX_OK)
		return code;
	if (!cli_words(
		    cli, 1, 1,
		    "hub add NAME [--title TEXT] [--entry ENTRY] [--language fr]\n"
		    "  NAME: a-z, 0-9 and -; it stands in commands and names its texts' folder\n"
		    "  ENTRY: open: who asks comes in; approval (default): an administrator says\n"
		    "  yes; invisible: not listed, only administrators put people into it"))
		return EX_USAGE;
	hub.name = cli->argv[0];
	if (hub.title == NULL)
		hub.title = hub.name;
	code = cli_store_write(cli, &store);
	if (code != EX_OK)
		return code;
	code = cli_code(hub_add(store, &hub, &id, &why), &why);
	if (code == EX_OK)
		printf("hub %s: %s\n", hub.name, hub_entry_name(hub.entry));
	int end = cli_store_end(&store, code == EX_OK);
	return code != EX_OK ? code : end;
}

static int list(struct cli *cli)
{
	struct store *store;
	struct hub *hubs;
	if (!cli_words(cli, 0, 0, "hub list"))
		return EX_USAGE;
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	size_t count = hub_list(store, true, &hubs);
	json_t *all = json_array();
	struct table table = { .columns = 5,
		               .heads = { "hub", "title", "entry", "language", "members" },
		               .right = { [4] = true } };
	for (size_t i = 0; i < count; i++) {
		char members[24];
		snprintf(members, sizeof members, "%lld", (long long)hubs[i].members);
		json_array_append_new(all, as_json(&hubs[i]));
		table_add(&table, (const char *[]){ hubs[i].name, hubs[i].title,
		                                    hub_entry_name(hubs[i].entry), hubs[i].language,
		                                    members });
	}
	if (cli->json)
		cli_print_json(all);
	else
		json_decref(all);
	if (!cli->json && count == 0)
		puts("no hub yet; 'passerelle hub add NAME' makes one");
	else if (!cli->json)
		table_print(&table);
	return cli_store_end(&store, false);
}

static int show(struct cli *cli)
{
	struct store *store;
	if (!cli_words(cli, 1, 1, "hub show NAME"))
		return EX_USAGE;
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	struct hub *hub = find(store, cli->argv[0]);
	struct member *people;
	size_t count = hub != NULL ? hub_members(store, hub->id, &people) : 0;
	struct table table = { .columns = 3, .heads = { "member", "firm", "address" } };
	json_t *members = json_array();
	for (size_t i = 0; i < count; i++) {
		json_array_append_new(members, json_pack("{s:I, s:s, s:s?, s:s?}", "id",
		                                         (json_int_t)people[i].id, "name",
		                                         people[i].name, "firm", people[i].firm,
		                                         "address", people[i].address));
		table_add(&table,
		          (const char *[]){ people[i].name, people[i].firm, people[i].address });
	}
	if (hub != NULL && cli->json) {
		json_t *value = as_json(hub);
		json_object_set(value, "people", members);
		cli_print_json(value);
	} else if (hub != NULL) {
		printf("%s: %s (%s)\n", hub->name, hub->title, hub_entry_name(hub->entry));
		table_print(&table);
	}
	json_decref(members);
	int end = cli_store_end(&store, false);
	return hub == NULL ? EX_NOINPUT : end;
}

static int set(struct cli *cli)
{
	struct store *store;
	struct hub said = { .entry = HUB_ENTRIES };
	int code = options(cli, &said);
	if (code != EX_OK)
		return code;
	if (!cli_words(cli, 1, 1, "hub set NAME [--title TEXT] [--entry ...] [--language fr]"))
		return EX_USAGE;
	code = cli_store_write(cli, &store);
	if (code != EX_OK)
		return code;
	struct hub *hub = find(store, cli->argv[0]);
	if (hub != NULL) {
		hub->title = said.title != NULL ? said.title : hub->title;
		hub->entry = said.entry != HUB_ENTRIES ? said.entry : hub->entry;
		hub->language = said.language != NULL ? said.language : hub->language;
		hub_set(store, hub);
	}
	int end = cli_store_end(&store, hub != NULL);
	return hub == NULL ? EX_NOINPUT : end;
}

/* join, leave: HUB MEMBER. */
static int membership(struct cli *cli, bool joins)
{
	struct store *store;
	if (!cli_words(cli, 2, 2, joins ? "hub join NAME MEMBER" : "hub leave NAME MEMBER"))
		return EX_USAGE;
	int code = cli_store_write(cli, &store);
	if (code != EX_OK)
		return code;
	struct hub *hub = find(store, cli->argv[0]);
	struct member *m = hub != NULL ? cli_member_find(store, cli->argv[1]) : NULL;
	if (m != NULL && joins)
		hub_put_member(store, hub->id, m->id, false, time(NULL));
	else if (m != NULL && !hub_remove_member(store, hub->id, m->id))
		code = cli_fail(EX_NOINPUT, "%s is not in %s", m->name, hub->name);
	if (m != NULL && code == EX_OK)
		printf("%s %s %s\n", m->name, joins ? "joins" : "leaves", hub->name);
	if (m == NULL)
		code = EX_NOINPUT;
	int end = cli_store_end(&store, code == EX_OK);
	return code != EX_OK ? code : end;
}

static int remove_hub(struct cli *cli)
{
	struct store *store;
	if (!cli_words(cli, 1, 1, "hub remove NAME   (its members stay members of the network)"))
		return EX_USAGE;
	int code = cli_store_write(cli, &store);
	if (code != EX_OK)
		return code;
	struct hub *hub = find(store, cli->argv[0]);
	if (hub != NULL) {
		printf("%s is gone; it had %lld members\n", hub->name, (long long)hub->members);
		hub_remove(store, hub->id);
	}
	int end = cli_store_end(&store, hub != NULL);
	return hub == NULL ? EX_NOINPUT : end;
}

int cli_hub(struct cli *cli)
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
	if (strcmp(verb, "set") == 0)
		return set(cli);
	if (strcmp(verb, "join") == 0)
		return membership(cli, true);
	if (strcmp(verb, "leave") == 0)
		return membership(cli, false);
	if (strcmp(verb, "remove") == 0)
		return remove_hub(cli);
	return cli_fail(EX_USAGE, "usage: passerelle hub add|list|show|set|join|leave|remove");
}
