/* report_reason: why a mail came back, from what a system said about it. */
#ifndef MAIL_REPORT_REASON_H
#define MAIL_REPORT_REASON_H

#include <stdbool.h>

struct report_evidence {
	const char *status;     /* the Status field, or NULL */
	const char *diagnostic; /* the Diagnostic-Code field, or NULL */
	const char *section;    /* what the words say of this recipient, or NULL */
	const char *all;        /* all the words, or NULL */
};

struct report_verdict {
	const char *reason; /* a word of mail/report.h; static */
	bool hard;
	char status[12]; /* RFC 3463: "5.1.1"; "" if none was said */
};

struct report_verdict report_reason(const struct report_evidence *evidence);

#endif
