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

void chances_end(struct store *store, int64_t intro, bool arrived, bool again)
{
	db_run(store->db,
	       "INSERT INTO chance_cells (cell, ended, arrived)"
	       " SELECT chance_cell, ?2, ?3 FROM intros WHERE id = ?1 AND chance_cell IS NOT NULL"
	       " ON CONFLICT (cell) DO UPDATE SET ended = chance_cells.ended * ?4 + excluded.ended,"
	       " arrived = chance_cells.arrived * ?4 + excluded.arrived",
	       "iddd", intro, again ? 0.0 : 1.0, arrived ? 1.0 : 0.0, again ? 1.0 : CHANCE_KEPT);
}
