#include "core/verdict.h"

#include "core/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define AT INT64_C(1780000000) /* Thursday 28 May 2026 */

struct fact {
	enum verdict_kind kind;
	const char *words;
	const char *word, *date, *suggested; /* NULL: not looked at */
};

#define ACCEPT VERDICT_ACCEPT
#define DECLINE VERDICT_DECLINE
#define NOT_NOW VERDICT_NOT_NOW
#define SUGGEST VERDICT_SUGGEST
#define QUESTION VERDICT_QUESTION
#define STOP VERDICT_STOP
#define WRONG VERDICT_WRONG_PERSON
#define UNCLEAR VERDICT_UNCLEAR

static const struct fact facts[] = {
	{ ACCEPT, "ACCEPT", "", NULL, NULL },
	{ ACCEPT, "ACCEPTER : Alice est discrète.", "Alice est discrète.", NULL, NULL },
	{ ACCEPT, "Annehmen\n\nSehr zuverlässig.\n\nViele Grüße\nJürgen", "Sehr zuverlässig.", NULL, NULL },
	{ DECLINE, "Je n'accepte pas.", NULL, NULL, NULL },
	{ DECLINE, "I won't accept this one, sorry.", NULL, NULL, NULL },
	{ UNCLEAR, "ACCEPT\nDECLINE", NULL, NULL, NULL },
	{ NOT_NOW, "ACCEPT, but only after 1 June", NULL, "2026-06-01", NULL },
	{ NOT_NOW, "Fragen Sie mich am 02.06. noch mal.", NULL, "2026-06-02", NULL },
	{ SUGGEST, "Fragen Sie besser Frau Dr. Ute Hansen (ute@mess.example).", NULL, NULL,
	  "Ute Hansen <ute@mess.example>" },
	{ QUESTION, "Yes, if she first sends me her CV.", NULL, NULL, NULL },
	{ STOP, "STOP", NULL, NULL, NULL },
	{ WRONG, "Je ne connais ni l'un ni l'autre.", NULL, NULL, NULL },
};

static void check(const struct fact *f)
{
	struct verdict v = verdict_read(f->words, "Re: Alice Martin asks", AT);
	if (v.kind != f->kind)
		fail_msg("\"%s\" is %s, not %s", f->words, verdict_name(f->kind), verdict_name(v.kind));
	if (f->word != NULL)
		assert_string_equal(v.word, f->word);
	if (f->date != NULL)
		assert_string_equal(v.date != NULL ? v.date : "none", f->date);
	if (f->suggested != NULL)
		assert_string_equal(v.suggested != NULL ? v.suggested : "none", f->suggested);
	assert_non_null(v.word);
	verdict_free(&v);
}

static void answers_are_read_as_meant(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		check(&facts[i]);
}

static void the_vocabulary_is_sound(void **state)
{
	(void)state;
	assert_true(vocabulary_count() > 2000); /* a flaw in a file is an assert */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_read_as_meant),
		cmocka_unit_test(the_vocabulary_is_sound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
