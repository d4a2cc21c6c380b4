#include "core/word.h"

#include "base/mem.h"
#include "core/dates.h"
#include "core/signoff.h"
#include "core/vocabulary.h"

#include <string.h>

#define KEYWORD_MOST 4 /* words before the colon of "I accept, yes:" */
#define HELLO_MOST 6
#define HALVED_MOST 5
#define IF_LEAST 7

static size_t line_end(const struct speech *s, size_t at, size_t to)
{
	while (at < to && !s->words[at].ends_line)
		at++;
	return at < to ? at + 1 : to;
}

bool word_is_keyword(const struct speech *s, size_t from, size_t to, uint64_t section)
{
	bool found = false;
	for (size_t at = from; at < to;) {
		struct vocabulary_hit hit = vocabulary_match(s, at, VOC_ANSWERS);
		bool keyword = hit.words > 0 ? (hit.sections & section) != 0
					     : vocabulary_nearly(s->words[at].folded, section);
		if (!keyword && (hit.sections & (VOC(VOC_SELF) | VOC(VOC_ANY))) == 0)
			return false;
		found |= keyword;
		at += hit.words > 0 ? hit.words : 1;
		if (at > to || s->words[at - 1].asks)
			return false;
	}
	return found;
}

/* Behind "Bonjour," and the like. */
static size_t after_hello(const struct speech *s, size_t to)
{
	size_t at = 0;
	while (at < to) {
		size_t end = line_end(s, at, to);
		const char *mark = s->text + s->words[end - 1].to;
		bool hello =
			vocabulary_match(s, at, VOC(VOC_HELLO)).words > 0 && end - at <= HELLO_MOST;
		if (!hello || (*mark != ',' && *mark != '\n' && *mark != '!'))
			break;
		at = end;
	}
	return at;
}

static bool announces(const struct speech *s, size_t from, size_t to)
{
	if (!s->words[to - 1].colon)
		return false;
	for (size_t at = from; at < to; at++)
		if (vocabulary_match(s, at, VOC(VOC_ANNOUNCE)).words > 0)
			return true;
	return false;
}

/* "If Jane has an hour, she will not regret it" speaks to the reader; "if Bob
 * agrees" is a condition of the yes above it. */
static bool is_whole_if(const struct speech *s, size_t from)
{
	bool parted = false;
	size_t at = from;
	for (; at < s->count && s->words[at].after != SPEECH_SENTENCE; at++)
		parted |= s->words[at].after == SPEECH_CLAUSE;
	return s->words[from].capital && parted && at - from >= IF_LEAST;
}

/* What begins so goes on with the answer: "but only after ...", "in June". */
static bool goes_on(const struct speech *s, size_t at)
{
	uint64_t turns = VOC(VOC_BUT) | VOC(VOC_CONDITION) | VOC(VOC_NOT) | VOC_NOES |
			 VOC(VOC_LATER) | VOC(VOC_FROM) | VOC(VOC_ASK_AGAIN) | VOC(VOC_IRONY) |
			 VOC(VOC_QUESTION) | VOC(VOC_STOP) | VOC(VOC_LUKEWARM);
	struct date date;
	if (vocabulary_match(s, at, VOC(VOC_IF)).words > 0)
		return !is_whole_if(s, at);
	return vocabulary_match(s, at, turns).words > 0 ||
	       (date_find(s, at, at + 8, 0, &date) && date.from <= at + 1);
}

/* The plainest signs only: a word may well deny, doubt and date. */
static bool takes_back(const struct speech *s, size_t from, size_t to)
{
	const uint64_t plain = VOC(VOC_CONDITION) | VOC(VOC_STOP) | VOC(VOC_IRONY) |
			       VOC(VOC_PAUSE) | VOC(VOC_QUESTION) | VOC(VOC_WRONG);
	bool all_ask = from < to, fresh = true, condition = false, self = false;
	for (size_t at = from; at < to;) {
		struct vocabulary_hit hit = vocabulary_match(s, at, VOC_ANSWERS);
		size_t words = hit.words > 0 ? hit.words : 1;
		bool alone = fresh && s->words[at + words - 1].after != SPEECH_NONE;
		self = (self && !fresh) || (hit.sections & VOC(VOC_SELF)) != 0;
		condition = fresh ? (hit.sections & VOC(VOC_IF)) != 0 : condition;
		if ((hit.sections & plain) || (words > 1 && (hit.sections & VOC(VOC_FROM))) ||
		    (condition && (hit.sections & VOC(VOC_SELF))) ||
		    ((fresh || self) && (hit.sections & (VOC(VOC_NO) | VOC(VOC_LATER)))) ||
		    (alone && (hit.sections & VOC(VOC_KEYWORD_NO))))
			return true;
		at += words;
		fresh = s->words[at - 1].after == SPEECH_SENTENCE;
		all_ask = all_ask && (!fresh || s->words[at - 1].asks);
	}
	return all_ask;
}

/* "I think so" under a yes halves it. */
static bool is_halved(const struct speech *s, size_t from, size_t to)
{
	bool halved = false;
	size_t at = from;
	for (bool more = true; at < to && more; at++) {
		halved |= vocabulary_match(s, at, VOC(VOC_LUKEWARM)).words > 0;
		more = s->words[at].after != SPEECH_SENTENCE;
	}
	return halved && at - from <= HALVED_MOST;
}

static size_t find(const struct speech *s, size_t to)
{
	size_t first = after_hello(s, to), end = line_end(s, first, to);
	if (first < to && word_is_keyword(s, first, end, VOC(VOC_KEYWORD_YES)))
		return end;
	for (size_t i = first; i + 1 < end && i < first + KEYWORD_MOST; i++)
		if (s->words[i].colon && word_is_keyword(s, first, i + 1, VOC(VOC_KEYWORD_YES)))
			return i + 1;
	for (size_t at = 0; at < to; at = end) {
		end = line_end(s, at, to);
		if (announces(s, at, end))
			return end;
	}
	return to;
}

size_t word_find(const struct speech *s, size_t to, size_t *answer_to)
{
	size_t at = find(s, to);
	bool back = at < to && (goes_on(s, at) || is_halved(s, at, to) || takes_back(s, at, to));
	*answer_to = back ? to : at;
	return at;
}

char *word_text(const struct speech *s, size_t from, size_t to)
{
	if (from >= to)
		return mem_text("");
	/* An opening quotation mark or bracket belongs to the word. */
	size_t start = s->words[from].from, least = from > 0 ? s->words[from - 1].to : 0;
	while (start > least && (unsigned char)s->text[start - 1] > ' ' &&
	       strchr(":-.,!", s->text[start - 1]) == NULL)
		start--;
	size_t end = to < s->count ? s->words[to].from : strlen(s->text);
	return signoff_tidy(s->text + start, end - start);
}
