/* An event of an introduction: the core decides, this carries it out. */
#include "base/log.h"
#include "base/when.h"
#include "turn/inside.h"

#include <string.h>

#define CATCH_UP_DAYS 2
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

static int reminders_of(const struct conf_gateway *g)
{
	return (g->reminders[0] > 0) + (g->reminders[1] > 0);
}

int64_t step_due_at(struct turn *turn, const struct ask *ask)
{
	const struct conf_gateway *g = turn->gateway;
	int days =
		ask->reminders < reminders_of(g) ? g->reminders[ask->reminders] : g->reroute_days;
	return when_workdays(ask->asked_at, days, zone_of(turn, ask->member));
}

static void send_ask(struct turn *turn, struct intro *intro, struct ask *ask, const char *message)
{
	struct letter letter = { .message = message,
		                 .member = ask->member,
		                 .intro = intro,
		                 .ask = ask->id,
		                 .token = ask->token,
		                 .values = value_ask(turn, intro, ask) };
	letter_write(turn, &letter);
}

static const char *ask_message(const struct ask *ask)
{
	return ask->kind == ASK_TARGET    ? "ask_target"
	       : ask->kind == ASK_INSTEAD ? "instead"
	                                  : "ask";
}

static void new_ask(struct turn *turn, struct intro *intro, struct ask *ask)
{
	struct token token;
	ask->intro = intro->id;
	ask->token = fresh_token(turn, &token);
	ask->state = ASK_OPEN;
	ask->asked_at = turn->now_at;
	ask->due_at = step_due_at(turn, ask);
	ask_add(turn->store, ask);
	send_ask(turn, intro, ask, ask_message(ask));
	step_event_log(turn, intro, ask, "asked");
}

static void ask_way(struct turn *turn, struct intro *intro, const struct way *way)
{
	struct ask ask = { .member = way->next, .parent = way->parent, .hop = way->hop };
	ask.kind = way->next == intro->target ? ASK_TARGET : ASK_RELAY;
	if (ask.kind == ASK_RELAY)
		ask.next = way_onward(turn, intro, way->next, way->hop);
	new_ask(turn, intro, &ask);
}

static void ask_instead(struct turn *turn, struct intro *intro, const struct way *way)
{
	struct ask *before = ask_get(turn->store, way->parent);
	struct ask ask = { .kind = ASK_INSTEAD, .member = way->from, .next = way->next,
		           .parent = before->parent, .hop = before->hop, .word = before->word };
	new_ask(turn, intro, &ask);
}

static void remind(struct turn *turn, struct intro *intro, struct ask *ask)
{
	ask->reminders++;
	int64_t due_at = step_due_at(turn, ask);
	if (due_at <= turn->now_at) /* the gateway was down: no two steps at once */
		due_at = when_workdays(turn->now_at, CATCH_UP_DAYS, zone_of(turn, ask->member));
	ask_reminded(turn->store, ask->id, ask->reminders, due_at);
	json_t *values = value_ask(turn, intro, ask);
	json_object_set_new(values, "last",
	                    json_boolean(ask->reminders == reminders_of(turn->gateway)));
	struct letter letter = { .message = "reminder",
		                 .member = ask->member,
		                 .intro = intro,
		                 .ask = ask->id,
		                 .token = ask->token,
		                 .values = values };
	letter_write(turn, &letter);
}

static void ask_again_now(struct turn *turn, struct intro *intro, struct ask *ask)
{
	ask->asked_at = turn->now_at;
	ask->reminders = 0;
	ask->due_at = step_due_at(turn, ask);
	ask_again(turn->store, ask->id, ask->asked_at, ask->due_at);
	send_ask(turn, intro, ask, ask_message(ask));
}

/* The relays of the chain that arrived at `last`, nearest first. */
static size_t chain_of(struct turn *turn, const struct ask *last,
                       struct ask *relays[ROUTE_MOST_HOPS])
{
	size_t count = 0;
	for (int64_t id = last->parent; id != 0 && count < ROUTE_MOST_HOPS;) {
		struct ask *ask = ask_get(turn->store, id);
		if (ask == NULL)
			break;
		relays[count++] = ask;
		id = ask->parent;
	}
	return count;
}

static void introduce(struct turn *turn, struct intro *intro, const struct ask *target)
{
	struct ask *relays[ROUTE_MOST_HOPS];
	size_t count = chain_of(turn, target, relays);
	enum conf_disclosure shown = turn->gateway->disclosure;
	json_t *trail = json_array();
	for (size_t i = count; i-- > 0;)
		if (shown == CONF_FULL || (shown == CONF_FIRST && i == count - 1))
			json_array_append_new(trail, value_name(turn, relays[i]->member));
	letter_introduce(turn, intro, json_pack("{s:o, s:o, s:o}", "trail", trail, "offer",
	                                        value_lines(intro->offer, 1200), "attachments",
	                                        value_files(turn, intro->inbox)));
	for (size_t i = count; i-- > 0;) {
		struct letter thanks = {
			.message = "thanks",
			.member = relays[i]->member,
			.intro = intro,
			.values = json_pack("{s:o, s:o}", "requester",
			                    value_person(turn, intro->requester), "target",
			                    value_person(turn, intro->target)),
		};
		letter_write(turn, &thanks);
	}
}

