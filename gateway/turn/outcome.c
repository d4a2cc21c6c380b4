/* What became of an introduction: both are asked some days later, once more at
 * most; trust learns along the chain, and those on it hear that the two have met. */
#include "base/log.h"
#include "base/when.h"
#include "core/outcome.h"
#include "store/outcomes.h"
#include "turn/inside.h"

#define REMIND_S  (7 * (int64_t)WHEN_DAY_S)
#define NOT_YET_S (21 * (int64_t)WHEN_DAY_S)

/* Noon of their first working day from `at` on. */
static int64_t workday_from(struct turn *turn, int64_t member, int64_t at)
{
	struct calendar calendar = calendar_of(turn, member);
	return calendar_workdays(&calendar, at - WHEN_DAY_S, 1);
}

void outcome_plan(struct turn *turn, const struct intro *intro)
{
	const int64_t both[] = { intro->requester, intro->target };
	if (turn->gateway->outcome_s == 0)
		return;
	for (int i = 0; i < 2; i++) {
		struct token token;
		int64_t at = turn->now_at + turn->gateway->outcome_s;
		struct ask ask = { .kind = ASK_OUTCOME,
			           .intro = intro->id,
			           .member = both[i],
			           .next = both[1 - i],
			           .token = fresh_token(turn, &token),
			           .state = ASK_POSTPONED,
			           .asked_at = turn->now_at,
			           .due_at = workday_from(turn, both[i], at) };
		ask_add(turn->store, &ask);
	}
}

static void write_to(struct turn *turn, const struct intro *intro, const struct ask *ask,
                     const char *message, const struct message *re, json_t *values)
{
	struct letter letter = { .message = message,
		                 .member = ask->member,
		                 .intro = intro,
		                 .token = ask->token,
		                 .re = re,
		                 .values = values };
	json_object_set_new(values, "requester", value_person(turn, intro->requester));
	json_object_set_new(values, "target", value_person(turn, intro->target));
	json_object_set_new(values, "other", value_person(turn, ask->next));
	json_object_set_new(values, "since", value_date(turn, ask->member, intro->ended_at));
	letter_write(turn, &letter);
}

static void tell_relays(struct turn *turn, const struct intro *intro, struct ask *const *relays,
                        size_t count)
{
	for (size_t i = count; i-- > 0;) {
		struct letter letter = {
			.message = "outcome_told",
			.member = relays[i]->member,
			.intro = intro,
			.token = relays[i]->token,
			.values = json_pack("{s:o, s:o}", "requester",
			                    value_person(turn, intro->requester), "target",
			                    value_person(turn, intro->target)),
		};
		letter_write(turn, &letter);
	}
}

/* Each link of the chain carried it: the requester's to the first, ... to the target. */
static void learn(struct turn *turn, const struct intro *intro, struct ask *const *relays,
                  size_t count, enum trust_event event)
{
	int64_t to = intro->target;
	for (size_t i = 0; i <= count; i++) {
		int64_t from = i < count ? relays[i]->member : intro->requester;
		link_learn(turn->store, from, to, event, turn->now_at);
		to = from;
	}
}

/* Once neither of the two will say any more. */
static void settle(struct turn *turn, const struct intro *intro)
{
	enum outcome outcome = OUTCOME_UNCLEAR;
	struct ask *asks, *target = NULL, *relays[ROUTE_MOST_HOPS];
	size_t count = ask_list(turn->store, intro->id, &asks);
	for (size_t i = 0; i < count; i++) {
		if (asks[i].kind == ASK_TARGET && asks[i].state == ASK_ACCEPTED)
			target = &asks[i];
		if (asks[i].kind != ASK_OUTCOME)
			continue;
		if (asks[i].state == ASK_OPEN || asks[i].state == ASK_POSTPONED)
			return;
		outcome = outcome_of_both(outcome, outcome_find(asks[i].payload));
	}
	if (intro_outcome_set(turn->store, intro->id, outcome) != RC_OK || target == NULL)
		return;
	step_event_log(turn, intro, NULL, outcome == OUTCOME_UNCLEAR ? "outcome unknown"
	                                                              : outcome_name(outcome));
	count = trail_of(turn, target, relays);
	if (outcome == OUTCOME_USEFUL || outcome == OUTCOME_USELESS)
		learn(turn, intro, relays, count,
		      outcome == OUTCOME_USEFUL ? TRUST_USEFUL : TRUST_USELESS);
	if (outcome == OUTCOME_USEFUL || outcome == OUTCOME_USELESS || outcome == OUTCOME_MET)
		tell_relays(turn, intro, relays, count);
}

void outcome_due(struct turn *turn, struct ask *ask)
{
	struct intro *intro = intro_get(turn->store, ask->intro);
	if (ask->state == ASK_OPEN && ask->reminders > 0) {
		ask_state_set(turn->store, ask->id, ASK_OPEN, ASK_SILENT, 0, 0);
		settle(turn, intro);
		return;
	}
	int64_t due_at = workday_from(turn, ask->member, turn->now_at + REMIND_S);
	bool again = ask->state == ASK_OPEN;
	if (again)
		ask_reminded(turn->store, ask->id, ask->reminders + 1, due_at);
	else
		ask_state_set(turn->store, ask->id, ASK_POSTPONED, ASK_OPEN, due_at, 0);
	write_to(turn, intro, ask, "outcome", NULL, json_pack("{s:b}", "again", again));
}

/* Asked again later: the reminder that was sent stays counted. */
static void postpone(struct turn *turn, const struct intro *intro, const struct ask *ask,
                     const struct message *m)
{
	int64_t due_at = workday_from(turn, ask->member, turn->now_at + NOT_YET_S);
	ask_state_set(turn->store, ask->id, ask->state, ASK_POSTPONED, due_at, turn->now_at);
	write_to(turn, intro, ask, "outcome_noted", m,
	         json_pack("{s:o}", "later", value_date(turn, ask->member, due_at)));
}

void outcome_take(struct turn *turn, struct ask *ask, const struct message *m)
{
	struct intro *intro = intro_get(turn->store, ask->intro);
	enum outcome outcome = outcome_read(m->words, m->subject);
	bool settled = intro->outcome != NULL;
	log_info("outcome intro=%lld ask=%lld %s", (long long)intro->id, (long long)ask->id,
	         outcome_name(outcome));
	if (outcome == OUTCOME_UNCLEAR) {
		write_to(turn, intro, ask, "outcome", m,
		         json_pack("{s:b, s:o}", "not_understood", 1, "said",
		                   value_lines(m->words, 600)));
	} else if (outcome == OUTCOME_NOT_YET && !settled) {
		postpone(turn, intro, ask, m);
	} else {
		ask_outcome_set(turn->store, ask->id, outcome, m->words);
		ask_state_set(turn->store, ask->id, ask->state, ASK_ACCEPTED, 0, turn->now_at);
		write_to(turn, intro, ask, "outcome_noted", m, json_object());
		if (!settled)
			settle(turn, intro);
	}
}
