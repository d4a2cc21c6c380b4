#include "core/search.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define STEM_LEAST 4  /* letters an ending must leave */
#define WORD_MOST  60 /* octets of a word that count */
#define CUTS_MOST  3

/* Longest first among those that end alike. What it becomes, if not nothing. */
static const struct {
	const char *ending, *becomes;
} endings[] = {
	{ "erinnen", "er" }, { "ischen", "" },     { "isches", "" },    { "ischer", "" },
	{ "ements", "" },    { "trices", "teur" }, { "trice", "teur" }, { "iques", "" },
	{ "elles", "el" },   { "euses", "" },      { "ement", "" },     { "ische", "" },
	{ "ungen", "" },     { "itaet", "" },      { "ments", "" },     { "ique", "" },
	{ "elle", "el" },    { "euse", "" },       { "eurs", "" },      { "isch", "" },
	{ "ical", "" },      { "itat", "" },       { "ions", "" },      { "ings", "" },
	{ "ites", "" },      { "erin", "er" },     { "iels", "i" },     { "ment", "" },
	{ "eur", "" },       { "ion", "" },        { "ing", "" },       { "ung", "" },
	{ "ity", "" },       { "ite", "" },        { "ies", "" },       { "ern", "" },
	{ "ers", "" },       { "ors", "" },        { "ics", "" },       { "aux", "" },
	{ "als", "" },       { "iel", "i" },       { "ic", "" },        { "ie", "" },
	{ "er", "" },        { "or", "" },         { "al", "" },        { "en", "" },
	{ "em", "" },        { "es", "" },         { "ik", "" },        { "e", "" },
	{ "s", "" },         { "x", "" },          { "y", "" },
};
#define ENDINGS (sizeof endings / sizeof endings[0])

/* Between folded blanks. */
static const char stop_words[] =
	" de du des la le les un une et ou en au aux dans par pour sur avec chez qui que est sont"
	" ce ces son sa ses nous vous je il elle ne pas plus the an of and or in at by for on with"
	" from to is are we you it my our your der die das den dem des ein eine einer einen und"
	" oder im in am an auf mit von vom zu zum zur bei fur ist sind wir sie ich es el los las"
	" una y del con por para ";

/* One word in all languages; only where the field says what is meant. */
static const char *const tongues[] = {
	" fr francais french franzosisch frances ", " en anglais english englisch ingles ",
	" de allemand german deutsch aleman ", " es espagnol spanish spanisch espanol castillan ",
	" it italien italian italienisch italiano ",
	" nl neerlandais dutch niederlandisch flamand hollandais holandes ",
	" pt portugais portuguese portugiesisch portugues ", " pl polonais polish polnisch polaco ",
	" zh chinois chinese chinesisch mandarin chino ", " ar arabe arabic arabisch ",
	" ru russe russian russisch ruso ", " ja japonais japanese japanisch japones ",
};
static const char *const lands[] = {
	" france frankreich francia ", " allemagne germany deutschland alemania ",
	" suisse switzerland schweiz suiza svizzera ", " belgique belgium belgien belgica ",
	" autriche austria osterreich ", " italie italy italien italia ",
	" espagne spain spanien espana ", " luxembourg luxemburg luxemburgo ",
	" portugal ", " pologne poland polen polonia ", " maroc morocco marokko marruecos ",
	" tunisie tunisia tunesien tunez ", " uk angleterre england grossbritannien ",
	" usa amerika america ",
};

static bool is_listed(const char *list, const char *word)
{
	size_t len = strlen(word);
	for (const char *at = strstr(list, word); at != NULL; at = strstr(at + 1, word))
		if (at[-1] == ' ' && at[len] == ' ')
			return true;
	return false;
}

/* The group's first word; NULL: in none. */
static char *group_of(const char *const *groups, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (is_listed(groups[i], word))
			return mem_text_len(groups[i] + 1, strcspn(groups[i] + 1, " "));
	return NULL;
}

static char *named(int field, const char *word)
{
	char *name = NULL;
	if (field == PROFILE_LANGUAGES || field == PROFILE_NONE)
		name = group_of(tongues, sizeof tongues / sizeof tongues[0], word);
	if (name == NULL && (field == PROFILE_COUNTRY || field == PROFILE_NONE))
		name = group_of(lands, sizeof lands / sizeof lands[0], word);
	return name;
}

/* --- one word -------------------------------------------------------------------- */

/* ae, oe, ue of those who have no umlauts, and the ligature: o, a, u. */
static void even(char *word)
{
	char *to = word;
	for (const char *at = word; *at != '\0';) {
		bool pair = strchr("aou", at[0]) != NULL && at[1] == 'e' &&
		            (at == word || strchr("aeq", at[-1]) == NULL);
		if (strncmp(at, "\xc5\x93", 2) == 0 || strncmp(at, "\xc3\xa6", 2) == 0) {
			*to++ = at[0] == '\xc5' ? 'o' : 'a';
			at += 2;
		} else {
			*to++ = *at;
			at += pair ? 2 : 1;
		}
	}
	*to = '\0';
}

static bool cut_ending(char *word)
{
	size_t len = strlen(word);
	for (size_t i = 0; i < ENDINGS; i++) {
		size_t cut = strlen(endings[i].ending), add = strlen(endings[i].becomes);
		if (len < cut + STEM_LEAST || strcmp(word + len - cut, endings[i].ending) != 0)
			continue;
		memcpy(word + len - cut, endings[i].becomes, add + 1);
		return true;
	}
	return false;
}

