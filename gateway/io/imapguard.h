/* imapguard: looks at what an IMAP server sends before libetpan does.
 *
 * libetpan 1.9.4 recurses on parentheses without a bound, reserves whatever a
 * literal says it will need, takes "* BYE" for a tagged answer and reads past
 * its end. None of that can come from a server that means well and is asked
 * only for UID, RFC822.SIZE and BODY.PEEK[]; so the connection ends there.
 *
 *   literal = "{" number "}" CRLF *CHAR8   (RFC 9051 section 9)
 *
 * Literals are believed in FETCH lines only ("* 5 ..."): elsewhere libetpan
 * would not take them for one and would read what we skipped. */
#ifndef IO_IMAPGUARD_H
#define IO_IMAPGUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAPGUARD_PARENTHESES 64 /* in one line; an honest one has four */

struct imapguard { /* all zero at the start of a connection */
	size_t left;     /* octets that may still come */
	uint64_t literal; /* octets of the current literal still to come */
	uint64_t number;  /* the one in braces, as far as read */
	int brace;        /* 0: none, 1: after "{", 2: after "}" */
	int parentheses;
	char head[5]; /* the first letters of the line, blanks left out */
	int head_len;
	const char *fault; /* why it ends here, or NULL */
};

/* From here on at most `octets` more. */
void imapguard_allow(struct imapguard *guard, size_t octets);
/* false: guard->fault says why, for ever. The octets may come in any pieces. */
bool imapguard_pass(struct imapguard *guard, const char *octets, size_t len);

#endif
