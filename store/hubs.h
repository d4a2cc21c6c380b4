/* hubs: themed communities of members. An open one is joined by a word, one on
 * approval when an administrator says yes; an invisible one is not listed and
 * only administrators put people into it. */
#ifndef STORE_HUBS_H
#define STORE_HUBS_H

#include "store/store.h"

enum hub_entry { HUB_OPEN, HUB_APPROVAL, HUB_INVISIBLE, HUB_ENTRIES };
const char *hub_entry_name(enum hub_entry entry);
int hub_entry_find(const char *name); /* -1: none of that name */

struct hub {
	int64_t id;
	const char *name; /* [a-z0-9-]{1,32} */
	const char *title;
	enum hub_entry entry;
	const char *language; /* NULL: each reader's own */
	int64_t added_at;
	int64_t members; /* given back only */
};
bool hub_name_valid(const char *name);
/* The new id; RC_PERM: a name that is none, or taken. */
enum rc hub_add(struct store *store, const struct hub *hub, int64_t *id, struct why *why);
struct hub *hub_get(struct store *store, int64_t id);
/* By name or title, case and accents aside; NULL: none. */
struct hub *hub_find(struct store *store, const char *name);
size_t hub_list(struct store *store, bool invisible_too, struct hub **hubs);
void hub_set(struct store *store, const struct hub *hub); /* title, entry, language */
void hub_remove(struct store *store, int64_t hub);

/* asked: an administrator is to say yes. */
void hub_put_member(struct store *store, int64_t hub, int64_t member, bool asked, int64_t now_at);
bool hub_remove_member(struct store *store, int64_t hub, int64_t member);
bool hub_has(struct store *store, int64_t hub, int64_t member); /* a full member of it */
size_t hub_of(struct store *store, int64_t member, struct hub **hubs); /* those they belong to */
size_t hub_members(struct store *store, int64_t hub, struct member **members);

#endif
