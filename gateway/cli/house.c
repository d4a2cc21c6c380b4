#include "cli/house.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/pack.h"
#include "base/str.h"
#include "deliver/deliver.h"
#include "io/fetch.h"
#include "io/maildir.h"
#include "io/parse.h"
#include "io/wire.h"
#include "turn/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define BATCH_MOST   64 /* mails taken in one transaction */
#define DUE_MOST     64
#define RESTART_S    2  /* a child that died: doubles up to RESTART_MOST_S */
#define RESTART_MOST_S 300
#define HANDED_MOST  DELIVER_IN_FLIGHT

/* A child and when it may be started again. */
struct helper {
	struct child child;
	int64_t start_at;
	int pause_s;
};

/* One mailbox: a Maildir we read ourselves, or a fetch process. */
struct mailbox {
	const char *source; /* its URL, or "spool" */
	const char *path;   /* of a Maildir; NULL: IMAP */
	char *owned_path;
	const struct conf_account *account;
	struct helper fetch;
	bool drained, down;
	struct why why; /* why it is down */
};

/* A mail read and not yet taken. */
struct incoming {
	struct mailbox *mailbox;
	char *name;
	int64_t uidvalidity, uid;
	struct digest hash;
	struct message *message;  /* NULL: could not be read */
	const char *state;        /* then: "quarantined", "skipped" */
	struct why why;
	bool taken;
};

struct house {
	const struct conf_gateway *gateway;
	int lock_fd;
	struct store *store;
	struct catalog *catalog;
	struct turn turn;
	struct parse parse;
	char *loop_token;
	struct mailbox *mailboxes;
	size_t mailbox_count;
	struct helper submit;
	struct helper builder;       /* of the routing file, while it is at work */
	int64_t handed[HANDED_MOST]; /* outbox ids in the submit child's hands; 0: free */
	struct submit_result results[HANDED_MOST];
	size_t result_count;
	struct incoming batch[BATCH_MOST];
	size_t batch_count;
	int64_t refreshed_at, retry_at; /* templates looked at; a disk or database said no */
	struct why trouble;             /* of the submission, for once */
};

static void tell_flaw(void *context, const char *sentence)
{
	const struct conf_gateway *gateway = context;
	log_warn("template gateway=%s %s", gateway->name, sentence);
}

static enum rc take_lock(struct house *h, struct why *why)
{
	struct str path;
	enum rc rc = file_make_folder(h->gateway->state, why);
	if (rc != RC_OK)
		return rc;
	str_init(&path, 4096);
	str_addf(&path, "%s/lock", h->gateway->state);
	h->lock_fd = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (h->lock_fd < 0)
		rc = why_set(why, RC_PERM, "%s: %s", path.text, strerror(errno));
	else if (flock(h->lock_fd, LOCK_EX | LOCK_NB) != 0)
		rc = why_set(
			why, RC_TEMP,
			"gateway %s: another 'passerelle serve' or 'once' is at work; it "
			"will do it",
			h->gateway->name);
	str_free(&path);
	return rc;
}

static void add_mailbox(struct house *h, const char *source, char *owned_path,
                        const struct conf_account *account)
{
	h->mailboxes = mem_grow(h->mailboxes, h->mailbox_count + 1, sizeof *h->mailboxes);
	h->mailboxes[h->mailbox_count++] = (struct mailbox){
		.source = source,
		.path = owned_path != NULL ? owned_path : account->path,
		.owned_path = owned_path,
		.account = account,
		.fetch = { .child = { .fd = -1 }, .pause_s = RESTART_S },
	};
}

static enum rc open_store(struct house *h, struct why *why)
{
	enum rc rc = store_open(h->gateway->state, &h->store, why);
	if (rc != RC_OK)
		return rc;
	h->turn.store = h->store;
	rc = store_begin(h->store, why);
	if (rc != RC_OK)
		return rc;
	h->loop_token = mem_text(deliver_loop_token(&h->turn));
	int64_t again = outbox_recover(h->store, h->turn.now_at);
	if (again > 0)
		log_warn("recover gateway=%s: %lld mails were being sent when the program stopped; "
		         "they go once more, with the same message-id",
		         h->gateway->name, (long long)again);
	return store_commit(h->store, why);
}

