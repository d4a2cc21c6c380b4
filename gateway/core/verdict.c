#include "core/verdict.h"

#include "base/mem.h"
#include "core/dates.h"
#include "core/person.h"
#include "core/signoff.h"
#include "core/speech.h"
#include "core/vocabulary.h"

#include <stdlib.h>
#include <string.h>

/* Sections a plain reading looks at; names, dates and requests are apart. */
#define ANSWERS                                                                                \
	(VOC(VOC_KEYWORD_YES) | VOC(VOC_KEYWORD_NO) | VOC(VOC_YES) | VOC(VOC_PASS) | VOC(VOC_ACCEPT) | \
	 VOC(VOC_REFUSE) | VOC(VOC_NO) | VOC(VOC_NOT) | VOC(VOC_IF) | VOC(VOC_CONDITION) | \
	 VOC(VOC_INFORM) | VOC(VOC_BUT) | VOC(VOC_LATER) | VOC(VOC_FROM) | VOC(VOC_ASK_AGAIN) | \
	 VOC(VOC_STOP) | VOC(VOC_WRONG) | VOC(VOC_SUGGEST) | VOC(VOC_BETTER) | VOC(VOC_QUESTION) | \
	 VOC(VOC_TAG) | VOC(VOC_IRONY) | VOC(VOC_LUKEWARM) | VOC(VOC_EVASIVE) | VOC(VOC_HARMLESS) | \
	 VOC(VOC_KNOWN) | VOC(VOC_SELF) | VOC(VOC_PERSON) | VOC(VOC_ANY) | VOC(VOC_PAUSE) | \
	 VOC(VOC_HELLO) | VOC(VOC_BYE))
#define YES_WORDS (VOC(VOC_KEYWORD_YES) | VOC(VOC_YES) | VOC(VOC_PASS) | VOC(VOC_ACCEPT))
#define NO_WORDS (VOC(VOC_KEYWORD_NO) | VOC(VOC_NO) | VOC(VOC_REFUSE))

static const char *const names[] = { "unclear", "accept", "decline", "not-now",
	                             "suggest", "question", "stop", "wrong-person" };

const char *verdict_name(enum verdict_kind kind)
{
	return names[kind];
}

void verdict_free(struct verdict *verdict)
{
	free(verdict->word);
	free(verdict->date);
	free(verdict->suggested);
	*verdict = (struct verdict){ 0 };
}

/* --- what a clause, a sentence, a whole answer say --- */

struct part {
	uint64_t seen;
	size_t words, unknown, denials;
	bool yes, no;     /* said, and not denied */
	bool bare_yes, bare_no; /* a clause of the keyword and nothing else */
	bool order;       /* the yes is an order or a promise to pass on */
	bool doubt;       /* half a yes: a denial or a strange word is with it */
	bool asks, shouted_not;
	bool later;
	size_t from, to;
};

struct answer {
	const struct speech *s;
	int64_t at;
	bool stop, wrong, later, question, irony, yes, no, order, doubt, condition, inform, any;
	bool bare_yes, bare_no, suggest;
	bool date_found;
	struct date date;
};

static bool has(const struct part *part, uint64_t sections)
{
	return (part->seen & sections) != 0;
}

/* A name or a number in a yes does not make it strange. */
static bool is_plain(const struct speech *s, size_t at)
{
	const struct speech_word *w = &s->words[at];
	return w->number || w->sign || (w->capital && !w->upper && at > 0 &&
	                                s->words[at - 1].after == SPEECH_NONE);
}

static void take_word(struct part *part, const struct speech *s, size_t at)
{
	const char *word = s->words[at].folded;
	if (vocabulary_nearly(word, VOC(VOC_KEYWORD_YES) | VOC(VOC_ACCEPT)))
		part->seen |= VOC(VOC_ACCEPT) | VOC(VOC_KEYWORD_YES);
	else if (vocabulary_nearly(word, VOC(VOC_KEYWORD_NO) | VOC(VOC_REFUSE)))
		part->seen |= VOC(VOC_REFUSE) | VOC(VOC_KEYWORD_NO);
	else if (!is_plain(s, at))
		part->unknown++;
}

