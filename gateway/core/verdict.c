#include "core/verdict.h"

#include "base/mem.h"
#include "core/dates.h"
#include "core/person.h"
#include "core/sentence.h"
#include "core/signoff.h"
#include "core/speech.h"
#include "core/vocabulary.h"
#include "core/word.h"

#include <stdlib.h>
#include <string.h>

#define FRAGMENT_MOST 3 /* words */
#define REMARK_LEAST 4  /* words: "He does not answer" remarks, "Not him" denies */

static const char *const names[] = { "unclear", "accept",   "decline", "not-now",
				     "suggest", "question", "stop",    "wrong-person" };

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

/* --- what all sentences say together --- */

struct answer {
	bool stop, wrong, later, suggest, question, echo, irony, yes, no, order;
	bool doubt, condition, inform, any, denied, bare_yes, bare_no;
	bool dated;
	int64_t day;
};

static bool has(const struct sentence *sentence, uint64_t sections)
{
	return (sentence->seen & sections) != 0;
}

/* "Bob never answers at once" may be denied without harm; "I" and "this" not. */
static bool is_remark(const struct sentence *s)
{
	return has(s, VOC(VOC_HARMLESS)) || (has(s, VOC(VOC_PERSON)) && !has(s, VOC(VOC_SELF)) &&
					     s->to - s->from >= REMARK_LEAST);
}

static bool is_question(const struct sentence *s)
{
	bool later = s->postpones &&
		     has(s, VOC(VOC_ASK_AGAIN) | VOC(VOC_LATER)); /* "Could you ask me in June?" */
	if ((s->seen & ~VOC(VOC_KNOWN)) == VOC(VOC_HELLO) && s->unknown == 0)
		return false; /* "Hello?" */
	return s->asks && !later &&
	       !has(s, VOC(VOC_TAG) | VOC(VOC_IRONY) | VOC(VOC_LUKEWARM) | VOC(VOC_WRONG));
}

/* A few strange words after a yes: "For a fee." "Psych!" */
static bool is_fragment(const struct sentence *s)
{
	return !s->yes && !s->no && s->unknown > 0 && s->to - s->from <= FRAGMENT_MOST &&
	       !has(s, VOC(VOC_PERSON) | VOC(VOC_HELLO) | VOC(VOC_BYE));
}

static bool is_doubtful(const struct sentence *s)
{
	bool harmless = has(s, VOC(VOC_HARMLESS));
	return s->doubt || is_fragment(s) || (s->denials > 0 && !is_remark(s)) ||
	       (has(s, VOC(VOC_BUT)) && !harmless) ||
	       (has(s, VOC(VOC_LUKEWARM) | VOC(VOC_EVASIVE)) && !s->order);
}

static void add_sentence(struct answer *a, const struct sentence *s)
{
	a->stop |= has(s, VOC(VOC_STOP));
	a->wrong |= has(s, VOC(VOC_WRONG));
	a->irony |= has(s, VOC(VOC_IRONY));
	a->inform |= has(s, VOC(VOC_INFORM)) && s->denials == 0;
	a->any |= s->any;
	if (is_question(s)) {
		a->echo |= s->echo;
		a->question |= !s->echo;
		return;
	}
	a->question |= has(s, VOC(VOC_QUESTION));
	a->later |= s->postpones;
	if (s->dated && !a->dated) {
		a->dated = true;
		a->day = s->day;
	}
	a->condition |= has(s, VOC(VOC_IF) | VOC(VOC_CONDITION));
	a->doubt |= is_doubtful(s);
	a->yes |= s->yes;
	a->no |= s->no || (has(s, VOC(VOC_REGRET)) && s->denials > 0);
	a->denied |=
		s->denials > 0 && !is_remark(s) &&
		!has(s, VOC(VOC_LUKEWARM) | VOC(VOC_EVASIVE) | VOC(VOC_IF) | VOC(VOC_CONDITION));
	a->order |= s->order;
	a->bare_yes |= s->bare_yes;
	a->bare_no |= s->bare_no;
}

