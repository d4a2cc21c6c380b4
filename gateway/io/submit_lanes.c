#include "io/submit_lanes.h"

#include "base/log.h"
#include "base/mem.h"
#include "io/clock.h"
#include "io/submit_session.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define REPLY_MS 300000       /* RFC 5321 section 4.5.3.2 */
#define AGAIN_MS 2000         /* to the next opening, doubling */
#define LOGIN_AGAIN_MS 30000  /* a refused login is never hammered */
#define AGAIN_MOST_MS 300000
#define PATIENCE_MS 5000      /* a mail waits this long for an opening to be allowed */
#define IDLE_MS 60000         /* then QUIT: the server has better uses for it */
#define SLOWEST 8             /* octets a millisecond that a mail must move at */

struct lane { /* one session, and the mail it carries */
	struct session *session; /* NULL: none */
	bool open;
	unsigned mails;          /* carried before */
	bool dirty;              /* RSET comes first */
	int64_t opened_at;
	int64_t deadline;        /* for the next step forward; with no mail: to be closed */
	int64_t end;             /* of the mail, however it creeps */
	struct smtp_mail *mail;
	struct smtp_talk talk;
};

struct lanes {
	const struct submit_settings *settings;
	lanes_tell tell;
	struct session_set *set;         /* NULL: `trouble` says why not */
	struct lane lane[SUBMIT_CONNECTIONS];
	struct smtp_mail *waiting[SUBMIT_WINDOW];
	size_t waiting_count;
	bool proved; /* a mail was answered since the last trouble */
	int64_t hold_until, hold_ms, trouble_at;
	struct submit_result trouble;
};

/* ---- trouble ---- */

static void tell_trouble(struct lanes *s, struct smtp_mail *mail)
{
	struct submit_result result = s->trouble;
	result.id = mail->id;
	s->tell(&result);
	smtp_mail_free(&mail);
}

static bool any_session(const struct lanes *s)
{
	for (size_t i = 0; i < SUBMIT_CONNECTIONS; i++)
		if (s->lane[i].session != NULL)
			return true;
	return false;
}

/* No opening for a while: the time doubles, with some jitter. */
static void hold(struct lanes *s, int64_t least_ms)
{
	unsigned char chance = 0;
	ssize_t ignored = getrandom(&chance, 1, GRND_NONBLOCK);
	(void)ignored;
	s->proved = false;
	s->hold_ms = s->hold_ms > 0 ? s->hold_ms * 2 : AGAIN_MS;
	if (s->hold_ms < least_ms)
		s->hold_ms = least_ms;
	if (s->hold_ms > AGAIN_MOST_MS)
		s->hold_ms = AGAIN_MOST_MS;
	s->trouble_at = clock_ms();
	s->hold_until = s->trouble_at + s->hold_ms + s->hold_ms * chance / 1024;
}

static void turn_away(struct lanes *s)
{
	for (size_t i = 0; i < s->waiting_count; i++)
		tell_trouble(s, s->waiting[i]);
	s->waiting_count = 0;
}

static bool long_hold(const struct lanes *s)
{
	return !any_session(s) && s->hold_until - clock_ms() > PATIENCE_MS;
}

/* `line`: the server's own words, if it was they that ended the opening. */
static void opening_failed(struct lanes *s, enum rc rc, const char *line, const struct why *why)
{
	struct log_text room;
	bool last;
	hold(s, rc == RC_PERM ? LOGIN_AGAIN_MS : AGAIN_MS);
	log_warn("submit trouble=\"%s\" again_s=%lld", log_safe(&room, why->text),
	         (long long)s->hold_ms / 1000);
	s->trouble = (struct submit_result){ .outcome = SUBMIT_LATER, .account = true };
	if (smtp_code(line, strlen(line), &last) >= 400)
		smtp_reply_note(&s->trouble, line, strlen(line));
	smtp_sentence(&s->trouble, why->text);
	if (!any_session(s)) /* else the other sessions carry on */
		turn_away(s);
}

/* ---- the way of a mail ---- */

static void wait_in_line(struct lanes *s, struct smtp_mail *mail, size_t at)
{
	memmove(&s->waiting[at + 1], &s->waiting[at],
	        (s->waiting_count - at) * sizeof s->waiting[0]);
	s->waiting[at] = mail;
	s->waiting_count++;
}

void lanes_take(struct lanes *s, struct smtp_mail *mail)
{
	struct submit_result result;
	if (!smtp_mail_fit(mail, &result)) {
		s->tell(&result);
		smtp_mail_free(&mail);
	} else if (long_hold(s)) {
		tell_trouble(s, mail);
	} else {
		wait_in_line(s, mail, s->waiting_count);
	}
}

