/* composed: hostile values made into mails, a JSON object a line with the values
 * and the octets, for parsers that are not ours (test_composed.py).
 *
 *   composed SEED COUNT
 *
 * Our own parser reads each back here: what it does not give back equal ends it. */
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "mail/compose.h"
#include "mail/message.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static unsigned chance(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % below);
}

static const char *const pieces[] = {
	"Alice", "Jean-François", "O'Brien", "Müller", "\"", "<", ">", "@", ",", ";", ":", "(", ")",
	"\\", "{{x}}", "{{{y}}}", "=?utf-8?q?x?=", "=", "?", "\xf0\x9f\x98\x80", "\xe2\x80\x8f",
	"\xe2\x80\xae", "\xc2\xa0", "\xe5\xbc\xa0\xe4\xbc\x9f", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "a",
	"<script>alert(1)</script>", "mailto:x@y.example?subject=z", "averyveryverylongwordwithoutanyblank",
	"--", "From", ".", "%s", "&amp;", "'", "e\xcc\x81", "ACCEPT", "\xe2\x82\xac", "#", "|",
};
#define PIECES (sizeof pieces / sizeof *pieces)

/* One line, not empty, no blank at its ends. */
static char *line_of(unsigned most)
{
	struct str s;
	str_init(&s, 1 << 20);
	for (unsigned n = 1 + chance(most); n > 0; n--)
		str_addf(&s, "%s%s", pieces[chance(PIECES)], n > 1 && chance(2) != 0 ? " " : "");
	char *line = utf8_clean_line(s.text, s.len);
	str_free(&s);
	if (line[0] != '\0')
		return line;
	free(line);
	return mem_text("x");
}

static char *text_of(unsigned lines)
{
	struct str s;
	str_init(&s, 1 << 22);
	for (unsigned n = 1 + chance(lines); n > 0; n--) {
		char *line = chance(5) != 0 ? line_of(30) : mem_text("");
		str_addf(&s, "%s%s\n", chance(9) == 0 ? "From " : "", line);
		free(line);
	}
	return str_take(&s);
}

static void fail(const char *what, const char *wanted, const char *got)
{
	fprintf(stderr, "%s: '%s' came back as '%s'\n", what, wanted,
	        got != NULL ? got : "(nothing)");
	exit(1);
}

static void same(const char *what, const char *wanted, const char *got)
{
	if (got == NULL || strcmp(wanted, got) != 0)
		fail(what, wanted, got);
}

/* A value with a line break never becomes a field. */
static void refuse_breaks(const struct compose *good)
{
	static const char *const breaks[] = { "a\r\nBcc: x@y.example", "a\nb", "a\rb" };
	struct compose bad = *good;
	struct why why;
	char *octets = NULL;
	size_t len;
	bad.subject = breaks[chance(3)];
	if (compose_mail(&bad, &octets, &len, &why) != RC_PERM)
		fail("a subject with a line break", bad.subject, "was composed");
	bad = *good;
	bad.from.name = (char *)breaks[chance(3)];
	if (compose_mail(&bad, &octets, &len, &why) != RC_PERM)
		fail("a name with a line break", bad.from.name, "was composed");
}

static void one(void)
{
	struct message_attachment file = { line_of(4), mem_text("text/plain"), text_of(20), 0 };
	struct message_mailbox to = { mem_text("jeanne.roy@acme.example"), line_of(6) };
	struct compose mail = { .from = { mem_text("relais@nord.example"), line_of(6) },
		                .to = &to,
		                .to_count = 1,
		                .subject = line_of(12),
		                .message_id = "<x@nord.example>",
		                .date_at = 1780297200,
		                .text = text_of(60),
		                .html = text_of(60),
		                .attachments = &file,
		                .attachment_count = chance(2) };
	struct message_options options = { .limits = message_limits_default };
	char *octets = NULL;
	size_t len;
	struct why why;
	file.len = strlen(file.octets);
	if (compose_mail(&mail, &octets, &len, &why) != RC_OK)
		fail("compose", mail.subject, why.text);
	refuse_breaks(&mail);
	struct message *m = message_parse(octets, len, &options);
	same("subject", mail.subject, m->subject);
	same("from", mail.from.address, m->from_count == 1 ? m->from[0].address : NULL);
	same("name", mail.from.name, m->from[0].name);
	same("recipient", to.address, m->recipient_count == 1 ? m->recipients[0] : NULL);
	if (m->attachment_count != mail.attachment_count)
		fail("attachments", "as many", "another number");
	if (m->attachment_count == 1 &&
	    (m->attachments[0].len != file.len ||
	     memcmp(m->attachments[0].octets, file.octets, file.len) != 0))
		fail("attachment", file.octets, m->attachments[0].octets);
	json_t *line =
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s, s:s%}", "from", mail.from.name,
	                  "to", to.name, "subject", mail.subject, "text", mail.text, "html",
	                  mail.html, "file", mail.attachment_count > 0 ? file.octets : NULL,
	                  "file_name", file.name, "octets", octets, len);
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(line);
	message_free(&m);
	free(octets);
	free((char *)mail.text);
	free((char *)mail.html);
	free((char *)mail.subject);
	free(mail.from.name);
	free(mail.from.address);
	free(to.name);
	free(to.address);
	free(file.name);
	free(file.type);
	free(file.octets);
}

int main(int argc, char **argv)
{
	state = argc == 3 ? strtoull(argv[1], NULL, 10) * 2654435761u + 1 : 1;
	for (long count = argc == 3 ? atol(argv[2]) : 0; count > 0; count--)
		one();
	return 0;
}
