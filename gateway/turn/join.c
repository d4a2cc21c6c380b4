/* JOIN: who becomes a member, and who has to say yes to it. */
#include "base/log.h"
#include "base/when.h"
#include "mail/address.h"
#include "store/joining.h"
#include "store/rights.h"
#include "turn/command.h"

#include <string.h>

#define UNANSWERED_DAYS 14 /* "was this you?" to somebody new: then they are forgotten */
#define AGAIN_S (30 * (int64_t)WHEN_DAY_S) /* after a no: before the admins are asked again */
#define GONE "[\xe2\x80\xa6]"

static bool is_admin(const struct turn *turn, const char *address)
{
	for (size_t i = 0; i < turn->gateway->admin_count; i++)
		if (address_same(turn->gateway->admins[i], address))
			return true;
	return false;
}

void join_become(struct turn *turn, int64_t member)
{
	struct member *m = member_get(turn->store, member);
	member_state_set(turn->store, member, MEMBER_MEMBER);
	if (m->address != NULL)
		stop_remove(turn->store, m->address);
	struct event event = { .at = turn->now_at, .member = member, .what = "joined" };
	event_add(turn->store, &event);
	log_info("joined member=%lld", (long long)member);
}

/* --- the admins -------------------------------------------------------------------- */

static void ask_admin(struct turn *turn, const char *address, const struct member *joiner,
                      const char *word)
{
	struct token token;
	struct member *admin = newcomer(turn, address, NULL, turn->gateway->languages[0]);
	struct ask ask = { .kind = ASK_JOIN,
		           .member = admin->id,
		           .next = joiner->id,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .word = word,
		           .asked_at = turn->now_at };
	ask_add(turn->store, &ask);
	json_t *person = value_person(turn, joiner->id);
	json_object_set_new(person, "address", json_string(joiner->address));
	struct letter letter = { .message = "join_request",
		                 .member = admin->id,
		                 .token = ask.token,
		                 .values = json_pack("{s:o, s:o}", "person", person, "word",
		                                     value_lines(word, 1200)) };
	letter_write(turn, &letter);
}

static const char *ask_admins(struct turn *turn, const struct member *joiner, const char *word)
{
	struct ask *open;
	if (ask_open_about(turn->store, ASK_JOIN, joiner->id, &open) > 0)
		return "waiting";
	for (size_t i = 0; i < turn->gateway->admin_count; i++) {
		struct member *admin = member_by_address(turn->store, turn->gateway->admins[i]);
		struct ask *last =
			admin != NULL ? ask_last_about(turn->store, ASK_JOIN, admin->id, joiner->id)
				      : NULL;
		if (last != NULL && last->state == ASK_DECLINED &&
		    last->answered_at + AGAIN_S > turn->now_at)
			return "refused";
	}
	for (size_t i = 0; i < turn->gateway->admin_count; i++)
		ask_admin(turn, turn->gateway->admins[i], joiner, word);
	if (turn->gateway->admin_count == 0)
		log_warn("join member=%lld: nobody can approve; set admins, or membership",
		         (long long)joiner->id);
	return "waiting";
}

/* --- the joiner --------------------------------------------------------------------- */

/* The address is theirs: which part of the text "join" tells them what comes of it. */
static const char *proved(struct turn *turn, const struct member *joiner, const char *word)
{
	if (joiner->state == MEMBER_MEMBER || joiner->state == MEMBER_PAUSED)
		return "already";
	if (turn->gateway->membership == CONF_OPEN || is_admin(turn, joiner->address)) {
		join_become(turn, joiner->id);
		return "joined";
	}
	if (turn->gateway->membership == CONF_INVITATION)
		return "by_invitation";
	return ask_admins(turn, joiner, word);
}

struct command_told command_join(const struct command_run *run, const struct command *c)
{
	struct ask *invitation = invite_open(run->turn, run->sender->id);
	if (invitation != NULL)
		return invite_accept(run->turn, invitation);
	return (struct command_told){
		.message = "join",
		.values = json_pack("{s:b}", proved(run->turn, run->sender, c->text), 1)
	};
}

static void tell(struct turn *turn, int64_t member, const char *flag, const struct message *re)
{
	struct letter letter = { .message = "join",
		                 .member = member,
		                 .re = re,
		                 .values = json_pack("{s:b}", flag, 1) };
	letter_write(turn, &letter);
}

/* --- strangers ------------------------------------------------------------------------ */

static void write_stranger(struct turn *turn, const char *message, const char *flag,
                           const struct message *m)
{
	struct letter letter = { .message = message,
		                 .address = m->from[0].address,
		                 .language =
		                         newcomer_language(turn, m, turn->gateway->languages[0]),
		                 .re = m,
		                 .values = json_pack("{s:b, s:b}", flag, 1, "first_mail", 0) };
	letter_write(turn, &letter);
}

