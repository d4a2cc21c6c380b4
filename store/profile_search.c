/* The search over profiles: what is indexed, and what a member finds. */
#include "store/profiles.h"

#include "base/mem.h"
#include "base/str.h"
#include "store/hubs.h"
#include "store/inside.h"

#include <stdlib.h>
#include <string.h>

/* A row's number: how much the profile lacks, then whose it is. */
#define MEMBER_BITS 40
#define MEMBER_OF   "(profile_words.rowid & 1099511627775)"
#define ALONE_LOOK  500 /* hits of one word alone, when no profile has them all */
#define ENOUGH      8   /* hits as written, before words that only begin so count too */
#define PREFIX_LEAST 4  /* letters */

/* b refuses this person, by name, firm or address (rules.c). */
#define REFUSES(id, firm_key)                                                                      \
	"(b.other = " id " OR b.firm_key = " firm_key                                              \
	" OR b.firm_key IN (SELECT address_key FROM addresses WHERE member = " id "))"
/* The one place that says whom `reader` (?2) may find, of members m: who is to be
 * met at all and wants to, and neither refuses the other. */
#define SEARCHABLE                                                                                 \
	" AND m.state = 'member' AND m.id <> ?2"                                                   \
	" AND NOT EXISTS (SELECT 1 FROM rules r WHERE r.member = m.id"                             \
	"  AND (r.hidden = 1 OR r.direct = 'none'))"                                               \
	" AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.member = m.id AND "                       \
	REFUSES("?2", "(SELECT firm_key FROM members WHERE id = ?2)") ")"                          \
	" AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.member = ?2 AND "                         \
	REFUSES("m.id", "m.firm_key") ")"

/* --- the index ----------------------------------------------------------------------- */

static char *stems(int field, const char *text)
{
	struct str out;
	str_init(&out, 64 << 10);
	if (text != NULL)
		search_stems(field, text, &out);
	return out.text;
}

static char *said_of(struct store *store, int64_t member)
{
	struct testimonial *all;
	struct str out;
	size_t count = testimonial_list(store, member, &all);
	str_init(&out, 64 << 10);
	for (size_t i = 0; i < count; i++)
		search_stems(PROFILE_NONE, all[i].text, &out);
	return out.text;
}

/* A hub's word: its number, since names have several words and change. */
static void put_hub(struct str *out, int64_t hub)
{
	str_addf(out, "h%lld ", (long long)hub);
}

static char *hubs_of(struct store *store, int64_t member)
{
	struct hub *hubs;
	struct str out;
	size_t count = hub_of(store, member, &hubs);
	str_init(&out, 64 << 10);
	for (size_t i = 0; i < count; i++)
		put_hub(&out, hubs[i].id);
	return out.text;
}

static void insert_row(struct store *store, int64_t member)
{
	struct profile p = profile_get(store, member);
	char *s[PROFILE_FIELDS], *hubs = hubs_of(store, member);
	int64_t lacks = PROFILE_FIELDS - profile_filled(&p), row = lacks << MEMBER_BITS | member;
	for (int f = 0; f < PROFILE_WEBSITE; f++)
		s[f] = stems(f, p.field[f]);
	s[PROFILE_WEBSITE] = said_of(store, member);
	db_run(store->db,
	       "INSERT INTO profile_words (rowid, name, firm, title, city, country, sectors, seeks,"
	       " offers, experience, languages, pitch, said, hubs) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"
	       " ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
	       "isssssssssssss", row, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9],
	       s[10], s[11], hubs);
	db_run(store->db, "UPDATE members SET search_row = ?2 WHERE id = ?1", "ii", member, row);
	for (int f = 0; f < PROFILE_FIELDS; f++)
		free(s[f]);
	free(hubs);
}

void profile_index(struct store *store, int64_t member)
{
	bool wanted = false;
	int64_t row = 0;
	for (struct db_rows *r = db_query(
		     store->db,
		     "SELECT state IN ('member', 'paused'), search_row FROM members WHERE id = ?1",
		     "i", member);
	     db_next(r);) {
		wanted = db_int(r, 0) != 0;
		row = db_int(r, 1);
	}
	if (row != 0)
		db_run(store->db, "DELETE FROM profile_words WHERE rowid = ?1", "i", row);
	if (wanted)
		insert_row(store, member);
	else if (row != 0)
		db_run(store->db, "UPDATE members SET search_row = NULL WHERE id = ?1", "i",
		       member);
}

bool profile_index_current(struct store *store)
{
	const char *done = store_setting(store, "search stems");
	return done != NULL && strcmp(done, SEARCH_VERSION) == 0;
}

void profile_index_renew(struct store *store)
{
	db_run(store->db, "DELETE FROM profile_words", "");
	db_run(store->db, "UPDATE members SET search_row = NULL WHERE search_row IS NOT NULL", "");
	int64_t last = -1;
	for (int64_t at = 0; at != last;) {
		last = at;
		for (struct db_rows *r = db_query(
			     store->db,
			     "SELECT id FROM members WHERE id > ?1"
			     " AND state IN ('member', 'paused') ORDER BY id LIMIT 1", "i", at);
		     db_next(r);)
			at = db_int(r, 0);
		if (at != last)
			insert_row(store, at);
	}
	store_setting_put(store, "search stems", SEARCH_VERSION);
}

/* --- looking --------------------------------------------------------------------------- */

