/* sentence: what one sentence of an answer says, clause by clause.
 *
 * A denied verb of accepting refuses, a denied verb of refusing accepts. Any
 * other yes counts only where it stands undenied among words the vocabulary
 * expects around a yes; else it is in doubt. Pure, linear in the sentence. */
#ifndef CORE_SENTENCE_H
#define CORE_SENTENCE_H

#include "core/speech.h"

#include <stdint.h>

struct sentence {
	size_t from, to;        /* words */
	uint64_t seen;          /* sections of the vocabulary (VOC) */
	size_t unknown;         /* words in none of them */
	size_t denials;         /* that neither a yes nor a no of its clause used up */
	bool yes, no;           /* said, and not denied */
	bool order;             /* the yes is an order or a promise to pass on */
	bool doubt;             /* half a yes */
	bool bare_yes, bare_no; /* a clause of the keyword and nothing else */
	bool any;               /* the bare yes is for whoever is best */
	bool echo;              /* all of it keywords: "Accept?" */
	bool asks;              /* ends in a question mark */
	bool postpones;         /* to a later moment, named or not */
	bool dated;             /* `day` is that moment */
	int64_t day;            /* since 1970-01-01 */
};

/* Reads from word `at`, at most to word `to`; returns the word after it. */
size_t sentence_read(const struct speech *speech, size_t at, size_t to, int64_t written_at,
		     struct sentence *sentence);

#endif
