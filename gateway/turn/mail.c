/* One incoming mail: what it belongs to, whether it may be believed, what it says. */
#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/when.h"
#include "core/consent.h"
#include "core/request.h"
#include "mail/address.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_UPS_MOST 20 /* names in a mail that are looked up at all */
#define REFERENCE_SIGNS "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define VERP "bounce-" /* before the token in our reverse-path's detail */

/* What ties a mail to an ask of ours. */
struct handle {
	enum consent_handle kind;
	struct ask *ask;
	struct outbox *quoted; /* the mail of ours it answers or returns, if known */
	char *detail; /* of the sub-address, when it is no token; the pool's of turn_mail */
};

static struct ask *ask_of_mail(struct turn *turn, const struct outbox *mail)
{
	if (mail->reply_token != NULL)
		return ask_by_token(turn->store, mail->reply_token);
	return mail->ask != 0 ? ask_get(turn->store, mail->ask) : NULL;
}

static void find_by_recipient(struct turn *turn, const struct message *m, struct handle *h)
{
	const struct conf_gateway *g = turn->gateway;
	for (size_t i = 0; i < m->recipient_count && h->ask == NULL; i++) {
		char *detail = NULL;
		if (address_detail(m->recipients[i], g->address, g->separator, &detail) != RC_OK)
			continue;
		if (token_valid(detail)) {
			h->ask = ask_by_token(turn->store, detail);
			h->kind = HANDLE_TOKEN;
		} else if (strncmp(detail, VERP, strlen(VERP)) == 0) {
			h->quoted = outbox_by_verp(turn->store, detail + strlen(VERP));
		} else if (detail[0] != '\0' && h->detail == NULL) {
			h->detail = detail;
			detail = NULL;
		}
		free(detail);
	}
	if (h->ask == NULL)
		h->kind = HANDLE_NONE;
}

static void find_by_references(struct turn *turn, const struct message *m, struct handle *h)
{
	struct outbox *mail =
		m->in_reply_to != NULL ? outbox_by_message_id(turn->store, m->in_reply_to) : NULL;
	size_t oldest = m->reference_count > LOOK_UPS_MOST ? m->reference_count - LOOK_UPS_MOST : 0;
	for (size_t i = m->reference_count; i-- > oldest && mail == NULL;)
		mail = outbox_by_message_id(turn->store, m->references[i]);
	if (mail == NULL)
		return;
	if (h->quoted == NULL)
		h->quoted = mail;
	struct ask *ask = ask_of_mail(turn, mail);
	if (h->ask == NULL && ask != NULL) {
		h->ask = ask;
		h->kind = HANDLE_TOKEN;
	} else if (h->ask != NULL && ask != NULL && ask->intro != h->ask->intro) {
		h->kind = HANDLE_REFERENCE; /* they do not agree: only a hint any more */
	}
}

static bool is_reference(const char *text)
{
	size_t first = strspn(text, REFERENCE_SIGNS);
	return first == 4 && text[4] == '-' && strspn(text + 5, REFERENCE_SIGNS) == 4;
}

static struct ask *ask_of_reference(struct turn *turn, const char *text, int64_t member)
{
	char *word = utf8_cut(text, REFERENCE_LEN);
	struct intro *intro = intro_by_reference(turn->store, word);
	struct ask *asks;
	size_t count = intro != NULL ? ask_list(turn->store, intro->id, &asks) : 0;
	free(word);
	for (size_t i = count; i-- > 0;)
		if (asks[i].member == member)
			return &asks[i];
	return NULL;
}

/* "7K2M-4QXP" in the subject or the text: names an introduction, and with the
 * sender the ask that is open. */
static void find_by_reference(struct turn *turn, const struct message *m,
                              const struct member *sender, struct handle *h)
{
	const char *places[] = { m->subject, m->text };
	int looked_up = 0;
	for (int p = 0; p < 2 && sender != NULL; p++) {
		const char *text = places[p] != NULL ? places[p] : "";
		for (const char *at = strchr(text, '-'); at != NULL && h->ask == NULL;
		     at = strchr(at + 1, '-')) {
			bool starts = at - text == 4 ||
			              (at - text > 4 && strchr(REFERENCE_SIGNS, at[-5]) == NULL);
			if (starts && is_reference(at - 4) && looked_up++ < LOOK_UPS_MOST)
				h->ask = ask_of_reference(turn, at - 4, sender->id);
		}
	}
	if (h->ask != NULL)
		h->kind = HANDLE_REFERENCE;
}

