/* vcard: what each file of cards says, as lines "line:name|emails|org|title|city|country|url". */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "contacts/vcard.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

static void take(void *context, const struct contact *c)
{
	const char *all[] = { c->org, c->title, c->city, c->country, c->url };
	str_addf(context, "%d:%s|", c->line, c->name != NULL ? c->name : "");
	for (size_t i = 0; i < c->email_count; i++)
		str_addf(context, "%s%s", i > 0 ? " " : "", c->emails[i]);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		str_addf(context, "|%s", all[i] != NULL ? all[i] : "");
	str_add(context, "\n");
}

static void flaw(void *context, int line, bool lost, const char *sentence)
{
	(void)lost;
	str_addf(context, "%d!%s\n", line, sentence);
}

#define CARD(text) "BEGIN:VCARD\r\nVERSION:3.0\r\n" text "END:VCARD\r\n"

static const struct {
	const char *name, *text, *said;
} cards[] = {
	{ "what we look for",
	  CARD("FN:Ann Cole\r\nORG:Acme;Sales\r\nTITLE:Buyer\r\nEMAIL:a@b.example\r\n"
	       "ADR:;;1 Road;Lille;;59000;France\r\nURL:http\\://b.example\r\nTEL:12\r\n"),
	  "1:Ann Cole|a@b.example|Acme|Buyer|Lille|France|http://b.example\n" },
	{ "bare LF, lower case, grouped, parameters in quotes",
	  "begin:vcard\nitem1.fn;X=\"a:b;c\":Ann Cole\nitem2.Email;type=work:a@b.example\nend:vcard\n",
	  "1:Ann Cole|a@b.example|||||\n" },
	{ "several cards, and what stands between them",
	  CARD("FN:A\r\n") "\r\nnoise\r\n" CARD("FN:B\r\n"), "1:A||||||\n7:B||||||\n" },
	{ "N without FN; FN after N", CARD("N:Cole;Ann;Bea;Dr;\r\n") CARD("N:C;A\r\nFN:Ann\r\n"),
	  "1:Ann Bea Cole||||||\n5:Ann||||||\n" },
	{ "a firm's card, and one of an address only",
	  CARD("N:;;;\r\nORG:Acme\r\n") CARD("EMAIL:a@b.example\r\n"),
	  "1:Acme||Acme||||\n6:a@b.example|a@b.example|||||\n" },
	{ "folded, in the middle of a word and before the colon",
	  CARD("FN:Ann C\r\n ole\r\nEMAIL;TYPE=work\r\n :a@b.exa\r\n\tmple\r\n"),
	  "1:Ann Cole|a@b.example|||||\n" },
	{ "escapes", CARD("FN:Cole\\, Ann\\; B\\\\C\r\nTITLE:a\\nb\r\nORG:A\\;B;C\r\n"),
	  "1:Cole, Ann; B\\C||A;B|a b|||\n" },
	{ "2.1: quoted-printable, soft breaks, a character set",
	  CARD("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gau=C3=\r\n=9F\r\n"
	       "N;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Gau=DF;Carl\r\n"
	       "TITLE;ENCODING=quoted-printable:=\r\nMaster\r\n"),
	  "1:Gau\xc3\x9f|||Master|||\n" },
	{ "a soft break that swallows nothing it should not",
	  CARD("FN:A\r\nNOTE;QUOTED-PRINTABLE:x=\r\n") CARD("FN:B=\r\nEMAIL:b@b.example\r\n"),
	  "1:A||||||\n6:B=|b@b.example|||||\n" },
	{ "Latin-1 that does not say so, and windows-1252 that does",
	  CARD("FN:Jos\xe9\r\n") CARD("FN;CHARSET=windows-1252:Do\xeb \x96\r\n"),
	  "1:Jos\xc3\xa9||||||\n5:Do\xc3\xab \xe2\x80\x93||||||\n" },
	{ "photos are passed over, whatever stands in them",
	  CARD("FN:A\r\nPHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ=\r\n RU1BSUw6eEB5LnoK==\r\n\r\n"
	       "KEY;ENCODING=b:\r\n    MIID\r\nEMAIL:a@b.example\r\n"),
	  "1:A|a@b.example|||||\n" },
	{ "ten addresses and more, each once, mailto or not, and what is none",
	  CARD("FN:A\r\nEMAIL:1@b.example\r\nEMAIL:mailto:2@b.example\r\nEMAIL:1@B.example\r\n"
	       "EMAIL:3@b.example\r\nEMAIL:4@b.example\r\nEMAIL:5@b.example\r\nEMAIL:6@b.example\r\n"
	       "EMAIL:7@b.example\r\nEMAIL:8@b.example\r\nEMAIL:9@b.example\r\nEMAIL:10@b.example\r\n"
	       "EMAIL;X400:g=a;s=b\r\n"),
	  "1!'g=a;s=b' is no address\n1:A|1@b.example 2@b.example 3@b.example 4@b.example "
	  "5@b.example 6@b.example 7@b.example 8@b.example 9@b.example 10@b.example|||||\n" },
	{ "no end: told, and read as far as it goes",
	  "BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nE",
	  "1!the card does not end before the next begins\n1:A||||||\n"
	  "3!the card does not end\n3:B||||||\n" },
	{ "lines that are no properties", CARD("FN\r\nFN:A\r\n:x\r\n;;:y\r\nEMAIL\r\n"),
	  "1:A||||||\n" },
	{ "an empty card is a card", CARD(""), "1:|||||" "|\n" },
	{ "an agent's card within a card is another person's affair",
	  CARD("FN:A\r\nAGENT:\r\nBEGIN:VCARD\r\nFN:B\r\nEMAIL:b@b.example\r\nEND:VCARD\r\n"
	       "EMAIL:a@b.example\r\n"),
	  "1:A|a@b.example|||||\n" },
	{ "a group of people is none", CARD("KIND:group\r\nFN:Friends\r\n") CARD("FN:A\r\n"),
	  "1!a group, not a person\n6:A||||||\n" },
	{ "controls and overrides go", CARD("FN:Bo\x1b\xe2\x80\xae" "b\r\n"), "1:Bob||||||\n" },
};

static void cards_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
		struct str said;
		str_init(&said, 10000);
		vcard_read(cards[i].text, strlen(cards[i].text),
		           &(struct contact_sink){ take, flaw, &said });
		if (strcmp(said.text, cards[i].said) != 0)
			fail_msg("%s: '%s', wanted '%s'", cards[i].name, said.text, cards[i].said);
		str_free(&said);
	}
}

/* A property that never ends, by folding and by soft breaks, and cards in cards. */
static void hostile_cards_take_no_longer_than_long_ones(void **state)
{
	static const char *const again[] = { "BEGIN:VCARD\nAGENT:\n", "\n x", "=\n=",
		                             "NOTE;QUOTED-PRINTABLE:\"=\n", "EMAIL:a@b.example\n" };
	(void)state;
	for (size_t i = 0; i < sizeof again / sizeof *again; i++) {
		struct str text, said;
		clock_t start = clock();
		str_init(&text, 8 << 20);
		str_init(&said, 1000);
		str_add(&text, "BEGIN:VCARD\nN;QUOTED-PRINTABLE:");
		for (int n = 0; n < 200000; n++)
			str_add(&text, again[i]);
		vcard_read(text.text, text.len, &(struct contact_sink){ take, flaw, &said });
		assert_true(said.len > 0);
		assert_true(clock() - start < 10 * CLOCKS_PER_SEC);
		str_free(&said);
		str_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards_are_read),
		cmocka_unit_test(hostile_cards_take_no_longer_than_long_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
