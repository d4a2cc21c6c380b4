/* replytext: the body of a mail -> what its writer freshly wrote.
 *
 * Quotations of every shape go (prefixed lines, and everything below an
 * attribution line or a block of header fields whose quotation carries no
 * prefix), and signatures, device lines, disclaimers and banners. Answers
 * above, below and between quoted lines stay. Where texts allow two readings
 * the one that leaves less stands: what is not clearly the writer's own must
 * not speak for him. Linear in the length. */
#ifndef MAIL_REPLYTEXT_H
#define MAIL_REPLYTEXT_H

#include <stdbool.h>
#include <stddef.h>

/* `text`: UTF-8, cleaned, LF. `writer`: the display-name of the From field, to
 * know a signature by, or NULL. Never NULL; no blank lines at its ends, one
 * between paragraphs at most; yours to free. */
char *replytext_words(const char *text, const char *writer);

/* format=flowed (RFC 3676): soft line breaks joined, space-stuffing undone.
 * Yours to free. */
char *replytext_unflow(const char *text, bool delsp);

#endif
