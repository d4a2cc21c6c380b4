#include "store/rules.h"

#include "base/utf8.h"
#include "store/inside.h"

#include <stdlib.h>
#include <string.h>

static const char *const directs[] = { "people", "yes", "none" };

const char *rules_direct_name(enum rules_direct direct)
{
	return directs[direct];
}

int rules_direct_find(const char *name)
{
	for (int i = 0; name != NULL && i < 3; i++)
		if (strcmp(directs[i], name) == 0)
			return i;
	return -1;
}

static int or_unset(struct db_rows *r, int column)
{
	return db_text(r, column) != NULL ? (int)db_int(r, column) : -1;
}

struct rules rules_get(struct store *store, int64_t member)
{
	struct rules rules = { .asks_per_week = -1, .hour_from = -1, .hour_to = -1, .refuses = "" };
	for (struct db_rows *r = db_query(store->db,
		"SELECT direct, asks_per_week, hour_from, hour_to, days, disclosure, refuses, hidden,"
		" paused_until FROM rules WHERE member = ?1", "i", member); db_next(r);) {
		int direct = rules_direct_find(db_text(r, 0));
		rules = (struct rules){
			.direct = direct >= 0 ? (enum rules_direct)direct : DIRECT_PEOPLE,
			.asks_per_week = or_unset(r, 1),
			.hour_from = or_unset(r, 2),
			.hour_to = or_unset(r, 3),
			.days = store_text(store, r, 4),
			.disclosure = store_text(store, r, 5),
			.refuses = db_text(r, 6) != NULL ? store_text(store, r, 6) : "",
			.hidden = db_int(r, 7) != 0,
			.paused_until = db_int(r, 8),
		};
	}
	return rules;
}

void rules_put(struct store *store, int64_t member, const struct rules *rules)
{
	/* -1 and 0 stand for "not said"; the database says NULL. */
	db_run(store->db,
	       "INSERT INTO rules (member, direct, asks_per_week, hour_from, hour_to, days, disclosure,"
	       " refuses, hidden, paused_until) VALUES (?1, ?2, nullif(?3, -1), nullif(?4, -1),"
	       " nullif(?5, -1), ?6, ?7, ?8, ?9, nullif(?10, 0))"
	       " ON CONFLICT (member) DO UPDATE SET direct = excluded.direct,"
	       " asks_per_week = excluded.asks_per_week, hour_from = excluded.hour_from,"
	       " hour_to = excluded.hour_to, days = excluded.days, disclosure = excluded.disclosure,"
	       " refuses = excluded.refuses, hidden = excluded.hidden,"
	       " paused_until = excluded.paused_until",
	       "isiiisssii", member, directs[rules->direct], (int64_t)rules->asks_per_week,
	       (int64_t)rules->hour_from, (int64_t)rules->hour_to, rules->days, rules->disclosure,
	       rules->refuses, (int64_t)rules->hidden, rules->paused_until);
	store_links_touched(store, member);
}

void rules_pause(struct store *store, int64_t member, int64_t until_at)
{
	struct rules rules = rules_get(store, member);
	rules.paused_until = until_at;
	rules_put(store, member, &rules);
	db_run(store->db, "UPDATE members SET state = 'paused' WHERE id = ?1 AND state = 'member'",
	       "i", member);
}

void rules_resume(struct store *store, int64_t member)
{
	struct rules rules = rules_get(store, member);
	rules.paused_until = 0;
	rules_put(store, member, &rules);
	db_run(store->db, "UPDATE members SET state = 'member' WHERE id = ?1 AND state = 'paused'",
	       "i", member);
}

static size_t read_ids(struct store *store, struct db_rows *r, int64_t **ids)
{
	size_t count = 0;
	*ids = NULL;
	while (db_next(r)) {
		*ids = store_more(store, *ids, count, sizeof **ids);
		(*ids)[count++] = db_int(r, 0);
	}
	return count;
}

