/* tell: stories in mails and days. The real store, core, turn, texts and
 * parser, in one process; only the clock and the post are told.
 *
 *   writes(s, "alice", "Introduction to Tara", "...");  a fresh mail to the gateway
 *   answers(s, "rob", "ask", "ACCEPT");                 a reply to the last "ask" they got,
 *                                                       quoting it as mail clients do
 *   days(s, 3);                                         the clock goes on, deadlines happen
 *   gets(s, "rob", "reminder");                         the next mail to them not yet seen
 *   quiet(s);                                           nobody has an unseen mail
 */
#ifndef STORY_TELL_H
#define STORY_TELL_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "deliver/deliver.h"
#include "mail/address.h"
#include "turn/turn.h"

#define GATEWAY   "intro@gw.test"
#define MONDAY    INT64_C(1780297200) /* Monday 2026-06-01 09:00 in Paris */
#define SENT_MOST 512
#define MAYBE     __attribute__((unused)) static

struct sent {
	char who[64], text_name[32];  /* "alice", "ask" */
	char *octets;
	char reverse_path[128];
	struct message *mail;
	bool seen;
};

struct story {
	char folder[64];
	struct conf_gateway gateway;
	struct catalog *catalog;
	struct store *store;
	struct turn turn;
	struct sent sent[SENT_MOST];
	size_t sent_count;
	int mails;                    /* written so far: their ids */
	const char *refuse;           /* "rob": the server refuses mails to them */
	const char *zone;             /* of people that come from now on; NULL: the gateway's */
	const char *header;           /* one more field of every mail written, or NULL */
};

/* The configuration owns its texts; here they are constants. */
#define OWN(text) ((char *)(text))
static char *tell_languages[] = { OWN("en"), OWN("fr"), OWN("de") };

static void tell_random(void *room, unsigned octets)
{
	static unsigned long long state = 88172645463325252ull; /* xorshift: told chance */
	for (unsigned i = 0; i < octets; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		((unsigned char *)room)[i] = (unsigned char)(state >> 24);
	}
}

static void tell_flaw(void *context, const char *sentence)
{
	(void)context;
	fail_msg("template: %s", sentence);
}

static void must(enum rc rc, const struct why *why)
{
	if (rc != RC_OK)
		fail_msg("%s", why->text);
}

MAYBE struct story *story_new(void)
{
	struct story *s = mem_zero(1, sizeof *s);
	struct why why;
	log_level_set(LOG_LEVEL_WARN);
	/* In memory where there is such a place: a story is not about the disk. */
	strcpy(s->folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/passerelle-story-XXXXXX"
	                                                : "/tmp/passerelle-story-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	s->gateway = (struct conf_gateway){
		.name = OWN("test"),
		.address = OWN(GATEWAY),
		.display_name = OWN("Test Network"),
		.separator = '+',
		.languages = tell_languages,
		.language_count = 3,
		.zone = OWN("Europe/Paris"),
		.verp = true,
		.helo = OWN("gw.test"),
		.disclosure = CONF_FIRST,
		.max_hops = 6,
		.open_per_requester = 5,
		.asks_per_month = 8,
		.link_credit = 3,
		.cooldown_s = 30 * 86400,
		.reminders = { 3, 5 },
		.reroute_days = 7,
		.deadline_s = 60 * 86400,
		.progress_s = 7 * 86400,
		.outcome_s = 10 * 86400,
		.invitations_per_week = 10,
		.answers_per_day = 20,
		.searches_per_day = 30,
		.size_limit = 25 << 20,
		.state = s->folder,
	};
	s->catalog = catalog_new(NULL, (const char *const *)tell_languages, 3, tell_flaw, NULL);
	must(store_open(s->folder, &s->store, &why), &why);
	s->turn = (struct turn){ .store = s->store,
		                 .gateway = &s->gateway,
		                 .catalog = s->catalog,
		                 .now_at = MONDAY,
		                 .random = tell_random };
	return s;
}

static int tell_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

