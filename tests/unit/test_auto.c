#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "facts_text.h"
#include "mail/auto.h"
#include "mail/auto_date.h"
#include "mail/auto_phrases.h"

#include <stdio.h>

static const struct kind_case {
	const char *name;
	enum message_kind want;
	const char *mail;
} kinds[] = {
	{ "a plain answer is a person's", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: Introduction\nIn-Reply-To: <1@g>\n\nACCEPT\n" },
	{ "asking for no answer does not mark one", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: Introduction\nX-Auto-Response-Suppress: All\n\nyes\n" },
	{ "Auto-Submitted: no is a person's", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: x\nAuto-Submitted: no\n\nyes\n" },
	{ "RFC 3834 auto-replied", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: x\nAuto-Submitted: auto-replied\n\nyes\n" },
	{ "RFC 3834 with a comment", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: x\nAuto-Submitted: auto-generated (vacation)\n\nyes\n" },
	{ "nobody sends mail with a null reverse-path by hand", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: Re: x\nReturn-Path: <>\n\nYes, I'm away again!\n" },
	{ "Apple's vacation field", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: x\nX-Apple-Action: VACATION\n\nI'm asleep.\n" },
	{ "Exchange inbox rule", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: x\nX-MS-Exchange-Inbox-Rules-Loop: ann@a.example\n\nok\n" },
	{ "Precedence: auto_reply", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: x\nPrecedence: auto_reply\n\nok\n" },
	{ "the subject says so, in French", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: Réponse automatique : Introduction\n\nok\n" },
	{ "Notes", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: AUTO: Ann Lee is out of the office (returning 30.03.2026)\n\nok\n" },
	{ "a receipt", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: Read: Introduction\n"
	  "Content-Type: multipart/report; report-type=disposition-notification\n\nread\n" },
	{ "a help desk's person answers", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: Introduction\nPrecedence: bulk\nIn-Reply-To: <1@g>\n\nyes\n" },
	{ "in brackets, in Polish", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: [Automatyczna odpowiedź] test\n\nok\n" },
	{ "in Japanese", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: 自動応答: test\n\n不在です\n" },
	{ "a person answers an absence note", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: Automatic reply: x\nIn-Reply-To: <1@g>\n\nwelcome back\n" },
	{ "no field at all, but nobody pressed Reply", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: Introduction\nIn-Reply-To: <1@g>\n\n"
	  "Ich bin im Urlaub und ab 4.5. wieder erreichbar.\n" },
	{ "Reply pressed, but three kinds of signs", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: Re: Introduction\nIn-Reply-To: <1@g>\n\n"
	  "Thank you for your message. I am out of the office and will be back on 3 May. "
	  "For urgent matters call Bob.\n" },
	{ "a person postpones", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: Introduction\nIn-Reply-To: <1@g>\n\n"
	  "I'm on holiday until Monday, ask me when I return.\n" },
	{ "maternity leave, told by herself", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: Introduction\nIn-Reply-To: <1@g>\n\n"
	  "Mon congé maternité commence ce soir. Je veux bien regarder cela en septembre.\n" },
	{ "a ticket system", MESSAGE_AUTO_REPLY,
	  "From: help@a.example\nSubject: [#123] Introduction\n\n"
	  "Your request has been received. Please do not reply to this mail.\n" },
	{ "a receipt with its number, Reply pressed by a program", MESSAGE_AUTO_REPLY,
	  "From: help@a.example\nSubject: Re: Introduction\nIn-Reply-To: <1@g>\n\n"
	  "Nous avons bien reçu votre message, enregistré sous le numéro 4711.\n" },
	{ "a person has received it", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: Introduction\nIn-Reply-To: <1@g>\n\n"
	  "We have received your request and shall think about it.\n" },
	{ "a person on somebody who left", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: Introduction\nIn-Reply-To: <1@g>\n\n"
	  "Mme Garnier a quitté l'entreprise l'an dernier ; j'ai repris son poste.\n" },
	{ "a mailbox nobody reads", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: Re: Introduction\nIn-Reply-To: <1@g>\n\n"
	  "Diese E-Mail-Adresse wird nicht mehr abgerufen.\n" },
	{ "an alias on a list", MESSAGE_LIST,
	  "From: ann@a.example\nSubject: [biotech] hello\nList-Id: <biotech.a.example>\n\nhi all\n" },
	{ "an absence note sent to a list is still one", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: x\nList-Id: <b.a.example>\nAuto-Submitted: auto-replied\n\nok\n" },
	{ "challenge-response by field", MESSAGE_CHALLENGE,
	  "From: ann@a.example\nSubject: RE: x\nX-Trusted-Delivery: <1>\n\nplease click\n" },
	{ "challenge-response by words, from a machine", MESSAGE_CHALLENGE,
	  "From: ann@a.example\nSubject: Re: x\nAuto-Submitted: auto-replied\n\n"
	  "Click here to have your address added to my list.\n" },
	{ "a person who writes of guest lists", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: x\nIn-Reply-To: <1@g>\n\nPut Bob on the guest list.\n" },
	{ "a report with delivery-status", MESSAGE_BOUNCE,
	  "From: MAILER-DAEMON@b.example\nSubject: x\nAuto-Submitted: auto-replied\n"
	  "Content-Type: multipart/report; report-type=delivery-status\n\nsorry\n"
	  "=== message/delivery-status\nReporting-MTA: dns; b.example\n" },
	{ "a bounce of words only", MESSAGE_BOUNCE,
	  "From: postmaster@b.example\nSubject: Undeliverable: Introduction\n\n"
	  "did not reach the following recipient(s):\nbob@b.example on Mon\n" },
	{ "a bounce in no words we know, but it quotes the reply", MESSAGE_BOUNCE,
	  "From: robot@b.example\nSubject: Fehler\nReturn-Path: <>\n\n"
	  "Leider ging das nicht:\nbob@b.example\n550 5.1.1 gibt es nicht\n" },
	{ "an absence note with a date and a deputy's address", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: weg\nReturn-Path: <>\n\n"
	  "Zurück am 5.4.26. Vertretung:\nbob@b.example\nTel 550 5 11\n" },
	{ "a person talks of a bounce", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: Mail delivery failed\nIn-Reply-To: <1@g>\n\n"
	  "My last mail could not be delivered, so again: ACCEPT\n" },
	{ "a person tells of somebody else's bounce", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Delivery problem\n\n"
	  "Hi, your mail to Bob could not be delivered, he told me.\n" },
	{ "an absence note that speaks of undeliverable mail", MESSAGE_AUTO_REPLY,
	  "From: ann@a.example\nSubject: Out of office\nReturn-Path: <>\n\n"
	  "I'm away. Large messages are undeliverable.\n" },
	{ "a person forwards a bounce", MESSAGE_BOUNCE,
	  "From: ann@a.example\nSubject: Fwd: Returned mail: see transcript for details\n\n"
	  "Begin forwarded message:\n> From: MAILER-DAEMON\n>\n"
	  ">    ----- The following addresses had permanent fatal errors -----\n> <bob@b.example>\n" },
	{ "a complaint", MESSAGE_FEEDBACK_REPORT,
	  "From: fbl@b.example\nSubject: x\nContent-Type: multipart/report; "
	  "report-type=feedback-report\n\nabuse\n" },
	{ "an unsubscription sent by the mail program", MESSAGE_FEEDBACK_REPORT,
	  "From: ann@icloud.example\nSubject: unsubscribe\nAuto-Submitted: auto-replied\n"
	  "X-Apple-Unsubscribe: true\n\nunsubscribe\n" },
	{ "our own mail come back", MESSAGE_LOOP,
	  "From: relay@gw.example\nSubject: x\nX-Passerelle-Loop: tok1\n\nHello\n" },
	{ "the loop field of another gateway", MESSAGE_PERSON,
	  "From: ann@a.example\nSubject: Re: x\nX-Passerelle-Loop: tok2\n\nyes\n" },
	{ "a bounce with our mail attached is no loop", MESSAGE_BOUNCE,
	  "From: MAILER-DAEMON@b.example\nSubject: Undelivered\n\nsorry\n"
	  "=== message/rfc822\nX-Passerelle-Loop: tok1\n\nHello\n" },
};

static void test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct facts_text f;
		facts_text_read(&f, kinds[i].mail);
		f.facts.loop_token = "tok1";
		enum message_kind kind = auto_kind(&f.facts);
		if (kind != kinds[i].want)
			fail_msg("%s: kind %d, wanted %d", kinds[i].name, (int)kind,
			         (int)kinds[i].want);
		facts_text_free(&f);
	}
}

static void test_hops(void **state)
{
	(void)state;
	struct mail_field received[26];
	for (size_t i = 0; i < 26; i++)
		received[i] = (struct mail_field){ "Received", "from x by y" };
	struct mail_facts facts = { .fields = received, .field_count = 25, .content_type = "",
		                    .from = "ann@a.example", .subject = "Re: x", .words = "yes" };
	assert_int_equal(auto_kind(&facts), MESSAGE_PERSON);
	facts.field_count = 26;
	assert_int_equal(auto_kind(&facts), MESSAGE_LOOP);
}

/* All sent on Monday, 23 March 2026. */
static const struct {
	const char *name, *note, *want;
} dates[] = {
	{ "back on D", "I am out of the office and will be back on Monday, 30 March 2026.", "2026-03-30" },
	{ "until D", "I am away until 30 March.", "2026-03-30" },
	{ "until D inclusive", "I am away until 30 March inclusive.", "2026-03-31" },
	{ "through D", "I am out of office through March 27th.", "2026-03-28" },
	{ "up to and including", "Away up to and including 27 March.", "2026-03-28" },
	{ "a range", "I am on leave from 23 March to 27 March.", "2026-03-27" },
	{ "a range of numbers, inclusive", "I am travelling between 24 and 27 March (inclusive).", "2026-03-28" },
	{ "a range and a return", "Away 23-27 March, back on the 30th.", "2026-03-30" },
	{ "the return comes first", "I will return on 6 April. Away since 20 March.", "2026-04-06" },
	{ "the cue follows the day", "On 6 April I am back.", "2026-04-06" },
	{ "American", "I will be out of the office starting 03/23/2026 and will return on 04/07/2026.",
	  "2026-04-07" },
	{ "British", "I am away until 13/04/2026.", "2026-04-13" },
	{ "two small numbers in English: the nearer day", "I'm out of the office until 4/6.", "2026-04-06" },
	{ "as the other day of the note shows", "Out from 28/3/2026 on, back in the office 4/6/2026.", "2026-06-04" },
	{ "two small numbers elsewhere: day first", "Absente, de retour le 4/6.", "2026-06-04" },
	{ "Notes", "AUTO: Ann is out of the office (returning 30/03/2026)", "2026-03-30" },
	{ "a range of days with weekdays", "Je suis absent du lundi 23 mars au vendredi 27 mars inclus.", "2026-03-28" },
	{ "a German range in short", "Ich bin 23.-27.03. im Urlaub.", "2026-03-27" },
	{ "until and including", "Away until and including Friday, 27 March.", "2026-03-28" },
	{ "until I return on", "No access to mail until I return on Monday 6th April.", "2026-04-06" },
	{ "Ende", "Ich bin bis Ende März im Urlaub.", NULL },
	{ "until further notice", "I am away until further notice.", NULL },
	{ "a range after its month", "I am away March 24-27.", "2026-03-27" },
	{ "a range with a long dash", "Away 24 Mar – 27 Mar. Back 30 Mar.", "2026-03-30" },
	{ "a month between dashes", "Back on 30-Mar-2026", "2026-03-30" },
	{ "will answer on D", "I am away and will answer your mail on Monday 30 March.", "2026-03-30" },
	{ "a receipt promises no day", "We have received your request and will get back to you in 3 days.", NULL },
	{ "dal", "Sarò di nuovo in ufficio dal 30 marzo.", "2026-03-30" },
	{ "de volta", "Estarei de volta no dia 30 de março.", "2026-03-30" },
	{ "vanaf", "Vanaf 30 maart ben ik weer bereikbaar.", "2026-03-30" },
	{ "erst ab", "Ich bin erst ab dem 30.3. wieder im Büro.", "2026-03-30" },
	{ "mardi 7", "De retour au bureau le mardi 7.", "2026-04-07" },
	{ "over the turn of the year", "Closed 24.12. - 6.1., back on 7.1.", "2027-01-07" },
	{ "ISO 8601", "Return date: 2026-04-13", "2026-04-13" },
	{ "month first", "I'll be back in the office April 7, 2026.", "2026-04-07" },
	{ "ordinal of", "I return on the 7th of April.", "2026-04-07" },
	{ "a day alone", "Back on the 16th.", "2026-04-16" },
	{ "a weekday", "I'm out today and back on Wednesday.", "2026-03-25" },
	{ "the same weekday is next week's", "Back on Monday.", "2026-03-30" },
	{ "tomorrow", "I will be back tomorrow.", "2026-03-24" },
	{ "in two weeks", "I will be back in two weeks.", "2026-04-06" },
	{ "in 10 days", "Back in 10 days.", "2026-04-02" },
	{ "a month alone is its first day", "On parental leave until September.", "2026-09-01" },
	{ "the end of a month is no day", "I am away until the end of August.", NULL },
	{ "next year", "Away until 5 January.", "2027-01-05" },
	{ "after D", "I will be back after 27 March.", "2026-03-28" },
	{ "not before D", "I can not answer before 30 March.", "2026-03-30" },
	{ "no day", "I am out of the office. For urgent matters call Bob.", NULL },
	{ "the day of absence is none", "I'm out of the office Friday.", NULL },
	{ "a beginning is none", "From 1 April I will be on leave.", NULL },
	{ "past", "I have been away since 20 March.", NULL },
	{ "a telephone number is none", "Call 030/12 34 or +49 30 12.34.56.", NULL },
	{ "an hour is no day", "I am back at 9.12 Uhr or call.", NULL },
	{ "getting back is not being back", "I will get back to you. Seen 24 March.", NULL },
	{ "not in the office on a day", "I will not be in the office on 27 March.", NULL },
	{ "a day that something else is about", "I will reply to the 24 March mail later.", NULL },
	{ "lines", "Out of office\nReturn: 30 March\n\nBob Brown\nTel 12 34", "2026-03-30" },

	{ "bis", "Ich bin bis 30.03.2026 nicht im Büro.", "2026-03-30" },
	{ "bis einschließlich", "Ich bin bis einschließlich 27.03.2026 nicht im Haus.", "2026-03-28" },
	{ "bis D einschließlich", "Ich bin bis zum 27. März einschließlich abwesend.", "2026-03-28" },
	{ "vom bis", "Vom 23.3. bis 27.3. bin ich im Urlaub.", "2026-03-27" },
	{ "ab", "Ab dem 7. April bin ich wieder für Sie da.", "2026-04-07" },
	{ "wieder erreichbar", "Außer Haus. Wieder erreichbar: 4.5.2026, 9 Uhr", "2026-05-04" },
	{ "zurück am", "Ich bin am Montag, den 30.3., zurück.", "2026-03-30" },
	{ "nicht erreichbar am", "Am 27.3. bin ich nicht erreichbar.", NULL },
	{ "bis Montag", "Ich bin bis Montag unterwegs.", "2026-03-30" },
	{ "bis und mit", "Ich bin bis und mit 27. März weg.", "2026-03-28" },

	{ "jusqu'au", "Je suis absente jusqu'au 3 avril.", "2026-04-03" },
	{ "with the other apostrophe", "Je suis absente jusqu’au 3 avril.", "2026-04-03" },
	{ "inclus", "Votre correspondant n'est pas joignable jusqu'au 6 avril 2026 inclus.", "2026-04-07" },
	{ "de retour le", "Je serai de retour le lundi 6 avril.", "2026-04-06" },
	{ "1er", "De retour le 1er avril.", "2026-04-01" },
	{ "du au, retour", "Je serai absent du 23 au 27 mars et vous répondrai à mon retour le 30.", "2026-03-30" },
	{ "du au", "Je suis absent du 23 au 27 mars.", "2026-03-27" },
	{ "à partir du", "Je serai à nouveau joignable à partir du 7 avril.", "2026-04-07" },
	{ "lundi prochain", "Je rentre lundi prochain.", "2026-03-30" },
	{ "depuis", "Je suis absent depuis le 20 mars.", NULL },

	{ "hasta el", "Estaré fuera de la oficina hasta el 13 de abril. Contestaré a mi vuelta.", "2026-04-13" },
	{ "del al", "Estoy de vacaciones del 23 al 27 de marzo.", "2026-03-27" },
	{ "vuelvo el", "Vuelvo el 7 de abril de 2026.", "2026-04-07" },
	{ "inclusive", "Ausente hasta el 27 de marzo inclusive.", "2026-03-28" },
	{ "fino al", "Sono in ferie fino al 3 aprile.", "2026-04-03" },
	{ "rientro", "Sarò assente dal 23 al 27 marzo. Rientro il 30 marzo.", "2026-03-30" },
	{ "compreso", "Sono assente fino al 27 marzo compreso.", "2026-03-28" },
	{ "até", "Estou de férias até 3 de abril.", "2026-04-03" },
	{ "regresso", "Regresso ao trabalho no dia 6 de abril.", "2026-04-06" },
	{ "tot", "Ik ben afwezig tot 3 april.", "2026-04-03" },
	{ "tot en met", "Ik ben afwezig tot en met 27 maart.", "2026-03-28" },
	{ "t/m", "Afwezig t/m 27 maart.", "2026-03-28" },
	{ "terug", "Op 7 april ben ik weer terug.", "2026-04-07" },
	{ "tillbaka", "Jag är tillbaka den 7 april.", "2026-04-07" },
	{ "t.o.m.", "Jag är ledig t.o.m. 27 mars.", "2026-03-28" },
	{ "tilbage", "Jeg er tilbage den 7. april.", "2026-04-07" },
	{ "wracam", "Wracam 7 kwietnia.", "2026-04-07" },
	{ "до", "Я в отпуске до 7 апреля.", "2026-04-07" },
	{ "two languages", "(English below)\nJe serai absente du 9 au 13 avril et vous répondrai à mon "
	  "retour le 16.\nI am away from 9 to 13 April and will answer on my return on the 16th.",
	  "2026-04-16" },
};

static void test_dates(void **state)
{
	(void)state;
	int wrong = 0;
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		char *date = auto_date_read(dates[i].note, 1774252800);
		const char *want = dates[i].want != NULL ? dates[i].want : "none";
		if (strcmp(date != NULL ? date : "none", want) != 0) {
			print_error("%s: \"%s\": %s, wanted %s\n", dates[i].name, dates[i].note,
			            date != NULL ? date : "none", want);
			wrong++;
		}
		free(date);
	}
	assert_int_equal(wrong, 0);
}

static void test_date_of_mail(void **state)
{
	(void)state;
	struct facts_text f;
	facts_text_read(&f, "From: a@a.example\nSubject: Out of office until 30 March\n\nsorry\n");
	char *date = auto_return_date(&f.facts);
	assert_string_equal(date, "2026-03-30"); /* the subject, where the words say none */
	free(date);
	facts_text_free(&f);
	facts_text_read(&f, "From: a@a.example\nSubject: x\n\n"
	                    "I have left the company. From 1 May Bob is back at my desk.\n");
	assert_null(auto_return_date(&f.facts)); /* gone for good */
	facts_text_free(&f);
	assert_null(auto_date_read("back on 30 March", 0)); /* no year, no date: no guess */
	date = auto_date_read("back on 30 March 2026", 0);
	assert_string_equal(date, "2026-03-30");
	free(date);
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
	table_is_folded(auto_subjects);
	table_is_folded(auto_challenges);
	table_is_folded(auto_notes);
	table_is_folded(auto_signs);
	table_is_folded(auto_left);
	const char *end = NULL;
	assert_non_null(phrase_at("user * not exist", "the user bob does not exist", &end));
	assert_string_equal(end, "");
	assert_null(phrase_at("exist", "coexist", NULL)); /* at the beginning of a word only */
	assert_null(phrase_at("a * z",
	                      "a, and far, far, far, far, far, far, far, far, far, far, far, "
	                      "far, far, far, far away z",
	                      NULL));
}

/* The quick way folds as utf8_fold does. */
static void test_fold(void **state)
{
	static const char *const texts[] = {
		"Jeanne  ROY-M\xc3\xbcller\t\n x ", "\xc3\x80\xc3\x89 \xc4\x8c\xc5\xbd \xc4\xb0",
		"Stra\xc3\x9f" "e", "sm\xc3\xb8r \xc5\x82 \xc5\x93uf", "a\xc2\xa0\xc2\xa0" "b",
		"bis \xe2\x80\xa6 \xe2\x80\x93", "\xd0\xb4\xd0\xbe", "\x01\x7f" "a", "",
		"broken \xc3", "broken \xe2\x80", "\xff\xfe", "\xc2\x85x\xc2\xad",
	};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char *quick = phrase_fold(texts[i], 1000), *slow = utf8_fold(texts[i]);
		assert_string_equal(quick, slow);
		free(slow);
		free(quick);
	}
	char *folded = phrase_fold("n\xe2\x80\x99" "existe", 1000);
	assert_string_equal(folded, "n'existe");
	free(folded);
	folded = phrase_fold("n\xe2\x80\x99" "existe \xc5\x93", 1000);
	assert_string_equal(folded, "n'existe \xc5\x93");
	free(folded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_hops),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_date_of_mail),
		cmocka_unit_test(test_phrases),
		cmocka_unit_test(test_fold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
