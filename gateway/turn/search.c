/* SEARCH and ROUTE: who there is, and how far away; nothing is sent to anybody. */
#include "base/mem.h"
#include "base/utf8.h"
#include "base/when.h"
#include "core/signoff.h"
#include "store/profiles.h"
#include "turn/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ROUTED_MOST 50 /* the best by their words are looked at for closeness */
#define PAGE        8
#define SAID_MOST   160 /* octets of a testimonial beside a hit */
#define FARTHEST    0.4 /* what is left of a hit's relevance when there is no way to it */

/* --- a way, as far as it is told ----------------------------------------------------- */

/* The links, the chance in a word, the first relay. */
static void put_way(struct turn *turn, json_t *value, const struct route_chain *chains, size_t ways)
{
	const char *word = chance_word_name(relay_chance_word(turn_chance(turn, chains, ways)));
	json_object_set_new(value, "hops", json_integer(chains[0].hops));
	json_object_set_new(value, "relays", json_integer(chains[0].hops - 1));
	json_object_set_new(value, "direct", json_boolean(chains[0].hops == 1));
	json_object_set_new(value, "one_relay", json_boolean(chains[0].hops == 2));
	json_object_set_new(value, "chance", json_pack("{s:b}", word, 1));
	if (chains[0].hops > 1 && turn->gateway->disclosure != CONF_COUNT)
		json_object_set_new(value, "via", value_person(turn, chains[0].member[1]));
}

static bool spent(struct turn *turn, int64_t member)
{
	int64_t since_at = turn->now_at - WHEN_DAY_S;
	if (profile_searches(turn->store, member, since_at) >= turn->gateway->searches_per_day)
		return true;
	profile_searched(turn->store, member, turn->now_at);
	return false;
}

static json_t *limited(struct turn *turn)
{
	return json_pack("{s:{s:i}}", "limited", "most", turn->gateway->searches_per_day);
}

/* --- the hits in order ----------------------------------------------------------------- */

struct found {
	int64_t member;
	double score;
};

static int by_score(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int less = (x->score < y->score) - (x->score > y->score);
	return less != 0 ? less : (x->member > y->member) - (x->member < y->member);
}

/* Relevance, and how well they can be reached: the near ones first among equals. */
static size_t ranked(struct turn *turn, const struct search *search, int64_t reader,
                     struct found found[ROUTED_MOST], bool *partial)
{
	struct profile_hit *hits;
	int64_t ids[ROUTED_MOST];
	double worth[ROUTED_MOST];
	size_t count = profile_search(turn->store, search, reader, ROUTED_MOST, &hits, partial);
	for (size_t i = 0; i < count; i++)
		ids[i] = hits[i].member;
	way_reach(turn, reader, ids, count, worth);
	for (size_t i = 0; i < count; i++)
		found[i] = (struct found){ hits[i].member,
			                   hits[i].relevance *
			                           (FARTHEST + (1 - FARTHEST) * worth[i]) };
	if (count > 1)
		qsort(found, count, sizeof *found, by_score);
	return count;
}

/* --- a page of them ---------------------------------------------------------------------- */

static void put_said(struct turn *turn, json_t *hit, int64_t member)
{
	struct testimonial *all;
	if (testimonial_list(turn->store, member, &all) == 0)
		return;
	char *line = utf8_clean_line(all[0].text, strlen(all[0].text)),
	     *cut = utf8_cut(line, SAID_MOST);
	json_object_set_new(hit, "said",
	                    json_pack("{s:s%, s:o}", "words", cut, strlen(cut), "author",
	                              value_name(turn, all[0].author)));
	free(line);
	free(cut);
}

