#include "store/people.h"

#include "base/str.h"
#include "mail/address.h"
#include "store/inside.h"
#include "store/profiles.h"

#include <stdlib.h>
#include <string.h>

enum rc people_address_add(struct store *store, int64_t member, const char *address)
{
	char *key = address_key(address);
	int64_t added = db_run(store->db,
		"INSERT INTO addresses (address_key, address, member, main, role) VALUES (?1, ?2, ?3, 0, ?4)"
		" ON CONFLICT (address_key) DO NOTHING",
		"ssii", key, address, member, (int64_t)address_is_role(address));
	free(key);
	return added == 1 ? RC_OK : RC_NONE;
}

size_t people_addresses(struct store *store, int64_t member, struct people_address **addresses)
{
	size_t count = 0;
	*addresses = NULL;
	for (struct db_rows *r = db_query(store->db,
		"SELECT address, main, role FROM addresses WHERE member = ?1"
		" ORDER BY main DESC, address_key", "i", member); db_next(r);) {
		*addresses = store_more(store, *addresses, count, sizeof **addresses);
		(*addresses)[count++] =
			(struct people_address){ store_text(store, r, 0), db_int(r, 1) != 0,
			                         db_int(r, 2) != 0 };
	}
	return count;
}

/* Both in one introduction that goes on: after the merge somebody would be asked
 * to introduce themselves. */
static enum rc check_apart(struct store *store, int64_t keep, int64_t gone, struct why *why)
{
	enum rc rc = RC_OK;
	for (struct db_rows *r = db_query(store->db,
		"WITH part (intro, member) AS (SELECT id, requester FROM intros UNION"
		" SELECT id, target FROM intros UNION SELECT intro, member FROM asks UNION"
		" SELECT intro, next FROM asks)"
		" SELECT i.reference FROM intros i WHERE i.state IN ('routing', 'asking')"
		" AND EXISTS (SELECT 1 FROM part WHERE intro = i.id AND member = ?1)"
		" AND EXISTS (SELECT 1 FROM part WHERE intro = i.id AND member = ?2)"
		" ORDER BY i.id", "ii", keep, gone); db_next(r);)
		rc = why_set(why, RC_PERM,
		             "both take part in introduction %s, which is under way; "
		             "wait for its end or withdraw it", db_text(r, 0));
	return rc;
}

/* The routes through `gone` end; the links of both become one. */
static void merge_links(struct store *store, int64_t keep, int64_t gone)
{
	store_links_end(store, gone);
	db_run(store->db,
	       "DELETE FROM links WHERE (from_member = ?1 AND to_member = ?2)"
	       " OR (from_member = ?2 AND to_member = ?1)", "ii", keep, gone);
	db_run(store->db, "UPDATE OR IGNORE links SET from_member = ?1 WHERE from_member = ?2",
	       "ii", keep, gone);
	db_run(store->db, "UPDATE OR IGNORE links SET to_member = ?1 WHERE to_member = ?2", "ii",
	       keep, gone);
	store_links_touched(store, keep);
}

/* What `keep` does not say, `gone` says; and a STOP counts whoever said it. */
static void merge_record(struct store *store, int64_t keep, int64_t gone)
{
	db_run(store->db,
	       "UPDATE members AS k SET firm = coalesce(k.firm, g.firm),"
	       " firm_key = CASE WHEN k.firm IS NULL THEN g.firm_key ELSE k.firm_key END,"
	       " title = coalesce(k.title, g.title), city = coalesce(k.city, g.city),"
	       " zone = coalesce(k.zone, g.zone),"
	       " first_mail_at = coalesce(min(k.first_mail_at, g.first_mail_at), k.first_mail_at, g.first_mail_at),"
	       " added_at = min(k.added_at, g.added_at),"
	       " state = CASE WHEN 'stopped' IN (k.state, g.state) THEN 'stopped'"
	       " WHEN 'paused' IN (k.state, g.state) THEN 'paused'"
	       " WHEN 'member' IN (k.state, g.state) THEN 'member' ELSE 'known' END"
	       " FROM members g WHERE k.id = ?1 AND g.id = ?2", "ii", keep, gone);
	db_run(store->db, "UPDATE addresses SET member = ?1, main = 0 WHERE member = ?2", "ii",
	       keep, gone);
	db_run(store->db, "UPDATE events SET member = ?1 WHERE member = ?2", "ii", keep, gone);
}

/* Every column of every table that names a member, so that none is forgotten; where
 * both may not stand (one row a member), `keep`'s stays. */
static enum rc merge_references(struct store *store, int64_t keep, int64_t gone, struct why *why)
{
	struct str script;
	str_init(&script, 64 * 1024);
	for (struct db_rows *r = db_query(store->db,
		"SELECT t.name, k.\"from\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) k"
		" WHERE t.type = 'table' AND k.\"table\" = 'members'", ""); db_next(r);)
		str_addf(&script, "UPDATE OR IGNORE \"%s\" SET \"%s\" = %lld WHERE \"%s\" = %lld;",
		         db_text(r, 0), db_text(r, 1), (long long)keep, db_text(r, 1),
		         (long long)gone);
	enum rc rc = str_ok(&script) ? db_script(store->db, script.text, why)
	                             : why_set(why, RC_PERM, "too many tables");
	str_free(&script);
	return rc;
}

enum rc people_merge(struct store *store, int64_t keep, int64_t gone, int64_t now_at,
                     struct why *why)
{
	if (keep == gone)
		return why_set(why, RC_PERM, "these are one record already");
	enum rc rc = check_apart(store, keep, gone, why);
	if (rc != RC_OK)
		return rc;
	merge_links(store, keep, gone);
	merge_record(store, keep, gone);
	rc = merge_references(store, keep, gone, why);
	if (rc != RC_OK)
		return rc;
	db_run(store->db, "DELETE FROM members WHERE id = ?1", "i", gone);
	profile_index(store, keep);
	event_add(store, &(struct event){ .at = now_at, .member = keep, .what = "merged" });
	return RC_OK;
}
