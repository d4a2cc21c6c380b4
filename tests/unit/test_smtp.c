#include "io/smtp.h"

#include "base/mem.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SENT SUBMIT_SENT
#define LATER SUBMIT_LATER
#define REFUSED SUBMIT_REFUSED
#define UNKNOWN SUBMIT_UNKNOWN

static const struct {
	const char *fact;
	enum smtp_step step;
	int code;
	bool dot_out;
	enum submit_outcome want;
	bool account;
} judgements[] = {
	{ "250 to the dot: sent", SMTP_DOT, 250, true, SENT, false },
	{ "251 to the dot: sent", SMTP_DOT, 251, true, SENT, false },
	{ "250 before the dot has left: not believed", SMTP_DOT, 250, false, LATER, false },
	{ "421 to MAIL: the server closes", SMTP_MAIL, 421, false, LATER, true },
	{ "421 to the dot: not taken", SMTP_DOT, 421, true, LATER, true },
	{ "421 to RSET", SMTP_RSET, 421, false, LATER, true },
	{ "503 to MAIL: it wants something else first", SMTP_MAIL, 503, false, LATER, true },
	{ "503 to the dot is about the mail", SMTP_DOT, 503, true, REFUSED, false },
	{ "530 to MAIL: it wants a login", SMTP_MAIL, 530, false, LATER, true },
	{ "530 to RCPT: it wants a login", SMTP_RCPT, 530, false, LATER, true },
	{ "530 to DATA: it wants a login", SMTP_DATA, 530, false, LATER, true },
	{ "534 to MAIL: the login is too weak", SMTP_MAIL, 534, false, LATER, true },
	{ "535 to MAIL: the login is wrong", SMTP_MAIL, 535, false, LATER, true },
	{ "536 to MAIL is no login code", SMTP_MAIL, 536, false, REFUSED, false },
	{ "538 to MAIL: it wants TLS", SMTP_MAIL, 538, false, LATER, true },
	{ "450 to MAIL", SMTP_MAIL, 450, false, LATER, false },
	{ "451 to RCPT", SMTP_RCPT, 451, false, LATER, false },
	{ "452 to DATA", SMTP_DATA, 452, false, LATER, false },
	{ "451 to the dot", SMTP_DOT, 451, true, LATER, false },
	{ "451 while the mail still leaves", SMTP_DOT, 451, false, LATER, false },
	{ "550 to MAIL", SMTP_MAIL, 550, false, REFUSED, false },
	{ "550 to RCPT", SMTP_RCPT, 550, false, REFUSED, false },
	{ "554 to DATA", SMTP_DATA, 554, false, REFUSED, false },
	{ "554 to the dot", SMTP_DOT, 554, true, REFUSED, false },
	{ "552 while the mail still leaves", SMTP_DOT, 552, false, REFUSED, false },
	{ "550 to RSET is not about the mail", SMTP_RSET, 550, false, LATER, false },
	{ "no answer to the dot: it may have been taken", SMTP_DOT, 0, true, UNKNOWN, false },
	{ "354 to the dot says nothing", SMTP_DOT, 354, true, UNKNOWN, false },
	{ "lost before the dot has left", SMTP_DOT, 0, false, LATER, false },
	{ "no answer to MAIL", SMTP_MAIL, 0, false, LATER, false },
	{ "no answer to RCPT", SMTP_RCPT, 0, false, LATER, false },
	{ "no answer to DATA", SMTP_DATA, 0, false, LATER, false },
	{ "354 to MAIL makes no sense", SMTP_MAIL, 354, false, LATER, false },
	{ "250 to DATA makes no sense", SMTP_DATA, 250, false, LATER, false },
};

static void every_row_of_the_judgement(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof judgements / sizeof *judgements; i++) {
		struct submit_result r = { 0 };
		smtp_judge(judgements[i].step, judgements[i].code, judgements[i].dot_out, &r);
		if (r.outcome != judgements[i].want || r.account != judgements[i].account)
			fail_msg("%s: %s", judgements[i].fact, submit_outcome_name(r.outcome));
	}
}

