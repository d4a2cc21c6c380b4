/* submit_lanes: mails onto sessions, several at once.
 *
 * Up to SUBMIT_CONNECTIONS sessions are kept and used again; the first mail has
 * one alone, so that a wrong password is one refused login, not eight. After a
 * trouble no session is opened for a while (submit.h); a mail that would have to
 * wait long for it is told the trouble at once. */
#ifndef IO_SUBMIT_LANES_H
#define IO_SUBMIT_LANES_H

#include "io/smtp.h"
#include "io/submit.h"

#include <stdbool.h>
#include <stddef.h>

struct lanes;
typedef void (*lanes_tell)(const struct submit_result *result); /* once for each mail */

/* Never fails: settings that will not do are told to each mail. `settings` is borrowed. */
struct lanes *lanes_new(const struct submit_settings *settings, lanes_tell tell);
void lanes_free(struct lanes **lanes);
/* Takes the mail over; fewer than SUBMIT_WINDOW are held. */
void lanes_take(struct lanes *lanes, struct smtp_mail *mail);
size_t lanes_held(const struct lanes *lanes); /* not yet told */

/* Waits for the next thing to do and does it. *heard: `fd` can be read; not
 * looked at while SUBMIT_WINDOW mails are held. RC_PERM: it cannot go on. */
enum rc lanes_turn(struct lanes *lanes, int fd, bool *heard);

#endif
