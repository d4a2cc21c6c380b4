#include "core/verdict.h"

#include "base/file.h"
#include "base/str.h"
#include "core/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define AT INT64_C(1780000000) /* Thursday 28 May 2026 */
#define ANSWERS "tests/unit/answers.txt"

/* --- every field of an answer --- */

static const struct fact {
	const char *says;
	enum verdict_kind kind;
	const char *words;
	const char *word, *date, *suggested; /* NULL: not looked at */
} facts[] = {
	{ "the keyword alone has no word", VERDICT_ACCEPT, "ACCEPT", "", NULL, NULL },
	{ "what follows the keyword's line is the word", VERDICT_ACCEPT,
	  "ACCEPT\n\nShe will not waste your time.", "She will not waste your time.", NULL, NULL },
	{ "a keyword with I and a stop is still a keyword", VERDICT_ACCEPT,
	  "I accept.\nAlice is thorough.", "Alice is thorough.", NULL, NULL },
	{ "yes-words of other languages count", VERDICT_ACCEPT, "Akkoord\n\nAlice is geweldig.",
	  "Alice is geweldig.", NULL, NULL },
	{ "a greeting before the keyword is no word", VERDICT_ACCEPT,
	  "Bonjour,\n\nOUI\n\nElle est fiable.", "Elle est fiable.", NULL, NULL },
	{ "the word begins behind the colon", VERDICT_ACCEPT, "ACCEPTER : Alice est discrète.",
	  "Alice est discrète.", NULL, NULL },
	{ "or behind the dash", VERDICT_ACCEPT, "ACCEPT - solid engineer, no nonsense.",
	  "solid engineer, no nonsense.", NULL, NULL },
	{ "an opening quotation mark belongs to the word", VERDICT_ACCEPT,
	  "ANNEHMEN\n\n\xe2\x80\x9eTolle Frau.\xe2\x80\x9c", "\xe2\x80\x9eTolle Frau.\xe2\x80\x9c",
	  NULL, NULL },
	{ "the formula ends the word", VERDICT_ACCEPT,
	  "Annehmen\n\nSehr zuverlässig.\n\nViele Grüße\nJürgen", "Sehr zuverlässig.", NULL, NULL },
	{ "the sender's name ends the word", VERDICT_ACCEPT, "Sí\n\nEs muy seria.\n\nMaría Peña",
	  "Es muy seria.", NULL, NULL },
	{ "a block under the name goes with it", VERDICT_ACCEPT,
	  "ACCEPT\n\nShe is good.\n\nTom Fisher\nFisher Ltd\nTel. 01 23", "She is good.", NULL,
	  NULL },
	{ "a greeting inside the word stays", VERDICT_ACCEPT,
	  "ACCEPT\n\nDear Bob,\n\nMeet Alice.\n\nYours sincerely\nTom", "Dear Bob,\n\nMeet Alice.",
	  NULL, NULL },
	{ "a wish that is a sentence stays", VERDICT_ACCEPT,
	  "ACEPTO\n\nEs rápida.\n\nUn abrazo para los niños.\n\nSaludos\nAna",
	  "Es rápida.\n\nUn abrazo para los niños.", NULL, NULL },
	{ "blank lines and no-break spaces are tidied", VERDICT_ACCEPT,
	  "ACCEPT\n\n\n\nOne.\xc2\xa0\n \n\nTwo.\n\n", "One.\n\nTwo.", NULL, NULL },
	{ "a free yes has no word", VERDICT_ACCEPT, "With pleasure, Alice is great.", "", NULL,
	  NULL },
	{ "unless a line announces it", VERDICT_ACCEPT,
	  "Avec plaisir.\nMon mot pour Bob :\nAlice est rigoureuse.", "Alice est rigoureuse.", NULL,
	  NULL },
	{ "the announcing order is the yes", VERDICT_ACCEPT,
	  "Please pass the following to Bob:\n\nAlice is reliable.\n\nBest,\nTom",
	  "Alice is reliable.", NULL, NULL },
	{ "an if inside a word is the word's own", VERDICT_ACCEPT,
	  "OUI\n\nSi Jane a un quart d'heure, elle ne le regrettera pas.",
	  "Si Jane a un quart d'heure, elle ne le regrettera pas.", NULL, NULL },
	{ "a date inside a word too", VERDICT_ACCEPT, "OUI\n\nElle a travaillé ici de 2019 à 2022.",
	  "Elle a travaillé ici de 2019 à 2022.", NULL, NULL },

	{ "a day", VERDICT_NOT_NOW, "ACCEPT, but only after 1 June", NULL, "2026-06-01", NULL },
	{ "under the keyword", VERDICT_NOT_NOW, "ACCEPT\nbut only after 1 June", NULL, "2026-06-01",
	  NULL },
	{ "a month is its first day", VERDICT_NOT_NOW, "Yes, but not before July.", NULL,
	  "2026-07-01", NULL },
	{ "a short German date", VERDICT_NOT_NOW, "Fragen Sie mich am 02.06. noch mal.", NULL,
	  "2026-06-02", NULL },
	{ "the next such weekday", VERDICT_NOT_NOW, "Redemandez-moi lundi prochain.", NULL,
	  "2026-06-01", NULL },
	{ "weeks from the mail's date", VERDICT_NOT_NOW, "Pregúnteme otra vez en dos semanas.",
	  NULL, "2026-06-11", NULL },
	{ "the date of a second sentence", VERDICT_NOT_NOW, "Not now. Try me on 3 June.", NULL,
	  "2026-06-03", NULL },
	{ "vague: no date", VERDICT_NOT_NOW, "Après l'été peut-être.", NULL, "none", NULL },
	{ "a pause", VERDICT_NOT_NOW, "PAUSE until 1 December", NULL, "2026-12-01", NULL },

	{ "name and address, the title dropped", VERDICT_SUGGEST,
	  "Fragen Sie besser Frau Dr. Ute Hansen (ute@mess.example).", NULL, NULL,
	  "Ute Hansen <ute@mess.example>" },
	{ "a name with a particle", VERDICT_SUGGEST, "Vraag het liever aan Piet de Vries.", NULL,
	  NULL, "Piet de Vries" },
	{ "the answer word", VERDICT_SUGGEST, "ASK Charles Dupont INSTEAD", NULL, NULL,
	  "Charles Dupont" },
	{ "in French", VERDICT_SUGGEST, "DEMANDER À Charles Dupont", NULL, NULL, "Charles Dupont" },
	{ "written small", VERDICT_SUGGEST, "ask charles dupont instead", NULL, NULL,
	  "charles dupont" },
	{ "an address alone", VERDICT_SUGGEST, "Better contact peter@acme.example", NULL, NULL,
	  "peter@acme.example" },
	{ "a stop behind an address is not its own", VERDICT_SUGGEST,
	  "Écrivez directement à jane.doe@acme.example.", NULL, NULL, "jane.doe@acme.example" },
	{ "the name in a later sentence", VERDICT_SUGGEST,
	  "He'd be closer than I. He is called Derek Lowe.", NULL, NULL, "Derek Lowe" },
};

