#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "mail/message.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct message *parse(const char *mail)
{
	struct message_options options = { message_limits_default, "mx.gw.example", NULL };
	return message_parse(mail, strlen(mail), &options);
}

/* Text of a one-part mail: its own fields, then the body. */
static const struct {
	const char *fact, *fields, *body, *want;
} texts[] = {
	{ "no Content-Type: UTF-8", "", "caf\xc3\xa9", "café" },
	{ "no Content-Type: what is not UTF-8 is windows-1252", "", "caf\xe9 \x93x\x94", "café “x”" },
	{ "iso-8859-1 is read as windows-1252", "Content-Type: text/plain; charset=iso-8859-1\n", "\x80 \x92", "€ ’" },
	{ "iso-8859-1 that is UTF-8", "Content-Type: text/plain; charset=ISO-8859-1\n", "caf\xc3\xa9", "café" },
	{ "us-ascii is read as UTF-8", "Content-Type: text/plain; charset=us-ascii\n", "caf\xc3\xa9", "café" },
	{ "UTF-8 that is windows-1252", "Content-Type: text/plain; charset=utf-8\n", "caf\xe9", "café" },
	{ "UTF-8 hurt on the way", "Content-Type: text/plain; charset=utf-8\n", "caf\xc3\xa9 caf\xc3\xa9 caf\xc3\xa9 caf\xc3\xa9 \xff", "café café café café \xef\xbf\xbd" },
	{ "an unknown charset", "Content-Type: text/plain; charset=x-nonsense\n", "caf\xc3\xa9", "café" },
	{ "iso-8859-15", "Content-Type: text/plain; charset=iso-8859-15\n", "\xa4", "€" },
	{ "koi8-r", "Content-Type: text/plain; charset=koi8-r\n", "\xc4\xc1", "да" },
	{ "iso-2022-jp", "Content-Type: text/plain; charset=iso-2022-jp\n", "\x1b$B$O$$\x1b(B", "はい" },
	{ "gb2312 is read as gb18030", "Content-Type: text/plain; charset=gb2312\n", "\xba\xc3", "好" },
	{ "utf-7", "Content-Type: text/plain; charset=utf-7\n", "caf+AOk-", "café" },
	{ "a charset with iconv's own additions is none", "Content-Type: text/plain; charset=\"koi8-r//TRANSLIT\"\n", "caf\xe9", "café" },
	{ "quoted-printable", "Content-Transfer-Encoding: quoted-printable\n", "caf=C3=A9 =\n=3D", "café =" },
	{ "broken quoted-printable", "Content-Transfer-Encoding: quoted-printable\n", "100=% =ZZ", "100=% =ZZ" },
	{ "base64", "Content-Transfer-Encoding: BASE64\n", "Y2Fmw6k=", "café" },
	{ "base64 without its end", "Content-Transfer-Encoding: base64\n", "Y2Fmw6k", "café" },
	{ "an unknown encoding", "Content-Transfer-Encoding: x-odd\n", "Yes", "Yes" },
	{ "format=flowed", "Content-Type: text/plain; format=flowed\n", "one \ntwo\n", "one two" },
	{ "flowed with delsp", "Content-Type: text/plain; format=flowed; DelSp=yes\n", "one \ntwo\n", "onetwo" },
	{ "HTML alone", "Content-Type: text/html\n", "<p>Yes</p><p>or no</p>", "Yes\n\nor no" },
	{ "a quotation goes", "", "Yes\n> No\n", "Yes" },
	{ "bidirectional overrides go", "", "a\xe2\x80\xae" "b", "ab" },
	{ "a multipart without a boundary is text", "Content-Type: multipart/alternative\n", "Yes", "Yes" },
	{ "a multipart whose boundary never comes is text", "Content-Type: multipart/mixed; boundary=b\n", "Yes", "Yes" },
	{ "a type that is none is text", "Content-Type: text\n", "Yes", "Yes" },
	{ "a type with a no-break space is text", "Content-Type: \xa0text/plain\n", "Yes", "Yes" },
	{ "a picture is no text", "Content-Type: image/png\n", "Yes", "" },
	{ "nothing", "", "", "" },
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct str mail;
		str_init(&mail, 10000);
		str_addf(&mail, "From: a@a.example\n%s\n%s", texts[i].fields, texts[i].body);
		struct message *m = parse(mail.text);
		if (strcmp(m->words, texts[i].want) != 0)
			fail_msg("%s: '%s'", texts[i].fact, m->words);
		message_free(&m);
		str_free(&mail);
	}
}

