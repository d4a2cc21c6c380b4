/* profiles: what members say of themselves and of each other, and the search
 * over it. Texts given back are the store's (store.h). */
#ifndef STORE_PROFILES_H
#define STORE_PROFILES_H

#include "core/profile.h"
#include "core/search.h"
#include "store/store.h"

struct profile profile_get(struct store *store, int64_t member); /* all NULL: no such member */
/* All fields, NULL or "" empty; the name is kept if it is. Indexed at once. */
void profile_set(struct store *store, int64_t member, const struct profile *profile,
                 int64_t now_at);

/* --- testimonials: proposed by their author, shown once their subject says yes ------- */

enum testimonial_state { TESTIMONIAL_PROPOSED, TESTIMONIAL_SHOWN, TESTIMONIAL_DECLINED,
	                 TESTIMONIAL_REVOKED };
struct testimonial {
	int64_t id, author, subject;
	const char *text;
	enum testimonial_state state;
	int64_t said_at;
};
/* Anew, or in place of the one there was; proposed. Its id. */
int64_t testimonial_put(struct store *store, int64_t author, int64_t subject, const char *text,
                        int64_t now_at);
struct testimonial *testimonial_get(struct store *store, int64_t id); /* NULL: none */
struct testimonial *testimonial_of(struct store *store, int64_t author, int64_t subject);
/* Shown ones, newest first, of whose author may be shown. */
size_t testimonial_list(struct store *store, int64_t subject, struct testimonial **all);
void testimonial_state_set(struct store *store, int64_t id, enum testimonial_state state);
/* All by and about this member. */
void testimonials_erase(struct store *store, int64_t member);

/* --- search ----------------------------------------------------------------------------- */

struct profile_hit {
	int64_t member;
	double relevance;
};
/* Members `reader` may find, the most relevant first, at most `most`; never the
 * reader. Every hit has every word, or words that begin so; where there is none,
 * *partial: some of the words. Beyond PROFILE_LOOK hits only the fullest profiles
 * are looked at. */
#define PROFILE_LOOK 1000
size_t profile_search(struct store *store, const struct search *search, int64_t reader,
                      size_t most, struct profile_hit **hits, bool *partial);
/* May `reader` find that member: a member, not hidden, neither blocks the other. */
bool profile_searchable(struct store *store, int64_t member, int64_t reader);
/* SEARCH and ROUTE count alike: how many since then; one more. */
int profile_searches(struct store *store, int64_t member, int64_t since_at);
void profile_searched(struct store *store, int64_t member, int64_t now_at);

/* Whatever of this member a search reads has changed: state, name, hubs. Called
 * by whoever changes it. */
void profile_index(struct store *store, int64_t member);
/* The stems indexed are this program's; if not, all are made anew. */
bool profile_index_current(struct store *store);
void profile_index_renew(struct store *store);

#endif
