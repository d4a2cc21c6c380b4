/* request: what a mail that answers no ask wants. Pure, linear in the mail.
 *
 * The target of an introduction is named by the sub-address, or by the subject,
 * or by the first lines; what remains of the words is the offer. A mail that
 * names none there but begins with a command (core/command.h) holds commands.
 * The vocabulary is data, as for the verdict (core/vocabulary.h). */
#ifndef CORE_REQUEST_H
#define CORE_REQUEST_H

#include "core/command.h"

enum request_kind { REQUEST_UNKNOWN, REQUEST_INTRODUCTION, REQUEST_COMMANDS };
const char *request_kind_name(enum request_kind kind); /* "introduction", ... */

struct request {
	enum request_kind kind;
	char *name, *firm, *address; /* the target as named; each may be NULL */
	char *offer;                 /* the rest of the words, never NULL */
	struct command_list commands;
};

/* `detail`: of the sub-address ("jane=acme.example" names jane@acme.example),
 * "" or NULL if none. `subject` may be NULL. `now_at`: what dates are counted
 * from. The strings are the caller's: request_free. */
struct request request_read(const char *detail, const char *subject, const char *words,
                            long long now_at);
void request_free(struct request *request);

#endif
