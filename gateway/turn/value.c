#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/when.h"
#include "store/rules.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS 70
#define KEPT    76 /* a line as people's mail clients break it is left as it is */
#define WORD_MOST 200 /* octets of a word that is not broken where a text is cut */

const char *zone_of(struct turn *turn, int64_t member)
{
	struct member *m = member_get(turn->store, member);
	return m != NULL && m->zone != NULL ? m->zone : turn->gateway->zone;
}

json_t *value_purpose(enum purpose purpose)
{
	return json_pack("{s:b}", purpose_name(purpose), 1);
}

struct calendar calendar_of(struct turn *turn, int64_t member)
{
	const struct conf_gateway *g = turn->gateway;
	struct rules rules = rules_get(turn->store, member);
	struct calendar calendar = { .zone = zone_of(turn, member), .holidays = g->holidays,
		                     .holiday_count = g->holiday_count, .days = rules.days };
	if (rules.hour_from >= 0 && rules.hour_to > rules.hour_from) {
		calendar.hour_from = rules.hour_from;
		calendar.hour_to = rules.hour_to;
	}
	return calendar;
}

static json_t *name_of(const struct member *m)
{
	if (m == NULL)
		return json_null();
	char *first = mem_text_len(m->name, strcspn(m->name, " "));
	json_t *value = json_pack("{s:s, s:s}", "name", m->name, "first", first);
	free(first);
	return value;
}

json_t *value_name(struct turn *turn, int64_t member)
{
	return name_of(member_get(turn->store, member));
}

json_t *value_person(struct turn *turn, int64_t member)
{
	struct member *m = member_get(turn->store, member);
	json_t *value = name_of(m);
	if (m == NULL)
		return value;
	if (m->firm != NULL)
		json_object_set_new(value, "firm", json_string(m->firm));
	if (m->title != NULL)
		json_object_set_new(value, "title", json_string(m->title));
	if (m->city != NULL)
		json_object_set_new(value, "city", json_string(m->city));
	return value;
}

