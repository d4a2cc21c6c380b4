/* The words our texts tell people to answer with are understood as they say. */
#include "core/request.h"
#include "core/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct {
	const char *text;
	enum verdict_kind kind;
	bool any;
	const char *suggested;
} answers[] = {
	{ "ACCEPTER", VERDICT_ACCEPT, false, NULL },
	{ "ACCEPTER TOUT", VERDICT_ACCEPT, true, NULL },
	{ "REFUSER", VERDICT_DECLINE, false, NULL },
	{ "PLUS TARD", VERDICT_NOT_NOW, false, NULL },
	{ "DEMANDER \xC3\x80 Dora Lenoir", VERDICT_SUGGEST, false, "Dora Lenoir" },
	{ "OUI", VERDICT_ACCEPT, false, NULL },
	{ "ACCEPT", VERDICT_ACCEPT, false, NULL },
	{ "ACCEPT ANY", VERDICT_ACCEPT, true, NULL },
	{ "DECLINE", VERDICT_DECLINE, false, NULL },
	{ "NOT NOW", VERDICT_NOT_NOW, false, NULL },
	{ "ASK Dora Lenoir INSTEAD", VERDICT_SUGGEST, false, "Dora Lenoir" },
	{ "YES", VERDICT_ACCEPT, false, NULL },
	{ "ANNEHMEN", VERDICT_ACCEPT, false, NULL },
	{ "ANNEHMEN JEDEN", VERDICT_ACCEPT, true, NULL },
	{ "ABLEHNEN", VERDICT_DECLINE, false, NULL },
	{ "SP\xC3\x84TER", VERDICT_NOT_NOW, false, NULL },
	{ "FRAGEN SIE Dora Lenoir", VERDICT_SUGGEST, false, "Dora Lenoir" },
	{ "JA", VERDICT_ACCEPT, false, NULL },
	{ "ACEPTAR", VERDICT_ACCEPT, false, NULL },
	{ "ACEPTAR CUALQUIERA", VERDICT_ACCEPT, true, NULL },
	{ "ACEPTAR\n\nSIN MI NOMBRE", VERDICT_ACCEPT, false, NULL },
	{ "RECHAZAR", VERDICT_DECLINE, false, NULL },
	{ "M\xC3\x81S TARDE", VERDICT_NOT_NOW, false, NULL },
	{ "MAS TARDE, el 1 de septiembre", VERDICT_NOT_NOW, false, NULL },
	{ "PREGUNTAR A Dora Lenoir", VERDICT_SUGGEST, false, "Dora Lenoir" },
	{ "S\xC3\x8D", VERDICT_ACCEPT, false, NULL },
	{ "STOP", VERDICT_STOP, false, NULL },
};

static void test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		struct verdict v = verdict_read(answers[i].text, "", 1780999200);
		const char *wanted = answers[i].suggested;
		bool named =
			wanted == NULL || (v.suggested != NULL && strcmp(v.suggested, wanted) == 0);
		if (v.kind != answers[i].kind || v.any != answers[i].any || !named)
			fail_msg("%s: read as %s%s, %s", answers[i].text, verdict_name(v.kind),
			         v.any ? " any" : "", v.suggested != NULL ? v.suggested : "nobody");
		verdict_free(&v);
	}
}

static const struct {
	const char *text;
	enum command_verb verb;
} requests[] = {
	{ "STATUT", COMMAND_STATUS },     { "RETIRER 7K2M-4QXP", COMMAND_WITHDRAW },
	{ "AIDE", COMMAND_HELP },         { "STATUS", COMMAND_STATUS },
	{ "HELP", COMMAND_HELP },         { "WITHDRAW 7K2M-4QXP", COMMAND_WITHDRAW },
	{ "HILFE", COMMAND_HELP },        { "ZUR\xC3\x9C" "CKZIEHEN 7K2M-4QXP", COMMAND_WITHDRAW },
	{ "STOP", COMMAND_STOP },         { "ESTADO", COMMAND_STATUS },
	{ "AYUDA", COMMAND_HELP },        { "RETIRAR 7K2M-4QXP", COMMAND_WITHDRAW },
	{ "BUSCAR pharma Lyon", COMMAND_SEARCH },
	{ "RUTA Jeanne Roy", COMMAND_ROUTE },
	{ "INVITAR paul@acme.example", COMMAND_INVITE },
	{ "CONFIANZA paul@acme.example 3", COMMAND_TRUST },
	{ "RECOMENDAR paul@acme.example: bien", COMMAND_RECOMMEND },
	{ "CONTACTOS BORRAR", COMMAND_CONTACTS },
	{ "PERFIL", COMMAND_PROFILE },    { "REGLAS", COMMAND_RULES },
	{ "HUB list", COMMAND_HUB },      { "DIRECCI\xC3\x93N nueva@acme.example", COMMAND_ADDRESS },
	{ "IDIOMA es", COMMAND_LANGUAGE }, { "PAUSA hasta el 15 de septiembre", COMMAND_PAUSE },
	{ "REANUDAR", COMMAND_RESUME },   { "NUNCA Jeanne Roy", COMMAND_NEVER },
	{ "EXPORTAR", COMMAND_EXPORT },   { "OLV\xC3\x8D" "DEME", COMMAND_FORGET },
	{ "MIS DATOS", COMMAND_EXPORT },  { "FICHA", COMMAND_PROFILE },
};

static void test_requests(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		struct command_list r = command_read("", requests[i].text, 1780999200);
		if (r.count != 1 || r.commands[0].verb != requests[i].verb)
			fail_msg("%s: read as %s", requests[i].text,
			         command_verb_name(r.count > 0 ? r.commands[0].verb
			                                       : COMMAND_UNKNOWN));
		command_free(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_answers),
		                            cmocka_unit_test(test_requests) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