/* Open questions are closed; who still has one unanswered is told, if `tell`. */
static void close_asks(struct turn *turn, struct intro *intro, bool tell)
{
	struct ask *asks;
	size_t count = ask_list(turn->store, intro->id, &asks);
	for (size_t i = 0; i < count; i++) {
		struct ask *ask = &asks[i];
		if (ask->state != ASK_OPEN && ask->state != ASK_POSTPONED)
			continue;
		ask_state_set(turn->store, ask->id, ask->state, ASK_MOOT, 0, 0);
		bool never_left = outbox_drop(turn->store, ask->id) > 0;
		bool moving = ask->kind == ASK_RELAY || ask->kind == ASK_TARGET ||
		              ask->kind == ASK_INSTEAD;
		if (!tell || never_left || !moving)
			continue;
		struct letter moot = {
			.message = "moot",
			.member = ask->member,
			.intro = intro,
			.values = json_pack("{s:o, s:o, s:b}", "requester",
			                    value_person(turn, intro->requester), "target",
			                    value_person(turn, intro->target), "for_target",
			                    ask->kind == ASK_TARGET),
		};
		letter_write(turn, &moot);
	}
}

static void fail(struct turn *turn, struct intro *intro, const struct step *step)
{
	bool expired = step->event == EV_DEADLINE;
	close_asks(turn, intro, false);
	struct letter letter = {
		.message = "failed",
		.member = intro->requester,
		.intro = intro,
		.values = json_pack("{s:o, s:b}", "target", value_person(turn, intro->target),
		                    "expired", expired),
		.not_before = expired ? 0 : intro->progress_at,
	};
	letter_write(turn, &letter);
}

static void withdraw(struct turn *turn, struct intro *intro, const struct step *step)
{
	close_asks(turn, intro, true);
	outbox_drop_message(turn->store, intro->id, "failed");
	struct letter letter = { .message = "withdrawn",
		                 .member = intro->requester,
		                 .intro = intro,
		                 .re = step->re,
		                 .values = json_pack("{s:o}", "target",
		                                     value_person(turn, intro->target)) };
	letter_write(turn, &letter);
}

static void progress(struct turn *turn, struct intro *intro)
{
	int64_t next_at = intro->progress_at;
	while (next_at <= turn->now_at)
		next_at += turn->gateway->progress_s;
	intro_progress_set(turn->store, intro->id, next_at);
	struct letter letter = {
		.message = "progress",
		.member = intro->requester,
		.intro = intro,
		.values = json_pack("{s:o, s:o}", "target", value_person(turn, intro->target),
		                    "next_news", value_date(turn, intro->requester, next_at)),
	};
	letter_write(turn, &letter);
}

/* The requester knows their own first relay by name; nobody else on the way yet. */
static bool asker_is_known(struct turn *turn, const struct intro *intro, const struct ask *ask)
{
	struct ask *asks;
	size_t count = ask_list(turn->store, intro->id, &asks);
	for (size_t i = 0; i < count; i++)
		if (asks[i].kind == ASK_RELAY)
			return asks[i].id == ask->id;
	return false;
}

static void pass_question(struct turn *turn, struct intro *intro, const struct step *step)
{
	struct token token;
	struct ask question = { .kind = ASK_QUESTION,
		                .intro = intro->id,
		                .member = intro->requester,
		                .parent = step->ask->id,
		                .token = fresh_token(turn, &token),
		                .state = ASK_OPEN,
		                .note = step->text,
		                .asked_at = turn->now_at };
	ask_add(turn->store, &question);
	json_t *values = json_pack("{s:o, s:o}", "target", value_person(turn, intro->target),
	                           "question", value_lines(step->text, 2000));
	if (asker_is_known(turn, intro, step->ask))
		json_object_set_new(values, "asker", value_name(turn, step->ask->member));
	struct letter letter = { .message = "question", .member = intro->requester, .intro = intro,
		                 .ask = question.id, .token = question.token, .values = values };
	letter_write(turn, &letter);
}

