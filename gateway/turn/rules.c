/* PAUSE, NEVER: when and by whom a member wants to be asked. */
#include "base/utf8.h"
#include "base/when.h"
#include "store/rules.h"
#include "turn/command.h"

#include <stdlib.h>
#include <string.h>

struct command_told command_pause(const struct command_run *run, const struct command *c)
{
	struct turn *turn = run->turn;
	int year, month, day;
	int64_t until_at = 0;
	if (c->date != NULL && when_parse_date(c->date, &year, &month, &day) == 0)
		until_at = when_noon(year, month, day, zone_of(turn, run->sender->id));
	if (until_at != 0 && until_at <= turn->now_at)
		return (struct command_told){ .message = "pause",
			                      .values = json_pack("{s:b}", "past", 1) };
	if (run->sender->state != MEMBER_MEMBER && run->sender->state != MEMBER_PAUSED)
		return (struct command_told){ .message = "pause",
			                      .values = json_pack("{s:b}", "no_member", 1) };
	rules_pause(turn->store, run->sender->id, until_at);
	answer_stop_all(turn, run->sender->id, NULL); /* what waits with them goes another way */
	json_t *until = until_at != 0 ? value_date(turn, run->sender->id, until_at) : json_null();
	return (struct command_told){ .message = "pause",
		                      .values = json_pack("{s:{s:o}}", "paused", "until", until) };
}

struct command_told command_resume(const struct command_run *run, const struct command *c)
{
	(void)c;
	rules_resume(run->turn->store, run->sender->id);
	return (struct command_told){ .message = "pause",
		                      .values = json_pack("{s:b}", "resumed", 1) };
}

static json_t *blocked(const struct command_run *run)
{
	struct block *blocks;
	json_t *list = json_array();
	size_t count = block_list(run->turn->store, run->sender->id, &blocks);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(blocks[i].written));
	return list;
}

/* Asks about an introduction of theirs that wait go another way. */
static void decline_of(const struct command_run *run, int64_t other)
{
	struct ask *asks;
	size_t count = ask_open_of(run->turn->store, run->sender->id, &asks);
	for (size_t i = 0; i < count; i++) {
		struct intro *intro = intro_get(run->turn->store, asks[i].intro);
		struct step step = { .event = EV_DECLINE, .ask = &asks[i] };
		bool meets = intro != NULL && (intro->requester == other || intro->target == other);
		if (meets && intro->state == INTRO_ASKING)
			step_take(run->turn, intro, &step);
	}
}

static struct member *person_named(const struct command_run *run, const struct command *c)
{
	struct member *found = NULL;
	if (c->address != NULL)
		return member_by_address(run->turn->store, c->address);
	if (c->name == NULL || member_find(run->turn->store, c->name, c->firm, 2, &found) != 1)
		return NULL;
	char *wanted = utf8_fold(c->name), *theirs = utf8_fold(found->name);
	bool same = strcmp(wanted, theirs) == 0;
	free(wanted);
	free(theirs);
	return same ? found : NULL;
}

/* A person by address or whole name, or everybody of a firm. The answer shows what
 * was written and nothing else: whether somebody of that name is here stays unsaid. */
struct command_told command_never(const struct command_run *run, const struct command *c)
{
	struct member *found = person_named(run, c);
	const char *written = c->rest;
	if (found != NULL && found->id != run->sender->id) {
		block_add(run->turn->store, run->sender->id, found->id, written);
		decline_of(run, found->id);
	} else if (written[0] != '\0') {
		block_add(run->turn->store, run->sender->id, 0,
		          c->address != NULL ? c->address : written);
	}
	return (struct command_told){ .message = "never",
		                      .values = json_pack("{s:s, s:o}", "whom", written, "blocked",
		                                          blocked(run)) };
}
