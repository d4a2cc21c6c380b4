/* request: what a mail that answers no ask wants. Pure. */
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
const char *request_kind_name(enum request_kind kind);

struct request {
	enum request_kind kind;
	char *name, *firm, *address; /* the target as named; each may be NULL */
	char *offer;                 /* the rest of the words, never NULL */
	char *reference;             /* withdraw: "7K2M-4QXP", or NULL */
};

/* `detail`: of the sub-address ("jane=acme.example" names jane@acme.example),
 * "" or NULL if none. */
struct request request_read(const char *detail, const char *subject, const char *words);
void request_free(struct request *request);

#endif
