/* What a believed mail of a member says: a verdict, an answer, a request, a confirmation. */
#include "base/log.h"
#include "base/when.h"
#include "store/joining.h"
#include "turn/command.h"

#include <stdlib.h>
#include <string.h>

static void tell(struct turn *turn, const struct member *to, const char *message,
                 const struct message *re, json_t *values)
{
	struct letter letter = { .message = message, .member = to->id, .re = re, .values = values };
	letter_write(turn, &letter);
}

static void help(struct turn *turn, const struct member *to, const struct message *re,
                 const char *said)
{
	json_t *values = json_object();
	if (said != NULL) {
		json_object_set_new(values, "not_understood", json_true());
		json_object_set_new(values, "said", value_lines(said, 600));
	}
	tell(turn, to, "help", re, values);
}

void answer_confirm(struct turn *turn, const struct member *sender, const struct ask *about,
                    int64_t inbox, const struct message *m)
{
	struct token token;
	bool once = turn->gateway->authserv_id != NULL || sender->state == MEMBER_KNOWN;
	if (once && ask_confirm_count(turn->store, sender->id, turn->now_at - WHEN_DAY_S) > 0)
		return;
	struct ask ask = { .kind = ASK_CONFIRM,
		           .member = sender->id,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .inbox = inbox,
		           .asked_at = turn->now_at,
		           .parent = about != NULL ? about->id : 0 };
	ask_add(turn->store, &ask);
	struct letter letter = { .message = "confirm",
		                 .member = sender->id,
		                 .token = ask.token,
		                 .re = m,
		                 .values = json_pack("{s:s, s:o}", "subject_was", m->subject,
		                                     "said", value_lines(m->words, 600)) };
	letter_write(turn, &letter);
}

void answer_stranger(struct turn *turn, const struct ask *ask, const struct message *m)
{
	struct intro *intro = ask->intro != 0 ? intro_get(turn->store, ask->intro) : NULL;
	if (intro == NULL)
		return;
	struct letter letter = {
		.message = "stranger",
		.capped = true,
		.member = ask->member,
		.intro = intro,
		.token = ask->token,
		.values = json_pack("{s:s, s:b, s:o, s:o}", "other_address", m->from[0].address,
		                    "for_target", ask->kind == ASK_TARGET, "requester",
		                    value_person(turn, intro->requester), "target",
		                    value_person(turn, intro->target)),
	};
	letter_write(turn, &letter);
}

void answer_stop_all(struct turn *turn, int64_t member, const struct ask *but)
{
	struct ask *asks;
	size_t count = ask_open_of(turn->store, member, &asks);
	for (size_t i = 0; i < count; i++) {
		if (but != NULL && asks[i].id == but->id)
			continue;
		struct intro *intro = intro_get(turn->store, asks[i].intro);
		struct step step = { .event = EV_DECLINE, .ask = &asks[i] };
		if (intro->state == INTRO_ASKING)
			step_take(turn, intro, &step);
	}
}

static int64_t date_of(struct turn *turn, const char *date, int64_t member)
{
	int year, month, day;
	const char *zone = zone_of(turn, member);
	if (date != NULL && when_parse_date(date, &year, &month, &day) == 0) {
		int64_t at = when_noon(year, month, day, zone);
		if (at > turn->now_at)
			return at;
	}
	struct calendar calendar = calendar_of(turn, member);
	return calendar_workdays(&calendar, turn->now_at, 10); /* two weeks, when no day was said */
}

static enum relay_event event_of(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_ACCEPT:   return EV_ACCEPT;
	case VERDICT_NOT_NOW:  return EV_NOT_NOW;
	case VERDICT_QUESTION: return EV_QUESTION;
	case VERDICT_UNCLEAR:  return EV_UNCLEAR;
	case VERDICT_DECLINE: case VERDICT_SUGGEST: case VERDICT_STOP: case VERDICT_WRONG_PERSON:
		break;
	}
	return EV_DECLINE;
}

/* An answer to an ask that moves an introduction on. */
static void take_verdict(struct turn *turn, struct ask *ask, const struct message *m)
{
	struct intro *intro = intro_get(turn->store, ask->intro);
	struct verdict verdict = verdict_read(m->words, m->subject, m->date_at);
	struct step step = { .event = event_of(verdict.kind),
		             .ask = ask,
		             .verdict = &verdict,
		             .re = m,
		             .text = m->words };
	if (verdict.kind == VERDICT_SUGGEST && ask->kind == ASK_RELAY)
		step.suggested = suggest_find(turn, intro, ask, verdict.suggested);
	if (step.suggested != 0)
		step.event = EV_ACCEPT;
	if (step.event == EV_NOT_NOW)
		step.date_at = date_of(turn, verdict.date, ask->member);
	log_info("verdict intro=%lld ask=%lld hop=%d %s", (long long)intro->id, (long long)ask->id,
	         ask->hop, verdict_name(verdict.kind));
	step_take(turn, intro, &step);
	if (verdict.kind == VERDICT_STOP) {
		member_state_set(turn->store, ask->member, MEMBER_STOPPED);
		stop_put(turn->store, m->from[0].address, turn->now_at);
		answer_stop_all(turn, ask->member, ask);
	}
	verdict_free(&verdict);
}

