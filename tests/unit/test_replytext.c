#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "base/utf8.h"
#include "mail/language.h"
#include "mail/replytext.h"
#include "mail/replywords.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Lines by which mail programs say that a quotation follows. Each is tried
 * with a quotation below that carries a prefix, and with one that does not. */
static const char *const attributions[] = {
	"On Tue, Apr 28, 2026 at 3:51 PM Jane Doe <jane@a.example> wrote:",
	"On 28 Apr 2026, at 15:51, Jane Doe <jane@a.example> wrote:",
	"On Tuesday, April 28th, 2026 at 3:51 PM, Jane Doe <jane@a.example> wrote:",
	"On Wed, Apr 29, Jane Doe\n<jane@a.example>\nwrote:",
	"On Nov 21, 2014,\nat 10:18,\nJane Doe <jane@a.example> wrote:",
	"At 4/28/2026 03:51 PM, you wrote:",
	"Jane Doe <jane@a.example> wrote on 28.04.2026 15:51:07:",
	"---- On Tue, 28 Apr 2026 15:51:00 +0200 Jane Doe <jane@a.example> wrote ----",
	"Le mar. 28 avr. 2026 à 15:51, Jane Doe <jane@a.example> a écrit :",
	"Le mar. 28 avr. 2026 à 15:51, Jane Doe\n<jane@a.example> a écrit :",
	"Le 28/04/2026 à 15:51, Jane Doe a écrit :",
	"- Le 2026-04-28 15:51, Jane Doe a écrit :",
	"jane@a.example a écrit le 28/04/2026 15:51 :",
	"Am Di., 28. Apr. 2026 um 15:51 Uhr schrieb Jane Doe <jane@a.example>:",
	"Am Di., 28. Apr. 2026 um 15:51 Uhr schrieb Jane Doe <\njane@a.example>:",
	"Am 28.04.26 um 15:51 schrieb Jane Doe:",
	"Jane Doe <jane@a.example> schrieb am Di., 28.\nApr. 2026 um 15:51 Uhr:",
	"Jane Doe <jane@a.example> hat am 28.04.2026 15:51 CEST geschrieben:",
	"El mar, 28 abr 2026 a las 15:51, Jane Doe (<jane@a.example>) escribió:",
	"El 28/4/26 a las 15:51, Jane Doe escribió:",
	"Il giorno mar 28 apr 2026 alle ore 15:51 Jane Doe <jane@a.example> ha scritto:",
	"Il 28/04/2026 15:51, Jane Doe ha scritto:",
	"Em ter., 28 de abr. de 2026 às 15:51, Jane Doe <jane@a.example> escreveu:",
	"Jane Doe <jane@a.example> escreveu (terça, 28/04/2026 à(s) 15:51):",
	"Op di 28 apr 2026 om 15:51 schreef Jane Doe <jane@a.example>:",
	"Op 28 apr 2026 om 15:51 heeft Jane Doe <jane@a.example> het\nvolgende geschreven:",
	"wt., 28 kwi 2026 o 15:51 Jane Doe <jane@a.example> napisał(a):",
	"W dniu 28.04.2026 o 15:51, Jane Doe pisze:",
	"Den tis 28 apr. 2026 kl 15:51 skrev Jane Doe <jane@a.example>:",
	"Den tirs. 28. apr. 2026 kl. 15.51 skrev Jane Doe <jane@a.example>:",
	"tir. 28. apr. 2026 kl. 15:51 skrev Jane Doe <jane@a.example>:",
	"ti 28. huhtik. 2026 klo 15.51 Jane Doe (jane@a.example) kirjoitti:",
	"Jane Doe kirjoitti 28.4.2026 klo 15.51:",
	"вт, 28 апр. 2026 г. в 15:51, Jane Doe <jane@a.example>:",
	"28.04.2026 15:51, Jane Doe пишет:",
	"Вторник, 28 апреля 2026, 15:51 +03:00 от Jane Doe <jane@a.example>:",
	"вт, 28 квіт. 2026 р. о 15:51 Jane Doe <jane@a.example> пише:",
	"út 28. 4. 2026 v 15:51 odesílatel Jane Doe <jane@a.example> napsal:",
	"Jane Doe <jane@a.example> ezt írta (időpont: 2026. ápr. 28., K, 15:51):",
	"Jane Doe <jane@a.example>, 28 Nis 2026 Sal, 15:51 tarihinde şunu yazdı:",
	"În mar., 28 apr. 2026 la 15:51, Jane Doe <jane@a.example> a scris:",
	"Στις Τρί 28 Απρ 2026 στις 3:51 μ.μ., ο χρήστης Jane Doe <jane@a.example> έγραψε:",
	"2026年4月28日(火) 15:51 Jane Doe <jane@a.example>:",
	"2026/04/28 15:51、Jane Doe <jane@a.example>のメール:",
	"Jane Doe <jane@a.example> 于2026年4月28日周二 15:51写道：",
	"在 2026年4月28日，15:51，Jane Doe <jane@a.example> 写道：",
	"2026년 4월 28일 (화) 오후 3:51, Jane Doe <jane@a.example>님이 작성:",
	"Zitat von Jane Doe <jane@a.example>:",
	"-----Original Message-----",
	"‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
	"-----Message d'origine-----",
	"-------- Ursprüngliche Nachricht --------",
	"-----Mensaje original-----",
	"----- Messaggio originale -----",
	"-----Oorspronkelijk bericht-----",
	"-----Исходное сообщение-----",
	"-----元のメッセージ-----",
	"-----원본 메시지-----",
	"---------- Forwarded message ---------",
	"Début du message transféré :",
	"Anfang der weitergeleiteten Nachricht:",
	"________________________________\nFrom: Jane Doe <jane@a.example>\n"
	"Sent: Tuesday, April 28, 2026 3:51 PM\n"
	"To: Bob <bob@b.example>\nSubject: Contact",
	"*From:* Jane Doe <jane@a.example>\n*Date:* Tuesday, 28 April 2026 at 15:51\n*To:* Bob",
	"De : Jane Doe <jane@a.example>\nEnvoyé : mardi 28 avril 2026 15:51\n"
	"À : Bob\nObjet : Contact",
	"====\n\nMessage du : 28/04/2026 15:51\nDe : \"Jane Doe\" <jane@a.example>\n"
	"A : bob@b.example",
	"Von: Jane Doe\nGesendet: Dienstag, 28. April 2026 15:51\nAn: Bob\nBetreff: Kontakt",
	"Gesendet: Dienstag, 28. April 2026 um 15:51 Uhr\n"
	"Von: \"Jane Doe\" <jane@a.example>\nAn: Bob",
	"De: Jane Doe\nEnviado el: martes, 28 de abril de 2026 15:51\nPara: Bob\nAsunto: Contacto",
	"Da: Jane Doe\nInviato: martedì 28 aprile 2026 15:51\nA: Bob\nOggetto: Contatto",
	"Van: Jane Doe\nVerzonden: dinsdag 28 april 2026 15:51\nAan: Bob\nOnderwerp: Contact",
	"Från: Jane Doe\nSkickat: den 28 april 2026 15:51\nTill: Bob\nÄmne: Kontakt",
	"Fra: Jane Doe\nSendt: 28. april 2026 15:51\nTil: Bob\nEmne: Kontakt",
	"Lähettäjä: Jane Doe\nLähetetty: tiistai 28. huhtikuuta 2026 15.51\n"
	"Vastaanottaja: Bob\nAihe: Yhteys",
	"Od: Jane Doe\nWysłano: wtorek, 28 kwietnia 2026 15:51\nDo: Bob\nTemat: Kontakt",
	"От: Jane Doe\nОтправлено: 28 апреля 2026 г. 15:51\nКому: Bob\nТема: Контакт",
	"差出人: Jane Doe\n送信日時: 2026年4月28日 15:51\n宛先: Bob\n件名: 連絡",
	"发件人：Jane Doe\n发送时间：2026年4月28日 15:51\n收件人：Bob\n主题：联系",
	"보낸 사람: Jane Doe\n보낸 날짜: 2026년 4월 28일 15:51\n받는 사람: Bob\n제목: 연락",
	"Jane Doe/Acme/US\n04/28/2026 03:51 PM\n\nTo\nbob@b.example\ncc\n\nSubject\nContact",
	"Jane Doe <jane@a.example>\n28.04.2026 15:51\n\nAn\nbob@b.example\nKopie\n\nThema\nKontakt",
};

