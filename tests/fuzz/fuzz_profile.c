/* Any profile, shown as a form and quoted, changes nothing; any reply is bounded. */
#include "core/profile.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/search.h"

static void ask(const char *words, const char *text, const struct profile *shown, bool untouched)
{
	struct profile_change change = profile_read(words, text, shown);
	for (int f = 0; f < PROFILE_FIELDS; f++) {
		assert(!untouched || change.field[f] == NULL);
		assert(change.field[f] == NULL ||
		       strlen(change.field[f]) <= profile_most(f));
	}
	profile_change_free(&change);
}

static char *form_of(const struct profile *p, const char *mark)
{
	struct str form;
	str_init(&form, 1 << 20);
	for (int f = 0; f < PROFILE_FIELDS; f++) {
		char *shown = profile_shown(p->field[f]);
		str_addf(&form, "%s  %s: ", mark, profile_label(f, "en"));
		for (const char *at = shown; *at != '\0'; at++) {
			str_add_char(&form, *at);
			if (*at == '\n')
				str_addf(&form, "%s  ", mark);
		}
		str_add_char(&form, '\n');
		free(shown);
	}
	str_addf(&form, "%s  %s\n", mark, profile_label(PROFILE_END, "en"));
	return form.text;
}

/* Twelve values by lines of "%", then a reply. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *values[PROFILE_FIELDS] = { NULL };
	struct profile p = { { NULL } };
	char *text = utf8_clean((const char *)data, size), *at = text;
	for (int f = 0; f < PROFILE_FIELDS; f++) {
		size_t len = strcspn(at, "%");
		/* As they are kept: read from a mail, so without marks and loose ends. */
		char *part = mem_text_len(at, len), *line = utf8_clean_line(part, len);
		values[f] = line;
		p.field[f] = line[0] == '>' ? "" : line;
		free(part);
		at += len + (at[len] == '%');
	}
	char *plain = form_of(&p, ""), *quoted = form_of(&p, "> ");
	ask("", plain, &p, true);
	ask("", quoted, &p, true);
	ask(at, quoted, &p, false);
	ask(at, at, &p, false);
	struct search search = search_read(at);
	assert(search.count <= SEARCH_WORDS);
	search_free(&search);
	for (int f = 0; f < PROFILE_FIELDS; f++)
		free(values[f]);
	free(plain);
	free(quoted);
	free(text);
	return 0;
}
