/* Where the configuration names an approver: no introduction starts without a yes of
 * theirs. Silence is none: after a reminder it ends like one that found no way. */
#include "base/mem.h"
#include "base/when.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <string.h>

#define APPROVE_DAYS 3 /* working days: the reminder, and the end after it */

/* The approver, who need not be a member. */
static int64_t approver(struct turn *turn)
{
	const struct conf_gateway *g = turn->gateway;
	struct member *known = member_by_address(turn->store, g->approver);
	struct why why;
	int64_t id = 0;
	if (known != NULL)
		return known->id;
	char *name = mem_text_len(g->approver, strcspn(g->approver, "@"));
	struct member m = { .name = name,
		            .address = g->approver,
		            .language = g->languages[0],
		            .state = MEMBER_KNOWN,
		            .added_at = turn->now_at };
	if (member_add(turn->store, &m, &id, &why) != RC_OK)
		id = 0;
	free(name);
	return id;
}

static void write_to(struct turn *turn, const struct intro *intro, const struct ask *ask,
                     const char *message, const struct message *re, json_t *values)
{
	struct letter letter = { .message = message,
		                 .member = ask->member,
		                 .intro = intro,
		                 .token = ask->token,
		                 .re = re,
		                 .not_before = re == NULL ? step_ask_at(turn, ask->member) : 0,
		                 .values = values };
	json_object_set_new(values, "requester", value_person(turn, intro->requester));
	json_object_set_new(values, "target", value_person(turn, intro->target));
	json_object_set_new(values, "purpose", value_purpose(intro->purpose));
	json_object_set_new(values, "offer", value_lines(intro->offer, OFFER_MOST));
	json_object_set_new(values, "offer_cut",
	                    json_boolean(value_is_cut(intro->offer, OFFER_MOST)));
	json_object_set_new(values, "attachments", value_files(turn, intro->inbox));
	letter_write(turn, &letter);
}

static int64_t some_days_on(struct turn *turn, int64_t member)
{
	struct calendar calendar = calendar_of(turn, member);
	return calendar_workdays(&calendar, turn->now_at, APPROVE_DAYS);
}

bool approve_ask(struct turn *turn, const struct intro *intro)
{
	struct token token;
	int64_t who = turn->gateway->approver != NULL ? approver(turn) : 0;
	if (who == 0 || who == intro->requester)
		return false;
	struct ask ask = { .kind = ASK_APPROVE,
		           .intro = intro->id,
		           .member = who,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .asked_at = turn->now_at,
		           .due_at = some_days_on(turn, who) };
	ask_add(turn->store, &ask);
	step_event_log(turn, intro, &ask, "approval asked");
	write_to(turn, intro, &ask, "approve", NULL, json_object());
	return true;
}

static void refuse(struct turn *turn, struct intro *intro)
{
	struct step step = { .event = EV_NO_WAY };
	step_take(turn, intro, &step);
}

void approve_due(struct turn *turn, struct ask *ask)
{
	struct intro *intro = intro_get(turn->store, ask->intro);
	if (intro->state != INTRO_ROUTING) {
		ask_state_set(turn->store, ask->id, ASK_OPEN, ASK_MOOT, 0, 0);
	} else if (ask->reminders == 0) {
		ask_reminded(turn->store, ask->id, 1, some_days_on(turn, ask->member));
		write_to(turn, intro, ask, "approve", NULL, json_pack("{s:b}", "again", 1));
	} else {
		ask_state_set(turn->store, ask->id, ASK_OPEN, ASK_SILENT, 0, 0);
		refuse(turn, intro);
	}
}

void approve_take(struct turn *turn, struct ask *ask, const struct message *m)
{
	struct intro *intro = intro_get(turn->store, ask->intro);
	struct verdict verdict = verdict_read(m->words, m->subject, m->date_at);
	bool yes = verdict.kind == VERDICT_ACCEPT, no = verdict.kind == VERDICT_DECLINE;
	verdict_free(&verdict);
	if (ask->state != ASK_OPEN || intro->state != INTRO_ROUTING) {
		write_to(turn, intro, ask, "approve_noted", m, json_pack("{s:b}", "over", 1));
	} else if (yes || no) {
		ask_state_set(turn->store, ask->id, ASK_OPEN, yes ? ASK_ACCEPTED : ASK_DECLINED, 0,
		              turn->now_at);
		step_event_log(turn, intro, ask, yes ? "approved" : "not approved");
		write_to(turn, intro, ask, "approve_noted", m,
		         json_pack("{s:b}", yes ? "approved" : "declined", 1));
		if (yes)
			step_open(turn, intro);
		else
			refuse(turn, intro);
	} else {
		write_to(turn, intro, ask, "approve", m, json_pack("{s:b}", "not_understood", 1));
	}
}
