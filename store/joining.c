#include "store/joining.h"

#include "base/digest.h"
#include "base/token.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "store/inside.h"

#include <stdlib.h>

#define KEY "stop-key" /* made at first need; never leaves the database */

static struct digest hash_of(struct store *store, const char *address)
{
	const char *key = store_setting(store, KEY);
	struct token fresh;
	if (key == NULL) {
		fresh = token_make(token_system);
		store_setting_put(store, KEY, fresh.text);
		key = fresh.text;
	}
	char *folded = address_key(address);
	struct digest hash = digest_keyed(key, folded);
	free(folded);
	return hash;
}

void stop_put(struct store *store, const char *address, int64_t now_at)
{
	struct digest hash = hash_of(store, address);
	db_run(store->db,
	       "INSERT INTO stops (hash, since_at) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING",
	       "si", hash.text, now_at);
}

bool stop_has(struct store *store, const char *address)
{
	bool has = false;
	if (store_setting(store, KEY) == NULL)
		return false; /* nobody ever has */
	struct digest hash = hash_of(store, address);
	for (struct db_rows *r = db_query(store->db, "SELECT 1 FROM stops WHERE hash = ?1", "s",
	                                  hash.text); db_next(r);)
		has = true;
	return has;
}

bool stop_remove(struct store *store, const char *address)
{
	struct digest hash = hash_of(store, address);
	return db_run(store->db, "DELETE FROM stops WHERE hash = ?1", "s", hash.text) > 0;
}

void member_name_set(struct store *store, int64_t id, const char *name)
{
	char *key = utf8_fold(name);
	db_run(store->db, "UPDATE members SET name = ?2, name_key = ?3 WHERE id = ?1", "iss", id,
	       name, key);
	free(key);
}

void member_language_set(struct store *store, int64_t id, const char *language)
{
	db_run(store->db, "UPDATE members SET language = ?2 WHERE id = ?1", "is", id, language);
}

bool member_main_set(struct store *store, int64_t id, const char *address)
{
	if (!member_has_address(store, id, address))
		return false;
	char *key = address_key(address);
	db_run(store->db, "UPDATE addresses SET main = 0 WHERE member = ?1", "i", id);
	db_run(store->db, "UPDATE addresses SET main = 1 WHERE member = ?1 AND address_key = ?2",
	       "is", id, key);
	free(key);
	return true;
}

struct ask *ask_last_about(struct store *store, enum ask_kind kind, int64_t member, int64_t next)
{
	int64_t id = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT max(id) FROM asks WHERE member = ?1 AND kind = ?2 AND (?3 = 0 OR next = ?3)",
		"isi", member, ask_kind_name(kind), next); db_next(r);)
		id = db_int(r, 0);
	return id != 0 ? ask_get(store, id) : NULL;
}

int ask_count_about(struct store *store, enum ask_kind kind, int64_t next, int64_t since_at)
{
	int count = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT count(*) FROM asks WHERE next = ?1 AND kind = ?2 AND asked_at >= ?3", "isi",
		next, ask_kind_name(kind), since_at); db_next(r);)
		count = (int)db_int(r, 0);
	return count;
}

size_t ask_open_about(struct store *store, enum ask_kind kind, int64_t next, struct ask **asks)
{
	int64_t *ids = NULL;
	size_t count = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT id FROM asks WHERE next = ?1 AND kind = ?2 AND state = 'open' ORDER BY id",
		"is", next, ask_kind_name(kind)); db_next(r);) {
		ids = store_more(store, ids, count, sizeof *ids);
		ids[count++] = db_int(r, 0);
	}
	*asks = NULL;
	for (size_t i = 0; i < count; i++) {
		*asks = store_more(store, *asks, i, sizeof **asks);
		(*asks)[i] = *ask_get(store, ids[i]);
	}
	return count;
}

struct link *link_get(struct store *store, int64_t from, int64_t to)
{
	struct link *links;
	size_t count = link_list(store, from, &links);
	for (size_t i = 0; i < count; i++)
		if (links[i].from == from && links[i].to == to)
			return &links[i];
	return NULL;
}