/* Reads one clause from word `at`; returns the word after it. */
static size_t read_clause(const struct speech *s, size_t at, size_t to, struct part *part)
{
	*part = (struct part){ .from = at };
	bool only_keywords = true;
	for (bool more = true; at < to && more;) {
		struct vocabulary_hit hit = vocabulary_match(s, at, ANSWERS);
		size_t words = hit.words > 0 ? hit.words : 1;
		if (hit.words == 0) {
			uint64_t before = part->seen;
			take_word(part, s, at);
			only_keywords = only_keywords && part->seen != before;
		}
		bool whole = hit.sections & (NO_WORDS | VOC(VOC_YES) | VOC(VOC_HARMLESS));
		if ((hit.sections & VOC(VOC_NOT)) && !whole) {
			part->denials++;
			part->shouted_not |= s->words[at].upper && at == part->from;
		}
		if (hit.words > 0 && !(hit.sections & (VOC(VOC_KEYWORD_YES) | VOC(VOC_KEYWORD_NO))))
			only_keywords = only_keywords && (hit.sections & (VOC(VOC_SELF) | VOC(VOC_HELLO)));
		part->seen |= hit.sections;
		at += words;
		more = s->words[at - 1].after == SPEECH_NONE;
	}
	part->to = at;
	part->words = at - part->from;
	part->asks = s->words[at - 1].asks;
	part->bare_yes = only_keywords && has(part, VOC(VOC_KEYWORD_YES));
	part->bare_no = only_keywords && has(part, VOC(VOC_KEYWORD_NO));
	return at;
}

/* Yes or no of one clause. A denied verb of accepting refuses, a denied verb
 * of refusing accepts; another denied yes is in doubt, and so is one dressed
 * with words nobody expects there. */
static void weigh_clause(struct part *c)
{
	bool denied = c->denials > 0;
	bool no_phrase = has(c, VOC(VOC_NO)) || c->shouted_not;
	bool keyword_no = has(c, VOC(VOC_KEYWORD_NO)) && !has(c, VOC(VOC_REFUSE));
	bool accepts = has(c, VOC(VOC_ACCEPT)), refuses = has(c, VOC(VOC_REFUSE));
	bool plain_yes = has(c, VOC(VOC_YES) | VOC(VOC_PASS)) || (has(c, VOC(VOC_KEYWORD_YES)) && !accepts);
	c->order = has(c, VOC(VOC_PASS)) && !denied;
	c->no = no_phrase || keyword_no || (refuses && !denied) || (accepts && denied) ||
	        (has(c, VOC(VOC_PASS)) && denied);
	c->yes = (plain_yes && !denied) || (accepts && !denied) || (refuses && denied);
	c->doubt = (plain_yes && denied) ||
	           (c->yes && c->unknown > 0 && !(c->order && c->unknown <= 3));
	if (c->yes && c->doubt)
		c->yes = false;
}

/* Does a date ahead stand in the words, and does `part` postpone to it? */
static bool postpones(struct answer *a, const struct part *sentence, struct date *date)
{
	bool dated = date_find(a->s, sentence->from, sentence->to, a->at, date);
	if (dated && !a->date_found) {
		a->date = *date;
		a->date_found = sentence->later || has(sentence, VOC(VOC_LATER) | VOC(VOC_FROM) |
		                                                         VOC(VOC_ASK_AGAIN) | VOC(VOC_PAUSE));
	}
	return has(sentence, VOC(VOC_LATER) | VOC(VOC_PAUSE)) ||
	       (dated && (has(sentence, VOC(VOC_FROM) | VOC(VOC_ASK_AGAIN)) || sentence->yes ||
	                  sentence->doubt ||
	                  sentence->words <= date->to - date->from + 3));
}

static void add_clause(struct part *sentence, const struct part *c)
{
	sentence->seen |= c->seen;
	sentence->unknown += c->unknown;
	sentence->denials += c->yes || c->no ? 0 : c->denials;
	sentence->yes |= c->yes;
	sentence->no |= c->no;
	sentence->order |= c->order && c->yes;
	sentence->doubt |= c->doubt;
	sentence->bare_yes |= c->bare_yes && c->yes;
	sentence->bare_no |= c->bare_no && c->no;
	sentence->asks |= c->asks;
	sentence->to = c->to;
	sentence->words = sentence->to - sentence->from;
}

/* "Jane and he ..." may be denied without harm; "I" and "this" may not. */
static bool is_remark(const struct part *sentence)
{
	return has(sentence, VOC(VOC_HARMLESS)) ||
	       (has(sentence, VOC(VOC_PERSON)) && !has(sentence, VOC(VOC_SELF)) && sentence->words > 3);
}

