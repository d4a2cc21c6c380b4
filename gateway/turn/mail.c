/* One incoming mail: what it belongs to, whether it may be believed, and who takes it. */
#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/when.h"
#include "mail/address.h"
#include "turn/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- people ------------------------------------------------------------------------ */

/* The answer from a new address of a member's: with its token it proves the address. */
static const struct member *new_address_of(struct turn *turn, const struct handle *h,
                                           const struct message *m)
{
	bool theirs = h->ask != NULL && h->ask->kind == ASK_ADDRESS && m->from_count == 1 &&
	              m->from[0].address != NULL && h->ask->state == ASK_OPEN &&
	              address_same(m->from[0].address, h->ask->payload);
	return theirs ? member_get(turn->store, h->ask->member) : NULL;
}

/* Its token went to that mailbox only to be sent back from there. */
static bool proves_address(const struct ask *ask)
{
	return ask->kind == ASK_CONFIRM || ask->kind == ASK_ADDRESS ||
	       (ask->kind == ASK_JOIN && ask->next == 0);
}

static void take_person(struct turn *turn, const struct handle *h, const struct member *sender,
                        const struct inbox *mail, const struct message *m)
{
	if (sender == NULL)
		sender = new_address_of(turn, h, m);
	struct request request = request_read(h->detail, m->subject, m->words, turn->now_at);
	struct consent consent = {
		.believes = turn->gateway->authserv_id != NULL,
		.auth = m->auth,
		.one_from = m->from_count == 1 && m->from[0].address != NULL,
		.known = sender != NULL,
		.asked = h->ask != NULL && sender != NULL && h->ask->member == sender->id,
		.confirmation = h->ask != NULL && proves_address(h->ask),
		.handle = h->kind,
		.changes = h->ask != NULL || answer_changes(&request),
		.joins = command_list_find(&request.commands, COMMAND_JOIN) != NULL ||
			 command_list_find(&request.commands, COMMAND_STOP) != NULL,
	};
	enum consent_verdict verdict = consent_judge(&consent);
	struct log_text from;
	if (verdict == CONSENT_STRANGER) {
		log_info("stranger ask=%lld from=<%s>", (long long)h->ask->id,
		         log_safe(&from, m->from[0].address));
		answer_stranger(turn, h->ask, m);
	} else if (verdict == CONSENT_ACT && sender == NULL) {
		join_stranger(turn, &request, m);
	} else if (verdict == CONSENT_IGNORE || sender == NULL) {
		log_info("not-answered inbox=%lld from=<%s>: %s", (long long)mail->id,
		         log_safe(&from, m->from_count > 0 ? m->from[0].address : NULL),
		         sender == NULL ? "not a member" : "not authenticated");
	} else if (verdict == CONSENT_CONFIRM) {
		answer_confirm(turn, sender, h->ask, mail->id, m);
	} else {
		answer_take(turn, h, sender, &request, mail, m);
	}
	request_free(&request);
}

/* --- machines ------------------------------------------------------------------------ */

static void take_bounce(struct turn *turn, const struct handle *h, const struct message *m)
{
	struct outbox *mail = h->quoted;
	if (mail == NULL && m->original_id != NULL)
		mail = outbox_by_message_id(turn->store, m->original_id);
	bool failed = m->failure_count == 0;
	for (size_t i = 0; i < m->failure_count; i++)
		failed = failed || !m->failures[i].delayed;
	if (mail == NULL || !failed)
		return;
	log_info("bounce outbox=%lld intro=%lld status=%s", (long long)mail->id,
	         (long long)mail->intro,
	         m->failure_count > 0 && m->failures[0].status != NULL ? m->failures[0].status
	                                                               : "?");
	delivery_failed(turn, mail);
}

/* Away until a day: the ask waits for it, if the introduction can; else another way is
 * taken. There is none around the target, who may look in all the same. */
