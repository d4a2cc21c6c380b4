#include "store/hubs.h"

#include "base/utf8.h"
#include "store/inside.h"
#include "store/profiles.h"

#include <stdlib.h>
#include <string.h>

static const char *const entries[] = { "open", "approval", "invisible" };

const char *hub_entry_name(enum hub_entry entry)
{
	return entries[entry];
}

int hub_entry_find(const char *name)
{
	for (int i = 0; i < 3; i++)
		if (strcmp(entries[i], name) == 0)
			return i;
	return -1;
}

bool hub_name_valid(const char *name)
{
	size_t len = strlen(name);
	return len >= 1 && len <= 32 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

#define SELECT_HUBS \
	"SELECT h.id, h.name, h.title, h.entry, h.language, h.added_at," \
	" (SELECT count(*) FROM hub_members m WHERE m.hub = h.id AND m.state = 'member') FROM hubs h "

static size_t read_hubs(struct store *store, struct db_rows *r, struct hub **hubs)
{
	size_t count = 0;
	*hubs = NULL;
	while (db_next(r)) {
		*hubs = store_more(store, *hubs, count, sizeof **hubs);
		(*hubs)[count++] = (struct hub){
			.id = db_int(r, 0),
			.name = store_text(store, r, 1),
			.title = store_text(store, r, 2),
			.entry = (enum hub_entry)hub_entry_find(db_text(r, 3)),
			.language = store_text(store, r, 4),
			.added_at = db_int(r, 5),
			.members = db_int(r, 6),
		};
	}
	return count;
}

enum rc hub_add(struct store *store, const struct hub *hub, int64_t *id, struct why *why)
{
	if (!hub_name_valid(hub->name))
		return why_set(why, RC_PERM,
		               "'%.60s' cannot name a hub; use a-z, 0-9 and -, at most 32", hub->name);
	if (hub_find(store, hub->name) != NULL)
		return why_set(why, RC_PERM, "there is a hub '%s' already", hub->name);
	db_run(store->db,
	       "INSERT INTO hubs (name, title, entry, language, added_at) VALUES (?1, ?2, ?3, ?4, ?5)",
	       "ssssi", hub->name, hub->title, entries[hub->entry], hub->language, hub->added_at);
	*id = db_last_id(store->db);
	return RC_OK;
}

struct hub *hub_get(struct store *store, int64_t id)
{
	struct hub *hubs;
	return read_hubs(store, db_query(store->db, SELECT_HUBS "WHERE h.id = ?1", "i", id),
	                 &hubs) > 0
	               ? hubs
	               : NULL;
}

struct hub *hub_find(struct store *store, const char *name)
{
	struct hub *hubs, *found = NULL;
	size_t count = hub_list(store, true, &hubs);
	char *wanted = utf8_fold(name);
	for (size_t i = 0; i < count && found == NULL; i++) {
		char *title = utf8_fold(hubs[i].title);
		if (strcmp(wanted, hubs[i].name) == 0 || strcmp(wanted, title) == 0)
			found = &hubs[i];
		free(title);
	}
	free(wanted);
	return found;
}

size_t hub_list(struct store *store, bool invisible_too, struct hub **hubs)
{
	return read_hubs(store, db_query(store->db,
		SELECT_HUBS "WHERE ?1 = 1 OR h.entry <> 'invisible' ORDER BY h.name", "i",
		(int64_t)invisible_too), hubs);
}

void hub_set(struct store *store, const struct hub *hub)
{
	db_run(store->db, "UPDATE hubs SET title = ?2, entry = ?3, language = ?4 WHERE id = ?1",
	       "isss", hub->id, hub->title, entries[hub->entry], hub->language);
}

void hub_remove(struct store *store, int64_t hub)
{
	struct member *members;
	size_t count = hub_members(store, hub, &members);
	db_run(store->db, "DELETE FROM hubs WHERE id = ?1", "i", hub);
	for (size_t i = 0; i < count; i++)
		profile_index(store, members[i].id);
}

void hub_put_member(struct store *store, int64_t hub, int64_t member, bool asked, int64_t now_at)
{
	/* Who is in stays in: a second question does not put them out. */
	db_run(store->db,
	       "INSERT INTO hub_members (hub, member, state, since_at) VALUES (?1, ?2, ?3, ?4)"
	       " ON CONFLICT (hub, member) DO UPDATE SET state = excluded.state"
	       " WHERE excluded.state = 'member'",
	       "iisi", hub, member, asked ? "asked" : "member", now_at);
	profile_index(store, member);
}

bool hub_remove_member(struct store *store, int64_t hub, int64_t member)
{
	int64_t gone = db_run(store->db, "DELETE FROM hub_members WHERE hub = ?1 AND member = ?2",
	                      "ii", hub, member);
	profile_index(store, member);
	return gone > 0;
}

bool hub_has(struct store *store, int64_t hub, int64_t member)
{
	bool has = false;
	for (struct db_rows *r = db_query(store->db,
		"SELECT 1 FROM hub_members WHERE hub = ?1 AND member = ?2 AND state = 'member'", "ii",
		hub, member); db_next(r);)
		has = true;
	return has;
}

size_t hub_of(struct store *store, int64_t member, struct hub **hubs)
{
	return read_hubs(store, db_query(store->db,
		SELECT_HUBS "JOIN hub_members x ON x.hub = h.id AND x.state = 'member'"
		" WHERE x.member = ?1 ORDER BY h.name", "i", member), hubs);
}

size_t hub_members(struct store *store, int64_t hub, struct member **members)
{
	int64_t *ids = NULL;
	size_t count = 0, kept = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT member FROM hub_members WHERE hub = ?1 AND state = 'member'"
		" ORDER BY since_at, member", "i", hub); db_next(r);) {
		ids = store_more(store, ids, count, sizeof *ids);
		ids[count++] = db_int(r, 0);
	}
	*members = NULL;
	for (size_t i = 0; i < count; i++) {
		struct member *m = member_get(store, ids[i]);
		if (m == NULL)
			continue;
		*members = store_more(store, *members, kept, sizeof **members);
		(*members)[kept++] = *m;
	}
	return kept;
}