enum rc house_open(const struct conf_gateway *gateway, struct house **house, struct why *why)
{
	struct house *h = mem_zero(1, sizeof *h);
	struct str spool;
	h->gateway = gateway;
	h->lock_fd = -1;
	h->submit = (struct helper){ .child = { .fd = -1 }, .pause_s = RESTART_S };
	h->builder = (struct helper){ .child = { .fd = -1 }, .pause_s = RESTART_S };
	h->parse.child.fd = -1;
	h->catalog = catalog_new(gateway->templates, (const char *const *)gateway->languages,
	                         gateway->language_count, tell_flaw, (void *)gateway);
	h->turn =
		(struct turn){ .gateway = gateway, .catalog = h->catalog, .random = token_system };
	h->turn.now_at = time(NULL);
	str_init(&spool, 4096);
	str_addf(&spool, "%s/spool", gateway->state);
	add_mailbox(h, "spool", spool.text, NULL);
	for (size_t i = 0; i < gateway->mailbox_count; i++)
		add_mailbox(h, gateway->mailboxes[i].url, NULL, &gateway->mailboxes[i]);
	enum rc rc = take_lock(h, why);
	for (size_t i = 0; i < h->mailbox_count && rc == RC_OK; i++)
		if (h->mailboxes[i].path != NULL)
			rc = maildir_make(h->mailboxes[i].path, why);
	if (rc == RC_OK && gateway->submission.path != NULL)
		rc = maildir_make(gateway->submission.path, why);
	if (rc == RC_OK)
		rc = open_store(h, why);
	if (rc != RC_OK)
		house_close(&h);
	else
		*house = h;
	return rc;
}

static void drop_batch(struct house *h)
{
	for (size_t i = 0; i < h->batch_count; i++) {
		free(h->batch[i].name);
		message_free(&h->batch[i].message);
	}
	h->batch_count = 0;
}

void house_close(struct house **house)
{
	struct house *h = *house;
	if (h == NULL)
		return;
	drop_batch(h);
	for (size_t i = 0; i < h->mailbox_count; i++) {
		child_stop(&h->mailboxes[i].fetch.child, NULL);
		free(h->mailboxes[i].owned_path);
	}
	free(h->mailboxes);
	child_stop(&h->submit.child, NULL);
	child_stop(&h->builder.child, NULL);
	parse_stop(&h->parse);
	turn_end(&h->turn);
	store_close(&h->store);
	catalog_free(&h->catalog);
	free(h->loop_token);
	if (h->lock_fd >= 0)
		close(h->lock_fd);
	free(h);
	*house = NULL;
}

/* --- children ---------------------------------------------------------------- */

static bool start(struct house *h, struct helper *helper, const char *role, enum wire_type type,
                  const struct str *settings, struct why *why)
{
	if (helper->child.pid != 0)
		return true;
	if (h->turn.now_at < helper->start_at)
		return false;
	if (child_start(role, &helper->child, why) == RC_OK &&
	    wire_send(helper->child.fd, type, settings) == RC_OK)
		return true;
	child_stop(&helper->child, NULL);
	helper->start_at = h->turn.now_at + helper->pause_s;
	return false;
}

/* Started again after a pause that doubles; a life of some length resets it. */
static void lost(struct house *h, struct helper *helper, const char *role)
{
	int how = 0;
	child_stop(&helper->child, &how);
	log_warn("lost gateway=%s child=%s status=0x%x again_s=%d", h->gateway->name, role,
	         (unsigned)how, helper->pause_s);
	helper->start_at = h->turn.now_at + helper->pause_s;
	helper->pause_s =
		helper->pause_s * 2 < RESTART_MOST_S ? helper->pause_s * 2 : RESTART_MOST_S;
}

static void send_taken(struct house *h, struct mailbox *m, int64_t uidvalidity, const int64_t *uids,
                       size_t count)
{
	struct str frame;
	if (count == 0 || m->fetch.child.pid == 0)
		return;
	str_init(&frame, 1 << 20);
	pack_u64(&frame, (uint64_t)uidvalidity);
	pack_u64(&frame, count);
	for (size_t i = 0; i < count; i++)
		pack_u64(&frame, (uint64_t)uids[i]);
	if (wire_send(m->fetch.child.fd, WIRE_FETCH_TAKEN, &frame) != RC_OK)
		lost(h, &m->fetch, "fetch");
	str_free(&frame);
}

