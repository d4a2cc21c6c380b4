#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "base/utf8.h"
#include "facts_text.h"
#include "mail/report.h"
#include "mail/report_phrases.h"
#include "mail/report_text.h"

#include <time.h>

#define DSN "From: MAILER-DAEMON@mx.example\nTo: <us@gw.example>\nSubject: Undelivered\n" \
	    "Content-Type: multipart/report; report-type=delivery-status\n\n"
#define WORDS "From: MAILER-DAEMON@mx.example\nTo: us@gw.example\nSubject: failure notice\n\n"

/* want: one line a recipient, "address status reason hard|soft[ delayed]". */
static const struct {
	const char *name, *mail, *want;
} cases[] = {
	{ "RFC 3464: the plain case",
	  DSN "=== message/delivery-status\nReporting-MTA: dns; mx.example\n\n"
	      "Final-Recipient: rfc822; bob@b.example\nAction: failed\nStatus: 5.1.1\n"
	      "Diagnostic-Code: smtp; 550 5.1.1 <bob@b.example>... User unknown\n",
	  "bob@b.example 5.1.1 userunknown hard\n" },
	{ "RFC 6533: a UTF-8 address",
	  DSN "=== message/global-delivery-status\nReporting-MTA: dns; mx.example\n\n"
	      "Final-Recipient: utf-8; jürgen@bücher.example\nAction: failed\nStatus: 5.1.2\n",
	  "jürgen@bücher.example 5.1.2 hostunknown hard\n" },
	{ "two recipients, each with its own reason",
	  DSN "=== message/delivery-status\nReporting-MTA: dns; mx.example\n\n"
	      "Final-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.2.2\n\n"
	      "Final-Recipient: rfc822;c@d.example\nAction: failed\nStatus: 5.1.6\n",
	  "a@b.example 5.2.2 mailboxfull soft\nc@d.example 5.1.6 hasmoved hard\n" },
	{ "delayed is not failed",
	  DSN "=== message/delivery-status\n\nFinal-Recipient: rfc822;a@b.example\n"
	      "Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; connect timed out\n",
	  "a@b.example 4.4.1 expired soft delayed\n" },
	{ "delivered is not failed",
	  DSN "=== message/delivery-status\n\nFinal-Recipient: rfc822;a@b.example\n"
	      "Action: relayed\nStatus: 2.1.9\n",
	  "a@b.example 2.1.9 delivered soft delayed\n" },
	{ "policy is soft, whatever the class",
	  DSN
	  "=== message/delivery-status\n\nFinal-Recipient: rfc822;a@b.example\nAction: failed\n"
	  "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.7.1 IP address blacklisted by recipient\n",
	  "a@b.example 5.7.1 blocked soft\n" },
	{ "an unknown user is hard, whatever the class",
	  DSN "=== message/delivery-status\n\nFinal-Recipient: rfc822;a@b.example\nAction: failed\n"
	      "Status: 4.0.0\nDiagnostic-Code: smtp; 450 no such user here\n",
	  "a@b.example 4.0.0 userunknown hard\n" },
	{ "the sender's domain that does not exist is not the recipient's",
	  DSN
	  "=== message/delivery-status\n\nFinal-Recipient: rfc822;a@b.example\nAction: failed\n"
	  "Status: 5.1.8\nDiagnostic-Code: smtp; 553 5.1.8 Domain of sender address does not exist\n",
	  "a@b.example 5.1.8 rejected soft\n" },
	{ "an address that reads like a reason is none",
	  DSN "=== message/delivery-status\n\nFinal-Recipient: rfc822;mailbox.full@b.example\n"
	      "Action: failed\nStatus: 5.0.0\n"
	      "Diagnostic-Code: smtp; 550 <mailbox.full@b.example>: no such user\n",
	  "mailbox.full@b.example 5.0.0 userunknown hard\n" },
	{ "Exchange Online hides an unknown user behind access denied",
	  DSN
	  "=== message/delivery-status\n\nFinal-Recipient: rfc822;a@b.example\nAction: failed\n"
	  "Status: 5.4.1\nDiagnostic-Code: smtp; 550 5.4.1 Recipient address rejected: Access denied\n",
	  "a@b.example 5.4.1 userunknown hard\n" },
	{ "unknown only after the data: refused by the recipient's rules",
	  DSN "<a@b.example>: host mx.b.example said: 550 Unknown user (in reply to end of DATA\n"
	      "    command)\n"
	      "=== message/delivery-status\n\nFinal-Recipient: rfc822;a@b.example\nAction: failed\n"
	      "Status: 5.0.0\nDiagnostic-Code: smtp; 550 Unknown user\n",
	  "a@b.example 5.0.0 filtered soft\n" },
	{ "a comment in Status counts",
	  DSN "=== message/delivery-status\n\nFinal-Recipient: rfc822;a@b.example\nAction: failed\n"
	      "Status: 5.0.0 (recipient reached disk quota)\n",
	  "a@b.example 5.0.0 mailboxfull soft\n" },
	{ "folded fields, blanks before the colon, brackets",
	  DSN "=== message/delivery-status\n\nAction : failed\nStatus : 5.1.1\n"
	      "Diagnostic-Code : smtp;550 5.1.1 mailbox\n  does not exist\n"
	      "Final-Recipient : rfc822; <a@b.example>\n",
	  "a@b.example 5.1.1 userunknown hard\n" },
	{ "stray empty lines between the fields of one recipient",
	  DSN "=== message/delivery-status\nReporting-MTA: dns; mx.example\n\n"
	      "Final-Recipient: rfc822;a@b.example\n\nAction: failed\n\nStatus: 5.1.1\n\n"
	      "Final-Recipient: rfc822;c@d.example\nAction: failed\nStatus: 5.2.2\n",
	  "a@b.example 5.1.1 userunknown hard\nc@d.example 5.2.2 mailboxfull soft\n" },
	{ "a final recipient that is a pipe: the original one",
	  DSN "=== message/delivery-status\n\nFinal-Recipient: rfc822;|/usr/bin/sort\n"
	      "Original-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.3.0\n",
	  "a@b.example 5.3.0 system soft\n" },
	{ "no diagnostic: the words tell",
	  DSN
	  "list of recipients:\n\na@b.example: 550 5.7.26 Multiple authentication checks failed\n"
	  "=== message/delivery-status\n\nFinal-Recipient: rfc822;a@b.example\nAction: failed\n"
	  "Status: 5.0.0\n",
	  "a@b.example 5.7.26 policy soft\n" },
	{ "no delivery-status but its fields in the text",
	  WORDS "Technical report:\n\nAction: failed\nFinal-Recipient: rfc822; a@b.example\n"
	        "Status: 5.2.2\n",
	  "a@b.example 5.2.2 mailboxfull soft\n" },

	{ "Exim: X-Failed-Recipients",
	  "From: x@mx.example\nSubject: x\nX-Failed-Recipients: a@b.example, c@d.example\n\n"
	  "  a@b.example\n    retry timeout exceeded\n  c@d.example\n    Unrouteable address\n",
	  "a@b.example - expired soft\nc@d.example - hostunknown hard\n" },
	{ "qmail",
	  WORDS "Hi. This is the qmail-send program at mx.example.\n\n<a@b.example>:\n"
	        "Sorry, no mailbox here by that name. (#5.1.1)\n\n"
	        "--- Below this line is a copy of the message.\n\nTo: <other@b.example>\n",
	  "a@b.example 5.1.1 userunknown hard\n" },
	{ "qmail: two recipients",
	  WORDS "<a@b.example>:\n192.0.2.1 does not like recipient.\n"
	        "Remote host said: 550 5.1.1 User unknown\n\n<c@d.example>:\n"
	        "Sorry, I couldn't find any host named d.example. (#5.1.2)\n",
	  "a@b.example 5.1.1 userunknown hard\nc@d.example 5.1.2 hostunknown hard\n" },
	{ "old Sendmail",
	  WORDS "   ----- Transcript of session follows -----\n>>> RCPT To:<a@b.example>\n"
	        "<<< 550 <a@b.example>, User Unknown\n\n   ----- Unsent message follows -----\n"
	        "Received: by x\nTo: z@z.example\n",
	  "a@b.example - userunknown hard\n" },
	{ "Postfix without a report; its postmaster is not the recipient",
	  WORDS "For further assistance, please contact <postmaster@mx.example>\n\n"
	        "<a@b.example>: host mx.b.example said: 552 Quota exceeded\n",
	  "a@b.example - mailboxfull soft\n" },
	{ "Exchange 5.5; To: in its summary is not the recipient",
	  "From: postmaster@b.example\nTo: us@gw.example\nSubject: Undeliverable: Hello\n\n"
	  "Your message\n\n  To:      list@b.example\n  Subject: Hello\n\n"
	  "did not reach the following recipient(s):\n\na@b.example on Mon, 2 Mar 2026\n"
	  "    The recipient name is not recognized\n",
	  "a@b.example - userunknown hard\n" },
	{ "Domino",
	  WORDS
	  "Your message\n\n  Subject: Hello\n\nwas not delivered to:\n\n  a@b.example\n\nbecause:\n\n"
	  "  User a (a@b.example) not listed in Domino Directory\n",
	  "a@b.example - userunknown hard\n" },
	{ "MailMarshal: the reason comes first",
	  WORDS "Your message:\n   From:    us@gw.example\n   Subject: Hello\n"
	        "Could not be delivered because of\n\n550 5.1.1 User unknown\n\n"
	        "The following recipients were affected:\n    a@b.example\n",
	  "a@b.example 5.1.1 userunknown hard\n" },
	{ "a Japanese carrier",
	  WORDS "送信先のメールボックスが一杯のため、送信できませんでした。\n\n"
	        "Could not be delivered to: <a@b.example>\n",
	  "a@b.example - mailboxfull soft\n" },
	{ "German words", WORDS "<a@b.example>: 550 Empfänger unbekannt\n",
	  "a@b.example - userunknown hard\n" },
	{ "French words, with the other apostrophe",
	  WORDS "<a@b.example>: cette adresse n’existe pas\n", "a@b.example - userunknown hard\n" },
	{ "HTML only",
	  "From: postmaster@b.example\nTo: us@gw.example\nSubject: Undeliverable: x\n\n=== text/html\n"
	  "<style>p{}</style><p>Your message did not reach the following recipient(s):</p>"
	  "<p><b>a@b.example</b><br>The recipient name is not recognized</p>\n",
	  "a@b.example - userunknown hard\n" },
	{ "a delay warning in words",
	  "From: MAILER-DAEMON@mx.example\nTo: us@gw.example\nSubject: Warning: message delayed 24 hours\n\n"
	  "The address to which the message has not yet been delivered is:\n\n  a@b.example\n",
	  "a@b.example - expired soft delayed\n" },
	{ "nobody named: whom was the mail for?",
	  WORDS "No valid recipients for this MM\n\nOriginal Message:\nFrom: us@gw.example\n"
	        "To: Bob <a@b.example>\n",
	  "a@b.example - userunknown hard\n" },
	{ "the sender is never the recipient that failed",
	  WORDS "A message from us@gw.example could not be delivered to a@b.example\n",
	  "a@b.example - other soft\n" },
	{ "a forwarded bounce",
	  "From: ann@gw.example\nTo: x@gw.example\nSubject: Fwd: Returned mail\n\n"
	  "> From: MAILER-DAEMON\n>\n>   ----- The following addresses had permanent fatal errors -----\n"
	  "> <a@b.example>\n>    (reason: 550 5.1.1 User unknown)\n>\n",
	  "a@b.example 5.1.1 userunknown hard\n" },
	{ "a notice in JSON",
	  "From: no-reply@sns.example\nSubject: Notification\n\n{\"notificationType\":\"Bounce\","
	  "\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"a@b.example\",\"action\":\"failed\","
	  "\"status\":\"5.1.1\",\"diagnosticCode\":\"smtp; 550 5.1.1 user {unknown}\"},"
	  "{\"emailAddress\":\"c@d.example\",\"status\":\"4.4.7\"}]}}\n",
	  "a@b.example 5.1.1 userunknown hard\nc@d.example 4.4.7 expired soft\n" },
	{ "a complaint names who complained, and nothing failed",
	  "From: fbl@b.example\nSubject: x\nContent-Type: multipart/report; report-type=feedback-report\n\n"
	  "=== message/feedback-report\nFeedback-Type: abuse\nOriginal-Rcpt-To: a@b.example\n",
	  "a@b.example - feedback soft delayed\n" },
	{ "one recipient told three times is one",
	  DSN "<a@b.example>: User unknown\n=== message/delivery-status\n\n"
	      "Final-Recipient: rfc822;a@b.example\nAction: failed\nStatus: 5.1.1\n\n"
	      "Final-Recipient: rfc822;A@B.example\nAction: failed\nStatus: 5.1.1\n",
	  "a@b.example 5.1.1 userunknown hard\n" },
	{ "nothing to find", WORDS "Sorry.\n", "" },
};