size_t rules_pauses_over(struct store *store, int64_t now_at)
{
	int64_t *ids;
	size_t count = read_ids(store, db_query(store->db,
		"SELECT member FROM rules WHERE paused_until <= ?1", "i", now_at), &ids);
	for (size_t i = 0; i < count; i++)
		rules_resume(store, ids[i]);
	return count;
}

/* --- blocks ---------------------------------------------------------------------- */

void block_add(struct store *store, int64_t member, int64_t other, const char *written)
{
	char *key = other == 0 ? utf8_fold(written) : NULL;
	block_remove(store, member, other, written);
	db_run(store->db,
	       "INSERT INTO blocks (member, other, written, firm_key) VALUES (?1, nullif(?2, 0), ?3, ?4)",
	       "iiss", member, other, written, key);
	store_links_touched(store, member);
	free(key);
}

bool block_remove(struct store *store, int64_t member, int64_t other, const char *written)
{
	char *key = other == 0 ? utf8_fold(written) : NULL;
	int64_t gone = db_run(store->db,
		"DELETE FROM blocks WHERE member = ?1 AND (other = ?2 OR (?2 = 0 AND firm_key = ?3))",
		"iis", member, other, key);
	free(key);
	if (gone > 0)
		store_links_touched(store, member);
	return gone > 0;
}

size_t block_list(struct store *store, int64_t member, struct block **blocks)
{
	size_t count = 0;
	*blocks = NULL;
	for (struct db_rows *r = db_query(store->db,
		"SELECT other, written FROM blocks WHERE member = ?1 ORDER BY rowid", "i", member);
	     db_next(r);) {
		*blocks = store_more(store, *blocks, count, sizeof **blocks);
		(*blocks)[count++] =
			(struct block){ member, db_int(r, 0), store_text(store, r, 1) };
	}
	return count;
}

/* b refuses this person, by name, firm or address. */
#define REFUSES(person)                                                                            \
	"(b.other = " person " OR b.firm_key = (SELECT firm_key FROM members WHERE id = " person ")" \
	" OR b.firm_key IN (SELECT address_key FROM addresses WHERE member = " person "))"

bool block_between(struct store *store, int64_t one, int64_t other)
{
	bool found = false;
	for (struct db_rows *r = db_query(store->db,
		"SELECT 1 FROM blocks b WHERE (b.member = ?1 AND " REFUSES("?2") ")"
		" OR (b.member = ?2 AND " REFUSES("?1") ") LIMIT 1", "ii", one, other); db_next(r);)
		found = true;
	return found;
}

size_t block_avoid(struct store *store, int64_t requester, int64_t target, int64_t **members)
{
	return read_ids(store, db_query(store->db,
		"SELECT DISTINCT b.member FROM blocks b WHERE " REFUSES("?1") " OR " REFUSES("?2"),
		"ii", requester, target), members);
}

size_t rules_rested(struct store *store, int64_t since_at, int64_t **members)
{
	return read_ids(store, db_query(store->db,
		"SELECT r.member FROM rules r WHERE r.asks_per_week IS NOT NULL AND r.asks_per_week <="
		" (SELECT count(*) FROM asks a WHERE a.member = r.member AND a.asked_at >= ?1"
		" AND a.kind IN ('relay', 'instead'))", "i", since_at), members);
}

bool link_hide(struct store *store, int64_t from, int64_t to, bool hidden)
{
	return db_run(store->db,
	              "UPDATE links SET hidden = ?3, generation = ?4"
	              " WHERE from_member = ?1 AND to_member = ?2",
	              "iiii", from, to, (int64_t)hidden, store_links_touched(store, 0)) > 0;
}

size_t link_hidden(struct store *store, int64_t from, struct member ***people)
{
	int64_t *ids;
	size_t kept = 0, count = read_ids(store, db_query(store->db,
		"SELECT to_member FROM links WHERE from_member = ?1 AND hidden = 1 ORDER BY to_member",
		"i", from), &ids);
	*people = NULL;
	for (size_t i = 0; i < count; i++) {
		struct member *m = member_get(store, ids[i]);
		if (m == NULL)
			continue;
		*people = store_more(store, *people, kept, sizeof **people);
		(*people)[kept++] = m;
	}
	return kept;
}
