#include "base/log.h"
#include "base/str.h"
#include "base/when.h"
#include "mail/address.h"
#include "store/joining.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <string.h>

#define REFERENCES_MOST 10 /* message-ids kept of a thread: its root and the newest */

const char *fresh_token(struct turn *turn, struct token *room)
{
	*room = token_make(turn->random);
	return room->text;
}

static bool is_needed(const char *message)
{
	static const char *const needed[] = { "confirm",      "choice", "receipt",
		                              "join_confirm", "join",   "unclear" };
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (strcmp(needed[i], message) == 0)
			return true;
	return false;
}

enum answering { ANSWER_NOT, ANSWER, ANSWER_LAST /* "no more today" */ };

/* One more answer to this address today? A mail that asks for no automatic
 * answer still gets our questions and receipts: without them it could do nothing. */
static enum answering may_answer(struct turn *turn, const struct letter *letter,
                                 const char *address)
{
	struct log_text to;
	if (letter->re == NULL && !letter->capped)
		return ANSWER;
	if (letter->re != NULL && letter->re->suppress_answer && !is_needed(letter->message))
		return ANSWER_NOT;
	int most = turn->gateway->answers_per_day;
	int count = outbox_answer_count(turn->store, address, turn->now_at - WHEN_DAY_S);
	if (count < most)
		return ANSWER;
	log_warn("not-answered to=<%s>: %d answers today already", log_safe(&to, address), most);
	return count == most && letter->re != NULL && letter->member != 0 ? ANSWER_LAST
	                                                                  : ANSWER_NOT;
}

/* "<a> <b> <c>" and one more; the oldest but the root go first. */
static void put_references(struct str *refs, const char *before, const char *last)
{
	size_t count = 0;
	for (const char *at = before; at != NULL && (at = strchr(at, '<')) != NULL; at++)
		count++;
	size_t skip = count >= REFERENCES_MOST ? count - REFERENCES_MOST + 1 : 0, n = 0;
	for (const char *at = before; at != NULL && (at = strchr(at, '<')) != NULL; at++, n++) {
		size_t len = strcspn(at, ">");
		if ((n > 0 && n <= skip) || at[len] == '\0')
			continue;
		str_add_len(refs, at, len + 1);
		str_add_char(refs, ' ');
	}
	str_add(refs, last);
}

/* The mail this one continues: theirs if it answers one, else our last to them about it. */
static void put_thread(struct turn *turn, const struct letter *letter, struct outbox *mail,
                       struct str *refs)
{
	struct outbox *before = letter->intro != NULL ? outbox_thread(turn->store, letter->member,
	                                                              letter->intro->id)
	                                              : NULL;
	if (letter->re != NULL && letter->re->message_id != NULL) {
		struct str theirs;
		str_init(&theirs, 65536);
		for (size_t i = 0; i < letter->re->reference_count; i++)
			str_addf(&theirs, "%s ", letter->re->references[i]);
		mail->in_reply_to = letter->re->message_id;
		put_references(refs, theirs.text, letter->re->message_id);
		str_free(&theirs);
	} else if (before != NULL) {
		mail->in_reply_to = before->message_id;
		put_references(refs, before->refs, before->message_id);
	}
	mail->refs = refs->len > 0 ? refs->text : NULL;
}

/* `reader`: NULL for an address that is nobody's. */
static void put_common(struct turn *turn, const struct letter *letter, const struct member *reader,
                       json_t *values)
{
	if (json_object_get(values, "reader") == NULL)
		json_object_set_new(values, "reader",
		                    value_name(turn, reader != NULL ? reader->id : 0));
	json_object_set_new(values, "network", json_string(turn->gateway->display_name));
	json_object_set_new(values, "gateway", json_string(turn->gateway->address));
	if (letter->hub != NULL)
		json_object_set_new(values, "hub_texts", json_string(letter->hub));
	if (letter->intro != NULL)
		json_object_set_new(values, "reference", json_string(letter->intro->reference));
	if (letter->member != 0 && reader->first_mail_at == 0)
		json_object_set_new(values, "first_mail", json_true());
}

static void queue(struct turn *turn, struct outbox *mail, json_t *values, struct token *id)
{
	struct str message_id;
	struct token verp;
	char *text = json_dumps(values, JSON_COMPACT);
	str_init(&message_id, 400);
	str_addf(&message_id, "<%s@%s>", id->text, address_domain(turn->gateway->address));
	mail->values = text;
	mail->message_id = message_id.text;
	mail->verp_token = fresh_token(turn, &verp);
	mail->queued_at = turn->now_at;
	if (mail->next_at < turn->now_at)
		mail->next_at = turn->now_at;
	outbox_add(turn->store, mail);
	member_first_mail(turn->store, mail->member, turn->now_at);
	str_free(&message_id);
	free(text);
}

