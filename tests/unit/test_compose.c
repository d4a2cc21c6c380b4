#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "mail/compose.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct message_mailbox ann = { (char *)"ann@a.example", (char *)"Ann Example" };

static struct compose plain_mail(void)
{
	return (struct compose){
		.from = { (char *)"intro@gw.example", (char *)"Introductions" },
		.to = &ann,
		.to_count = 1,
		.subject = "A question",
		.message_id = "<1@gw.example>",
		.date_at = 1780000000,
		.text = "Hello\n",
	};
}

static char *composed(const struct compose *mail, size_t *len)
{
	char *octets = NULL;
	struct why why = { "" };
	if (compose_mail(mail, &octets, len, &why) != RC_OK)
		fail_msg("refused: %s", why.text);
	return octets;
}

static void refuses(const struct compose *mail, const char *fact)
{
	char *octets = NULL;
	size_t len = 0;
	struct why why = { "" };
	if (compose_mail(mail, &octets, &len, &why) != RC_PERM || octets != NULL || !why.text[0])
		fail_msg("not refused: %s", fact);
}

/* What every mail of ours is on the wire. */
static void check_wire(const char *octets, size_t len)
{
	size_t line = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)octets[i];
		assert_true(c != 0 && c < 0x80);
		if (c == '\r')
			assert_true(i + 1 < len && octets[i + 1] == '\n');
		if (c == '\n') {
			assert_true(i > 0 && octets[i - 1] == '\r');
			if (line > 79) /* 78 and the CR */
				fail_msg("a line of %zu octets before %.40s", line, octets + i);
			line = 0;
		} else {
			line++;
		}
	}
	assert_memory_equal(octets + len - 2, "\r\n", 2);
}

static struct message *round_trip(const struct compose *mail)
{
	size_t len;
	char *octets = composed(mail, &len);
	struct message_options options = { message_limits_default, NULL, NULL };
	check_wire(octets, len);
	struct message *m = message_parse(octets, len, &options);
	free(octets);
	return m;
}

static void test_plain(void **state)
{
	(void)state;
	struct compose mail = plain_mail();
	size_t len;
	char *octets = composed(&mail, &len);
	assert_string_equal(octets, "From: Introductions <intro@gw.example>\r\n"
	                            "To: Ann Example <ann@a.example>\r\n"
	                            "Subject: A question\r\n"
	                            "Date: Thu, 28 May 2026 20:26:40 +0000\r\n"
	                            "Message-ID: <1@gw.example>\r\n"
	                            "MIME-Version: 1.0\r\n"
	                            "Content-Type: text/plain; charset=us-ascii\r\n"
	                            "Content-Transfer-Encoding: 7bit\r\n"
	                            "\r\n"
	                            "Hello\r\n");
	free(octets);
}

static const char *const subjects[] = {
	"Short",
	"",
	"J\xc3\xa9r\xc3\xb4me vous demande un service",
	"A long subject that has to be folded because no line may be longer than seventy-eight "
	"octets, and this one is",
	"Ein sehr langer Betreff mit Umlauten: äöü ÄÖÜ ß, der gefaltet werden muß, ohne daß ein "
	"Zeichen zerrissen würde €",
	"\xe7\xb4\xb9\xe4\xbb\x8b\xe3\x81\xae\xe3\x81\x8a\xe9\xa1\x98\xe3\x81\x84 \xf0\x9f\x91\x8d",
	"=?utf-8?Q?not_an_encoded_word?=",
	"tabs\tand  two blanks",
};

static void test_subjects(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		struct compose mail = plain_mail();
		mail.subject = subjects[i];
		struct message *m = round_trip(&mail);
		if (i + 1 < sizeof subjects / sizeof *subjects)
			assert_string_equal(m->subject, subjects[i]);
		message_free(&m);
	}
}

static const char *const names[] = {
	"Ann Example",
	"Ann \"The Fox\" Example",
	"Example, Ann",
	"ann@a.example",
	"A\\B",
	"Zo\xc3\xab Gr\xc3\xb6\xc3\x9f",
	"<ann@evil.example>",
	"A name so long that it does not fit a line of seventy-eight octets, with its address",
	"\xe7\x94\xb0\xe4\xb8\xad\xe5\xa4\xaa\xe9\x83\x8e",
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct compose mail = plain_mail();
		mail.from.name = (char *)(uintptr_t)names[i];
		struct message *m = round_trip(&mail);
		assert_int_equal(m->from_count, 1);
		assert_string_equal(m->from[0].address, "intro@gw.example");
		assert_string_equal(m->from[0].name, names[i]);
		message_free(&m);
	}
}

