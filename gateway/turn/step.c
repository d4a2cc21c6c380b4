/* An event of an introduction: the core decides, this carries it out. */
#include "base/log.h"
#include "base/when.h"
#include "turn/inside.h"

#include <string.h>

#define SOON_S (15 * (int64_t)WHEN_DAY_S) /* a postponement worth waiting for */

void step_event_log(struct turn *turn, const struct intro *intro, const struct ask *ask,
                    const char *what)
{
	struct event event = {
		.at = turn->now_at,
		.intro = intro->id,
		.ask = ask != NULL ? ask->id : 0,
		.member = ask != NULL ? ask->member : 0,
		.what = what,
		.state = intro_state_name(intro->state),
	};
	event_add(turn->store, &event);
	log_info("%s intro=%lld ask=%lld hop=%d state=%s", what, (long long)intro->id,
	         (long long)event.ask, ask != NULL ? ask->hop : 0, event.state);
}

int step_reminders(const struct conf_gateway *g)
{
	return (g->reminders[0] > 0) + (g->reminders[1] > 0);
}

int64_t step_due_at(struct turn *turn, const struct ask *ask)
{
	const struct conf_gateway *g = turn->gateway;
	int days =
		ask->reminders < step_reminders(g) ? g->reminders[ask->reminders] : g->reroute_days;
	struct calendar calendar = calendar_of(turn, ask->member);
	return calendar_workdays(&calendar, ask->asked_at, days);
}

int64_t step_ask_at(struct turn *turn, int64_t member)
{
	struct calendar calendar = calendar_of(turn, member);
	return calendar_waking(&calendar, turn->now_at);
}

static struct relay_facts facts_of(struct turn *turn, const struct intro *intro,
                                   const struct step *step)
{
	struct relay_facts facts = { .idle = true };
	struct ask *asks, *ask = step->ask;
	size_t count = ask_list(turn->store, intro->id, &asks);
	for (size_t i = 0; i < count; i++) {
		bool moving = asks[i].kind == ASK_RELAY || asks[i].kind == ASK_TARGET ||
		              asks[i].kind == ASK_INSTEAD;
		bool other = ask == NULL || asks[i].id != ask->id;
		if (moving && other && asks[i].state == ASK_OPEN)
			facts.idle = false;
		if (moving && asks[i].state == ASK_POSTPONED && asks[i].due_at != 0)
			facts.waits = true;
	}
	if (ask != NULL) {
		facts.at_target = ask->kind == ASK_TARGET;
		facts.may_remind = ask->reminders < step_reminders(turn->gateway);
	}
	int64_t at = step->date_at != 0 ? step->date_at : turn->now_at;
	facts.soon = at - turn->now_at <= SOON_S;
	facts.in_time = at < intro->deadline_at;
	return facts;
}

/* What an answer, or none, tells of the link it was asked over: who handed it on
 * to who was asked. A second question to the same person tells nothing new. */
static void learn(struct turn *turn, const struct intro *intro, const struct step *step,
                  enum ask_state to)
{
	const struct ask *ask = step->ask;
	if (ask->kind != ASK_RELAY && ask->kind != ASK_TARGET)
		return;
	struct ask *parent = ask->parent != 0 ? ask_get(turn->store, ask->parent) : NULL;
	int64_t holder = parent != NULL ? parent->member : intro->requester;
	bool stranger = step->verdict != NULL && step->verdict->kind == VERDICT_WRONG_PERSON;
	if (to == ASK_ACCEPTED)
		link_learn(turn->store, holder, ask->member, TRUST_ACCEPTED, turn->now_at);
	else if (to == ASK_DECLINED)
		link_learn(turn->store, holder, ask->member,
		           stranger ? TRUST_NEITHER : TRUST_DECLINED, turn->now_at);
	else if (to == ASK_SILENT)
		link_learn(turn->store, holder, ask->member, TRUST_SILENT, turn->now_at);
}

static void set_states(struct turn *turn, struct intro *intro, const struct step *step,
                       const struct relay_step *decided)
{
	bool ends = decided->intro == INTRO_INTRODUCED || decided->intro == INTRO_FAILED ||
	            decided->intro == INTRO_WITHDRAWN;
	if (decided->intro != intro->state) {
		intro->state = decided->intro;
		intro_state_set(turn->store, intro->id, intro->state, ends ? turn->now_at : 0);
	}
	if (decided->ask == ASK_NONE || step->ask == NULL)
		return;
	int64_t due_at = 0;
	if (decided->ask == ASK_POSTPONED && step->date_at < intro->deadline_at)
		due_at = step->date_at;
	int64_t answered_at = step->re != NULL ? turn->now_at : 0;
	ask_state_set(turn->store, step->ask->id, step->ask->state, decided->ask, due_at,
	              answered_at);
	step->ask->state = decided->ask;
	learn(turn, intro, step, decided->ask);
	if (step->verdict != NULL) {
		bool keeps = step->ask->kind == ASK_INSTEAD && step->verdict->word[0] == '\0';
		const char *word = keeps ? step->ask->word : step->verdict->word;
		ask_answer_set(turn->store, step->ask->id, word,
		               step->text != NULL ? step->text : "", step->verdict->any,
		               step->verdict->unnamed);
		if (step->suggested != 0 && decided->ask == ASK_ACCEPTED)
			ask_suggests(turn->store, step->ask->id, step->suggested);
	}
}

static void take(struct turn *turn, struct intro *intro, struct step step, struct way way)
{
	bool first = true;
	/* An answer may need a way, and the way one more step: never more than that. */
	for (bool more = true; more; first = false) {
		struct relay_facts facts = facts_of(turn, intro, &step);
		facts.needs_consent = way.needs_consent;
		enum ask_state ask = step.ask != NULL ? step.ask->state : ASK_NONE;
		struct relay_step decided = relay_decide(intro->state, ask, step.event, &facts);
		set_states(turn, intro, &step, &decided);
		if (step.event != EV_WAY)
			step_event_log(turn, intro, step.ask, relay_event_name(step.event));
		if (first)
			act_note(turn, intro, &step, decided.action);
		act_do(turn, intro, &step, decided.action, &way);
		more = decided.action == ACT_FIND_WAY || decided.action == ACT_FIND_NEXT;
		if (more) {
			enum rc rc = RC_OK;
			if (step.suggested != 0 && decided.action == ACT_FIND_NEXT)
				way = (struct way){ .from = step.ask->member,
					            .next = step.suggested,
					            .parent = step.ask->id,
					            .hop = step.ask->hop + 1 };
			else if (decided.action == ACT_FIND_NEXT)
				rc = way_next(turn, intro, step.ask, &way);
			else
				rc = way_find(turn, intro, &way);
			step = (struct step){ .event = rc == RC_OK ? EV_WAY : EV_NO_WAY };
		}
	}
}

void step_take(struct turn *turn, struct intro *intro, const struct step *step)
{
	take(turn, intro, *step, (struct way){ 0 });
}

void step_open(struct turn *turn, struct intro *intro)
{
	struct way way = { .from = intro->requester, .next = intro->target, .hop = 1 };
	enum rc rc = intro->direct ? RC_OK : way_find(turn, intro, &way);
	take(turn, intro, (struct step){ .event = rc == RC_OK ? EV_WAY : EV_NO_WAY }, way);
}