static void start_fetch(struct house *h, struct mailbox *m)
{
	int64_t uidvalidity = 0, last_uid = 0, *unacked = NULL;
	struct str settings;
	if (m->fetch.child.pid != 0 || h->turn.now_at < m->fetch.start_at ||
	    store_look(h->store, &m->why) != RC_OK)
		return;
	inbox_last(h->store, m->source, &uidvalidity, &last_uid);
	size_t count = inbox_unacked(h->store, m->source, uidvalidity, &unacked);
	struct fetch_settings s = {
		.url = m->account->url,
		.user = m->account->user,
		.secret_file = m->account->password_file,
		.secret_command = m->account->password_command,
		.ca_file = m->account->ca_file,
		.done_folder = m->account->done_folder,
		.look_every_s = m->account->look_every_s,
		.size_limit = h->gateway->size_limit,
		.uidvalidity = (uint32_t)uidvalidity,
		.last_uid = (uint32_t)last_uid,
	};
	str_init(&settings, 65536);
	fetch_settings_pack(&settings, &s);
	if (start(h, &m->fetch, "fetch", WIRE_FETCH_SETTINGS, &settings, &m->why))
		send_taken(h, m, uidvalidity, unacked, count);
	str_free(&settings);
	store_rollback(h->store);
}

static bool start_submit(struct house *h)
{
	const struct conf_account *a = &h->gateway->submission;
	struct submit_settings s = {
		.url = a->url,
		.user = a->user,
		.secret_file = a->password_file,
		.secret_command = a->password_command,
		.ca_file = a->ca_file,
		.helo = h->gateway->helo,
	};
	struct str settings;
	str_init(&settings, 65536);
	submit_settings_pack(&settings, &s);
	bool up = start(h, &h->submit, "submit", WIRE_SUBMIT_SETTINGS, &settings, &h->trouble);
	str_free(&settings);
	return up;
}

/* --- mails in ------------------------------------------------------------------ */

static struct incoming *next_incoming(struct house *h, struct mailbox *m, const char *name,
                                      int64_t uidvalidity, int64_t uid)
{
	struct incoming *in = &h->batch[h->batch_count++];
	*in = (struct incoming){
		.mailbox = m, .name = mem_text(name), .uidvalidity = uidvalidity, .uid = uid
	};
	return in;
}

/* RC_TEMP: no worker to be had; the mail stays where it is. */
static enum rc read_octets(struct house *h, struct incoming *in, const char *octets, size_t len)
{
	struct message_options options = { .limits = message_limits_default,
		                           .authserv_id = h->gateway->authserv_id,
		                           .loop_token = h->loop_token };
	options.limits.octets = (size_t)h->gateway->size_limit;
	in->hash = digest_make(octets, len);
	enum rc rc = parse_mail(&h->parse, octets, len, &options, &in->message, &in->why);
	if (rc == RC_PERM)
		in->state = "quarantined";
	return rc == RC_TEMP ? RC_TEMP : RC_OK;
}

static void read_maildir(struct house *h, struct mailbox *m)
{
	char **names = NULL;
	size_t count = 0;
	struct why why;
	enum rc rc = maildir_list(m->path, BATCH_MOST - h->batch_count, &names, &count, &why);
	m->drained = rc == RC_OK && count == 0;
	if (rc == RC_TEMP || rc == RC_PERM) {
		log_warn("mailbox gateway=%s %s", h->gateway->name, why.text);
		m->down = true;
		m->why = why;
	}
	for (size_t i = 0; i < count; i++) {
		char *octets = NULL;
		size_t len = 0;
		struct incoming *in = next_incoming(h, m, names[i], 0, 0);
		rc = maildir_read(m->path, names[i], (size_t)h->gateway->size_limit, &octets, &len,
		                  &in->why);
		if (rc == RC_PERM) {
			in->state = "skipped";
			in->hash = digest_make(names[i], strlen(names[i]));
		} else if (rc != RC_OK || read_octets(h, in, octets, len) != RC_OK) {
			free(octets);
			free(in->name);
			h->batch_count--;
			break;
		}
		free(octets);
	}
	maildir_names_free(&names, count);
}

