#include "core/sentence.h"

#include "core/dates.h"
#include "core/vocabulary.h"

#define KEYWORDS (VOC(VOC_KEYWORD_YES) | VOC(VOC_KEYWORD_NO))
#define NEAR_DAYS 7     /* "I'll tell him on Friday" is a yes today */
#define GUESS_WORDS 4   /* a misspelt keyword counts in a clause no longer */
#define ORDER_UNKNOWN 3 /* strange words an order to pass on may hold */

struct clause {
	size_t from, to;
	uint64_t seen;
	size_t unknown, denials, names, guessed; /* guessed: keywords one letter wrong */
	bool yes, no, order, doubt, bare;
	bool asks, both;   /* "ACCEPT DECLINE" left standing */
	bool shouted;      /* "NEVER Alice" */
	bool about_person; /* begins with "she" or a name */
	bool dated;
	struct date date;
};

static bool has(uint64_t seen, uint64_t sections)
{
	return (seen & sections) != 0;
}

/* A name, a number or a sign in a yes does not make it strange. */
static bool is_plain(const struct speech *s, size_t at)
{
	const struct speech_word *w = &s->words[at];
	bool opens = at == 0 || s->words[at - 1].after == SPEECH_SENTENCE;
	return w->number || w->sign || (w->capital && !w->upper && !opens);
}

/* A word no phrase knows: a keyword one letter wrong, or a strange word. */
static void take_unknown(struct clause *c, const struct speech *s, size_t at)
{
	const char *word = s->words[at].folded;
	bool yes = vocabulary_nearly(word, VOC(VOC_KEYWORD_YES));
	bool no = !yes && vocabulary_nearly(word, VOC(VOC_KEYWORD_NO));
	c->seen |= yes ? VOC(VOC_ACCEPT) | VOC(VOC_KEYWORD_YES) : 0;
	c->seen |= no ? VOC(VOC_REFUSE) | VOC(VOC_KEYWORD_NO) : 0;
	c->guessed += yes || no;
	c->unknown += !yes && !no && !is_plain(s, at);
	c->names += s->words[at].capital && is_plain(s, at);
}

static void take_phrase(struct clause *c, const struct speech *s, size_t at, uint64_t sections)
{
	/* What is a whole answer is not also one of its small words: "no", "si". */
	if (has(sections, KEYWORDS | VOC(VOC_NO) | VOC(VOC_YES)))
		sections &= ~(VOC(VOC_NOT) | VOC(VOC_IF));
	if (has(sections, VOC(VOC_HARMLESS)))
		sections &= ~VOC(VOC_NOT);
	if (has(sections, VOC(VOC_NOT))) {
		c->denials++;
		c->shouted |= s->words[at].upper && at == c->from;
	}
	c->seen |= sections;
}

/* Yes or no of one clause. */
static void weigh(struct clause *c)
{
	bool denied = c->denials > 0;
	bool accepts = has(c->seen, VOC(VOC_ACCEPT)), refuses = has(c->seen, VOC(VOC_REFUSE));
	bool passes = has(c->seen, VOC(VOC_PASS));
	bool plain_yes = has(c->seen, VOC(VOC_YES)) || passes ||
			 (has(c->seen, VOC(VOC_KEYWORD_YES)) && !accepts);
	bool plain_no = has(c->seen, VOC(VOC_NO)) || c->shouted ||
			(has(c->seen, VOC(VOC_KEYWORD_NO)) && !refuses);
	c->no = plain_no || (refuses && !denied) || ((accepts || passes) && denied);
	bool yes = !c->no && (denied ? refuses : plain_yes || accepts);
	/* "Strong accent there" is no typing error of a short answer. */
	bool strange = c->unknown > (passes ? ORDER_UNKNOWN : 0) ||
		       (c->guessed > 0 && c->to - c->from > GUESS_WORDS);
	c->yes = yes && !strange;
	c->doubt = (yes && strange) || (plain_yes && denied && !c->no);
	c->order = c->yes && passes;
}

