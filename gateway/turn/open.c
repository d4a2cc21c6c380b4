/* A request for an introduction: whom is meant, may it be, is there a way. */
#include "base/str.h"
#include "base/utf8.h"
#include "base/when.h"
#include "core/request.h"
#include "store/rules.h"
#include "store/chances.h"
#include "store/outcomes.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <string.h>

#define CANDIDATES_MOST 9
/* The published share of first contacts that were answered, for want of our own. */
#define DIRECT_PRIOR  0.4
#define DIRECT_WEIGHT 20.0

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

/* By then at the latest one of theirs has ended. */
static int64_t first_deadline(struct turn *turn, int64_t requester)
{
	struct intro *intros;
	size_t count = intro_list(turn->store, requester, &intros);
	int64_t first_at = 0;
	for (size_t i = 0; i < count; i++)
		if ((intros[i].state == INTRO_ASKING || intros[i].state == INTRO_ROUTING) &&
		    (first_at == 0 || intros[i].deadline_at < first_at))
			first_at = intros[i].deadline_at;
	return first_at;
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
		json_t *limit = json_pack("{s:i, s:o}", "most", most, "until",
		                          value_date(turn, requester->id,
		                                     first_deadline(turn, requester->id)));
		answer(turn, requester, NULL, "refused", NULL, re,
		       json_pack("{s:o}", "limit_open", limit));
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
                    int64_t first, bool waits, const struct message *re)
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
	                           value_person(turn, first), "hops", intro->hops,
	                           "relays", intro->hops - 1, "direct", intro->hops == 1,
	                           "one_relay", intro->hops == 2, "chance", word, 1, "next_news",
	                           value_date(turn, requester->id, intro->progress_at), "offer",
	                           value_lines(intro->offer, OFFER_MOST), "attachments",
	                           value_files(turn, intro->inbox));
	json_object_set_new(values, "purpose", value_purpose(intro->purpose));
	json_object_set_new(values, "unknown_to_target", json_boolean(intro->direct));
	json_object_set_new(values, "approval", json_boolean(waits));
	answer(turn, requester, intro, "receipt", ask.token, re, values);
}

static bool may_ask(struct turn *turn, const struct member *requester,
                    const struct member *target)
{
	return target->id != requester->id && target->state != MEMBER_STOPPED &&
	       requester->state == MEMBER_MEMBER &&
	       !cools_down(turn, requester->id, target->id) &&
	       !out_of_reach(turn, requester->id, target->id);
}

size_t open_ways(struct turn *turn, const struct member *requester, const struct member *target,
                 struct route_chain chains[OPEN_WAYS])
{
	return may_ask(turn, requester, target)
	               ? turn_ways(turn, requester->id, target->id, turn->gateway->max_hops, chains,
	                           OPEN_WAYS)
	               : 0;
}

/* Of those who were asked without anybody between: counts, over a published share. */
static double direct_chance(struct turn *turn)
{
	struct outcome_count *counts;
	size_t count = outcome_counts_by_way(turn->store, 0, &counts);
	double arrived = DIRECT_PRIOR * DIRECT_WEIGHT, ended = DIRECT_WEIGHT;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(counts[i].group, "direct") != 0)
			continue;
		arrived += (double)counts[i].introduced;
		ended += (double)(counts[i].introduced + counts[i].failed);
	}
	return arrived / ended;
}

/* Allowed by the target, and better than through people. */
static bool goes_direct(struct turn *turn, struct intro *intro, size_t ways)
{
	if (rules_get(turn->store, intro->target).direct != DIRECT_YES ||
	    (ways > 0 && intro->hops == 1))
		return false;
	double chance = direct_chance(turn);
	if (ways > 0 && chance <= intro->chance)
		return false;
	intro->direct = true;
	intro->hops = 1;
	intro->worth = intro->chance = chance;
	return true;
}

/* The best way for it, and its chance; false: there is none, or it may not be. */
static bool find_start(struct turn *turn, const struct member *requester,
                       const struct member *target, struct intro *intro, struct way *first,
                       int *cell)
{
	struct route_chain chains[OPEN_WAYS];
	size_t ways = 0;
	if (!may_ask(turn, requester, target) ||
	    purpose_refused(turn->store, target->id, intro->purpose))
		return false;
	if (way_find(turn, intro, first) == RC_OK)
		ways = open_ways(turn, requester, target, chains);
	if (ways > 0) {
		intro->hops = chains[0].hops;
		intro->worth = chains[0].worth;
		intro->chance = turn_chance(turn, chains, ways);
		*cell = chance_cell(chains, ways);
	}
	if (goes_direct(turn, intro, ways))
		*first = (struct way){ .next = target->id };
	return intro->direct || ways > 0;
}

/* Others ask for the same person now: the admins are told, and whoever is asked. */
static void tell_rivalry(struct turn *turn, const struct intro *intro)
{
	struct intro *rivals;
	size_t count = intro_rivals(turn->store, intro->target, intro->requester, &rivals);
	if (count == 0)
		return;
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:s, s:o}", "reference",
		                                      rivals[i].reference, "requester",
		                                      value_person(turn, rivals[i].requester)));
	letter_admins(turn, "rivalry",
	              json_pack("{s:o, s:o, s:s, s:o}", "requester",
	                        value_person(turn, intro->requester), "target",
	                        value_person(turn, intro->target), "its_reference",
	                        intro->reference, "rivals", list));
}

static void start(struct turn *turn, const struct member *requester, struct intro *intro,
                  int64_t first, const struct message *re)
{
	step_event_log(turn, intro, NULL, "opened");
	tell_rivalry(turn, intro);
	bool waits = approve_ask(turn, intro);
	receipt(turn, requester, intro, first, waits, re);
	if (!waits)
		step_open(turn, intro);
}

void open_to(struct turn *turn, const struct member *requester, const struct member *target,
             const char *query, const char *offer, int64_t inbox, const struct message *re)
{
	const struct conf_gateway *g = turn->gateway;
	struct way first = { 0 };
	int cell = 0;
	if (target->id != requester->id && refused(turn, requester, target->id, re))
		return;
	struct reference reference = reference_make(turn->random);
	struct when_day today = when_local(turn->now_at, zone_of(turn, requester->id));
	int64_t noon = when_noon(today.year, today.month, today.day, zone_of(turn, requester->id));
	chances_settle(turn->store, turn->now_at);
	struct intro intro = {
		.reference = reference.text,
		.requester = requester->id,
		.target = target->id,
		.state = INTRO_ROUTING,
		.offer = offer,
		.purpose = purpose_guess(offer),
		.inbox = inbox,
		.opened_at = turn->now_at,
		.deadline_at = turn->now_at + g->deadline_s,
		.progress_at = noon + g->progress_s,
	};
	if (!find_start(turn, requester, target, &intro, &first, &cell)) {
		answer_no_way(turn, requester, query, re);
		return;
	}
	intro_add(turn->store, &intro);
	if (!intro.direct)
		chances_open(turn->store, intro.id, cell);
	start(turn, requester, &intro, first.next, re);
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
