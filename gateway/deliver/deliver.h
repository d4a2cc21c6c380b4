/* deliver: due outbox rows -> octets on their way -> results booked.
 *
 * Rendering and "transmitting" share one commit, made before the first octet
 * leaves. Octets are stored, so a retry is identical. At most
 * DELIVER_IN_FLIGHT mails may be accepted by the server and not yet booked
 * here: that window, and only that, can repeat a mail after a crash, with the
 * same message-id. A row whose text is broken is held, the others go on. */
#ifndef DELIVER_DELIVER_H
#define DELIVER_DELIVER_H

#include "base/rc.h"
#include "turn/turn.h"

#include <stddef.h>

#define DELIVER_IN_FLIGHT 16

/* One mail handed over; `take` of deliver_due gets it after the commit. */
struct deliver_mail {
	uint64_t id;
	const char *reverse_path; /* "" for <> */
	const char *recipient;
	const char *octets;
	size_t len;
};
typedef void (*deliver_take)(void *context, const struct deliver_mail *mail);

/* Begins, renders and books up to `most` due rows, commits, hands them over.
 * *count: how many. RC_TEMP: the database said no, nothing left. */
enum rc deliver_due(struct turn *turn, size_t most, deliver_take take, void *context, size_t *count,
                    struct why *why);

/* The loop token of this gateway, made at first use (X-Passerelle-Loop). */
const char *deliver_loop_token(struct turn *turn);

#define DELIVER_LOOP_FIELD "X-Passerelle-Loop"

#endif
