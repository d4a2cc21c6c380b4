/* speech: outside text as a row of words, ready to be compared.
 *
 * A word is a run of letters and digits, folded (utf8_fold); an apostrophe or a
 * hyphen ends it ("j'accepte" is "j", "accepte"). An address or a link is one
 * word, a sign such as a raised thumb too (skin tones and selectors dropped).
 * What stands between two words is kept as how strongly it parts them. A line
 * that goes on in lower case was only wrapped. Pure, linear in the text. */
#ifndef CORE_SPEECH_H
#define CORE_SPEECH_H

#include <stdbool.h>
#include <stddef.h>

enum speech_break { SPEECH_NONE, SPEECH_CLAUSE, SPEECH_SENTENCE };

struct speech_word {
	const char *folded;      /* owned by the speech */
	size_t from, to;         /* octets of the text it was given */
	enum speech_break after; /* what parts it from the next word */
	bool asks;               /* a question mark follows */
	bool ends_line;          /* a line break follows, of whatever strength */
	bool colon;              /* a colon or a spaced dash follows */
	bool capital, upper;     /* its first letter; all of its two or more letters */
	bool number, address, sign;
	bool marked; /* has accents: "sí", not "si" */
};

struct speech {
	const char *text; /* borrowed */
	struct speech_word *words;
	size_t count;
	char *room;
	unsigned strange; /* languages it is not in, by bit (vocabulary_guess); 0: any may be */
};

/* `text` must outlive the speech. Invalid octets part words. */
struct speech speech_new(const char *text, size_t len);
void speech_free(struct speech *speech);

#endif
