#include "io/parse.h"

#include "base/log.h"
#include "base/pack.h"
#include "io/clock.h"
#include "io/sandbox.h"
#include "io/wire.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>

#define START_MS 20000 /* a busy machine; it takes some 20 ms */

/* ---- the question, both ways ---- */

static void question_pack(struct str *out, const struct message_options *options,
                          const char *octets, size_t len)
{
	const struct message_limits *limits = &options->limits;
	const size_t figures[] = { limits->octets, limits->parts,     limits->depth,
		                   limits->header, limits->fields,    limits->addresses,
		                   limits->text,   limits->attachments };
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		pack_u64(out, figures[i]);
	pack_text(out, options->authserv_id);
	pack_text(out, options->loop_token);
	/* One octet past the limit is enough to be told that it is past it. */
	pack_octets(out, octets, len > limits->octets ? limits->octets + 1 : len);
}

static char *answer(const char *payload, size_t payload_len, size_t *len)
{
	struct unpack in = unpack_start(payload, payload_len);
	struct message_options options = { .limits = { 0 } };
	struct message_limits *limits = &options.limits;
	size_t *const figures[] = { &limits->octets, &limits->parts,     &limits->depth,
		                    &limits->header, &limits->fields,    &limits->addresses,
		                    &limits->text,   &limits->attachments };
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		*figures[i] = (size_t)unpack_count(&in, WIRE_MOST);
	char *authserv_id = unpack_text(&in), *loop_token = unpack_text(&in);
	size_t mail_len = 0;
	char *mail = unpack_octets(&in, &mail_len);
	char *frame = NULL;
	if (unpack_done(&in)) {
		options.authserv_id = authserv_id;
		options.loop_token = loop_token;
		struct message *message = message_parse(mail, mail_len, &options);
		frame = message_pack(message, len);
		message_free(&message);
	}
	free(mail);
	free(loop_token);
	free(authserv_id);
	return frame;
}

static char *answer_contacts(const char *payload, size_t payload_len, size_t *len)
{
	struct contact_list *list = contact_list_read(payload, payload_len);
	char *frame = contact_list_pack(list, len);
	contact_list_free(&list);
	return frame;
}

/* ---- the worker ---- */

/* One mail that walks through the libraries' tables, so that nothing is left
 * to be opened later: multipart, encoded words, charsets, HTML, a date. */
static const char first_mail[] =
        "From: =?iso-8859-15?q?Ren=E9e?= <renee@example.org>\r\n"
        "To: =?utf-8?b?w4lsaW5l?= <eline@example.org>\r\n"
        "Date: Tue, 03 Mar 2026 10:11:12 +0100\r\n"
        "Subject: =?koi8-r?b?8NLJ18XU?=\r\n"
        "Message-ID: <first@example.org>\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain; charset=windows-1252\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\nOui, =93bien s=FBr=94.\r\n"
        "--b\r\nContent-Type: text/html; charset=gb18030\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nPHA+xOO6w8fFPC9wPg==\r\n"
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        "<p>Bonjour &eacute;<blockquote>cit&eacute;</blockquote>\r\n"
        "--b--\r\n";

static const char first_contacts[] =
	"{\"name\": \"R\\u00e9my\", \"email\": \"r@\xc3\xa9.example\"}\n";

static void warm_up(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	message_prepare();
	struct message_options options = { .limits = message_limits_default,
		                           .authserv_id = "mx.example.org",
		                           .loop_token = "first" };
	struct message *message = message_parse(first_mail, sizeof first_mail - 1, &options);
	size_t len;
	free(message_pack(message, &len));
	message_free(&message);
	free(answer_contacts(first_contacts, sizeof first_contacts - 1, &len));
}

static enum rc say(enum wire_type type, const char *frame, size_t len)
{
	struct str out;
	str_init(&out, WIRE_MOST);
	str_add_len(&out, frame, len);
	enum rc rc = wire_send(CHILD_FD, type, &out);
	str_free(&out);
	return rc;
}

/* RC_NONE: the parent is gone. */
static enum rc serve_one(void)
{
	enum wire_type type;
	char *payload;
	size_t len, frame_len = 0;
	enum rc rc = wire_receive(CHILD_FD, -1, &type, &payload, &len);
	if (rc != RC_OK)
		return rc == RC_TEMP ? RC_NONE : rc;
	char *frame = type == WIRE_PARSE      ? answer(payload, len, &frame_len)
	              : type == WIRE_CONTACTS ? answer_contacts(payload, len, &frame_len)
	                                      : NULL;
	free(payload);
	if (frame == NULL)
		return RC_PERM;
	rc = say(type == WIRE_PARSE ? WIRE_PARSED : WIRE_CONTACTS_READ, frame, frame_len);
	free(frame);
	return rc;
}

int parse_child_main(void)
{
	struct why why = { "" };
	warm_up();
	if (sandbox_close(&why) != RC_OK) {
		log_warn("parse stopped why=\"%s\"", why.text);
		return EX_OSERR;
	}
	enum rc rc = say(WIRE_PARSED, "", 0); /* ready */
	while (rc == RC_OK)
		rc = serve_one();
	return rc == RC_NONE ? EX_OK : EX_PROTOCOL;
}

