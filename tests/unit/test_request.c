#include "core/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct fact {
	const char *says, *detail, *subject, *words;
	enum request_kind kind;
	const char *name, *firm, *address, *offer, *reference;
} facts[] = {
	{ "the sub-address names the target", "jane=acme.example", "Hello", "We build sensors.",
	  REQUEST_INTRODUCTION, NULL, NULL, "jane@acme.example", "We build sensors.", NULL },
	{ "English subject, firm in brackets", "", "Introduction to Jane Doe (Acme)",
	  "We build sensors.", REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL, "We build sensors.",
	  NULL },
	{ "a forwarded subject", NULL, "Fwd: Re: Introduction to Jane Doe (Acme)",
	  "We build sensors.", REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL, "We build sensors.",
	  NULL },
	{ "first line, at", NULL, "Hello",
	  "Please introduce me to Jane Doe at Acme.\n\nWe build sensors.", REQUEST_INTRODUCTION,
	  "Jane Doe", "Acme", NULL, "We build sensors.", NULL },
	{ "the salutation stays", NULL, "",
	  "Hello,\n\nplease introduce me to Jane Doe at Acme.\n\nWe build sensors.",
	  REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL, "Hello,\n\nWe build sensors.", NULL },
	{ "an address alone", NULL, "intro jane@acme.example", "We build sensors.",
	  REQUEST_INTRODUCTION, NULL, NULL, "jane@acme.example", "We build sensors.", NULL },
	{ "a bare address on the first line", NULL, "Question",
	  "jane@acme.example\nWe build sensors.", REQUEST_INTRODUCTION, NULL, NULL,
	  "jane@acme.example", "We build sensors.", NULL },
	{ "name and address", NULL, "Introduction to Jane Doe <jane@acme.example>",
	  "We build sensors.", REQUEST_INTRODUCTION, "Jane Doe", NULL, "jane@acme.example",
	  "We build sensors.", NULL },
	{ "no capitals", NULL, "intro to jane doe (acme)", "hi", REQUEST_INTRODUCTION, "jane doe",
	  "acme", NULL, "hi", NULL },
	{ "the line goes on with the offer", NULL, "Hello",
	  "Please introduce me to Jane Doe at Acme, we build sensors for humid places.",
	  REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL,
	  "Please introduce me to Jane Doe at Acme, we build sensors for humid places.", NULL },
	{ "could you, English", NULL, "",
	  "Could you introduce me to Ms Jane Doe of Acme Ltd?\n\nThanks", REQUEST_INTRODUCTION,
	  "Jane Doe", "Acme Ltd", NULL, "Thanks", NULL },
	{ "French subject, comma", NULL, "Mise en relation avec Jane Doe, Acme", "Nous cherchons.",
	  REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL, "Nous cherchons.", NULL },
	{ "French question", NULL, "Bonjour",
	  "Bonjour,\n\nPouvez-vous me présenter Jane Doe (Acme) ?\n\nNous cherchons un partenaire.",
	  REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL,
	  "Bonjour,\n\nNous cherchons un partenaire.", NULL },
	{ "French, de chez", NULL, "Bonjour",
	  "Je voudrais rencontrer Jane Doe de chez Acme.\nMerci.", REQUEST_INTRODUCTION, "Jane Doe",
	  "Acme", NULL, "Merci.", NULL },
	{ "French, a title and a particle", NULL,
	  "Mise en relation avec Mme Irène de la Tour (Mesures & Cie)", "x", REQUEST_INTRODUCTION,
	  "Irène de la Tour", "Mesures & Cie", NULL, "x", NULL },
	{ "German subject", NULL, "Vorstellung bei Jane Doe (Acme)", "Wir suchen.",
	  REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL, "Wir suchen.", NULL },
	{ "German sentence", NULL, "Hallo",
	  "Bitte stellen Sie mich Jane Doe von Acme vor.\n\nWir suchen.", REQUEST_INTRODUCTION,
	  "Jane Doe", "Acme", NULL, "Wir suchen.", NULL },
	{ "German, to get to know", NULL, "",
	  "Ich möchte gerne Frau Dr. Jane Doe (Acme) kennenlernen.", REQUEST_INTRODUCTION,
	  "Jane Doe", "Acme", NULL, "", NULL },
	{ "German, the verb at the end", NULL, "Könnten Sie mich bitte Jane Doe (Acme) vorstellen?",
	  "x", REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL, "x", NULL },
	{ "German, contact", NULL, "Kontakt zu Frau Jane Doe, Acme GmbH", "x", REQUEST_INTRODUCTION,
	  "Jane Doe", "Acme GmbH", NULL, "x", NULL },
	{ "Spanish subject", NULL, "Presentación a Jane Doe", "Buscamos socio.",
	  REQUEST_INTRODUCTION, "Jane Doe", NULL, NULL, "Buscamos socio.", NULL },
	{ "Spanish question", NULL, "Hola",
	  "¿Podría presentarme a Jane Doe de Acme?\nBuscamos socio.", REQUEST_INTRODUCTION,
	  "Jane Doe", "Acme", NULL, "Buscamos socio.", NULL },
	{ "Spanish, to get to know", NULL, "", "Me gustaría conocer a Jane Doe, de Acme.",
	  REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL, "", NULL },
	{ "Italian", NULL, "Vorrei conoscere Jane Doe (Acme)", "x", REQUEST_INTRODUCTION,
	  "Jane Doe", "Acme", NULL, "x", NULL },
	{ "a name in quotation marks", NULL, "Mise en relation avec « Jane Doe » (Acme)", "x",
	  REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL, "x", NULL },
	{ "a stroke before the firm", NULL, "Mise en relation : Jane Doe / Acme", "x",
	  REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL, "x", NULL },
	{ "a title between name and firm", NULL,
	  "Introduction to Jane Doe, head of research at Acme", "x", REQUEST_INTRODUCTION,
	  "Jane Doe", "Acme", NULL, "x", NULL },
	{ "no capitals, no brackets", NULL, "introduction to jane doe at acme", "x",
	  REQUEST_INTRODUCTION, "jane doe", "acme", NULL, "x", NULL },
	{ "a first name will do", NULL, "Could you introduce me to Jane?", "x",
	  REQUEST_INTRODUCTION, "Jane", NULL, NULL, "x", NULL },
	{ "the sub-address wins", "jane=acme.example", "Introduction to Bob Ray", "x",
	  REQUEST_INTRODUCTION, NULL, NULL, "jane@acme.example", "x", NULL },
	{ "a detail that is no address", "abcdef", "Hello", "x", REQUEST_UNKNOWN, NULL, NULL, NULL,
	  "x", NULL },
	{ "to meet is not to be introduced", NULL, "Meeting", "Shall we meet at Paul's place?",
	  REQUEST_UNKNOWN, NULL, NULL, NULL, "Shall we meet at Paul's place?", NULL },
	{ "an offer that speaks of introductions", NULL, "Re: your introduction", "I liked it",
	  REQUEST_UNKNOWN, NULL, NULL, NULL, "I liked it", NULL },
	{ "the signature stays with the offer", NULL, "",
	  "Je cherche à rencontrer Mme Jane Doe (Acme).\nNous fabriquons des capteurs.\n\nAlice",
	  REQUEST_INTRODUCTION, "Jane Doe", "Acme", NULL, "Nous fabriquons des capteurs.\n\nAlice",
	  NULL },
	{ "French commands", NULL, "RETIRER 7K2M-4QXP", "", REQUEST_COMMANDS, NULL, NULL, NULL, "",
	  "7K2M-4QXP" },
	{ "German commands", NULL, "Hilfe", "", REQUEST_COMMANDS, NULL, NULL, NULL, "", NULL },
	{ "a list", NULL, "Liste", "", REQUEST_COMMANDS, NULL, NULL, NULL, "", NULL },
	{ "status", NULL, "STATUS", "", REQUEST_COMMANDS, NULL, NULL, NULL, "", NULL },
	{ "withdraw with its reference", NULL, "Re: news", "WITHDRAW 7K2M-4QXP", REQUEST_COMMANDS,
	  NULL, NULL, NULL, "", "7K2M-4QXP" },
	{ "a reference in small letters", NULL, "withdraw 7k2m-4qxp", "", REQUEST_COMMANDS, NULL,
	  NULL, NULL, "", "7K2M-4QXP" },
	{ "help", NULL, "help", "", REQUEST_COMMANDS, NULL, NULL, NULL, "", NULL },
	{ "stop", NULL, "", "STOP", REQUEST_COMMANDS, NULL, NULL, NULL, "", NULL },
	{ "nothing is asked", NULL, "Lunch?", "See you at noon.", REQUEST_UNKNOWN, NULL, NULL, NULL,
	  "See you at noon.", NULL },
};

static void same(const struct fact *f, const char *field, const char *want, const char *got)
{
	if (strcmp(want != NULL ? want : "(none)", got != NULL ? got : "(none)") != 0)
		fail_msg("%s: %s is \"%s\", not \"%s\"", f->says, field,
			 got != NULL ? got : "(none)", want != NULL ? want : "(none)");
}

static void requests_are_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		const struct fact *f = &facts[i];
		struct request r = request_read(f->detail, f->subject, f->words, 1780999200);
		same(f, "kind", request_kind_name(f->kind), request_kind_name(r.kind));
		same(f, "name", f->name, r.name);
		same(f, "firm", f->firm, r.firm);
		same(f, "address", f->address, r.address);
		same(f, "offer", f->offer, r.offer);
		same(f, "reference", f->reference,
		     r.commands.count > 0 ? r.commands.commands[0].reference : NULL);
		request_free(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(requests_are_understood) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