#define ALTERNATIVE "Content-Type: multipart/alternative; boundary=\"b\"\n\n"
#define MIXED "Content-Type: multipart/mixed; boundary=\"m\"\n\n"
#define RELATED "Content-Type: multipart/related; boundary=\"r\"\n\n"
#define PLAIN "Content-Type: text/plain\n\n"
#define HTML "Content-Type: text/html\n\n"
#define PNG "Content-Type: image/png; name=x.png\n\n"

static const struct {
	const char *fact, *mail, *want;
	size_t attachments;
} parts[] = {
	{ "of alternatives the plain one", ALTERNATIVE "--b\n" PLAIN "Plain\n--b\n" HTML "Rich\n--b--\n", "Plain", 0 },
	{ "in any order", ALTERNATIVE "--b\n" HTML "Rich\n--b\n" PLAIN "Plain\n--b--\n", "Plain", 0 },
	{ "unless it is empty", ALTERNATIVE "--b\n" PLAIN " \n\n--b\n" HTML "Rich\n--b--\n", "Rich", 0 },
	{ "HTML with pictures beside plain text", ALTERNATIVE "--b\n" PLAIN "Plain\n--b\n" RELATED "--r\n" HTML "Rich\n--r\n" PNG "x\n--r--\n--b--\n", "Plain", 0 },
	{ "a file inside an alternative stays one", ALTERNATIVE "--b\n" PLAIN "Plain\n--b\n" MIXED "--m\n" HTML "Rich\n--m\nContent-Type: application/pdf; name=a.pdf\n\nx\n--m--\n--b--\n", "Plain", 1 },
	{ "HTML with pictures alone", RELATED "--r\n" HTML "Rich\n--r\n" PNG "x\n--r--\n", "Rich", 0 },
	{ "text and a file", MIXED "--m\n" PLAIN "Yes\n--m\nContent-Type: application/pdf; name=a.pdf\n\nx\n--m--\n", "Yes", 1 },
	{ "a text file is a file", MIXED "--m\n" PLAIN "Yes\n--m\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nNo\n--m--\n", "Yes", 1 },
	{ "texts one after the other", MIXED "--m\n" PLAIN "One\n--m\n" PLAIN "Two\n--m--\n", "One\nTwo", 0 },
	{ "alternatives inside", MIXED "--m\n" ALTERNATIVE "--b\n" PLAIN "Plain\n--b\n" HTML "Rich\n--b--\n--m\n" PNG "x\n--m--\n", "Plain", 1 },
	{ "somebody else's mail is no text", MIXED "--m\n" PLAIN "Yes\n--m\nContent-Type: message/rfc822\n\nSubject: x\n\nACCEPT\n--m--\n", "Yes", 1 },
	{ "no end boundary", MIXED "--m\n" PLAIN "Yes\n", "Yes", 0 },
	{ "blanks behind a boundary", MIXED "--m \t\n" PLAIN "Yes\n--m--  \n", "Yes", 0 },
	{ "a boundary that begins another", "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/mixed; boundary=mm\n\n--mm\n" PLAIN "One\n--mm--\n--m\n" PLAIN "Two\n--m--\n", "One\nTwo", 0 },
	{ "an outer boundary ends inner parts", "Content-Type: multipart/mixed; boundary=m\n\n--m\n" ALTERNATIVE "--b\n" PLAIN "One\n--m\n" PLAIN "Two\n--m--\n", "One\nTwo", 0 },
	{ "a signed mail", "Content-Type: multipart/signed; boundary=m\n\n--m\n" PLAIN "Yes\n--m\nContent-Type: application/pgp-signature\n\nx\n--m--\n", "Yes", 0 },
	{ "preamble and epilogue are nothing", MIXED "Preamble\n--m\n" PLAIN "Yes\n--m--\nEpilogue\n", "Yes", 0 },
};

