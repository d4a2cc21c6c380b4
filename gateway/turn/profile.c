/* PROFILE: the form by mail, and what comes back. */
#include "base/mem.h"
#include "base/utf8.h"
#include "store/profiles.h"
#include "turn/command.h"

#include <stdlib.h>
#include <string.h>

#define SAID_MOST 5    /* testimonials shown to their subject */
#define FIELDS_KNOWN                                                                               \
	4 /* name, firm, title, city: of whom an admin added; the rest is theirs to say */
#define THIN      3    /* fewer of the telling fields than this get advice */

static const int telling[] = { PROFILE_SECTORS, PROFILE_SEEKS, PROFILE_OFFERS, PROFILE_EXPERIENCE,
	                       PROFILE_PITCH };
#define TELLING (sizeof telling / sizeof telling[0])

static bool is_empty(const char *value)
{
	return value == NULL || value[0] == '\0';
}

/* --- what the form shows ------------------------------------------------------------ */

static json_t *field_value(int field, const char *value, const char *language)
{
	char *shown = profile_shown(value != NULL ? value : "");
	size_t first = strcspn(shown, "\n");
	json_t *more = json_array();
	for (const char *at = shown + first; *at == '\n';) {
		size_t len = strcspn(at + 1, "\n");
		if (len > 0)
			json_array_append_new(more, json_stringn(at + 1, len));
		at += 1 + len;
	}
	json_t *line = json_pack("{s:s, s:s%, s:o}", "label", profile_label(field, language),
	                         "value", shown, first, "more", more);
	free(shown);
	return line;
}

static void put_fields(json_t *values, const struct profile *profile, const char *language)
{
	json_t *lines = json_array();
	for (int f = 0; f < PROFILE_FIELDS; f++)
		json_array_append_new(lines, field_value(f, profile->field[f], language));
	json_object_set_new(values, "fields", lines);
	json_object_set_new(values, "end", json_string(profile_label(PROFILE_END, language)));
}

/* "Secteurs, Je propose": what would help most, when little is said. */
static void put_advice(json_t *values, const struct profile *profile, const char *language)
{
	struct str missing;
	size_t filled = 0;
	str_init(&missing, 1000);
	for (size_t i = 0; i < TELLING; i++) {
		bool empty = is_empty(profile->field[telling[i]]);
		filled += !empty;
		if (empty)
			str_addf(&missing, "%s%s", missing.len > 0 ? ", " : "",
			         profile_label(telling[i], language));
	}
	if (filled < THIN)
		json_object_set_new(values, "thin",
		                    json_pack("{s:s}", "missing", missing.text));
	str_free(&missing);
}

static void put_said(struct turn *turn, json_t *values, int64_t member)
{
	struct testimonial *all;
	size_t count = testimonial_list(turn->store, member, &all);
	json_t *list = json_array();
	for (size_t i = 0; i < count && i < SAID_MOST; i++)
		json_array_append_new(list, json_pack("{s:o, s:o}", "author",
		                                      value_person(turn, all[i].author), "words",
		                                      value_lines(all[i].text, 600)));
	json_object_set_new(values, "said", list);
}

/* The form itself: what its reply is compared with goes with its ask. */
static char *shown_text(const struct profile *profile)
{
	json_t *shown = json_object();
	for (int f = 0; f < PROFILE_FIELDS; f++)
		if (!is_empty(profile->field[f]))
			json_object_set_new(shown, profile_field_name(f),
			                    json_string(profile->field[f]));
	char *text = json_dumps(shown, JSON_COMPACT);
	json_decref(shown);
	return text;
}

static struct profile shown_profile(json_t *shown)
{
	struct profile profile = { { NULL } };
	for (int f = 0; f < PROFILE_FIELDS; f++)
		profile.field[f] =
			json_string_value(json_object_get(shown, profile_field_name(f)));
	return profile;
}

