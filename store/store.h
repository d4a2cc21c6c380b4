/* store: the state of one gateway, and its only reader.
 *
 * Everything happens inside store_begin ... store_commit (or store_rollback).
 * A failure is sticky: later calls do nothing and find nothing, and
 * store_commit undoes all and says why. So a turn asks once, at its end.
 *
 * Texts and arrays given back are the store's and live until the transaction
 * ends. Ids are positive; 0 stands for "none". */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/rc.h"
#include "core/network.h"
#include "core/purpose.h"
#include "core/relay.h"
#include "core/trust.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/* Opens FOLDER/passerelle.db, making and migrating it. RC_PERM: written by a
 * newer program, or on a network file system. */
enum rc store_open(const char *folder, struct store **store, struct why *why);
void store_close(struct store **store);
enum rc store_begin(struct store *store, struct why *why);
/* To read only: one moment's state, keeps no writer waiting; ends by store_rollback. */
enum rc store_look(struct store *store, struct why *why);
enum rc store_commit(struct store *store, struct why *why);
void store_rollback(struct store *store);
/* A part that may fail alone (one mail of a batch): store_part_end with `keep`
 * false, or after a failure, undoes it; the transaction goes on. */
void store_part(struct store *store);
enum rc store_part_end(struct store *store, bool keep, struct why *why);
bool store_ok(const struct store *store);
/* Takes `text` over; what it gives back lives until the transaction ends. */
const char *store_keep(struct store *store, char *text);
/* Integrity, foreign keys, schema version; why: what is wrong or was found. */
enum rc store_check(struct store *store, struct why *why);

/* --- settings ------------------------------------------------------------ */
const char *store_setting(struct store *store, const char *name); /* NULL: not set */
void store_setting_put(struct store *store, const char *name, const char *value);

/* --- members -------------------------------------------------------------- */
enum member_state { MEMBER_KNOWN, MEMBER_MEMBER, MEMBER_PAUSED, MEMBER_STOPPED };
const char *member_state_name(enum member_state state);
int member_state_find(const char *name); /* -1: none of that name */

struct member {
	int64_t id;
	const char *name, *firm, *title, *city; /* all but name may be NULL */
	const char *language, *zone;            /* zone may be NULL */
	const char *address;                    /* the main one */
	enum member_state state;
	int64_t first_mail_at, added_at;
};

/* The new id; 0 and RC_PERM if the address is somebody's already. */
enum rc member_add(struct store *store, const struct member *member, int64_t *id, struct why *why);
/* NULL: none. Who was erased has no address (NULL) and a name that stands for it. */
struct member *member_get(struct store *store, int64_t id);
struct member *member_by_address(struct store *store, const char *address);     /* any of theirs */
bool member_has_address(struct store *store, int64_t id, const char *address);
/* Those whose folded name is `name`, or contains it as words, and whose firm
 * contains `firm` (NULL: any); at most `most`, exact names first, then by id. */
size_t member_find(struct store *store, const char *name, const char *firm, size_t most,
                   struct member **members);
size_t member_list(struct store *store, struct member **members); /* all, by name */
void member_state_set(struct store *store, int64_t id, enum member_state state);
void member_first_mail(struct store *store, int64_t id, int64_t at);

/* --- links ----------------------------------------------------------------- */
struct link {
	int64_t from, to;
	int stated;  /* 0..4 */
	int percent; /* trust, from what was stated and what happened; given back only */
	bool confirmed_from, confirmed_to;
	int64_t changed_at;
};
void link_put(struct store *store, const struct link *link); /* evidence of an old one stays */
size_t link_list(struct store *store, int64_t member, struct link **links); /* 0: all */
/* What happened between the two counts from now on; no link: nothing. */
void link_learn(struct store *store, int64_t from, int64_t to, enum trust_event event,
                int64_t now_at);
/* Both ends confirmed, trust above 0, and all but the last end a member: what
 * routes, with its old evidence half forgotten by now. */
size_t link_routing(struct store *store, int64_t now_at, struct network_link **links);
/* What changed after that generation; percent 0: routes no more. */
size_t link_changes(struct store *store, int64_t generation, struct network_link **links);
int64_t link_generation(struct store *store); /* rises with each change of what routes */