static struct answer read_answer(const struct speech *s, size_t to, int64_t written_at)
{
	struct answer a = { 0 };
	struct sentence sentence;
	for (size_t at = 0; at < to;) {
		at = sentence_read(s, at, to, written_at, &sentence);
		add_sentence(&a, &sentence);
	}
	return a;
}

/* First match from the top wins; but open or contradictory choices are no
 * answer, and what is not clearly a yes is never one. */
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
	if (a->irony)
		return VERDICT_DECLINE;
	if (a->question || (a->echo && !a->no) || (a->condition && a->inform && !a->no))
		return VERDICT_QUESTION;
	if (a->no)
		return a->yes && !a->doubt ? VERDICT_UNCLEAR : VERDICT_DECLINE;
	if (a->denied && !a->yes)
		return VERDICT_DECLINE; /* no other answer is given in denials only */
	return a->yes && !a->doubt && !a->condition ? VERDICT_ACCEPT : VERDICT_UNCLEAR;
}

/* --- the better way --- */

/* What in the words points to somebody else. */
struct hint {
	uint64_t seen;
	size_t from;               /* the first word that does */
	struct vocabulary_hit gap; /* "ask ... instead" */
};

static struct hint find_hint(const struct speech *s, size_t to)
{
	struct hint hint = { .from = to };
	for (size_t at = 0; at < to;) {
		struct vocabulary_hit hit = vocabulary_match(s, at, VOC_ANSWERS);
		bool points = (hit.sections & (VOC(VOC_SUGGEST) | VOC(VOC_BETTER))) != 0;
		if (points && hint.from == to)
			hint.from = at;
		if ((hit.sections & VOC(VOC_SUGGEST)) && hit.gap_to > hit.gap_from)
			hint.gap = hit;
		hint.seen |= hit.sections;
		at += hit.words > 0 ? hit.words : 1;
	}
	return hint;
}

/* Who is suggested: "Name <address>", name or address; NULL: nobody. */
static char *find_suggested(const struct speech *s, size_t to)
{
	struct hint hint = find_hint(s, to);
	struct person person;
	bool suggests = (hint.seen & VOC(VOC_SUGGEST)) != 0;
	bool better = (hint.seen & VOC(VOC_BETTER)) != 0;
	if (person_find_address(s, 0, to, &person))
		return suggests || better || !(hint.seen & VOC_YESES) ? person_text(s, &person)
								      : NULL;
	if (hint.gap.words > 0)
		return person_find_name(s, hint.gap.gap_from, hint.gap.gap_to, 1, &person)
			       ? person_text(s, &person)
			       : person_words(s, hint.gap.gap_from, hint.gap.gap_to);
	if (suggests && (person_find_name(s, hint.from, to, 2, &person) ||
			 person_find_name(s, 0, to, 2, &person) ||
			 person_find_name(s, hint.from, to, 1, &person)))
		return person_text(s, &person);
	return better && person_find_name(s, 0, to, 2, &person) ? person_text(s, &person) : NULL;
}

/* --- all together --- */

/* The closing is left aside unless it turns the answer round. */
static size_t answer_end(const struct speech *s)
{
	const uint64_t turns = VOC(VOC_CONDITION) | VOC(VOC_LATER) | VOC(VOC_FROM);
	size_t end = signoff_find(s);
	for (size_t at = end; at < s->count; at++)
		if (vocabulary_match(s, at, turns).words > 1)
			return s->count;
	return end;
}

static bool subject_says(const char *subject, uint64_t keyword)
{
	struct speech s = speech_new(subject, strlen(subject));
	size_t at = 0;
	while (at < s.count && vocabulary_match(&s, at, VOC(VOC_REPLY)).words > 0)
		at++;
	bool says = at < s.count && word_is_keyword(&s, at, s.count, keyword);
	speech_free(&s);
	return says;
}