static void expect(const char *fact, const char *text, const char *writer, const char *want)
{
	char *words = replytext_words(text, writer);
	if (strcmp(words, want) != 0)
		fail_msg("%s: said\n%s\ninstead of\n%s", fact, words, want);
	free(words);
}

static void test_attributions(void **state)
{
	(void)state;
	static const char *const prefixes[] = { "", "> ", ">" };
	for (size_t i = 0; i < sizeof attributions / sizeof *attributions; i++)
		for (size_t p = 0; p < 3; p++) {
			struct str text;
			const char *q = prefixes[p];
			str_init(&text, 10000);
			str_addf(&text,
			         "Fine with me.\n\n%s\n\n%sHello Bob,\n%s\n%sreply ACCEPT.\n",
			         attributions[i], q, q, q);
			expect(attributions[i], text.text, NULL, "Fine with me.");
			str_free(&text);
		}
}

static const struct {
	const char *fact, *text, *want;
} cases[] = {
	{ "nothing", "", "" },
	{ "only a quotation is nothing said", "> ACCEPT\n", "" },
	{ "an answer above", "Yes\n> Do you?\n", "Yes" },
	{ "an answer below", "> Do you?\n\nYes\n", "Yes" },
	{ "answers between", "> One?\nYes\n> Two?\nNo\n> Three?\n", "Yes\n\nNo" },
	{ "below an attribution and its quotation",
	  "On 3 May 2026, Bob wrote:\n> Do you?\n\nYes\n", "Yes" },
	{ "an answer that shares its line with the attribution",
	  "Yes On Wed, Apr 4, 2026 at 3:59 PM, bob@b.example wrote:\n> Do you?\n", "Yes" },
	{ "initials as a prefix", "Yes\nJD> Do you?\n", "Yes" },
	{ "but no formula", "x>5 is fine\n", "x>5 is fine" },
	{ "Japan's wide prefix", "はい\n＞ いいですか\n", "はい" },
	{ "reply above this line", "Yes\n\n##- Please type your reply above this line -##\n\nACCEPT\n", "Yes" },
	{ "a quoted line broken over", "> This line is so long that the program of the sender broke it off at\nsome width, and this is the rest.\n> More.\n\nYes\n", "Yes" },
	{ "an answer below a long quoted line is no rest of it", "> Shall I pass this on to Bob, who knows Jane well enough, now?\nno, please\n> More.\n", "no, please" },
	{ "arrows are no quotation", "Look here\n>>> click <<<\nplease\n", "Look here\n>>> click <<<\nplease" },
	{ "several blank lines are one", "One\n\n\n\nTwo\n", "One\n\nTwo" },
	{ "no-break spaces are blanks, zero-width ones nothing", "a\xc2\xa0" "b\xe2\x80\x8b" "c\n", "a bc" },

	{ "on is a word too", "On the other hand, I would.\nOn Monday I wrote it down:\nyes.\n",
	  "On the other hand, I would.\nOn Monday I wrote it down:\nyes." },
	{ "who wrote without a date is prose", "Something wrote:\nand more\n", "Something wrote:\nand more" },
	{ "dates alone are prose", "2024-01-15 14:30\nJan 15, 2024 at 14:30\n", "2024-01-15 14:30\nJan 15, 2024 at 14:30" },
	{ "an appointment is no header block", "Interview:\n\nDate: Wednesday 3, October 2026\nTime: 7:00\nAddress: 130 Fox St\n", "Interview:\n\nDate: Wednesday 3, October 2026\nTime: 7:00\nAddress: 130 Fox St" },
	{ "a rule with words is no separator", "Hello\n----- Your turn -----\nMore\n", "Hello\n----- Your turn -----\nMore" },
	{ "a header block at the top: an empty answer", "From: Gate <g@gw.example>\nSent: 3 May 2026 10:00\nTo: Ann\nSubject: x\n\nReply ACCEPT\n", "" },
	{ "without a recipient it is the mail's own head", "From: Ann\nDate: 3 May 2026 10:00\nSubject: x\n\nYes\n", "Yes" },

	{ "the usual delimiter", "Yes\n\n-- \nAnn Example\nACCEPT Inc.\n", "Yes" },
	{ "a delimiter without its blank", "Yes\n--\nAnn\n", "Yes" },
	{ "two dashes before a word are a list", "Because:\n-- one\n-- two\n", "Because:\n-- one\n-- two" },
	{ "a rule of underscores", "Yes\n\n_______________\nlist mailing list\n", "Yes" },
	{ "a signature ends where a quotation begins", "-- \nAnn\n> Do you?\nYes\n", "Yes" },
	{ "a dashed name", "Yes\n\n-Ann Example\n", "Yes" },
	{ "a closing with name and numbers", "Yes, do.\n\nKind regards\nAnn Example\nCEO\n+33 1 23 45 67 89\n", "Yes, do." },
	{ "a German one", "Gern.\n\nMit freundlichen Grüßen\nAnn Muster\nMuster GmbH\n", "Gern." },
	{ "a French one", "Volontiers.\n\nCordialement,\n\nAnn Exemple\n", "Volontiers." },
	{ "a Danish one", "Ja.\n\nMed venlig hilsen\nAnn Eksempel\n", "Ja." },
	{ "a closing alone may stay", "Yes.\n\nBest regards\n", "Yes.\n\nBest regards" },
	{ "thanks are no signature", "Yes.\n\nThanks,\nAnn\n", "Yes.\n\nThanks,\nAnn" },
	{ "a postscript below a signature counts", "Yes.\n\nRegards\nAnn Example\n\nPS: but not before May, please.\n", "Yes.\n\nPS: but not before May, please." },
	{ "a sentence below a closing counts",
	  "Yes.\n\nRegards\nAnn\n\nI forgot to say that you should not do it before May.\n",
	  "Yes.\n\nI forgot to say that you should not do it before May." },
	{ "a contact block with a number", "Yes.\n\nAnn Example\nAcme Ltd\nTel. +44 20 7946 0000\n", "Yes." },

	{ "an iPhone", "Yes\n\nSent from my iPhone\n", "Yes" },
	{ "an iPhone in French", "Oui\n\nEnvoyé de mon iPhone\n", "Oui" },
	{ "an iPhone in German", "Ja\n\nVon meinem iPhone gesendet\n", "Ja" },
	{ "an iPhone in Dutch", "Ja\n\nVerstuurd vanaf mijn iPhone\n", "Ja" },
	{ "an iPhone in Spanish", "Sí\n\nEnviado desde mi iPhone\n", "Sí" },
	{ "an iPhone in Italian", "Sì\n\nInviato da iPhone\n", "Sì" },
	{ "an iPhone in Japanese", "はい\n\niPhoneから送信\n", "はい" },
	{ "a program with a link", "Yes\n\nGet Outlook for iOS<https://aka.ms/x>\n", "Yes" },
	{ "Proton", "Yes\n\nSent with Proton Mail secure email.\n", "Yes" },
	{ "Samsung in French", "Oui\n\nEnvoyé depuis mon appareil Samsung Galaxy.\n", "Oui" },
	{ "a telephone with a comma", "Yes\n\nSent from my Verizon, Samsung Galaxy smartphone\n", "Yes" },
	{ "a picture's place", "Yes\n\n[cid:image001.png@01D]\n<logo.png>\n", "Yes" },
	{ "not a device", "Sent from my desk, is much easier than my telephone.\n",
	  "Sent from my desk, is much easier than my telephone." },
	{ "a device inside a sentence", "It was sent from my iPhone app to all.\n", "It was sent from my iPhone app to all." },

	{ "a disclaimer", "Yes\n\nThis e-mail and any attachments are confidential and intended solely for the addressee. If you received it in error, please notify the sender and delete it.\n", "Yes" },
	{ "a French disclaimer", "Oui\n\nCe message et ses pièces jointes sont confidentiels. Si vous n'êtes pas le destinataire, merci de le détruire.\n", "Oui" },
	{ "a word on confidence is no disclaimer", "Yes, but keep this confidential.\n", "Yes, but keep this confidential." },
	{ "a banner above", "CAUTION: This email originated from outside the organization.\nDo not click links.\n\nYes\n", "Yes" },
	{ "a French banner", "ATTENTION : ce courriel provient de l'extérieur. Ne cliquez pas.\n\nOui\n", "Oui" },
	{ "a banner of one word", "[EXTERNAL]\n\nYes\n", "Yes" },
	{ "external is a word too", "External hiring is fine, go on.\n", "External hiring is fine, go on." },
	{ "attention is a word too", "Attention, Bob is slow.\n\nYes\n", "Attention, Bob is slow.\n\nYes" },
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect(cases[i].fact, cases[i].text, NULL, cases[i].want);
}

