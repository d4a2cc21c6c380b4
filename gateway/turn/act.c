/* What the core has decided is carried out: asks, reminders, the introduction, the end. */
#include "base/when.h"
#include "turn/inside.h"

#include <string.h>

#define CATCH_UP_DAYS 2

static void send_ask(struct turn *turn, struct intro *intro, struct ask *ask, const char *message)
{
	struct letter letter = { .message = message,
		                 .member = ask->member,
		                 .intro = intro,
		                 .ask = ask->id,
		                 .token = ask->token,
		                 .not_before = ask->asked_at,
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
	ask->asked_at = step_ask_at(turn, ask->member);
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
	if (ask.kind == ASK_RELAY && ask.next == 0)
		ask.next = intro->target; /* suggested: they know a way that we do not */
	new_ask(turn, intro, &ask);
}

static void ask_instead(struct turn *turn, struct intro *intro, const struct way *way)
{
	struct ask *before = ask_get(turn->store, way->parent);
	struct ask ask = { .kind = ASK_INSTEAD, .member = way->from, .next = way->next,
		           .parent = before->parent, .hop = before->hop, .word = before->word };
	new_ask(turn, intro, &ask);
}

/* The day an ask that was reminded ends on, though the gateway slept; `end_at` 0:
 * another reminder comes first, on `due_at`. */
static void put_end(struct turn *turn, const struct intro *intro, const struct ask *ask,
                    json_t *values, int64_t end_at, int64_t due_at)
{
	struct calendar calendar = calendar_of(turn, ask->member);
	if (end_at == 0)
		end_at = calendar_workdays(&calendar, ask->asked_at, turn->gateway->reroute_days);
	if (end_at < due_at)
		end_at = calendar_workdays(&calendar, due_at, CATCH_UP_DAYS);
	bool expires = end_at >= intro->deadline_at;
	value_end(turn, values, ask->member, expires ? intro->deadline_at : end_at, expires);
}

static void remind(struct turn *turn, struct intro *intro, struct ask *ask)
{
	ask->reminders++;
	struct calendar calendar = calendar_of(turn, ask->member);
	int64_t due_at = step_due_at(turn, ask);
	if (due_at <= turn->now_at) /* the gateway was down: no two steps at once */
		due_at = calendar_workdays(&calendar, turn->now_at, CATCH_UP_DAYS);
	ask_reminded(turn->store, ask->id, ask->reminders, due_at);
	bool last = ask->reminders == step_reminders(turn->gateway);
	json_t *values = value_ask(turn, intro, ask);
	json_object_set_new(values, "last", json_boolean(last));
	put_end(turn, intro, ask, values, last ? due_at : 0, due_at);
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
	ask->asked_at = step_ask_at(turn, ask->member);
	ask->reminders = 0;
	ask->due_at = step_due_at(turn, ask);
	ask_again(turn->store, ask->id, ask->asked_at, ask->due_at);
	send_ask(turn, intro, ask, ask_message(ask));
}

static void introduce(struct turn *turn, struct intro *intro, const struct ask *target)
{
	struct ask *relays[ROUTE_MOST_HOPS];
	size_t count = trail_of(turn, target, relays);
	enum conf_disclosure shown = turn->gateway->disclosure;
	json_t *trail = json_array();
	for (size_t i = count; i-- > 0;)
		if (!relays[i]->unnamed &&
		    (shown == CONF_FULL || (shown == CONF_FIRST && i == count - 1)))
			json_array_append_new(trail, value_name(turn, relays[i]->member));
	letter_introduce(turn, intro,
	                 json_pack("{s:o, s:o, s:o}", "trail", trail, "offer",
	                           value_lines(intro->offer, OFFER_MOST), "attachments",
	                           value_files(turn, intro->inbox)));
	for (size_t i = count; i-- > 0;) {
		struct letter thanks = {
			.message = "thanks",
			.member = relays[i]->member,
			.token = relays[i]->token,
			.intro = intro,
			.values = json_pack("{s:o, s:o}", "requester",
			                    value_person(turn, intro->requester), "target",
			                    value_person(turn, intro->target)),
		};
		letter_write(turn, &thanks);
	}
	outcome_plan(turn, intro);
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
			.token = ask->token,
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
	if (step->told)
		return;
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

void act_note(struct turn *turn, struct intro *intro, const struct step *step,
                 enum relay_action act)
{
	struct ask *ask = step->ask;
	if (step->re == NULL || ask == NULL || act == ACT_INTRODUCE || act == ACT_WITHDRAW)
		return;
	json_t *v = json_pack("{s:o, s:o, s:b}", "requester", value_person(turn, intro->requester),
	                      "target", value_person(turn, intro->target), "for_target",
	                      ask->kind == ASK_TARGET);
	/* With the token: a second thought comes back to the same ask. */
	struct letter letter = { .message = "noted",
		                 .member = ask->member,
		                 .intro = intro,
		                 .token = ask->token,
		                 .re = step->re,
		                 .values = v };
	enum verdict_kind said = step->verdict != NULL ? step->verdict->kind : VERDICT_UNCLEAR;
	if (act == ACT_ASK_BACK) {
		letter.message = "unclear";
		json_object_set_new(v, "said", value_lines(step->text, 600));
	} else if (said == VERDICT_STOP) {
		json_object_set_new(v, "stopped", json_true());
	} else if (act == ACT_OVER || act == ACT_LATE) {
		json_object_set_new(v, act == ACT_LATE ? "late" : "over", json_true());
	} else if (said == VERDICT_SUGGEST && step->verdict->suggested != NULL) {
		json_object_set_new(v, "suggested",
		                    json_pack("{s:s}", "whom", step->verdict->suggested));
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
	} else {
		json_object_set_new(v, "declined", json_true());
	}
	letter_write(turn, &letter);
}

void act_do(struct turn *turn, struct intro *intro, const struct step *step,
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
