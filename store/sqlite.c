/* The SQLite engine of db.h; with relevance.c the only file that sees sqlite3.h. */
#include "base/mem.h"
#include "store/db.h"
#include "store/relevance.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define CACHED 512
#define BUSY_MS 10000

struct db_rows {
	struct db *db;
	sqlite3_stmt *stmt;
	bool busy;
};

struct db {
	sqlite3 *sqlite;
	struct {
		const char *sql;
		struct db_rows rows;
	} cache[CACHED];
	bool in_transaction;
	enum rc failed; /* sticky within a transaction */
	struct why why;
};

static void fail(struct db *db, const char *sql)
{
	if (db->failed != RC_OK)
		return;
	int code = sqlite3_errcode(db->sqlite) & 0xff;
	bool later = code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_FULL ||
	             code == SQLITE_IOERR || code == SQLITE_CANTOPEN;
	db->failed = why_set(&db->why, later ? RC_TEMP : RC_PERM, "database: %s (%.60s)",
	                     sqlite3_errmsg(db->sqlite), sql);
}

static enum rc refuse_network_file_system(const char *path, struct why *why)
{
	char *folder = mem_text(path);
	char *slash = strrchr(folder, '/');
	struct statfs fs;
	if (slash != NULL)
		*slash = '\0';
	bool known = statfs(slash != NULL ? folder : ".", &fs) == 0;
	free(folder);
	const unsigned long nfs = 0x6969, smb = 0x517b, cifs = 0xff534d42, smb2 = 0xfe534d42;
	unsigned long type = known ? (unsigned long)fs.f_type & 0xffffffff : 0;
	if (type == nfs || type == smb || type == cifs || type == smb2)
		return why_set(why, RC_PERM,
		               "%s: lies on a network file system, where SQLite can lose data; "
		               "set state to a folder on a local disk", path);
	return RC_OK;
}

enum rc db_open(const char *path, bool read_only, struct db **db, struct why *why)
{
	enum rc rc = refuse_network_file_system(path, why);
	if (rc != RC_OK)
		return rc;
	struct db *d = mem_zero(1, sizeof *d);
	mode_t before = umask(0077);
	int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	if (sqlite3_open_v2(path, &d->sqlite, flags, NULL) != SQLITE_OK) {
		rc = why_set(why, RC_TEMP, "%s: %s", path, sqlite3_errmsg(d->sqlite));
	} else {
		sqlite3_busy_timeout(d->sqlite, BUSY_MS);
		relevance_register(d->sqlite);
		/* 32 MB of pages, and what undoes a part, in memory */
		rc = db_script(d, "PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768;"
		                  "PRAGMA temp_store = MEMORY", why);
		if (rc == RC_OK && !read_only)
			rc = db_script(d, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
			                  "PRAGMA journal_size_limit = 4194304", why);
	}
	umask(before);
	if (rc != RC_OK)
		db_close(&d);
	else
		*db = d;
	return rc;
}

void db_close(struct db **db)
{
	if (*db == NULL)
		return;
	for (size_t i = 0; i < CACHED; i++)
		sqlite3_finalize((*db)->cache[i].rows.stmt);
	sqlite3_close((*db)->sqlite);
	free(*db);
	*db = NULL;
}

enum rc db_script(struct db *db, const char *sql, struct why *why)
{
	if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK)
		return RC_OK;
	enum rc kept = db->failed;
	db->failed = RC_OK;
	fail(db, sql);
	enum rc rc = db->failed;
	if (why != NULL)
		*why = db->why;
	if (!db->in_transaction)
		db->failed = kept;
	return rc;
}

static enum rc begin(struct db *db, const char *how, struct why *why)
{
	db->failed = RC_OK;
	enum rc rc = db_script(db, how, why);
	db->in_transaction = rc == RC_OK;
	return rc;
}

enum rc db_begin(struct db *db, struct why *why)
{
	return begin(db, "BEGIN IMMEDIATE", why);
}

enum rc db_look(struct db *db, struct why *why)
{
	return begin(db, "BEGIN", why);
}

enum rc db_commit(struct db *db, struct why *why)
{
	if (db->failed == RC_OK &&
	    sqlite3_exec(db->sqlite, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		fail(db, "COMMIT");
	enum rc rc = db->failed;
	if (rc != RC_OK) {
		if (why != NULL)
			*why = db->why;
		db_rollback(db);
	}
	db->in_transaction = false;
	return rc;
}

void db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->sqlite))
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
	db->in_transaction = false;
	db->failed = RC_OK;
}

void db_save(struct db *db)
{
	if (db->failed == RC_OK &&
	    sqlite3_exec(db->sqlite, "SAVEPOINT part", NULL, NULL, NULL) != SQLITE_OK)
		fail(db, "SAVEPOINT");
}

