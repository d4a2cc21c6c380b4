#include "store/inside.h"

/* A 0 in the struct is a NULL in the row, so that a foreign key may be absent. */
#define NULL0(n) "NULLIF(?" #n ", 0)"

#define INTRO_COLUMNS                                                                              \
	"id, reference, requester, target, state, offer, inbox, hops, worth, chance,"              \
	" opened_at, deadline_at, progress_at, ended_at, purpose, direct, outcome"

static size_t read_intros(struct store *store, struct db_rows *r, struct intro **intros)
{
	size_t count = 0;
	*intros = NULL;
	while (db_next(r)) {
		*intros = store_more(store, *intros, count, sizeof **intros);
		(*intros)[count++] = (struct intro){
			.id = db_int(r, 0),
			.reference = store_text(store, r, 1),
			.requester = db_int(r, 2),
			.target = db_int(r, 3),
			.state = (enum intro_state)intro_state_find(db_text(r, 4)),
			.offer = store_text(store, r, 5),
			.inbox = db_int(r, 6),
			.hops = (int)db_int(r, 7),
			.worth = db_real(r, 8),
			.chance = db_real(r, 9),
			.opened_at = db_int(r, 10),
			.deadline_at = db_int(r, 11),
			.progress_at = db_int(r, 12),
			.ended_at = db_int(r, 13),
			.purpose = (enum purpose)purpose_find(db_text(r, 14)),
			.direct = db_int(r, 15) != 0,
			.outcome = store_text(store, r, 16),
		};
	}
	return count;
}

static struct intro *read_intro(struct store *store, struct db_rows *r)
{
	struct intro *intros;
	return read_intros(store, r, &intros) > 0 ? intros : NULL;
}

void intro_add(struct store *store, struct intro *intro)
{
	db_run(store->db,
	       "INSERT INTO intros (reference, requester, target, state, offer, inbox, hops, worth, chance,"
	       " opened_at, deadline_at, progress_at, purpose, direct) VALUES (?1, ?2, ?3, ?4, ?5, " NULL0(
		       6) ", ?7, ?8, ?9, ?10, ?11, " NULL0(12) ", ?13, ?14)",
	       "siissiiddiiisi", intro->reference, intro->requester, intro->target,
	       intro_state_name(intro->state), intro->offer, intro->inbox, (int64_t)intro->hops,
	       intro->worth, intro->chance, intro->opened_at, intro->deadline_at,
	       intro->progress_at, purpose_name(intro->purpose), (int64_t)intro->direct);
	intro->id = db_last_id(store->db);
}

struct intro *intro_get(struct store *store, int64_t id)
{
	return read_intro(store, db_query(store->db,
		"SELECT " INTRO_COLUMNS " FROM intros WHERE id = ?1", "i", id));
}

struct intro *intro_by_reference(struct store *store, const char *reference)
{
	return read_intro(store, db_query(store->db,
	                                  "SELECT " INTRO_COLUMNS
	                                  " FROM intros WHERE reference = upper(?1)",
	                                  "s", reference));
}

size_t intro_list(struct store *store, int64_t requester, struct intro **intros)
{
	return read_intros(store, db_query(store->db,
		"SELECT " INTRO_COLUMNS " FROM intros WHERE ?1 = 0 OR requester = ?1 ORDER BY id",
		"i", requester), intros);
}

struct intro *intro_of_pair(struct store *store, int64_t requester, int64_t target)
{
	return read_intro(store, db_query(store->db,
		"SELECT " INTRO_COLUMNS " FROM intros WHERE requester = ?1 AND target = ?2"
		" ORDER BY id DESC LIMIT 1", "ii", requester, target));
}

size_t intro_rivals(struct store *store, int64_t target, int64_t requester, struct intro **intros)
{
	return read_intros(store, db_query(store->db,
		"SELECT " INTRO_COLUMNS " FROM intros WHERE target = ?1 AND requester <> ?2"
		" AND state IN ('routing', 'asking') ORDER BY id", "ii", target, requester), intros);
}

int intro_open_count(struct store *store, int64_t requester)
{
	int64_t count = 0;
	for (struct db_rows *r = db_query(
		     store->db,
		     "SELECT count(*) FROM intros WHERE requester = ?1 AND state IN ('routing', 'asking')",
		     "i", requester);
	     db_next(r);)
		count = db_int(r, 0);
	return (int)count;
}

void intro_state_set(struct store *store, int64_t id, enum intro_state state, int64_t ended_at)
{
	db_run(store->db, "UPDATE intros SET state = ?2, ended_at = " NULL0(3) " WHERE id = ?1",
	       "isi", id, intro_state_name(state), ended_at);
}

void intro_progress_set(struct store *store, int64_t id, int64_t at)
{
	db_run(store->db, "UPDATE intros SET progress_at = " NULL0(2) " WHERE id = ?1", "ii", id,
	       at);
}

void intro_purpose_set(struct store *store, int64_t id, enum purpose purpose)
{
	db_run(store->db, "UPDATE intros SET purpose = ?2 WHERE id = ?1", "is", id,
	       purpose_name(purpose));
}