static void take_absence(struct turn *turn, const struct handle *h, const struct message *m)
{
	struct ask *ask = h->ask;
	if (ask == NULL && h->quoted != NULL)
		ask = handle_ask_of(turn, h->quoted);
	struct intro *intro =
		ask != NULL && ask->intro != 0 ? intro_get(turn->store, ask->intro) : NULL;
	if (intro == NULL || ask->state != ASK_OPEN || m->return_date == NULL)
		return;
	int year, month, day;
	if (when_parse_date(m->return_date, &year, &month, &day) != 0)
		return;
	/* Its days count from the return; a reminder at the door would be unkind. */
	struct ask later = *ask;
	later.asked_at = when_noon(year, month, day, zone_of(turn, ask->member));
	int64_t due_at = step_due_at(turn, &later);
	if (due_at <= ask->due_at)
		return;
	step_event_log(turn, intro, ask, "away");
	if (due_at < intro->deadline_at) {
		ask_paused(turn->store, ask->id, later.asked_at, due_at);
	} else if (ask->kind != ASK_TARGET) {
		struct step step = { .event = EV_NOT_NOW, .ask = ask, .date_at = later.asked_at };
		step_take(turn, intro, &step);
	}
}

/* --- the mail ------------------------------------------------------------------------- */

static enum rc keep_files(struct turn *turn, int64_t inbox, const struct message *m,
                          struct why *why)
{
	struct str folder, path;
	enum rc rc = RC_OK;
	str_init(&folder, 4096);
	str_init(&path, 4096);
	str_addf(&folder, "%s/attachments", turn->gateway->state);
	if (m->attachment_count > 0)
		rc = file_make_folder(folder.text, why);
	for (size_t i = 0; i < m->attachment_count && rc == RC_OK; i++) {
		const struct message_attachment *a = &m->attachments[i];
		struct digest hash = digest_make(a->octets, a->len);
		struct inbox_attachment file = { hash.text, a->name, a->type, (int64_t)a->len };
		str_clear(&path);
		str_addf(&path, "%s/%s", folder.text, hash.text);
		if (access(path.text, F_OK) != 0)
			rc = file_write(path.text, a->octets, a->len, why);
		inbox_attach(turn->store, inbox, (int)i, &file);
	}
	str_free(&folder);
	str_free(&path);
	return rc;
}

static struct inbox inbox_of(const struct turn_place *place, int64_t now_at)
{
	return (struct inbox){ .source = place->source,
		               .uidvalidity = place->uidvalidity,
		               .uid = place->uid,
		               .name = place->name,
		               .hash = place->hash,
		               .state = "done",
		               .taken_at = now_at };
}

void turn_set_aside(struct turn *turn, const struct turn_place *place, const char *state,
                    const char *sentence)
{
	struct inbox mail = inbox_of(place, turn->now_at);
	struct log_text why;
	mail.state = state;
	mail.why = sentence;
	inbox_add(turn->store, &mail);
	log_warn("%s source=%s mail=%s: %s", state, place->source, place->name,
	         log_safe(&why, sentence));
}

enum rc turn_mail(struct turn *turn, const struct turn_place *place, const struct message *m,
                  struct why *why)
{
	struct inbox mail = inbox_of(place, turn->now_at);
	enum rc rc = RC_OK;
	mail.message_id = m->message_id;
	if (inbox_taken(turn->store, &mail))
		return RC_NONE;
	if (m->kind == MESSAGE_MALFORMED) {
		turn_set_aside(turn, place, "quarantined",
		               m->error != NULL ? m->error : "not a mail");
		return RC_OK;
	}
	const char *address = m->from_count == 1 ? m->from[0].address : NULL;
	struct member *sender = address != NULL ? member_by_address(turn->store, address) : NULL;
	struct handle handle = handle_find(turn, m, sender);
	mail.sender = sender != NULL ? sender->id : 0;
	mail.kind = message_kind_name(m->kind);
	mail.subject = m->subject;
	mail.words = m->words;
	mail.detail = handle.detail;
	inbox_add(turn->store, &mail);
	log_info("mail inbox=%lld kind=%s ask=%lld", (long long)mail.id, mail.kind,
	         handle.ask != NULL ? (long long)handle.ask->id : 0);
	if (m->kind == MESSAGE_PERSON) {
		if (sender != NULL) /* strangers do not fill our disk */
			rc = keep_files(turn, mail.id, m, why);
		if (rc == RC_OK)
			take_person(turn, &handle, sender, &mail, m);
	} else if (m->kind == MESSAGE_BOUNCE) {
		take_bounce(turn, &handle, m);
	} else if (m->kind == MESSAGE_AUTO_REPLY) {
		take_absence(turn, &handle, m);
	}
	free(handle.detail);
	return rc;
}