/* The requester answers what somebody on the way asked. */
static void take_answer(struct turn *turn, struct ask *question, const struct member *sender,
                        const struct message *m)
{
	struct ask *ask = ask_get(turn->store, question->parent);
	struct intro *intro = intro_get(turn->store, question->intro);
	bool open = question->state == ASK_OPEN &&
	            (ask->state == ASK_OPEN || ask->state == ASK_POSTPONED);
	if (!open || intro->state != INTRO_ASKING) {
		tell(turn, sender, "status", m, open_status(turn, sender->id));
		return;
	}
	struct step step = { .event = EV_ANSWER, .ask = ask, .text = m->words };
	step_take(turn, intro, &step);
	tell(turn, sender, "status", m, open_status(turn, sender->id));
}

/* What a mail wants of its own accord; `about`: the introduction it answers to. */
static void take_request(struct turn *turn, const struct member *sender,
                         const struct request *request, const struct inbox *mail,
                         struct intro *about, bool confirmed, const struct message *m)
{
	struct command_run run = { .turn = turn, .sender = sender, .mail = mail, .m = m,
		                   .confirmed = confirmed, .about = about };
	switch (request->kind) {
	case REQUEST_INTRODUCTION:
		open_request(turn, sender, request->name, request->firm, request->address,
		             request->offer, mail->id, m);
		break;
	case REQUEST_COMMANDS:
		command_take(&run, &request->commands);
		break;
	case REQUEST_UNKNOWN:
		help(turn, sender, m, mail->words);
		break;
	}
}

bool answer_commands(struct turn *turn, const struct member *sender, const struct inbox *mail,
                     const struct message *m)
{
	struct request request = request_read(NULL, "", m->words, turn->now_at);
	bool takes = request.kind != REQUEST_UNKNOWN;
	if (takes)
		take_request(turn, sender, &request, mail, NULL, false, m);
	request_free(&request);
	return takes;
}

bool answer_changes(const struct request *request)
{
	return request->kind == REQUEST_INTRODUCTION ||
	       (request->kind == REQUEST_COMMANDS && command_list_changes(&request->commands));
}

/* "PURPOSE: hiring" under the receipt: whoever is asked from now on reads that. */
static bool take_purpose(struct turn *turn, const struct ask *ask, const struct member *sender,
                         const struct message *m)
{
	int purpose = ask->kind == ASK_RECEIPT ? purpose_named(m->words) : -1;
	if (purpose < 0)
		return false;
	intro_purpose_set(turn->store, ask->intro, (enum purpose)purpose);
	json_t *status = open_status(turn, sender->id);
	json_object_set_new(status, "purpose", value_purpose((enum purpose)purpose));
	tell(turn, sender, "status", m, status);
	return true;
}

/* A yes, a no or a number; whoever writes commands instead means them. */
static void take_short_answer(struct turn *turn, struct ask *ask, const struct member *sender,
                              const struct inbox *mail, bool confirmed, const struct message *m)
{
	struct request request = { .kind = REQUEST_COMMANDS,
		                   .commands = command_read("", m->words, turn->now_at) };
	if (request.commands.count > 0 && request.commands.commands[0].verb != COMMAND_UNKNOWN)
		take_request(turn, sender, &request, mail, NULL, confirmed, m);
	else if (ask->kind == ASK_STRENGTH)
		bond_answer(turn, ask, sender, mail, m);
	else if (ask->kind == ASK_JOIN)
		join_answer(turn, ask, sender, mail, m);
	else
		self_answer(turn, ask, sender, mail, m);
	request_free(&request);
}

/* PAUSE or NEVER under an ask: the command declines whatever waits because of it. */
static bool take_order(struct turn *turn, struct ask *ask, const struct member *sender,
                       const struct inbox *mail, bool confirmed, const struct message *m)
{
	struct request request = request_read(NULL, "", m->words, turn->now_at);
	const struct command_list *list = &request.commands;
	bool order = request.kind == REQUEST_COMMANDS && list->count > 0 &&
	             (list->commands[0].verb == COMMAND_PAUSE ||
	              list->commands[0].verb == COMMAND_NEVER);
	if (order)
		take_request(turn, sender, &request, mail, intro_get(turn->store, ask->intro),
		             confirmed, m);
	request_free(&request);
	return order;
}