static void check_text(const char *says, const char *want, const char *got)
{
	if (want != NULL && strcmp(want, got != NULL ? got : "none") != 0)
		fail_msg("%s: \"%s\", not \"%s\"", says, got != NULL ? got : "none", want);
}

static void answers_are_read_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		const struct fact *f = &facts[i];
		struct verdict v = verdict_read(f->words, "Re: Alice Martin asks", AT);
		check_text(f->says, verdict_name(f->kind), verdict_name(v.kind));
		check_text(f->says, f->word, v.word);
		check_text(f->says, f->date, v.date);
		check_text(f->says, f->suggested, v.suggested);
		assert_non_null(v.word);
		verdict_free(&v);
	}
}

/* --- the list of answers --- */

static char *with_line_breaks(char *text)
{
	for (char *at = text; (at = strstr(at, "\\n")) != NULL;) {
		*at = '\n';
		memmove(at + 1, at + 2, strlen(at + 2) + 1);
	}
	return text;
}

static void every_answer_is_what_it_says(void **state)
{
	char *text = NULL, *rest, *line, label[32] = "";
	size_t len, count = 0;
	struct why why;
	(void)state;
	if (file_read(ANSWERS, 1 << 20, &text, &len, &why) != RC_OK)
		fail_msg("%s (run from the root of the source)", why.text);
	for (rest = text; (line = strsep(&rest, "\n")) != NULL;) {
		if (line[0] == '[')
			snprintf(label, sizeof label, "%.*s", (int)strcspn(line + 1, "]"),
				 line + 1);
		if (line[0] == '#' || line[0] == '[' || line[0] == '\0')
			continue;
		struct verdict v =
			verdict_read(with_line_breaks(line), "Re: Alice Martin asks", AT);
		bool never = strcmp(label, "never accept") == 0;
		if (never ? v.kind == VERDICT_ACCEPT : strcmp(label, verdict_name(v.kind)) != 0)
			fail_msg("\"%s\": %s, not %s", line, verdict_name(v.kind), label);
		verdict_free(&v);
		count++;
	}
	free(text);
	assert_true(count > 1000);
}

/* --- the rest of the contract --- */