/* --- answers ------------------------------------------------------------------- */

static void tell(struct turn *turn, const struct member *to, const char *message,
                 const struct message *re, json_t *values)
{
	struct letter letter = { .message = message, .member = to->id, .re = re, .values = values };
	letter_write(turn, &letter);
}

static void help(struct turn *turn, const struct member *to, const struct message *re,
                 const char *said)
{
	json_t *values = json_object();
	if (said != NULL) {
		json_object_set_new(values, "not_understood", json_true());
		json_object_set_new(values, "said", value_lines(said, 600));
	}
	tell(turn, to, "help", re, values);
}

/* "Was this you?" to the known address; once a day where a server is believed. */
static void confirm(struct turn *turn, const struct member *sender, const struct ask *about,
                    int64_t inbox, const struct message *m)
{
	struct token token;
	if (turn->gateway->authserv_id != NULL &&
	    ask_confirm_count(turn->store, sender->id, turn->now_at - WHEN_DAY_S) > 0)
		return;
	struct ask ask = { .kind = ASK_CONFIRM,
		           .member = sender->id,
		           .token = fresh_token(turn, &token),
		           .state = ASK_OPEN,
		           .inbox = inbox,
		           .asked_at = turn->now_at,
		           .parent = about != NULL ? about->id : 0 };
	ask_add(turn->store, &ask);
	struct letter letter = { .message = "confirm",
		                 .member = sender->id,
		                 .token = ask.token,
		                 .re = m,
		                 .values = json_pack("{s:s, s:o}", "subject_was", m->subject,
		                                     "said", value_lines(m->words, 600)) };
	letter_write(turn, &letter);
}

/* A token came back from another address: only the asked person hears of it. */
static void stranger(struct turn *turn, const struct ask *ask, const struct message *m)
{
	struct intro *intro = ask->intro != 0 ? intro_get(turn->store, ask->intro) : NULL;
	struct member *asked = member_get(turn->store, ask->member);
	if (intro == NULL ||
	    outbox_answer_count(turn->store, asked->address, turn->now_at - WHEN_DAY_S) >=
	            turn->gateway->answers_per_day)
		return;
	struct letter letter = {
		.message = "stranger",
		.member = ask->member,
		.intro = intro,
		.token = ask->token,
		.values = json_pack("{s:s, s:b, s:o, s:o}", "other_address", m->from[0].address,
		                    "for_target", ask->kind == ASK_TARGET, "requester",
		                    value_person(turn, intro->requester), "target",
		                    value_person(turn, intro->target)),
	};
	letter_write(turn, &letter);
}

/* Everything of this person's that waits for an answer is answered by a STOP. */
static void stop_all(struct turn *turn, int64_t member, const struct ask *but)
{
	struct ask *asks;
	size_t count = ask_open_of(turn->store, member, &asks);
	for (size_t i = 0; i < count; i++) {
		if (but != NULL && asks[i].id == but->id)
			continue;
		struct intro *intro = intro_get(turn->store, asks[i].intro);
		struct step step = { .event = EV_DECLINE, .ask = &asks[i] };
		if (intro->state == INTRO_ASKING)
			step_take(turn, intro, &step);
	}
}

static int64_t date_of(struct turn *turn, const char *date, int64_t member)
{
	int year, month, day;
	const char *zone = zone_of(turn, member);
	if (date != NULL && when_parse_date(date, &year, &month, &day) == 0) {
		int64_t at = when_noon(year, month, day, zone);
		if (at > turn->now_at)
			return at;
	}
	return when_workdays(turn->now_at, 10, zone); /* two weeks, when no day was said */
}

static enum relay_event event_of(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_ACCEPT:   return EV_ACCEPT;
	case VERDICT_NOT_NOW:  return EV_NOT_NOW;
	case VERDICT_QUESTION: return EV_QUESTION;
	case VERDICT_UNCLEAR:  return EV_UNCLEAR;
	case VERDICT_DECLINE: case VERDICT_SUGGEST: case VERDICT_STOP: case VERDICT_WRONG_PERSON:
		break;
	}
	return EV_DECLINE;
}

