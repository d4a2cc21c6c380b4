#include "store/rights.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "store/inside.h"
#include "store/profiles.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define VALUES_DEPTH 8 /* of the values of a mail */

/* --- telling ------------------------------------------------------------------ */

/* One section: the columns' names with their kinds, and the rows of member ?1.
 * s text, i number, b yes or no, t time. */
struct section {
	const char *name, *columns, *sql;
};

static const struct section sections[] = {
	{ "person", "name:s firm:s title:s city:s language:s zone:s state:s added:t first_mail:t",
	  "SELECT name, firm, title, city, language, zone, state, added_at, first_mail_at"
	  " FROM members WHERE id = ?1" },
	{ "addresses", "address:s main:b",
	  "SELECT address, main FROM addresses WHERE member = ?1" },
	{ "profile",
	  "country:s sectors:s seeks:s offers:s experience:s languages:s pitch:s website:s"
	  " changed:t",
	  "SELECT country, sectors, seeks, offers, experience, languages, pitch, website, changed_at"
	  " FROM profiles WHERE member = ?1" },
	{ "testimonials_by", "of:s text:s state:s said:t",
	  "SELECT m.name, t.text, t.state, t.said_at FROM testimonials t"
	  " JOIN members m ON m.id = t.subject WHERE t.author = ?1 ORDER BY t.id" },
	{ "testimonials_of", "by:s text:s state:s said:t",
	  "SELECT m.name, t.text, t.state, t.said_at FROM testimonials t"
	  " JOIN members m ON m.id = t.author WHERE t.subject = ?1 AND t.state <> 'revoked'"
	  " ORDER BY t.id" },
	{ "links", "to:s strength:i confirmed:b hidden:b changed:t",
	  "SELECT m.name, l.stated, l.confirmed_from, l.hidden, l.changed_at FROM links l"
	  " JOIN members m ON m.id = l.to_member WHERE l.from_member = ?1 ORDER BY m.name_key" },
	{ "known_by", "name:s", /* how well, is their own statement */
	  "SELECT m.name FROM links l JOIN members m ON m.id = l.from_member"
	  " WHERE l.to_member = ?1 AND l.confirmed_to = 1 ORDER BY m.name_key" },
	{ "rules",
	  "direct:s asks_per_week:i hour_from:i hour_to:i days:s disclosure:s refuses:s"
	  " hidden:b paused_until:t",
	  "SELECT direct, asks_per_week, hour_from, hour_to, days, disclosure, refuses, hidden,"
	  " paused_until FROM rules WHERE member = ?1" },
	{ "never", "whom:s", "SELECT written FROM blocks WHERE member = ?1" },
	{ "hubs", "hub:s state:s since:t",
	  "SELECT h.name, x.state, x.since_at FROM hub_members x JOIN hubs h ON h.id = x.hub"
	  " WHERE x.member = ?1" },
	{ "contacts", "name:s address:s firm:s title:s url:s added:t",
	  "SELECT name, address, org, title, url, added_at FROM contacts WHERE owner = ?1 ORDER BY id" },
	{ "introductions", "reference:s target:s state:s offer:s opened:t ended:t",
	  "SELECT i.reference, m.name, i.state, i.offer, i.opened_at, i.ended_at FROM intros i"
	  " JOIN members m ON m.id = i.target WHERE i.requester = ?1 ORDER BY i.id" },
	{ "questions", "kind:s reference:s state:s word:s note:s asked:t answered:t",
	  "SELECT a.kind, i.reference, a.state, a.word, a.note, a.asked_at, a.answered_at FROM asks a"
	  " LEFT JOIN intros i ON i.id = a.intro WHERE a.member = ?1 ORDER BY a.id" },
	{ "mails_from", "subject:s words:s taken:t",
	  "SELECT subject, words, taken_at FROM inbox WHERE sender = ?1 ORDER BY id" },
	{ "files_from", "name:s type:s octets:i",
	  "SELECT f.name, f.type, f.len FROM attachments f JOIN inbox i ON i.id = f.inbox"
	  " WHERE i.sender = ?1 ORDER BY i.id, f.n" },
	{ "mails_to", "message:s address:s state:s queued:t sent:t",
	  "SELECT message, address, state, queued_at, sent_at FROM outbox WHERE member = ?1 ORDER BY id" },
	{ "events", "what:s at:t", "SELECT what, at FROM events WHERE member = ?1 ORDER BY id" },
};