static size_t read_ids(struct store *store, struct db_rows *r, int64_t **ids)
{
	size_t count = 0;
	*ids = NULL;
	while (db_next(r)) {
		*ids = store_more(store, *ids, count, sizeof **ids);
		(*ids)[count++] = db_int(r, 0);
	}
	return count;
}

size_t intro_due(struct store *store, int64_t now_at, size_t most, int64_t **ids)
{
	return read_ids(
		store,
		db_query(
			store->db,
			"SELECT id FROM intros WHERE id IN"
			" (SELECT id FROM intros WHERE state = 'asking' AND deadline_at <= ?1 UNION ALL"
			" SELECT id FROM intros WHERE state = 'asking' AND progress_at <= ?1)"
			" ORDER BY id LIMIT ?2",
			"ii", now_at, (int64_t)most),
		ids);
}

/* --- asks -------------------------------------------------------------------- */

#define ASK_COLUMNS                                                                                \
	"id, token, kind, intro, member, next, parent, hop, state, any_next, word, note,"          \
	" payload, inbox, reminders, asked_at, due_at, answered_at, unnamed"

static size_t read_asks(struct store *store, struct db_rows *r, struct ask **asks)
{
	size_t count = 0;
	*asks = NULL;
	while (db_next(r)) {
		*asks = store_more(store, *asks, count, sizeof **asks);
		(*asks)[count++] = (struct ask){
			.id = db_int(r, 0),
			.token = store_text(store, r, 1),
			.kind = (enum ask_kind)ask_kind_find(db_text(r, 2)),
			.intro = db_int(r, 3),
			.member = db_int(r, 4),
			.next = db_int(r, 5),
			.parent = db_int(r, 6),
			.hop = (int)db_int(r, 7),
			.state = (enum ask_state)ask_state_find(db_text(r, 8)),
			.any_next = db_int(r, 9) != 0,
			.word = store_text(store, r, 10),
			.note = store_text(store, r, 11),
			.payload = store_text(store, r, 12),
			.inbox = db_int(r, 13),
			.reminders = (int)db_int(r, 14),
			.asked_at = db_int(r, 15),
			.due_at = db_int(r, 16),
			.answered_at = db_int(r, 17),
			.unnamed = db_int(r, 18) != 0,
		};
	}
	return count;
}

static struct ask *read_ask(struct store *store, struct db_rows *r)
{
	struct ask *asks;
	return read_asks(store, r, &asks) > 0 ? asks : NULL;
}

void ask_add(struct store *store, struct ask *ask)
{
	db_run(store->db,
	       "INSERT INTO asks (token, kind, intro, member, next, parent, hop, state, any_next, word, note,"
	       " payload, inbox, reminders, asked_at, due_at) VALUES (?1, ?2, " NULL0(3) ", ?4, " NULL0(5) ", " NULL0(
		       6) ", ?7, ?8, ?9, coalesce(?10, ''), coalesce(?11, ''), "
			  "coalesce(?12, ''), " NULL0(13) ", ?14, ?15, " NULL0(16) ")",
	       "ssiiiiisisssiiii", ask->token, ask_kind_name(ask->kind), ask->intro, ask->member,
	       ask->next, ask->parent, (int64_t)ask->hop, ask_state_name(ask->state),
	       (int64_t)ask->any_next, ask->word, ask->note, ask->payload, ask->inbox,
	       (int64_t)ask->reminders, ask->asked_at, ask->due_at);
	ask->id = db_last_id(store->db);
}

struct ask *ask_get(struct store *store, int64_t id)
{
	return read_ask(store, db_query(store->db, "SELECT " ASK_COLUMNS " FROM asks WHERE id = ?1",
	                                "i", id));
}

struct ask *ask_by_token(struct store *store, const char *token)
{
	return read_ask(store, db_query(store->db,
		"SELECT " ASK_COLUMNS " FROM asks WHERE token = ?1", "s", token));
}

size_t ask_list(struct store *store, int64_t intro, struct ask **asks)
{
	return read_asks(store, db_query(store->db,
		"SELECT " ASK_COLUMNS " FROM asks WHERE intro = ?1 ORDER BY id", "i", intro), asks);
}

enum rc ask_state_set(struct store *store, int64_t id, enum ask_state from, enum ask_state to,
                      int64_t due_at, int64_t answered_at)
{
	return db_run(store->db,
	              "UPDATE asks SET state = ?3, due_at = " NULL0(
			      4) ","
	                         " answered_at = coalesce(" NULL0(
					 5) ", answered_at) WHERE id = ?1 AND state = ?2",
	              "issii", id, ask_state_name(from), ask_state_name(to), due_at,
	              answered_at) == 1
	               ? RC_OK
	               : RC_NONE;
}

void ask_answer_set(struct store *store, int64_t id, const char *word, const char *note,
                    bool any_next, bool unnamed)
{
	db_run(store->db,
	       "UPDATE asks SET word = ?2, note = ?3, any_next = ?4, unnamed = ?5 WHERE id = ?1",
	       "issii", id, word, note, (int64_t)any_next, (int64_t)unnamed);
}

