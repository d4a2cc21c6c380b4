/* request: what a mail that answers no ask wants. Pure, linear in the mail.
 *
 * The target of an introduction is named by the sub-address, or by the subject,
 * or by the first lines; what remains of the words is the offer. The vocabulary
 * is data, as for the verdict (core/vocabulary.h). */
#ifndef CORE_REQUEST_H
#define CORE_REQUEST_H

enum request_kind {
	REQUEST_UNKNOWN,
	REQUEST_INTRODUCTION,
	REQUEST_STATUS, /* STATUS, LIST */
	REQUEST_WITHDRAW,
	REQUEST_HELP,
	REQUEST_STOP,
};
const char *request_kind_name(enum request_kind kind); /* "introduction", ... */

struct request {
	enum request_kind kind;
	char *name, *firm, *address; /* the target as named; each may be NULL */
	char *offer;                 /* the rest of the words, never NULL */
	char *reference;             /* withdraw, status: "7K2M-4QXP", or NULL */
};

/* `detail`: of the sub-address ("jane=acme.example" names jane@acme.example),
 * "" or NULL if none. `subject` may be NULL. The strings are the caller's. */
struct request request_read(const char *detail, const char *subject, const char *words);
void request_free(struct request *request);

#endif
