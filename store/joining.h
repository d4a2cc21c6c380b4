/* joining: how people come in, by which addresses, and who is never written to. */
#ifndef STORE_JOINING_H
#define STORE_JOINING_H

#include "store/store.h"

/* --- addresses that have said STOP: for ever, until they ask to join -------------- */
void stop_put(struct store *store, const char *address, int64_t now_at);
bool stop_has(struct store *store, const char *address);
bool stop_remove(struct store *store, const char *address); /* false: it had not */

/* --- members ------------------------------------------------------------------------ */
void member_name_set(struct store *store, int64_t id, const char *name);
void member_language_set(struct store *store, int64_t id, const char *language);
/* One of their addresses is the main one from now on; false: it is not theirs. */
bool member_main_set(struct store *store, int64_t id, const char *address);

/* --- questions of a kind, from one person to another ---------------------------------- */
/* The last one to `member` about `next` (0: anybody); NULL: never. */
struct ask *ask_last_about(struct store *store, enum ask_kind kind, int64_t member, int64_t next);
/* How many about `next` since then. */
int ask_count_about(struct store *store, enum ask_kind kind, int64_t next, int64_t since_at);
/* The open ones about `next`, to whomever. */
size_t ask_open_about(struct store *store, enum ask_kind kind, int64_t next, struct ask **asks);

/* The link from one to the other; NULL: none. */
struct link *link_get(struct store *store, int64_t from, int64_t to);

#endif
