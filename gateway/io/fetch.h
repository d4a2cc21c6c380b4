/* fetch: one IMAP mailbox (RFC 9051, 3501; IDLE RFC 2177), a process of its own.
 *
 * TLS 1.2 or later with chain and host name verified before LOGIN. IDLE is a
 * hint; the truth is UID > last taken, looked at every look_every_s anyway.
 * Reads UID, RFC822.SIZE, then BODY.PEEK[] below the size limit; never parses
 * mail. Sends at most FETCH_WINDOW mails that are not yet taken. Marks \Seen,
 * or moves to `done_folder`, only what WIRE_FETCH_TAKEN names. Lost connection:
 * its own affair, backoff with jitter from 2 s to 5 min (30 s at least after a
 * refused login). UIDVALIDITY changed: everything is read anew and the parent
 * knows what it has by content. */
#ifndef IO_FETCH_H
#define IO_FETCH_H

#include "base/rc.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define FETCH_WINDOW 128

struct fetch_settings {
	const char *url; /* "imaps://host[:port]/FOLDER", "imap+starttls://host[:port]/FOLDER" */
	const char *user;
	const char *secret_file, *secret_command;
	const char *ca_file;     /* NULL: the system's */
	const char *done_folder; /* NULL: mark \Seen; else MOVE there */
	int64_t look_every_s;
	int64_t size_limit;
	uint32_t uidvalidity, last_uid; /* what the parent has; 0, 0 at first */
};

void fetch_settings_pack(struct str *out, const struct fetch_settings *settings);

int fetch_child_main(void); /* frames on CHILD_FD (io/wire.h); its exit code */

/* doctor: connects, verifies, logs in, selects; why says what failed or what
 * was found ("TLS 1.3, IDLE, MOVE, 12 mails"). Runs in the caller's process. */
enum rc fetch_probe(const struct fetch_settings *settings, struct why *why);

#endif