static void test_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct message *m = parse(parts[i].mail);
		if (strcmp(m->words, parts[i].want) != 0 ||
		    m->attachment_count != parts[i].attachments)
			fail_msg("%s: '%s' and %zu files", parts[i].fact, m->words,
			         m->attachment_count);
		message_free(&m);
	}
}

static const struct {
	const char *fact, *from,
		*address; /* address: of the only mailbox; NULL: none to be believed */
	size_t count;
} senders[] = {
	{ "an address", "From: jane@a.example\n", "jane@a.example", 1 },
	{ "with a name", "From: Jane Doe <Jane@A.example>\n", "Jane@a.example", 1 },
	{ "with a quoted name", "From: \"Doe, Jane\" <jane@a.example>\n", "jane@a.example", 1 },
	{ "with comments", "From: (x) Jane (y, z@z.example) <jane@a.example> (w)\n", "jane@a.example", 1 },
	{ "folded", "From: Jane\n <jane@a.example>\n", "jane@a.example", 1 },
	{ "with dots and apostrophes in the name", "From: Jane Q. O'Doe <jane@a.example>\n", "jane@a.example", 1 },
	{ "an international domain", "From: jane@b\xc3\xbc" "cher.example\n", "jane@xn--bcher-kva.example", 1 },
	{ "an address in the name is only a name", "From: boss@bank.example <jane@a.example>\n", "jane@a.example", 1 },
	{ "an encoded address in the name too", "From: \"=?utf-8?Q?boss=40bank.example?=\" <jane@a.example>\n", "jane@a.example", 1 },
	{ "two in one field", "From: jane@a.example, bob@b.example\n", NULL, 2 },
	{ "two fields", "From: jane@a.example\nFrom: bob@b.example\n", NULL, 2 },
	{ "a group", "From: g: jane@a.example, bob@b.example;\n", NULL, 2 },
	{ "an empty group", "From: undisclosed:;\n", NULL, 0 },
	{ "none", "To: x@a.example\n", NULL, 0 },
	{ "an empty one", "From:\n", NULL, 0 },
	{ "no address in it", "From: Jane Doe\n", NULL, 1 },
	{ "two addresses without a comma", "From: jane@a.example bob@b.example\n", NULL, 1 },
	{ "two in angles", "From: Jane <jane@a.example> <bob@b.example>\n", NULL, 1 },
	{ "something after the angle", "From: <jane@a.example> bob@b.example\n", NULL, 1 },
	{ "an angle that does not end", "From: Jane <jane@a.example\n", NULL, 1 },
	{ "a quotation that does not end", "From: \"Jane <jane@a.example>\n", NULL, 1 },
	{ "a comment that does not end", "From: (Jane <jane@a.example>\n", NULL, 1 },
	{ "a source route", "From: <@b.example:jane@a.example>\n", NULL, 1 },
	{ "a quoted local-part", "From: \"jane\"@a.example\n", NULL, 1 },
	{ "an encoded address", "From: =?utf-8?Q?jane=40a=2Eexample?=\n", NULL, 1 },
	{ "a comment inside the address", "From: <jane(x)@a.example>\n", NULL, 1 },
};

static void test_senders(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof senders / sizeof *senders; i++) {
		struct str mail;
		str_init(&mail, 10000);
		str_addf(&mail, "X: y\n%s\nHi\n", senders[i].from);
		struct message *m = parse(mail.text);
		const char *said = m->from_count == 1 ? m->from[0].address : NULL;
		if (m->from_count != senders[i].count ||
		    (said == NULL) != (senders[i].address == NULL) ||
		    (said != NULL && strcmp(said, senders[i].address) != 0))
			fail_msg("%s: %zu, %s", senders[i].fact, m->from_count,
			         said != NULL ? said : "none");
		message_free(&m);
		str_free(&mail);
	}
}