static void fetch_state(struct house *h, struct mailbox *m, struct unpack *in)
{
	uint64_t state = unpack_count(in, 2);
	char *sentence = unpack_text(in);
	m->down = state == 0;
	m->drained = state == 2;
	if (state == 0) {
		struct log_text safe;
		why_set(&m->why, RC_TEMP, "%s: %.300s", m->source,
		        sentence != NULL ? sentence : "");
		log_warn("mailbox gateway=%s down: %s", h->gateway->name,
		         log_safe(&safe, sentence));
	} else {
		m->fetch.pause_s = RESTART_S;
	}
	free(sentence);
}

static void fetch_acked(struct house *h, struct mailbox *m, struct unpack *in)
{
	int64_t uidvalidity = (int64_t)unpack_u64(in);
	uint64_t count = unpack_count(in, 1 << 20);
	struct why why;
	if (store_begin(h->store, &why) != RC_OK)
		return; /* asked again at the next connection */
	for (uint64_t i = 0; i < count && !in->bad; i++) {
		char name[24];
		snprintf(name, sizeof name, "%llu", (unsigned long long)unpack_u64(in));
		inbox_acked(h->store, m->source, uidvalidity, name);
	}
	store_commit(h->store, &why);
}

static enum rc fetch_mail(struct house *h, struct mailbox *m, struct unpack *in, bool skipped)
{
	char name[24];
	size_t len = 0;
	int64_t uidvalidity = (int64_t)unpack_u64(in), uid = (int64_t)unpack_u64(in);
	char *octets = skipped ? unpack_text(in) : unpack_octets(in, &len);
	enum rc rc = RC_TEMP;
	if (octets != NULL && unpack_done(in)) {
		snprintf(name, sizeof name, "%lld", (long long)uid);
		struct incoming *mail = next_incoming(h, m, name, uidvalidity, uid);
		if (skipped) {
			why_set(&mail->why, RC_PERM, "%s", octets);
			mail->state = "skipped";
			struct str place;
			str_init(&place, 4096);
			str_addf(&place, "%s %lld %s", m->source, (long long)uidvalidity, name);
			mail->hash = digest_make(place.text, place.len);
			str_free(&place);
			rc = RC_OK;
		} else {
			rc = read_octets(h, mail, octets, len);
		}
		if (rc != RC_OK) {
			free(mail->name);
			h->batch_count--;
		}
	}
	free(octets);
	return rc;
}

static bool readable(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	return fd >= 0 && poll(&p, 1, 0) > 0;
}

/* Frames that are there; a mail that cannot be read now brings the child down,
 * so that it is fetched again later. */
static void read_fetch(struct house *h, struct mailbox *m)
{
	start_fetch(h, m);
	while (m->fetch.child.pid != 0 && h->batch_count < BATCH_MOST &&
	       readable(m->fetch.child.fd)) {
		enum wire_type type;
		char *payload = NULL;
		size_t len;
		enum rc rc = wire_receive(m->fetch.child.fd, 5000, &type, &payload, &len);
		if (rc == RC_OK) {
			struct unpack in = unpack_start(payload, len);
			if (type == WIRE_FETCH_MAIL || type == WIRE_FETCH_SKIPPED)
				rc = fetch_mail(h, m, &in, type == WIRE_FETCH_SKIPPED);
			else if (type == WIRE_FETCH_ACKED)
				fetch_acked(h, m, &in);
			else if (type == WIRE_FETCH_STATE)
				fetch_state(h, m, &in);
			else
				rc = RC_PERM;
		}
		free(payload);
		if (rc != RC_OK)
			lost(h, &m->fetch, "fetch");
	}
}

