/* A request for an introduction: whom is meant, may it be, is there a way. */
#include "base/str.h"
#include "base/utf8.h"
#include "base/when.h"
#include "core/request.h"
#include "store/rules.h"
#include "store/chances.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <string.h>

#define CANDIDATES_MOST 9

bool open_untold(struct turn *turn, const struct intro *intro)
{
	return intro->state == INTRO_FAILED && intro->progress_at > turn->now_at &&
	       intro->deadline_at > turn->now_at;
}

static bool looks_open(struct turn *turn, const struct intro *intro)
{
	return intro->state == INTRO_ASKING || intro->state == INTRO_ROUTING ||
	       open_untold(turn, intro);
}

static void answer(struct turn *turn, const struct member *to, const struct intro *intro,
                   const char *message, const char *token, const struct message *re, json_t *values)
{
	struct letter letter = { .message = message,
		                 .member = to->id,
		                 .intro = intro,
		                 .token = token,
		                 .re = re,
		                 .values = values };
	letter_write(turn, &letter);
}

/* One text for no way, unknown, cooling down, stopped: it reveals nothing. */
static void answer_no_way(struct turn *turn, const struct member *to, const char *query,
                          const struct message *re)
{
	answer(turn, to, NULL, "noway", NULL, re, json_pack("{s:s}", "query", query));
}

/* A limit, or an open introduction to the same person; true if it was refused. */
static bool refused(struct turn *turn, const struct member *requester, int64_t target,
                    const struct message *re)
{
	struct intro *before = intro_of_pair(turn->store, requester->id, target);
	if (before != NULL && looks_open(turn, before)) {
		json_t *already = json_pack("{s:s, s:o, s:o}", "reference", before->reference,
		                            "target", value_person(turn, target), "next_news",
		                            value_date(turn, requester->id, before->progress_at));
		answer(turn, requester, NULL, "refused", NULL, re,
		       json_pack("{s:o}", "already", already));
		return true;
	}
	int most = turn->gateway->open_per_requester;
	if (intro_open_count(turn->store, requester->id) >= most) {
		answer(turn, requester, NULL, "refused", NULL, re,
		       json_pack("{s:{s:i}}", "limit_open", "most", most));
		return true;
	}
	return false;
}

static bool cools_down(struct turn *turn, int64_t requester, int64_t target)
{
	struct intro *before = intro_of_pair(turn->store, requester, target);
	return before != NULL && before->ended_at != 0 && before->state != INTRO_WITHDRAWN &&
	       before->ended_at + turn->gateway->cooldown_s > turn->now_at;
}

/* Not to be found, not to be met, or not by this one: looks like nobody there. */
static bool out_of_reach(struct turn *turn, int64_t requester, int64_t target)
{
	struct rules rules = rules_get(turn->store, target);
	return rules.hidden || rules.direct == DIRECT_NONE ||
	       block_between(turn->store, requester, target);
}

static void receipt(struct turn *turn, const struct member *requester, struct intro *intro,
                    const struct route_chain *chain, const struct message *re)
{
	struct token token;
	struct ask ask = { .kind = ASK_RECEIPT,
		           .intro = intro->id,
		           .member = requester->id,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .asked_at = turn->now_at };
	ask_add(turn->store, &ask);
	const char *word = chance_word_name(relay_chance_word(intro->chance));
	json_t *values = json_pack("{s:o, s:o, s:i, s:i, s:b, s:b, s:{s:b}, s:o, s:o, s:o}",
	                           "target", value_person(turn, intro->target), "first",
	                           value_person(turn, chain->member[1]), "hops", chain->hops,
	                           "relays", chain->hops - 1, "direct", chain->hops == 1,
	                           "one_relay", chain->hops == 2, "chance", word, 1, "next_news",
	                           value_date(turn, requester->id, intro->progress_at), "offer",
	                           value_lines(intro->offer, OFFER_MOST), "attachments",
	                           value_files(turn, intro->inbox));
	json_object_set_new(values, "purpose", value_purpose(intro->purpose));
	answer(turn, requester, intro, "receipt", ask.token, re, values);
}

size_t open_ways(struct turn *turn, const struct member *requester, const struct member *target,
                 struct route_chain chains[OPEN_WAYS])
{
	if (target->id == requester->id || target->state == MEMBER_STOPPED ||
	    requester->state != MEMBER_MEMBER || cools_down(turn, requester->id, target->id) ||
	    out_of_reach(turn, requester->id, target->id))
		return 0;
	return turn_ways(turn, requester->id, target->id, turn->gateway->max_hops, chains,
	                 OPEN_WAYS);
}

void open_to(struct turn *turn, const struct member *requester, const struct member *target,
             const char *query, const char *offer, int64_t inbox, const struct message *re)
{
	const struct conf_gateway *g = turn->gateway;
	struct route_chain chains[OPEN_WAYS];
	if (target->id != requester->id && refused(turn, requester, target->id, re))
		return;
	size_t ways = open_ways(turn, requester, target, chains);
	if (ways == 0) {
		answer_no_way(turn, requester, query, re);
		return;
	}
	struct reference reference = reference_make(turn->random);
	struct when_day today = when_local(turn->now_at, zone_of(turn, requester->id));
	int64_t noon = when_noon(today.year, today.month, today.day, zone_of(turn, requester->id));
	struct intro intro = {
		.reference = reference.text,
		.requester = requester->id,
		.target = target->id,
		.state = INTRO_ROUTING,
		.offer = offer,
		.purpose = purpose_guess(offer),
		.inbox = inbox,
		.hops = chains[0].hops,
		.worth = chains[0].worth,
		.chance = turn_chance(turn, chains, ways),
		.opened_at = turn->now_at,
		.deadline_at = turn->now_at + g->deadline_s,
		.progress_at = noon + g->progress_s,
	};
	intro_add(turn->store, &intro);
	chances_open(turn->store, intro.id, chance_cell(chains, ways));
	step_event_log(turn, &intro, NULL, "opened");
	receipt(turn, requester, &intro, &chains[0], re);
	struct way way = { .from = requester->id, .next = chains[0].member[1], .hop = 1 };
	step_start(turn, &intro, &way);
}

