/* people: the several addresses of one person, and two records of one person. */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

#include "store/store.h"

/* One more address of theirs (stored form, mail/address.h). RC_NONE: it is
 * somebody's already, maybe theirs. */
enum rc people_address_add(struct store *store, int64_t member, const char *address);

struct people_address {
	const char *address;
	bool main, role; /* role: info@, not one person's (address_is_role) */
};
size_t people_addresses(struct store *store, int64_t member, struct people_address **addresses);

/* `gone` was `keep` all along: links, addresses, asks, introductions and whatever
 * else names `gone` move over, the links between the two vanish; where both have
 * something, what `keep` says stays. Who stopped once stays stopped. Logged as an
 * event. RC_PERM: both take part in an introduction that is under way. */
enum rc people_merge(struct store *store, int64_t keep, int64_t gone, int64_t now_at,
                     struct why *why);

#endif