static void ask_joiner(struct turn *turn, const struct member *joiner, const char *word,
                       const struct message *m)
{
	struct token token;
	struct ask ask = { .kind = ASK_JOIN,
		           .member = joiner->id,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .word = word,
		           .asked_at = turn->now_at,
		           .due_at = turn->now_at + UNANSWERED_DAYS * (int64_t)WHEN_DAY_S };
	ask_add(turn->store, &ask);
	struct letter letter = { .message = "join_confirm",
		                 .member = joiner->id,
		                 .token = ask.token,
		                 .re = m };
	letter_write(turn, &letter);
}

void join_stranger(struct turn *turn, const struct request *request, const struct message *m)
{
	const char *address = m->from[0].address;
	bool believed = turn->gateway->authserv_id != NULL && m->auth == AUTH_PASS;
	const struct command *join = command_list_find(&request->commands, COMMAND_JOIN);
	if (outbox_answer_count(turn->store, address, turn->now_at - WHEN_DAY_S) > 0)
		return; /* one a day: the address may not be theirs */
	if (command_list_find(&request->commands, COMMAND_STOP) != NULL) {
		write_stranger(turn, "noted", "stopped", m);
		stop_put(turn->store, address, turn->now_at);
	} else if (join != NULL) {
		struct member *joiner =
			newcomer(turn, address, m->from[0].name,
			         newcomer_language(turn, m, turn->gateway->languages[0]));
		if (believed)
			tell(turn, joiner->id, proved(turn, joiner, join->text), m);
		else
			ask_joiner(turn, joiner, join->text, m);
	} else if (believed) {
		write_stranger(turn, "nomember", "stranger", m);
	}
}

/* --- answers ---------------------------------------------------------------------------- */

/* They never asked for it, or never answered: nothing of them stays. */
static void forget(struct turn *turn, int64_t joiner)
{
	struct member *m = member_get(turn->store, joiner);
	struct link *links;
	struct ask *asked;
	if (m->state == MEMBER_KNOWN &&
	    ask_open_about(turn->store, ASK_JOIN, joiner, &asked) == 0 &&
	    link_list(turn->store, joiner, &links) == 0 &&
	    ask_last_about(turn->store, ASK_INVITE, joiner, 0) == NULL)
		rights_erase(turn->store, joiner, GONE);
}

static void joiner_answers(struct turn *turn, struct ask *ask, const struct member *sender,
                           const struct message *m)
{
	if (verdict_confirms(m->words, m->subject)) {
		ask_state_set(turn->store, ask->id, ask->state, ASK_ACCEPTED, 0, turn->now_at);
		tell(turn, sender->id, proved(turn, sender, ask->word), m);
		return;
	}
	ask_state_set(turn->store, ask->id, ask->state, ASK_DECLINED, 0, turn->now_at);
	write_stranger(turn, "join", "dropped", m);
	forget(turn, sender->id);
}

static void close_others(struct turn *turn, int64_t joiner)
{
	struct ask *asks;
	size_t count = ask_open_about(turn->store, ASK_JOIN, joiner, &asks);
	for (size_t i = 0; i < count; i++) {
		ask_state_set(turn->store, asks[i].id, ASK_OPEN, ASK_MOOT, 0, 0);
		outbox_drop(turn->store, asks[i].id);
	}
}

static void admin_answers(struct turn *turn, struct ask *ask, const struct member *admin,
                          const struct message *m)
{
	struct member *joiner = member_get(turn->store, ask->next);
	struct verdict verdict = verdict_read(m->words, m->subject, m->date_at);
	bool yes = verdict_confirms(m->words, m->subject), no = verdict.kind == VERDICT_DECLINE;
	bool over = ask->state != ASK_OPEN || joiner->state == MEMBER_MEMBER ||
	            joiner->state == MEMBER_PAUSED;
	const char *flag = over ? "over" : yes ? "accepted" : no ? "declined" : "unclear";
	verdict_free(&verdict);
	struct letter letter = { .message = "join_done",
		                 .member = admin->id,
		                 .token = ask->token,
		                 .re = m,
		                 .values = json_pack("{s:o, s:b}", "person",
		                                     value_person(turn, joiner->id), flag, 1) };
	letter_write(turn, &letter);
	if (over || (!yes && !no))
		return;
	ask_state_set(turn->store, ask->id, ASK_OPEN, yes ? ASK_ACCEPTED : ASK_DECLINED, 0,
	              turn->now_at);
	close_others(turn, joiner->id);
	if (yes)
		join_become(turn, joiner->id);
	tell(turn, joiner->id, yes ? "joined" : "refused", NULL);
}

void join_answer(struct turn *turn, struct ask *ask, const struct member *sender,
                 const struct inbox *mail, const struct message *m)
{
	(void)mail;
	if (ask->next == 0)
		joiner_answers(turn, ask, sender, m);
	else
		admin_answers(turn, ask, sender, m);
}

void join_due(struct turn *turn, struct ask *ask)
{
	ask_state_set(turn->store, ask->id, ask->state, ASK_SILENT, 0, 0);
	if (ask->next == 0)
		forget(turn, ask->member);
}