static const struct {
	const char *fact, *text, *want; /* want: NULL, the same */
} texts[] = {
	{ "plain", "Hello\nAnn\n", NULL },
	{ "accents", "Enchant\xc3\xa9 !\n\nJe transmets.\n", NULL },
	{ "a long line", "This line is longer than seventy-six octets and has to be broken softly, "
	                 "so that it arrives as it was written.\n", NULL },
	{ "a line of 2000 octets without a blank", "https://a.example/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n", NULL },
	{ "From at the start of a line", "From here\n.\n..two dots\n", NULL },
	{ "a blank at the end of a line", "one \ntwo\t\n", "one \ntwo\t\n" },
	{ "equals signs", "a=b =20 =_x =\n", NULL },
	{ "our own boundary", "--=_passerelle_mixed\n--=_passerelle_mixed--\n", NULL },
	{ "Japanese", "\xe3\x82\x88\xe3\x82\x8d\xe3\x81\x97\xe3\x81\x8f\xe3\x81\x8a\xe9\xa1\x98\xe3\x81\x84\n", NULL },
	{ "no line break at the end", "Hello", "Hello\n" },
	{ "CR LF and CR are line breaks", "a\r\nb\rc\n", "a\nb\nc\n" },
	{ "nothing", "", "\n" },
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct compose mail = plain_mail();
		mail.text = texts[i].text;
		struct message *m = round_trip(&mail);
		const char *want = texts[i].want != NULL ? texts[i].want : texts[i].text;
		if (strcmp(m->text, want) != 0 &&
		    !(i + 1 == sizeof texts / sizeof *texts && !m->text[0]))
			fail_msg("%s: '%s'", texts[i].fact, m->text);
		message_free(&m);
	}
}

static void test_random_texts(void **state)
{
	(void)state;
	unsigned seed = 1;
	for (int round = 0; round < 500; round++) {
		char text[400];
		size_t len = 0;
		while (len < sizeof text - 5 && (seed = seed * 1103515245 + 12345) >> 16 & 0xff) {
			static const char *const pieces[] = { "\n", "\r",       " ",  ".",
				                              "=",  "-",        "_",  "F",
				                              "a",  "\xc3\xa9", "\t", "\x01",
				                              "?",  "From",     "\"", "\\" };
			const char *piece = pieces[(seed >> 20) % 16];
			memcpy(text + len, piece, strlen(piece));
			len += strlen(piece);
		}
		text[len] = '\0';
		struct compose mail = plain_mail();
		struct message_attachment file = { text, (char *)"text/plain", text, len };
		mail.text = text;
		mail.html = text;
		if (strpbrk(text, "\r\n") == NULL) {
			mail.subject = text;
			mail.attachments = &file;
			mail.attachment_count = 1;
		}
		size_t out_len;
		char *octets = composed(&mail, &out_len);
		check_wire(octets, out_len);
		free(octets);
	}
}

static void test_alternative_and_attachments(void **state)
{
	(void)state;
	char octets[1000];
	for (size_t i = 0; i < sizeof octets; i++)
		octets[i] = (char)(i * 7);
	struct message_attachment files[] = {
		{ (char *)"r\xc3\xa9sum\xc3\xa9 de la soci\xc3\xa9t\xc3\xa9, version d\xc3\xa9" "finitive et compl\xc3\xa8te.pdf",
		  (char *)"application/pdf", octets, sizeof octets },
		{ (char *)"a \"quoted\" name.txt", (char *)"text/plain", (char *)"x", 1 },
		{ (char *)"mail.eml", (char *)"message/rfc822", (char *)"", 0 },
		{ (char *)"odd", (char *)"text/plain\"; evil=\"", (char *)"y", 1 },
	};
	struct compose mail = plain_mail();
	mail.text = "Plain";
	mail.html = "<p>Rich</p>";
	mail.attachments = files;
	mail.attachment_count = 4;
	struct message *m = round_trip(&mail);
	assert_string_equal(m->words, "Plain");
	assert_int_equal(m->attachment_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(m->attachments[i].name, files[i].name);
		assert_int_equal(m->attachments[i].len, files[i].len);
		assert_memory_equal(m->attachments[i].octets, files[i].octets, files[i].len);
	}
	assert_string_equal(m->attachments[0].type, "application/pdf");
	assert_string_equal(m->attachments[2].type, "application/octet-stream");
	assert_string_equal(m->attachments[3].type, "application/octet-stream");
	message_free(&m);
}

