#include "io/smtp.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "mail/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LINE_MOST 998 /* octets before CRLF, RFC 5322 section 2.1.1 */
#define OUT_MOST (SIZE_MAX / 4)
#define OUT_KEPT ((size_t)64 << 10)

/* ---- replies ---- */

/* Reply-line = code [ SP / "-" text ] CRLF, RFC 5321 section 4.2. */
int smtp_code(const char *line, size_t len, bool *last)
{
	if (len < 3 || line[0] < '2' || line[0] > '5' || line[1] < '0' || line[1] > '9' ||
	    line[2] < '0' || line[2] > '9')
		return 0;
	if (len > 3 && line[3] != ' ' && line[3] != '-' && line[3] != '\r')
		return 0;
	*last = len == 3 || line[3] != '-';
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
}

/* class "." subject "." detail, RFC 3463 section 2: "5.1.1", "4.3.2". */
static size_t status_len(const char *text, size_t len)
{
	size_t at = 1;
	if (len == 0 || (text[0] != '2' && text[0] != '4' && text[0] != '5'))
		return 0;
	for (int part = 0; part < 2; part++) {
		size_t digits = 0;
		if (at >= len || text[at++] != '.')
			return 0;
		for (; at < len && text[at] >= '0' && text[at] <= '9'; at++)
			digits++;
		if (digits < 1 || digits > 3)
			return 0;
	}
	return at == len || text[at] == ' ' || text[at] == '\r' ? at : 0;
}

static void put_text(struct submit_result *result, const char *text, size_t len)
{
	char *clean = utf8_clean_line(text, len);
	char *cut = utf8_cut(clean, sizeof result->reply - 1);
	snprintf(result->reply, sizeof result->reply, "%s", cut);
	free(cut);
	free(clean);
}

void smtp_reply_note(struct submit_result *result, const char *line, size_t len)
{
	bool last;
	result->code = smtp_code(line, len, &last);
	size_t used = len > 4 ? status_len(line + 4, len - 4) : 0;
	snprintf(result->status, sizeof result->status, "%.*s", (int)used,
	         line + (used > 0 ? 4 : 0));
	put_text(result, line, len);
}

void smtp_sentence(struct submit_result *result, const char *text)
{
	put_text(result, text, strlen(text));
}

static bool keyword(const char *line, size_t len, const char *word)
{
	size_t n = strlen(word);
	return len >= 4 + n && strncasecmp(line + 4, word, n) == 0 &&
	       (len == 4 + n || strchr(" =\r\n", line[4 + n]) != NULL);
}

/* The lines of an opening: 220, 250 (EHLO), 220 (STARTTLS), 250 (EHLO), 334, 235.
 * What was offered before STARTTLS counts for nothing after it (RFC 3207 4.2). */
void smtp_offer_line(struct smtp_offer *offer, const char *line, size_t len)
{
	bool last = false;
	int code = smtp_code(line, len, &last);
	if (code == 220)
		*offer = (struct smtp_offer){ 0 };
	offer->code = code;
	offer->logged_in |= code == 235;
	if (code != 250)
		return;
	offer->pipelining |= keyword(line, len, "PIPELINING");
	offer->utf8 |= keyword(line, len, "SMTPUTF8");
	if (keyword(line, len, "SIZE") && len > 9) {
		char digits[20] = "";
		snprintf(digits, sizeof digits, "%.*s", (int)(len - 9), line + 9);
		offer->size = strtoull(digits, NULL, 10);
	}
}

/* ---- mails ---- */

void smtp_mail_free(struct smtp_mail **mail)
{
	if (*mail == NULL)
		return;
	free((*mail)->reverse_path);
	free((*mail)->recipient);
	free((*mail)->octets);
	free(*mail);
	*mail = NULL;
}

/* A bare LF or CR is where two servers disagree about the end of a mail. */
static const char *octets_fault(const char *octets, size_t len)
{
	size_t start = 0;
	for (size_t i = 0; i < len; i++) {
		if (octets[i] == '\0')
			return "the mail holds a NUL";
		if (octets[i] == '\n')
			return "the mail holds a line feed without carriage return";
		if (octets[i] != '\r') {
			if (i - start >= LINE_MOST)
				return "the mail holds a line of more than 998 octets";
			continue;
		}
		if (i + 1 == len || octets[i + 1] != '\n')
			return "the mail holds a carriage return without line feed";
		start = ++i + 1;
	}
	return len == 0 ? "the mail is empty" : NULL;
}

/* The stored form and nothing else: an address here becomes part of a command. */
static bool path_fits(const char *path)
{
	char *stored = NULL;
	bool fits = path != NULL && address_parse(path, &stored, NULL) == RC_OK &&
	            strcmp(stored, path) == 0;
	free(stored);
	return fits;
}

