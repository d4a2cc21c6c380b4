#include "core/person.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/vocabulary.h"

#include <stdlib.h>
#include <string.h>

/* Words that are no part of a name although a sentence begins with them. */
#define CLAIMED                                                                                    \
	(~(VOC(VOC_TITLE) | VOC(VOC_PARTICLE) | VOC(VOC_MONTH_SHORT) | VOC(VOC_MONTH) |            \
	   VOC(VOC_NUMBER) | VOC(VOC_WEEKDAY) | VOC(VOC_FIRM) | VOC(VOC_STRENGTH) |           \
	   VOC(VOC_TONGUE)))

#define ANSWERING                                                                                  \
	(VOC_ANSWERS & ~(VOC(VOC_INFORM) | VOC(VOC_KNOWN) | VOC(VOC_PERSON) | VOC(VOC_SELF) |      \
			 VOC(VOC_EVASIVE) | VOC(VOC_BETTER) | VOC(VOC_TAG)))

static bool in_section(const struct speech *s, size_t at, uint64_t sections)
{
	return vocabulary_match(s, at, sections).words > 0;
}

static bool may_be_name(const struct speech *s, size_t at)
{
	const struct speech_word *w = &s->words[at];
	return w->capital && !w->number && !w->address && !w->sign;
}

/* Does a name go on from word `at` to the next? Only blanks, hyphens,
 * apostrophes or the dot of an initial stand between. */
static bool goes_on(const struct speech *s, size_t at)
{
	const struct speech_word *w = &s->words[at];
	if (at + 1 >= s->count || w->after != SPEECH_NONE || w->ends_line)
		return false;
	size_t gap = s->words[at + 1].from - w->to;
	return gap <= 3 && memchr(s->text + w->to, '"', gap) == NULL &&
	       memchr(s->text + w->to, '<', gap) == NULL;
}

static size_t name_end(const struct speech *s, size_t at, size_t to)
{
	size_t end = at + 1;
	while (end < to && goes_on(s, end - 1)) {
		size_t next = end;
		while (next < to && in_section(s, next, VOC(VOC_PARTICLE)) && goes_on(s, next) &&
		       next < end + 3)
			next++;
		if (next >= to || !may_be_name(s, next))
			break;
		end = next + 1;
	}
	return end;
}

bool person_find_name(const struct speech *s, size_t from, size_t to, size_t least,
		      struct person *person)
{
	bool titled = false;
	for (size_t at = from; at < to && at < s->count;) {
		struct vocabulary_hit title = vocabulary_match(s, at, VOC(VOC_TITLE));
		if (title.words > 0 && at + title.words < s->count) {
			titled = true;
			at += title.words;
			continue;
		}
		struct vocabulary_hit claimed = vocabulary_match(s, at, CLAIMED);
		size_t end = may_be_name(s, at) ? name_end(s, at, to) : at;
		if (claimed.words > 0 && (claimed.words > 1 || end < at + 2 || !titled))
			end = at;
		if (end >= at + (titled ? 1 : least)) {
			*person = (struct person){ at, end, s->count, titled };
			return true;
		}
		at = claimed.words > 0 ? at + 1 : end > at ? end : at + 1;
		titled = false;
	}
	return false;
}

bool person_find_address(const struct speech *s, size_t from, size_t to, struct person *person)
{
	size_t at = from;
	while (at < to && at < s->count && !s->words[at].address)
		at++;
	if (at >= to || at >= s->count)
		return false;
	*person = (struct person){ 0, 0, at, false };
	/* The name just before it: at most six words back, and up to it. */
	for (size_t back = at > from + 6 ? at - 6 : from; back < at; back++) {
		struct person named;
		if (person_find_name(s, back, at, 1, &named) && named.name_to == at) {
			person->name_from = named.name_from;
			person->name_to = named.name_to;
			break;
		}
	}
	return true;
}

char *person_words(const struct speech *s, size_t from, size_t to)
{
	if (from >= to)
		return mem_text("");
	size_t start = s->words[from].from;
	return utf8_clean_line(s->text + start, s->words[to - 1].to - start);
}

char *person_text(const struct speech *s, const struct person *person)
{
	char *name = person_words(s, person->name_from, person->name_to);
	if (person->address >= s->count)
		return name;
	char *address = person_words(s, person->address, person->address + 1);
	struct str out;
	str_init(&out, strlen(name) + strlen(address) + 8);
	if (name[0] != '\0')
		str_addf(&out, "%s <%s>", name, address);
	else
		str_add(&out, address);
	free(name);
	free(address);
	return out.text;
}

bool person_is_line(const struct speech *s, size_t from, size_t to)
{
	size_t names = 0;
	if (to > from + 5)
		return false;
	for (size_t at = from; at < to; at++) {
		/* "Daniel Price" is a name whatever a price is; "Price" alone may be none. */
		uint64_t claim = to - from > 1 ? ANSWERING : CLAIMED;
		uint64_t seen = vocabulary_match(s, at, claim).sections;
		if (may_be_name(s, at) && seen == 0)
			names++;
		else if (!in_section(s, at, VOC(VOC_PARTICLE) | VOC(VOC_TITLE)))
			return false;
	}
	if (names == 0)
		return false;
	/* A sentence ends in a stop, a name does not. */
	char mark = s->text[s->words[to - 1].to];
	bool initial = s->words[to - 1].to - s->words[to - 1].from == 1;
	return mark != '!' && mark != '?' && mark != ':' && (mark != '.' || initial);
}
