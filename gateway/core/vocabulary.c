#include "core/vocabulary.h"

#include "base/embed.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/command.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GAP_MOST 6
#define PIECES_MOST 12
#define ENOUGH 36 /* three common words of one language, to tell it */

static const char *const section_names[VOC_SECTIONS] = {
	"keyword yes", "keyword no", "yes",      "pass",        "accept",   "refuse",
	"no",          "not",        "if",       "condition",   "inform",   "but",
	"and",         "later",      "from",     "ask again",   "stop",     "wrong",
	"suggest",     "better",     "question", "tag",         "irony",    "lukewarm",
	"evasive",     "harmless",   "known",    "self",        "person",   "any",
	"pause",       "hello",      "bye",      "announce",    "title",    "particle",
	"firm",        "introduce",  "polite",   "command",     "reply",    "number",
	"month",       "month short", "weekday", "day",         "unit",     "in",
	"ago",         "next",       "on",       "part",        "inclusive", "regret",
	"of",          "outcome",    "purpose",  "unnamed",     "strength", "tongue",
	"leave",
};
#define LANGUAGES 8
static const char *const languages[LANGUAGES] = { "all", "fr", "en", "de", "es", "nl", "it", "pt" };

struct piece {
	const char *text; /* folded; NULL: a gap */
	bool exact, marked, name;
};

struct phrase {
	struct piece *pieces;
	size_t count;
	int section, number;
	unsigned language; /* one bit; 0: of all */
	bool begins, ends; /* a clause */
	const char *file;  /* where it is written; for flaws */
	int line;
};

struct vocabulary {
	struct phrase *phrases; /* by their first word */
	size_t count, size;
	const char *flaw;       /* of the line being read; NULL: none */
};

/* --- reading a file --- */

struct draft { /* one way through a line's alternatives */
	struct piece pieces[PIECES_MOST];
	size_t count;
};

static void keep(struct vocabulary *v, const struct draft *draft, struct phrase like)
{
	if (draft->count == 0 || draft->pieces[0].text == NULL || draft->pieces[0].name) {
		v->flaw = "a phrase begins with a word";
		return;
	}
	if (v->count == v->size) {
		v->size = v->size > 0 ? v->size * 2 : 4096;
		v->phrases = mem_grow(v->phrases, v->size, sizeof *v->phrases);
	}
	like.count = draft->count;
	like.pieces = mem_zero(draft->count, sizeof *like.pieces);
	memcpy(like.pieces, draft->pieces, draft->count * sizeof *like.pieces);
	v->phrases[v->count++] = like;
}

/* A written word may be several of speech ("don't"): add them all. */
static bool add_pieces(struct vocabulary *v, struct draft *draft, const char *word, size_t len)
{
	bool exact = len > 0 && word[0] == '=';
	struct speech speech = speech_new(word + exact, len - exact);
	bool fits = draft->count + speech.count <= PIECES_MOST && speech.count > 0;
	for (size_t i = 0; fits && i < speech.count; i++)
		draft->pieces[draft->count++] =
			(struct piece){ mem_text(speech.words[i].folded), exact,
					speech.words[i].marked,
					len == 4 && memcmp(word, "NAME", 4) == 0 };
	if (!fits)
		v->flaw =
			speech.count == 0 ? "a word has letters" : "a phrase has at most 12 words";
	speech_free(&speech);
	return fits;
}

/* Every way through "word a/b (c) ...": depth is bounded by PIECES_MOST. */
static void expand(struct vocabulary *v, const struct draft *so_far, const char *at,
		   struct phrase like)
{
	at += strspn(at, " \t");
	size_t len = strcspn(at, " \t");
	if (len == 0) {
		keep(v, so_far, like);
		return;
	}
	struct draft next = *so_far;
	if (len == 3 && memcmp(at, "...", 3) == 0) {
		if (next.count == PIECES_MOST) {
			v->flaw = "a phrase has at most 12 words";
			return;
		}
		next.pieces[next.count++] = (struct piece){ 0 };
		expand(v, &next, at + len, like);
		return;
	}
	const char *end = at + len;
	bool optional = at[0] == '(' && end[-1] == ')';
	if (optional)
		expand(v, so_far, end, like);
	for (const char *word = at + optional, *stop = end - optional; word < stop;) {
		const char *slash = memchr(word, '/', (size_t)(stop - word));
		const char *word_end = slash != NULL ? slash : stop;
		next = *so_far;
		if (add_pieces(v, &next, word, (size_t)(word_end - word)))
			expand(v, &next, end, like);
		word = word_end + 1;
	}
}

