/* link: who knows whom, by the admin's hand, which counts for both ends. */
#include "cli/cli.h"
#include "cli/rows.h"
#include "contacts/csv.h"
#include "core/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void put(struct store *store, int64_t from, int64_t to, int stated)
{
	struct link link = { .from = from,
		             .to = to,
		             .stated = stated,
		             .confirmed_from = true,
		             .confirmed_to = true,
		             .changed_at = time(NULL) };
	link_put(store, &link);
}

static int strength(const char *word)
{
	return strlen(word) == 1 && word[0] >= '0' && word[0] <= '4' ? word[0] - '0' : -1;
}

static int add(struct cli *cli)
{
	struct store *store;
	bool both = cli_flag(cli, "--both");
	if (!cli_words(
		    cli, 3, 3,
		    "link add FROM TO STRENGTH [--both]\n"
		    "  FROM, TO: id, address or name; STRENGTH: how well FROM knows TO,\n"
		    "  0 not at all, 1 slightly, 2 fairly, 3 well, 4 very well; --both: and back"))
		return EX_USAGE;
	int stated = strength(cli->argv[2]);
	if (stated < 0)
		return cli_fail(EX_USAGE,
		                "'%s' is no strength; say 0 (not at all) to 4 (very well)",
		                cli->argv[2]);
	int code = cli_store_write(cli, &store);
	if (code != EX_OK)
		return code;
	struct member *from = cli_member_find(store, cli->argv[0]);
	struct member *to = from != NULL ? cli_member_find(store, cli->argv[1]) : NULL;
	code = to == NULL ? EX_NOINPUT
	       : from->id == to->id
	               ? cli_fail(EX_DATAERR, "%s cannot be linked to themselves", from->name)
	               : EX_OK;
	if (code == EX_OK) {
		put(store, from->id, to->id, stated);
		if (both)
			put(store, to->id, from->id, stated);
		printf("%s %s %s: %d %%\n", from->name, both ? "<->" : "->", to->name,
		       trust_stated_percent(stated));
	}
	int end = cli_store_end(&store, code == EX_OK);
	return code == EX_OK ? end : code;
}

static void print_links(struct store *store, const struct link *links, size_t count)
{
	struct table table = { .columns = 4, .heads = { "from", "to", "stated", "trust %" },
		               .right = { false, false, true, true } };
	for (size_t i = 0; i < count; i++) {
		char stated[12], percent[12];
		snprintf(stated, sizeof stated, "%d", links[i].stated);
		snprintf(percent, sizeof percent, "%d", links[i].percent);
		table_add(&table, (const char *[]){ member_get(store, links[i].from)->name,
		                                    member_get(store, links[i].to)->name, stated,
		                                    percent });
	}
	table_print(&table);
}

static int list(struct cli *cli)
{
	struct store *store;
	struct link *links;
	if (!cli_words(cli, 0, 1, "link list [MEMBER] [--json]"))
		return EX_USAGE;
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	struct member *m = cli->argc > 0 ? cli_member_find(store, cli->argv[0]) : NULL;
	if (cli->argc > 0 && m == NULL) {
		cli_store_end(&store, false);
		return EX_NOINPUT;
	}
	size_t count = link_list(store, m != NULL ? m->id : 0, &links);
	if (cli->json) {
		json_t *array = json_array();
		for (size_t i = 0; i < count; i++)
			json_array_append_new(array, json_pack("{s:I, s:I, s:i, s:i}", "from",
			                                       (json_int_t)links[i].from, "to",
			                                       (json_int_t)links[i].to, "stated",
			                                       links[i].stated, "trust",
			                                       links[i].percent));
		cli_print_json(array);
	} else {
		print_links(store, links, count);
	}
	return cli_store_end(&store, false);
}

struct import {
	struct store *store;
	struct rows rows;
	int added;
};

static void import_row(void *context, int line, const struct csv_link *row)
{
	struct import *import = context;
	rows_step(&import->rows, line);
	int stated = row->strength != NULL ? strength(row->strength) : -1;
	struct member *from = row->from != NULL ? cli_member_find(import->store, row->from) : NULL;
	struct member *to =
		from != NULL && row->to != NULL ? cli_member_find(import->store, row->to) : NULL;
	if (stated < 0 || to == NULL || from->id == to->id) {
		rows_refuse(&import->rows, line,
		            "needs from, to (two members) and strength (0 to 4)");
		return;
	}
	put(import->store, from->id, to->id, stated);
	import->added++;
}

static void import_flaw(void *context, int line, const char *sentence)
{
	struct import *import = context;
	rows_refuse(&import->rows, line, "%s", sentence);
}

static int import_links(struct cli *cli)
{
	struct import import = { 0 };
	struct why why;
	if (!cli_words(cli, 1, 1, "link import FILE.csv   (columns from, to, strength)"))
		return EX_USAGE;
	int code = rows_open(&import.rows, cli->argv[0]);
	if (code == EX_OK)
		code = cli_store_write(cli, &import.store);
	if (code == EX_OK) {
		struct csv_link_sink sink = { import_row, import_flaw, &import };
		code = cli_code(csv_links(import.rows.octets, import.rows.len, &sink, &why), &why);
		int end = cli_store_end(&import.store, code == EX_OK);
		code = code == EX_OK ? end : code;
		rows_bar_end(&import.rows);
		if (code == EX_OK)
			printf("%d links, %d bad rows skipped\n", import.added, import.rows.bad);
	}
	return rows_close(&import.rows, code);
}

int cli_link(struct cli *cli)
{
	const char *verb = cli->argc > 0 ? cli->argv[0] : "";
	cli->argc -= cli->argc > 0;
	cli->argv++;
	if (strcmp(verb, "add") == 0)
		return add(cli);
	if (strcmp(verb, "list") == 0)
		return list(cli);
	if (strcmp(verb, "import") == 0)
		return import_links(cli);
	return cli_fail(EX_USAGE, "usage: passerelle link add|list|import");
}