void ask_suggests(struct store *store, int64_t id, int64_t next)
{
	db_run(store->db, "UPDATE asks SET next = ?2, payload = 'suggests' WHERE id = ?1", "ii", id,
	       next);
}

void ask_reminded(struct store *store, int64_t id, int reminders, int64_t due_at)
{
	db_run(store->db, "UPDATE asks SET reminders = ?2, due_at = " NULL0(3) " WHERE id = ?1",
	       "iii", id, (int64_t)reminders, due_at);
}

void ask_again(struct store *store, int64_t id, int64_t asked_at, int64_t due_at)
{
	db_run(store->db, "UPDATE asks SET asked_at = ?2, due_at = ?3, reminders = 0 WHERE id = ?1",
	       "iii", id, asked_at, due_at);
}

void ask_paused(struct store *store, int64_t id, int64_t from_at, int64_t due_at)
{
	db_run(store->db, "UPDATE asks SET asked_at = ?2, due_at = ?3 WHERE id = ?1", "iii", id,
	       from_at, due_at);
}

size_t ask_open_of(struct store *store, int64_t member, struct ask **asks)
{
	return read_asks(store,
	                 db_query(store->db,
	                          "SELECT " ASK_COLUMNS
	                          " FROM asks WHERE member = ?1 AND state IN ('open', 'postponed')"
	                          " AND kind IN ('relay', 'target', 'instead') ORDER BY id",
	                          "i", member),
	                 asks);
}

int64_t store_next_due(struct store *store)
{
	int64_t at = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT min(at) FROM (SELECT min(due_at) AS at FROM asks WHERE due_at IS NOT NULL"
		" AND state IN ('open', 'postponed') UNION ALL"
		" SELECT min(deadline_at) FROM intros WHERE state = 'asking' UNION ALL"
		" SELECT min(progress_at) FROM intros WHERE state = 'asking' UNION ALL"
		" SELECT min(paused_until) FROM rules)", ""); db_next(r);)
		at = db_int(r, 0);
	return at;
}

size_t ask_due(struct store *store, int64_t now_at, size_t most, int64_t **ids)
{
	return read_ids(store, db_query(store->db,
		"SELECT id FROM asks WHERE due_at <= ?1 AND state IN ('open', 'postponed')"
		" ORDER BY due_at, id LIMIT ?2", "ii", now_at, (int64_t)most), ids);
}

static size_t read_counts(struct store *store, struct db_rows *r, struct ask_count **counts)
{
	size_t count = 0;
	*counts = NULL;
	while (db_next(r)) {
		*counts = store_more(store, *counts, count, sizeof **counts);
		(*counts)[count++] = (struct ask_count){ db_int(r, 0), (int)db_int(r, 1) };
	}
	return count;
}

/* "+member": by time and then sorted, not through all asks there ever were. */
size_t ask_counts(struct store *store, int64_t since_at, struct ask_count **counts)
{
	return read_counts(store, db_query(store->db,
		"SELECT member, count(*) FROM asks WHERE asked_at >= ?1 AND kind IN ('relay', 'instead')"
		" GROUP BY +member ORDER BY +member", "i", since_at), counts);
}

size_t ask_counts_after(struct store *store, int64_t last, struct ask_count **counts)
{
	return read_counts(store, db_query(store->db,
		"SELECT member, count(*) FROM asks WHERE id > ?1 AND kind IN ('relay', 'instead')"
		" GROUP BY +member ORDER BY +member", "i", last), counts);
}

int64_t ask_last_id(struct store *store)
{
	int64_t last = 0;
	for (struct db_rows *r = db_query(store->db, "SELECT max(id) FROM asks", ""); db_next(r);)
		last = db_int(r, 0);
	return last;
}

int ask_confirm_count(struct store *store, int64_t member, int64_t since_at)
{
	int64_t count = 0;
	for (struct db_rows *r = db_query(
		     store->db,
		     "SELECT count(*) FROM asks WHERE member = ?1 AND kind = 'confirm' AND asked_at > ?2",
		     "ii", member, since_at);
	     db_next(r);)
		count = db_int(r, 0);
	return (int)count;
}

/* --- events --------------------------------------------------------------------- */

void event_add(struct store *store, const struct event *event)
{
	db_run(store->db,
	       "INSERT INTO events (at, intro, ask, member, what, state)"
	       " VALUES (?1, " NULL0(2) ", " NULL0(3) ", " NULL0(4) ", ?5, ?6)",
	       "iiiiss", event->at, event->intro, event->ask, event->member, event->what,
	       event->state);
}

size_t event_list(struct store *store, int64_t intro, struct event **events)
{
	size_t count = 0;
	*events = NULL;
	for (struct db_rows *r = db_query(
		     store->db,
		     "SELECT at, intro, ask, member, what, state FROM events WHERE intro = ?1 ORDER BY id",
		     "i", intro);
	     db_next(r);) {
		*events = store_more(store, *events, count, sizeof **events);
		(*events)[count++] = (struct event){ db_int(r, 0),
			                             db_int(r, 1),
			                             db_int(r, 2),
			                             db_int(r, 3),
			                             store_text(store, r, 4),
			                             store_text(store, r, 5) };
	}
	return count;
}
