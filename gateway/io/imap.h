/* imap: one logged-in IMAP connection (RFC 9051, 3501), by libetpan over our own
 * TLS stream; the only file that knows libetpan's commands.
 *
 * What libetpan does badly is done by hand, line by line, over the same stream:
 * CAPABILITY, STARTTLS, IDLE, LOGOUT. Only UID, RFC822.SIZE and BODY.PEEK[] are
 * ever asked for; STATUS, ENVELOPE, BODYSTRUCTURE and CLOSE never.
 *
 * RC_TEMP from any call: the connection is of no use any more; close it.
 * RC_NONE: the server said NO; the connection goes on. */
#ifndef IO_IMAP_H
#define IO_IMAP_H

#include "base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct imap;

struct imap_account {
	const char *host, *port;
	bool starttls; /* else TLS from the first octet on */
	const char *user, *secret_file, *secret_command;
	const char *ca_file; /* NULL: the system's */
};

struct imap_can {
	bool idle, move, uidplus;
};

struct imap_box {
	uint32_t uidvalidity;
	uint32_t uidnext; /* 0: the server does not say */
	uint32_t exists;
};

struct imap_mail {
	uint32_t uid, size;
	bool there;   /* the server named it in its answer */
	char *octets; /* yours; NULL: it gave no body */
	size_t len;
};

/* Connects, verifies the certificate, then logs in. RC_PERM: the login was
 * refused or the certificate is not the host's: do not hammer. */
enum rc imap_open(const struct imap_account *account, struct imap **imap, struct why *why);
void imap_close(struct imap **imap);

struct imap_can imap_can(const struct imap *imap);
const char *imap_tls_version(const struct imap *imap);

/* `folder` is UTF-8. May be called again at any time: it is how we look. */
enum rc imap_select(struct imap *imap, const char *folder, struct imap_box *box, struct why *why);
/* UIDs from `low` to `high` (0: to the end) with their sizes, rising. */
enum rc imap_list(struct imap *imap, uint32_t low, uint32_t high, struct imap_mail **mails,
                  size_t *count, struct why *why);
/* The octets of `count` mails, rising by UID, in one command; `limit` for each. */
enum rc imap_read(struct imap *imap, struct imap_mail *mails, size_t count, size_t limit,
                  struct why *why);
/* One command each for all `uids` (rising). */
enum rc imap_mark_seen(struct imap *imap, const uint32_t *uids, size_t count, struct why *why);
enum rc imap_move(struct imap *imap, const uint32_t *uids, size_t count, const char *folder,
                  struct why *why);
enum rc imap_create(struct imap *imap, const char *folder, struct why *why);

/* IDLE (RFC 2177): begin; poll imap_fd() unless imap_pending(); read one line;
 * end. *news: something may have come. RC_NONE: it is over already (no end), and
 * imap_can().idle is false from now on. */
enum rc imap_idle_begin(struct imap *imap, struct why *why);
enum rc imap_idle_line(struct imap *imap, bool *news, struct why *why);
enum rc imap_idle_end(struct imap *imap, struct why *why);
int imap_fd(const struct imap *imap);
bool imap_pending(const struct imap *imap);

#endif
