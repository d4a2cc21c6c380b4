#include "store/store.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/inside.h"
#include "store/profiles.h"

#include <stdlib.h>
#include <string.h>

static const char *const migrations[] = { /* from version 0 to 1, to 2, ... */
	"store/schema.sql",
	"store/migration-2.sql",
};
#define SCHEMA_VERSION ((int64_t)(sizeof migrations / sizeof *migrations))

static int64_t version_of(struct db *db)
{
	int64_t version = 0;
	for (struct db_rows *r = db_query(db, "PRAGMA user_version", ""); db_next(r);)
		version = db_int(r, 0);
	return version;
}

static enum rc migrate_from(struct db *db, int64_t version, struct why *why)
{
	enum rc rc = RC_OK;
	for (; version < SCHEMA_VERSION && rc == RC_OK; version++)
		rc = db_script(db, embed_find(migrations[version])->text, why);
	struct str set;
	str_init(&set, 100);
	str_addf(&set, "PRAGMA user_version = %lld", (long long)SCHEMA_VERSION);
	if (rc == RC_OK)
		rc = db_script(db, set.text, why);
	str_free(&set);
	for (struct db_rows *r = db_query(db, "PRAGMA foreign_key_check", ""); db_next(r);)
		rc = why_set(why, RC_PERM, "a row of %s points to nothing", db_text(r, 0));
	return rc;
}

/* One transaction, whatever the version: all or nothing. A table that is made
 * anew is dropped with the foreign keys off; they are checked before the end. */
static enum rc migrate(struct db *db, const char *path, struct why *why)
{
	enum rc rc = RC_OK;
	if (version_of(db) < SCHEMA_VERSION)
		rc = db_script(db, "PRAGMA foreign_keys = OFF", why);
	if (rc == RC_OK)
		rc = db_begin(db, why);
	if (rc != RC_OK)
		return rc;
	int64_t version = version_of(db);
	if (version > SCHEMA_VERSION)
		rc = why_set(why, RC_PERM,
		             "%s: written by a newer passerelle (schema %lld, this one knows %lld); "
		             "install the newer program again",
		             path, (long long)version, (long long)SCHEMA_VERSION);
	else if (version < SCHEMA_VERSION)
		rc = migrate_from(db, version, why);
	if (rc != RC_OK) {
		db_rollback(db);
		return rc;
	}
	rc = db_commit(db, why);
	if (rc == RC_OK)
		rc = db_script(db, "PRAGMA foreign_keys = ON", why);
	return rc;
}

/* Stems of another version, or none yet; looked at before the lock is taken. */
static enum rc index_renew(struct store *store, struct why *why)
{
	if (profile_index_current(store))
		return RC_OK;
	enum rc rc = store_begin(store, why);
	if (rc != RC_OK)
		return rc;
	profile_index_renew(store);
	return store_commit(store, why);
}

enum rc store_open(const char *folder, struct store **store, struct why *why)
{
	struct str path;
	struct db *db = NULL;
	enum rc rc = file_make_folder(folder, why);
	str_init(&path, 4096);
	str_addf(&path, "%s/passerelle.db", folder);
	if (rc == RC_OK)
		rc = db_open(path.text, false, &db, why);
	if (rc == RC_OK)
		rc = migrate(db, path.text, why);
	str_free(&path);
	if (rc != RC_OK) {
		db_close(&db);
		return rc;
	}
	*store = mem_zero(1, sizeof **store);
	(*store)->db = db;
	rc = index_renew(*store, why);
	if (rc != RC_OK)
		store_close(store);
	return rc;
}

void store_close(struct store **store)
{
	if (*store == NULL)
		return;
	store_rollback(*store);
	db_close(&(*store)->db);
	free(*store);
	*store = NULL;
}

enum rc store_begin(struct store *store, struct why *why)
{
	return db_begin(store->db, why);
}

enum rc store_look(struct store *store, struct why *why)
{
	return db_look(store->db, why);
}

enum rc store_commit(struct store *store, struct why *why)
{
	enum rc rc = db_commit(store->db, why);
	pool_empty(&store->pool);
	return rc;
}

void store_rollback(struct store *store)
{
	db_rollback(store->db);
	pool_empty(&store->pool);
}

void store_part(struct store *store)
{
	db_save(store->db);
}

enum rc store_part_end(struct store *store, bool keep, struct why *why)
{
	return db_keep(store->db, keep, why);
}

bool store_ok(const struct store *store)
{
	return db_ok(store->db);
}

/* Each event carries the state after it: the last one is the introduction's. */
static int64_t states_unlike_log(struct store *store)
{
	int64_t count = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT count(*) FROM intros i WHERE i.state <> coalesce((SELECT e.state FROM events e"
		" WHERE e.intro = i.id ORDER BY e.id DESC LIMIT 1), 'routing')", ""); db_next(r);)
		count = db_int(r, 0);
	return count;
}

enum rc store_check(struct store *store, struct why *why)
{
	enum rc rc = RC_OK;
	int64_t version = 0, foreign = 0, members = 0;
	for (struct db_rows *r = db_query(store->db, "PRAGMA integrity_check(1)", ""); db_next(r);)
		if (strcmp(db_text(r, 0), "ok") != 0)
			rc = why_set(why, RC_PERM, "integrity: %.300s", db_text(r, 0));
	for (struct db_rows *r = db_query(store->db, "PRAGMA foreign_key_check", ""); db_next(r);)
		foreign++;
	for (struct db_rows *r = db_query(store->db, "PRAGMA user_version", ""); db_next(r);)
		version = db_int(r, 0);
	for (struct db_rows *r = db_query(store->db, "SELECT count(*) FROM members", "");
	     db_next(r);)
		members = db_int(r, 0);
	int64_t unlike = states_unlike_log(store);
	if (rc != RC_OK)
		return rc;
	if (!db_ok(store->db))
		return why_set(why, RC_TEMP, "cannot be read");
	if (unlike > 0)
		return why_set(why, RC_PERM,
		               "%lld introductions are not in the state their events tell",
		               (long long)unlike);
	if (foreign > 0)
		return why_set(why, RC_PERM, "%lld rows point to nothing", (long long)foreign);
	return why_set(why, RC_OK, "schema %lld, %lld members, integrity ok", (long long)version,
	               (long long)members);
}

const char *store_keep(struct store *store, char *text)
{
	return pool_take(&store->pool, text);
}

char *store_text(struct store *store, struct db_rows *rows, int column)
{
	return pool_text(&store->pool, db_text(rows, column));
}

void *store_more(struct store *store, void *array, size_t count, size_t size)
{
	if (count > 0 && (count & (count - 1)) != 0)
		return array; /* room until the next power of two */
	void *more = pool_zero(&store->pool, count > 0 ? count * 2 : 1, size);
	if (count > 0)
		memcpy(more, array, count * size);
	return more;
}

const char *store_setting(struct store *store, const char *name)
{
	const char *value = NULL;
	for (struct db_rows *r =
	             db_query(store->db, "SELECT value FROM settings WHERE name = ?1", "s", name);
	     db_next(r);)
		value = store_text(store, r, 0);
	return value;
}

void store_setting_put(struct store *store, const char *name, const char *value)
{
	db_run(store->db,
	       "INSERT INTO settings (name, value) VALUES (?1, ?2)"
	       " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
	       "ss", name, value);
}