static void take_answer_to(struct turn *turn, struct ask *ask, const struct member *sender,
                           const struct inbox *mail, bool confirmed, const struct message *m)
{
	switch (ask->kind) {
	case ASK_RELAY: case ASK_TARGET: case ASK_INSTEAD:
		if (!take_order(turn, ask, sender, mail, confirmed, m))
			take_verdict(turn, ask, m);
		break;
	case ASK_QUESTION:
		take_answer(turn, ask, sender, m);
		break;
	case ASK_CONFIRM:
		break; /* take_confirmation */
	case ASK_RULES:
		answer_rules(turn, ask, sender, mail, m);
		break;
	case ASK_HUB:
		answer_hub(turn, ask, sender, mail, m);
		break;
	case ASK_PROFILE:
		answer_profile(turn, ask, sender, mail, m);
		break;
	case ASK_SEARCH:
		answer_search(turn, ask, sender, mail, m);
		break;
	case ASK_RECOMMEND:
		answer_recommend(turn, ask, sender, mail, m);
		break;
	case ASK_APPROVE:
		approve_take(turn, ask, m);
		break;
	case ASK_INVITE:
		invite_answer(turn, ask, sender, mail, m);
		break;
	case ASK_STRENGTH: case ASK_JOIN: case ASK_ADDRESS:
		take_short_answer(turn, ask, sender, mail, confirmed, m);
		break;
	case ASK_SUGGEST:
		help(turn, sender, m, mail->words); /* nobody sends them yet */
		break;
	case ASK_CONTACTS:
		answer_contacts(turn, ask, sender, mail, m);
		break;
	case ASK_CHOICE:
		open_choice(turn, sender, ask, m->words, m);
		break;
	case ASK_OUTCOME: case ASK_RECEIPT: {
		if (take_purpose(turn, ask, sender, m))
			break;
		struct request request = request_read(NULL, m->subject, m->words, turn->now_at);
		/* The thread's own subject names the target: only what is written now counts. */
		if (request.kind == REQUEST_INTRODUCTION) {
			request_free(&request);
			request = request_read(NULL, "", m->words, turn->now_at);
		}
		if (ask->kind == ASK_OUTCOME && request.kind == REQUEST_UNKNOWN)
			outcome_take(turn, ask, m);
		else
			take_request(turn, sender, &request, mail,
			             intro_get(turn->store, ask->intro), confirmed, m);
		request_free(&request);
		break;
	}
	}
}

/* What they had written, to an ask or of their own accord. */
static void take_confirmed(struct turn *turn, int64_t about, const struct member *sender,
                           const struct inbox *mail, const struct message *m)
{
	struct ask *ask = about != 0 ? ask_get(turn->store, about) : NULL;
	if (ask != NULL) {
		take_answer_to(turn, ask, sender, mail, true, m);
		return;
	}
	struct request request = request_read(mail->detail, m->subject, m->words, turn->now_at);
	take_request(turn, sender, &request, mail, NULL, true, m);
	request_free(&request);
}

/* "Yes, that was me": the mail it was about is taken as if it came now. */
static void take_confirmation(struct turn *turn, struct ask *ask, const struct member *sender,
                              const struct message *m)
{
	bool yes = verdict_confirms(m->words, m->subject);
	struct inbox *mail = inbox_get(turn->store, ask->inbox);
	if (yes && ask->state == ASK_OPEN && mail != NULL) {
		struct message then = *m;
		then.words = (char *)(mail->words != NULL ? mail->words : "");
		then.subject = (char *)(mail->subject != NULL ? mail->subject : "");
		ask_state_set(turn->store, ask->id, ASK_OPEN, ASK_ACCEPTED, 0, turn->now_at);
		take_confirmed(turn, ask->parent, sender, mail, &then);
	} else if (yes) {
		tell(turn, sender, "status", m, open_status(turn, sender->id));
	} else {
		ask_state_set(turn->store, ask->id, ASK_OPEN, ASK_DECLINED, 0, turn->now_at);
		help(turn, sender, m, NULL);
	}
}

void answer_take(struct turn *turn, const struct handle *h, const struct member *sender,
                 const struct request *request, const struct inbox *mail, const struct message *m)
{
	if (h->ask != NULL && h->ask->kind == ASK_CONFIRM)
		take_confirmation(turn, h->ask, sender, m);
	else if (h->ask != NULL)
		take_answer_to(turn, h->ask, sender, mail, false, m);
	else
		take_request(turn, sender, request, mail, NULL, false, m);
}
