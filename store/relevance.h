/* relevance: how well a row of profile_words answers a search, as a function
 * of SQL: ORDER BY relevance(profile_words). Only store/ includes it.
 *
 * BM25 as far as it can be had without reading all hits: a word counts by the
 * column it stands in and how short that is. There is no weight for rare
 * words, since every hit has them all, and counting how rare they are would
 * read every hit of each. */
#ifndef STORE_RELEVANCE_H
#define STORE_RELEVANCE_H

#include <sqlite3.h>

void relevance_register(sqlite3 *sqlite);

#endif