/* The answer goes back into the same ask, which starts its days anew. */
static void pass_answer(struct turn *turn, struct intro *intro, const struct step *step)
{
	struct ask *ask = step->ask;
	struct ask *asks;
	size_t count = ask_list(turn->store, intro->id, &asks);
	const char *question = "";
	for (size_t i = 0; i < count; i++) {
		if (asks[i].kind != ASK_QUESTION || asks[i].parent != ask->id ||
		    asks[i].state != ASK_OPEN)
			continue;
		question = asks[i].note;
		ask_state_set(turn->store, asks[i].id, ASK_OPEN, ASK_ACCEPTED, 0, turn->now_at);
	}
	ask->asked_at = turn->now_at;
	ask->reminders = 0;
	ask_again(turn->store, ask->id, ask->asked_at, step_due_at(turn, ask));
	json_t *values = value_ask(turn, intro, ask);
	json_object_set_new(values, "question", value_lines(question, 2000));
	json_object_set_new(values, "answer", value_lines(step->text, 4000));
	struct letter letter = { .message = "answer",
		                 .member = ask->member,
		                 .intro = intro,
		                 .ask = ask->id,
		                 .token = ask->token,
		                 .values = values };
	letter_write(turn, &letter);
}

/* What the person who answered is told: one mail, and never two. */
static void note(struct turn *turn, struct intro *intro, const struct step *step,
                 enum relay_action act)
{
	struct ask *ask = step->ask;
	if (step->re == NULL || ask == NULL || act == ACT_INTRODUCE || act == ACT_WITHDRAW)
		return;
	json_t *v = json_pack("{s:o, s:o, s:b}", "requester", value_person(turn, intro->requester),
	                      "target", value_person(turn, intro->target), "for_target",
	                      ask->kind == ASK_TARGET);
	struct letter letter = { .message = "noted",
		                 .member = ask->member,
		                 .intro = intro,
		                 .re = step->re,
		                 .values = v };
	enum verdict_kind said = step->verdict != NULL ? step->verdict->kind : VERDICT_UNCLEAR;
	if (act == ACT_ASK_BACK) {
		letter.message = "unclear";
		letter.token = ask->token;
		json_object_set_new(v, "said", value_lines(step->text, 600));
	} else if (said == VERDICT_STOP) {
		json_object_set_new(v, "stopped", json_true());
	} else if (act == ACT_OVER || act == ACT_LATE) {
		json_object_set_new(v, act == ACT_LATE ? "late" : "over", json_true());
	} else if (step->event == EV_QUESTION) {
		json_object_set_new(v, "asked", json_true());
	} else if (step->event == EV_ACCEPT) {
		json_object_set_new(v, "accepted",
		                    json_pack("{s:o, s:b}", "next", value_person(turn, ask->next),
		                              "next_is_target", ask->next == intro->target));
	} else if (step->event == EV_NOT_NOW) {
		json_object_set_new(
			v, "postponed",
			json_pack("{s:o}", "date", value_date(turn, ask->member, step->date_at)));
	} else if (said == VERDICT_SUGGEST && step->verdict->suggested != NULL) {
		json_object_set_new(v, "suggested",
		                    json_pack("{s:s}", "whom", step->verdict->suggested));
	} else {
		json_object_set_new(v, "declined", json_true());
	}
	letter_write(turn, &letter);
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
		facts.may_remind = ask->reminders < reminders_of(turn->gateway);
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
		               step->text != NULL ? step->text : "", step->verdict->any);
	}
}

static void act(struct turn *turn, struct intro *intro, const struct step *step,
                enum relay_action action, const struct way *way)
{
	switch (action) {
	case ACT_ASK:         ask_way(turn, intro, way); break;
	case ACT_ASK_INSTEAD: ask_instead(turn, intro, way); break;
	case ACT_REMIND:      remind(turn, intro, step->ask); break;
	case ACT_ASK_AGAIN:   ask_again_now(turn, intro, step->ask); break;
	case ACT_INTRODUCE:   introduce(turn, intro, step->ask); break;
	case ACT_FAIL:        fail(turn, intro, step); break;
	case ACT_WITHDRAW:    withdraw(turn, intro, step); break;
	case ACT_PROGRESS:    progress(turn, intro); break;
	case ACT_QUESTION:    pass_question(turn, intro, step); break;
	case ACT_ANSWER:      pass_answer(turn, intro, step); break;
	case ACT_NOTHING:
	case ACT_FIND_WAY:
	case ACT_FIND_NEXT:
	case ACT_POSTPONE:
	case ACT_ASK_BACK:
	case ACT_LATE: case ACT_OVER:
		break;
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
			note(turn, intro, &step, decided.action);
		act(turn, intro, &step, decided.action, &way);
		more = decided.action == ACT_FIND_WAY || decided.action == ACT_FIND_NEXT;
		if (more) {
			enum rc rc = decided.action == ACT_FIND_NEXT
			                     ? way_next(turn, intro, step.ask, &way)
			                     : way_find(turn, intro, &way);
			step = (struct step){ .event = rc == RC_OK ? EV_WAY : EV_NO_WAY };
		}
	}
}

void step_take(struct turn *turn, struct intro *intro, const struct step *step)
{
	take(turn, intro, *step, (struct way){ 0 });
}

void step_start(struct turn *turn, struct intro *intro, const struct way *way)
{
	take(turn, intro, (struct step){ .event = EV_WAY }, *way);
}
