/* "Did you meet? Was it useful?", and what an introduction is for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/interval.h"
#include "core/outcome.h"
#include "core/purpose.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct {
	const char *words;
	enum outcome outcome;
} answers[] = {
	/* as our texts say */
	{ "OUI", OUTCOME_USEFUL },
	{ "SANS SUITE", OUTCOME_USELESS },
	{ "PAS ENCORE", OUTCOME_NOT_YET },
	{ "NON", OUTCOME_NOT_MET },
	{ "YES", OUTCOME_USEFUL },
	{ "NO USE", OUTCOME_USELESS },
	{ "NOT YET", OUTCOME_NOT_YET },
	{ "NO", OUTCOME_NOT_MET },
	{ "JA", OUTCOME_USEFUL },
	{ "OHNE NUTZEN", OUTCOME_USELESS },
	{ "NOCH NICHT", OUTCOME_NOT_YET },
	{ "NEIN", OUTCOME_NOT_MET },
	/* as people do */
	{ "Yes, we met on Tuesday and it was very helpful.", OUTCOME_USEFUL },
	{ "We met, but it led nowhere.", OUTCOME_USELESS },
	{ "We met. It was not useful, I'm afraid.", OUTCOME_USELESS },
	{ "We had a call last week.", OUTCOME_MET },
	{ "No, she never replied.", OUTCOME_NOT_MET },
	{ "We haven't met yet, we meet next week.", OUTCOME_NOT_YET },
	{ "Oui, bel échange, merci !", OUTCOME_USEFUL },
	{ "La rencontre a bien eu lieu.", OUTCOME_MET },
	{ "La rencontre n'a pas eu lieu.", OUTCOME_NOT_MET },
	{ "Nous nous sommes parlé, mais cela n'a rien donné.", OUTCOME_USELESS },
	{ "Pas encore, nous nous voyons bientôt.", OUTCOME_NOT_YET },
	{ "Wir haben uns getroffen, es war sehr hilfreich.", OUTCOME_USEFUL },
	{ "Wir haben uns nicht getroffen.", OUTCOME_NOT_MET },
	/* nobody knows */
	{ "", OUTCOME_UNCLEAR },
	{ "Thank you for asking.", OUTCOME_UNCLEAR },
	{ "It was useful that we did not meet.", OUTCOME_UNCLEAR },
	{ "I would not call it useful.", OUTCOME_UNCLEAR },
};

static void what_became_of_it_is_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		enum outcome outcome = outcome_read(answers[i].words, "Re: did you meet?");
		if (outcome != answers[i].outcome)
			fail_msg("\"%s\": %s", answers[i].words, outcome_name(outcome));
	}
}

static void both_together(void **state)
{
	(void)state;
	static const struct {
		const char *fact;
		enum outcome one, other, both;
	} rows[] = {
		{ "useful to both", OUTCOME_USEFUL, OUTCOME_USEFUL, OUTCOME_USEFUL },
		{ "one is enough to have met", OUTCOME_NOT_MET, OUTCOME_MET, OUTCOME_MET },
		{ "useless to one", OUTCOME_USEFUL, OUTCOME_USELESS, OUTCOME_USELESS },
		{ "one was silent", OUTCOME_UNCLEAR, OUTCOME_USEFUL, OUTCOME_USEFUL },
		{ "both were silent", OUTCOME_UNCLEAR, OUTCOME_UNCLEAR, OUTCOME_UNCLEAR },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(outcome_of_both(rows[i].one, rows[i].other), rows[i].both);
		assert_int_equal(outcome_of_both(rows[i].other, rows[i].one), rows[i].both);
	}
}

static void a_purpose_is_guessed_from_the_offer(void **state)
{
	(void)state;
	static const struct {
		const char *offer;
		enum purpose purpose;
	} rows[] = {
		{ "We have built a sensor and look for a pilot site. Our product is cheap.",
		  PURPOSE_SALE },
		{ "Nous recrutons un chef d'atelier : un poste à pourvoir à Lille.", PURPOSE_HIRING },
		{ "Je cherche un stage, mon CV est joint.", PURPOSE_JOB },
		{ "Wir suchen eine Partnerschaft im Vertrieb, eine Kooperation.",
		  PURPOSE_PARTNERSHIP },
		{ "I'd like your opinion and some advice for my thesis.", PURPOSE_INFORMATION },
		{ "Dear Tara, a quarter of an hour, please.", PURPOSE_OTHER },
		{ "Our product needs a partner.", PURPOSE_OTHER }, /* as much one as the other */
		{ "", PURPOSE_OTHER },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (purpose_guess(rows[i].offer) != rows[i].purpose)
			fail_msg("\"%s\": %s", rows[i].offer,
			         purpose_name(purpose_guess(rows[i].offer)));
}

static void a_purpose_is_corrected_by_its_name(void **state)
{
	(void)state;
	static const struct {
		const char *words;
		int purpose;
	} rows[] = {
		{ "PURPOSE: HIRING", PURPOSE_HIRING },   { "Objet : recrutement", PURPOSE_HIRING },
		{ "OBJET : AUTRE", PURPOSE_OTHER },      { "Zweck: Einstellung", PURPOSE_HIRING },
		{ "OBJET : EMPLOI", PURPOSE_JOB },       { "ZWECK: ANDERES", PURPOSE_OTHER },
		{ "PURPOSE: SALE", PURPOSE_SALE },       { "OBJET : VENTE", PURPOSE_SALE },
		{ "ZWECK: VERKAUF", PURPOSE_SALE },      { "PURPOSE: PARTNERSHIP", PURPOSE_PARTNERSHIP },
		{ "ZWECK: STELLE", PURPOSE_JOB },        { "ZWECK: AUSKUNFT", PURPOSE_INFORMATION },
		{ "PURPOSE", -1 },                       { "PURPOSE:\nhiring is not it", -1 },
		{ "Thanks, no purpose: hiring", -1 },    { "", -1 },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (purpose_named(rows[i].words) != rows[i].purpose)
			fail_msg("\"%s\": %d", rows[i].words, purpose_named(rows[i].words));
}

/* Against values of R's binom.confint(method = "wilson"). */
static void a_share_comes_with_its_interval(void **state)
{
	(void)state;
	static const struct {
		int64_t hits, cases;
		double share, low, high;
	} rows[] = {
		{ 0, 0, 0, 0, 1 },           { 0, 10, 0, 0, 0.2775 },
		{ 10, 10, 1, 0.7225, 1 },    { 7, 10, 0.7, 0.3968, 0.8922 },
		{ 40, 100, 0.4, 0.3094, 0.4980 }, { 384, 24163, 0.01589, 0.01439, 0.01755 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct interval v = interval_of(rows[i].hits, rows[i].cases);
		assert_true(v.share > rows[i].share - 1e-4 && v.share < rows[i].share + 1e-4);
		assert_true(v.low > rows[i].low - 1e-4 && v.low < rows[i].low + 1e-4);
		assert_true(v.high > rows[i].high - 1e-4 && v.high < rows[i].high + 1e-4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_became_of_it_is_understood),
		cmocka_unit_test(both_together),
		cmocka_unit_test(a_purpose_is_guessed_from_the_offer),
		cmocka_unit_test(a_purpose_is_corrected_by_its_name),
		cmocka_unit_test(a_share_comes_with_its_interval),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
