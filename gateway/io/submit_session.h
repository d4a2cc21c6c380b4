/* submit_session: an opened session with the submission server; libcurl's part.
 *
 * libcurl finds the server, connects, verifies it, says EHLO, STARTTLS and AUTH,
 * and then only carries octets. Nothing here blocks but session_wait. */
#ifndef IO_SUBMIT_SESSION_H
#define IO_SUBMIT_SESSION_H

#include "base/rc.h"
#include "io/smtp.h"
#include "io/submit.h"

#include <stdbool.h>
#include <stddef.h>

struct session_set; /* one server: its settings, its sessions */
struct session;

/* `settings` is borrowed for the life of the set. */
enum rc session_set_new(const struct submit_settings *settings, struct session_set **set,
                        struct why *why);
void session_set_free(struct session_set **set); /* its sessions are closed before */

/* Begins to open. The password is read for each opening, as an admin may have
 * changed it, and is libcurl's alone until the session is open.
 * RC_PERM: url or password will not do. */
enum rc session_open(struct session_set *set, struct session **session, struct why *why);
/* RC_NONE: still opening. RC_OK: open. RC_TEMP: no session. RC_PERM: no session,
 * and trying again soon is no use (login refused). */
enum rc session_state(const struct session *session, struct why *why);
const struct smtp_offer *session_offer(const struct session *session);
const char *session_line(const struct session *session); /* the server's last, while opening */
const char *session_tls(const struct session *session);  /* "TLS1.3", "" if none */

/* RC_OK: *count octets went. RC_NONE: none now. RC_TEMP: the session is lost. */
enum rc session_send(struct session *session, const char *octets, size_t len, size_t *count);
enum rc session_receive(struct session *session, char *room, size_t size, size_t *count);

/* Until one of `sessions` (NULL: none) has moved on, `fd` (-1: none) can be
 * read, or the time has passed. RC_PERM: libcurl cannot go on. */
enum rc session_wait(struct session_set *set, struct session *const *sessions, size_t count, int fd,
                     int timeout_ms, bool *fd_ready);
bool session_ready(const struct session *session); /* after it: read and write */

void session_close(struct session **session); /* says QUIT, waits for nothing */

#endif