static void weigh_sentence(struct answer *a, struct part *p)
{
	struct date date;
	bool rhetorical = p->asks && has(p, VOC(VOC_TAG));
	bool loose_denial = p->denials > 0 && !is_remark(p);
	a->stop |= has(p, VOC(VOC_STOP)) && p->denials == 0;
	a->wrong |= has(p, VOC(VOC_WRONG));
	a->irony |= has(p, VOC(VOC_IRONY));
	a->inform |= has(p, VOC(VOC_INFORM));
	a->any |= has(p, VOC(VOC_ANY));
	if (p->asks && !rhetorical && !has(p, VOC(VOC_IRONY) | VOC(VOC_LUKEWARM) | VOC(VOC_WRONG))) {
		a->question = true;
		return;
	}
	a->question |= has(p, VOC(VOC_QUESTION));
	if (postpones(a, p, &date)) {
		a->later = true;
		if (!a->date_found && date_find(a->s, p->from, p->to, a->at, &date)) {
			a->date = date;
			a->date_found = true;
		}
	}
	a->condition |= has(p, VOC(VOC_IF) | VOC(VOC_CONDITION));
	bool harmless_but = has(p, VOC(VOC_HARMLESS));
	a->doubt |= p->doubt || loose_denial || (has(p, VOC(VOC_BUT)) && !harmless_but) ||
	            (has(p, VOC(VOC_LUKEWARM)) && !p->order) || (has(p, VOC(VOC_EVASIVE)) && !p->order);
	a->yes |= p->yes;
	a->order |= p->order;
	a->no |= p->no;
	a->bare_yes |= p->bare_yes;
	a->bare_no |= p->bare_no;
	a->suggest |= has(p, VOC(VOC_SUGGEST));
}

static void read_words(struct answer *a, size_t from, size_t to)
{
	while (from < to) {
		struct part sentence = { .from = from }, clause;
		do {
			from = read_clause(a->s, from, to, &clause);
			weigh_clause(&clause);
			add_clause(&sentence, &clause);
		} while (from < to && a->s->words[from - 1].after != SPEECH_SENTENCE);
		weigh_sentence(a, &sentence);
	}
}

/* First match from the top wins (the order of the labels), but open or
 * contradictory choices are no answer. */
static enum verdict_kind decide(const struct answer *a)
{
	if (a->stop)
		return VERDICT_STOP;
	if (a->wrong)
		return VERDICT_WRONG_PERSON;
	if (a->bare_yes && a->bare_no)
		return VERDICT_UNCLEAR;
	if (a->later)
		return VERDICT_NOT_NOW;
	if (a->suggest)
		return VERDICT_SUGGEST;
	if (a->question && !a->irony)
		return VERDICT_QUESTION;
	if (a->irony)
		return VERDICT_DECLINE;
	if (a->condition && a->inform)
		return VERDICT_QUESTION;
	if (a->no)
		return a->yes && !a->doubt ? VERDICT_UNCLEAR : VERDICT_DECLINE;
	if (a->yes && !a->doubt && !a->condition)
		return VERDICT_ACCEPT;
	return VERDICT_UNCLEAR;
}

/* --- the better way --- */

static char *find_suggested(const struct speech *s, size_t to, bool *cue)
{
	struct person person;
	uint64_t seen = 0;
	struct vocabulary_hit gap = { 0 };
	size_t first = to;
	for (size_t i = 0; i < to;) {
		struct vocabulary_hit hit = vocabulary_match(s, i, ANSWERS);
		if ((hit.sections & (VOC(VOC_SUGGEST) | VOC(VOC_BETTER))) && first == to)
			first = i;
		if ((hit.sections & VOC(VOC_SUGGEST)) && hit.gap_to > hit.gap_from)
			gap = hit;
		seen |= hit.sections;
		i += hit.words > 0 ? hit.words : 1;
	}
	bool named = person_find_address(s, 0, to, &person);
	*cue = (seen & VOC(VOC_SUGGEST)) != 0;
	if (named && (*cue || (seen & (VOC(VOC_BETTER) | NO_WORDS))))
		return *cue = true, person_text(s, &person);
	if (*cue && gap.words > 0) {
		if (person_find_name(s, gap.gap_from, gap.gap_to, 1, &person))
			return person_text(s, &person);
		return person_words(s, gap.gap_from, gap.gap_to);
	}
	if (*cue && (person_find_name(s, first, to, 2, &person) || person_find_name(s, first, to, 1, &person)))
		return person_text(s, &person);
	if ((seen & VOC(VOC_BETTER)) && person_find_name(s, 0, to, 2, &person))
		return *cue = true, person_text(s, &person);
	return NULL;
}

