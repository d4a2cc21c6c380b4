#include "store/inside.h"

#define NULL0(n) "NULLIF(?" #n ", 0)"

/* A mailbox that was made anew (another UIDVALIDITY, another place) shows the
 * same octets again; two mails that only look alike differ in their message-id. */
bool inbox_taken(struct store *store, const struct inbox *mail)
{
	bool taken = false;
	for (struct db_rows *r = db_query(store->db,
		"SELECT 1 FROM inbox WHERE source = ?1 AND uidvalidity = ?2 AND name = ?3"
		" UNION ALL SELECT 1 FROM inbox WHERE hash = ?4"
		" AND (message_id IS NOT NULL OR source <> ?1 OR uidvalidity <> ?2) LIMIT 1",
		"siss", mail->source, mail->uidvalidity, mail->name, mail->hash); db_next(r);)
		taken = true;
	return taken;
}

void inbox_add(struct store *store, struct inbox *mail)
{
	db_run(store->db,
	       "INSERT INTO inbox (source, uidvalidity, uid, name, hash, message_id, state, acked, sender, kind,"
	       " subject, words, detail, why, taken_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, " NULL0(
		       8) ", ?9, ?10, ?11, ?12, ?13, ?14)"
	                  " ON CONFLICT (source, uidvalidity, name) DO NOTHING",
	       "siissssisssssi", mail->source, mail->uidvalidity, mail->uid, mail->name, mail->hash,
	       mail->message_id, mail->state, mail->sender, mail->kind, mail->subject, mail->words,
	       mail->detail, mail->why, mail->taken_at);
	mail->id = db_last_id(store->db);
}

#define COLUMNS                                                                                    \
	"id, source, uidvalidity, uid, name, hash, message_id, state, sender, kind, subject,"      \
	" words, detail, why, taken_at"

static size_t read_mails(struct store *store, struct db_rows *r, struct inbox **mails)
{
	size_t count = 0;
	*mails = NULL;
	while (db_next(r)) {
		*mails = store_more(store, *mails, count, sizeof **mails);
		(*mails)[count++] = (struct inbox){
			.id = db_int(r, 0),
			.source = store_text(store, r, 1),
			.uidvalidity = db_int(r, 2),
			.uid = db_int(r, 3),
			.name = store_text(store, r, 4),
			.hash = store_text(store, r, 5),
			.message_id = store_text(store, r, 6),
			.state = store_text(store, r, 7),
			.sender = db_int(r, 8),
			.kind = store_text(store, r, 9),
			.subject = store_text(store, r, 10),
			.words = store_text(store, r, 11),
			.detail = store_text(store, r, 12),
			.why = store_text(store, r, 13),
			.taken_at = db_int(r, 14),
		};
	}
	return count;
}

struct inbox *inbox_get(struct store *store, int64_t id)
{
	struct inbox *mails;
	return read_mails(
		       store,
		       db_query(store->db, "SELECT " COLUMNS " FROM inbox WHERE id = ?1", "i", id),
		       &mails) > 0
	               ? mails
	               : NULL;
}

size_t inbox_set_aside(struct store *store, struct inbox **mails)
{
	return read_mails(store,
	                  db_query(store->db,
	                           "SELECT " COLUMNS
	                           " FROM inbox WHERE state <> 'done' ORDER BY id DESC LIMIT 200",
	                           ""),
	                  mails);
}

void inbox_attach(struct store *store, int64_t inbox, int n, const struct inbox_attachment *file)
{
	db_run(store->db, "INSERT INTO attachments (inbox, n, hash, name, type, len)"
	                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	       "iisssi", inbox, (int64_t)n, file->hash, file->name, file->type, file->len);
}

size_t inbox_attachments(struct store *store, int64_t inbox, struct inbox_attachment **files)
{
	size_t count = 0;
	*files = NULL;
	for (struct db_rows *r = db_query(
		     store->db,
		     "SELECT hash, name, type, len FROM attachments WHERE inbox = ?1 ORDER BY n",
		     "i", inbox);
	     db_next(r);) {
		*files = store_more(store, *files, count, sizeof **files);
		(*files)[count++] = (struct inbox_attachment){ store_text(store, r, 0),
			store_text(store, r, 1), store_text(store, r, 2), db_int(r, 3) };
	}
	return count;
}

void inbox_last(struct store *store, const char *source, int64_t *uidvalidity, int64_t *uid)
{
	*uidvalidity = *uid = 0;
	for (struct db_rows *r = db_query(store->db,
		"SELECT uidvalidity, max(uid) FROM inbox WHERE source = ?1 AND uidvalidity ="
		" (SELECT uidvalidity FROM inbox WHERE source = ?1 ORDER BY id DESC LIMIT 1)"
		" GROUP BY uidvalidity", "s", source); db_next(r);) {
		*uidvalidity = db_int(r, 0);
		*uid = db_int(r, 1);
	}
}

size_t inbox_unacked(struct store *store, const char *source, int64_t uidvalidity, int64_t **uids)
{
	size_t count = 0;
	*uids = NULL;
	for (struct db_rows *r = db_query(
		     store->db,
		     "SELECT uid FROM inbox WHERE source = ?1 AND uidvalidity = ?2 AND acked = 0 ORDER BY uid",
		     "si", source, uidvalidity);
	     db_next(r);) {
		*uids = store_more(store, *uids, count, sizeof **uids);
		(*uids)[count++] = db_int(r, 0);
	}
	return count;
}

void inbox_acked(struct store *store, const char *source, int64_t uidvalidity, const char *name)
{
	db_run(store->db,
	       "UPDATE inbox SET acked = 1 WHERE source = ?1 AND uidvalidity = ?2 AND name = ?3",
	       "sis", source, uidvalidity, name);
}
