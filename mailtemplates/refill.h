/* refill: plain text brought to 72 columns once the values are in it.
 *
 * A paragraph's lines are joined and broken anew, at blanks only (not at
 * U+00A0); a line that ends in ":" ends its paragraph; quoted lines ("> ")
 * stay as they are; an indented line ("  WORD     what it does") is broken
 * under its own text, and lines indented to just there go on with it. Several
 * empty lines become one. */
#ifndef MAILTEMPLATES_REFILL_H
#define MAILTEMPLATES_REFILL_H

#include "base/str.h"

#define REFILL_COLUMNS 72

void refill(const char *text, struct str *out);

#endif