static bool refuse(struct submit_result *result, const char *status, const char *sentence)
{
	result->outcome = SUBMIT_REFUSED;
	snprintf(result->status, sizeof result->status, "%s", status);
	snprintf(result->reply, sizeof result->reply, "not sent: %s", sentence);
	return false;
}

bool smtp_mail_fit(const struct smtp_mail *mail, struct submit_result *result)
{
	*result = (struct submit_result){ .id = mail->id };
	if (mail->reverse_path == NULL ||
	    (*mail->reverse_path != '\0' && !path_fits(mail->reverse_path)))
		return refuse(result, "5.1.7", "the reverse-path is no address");
	if (!path_fits(mail->recipient))
		return refuse(result, "5.1.3", "the recipient is no address");
	const char *fault = octets_fault(mail->octets, mail->len);
	return fault == NULL || refuse(result, "5.6.0", fault);
}

/* ---- the judgement ---- */

enum { MAIL = 1 << SMTP_MAIL, RCPT = 1 << SMTP_RCPT, DATA = 1 << SMTP_DATA, DOT = 1 << SMTP_DOT,
       START = MAIL | RCPT | DATA, ALL = START | DOT, ANY = ALL | 1 << SMTP_RSET };
enum dot { EITHER, DOT_IN, DOT_OUT };

/* The first row that fits. A reply of 530, 534, 535 or 538 asks for a login
 * (RFC 4954), 503 for another command first: the account's trouble. */
static const struct rule {
	int steps, from, to;
	enum dot dot;
	enum submit_outcome outcome;
	bool account;
} rules[] = {
	{ DOT,   200, 299, DOT_OUT, SUBMIT_SENT,    false },
	{ ANY,   421, 421, EITHER,  SUBMIT_LATER,   true  }, /* the server closes */
	{ START, 503, 503, EITHER,  SUBMIT_LATER,   true  },
	{ START, 530, 530, EITHER,  SUBMIT_LATER,   true  },
	{ START, 534, 535, EITHER,  SUBMIT_LATER,   true  },
	{ START, 538, 538, EITHER,  SUBMIT_LATER,   true  },
	{ ALL,   400, 499, EITHER,  SUBMIT_LATER,   false },
	{ ALL,   500, 599, EITHER,  SUBMIT_REFUSED, false },
	{ DOT,   0,   399, DOT_OUT, SUBMIT_UNKNOWN, false }, /* no answer, or none that says it */
	{ ANY,   0,   599, EITHER,  SUBMIT_LATER,   false },
};

void smtp_judge(enum smtp_step step, int code, bool dot_out, struct submit_result *result)
{
	const struct rule *r = rules;
	while ((r->steps & 1 << step) == 0 || code < r->from || code > r->to ||
	       (r->dot != EITHER && (r->dot == DOT_OUT) != dot_out))
		r++;
	result->outcome = r->outcome;
	result->account = r->account;
}

/* ---- the transaction ---- */

static bool needs_utf8(const struct smtp_mail *mail)
{
	return !address_is_ascii(mail->recipient) || !address_is_ascii(mail->reverse_path);
}

static void put_command(struct smtp_talk *t, enum smtp_step step)
{
	const struct smtp_mail *m = t->mail;
	t->awaited[t->awaited_count++] = step;
	switch (step) {
	case SMTP_RSET:
		str_add(&t->out, "RSET\r\n");
		return;
	case SMTP_MAIL:
		str_addf(&t->out, "MAIL FROM:<%s>", m->reverse_path);
		if (t->offer.size > 0)
			str_addf(&t->out, " SIZE=%zu", m->len);
		if (needs_utf8(m))
			str_add(&t->out, " SMTPUTF8");
		str_add(&t->out, "\r\n");
		return;
	case SMTP_RCPT:
		str_addf(&t->out, "RCPT TO:<%s>\r\n", m->recipient);
		return;
	case SMTP_DATA:
		str_add(&t->out, "DATA\r\n");
		return;
	case SMTP_DOT:
		return;
	}
}

/* RFC 5321 section 4.5.2: a dot that begins a line is sent twice. */
static void put_body(struct smtp_talk *t)
{
	const char *at = t->mail->octets, *end = at + t->mail->len;
	str_clear(&t->out);
	t->out_at = 0;
	while (at < end) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		const char *next = feed != NULL ? feed + 1 : end;
		if (*at == '.')
			str_add_char(&t->out, '.');
		str_add_len(&t->out, at, (size_t)(next - at));
		at = next;
	}
	str_add(&t->out, end[-1] == '\n' ? ".\r\n" : "\r\n.\r\n");
	t->awaited[0] = SMTP_DOT;
	t->awaited_at = 0;
	t->awaited_count = 1;
}

static void end(struct smtp_talk *t, bool reusable)
{
	t->over = true;
	t->reusable = reusable && t->out_at == t->out.len;
	t->mail = NULL;
	t->out_at = 0;
	str_clear(&t->out);
	if (t->out.size > OUT_KEPT) { /* one large mail must not cost its room for ever */
		str_free(&t->out);
		str_init(&t->out, OUT_MOST);
	}
}