/* ---- the parent's side ---- */

/* Between two mails a worker has nothing to say: if it can be read, it is
 * dead, and the next mail is not to blame. */
static bool worker_idle(const struct parse *parse)
{
	struct pollfd ready = { .fd = parse->child.fd, .events = POLLIN };
	return parse->child.pid > 0 && poll(&ready, 1, 0) == 0;
}

/* A worker that cannot even begin is no fault of the mail: RC_TEMP. */
static enum rc worker_start(struct parse *parse, struct why *why)
{
	enum wire_type type;
	char *payload = NULL;
	size_t len;
	child_stop(&parse->child, NULL);
	enum rc rc = child_start("parse", &parse->child, why);
	if (rc != RC_OK)
		return rc;
	rc = wire_receive(parse->child.fd, START_MS, &type, &payload, &len);
	free(payload);
	if (rc == RC_OK && type == WIRE_PARSED && len == 0)
		return RC_OK;
	child_stop(&parse->child, NULL);
	return why_set(why, RC_TEMP, "the parse worker does not start");
}

/* What is asked, and where its answer goes: one of the two. */
struct question {
	enum wire_type asks, answers;
	struct str payload;
	struct message **message;
	struct contact_list **contacts;
};

static enum rc ask(struct parse *parse, const struct question *question, struct why *why)
{
	int64_t deadline = clock_ms() + PARSE_DEADLINE_MS;
	enum wire_type type;
	char *payload = NULL;
	size_t len;
	enum rc rc = wire_send_within(parse->child.fd, PARSE_DEADLINE_MS, question->asks,
	                              &question->payload);
	if (rc == RC_OK)
		rc = wire_receive(parse->child.fd, clock_left(deadline), &type, &payload, &len);
	if (rc == RC_OK && type != question->answers)
		rc = RC_PERM;
	if (rc == RC_OK)
		rc = question->message != NULL
		             ? message_unpack(payload, len, question->message, why)
		             : contact_list_unpack(payload, len, question->contacts, why);
	free(payload);
	if (rc != RC_OK && clock_left(deadline) == 0)
		return why_set(why, RC_NONE, "no answer within %d ms", PARSE_DEADLINE_MS);
	return rc;
}

/* Why the worker ended; `rc` is what asking it came to. */
static void tell_death(enum rc rc, int how, struct why *why)
{
	if (rc == RC_NONE) /* the deadline, said already */
		return;
	if (rc == RC_PERM)
		why_set(why, RC_PERM, "the answer is none");
	else if (WIFSIGNALED(how) && WTERMSIG(how) == SIGSYS)
		why_set(why, RC_PERM, "forbidden system call");
	else if (WIFSIGNALED(how))
		why_set(why, RC_PERM, "signal %d (%s)", WTERMSIG(how), strsignal(WTERMSIG(how)));
	else
		why_set(why, RC_PERM, "ended with status %d", WEXITSTATUS(how));
}

/* Asks a worker, and another if the first one dies of it. */
static enum rc ask_worker(struct parse *parse, const struct question *question, struct why *why)
{
	struct why death = { "" };
	enum rc rc = str_ok(&question->payload)
	                     ? RC_OK
	                     : why_set(why, RC_PERM, "larger than %zu octets", WIRE_MOST);
	int deaths = 0;
	while (rc == RC_OK) {
		if (!worker_idle(parse) && (rc = worker_start(parse, why)) != RC_OK)
			break;
		enum rc answered = ask(parse, question, &death);
		if (answered == RC_OK)
			break;
		int how;
		child_stop(&parse->child, &how);
		tell_death(answered, how, &death);
		if (++deaths == 2)
			rc = why_set(why, RC_PERM, "two workers died of it: %s", death.text);
		else
			log_warn("parse again len=%zu why=\"%s\"", question->payload.len,
			         death.text);
	}
	return rc;
}

enum rc parse_mail(struct parse *parse, const char *octets, size_t len,
                   const struct message_options *options, struct message **message, struct why *why)
{
	struct question question = { WIRE_PARSE, WIRE_PARSED, .message = message };
	str_init(&question.payload, WIRE_MOST);
	question_pack(&question.payload, options, octets, len);
	enum rc rc = ask_worker(parse, &question, why);
	str_free(&question.payload);
	return rc;
}

enum rc parse_contacts(struct parse *parse, const char *octets, size_t len,
                       struct contact_list **list, struct why *why)
{
	struct question question = { WIRE_CONTACTS, WIRE_CONTACTS_READ, .contacts = list };
	str_init(&question.payload, WIRE_MOST);
	str_add_len(&question.payload, octets, len);
	enum rc rc = ask_worker(parse, &question, why);
	str_free(&question.payload);
	return rc;
}

void parse_stop(struct parse *parse)
{
	child_stop(&parse->child, NULL);
}