static const struct {
	const char *line;
	int code;
	bool last;
	const char *status;
} replies[] = {
	{ "250 2.1.0 ok\r", 250, true, "2.1.0" },
	{ "250-2.1.0 ok\r", 250, false, "2.1.0" },
	{ "250\r", 250, true, "" },
	{ "250", 250, true, "" },
	{ "250 ", 250, true, "" },
	{ "550 5.1.1\r", 550, true, "5.1.1" },
	{ "550 5.123.123 x", 550, true, "5.123.123" },
	{ "550 5.1234.1 x", 550, true, "" },
	{ "550 5.1 x", 550, true, "" },
	{ "550 5.1.x", 550, true, "" },
	{ "550 5.1.1x", 550, true, "" },
	{ "550 3.1.1 x", 550, true, "" },
	{ "2500 x", 0, false, "" },
	{ "150 x", 0, false, "" },
	{ "650 x", 0, false, "" },
	{ "25", 0, false, "" },
	{ "", 0, false, "" },
	{ "hello", 0, false, "" },
	{ "25x ok", 0, false, "" },
};

static void reply_lines_are_read_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		struct submit_result r = { 0 };
		bool last = false;
		size_t len = strlen(replies[i].line);
		char *exact = mem_text_len(replies[i].line, len);
		int code = smtp_code(exact, len, &last);
		smtp_reply_note(&r, exact, len);
		if (code != replies[i].code || last != replies[i].last || r.code != code ||
		    strcmp(r.status, replies[i].status) != 0)
			fail_msg("\"%s\": %d %d \"%s\"", replies[i].line, code, last, r.status);
		free(exact);
	}
}

static void what_is_shown_of_a_reply_is_clean_and_short(void **state)
{
	(void)state;
	char line[600];
	struct submit_result r;
	memset(line, 'x', sizeof line);
	memcpy(line, "550 \x1b[31m\xff\0\xe2\x80\xae", 14);
	smtp_reply_note(&r, line, sizeof line);
	assert_null(strchr(r.reply, 0x1b));
	assert_non_null(strstr(r.reply, "550 [31m\xef\xbf\xbd"));
	assert_int_equal(strlen(r.reply), sizeof r.reply - 1);
}

static void an_opening_tells_what_is_offered(void **state)
{
	(void)state;
	static const char *const lines[] = { "220 x", "250-PIPELINING", "250-STARTTLS",
		                             "250 SIZE 9",
		                             "220 go", "250-x", "250-size 26214400", "250-SMTPUTF8",
		                             "250-AUTH=LOGIN PLAIN", "250 PIPELININGS", "334 ",
		                             "235 in" };
	struct smtp_offer o = { 0 };
	for (size_t i = 0; i < 4; i++)
		smtp_offer_line(&o, lines[i], strlen(lines[i]));
	assert_true(o.pipelining && o.size == 9 && !o.utf8 && !o.logged_in);
	for (size_t i = 4; i < sizeof lines / sizeof *lines; i++)
		smtp_offer_line(&o, lines[i], strlen(lines[i]));
	assert_true(!o.pipelining && o.size == 26214400 && o.utf8 && o.logged_in);
	assert_int_equal(o.code, 235);
}

