/* parse: mail/message, and contacts/list, behind a sandbox.
 *
 * One persistent process with a socket pair and nothing else: seccomp
 * allow-list, memory limit, no files, no sockets, no fork. The parent sends
 * octets and waits at most PARSE_DEADLINE_MS; a worker that dies or stalls is
 * replaced and the mail tried once more; two deaths set the mail aside. */
#ifndef IO_PARSE_H
#define IO_PARSE_H

#include "base/rc.h"
#include "contacts/list.h"
#include "io/child.h"
#include "mail/message.h"

#define PARSE_DEADLINE_MS 5000

struct parse {
	struct child child;
};

/* RC_OK: *message is yours (MESSAGE_MALFORMED is RC_OK: it was read and said so).
 * RC_PERM: two workers died of it, why says how. RC_TEMP: no worker to be had. */
enum rc parse_mail(struct parse *parse, const char *octets, size_t len,
                   const struct message_options *options, struct message **message,
                   struct why *why);
/* A file of contacts, in the same way. RC_OK: *list is yours; its `error` says if it
 * is no such file. */
enum rc parse_contacts(struct parse *parse, const char *octets, size_t len,
                       struct contact_list **list, struct why *why);
void parse_stop(struct parse *parse);

int parse_child_main(void); /* the worker: frames on CHILD_FD; its exit code */

#endif
