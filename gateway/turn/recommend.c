/* RECOMMEND: a testimonial is proposed, and shown once its subject says yes. */
#include "base/utf8.h"
#include "core/signoff.h"
#include "store/profiles.h"
#include "turn/command.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MOST 1500 /* octets */

/* What stands after the colon, and below. Yours to free. */
static char *text_of(const struct command *c)
{
	char *tidy = signoff_tidy(c->text, strlen(c->text)), *cut = utf8_cut(tidy, TEXT_MOST);
	free(tidy);
	return cut;
}

static bool is_linked(struct turn *turn, int64_t a, int64_t b)
{
	struct link *links;
	size_t count = link_list(turn->store, a, &links);
	for (size_t i = 0; i < count; i++)
		if ((links[i].from == b || links[i].to == b) && links[i].confirmed_from &&
		    links[i].confirmed_to)
			return true;
	return false;
}

/* Whom it may be about: one member they are linked with. */
static struct member *subject_of(const struct command_run *run, const struct command *c)
{
	struct member *found;
	if (open_find(run->turn, run->sender->id, c->name, c->firm, c->address, &found) != 1)
		return NULL;
	bool member = found->state == MEMBER_MEMBER || found->state == MEMBER_PAUSED;
	return member && is_linked(run->turn, run->sender->id, found->id) ? found : NULL;
}

static void propose(struct turn *turn, const struct member *author, const struct member *subject,
                    const char *text)
{
	struct token room;
	struct str payload;
	int64_t id = testimonial_put(turn->store, author->id, subject->id, text, turn->now_at);
	str_init(&payload, 100);
	str_addf(&payload, "%lld %lld", (long long)id, (long long)turn->now_at);
	struct ask ask = { .kind = ASK_RECOMMEND, .member = subject->id, .next = author->id,
		           .token = fresh_token(turn, &room), .state = ASK_OPEN,
		           .payload = payload.text, .asked_at = turn->now_at };
	ask_add(turn->store, &ask);
	struct letter letter = { .message = "testimonial", .member = subject->id,
		                 .token = ask.token,
		                 .values = json_pack("{s:b, s:o, s:o}", "asked", 1, "author",
		                                     value_person(turn, author->id), "words",
		                                     value_lines(text, TEXT_MOST)) };
	letter_write(turn, &letter);
	str_free(&payload);
}

struct command_told command_recommend(const struct command_run *run, const struct command *c)
{
	struct turn *turn = run->turn;
	struct command_told told = { .message = "recommend" };
	struct member *subject = subject_of(run, c);
	struct str query;
	str_init(&query, 2000);
	open_query(&query, c->name, c->firm, c->address);
	told.values = json_pack("{s:s}", "query", query.text);
	char *text = text_of(c);
	struct testimonial *before =
		subject != NULL ? testimonial_of(turn->store, run->sender->id, subject->id) : NULL;
	const char *what = "sent";
	if (subject == NULL) {
		what = "not_linked";
	} else if (text[0] != '\0') {
		propose(turn, run->sender, subject, text);
		json_object_set_new(told.values, "words", value_lines(text, TEXT_MOST));
	} else if (before != NULL && before->state != TESTIMONIAL_REVOKED) {
		testimonial_state_set(turn->store, before->id, TESTIMONIAL_REVOKED);
		what = "revoked";
	} else {
		what = "nothing";
	}
	json_object_set_new(told.values, what, json_true());
	if (subject != NULL)
		json_object_set_new(told.values, "target", value_person(turn, subject->id));
	str_free(&query);
	free(text);
	return told;
}

/* The testimonial this ask was about, as it was then; NULL: replaced, withdrawn. */
static struct testimonial *asked_about(struct turn *turn, const struct ask *ask)
{
	char *end;
	int64_t id = strtoll(ask->payload, &end, 10), said_at = strtoll(end, NULL, 10);
	struct testimonial *t = testimonial_get(turn->store, id);
	bool stands = t != NULL && t->said_at == said_at && t->state != TESTIMONIAL_REVOKED &&
	              t->subject == ask->member;
	return stands ? t : NULL;
}

void answer_recommend(struct turn *turn, struct ask *ask, const struct member *sender,
                      const struct inbox *mail, const struct message *m)
{
	struct testimonial *t = asked_about(turn, ask);
	struct verdict verdict = verdict_read(m->words, m->subject, m->date_at);
	bool yes = verdict.kind == VERDICT_ACCEPT || verdict_confirms(m->words, m->subject);
	bool no = !yes && verdict.kind == VERDICT_DECLINE;
	if (!yes && !no && answer_commands(turn, sender, mail, m)) {
		verdict_free(&verdict);
		return;
	}
	const char *what = t == NULL ? "over" : yes ? "shown" : no ? "declined" : "unclear";
	if (t != NULL && (yes || no)) {
		testimonial_state_set(turn->store, t->id,
		                      yes ? TESTIMONIAL_SHOWN : TESTIMONIAL_DECLINED);
		ask_state_set(turn->store, ask->id, ask->state, yes ? ASK_ACCEPTED : ASK_DECLINED,
		              0, turn->now_at);
	}
	json_t *values = json_pack("{s:b, s:o}", what, 1, "author", value_person(turn, ask->next));
	if (t != NULL)
		json_object_set_new(values, "words", value_lines(t->text, TEXT_MOST));
	struct letter letter = { .message = "testimonial", .member = sender->id,
		                 .token = ask->token, .re = m, .values = values };
	letter_write(turn, &letter);
	verdict_free(&verdict);
}
