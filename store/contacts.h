/* contacts: what members sent of their address books; private to their owner.
 *
 * Only for suggesting links and invitations to the owner: nobody else reads them,
 * nobody is written to because of them. */
#ifndef STORE_CONTACTS_H
#define STORE_CONTACTS_H

#include "store/store.h"

struct kept_contact {
	int64_t id;
	const char *name;               /* never NULL */
	const char *address;            /* stored form; NULL: not known */
	const char *org, *title, *url; /* may be NULL */
	int64_t member;                 /* who has this address here; given back only; 0: nobody */
};

/* Once each by owner and address; without one by owner, name and firm. False: it is
 * there, and what was not known of it is filled in. */
bool contacts_add(struct store *store, int64_t owner, const struct kept_contact *contact,
                  int64_t now_at);
int64_t contacts_count(struct store *store, int64_t owner);
size_t contacts_list(struct store *store, int64_t owner, struct kept_contact **contacts);
/* Those who are members by now and whom the owner has no link to; at most `most`. */
size_t contacts_unlinked(struct store *store, int64_t owner, size_t most,
                         struct kept_contact **contacts);
int64_t contacts_delete(struct store *store, int64_t owner); /* how many there were */

#endif
