/* HUB: joining and leaving the themed communities. */
#include "store/hubs.h"
#include "turn/command.h"
#include "core/vocabulary.h"

#include <stdlib.h>
#include <string.h>

static json_t *hub_value(const struct hub *hub)
{
	return json_pack("{s:s, s:s, s:i, s:b}", "name", hub->name, "title", hub->title, "members",
	                 (int)hub->members, "approval", hub->entry == HUB_APPROVAL);
}

/* What there is, and what they belong to. */
static struct command_told listing(const struct command_run *run, json_t *values)
{
	struct hub *hubs;
	json_t *list = json_array();
	size_t count = hub_list(run->turn->store, false, &hubs);
	for (size_t i = 0; i < count; i++) {
		json_t *hub = hub_value(&hubs[i]);
		json_object_set_new(
			hub, "mine",
			json_boolean(hub_has(run->turn->store, hubs[i].id, run->sender->id)));
		json_array_append_new(list, hub);
	}
	json_object_set_new(values, "none", json_boolean(count == 0));
	json_object_set_new(values, "hubs", list);
	return (struct command_told){ .message = "hub", .values = values };
}

static void ask_admins(const struct command_run *run, const struct hub *hub)
{
	for (size_t i = 0; i < run->turn->gateway->admin_count; i++) {
		struct token token;
		struct member *admin = newcomer(run->turn, run->turn->gateway->admins[i], NULL,
		                                run->turn->gateway->languages[0]);
		struct ask ask = { .kind = ASK_HUB,
			           .member = admin->id,
			           .next = run->sender->id,
			           .hop = 0,
			           .token = fresh_token(run->turn, &token),
			           .state = ASK_OPEN,
			           .payload = hub->name,
			           .asked_at = run->turn->now_at };
		ask_add(run->turn->store, &ask);
		json_t *person = value_person(run->turn, run->sender->id);
		json_object_set_new(person, "address", json_string(run->sender->address));
		struct letter letter = { .message = "hub_request",
			                 .member = admin->id,
			                 .ask = ask.id,
			                 .token = ask.token,
			                 .values = json_pack("{s:o, s:o}", "person", person, "hub",
			                                     hub_value(hub)) };
		letter_write(run->turn, &letter);
	}
}

static struct command_told join(const struct command_run *run, struct hub *hub)
{
	struct turn *turn = run->turn;
	const char *what = "joined";
	if (hub_has(turn->store, hub->id, run->sender->id)) {
		what = "inside";
	} else if (hub->entry == HUB_APPROVAL) {
		what = "asked";
		hub_put_member(turn->store, hub->id, run->sender->id, true, turn->now_at);
		ask_admins(run, hub);
	} else {
		hub_put_member(turn->store, hub->id, run->sender->id, false, turn->now_at);
	}
	return listing(run, json_pack("{s:o}", what, hub_value(hub_get(turn->store, hub->id))));
}

/* "join biotech", "quitter biotech", "biotech": the verb, then the hub's name or title. */
struct command_told command_hub(const struct command_run *run, const struct command *c)
{
	struct speech speech = speech_new(c->rest, strlen(c->rest));
	struct vocabulary_hit hit = { 0 };
	if (speech.count > 0)
		hit = vocabulary_match(&speech, 0, VOC(VOC_COMMAND) | VOC(VOC_LEAVE));
	bool leaves = hit.words > 0 && (hit.sections & VOC(VOC_LEAVE)) != 0;
	bool joins = hit.words > 0 && !leaves && hit.number == COMMAND_JOIN;
	size_t at = leaves || joins ? hit.words : 0;
	const char *name = at < speech.count ? c->rest + speech.words[at].from : "";
	struct hub *hub = name[0] != '\0' ? hub_find(run->turn->store, name) : NULL;
	bool unseen = hub != NULL && hub->entry == HUB_INVISIBLE &&
	              !hub_has(run->turn->store, hub->id, run->sender->id);
	struct command_told told;
	if (name[0] == '\0' || !(joins || leaves)) {
		told = listing(run, json_object());
	} else if (hub == NULL || unseen) {
		told = listing(run, json_pack("{s:s}", "unknown", name));
	} else if (leaves) {
		hub_remove_member(run->turn->store, hub->id, run->sender->id);
		told = listing(run, json_pack("{s:o}", "left", hub_value(hub)));
	} else {
		told = join(run, hub);
	}
	speech_free(&speech);
	return told;
}

void answer_hub(struct turn *turn, struct ask *ask, const struct member *sender,
                  const struct inbox *mail, const struct message *m)
{
	struct verdict verdict = verdict_read(m->words, m->subject, m->date_at);
	struct hub *hub = hub_find(turn->store, ask->payload);
	bool yes = verdict.kind == VERDICT_ACCEPT, no = verdict.kind == VERDICT_DECLINE;
	(void)mail;
	verdict_free(&verdict);
	json_t *values = json_pack("{s:o}", "person", value_person(turn, ask->next));
	if (hub != NULL)
		json_object_set_new(values, "hub", hub_value(hub));
	if (hub == NULL || (ask->state != ASK_OPEN && (yes || no)))
		json_object_set_new(values, "over", json_true());
	else if (yes || no)
		json_object_set_new(values, yes ? "accepted" : "declined", json_true());
	else
		json_object_set_new(values, "unclear", json_true());
	bool decides = hub != NULL && ask->state == ASK_OPEN && (yes || no);
	if (decides) {
		ask_state_set(turn->store, ask->id, ASK_OPEN, yes ? ASK_ACCEPTED : ASK_DECLINED, 0,
		              turn->now_at);
		if (yes)
			hub_put_member(turn->store, hub->id, ask->next, false, turn->now_at);
		else
			hub_remove_member(turn->store, hub->id, ask->next);
		struct letter letter = { .message = "hub_decided",
			                 .member = ask->next,
			                 .values = json_pack("{s:o, s:b}", "hub", hub_value(hub),
			                                     "accepted", yes) };
		letter_write(turn, &letter);
	}
	struct letter back = { .message = "hub_noted", .member = sender->id, .re = m,
		               .token = ask->token, .values = values };
	letter_write(turn, &back);
}
