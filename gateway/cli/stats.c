/* stats: how many introductions arrive, by which way and for what, and how people answer. */
#include "base/when.h"
#include "cli/cli.h"
#include "core/interval.h"
#include "store/outcomes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What has ended by itself counts: open ones may still arrive, withdrawn ones were stopped. */
static int64_t ended(const struct outcome_count *c)
{
	return c->introduced + c->failed;
}

static int64_t told(const struct outcome_count *c)
{
	return c->met + c->not_met;
}

static json_t *share_json(int64_t hits, int64_t cases)
{
	struct interval i = interval_of(hits, cases);
	return json_pack("{s:I, s:I, s:f, s:f, s:f}", "hits", (json_int_t)hits, "cases",
	                 (json_int_t)cases, "share", i.share, "low", i.low, "high", i.high);
}

static json_t *counts_json(const struct outcome_count *counts, size_t count)
{
	json_t *all = json_object();
	for (size_t i = 0; i < count; i++) {
		const struct outcome_count *c = &counts[i];
		json_t *row = json_pack("{s:I, s:I, s:I, s:I, s:I}", "opened",
		                        (json_int_t)c->opened, "open", (json_int_t)c->open,
		                        "introduced", (json_int_t)c->introduced, "failed",
		                        (json_int_t)c->failed, "withdrawn",
		                        (json_int_t)c->withdrawn);
		json_object_set_new(row, "arrived", share_json(c->introduced, ended(c)));
		json_object_set_new(row, "met", share_json(c->met, told(c)));
		json_object_set_new(row, "useful", share_json(c->useful, c->useful + c->useless));
		json_object_set_new(all, c->group, row);
	}
	return all;
}

static json_t *answers_json(const struct answer_count *a)
{
	json_t *row = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "asked",
	                        (json_int_t)a->asked, "declined", (json_int_t)a->declined,
	                        "postponed", (json_int_t)a->postponed, "silent",
	                        (json_int_t)a->silent, "bounced", (json_int_t)a->bounced, "open",
	                        (json_int_t)a->open, "accepted_after_reminder",
	                        (json_int_t)a->reminded, "seconds_to_accept",
	                        (json_int_t)a->seconds);
	json_object_set_new(row, "accepted", share_json(a->accepted, a->asked - a->open));
	return row;
}

#define SHARE_ROOM 48

/* "7 of 10, 70 % (40-89)" */
static const char *share_text(int64_t hits, int64_t cases, char room[SHARE_ROOM])
{
	struct interval i = interval_of(hits, cases);
	if (cases == 0)
		return NULL;
	snprintf(room, SHARE_ROOM, "%lld of %lld, %.0f %% (%.0f-%.0f)", (long long)hits,
	         (long long)cases, 100 * i.share, 100 * i.low, 100 * i.high);
	return room;
}

static void print_counts(const char *head, const struct outcome_count *counts, size_t count)
{
	struct table table = { .columns = 7,
		               .right = { false, true, true, true },
		               .heads = { head, "asked", "open", "withdrawn", "arrived", "met",
		                          "useful" } };
	for (size_t i = 0; i < count; i++) {
		const struct outcome_count *c = &counts[i];
		char opened[24], open[24], withdrawn[24], rooms[3][SHARE_ROOM];
		snprintf(opened, sizeof opened, "%lld", (long long)c->opened);
		snprintf(open, sizeof open, "%lld", (long long)c->open);
		snprintf(withdrawn, sizeof withdrawn, "%lld", (long long)c->withdrawn);
		table_add(&table, (const char *[]){ c->group, opened, open, withdrawn,
		                                    share_text(c->introduced, ended(c), rooms[0]),
		                                    share_text(c->met, told(c), rooms[1]),
		                                    share_text(c->useful, c->useful + c->useless,
		                                               rooms[2]) });
	}
	table_print(&table);
}

static void print_answers(const struct answer_count answers[2])
{
	static const char *const names[] = { "relays", "targets" };
	struct table table = { .columns = 6,
		               .right = { false, true, true, true },
		               .heads = { "answers of", "asked", "silent", "bounced", "accepted",
		                          "days to a yes" } };
	for (int i = 0; i < 2; i++) {
		const struct answer_count *a = &answers[i];
		char asked[24], silent[24], bounced[24], days[24], room[SHARE_ROOM];
		snprintf(asked, sizeof asked, "%lld", (long long)a->asked);
		snprintf(silent, sizeof silent, "%lld", (long long)a->silent);
		snprintf(bounced, sizeof bounced, "%lld", (long long)a->bounced);
		snprintf(days, sizeof days, "%.1f", (double)a->seconds / WHEN_DAY_S);
		table_add(&table, (const char *[]){
					  names[i], asked, silent, bounced,
					  share_text(a->accepted, a->asked - a->open, room),
					  a->accepted > 0 ? days : NULL });
	}
	table_print(&table);
}

/* "2026-01-31" or "90d"; -1: neither. */
static int64_t since(const struct conf_gateway *gateway, const char *text)
{
	int year, month, day;
	if (text == NULL)
		return 0;
	if (when_parse_date(text, &year, &month, &day) == 0)
		return when_hour(year, month, day, 0, gateway->zone);
	int64_t duration = conf_duration(text);
	return duration < 0 ? -1 : (int64_t)time(NULL) - duration;
}

int cli_stats(struct cli *cli)
{
	struct store *store = NULL;
	struct outcome_count *ways, *purposes;
	struct answer_count answers[2];
	const char *text = cli_option(cli, "--since");
	int64_t since_at = since(cli->gateway, text);
	if (!cli_words(cli, 0, 0, "stats [--since 2026-01-01 | 90d] [--json]"))
		return EX_USAGE;
	if (since_at < 0)
		return cli_fail(EX_USAGE, "--since %s: write a day, 2026-01-31, or 90d", text);
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	size_t way_count = outcome_counts_by_way(store, since_at, &ways);
	size_t purpose_count = outcome_counts_by_purpose(store, since_at, &purposes);
	for (int i = 0; i < 2; i++)
		answer_counts(store, since_at, i == 1, &answers[i]);
	if (cli->json) {
		cli_print_json(json_pack("{s:o, s:o, s:o, s:o}", "ways",
		                         counts_json(ways, way_count), "purposes",
		                         counts_json(purposes, purpose_count), "relays",
		                         answers_json(&answers[0]), "targets",
		                         answers_json(&answers[1])));
	} else if (way_count == 0) {
		puts("no introductions yet");
	} else {
		print_counts("way", ways, way_count);
		putchar('\n');
		print_counts("purpose", purposes, purpose_count);
		putchar('\n');
		print_answers(answers);
		puts("\nShares with Wilson's interval at 95 %, of what has ended or was answered.");
	}
	return cli_store_end(&store, false);
}
