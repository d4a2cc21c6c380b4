/* outcomes: what became of introductions, and the counts of it. Part of the store. */
#ifndef STORE_OUTCOMES_H
#define STORE_OUTCOMES_H

#include "core/outcome.h"
#include "store/store.h"

/* What one of both answered; `note`: in their words, private. */
void ask_outcome_set(struct store *store, int64_t ask, enum outcome outcome, const char *note);
/* Settled, once: RC_NONE if it was already. */
enum rc intro_outcome_set(struct store *store, int64_t intro, enum outcome outcome);

/* One row of counts: introductions of one kind. */
struct outcome_count {
	const char *group; /* "people" or "direct"; a purpose */
	int64_t opened, open, introduced, failed, withdrawn;
	int64_t met, useful, useless, not_met; /* of those introduced */
};
/* Since then (0: ever); by way, or by purpose. */
size_t outcome_counts_by_way(struct store *store, int64_t since_at, struct outcome_count **counts);
size_t outcome_counts_by_purpose(struct store *store, int64_t since_at,
                                 struct outcome_count **counts);

/* What people answered to asks to relay, and how soon; `of_target`: to the target. */
struct answer_count {
	int64_t asked, accepted, declined, postponed, silent, bounced, open;
	int64_t reminded;  /* accepted after a reminder */
	int64_t seconds;   /* from asking to accepting, on average */
};
void answer_counts(struct store *store, int64_t since_at, bool of_target,
                   struct answer_count *count);

/* Over which link asks were declined of late: who handed it on to whom. A link has
 * credit for `most` declines; each is forgiven evenly within `period_s`. */
struct spent_link {
	int64_t from, to;
};
size_t links_spent(struct store *store, int64_t now_at, int64_t period_s, int most,
                   struct spent_link **links);

/* Members who do not want to be asked for that purpose. */
size_t purpose_refusers(struct store *store, enum purpose purpose, int64_t **members);
bool purpose_refused(struct store *store, int64_t member, enum purpose purpose);

#endif
