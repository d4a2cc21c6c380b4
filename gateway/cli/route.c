/* route: the most trusted chain, explained link by link. */
#include "cli/cli.h"
#include "cli/route_edges.h"
#include "turn/turn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ALTERNATIVES_MOST 9

static json_t *chain_json(struct store *store, const struct route_chain *c)
{
	json_t *members = json_array(), *links = json_array();
	for (int i = 0; i <= c->hops; i++) {
		struct member *m = member_get(store, c->member[i]);
		json_array_append_new(
			members, json_pack("{s:I, s:s}", "id", (json_int_t)m->id, "name", m->name));
	}
	for (int i = 0; i < c->hops; i++)
		json_array_append_new(links, json_integer(c->percent[i]));
	return json_pack("{s:i, s:f, s:o, s:o}", "hops", c->hops, "worth", c->worth, "members",
	                 members, "trust", links);
}

static void print_chain(struct store *store, const struct route_chain *c)
{
	printf("%s", member_get(store, c->member[0])->name);
	for (int i = 0; i < c->hops; i++)
		printf(" --%d%%--> %s", c->percent[i], member_get(store, c->member[i + 1])->name);
	printf("   worth %.3f, %d %s\n", c->worth, c->hops, c->hops == 1 ? "hop" : "hops");
}

static int explain(struct cli *cli, struct store *store, int max_hops, size_t most)
{
	struct member *from = cli_member_find(store, cli->argv[0]);
	struct member *to = from != NULL ? cli_member_find(store, cli->argv[1]) : NULL;
	struct route_chain chains[ALTERNATIVES_MOST];
	struct turn turn = { .store = store, .gateway = cli->gateway, .now_at = time(NULL) };
	if (to == NULL)
		return EX_NOINPUT;
	if (from->id == to->id)
		return cli_fail(EX_DATAERR, "%s is both ends", from->name);
	size_t count = turn_ways(&turn, from->id, to->id, max_hops, chains, most);
	if (cli->json) {
		json_t *array = json_array();
		for (size_t i = 0; i < count; i++)
			json_array_append_new(array, chain_json(store, &chains[i]));
		cli_print_json(json_pack("{s:b, s:f, s:o}", "found", count > 0, "chance",
		                         relay_chance(chains, count), "chains", array));
	} else if (count == 0) {
		printf("no way from %s to %s within %d hops\n", from->name, to->name, max_hops);
	} else {
		for (size_t i = 0; i < count; i++) {
			printf("%s", i == 0 ? "best:  " : "other: ");
			print_chain(store, &chains[i]);
		}
		printf("chance of arriving, counting the others: %.2f\n",
		       relay_chance(chains, count));
	}
	turn_end(&turn);
	return count > 0 ? EX_OK : EX_NOINPUT;
}

int cli_route(struct cli *cli)
{
	struct store *store;
	for (int i = 0; i < cli->argc; i++)
		if (strncmp(cli->argv[i], "--edges", 7) == 0)
			return cli_route_edges(cli->argc, cli->argv);
	if (cli->gateway == NULL)
		return cli_fail(
			EX_USAGE,
			"route A B needs -c FILE; or say route --edges FILE --queries FILE");
	const char *hops = cli_option(cli, "--hops"), *k = cli_option(cli, "-k");
	if (!cli_words(
		    cli, 2, 2,
		    "route A B [--hops N] [-k K] [--json]\n"
		    "       passerelle route --edges FILE --queries FILE [--max-hops N] [--avoid M,...]"))
		return EX_USAGE;
	long max_hops = hops != NULL ? strtol(hops, NULL, 10) : cli->gateway->max_hops;
	long most = k != NULL ? strtol(k, NULL, 10) : 3;
	if (max_hops < 1 || max_hops > ROUTE_MOST_HOPS || most < 1 || most > ALTERNATIVES_MOST)
		return cli_fail(EX_USAGE, "--hops is 1 to %d, -k is 1 to %d", ROUTE_MOST_HOPS,
		                ALTERNATIVES_MOST);
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	code = explain(cli, store, (int)max_hops, (size_t)most);
	cli_store_end(&store, false);
	return code;
}