/* Closed by the server while it was idle, and noticed only now: nothing of the
 * mail was heard there, so another session may try, once. */
static bool died_idle(const struct lane *l)
{
	const struct submit_result *r = &l->talk.result;
	return l->mails > 0 && !l->mail->again && r->outcome == SUBMIT_LATER &&
	       (l->talk.answers == 0 || (l->talk.answers == 1 && r->code == 421));
}

/* What a mail's result says of the server. */
static void learn(struct lanes *s, const struct lane *l)
{
	const struct submit_result *r = &l->talk.result;
	if (r->account || (r->code == 0 && r->outcome != SUBMIT_REFUSED)) {
		s->trouble = *r;
		s->trouble.outcome = SUBMIT_LATER;
		s->trouble.account = true;
		hold(s, AGAIN_MS);
	} else if (r->code != 0) {
		s->proved = true;
		if (l->opened_at > s->trouble_at) /* an old session says nothing of new ones */
			s->hold_ms = 0;
	}
}

static void lane_close(struct lane *l)
{
	session_close(&l->session);
	l->open = false;
	l->mails = 0;
	l->dirty = false;
}

static void mail_done(struct lanes *s, struct lane *l)
{
	if (died_idle(l)) {
		l->mail->again = true;
		wait_in_line(s, l->mail, 0);
		l->mail = NULL;
	} else {
		s->tell(&l->talk.result);
		learn(s, l);
		smtp_mail_free(&l->mail);
	}
	l->mails++;
	l->dirty = l->talk.dirty;
	l->deadline = clock_ms() + IDLE_MS;
	if (!l->talk.reusable)
		lane_close(l);
}

static int64_t reply_ms(const struct lanes *s)
{
	return s->settings->timeout_s > 0 ? s->settings->timeout_s * 1000 : REPLY_MS;
}

/* Octets that left and whole replies are steps forward; a dripping reply is none. */
static void lane_stepped(const struct lanes *s, struct lane *l)
{
	l->deadline = clock_ms() + reply_ms(s);
	if (l->deadline > l->end)
		l->deadline = l->end;
}

static void lane_write(const struct lanes *s, struct lane *l)
{
	const char *octets;
	size_t len, sent = 0;
	while ((len = smtp_talk_out(&l->talk, &octets)) > 0) {
		enum rc rc = session_send(l->session, octets, len, &sent);
		if (rc == RC_NONE)
			return;
		if (rc == RC_OK) {
			smtp_talk_sent(&l->talk, sent);
			lane_stepped(s, l);
		} else {
			smtp_talk_lost(&l->talk, "the connection was lost");
		}
	}
}

/* Until nothing more is there: TLS may hold octets that no poll tells of. */
static void lane_read(const struct lanes *s, struct lane *l)
{
	char room[4096];
	size_t got = 0;
	while (!l->talk.over) {
		unsigned answers = l->talk.answers;
		enum rc rc = session_receive(l->session, room, sizeof room, &got);
		if (rc == RC_NONE)
			return;
		if (rc == RC_OK)
			smtp_talk_got(&l->talk, room, got);
		else
			smtp_talk_lost(&l->talk, "the connection was lost");
		if (l->talk.answers != answers)
			lane_stepped(s, l);
		lane_write(s, l);
	}
}

static void lane_carry(struct lanes *s, struct lane *l)
{
	l->mail = s->waiting[0];
	s->waiting_count--;
	memmove(&s->waiting[0], &s->waiting[1], s->waiting_count * sizeof s->waiting[0]);
	smtp_talk_start(&l->talk, l->mail, session_offer(l->session), l->dirty);
	l->end = clock_ms() + 4 * reply_ms(s) + (int64_t)l->mail->len / SLOWEST;
	lane_stepped(s, l);
	lane_write(s, l);
	if (l->talk.over)
		mail_done(s, l);
}

/* ---- the lanes ---- */

static void lane_open(struct lanes *s, struct lane *l)
{
	struct why why = { "" };
	enum rc rc = session_open(s->set, &l->session, &why);
	if (rc != RC_OK)
		opening_failed(s, rc, "", &why);
}

static void lane_opened(struct lanes *s, struct lane *l)
{
	struct why why = { "" };
	enum rc rc = session_state(l->session, &why);
	if (rc == RC_NONE)
		return;
	l->open = rc == RC_OK;
	l->opened_at = clock_ms();
	l->deadline = l->opened_at + IDLE_MS;
	if (rc != RC_OK) {
		char *line = mem_text(session_line(l->session));
		lane_close(l);
		opening_failed(s, rc, line, &why);
		free(line);
	}
}

