#include "io/imapguard.h"

#include "io/imapurl.h"
#include "io/mutf7.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define P16 "(((((((((((((((("
#define P64 P16 P16 P16 P16

static const struct {
	const char *fact, *sent;
	size_t allowed;
	const char *fault; /* a part of it; NULL: all passes */
} answers[] = {
	{ "an honest FETCH", "* 1 FETCH (UID 1 BODY[] {5}\r\nhello)\r\n1 OK\r\n", 100, NULL },
	{ "parentheses in a mail are its own", "* 1 FETCH (BODY[] {70}\r\n" P64 "123456)\r\n", 200,
	  NULL },
	{ "each line has its own count", "* OK " P16 P16 "\r\n* OK " P16 P16 P16 "\r\n", 200, NULL },
	{ "too many in a line", "* 1 FETCH (BODYSTRUCTURE " P64 "\r\n", 200, "parentheses" },
	{ "closing them does not help", "* 1 FETCH (" P64 ")))))))))\r\n", 200, "parentheses" },
	{ "nor do quotes", "* 1 FETCH \"" P64 "(\"\r\n", 200, "parentheses" },
	{ "a literal does not begin a new count", "* 1 FETCH (" P16 P16 "{2}\r\nab" P16 P16 "\r\n",
	  200, "parentheses" },
	{ "a literal only in a FETCH line", "* OK {99}\r\n* 1 FETCH " P64 "(\r\n", 400,
	  "parentheses" },
	{ "nor in the answer of a tag", "1 OK {99}\r\n* 1 FETCH " P64 "(\r\n", 400, "parentheses" },
	{ "a literal as large as what is left", "* 1 FETCH (BODY[] {3}\r\nabc", 26, NULL },
	{ "a literal larger than what is left", "* 1 FETCH (BODY[] {4}\r\nabc", 26, "literal" },
	{ "of 4 GiB", "* 1 FETCH (BODY[] {4294967299}\r\n", 1000, "literal" },
	{ "of more than 64 bits", "* 1 FETCH (BODY[] {99999999999999999999999}\r\n", 1000,
	  "literal" },
	{ "a brace amid a line is none", "* 1 FETCH (FLAGS ({5}) UID 1)\r\n* 1 FETCH (\r\n", 100,
	  NULL },
	{ "more octets than allowed", "* OK 12345\r\n", 11, "more octets" },
	{ "BYE", "* OK\r\n* BYE now\r\n", 100, "BYE" },
	{ "BYE in small letters and with blanks", "*   bye\r\n", 100, "BYE" },
	{ "BYE in a mail is its own", "* 1 FETCH (BODY[] {9}\r\n\r\n* BYE\r\n)\r\n", 100, NULL },
	{ "BYE within a line is a word", "* OK BYE\r\n", 100, NULL },
};

static void test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		size_t len = strlen(answers[i].sent);
		print_message("  %s\n", answers[i].fact);
		for (size_t piece = 1; piece <= len; piece++) { /* it must not matter */
			struct imapguard guard = { 0 };
			bool good = true;
			imapguard_allow(&guard, answers[i].allowed);
			for (size_t at = 0; good && at < len; at += piece)
				good = imapguard_pass(&guard, answers[i].sent + at,
				                      len - at < piece ? len - at : piece);
			assert_true(good == (answers[i].fault == NULL));
			if (!good) {
				assert_non_null(strstr(guard.fault, answers[i].fault));
				assert_false(imapguard_pass(&guard, "* OK\r\n", 6));
			}
		}
	}
}

static const struct {
	const char *fact, *text;
	const char *host, *port, *folder; /* host NULL: refused */
	bool starttls;
} urls[] = {
	{ "host and folder", "imaps://mail.example/Gateway", "mail.example", "993", "Gateway", 0 },
	{ "INBOX if there is none", "imaps://mail.example", "mail.example", "993", "INBOX", 0 },
	{ "nor after the slash", "imaps://mail.example/", "mail.example", "993", "INBOX", 0 },
	{ "a port", "imaps://mail.example:1993/a/b", "mail.example", "1993", "a/b", 0 },
	{ "STARTTLS", "imap+starttls://mail.example/X", "mail.example", "143", "X", 1 },
	{ "an IPv6 address", "imaps://[::1]:1993/X", "::1", "1993", "X", 0 },
	{ "without port", "imaps://[2001:db8::1]/X", "2001:db8::1", "993", "X", 0 },
	{ "%XX is an octet", "imaps://h/Trait%C3%a9s%2fA", "h", "993", "Traités/A", 0 },
	{ "no clear text", "imap://mail.example/X", NULL, NULL, NULL, 0 },
	{ "no host", "imaps:///X", NULL, NULL, NULL, 0 },
	{ "no address in the brackets", "imaps://[]/X", NULL, NULL, NULL, 0 },
	{ "brackets not closed", "imaps://[::1/X", NULL, NULL, NULL, 0 },
	{ "no port after the colon", "imaps://h:/X", NULL, NULL, NULL, 0 },
	{ "a port that is no number", "imaps://h:imaps/X", NULL, NULL, NULL, 0 },
	{ "half an octet", "imaps://h/a%4", NULL, NULL, NULL, 0 },
	{ "a line break", "imaps://h/a%0d%0aLOGOUT", NULL, NULL, NULL, 0 },
	{ "a NUL", "imaps://h/a%00", NULL, NULL, NULL, 0 },
};

static void test_urls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct imapurl url = { 0 };
		struct why why;
		print_message("  %s\n", urls[i].fact);
		enum rc rc = imapurl_parse(urls[i].text, &url, &why);
		assert_int_equal(rc, urls[i].host != NULL ? RC_OK : RC_PERM);
		if (rc == RC_OK) {
			assert_string_equal(url.host, urls[i].host);
			assert_string_equal(url.port, urls[i].port);
			assert_string_equal(url.folder, urls[i].folder);
			assert_true(url.starttls == urls[i].starttls);
		}
		imapurl_free(&url);
	}
}

static const struct {
	const char *utf8, *mutf7;
} names[] = {
	{ "INBOX", "INBOX" },
	{ "R&D", "R&-D" },
	{ "Traités", "Trait&AOk-s" },
	{ "é", "&AOk-" },
	{ "~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" }, /* RFC 3501 */
	{ "éé&é", "&AOkA6Q-&-&AOk-" },
	{ "😀", "&2D3eAA-" },
	{ "\xff", "&,,0-" },
	{ "", "" },
};

static void test_folder_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *name = mutf7_encode(names[i].utf8);
		assert_string_equal(name, names[i].mutf7);
		free(name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_folder_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
