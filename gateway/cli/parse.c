/* parse: how the gateway reads a mail; the same code, the same sandbox. */
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/cli.h"
#include "core/verdict.h"
#include "io/parse.h"
#include "mail/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum shape { SHAPE_MAIL, SHAPE_TEXT, SHAPE_HTML };

struct reading {
	const char *file;
	struct message *message; /* NULL: `why` */
	struct verdict verdict;
	bool judged; /* a person's mail, from the one asked */
	struct why why;
};

/* A bare body becomes a mail of the least possible header. */
static char *as_mail(char *octets, size_t *len, enum shape shape)
{
	struct str mail;
	if (shape == SHAPE_MAIL)
		return octets;
	str_init(&mail, *len + 400);
	str_addf(&mail,
	         "From: somebody@example.org\r\nMIME-Version: 1.0\r\n"
	         "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
	         shape == SHAPE_HTML ? "html" : "plain");
	str_add_len(&mail, octets, *len);
	free(octets);
	*len = mail.len;
	return mail.text;
}

static void read_one(struct parse *parse, const struct message_options *options, enum shape shape,
                     const char *asked, struct reading *r)
{
	char *octets = NULL;
	size_t len = 0;
	enum rc rc = file_read(r->file, options->limits.octets + 1, &octets, &len, &r->why);
	if (rc == RC_OK) {
		octets = as_mail(octets, &len, shape);
		parse_mail(parse, octets, len, options, &r->message, &r->why);
	}
	free(octets);
	struct message *m = r->message;
	if (m == NULL || m->kind != MESSAGE_PERSON)
		return;
	char *address = NULL;
	bool other = asked != NULL && address_parse(asked, &address, NULL) == RC_OK &&
	             !(m->from_count == 1 && m->from[0].address != NULL &&
	               address_same(address, m->from[0].address));
	free(address);
	if (other)
		return; /* a yes from somebody who was not asked is none */
	r->verdict = verdict_read(m->words, m->subject, m->date_at);
	r->judged = true;
}

static json_t *text_or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? json_string(text) : json_null();
}

static json_t *failures_json(const struct message *m)
{
	json_t *array = json_array();
	for (size_t i = 0; i < m->failure_count; i++) {
		const struct message_failure *f = &m->failures[i];
		json_array_append_new(array,
		                      json_pack("{s:s?, s:b, s:s?, s:s?, s:b}", "recipient",
		                                f->recipient, "hard", f->hard, "status", f->status,
		                                "reason", f->reason, "delayed", f->delayed));
	}
	return array;
}

static void print_json(const struct reading *r)
{
	const struct message *m = r->message;
	json_t *o = json_object();
	json_object_set_new(o, "file", json_string(r->file));
	json_object_set_new(o, "from",
	                    m != NULL && m->from_count > 0 ? text_or_null(m->from[0].address)
	                                                   : json_null());
	json_object_set_new(o, "subject", text_or_null(m != NULL ? m->subject : NULL));
	json_object_set_new(o, "kind",
	                    json_string(m != NULL ? message_kind_name(m->kind) : "malformed"));
	json_object_set_new(o, "own_words", text_or_null(m != NULL ? m->words : NULL));
	const char *verdict = r->judged ? verdict_name(r->verdict.kind) : NULL;
	if (m != NULL && m->kind == MESSAGE_PERSON && !r->judged)
		verdict = "unclear";
	json_object_set_new(o, "verdict", text_or_null(verdict));
	json_object_set_new(o, "word", text_or_null(r->judged ? r->verdict.word : NULL));
	const char *date = m != NULL && m->return_date != NULL ? m->return_date
	                   : r->judged                         ? r->verdict.date
	                                                       : NULL;
	json_object_set_new(o, "return_date", text_or_null(date));
	json_object_set_new(o, "suggested", text_or_null(r->judged ? r->verdict.suggested : NULL));
	json_object_set_new(o, "language", text_or_null(m != NULL ? m->language : NULL));
	json_object_set_new(o, "bounce",
	                    m != NULL && m->failure_count > 0 ? failures_json(m) : json_null());
	bool limited = m != NULL && m->kind != MESSAGE_MALFORMED && m->error != NULL;
	json_object_set_new(o, "limits", limited ? json_pack("[s]", m->error) : json_array());
	json_object_set_new(o, "error", text_or_null(m != NULL ? m->error : r->why.text));
	char *line = json_dumps(o, JSON_COMPACT);
	puts(line != NULL ? line : "{}");
	free(line);
	json_decref(o);
}

static void print_line(const char *head, const char *text)
{
	if (text != NULL && text[0] != '\0')
		printf("  %-10s %s\n", head, text);
}

static void print_people(const struct reading *r)
{
	const struct message *m = r->message;
	printf("%s: %s\n", r->file, m != NULL ? message_kind_name(m->kind) : "cannot be read");
	if (m == NULL) {
		print_line("why", r->why.text);
		return;
	}
	print_line("why", m->error);
	print_line("from", m->from_count > 0 ? m->from[0].address : NULL);
	print_line("subject", m->subject);
	if (r->judged) {
		print_line("says", verdict_name(r->verdict.kind));
		print_line("until", r->verdict.date);
		print_line("suggests", r->verdict.suggested);
		print_line("word", r->verdict.word);
	}
	print_line("back on", m->return_date);
	print_line("language", m->language);
	for (size_t i = 0; i < m->failure_count; i++)
		printf("  %-10s <%s> %s %s\n",
		       m->failures[i].delayed ? "delayed"
		       : m->failures[i].hard  ? "dead"
		                              : "failed",
		       m->failures[i].recipient != NULL ? m->failures[i].recipient : "?",
		       m->failures[i].status != NULL ? m->failures[i].status : "",
		       m->failures[i].reason != NULL ? m->failures[i].reason : "");
	for (const char *at = m->words; at != NULL && *at != '\0';) {
		size_t len = strcspn(at, "\n");
		printf("  | %.*s\n", (int)len, at);
		at += len + (at[len] == '\n');
	}
}

int cli_parse(struct cli *cli)
{
	struct parse parse = { .child = { .fd = -1 } };
	const char *asked = cli_option(cli, "--asked");
	enum shape shape = cli_flag(cli, "--text")   ? SHAPE_TEXT
	                   : cli_flag(cli, "--html") ? SHAPE_HTML
	                                             : SHAPE_MAIL;
	struct message_options options = { .limits = message_limits_default };
	int code = EX_OK;
	if (!cli_words(cli, 1, 1 << 20,
	               "parse [--json] [--asked ADDRESS] [--text | --html] FILE..."))
		return EX_USAGE;
	if (cli->gateway != NULL) {
		options.authserv_id = cli->gateway->authserv_id;
		options.limits.octets = (size_t)cli->gateway->size_limit;
	}
	for (int i = 0; i < cli->argc; i++) {
		struct reading r = { .file = cli->argv[i], .verdict = { .word = NULL } };
		read_one(&parse, &options, shape, asked, &r);
		if (r.message == NULL)
			code = EX_DATAERR;
		if (cli->json)
			print_json(&r);
		else
			print_people(&r);
		if (r.judged)
			verdict_free(&r.verdict);
		message_free(&r.message);
	}
	parse_stop(&parse);
	return code;
}