MAYBE void story_end(struct story *s)
{
	for (size_t i = 0; i < s->sent_count; i++) {
		free(s->sent[i].octets);
		message_free(&s->sent[i].mail);
	}
	turn_end(&s->turn);
	store_close(&s->store);
	catalog_free(&s->catalog);
	nftw(s->folder, tell_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(s);
}

/* "alice" is Alice, alice@alice.test, of Alice Ltd. */
MAYBE int64_t person_in(struct story *s, const char *who, const char *language,
                        enum member_state state)
{
	struct why why;
	struct str name, address, firm;
	int64_t id;
	str_init(&name, 100);
	str_init(&address, 100);
	str_init(&firm, 100);
	str_addf(&name, "%c%s Person", who[0] - 32, who + 1);
	str_addf(&address, "%s@%s.test", who, who);
	str_addf(&firm, "%c%s Ltd", who[0] - 32, who + 1);
	struct member m = { .name = name.text,
		            .address = address.text,
		            .firm = firm.text,
		            .language = language,
		            .zone = s->zone,
		            .state = state,
		            .added_at = s->turn.now_at };
	must(store_begin(s->store, &why), &why);
	must(member_add(s->store, &m, &id, &why), &why);
	must(store_commit(s->store, &why), &why);
	str_free(&name);
	str_free(&address);
	str_free(&firm);
	return id;
}

MAYBE int64_t person(struct story *s, const char *who)
{
	return person_in(s, who, "en", MEMBER_MEMBER);
}

static int64_t id_of(struct story *s, const char *who)
{
	struct str address;
	str_init(&address, 100);
	str_addf(&address, "%s@%s.test", who, who);
	struct member *m = member_by_address(s->store, address.text);
	str_free(&address);
	assert_non_null(m);
	return m->id;
}

/* Both ways; 1 slightly ... 4 very well. */
MAYBE void knows(struct story *s, const char *a, const char *b, int strength)
{
	struct why why;
	must(store_begin(s->store, &why), &why);
	int64_t ids[] = { id_of(s, a), id_of(s, b) };
	for (int i = 0; i < 2; i++) {
		struct link link = { ids[i], ids[1 - i], strength, 0, true,   true,       MONDAY };
		link_put(s->store, &link);
	}
	must(store_commit(s->store, &why), &why);
}

/* --- the post ------------------------------------------------------------------- */

struct tell_batch {
	struct story *story;
	struct submit_result results[DELIVER_IN_FLIGHT];
	size_t count;
};

static void tell_take(void *context, const struct deliver_mail *mail)
{
	struct tell_batch *batch = context;
	struct story *s = batch->story;
	struct message_options options = { .limits = message_limits_default };
	struct submit_result *result = &batch->results[batch->count++];
	struct sent *sent = &s->sent[s->sent_count++];
	assert_true(s->sent_count < SENT_MOST);
	*sent = (struct sent){ .octets = mem_text_len(mail->octets, mail->len) };
	snprintf(sent->who, sizeof sent->who, "%.*s", (int)strcspn(mail->recipient, "@"),
	         mail->recipient);
	snprintf(sent->reverse_path, sizeof sent->reverse_path, "%s", mail->reverse_path);
	sent->mail = message_parse(mail->octets, mail->len, &options);
	*result = (struct submit_result){ .id = mail->id, .outcome = SUBMIT_SENT, .code = 250 };
	if (s->refuse != NULL && strcmp(s->refuse, sent->who) == 0) {
		result->outcome = SUBMIT_REFUSED;
		result->code = 550;
		s->sent_count--;
		free(sent->octets);
		message_free(&sent->mail);
	}
}

static void post(struct story *s)
{
	struct why why;
	size_t count;
	do {
		struct tell_batch batch = { .story = s };
		size_t first = s->sent_count;
		must(deliver_due(&s->turn, DELIVER_IN_FLIGHT, tell_take, &batch, &count, &why),
		     &why);
		must(store_begin(s->store, &why), &why);
		for (size_t i = 0, at = first; i < batch.count; i++) {
			struct outbox *row = outbox_get(s->store, (int64_t)batch.results[i].id);
			if (batch.results[i].outcome == SUBMIT_SENT)
				snprintf(s->sent[at++].text_name, sizeof s->sent[0].text_name, "%s",
				         row->message);
			turn_delivered(&s->turn, &batch.results[i]);
		}
		must(store_commit(s->store, &why), &why);
	} while (count > 0);
}

/* Any octets into the mailbox; RC_NONE: taken before. */
MAYBE enum rc arrives(struct story *s, const char *octets)
{
	struct message_options options = { .limits = message_limits_default,
		                           .authserv_id = s->gateway.authserv_id };
	struct why why;
	char name[24];
	snprintf(name, sizeof name, "%d", ++s->mails);
	struct digest hash = digest_make(octets, strlen(octets));
	struct turn_place place = { "test", 1, s->mails, name, hash.text };
	must(store_begin(s->store, &why), &why);
	char *loop = mem_text(deliver_loop_token(&s->turn));
	options.loop_token = loop;
	struct message *m = message_parse(octets, strlen(octets), &options);
	store_part(s->store);
	enum rc rc = turn_mail(&s->turn, &place, m, &why);
	must(store_part_end(s->store, true, &why), &why);
	must(store_commit(s->store, &why), &why);
	free(loop);
	message_free(&m);
	post(s);
	return rc;
}

/* Folded lines of one field of a mail we sent, as it stands. */
static char *field(const char *octets, const char *name)
{
	struct str want;
	str_init(&want, 100);
	str_addf(&want, "\r\n%s: ", name);
	const char *at = strstr(octets, want.text), *end = strstr(octets, "\r\n\r\n");
	char *value = at != NULL && at < end
	                      ? mem_text_len(at + want.len, strcspn(at + want.len, "\r\n"))
	                      : NULL;
	str_free(&want);
	return value;
}

static void add_head(struct story *s, struct str *mail, const char *from, const char *to,
                     const char *subject)
{
	if (s->header != NULL)
		str_addf(mail, "%s\r\n", s->header);
	str_addf(mail,
	         "From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%d@story.test>\r\n"
	         "Date: Mon, 1 Jun 2026 09:00:00 +0200\r\nMIME-Version: 1.0\r\n"
	         "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n",
	         from, to, subject, s->mails + 1);
}

MAYBE void writes_from(struct story *s, const char *from, const char *to, const char *subject,
                       const char *text)
{
	struct str mail;
	str_init(&mail, 1 << 20);
	add_head(s, &mail, from, to, subject);
	str_addf(&mail, "\r\n%s\r\n", text);
	arrives(s, mail.text);
	str_free(&mail);
}

MAYBE void writes(struct story *s, const char *who, const char *subject, const char *text)
{
	struct str from;
	str_init(&from, 100);
	str_addf(&from, "%s@%s.test", who, who);
	writes_from(s, from.text, GATEWAY, subject, text);
	str_free(&from);
}

static struct sent *last_sent(struct story *s, const char *who, const char *text_name)
{
	for (size_t i = s->sent_count; i-- > 0;)
		if (strcmp(s->sent[i].who, who) == 0 &&
		    strcmp(s->sent[i].text_name, text_name) == 0)
			return &s->sent[i];
	fail_msg("%s never got '%s'", who, text_name);
	return NULL;
}

/* A reply to that mail, from any address, with the whole of it quoted below. */
MAYBE void answers_from(struct story *s, const char *from, const char *who, const char *text_name,
                        const char *text)
{
	struct sent *asked = last_sent(s, who, text_name);
	struct str mail, subject;
	char *to = field(asked->octets, "Reply-To");
	str_init(&mail, 1 << 20);
	str_init(&subject, 2000);
	str_addf(&subject, "Re: %s", asked->mail->subject);
	add_head(s, &mail, from, to, "Re: the question");
	str_addf(
		&mail,
		"In-Reply-To: %s\r\nReferences: %s\r\n\r\n%s\r\n\r\nOn 1 June 2026, Test Network wrote:\r\n> ",
		asked->mail->message_id, asked->mail->message_id, text);
	for (const char *at = asked->mail->text; *at != '\0'; at++) {
		str_add_len(&mail, at, 1);
		if (*at == '\n')
			str_add(&mail, "> ");
	}
	arrives(s, mail.text);
	str_free(&mail);
	str_free(&subject);
	free(to);
}

MAYBE void answers(struct story *s, const char *who, const char *text_name, const char *text)
{
	struct str from;
	str_init(&from, 100);
	str_addf(&from, "%s@%s.test", who, who);
	answers_from(s, from.text, who, text_name, text);
	str_free(&from);
}

/* A request as far as the receipt: written, confirmed. */
MAYBE void asks_for(struct story *s, const char *who, const char *subject, const char *text)
{
	writes(s, who, subject, text);
	answers(s, who, "confirm", "Yes");
	last_sent(s, who, "confirm")->seen = true;
}

/* --- what people see -------------------------------------------------------------- */

MAYBE struct sent *gets(struct story *s, const char *who, const char *text_name)
{
	for (size_t i = 0; i < s->sent_count; i++) {
		struct sent *sent = &s->sent[i];
		if (sent->seen || strcmp(sent->who, who) != 0)
			continue;
		if (strcmp(sent->text_name, text_name) != 0)
			fail_msg("%s gets '%s' where '%s' was expected:\n%s", who, sent->text_name,
			         text_name, sent->mail->text);
		sent->seen = true;
		return sent;
	}
	fail_msg("%s gets nothing where '%s' was expected", who, text_name);
	return NULL;
}

/* However its lines are wrapped and quoted. */
static char *unwrapped(const char *text)
{
	struct str out;
	str_init(&out, 1 << 20);
	for (; *text != '\0'; text++) {
		bool blank = *text == '\n' || *text == ' ' || *text == '>';
		if (!blank)
			str_add_char(&out, *text);
		else if (out.len > 0 && out.text[out.len - 1] != ' ')
			str_add_char(&out, ' ');
	}
	return out.text;
}

MAYBE void says(const struct sent *sent, const char *text)
{
	char *said = unwrapped(sent->mail->text);
	bool found = strstr(said, text) != NULL || strstr(sent->mail->subject, text) != NULL;
	free(said);
	if (!found)
		fail_msg("'%s' to %s does not say \"%s\":\n%s", sent->text_name, sent->who, text,
		         sent->mail->text);
}

MAYBE void hides(const struct sent *sent, const char *text)
{
	if (strstr(sent->octets, text) != NULL || strstr(sent->mail->text, text) != NULL ||
	    strstr(sent->mail->subject, text) != NULL)
		fail_msg("'%s' to %s must not say \"%s\":\n%s", sent->text_name, sent->who, text,
		         sent->mail->text);
}

MAYBE void quiet(struct story *s)
{
	for (size_t i = 0; i < s->sent_count; i++)
		if (!s->sent[i].seen)
			fail_msg("%s gets '%s' and should not:\n%s", s->sent[i].who,
			         s->sent[i].text_name, s->sent[i].mail->text);
}

/* Each due moment on its own, in order, as a running gateway would meet it. */
MAYBE void days(struct story *s, int count)
{
	struct why why;
	int64_t until = s->turn.now_at + (int64_t)count * 86400;
	for (;;) {
		must(store_begin(s->store, &why), &why);
		int64_t due_at = turn_next_at(&s->turn), mail_at = outbox_next_at(s->store);
		int64_t next_at =
			due_at == 0 || (mail_at != 0 && mail_at < due_at) ? mail_at : due_at;
		if (next_at == 0 || next_at > until) {
			store_rollback(s->store);
			break;
		}
		if (next_at > s->turn.now_at)
			s->turn.now_at = next_at;
		turn_due(&s->turn, 64);
		must(store_commit(s->store, &why), &why);
		post(s);
	}
	s->turn.now_at = until;
}

MAYBE void state_is(struct story *s, int64_t intro, const char *state)
{
	struct why why;
	must(store_begin(s->store, &why), &why);
	struct intro *i = intro_get(s->store, intro);
	if (i == NULL && state == NULL) {
		store_rollback(s->store);
		return;
	}
	assert_non_null(i);
	assert_non_null(state);
	assert_string_equal(intro_state_name(i->state), state);
	store_rollback(s->store);
}

#endif