/* German writes ae, oe, ue where it has no umlauts. */
static char *without_umlauts(const char *line)
{
	static const char *const pairs[][2] = { { "ä", "ae" }, { "ö", "oe" }, { "ü", "ue" } };
	struct str out;
	str_init(&out, strlen(line) + 1);
	bool found = false;
	for (const char *p = line; *p != '\0';) {
		const char *as = NULL;
		for (size_t i = 0; i < 3; i++)
			if (strncmp(p, pairs[i][0], 2) == 0)
				as = pairs[i][1];
		str_add_len(&out, as != NULL ? as : p, as != NULL ? 2 : 1);
		found = found || as != NULL;
		p += as != NULL ? 2 : 1;
	}
	if (!found)
		str_free(&out);
	return found ? out.text : NULL;
}

static void read_line(struct vocabulary *v, char *line, struct phrase like)
{
	char *equals = strstr(line, " = ");
	if (equals != NULL) {
		like.number = atoi(line);
		line = equals + 3;
	}
	if (line[0] == '^') {
		like.begins = true;
		line++;
	}
	size_t len = strlen(line);
	if (len > 0 && line[len - 1] == '$') {
		like.ends = true;
		line[len - 1] = '\0';
	}
	expand(v, &(struct draft){ .count = 0 }, line, like);
	char *plain = without_umlauts(line);
	if (plain != NULL)
		expand(v, &(struct draft){ .count = 0 }, plain, like);
	free(plain);
}

/* "[yes]"; "[command join]" is the section of commands and the verb's number. */
static bool read_section(char *line, struct phrase *like)
{
	static const char command[] = "command ";
	size_t len = strlen(line);
	if (len < 2 || line[len - 1] != ']')
		return false;
	line[len - 1] = '\0';
	like->number = 0;
	if (strncmp(line + 1, command, sizeof command - 1) == 0) {
		like->section = VOC_COMMAND;
		like->number = (int)command_verb_find(line + sizeof command);
		return like->number != COMMAND_UNKNOWN;
	}
	for (like->section = 0; like->section < VOC_SECTIONS; like->section++)
		if (strcmp(line + 1, section_names[like->section]) == 0)
			return true;
	return false;
}

/* RC_PERM: a line is not as the header says. `path` must stay. */
static enum rc read_text(struct vocabulary *v, const char *path, const char *octets, size_t len,
			 unsigned bit, struct why *why)
{
	char *text = mem_text_len(octets, len), *rest = text;
	struct phrase like = { .language = bit, .file = path };
	bool within = false;
	v->flaw = NULL;
	for (char *line; v->flaw == NULL && (line = strsep(&rest, "\n")) != NULL;) {
		like.line++;
		line[strcspn(line, "#")] = '\0';
		for (size_t end = strlen(line); end > 0 && strchr(" \t\r", line[end - 1]) != NULL;)
			line[--end] = '\0';
		if (line[0] == '[' && !(within = read_section(line, &like)))
			v->flaw = "there is no such section";
		else if (line[0] != '[' && line[0] != '\0' && !within)
			v->flaw = "a phrase stands in a [section]";
		else if (line[0] != '[' && line[0] != '\0')
			read_line(v, line, like);
	}
	free(text);
	return v->flaw == NULL ? RC_OK
	                       : why_set(why, RC_PERM, "%s:%d: %s", path, like.line, v->flaw);
}

static void read_embedded(struct vocabulary *v, const char *language, unsigned bit)
{
	struct why why;
	struct str path;
	str_init(&path, 200);
	str_addf(&path, "gateway/core/vocabulary/%s.txt", language);
	const struct embed *file = embed_find(path.text);
	assert(file != NULL);
	enum rc rc = read_text(v, file->path, file->text, file->len, bit, &why);
	assert(rc == RC_OK);
	(void)rc;
	str_free(&path);
}

static int by_first_word(const void *a, const void *b)
{
	const struct phrase *p = a, *q = b;
	return strcmp(p->pieces[0].text, q->pieces[0].text);
}

static struct vocabulary *whole(void)
{
	static struct vocabulary all;
	if (all.count == 0) {
		for (unsigned i = 0; i < LANGUAGES; i++)
			read_embedded(&all, languages[i], i == 0 ? 0 : 1u << i);
		qsort(all.phrases, all.count, sizeof *all.phrases, by_first_word);
	}
	return &all;
}

static const struct vocabulary *vocabulary(void)
{
	return whole();
}

/* --- clashes --- */