static void test_writer(void **state)
{
	(void)state;
	expect("the writer's full name begins a signature",
	       "Not comfortable with this.\n\nMark Ellis\nEllis Ltd\n"
	       "Click here to ACCEPT our invitation\n",
	       "Mark Ellis", "Not comfortable with this.");
	expect("with a title behind it", "No.\nMark Ellis, CEO\nEllis Ltd\n", "Mark Ellis", "No.");
	expect("a first name may end a mail", "No.\n\nMark\n", "Mark Ellis", "No.\n\nMark");
	expect("the name in a sentence is none", "Mark Ellis here, go on.\nDo it.\n", "Mark Ellis",
	       "Mark Ellis here, go on.\nDo it.");
	expect("a signature and nothing else", "Mark Ellis\nEllis Ltd\n", "Mark Ellis", "");
}

/* A vocabulary entry that is not folded could never be met. */
static void check_folded(const char *const *words)
{
	for (; *words != NULL; words++) {
		char *folded = utf8_fold(*words);
		bool spaceless = (unsigned char)(*words)[0] >= 0xe3;
		if (!spaceless && strcmp(folded, *words) != 0 && strstr(*words, "から") == NULL)
			fail_msg("'%s' should be '%s'", *words, folded);
		free(folded);
	}
}

static void test_vocabulary(void **state)
{
	(void)state;
	const char *const *const all[] = { reply_wrote,        reply_opens,      reply_months,
		                           reply_message,      reply_forwarded,  reply_to_alone,
		                           reply_closings,     reply_sent_from,  reply_devices,
		                           reply_device_lines, reply_disclaimer, reply_footer,
		                           reply_banner,       reply_outside,    reply_postscript,
		                           reply_above,        reply_stand_in };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		check_folded(all[i]);
	for (const struct reply_label_word *l = reply_labels; l->word != NULL; l++)
		check_folded((const char *const[]){ l->word, NULL });
}

