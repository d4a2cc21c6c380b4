/* tlsstream: a connection as libetpan wants one (mailstream_low), with what its
 * own lacks: the certificate's chain and host name are verified, SNI is sent,
 * every command has a deadline and a budget of octets, what comes is looked at
 * by imapguard first, the end of the connection is an error, never SIGPIPE. */
#ifndef IO_TLSSTREAM_H
#define IO_TLSSTREAM_H

#include "base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tlsstream;
struct _mailstream; /* libetpan's; its owner frees it with mailstream_close() */

/* Plain TCP, each address of `host` tried in turn within `within_ms`. */
enum rc tlsstream_open(const char *host, const char *port, int within_ms,
                       struct tlsstream **stream, struct why *why);
/* The same over a socket that is connected already and does not block; now its owner. */
struct tlsstream *tlsstream_over(int fd);
/* TLS 1.2 or later from here on. `ca_file` NULL: the system's authorities.
 * RC_PERM: the certificate is not the one of `host`, or the CA file is bad. */
enum rc tlsstream_secure(struct tlsstream *stream, const char *host, const char *ca_file,
                         struct why *why);
/* For libetpan. The result owns `stream`: mailstream_close() frees both. NULL: no memory. */
struct _mailstream *tlsstream_mailstream(struct tlsstream *stream);
/* Only if tlsstream_mailstream() was not called. */
void tlsstream_free(struct tlsstream **stream);

/* The next command and its answer: at most so long, so much. */
void tlsstream_allow(struct tlsstream *stream, int within_ms, size_t octets);
void tlsstream_extend(struct tlsstream *stream, int within_ms); /* more time, not more octets */

int tlsstream_fd(const struct tlsstream *stream);
bool tlsstream_pending(const struct tlsstream *stream); /* decrypted, not yet read */
/* poll(2) says the descriptor can be read: does that mean octets for us (or the
 * end), or only TLS's own talk? Does not wait. */
bool tlsstream_arrived(struct tlsstream *stream);
const char *tlsstream_version(const struct tlsstream *stream); /* "TLS1.3"; "" if plain */
const char *tlsstream_fault(const struct tlsstream *stream); /* why it broke, "" if it did not */

#endif