void smtp_talk_start(struct smtp_talk *t, const struct smtp_mail *mail,
                     const struct smtp_offer *offer, bool dirty)
{
	struct str out = t->out;
	if (out.text == NULL)
		str_init(&out, OUT_MOST);
	str_clear(&out);
	*t = (struct smtp_talk){ .mail = mail, .offer = *offer, .out = out };
	t->result.id = mail->id;
	if (!offer->utf8 && needs_utf8(mail))
		refuse(&t->result, "5.6.7",
		       "the address needs SMTPUTF8, the server does not offer it");
	else if (offer->size > 0 && mail->len > offer->size)
		refuse(&t->result, "5.3.4", "the mail is larger than the server's SIZE");
	if (t->result.outcome == SUBMIT_REFUSED) {
		t->dirty = dirty;
		end(t, true);
		return;
	}
	enum smtp_step first = dirty ? SMTP_RSET : SMTP_MAIL;
	enum smtp_step last = offer->pipelining ? SMTP_DATA : first;
	for (enum smtp_step step = first; step <= last; step++)
		put_command(t, step);
}

size_t smtp_talk_out(const struct smtp_talk *t, const char **octets)
{
	*octets = t->out.text + t->out_at;
	return t->over ? 0 : t->out.len - t->out_at;
}

void smtp_talk_sent(struct smtp_talk *t, size_t len)
{
	t->out_at += len;
}

static enum smtp_step step_now(const struct smtp_talk *t)
{
	return t->awaited[t->awaited_at];
}

static bool dot_out(const struct smtp_talk *t)
{
	return step_now(t) == SMTP_DOT && t->out_at == t->out.len;
}

void smtp_talk_lost(struct smtp_talk *t, const char *how)
{
	static const char *const names[] = { "RSET", "MAIL", "RCPT", "DATA", "the final dot" };
	if (t->over)
		return;
	if (!t->decided) {
		smtp_judge(step_now(t), 0, dot_out(t), &t->result);
		snprintf(t->result.reply, sizeof t->result.reply, "%s instead of an answer to %s",
		         how, names[step_now(t)]);
	}
	end(t, false);
}

static bool positive(enum smtp_step step, int code)
{
	return step == SMTP_DATA ? code == 354 : code / 100 == 2;
}

static void decide(struct smtp_talk *t, int code, const char *line, size_t len)
{
	smtp_judge(step_now(t), code, dot_out(t), &t->result);
	smtp_reply_note(&t->result, line, len);
	t->decided = true;
}

/* One whole reply, its last line at hand. */
static void take_reply(struct smtp_talk *t, int code, const char *line, size_t len)
{
	enum smtp_step step = step_now(t);
	bool yes = positive(step, code);
	t->answers++;
	if (step != SMTP_DOT && t->out_at < t->out.len) {
		smtp_talk_lost(t, "an answer to what was not yet asked");
		return;
	}
	if (!t->decided && (!yes || step == SMTP_DOT))
		decide(t, code, line, len);
	if (step == SMTP_DOT) {
		end(t, code / 100 != 3 && code != 421);
		return;
	}
	/* 354 although MAIL or RCPT was refused (RFC 2920 section 3.1): whatever is
	 * sent now might be taken for a mail, so nothing is. */
	bool lured = step == SMTP_DATA && yes && t->decided;
	if (lured || code == 421 || (step == SMTP_RSET && !yes)) {
		end(t, false);
		return;
	}
	t->awaited_at++;
	if (t->decided) {
		t->dirty = true;
		if (t->awaited_at == t->awaited_count)
			end(t, true);
	} else if (step == SMTP_DATA) {
		put_body(t);
	} else if (t->awaited_at == t->awaited_count) {
		put_command(t, step + 1);
	}
}

static void take_line(struct smtp_talk *t)
{
	bool last = false;
	int code = smtp_code(t->line, t->line_len, &last);
	if (code == 0)
		smtp_talk_lost(t, "something that is no SMTP reply");
	else if (last)
		take_reply(t, code, t->line, t->line_len);
	t->line_len = 0;
}

void smtp_talk_got(struct smtp_talk *t, const char *octets, size_t len)
{
	t->octets_in += len;
	for (size_t i = 0; i < len; i++) {
		if (t->over) { /* more than was asked for: out of step */
			t->reusable = false;
			return;
		}
		if (octets[i] == '\n')
			take_line(t);
		else if (t->line_len < sizeof t->line)
			t->line[t->line_len++] = octets[i];
	}
	if (t->octets_in > SMTP_REPLY_MOST)
		smtp_talk_lost(t, "a reply without end");
}

void smtp_talk_free(struct smtp_talk *t)
{
	str_free(&t->out);
}