static json_t *time_text(int64_t at)
{
	char text[32];
	time_t t = (time_t)at;
	struct tm utc;
	if (gmtime_r(&t, &utc) == NULL ||
	    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		return json_null();
	return json_string(text);
}

static json_t *cell(struct db_rows *r, int column, char kind)
{
	const char *text = db_text(r, column);
	if (text == NULL)
		return json_null();
	switch (kind) {
	case 'i': return json_integer((json_int_t)db_int(r, column));
	case 'b': return json_boolean(db_int(r, column));
	case 't': return time_text(db_int(r, column));
	default:  return json_string(text);
	}
}

static json_t *row(struct db_rows *r, const char *columns)
{
	json_t *object = json_object();
	for (int column = 0; *columns != '\0'; column++) {
		size_t len = strcspn(columns, ":");
		char *name = mem_text_len(columns, len);
		json_object_set_new(object, name, cell(r, column, columns[len + 1]));
		free(name);
		columns += len + 2;
		columns += *columns == ' ';
	}
	return object;
}

json_t *rights_export(struct store *store, int64_t member)
{
	json_t *all = json_object();
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		json_t *rows = json_array();
		for (struct db_rows *r = db_query(store->db, sections[i].sql, "i", member);
		     db_next(r);)
			json_array_append_new(rows, row(r, sections[i].columns));
		json_object_set_new(all, sections[i].name, rows);
	}
	return all;
}

/* --- erasing ------------------------------------------------------------------- */

/* Columns in which other people may have written a name or an address. */
static const struct place {
	const char *select, *update; /* rows with ?1 in them; one of them by its rowid */
} places[] = {
#define PLACE(table, column)                                                                       \
	{ "SELECT rowid, " column " FROM " table " WHERE " column " LIKE ?1 ESCAPE '\\'",          \
	  "UPDATE " table " SET " column " = ?2 WHERE rowid = ?1" }
	PLACE("inbox", "subject"),
	PLACE("inbox", "words"),
	PLACE("inbox", "detail"),
	PLACE("inbox", "message_id"),
	PLACE("intros", "offer"),
	PLACE("asks", "word"),
	PLACE("asks", "note"),
	PLACE("outbox", "\"values\""),
	PLACE("outbox", "reply"),
	PLACE("blocks", "written"),
	PLACE("testimonials", "text"),
	PLACE("profiles", "sectors"),
	PLACE("profiles", "seeks"),
	PLACE("profiles", "offers"),
	PLACE("profiles", "experience"),
	PLACE("profiles", "pitch"),
	PLACE("profiles", "website"),
	PLACE("asks", "payload"),
};

static void add_like(struct str *s, const char *text)
{
	str_add_char(s, '%');
	for (; *text != '\0'; text++) {
		if (strchr("%_\\", *text) != NULL)
			str_add_char(s, '\\');
		str_add_char(s, *text);
	}
	str_add_char(s, '%');
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || ((unsigned char)c & 0x80) != 0;
}

/* `text` with `what`, where it stands as words (ASCII case aside, as LIKE), replaced. Yours. */
static char *without(const char *text, const char *what, const char *instead)
{
	struct str out;
	size_t len = strlen(what);
	char before = '\0';
	str_init(&out, strlen(text) * (strlen(instead) + 1) + 1);
	while (*text != '\0') {
		if (!in_word(before) && strncasecmp(text, what, len) == 0 && !in_word(text[len])) {
			str_add(&out, instead);
			before = text[len - 1];
			text += len;
		} else {
			before = *text;
			str_add_char(&out, *text++);
		}
	}
	return str_take(&out);
}

static void scrub(struct store *store, const char *what, const char *instead)
{
	struct str like;
	str_init(&like, 4096);
	add_like(&like, what);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		for (struct db_rows *r = db_query(store->db, places[i].select, "s", like.text);
		     db_next(r);) {
			char *text = without(db_text(r, 1), what, instead);
			db_run(store->db, places[i].update, "is", db_int(r, 0), text);
			free(text);
		}
	str_free(&like);
}

/* Each person of that name in the values of a mail becomes `gone`, without word or firm. */
static void forget_in(json_t *value, const char *name, const char *gone, int depth)
{
	const char *key, *theirs = json_string_value(json_object_get(value, "name"));
	json_t *inner;
	size_t i;
	if (depth == 0)
		return;
	if (theirs != NULL && strcmp(theirs, name) == 0) {
		json_object_clear(value);
		json_object_set_new(value, "name", json_string(gone));
		json_object_set_new(value, "first", json_string(gone));
	}
	json_object_foreach (value, key, inner) {
		forget_in(inner, name, gone, depth - 1);
	}
	json_array_foreach (value, i, inner) {
		forget_in(inner, name, gone, depth - 1);
	}
}

