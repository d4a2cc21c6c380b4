#include "store/relevance.h"

#include <stddef.h>

/* By column of profile_words: what a word there is worth, and how many words
 * such a column usually has. */
static const struct {
	double weight, words;
} columns[] = {
	{ 4.0, 2 },  /* name */
	{ 3.0, 2 },  /* firm */
	{ 3.0, 2 },  /* title */
	{ 2.0, 1 },  /* city */
	{ 1.0, 1 },  /* country */
	{ 3.0, 3 },  /* sectors */
	{ 1.5, 8 },  /* seeks */
	{ 2.5, 8 },  /* offers */
	{ 1.5, 12 }, /* experience */
	{ 1.0, 2 },  /* languages */
	{ 2.0, 6 },  /* pitch */
	{ 1.5, 12 }, /* said */
	{ 1.0, 2 },  /* hubs */
};
#define COLUMNS ((int)(sizeof columns / sizeof columns[0]))
#define K 1.2
#define B 0.75

static double of_column(const Fts5ExtensionApi *api, Fts5Context *row, int column)
{
	int words = 0;
	if (column >= COLUMNS || api->xColumnSize(row, column, &words) != SQLITE_OK)
		return 0;
	double length = 1 - B + B * words / columns[column].words;
	return columns[column].weight * (K + 1) / (1 + K * length);
}

static void relevance(const Fts5ExtensionApi *api, Fts5Context *row, sqlite3_context *result,
                      int count, sqlite3_value **values)
{
	double sum = 0;
	(void)count;
	(void)values;
	for (int phrase = 0; phrase < api->xPhraseCount(row); phrase++) {
		Fts5PhraseIter at;
		int column;
		double best = 0;
		if (api->xPhraseFirstColumn(row, phrase, &at, &column) != SQLITE_OK)
			break;
		for (; column >= 0; api->xPhraseNextColumn(row, &at, &column)) {
			double here = of_column(api, row, column);
			best = here > best ? here : best;
		}
		sum += best;
	}
	sqlite3_result_double(result, sum);
}

void relevance_register(sqlite3 *sqlite)
{
	sqlite3_stmt *stmt = NULL;
	fts5_api *api = NULL;
	if (sqlite3_prepare_v2(sqlite, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_bind_pointer(stmt, 1, &api, "fts5_api_ptr", NULL) == SQLITE_OK)
		sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	if (api != NULL)
		api->xCreateFunction(api, "relevance", NULL, relevance, NULL);
}