static void test_header(void **state)
{
	(void)state;
	struct message *m = parse(
		"Return-Path: <jane@a.example>\nDelivered-To: intro+tok@gw.example\n"
		"Authentication-Results: mx.gw.example; dmarc=pass header.from=a.example\n"
		"From: =?iso-8859-1?Q?Zo=EB?= <zoe@a.example>\n"
		"To: Gate <Intro+tok@GW.example>, nobody\nCc: c@c.example\n"
		"Subject: =?utf-8?B?UsOpZjo=?= =?utf-8?Q?_a?=\n =?utf-8?Q?b?= c\n"
		"Date: Thu, 28 May 2026 22:26:40 +0200\n"
		"Message-ID: <1@a.example>\nIn-Reply-To: your mail <2@gw.example> of today\n"
		"References: <0@gw.example>\n  <2@gw.example> nonsense <broken <3@gw.example>\n"
		"\nYes\n");
	assert_int_equal(m->kind, MESSAGE_PERSON);
	assert_string_equal(m->from[0].name, "Zoë");
	assert_int_equal(m->recipient_count, 3);
	assert_string_equal(m->recipients[0], "Intro+tok@gw.example");
	assert_string_equal(m->recipients[1], "c@c.example");
	assert_string_equal(m->recipients[2], "intro+tok@gw.example");
	assert_string_equal(m->subject, "Réf: ab c");
	assert_string_equal(m->message_id, "<1@a.example>");
	assert_string_equal(m->in_reply_to, "<2@gw.example>");
	assert_int_equal(m->reference_count, 3);
	assert_string_equal(m->references[2], "<3@gw.example>");
	assert_int_equal(m->date_at, 1780000000);
	assert_int_equal(m->auth, AUTH_PASS);
	assert_false(m->suppress_answer);
	assert_null(m->error);
	message_free(&m);
}

static void test_encoded_line_break(void **state)
{
	(void)state;
	struct message *m = parse("From: =?utf-8?Q?a=0D=0ABcc:_x=40y.example?= <a@a.example>\n"
	                          "Subject: =?utf-8?Q?a=0D=0ABcc:_x=40y.example?=\n"
	                          "Content-Type: text/plain; name*=utf-8''..%2F..%2Fa%0D%0Ab\n"
	                          "Content-Disposition: attachment\n\nx\n");
	assert_null(strpbrk(m->subject, "\r\n"));
	assert_null(strpbrk(m->from[0].name, "\r\n"));
	assert_null(strpbrk(m->attachments[0].name, "\r\n/"));
	message_free(&m);
}

static const struct {
	const char *fact, *fields, *want;
} names[] = {
	{ "a file name", "Content-Disposition: attachment; filename=\"a b.txt\"\n", "a b.txt" },
	{ "unquoted with blanks", "Content-Disposition: attachment; filename=a b.txt\n", "a b.txt" },
	{ "extended", "Content-Disposition: attachment; filename*=utf-8'fr'r%C3%A9sum%C3%A9.txt\n", "résumé.txt" },
	{ "continued", "Content-Disposition: attachment; filename*0=\"a\"; filename*1=b; filename*2*=%2Etxt\n", "ab.txt" },
	{ "the extended one wins", "Content-Disposition: attachment; filename=x; filename*=iso-8859-1''%E9\n", "é" },
	{ "an encoded word", "Content-Disposition: attachment; filename=\"=?utf-8?Q?=C3=A9.txt?=\"\n", "é.txt" },
	{ "of the type", "Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment\n", "a.txt" },
	{ "folders go", "Content-Disposition: attachment; filename=\"../../etc/passwd\"\n", "passwd" },
	{ "also those of Windows", "Content-Disposition: attachment; filename=\"C:\\\\a\\\\b.txt\"\n", "b.txt" },
	{ "two dots are no name", "Content-Disposition: attachment; filename=\"..\"\n", "attachment-1" },
	{ "none", "Content-Disposition: attachment\n", "attachment-1" },
};

