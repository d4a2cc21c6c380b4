/* queue: what waits to be sent, and what was set aside on its way in. */
#include "cli/cli.h"

#include <stdio.h>

static json_t *waiting_json(const struct outbox *mails, size_t count)
{
	json_t *array = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(
			array, json_pack("{s:I, s:s, s:s, s:s, s:i, s:i, s:I, s:s?}", "id",
		                         (json_int_t)mails[i].id, "message", mails[i].message, "to",
		                         mails[i].address, "state",
		                         outbox_state_name(mails[i].state), "attempts",
		                         mails[i].attempts, "unknown", mails[i].unknown, "next_at",
		                         (json_int_t)mails[i].next_at, "reply", mails[i].reply));
	return array;
}

static json_t *aside_json(const struct inbox *mails, size_t count)
{
	json_t *array = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(array,
		                      json_pack("{s:I, s:s, s:s, s:s, s:s?}", "taken_at",
		                                (json_int_t)mails[i].taken_at, "source",
		                                mails[i].source, "name", mails[i].name, "state",
		                                mails[i].state, "why", mails[i].why));
	return array;
}

static void print_waiting(struct cli *cli, const struct outbox *mails, size_t count)
{
	struct table table = { .columns = 7,
		               .right = { true, false, false, false, true },
		               .heads = { "id", "message", "to", "state", "tries", "next",
		                          "last reply" } };
	for (size_t i = 0; i < count; i++) {
		char id[24], tries[12], at[20];
		snprintf(id, sizeof id, "%lld", (long long)mails[i].id);
		snprintf(tries, sizeof tries, "%d", mails[i].attempts);
		table_add(&table, (const char *[]){ id, mails[i].message, mails[i].address,
		                                    outbox_state_name(mails[i].state), tries,
		                                    cli_time(cli->gateway, mails[i].next_at, at),
		                                    mails[i].reply });
	}
	table_print(&table);
}

static void print_aside(struct cli *cli, const struct inbox *mails, size_t count)
{
	struct table table = { .columns = 4, .heads = { "taken", "state", "mail", "why" } };
	for (size_t i = 0; i < count; i++) {
		char at[20], mail[200];
		snprintf(mail, sizeof mail, "%s %s", mails[i].source, mails[i].name);
		table_add(&table, (const char *[]){ cli_time(cli->gateway, mails[i].taken_at, at),
		                                    mails[i].state, mail, mails[i].why });
	}
	table_print(&table);
}

int cli_queue(struct cli *cli)
{
	struct store *store;
	struct outbox *waiting;
	struct inbox *aside;
	if (!cli_words(cli, 0, 0, "queue [--json]"))
		return EX_USAGE;
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	size_t waits = outbox_list(store, true, 1000, &waiting),
	       asides = inbox_set_aside(store, &aside);
	if (cli->json) {
		cli_print_json(json_pack("{s:o, s:o}", "waiting", waiting_json(waiting, waits),
		                         "set_aside", aside_json(aside, asides)));
	} else {
		if (waits > 0)
			print_waiting(cli, waiting, waits);
		else
			puts("nothing waits to be sent");
		if (asides > 0) {
			puts("\nset aside on the way in:");
			print_aside(cli, aside, asides);
		}
	}
	return cli_store_end(&store, false);
}
