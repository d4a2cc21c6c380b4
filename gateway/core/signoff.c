#include "core/signoff.h"

#include "base/mem.h"
#include "base/str.h"
#include "core/person.h"
#include "core/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_LINES 8    /* more under a bare name is no address block but text */
#define ROLE_MOST 3      /* words behind the comma of a name */
#define FORMULA_LINES 20 /* under a closing formula there may be a disclaimer */

static size_t line_end(const struct speech *s, size_t at)
{
	while (at < s->count && !s->words[at].ends_line)
		at++;
	return at < s->count ? at + 1 : at;
}

/* A line of a closing formula and perhaps a name: "Viele Grüße, Jürgen". */
static bool is_formula(const struct speech *s, size_t from, size_t to)
{
	struct vocabulary_hit bye = vocabulary_match(s, from, VOC(VOC_BYE));
	size_t at = from + bye.words;
	if (bye.words == 0 || at > to)
		return false;
	while (at < to &&
	       (bye = vocabulary_match(s, at, VOC(VOC_BYE) | VOC(VOC_PARTICLE))).words > 0)
		at += bye.words;
	size_t name_to = at; /* "p.o. Lucie, secrétariat" */
	while (name_to < to && s->words[name_to].after != SPEECH_CLAUSE)
		name_to++;
	name_to = name_to < to ? name_to + 1 : to;
	return at >= to || (person_is_line(s, at, name_to) && to - name_to <= ROLE_MOST);
}

static bool is_blank_between(const struct speech *s, size_t at)
{
	if (at == 0)
		return true;
	int lines = 0;
	for (size_t i = s->words[at - 1].to; i < s->words[at].from; i++)
		lines += s->text[i] == '\n';
	return lines > 1;
}

static bool has_few_lines(const struct speech *s, size_t at, size_t most)
{
	for (; at < s->count && most > 0; at = line_end(s, at))
		most--;
	return at >= s->count;
}

static bool has_postscript(const struct speech *s, size_t at)
{
	for (; at < s->count; at = line_end(s, at)) {
		const char *word = s->words[at].folded;
		bool two = at + 1 < s->count && strcmp(word, "p") == 0 &&
			   strcmp(s->words[at + 1].folded, "s") == 0;
		if (two || strcmp(word, "ps") == 0 || strcmp(word, "nb") == 0)
			return true;
	}
	return false;
}

size_t signoff_find(const struct speech *s)
{
	size_t end;
	for (size_t at = 0; at < s->count; at = end) {
		end = line_end(s, at);
		bool formula = is_formula(s, at, end);
		bool name = person_is_line(s, at, end);
		bool last = end >= s->count;
		if (!formula && !name)
			continue;
		if (name && at == 0 && last && end - at < 2)
			continue; /* one word alone is an answer, if an odd one */
		if (name && !last &&
		    (s->text[s->words[end - 1].to] == ',' || !is_blank_between(s, at)))
			continue; /* "Bob," greets; a name within a paragraph is read on */
		if (has_few_lines(s, at, formula ? FORMULA_LINES : BLOCK_LINES) &&
		    !has_postscript(s, end))
			return at;
	}
	return s->count;
}

char *signoff_tidy(const char *text, size_t len)
{
	struct str out;
	str_init(&out, len + 1);
	size_t lines = 0, blanks = 0; /* owed to the next thing that shows */
	for (size_t i = 0; i < len; i++) {
		bool nbsp = i + 1 < len && memcmp(text + i, "\xc2\xa0", 2) == 0;
		bool narrow = i + 2 < len && memcmp(text + i, "\xe2\x80\xaf", 3) == 0;
		if (text[i] == '\n') {
			lines++;
			blanks = 0;
		} else if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || nbsp || narrow) {
			blanks++;
			i += nbsp ? 1 : narrow ? 2 : 0;
		} else {
			if (out.len > 0 && lines > 0)
				str_add(&out, lines > 1 ? "\n\n" : "\n");
			else if (out.len > 0)
				for (; blanks > 0; blanks--)
					str_add_char(&out, ' ');
			lines = blanks = 0;
			str_add_len(&out, text + i, 1);
		}
	}
	return out.text;
}