static bool same_pieces(const struct phrase *p, const struct phrase *q)
{
	if (p->count != q->count)
		return false;
	for (size_t i = 0; i < p->count; i++) {
		const char *a = p->pieces[i].text, *b = q->pieces[i].text;
		if ((a == NULL) != (b == NULL) || (a != NULL && strcmp(a, b) != 0))
			return false;
	}
	return true;
}

/* The verb of a command's phrase; 0: of another section's. */
static int verb_of(const struct phrase *p)
{
	return p->section == VOC_COMMAND ? p->number : COMMAND_UNKNOWN;
}

static enum rc tell_clash(const struct phrase *p, const struct phrase *q, struct why *why)
{
	if (embed_find(p->file) == NULL) { /* a gateway's own is the one to mend */
		const struct phrase *first = p;
		p = q;
		q = first;
	}
	return why_set(why, RC_PERM, "%s:%d: this stands for %s, and at %s:%d for %s", q->file,
	               q->line, command_verb_name((enum command_verb)verb_of(q)), p->file, p->line,
	               command_verb_name((enum command_verb)verb_of(p)));
}

enum rc vocabulary_check(struct why *why)
{
	const struct vocabulary *v = vocabulary();
	for (size_t i = 0; i < v->count; i++) {
		const struct phrase *p = &v->phrases[i];
		for (size_t j = i + 1; j < v->count && verb_of(p) != 0; j++) {
			const struct phrase *q = &v->phrases[j];
			if (strcmp(p->pieces[0].text, q->pieces[0].text) != 0)
				break;
			if (verb_of(q) != 0 && verb_of(q) != verb_of(p) && same_pieces(p, q))
				return tell_clash(p, q, why);
		}
	}
	return RC_OK;
}

static void take_out(struct vocabulary *v, const char *file)
{
	size_t kept = 0;
	for (size_t i = 0; i < v->count; i++) {
		struct phrase *p = &v->phrases[i];
		if (p->file != file) {
			v->phrases[kept++] = *p;
			continue;
		}
		for (size_t k = 0; k < p->count; k++)
			free((char *)p->pieces[k].text);
		free(p->pieces);
	}
	v->count = kept;
}

enum rc vocabulary_add(const char *path, const char *text, size_t len, struct why *why)
{
	struct vocabulary *v = whole();
	char *file = mem_text(path);
	enum rc rc = read_text(v, file, text, len, 0, why);
	qsort(v->phrases, v->count, sizeof *v->phrases, by_first_word);
	if (rc == RC_OK)
		rc = vocabulary_check(why);
	if (rc != RC_OK) {
		take_out(v, file);
		free(file);
	} /* else its phrases keep the name */
	return rc;
}

size_t vocabulary_count(void)
{
	return vocabulary()->count;
}

/* --- finding phrases --- */

static bool piece_fits(const struct piece *piece, const struct speech_word *word)
{
	if (piece->name)
		return word->capital && !word->upper && !word->address;
	if (piece->exact && piece->marked != word->marked)
		return false;
	return strcmp(word->folded, piece->text) == 0;
}

static bool denies(const struct speech *speech, size_t at);

/* Words taken by `phrase` at `at`, 0 if it does not stand there. Neighbours in
 * a phrase are in one clause; a gap takes as few words as it can and stays in
 * its sentence. */
static size_t phrase_fits(const struct phrase *phrase, const struct speech *speech, size_t at,
			  struct vocabulary_hit *hit)
{
	size_t i = at;
	if (phrase->begins && at > 0 && speech->words[at - 1].after == SPEECH_NONE)
		return 0;
	for (size_t p = 0; p < phrase->count; p++) {
		enum speech_break most =
			p > 0 && phrase->pieces[p - 1].text == NULL ? SPEECH_CLAUSE : SPEECH_NONE;
		if (i > at && speech->words[i - 1].after > most)
			return 0;
		if (phrase->pieces[p].text != NULL) {
			if (i >= speech->count ||
			    !piece_fits(&phrase->pieces[p], &speech->words[i]))
				return 0;
			i++;
			continue;
		}
		size_t from = i;
		if (p + 1 == phrase->count)
			return 0;
		while (i < speech->count &&
		       !piece_fits(&phrase->pieces[p + 1], &speech->words[i])) {
			if (i - from == GAP_MOST || denies(speech, i) ||
			    speech->words[i].after == SPEECH_SENTENCE)
				return 0;
			i++;
		}
		hit->gap_from = from;
		hit->gap_to = i;
	}
	if (phrase->ends && speech->words[i - 1].after == SPEECH_NONE)
		return 0;
	return i - at;
}