/* --- introductions and asks ------------------------------------------------ */
struct intro {
	int64_t id;
	const char *reference;
	int64_t requester, target;
	enum intro_state state;
	const char *offer;
	int64_t inbox;
	int hops;
	double worth, chance;
	int64_t opened_at, deadline_at, progress_at, ended_at;
	enum purpose purpose;
	bool direct;         /* straight to the target: through nobody */
	const char *outcome; /* NULL: not settled; "": nobody answered (core/outcome.h) */
};

void intro_add(struct store *store, struct intro *intro); /* sets id */
struct intro *intro_get(struct store *store, int64_t id);
struct intro *intro_by_reference(struct store *store, const char *reference);
size_t intro_list(struct store *store, int64_t requester, struct intro **intros); /* 0: all */
/* The last one of this pair, NULL: never. */
struct intro *intro_of_pair(struct store *store, int64_t requester, int64_t target);
/* Open introductions of others to this target. */
size_t intro_rivals(struct store *store, int64_t target, int64_t requester, struct intro **intros);
int intro_open_count(struct store *store, int64_t requester);
/* State, and the times that go with it (0: none). */
void intro_state_set(struct store *store, int64_t id, enum intro_state state, int64_t ended_at);
void intro_purpose_set(struct store *store, int64_t id, enum purpose purpose);
void intro_progress_set(struct store *store, int64_t id, int64_t at);
/* Ids of open introductions past `now_at` by deadline or by progress; at most `most`. */
size_t intro_due(struct store *store, int64_t now_at, size_t most, int64_t **ids);

struct ask {
	int64_t id;
	const char *token;
	enum ask_kind kind;
	int64_t intro, member, next, parent;
	int hop;
	enum ask_state state;
	bool any_next, unnamed;
	const char *word, *note, *payload;
	int64_t inbox;
	int reminders;
	int64_t asked_at, due_at, answered_at;
};

void ask_add(struct store *store, struct ask *ask); /* sets id */
struct ask *ask_get(struct store *store, int64_t id);
struct ask *ask_by_token(struct store *store, const char *token);
size_t ask_list(struct store *store, int64_t intro, struct ask **asks); /* in order of asking */
/* The state it must be in is the guard: RC_NONE if it was not. */
enum rc ask_state_set(struct store *store, int64_t id, enum ask_state from, enum ask_state to,
                      int64_t due_at, int64_t answered_at);
void ask_answer_set(struct store *store, int64_t id, const char *word, const char *note,
                    bool any_next, bool unnamed);
/* Accepted by naming somebody else: that one is the next. */
void ask_suggests(struct store *store, int64_t id, int64_t next);
void ask_reminded(struct store *store, int64_t id, int reminders, int64_t due_at);
/* Asked anew: open, from now. */
void ask_again(struct store *store, int64_t id, int64_t asked_at, int64_t due_at);
/* Its days count from then on; reminders sent stay counted. */
void ask_paused(struct store *store, int64_t id, int64_t from_at, int64_t due_at);
/* Open or postponed asks to this member that move an introduction on. */
size_t ask_open_of(struct store *store, int64_t member, struct ask **asks);
size_t ask_due(struct store *store, int64_t now_at, size_t most, int64_t **ids);
/* How often each was asked to relay since `since_at`; who was not is not there. */
struct ask_count {
	int64_t member;
	int asks;
};
size_t ask_counts(struct store *store, int64_t since_at, struct ask_count **counts);
/* The same of those added after the ask `last`; the last one there is. */
size_t ask_counts_after(struct store *store, int64_t last, struct ask_count **counts);
int64_t ask_last_id(struct store *store);
/* Confirmations sent to this member since then. */
int ask_confirm_count(struct store *store, int64_t member, int64_t since_at);

/* --- inbox ------------------------------------------------------------------ */
struct inbox {
	int64_t id;
	const char *source;
	int64_t uidvalidity, uid;
	const char *name, *hash, *message_id;
	const char *state; /* "done", "quarantined", "skipped" */
	int64_t sender;
	const char *kind, *subject, *words, *detail, *why;
	int64_t taken_at;
};
struct inbox_attachment {
	const char *hash, *name, *type;
	int64_t len;
};

