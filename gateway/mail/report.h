/* report: what a bounce says, recipient by recipient.
 *
 * RFC 3464 (delivery-status), 6533 (global-delivery-status, UTF-8 addresses),
 * 6522 (multipart/report), and the free text of the systems that know none of
 * them. The machine-readable part counts first, then header fields
 * (X-Failed-Recipients), then the words, then whom the returned mail was for.
 *
 * `hard` means the address itself is dead: REASON words marked H below. Policy,
 * spam, quota, expiry, content and network are soft, whatever the status class
 * says: 5.7.1 with "blacklisted" is soft, 4.4.7 with "user unknown" is hard.
 *
 *   userunknown H  hostunknown H  hasmoved H  notaccept H (takes no mail at all)
 *   mailboxfull  disabled (suspended, locked)  filtered (refused by the
 *   recipient's own rules, or known at RCPT and "unknown" only at DATA)
 *   spam  policy  rejected (the sender)  blocked (our host)  content (virus,
 *   attachment)  toolarge  toomany (rate)  expired  network  system  relaying
 *   delivered (no failure at all)  feedback (a complaint)  other (nothing said)
 */
#ifndef MAIL_REPORT_H
#define MAIL_REPORT_H

#include "mail/facts.h"
#include "mail/message.h"

#define REPORT_RECIPIENTS 100 /* at most; the rest is not read */

/* MESSAGE_BOUNCE (a delay warning and a delivery receipt too), MESSAGE_FEEDBACK_REPORT
 * (RFC 5965 and older complaints), or MESSAGE_PERSON: neither. */
enum message_kind report_kind(const struct mail_facts *facts);

/* The failed and the delayed recipients. `delayed` is also set for one that was
 * delivered ("delivered") or complained ("feedback"): nothing has failed. A
 * delayed one may be hard: still tried, and known to be dead. *failures and
 * *original_id (the Message-ID "<a@b>" of the mail sent back, NULL if it is
 * not there) are yours; *failures is NULL if *count is 0. */
void report_read(const struct mail_facts *facts, struct message_failure **failures,
                 size_t *count, char **original_id);
void report_free(struct message_failure *failures, size_t count);

#endif
