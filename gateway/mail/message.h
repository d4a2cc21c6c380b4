/* message: the octets of a mail -> what the gateway needs of it.
 *
 * The only place that reads MIME (RFC 5322, 2045-2047, 2231). Everything in a
 * struct message is bounded (message_limits), valid UTF-8 and cleaned
 * (base/utf8): it may be stored and shown; it is still outside text. Runs in
 * the sandboxed parse process in production (io/parse); pure, so tests and
 * fuzzers call it directly. */
#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

#include "base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What kind of mail it is: report structure first, then fields, then words. */
enum message_kind {
	MESSAGE_PERSON,
	MESSAGE_BOUNCE,          /* DSN (RFC 3464, 6533) or one of its many cousins */
	MESSAGE_AUTO_REPLY,      /* RFC 3834 and the many unmarked ones */
	MESSAGE_CHALLENGE,       /* challenge-response */
	MESSAGE_FEEDBACK_REPORT, /* ARF, RFC 5965 */
	MESSAGE_LIST,            /* sent to a list, RFC 2369, 2919 */
	MESSAGE_LOOP,            /* our own mail come back */
	MESSAGE_MALFORMED,       /* past a limit, or no message: `error` says which */
};
const char *message_kind_name(enum message_kind kind); /* "person", "auto-reply", ... */

/* Does the mail come from who its From says? From the topmost
 * Authentication-Results (RFC 8601) of the configured authserv-id only. */
enum message_auth {
	AUTH_NONE, /* none of ours there, or no authserv-id configured */
	AUTH_PASS, /* dmarc=pass, or dkim=pass aligned with From */
	AUTH_FAIL, /* anything else, or a contradiction */
};

struct message_mailbox {
	char *address; /* stored form (mail/address.h); NULL if it is none */
	char *name;    /* display-name, decoded, for showing only; NULL if none */
};

struct message_attachment {
	char *name; /* base name only, no path; never NULL */
	char *type; /* "application/pdf" */
	char *octets;
	size_t len;
};

/* One failed (or delayed) recipient of a bounce. */
struct message_failure {
	char *recipient; /* may be NULL */
	char *status;    /* enhanced status, RFC 3463: "5.1.1"; may be NULL */
	char *reason;    /* one word of mail/report.h, or NULL */
	bool hard;       /* the address itself is dead, whatever the class says */
	bool delayed;    /* only delayed: nothing failed yet */
};

struct message {
	enum message_kind kind;
	char *error; /* why malformed, or the limits met; NULL if none */

	struct message_mailbox *from;   /* all mailboxes of all From fields */
	size_t from_count;              /* exactly 1 in a mail that may be believed */
	char **recipients;              /* To, Cc, Delivered-To, X-Original-To, Envelope-To */
	size_t recipient_count;         /*   stored forms, in this order */
	char *subject;                  /* decoded, one line, "" if none */
	char *message_id, *in_reply_to; /* "<a@b>", or NULL */
	char **references;
	size_t reference_count;
	int64_t date_at; /* the Date field, 0 if none or nonsense */
	enum message_auth auth;
	bool suppress_answer; /* asks for no automatic answer (X-Auto-Response-Suppress, ...) */

	char *text;  /* the whole body as text, at most `limits.text` */
	char *words; /* what the person freshly wrote: no quotation, signature, banner */
	char *language; /* "fr", "en", "de", ... guessed from words, or NULL */

	char *return_date; /* of an auto-reply: "2026-06-09", or NULL */
	struct message_failure *failures;
	size_t failure_count;
	char *original_id; /* message-id of the mail of ours a report quotes, or NULL */

	struct message_attachment *attachments;
	size_t attachment_count;
};

struct message_limits {
	size_t octets;      /* of the whole mail: 25 MiB */
	size_t parts;       /* 200 */
	size_t depth;       /* 20 */
	size_t header;      /* octets of one header: 256 KiB */
	size_t fields;      /* 500 */
	size_t addresses;   /* 200 */
	size_t text;        /* octets of text kept: 1 MiB */
	size_t attachments; /* octets kept, all together: 20 MiB */
};
extern const struct message_limits message_limits_default;

struct message_options {
	struct message_limits limits;
	const char *authserv_id; /* NULL: believe no Authentication-Results */
	const char *loop_token;  /* value of our X-Passerelle-Loop; NULL: not known */
};

/* Opens what reading mail needs from files (character sets), once, before a
 * sandbox closes them. Not needed without one. */
void message_prepare(void);

/* Never fails: what cannot be read is MESSAGE_MALFORMED with its error. Linear
 * in `len`. The result is the caller's. */
struct message *message_parse(const char *octets, size_t len,
                              const struct message_options *options);
void message_free(struct message **message);

/* The message as one bounded frame for the way out of the sandbox, and back.
 * message_unpack re-validates every length and count: RC_PERM on nonsense. */
char *message_pack(const struct message *message, size_t *len); /* yours to free */
enum rc message_unpack(const char *frame, size_t len, struct message **message, struct why *why);

#endif
