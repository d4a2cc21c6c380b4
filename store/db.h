/* db: the engine under the store: execute, transaction. Only store/ includes it.
 *
 * Failure is sticky within a transaction: after one, statements do nothing and
 * queries give no rows, and db_commit rolls back and says what went wrong. So
 * the code between begin and commit asks once. Outside a transaction each call
 * stands alone.
 *
 * Values are bound by a text of types: i int64_t, d double, s const char * (NULL is NULL),
 * b const char * and size_t. SQL is a constant; it is prepared once. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct db_rows;

/* Makes or opens the file; WAL, synchronous FULL, foreign keys, and says no to
 * a network file system. */
enum rc db_open(const char *path, bool read_only, struct db **db, struct why *why);
void db_close(struct db **db);

enum rc db_begin(struct db *db, struct why *why); /* writes: takes the lock now */
enum rc db_look(struct db *db, struct why *why);  /* only reads: one moment's state, no lock */
enum rc db_commit(struct db *db, struct why *why);
void db_rollback(struct db *db);
/* A part of a transaction that may fail alone: db_save, then db_keep (RC_OK: kept,
 * else undone with its reason, and the transaction goes on). */
void db_save(struct db *db);
enum rc db_keep(struct db *db, bool keep, struct why *why);
bool db_ok(const struct db *db);

/* Runs; how many rows changed (0 after a failure). */
int64_t db_run(struct db *db, const char *sql, const char *types, ...);
int64_t db_last_id(struct db *db);
/* Several statements, as in schema.sql. */
enum rc db_script(struct db *db, const char *sql, struct why *why);

/* for (r = db_query(...); db_next(r);) ... db_next frees the rows at the end;
 * leaving the loop early needs db_done. Columns count from 0; texts live until
 * the next db_next. */
struct db_rows *db_query(struct db *db, const char *sql, const char *types, ...);
bool db_next(struct db_rows *rows);
void db_done(struct db_rows *rows);
int64_t db_int(struct db_rows *rows, int column); /* 0 for NULL */
double db_real(struct db_rows *rows, int column);
const char *db_text(struct db_rows *rows, int column); /* NULL for NULL */
const char *db_octets(struct db_rows *rows, int column, size_t *len);

#endif