enum rc db_keep(struct db *db, bool keep, struct why *why)
{
	enum rc rc = db->failed;
	if (rc != RC_OK && why != NULL)
		*why = db->why;
	/* A failure that ended the whole transaction leaves no savepoint: it stays failed. */
	if (sqlite3_get_autocommit(db->sqlite))
		return rc != RC_OK ? rc : RC_TEMP;
	bool undone = rc != RC_OK || !keep;
	if (undone && sqlite3_exec(db->sqlite, "ROLLBACK TO part", NULL, NULL, NULL) != SQLITE_OK)
		return RC_TEMP;
	db->failed = RC_OK;
	if (sqlite3_exec(db->sqlite, "RELEASE part", NULL, NULL, NULL) != SQLITE_OK)
		fail(db, "RELEASE");
	return rc;
}

bool db_ok(const struct db *db)
{
	return db->failed == RC_OK;
}

/* The prepared statement of a constant SQL text; a second use at the same time
 * (a query inside a query's loop) gets one of its own. */
static struct db_rows *prepared(struct db *db, const char *sql)
{
	size_t at = ((uintptr_t)sql >> 3) % CACHED;
	for (size_t tried = 0; tried < CACHED; tried++, at = (at + 1) % CACHED) {
		if (db->cache[at].rows.busy ||
		    (db->cache[at].sql != NULL && db->cache[at].sql != sql))
			continue;
		if (db->cache[at].sql == NULL) {
			sqlite3_stmt *stmt = NULL;
			if (sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT,
			                       &stmt, NULL) != SQLITE_OK) {
				fail(db, sql);
				return NULL;
			}
			db->cache[at].sql = sql;
			db->cache[at].rows = (struct db_rows){ .db = db, .stmt = stmt };
		}
		db->cache[at].rows.busy = true;
		return &db->cache[at].rows;
	}
	abort(); /* more than CACHED statements: raise it */
}

static void release(struct db_rows *rows)
{
	sqlite3_reset(rows->stmt);
	sqlite3_clear_bindings(rows->stmt);
	rows->busy = false;
}

static void bind(sqlite3_stmt *stmt, const char *types, va_list args)
{
	for (int i = 1; types[i - 1] != '\0'; i++) {
		switch (types[i - 1]) {
		case 'i':
			sqlite3_bind_int64(stmt, i, va_arg(args, int64_t));
			break;
		case 'd':
			sqlite3_bind_double(stmt, i, va_arg(args, double));
			break;
		case 's':
			sqlite3_bind_text(stmt, i, va_arg(args, const char *), -1,
			                  SQLITE_TRANSIENT);
			break;
		case 'b': {
			const char *octets = va_arg(args, const char *);
			size_t len = va_arg(args, size_t);
			sqlite3_bind_blob64(stmt, i, octets, len, SQLITE_TRANSIENT);
			break;
		}
		default:
			abort();
		}
	}
}

int64_t db_run(struct db *db, const char *sql, const char *types, ...)
{
	if (!db->in_transaction)
		db->failed = RC_OK;
	if (db->failed != RC_OK)
		return 0;
	struct db_rows *rows = prepared(db, sql);
	if (rows == NULL)
		return 0;
	va_list args;
	va_start(args, types);
	bind(rows->stmt, types, args);
	va_end(args);
	int64_t changed = 0;
	if (sqlite3_step(rows->stmt) == SQLITE_DONE)
		changed = sqlite3_changes64(db->sqlite);
	else
		fail(db, sql);
	release(rows);
	return changed;
}

int64_t db_last_id(struct db *db)
{
	return db->failed == RC_OK ? sqlite3_last_insert_rowid(db->sqlite) : 0;
}

struct db_rows *db_query(struct db *db, const char *sql, const char *types, ...)
{
	if (!db->in_transaction)
		db->failed = RC_OK;
	if (db->failed != RC_OK)
		return NULL;
	struct db_rows *rows = prepared(db, sql);
	if (rows == NULL)
		return NULL;
	va_list args;
	va_start(args, types);
	bind(rows->stmt, types, args);
	va_end(args);
	return rows;
}

bool db_next(struct db_rows *rows)
{
	if (rows == NULL)
		return false;
	int code = sqlite3_step(rows->stmt);
	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		fail(rows->db, sqlite3_sql(rows->stmt));
	release(rows);
	return false;
}

void db_done(struct db_rows *rows)
{
	if (rows != NULL)
		release(rows);
}

int64_t db_int(struct db_rows *rows, int column)
{
	return sqlite3_column_int64(rows->stmt, column);
}

double db_real(struct db_rows *rows, int column)
{
	return sqlite3_column_double(rows->stmt, column);
}

const char *db_text(struct db_rows *rows, int column)
{
	return (const char *)sqlite3_column_text(rows->stmt, column);
}

const char *db_octets(struct db_rows *rows, int column, size_t *len)
{
	const void *octets = sqlite3_column_blob(rows->stmt, column);
	*len = (size_t)sqlite3_column_bytes(rows->stmt, column);
	return octets;
}
