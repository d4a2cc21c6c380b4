/* imapsession: what imap.c and imapmail.c share of one connection; nobody else
 * includes it, since libetpan is in it. */
#ifndef IO_IMAPSESSION_H
#define IO_IMAPSESSION_H

#include "io/imap.h"

#include <libetpan/libetpan.h>

#define IMAP_COMMAND_MS 60000
#define IMAP_ANSWER_MOST ((size_t)256 << 10) /* octets of an answer that brings no mail */

struct tlsstream;

struct imap {
	mailimap *session;
	struct tlsstream *stream; /* owned by session->imap_stream */
	struct imap_can can;
	bool login_disabled;
	unsigned tags; /* of the commands sent by hand */
	MMAPString *line;
};

/* The sentence for a libetpan code that is no success, and what it means: RC_NONE
 * the server said NO, RC_TEMP the connection is of no use any more. */
enum rc imap_failed(struct imap *imap, const char *what, int code, struct why *why);

/* Reads the greeting; `stream` is the connection's from now on, also if it fails. */
enum rc imap_begin(struct tlsstream *stream, struct imap **imap, struct why *why);

#endif
