/* Mails in: from the mailboxes to the parse worker, one commit for what is there. */
#include "cli/house_inside.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/pack.h"
#include "base/str.h"
#include "io/fetch.h"
#include "io/maildir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
		house_lost(h, &m->fetch, "fetch");
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
	if (house_start(h, &m->fetch, "fetch", WIRE_FETCH_SETTINGS, &settings, &m->why))
		send_taken(h, m, uidvalidity, unacked, count);
	str_free(&settings);
	store_rollback(h->store);
}

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

/* Frames that are there; a mail that cannot be read now brings the child down,
 * so that it is fetched again later. */
static void read_fetch(struct house *h, struct mailbox *m)
{
	start_fetch(h, m);
	while (m->fetch.child.pid != 0 && h->batch_count < BATCH_MOST &&
	       house_readable(m->fetch.child.fd)) {
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
			house_lost(h, &m->fetch, "fetch");
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

void house_drop(struct house *h)
{
	for (size_t i = 0; i < h->batch_count; i++) {
		free(h->batch[i].name);
		message_free(&h->batch[i].message);
	}
	h->batch_count = 0;
}

void house_take(struct house *h)
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
				house_lost(h, &h->mailboxes[i].fetch,
				     "fetch"); /* it sends again what was not taken */
	}
	house_drop(h);
}

void house_read(struct house *h, struct mailbox *m)
{
	if (m->path != NULL)
		read_maildir(h, m);
	else
		read_fetch(h, m);
}