static char *told(const struct mail_facts *facts, char **id)
{
	struct message_failure *list;
	struct str out;
	size_t count;
	report_read(facts, &list, &count, id);
	str_init(&out, 4096);
	for (size_t i = 0; i < count; i++)
		str_addf(&out, "%s %s %s %s%s\n", list[i].recipient,
		         list[i].status != NULL ? list[i].status : "-", list[i].reason,
		         list[i].hard ? "hard" : "soft", list[i].delayed ? " delayed" : "");
	report_free(list, count);
	return out.text;
}

static void test_bounces(void **state)
{
	(void)state;
	int wrong = 0;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct facts_text f;
		char *id;
		facts_text_read(&f, cases[i].mail);
		char *said = told(&f.facts, &id);
		if (strcmp(said, cases[i].want) != 0) {
			print_error("%s: said\n%swanted\n%s", cases[i].name, said, cases[i].want);
			wrong++;
		}
		free(id);
		free(said);
		facts_text_free(&f);
	}
	assert_int_equal(wrong, 0);
}

static const struct {
	const char *name, *mail, *want;
} ids[] = {
	{ "in the mail attached", DSN "sorry\n=== message/rfc822\nTo: a@b.example\nMessage-ID: <1@gw>\n\nHi\n",
	  "<1@gw>" },
	{ "in its header only", DSN "sorry\n=== text/rfc822-headers\nMessage-Id:\n <1@gw>\n", "<1@gw>" },
	{ "behind the words", WORDS "<a@b.example>: no\n--- Below this line is a copy of the message.\n\n"
	  "Received: by x\nMessage-ID: <1@gw>\n", "<1@gw>" },
	{ "nowhere", WORDS "<a@b.example>: no\n", NULL },
};

