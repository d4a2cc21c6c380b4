/* compose: fields and parts -> the octets of a mail, CRLF only.
 *
 * RFC 5322 fields, RFC 2047 words, RFC 2045 encodings. A value with a line
 * break never becomes a field: the mail is refused (header injection). Lines
 * are at most 78 octets, no bare CR or LF, no NUL, 7 bit throughout. */
#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include "base/rc.h"
#include "mail/message.h"

#include <stddef.h>
#include <stdint.h>

struct compose {
	struct message_mailbox from;
	const struct message_mailbox *to; /* usually one */
	size_t to_count;
	const struct message_mailbox *reply_to;
	size_t reply_to_count;
	const char *subject;
	const char *message_id;  /* "<...@...>" */
	const char *in_reply_to; /* or NULL */
	const char *references;  /* "<a@b> <c@d>", or NULL */
	int64_t date_at;         /* written as +0000 */
	const char *language;    /* Content-Language, or NULL */
	const char *(*extra)[2]; /* further fields {name, value}, ended by {NULL, NULL}; or NULL */
	const char *text;        /* text/plain, UTF-8, LF */
	const char *html;        /* text/html beside it, or NULL */
	const struct message_attachment *attachments;
	size_t attachment_count;
};

/* *octets is yours to free. RC_PERM: a value that must not become a field. */
enum rc compose_mail(const struct compose *mail, char **octets, size_t *len, struct why *why);

#endif
