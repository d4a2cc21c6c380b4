/* intro: the introductions, and the dated story of one. */
#include "cli/cli.h"
#include "turn/turn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *name_of(struct store *store, int64_t id)
{
	struct member *m = member_get(store, id);
	return m != NULL ? m->name : "";
}

static json_t *as_json(struct store *store, const struct intro *i)
{
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:i, s:f, s:f, s:I, s:I, s:I}", "id",
	                 (json_int_t)i->id, "reference", i->reference, "state",
	                 intro_state_name(i->state), "requester", name_of(store, i->requester),
	                 "target", name_of(store, i->target), "hops", i->hops, "worth", i->worth,
	                 "chance", i->chance, "opened_at", (json_int_t)i->opened_at, "deadline_at",
	                 (json_int_t)i->deadline_at, "ended_at", (json_int_t)i->ended_at);
}

static int list(struct cli *cli)
{
	struct store *store;
	struct intro *intros;
	if (!cli_words(cli, 0, 0, "intro list [--json]"))
		return EX_USAGE;
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	size_t count = intro_list(store, 0, &intros);
	json_t *array = json_array();
	struct table table = { .columns = 7,
		               .right = { true, false, false, false, false, true },
		               .heads = { "id", "reference", "state", "requester", "target",
		                          "chance", "opened" } };
	for (size_t n = 0; n < count; n++) {
		const struct intro *i = &intros[n];
		char id[24], chance[12], opened[20];
		json_array_append_new(array, as_json(store, i));
		snprintf(id, sizeof id, "%lld", (long long)i->id);
		snprintf(chance, sizeof chance, "%.2f", i->chance);
		table_add(&table,
		          (const char *[]){ id, i->reference, intro_state_name(i->state),
		                            name_of(store, i->requester), name_of(store, i->target),
		                            chance, cli_time(cli->gateway, i->opened_at, opened) });
	}
	if (cli->json) {
		cli_print_json(json_incref(array));
	} else {
		table_print(&table);
	}
	json_decref(array);
	return cli_store_end(&store, false);
}

static struct intro *find(struct store *store, const char *word)
{
	char *end;
	long long id = strtoll(word, &end, 10);
	struct intro *intro = *end == '\0' ? intro_get(store, id) : intro_by_reference(store, word);
	if (intro == NULL)
		cli_fail(EX_NOINPUT, "no introduction '%s'; 'passerelle intro list' shows them all",
		         word);
	return intro;
}

static json_t *story_json(struct store *store, const struct intro *intro)
{
	struct event *events;
	struct ask *asks;
	json_t *value = as_json(store, intro), *story = json_array(), *asked = json_array();
	size_t count = event_list(store, intro->id, &events);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(story,
		                      json_pack("{s:I, s:s, s:s, s:s?}", "at",
		                                (json_int_t)events[i].at, "what", events[i].what,
		                                "member", name_of(store, events[i].member), "state",
		                                events[i].state));
	count = ask_list(store, intro->id, &asks);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(asked,
		                      json_pack("{s:s, s:s, s:s, s:i, s:s, s:I}", "kind",
		                                ask_kind_name(asks[i].kind), "member",
		                                name_of(store, asks[i].member), "next",
		                                name_of(store, asks[i].next), "hop", asks[i].hop,
		                                "state", ask_state_name(asks[i].state), "due_at",
		                                (json_int_t)asks[i].due_at));
	json_object_set_new(value, "story", story);
	json_object_set_new(value, "asks", asked);
	return value;
}

