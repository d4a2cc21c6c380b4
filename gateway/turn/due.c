/* What happens because a time has come, or an admin says so. */
#include "store/rules.h"
#include "turn/command.h"

/* An ask that belongs to no introduction. */
static void take_other(struct turn *turn, struct ask *ask)
{
	if (ask->kind == ASK_INVITE)
		invite_due(turn, ask);
	else if (ask->kind == ASK_JOIN)
		join_due(turn, ask);
	else
		ask_state_set(turn->store, ask->id, ask->state, ASK_SILENT, 0, 0);
}

size_t turn_due(struct turn *turn, size_t most)
{
	int64_t *ids;
	size_t done = rules_pauses_over(turn->store, turn->now_at);
	size_t count = ask_due(turn->store, turn->now_at, most, &ids);
	for (size_t i = 0; i < count; i++) {
		struct ask *ask = ask_get(turn->store, ids[i]);
		struct intro *intro = ask != NULL ? intro_get(turn->store, ask->intro) : NULL;
		if (ask != NULL && ask->intro == 0)
			take_other(turn, ask);
		if (intro == NULL)
			continue;
		struct step step = { .event = EV_DUE, .ask = ask };
		if (ask->kind == ASK_OUTCOME)
			outcome_due(turn, ask);
		else if (ask->kind == ASK_APPROVE)
			approve_due(turn, ask);
		else if (intro->state == INTRO_ASKING)
			step_take(turn, intro, &step);
		else
			ask_state_set(turn->store, ask->id, ask->state, ASK_MOOT, 0, 0);
	}
	done += count;
	count = intro_due(turn->store, turn->now_at, most, &ids);
	for (size_t i = 0; i < count; i++) {
		struct intro *intro = intro_get(turn->store, ids[i]);
		struct step step = { .event = intro->deadline_at <= turn->now_at ? EV_DEADLINE
			                                                         : EV_PROGRESS };
		if (intro->state == INTRO_ASKING)
			step_take(turn, intro, &step);
	}
	return done + count;
}

int64_t turn_next_at(struct turn *turn)
{
	return store_next_due(turn->store);
}

enum rc turn_withdraw(struct turn *turn, int64_t id)
{
	struct intro *intro = intro_get(turn->store, id);
	if (intro == NULL || (intro->state != INTRO_ASKING && intro->state != INTRO_ROUTING))
		return RC_NONE;
	struct step step = { .event = EV_WITHDRAW };
	step_take(turn, intro, &step);
	return RC_OK;
}