/* --- the word --- */

static size_t line_end(const struct speech *s, size_t at, size_t to)
{
	while (at < to && !s->words[at].ends_line)
		at++;
	return at < to ? at + 1 : to;
}

/* Only a keyword or yes-word, "I" and "please" aside, on [from, to)? */
static bool is_keyword_line(const struct speech *s, size_t from, size_t to, uint64_t keyword)
{
	bool found = false;
	for (size_t at = from; at < to;) {
		struct vocabulary_hit hit = vocabulary_match(s, at, ANSWERS);
		if (s->words[at].asks)
			return false;
		if (hit.sections & keyword)
			found = true;
		else if (hit.words == 0 && vocabulary_nearly(s->words[at].folded, keyword))
			found = true;
		else if (!(hit.sections & (VOC(VOC_SELF) | VOC(VOC_ANY))))
			return false;
		at += hit.words > 0 ? hit.words : 1;
		if (at <= to && s->words[at - 1].asks)
			return false;
	}
	return found;
}

/* Skips "Bonjour," and the like. */
static size_t after_hello(const struct speech *s, size_t to)
{
	size_t at = 0;
	while (at < to) {
		size_t end = line_end(s, at, to);
		if ((vocabulary_match(s, at, VOC(VOC_HELLO)).words == 0) || end - at > 6 ||
		    strchr(".!?", s->text[s->words[end - 1].to]) == NULL)
			break;
		at = end;
	}
	return at;
}

/* Where the word begins: after a line that is only the keyword, or after
 * "ACCEPT:" or "ACCEPT -", or after a line that announces it. `to`: none. */
static size_t find_word(const struct speech *s, size_t to, size_t *answer_to)
{
	size_t at = after_hello(s, to), end = line_end(s, at, to);
	*answer_to = to;
	if (at < to && is_keyword_line(s, at, end, VOC(VOC_KEYWORD_YES)))
		return *answer_to = end;
	for (size_t i = at; i < end && i < at + 4; i++)
		if (s->words[i].colon && i + 1 < end &&
		    is_keyword_line(s, at, i + 1, VOC(VOC_KEYWORD_YES)))
			return *answer_to = i + 1;
	for (at = 0; at < to; at = end) {
		end = line_end(s, at, to);
		bool announces = false;
		for (size_t i = at; i < end && s->words[end - 1].colon; i++)
			announces |= vocabulary_match(s, i, VOC(VOC_ANNOUNCE)).words > 0;
		if (announces)
			return *answer_to = end;
	}
	return to;
}

/* Words that begin so go on with the answer; they are no word for Bob. */
static bool goes_on(const struct speech *s, size_t at)
{
	uint64_t turns = VOC(VOC_BUT) | VOC(VOC_IF) | VOC(VOC_CONDITION) | VOC(VOC_NOT) | VOC(VOC_LATER) |
	                 VOC(VOC_FROM) | NO_WORDS | VOC(VOC_IRONY) | VOC(VOC_QUESTION) | VOC(VOC_ON) |
	                 VOC(VOC_IN) | VOC(VOC_PART) | VOC(VOC_MONTH) | VOC(VOC_DAY) | VOC(VOC_NEXT) |
	                 VOC(VOC_WEEKDAY) | VOC(VOC_STOP) | VOC(VOC_ASK_AGAIN);
	uint64_t opens = vocabulary_match(s, at, turns).sections;
	struct date date;
	if (opens & ~(VOC(VOC_ON) | VOC(VOC_IN) | VOC(VOC_PART) | VOC(VOC_MONTH) | VOC(VOC_DAY) |
	              VOC(VOC_NEXT) | VOC(VOC_WEEKDAY)))
		return true;
	return opens != 0 && date_find(s, at, at + 6, 0, &date) && date.from == at;
}

/* What takes a yes back even within a word: the plainest signs only, for a
 * word may well say "she will not waste your time". */