static const struct {
	const char *fact, *text;
	bool delsp;
	const char *want;
} flows[] = {
	{ "a soft break is joined", "one \ntwo\n", false, "one two\n" },
	{ "a hard break stays", "one\ntwo\n", false, "one\ntwo\n" },
	{ "delsp takes the blank out", "one \ntwo\n", true, "onetwo\n" },
	{ "stuffing is undone", " >not quoted\n From x\n", false, ">not quoted\nFrom x\n" },
	{ "a quotation flows within its depth", "> one \n> two\nthree\n", false, "> one two\nthree\n" },
	{ "another depth ends the paragraph", ">> one \n> two\n", false, ">> one \n> two\n" },
	{ "a signature's delimiter never flows", "one\n-- \nAnn\n", false, "one\n-- \nAnn\n" },
};

static void test_unflow(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
		char *text = replytext_unflow(flows[i].text, flows[i].delsp);
		if (strcmp(text, flows[i].want) != 0)
			fail_msg("%s: '%s'", flows[i].fact, text);
		free(text);
	}
}

/* Each of these, a megabyte long, takes well below a second; here an eighth of
 * it, with sanitizers. What is not linear takes minutes. */
static void test_linear(void **state)
{
	(void)state;
	static const char *const pieces[] = {
		"> quoted line of text\n",
		">",
		"On 3 May 2026 x wrote\n",
		"From: a\n",
		"br\n",
		"-----\n",
		"Jane Doe\n\n",
		"\n",
		"x",
		"a b@c.example 10:30 3.5.2026:\n",
		"this email is confidential\n\n",
		"On 3 May 2026\n",
		"- ",
		"<a@b>:\n",
		"Sent from my \n",
		"2026.",
	};
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct str text;
		str_init(&text, (size_t)1 << 17);
		while (str_ok(&text))
			str_add(&text, pieces[i]);
		clock_t start = clock();
		free(replytext_words(text.text, "Jane Doe"));
		double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
		if (seconds > 3)
			fail_msg("'%s' takes %.1f s", pieces[i], seconds);
		str_free(&text);
	}
}

static const struct {
	const char *text, *want;
} languages[] = {
	{ "Je ne vois aucune objection, vous pouvez transmettre à Bob.", "fr" },
	{ "I'd be happy to pass this on to Bob.", "en" },
	{ "No problem. I’ll just start a new order.", "en" },
	{ "Gern, ich gebe das an Bob weiter.", "de" },
	{ "Con mucho gusto, se lo paso a Bob.", "es" },
	{ "Volentieri, ma non prima di maggio.", "it" },
	{ "Não sou essa pessoa, mas obrigado.", "pt" },
	{ "Dat wil ik graag voor je doen.", "nl" },
	{ "ACCEPT", NULL },
	{ "", NULL },
};

static void test_language(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
		const char *said = language_guess(languages[i].text), *want = languages[i].want;
		if ((said == NULL) != (want == NULL) || (said != NULL && strcmp(said, want) != 0))
			fail_msg("'%s': %s", languages[i].text, said != NULL ? said : "unsure");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributions), cmocka_unit_test(test_cases),
		cmocka_unit_test(test_writer),       cmocka_unit_test(test_vocabulary),
		cmocka_unit_test(test_unflow),       cmocka_unit_test(test_linear),
		cmocka_unit_test(test_language),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
