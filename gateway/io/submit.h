/* submit: one submission server (RFC 5321, 6409), a process of its own.
 *
 * libcurl, up to SUBMIT_CONNECTIONS connections, one recipient a transaction,
 * TLS verified. Judged by CURLcode and the last reply line together, never by
 * the code alone (a drop after RCPT leaves a stale 250). */
#ifndef IO_SUBMIT_H
#define IO_SUBMIT_H

#include "base/rc.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

#define SUBMIT_CONNECTIONS 8

enum submit_outcome {
	SUBMIT_SENT,    /* 2xx to the final dot */
	SUBMIT_LATER,   /* 4xx, no connection, TLS or login trouble: try again */
	SUBMIT_REFUSED, /* 5xx to MAIL, RCPT or DATA for this mail: like a bounce */
	SUBMIT_UNKNOWN, /* lost after the final dot: may have been accepted */
};
const char *submit_outcome_name(enum submit_outcome outcome);

struct submit_settings {
	const char *url; /* "smtps://host[:port]", "smtp+starttls://host[:port]" */
	const char *user; /* NULL: no AUTH */
	const char *secret_file, *secret_command;
	const char *ca_file; /* NULL: the system's */
	const char *helo;    /* the name we say in EHLO */
};

struct submit_result {
	uint64_t id;
	enum submit_outcome outcome;
	int code;         /* last reply code, 0 if none */
	char status[16];  /* enhanced status "5.1.1", "" if none */
	char reply[240];  /* last reply line or what curl says, cleaned */
};

void submit_settings_pack(struct str *out, const struct submit_settings *settings);
void submit_mail_pack(struct str *out, uint64_t id, const char *reverse_path,
                      const char *recipient, const char *octets, size_t len);
enum rc submit_result_unpack(const char *payload, size_t len, struct submit_result *result);

int submit_child_main(void); /* frames on CHILD_FD (io/wire.h); its exit code */

/* doctor: connects, verifies, logs in; why says what failed or was found. */
enum rc submit_probe(const struct submit_settings *settings, struct why *why);

#endif
