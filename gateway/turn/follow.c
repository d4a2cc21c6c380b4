/* Commands about what is under way: STATUS, WITHDRAW, HELP, STOP. */
#include "store/joining.h"
#include "turn/command.h"

#include <string.h>

struct command_told command_status(const struct command_run *run, const struct command *c)
{
	(void)c;
	return (struct command_told){ .message = "status",
		                      .values = open_status(run->turn, run->sender->id) };
}

/* The last open introduction, when WITHDRAW names none and there is only one. */
static struct intro *only_open(struct turn *turn, int64_t requester)
{
	struct intro *intros, *only = NULL;
	size_t count = intro_list(turn->store, requester, &intros);
	for (size_t i = 0; i < count; i++) {
		if (intros[i].state != INTRO_ASKING && !open_untold(turn, &intros[i]))
			continue;
		if (only != NULL)
			return NULL;
		only = &intros[i];
	}
	return only;
}

struct command_told command_withdraw(const struct command_run *run, const struct command *c)
{
	struct turn *turn = run->turn;
	struct intro *intro = run->about;
	if (c->reference != NULL)
		intro = intro_by_reference(turn->store, c->reference);
	else if (intro == NULL)
		intro = only_open(turn, run->sender->id);
	bool open = intro != NULL && intro->requester == run->sender->id &&
	            (intro->state == INTRO_ASKING || intro->state == INTRO_ROUTING ||
	             open_untold(turn, intro));
	if (!open)
		return command_status(run, c);
	if (intro->state == INTRO_FAILED)
		intro->state = INTRO_ROUTING; /* failed, but not told yet: withdrawn, as far as
		                                 anybody sees */
	struct step step = { .event = EV_WITHDRAW, .re = run->m, .told = true };
	step_take(turn, intro, &step);
	return (struct command_told){ .message = "withdrawn",
		                      .values = json_pack("{s:o}", "target",
		                                          value_person(turn, intro->target)),
		                      .intro = intro };
}

struct command_told command_help(const struct command_run *run, const struct command *c)
{
	(void)run;
	(void)c;
	return (struct command_told){ .message = "help", .values = json_object() };
}

struct command_told command_stop(const struct command_run *run, const struct command *c)
{
	(void)c;
	member_state_set(run->turn->store, run->sender->id, MEMBER_STOPPED);
	stop_put(run->turn->store, run->m->from[0].address, run->turn->now_at);
	answer_stop_all(run->turn, run->sender->id, NULL);
	return (struct command_told){ .message = "noted",
		                      .values = json_pack("{s:b}", "stopped", 1) };
}