static void test_original_id(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		struct facts_text f;
		char *id;
		facts_text_read(&f, ids[i].mail);
		free(told(&f.facts, &id));
		if (ids[i].want == NULL ? id != NULL : id == NULL || strcmp(id, ids[i].want) != 0)
			fail_msg("%s: %s", ids[i].name, id != NULL ? id : "none");
		free(id);
		facts_text_free(&f);
	}
}

static void table_is_folded(const struct phrase *table)
{
	for (; table->words != NULL; table++) {
		char *folded = utf8_fold(table->words);
		size_t len = strlen(folded);
		if (strncmp(folded, table->words, len) != 0)
			fail_msg("never found, not folded: %s", table->words);
		free(folded);
	}
}

static void test_phrases(void **state)
{
	(void)state;
	table_is_folded(report_reasons);
	table_is_folded(report_stages);
	table_is_folded(report_subjects);
	table_is_folded(report_delays);
	table_is_folded(report_bodies);
	table_is_folded(report_hints);
}

/* Every reason word of the table is one of report.h's. */
static void test_reasons(void **state)
{
	static const char words[] =
		" userunknown hostunknown hasmoved notaccept mailboxfull disabled filtered spam policy "
		"rejected blocked content toolarge toomany expired network system relaying delivered gone ";
	(void)state;
	for (const struct phrase *row = report_reasons; row->words != NULL; row++) {
		struct str word;
		str_init(&word, 100);
		str_addf(&word, " %s ", row->means);
		if (strstr(words, word.text) == NULL)
			fail_msg("%s: unknown reason %s", row->words, row->means);
		str_free(&word);
	}
}