static bool takes_back(const struct speech *s, size_t from, size_t to)
{
	uint64_t plain = VOC(VOC_CONDITION) | VOC(VOC_STOP) | VOC(VOC_IRONY) | VOC(VOC_PAUSE) |
	                 VOC(VOC_QUESTION) | VOC(VOC_WRONG);
	bool all_ask = from < to, fresh = true, condition = false;
	for (size_t at = from; at < to;) {
		struct vocabulary_hit hit = vocabulary_match(s, at, ANSWERS);
		size_t words = hit.words > 0 ? hit.words : 1;
		condition = fresh ? (hit.sections & VOC(VOC_IF)) != 0 : condition;
		if (hit.sections & plain)
			return true;
		if ((hit.sections & VOC(VOC_FROM)) && words > 1)
			return true;
		if (condition && (hit.sections & VOC(VOC_SELF)))
			return true;
		if (fresh && (hit.sections & (VOC(VOC_NO) | VOC(VOC_LATER))))
			return true;
		at += words;
		bool alone = fresh && s->words[at - 1].after != SPEECH_NONE;
		if (alone && (hit.sections & VOC(VOC_KEYWORD_NO)))
			return true;
		fresh = s->words[at - 1].after == SPEECH_SENTENCE;
		all_ask = all_ask && (!fresh || s->words[at - 1].asks);
	}
	return all_ask;
}

static char *cut_word(const struct speech *s, size_t from, size_t to)
{
	if (from >= to)
		return mem_text("");
	size_t start = s->words[from].from;
	/* An opening quotation mark or bracket belongs to the word. */
	size_t least = from > 0 ? s->words[from - 1].to : 0;
	while (start > least && (unsigned char)s->text[start - 1] > ' ' &&
	       strchr(":-.,!", s->text[start - 1]) == NULL)
		start--;
	size_t end = to < s->count ? s->words[to].from : strlen(s->text);
	return signoff_tidy(s->text + start, end - start);
}

/* --- all together --- */

/* The closing is left aside unless it turns the answer round. */
static size_t answer_end(const struct speech *s)
{
	size_t end = signoff_find(s);
	for (size_t at = end; at < s->count; at++)
		if (vocabulary_match(s, at, VOC(VOC_CONDITION) | VOC(VOC_LATER) | VOC(VOC_FROM)).words > 1)
			return s->count;
	return end;
}

static bool subject_says(const char *subject, uint64_t keyword)
{
	struct speech s = speech_new(subject, strlen(subject));
	size_t at = 0;
	while (at < s.count && vocabulary_match(&s, at, VOC(VOC_REPLY)).words > 0)
		at++;
	bool says = at < s.count && is_keyword_line(&s, at, s.count, keyword);
	speech_free(&s);
	return says;
}

static struct verdict read_empty(const char *subject)
{
	struct verdict v = { .word = mem_text("") };
	if (subject != NULL && subject_says(subject, VOC(VOC_KEYWORD_YES)))
		v.kind = VERDICT_ACCEPT;
	else if (subject != NULL && subject_says(subject, VOC(VOC_KEYWORD_NO)))
		v.kind = VERDICT_DECLINE;
	return v;
}

struct verdict verdict_read(const char *words, const char *subject, int64_t date_at)
{
	struct speech s = speech_new(words, strlen(words));
	size_t end = answer_end(&s), answer_to;
	if (end == 0) {
		speech_free(&s);
		return read_empty(subject);
	}
	size_t word_from = find_word(&s, end, &answer_to);
	if (word_from < end && (goes_on(&s, word_from) || takes_back(&s, word_from, end)))
		answer_to = end;
	struct answer a = { .s = &s, .at = date_at };
	read_words(&a, 0, answer_to);
	struct verdict v = { 0 };
	bool cue;
	char *suggested = find_suggested(&s, answer_to, &cue);
	a.suggest = suggested != NULL && cue && !(a.bare_yes && answer_to < end);
	v.kind = decide(&a);
	if (v.kind == VERDICT_ACCEPT && answer_to == end && word_from < end)
		v.kind = VERDICT_UNCLEAR; /* the word takes back what its first line said */
	v.any = v.kind == VERDICT_ACCEPT && a.any;
	v.word = v.kind == VERDICT_ACCEPT ? cut_word(&s, word_from, end) : mem_text("");
	v.date = v.kind == VERDICT_NOT_NOW && a.date_found ? date_text(a.date.day) : NULL;
	v.suggested = v.kind == VERDICT_SUGGEST ? suggested : NULL;
	if (v.suggested == NULL)
		free(suggested);
	speech_free(&s);
	return v;
}