/* Characters, not octets: a rough but fair width for the languages we write. */
static size_t width(const char *text, size_t len)
{
	size_t count = 0;
	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

static void add_line(json_t *lines, const char *text, size_t len)
{
	while (len > 0 && text[len - 1] == ' ')
		len--;
	json_array_append_new(lines, json_stringn(text, len));
}

static void wrap_line(json_t *lines, const char *line, size_t len)
{
	while (width(line, len) > KEPT) {
		size_t end = 0, columns = 0, blank = 0;
		for (; end < len && columns <= COLUMNS; end++) {
			if (line[end] == ' ')
				blank = end;
			columns += ((unsigned char)line[end] & 0xc0) != 0x80;
		}
		while (blank == 0 && end < len && line[end] != ' ')
			end++; /* a long word, an address: left whole */
		size_t cut = blank > 0 ? blank : end;
		add_line(lines, line, cut);
		while (cut < len && line[cut] == ' ')
			cut++;
		line += cut;
		len -= cut;
	}
	add_line(lines, line, len);
}

/* Octets of the first `limit` characters, fewer if a word would be broken; all of
 * them if there are no more. */
static size_t cut_at(const char *text, size_t limit)
{
	size_t at = 0, blank = 0, characters = 0;
	while (text[at] != '\0' && characters < limit) {
		size_t len = utf8_char_len(text + at, 4);
		if (text[at] == ' ' || text[at] == '\n')
			blank = at;
		at += len > 0 ? len : 1;
		characters++;
	}
	bool breaks = text[at] != '\0' && text[at] != ' ' && text[at] != '\n';
	return breaks && blank + WORD_MOST > at ? blank : at;
}

bool value_is_cut(const char *text, size_t limit)
{
	return text[cut_at(text, limit)] != '\0';
}

json_t *value_lines(const char *text, size_t limit)
{
	json_t *lines = json_array();
	char *cut = mem_text_len(text, cut_at(text, limit));
	size_t end = strlen(cut);
	while (end > 0 && strchr(" \n", cut[end - 1]) != NULL)
		cut[--end] = '\0';
	for (const char *at = cut; end > 0;) {
		size_t len = strcspn(at, "\n");
		wrap_line(lines, at, len);
		if (at[len] == '\0')
			break;
		at += len + 1;
	}
	if (value_is_cut(text, limit))
		json_array_append_new(lines, json_string("[...]"));
	free(cut);
	return lines;
}

json_t *value_date(struct turn *turn, int64_t reader, int64_t at)
{
	struct member *m = member_get(turn->store, reader);
	const char *language = catalog_language(turn->catalog, m != NULL ? m->language : NULL);
	char *text = catalog_date(turn->catalog, language, at, turn->now_at, zone_of(turn, reader));
	json_t *value = json_string(text);
	free(text);
	return value;
}

json_t *value_files(struct turn *turn, int64_t inbox)
{
	struct inbox_attachment *files;
	json_t *list = json_array();
	size_t count = inbox_attachments(turn->store, inbox, &files);
	for (size_t i = 0; i < count; i++) {
		struct str size;
		str_init(&size, 32);
		if (files[i].len < 1 << 20)
			str_addf(&size, "%lld\xc2\xa0kB", (long long)(files[i].len + 1023) / 1024);
		else
			str_addf(&size, "%.1f\xc2\xa0MB", (double)files[i].len / (1 << 20));
		json_array_append_new(
			list, json_pack("{s:s, s:s}", "name", files[i].name, "size", size.text));
		str_free(&size);
	}
	return list;
}

/* Whoever hands it on is named to whom they hand it to; beyond, as they please. */
static json_t *vouching(struct turn *turn, const struct ask *ask, bool hands)
{
	json_t *value = value_name(turn, ask->member);
	if (ask->unnamed && !hands) {
		json_decref(value);
		value = json_pack("{s:b}", "unnamed", 1);
	}
	if (hands && strcmp(ask->payload, "suggests") == 0)
		json_object_set_new(value, "suggests", json_true());
	if (ask->word[0] != '\0')
		json_object_set_new(value, "word", value_lines(ask->word, 1200));
	return value;
}

size_t trail_of(struct turn *turn, const struct ask *ask, struct ask *trail[ROUTE_MOST_HOPS])
{
	size_t count = 0;
	for (int64_t id = ask->parent; id != 0 && count < ROUTE_MOST_HOPS;) {
		struct ask *before = ask_get(turn->store, id);
		if (before == NULL)
			break;
		trail[count++] = before;
		id = before->parent;
	}
	return count;
}

static void put_trail(struct turn *turn, json_t *values, const struct ask *ask)
{
	struct ask *handed[ROUTE_MOST_HOPS];
	size_t count = trail_of(turn, ask, handed);
	json_t *trail = json_array();
	for (size_t i = count; i-- > 1;) /* who only pointed to the next vouches for nothing */
		if (strcmp(handed[i]->payload, "suggests") != 0)
			json_array_append_new(trail, vouching(turn, handed[i], false));
	json_object_set_new(values, "trail", trail);
	if (count > 0)
		json_object_set_new(values, "handed_by", vouching(turn, handed[0], true));
}

/* Only days that will come: the introduction's deadline ends them all. */
static void put_dates(struct turn *turn, json_t *v, const struct intro *intro,
                      const struct ask *ask)
{
	static const char *const names[] = { "remind_on", "remind_again_on" };
	const struct conf_gateway *g = turn->gateway;
	struct calendar calendar = calendar_of(turn, ask->member);
	int64_t end_at = calendar_workdays(&calendar, ask->asked_at, g->reroute_days);
	bool expires = end_at >= intro->deadline_at;
	for (int i = 0; i < 2; i++) {
		int64_t at = calendar_workdays(&calendar, ask->asked_at, g->reminders[i]);
		if (g->reminders[i] > 0 && at < intro->deadline_at)
			json_object_set_new(v, names[i], value_date(turn, ask->member, at));
	}
	value_end(turn, v, ask->member, expires ? intro->deadline_at : end_at, expires);
}

void value_end(struct turn *turn, json_t *values, int64_t reader, int64_t end_at, bool expires)
{
	json_object_set_new(values, "reroute_on", value_date(turn, reader, end_at));
	json_object_set_new(values, "expires", json_boolean(expires));
}

json_t *value_ask(struct turn *turn, const struct intro *intro, const struct ask *ask)
{
	bool for_target = ask->kind == ASK_TARGET;
	json_t *v = json_object();
	json_object_set_new(v, "requester", value_person(turn, intro->requester));
	json_object_set_new(v, "target", value_person(turn, intro->target));
	json_object_set_new(v, "for_target", json_boolean(for_target));
	if (ask->next != 0) {
		json_object_set_new(v, "next", value_person(turn, ask->next));
		json_object_set_new(v, "next_is_target", json_boolean(ask->next == intro->target));
	}
	json_object_set_new(v, "purpose", value_purpose(intro->purpose));
	struct intro *rivals;
	size_t count = for_target ? 0
	                          : intro_rivals(turn->store, intro->target, intro->requester,
	                                         &rivals);
	bool rivalry = false;
	for (size_t i = 0; i < count; i++)
		rivalry = rivalry || rivals[i].requester != ask->member;
	json_object_set_new(v, "rivalry", json_boolean(rivalry));
	put_trail(turn, v, ask);
	json_object_set_new(v, "offer", value_lines(intro->offer, OFFER_MOST));
	json_object_set_new(v, "offer_cut", json_boolean(value_is_cut(intro->offer, OFFER_MOST)));
	json_object_set_new(v, "attachments", value_files(turn, intro->inbox));
	json_object_set_new(
		v, "only_relay",
		json_boolean(!for_target && ask->hop == 1 && ask->next == intro->target));
	if (ask->kind == ASK_INSTEAD) {
		json_object_set_new(v, "has_word", json_boolean(ask->word[0] != '\0'));
		json_object_set_new(v, "word", value_lines(ask->word, 1200));
	}
	put_dates(turn, v, intro, ask);
	return v;
}