static enum verdict_kind read_subject(const char *subject)
{
	if (subject != NULL && subject_says(subject, VOC(VOC_KEYWORD_YES)))
		return VERDICT_ACCEPT;
	if (subject != NULL && subject_says(subject, VOC(VOC_KEYWORD_NO)))
		return VERDICT_DECLINE;
	return VERDICT_UNCLEAR;
}

static struct verdict read_words(const char *words, const char *subject, int64_t date_at)
{
	struct verdict v = { .kind = VERDICT_UNCLEAR };
	struct speech s = speech_new(words, strlen(words));
	vocabulary_guess(&s);
	size_t answer_to, end = answer_end(&s);
	size_t word_from = word_find(&s, end, &answer_to);
	struct answer a = read_answer(&s, answer_to, date_at);
	v.suggested = answer_to < end ? NULL : find_suggested(&s, answer_to);
	a.suggest = v.suggested != NULL;
	v.kind = end > 0 ? decide(&a) : read_subject(subject);
	if (v.kind == VERDICT_ACCEPT && answer_to == end && word_from < end)
		v.kind = VERDICT_UNCLEAR; /* the word takes back what its first line said */
	v.any = v.kind == VERDICT_ACCEPT && a.any;
	v.word = v.kind == VERDICT_ACCEPT ? word_text(&s, word_from, end) : mem_text("");
	v.date = v.kind == VERDICT_NOT_NOW && a.dated ? date_text(a.day) : NULL;
	if (v.kind != VERDICT_SUGGEST) {
		free(v.suggested);
		v.suggested = NULL;
	}
	speech_free(&s);
	return v;
}

/* "ACCEPT UNNAMED": after nothing but a keyword, or a line of its own. Anything
 * freer ("as long as my name stays out") is a condition for a person to settle. */
static bool asks_no_name(const struct speech *s, size_t from, size_t at)
{
	const uint64_t yes = VOC(VOC_KEYWORD_YES) | VOC(VOC_ANY);
	while (from < at) {
		size_t words = vocabulary_match(s, from, yes).words;
		if (words == 0)
			return false;
		from += words;
	}
	return from == at;
}

/* The words without what asks for no name; yours to free. */
static char *without_unnamed(const char *words, bool *unnamed)
{
	char *rest = mem_text(words);
	struct speech s = speech_new(words, strlen(words));
	*unnamed = false;
	for (size_t at = 0, end, line = 0; at < s.count; at = end) {
		struct vocabulary_hit hit = vocabulary_match(&s, at, VOC(VOC_UNNAMED));
		end = at + (hit.words > 0 ? hit.words : 1);
		bool closes = end == s.count || s.words[end - 1].ends_line;
		if (hit.words > 0 && closes && asks_no_name(&s, line, at)) {
			*unnamed = true;
			memset(rest + s.words[at].from, ' ',
			       s.words[end - 1].to - s.words[at].from);
		}
		line = closes ? end : line;
	}
	speech_free(&s);
	return rest;
}

struct verdict verdict_read(const char *words, const char *subject, int64_t date_at)
{
	bool unnamed;
	char *rest = without_unnamed(words, &unnamed);
	struct verdict v = read_words(unnamed ? rest : words, subject, date_at);
	v.unnamed = unnamed && v.kind == VERDICT_ACCEPT;
	free(rest);
	return v;
}

static bool begins_with_yes(const char *words)
{
	struct speech s = speech_new(words, strlen(words));
	vocabulary_guess(&s);
	bool yes = s.count > 0 && vocabulary_match(&s, 0, VOC(VOC_KEYWORD_YES)).words > 0;
	for (size_t at = 0; at < s.count; at++)
		yes = yes && vocabulary_match(&s, at, VOC_NOES | VOC(VOC_NOT)).words == 0;
	speech_free(&s);
	return yes;
}

bool verdict_confirms(const char *words, const char *subject)
{
	struct verdict v = verdict_read(words, subject, 0);
	enum verdict_kind kind = v.kind;
	verdict_free(&v);
	return kind == VERDICT_ACCEPT || (kind == VERDICT_UNCLEAR && begins_with_yes(words));
}
