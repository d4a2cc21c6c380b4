/* INVITE: one mail to somebody who is no member yet, with a member's word. */
#include "base/log.h"
#include "base/when.h"
#include "mail/address.h"
#include "store/joining.h"
#include "store/rules.h"
#include "turn/command.h"

#include <stdlib.h>
#include <string.h>

#define WEEK_S (7 * (int64_t)WHEN_DAY_S)
#define REMIND_DAYS 7 /* working days: once, then as many more, then it lapses */

struct ask *invite_open(struct turn *turn, int64_t member)
{
	struct ask *last = ask_last_about(turn->store, ASK_INVITE, member, 0);
	return last != NULL && last->state == ASK_OPEN ? last : NULL;
}

/* In the inviter's language and, if the gateway's is another, in that too. */
static json_t *languages_of(struct turn *turn, const struct member *inviter)
{
	const char *theirs = catalog_language(turn->catalog, inviter->language);
	const char *ours = catalog_language(turn->catalog, NULL);
	return strcmp(theirs, ours) == 0 ? json_pack("[s]", theirs)
	                                 : json_pack("[s, s]", theirs, ours);
}

static void send(struct turn *turn, const struct ask *ask, bool again)
{
	struct member *inviter = member_get(turn->store, ask->next);
	json_t *values = json_pack("{s:o, s:o, s:b, s:o}", "inviter",
	                           value_person(turn, inviter->id), "word",
	                           value_lines(ask->word, 1200), "again", again, "languages",
	                           languages_of(turn, inviter));
	struct letter letter = { .message = "invite",
		                 .member = ask->member,
		                 .ask = ask->id,
		                 .token = ask->token,
		                 .values = values };
	letter_write(turn, &letter);
}

/* Once open, or refused to this inviter, or refused to all: never again. */
static bool may_invite(struct turn *turn, const struct member *inviter, const struct member *guest)
{
	struct ask *theirs = ask_last_about(turn->store, ASK_INVITE, guest->id, inviter->id);
	return guest->state == MEMBER_KNOWN && invite_open(turn, guest->id) == NULL &&
	       (theirs == NULL || theirs->state != ASK_DECLINED) &&
	       !block_between(turn->store, inviter->id, guest->id);
}

static int64_t next_due_at(struct turn *turn, int64_t guest)
{
	struct calendar calendar = calendar_of(turn, guest);
	return calendar_workdays(&calendar, turn->now_at, REMIND_DAYS);
}

static void invite(struct turn *turn, const struct member *inviter, const struct member *guest,
                   const char *word)
{
	struct token token;
	struct ask ask = { .kind = ASK_INVITE,
		           .member = guest->id,
		           .next = inviter->id,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .word = word,
		           .asked_at = turn->now_at,
		           .due_at = next_due_at(turn, guest->id) };
	ask_add(turn->store, &ask);
	send(turn, &ask, false);
	log_info("invited member=%lld by=%lld", (long long)guest->id, (long long)inviter->id);
}

static bool is_ours(struct turn *turn, const char *address)
{
	char *detail = NULL;
	bool ours = address_detail(address, turn->gateway->address, turn->gateway->separator,
	                           &detail) == RC_OK;
	free(detail);
	return ours;
}

/* Whoever is invited, a member, refused us or is on no list: the same words. */
struct command_told command_invite(const struct command_run *run, const struct command *c)
{
	struct turn *turn = run->turn;
	int most = turn->gateway->invitations_per_week;
	struct command_told told = { .message = "invited",
		                     .values = json_pack("{s:s}", "address", c->address) };
	if (ask_count_about(turn->store, ASK_INVITE, run->sender->id, turn->now_at - WEEK_S) >=
	    most) {
		json_object_set_new(told.values, "limit", json_pack("{s:i}", "most", most));
		return told;
	}
	if (is_ours(turn, c->address) ||
	    member_has_address(turn->store, run->sender->id, c->address)) {
		json_object_set_new(told.values, "yourself", json_true());
		return told;
	}
	json_object_set_new(told.values, "sent", json_true());
	if (stop_has(turn->store, c->address))
		return told;
	struct member *guest = newcomer(turn, c->address, c->name, run->sender->language);
	if (guest->state == MEMBER_MEMBER || guest->state == MEMBER_PAUSED)
		bond_wish(turn, run->sender, guest, c->text, true);
	else if (may_invite(turn, run->sender, guest))
		invite(turn, run->sender, guest, c->text);
	return told;
}