/* What the server says and what it then must have been sent, all of it. */
static const struct {
	const char *fact;
	bool pipelining, utf8, dirty;
	const char *recipient, *octets;
	const char *says[8], *sent;
	enum submit_outcome want;
	int code;
	bool reusable, dirty_after;
} talks[] = {
	{ "one command at a time", false, false, false, "b@c.example", "x\r\n",
	  { "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n" },
	  "MAIL FROM:<>\r\n|RCPT TO:<b@c.example>\r\n|DATA\r\n|x\r\n.\r\n|", SENT, 250, true,
	  false },
	{ "pipelined", true, false, false, "b@c.example", "x\r\n",
	  { "250 ok\r\n250 ok\r\n354 go\r\n", "250 ok\r\n" },
	  "MAIL FROM:<>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n|x\r\n.\r\n|", SENT, 250, true, false },
	{ "pipelined, the answers in crumbs", true, false, false, "b@c.example", "x\r\n",
	  { "2", "50 ok\r", "\n250-a\r\n25", "0 ok\r\n354", " go\r\n", "250 ", "ok\r\n" },
	  "MAIL FROM:<>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n|||||x\r\n.\r\n||", SENT, 250, true,
	  false },
	{ "RSET first after a refused mail", true, false, true, "b@c.example", "x\r\n",
	  { "250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", "250 ok\r\n" },
	  "RSET\r\nMAIL FROM:<>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n|x\r\n.\r\n|", SENT, 250, true,
	  false },
	{ "RSET refused: nothing of the mail is said", false, false, true, "b@c.example", "x\r\n",
	  { "500 what\r\n" }, "RSET\r\n|", LATER, 500, false, false },
	{ "dots are doubled where a line begins", false, false, false, "b@c.example",
	  ".\r\n..\r\na.b\r\n.", { "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n" },
	  "MAIL FROM:<>\r\n|RCPT TO:<b@c.example>\r\n|DATA\r\n|..\r\n...\r\na.b\r\n..\r\n.\r\n|",
	  SENT, 250, true, false },
	{ "SMTPUTF8 only where it is needed", false, true, false, "j\xc3\xb6@c.example", "x\r\n",
	  { "450 no\r\n" }, "MAIL FROM:<> SMTPUTF8\r\n|", LATER, 450, true, true },
	{ "a non-ASCII local-part that is not offered", false, false, false, "j\xc3\xb6@c.example",
	  "x\r\n", { NULL }, "", REFUSED, 0, true, false },
	{ "RCPT refused, the answer to DATA is waited for", true, false, false, "b@c.example",
	  "x\r\n", { "250 ok\r\n550 no\r\n", "503 no\r\n" },
	  "MAIL FROM:<>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n||", REFUSED, 550, true, true },
	{ "RCPT refused and 354: nothing more is sent", true, false, false, "b@c.example", "x\r\n",
	  { "250 ok\r\n550 no\r\n354 go\r\n" },
	  "MAIL FROM:<>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n|", REFUSED, 550, false, true },
	{ "one answer too many: out of step", false, false, false, "b@c.example", "x\r\n",
	  { "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n250 ok\r\n" },
	  "MAIL FROM:<>\r\n|RCPT TO:<b@c.example>\r\n|DATA\r\n|x\r\n.\r\n|", SENT, 250, false,
	  false },
	{ "the dot's answer before the dot", false, false, false, "b@c.example", "x\r\n",
	  { "250 ok\r\n", "250 ok\r\n", "354 go\r\n250 ok\r\n" },
	  "MAIL FROM:<>\r\n|RCPT TO:<b@c.example>\r\n|DATA\r\n|", LATER, 250, false, false },
	{ "no SMTP at all", false, false, false, "b@c.example", "x\r\n", { "HTTP/1.1 200 OK\r\n" },
	  "MAIL FROM:<>\r\n|", LATER, 0, false, false },
};

static void give(struct smtp_talk *t, struct str *seen)
{
	const char *octets;
	size_t len = smtp_talk_out(t, &octets);
	str_add_len(seen, octets, len);
	smtp_talk_sent(t, len);
}

