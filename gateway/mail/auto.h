/* auto: which kind of mail it is, and until when its writer is away.
 *
 * Report structure first (RFC 6522), then header fields (RFC 3834 and what
 * programs wrote before it), then words. A person is never taken for a machine
 * by words alone unless nothing but an absence note could be worded that way.
 * X-Auto-Response-Suppress asks for no answer; it marks nothing. */
#ifndef MAIL_AUTO_H
#define MAIL_AUTO_H

#include "mail/facts.h"
#include "mail/message.h"

/* Every kind but MESSAGE_MALFORMED. */
enum message_kind auto_kind(const struct mail_facts *facts);

/* Of an auto-reply: the day its writer is back, "2026-06-09", yours; NULL if it
 * says none. "back on D" and "until D" are D, "until D inclusive" is the day
 * after. A year that is not written is the one that makes the day the nearest
 * not before the Date field. */
char *auto_return_date(const struct mail_facts *facts);

#endif