static void take_one(struct house *h, struct incoming *in)
{
	struct turn_place place = { in->mailbox->source, in->uidvalidity, in->uid, in->name,
		                    in->hash.text };
	struct why why = in->why;
	enum rc rc = RC_PERM;
	store_part(h->store);
	if (in->message != NULL)
		rc = turn_mail(&h->turn, &place, in->message, &why);
	enum rc part = store_part_end(h->store, rc == RC_OK, &why);
	if (rc == RC_OK || rc == RC_NONE)
		rc = part != RC_OK ? part : rc;
	if (rc == RC_PERM)
		turn_set_aside(&h->turn, &place, in->state != NULL ? in->state : "quarantined",
		               why.text);
	if (rc == RC_TEMP)
		log_warn("later gateway=%s mail=%s: %s", h->gateway->name, in->name, why.text);
	in->taken = rc != RC_TEMP;
	if (in->taken && in->mailbox->path != NULL)
		inbox_acked(h->store, place.source, place.uidvalidity, place.name);
}

static void acknowledge(struct house *h)
{
	for (size_t b = 0; b < h->mailbox_count; b++) {
		struct mailbox *m = &h->mailboxes[b];
		int64_t uids[BATCH_MOST], uidvalidity = 0;
		size_t count = 0;
		for (size_t i = 0; i < h->batch_count; i++) {
			struct incoming *in = &h->batch[i];
			struct why why;
			if (in->mailbox != m || !in->taken)
				continue;
			if (m->path == NULL) {
				if (count > 0 && in->uidvalidity != uidvalidity) {
					send_taken(h, m, uidvalidity, uids, count);
					count = 0;
				}
				uidvalidity = in->uidvalidity;
				uids[count++] = in->uid;
			} else if (maildir_taken(m->path, in->name, &why) == RC_TEMP) {
				log_warn("mailbox gateway=%s %s", h->gateway->name, why.text);
			}
		}
		send_taken(h, m, uidvalidity, uids, count);
	}
}

/* All that was read shares one commit; only what it holds is acknowledged. */
static void take_batch(struct house *h)
{
	struct why why;
	bool later = false;
	if (h->batch_count == 0)
		return;
	if (store_begin(h->store, &why) == RC_OK) {
		for (size_t i = 0; i < h->batch_count; i++) {
			take_one(h, &h->batch[i]);
			later = later || !h->batch[i].taken;
		}
		if (store_commit(h->store, &why) == RC_OK) {
			acknowledge(h);
			why.text[0] = '\0';
		} else {
			later = true;
		}
	} else {
		later = true;
	}
	if (later) {
		log_warn("later gateway=%s: %s; nothing is lost, tried again in %d s",
		         h->gateway->name, why.text, RESTART_S);
		h->retry_at = h->turn.now_at + RESTART_S;
		for (size_t i = 0; i < h->mailbox_count; i++)
			if (h->mailboxes[i].fetch.child.pid != 0)
				lost(h, &h->mailboxes[i].fetch,
				     "fetch"); /* it sends again what was not taken */
	}
	drop_batch(h);
}

/* --- mails out ---------------------------------------------------------------------- */

static size_t in_flight(const struct house *h)
{
	size_t count = 0;
	for (size_t i = 0; i < HANDED_MOST; i++)
		count += h->handed[i] != 0;
	return count + h->result_count;
}

static void put_result(struct house *h, const struct submit_result *result)
{
	for (size_t i = 0; i < HANDED_MOST; i++)
		if (h->handed[i] == (int64_t)result->id)
			h->handed[i] = 0;
	if (h->result_count < HANDED_MOST)
		h->results[h->result_count++] = *result;
}

static void write_maildir(struct house *h, const struct deliver_mail *mail)
{
	struct why why = { .text = "" };
	struct token name = token_make(token_system);
	struct submit_result result = { .id = mail->id };
	enum rc rc = maildir_write(h->gateway->submission.path, name.text, mail->octets, mail->len,
	                           &why);
	result.outcome = rc == RC_OK ? SUBMIT_SENT : SUBMIT_LATER;
	snprintf(result.reply, sizeof result.reply, "%.200s", rc == RC_OK ? "written" : why.text);
	put_result(h, &result);
}