static void a_transaction_says_this(size_t i)
{
	struct smtp_mail mail = { 5, (char *)"", (char *)talks[i].recipient,
		                  (char *)talks[i].octets, strlen(talks[i].octets), false };
	struct smtp_offer offer = { .pipelining = talks[i].pipelining, .utf8 = talks[i].utf8 };
	struct smtp_talk t = { 0 };
	struct str seen;
	str_init(&seen, 4096);
	smtp_talk_start(&t, &mail, &offer, talks[i].dirty);
	give(&t, &seen);
	for (size_t n = 0; n < 8 && talks[i].says[n] != NULL && !t.over; n++) {
		smtp_talk_got(&t, talks[i].says[n], strlen(talks[i].says[n]));
		str_add(&seen, "|");
		give(&t, &seen);
	}
	if (!t.over || strcmp(seen.text, talks[i].sent) != 0 || t.result.id != 5 ||
	    t.result.outcome != talks[i].want || t.result.code != talks[i].code ||
	    t.reusable != talks[i].reusable || t.dirty != talks[i].dirty_after)
		fail_msg("%s: over=%d %s %d reusable=%d dirty=%d\n%s", talks[i].fact, t.over,
		         submit_outcome_name(t.result.outcome), t.result.code, t.reusable, t.dirty,
		         seen.text);
	str_free(&seen);
	smtp_talk_free(&t);
}

static void transactions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof talks / sizeof *talks; i++)
		a_transaction_says_this(i);
}

static const struct {
	const char *fact, *reverse_path, *recipient, *octets;
	size_t len;
	const char *status; /* NULL: fit */
} mails[] = {
	{ "an ordinary mail", "a@b.example", "c@d.example", "x\r\n", 3, NULL },
	{ "a null reverse-path", "", "c@d.example", "x\r\n", 3, NULL },
	{ "no end of line", "", "c@d.example", "x", 1, NULL },
	{ "no reverse-path at all", NULL, "c@d.example", "x\r\n", 3, "5.1.7" },
	{ "no recipient at all", "", NULL, "x\r\n", 3, "5.1.3" },
	{ "not the stored form", "", "c@D.example", "x\r\n", 3, "5.1.3" },
	{ "a command in the recipient", "", "c@d.example>\r\nDATA", "x\r\n", 3, "5.1.3" },
	{ "a parameter in the recipient", "", "c@d.example> SIZE=1", "x\r\n", 3, "5.1.3" },
	{ "a command in the reverse-path", "a@b.example\r\nDATA", "c@d.example", "x\r\n", 3,
	  "5.1.7" },
	{ "a bare LF", "", "c@d.example", "a\n.\n", 4, "5.6.0" },
	{ "LF CR", "", "c@d.example", "a\n\r", 3, "5.6.0" },
	{ "a bare CR", "", "c@d.example", "a\rb\r\n", 5, "5.6.0" },
	{ "CR CR LF", "", "c@d.example", "a\r\r\n", 4, "5.6.0" },
	{ "CR at the end", "", "c@d.example", "a\r", 2, "5.6.0" },
	{ "NUL", "", "c@d.example", "a\0b\r\n", 5, "5.6.0" },
	{ "nothing", "", "c@d.example", "", 0, "5.6.0" },
};

static void what_is_not_fit_is_not_sent(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mails / sizeof *mails; i++) {
		char *exact = mem_text_len(mails[i].octets, mails[i].len);
		struct smtp_mail mail = { 1, (char *)mails[i].reverse_path,
			                  (char *)mails[i].recipient, exact, mails[i].len, false };
		struct submit_result r = { 0 };
		bool fit = smtp_mail_fit(&mail, &r);
		if (fit != (mails[i].status == NULL) ||
		    (!fit &&
		     (r.outcome != SUBMIT_REFUSED || strcmp(r.status, mails[i].status) != 0)))
			fail_msg("%s: %s \"%s\"", mails[i].fact, r.status, r.reply);
		free(exact);
	}
}

