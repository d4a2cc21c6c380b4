#include "store/inside.h"

#include <string.h>

#define NULL0(n) "NULLIF(?" #n ", 0)"

static const char *const states[] = {
	"queued", "transmitting", "sent", "refused", "held", "dropped"
};

const char *outbox_state_name(enum outbox_state state)
{
	return states[state];
}

static enum outbox_state state_find(const char *name)
{
	int i = 0;
	while (i < OUT_DROPPED && strcmp(states[i], name) != 0)
		i++;
	return (enum outbox_state)i;
}

#define COLUMNS \
	"id, intro, ask, member, address, message, language, \"values\", message_id, in_reply_to," \
	" refs, reply_token, verp_token, answer, state, octets, attempts, unknown, next_at," \
	" queued_at, sent_at, reply, files"

static size_t read_mails(struct store *store, struct db_rows *r, struct outbox **mails)
{
	size_t count = 0;
	*mails = NULL;
	while (db_next(r)) {
		*mails = store_more(store, *mails, count, sizeof **mails);
		struct outbox *m = &(*mails)[count++];
		*m = (struct outbox){
			.id = db_int(r, 0),
			.intro = db_int(r, 1),
			.ask = db_int(r, 2),
			.member = db_int(r, 3),
			.address = store_text(store, r, 4),
			.message = store_text(store, r, 5),
			.language = store_text(store, r, 6),
			.values = store_text(store, r, 7),
			.message_id = store_text(store, r, 8),
			.in_reply_to = store_text(store, r, 9),
			.refs = store_text(store, r, 10),
			.reply_token = store_text(store, r, 11),
			.verp_token = store_text(store, r, 12),
			.answer = db_int(r, 13) != 0,
			.state = state_find(db_text(r, 14)),
			.attempts = (int)db_int(r, 16),
			.unknown = (int)db_int(r, 17),
			.next_at = db_int(r, 18),
			.queued_at = db_int(r, 19),
			.sent_at = db_int(r, 20),
			.reply = store_text(store, r, 21),
			.files = store_text(store, r, 22),
		};
		const char *octets = db_octets(r, 15, &m->len);
		if (m->len > 0)
			m->octets = memcpy(pool_zero(&store->pool, m->len + 1, 1), octets, m->len);
	}
	return count;
}

static struct outbox *read_mail(struct store *store, struct db_rows *r)
{
	struct outbox *mails;
	return read_mails(store, r, &mails) > 0 ? mails : NULL;
}

void outbox_add(struct store *store, struct outbox *mail)
{
	db_run(store->db,
	       "INSERT INTO outbox (intro, ask, member, address, message, language, \"values\", message_id,"
	       " in_reply_to, refs, reply_token, verp_token, answer, state, next_at, queued_at, files) VALUES (" NULL0(
		       1) ", " NULL0(2) ", " NULL0(3) ", ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
			  "?12, ?13, 'queued',"
	                                              " ?14, ?15, ?16)",
	       "iiisssssssssiiis", mail->intro, mail->ask, mail->member, mail->address,
	       mail->message, mail->language, mail->values, mail->message_id, mail->in_reply_to,
	       mail->refs, mail->reply_token, mail->verp_token, (int64_t)mail->answer,
	       mail->next_at, mail->queued_at, mail->files);
	mail->id = db_last_id(store->db);
}

struct outbox *outbox_get(struct store *store, int64_t id)
{
	return read_mail(store, db_query(store->db, "SELECT " COLUMNS " FROM outbox WHERE id = ?1",
	                                 "i", id));
}

size_t outbox_due(struct store *store, int64_t now_at, size_t most, struct outbox **mails)
{
	return read_mails(
		store,
		db_query(
			store->db,
			"SELECT " COLUMNS
			" FROM outbox WHERE state = 'queued' AND next_at <= ?1 ORDER BY next_at, id LIMIT ?2",
			"ii", now_at, (int64_t)most),
		mails);
}

int64_t outbox_next_at(struct store *store)
{
	int64_t at = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT min(next_at) FROM outbox WHERE state = 'queued'", ""); db_next(r);)
		at = db_int(r, 0);
	return at;
}

void outbox_transmitting(struct store *store, int64_t id, const char *octets, size_t len)
{
	db_run(store->db,
	       "UPDATE outbox SET state = 'transmitting', octets = ?2, attempts = attempts + 1"
	       " WHERE id = ?1 AND state = 'queued'",
	       "ib", id, octets, len);
}