static void test_file_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct str mail;
		str_init(&mail, 10000);
		str_addf(&mail, "From: a@a.example\n%s\nx\n", names[i].fields);
		struct message *m = parse(mail.text);
		if (m->attachment_count != 1 || strcmp(m->attachments[0].name, names[i].want) != 0)
			fail_msg("%s: '%s'", names[i].fact,
			         m->attachment_count > 0 ? m->attachments[0].name : "");
		message_free(&m);
		str_free(&mail);
	}
}

static const struct {
	const char *fact, *mail;
	bool malformed;
} odd[] = {
	{ "nothing at all", "", true },
	{ "no header", "Hello\nthere\n", true },
	{ "only a header", "From: a@a.example\n", false },
	{ "a byte order mark and blanks in front", "\xef\xbb\xbf \n\nFrom: a@a.example\n\nx", false },
	{ "the envelope line of an mbox", "From a@a.example Thu Jan 1\nFrom: a@a.example\n\nx", false },
	{ "lines that end with CR alone", "From: a@a.example\r\rx\r", false },
	{ "the empty line is missing", "From: a@a.example\nSubject: x\nHello there\n", false },
};

static void test_odd(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct message *m = parse(odd[i].mail);
		if ((m->kind == MESSAGE_MALFORMED) != odd[i].malformed)
			fail_msg("%s", odd[i].fact);
		assert_true((m->error != NULL) == odd[i].malformed);
		assert_true(odd[i].malformed || m->from_count == 1);
		message_free(&m);
	}
	struct message *m = parse("From: a@a.example\nSubject: x\nHello there\n");
	assert_string_equal(m->words, "Hello there");
	message_free(&m);
}

/* `piece` so often that the mail is past `limit`, all within a second or two. */
static const struct {
	const char *fact, *start, *piece;
	size_t times;
	const char *error; /* begins so */
} limits[] = {
	{ "octets", "From: a@a.example\n\n", "0123456789abcdef0123456789abcdef\n", 800000, "more than 26214400 octets" },
	{ "one long field", "X: ", "((((((((", 40000, "a header of more than" },
	{ "many fields", "", "X: y\n", 501, "more than 500 fields" },
	{ "many parts", "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n", 100000, "more than 200 parts" },
	{ "deep nesting", "", "Content-Type: multipart/mixed; boundary=b\n\n--b\n", 30000, "parts nested more than 20" },
	{ "a long header of a part", "Content-Type: multipart/mixed; boundary=b\n\n--b\nX: ", "yyyyyyyy", 40000, "a header of more than" },
};

static void test_limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		struct str mail;
		str_init(&mail, (size_t)1 << 26);
		str_add(&mail, limits[i].start);
		for (size_t n = 0; n < limits[i].times; n++)
			str_add(&mail, limits[i].piece);
		clock_t start = clock();
		struct message *m = parse(mail.text);
		assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
		if (m->kind != MESSAGE_MALFORMED ||
		    strncmp(m->error, limits[i].error, strlen(limits[i].error)) != 0)
			fail_msg("%s: %s", limits[i].fact,
			         m->error != NULL ? m->error : "no error");
		message_free(&m);
		str_free(&mail);
	}
}

/* Past these limits the rest is left out, and the mail is still read. */
static void test_soft_limits(void **state)
{
	(void)state;
	struct message_options options = { message_limits_default, NULL, NULL };
	options.limits.addresses = 2;
	options.limits.text = 10;
	options.limits.attachments = 3;
	static const char mail[] =
		"From: a@a.example\nTo: b@b.example, c@c.example, d@d.example\n" MIXED "--m\n" PLAIN
		"0123456789abcdef\n--m\n" PNG "12345\n--m--\n";
	struct message *m = message_parse(mail, strlen(mail), &options);
	assert_int_equal(m->kind, MESSAGE_PERSON);
	assert_int_equal(m->recipient_count, 2);
	assert_true(strlen(m->text) <= 10);
	assert_int_equal(m->attachment_count, 0);
	assert_string_equal(m->error, "too many recipients: the rest is not read; "
	                              "attachments too large: some are left out");
	message_free(&m);
}

