/* consent: may this mail do what it says? Pure.
 *
 * A forged From alone, a leaked token alone, or a quotation can do nothing.
 * Where the gateway names a server whose Authentication-Results it believes,
 * an unaligned mail changes nothing; where it has none, a verdict needs the
 * ask's token and the asked person's address, and every other change needs one
 * confirmation to the known address. A stranger's JOIN or STOP counts unless a
 * believed server disowns it. */
#ifndef CORE_CONSENT_H
#define CORE_CONSENT_H

#include "mail/message.h"

#include <stdbool.h>

enum consent_handle {               /* what ties the mail to an ask, strongest first */
	              HANDLE_TOKEN, /* the ask's token in the recipient, or our message-id in the
	                               references */
	              HANDLE_REFERENCE, /* only the reference a person can read aloud */
	              HANDLE_NONE,
};

struct consent {
	bool believes;      /* an authserv-id is configured */
	enum message_auth auth;
	bool one_from;      /* exactly one From with one address */
	bool known;         /* that address is a member's */
	bool asked;         /* and the asked person's (with HANDLE_TOKEN, HANDLE_REFERENCE) */
	bool confirmation;  /* the ask is our own "was this you?": its answer proves the mailbox */
	enum consent_handle handle;
	bool changes;       /* would change something, not only tell */
	bool joins;         /* says JOIN or STOP: of strangers too, who then prove the address */
};

enum consent_verdict {
	CONSENT_ACT,
	CONSENT_CONFIRM,  /* ask the known address first */
	CONSENT_STRANGER, /* a token from another address: tell the asked person, nobody else */
	CONSENT_IGNORE,   /* no answer, no change */
};

enum consent_verdict consent_judge(const struct consent *mail);

#endif