void outbox_held(struct store *store, int64_t id, const char *why)
{
	db_run(store->db, "UPDATE outbox SET state = 'held', reply = ?2 WHERE id = ?1", "is", id,
	       why);
}

int64_t outbox_release(struct store *store, int64_t now_at)
{
	return db_run(store->db,
	              "UPDATE outbox SET state = 'queued', next_at = ?1 WHERE state = 'held'", "i",
	              now_at);
}

enum rc outbox_result(struct store *store, int64_t id, enum outbox_state state, bool unknown,
                      int64_t next_at, const char *reply, int64_t now_at)
{
	return db_run(store->db,
	              "UPDATE outbox SET state = ?2, unknown = unknown + ?3, next_at = ?4, reply = ?5,"
	              " sent_at = CASE WHEN ?2 = 'sent' THEN ?6 END,"
	              " octets = CASE WHEN ?2 = 'sent' THEN NULL ELSE octets END"
	              " WHERE id = ?1 AND state = 'transmitting'",
	              "isiisi", id, states[state], (int64_t)unknown, next_at, reply, now_at) == 1
	               ? RC_OK
	               : RC_NONE;
}

int64_t outbox_recover(struct store *store, int64_t now_at)
{
	return db_run(
		store->db,
		"UPDATE outbox SET state = 'queued', unknown = unknown + 1, next_at = ?1,"
		" reply = 'stopped while it was being sent: it goes once more, with the same message-id'"
		" WHERE state = 'transmitting'",
		"i", now_at);
}

void outbox_not_handed(struct store *store, int64_t id)
{
	db_run(store->db, "UPDATE outbox SET state = 'queued', attempts = attempts - 1"
	                  " WHERE id = ?1 AND state = 'transmitting'", "i", id);
}

struct outbox *outbox_thread(struct store *store, int64_t member, int64_t intro)
{
	return read_mail(
		store,
		db_query(store->db,
	                 "SELECT " COLUMNS
	                 " FROM outbox WHERE member = ?1 AND intro = ?2 ORDER BY id DESC LIMIT 1",
	                 "ii", member, intro));
}

struct outbox *outbox_last(struct store *store, int64_t intro, const char *message)
{
	return read_mail(store, db_query(store->db,
	                                 "SELECT " COLUMNS
	                                 " FROM outbox WHERE intro = ?1 AND message = ?2"
	                                 " ORDER BY id DESC LIMIT 1",
	                                 "is", intro, message));
}

struct outbox *outbox_by_message_id(struct store *store, const char *message_id)
{
	return read_mail(store, db_query(store->db,
	                                 "SELECT " COLUMNS
	                                 " FROM outbox WHERE message_id = ?1 ORDER BY id LIMIT 1",
	                                 "s", message_id));
}

struct outbox *outbox_by_verp(struct store *store, const char *token)
{
	return read_mail(store, db_query(store->db,
		"SELECT " COLUMNS " FROM outbox WHERE verp_token = ?1", "s", token));
}

int outbox_answer_count(struct store *store, const char *address, int64_t since_at)
{
	int64_t count = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT count(*) FROM outbox WHERE address = ?1 AND answer = 1 AND queued_at > ?2",
		"si", address, since_at); db_next(r);)
		count = db_int(r, 0);
	return (int)count;
}

int64_t outbox_drop(struct store *store, int64_t ask)
{
	return db_run(
		store->db,
		"UPDATE outbox SET state = 'dropped' WHERE ask = ?1 AND state IN ('queued', 'held')",
		"i", ask);
}

int64_t outbox_drop_message(struct store *store, int64_t intro, const char *message)
{
	return db_run(store->db,
	              "UPDATE outbox SET state = 'dropped'"
	              " WHERE intro = ?1 AND message = ?2 AND state IN ('queued', 'held')",
	              "is", intro, message);
}

size_t outbox_list(struct store *store, bool waiting_only, size_t most, struct outbox **mails)
{
	return read_mails(
		store,
		db_query(store->db,
	                 "SELECT " COLUMNS
	                 " FROM outbox WHERE ?1 = 0 OR state IN ('queued', 'transmitting', 'held')"
	                 " ORDER BY id DESC LIMIT ?2",
	                 "ii", (int64_t)waiting_only, (int64_t)most),
		mails);
}