/* Who has said STOP gets the last word on that, answers, and nothing else. */
static bool is_wanted(struct turn *turn, const struct letter *letter,
                      const struct member *reader, const json_t *values)
{
	if (letter->member == 0)
		return letter->address != NULL;
	if (reader == NULL || reader->address == NULL)
		return false;
	if (letter->re == NULL && reader->state == MEMBER_KNOWN &&
	    stop_has(turn->store, reader->address))
		return false;
	return (reader->state != MEMBER_STOPPED || letter->re != NULL ||
	        json_is_true(json_object_get(values, "stopped")));
}

void letter_write(struct turn *turn, const struct letter *asked)
{
	struct letter letter[1] = { *asked };
	json_t *values = letter->values != NULL ? letter->values : json_object();
	struct member *reader = letter->member != 0
	                                ? member_get(turn->store, letter->member)
	                                : member_by_address(turn->store, letter->address);
	const char *address = letter->member == 0 || reader == NULL ? letter->address
	                                                            : reader->address;
	enum answering answering = is_wanted(turn, letter, reader, values)
	                                   ? may_answer(turn, letter, address)
	                                   : ANSWER_NOT;
	if (answering != ANSWER) {
		json_decref(values);
		if (answering == ANSWER_NOT)
			return;
		letter[0] = (struct letter){ .message = "flood", .member = asked->member,
			                     .re = asked->re };
		values = json_pack("{s:i}", "most", turn->gateway->answers_per_day);
	}
	struct token id;
	struct str refs;
	fresh_token(turn, &id);
	str_init(&refs, 8192);
	put_common(turn, letter, reader, values);
	struct outbox mail = {
		.intro = letter->intro != NULL ? letter->intro->id : 0,
		.ask = letter->ask,
		.member = letter->member,
		.address = address,
		.message = letter->message,
		.language = catalog_language(turn->catalog, letter->member != 0 ? reader->language
		                                                                : letter->language),
		.reply_token = letter->token,
		.answer = letter->re != NULL || letter->capped,
		.next_at = letter->not_before,
		.files = letter->files,
	};
	put_thread(turn, letter, &mail, &refs);
	queue(turn, &mail, values, &id);
	str_free(&refs);
	json_decref(values);
}

void letter_admins(struct turn *turn, const char *message, json_t *values)
{
	for (size_t i = 0; i < turn->gateway->admin_count; i++) {
		struct letter letter = { .message = message,
			                 .address = turn->gateway->admins[i],
			                 .values = values != NULL ? json_copy(values) : NULL };
		letter_write(turn, &letter);
	}
	json_decref(values);
}

static void put_address(json_t *person, const struct member *member)
{
	json_object_set_new(person, "address", json_string(member->address));
}

void letter_introduce(struct turn *turn, const struct intro *intro, json_t *values)
{
	struct member *both[] = { member_get(turn->store, intro->requester),
		                  member_get(turn->store, intro->target) };
	static const char *const names[] = { "a", "b" };
	struct token id;
	fresh_token(turn, &id);
	json_t *languages = json_array();
	for (int i = 0; i < 2; i++) {
		json_t *person = value_person(turn, both[i]->id);
		const char *language = catalog_language(turn->catalog, both[1 - i]->language);
		put_address(person, both[i]);
		json_object_set_new(values, names[i], person);
		const char *first = json_string_value(json_array_get(languages, 0));
		if (first == NULL || strcmp(first, language) != 0)
			json_array_append_new(languages, json_string(language));
	}
	json_object_set_new(values, "languages", languages);
	for (int i = 0; i < 2; i++) {
		struct letter letter = { .message = "introduce",
			                 .member = both[i]->id,
			                 .intro = intro };
		struct str refs;
		str_init(&refs, 8192);
		put_common(turn, &letter, both[i], values);
		struct outbox mail = {
			.intro = intro->id,
			.member = both[i]->id,
			.address = both[i]->address,
			.message = "introduce",
			.language = json_string_value(json_array_get(languages, 0)),
		};
		put_thread(turn, &letter, &mail, &refs);
		queue(turn, &mail, values, &id);
		str_free(&refs);
	}
	json_decref(values);
}