/* The mails to others that wait and name them. */
static void forget_in_waiting(struct store *store, const char *name, const char *gone)
{
	for (struct db_rows *r = db_query(store->db,
		"SELECT id, \"values\" FROM outbox WHERE state IN ('queued', 'held', 'transmitting')", "");
	     db_next(r);) {
		json_t *values = json_loads(db_text(r, 1), 0, NULL);
		forget_in(values, name, gone, VALUES_DEPTH);
		char *text = json_dumps(values, JSON_COMPACT);
		if (text != NULL && strcmp(text, db_text(r, 1)) != 0)
			db_run(store->db,
			       "UPDATE outbox SET \"values\" = ?2, octets = NULL WHERE id = ?1", "is",
			       db_int(r, 0), text);
		free(text);
		json_decref(values);
	}
}

/* What is theirs alone, or says something of them. */
static const char *const erasures[] = {
	"DELETE FROM outbox WHERE member = ?1",
	/* What has left about their introductions: the octets cannot be searched. */
	("UPDATE outbox SET octets = NULL, \"values\" = '{}'"
	 " WHERE state IN ('sent', 'refused', 'dropped')"
	 " AND intro IN (SELECT id FROM intros WHERE requester = ?1 OR target = ?1"
	 " UNION SELECT intro FROM asks WHERE member = ?1 OR next = ?1)"),
	"DELETE FROM attachments WHERE inbox IN (SELECT id FROM inbox WHERE sender = ?1)",
	"UPDATE inbox SET subject = NULL, words = NULL, detail = NULL, message_id = NULL WHERE sender = ?1",
	"UPDATE intros SET offer = '' WHERE requester = ?1",
	"UPDATE asks SET word = '', note = '', payload = '' WHERE member = ?1",
	"DELETE FROM profiles WHERE member = ?1",
	"DELETE FROM links WHERE from_member = ?1 OR to_member = ?1",
	"DELETE FROM rules WHERE member = ?1",
	"DELETE FROM blocks WHERE member = ?1 OR other = ?1",
	"DELETE FROM hub_members WHERE member = ?1",
	("DELETE FROM contacts WHERE owner = ?1 OR address_key IN"
	 " (SELECT address_key FROM addresses WHERE member = ?1)"),
	"DELETE FROM addresses WHERE member = ?1",
};

void rights_erase(struct store *store, int64_t member, const char *gone)
{
	struct member *m = member_get(store, member);
	const char **addresses = NULL;
	size_t count = 0;
	if (m == NULL)
		return;
	for (struct db_rows *r = db_query(store->db,
		"SELECT address FROM addresses WHERE member = ?1", "i", member); db_next(r);) {
		addresses = store_more(store, addresses, count, sizeof *addresses);
		addresses[count++] = store_text(store, r, 0);
	}
	store_links_end(store, member);
	for (size_t i = 0; i < sizeof erasures / sizeof *erasures; i++)
		db_run(store->db, erasures[i], "i", member);
	testimonials_erase(store, member);
	forget_in_waiting(store, m->name, gone);
	for (size_t i = 0; i < count; i++)
		scrub(store, addresses[i], "...");
	scrub(store, m->name, gone);
	char *key = utf8_fold(gone);
	db_run(store->db,
	       "UPDATE members SET name = ?2, name_key = ?3, firm = NULL, firm_key = NULL, title = NULL,"
	       " city = NULL, zone = NULL, state = 'stopped' WHERE id = ?1", "iss", member, gone, key);
	free(key);
	profile_index(store, member);
	store_setting_put(store, "compact", "1");
}

void rights_forget_mail(struct store *store, int64_t outbox)
{
	db_run(store->db, "DELETE FROM outbox WHERE id = ?1", "i", outbox);
	store_setting_put(store, "compact", "1");
}

size_t rights_files(struct store *store, int64_t member, const char *const **hashes)
{
	const char **found = NULL;
	size_t count = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT DISTINCT f.hash FROM attachments f JOIN inbox i ON i.id = f.inbox"
		" WHERE i.sender = ?1 AND NOT EXISTS (SELECT 1 FROM attachments g"
		" JOIN inbox j ON j.id = g.inbox WHERE g.hash = f.hash AND j.sender IS NOT ?1)",
		"i", member); db_next(r);) {
		found = store_more(store, found, count, sizeof *found);
		found[count++] = store_text(store, r, 0);
	}
	*hashes = found;
	return count;
}

enum rc store_compact(struct store *store, struct why *why)
{
	const char *wanted = store_setting(store, "compact");
	bool any = wanted != NULL && strcmp(wanted, "1") == 0;
	pool_empty(&store->pool);
	if (!any)
		return RC_NONE;
	enum rc rc = db_script(store->db,
	                       "INSERT INTO profile_words (profile_words) VALUES ('optimize');"
	                       " VACUUM; PRAGMA wal_checkpoint(TRUNCATE)",
	                       why);
	if (rc == RC_OK)
		store_setting_put(store, "compact", "0");
	return rc;
}
