/* RULES, PAUSE, NEVER: how, when and by whom a member wants to be asked. */
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/when.h"
#include "core/ruleform.h"
#include "store/rules.h"
#include "turn/command.h"

#include <stdlib.h>
#include <string.h>

struct command_told command_pause(const struct command_run *run, const struct command *c)
{
	struct turn *turn = run->turn;
	int year, month, day;
	int64_t until_at = 0;
	if (c->date != NULL && when_parse_date(c->date, &year, &month, &day) == 0)
		until_at = when_noon(year, month, day, zone_of(turn, run->sender->id));
	if (until_at != 0 && until_at <= turn->now_at)
		return (struct command_told){ .message = "pause",
			                      .values = json_pack("{s:b}", "past", 1) };
	if (run->sender->state != MEMBER_MEMBER && run->sender->state != MEMBER_PAUSED)
		return (struct command_told){ .message = "pause",
			                      .values = json_pack("{s:b}", "no_member", 1) };
	rules_pause(turn->store, run->sender->id, until_at);
	answer_stop_all(turn, run->sender->id, NULL); /* what waits with them goes another way */
	json_t *until = until_at != 0 ? value_date(turn, run->sender->id, until_at) : json_null();
	return (struct command_told){ .message = "pause",
		                      .values = json_pack("{s:{s:o}}", "paused", "until", until) };
}

struct command_told command_resume(const struct command_run *run, const struct command *c)
{
	(void)c;
	rules_resume(run->turn->store, run->sender->id);
	return (struct command_told){ .message = "pause",
		                      .values = json_pack("{s:b}", "resumed", 1) };
}

static json_t *blocked(const struct command_run *run)
{
	struct block *blocks;
	json_t *list = json_array();
	size_t count = block_list(run->turn->store, run->sender->id, &blocks);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(blocks[i].written));
	return list;
}

/* Asks about an introduction of theirs that wait go another way. */
static void decline_of(const struct command_run *run, int64_t other)
{
	struct ask *asks;
	size_t count = ask_open_of(run->turn->store, run->sender->id, &asks);
	for (size_t i = 0; i < count; i++) {
		struct intro *intro = intro_get(run->turn->store, asks[i].intro);
		struct step step = { .event = EV_DECLINE, .ask = &asks[i] };
		bool meets = intro != NULL && (intro->requester == other || intro->target == other);
		if (meets && intro->state == INTRO_ASKING)
			step_take(run->turn, intro, &step);
	}
}

/* By address, or by the whole name if only one has it; NULL: nobody, or not surely. */
static struct member *person_named(struct turn *turn, const char *written, const char *firm)
{
	struct member *found = NULL;
	if (written == NULL)
		return NULL;
	if (strchr(written, '@') != NULL)
		return member_by_address(turn->store, written);
	if (member_find(turn->store, written, firm, 2, &found) != 1)
		return NULL;
	char *wanted = utf8_fold(written), *theirs = utf8_fold(found->name);
	bool same = strcmp(wanted, theirs) == 0;
	free(wanted);
	free(theirs);
	return same ? found : NULL;
}

/* A person by address or whole name, or everybody of a firm. The answer shows what
 * was written and nothing else: whether somebody of that name is here stays unsaid. */
struct command_told command_never(const struct command_run *run, const struct command *c)
{
	struct member *found =
		person_named(run->turn, c->address != NULL ? c->address : c->name, c->firm);
	const char *written = c->rest;
	if (found != NULL && found->id != run->sender->id) {
		block_add(run->turn->store, run->sender->id, found->id, written);
		decline_of(run, found->id);
	} else if (written[0] != '\0') {
		block_add(run->turn->store, run->sender->id, 0,
		          c->address != NULL ? c->address : written);
	}
	return (struct command_told){ .message = "never",
		                      .values = json_pack("{s:s, s:o}", "whom", written, "blocked",
		                                          blocked(run)) };
}

/* --- RULES: the form -------------------------------------------------------------- */

/* The values as the form writes them; NULL: nothing said. From the store's pool. */
static const char *number(struct store *store, int n)
{
	struct str text;
	str_init(&text, 20);
	str_addf(&text, "%d", n);
	return n >= 0 ? store_keep(store, str_take(&text)) : (str_free(&text), (const char *)NULL);
}

static const char *hours(struct store *store, const struct rules *rules)
{
	struct str text;
	if (rules->hour_from < 0)
		return NULL;
	str_init(&text, 20);
	str_addf(&text, "%d-%d", rules->hour_from, rules->hour_to);
	return store_keep(store, str_take(&text));
}

static const char *never(struct store *store, int64_t member)
{
	struct block *blocks;
	struct str text;
	str_init(&text, 4096);
	size_t count = block_list(store, member, &blocks);
	for (size_t i = 0; i < count; i++)
		str_addf(&text, "%s%s", i > 0 ? ", " : "", blocks[i].written);
	return store_keep(store, str_take(&text));
}

static const char *ties(struct store *store, int64_t member)
{
	struct member **people;
	struct str text;
	str_init(&text, 4096);
	size_t count = link_hidden(store, member, &people);
	for (size_t i = 0; i < count; i++)
		str_addf(&text, "%s%s", i > 0 ? ", " : "", people[i]->name);
	return store_keep(store, str_take(&text));
}

static void values_of(struct store *store, int64_t member, const char *value[RULE_FIELDS])
{
	struct rules rules = rules_get(store, member);
	value[RULE_DIRECT] = rules_direct_name(rules.direct);
	value[RULE_ASKS] = number(store, rules.asks_per_week);
	value[RULE_HOURS] = hours(store, &rules);
	value[RULE_DAYS] = rules.days;
	value[RULE_DISCLOSURE] = rules.disclosure;
	value[RULE_REFUSES] = rules.refuses;
	value[RULE_VISIBLE] = rules.hidden ? "no" : "yes";
	value[RULE_NEVER] = never(store, member);
	value[RULE_TIES] = ties(store, member);
}

