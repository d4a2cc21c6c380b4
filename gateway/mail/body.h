/* body: the parts of a mail -> its text and its attachments.
 *
 * Of alternatives the plain text is read, unless it is empty; HTML is turned
 * into text (mail/htmltext.h). What is not read as text is an attachment. */
#ifndef MAIL_BODY_H
#define MAIL_BODY_H

#include "base/str.h"
#include "mail/facts.h"
#include "mail/message.h"
#include "mail/mime.h"

/* Undoes base64, quoted-printable and uuencode. Yours to free. */
char *body_decode(const struct mime_part *part, size_t *len);
/* The part as cleaned UTF-8, at most `limit` octets. Yours to free. */
char *body_part_text(const struct mime_part *part, size_t limit);

/* The text of the mail, added to `out` (the limit is its own); used[i] is set
 * for the parts it came from or that belong to them (inline pictures). */
void body_text(const struct mime *mime, struct str *out, bool *used);

/* The parts that are not `used`, into m->attachments, up to `limit` octets all
 * together; false: some were left out. */
bool body_attachments(const struct mime *mime, const bool *used, size_t limit, struct message *m);

#endif
