/* rules: how a member wants to be asked, who they never want to meet, the hubs
 * they belong to. Each counts in the router from the next question on. */
#ifndef STORE_RULES_H
#define STORE_RULES_H

#include "store/store.h"

/* --- rules ------------------------------------------------------------------- */
enum rules_direct {
	DIRECT_PEOPLE,
	DIRECT_YES,
	DIRECT_NONE
}; /* through people; also directly; not at all */
const char *rules_direct_name(enum rules_direct direct);      /* "people", "yes", "none" */
int rules_direct_find(const char *name);                      /* -1: none of that name */

struct rules {
	enum rules_direct direct;
	int asks_per_week;      /* -1: the gateway's limit alone */
	int hour_from, hour_to; /* local hours in which asks leave; -1: the gateway's */
	const char *days;       /* "12345"; NULL: the working days of their country */
	const char *disclosure; /* "full", "first", "count"; NULL: the gateway's */
	const char *refuses;    /* purposes, "sale,hiring"; "" */
	bool hidden;            /* never found, never a target */
	int64_t paused_until;   /* 0: not, or until further notice */
};
struct rules rules_get(struct store *store,
                       int64_t member); /* the defaults where nothing was said */
void rules_put(struct store *store, int64_t member, const struct rules *rules);

/* Paused: no question reaches them. until_at 0: until they say so. */
void rules_pause(struct store *store, int64_t member, int64_t until_at);
void rules_resume(struct store *store, int64_t member);
/* Ends the pauses whose day has come; how many. */
size_t rules_pauses_over(struct store *store, int64_t now_at);

/* --- who never meets whom ------------------------------------------------------- */
struct block {
	int64_t member, other; /* other 0: a firm */
	const char *written; /* by the member: all that is shown again */
};
/* `other` 0: everybody of the firm `written`, or whoever has that address. */
void block_add(struct store *store, int64_t member, int64_t other, const char *written);
bool block_remove(struct store *store, int64_t member, int64_t other, const char *written);
size_t block_list(struct store *store, int64_t member, struct block **blocks);
/* Does one of the two refuse the other, by person or by firm? */
bool block_between(struct store *store, int64_t one, int64_t other);
/* Whoever refuses one of these two: not to be passed in an introduction of theirs. */
size_t block_avoid(struct store *store, int64_t requester, int64_t target, int64_t **members);
/* Asked this often in the last week or more than they allow: left in peace. */
size_t rules_rested(struct store *store, int64_t since_at, int64_t **members);

/* --- links -------------------------------------------------------------------- */
/* True if there is such a link. Hidden links carry nothing. */
bool link_hide(struct store *store, int64_t from, int64_t to, bool hidden);
/* Those a member knows over a hidden link. */
size_t link_hidden(struct store *store, int64_t from, struct member ***people);

#endif
