/* lexer: the pieces structured fields are made of (RFC 5322 section 3.2):
 * comments and folding white space, quoted strings, runs of other text. Fields
 * are unfolded before. No recursion, nothing read twice. */
#ifndef MAIL_LEXER_H
#define MAIL_LEXER_H

#include "base/str.h"

#include <stdbool.h>

struct lexer {
	const char *at; /* what is left; "" at the end */
	bool bad;       /* a comment or a quoted string that does not end */
};

/* CFWS: blanks and nested comments. */
void lexer_skip(struct lexer *in);
/* `c` is next: takes it. */
bool lexer_take(struct lexer *in, char c);
/* At a '"': the text inside, quoted pairs resolved, added to `out`. */
void lexer_quoted(struct lexer *in, struct str *out);
/* The run of octets that are no blank and not one of `stops`, added to `out`;
 * false if it is empty. */
bool lexer_run(struct lexer *in, const char *stops, struct str *out);

#endif
