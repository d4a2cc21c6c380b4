/* authres: does a mail come from who its From says it does?
 *
 * RFC 8601 Authentication-Results by its grammar, so that nothing inside a
 * comment or a quoted string is mistaken for a result. Only the topmost field
 * of our own server (authserv-id) counts; whatever contradicts it, in it or in
 * a lower field of the same name, makes the answer AUTH_FAIL. */
#ifndef MAIL_AUTHRES_H
#define MAIL_AUTHRES_H

#include "mail/facts.h"
#include "mail/message.h"

/* `fields`: the mail's, in order, unfolded and not decoded. `from_domain`: of
 * the one From address, A-labels; NULL or "" if the mail has not exactly one. */
enum message_auth authres_read(const struct mail_field *fields, size_t count,
                               const char *authserv_id, const char *from_domain);

#endif