static json_t *hit_value(struct turn *turn, const struct member *reader, int64_t member, long n)
{
	static const int shown[] = { PROFILE_SECTORS, PROFILE_PITCH };
	struct route_chain chains[OPEN_WAYS];
	struct profile profile = profile_get(turn->store, member);
	json_t *hit = value_person(turn, member);
	json_object_set_new(hit, "n", json_integer(n));
	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
		if (profile.field[shown[i]] != NULL)
			json_object_set_new(hit, profile_field_name(shown[i]),
			                    json_string(profile.field[shown[i]]));
	put_said(turn, hit, member);
	size_t ways = open_ways(turn, reader, member_get(turn->store, member), chains);
	if (ways > 0)
		put_way(turn, hit, chains, ways);
	json_object_set_new(hit, "no_way", json_boolean(ways == 0));
	return hit;
}

/* "8 12,7,31": how many have been shown, and all. */
static size_t read_payload(const char *payload, size_t *shown, int64_t ids[ROUTED_MOST])
{
	char *end;
	size_t count = 0;
	*shown = (size_t)strtoul(payload, &end, 10);
	while (*end != '\0' && count < ROUTED_MOST) {
		ids[count] = strtoll(end + 1, &end, 10);
		if (ids[count] <= 0)
			break;
		count++;
	}
	return count;
}

/* The next hits after `from`, and the ask that goes with them. Who has hidden
 * since is left out; the numbers stay. */
static json_t *page(struct turn *turn, const struct member *reader, const char *query,
                    const int64_t *ids, size_t count, size_t from, const char **token)
{
	struct str payload;
	struct token room;
	json_t *hits = json_array();
	size_t to = from + PAGE < count ? from + PAGE : count;
	str_init(&payload, 4096);
	str_addf(&payload, "%zu ", to);
	for (size_t i = 0; i < count; i++)
		str_addf(&payload, "%s%lld", i > 0 ? "," : "", (long long)ids[i]);
	for (size_t i = from; i < to; i++)
		if (profile_searchable(turn->store, ids[i], reader->id))
			json_array_append_new(hits, hit_value(turn, reader, ids[i], (long)i + 1));
	struct ask ask = { .kind = ASK_SEARCH, .member = reader->id, .state = ASK_OPEN,
		           .token = fresh_token(turn, &room), .payload = payload.text,
		           .note = query, .asked_at = turn->now_at };
	ask_add(turn->store, &ask);
	struct ask *kept = ask_get(turn->store, ask.id);
	*token = kept != NULL ? kept->token : NULL;
	str_free(&payload);
	json_t *values = json_pack("{s:s, s:b, s:o}", "query", query, "more", to < count, "hits",
	                           hits);
	json_object_set_new(values, "count", json_integer((json_int_t)count));
	json_object_set_new(values, "one", json_boolean(count == 1));
	return values;
}

struct command_told command_search(const struct command_run *run, const struct command *c)
{
	struct turn *turn = run->turn;
	struct command_told told = { .message = "search" };
	struct found found[ROUTED_MOST];
	int64_t ids[ROUTED_MOST];
	bool partial = false;
	struct search search = search_read(c->rest);
	char *query = utf8_cut(c->rest, 200);
	if (search.count == 0 && search.hub == NULL) {
		told.values = json_pack("{s:s, s:b}", "query", query, "empty", 1);
	} else if (spent(turn, run->sender->id)) {
		told.values = limited(turn);
		json_object_set_new(told.values, "query", json_string(query));
	} else {
		size_t count = ranked(turn, &search, run->sender->id, found, &partial);
		for (size_t i = 0; i < count; i++)
			ids[i] = found[i].member;
		if (count > 0)
			told.values = page(turn, run->sender, query, ids, count, 0, &told.token);
		else
			told.values = json_pack("{s:s, s:b}", "query", query, "none", 1);
		json_object_set_new(told.values, "partial", json_boolean(partial));
	}
	search_free(&search);
	free(query);
	return told;
}

/* --- the answer to a page ------------------------------------------------------------------- */

static void tell(struct turn *turn, const struct member *to, const char *message,
                 const char *token, const struct message *m, json_t *values)
{
	struct letter letter = { .message = message, .member = to->id, .token = token, .re = m,
		                 .values = values };
	letter_write(turn, &letter);
}

