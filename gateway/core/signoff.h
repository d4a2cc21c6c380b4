/* signoff: where a letter's closing begins: its formula, its name, the block
 * under it. Pure, linear in the text. */
#ifndef CORE_SIGNOFF_H
#define CORE_SIGNOFF_H

#include "core/speech.h"

/* The first word of the closing; the speech's count if there is none. A
 * postscript is no closing: the letter goes on. */
size_t signoff_find(const struct speech *speech);

/* The text tidied for passing on: no-break spaces as blanks, no blanks at line
 * ends, one blank line for several, trimmed. Yours to free. */
char *signoff_tidy(const char *text, size_t len);

#endif
