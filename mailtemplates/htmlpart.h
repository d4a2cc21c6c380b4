/* htmlpart: what the text part of a mail says, as the blocks of its HTML part,
 * so that the words stand once.
 *
 * The text comes as MUSTACHE_MARKED made it, and only the template's own
 * characters are structure; a value is words, whatever it holds:
 *
 *   an empty line, or ":" at a line's end   a block ends
 *   "> ..."                                 quotation
 *   "  - ..."                               points
 *   "  WORD    what it does"                answers, if WORD is one
 *   "  ..."                                 lines, each for itself; what stands
 *                                           before two blanks or more is bold
 *   anything else                           paragraph
 *
 * A line goes on in lines indented to just under its text (as in refill.h). A
 * quoted or indented line that was broken only because it was full is joined
 * with the next: a phone has lines of its own. An answer's word inside of a
 * sentence becomes a link. The last paragraph is the small print if it
 * has such a link or begins with a value (who writes to you, STOP). */
#ifndef MAILTEMPLATES_HTMLPART_H
#define MAILTEMPLATES_HTMLPART_H

#include "base/str.h"
#include "mailtemplates/textfile.h"

#include <jansson.h>

struct htmlpart {
	const struct textanswer *answers; /* a word of digits stands for all numbers */
	size_t answer_count;
	const char *reply;   /* address that answers go to */
	const char *subject; /* of the mail that is answered */
	const char *reference; /* of its introduction, for answers that name one; "": none */
};

/* {"blocks": [{"paragraph": HTML} or {"quotation": HTML} or {"lines": HTML} or
 * {"points": [HTML]} or {"answers": [{"word", "href", "text": HTML, "first"}]},
 * each with "tight" if no empty line stands before it], "foot": HTML,
 * "answers": all of them}. HTML is escaped text with <a>, <b>, <br>, <bdi>; word and
 * href are text. Yours. */
json_t *htmlpart_make(const struct htmlpart *with, const char *marked, size_t len);

/* The same text without the marks. */
void htmlpart_unmark(const char *marked, size_t len, struct str *out);

#endif