/* Was this mail taken: at this place, or the same octets elsewhere? */
bool inbox_taken(struct store *store, const struct inbox *mail);
void inbox_add(struct store *store, struct inbox *mail); /* sets id */
struct inbox *inbox_get(struct store *store, int64_t id);
void inbox_attach(struct store *store, int64_t inbox, int n, const struct inbox_attachment *file);
size_t inbox_attachments(struct store *store, int64_t inbox, struct inbox_attachment **files);
/* The highest UID taken under this validity, and the validity seen last. */
void inbox_last(struct store *store, const char *source, int64_t *uidvalidity, int64_t *uid);
size_t inbox_unacked(struct store *store, const char *source, int64_t uidvalidity, int64_t **uids);
void inbox_acked(struct store *store, const char *source, int64_t uidvalidity, const char *name);
size_t inbox_set_aside(struct store *store, struct inbox **mails); /* not "done", newest first */

/* --- outbox ------------------------------------------------------------------ */
enum outbox_state { OUT_QUEUED, OUT_TRANSMITTING, OUT_SENT, OUT_REFUSED, OUT_HELD, OUT_DROPPED };
const char *outbox_state_name(enum outbox_state state);

struct outbox {
	int64_t id, intro, ask, member;
	const char *address, *message, *language, *values;
	const char *message_id, *in_reply_to, *refs, *reply_token, *verp_token;
	bool answer;
	enum outbox_state state;
	const char *octets;
	size_t len; /* of octets; 0: not rendered yet */
	int attempts, unknown;
	int64_t next_at, queued_at, sent_at;
	const char *reply;
	const char *files; /* JSON [{"hash", "name", "type"}] of attachments/, or NULL */
};

void outbox_add(struct store *store, struct outbox *mail); /* sets id */
struct outbox *outbox_get(struct store *store, int64_t id);
size_t outbox_due(struct store *store, int64_t now_at, size_t most, struct outbox **mails);
int64_t outbox_next_at(struct store *store); /* 0: nothing waits */
int64_t store_next_due(struct store *store); /* of asks and introductions; 0: none */
/* Rendered, and about to be handed over: one commit before the first octet leaves. */
void outbox_transmitting(struct store *store, int64_t id, const char *octets, size_t len);
void outbox_held(struct store *store, int64_t id, const char *why);
int64_t outbox_release(struct store *store, int64_t now_at); /* all held ones; how many */
/* The result, only from transmitting: RC_NONE otherwise. */
enum rc outbox_result(struct store *store, int64_t id, enum outbox_state state, bool unknown,
                      int64_t next_at, const char *reply, int64_t now_at);
/* After a restart: what was in transit may have left; it goes once more, counted. */
int64_t outbox_recover(struct store *store, int64_t now_at);
/* Handed to a child that ended before it took them: back to queued, not counted. */
void outbox_not_handed(struct store *store, int64_t id);
/* The last mail of ours to this member about this introduction: for threading. */
struct outbox *outbox_thread(struct store *store, int64_t member, int64_t intro);
/* The last row of this message about this introduction, whatever became of it. */
struct outbox *outbox_last(struct store *store, int64_t intro, const char *message);
struct outbox *outbox_by_message_id(struct store *store, const char *message_id);
struct outbox *outbox_by_verp(struct store *store, const char *token);
int outbox_answer_count(struct store *store, const char *address, int64_t since_at);
int64_t outbox_drop(struct store *store, int64_t ask); /* what has not left yet for it */
int64_t outbox_drop_message(struct store *store, int64_t intro, const char *message);
size_t outbox_list(struct store *store, bool waiting_only, size_t most, struct outbox **mails);

/* --- events -------------------------------------------------------------------- */
struct event {
	int64_t at, intro, ask, member;
	const char *what, *state;
};
void event_add(struct store *store, const struct event *event);
size_t event_list(struct store *store, int64_t intro, struct event **events);

#endif