static void a_reply_without_end_is_given_up(void **state)
{
	(void)state;
	struct smtp_mail mail = { 1, (char *)"", (char *)"c@d.example", (char *)"x\r\n", 3, false };
	struct smtp_offer offer = { 0 };
	struct smtp_talk t = { 0 };
	struct str seen;
	str_init(&seen, 4096);
	smtp_talk_start(&t, &mail, &offer, false);
	give(&t, &seen);
	size_t octets = 0;
	for (; !t.over && octets < 10 * SMTP_REPLY_MOST; octets += 8)
		smtp_talk_got(&t, "250-abc\n", 8);
	assert_true(t.over && !t.reusable && octets <= SMTP_REPLY_MOST + 8);
	assert_int_equal(t.result.outcome, SUBMIT_LATER);
	str_free(&seen);
	smtp_talk_free(&t);
}

static void random_octets(char *room, size_t len, uint64_t *seed)
{
	static const char alphabet[] = "\r\n\r\n...x\0";
	for (size_t i = 0; i < len; i++) {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		room[i] = alphabet[(*seed >> 33) % (sizeof alphabet - 1)];
		if (room[i] == '\r' && i + 1 < len && (*seed >> 60) < 14)
			room[++i] = '\n';
	}
}

/* What a server takes the mail for, RFC 5321 section 4.5.2; false: it would
 * see the end too early, or not at all, or a line break that is none. */
static bool server_reads(const char *wire, size_t len, struct str *mail)
{
	for (size_t at = 0; at < len;) {
		const char *end = memmem(wire + at, len - at, "\r\n", 2);
		size_t line = end != NULL ? (size_t)(end - wire) - at : 0;
		if (end == NULL || memchr(wire + at, '\n', line) != NULL ||
		    memchr(wire + at, '\r', line) != NULL)
			return false;
		if (line == 1 && wire[at] == '.')
			return at + 3 == len;
		str_add_len(mail, wire + at + (wire[at] == '.'), line + 2 - (wire[at] == '.'));
		at += line + 2;
	}
	return false;
}

static bool goes_out_whole(const char *octets, size_t len)
{
	struct smtp_mail mail = { 1, (char *)"", (char *)"c@d.example", (char *)octets, len,
		                  false };
	struct smtp_offer offer = { .pipelining = true };
	struct smtp_talk t = { 0 };
	struct submit_result r;
	struct str seen, read;
	const char *wire;
	if (!smtp_mail_fit(&mail, &r))
		return false;
	str_init(&seen, 4096);
	str_init(&read, 4096);
	smtp_talk_start(&t, &mail, &offer, false);
	give(&t, &seen);
	smtp_talk_got(&t, "250 a\r\n250 b\r\n354 c\r\n", 21);
	size_t wire_len = smtp_talk_out(&t, &wire);
	assert_true(server_reads(wire, wire_len, &read));
	bool ended = len >= 2 && octets[len - 1] == '\n';
	assert_int_equal(read.len, len + (ended ? 0 : 2));
	assert_memory_equal(read.text, octets, len);
	str_free(&read);
	str_free(&seen);
	smtp_talk_free(&t);
	return true;
}

static void no_mail_can_end_early_or_hide_another(void **state)
{
	(void)state;
	uint64_t seed = 42;
	char octets[24];
	size_t fit = 0;
	for (size_t i = 0; i < 200000; i++) {
		size_t len = 1 + i % sizeof octets;
		random_octets(octets, len, &seed);
		fit += goes_out_whole(octets, len);
	}
	assert_in_range(fit, 10000, 190000); /* both kinds were tried */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_judgement),
		cmocka_unit_test(reply_lines_are_read_strictly),
		cmocka_unit_test(what_is_shown_of_a_reply_is_clean_and_short),
		cmocka_unit_test(an_opening_tells_what_is_offered),
		cmocka_unit_test(transactions),
		cmocka_unit_test(what_is_not_fit_is_not_sent),
		cmocka_unit_test(a_reply_without_end_is_given_up),
		cmocka_unit_test(no_mail_can_end_early_or_hide_another),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