/* "2026-06-09 14:03  asked     Karim Benali, to pass it to Bernard Petit" */
static void print_event(struct cli *cli, struct store *store, const struct event *e,
                        const char *state_before)
{
	char at[20];
	bool asked = strcmp(e->what, "asked") == 0;
	struct ask *ask = asked && e->ask != 0 ? ask_get(store, e->ask) : NULL;
	bool ends = intro_state_find(e->state) >= INTRO_INTRODUCED &&
	            (state_before == NULL || strcmp(state_before, e->state) != 0);
	printf("  %s  %-9s %s", cli_time(cli->gateway, e->at, at), e->what,
	       name_of(store, e->member));
	if (ask != NULL && ask->kind == ASK_TARGET)
		printf(", the target");
	else if (ask != NULL && ask->next != 0)
		printf(", %sto pass it to %s", ask->kind == ASK_INSTEAD ? "this time " : "",
		       name_of(store, ask->next));
	printf("%s%s\n", ends ? ": " : "", ends ? e->state : "");
}

static void print_story(struct cli *cli, struct store *store, const struct intro *intro)
{
	char at[20];
	struct event *events;
	struct ask *asks;
	printf("introduction %lld (%s): %s -> %s, %s\n", (long long)intro->id, intro->reference,
	       name_of(store, intro->requester), name_of(store, intro->target),
	       intro_state_name(intro->state));
	printf("%d hops, worth %.3f, chance %.2f, until %s\n\n", intro->hops, intro->worth,
	       intro->chance, cli_time(cli->gateway, intro->deadline_at, at));
	size_t count = event_list(store, intro->id, &events);
	for (size_t i = 0; i < count; i++)
		print_event(cli, store, &events[i], i > 0 ? events[i - 1].state : NULL);
	count = ask_list(store, intro->id, &asks);
	for (size_t i = 0; i < count; i++)
		if ((asks[i].state == ASK_OPEN || asks[i].state == ASK_POSTPONED) &&
		    asks[i].due_at != 0)
			printf("\nwaits for %s (hop %d); next step %s\n",
			       name_of(store, asks[i].member), asks[i].hop,
			       cli_time(cli->gateway, asks[i].due_at, at));
}

static int show(struct cli *cli)
{
	struct store *store;
	if (!cli_words(cli, 1, 1, "intro show N|REFERENCE [--json]"))
		return EX_USAGE;
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	struct intro *intro = find(store, cli->argv[0]);
	if (intro != NULL && cli->json)
		cli_print_json(story_json(store, intro));
	else if (intro != NULL)
		print_story(cli, store, intro);
	code = cli_store_end(&store, false);
	return intro == NULL ? EX_NOINPUT : code;
}

static int withdraw(struct cli *cli)
{
	struct store *store;
	if (!cli_words(cli, 1, 1, "intro withdraw N|REFERENCE"))
		return EX_USAGE;
	int code = cli_store_write(cli, &store);
	if (code != EX_OK)
		return code;
	struct intro *intro = find(store, cli->argv[0]);
	struct catalog *catalog =
		catalog_new(cli->gateway->templates, (const char *const *)cli->gateway->languages,
	                    cli->gateway->language_count, NULL, NULL);
	struct turn turn = { .store = store,
		             .gateway = cli->gateway,
		             .catalog = catalog,
		             .now_at = time(NULL),
		             .random = token_system };
	code = intro == NULL ? EX_NOINPUT : EX_OK;
	if (code == EX_OK && turn_withdraw(&turn, intro->id) != RC_OK)
		code = cli_fail(EX_DATAERR, "introduction %s has ended already", intro->reference);
	turn_end(&turn);
	catalog_free(&catalog);
	int end = cli_store_end(&store, code == EX_OK);
	return code == EX_OK ? end : code;
}

int cli_intro(struct cli *cli)
{
	const char *verb = cli->argc > 0 ? cli->argv[0] : "";
	cli->argc -= cli->argc > 0;
	cli->argv++;
	if (strcmp(verb, "list") == 0)
		return list(cli);
	if (strcmp(verb, "show") == 0)
		return show(cli);
	if (strcmp(verb, "withdraw") == 0)
		return withdraw(cli);
	return cli_fail(EX_USAGE, "usage: passerelle intro list|show N|withdraw N");
}
