/* inside: what the files of store/ share; nobody else includes it. */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include "base/pool.h"
#include "store/db.h"
#include "store/store.h"

struct store {
	struct db *db;
	struct pool pool; /* what the calls gave back; emptied when the transaction ends */
};

/* A column's text in the store's pool; NULL for NULL. */
char *store_text(struct store *store, struct db_rows *rows, int column);
/* Room for one more in an array of the pool; doubles as it grows. */
void *store_more(struct store *store, void *array, size_t count, size_t size);

/* A new link generation, given to all links of this member (0: to none yet). */
int64_t store_links_touched(struct store *store, int64_t member);
/* The links of this member are about to be deleted: the router hears of it. */
void store_links_end(struct store *store, int64_t member);

#endif