static void lane_move(struct lanes *s, struct lane *l)
{
	char octet;
	size_t got;
	bool ready = session_ready(l->session), late = clock_ms() >= l->deadline;
	if (!l->open) {
		lane_opened(s, l);
	} else if (l->mail != NULL) {
		if (ready) {
			lane_write(s, l);
			lane_read(s, l);
		}
		if (!l->talk.over && late)
			smtp_talk_lost(&l->talk, "the time was up");
		if (l->talk.over)
			mail_done(s, l);
	} else if (late || (ready && session_receive(l->session, &octet, 1, &got) != RC_NONE)) {
		lane_close(l); /* 421 or the end: nothing else can come unasked */
	}
}

/* Gives waiting mails to free lanes; opens a lane for those that find none,
 * but one only while the server has not answered a mail. */
static void share_out(struct lanes *s)
{
	size_t opening = 0, sessions = 0;
	if (long_hold(s))
		turn_away(s);
	for (size_t i = 0; i < SUBMIT_CONNECTIONS; i++) {
		struct lane *l = &s->lane[i];
		while (s->waiting_count > 0 && l->open && l->mail == NULL)
			lane_carry(s, l);
		sessions += l->session != NULL;
		opening += l->session != NULL && !l->open;
	}
	for (size_t i = 0; i < SUBMIT_CONNECTIONS; i++) {
		struct lane *l = &s->lane[i];
		if (s->waiting_count <= opening || (sessions > 0 && !s->proved) ||
		    clock_ms() < s->hold_until)
			return;
		if (l->session != NULL)
			continue;
		lane_open(s, l);
		sessions++;
		opening++;
	}
}

/* ---- all of them ---- */

struct lanes *lanes_new(const struct submit_settings *settings, lanes_tell tell)
{
	struct lanes *s = mem_zero(1, sizeof *s);
	struct why why = { "" };
	s->settings = settings;
	s->tell = tell;
	if (session_set_new(settings, &s->set, &why) != RC_OK) {
		opening_failed(s, RC_PERM, "", &why);
		s->hold_until = CLOCK_NEVER; /* a wrong url stays wrong */
	}
	return s;
}

size_t lanes_held(const struct lanes *s)
{
	size_t held = s->waiting_count;
	for (size_t i = 0; i < SUBMIT_CONNECTIONS; i++)
		held += s->lane[i].mail != NULL;
	return held;
}

static int time_left(const struct lanes *s)
{
	bool held = s->waiting_count > 0 && s->hold_until > clock_ms();
	int64_t first = held ? s->hold_until : CLOCK_NEVER;
	for (size_t i = 0; i < SUBMIT_CONNECTIONS; i++) {
		const struct lane *l = &s->lane[i];
		if (l->open && l->deadline < first)
			first = l->deadline;
	}
	int left = clock_left(first);
	return left < 0 || left > 600000 ? 600000 : left;
}

enum rc lanes_turn(struct lanes *s, int fd, bool *heard)
{
	struct session *sessions[SUBMIT_CONNECTIONS];
	*heard = false;
	if (s->set == NULL) { /* every mail is turned away: only the parent has news */
		struct pollfd parent = { .fd = fd, .events = POLLIN };
		*heard = poll(&parent, 1, -1) > 0;
		return RC_OK;
	}
	share_out(s);
	for (size_t i = 0; i < SUBMIT_CONNECTIONS; i++)
		sessions[i] = s->lane[i].session;
	int at = lanes_held(s) < SUBMIT_WINDOW ? fd : -1;
	enum rc rc = session_wait(s->set, sessions, SUBMIT_CONNECTIONS, at, time_left(s), heard);
	for (size_t i = 0; i < SUBMIT_CONNECTIONS; i++)
		if (s->lane[i].session != NULL)
			lane_move(s, &s->lane[i]);
	return rc;
}

void lanes_free(struct lanes **lanes)
{
	struct lanes *s = *lanes;
	if (s == NULL)
		return;
	for (size_t i = 0; i < SUBMIT_CONNECTIONS; i++) {
		lane_close(&s->lane[i]);
		smtp_mail_free(&s->lane[i].mail);
		smtp_talk_free(&s->lane[i].talk);
	}
	for (size_t i = 0; i < s->waiting_count; i++)
		smtp_mail_free(&s->waiting[i]);
	session_set_free(&s->set);
	free(s);
	*lanes = NULL;
}