/* "2", "n° 2 :", "#2 - Bonjour": the number, and where the text begins; 0: none. */
static long chosen_number(const char *words, const char **text)
{
	char *end;
	const char *at = words;
	for (int letters = 0; *at != '\0' && *at != '\n' && (*at < '0' || *at > '9'); at++) {
		letters += isalpha((unsigned char)*at) != 0;
		if (letters > 3 || at - words > 12)
			return 0;
	}
	if (*at < '0' || *at > '9')
		return 0;
	long n = strtol(at, &end, 10);
	if (end - at > 4 || isalpha((unsigned char)*end) || *end == '/' || *end == '@')
		return 0;
	*text = end + strspn(end, " \t\n:.,;)-");
	return n;
}

static void start(struct turn *turn, const struct ask *ask, const struct member *sender, long n,
                  const char *text, const struct inbox *mail, const struct message *m)
{
	int64_t ids[ROUTED_MOST];
	size_t shown, count = read_payload(ask->payload, &shown, ids);
	bool known = n >= 1 && (size_t)n <= count;
	struct member *target = known ? member_get(turn->store, ids[n - 1]) : NULL;
	char *offer = signoff_tidy(text, strlen(text));
	if (target == NULL)
		tell(turn, sender, "search", ask->token, m,
		     json_pack("{s:s, s:b}", "query", ask->note, "unclear", 1));
	else if (offer[0] == '\0')
		tell(turn, sender, "search", ask->token, m,
		     json_pack("{s:s, s:{s:i, s:s}}", "query", ask->note, "needs_text", "n", (int)n,
		               "name", target->name));
	else if (!profile_searchable(turn->store, target->id, sender->id))
		tell(turn, sender, "noway", NULL, m, json_pack("{s:s}", "query", target->name));
	else
		open_to(turn, sender, target, target->name, offer, mail->id, m);
	free(offer);
}

void answer_search(struct turn *turn, struct ask *ask, const struct member *sender,
                   const struct inbox *mail, const struct message *m)
{
	int64_t ids[ROUTED_MOST];
	const char *text = "", *token;
	size_t shown, count = read_payload(ask->payload, &shown, ids);
	if (search_wants_more(m->words) && shown < count) {
		json_t *values = page(turn, sender, ask->note, ids, count, shown, &token);
		tell(turn, sender, "search", token, m, values);
		return;
	}
	long n = chosen_number(m->words, &text);
	if (n != 0 || !answer_commands(turn, sender, mail, m))
		start(turn, ask, sender, n, text, mail, m);
}

/* --- ROUTE ------------------------------------------------------------------------------------ */

static json_t *several(struct turn *turn, const struct member *found, size_t count)
{
	json_t *people = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(people, value_person(turn, found[i].id));
	return people;
}

struct command_told command_route(const struct command_run *run, const struct command *c)
{
	struct turn *turn = run->turn;
	struct command_told told = { .message = "route" };
	struct member *found;
	struct route_chain chains[OPEN_WAYS];
	struct str query;
	const char *name = c->name != NULL || c->rest[0] == '\0' ? c->name : c->rest;
	str_init(&query, 2000);
	open_query(&query, name, c->firm, c->address);
	bool limit = spent(turn, run->sender->id);
	size_t count =
		limit ? 0 : open_find(turn, run->sender->id, name, c->firm, c->address, &found);
	size_t ways = count == 1 ? open_ways(turn, run->sender, found, chains) : 0;
	told.values = limit ? limited(turn) : json_object();
	json_object_set_new(told.values, "query", json_string(query.text));
	if (count > 1) {
		json_object_set_new(told.values, "several", several(turn, found, count));
	} else if (ways > 0) {
		json_object_set_new(told.values, "target", value_person(turn, found->id));
		put_way(turn, told.values, chains, ways);
	} else if (!limit) {
		told.message = "noway";
	}
	str_free(&query);
	return told;
}