/* Calls `each` for every part of "Bob Stone, Acme". */
static void each_part(const char *list, void (*each)(struct turn *, int64_t, const char *),
                      struct turn *turn, int64_t member)
{
	for (const char *at = list; *at != '\0';) {
		at += strspn(at, ",; ");
		size_t len = strcspn(at, ",;");
		char *part = mem_text_len(at, len);
		if (len > 0)
			each(turn, member, part);
		free(part);
		at += len;
	}
}

static void add_block(struct turn *turn, int64_t member, const char *written)
{
	struct member *found = person_named(turn, written, NULL);
	int64_t other = found != NULL && found->id != member ? found->id : 0;
	block_add(turn->store, member, other, written);
}

static void hide_tie(struct turn *turn, int64_t member, const char *written)
{
	struct member *found = person_named(turn, written, NULL);
	if (found == NULL)
		return;
	link_hide(turn->store, member, found->id, true);
	link_hide(turn->store, found->id, member, true);
}

/* The list as written replaces the one there was. */
static void set_never(struct turn *turn, int64_t member, const char *list)
{
	struct block *blocks;
	size_t count = block_list(turn->store, member, &blocks);
	for (size_t i = 0; i < count; i++)
		block_remove(turn->store, member, blocks[i].other, blocks[i].written);
	each_part(list, add_block, turn, member);
}

static void set_ties(struct turn *turn, int64_t member, const char *list)
{
	struct member **people;
	size_t count = link_hidden(turn->store, member, &people);
	for (size_t i = 0; i < count; i++) {
		link_hide(turn->store, member, people[i]->id, false);
		link_hide(turn->store, people[i]->id, member, false);
	}
	each_part(list, hide_tie, turn, member);
}

static void apply(struct turn *turn, int64_t member, const struct ruleform *form)
{
	struct rules rules = rules_get(turn->store, member);
	for (int f = 0; f < RULE_FIELDS; f++) {
		const char *value = form->value[f];
		bool said = value != NULL && value[0] != '\0';
		if (value == NULL)
			continue;
		switch (f) {
		case RULE_DIRECT:
			rules.direct =
				said ? (enum rules_direct)rules_direct_find(value) : DIRECT_PEOPLE;
			break;
		case RULE_ASKS: rules.asks_per_week = said ? atoi(value) : -1; break;
		case RULE_HOURS:
			rules.hour_from = said ? atoi(value) : -1;
			rules.hour_to = said ? atoi(strchr(value, '-') + 1) : -1;
			break;
		case RULE_DAYS:       rules.days = said ? value : NULL; break;
		case RULE_DISCLOSURE: rules.disclosure = said ? value : NULL; break;
		case RULE_REFUSES:    rules.refuses = value; break;
		case RULE_VISIBLE:    rules.hidden = said && strcmp(value, "no") == 0; break;
		case RULE_NEVER:      set_never(turn, member, value); break;
		case RULE_TIES:       set_ties(turn, member, value); break;
		}
	}
	rules_put(turn->store, member, &rules);
}

/* The form as it stands now, and the ask its reply comes back to. */
static struct command_told form_of(struct turn *turn, const struct member *reader)
{
	const char *language = catalog_language(turn->catalog, reader->language);
	const char *value[RULE_FIELDS];
	struct token token;
	json_t *fields = json_array();
	values_of(turn->store, reader->id, value);
	for (int f = 0; f < RULE_FIELDS; f++) {
		char *shown = value[f] != NULL ? ruleform_shown(f, value[f], language) : NULL;
		bool empty = shown == NULL || shown[0] == '\0';
		json_array_append_new(fields, json_pack("{s:s, s:s}", "label",
		                                        ruleform_label(f, language), "value",
		                                        empty ? "-" : shown));
		free(shown);
	}
	struct ask ask = { .kind = ASK_RULES, .member = reader->id, .state = ASK_OPEN,
		           .token = fresh_token(turn, &token), .asked_at = turn->now_at };
	ask_add(turn->store, &ask);
	struct ask *kept = ask_get(turn->store, ask.id);
	return (struct command_told){ .message = "rules",
		                      .values = json_pack("{s:o}", "fields", fields),
		                      .token = kept != NULL ? kept->token : NULL };
}

static struct command_told take_form(struct turn *turn, const struct member *sender,
                                     const char *words, const char *text)
{
	const char *shown[RULE_FIELDS];
	values_of(turn->store, sender->id, shown);
	struct ruleform form = ruleform_read(words, text, shown);
	bool changes = ruleform_changes(&form);
	if (changes)
		apply(turn, sender->id, &form);
	struct command_told told = form_of(turn, sender);
	json_object_set_new(told.values, changes ? "changed" : "not_read", json_true());
	if (form.wrong != NULL)
		json_object_set_new(told.values, "wrong", json_string(form.wrong));
	ruleform_free(&form);
	return told;
}

struct command_told command_rules(const struct command_run *run, const struct command *c)
{
	return c->text[0] != '\0' ? take_form(run->turn, run->sender, c->text, "")
	                          : form_of(run->turn, run->sender);
}

void answer_rules(struct turn *turn, struct ask *ask, const struct member *sender,
                  const struct inbox *mail, const struct message *m)
{
	(void)ask;
	(void)mail;
	struct command_told told = take_form(turn, sender, m->words, m->text);
	struct letter letter = { .message = told.message, .member = sender->id, .re = m,
		                 .token = told.token, .values = told.values };
	letter_write(turn, &letter);
}