/* The first phrase that begins with `word`, or would stand behind it. */
static size_t find_first(const struct vocabulary *v, const char *word)
{
	size_t low = 0, high = v->count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (strcmp(v->phrases[mid].pieces[0].text, word) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static unsigned spoken_in(const struct vocabulary *v, const char *word);

/* A single word of a language the text is not in, and common in one it is in.
 * Keywords are understood everywhere. */
static bool is_abroad(const struct phrase *phrase, const struct speech *speech, size_t at)
{
	return (phrase->language & speech->strange) != 0 && phrase->count == 1 &&
	       phrase->section != VOC_KEYWORD_YES && phrase->section != VOC_KEYWORD_NO &&
	       (spoken_in(vocabulary(), speech->words[at].folded) & ~speech->strange) != 0;
}

static void consider(const struct phrase *phrase, const struct speech *speech, size_t at,
		     uint64_t sections, struct vocabulary_hit *best)
{
	struct vocabulary_hit hit = { .sections = VOC(phrase->section), .number = phrase->number };
	if ((sections & hit.sections) == 0 || is_abroad(phrase, speech, at))
		return;
	hit.words = phrase_fits(phrase, speech, at, &hit);
	if (hit.words > best->words)
		*best = hit;
	else if (hit.words > 0 && hit.words == best->words)
		best->sections |= hit.sections;
}

struct vocabulary_hit vocabulary_match(const struct speech *speech, size_t at, uint64_t sections)
{
	const struct vocabulary *v = vocabulary();
	struct vocabulary_hit best = { 0 };
	const char *word = speech->words[at].folded;
	for (size_t i = find_first(v, word); i < v->count; i++) {
		if (strcmp(v->phrases[i].pieces[0].text, word) != 0)
			break;
		consider(&v->phrases[i], speech, at, sections, &best);
	}
	return best;
}

static bool denies(const struct speech *speech, size_t at)
{
	return vocabulary_match(speech, at, VOC(VOC_NOT)).words > 0;
}

/* The languages that know `word` as a common one. */
static unsigned spoken_in(const struct vocabulary *v, const char *word)
{
	unsigned spoken = 0;
	for (size_t i = find_first(v, word); i < v->count; i++) {
		const struct phrase *phrase = &v->phrases[i];
		if (strcmp(phrase->pieces[0].text, word) != 0)
			break;
		if (phrase->count == 1 && phrase->section == VOC_KNOWN)
			spoken |= phrase->language;
	}
	return spoken;
}

void vocabulary_guess(struct speech *speech)
{
	const struct vocabulary *v = vocabulary();
	size_t score[LANGUAGES] = { 0 }, best = 0;
	for (size_t i = 0; i < speech->count; i++) {
		if (i > 0 && strcmp(speech->words[i].folded, speech->words[i - 1].folded) == 0)
			continue;
		unsigned spoken = spoken_in(v, speech->words[i].folded);
		for (unsigned l = 1; l < LANGUAGES && spoken != 0; l++)
			if (spoken & (1u << l)) /* a word of one language says more */
				score[l] += 12 / (unsigned)__builtin_popcount(spoken);
	}
	for (unsigned l = 1; l < LANGUAGES; l++)
		best = score[l] > best ? score[l] : best;
	speech->strange = 0;
	for (unsigned l = 1; l < LANGUAGES && best >= ENOUGH; l++)
		if (score[l] * 3 < best)
			speech->strange |= 1u << l;
}

/* One letter added, lost, changed, or two neighbours swapped. */
static bool one_apart(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b)
		a++, b++;
	if (*a == '\0' || *b == '\0')
		return strlen(a) + strlen(b) == 1;
	return strcmp(a + 1, b) == 0 || strcmp(a, b + 1) == 0 || strcmp(a + 1, b + 1) == 0 ||
	       (a[0] == b[1] && a[1] == b[0] && strcmp(a + 2, b + 2) == 0);
}

bool vocabulary_nearly(const char *folded, uint64_t sections)
{
	const struct vocabulary *v = vocabulary();
	size_t len = strlen(folded);
	if (len < 6 || len > 24)
		return false;
	for (size_t i = find_first(v, (char[]){ folded[0], '\0' }); i < v->count; i++) {
		const struct phrase *phrase = &v->phrases[i];
		if (phrase->pieces[0].text[0] != folded[0])
			break;
		if ((sections & VOC(phrase->section)) != 0 && phrase->count == 1 &&
		    strlen(phrase->pieces[0].text) >= 5 &&
		    one_apart(phrase->pieces[0].text, folded))
			return true;
	}
	return false;
}
