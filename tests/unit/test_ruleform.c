#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/ruleform.h"

static const char *const none[RULE_FIELDS] = { NULL };

static const struct {
	const char *fact, *words;
	int field;
	const char *value; /* NULL: no change */
} lines[] = {
	{ "directly, French", "Contact direct : oui", RULE_DIRECT, "yes" },
	{ "through people, French", "contact direct: par des personnes", RULE_DIRECT, "people" },
	{ "nobody, German", "Direkter Kontakt: kein Kontakt", RULE_DIRECT, "none" },
	{ "a number", "Questions a week: 3", RULE_ASKS, "3" },
	{ "a number with a word behind", "Demandes par semaine : 2 au plus", RULE_ASKS, "2" },
	{ "no number", "Demandes par semaine : quelques-unes", RULE_ASKS, NULL },
	{ "a dash where nothing was said", "Anfragen pro Woche: -", RULE_ASKS, NULL },
	{ "hours, short", "Heures : 8-19", RULE_HOURS, "8-19" },
	{ "hours, French", "Heures : de 9h00 à 17h30", RULE_HOURS, "9-17" },
	{ "hours, German", "Uhrzeit: von 8 bis 18 Uhr", RULE_HOURS, "8-18" },
	{ "hours the wrong way round", "Hours: 19-8", RULE_HOURS, NULL },
	{ "hours of no clock", "Hours: 8-77", RULE_HOURS, NULL },
	{ "days, a list", "Jours : lundi, mercredi et jeudi", RULE_DAYS, "134" },
	{ "days, a range", "Jours : lundi au vendredi", RULE_DAYS, "12345" },
	{ "days, a range with a hyphen", "Days: Mon-Thu", RULE_DAYS, "1234" },
	{ "days, German", "Tage: Mo bis Fr", RULE_DAYS, "12345" },
	{ "days, Tuesday is not Sunday", "Tage: Di, So", RULE_DAYS, "27" },
	{ "days that are none", "Days: whenever", RULE_DAYS, NULL },
	{ "the way shows", "Mon chemin montre : le nombre seulement", RULE_DISCLOSURE, "count" },
	{ "refused, two", "Sujets refusés : vente, recrutement", RULE_REFUSES, "sale,hiring" },
	{ "refused, one unknown", "Sujets refusés : vente, poésie", RULE_REFUSES, NULL },
	{ "hidden", "Sichtbar: nein", RULE_VISIBLE, "no" },
	{ "never, as written", "Jamais avec : Bob Stone, Acme", RULE_NEVER, "Bob Stone, Acme" },
	{ "in the quotation", "> > Heures : 10-12", RULE_HOURS, "10-12" },
	{ "an empty value changes nothing", "Heures :", RULE_HOURS, NULL },
	{ "a sentence with a colon is no field", "Bonjour : heures", RULE_HOURS, NULL },
};

static void a_line_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct ruleform form = ruleform_read(lines[i].words, "", none);
		const char *value = form.value[lines[i].field];
		if ((value == NULL) != (lines[i].value == NULL) ||
		    (value != NULL && strcmp(value, lines[i].value) != 0))
			fail_msg("%s: '%s'", lines[i].fact, value != NULL ? value : "(nothing)");
		ruleform_free(&form);
	}
}

static void what_is_shown_reads_back_and_changes_nothing(void **state)
{
	static const char *const languages[] = { "fr", "en", "de", "es" };
	static const char *const shown[RULE_FIELDS] = { "people", "3", "8-19", "12345", "first",
		                                        "sale,job", "yes", "Acme, Bob Stone", "" };
	(void)state;
	for (size_t l = 0; l < 4; l++)
		for (int f = 0; f < RULE_FIELDS; f++) {
			char text[400];
			char *value = ruleform_shown(f, shown[f], languages[l]);
			snprintf(text, sizeof text, "> %s : %s\n", ruleform_label(f, languages[l]),
			         value);
			struct ruleform form = ruleform_read("", text, shown);
			if (ruleform_changes(&form) || form.wrong != NULL)
				fail_msg("%s: %s", languages[l], text);
			form = ruleform_read("", text, none);
			if (shown[f][0] != '\0' && strcmp(form.value[f], shown[f]) != 0)
				fail_msg("%s: %s reads as %s", languages[l], text, form.value[f]);
			ruleform_free(&form);
			free(value);
		}
}

static void fresh_words_count_before_the_quotation(void **state)
{
	(void)state;
	struct ruleform form =
		ruleform_read("Heures : 10-12", "Heures : 10-12\n> Heures : 8-19\n", none);
	assert_string_equal(form.value[RULE_HOURS], "10-12");
	ruleform_free(&form);
}

static void a_dash_is_the_gateways_own_rule_again(void **state)
{
	static const char *const shown[RULE_FIELDS] = { [RULE_ASKS] = "2" };
	(void)state;
	struct ruleform form = ruleform_read("Anfragen pro Woche: -", "", shown);
	assert_string_equal(form.value[RULE_ASKS], "");
	ruleform_free(&form);
}

static void a_value_that_says_nothing_is_told(void **state)
{
	(void)state;
	struct ruleform form = ruleform_read("Heures : le matin", "", none);
	assert_false(ruleform_changes(&form));
	assert_string_equal(form.wrong, "Heures : le matin");
	ruleform_free(&form);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_read),
		cmocka_unit_test(what_is_shown_reads_back_and_changes_nothing),
		cmocka_unit_test(fresh_words_count_before_the_quotation),
		cmocka_unit_test(a_dash_is_the_gateways_own_rule_again),
		cmocka_unit_test(a_value_that_says_nothing_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
