/* mime: the octets of a mail -> its fields and its parts, as places in them.
 *
 * RFC 5322 section 2, RFC 2045, 2046, 2231. One pass, nothing copied but the
 * fields; the limits are looked at on the way, before anything is built. A
 * part of type message/... is a leaf: what lies in it is somebody else's mail.
 * Lines end with CRLF or LF. */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "base/rc.h"
#include "mail/message.h"

#include <stdbool.h>
#include <stddef.h>

#define MIME_TOP (-1)

struct mime_field {
	char *name;
	char *value; /* unfolded, not decoded; NUL as blank */
};

struct mime_part {
	int parent;      /* index of the multipart it lies in, or MIME_TOP */
	bool multipart;  /* the parts with this parent follow it */
	char *type;      /* "text/plain", lower case */
	char *charset;   /* or NULL, lower case */
	char *name;      /* file name, UTF-8 but not cleaned; or NULL */
	char *report;    /* report-type, lower case, or NULL */
	char *encoding;  /* Content-Transfer-Encoding, lower case, or NULL */
	bool attachment; /* Content-Disposition says so */
	bool flowed, delsp; /* RFC 3676 */
	const char *body;
	size_t len;
};

struct mime {
	struct mime_field *fields; /* of the mail itself, in order */
	size_t field_count;
	struct mime_part *parts; /* in order of appearance; at least one */
	size_t part_count;
};

/* RC_PERM: past a limit, or no mail at all; why says which. Either way *mime
 * holds what was read until then and is yours: mime_free. */
enum rc mime_read(const char *octets, size_t len, const struct message_limits *limits,
                  struct mime *mime, struct why *why);
void mime_free(struct mime *mime);

#endif
