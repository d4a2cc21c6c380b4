#include "store/chances.h"

#include "store/inside.h"

void chances_read(struct store *store, struct chance *learnt)
{
	*learnt = (struct chance){ 0 };
	for (struct db_rows *r =
	             db_query(store->db, "SELECT cell, ended, arrived FROM chance_cells", "");
	     db_next(r);) {
		int64_t cell = db_int(r, 0);
		if (cell < 0 || cell >= CHANCE_CELLS)
			continue; /* of another program's cells */
		learnt->cell[cell].ended = db_real(r, 1);
		learnt->cell[cell].arrived = db_real(r, 2);
	}
}

void chances_open(struct store *store, int64_t intro, int cell)
{
	db_run(store->db, "UPDATE intros SET chance_cell = ?2 WHERE id = ?1", "ii", intro,
	       (int64_t)cell);
}

static void count(struct store *store, int64_t cell, bool arrived)
{
	db_run(store->db,
	       "INSERT INTO chance_cells (cell, ended, arrived) VALUES (?1, 1, ?2)"
	       " ON CONFLICT (cell) DO UPDATE SET ended = chance_cells.ended * ?3 + 1,"
	       " arrived = chance_cells.arrived * ?3 + excluded.arrived",
	       "idd", cell, arrived ? 1.0 : 0.0, CHANCE_KEPT);
}

/* What was withdrawn teaches nothing. */
void chances_settle(struct store *store, int64_t now_at)
{
	for (struct db_rows *r = db_query(store->db,
		"SELECT chance_cell, state = 'introduced' FROM intros WHERE chance_cell IS NOT NULL"
		" AND deadline_at <= ?1 AND state IN ('introduced', 'failed') ORDER BY id",
		"i", now_at); db_next(r);)
		count(store, db_int(r, 0), db_int(r, 1) != 0);
	db_run(store->db,
	       "UPDATE intros SET chance_cell = NULL WHERE chance_cell IS NOT NULL"
	       " AND deadline_at <= ?1 AND state IN ('introduced', 'failed', 'withdrawn')",
	       "i", now_at);
}