/* FTS5's language: stems are letters and digits, columns are ours. */
static void put_word(struct str *match, const struct search_word *word, bool prefix)
{
	bool begins = prefix && strlen(word->stem) >= PREFIX_LEAST;
	if (word->field != PROFILE_NONE)
		str_addf(match, "%s : ", profile_field_name(word->field));
	if (word->named != NULL)
		str_addf(match, "(\"%s\"%s OR {country languages} : \"%s\")", word->stem,
		         begins ? " *" : "", word->named);
	else
		str_addf(match, "\"%s\"%s", word->stem, begins ? " *" : "");
}

static void put_all(struct str *match, const struct search *search, int64_t hub, bool prefix)
{
	if (hub != 0) {
		str_add(match, "hubs : ");
		put_hub(match, hub);
		str_add(match, search->count > 0 ? "AND " : "");
	}
	for (size_t i = 0; i < search->count; i++) {
		str_add(match, i > 0 ? " AND " : "");
		put_word(match, &search->words[i], prefix);
	}
}

struct hits {
	struct store *store;
	struct profile_hit *hits;
	size_t count;
};

static void look_for(struct hits *found, const struct search *search, int64_t hub, bool prefix,
                     int64_t reader, int most)
{
	struct str match;
	str_init(&match, 8192);
	put_all(&match, search, hub, prefix);
	for (struct db_rows *r = db_query(
		     found->store->db,
		     "SELECT m.id, relevance(profile_words) FROM profile_words"
		     " CROSS JOIN members m ON m.id = " MEMBER_OF
		     " WHERE profile_words MATCH ?1" SEARCHABLE
		     " ORDER BY profile_words.rowid LIMIT ?3",
		     "sii", match.text, reader, (int64_t)most);
	     db_next(r);) {
		found->hits = store_more(found->store, found->hits, found->count,
		                         sizeof *found->hits);
		found->hits[found->count++] =
			(struct profile_hit){ db_int(r, 0), db_real(r, 1) };
	}
	str_free(&match);
}

static int by_member(const void *a, const void *b)
{
	const struct profile_hit *x = a, *y = b;
	return (x->member > y->member) - (x->member < y->member);
}

static int by_relevance(const void *a, const void *b)
{
	const struct profile_hit *x = a, *y = b;
	int less = (x->relevance < y->relevance) - (x->relevance > y->relevance);
	return less != 0 ? less : by_member(a, b);
}

/* The hub that is named, if the reader may know of it; 0: none is named, -1: no such hub. */
static int64_t hub_named(struct store *store, const struct search *search, int64_t reader)
{
	struct hub *hub = search->hub != NULL ? hub_find(store, search->hub) : NULL;
	if (search->hub == NULL)
		return 0;
	bool known = hub != NULL &&
	             (hub->entry != HUB_INVISIBLE || hub_has(store, hub->id, reader));
	return known ? hub->id : -1;
}

/* Whoever has some of the words: the more of them, the better. */
static void look_for_some(struct hits *found, const struct search *search, int64_t hub,
                          int64_t reader)
{
	for (size_t i = 0; i < search->count; i++) {
		struct search alone = { .words = { search->words[i] }, .count = 1 };
		size_t before = found->count;
		for (int prefix = 0; prefix < 2 && found->count == before; prefix++)
			look_for(found, &alone, hub, prefix == 1, reader, ALONE_LOOK);
	}
	if (found->count > 1)
		qsort(found->hits, found->count, sizeof *found->hits, by_member);
	size_t kept = 0;
	for (size_t i = 0; i < found->count; i++) {
		if (kept > 0 && found->hits[kept - 1].member == found->hits[i].member)
			found->hits[kept - 1].relevance += found->hits[i].relevance;
		else
			found->hits[kept++] = found->hits[i];
	}
	found->count = kept;
}

size_t profile_search(struct store *store, const struct search *search, int64_t reader,
                      size_t most, struct profile_hit **hits, bool *partial)
{
	struct hits found = { .store = store };
	int64_t hub = hub_named(store, search, reader);
	*partial = false;
	*hits = NULL;
	if (hub < 0 || (hub == 0 && search->count == 0))
		return 0;
	for (int prefix = 0; prefix < 2 && found.count < ENOUGH; prefix++) {
		found.count = 0;
		look_for(&found, search, hub, prefix == 1, reader, PROFILE_LOOK);
	}
	if (found.count == 0 && search->count > 1) {
		look_for_some(&found, search, hub, reader);
		*partial = found.count > 0;
	}
	if (found.count > 1)
		qsort(found.hits, found.count, sizeof *found.hits, by_relevance);
	*hits = found.hits;
	return found.count < most ? found.count : most;
}

bool profile_searchable(struct store *store, int64_t member, int64_t reader)
{
	bool may = false;
	for (struct db_rows *r = db_query(store->db,
	                                  "SELECT 1 FROM members m WHERE m.id = ?1" SEARCHABLE,
	                                  "ii", member, reader);
	     db_next(r);)
		may = true;
	return may;
}

int profile_searches(struct store *store, int64_t member, int64_t since_at)
{
	int64_t count = 0;
	for (struct db_rows *r = db_query(store->db,
	                                  "SELECT count(*) FROM events WHERE what = 'searched'"
	                                  " AND member = ?1 AND at > ?2",
	                                  "ii", member, since_at);
	     db_next(r);)
		count = db_int(r, 0);
	return (int)count;
}

void profile_searched(struct store *store, int64_t member, int64_t now_at)
{
	struct event event = { .at = now_at, .member = member, .what = "searched" };
	event_add(store, &event);
}
