/* submit: one submission server (RFC 5321, 6409), a process of its own.
 *
 * libcurl opens up to SUBMIT_CONNECTIONS connections (names, TLS verified,
 * EHLO, STARTTLS, AUTH) and carries the octets; io/smtp speaks the transaction,
 * one recipient each, and judges it. libcurl's own transaction will not do: it
 * waits for the answer to the final dot without looking at anything else, one
 * slow answer holds up every other connection (7.88.1: eight mails at once to a
 * server that takes 0.3 s took 2.4 s).
 *
 * The parent keeps at most SUBMIT_WINDOW mails unanswered; they are read at
 * once, so that its wire_send never waits for a slow server. A connection is
 * opened again after 2 s, doubling to 5 min, after a refused login after 30 s
 * at least; a mail does not wait that long, it is answered SUBMIT_LATER. Until
 * a first mail has been answered there is one connection, not eight logins. */
#ifndef IO_SUBMIT_H
#define IO_SUBMIT_H

#include "base/rc.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SUBMIT_CONNECTIONS 8
#define SUBMIT_WINDOW 16

enum submit_outcome {
	SUBMIT_SENT,    /* 2xx to the final dot */
	SUBMIT_LATER,   /* 4xx, no connection, TLS or login trouble: try again */
	SUBMIT_REFUSED, /* 5xx to MAIL, RCPT or DATA for this mail: like a bounce */
	SUBMIT_UNKNOWN, /* lost after the final dot: may have been accepted */
};
const char *submit_outcome_name(enum submit_outcome outcome);

struct submit_settings {
	/* "smtps://host[:port]", "smtp+starttls://host[:port]"; to a loopback
	 * address and without AUTH also "smtp+plain://host[:port]" */
	const char *url;
	const char *user; /* NULL: no AUTH */
	const char *secret_file, *secret_command;
	const char *ca_file; /* NULL: the system's */
	const char *helo;    /* the name we say in EHLO */
	int64_t timeout_s;   /* for a reply and to connect; 0: 300 s and 30 s (RFC 5321) */
};

struct submit_result {
	uint64_t id;
	enum submit_outcome outcome;
	bool account;     /* SUBMIT_LATER for every mail: server, TLS or login, not this mail */
	int code;         /* of the reply that decided, 0 if none */
	char status[16];  /* enhanced status "5.1.1", "" if none */
	char reply[240];  /* that reply line, or a sentence of ours; cleaned */
};

void submit_settings_pack(struct str *out, const struct submit_settings *settings);
void submit_mail_pack(struct str *out, uint64_t id, const char *reverse_path,
                      const char *recipient, const char *octets, size_t len);
void submit_result_pack(struct str *out, const struct submit_result *result);
enum rc submit_result_unpack(const char *payload, size_t len, struct submit_result *result);

int submit_child_main(void); /* frames on CHILD_FD (io/wire.h); its exit code */

/* doctor: connects, verifies, logs in; why says what failed or was found. */
enum rc submit_probe(const struct submit_settings *settings, struct why *why);

#endif