/* An answer to an ask that moves an introduction on. */
static void take_verdict(struct turn *turn, struct ask *ask, const struct message *m)
{
	struct intro *intro = intro_get(turn->store, ask->intro);
	struct verdict verdict = verdict_read(m->words, m->subject, m->date_at);
	struct step step = { .event = event_of(verdict.kind),
		             .ask = ask,
		             .verdict = &verdict,
		             .re = m,
		             .text = m->words };
	if (step.event == EV_NOT_NOW)
		step.date_at = date_of(turn, verdict.date, ask->member);
	log_info("verdict intro=%lld ask=%lld hop=%d %s", (long long)intro->id, (long long)ask->id,
	         ask->hop, verdict_name(verdict.kind));
	step_take(turn, intro, &step);
	if (verdict.kind == VERDICT_STOP) {
		member_state_set(turn->store, ask->member, MEMBER_STOPPED);
		stop_all(turn, ask->member, ask);
	}
	verdict_free(&verdict);
}

/* The requester answers what somebody on the way asked. */
static void take_answer(struct turn *turn, struct ask *question, const struct member *sender,
                        const struct message *m)
{
	struct ask *ask = ask_get(turn->store, question->parent);
	struct intro *intro = intro_get(turn->store, question->intro);
	bool open = question->state == ASK_OPEN &&
	            (ask->state == ASK_OPEN || ask->state == ASK_POSTPONED);
	if (!open || intro->state != INTRO_ASKING) {
		tell(turn, sender, "status", m, open_status(turn, sender->id));
		return;
	}
	struct step step = { .event = EV_ANSWER, .ask = ask, .text = m->words };
	step_take(turn, intro, &step);
	tell(turn, sender, "status", m, open_status(turn, sender->id));
}

static void withdraw(struct turn *turn, const struct member *sender, struct intro *intro,
                     const struct message *m)
{
	if (intro == NULL || intro->requester != sender->id) {
		tell(turn, sender, "status", m, open_status(turn, sender->id));
		return;
	}
	struct step step = { .event = EV_WITHDRAW, .re = m };
	bool open = intro->state == INTRO_ASKING || intro->state == INTRO_ROUTING ||
	            open_untold(turn, intro);
	if (intro->state == INTRO_FAILED && open)
		intro->state = INTRO_ROUTING; /* failed, but not told yet: withdrawn, as far as
		                                 anybody sees */
	if (open)
		step_take(turn, intro, &step);
	else
		tell(turn, sender, "status", m, open_status(turn, sender->id));
}

/* The last open introduction, when WITHDRAW names none and there is only one. */
static struct intro *only_open(struct turn *turn, int64_t requester)
{
	struct intro *intros, *only = NULL;
	size_t count = intro_list(turn->store, requester, &intros);
	for (size_t i = 0; i < count; i++) {
		if (intros[i].state != INTRO_ASKING && !open_untold(turn, &intros[i]))
			continue;
		if (only != NULL)
			return NULL;
		only = &intros[i];
	}
	return only;
}

static void take_request(struct turn *turn, const struct member *sender,
                         const struct request *request, const struct inbox *mail,
                         struct intro *about, const struct message *m)
{
	switch (request->kind) {
	case REQUEST_INTRODUCTION:
		open_request(turn, sender, request->name, request->firm, request->address,
		             request->offer, mail->id, m);
		break;
	case REQUEST_STATUS:
		tell(turn, sender, "status", m, open_status(turn, sender->id));
		break;
	case REQUEST_WITHDRAW:
		if (request->reference != NULL)
			about = intro_by_reference(turn->store, request->reference);
		else if (about == NULL)
			about = only_open(turn, sender->id);
		withdraw(turn, sender, about, m);
		break;
	case REQUEST_STOP:
		tell(turn, sender, "noted", m, json_pack("{s:b}", "stopped", 1));
		member_state_set(turn->store, sender->id, MEMBER_STOPPED);
		stop_all(turn, sender->id, NULL);
		break;
	case REQUEST_HELP:
		help(turn, sender, m, NULL);
		break;
	case REQUEST_UNKNOWN:
		help(turn, sender, m, mail->words);
		break;
	}
}

static bool changes(enum request_kind kind)
{
	return kind == REQUEST_INTRODUCTION || kind == REQUEST_WITHDRAW || kind == REQUEST_STOP;
}

static void take_answer_to(struct turn *turn, struct ask *ask, const struct member *sender,
                           const struct inbox *mail, const struct message *m)
{
	switch (ask->kind) {
	case ASK_RELAY: case ASK_TARGET: case ASK_INSTEAD:
		take_verdict(turn, ask, m);
		break;
	case ASK_QUESTION:
		take_answer(turn, ask, sender, m);
		break;
	case ASK_CONFIRM:
		break; /* take_confirmation */
	case ASK_CHOICE:
		open_choice(turn, sender, ask, m->words, m);
		break;
	case ASK_RECEIPT: {
		struct request request = request_read(NULL, m->subject, m->words);
		/* The thread's own subject names the target: only what is written now counts. */
		if (request.kind == REQUEST_INTRODUCTION) {
			request_free(&request);
			request = request_read(NULL, "", m->words);
		}
		take_request(turn, sender, &request, mail, intro_get(turn->store, ask->intro), m);
		request_free(&request);
		break;
	}
	}
}