static void hand_over(void *context, const struct deliver_mail *mail)
{
	struct house *h = context;
	struct str frame;
	if (h->gateway->submission.path != NULL) {
		write_maildir(h, mail);
		return;
	}
	str_init(&frame, WIRE_MOST);
	submit_mail_pack(&frame, mail->id, mail->reverse_path, mail->recipient, mail->octets,
	                 mail->len);
	bool sent = h->submit.child.pid != 0 &&
	            wire_send(h->submit.child.fd, WIRE_SUBMIT_MAIL, &frame) == RC_OK;
	str_free(&frame);
	if (!sent) { /* never left this process: told apart from what may have */
		struct why why;
		if (store_begin(h->store, &why) == RC_OK) {
			outbox_not_handed(h->store, (int64_t)mail->id);
			store_commit(h->store, &why);
		}
		return;
	}
	for (size_t i = 0; i < HANDED_MOST; i++)
		if (h->handed[i] == 0) {
			h->handed[i] = (int64_t)mail->id;
			return;
		}
}

/* Whatever a dead child had in hand may have been accepted. */
static void lost_submit(struct house *h)
{
	lost(h, &h->submit, "submit");
	for (size_t i = 0; i < HANDED_MOST; i++) {
		struct submit_result result = { .id = (uint64_t)h->handed[i],
			                        .outcome = SUBMIT_UNKNOWN,
			                        .reply = "the sending process ended meanwhile" };
		if (h->handed[i] != 0)
			put_result(h, &result);
	}
}

static void read_submit(struct house *h)
{
	while (h->submit.child.pid != 0 && readable(h->submit.child.fd) &&
	       h->result_count < HANDED_MOST) {
		enum wire_type type;
		char *payload = NULL;
		size_t len;
		struct submit_result result;
		enum rc rc = wire_receive(h->submit.child.fd, 5000, &type, &payload, &len);
		if (rc == RC_OK && (type != WIRE_SUBMIT_RESULT ||
		                    submit_result_unpack(payload, len, &result) != RC_OK))
			rc = RC_PERM;
		free(payload);
		if (rc != RC_OK) {
			lost_submit(h);
			return;
		}
		h->submit.pause_s = RESTART_S;
		if (result.account)
			why_set(&h->trouble, RC_TEMP, "submission: %s", result.reply);
		put_result(h, &result);
	}
}

static void book_results(struct house *h)
{
	struct why why;
	if (h->result_count == 0)
		return;
	if (store_begin(h->store, &why) != RC_OK)
		return; /* kept, booked at the next round */
	for (size_t i = 0; i < h->result_count; i++)
		turn_delivered(&h->turn, &h->results[i]);
	if (store_commit(h->store, &why) == RC_OK)
		h->result_count = 0;
	else
		log_warn("later gateway=%s: %s", h->gateway->name, why.text);
}

static void send_due(struct house *h, size_t *count)
{
	struct why why;
	size_t room = HANDED_MOST - in_flight(h);
	*count = 0;
	if (room == 0 || store_look(h->store, &why) != RC_OK)
		return;
	int64_t next_at = outbox_next_at(h->store);
	store_rollback(h->store);
	if (next_at == 0 || next_at > h->turn.now_at)
		return;
	if (h->gateway->submission.path == NULL && !start_submit(h))
		return;
	if (deliver_due(&h->turn, room, hand_over, h, count, &why) != RC_OK)
		log_warn("later gateway=%s: %s", h->gateway->name, why.text);
}

/* --- the routing file -------------------------------------------------------------- */

/* Built by a process of its own from the committed state, while we go on with
 * the overlay; its end is what we wait for. */
static void renew_network(struct house *h)
{
	struct why why;
	struct str settings;
	if (h->builder.child.pid == 0 && turn_network_stale(&h->turn)) {
		str_init(&settings, 65536);
		pack_text(&settings, h->gateway->state);
		start(h, &h->builder, "network", WIRE_NETWORK_SETTINGS, &settings, &why);
		str_free(&settings);
	} else if (h->builder.child.pid != 0 && readable(h->builder.child.fd)) {
		int how = 0;
		child_stop(&h->builder.child, &how);
		h->builder.start_at = h->turn.now_at + RESTART_MOST_S;
		turn_network_renew(&h->turn);
		log_info("network gateway=%s built status=0x%x", h->gateway->name, (unsigned)how);
	}
}