/* The values of the form as it stands now; *token: of its ask, the store's. */
static json_t *form(struct turn *turn, int64_t member, const char **token)
{
	struct profile profile = profile_get(turn->store, member);
	struct member *m = member_get(turn->store, member);
	const char *language = catalog_language(turn->catalog, m->language);
	struct token room;
	char *shown = shown_text(&profile);
	struct ask ask = { .kind = ASK_PROFILE, .member = member, .state = ASK_OPEN,
		           .token = fresh_token(turn, &room), .payload = shown,
		           .asked_at = turn->now_at };
	ask_add(turn->store, &ask);
	free(shown);
	struct ask *kept = ask_get(turn->store, ask.id);
	*token = kept != NULL ? kept->token : NULL;
	json_t *values = json_object();
	put_fields(values, &profile, language);
	put_advice(values, &profile, language);
	put_said(turn, values, member);
	return values;
}

/* --- what comes back -------------------------------------------------------------------- */

static void apply(struct turn *turn, int64_t member, const struct profile_change *change)
{
	struct profile profile = profile_get(turn->store, member);
	for (int f = 0; f < PROFILE_FIELDS; f++)
		if (change->field[f] != NULL)
			profile.field[f] = change->field[f];
	profile_set(turn->store, member, &profile, turn->now_at);
	struct event event = { .at = turn->now_at, .member = member, .what = "profile" };
	event_add(turn->store, &event);
}

static json_t *changed_fields(const struct profile_change *change, const char *language)
{
	struct str names;
	str_init(&names, 1000);
	for (int f = 0; f < PROFILE_FIELDS; f++)
		if (change->field[f] != NULL)
			str_addf(&names, "%s%s", names.len > 0 ? ", " : "",
			         profile_label(f, language));
	json_t *value = json_string(names.text);
	str_free(&names);
	return value;
}

/* Takes what was read, and shows the profile as it is then. */
static json_t *take(struct turn *turn, const struct member *sender,
                    const struct profile_change *change, const char **token)
{
	bool changes = profile_changes(change);
	if (changes)
		apply(turn, sender->id, change);
	json_t *values = form(turn, sender->id, token);
	if (changes)
		json_object_set_new(values, "changed",
		                    changed_fields(change, catalog_language(turn->catalog,
		                                                            sender->language)));
	json_object_set_new(values, "not_read", json_boolean(!changes));
	json_object_set_new(values, "cut", json_boolean(changes && change->cut));
	return values;
}

struct command_told command_profile(const struct command_run *run, const struct command *c)
{
	struct command_told told = { .message = "profile" };
	struct profile now = profile_get(run->turn->store, run->sender->id);
	struct str text;
	str_init(&text, 1 << 20);
	/* "PROFILE City: Lyon": what follows the colon is in the command's text too. */
	const char *below = strchr(c->rest, ':') != NULL ? strchr(c->text, '\n') : c->text;
	str_addf(&text, "%s\n%s", c->rest, below != NULL ? below : "");
	if (text.text[strspn(text.text, " \t\n")] == '\0') {
		told.values = form(run->turn, run->sender->id, &told.token);
		json_object_set_new(told.values, "welcome",
		                    json_boolean(profile_filled(&now) <= FIELDS_KNOWN));
	} else {
		struct profile_change change = profile_read(text.text, "", &now);
		told.values = take(run->turn, run->sender, &change, &told.token);
		profile_change_free(&change);
	}
	str_free(&text);
	return told;
}

void answer_profile(struct turn *turn, struct ask *ask, const struct member *sender,
                    const struct inbox *mail, const struct message *m)
{
	json_t *payload = json_loads(ask->payload, 0, NULL);
	struct profile shown = shown_profile(payload);
	struct profile_change change = profile_read(m->words != NULL ? m->words : "",
	                                            m->text != NULL ? m->text : "", &shown);
	struct letter letter = { .message = "profile", .member = sender->id, .re = m };
	if (profile_changes(&change) || !answer_commands(turn, sender, mail, m)) {
		letter.values = take(turn, sender, &change, &letter.token);
		letter_write(turn, &letter);
	}
	ask_state_set(turn->store, ask->id, ASK_OPEN, ASK_ACCEPTED, 0, turn->now_at);
	profile_change_free(&change);
	json_decref(payload);
}
