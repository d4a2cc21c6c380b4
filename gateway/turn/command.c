#include "turn/command.h"

#include "base/log.h"

#include <string.h>

static const command_handler handlers[COMMAND_VERBS] = {
	[COMMAND_JOIN] = command_join,
	[COMMAND_INVITE] = command_invite,
	[COMMAND_PROFILE] = command_profile,
	[COMMAND_SEARCH] = command_search,
	[COMMAND_ROUTE] = command_route,
	[COMMAND_TRUST] = command_trust,
	[COMMAND_RECOMMEND] = command_recommend,
	[COMMAND_CONTACTS] = command_contacts,
	[COMMAND_HUB] = command_hub,
	[COMMAND_RULES] = command_rules,
	[COMMAND_LANGUAGE] = command_language,
	[COMMAND_PAUSE] = command_pause,
	[COMMAND_RESUME] = command_resume,
	[COMMAND_NEVER] = command_never,
	[COMMAND_ADDRESS] = command_address,
	[COMMAND_STATUS] = command_status,
	[COMMAND_WITHDRAW] = command_withdraw,
	[COMMAND_EXPORT] = command_export,
	[COMMAND_FORGET] = command_forget,
	[COMMAND_HELP] = command_help,
	[COMMAND_STOP] = command_stop,
};

/* What somebody may do who is no member: come in, go, and what is about them alone. */
static bool for_all(enum command_verb verb)
{
	static const enum command_verb verbs[] = { COMMAND_JOIN, COMMAND_STOP, COMMAND_FORGET,
		                                   COMMAND_EXPORT, COMMAND_LANGUAGE, COMMAND_NEVER,
		                                   COMMAND_STATUS, COMMAND_WITHDRAW };
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (verbs[i] == verb)
			return true;
	return false;
}

static struct command_told carry_out(const struct command_run *run, const struct command *c)
{
	log_info("command inbox=%lld member=%lld %s", (long long)run->mail->id,
	         (long long)run->sender->id, command_verb_name(c->verb));
	bool member = run->sender->state == MEMBER_MEMBER || run->sender->state == MEMBER_PAUSED;
	if (!member && !for_all(c->verb))
		return (struct command_told){ .message = "nomember", .values = json_object() };
	return handlers[c->verb](run, c);
}

static void write_letter(const struct command_run *run, const struct command_told *told)
{
	struct letter letter = { .message = told->message,
		                 .member = run->sender->id,
		                 .intro = told->intro,
		                 .token = told->token,
		                 .files = told->files,
		                 .re = run->m,
		                 .values = told->values };
	letter_write(run->turn, &letter);
}

/* One item of the transcript: the line, and below it what came of it. */
static json_t *item_of(const struct command *c, struct command_told *told)
{
	json_t *item = json_pack("{s:s}", "line", c->line);
	if (told->message == NULL)
		json_object_set_new(item, "elsewhere", json_true());
	else
		json_object_set_new(item, told->message,
		                    told->values != NULL ? told->values : json_object());
	return item;
}

/* One mail for all. It can carry one ask and its files: the last. */
static void write_transcript(const struct command_run *run, const struct command_list *list)
{
	struct command_told whole = { .message = "transcript" };
	json_t *items = json_array();
	bool unknown = false;
	for (size_t i = 0; i < list->count; i++) {
		const struct command *c = &list->commands[i];
		if (c->verb == COMMAND_UNKNOWN) {
			unknown = true;
			json_array_append_new(items, json_pack("{s:s, s:b}", "line", c->line,
			                                       "unknown", 1));
			continue;
		}
		struct command_told told = carry_out(run, c);
		json_array_append_new(items, item_of(c, &told));
		whole.token = told.token != NULL ? told.token : whole.token;
		whole.files = told.files != NULL ? told.files : whole.files;
	}
	whole.values = json_pack("{s:o, s:b, s:b}", "items", items, "unknown_lines", unknown,
	                         "broken_off", list->broken_off);
	write_letter(run, &whole);
}

void command_take(const struct command_run *run, const struct command_list *list)
{
	/* Who leaves, leaves: nothing before or after it is done on the way out. */
	const struct command *only = command_list_find(list, COMMAND_STOP);
	if (only == NULL)
		only = command_list_find(list, COMMAND_FORGET);
	if (only == NULL && list->count == 1)
		only = &list->commands[0];
	if (only == NULL) {
		write_transcript(run, list);
		return;
	}
	struct command_told told = carry_out(run, only);
	if (told.message != NULL)
		write_letter(run, &told);
}