int house_network_main(void)
{
	enum wire_type type;
	char *payload = NULL;
	size_t len;
	struct why why;
	struct store *store = NULL;
	struct turn turn = { .now_at = time(NULL) };
	struct conf_gateway gateway = { 0 };
	enum rc rc = wire_receive(CHILD_FD, -1, &type, &payload, &len);
	struct unpack in = unpack_start(payload, rc == RC_OK ? len : 0);
	gateway.state = unpack_text(&in);
	if (rc == RC_OK && gateway.state != NULL)
		rc = store_open(gateway.state, &store, &why);
	turn.store = store;
	turn.gateway = &gateway;
	if (rc == RC_OK)
		rc = store_look(store, &why);
	if (rc == RC_OK)
		rc = turn_network_build(&turn, &why);
	store_close(&store);
	free(gateway.state);
	free(payload);
	return rc == RC_OK ? 0 : 1;
}

/* --- the round ------------------------------------------------------------------------ */

static size_t take_due(struct house *h)
{
	struct why why;
	if (store_look(h->store, &why) != RC_OK)
		return 0;
	int64_t next_at = turn_next_at(&h->turn);
	store_rollback(h->store);
	if (next_at == 0 || next_at > h->turn.now_at || store_begin(h->store, &why) != RC_OK)
		return 0;
	size_t count = turn_due(&h->turn, DUE_MOST);
	if (store_commit(h->store, &why) == RC_OK)
		return count;
	log_warn("later gateway=%s: %s", h->gateway->name, why.text);
	return 0;
}

bool house_work(struct house *h, int64_t now_at)
{
	size_t sent = 0, due = 0;
	h->turn.now_at = now_at;
	if (h->refreshed_at + 2 <= now_at) {
		h->refreshed_at = now_at;
		catalog_refresh(h->catalog, tell_flaw, (void *)h->gateway);
	}
	for (size_t i = 0; i < h->mailbox_count && now_at >= h->retry_at; i++) {
		if (h->mailboxes[i].path != NULL)
			read_maildir(h, &h->mailboxes[i]);
		else
			read_fetch(h, &h->mailboxes[i]);
	}
	bool took = h->batch_count > 0;
	take_batch(h);
	if (now_at >= h->retry_at)
		due = take_due(h);
	renew_network(h);
	read_submit(h);
	book_results(h);
	if (now_at >= h->retry_at)
		send_due(h, &sent);
	book_results(h);
	return (took && now_at >= h->retry_at) || due > 0 ||
	       (sent > 0 && h->gateway->submission.path != NULL);
}

size_t house_fds(struct house *h, struct pollfd fds[HOUSE_FDS])
{
	size_t count = 0;
	for (size_t i = 0; i < h->mailbox_count && count < HOUSE_FDS - 2; i++)
		if (h->mailboxes[i].fetch.child.pid != 0)
			fds[count++] = (struct pollfd){ h->mailboxes[i].fetch.child.fd, POLLIN, 0 };
	if (h->builder.child.pid != 0)
		fds[count++] = (struct pollfd){ h->builder.child.fd, POLLIN, 0 };
	if (h->submit.child.pid != 0)
		fds[count++] = (struct pollfd){ h->submit.child.fd, POLLIN, 0 };
	return count;
}

bool house_idle(struct house *h, int64_t now_at, struct why *why)
{
	why->text[0] = '\0';
	if (h->retry_at > now_at)
		return false;
	for (size_t i = 0; i < h->mailbox_count; i++) {
		struct mailbox *m = &h->mailboxes[i];
		if (m->down)
			*why = m->why;
		else if (!m->drained)
			return false;
	}
	if (in_flight(h) > 0)
		return false;
	if (store_look(h->store, why) != RC_OK)
		return true;
	int64_t mail_at = outbox_next_at(h->store), due_at = turn_next_at(&h->turn);
	store_rollback(h->store);
	bool waiting = (mail_at != 0 && mail_at <= now_at) || (due_at != 0 && due_at <= now_at);
	if (waiting && h->submit.start_at > now_at) {
		*why = h->trouble;
		return true;
	}
	if (!waiting && mail_at != 0 && h->trouble.text[0] != '\0')
		*why = h->trouble;
	return !waiting;
}
