#include "store/outcomes.h"

#include "store/inside.h"

void ask_outcome_set(struct store *store, int64_t ask, enum outcome outcome, const char *note)
{
	db_run(store->db, "UPDATE asks SET payload = ?2, note = ?3 WHERE id = ?1", "iss", ask,
	       outcome_name(outcome), note);
}

enum rc intro_outcome_set(struct store *store, int64_t intro, enum outcome outcome)
{
	return db_run(store->db, "UPDATE intros SET outcome = ?2 WHERE id = ?1 AND outcome IS NULL",
	              "is", intro, outcome_name(outcome)) == 1
	               ? RC_OK
	               : RC_NONE;
}

#define COUNT_IF(what) ", sum(CASE WHEN " what " THEN 1 ELSE 0 END)"
#define COUNTS                                                                                     \
	", count(*)" COUNT_IF("state IN ('routing', 'asking')") COUNT_IF("state = 'introduced'")   \
	COUNT_IF("state = 'failed'") COUNT_IF("state = 'withdrawn'")                               \
	COUNT_IF("outcome IN ('useful', 'useless', 'met')") COUNT_IF("outcome = 'useful'")         \
	COUNT_IF("outcome = 'useless'") COUNT_IF("outcome = 'not-met'")                            \
	" FROM intros WHERE opened_at >= ?1 GROUP BY 1 ORDER BY 1 DESC"

static size_t read_counts(struct store *store, struct db_rows *r, struct outcome_count **counts)
{
	size_t count = 0;
	*counts = NULL;
	while (db_next(r)) {
		*counts = store_more(store, *counts, count, sizeof **counts);
		(*counts)[count++] = (struct outcome_count){
			.group = store_text(store, r, 0),
			.opened = db_int(r, 1),
			.open = db_int(r, 2),
			.introduced = db_int(r, 3),
			.failed = db_int(r, 4),
			.withdrawn = db_int(r, 5),
			.met = db_int(r, 6),
			.useful = db_int(r, 7),
			.useless = db_int(r, 8),
			.not_met = db_int(r, 9),
		};
	}
	return count;
}

size_t outcome_counts_by_way(struct store *store, int64_t since_at, struct outcome_count **counts)
{
	return read_counts(store, db_query(store->db,
		"SELECT CASE direct WHEN 1 THEN 'direct' ELSE 'people' END" COUNTS, "i", since_at),
		counts);
}

size_t outcome_counts_by_purpose(struct store *store, int64_t since_at,
                                 struct outcome_count **counts)
{
	return read_counts(store, db_query(store->db, "SELECT purpose" COUNTS, "i", since_at),
	                   counts);
}

void answer_counts(struct store *store, int64_t since_at, bool of_target,
                   struct answer_count *count)
{
	*count = (struct answer_count){ 0 };
	for (struct db_rows *r = db_query(store->db,
		"SELECT count(*)" COUNT_IF("state = 'accepted'") COUNT_IF("state = 'declined'")
		COUNT_IF("state = 'postponed'") COUNT_IF("state = 'silent'")
		COUNT_IF("state = 'bounced'") COUNT_IF("state = 'open'")
		COUNT_IF("state = 'accepted' AND reminders > 0")
		", CAST(avg(CASE WHEN state = 'accepted' THEN answered_at - asked_at END) AS INTEGER)"
		" FROM asks WHERE asked_at >= ?1 AND (kind = 'target') = ?2"
		" AND kind IN ('relay', 'target')", "ii", since_at, (int64_t)of_target);
	     db_next(r);)
		*count = (struct answer_count){
			.asked = db_int(r, 0), .accepted = db_int(r, 1), .declined = db_int(r, 2),
			.postponed = db_int(r, 3), .silent = db_int(r, 4), .bounced = db_int(r, 5),
			.open = db_int(r, 6), .reminded = db_int(r, 7), .seconds = db_int(r, 8),
		};
}

size_t links_spent(struct store *store, int64_t now_at, int64_t period_s, int most,
                   struct spent_link **links)
{
	size_t count = 0;
	*links = NULL;
	for (struct db_rows *r = db_query(store->db,
		"SELECT coalesce(p.member, i.requester), a.member FROM asks a"
		" JOIN intros i ON i.id = a.intro LEFT JOIN asks p ON p.id = a.parent"
		" WHERE a.kind = 'relay' AND a.state = 'declined' AND a.answered_at > ?1 - ?2"
		" GROUP BY 1, 2 HAVING sum(?2 - (?1 - a.answered_at)) > (?3 - 1) * ?2",
		"iii", now_at, period_s, (int64_t)most); db_next(r);) {
		*links = store_more(store, *links, count, sizeof **links);
		(*links)[count++] = (struct spent_link){ db_int(r, 0), db_int(r, 1) };
	}
	return count;
}

size_t purpose_refusers(struct store *store, enum purpose purpose, int64_t **members)
{
	size_t count = 0;
	*members = NULL;
	for (struct db_rows *r = db_query(store->db,
		"SELECT member FROM rules WHERE ',' || refuses || ',' LIKE '%,' || ?1 || ',%'"
		" ORDER BY member", "s", purpose_name(purpose)); db_next(r);) {
		*members = store_more(store, *members, count, sizeof **members);
		(*members)[count++] = db_int(r, 0);
	}
	return count;
}

bool purpose_refused(struct store *store, int64_t member, enum purpose purpose)
{
	bool refused = false;
	for (struct db_rows *r = db_query(store->db,
		"SELECT 1 FROM rules WHERE member = ?2 AND ',' || refuses || ',' LIKE"
		" '%,' || ?1 || ',%'", "si", purpose_name(purpose), member); db_next(r);)
		refused = true;
	return refused;
}
