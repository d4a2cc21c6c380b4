/* search: words as the search compares them, and what a member looks for.
 *
 * A word is folded (utf8_fold), its ending cut by a light stem that serves
 * French, German and English at once ("acheteuses", "acheteur" -> "achet";
 * "Beratung", "Berater" -> "berat"): a profile mixes languages, so no language
 * is asked for. Words that say nothing ("de", "und") and single letters go.
 * Stems are only ever compared with stems, never shown. Pure, linear. */
#ifndef CORE_SEARCH_H
#define CORE_SEARCH_H

#include "base/str.h"
#include "core/profile.h"

/* Rises when stems come out differently: what was indexed is then made anew. */
#define SEARCH_VERSION "1"

/* The words of `text` as stems, each followed by a blank. `field`: whose words
 * they are (a language or a country is one word in all languages there), or
 * PROFILE_NONE. */
void search_stems(int field, const char *text, struct str *out);

#define SEARCH_WORDS 12
struct search_word {
	char *stem;
	char *named;  /* the same as a language or country, in their fields; or NULL */
	int field;    /* city:lyon; PROFILE_NONE: anywhere */
};
struct search {
	struct search_word words[SEARCH_WORDS];
	size_t count;
	char *hub; /* hub:biotech, as written; or NULL */
};

/* "buyer pharma city:Lyon hub:biotech"; facets are the form's labels in any
 * language, a value of several words in quotation marks. search_free. */
struct search search_read(const char *text);
void search_free(struct search *search);

/* "SUITE", "more please": the next page. */
bool search_wants_more(const char *words);

#endif
