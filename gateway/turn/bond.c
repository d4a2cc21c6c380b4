/* Who knows whom, and how well: both say it, and only together it counts. */
#include "base/mem.h"
#include "base/utf8.h"
#include "store/joining.h"
#include "store/rules.h"
#include "turn/command.h"

#include <stdlib.h>
#include <string.h>

#define NAMESAKES_MOST 20

void bond_state(struct turn *turn, int64_t member, int64_t other, int strength)
{
	struct link *mine = link_get(turn->store, member, other);
	struct link *theirs = link_get(turn->store, other, member);
	/* Who has not said how well is taken to know the other slightly. */
	struct link out = { .from = member, .to = other };
	struct link in = { .from = other, .to = member, .stated = 1 };
	out = mine != NULL ? *mine : out;
	in = theirs != NULL ? *theirs : in;
	out.stated = strength;
	out.confirmed_from = in.confirmed_to = strength > 0;
	out.changed_at = in.changed_at = turn->now_at;
	link_put(turn->store, &out);
	link_put(turn->store, &in);
}

static json_t *level(int strength)
{
	static const char *const words[] = { "none", "slight", "some", "well", "very_well" };
	return json_pack("{s:b, s:i}", words[strength], 1, "number", strength);
}

struct command_told bond_ask(struct turn *turn, int64_t member, int64_t other, const char *why)
{
	struct token token;
	struct ask ask = { .kind = ASK_STRENGTH,
		           .member = member,
		           .next = other,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .asked_at = turn->now_at };
	ask_add(turn->store, &ask);
	/* Its token lives in the store's pool. */
	return (struct command_told){ .message = "strength",
		                      .values = json_pack("{s:o, s:b}", "other",
		                                          value_person(turn, other), why, 1),
		                      .token = ask_get(turn->store, ask.id)->token };
}

static bool routes(struct turn *turn, int64_t one, int64_t other)
{
	struct link *link = link_get(turn->store, one, other);
	return link != NULL && link->confirmed_from && link->confirmed_to;
}

void bond_wish(struct turn *turn, const struct member *member, const struct member *other,
               const char *word, bool invited)
{
	struct ask *last = ask_last_about(turn->store, ASK_STRENGTH, other->id, member->id);
	if (routes(turn, member->id, other->id) ||
	    block_between(turn->store, member->id, other->id))
		return;
	if (invited)
		bond_state(turn, member->id, other->id, 1);
	if (last != NULL && (last->state == ASK_OPEN || last->state == ASK_DECLINED))
		return; /* asked once */
	struct token token;
	struct ask ask = { .kind = ASK_STRENGTH,
		           .member = other->id,
		           .next = member->id,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .payload = invited ? "invited" : "",
		           .asked_at = turn->now_at };
	ask_add(turn->store, &ask);
	struct letter letter = { .message = "strength",
		                 .member = other->id,
		                 .token = ask.token,
		                 .values = json_pack("{s:o, s:b, s:o}", "other",
		                                     value_person(turn, member->id), "wish", 1,
		                                     "word", value_lines(word, 1200)) };
	letter_write(turn, &letter);
}

static struct command_told said(struct turn *turn, int64_t other, int strength)
{
	return (struct command_told){ .message = "trust",
		                      .values = json_pack("{s:o, s:o}", "person",
		                                          value_person(turn, other), "level",
		                                          level(strength)) };
}

/* --- the answer to "how well?" ------------------------------------------------------- */

static int strength_of(const struct message *m)
{
	int strength = command_strength(m->words);
	if (strength >= 0)
		return strength;
	struct verdict verdict = verdict_read(m->words, m->subject, m->date_at);
	if (verdict.kind == VERDICT_DECLINE || verdict.kind == VERDICT_WRONG_PERSON)
		strength = 0;
	else if (verdict.kind == VERDICT_ACCEPT || verdict_confirms(m->words, m->subject))
		strength = 1;
	verdict_free(&verdict);
	return strength;
}

void bond_answer(struct turn *turn, struct ask *ask, const struct member *sender,
                 const struct inbox *mail, const struct message *m)
{
	(void)mail;
	int strength = strength_of(m);
	struct command_told told;
	if (strength < 0) {
		told = (struct command_told){ .message = "strength", .token = ask->token };
		told.values = json_pack("{s:o, s:b}", "other", value_person(turn, ask->next),
		                        "unclear", 1);
	} else {
		told = said(turn, ask->next, strength);
		bond_state(turn, sender->id, ask->next, strength);
		ask_state_set(turn->store, ask->id, ask->state,
		              strength > 0 ? ASK_ACCEPTED : ASK_DECLINED, 0, turn->now_at);
	}
	struct letter letter = { .message = told.message, .member = sender->id,
		                 .token = ask->token, .re = m, .values = told.values };
	letter_write(turn, &letter);
	if (strength > 0 && ask->state == ASK_OPEN && strcmp(ask->payload, "invited") == 0) {
		told = bond_ask(turn, ask->next, sender->id, "confirmed");
		letter = (struct letter){ .message = told.message, .member = ask->next,
			                  .token = told.token, .values = told.values };
		letter_write(turn, &letter);
	}
}

/* --- TRUST ------------------------------------------------------------------------------ */

/* By name only among those the sender is linked with: no name tells who is here. */
static struct member *linked_by_name(struct turn *turn, int64_t sender, const struct command *c)
{
	struct member *found, *only = NULL;
	size_t count = member_find(turn->store, c->name, c->firm, NAMESAKES_MOST, &found);
	for (size_t i = 0; i < count; i++) {
		if (link_get(turn->store, sender, found[i].id) == NULL)
			continue;
		if (only != NULL)
			return NULL;
		only = &found[i];
	}
	return only;
}

struct command_told command_trust(const struct command_run *run, const struct command *c)
{
	struct turn *turn = run->turn;
	struct command_told told = { .message = "trust" };
	struct member *other = c->address != NULL
	                               ? member_by_address(turn->store, c->address)
	                               : linked_by_name(turn, run->sender->id, c);
	if (c->number > 4) {
		told.values = json_pack("{s:b}", "out_of_range", 1);
		return told;
	}
	if (other == NULL && c->address == NULL) {
		told.values = json_pack("{s:{s:s}}", "who", "name", c->name);
		return told;
	}
	bool self = other != NULL && other->id == run->sender->id;
	bool member = other != NULL && !self &&
	              (other->state == MEMBER_MEMBER || other->state == MEMBER_PAUSED);
	bool linked = member && (routes(turn, run->sender->id, other->id) ||
	                         routes(turn, other->id, run->sender->id));
	if (member && !block_between(turn->store, run->sender->id, other->id)) {
		bool asked = link_get(turn->store, other->id, run->sender->id) != NULL;
		bond_state(turn, run->sender->id, other->id, c->number);
		linked = linked || (asked && routes(turn, run->sender->id, other->id));
		if (!linked && c->number > 0)
			bond_wish(turn, run->sender, other, "", false);
	}
	if (linked)
		return said(turn, other->id, c->number);
	told.values = json_pack("{s:o, s:{s:s?}}", "level", level(c->number), "wished", "address",
	                        c->address != NULL ? c->address : c->name);
	return told;
}