static void test_addresses(void **state)
{
	static const struct {
		const char *line, *want;
	} lines[] = {
		{ "<a.b@c.example>: no", "a.b@c.example" },
		{ "see \"x y\"@c.example.", "\"x y\"@c.example" },
		{ "to 'a@c.example', please", "a@c.example" },
		{ "/var/mail/a@c.example", "a@c.example" },
		{ "@ and a @ b, then ok@c.example\n", "ok@c.example" },
		{ "nothing@\nhere@c.example", NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		size_t len = 0;
		const char *at = report_text_address(lines[i].line, &len);
		if (lines[i].want == NULL ? at != NULL
		                          : at == NULL || len != strlen(lines[i].want) ||
		                                    memcmp(at, lines[i].want, len) != 0)
			fail_msg("%s: %.*s", lines[i].line, (int)len, at != NULL ? at : "");
	}
}

/* Found by a run over megabytes of one thing: a field that repeats one address. */
static void test_linear(void **state)
{
	static const char *const units[] = {
		"a@b.example ",
		"<a@b.example>: x\n",
		"@",
		"<",
		"5",
		"a\n\n",
		"Final-Recipient: rfc822;a@b.example\nStatus: 5.1.1\n\n"
	};
	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		struct str text;
		str_init(&text, 2000000);
		while (text.len + 100 < text.limit)
			str_add(&text, units[i]);
		struct mail_field fields[] = { { "From", "MAILER-DAEMON@b.example" },
			                       { "X-Failed-Recipients", text.text } };
		struct mail_part parts[] = { { "text/plain", text.text, text.len },
			                     { "message/delivery-status", text.text, text.len },
			                     { "text/html", text.text, text.len } };
		struct mail_facts facts = { .fields = fields, .field_count = 2, .parts = parts,
			                    .part_count = 3, .content_type = "", .from = "",
			                    .subject = text.text, .words = text.text };
		char *id;
		clock_t began = clock();
		report_kind(&facts);
		free(told(&facts, &id));
		free(id);
		if (clock() - began > CLOCKS_PER_SEC)
			fail_msg("2 MB of \"%s\" took over a second", units[i]);
		str_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounces),   cmocka_unit_test(test_original_id),
		cmocka_unit_test(test_phrases),   cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_linear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