static void stem(char *word)
{
	bool digits = strpbrk(word, "0123456789") != NULL;
	even(word);
	for (int i = 0; i < CUTS_MOST && !digits && cut_ending(word); i++)
		;
	size_t len = strlen(word);
	if (len > STEM_LEAST && word[len - 1] == word[len - 2] && !digits)
		word[len - 1] = '\0';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* The next word of a folded text, NULL at its end; "r&d" is one. Yours to free. */
static char *next_word(const char **at)
{
	struct str word;
	const char *s = *at;
	while (*s != '\0' && !is_letter(*s))
		s++;
	str_init(&word, WORD_MOST);
	for (; is_letter(*s) || (s[0] == '&' && is_letter(s[1])); s++)
		if (*s != '&' && word.len < WORD_MOST - 4)
			str_add_char(&word, *s);
	*at = s;
	if (word.len > 0)
		return word.text;
	str_free(&word);
	return NULL;
}

static bool says_something(const char *word)
{
	return (word[1] != '\0' || (word[0] >= '0' && word[0] <= '9')) &&
	       !is_listed(stop_words, word);
}

void search_stems(int field, const char *text, struct str *out)
{
	char *folded = utf8_fold(text), *word;
	for (const char *at = folded; (word = next_word(&at)) != NULL; free(word)) {
		char *name = field != PROFILE_NONE ? named(field, word) : NULL;
		if (name == NULL && says_something(word))
			stem(word);
		else if (name == NULL)
			continue;
		str_addf(out, "%s ", name != NULL ? name : word);
		free(name);
	}
	free(folded);
}

/* --- what is looked for ------------------------------------------------------------ */

static void add_words(struct search *search, int field, const char *text)
{
	char *folded = utf8_fold(text), *word;
	for (const char *at = folded;
	     search->count < SEARCH_WORDS && (word = next_word(&at)) != NULL;) {
		char *name = named(field, word);
		if (!says_something(word) && (field == PROFILE_NONE || name == NULL)) {
			free(word);
			free(name);
			continue;
		}
		stem(word);
		if (name != NULL && field != PROFILE_NONE) { /* there it stands by that name */
			free(word);
			word = name;
			name = NULL;
		}
		search->words[search->count++] = (struct search_word){ word, name, field };
	}
	free(folded);
}

static bool is_hub(const char *folded)
{
	return strcmp(folded, "hub") == 0 || strcmp(folded, "cercle") == 0 ||
	       strcmp(folded, "groupe") == 0 || strcmp(folded, "group") == 0 ||
	       strcmp(folded, "gruppe") == 0;
}

/* After "city:": a word, or several in quotation marks. */
static const char *take_value(const char *at, char **value)
{
	static const char *const marks[][2] = {
		{ "\"", "\"" },
		{ "'", "'" },
		{ "\xc2\xab", "\xc2\xbb" },
		{ "\xe2\x80\x9c", "\xe2\x80\x9d" },
		{ "\xe2\x80\x9e", "\xe2\x80\x9c" },
	};
	at += strspn(at, " ");
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		size_t open = strlen(marks[i][0]);
		const char *end =
			strncmp(at, marks[i][0], open) == 0 ? strstr(at + open, marks[i][1]) : NULL;
		if (end == NULL)
			continue;
		*value = mem_text_len(at + open, (size_t)(end - at) - open);
		return end + strlen(marks[i][1]);
	}
	size_t len = strcspn(at, " ,;");
	*value = mem_text_len(at, len);
	return at + len;
}

/* One blank-separated piece: a facet, or words. Returns what follows. */
static const char *take_piece(struct search *search, const char *at)
{
	size_t len = strcspn(at, " "), colon = strcspn(at, ": ");
	if (at[colon] == ':' && colon > 0) {
		char *label = mem_text_len(at, colon), *folded = utf8_fold(label), *value;
		int field = profile_label_find(folded);
		bool hub = is_hub(folded), facet = hub || (field >= 0 && field < PROFILE_WEBSITE);
		free(label);
		free(folded);
		if (facet) {
			const char *rest = take_value(at + colon + 1, &value);
			if (hub && search->hub == NULL && value[0] != '\0') {
				search->hub = value;
				return rest;
			}
			if (!hub)
				add_words(search, field, value);
			free(value);
			return rest;
		}
	}
	char *piece = mem_text_len(at, len);
	add_words(search, PROFILE_NONE, piece);
	free(piece);
	return at + len;
}

/* "ville : Lyon", as French is typed, is "ville: Lyon". */
static char *without_blanks_before_colons(const char *text)
{
	char *line = utf8_clean_line(text, strlen(text)), *to = line;
	for (const char *at = line; *at != '\0'; at++) {
		if (strncmp(at, "\xc2\xa0", 2) == 0) {
			*to++ = ' ';
			at++;
			continue;
		}
		while (*at == ':' && to > line && to[-1] == ' ')
			to--;
		*to++ = *at;
	}
	*to = '\0';
	return line;
}

struct search search_read(const char *text)
{
	struct search search = { .count = 0 };
	char *line = without_blanks_before_colons(text);
	for (const char *at = line; *at != '\0' && search.count < SEARCH_WORDS;) {
		at += strspn(at, " ,;");
		if (*at != '\0')
			at = take_piece(&search, at);
	}
	free(line);
	return search;
}

void search_free(struct search *search)
{
	for (size_t i = 0; i < search->count; i++) {
		free(search->words[i].stem);
		free(search->words[i].named);
	}
	free(search->hub);
	*search = (struct search){ .count = 0 };
}

bool search_wants_more(const char *words)
{
	static const char more[] =
		" suite more next weiter mehr plus suivant suivants mas siguiente"
		" siguientes continue ";
	char *line = mem_text_len(words, strcspn(words, "\n")), *folded = utf8_fold(line);
	const char *at = folded;
	char *word = strlen(folded) < 30 ? next_word(&at) : NULL;
	bool wants = word != NULL && is_listed(more, word);
	free(word);
	free(folded);
	free(line);
	return wants;
}
