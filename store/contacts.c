#include "store/contacts.h"

#include "base/utf8.h"
#include "mail/address.h"
#include "store/inside.h"

#include <stdlib.h>

bool contacts_add(struct store *store, int64_t owner, const struct kept_contact *c, int64_t now_at)
{
	char *name_key = utf8_fold(c->name);
	char *org_key = utf8_fold(c->org != NULL ? c->org : "");
	char *key = c->address != NULL ? address_key(c->address) : NULL;
	bool added = db_run(store->db,
		"INSERT INTO contacts (owner, name, name_key, org, org_key, address, address_key, title,"
		" url, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
		"issssssssi", owner, c->name, name_key, c->org, org_key, c->address, key, c->title,
		c->url, now_at) == 1;
	if (!added)
		db_run(store->db,
		       "UPDATE contacts SET org = coalesce(org, ?5), title = coalesce(title, ?6),"
		       " url = coalesce(url, ?7) WHERE owner = ?1 AND (address_key = ?4"
		       " OR (?4 IS NULL AND address_key IS NULL AND name_key = ?2 AND org_key = ?3))",
		       "issssss", owner, name_key, org_key, key, c->org, c->title, c->url);
	free(key);
	free(org_key);
	free(name_key);
	return added;
}

int64_t contacts_count(struct store *store, int64_t owner)
{
	int64_t count = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT count(*) FROM contacts WHERE owner = ?1", "i", owner); db_next(r);)
		count = db_int(r, 0);
	return count;
}

#define COLUMNS "c.id, c.name, c.address, c.org, c.title, c.url, a.member"

static size_t read_all(struct store *store, struct db_rows *r, struct kept_contact **contacts)
{
	size_t count = 0;
	*contacts = NULL;
	while (db_next(r)) {
		*contacts = store_more(store, *contacts, count, sizeof **contacts);
		(*contacts)[count++] = (struct kept_contact){
			db_int(r, 0),           store_text(store, r, 1), store_text(store, r, 2),
			store_text(store, r, 3), store_text(store, r, 4), store_text(store, r, 5),
			db_int(r, 6),
		};
	}
	return count;
}

size_t contacts_list(struct store *store, int64_t owner, struct kept_contact **contacts)
{
	return read_all(store, db_query(store->db,
		"SELECT " COLUMNS " FROM contacts c LEFT JOIN addresses a ON a.address_key = c.address_key"
		" WHERE c.owner = ?1 ORDER BY c.name_key, c.id", "i", owner), contacts);
}

size_t contacts_unlinked(struct store *store, int64_t owner, size_t most,
                         struct kept_contact **contacts)
{
	return read_all(store, db_query(store->db,
		"SELECT " COLUMNS " FROM contacts c JOIN addresses a ON a.address_key = c.address_key"
		" JOIN members m ON m.id = a.member AND m.state = 'member'"
		" WHERE c.owner = ?1 AND a.member <> ?1 AND NOT EXISTS (SELECT 1 FROM links l"
		" WHERE l.from_member = ?1 AND l.to_member = a.member)"
		" ORDER BY c.name_key, c.id LIMIT ?2", "ii", owner, (int64_t)most), contacts);
}

int64_t contacts_delete(struct store *store, int64_t owner)
{
	return db_run(store->db, "DELETE FROM contacts WHERE owner = ?1", "i", owner);
}
