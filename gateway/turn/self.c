/* LANGUAGE and ADDRESS: how, and where, somebody is written to. */
#include "mail/address.h"
#include "store/joining.h"
#include "store/people.h"
#include "turn/command.h"

#include <stdlib.h>
#include <string.h>

struct command_told command_language(const struct command_run *run, const struct command *c)
{
	const char *code = command_language_code(c->rest);
	const char *have = code != NULL ? catalog_language(run->turn->catalog, code) : NULL;
	bool ours = have != NULL && strcmp(have, code) == 0;
	if (ours)
		member_language_set(run->turn->store, run->sender->id, code);
	return (struct command_told){ .message = "language",
		                      .values = ours ? json_pack("{s:b}", "changed", 1)
		                                     : json_pack("{s:s}", "unknown", c->rest) };
}

/* "main", in our languages; the word stands behind the address. */
static bool wants_main(const char *rest)
{
	static const char *const words[] = { "main", "principal", "principale", "haupt",
		                             "hauptadresse" };
	for (const char *at = rest + strcspn(rest, " "); *at != '\0';) {
		at += strspn(at, " ,()");
		size_t len = strcspn(at, " ,()");
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (strlen(words[i]) == len && strncasecmp(at, words[i], len) == 0)
				return true;
		at += len;
	}
	return false;
}

static void ask_new_address(struct turn *turn, const struct member *member, const char *address,
                            bool main)
{
	struct token token;
	struct ask ask = { .kind = ASK_ADDRESS,
		           .member = member->id,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .payload = address,
		           .any_next = main,
		           .asked_at = turn->now_at };
	ask_add(turn->store, &ask);
	struct letter letter = { .message = "address_confirm",
		                 .address = address,
		                 .language = member->language,
		                 .token = ask.token,
		                 .capped = true,
		                 .values = json_pack("{s:o, s:b}", "reader",
		                                     value_name(turn, member->id), "main", main) };
	letter_write(turn, &letter);
}

/* Somebody else's address gets the same words, and no mail. */
struct command_told command_address(const struct command_run *run, const struct command *c)
{
	struct turn *turn = run->turn;
	bool main = wants_main(c->rest);
	struct command_told told = { .message = "address",
		                     .values = json_pack("{s:s, s:b}", "address", c->address,
		                                         "main", main) };
	if (member_has_address(turn->store, run->sender->id, c->address)) {
		if (main)
			member_main_set(turn->store, run->sender->id, c->address);
		json_object_set_new(told.values, "added", json_true());
		return told;
	}
	json_object_set_new(told.values, "asked", json_true());
	if (member_by_address(turn->store, c->address) == NULL &&
	    !stop_has(turn->store, c->address))
		ask_new_address(turn, run->sender, c->address, main);
	return told;
}

/* From the new address, with its token: that proves it. */
void self_answer(struct turn *turn, struct ask *ask, const struct member *sender,
                 const struct inbox *mail, const struct message *m)
{
	(void)mail;
	bool yes = verdict_confirms(m->words, m->subject) && ask->state == ASK_OPEN;
	ask_state_set(turn->store, ask->id, ask->state, yes ? ASK_ACCEPTED : ASK_DECLINED, 0,
	              turn->now_at);
	if (yes && people_address_add(turn->store, sender->id, ask->payload) == RC_OK &&
	    ask->any_next)
		member_main_set(turn->store, sender->id, ask->payload);
	bool added = member_has_address(turn->store, sender->id, ask->payload);
	struct letter letter = { .message = "address",
		                 .member = sender->id,
		                 .re = m,
		                 .values = json_pack("{s:s, s:b, s:b}", "address", ask->payload,
		                                     "main", ask->any_next && added,
		                                     added ? "added" : "dropped", 1) };
	letter_write(turn, &letter);
}
