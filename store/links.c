#include "base/when.h"
#include "store/inside.h"

int64_t link_generation(struct store *store)
{
	int64_t generation = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'link-generation'", "");
	     db_next(r);)
		generation = db_int(r, 0);
	return generation;
}

int64_t store_links_touched(struct store *store, int64_t member)
{
	db_run(store->db,
	       "INSERT INTO settings (name, value) VALUES ('link-generation', '1')"
	       " ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)", "");
	int64_t generation = link_generation(store);
	if (member != 0)
		db_run(store->db,
		       "UPDATE links SET generation = ?2 WHERE from_member = ?1 OR to_member = ?1",
		       "ii", member, generation);
	return generation;
}

void store_links_end(struct store *store, int64_t member)
{
	db_run(store->db,
	       "INSERT INTO links_gone (from_member, to_member, generation)"
	       " SELECT from_member, to_member, ?2 FROM links WHERE from_member = ?1 OR to_member = ?1"
	       " ON CONFLICT (from_member, to_member) DO UPDATE SET generation = excluded.generation",
	       "ii", member, store_links_touched(store, 0));
}

static struct trust trust_now(struct db_rows *r, int column, int64_t now_at)
{
	struct trust trust = { (int)db_int(r, column), db_real(r, column + 1),
		               db_real(r, column + 2) };
	int64_t age_s = now_at - db_int(r, column + 3);
	trust_forget(&trust, age_s > 0 ? (int)(age_s / WHEN_DAY_S) : 0);
	return trust;
}

/* As of now; {0} and false: no such link. */
static bool trust_of(struct store *store, int64_t from, int64_t to, int64_t now_at,
                     struct trust *trust)
{
	bool found = false;
	for (struct db_rows *r = db_query(store->db,
		"SELECT stated, good, bad, changed_at FROM links WHERE from_member = ?1 AND to_member = ?2",
		"ii", from, to); db_next(r);) {
		*trust = trust_now(r, 0, now_at);
		found = true;
	}
	return found;
}

void link_put(struct store *store, const struct link *link)
{
	struct trust trust = { 0 };
	trust_of(store, link->from, link->to, link->changed_at, &trust);
	trust.stated = link->stated;
	db_run(store->db,
	       "INSERT INTO links (from_member, to_member, stated, good, bad, percent, confirmed_from,"
	       " confirmed_to, changed_at, generation) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
	       " ON CONFLICT (from_member, to_member) DO UPDATE SET stated = excluded.stated,"
	       " good = excluded.good, bad = excluded.bad, percent = excluded.percent,"
	       " confirmed_from = excluded.confirmed_from, confirmed_to = excluded.confirmed_to,"
	       " changed_at = excluded.changed_at, generation = excluded.generation",
	       "iiiddiiiii", link->from, link->to, (int64_t)link->stated, trust.good, trust.bad,
	       (int64_t)trust_percent(&trust), (int64_t)link->confirmed_from,
	       (int64_t)link->confirmed_to, link->changed_at, store_links_touched(store, 0));
}

void link_learn(struct store *store, int64_t from, int64_t to, enum trust_event event,
                int64_t now_at)
{
	struct trust trust = { 0 };
	if (!trust_of(store, from, to, now_at, &trust))
		return;
	trust_learn(&trust, event);
	db_run(store->db,
	       "UPDATE links SET good = ?3, bad = ?4, percent = ?5, changed_at = ?6, generation = ?7"
	       " WHERE from_member = ?1 AND to_member = ?2",
	       "iiddiii", from, to, trust.good, trust.bad, (int64_t)trust_percent(&trust), now_at,
	       store_links_touched(store, 0));
}

size_t link_list(struct store *store, int64_t member, struct link **links)
{
	size_t count = 0;
	*links = NULL;
	for (struct db_rows *r = db_query(store->db,
		"SELECT from_member, to_member, stated, percent, confirmed_from, confirmed_to, changed_at"
		" FROM links WHERE ?1 = 0 OR from_member = ?1 OR to_member = ?1"
		" ORDER BY from_member, to_member", "i", member); db_next(r);) {
		*links = store_more(store, *links, count, sizeof **links);
		(*links)[count++] = (struct link){ db_int(r, 0), db_int(r, 1), (int)db_int(r, 2),
			(int)db_int(r, 3), db_int(r, 4) != 0, db_int(r, 5) != 0, db_int(r, 6) };
	}
	return count;
}

/* Who never wants to meet whom has no link that carries; a hidden one does not either. */
#define ROUTES "l.confirmed_from = 1 AND l.confirmed_to = 1 AND l.percent > 0 AND l.hidden = 0" \
               " AND f.state = 'member' AND t.state NOT IN ('stopped', 'paused')" \
               " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE" \
               " (b.member = l.from_member AND (b.other = l.to_member OR b.firm_key = t.firm_key))" \
               " OR (b.member = l.to_member AND (b.other = l.from_member OR b.firm_key = f.firm_key)))"
#define ENDS                                                                                       \
	" FROM links l JOIN members f ON f.id = l.from_member JOIN members t ON t.id = l.to_member"

size_t link_routing(struct store *store, int64_t now_at, struct network_link **links)
{
	size_t count = 0;
	*links = NULL;
	for (struct db_rows *r = db_query(store->db,
		"SELECT l.from_member, l.to_member, l.stated, l.good, l.bad, l.changed_at" ENDS " WHERE " ROUTES,
		""); db_next(r);) {
		struct trust trust = trust_now(r, 2, now_at);
		*links = store_more(store, *links, count, sizeof **links);
		(*links)[count++] =
			(struct network_link){ db_int(r, 0), db_int(r, 1), trust_percent(&trust) };
	}
	return count;
}

size_t link_changes(struct store *store, int64_t generation, struct network_link **links)
{
	size_t count = 0;
	*links = NULL;
	for (struct db_rows *r = db_query(store->db,
		"SELECT l.from_member, l.to_member, CASE WHEN " ROUTES " THEN l.percent ELSE 0 END,"
		" l.generation" ENDS " WHERE l.generation > ?1"
		" UNION ALL SELECT from_member, to_member, 0, generation FROM links_gone"
		" WHERE generation > ?1 ORDER BY 4", "i", generation); db_next(r);) {
		*links = store_more(store, *links, count, sizeof **links);
		(*links)[count++] =
			(struct network_link){ db_int(r, 0), db_int(r, 1), (int)db_int(r, 2) };
	}
	return count;
}
