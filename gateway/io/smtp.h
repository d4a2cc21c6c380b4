/* smtp: one mail's transaction, without the wire.
 *
 * RFC 5321 section 3.3 (MAIL, RCPT, DATA), 1870 (SIZE), 2034 and 3463 (enhanced
 * status), 2920 (PIPELINING), 6531 (SMTPUTF8). Pure: what the server sends goes
 * in, what it shall get comes out, at the end stands a result. The session
 * around it (TLS, EHLO, AUTH) is io/submit's. */
#ifndef IO_SMTP_H
#define IO_SMTP_H

#include "base/str.h"
#include "io/submit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMTP_REPLY_MOST ((size_t)64 << 10) /* octets of all replies to one mail, or to an opening */

/* What the server said while the session was opened. */
struct smtp_offer {
	bool pipelining, utf8;
	bool logged_in; /* 235 was seen */
	uint64_t size;  /* 0: no limit told */
	int code;       /* of the last line */
};
void smtp_offer_line(struct smtp_offer *offer, const char *line, size_t len);

/* Owned texts. reverse_path "" is MAIL FROM:<>. */
struct smtp_mail {
	uint64_t id;
	char *reverse_path, *recipient, *octets;
	size_t len;
	bool again; /* tried before on a connection that had died */
};
void smtp_mail_free(struct smtp_mail **mail);
/* Is it fit to be sent: addresses that are no command, lines that end in CRLF?
 * If not, *result is SUBMIT_REFUSED with a status and a sentence. */
bool smtp_mail_fit(const struct smtp_mail *mail, struct submit_result *result);

enum smtp_step { SMTP_RSET, SMTP_MAIL, SMTP_RCPT, SMTP_DATA, SMTP_DOT };

/* The table of outcomes. `code` answers `step`, 0: the connection was lost, the
 * time was up or it was no reply; `dot_out`: the final dot has left. */
void smtp_judge(enum smtp_step step, int code, bool dot_out, struct submit_result *result);

struct smtp_talk {
	struct submit_result result; /* once over */
	bool over;
	bool reusable;    /* once over: the connection can carry the next mail */
	bool dirty;       /*   but needs RSET first */
	unsigned answers; /* replies so far: each gives the server new time */

	const struct smtp_mail *mail; /* borrowed until over */
	struct smtp_offer offer;
	struct str out; /* what the server shall get, from out_at */
	size_t out_at;
	enum smtp_step awaited[5];
	unsigned awaited_at, awaited_count;
	bool decided;
	char line[512]; /* of the reply being read; the rest of a longer one is dropped */
	size_t line_len, octets_in;
};

void smtp_talk_start(struct smtp_talk *talk, const struct smtp_mail *mail,
                     const struct smtp_offer *offer, bool dirty);
size_t smtp_talk_out(const struct smtp_talk *talk, const char **octets);
void smtp_talk_sent(struct smtp_talk *talk, size_t len);
void smtp_talk_got(struct smtp_talk *talk, const char *octets, size_t len);
void smtp_talk_lost(struct smtp_talk *talk, const char *how); /* "timed out", ... */
void smtp_talk_free(struct smtp_talk *talk);

/* The reply code of a line, 0 if it is no reply line; *last: no line follows. */
int smtp_code(const char *line, size_t len, bool *last);
/* Code, enhanced status and cleaned text of a reply line. */
void smtp_reply_note(struct submit_result *result, const char *line, size_t len);
void smtp_sentence(struct submit_result *result, const char *text); /* instead of a reply */

#endif