static void same(const struct message *a, const struct message *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_string_equal(a->subject, b->subject);
	assert_string_equal(a->words, b->words);
	assert_int_equal(a->from_count, b->from_count);
	assert_string_equal(a->from[0].address, b->from[0].address);
	assert_int_equal(a->recipient_count, b->recipient_count);
	assert_int_equal(a->reference_count, b->reference_count);
	assert_int_equal(a->date_at, b->date_at);
	assert_int_equal(a->auth, b->auth);
	assert_int_equal(a->attachment_count, b->attachment_count);
	assert_memory_equal(a->attachments[0].octets, b->attachments[0].octets,
	                    a->attachments[0].len);
}

static void test_pack(void **state)
{
	(void)state;
	struct message *m =
		parse("From: Jane <jane@a.example>\nTo: x@gw.example\nReferences: <1@a> <2@a>\n"
	              "Date: Thu, 28 May 2026 22:26:40 +0200\nSubject: Re: x\n" MIXED "--m\n" PLAIN
	              "Yes\n--m\n" PNG "12345\n--m--\n");
	struct message *back = NULL;
	size_t len;
	char *frame = message_pack(m, &len);
	assert_int_equal(message_unpack(frame, len, &back, NULL), RC_OK);
	same(m, back);
	message_free(&back);
	for (size_t i = 0; i < len; i++) /* a frame cut anywhere is nonsense */
		assert_int_equal(message_unpack(frame, i, &back, NULL), RC_PERM);
	for (size_t i = 0; i < len; i++) { /* and one changed anywhere is safe */
		frame[i] = (char)(frame[i] ^ 0xff);
		if (message_unpack(frame, len, &back, NULL) == RC_OK)
			message_free(&back);
		frame[i] = (char)(frame[i] ^ 0xff);
	}
	free(frame);
	message_free(&m);
}

static const struct {
	const char *field;
	bool silent;
} silences[] = {
	{ "X-Auto-Response-Suppress: All", true },  { "X-Auto-Response-Suppress: None", false },
	{ "Auto-Submitted: auto-replied", true },   { "Auto-Submitted: no", false },
	{ "Precedence: bulk", true },               { "Return-Path: <>", true },
	{ "List-Id: <l.a.example>", true },         { "X-Other: All", false },
};

static void test_silence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof silences / sizeof *silences; i++) {
		struct str mail;
		str_init(&mail, 1000);
		str_addf(&mail, "From: a@a.example\n%s\n\nx\n", silences[i].field);
		struct message *m = parse(mail.text);
		if (m->suppress_answer != silences[i].silent)
			fail_msg("%s", silences[i].field);
		message_free(&m);
		str_free(&mail);
	}
}

/* The octets end where `len` says, with no NUL behind them: not one more is read. */
static void test_no_octet_beyond(void **state)
{
	(void)state;
	static const char *const mails[] = { "", "F", "From", "From ", "Fr\r", "A:", "A: b\r\n\r",
		                             "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n-",
		                             "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--" };
	struct message_options options = { .limits = message_limits_default };
	for (size_t i = 0; i < sizeof mails / sizeof mails[0]; i++) {
		size_t len = strlen(mails[i]);
		char *octets =
			malloc(len > 0 ? len : 1); /* exactly: the sanitizer guards its end */
		assert_non_null(octets);
		memcpy(octets, mails[i], len);
		struct message *m = message_parse(octets, len, &options);
		assert_non_null(m);
		message_free(&m);
		free(octets);
	}
}

int main(void)
{
	message_prepare();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),   cmocka_unit_test(test_parts),
		cmocka_unit_test(test_senders), cmocka_unit_test(test_header),
		cmocka_unit_test(test_encoded_line_break), cmocka_unit_test(test_file_names),
		cmocka_unit_test(test_odd),     cmocka_unit_test(test_limits),
		cmocka_unit_test(test_soft_limits), cmocka_unit_test(test_pack),
		cmocka_unit_test(test_silence), cmocka_unit_test(test_no_octet_beyond),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
