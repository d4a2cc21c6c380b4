/* facts: what the readers of machine mail (auto, report) look at, as message
 * gives it to them. Everything is borrowed and lives as long as the call. */
#ifndef MAIL_FACTS_H
#define MAIL_FACTS_H

#include <stddef.h>
#include <stdint.h>

struct mail_field {
	const char *name;
	const char *value; /* decoded, unfolded */
};

/* A leaf part. message/... parts: their octets as text, headers and all. */
struct mail_part {
	const char *type; /* lower case: "text/plain" */
	const char *text; /* decoded, UTF-8, ended by a NUL that len does not count */
	size_t len;
};

struct mail_facts {
	const struct mail_field *fields; /* in order of appearance */
	size_t field_count;
	const struct mail_part *parts; /* in order of appearance */
	size_t part_count;
	const char *content_type; /* "multipart/report; report-type=delivery-status" */
	const char *from;         /* address, or "" */
	const char *subject;
	int64_t date_at;        /* 0: none */
	const char *words;      /* the person's own (mail/replytext.h) */
	const char *loop_token; /* value of our own X-Passerelle-Loop, or NULL */
};

#endif
