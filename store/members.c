#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "store/inside.h"
#include "store/profiles.h"

#include <stdlib.h>
#include <string.h>

static const char *const states[] = { "known", "member", "paused", "stopped" };

const char *member_state_name(enum member_state state)
{
	return states[state];
}

int member_state_find(const char *name)
{
	for (int i = 0; i < 4; i++)
		if (strcmp(states[i], name) == 0)
			return i;
	return -1;
}

#define COLUMNS "m.id, m.name, m.firm, m.title, m.city, m.language, m.zone, m.state," \
                " m.first_mail_at, m.added_at, a.address"
#define FROM    " FROM members m JOIN addresses a ON a.member = m.id AND a.main = 1"

static struct member *read_member(struct store *store, struct db_rows *r, struct member *m)
{
	*m = (struct member){
		.id = db_int(r, 0),
		.name = store_text(store, r, 1),
		.firm = store_text(store, r, 2),
		.title = store_text(store, r, 3),
		.city = store_text(store, r, 4),
		.language = store_text(store, r, 5),
		.zone = store_text(store, r, 6),
		.state = (enum member_state)member_state_find(db_text(r, 7)),
		.first_mail_at = db_int(r, 8),
		.added_at = db_int(r, 9),
		.address = store_text(store, r, 10),
	};
	return m;
}

static size_t read_all(struct store *store, struct db_rows *rows, struct member **members)
{
	size_t count = 0;
	*members = NULL;
	while (db_next(rows)) {
		*members = store_more(store, *members, count, sizeof **members);
		read_member(store, rows, &(*members)[count++]);
	}
	return count;
}

static struct member *read_one(struct store *store, struct db_rows *rows)
{
	struct member *members;
	return read_all(store, rows, &members) > 0 ? members : NULL;
}

enum rc member_add(struct store *store, const struct member *member, int64_t *id, struct why *why)
{
	struct member *other = member_by_address(store, member->address);
	if (other != NULL)
		return why_set(why, RC_PERM, "%s is the address of %s already (member %lld)",
		               member->address, other->name, (long long)other->id);
	char *name_key = utf8_fold(member->name);
	char *firm_key = member->firm != NULL ? utf8_fold(member->firm) : NULL;
	char *address_folded = address_key(member->address);
	db_run(store->db,
	       "INSERT INTO members (name, name_key, firm, firm_key, title, city, language, zone, state, added_at)"
	       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	       "sssssssssi", member->name, name_key, member->firm, firm_key, member->title,
	       member->city, member->language, member->zone, states[member->state],
	       member->added_at);
	*id = db_last_id(store->db);
	db_run(store->db,
	       "INSERT INTO addresses (address_key, address, member, main, role) VALUES (?1, ?2, ?3, 1, ?4)",
	       "ssii", address_folded, member->address, *id,
	       (int64_t)address_is_role(member->address));
	profile_index(store, *id);
	free(name_key);
	free(firm_key);
	free(address_folded);
	return RC_OK;
}

struct member *member_get(struct store *store, int64_t id)
{
	return read_one(store, db_query(store->db,
		"SELECT " COLUMNS " FROM members m LEFT JOIN addresses a ON a.member = m.id AND a.main = 1"
		" WHERE m.id = ?1", "i", id));
}

struct member *member_by_address(struct store *store, const char *address)
{
	char *key = address_key(address);
	struct member *m = read_one(
		store,
		db_query(store->db,
	                 "SELECT " COLUMNS FROM
	                 " WHERE m.id = (SELECT member FROM addresses WHERE address_key = ?1)",
	                 "s", key));
	free(key);
	return m;
}

bool member_has_address(struct store *store, int64_t id, const char *address)
{
	char *key = address_key(address);
	bool has = false;
	for (struct db_rows *r = db_query(
		     store->db, "SELECT 1 FROM addresses WHERE address_key = ?1 AND member = ?2",
		     "si", key, id);
	     db_next(r);)
		has = true;
	free(key);
	return has;
}

/* "%text%" with the wildcards of LIKE taken literally. */
static char *like(const char *text)
{
	struct str s;
	str_init(&s, 4096);
	str_add_char(&s, '%');
	for (; *text != '\0'; text++) {
		if (strchr("%_\\", *text) != NULL)
			str_add_char(&s, '\\');
		str_add_char(&s, *text);
	}
	str_add_char(&s, '%');
	return s.text;
}

size_t member_find(struct store *store, const char *name, const char *firm, size_t most,
                   struct member **members)
{
	char *name_key = utf8_fold(name);
	char *firm_key = utf8_fold(firm != NULL ? firm : "");
	struct str padded;
	str_init(&padded, 4096);
	str_addf(&padded, " %s ", name_key);
	char *name_like = like(padded.text), *firm_like = like(firm_key);
	size_t count = read_all(store, db_query(store->db,
		"SELECT " COLUMNS FROM
		" WHERE (m.name_key = ?1 OR ' ' || m.name_key || ' ' LIKE ?2 ESCAPE '\\')"
		" AND (?3 = '%%' OR m.firm_key LIKE ?3 ESCAPE '\\') AND m.state <> 'stopped'"
		" ORDER BY m.name_key <> ?1, m.id LIMIT ?4",
		"sssi", name_key, name_like, firm_like, (int64_t)most), members);
	str_free(&padded);
	free(name_like);
	free(firm_like);
	free(name_key);
	free(firm_key);
	return count;
}

size_t member_list(struct store *store, struct member **members)
{
	return read_all(
		store, db_query(store->db, "SELECT " COLUMNS FROM " ORDER BY m.name_key, m.id", ""),
		members);
}

void member_state_set(struct store *store, int64_t id, enum member_state state)
{
	db_run(store->db, "UPDATE members SET state = ?2 WHERE id = ?1", "is", id, states[state]);
	store_links_touched(store, id);
	profile_index(store, id);
}

void member_first_mail(struct store *store, int64_t id, int64_t at)
{
	db_run(store->db,
	       "UPDATE members SET first_mail_at = ?2 WHERE id = ?1 AND first_mail_at IS NULL",
	       "ii", id, at);
}