static void a_name_is_kept_back_by_our_own_words_only(void **state)
{
	static const struct {
		const char *words;
		enum verdict_kind kind;
		bool unnamed;
		const char *word;
	} rows[] = {
		{ "ACCEPT UNNAMED", VERDICT_ACCEPT, true, "" },
		{ "ACCEPTER SANS MON NOM\n\nAlice est s\303\251rieuse.", VERDICT_ACCEPT, true,
		  "Alice est s\303\251rieuse." },
		{ "Annehmen ohne meinen Namen", VERDICT_ACCEPT, true, "" },
		{ "ACCEPT\nUNNAMED", VERDICT_ACCEPT, true, "" },
		{ "ACCEPT ANY, UNNAMED", VERDICT_ACCEPT, true, "" },
		{ "ACCEPT\n\nAn unnamed source told me she is good.", VERDICT_ACCEPT, false,
		  "An unnamed source told me she is good." },
		{ "Oui, mais sans mon nom", VERDICT_UNCLEAR, false, "" }, /* a person settles it */
		{ "ACCEPT, not unnamed", VERDICT_UNCLEAR, false, "" },
		{ "DECLINE UNNAMED", VERDICT_DECLINE, false, "" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct verdict v = verdict_read(rows[i].words, "Re: the question", AT);
		if (v.kind != rows[i].kind || v.unnamed != rows[i].unnamed)
			fail_msg("\"%s\": %s%s", rows[i].words, verdict_name(v.kind),
			         v.unnamed ? ", unnamed" : "");
		check_text(rows[i].words, rows[i].word, v.word);
		verdict_free(&v);
	}
}

static void the_subject_counts_only_alone(void **state)
{
	static const struct {
		const char *words, *subject;
		enum verdict_kind kind;
	} rows[] = {
		{ "", "Re: ACCEPT", VERDICT_ACCEPT },
		{ "  \n", "AW: Re: annehmen", VERDICT_ACCEPT },
		{ "Daniel Price\nPrice & Daughters", "ACCEPT", VERDICT_ACCEPT },
		{ "", "Re: ACCEPT this introduction", VERDICT_UNCLEAR },
		{ "", "Re: please ACCEPT or DECLINE", VERDICT_UNCLEAR },
		{ "", NULL, VERDICT_UNCLEAR },
		{ "", "DECLINE", VERDICT_DECLINE },
		{ "No.", "ACCEPT", VERDICT_DECLINE },
		{ "Hm.", "ACCEPT", VERDICT_UNCLEAR },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct verdict v = verdict_read(rows[i].words, rows[i].subject, AT);
		if (v.kind != rows[i].kind)
			fail_msg("\"%s\" under \"%s\": %s", rows[i].words,
				 rows[i].subject != NULL ? rows[i].subject : "",
				 verdict_name(v.kind));
		verdict_free(&v);
	}
}

static void any_contact_may_be_accepted_for(void **state)
{
	static const char *const yes[] = { "ACCEPT ANY",
					   "accept anybody",
					   "Accepter tout",
					   "ACCEPTER n'importe qui",
					   "Jeden annehmen",
					   "Aceptar cualquiera",
					   "ACCEPT ANY\n\nAlice is good." };
	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		struct verdict v = verdict_read(yes[i], NULL, AT);
		if (v.kind != VERDICT_ACCEPT || !v.any)
			fail_msg("\"%s\": %s, any %d", yes[i], verdict_name(v.kind), v.any);
		verdict_free(&v);
	}
	struct verdict v = verdict_read("ACCEPT", NULL, AT);
	assert_false(v.any);
	verdict_free(&v);
}

static void the_vocabulary_is_sound(void **state)
{
	(void)state;
	assert_true(vocabulary_count() > 5000); /* a flaw in a file is an assert */
}

/* A hundred times the text must not take much more than a hundred times as long. */
static void reading_is_linear(void **state)
{
	static const char *const parts[] = { "ask ",   "Bob ",           "geben Sie ",
					     "not ",   "1. June ",       "a@b.example ",
					     "Best\n", "Tom Fisher\n\n", "PS ",
					     "in two " };
	(void)state;
	for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
		double took[2];
		for (int big = 0; big < 2; big++) {
			struct str text;
			str_init(&text, 1 << 24);
			for (int i = 0; i < (big ? 20000 : 1000); i++)
				str_add(&text, parts[p]);
			clock_t start = clock();
			struct verdict v = verdict_read(text.text, NULL, AT);
			took[big] = (double)(clock() - start) + 2000;
			verdict_free(&v);
			str_free(&text);
		}
		if (took[1] > took[0] * 80)
			fail_msg("\"%s\" twenty times: %.0f times as long", parts[p],
				 took[1] / took[0]);
	}
}

static void was_this_you_is_answered_by_any_yes_and_by_no_denial(void **state)
{
	(void)state;
	static const struct {
		const char *words;
		bool yes;
	} rows[] = {
		{ "Oui, c'est bien moi.", true },
		{ "Oui", true },
		{ "Yes, that was me", true },
		{ "yes I wrote that one", true },
		{ "Ja, das war ich.", true },
		{ "No, that was not me!", false },
		{ "Yes? That was not me.", false },
		{ "Oui, ce n'\xc3\xa9tait pas moi", false },
		{ "Ja, das war ich nicht", false },
		{ "Who are you?", false },
		{ "", false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (verdict_confirms(rows[i].words, "") != rows[i].yes)
			fail_msg("\"%s\" should be %s", rows[i].words,
			         rows[i].yes ? "a yes" : "no yes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(was_this_you_is_answered_by_any_yes_and_by_no_denial),
		cmocka_unit_test(answers_are_read_whole),
		cmocka_unit_test(every_answer_is_what_it_says),
		cmocka_unit_test(a_name_is_kept_back_by_our_own_words_only),
		cmocka_unit_test(the_subject_counts_only_alone),
		cmocka_unit_test(any_contact_may_be_accepted_for),
		cmocka_unit_test(the_vocabulary_is_sound),
		cmocka_unit_test(reading_is_linear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