static void offer_choice(struct turn *turn, const struct member *requester, const char *query,
                         const struct member *found, size_t count, int64_t inbox,
                         const struct message *re)
{
	struct str ids;
	struct token token;
	json_t *candidates = json_array();
	str_init(&ids, 400);
	for (size_t i = 0; i < count; i++) {
		json_t *person = value_person(turn, found[i].id);
		json_object_set_new(person, "n", json_integer((json_int_t)i + 1));
		json_array_append_new(candidates, person);
		str_addf(&ids, "%s%lld", i > 0 ? "," : "", (long long)found[i].id);
	}
	struct ask ask = { .kind = ASK_CHOICE,
		           .member = requester->id,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .payload = ids.text,
		           .note = query,
		           .inbox = inbox,
		           .asked_at = turn->now_at };
	ask_add(turn->store, &ask);
	answer(turn, requester, NULL, "choice", ask.token, re,
	       json_pack("{s:s, s:o}", "query", query, "candidates", candidates));
	str_free(&ids);
}

void open_query(struct str *query, const char *name, const char *firm, const char *address)
{
	str_add(query, name != NULL ? name : address != NULL ? address : "?");
	if (name != NULL && firm != NULL)
		str_addf(query, " (%s)", firm);
}

size_t open_find(struct turn *turn, int64_t reader, const char *name, const char *firm,
                 const char *address, struct member **found)
{
	*found = NULL;
	if (address != NULL)
		*found = member_by_address(turn->store, address);
	if (address != NULL || name == NULL)
		return *found != NULL;
	size_t all = member_find(turn->store, name, firm, CANDIDATES_MOST, found), exact = 0;
	size_t count = 0;
	for (size_t i = 0; i < all; i++) /* a list would betray who hides */
		if (!out_of_reach(turn, reader, (*found)[i].id))
			(*found)[count++] = (*found)[i];
	/* One of exactly this name beats those whose name only contains it. */
	char *key = utf8_fold(name);
	for (size_t i = 0; i < count; i++) {
		char *other = utf8_fold((*found)[i].name);
		exact += strcmp(key, other) == 0;
		free(other);
	}
	free(key);
	return exact == 1 ? 1 : count;
}

void open_request(struct turn *turn, const struct member *requester, const char *name,
                  const char *firm, const char *address, const char *offer, int64_t inbox,
                  const struct message *re)
{
	struct member *found;
	struct str query;
	str_init(&query, 2000);
	open_query(&query, name, firm, address);
	size_t count = open_find(turn, requester->id, name, firm, address, &found);
	if (count == 0)
		answer_no_way(turn, requester, query.text, re);
	else if (count == 1)
		open_to(turn, requester, found, query.text, offer, inbox, re);
	else
		offer_choice(turn, requester, query.text, found, count, inbox, re);
	str_free(&query);
}

/* The n-th of "12,7,31". */
static int64_t chosen(const char *payload, long n)
{
	for (; n > 1 && payload != NULL; n--) {
		payload = strchr(payload, ',');
		payload = payload != NULL ? payload + 1 : NULL;
	}
	return n == 1 && payload != NULL ? strtoll(payload, NULL, 10) : 0;
}

void open_choice(struct turn *turn, const struct member *requester, struct ask *choice,
                 const char *words, const struct message *re)
{
	const char *digit = words + strcspn(words, "0123456789\n");
	char *end;
	long n = strtol(digit, &end, 10);
	struct member *target =
		end != digit ? member_get(turn->store, chosen(choice->payload, n)) : NULL;
	struct inbox *mail = inbox_get(turn->store, choice->inbox);
	if (target == NULL || mail == NULL || choice->state != ASK_OPEN) {
		answer(turn, requester, NULL, "help", NULL, re,
		       json_pack("{s:b, s:o}", "not_understood", 1, "said",
		                 value_lines(words, 600)));
		return;
	}
	ask_state_set(turn->store, choice->id, ASK_OPEN, ASK_ACCEPTED, 0, turn->now_at);
	struct request request =
		request_read(mail->detail, mail->subject, mail->words, turn->now_at);
	open_to(turn, requester, target, choice->note, request.offer, choice->inbox, re);
	request_free(&request);
}

json_t *open_status(struct turn *turn, int64_t requester)
{
	struct intro *intros;
	size_t count = intro_list(turn->store, requester, &intros);
	json_t *list = json_array();
	for (size_t i = count; i-- > 0 && json_array_size(list) < 20;) {
		const struct intro *intro = &intros[i];
		bool open = looks_open(turn, intro);
		json_t *value = json_pack("{s:s, s:o, s:o, s:b}", "reference", intro->reference,
		                          "target", value_person(turn, intro->target), "since",
		                          value_date(turn, requester, intro->opened_at),
		                          open ? "asking" : intro_state_name(intro->state), 1);
		if (open)
			json_object_set_new(value, "next_news",
			                    value_date(turn, requester, intro->progress_at));
		json_array_append_new(list, value);
	}
	json_t *status = json_object();
	json_object_set_new(status, "none", json_boolean(json_array_size(list) == 0));
	json_object_set_new(status, "intros", list);
	return status;
}
