/* People we hear of for the first time. */
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "mail/language.h"
#include "store/joining.h"
#include "turn/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MOST 200 /* octets */

/* "bob.stone@..." is Bob Stone, as long as nobody says otherwise. */
static char *name_of_address(const char *address)
{
	struct str name;
	bool begins = true;
	str_init(&name, NAME_MOST);
	for (const char *at = address; *at != '\0' && *at != '@'; at++) {
		bool parts = strchr("._-+", *at) != NULL || isdigit((unsigned char)*at);
		if (parts && name.len > 0 && name.text[name.len - 1] != ' ')
			str_add_char(&name, ' ');
		else if (!parts)
			str_add_char(&name, begins ? (char)toupper((unsigned char)*at) : *at);
		begins = parts;
	}
	char *clean = utf8_clean_line(name.text, name.len);
	str_free(&name);
	if (clean[0] != '\0')
		return clean;
	free(clean);
	return mem_text_len(address, strcspn(address, "@"));
}

/* Fit to be shown as a name; NULL: it is none. */
static char *fit_name(const char *name)
{
	char *line = name != NULL ? utf8_clean_line(name, strlen(name)) : NULL;
	char *cut = line != NULL ? utf8_cut(line, NAME_MOST) : NULL;
	free(line);
	if (cut != NULL && (cut[0] == '\0' || strchr(cut, '@') != NULL)) {
		free(cut);
		cut = NULL;
	}
	return cut;
}

struct member *newcomer(struct turn *turn, const char *address, const char *name,
                        const char *language)
{
	struct member *member = member_by_address(turn->store, address);
	if (member != NULL)
		return member;
	char *called = fit_name(name);
	if (called == NULL)
		called = name_of_address(address);
	struct member fresh = { .name = called,
		                .address = address,
		                .language = language,
		                .state = MEMBER_KNOWN,
		                .added_at = turn->now_at };
	int64_t id;
	member_add(turn->store, &fresh, &id, NULL);
	free(called);
	return member_by_address(turn->store, address);
}

void newcomer_named(struct turn *turn, const struct member *member, const struct message *m)
{
	char *made = name_of_address(member->address);
	char *said = fit_name(m->from_count == 1 ? m->from[0].name : NULL);
	if (said != NULL && strcmp(member->name, made) == 0)
		member_name_set(turn->store, member->id, said);
	free(said);
	free(made);
}

const char *newcomer_language(struct turn *turn, const struct message *m, const char *otherwise)
{
	struct str text;
	str_init(&text, 1 << 20);
	str_addf(&text, "%s. %s", m->subject != NULL ? m->subject : "", m->words);
	const char *guess = language_guess(text.text);
	str_free(&text);
	const char *have = guess != NULL ? catalog_language(turn->catalog, guess) : NULL;
	return have != NULL && strcmp(have, guess) == 0 ? have : otherwise;
}