static void test_further_fields(void **state)
{
	(void)state;
	const char *extra[][2] = { { "Auto-Submitted", "auto-generated" },
		                   { "List-Unsubscribe",
		                     "<mailto:stop+abcdefghijklmnopqrstuvwxyz@gw.example>" },
		                   { NULL, NULL } };
	struct message_mailbox reply = { (char *)"intro+tok@gw.example", NULL };
	struct compose mail = plain_mail();
	mail.extra = extra;
	mail.reply_to = &reply;
	mail.reply_to_count = 1;
	mail.language = "fr";
	mail.in_reply_to = "<a@b>";
	mail.references = "<a-very-long-message-id-of-some-other-system-1@mail.b.example> "
	                  "<a-very-long-message-id-of-some-other-system-2@mail.b.example>  <a@b>";
	size_t len;
	char *octets = composed(&mail, &len);
	check_wire(octets, len);
	assert_non_null(strstr(octets, "\r\nAuto-Submitted: auto-generated\r\n"));
	assert_non_null(strstr(octets, "\r\nReply-To: <intro+tok@gw.example>\r\n"));
	assert_non_null(strstr(octets, "\r\nContent-Language: fr\r\n"));
	free(octets);
	struct message *m = round_trip(&mail);
	assert_int_equal(m->reference_count, 3);
	assert_string_equal(m->in_reply_to, "<a@b>");
	message_free(&m);
}

static void test_refused(void **state)
{
	(void)state;
	const char *bad = "x\r\nBcc: victim@v.example";
	struct compose mail = plain_mail();
	mail.subject = bad;
	refuses(&mail, "a line break in the Subject");
	mail = plain_mail();
	mail.subject = "x\ny";
	refuses(&mail, "a bare line feed in the Subject");
	mail = plain_mail();
	mail.subject = "\xff";
	refuses(&mail, "a Subject that is not UTF-8");
	mail = plain_mail();
	mail.text = "\xff";
	refuses(&mail, "a text that is not UTF-8");
	mail = plain_mail();
	mail.from.name = (char *)(uintptr_t)bad;
	refuses(&mail, "a line break in a name");
	mail = plain_mail();
	mail.from.address = (char *)"intro@gw.example>\r\nX: y";
	refuses(&mail, "a line break in an address");
	mail = plain_mail();
	mail.from.address = (char *)"Intro@GW.example";
	refuses(&mail, "an address not in its stored form");
	mail = plain_mail();
	mail.from.address = (char *)"ren\xc3\xa9@gw.example";
	refuses(&mail, "an address beyond ASCII");
	mail = plain_mail();
	mail.message_id = "<1@gw.example>\r\nX: y";
	refuses(&mail, "a line break in the Message-ID");
	mail = plain_mail();
	mail.message_id = NULL;
	refuses(&mail, "no Message-ID");
	mail = plain_mail();
	mail.references = "<a@b> c@d";
	refuses(&mail, "a reference that is no message-id");
	mail = plain_mail();
	mail.to_count = 0;
	refuses(&mail, "nobody to send to");
	mail = plain_mail();
	mail.language = "fr\r\nX: y";
	refuses(&mail, "a line break in the language");
	const char *extra[][2] = { { "X-A", bad }, { NULL, NULL } };
	mail = plain_mail();
	mail.extra = extra;
	refuses(&mail, "a line break in a further field");
	extra[0][0] = "X-A: b\r\nX-B";
	extra[0][1] = "c";
	refuses(&mail, "a line break in the name of a further field");
	struct message_attachment file = { (char *)(uintptr_t)bad, (char *)"text/plain", (char *)"",
		                           0 };
	mail = plain_mail();
	mail.attachments = &file;
	mail.attachment_count = 1;
	refuses(&mail, "a line break in the name of an attachment");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_random_texts),
		cmocka_unit_test(test_alternative_and_attachments),
		cmocka_unit_test(test_further_fields),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