/* What they had written, to an ask or of their own accord. */
static void take_confirmed(struct turn *turn, int64_t about, const struct member *sender,
                           const struct inbox *mail, const struct message *m)
{
	struct ask *ask = about != 0 ? ask_get(turn->store, about) : NULL;
	if (ask != NULL) {
		take_answer_to(turn, ask, sender, mail, m);
		return;
	}
	struct request request = request_read(mail->detail, m->subject, m->words);
	take_request(turn, sender, &request, mail, NULL, m);
	request_free(&request);
}

/* "Yes, that was me": the mail it was about is taken as if it came now. */
static void take_confirmation(struct turn *turn, struct ask *ask, const struct member *sender,
                              const struct message *m)
{
	bool yes = verdict_confirms(m->words, m->subject);
	struct inbox *mail = inbox_get(turn->store, ask->inbox);
	if (yes && ask->state == ASK_OPEN && mail != NULL) {
		struct message then = *m;
		then.words = (char *)(mail->words != NULL ? mail->words : "");
		then.subject = (char *)(mail->subject != NULL ? mail->subject : "");
		ask_state_set(turn->store, ask->id, ASK_OPEN, ASK_ACCEPTED, 0, turn->now_at);
		take_confirmed(turn, ask->parent, sender, mail, &then);
	} else if (yes) {
		tell(turn, sender, "status", m, open_status(turn, sender->id));
	} else {
		ask_state_set(turn->store, ask->id, ASK_OPEN, ASK_DECLINED, 0, turn->now_at);
		help(turn, sender, m, NULL);
	}
}

/* --- people ------------------------------------------------------------------------ */

static void take_person(struct turn *turn, const struct handle *h, const struct member *sender,
                        const struct inbox *mail, const struct message *m)
{
	struct request request = request_read(h->detail, m->subject, m->words);
	struct consent consent = {
		.believes = turn->gateway->authserv_id != NULL,
		.auth = m->auth,
		.one_from = m->from_count == 1 && m->from[0].address != NULL,
		.known = sender != NULL,
		.asked = h->ask != NULL && sender != NULL && h->ask->member == sender->id,
		.confirmation = h->ask != NULL && h->ask->kind == ASK_CONFIRM,
		.handle = h->kind,
		.changes = h->ask != NULL || changes(request.kind),
	};
	enum consent_verdict verdict = consent_judge(&consent);
	struct log_text from;
	if (verdict == CONSENT_STRANGER) {
		log_info("stranger ask=%lld from=<%s>", (long long)h->ask->id,
		         log_safe(&from, m->from[0].address));
		stranger(turn, h->ask, m);
	} else if (verdict == CONSENT_IGNORE || sender == NULL) {
		log_info("not-answered inbox=%lld from=<%s>: %s", (long long)mail->id,
		         log_safe(&from, m->from_count > 0 ? m->from[0].address : NULL),
		         sender == NULL ? "not a member" : "not authenticated");
	} else if (verdict == CONSENT_CONFIRM) {
		confirm(turn, sender, h->ask, mail->id, m);
	} else if (h->ask != NULL && h->ask->kind == ASK_CONFIRM) {
		take_confirmation(turn, h->ask, sender, m);
	} else if (h->ask != NULL) {
		take_answer_to(turn, h->ask, sender, mail, m);
	} else {
		take_request(turn, sender, &request, mail, NULL, m);
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

/* Away until a day: the ask waits for it, if the introduction can. */
static void take_absence(struct turn *turn, const struct handle *h, const struct message *m)
{
	struct ask *ask = h->ask;
	if (ask == NULL && h->quoted != NULL)
		ask = ask_of_mail(turn, h->quoted);
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
	if (due_at > ask->due_at && due_at < intro->deadline_at) {
		ask_paused(turn->store, ask->id, later.asked_at, due_at);
		step_event_log(turn, intro, ask, "away");
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
	struct handle handle = { .kind = HANDLE_NONE };
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
	find_by_recipient(turn, m, &handle);
	find_by_references(turn, m, &handle);
	if (handle.ask == NULL && m->kind == MESSAGE_PERSON)
		find_by_reference(turn, m, sender, &handle);
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
