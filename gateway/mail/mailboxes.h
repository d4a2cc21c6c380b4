/* mailboxes: the value of a From, To or Cc field -> its mailboxes.
 *
 * RFC 5322 section 3.4 address-list. What may be believed about a sender hangs
 * on this, so nothing is repaired: a mailbox with anything unexpected in it is
 * counted and has no address, and an address is never taken out of a
 * display-name or a comment. */
#ifndef MAIL_MAILBOXES_H
#define MAIL_MAILBOXES_H

#include "mail/message.h"

#include <stdbool.h>
#include <stddef.h>

/* Adds the mailboxes of `value` (unfolded) to the array *list of *count (both
 * yours), up to `most` in all; false: there were more. Names are as written,
 * not yet decoded (RFC 2047). */
bool mailboxes_read(const char *value, size_t most, struct message_mailbox **list, size_t *count);

#endif