struct command_told invite_accept(struct turn *turn, struct ask *ask)
{
	ask_state_set(turn->store, ask->id, ask->state, ASK_ACCEPTED, 0, turn->now_at);
	join_become(turn, ask->member);
	struct member *inviter = member_get(turn->store, ask->next);
	if (inviter->state != MEMBER_MEMBER && inviter->state != MEMBER_PAUSED)
		return (struct command_told){ .message = "join",
			                      .values = json_pack("{s:b}", "joined", 1) };
	bond_state(turn, ask->member, inviter->id, 1);
	bond_state(turn, inviter->id, ask->member, 1);
	struct command_told told = bond_ask(turn, inviter->id, ask->member, "accepted");
	struct letter letter = { .message = told.message,
		                 .member = inviter->id,
		                 .token = told.token,
		                 .values = told.values };
	letter_write(turn, &letter);
	return bond_ask(turn, ask->member, inviter->id, "welcome");
}

static void answer(struct turn *turn, const struct ask *ask, const char *flag,
                   const struct message *m)
{
	struct letter letter = { .message = "invite_answer",
		                 .member = ask->member,
		                 .token = ask->token,
		                 .re = m,
		                 .values = json_pack("{s:o, s:b}", "inviter",
		                                     value_name(turn, ask->next), flag, 1) };
	letter_write(turn, &letter);
}

static void stop(struct turn *turn, struct ask *ask, const struct member *sender,
                 const struct message *m)
{
	ask_state_set(turn->store, ask->id, ask->state, ASK_DECLINED, 0, turn->now_at);
	struct command_run run = { .turn = turn, .sender = sender, .m = m };
	struct command_told told = command_stop(&run, NULL);
	struct letter letter = { .message = told.message,
		                 .member = sender->id,
		                 .re = m,
		                 .values = told.values };
	letter_write(turn, &letter);
}

static void accept(struct turn *turn, struct ask *ask, const struct member *sender,
                   const struct message *m)
{
	newcomer_named(turn, sender, m);
	struct command_told told = invite_accept(turn, ask);
	struct letter letter = { .message = told.message,
		                 .member = sender->id,
		                 .token = told.token,
		                 .re = m,
		                 .values = told.values };
	letter_write(turn, &letter);
}

/* A no may become a yes later; a yes, and a member, stay. */
void invite_answer(struct turn *turn, struct ask *ask, const struct member *sender,
                   const struct inbox *mail, const struct message *m)
{
	(void)mail;
	struct command_list commands = command_read("", m->words, turn->now_at);
	struct verdict verdict = verdict_read(m->words, m->subject, m->date_at);
	bool yes = verdict.kind == VERDICT_ACCEPT || verdict_confirms(m->words, m->subject) ||
	           command_list_find(&commands, COMMAND_JOIN) != NULL;
	if (verdict.kind == VERDICT_STOP || command_list_find(&commands, COMMAND_STOP) != NULL) {
		stop(turn, ask, sender, m);
	} else if (sender->state == MEMBER_MEMBER || sender->state == MEMBER_PAUSED) {
		answer(turn, ask, "over", m);
	} else if (yes) {
		accept(turn, ask, sender, m);
	} else if (verdict.kind == VERDICT_DECLINE || verdict.kind == VERDICT_WRONG_PERSON) {
		ask_state_set(turn->store, ask->id, ask->state, ASK_DECLINED, 0, turn->now_at);
		answer(turn, ask, "declined", m);
	} else {
		answer(turn, ask, "unclear", m);
	}
	verdict_free(&verdict);
	command_free(&commands);
}

void invite_due(struct turn *turn, struct ask *ask)
{
	struct member *guest = member_get(turn->store, ask->member);
	if (ask->reminders > 0 || guest->state != MEMBER_KNOWN) {
		ask_state_set(turn->store, ask->id, ask->state, ASK_SILENT, 0, 0);
		return;
	}
	ask_reminded(turn->store, ask->id, 1, next_due_at(turn, ask->member));
	send(turn, ask, true);
}
