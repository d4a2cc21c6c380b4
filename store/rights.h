/* rights: everything stored about one person, told or erased (GDPR art. 15, 17).
 *
 * What others stated privately (how well they know somebody, why they said no)
 * is theirs and not told. After an erasure the person's name, addresses and
 * words stand in no row; ids remain, so that the introductions of others keep
 * their story. store_compact then takes the old octets out of the file. */
#ifndef STORE_RIGHTS_H
#define STORE_RIGHTS_H

#include "store/store.h"

#include <jansson.h>

/* {"person": [{...}], "addresses": [...], ...}; times are texts, UTC. Yours. */
json_t *rights_export(struct store *store, int64_t member);

/* Erases. Their open introductions and asks have been ended before (turn/).
 * `gone`: what stands for their name from now on. */
void rights_erase(struct store *store, int64_t member, const char *gone);

/* The last mail to them, once it has left: its row goes too. */
void rights_forget_mail(struct store *store, int64_t outbox);

/* The names of files under attachments/ that no mail refers to any more, one
 * after the other, to be deleted after the commit. Call before the erasure with
 * its member: those only their mails carried. */
size_t rights_files(struct store *store, int64_t member, const char *const **hashes);

/* Outside of a transaction: rewrites the file without what was deleted, if an
 * erasure asked for it. RC_NONE: nothing to do. RC_TEMP: busy, later. */
enum rc store_compact(struct store *store, struct why *why);

#endif