static size_t read_clause(const struct speech *s, size_t at, size_t to, struct clause *c)
{
	*c = (struct clause){ .from = at, .bare = true };
	for (bool more = true; at < to && more;) {
		struct vocabulary_hit hit = vocabulary_match(s, at, VOC_ANSWERS);
		uint64_t before = c->seen;
		if (hit.words > 0)
			take_phrase(c, s, at, hit.sections);
		else
			take_unknown(c, s, at);
		bool keyword = hit.words > 0 ? has(hit.sections, KEYWORDS) : c->seen != before;
		c->bare = c->bare && (keyword || has(hit.sections, VOC(VOC_SELF) | VOC(VOC_HELLO) |
									   VOC(VOC_ANY)));
		at += hit.words > 0 ? hit.words : 1;
		more = s->words[at - 1].after == SPEECH_NONE;
	}
	const struct speech_word *first = &s->words[c->from];
	c->about_person = vocabulary_match(s, c->from, VOC(VOC_PERSON)).words > 0 ||
			  (first->capital && !first->upper && is_plain(s, c->from));
	c->to = at;
	c->asks = s->words[at - 1].asks;
	c->bare = c->bare && has(c->seen, KEYWORDS);
	c->both = (c->seen & KEYWORDS) == KEYWORDS && c->denials == 0;
	weigh(c);
	return at;
}

/* Does the date in the clause put off the answer, or is it only told? */
static bool postpones(const struct clause *c, const struct sentence *so_far, int64_t today)
{
	if (!c->dated || c->date.day <= today)
		return false;
	bool put_off =
		has(c->seen, VOC(VOC_FROM) | VOC(VOC_ASK_AGAIN) | VOC(VOC_LATER) | VOC(VOC_PAUSE));
	bool short_one =
		c->to - c->from <= c->date.to - c->date.from + 3 || c->date.from == c->from;
	bool promise = c->order && so_far->yes && c->date.day - today <= NEAR_DAYS;
	return put_off || ((short_one || c->yes || c->doubt) && !promise);
}

/* What follows a yes and is no remark on a person may restrict it in words we
 * do not know ("minus my name", "for a fee") or mock it ("and pigs may fly"). */
static bool is_afterthought(const struct clause *c, const struct sentence *so_far)
{
	if (c->yes || c->no || has(c->seen, VOC(VOC_HARMLESS)))
		return false;
	if (so_far->order)
		return c->unknown > 0 && has(c->seen, VOC(VOC_AND));
	return (c->unknown + c->names > 0 && !c->about_person) || has(c->seen, VOC(VOC_SELF));
}

static void add_clause(struct sentence *sentence, const struct clause *c, int64_t today)
{
	bool later = postpones(c, sentence, today);
	if (later && !sentence->dated) {
		sentence->dated = true;
		sentence->day = c->date.day;
	}
	sentence->postpones |= later || has(c->seen, VOC(VOC_LATER) | VOC(VOC_PAUSE));
	sentence->seen |= c->seen;
	sentence->unknown += c->unknown;
	sentence->denials += c->yes || c->no ? 0 : c->denials;
	sentence->doubt |= c->doubt || (sentence->yes && is_afterthought(c, sentence));
	sentence->yes |= c->yes;
	sentence->no |= c->no;
	sentence->order |= c->order;
	sentence->bare_yes |= c->both || (c->bare && c->yes);
	sentence->bare_no |= c->both || (c->bare && c->no);
	sentence->any |= c->bare && c->yes && has(c->seen, VOC(VOC_ANY));
	sentence->echo = sentence->echo && c->bare;
	sentence->asks |= c->asks;
	sentence->to = c->to;
}

size_t sentence_read(const struct speech *s, size_t at, size_t to, int64_t written_at,
		     struct sentence *sentence)
{
	struct clause c;
	struct date told;
	size_t end = at;
	*sentence = (struct sentence){ .from = at, .to = at, .echo = true };
	while (end < to && s->words[end].after != SPEECH_SENTENCE)
		end++;
	end = end < to ? end + 1 : to;
	bool dated = date_find(s, at, end, written_at, &told);
	while (at < end) {
		at = read_clause(s, at, end, &c);
		c.dated = dated && told.from < c.to && told.to > c.from;
		c.date = told;
		add_clause(sentence, &c, date_day(written_at));
	}
	/* "Not now, but ask me on 3 June": put off, and the date says to when. */
	if (sentence->postpones && dated && !sentence->dated) {
		sentence->dated = true;
		sentence->day = told.day;
	}
	return end;
}
