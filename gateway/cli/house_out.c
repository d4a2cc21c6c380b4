/* Mails out: due rows to the submission, results into the store. */
#include "cli/house_inside.h"

#include "base/log.h"
#include "base/str.h"
#include "io/maildir.h"
#include "io/submit.h"

#include <stdio.h>
#include <stdlib.h>

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
	bool up =
		house_start(h, &h->submit, "submit", WIRE_SUBMIT_SETTINGS, &settings, &h->trouble);
	str_free(&settings);
	return up;
}

size_t house_in_flight(const struct house *h)
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
	house_lost(h, &h->submit, "submit");
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
	while (h->submit.child.pid != 0 && house_readable(h->submit.child.fd) &&
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

size_t house_send(struct house *h)
{
	size_t count = 0;
	struct why why;
	size_t room = HANDED_MOST - house_in_flight(h);
	if (room == 0 || store_look(h->store, &why) != RC_OK)
		return 0;
	int64_t next_at = outbox_next_at(h->store);
	store_rollback(h->store);
	if (next_at == 0 || next_at > h->turn.now_at)
		return 0;
	if (h->gateway->submission.path == NULL && !start_submit(h))
		return 0;
	if (deliver_due(&h->turn, room, hand_over, h, &count, &why) != RC_OK)
		log_warn("later gateway=%s: %s", h->gateway->name, why.text);
	return count;
}

void house_results(struct house *h)
{
	read_submit(h);
	book_results(h);
}
