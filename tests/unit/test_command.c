/* command: what the lines people write are read as. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "core/command.h"
#include "core/vocabulary.h"

#define TUESDAY 1780999200 /* 2026-06-09 */

/* A mail's commands on one line: "trust(bob@acme.example, 3); help". */
static void put(struct str *out, const struct command *c)
{
	const char *const parts[] = { c->address, c->name, c->firm, c->date, c->reference };
	bool first = true;
	str_addf(out, "%s%s", out->len > 0 ? "; " : "", command_verb_name(c->verb));
	for (size_t i = 0; i < 5; i++) {
		if (parts[i] == NULL)
			continue;
		str_addf(out, "%s%s", first ? "(" : ", ", parts[i]);
		first = false;
	}
	bool counts = c->verb == COMMAND_TRUST;
	if (counts)
		str_addf(out, "%s%d", first ? "(" : ", ", c->number);
	bool words = c->verb == COMMAND_SEARCH || c->verb == COMMAND_HUB ||
	             c->verb == COMMAND_LANGUAGE;
	if (words && c->rest[0] != '\0') {
		str_addf(out, "%s%s", first ? "(" : ", ", c->rest);
		first = false;
	}
	str_add(out, first && !counts ? "" : ")");
	if (c->text[0] != '\0')
		str_addf(out, "=\"%s\"", c->text);
}

static char *told(const char *subject, const char *words)
{
	struct command_list list = command_read(subject, words, TUESDAY);
	struct str out;
	str_init(&out, 10000);
	for (size_t i = 0; i < list.count; i++)
		put(&out, &list.commands[i]);
	if (list.broken_off)
		str_add(&out, "; ...");
	command_free(&list);
	return out.text;
}

/* One line each: in the subject and in the words it is read alike. */
static const struct {
	const char *line, *read;
} lines[] = {
	/* --- English --- */
	{ "JOIN", "join" },
	{ "join please", "join" },
	{ "Join.", "join" },
	{ "Please sign me up", "join" },
	{ "Hello, I would like to join your network, please.", "join" },
	{ "I'd like to become a member", "join" },
	{ "Can I join?", "join" },
	{ "1. JOIN", "join" },
	{ "INVITE bob@acme.example", "invite(bob@acme.example)" },
	{ "invite Bob Stone <bob@acme.example>", "invite(bob@acme.example, Bob Stone)" },
	{ "Invite bob@acme.example Bob Stone", "invite(bob@acme.example, Bob Stone)" },
	{ "please invite BOB@ACME.EXAMPLE", "invite(BOB@acme.example)" },
	{ "Invite bob@acme.example: we met in Lyon",
	  "invite(bob@acme.example)=\"we met in Lyon\"" },
	{ "INVITE a@acme.example, b@acme.example", "invite(a@acme.example); invite(b@acme.example)" },
	{ "invite bob", "" },
	{ "Invite your friends to the party!", "" },
	{ "PROFILE", "profile" },
	{ "my profile please", "profile" },
	{ "SEARCH pharma R&D Lyon", "search(pharma R&D Lyon)" },
	{ "search: buyer city:Lyon hub:biotech", "search(buyer city:Lyon hub:biotech)" },
	{ "who knows Jane Doe?", "search(Jane Doe?)" },
	{ "SEARCH", "" },
	{ "ROUTE jane@acme.example", "route(jane@acme.example)" },
	{ "Route to Jane Doe (Acme)", "route(Jane Doe, Acme)" },
	{ "route jane doe", "route(jane doe)" },
	{ "Route 66 is long", "" },
	{ "TRUST bob@acme.example 3", "trust(bob@acme.example, 3)" },
	{ "trust Bob Stone 2", "trust(Bob Stone, 2)" },
	{ "Trust bob stone (Acme) 4", "trust(bob stone, Acme, 4)" },
	{ "TRUST 3 bob@acme.example", "trust(bob@acme.example, 3)" },
	{ "trust bob@acme.example: 0", "trust(bob@acme.example, 0)" },
	{ "TRUST bob@acme.example", "" },
	{ "Trust me, it works", "" },
	{ "RECOMMEND bob@acme.example: careful and quick",
	  "recommend(bob@acme.example)=\"careful and quick\"" },
	{ "recommend Bob Stone - careful", "recommend(Bob Stone)=\"careful\"" },
	{ "CONTACTS", "contacts" },
	{ "Here are my contacts", "contacts" },
	{ "HUB join biotech", "hub(join biotech)" },
	{ "hub list", "hub(list)" },
	{ "hubs", "hub" },
	{ "RULES", "rules" },
	{ "my settings, please", "rules" },
	{ "LANGUAGE fr", "language(fr)" },
	{ "language: German", "language(German)" },
	{ "PAUSE", "pause" },
	{ "pause until 2026-12-01", "pause(2026-12-01)" },
	{ "Pause until 1 December", "pause(2026-12-01)" },
	{ "pause till Friday please", "pause(2026-06-12)" },
	{ "Pause the video before you answer the phone", "" },
	{ "RESUME", "resume" },
	{ "I'm back", "resume" },
	{ "NEVER Jane Doe", "never(Jane Doe)" },
	{ "never jane@acme.example", "never(jane@acme.example)" },
	{ "NEVER acme", "never(acme)" },
	{ "never mind", "" },
	{ "ADDRESS new@home.example", "address(new@home.example)" },
	{ "my new address is new@home.example", "address(new@home.example)" },
	{ "address new@home.example main", "address(new@home.example)" },
	{ "Address: 12 Main Street", "" },
	{ "STATUS", "status" },
	{ "status of 7K2M-4QXP", "status(7K2M-4QXP)" },
	{ "any news?", "status" },
	{ "withdraw 7k2m-4qxp", "withdraw(7K2M-4QXP)" },
	{ "cancel my request", "withdraw" },
	{ "EXPORT", "export" },
	{ "send me my data please", "export" },
	{ "Export sales are good", "" },
	{ "FORGET ME", "forget" },
	{ "please delete my account", "forget" },
	{ "Forget about it all", "" },
	{ "help!", "help" },
	{ "How does this work?", "help" },
	{ "STOP", "stop" },
	{ "Stop.", "stop" },
	{ "please unsubscribe me", "stop" },
	{ "unsubscribe", "stop" },
	{ "Stop by our stand when you are in Lyon", "" },
	{ "Introduction to Jane Doe", "" },
	{ "I would like to meet Jane Doe", "" },
	{ "We build sensors.", "" },
	{ "", "" },
	/* --- French --- */
	{ "ADHÉRER", "join" },
	{ "adherer", "join" },
	{ "Rejoindre", "join" },
	{ "Je voudrais m'inscrire", "join" },
	{ "Bonjour, je souhaite m’inscrire, merci d'avance.", "join" },
	{ "J'aimerais rejoindre votre réseau", "join" },
	{ "Inscrivez-moi s'il vous plaît", "join" },
	{ "Comment devenir membre ?", "join" },
	{ "INVITER paul@acme.example", "invite(paul@acme.example)" },
	{ "Inviter Paul Meyer <paul@acme.example>", "invite(paul@acme.example, Paul Meyer)" },
	{ "j'invite paul@acme.example : un ami de Lyon",
	  "invite(paul@acme.example)=\"un ami de Lyon\"" },
	{ "PROFIL", "profile" },
	{ "Mon profil, s'il vous plaît", "profile" },
	{ "CHERCHER pharma Lyon", "search(pharma Lyon)" },
	{ "recherche acheteur pharma", "search(acheteur pharma)" },
	{ "Je cherche à joindre Jeanne Roy", "" },
	{ "ROUTE Jeanne Roy (Acme)", "route(Jeanne Roy, Acme)" },
	{ "Quel est le chemin vers Jeanne Roy ?", "route(Jeanne Roy)" },
	{ "CONFIANCE paul@acme.example 3", "trust(paul@acme.example, 3)" },
	{ "Confiance en Paul Meyer : 4", "trust(Paul Meyer, 4)" },
	{ "RECOMMANDER paul@acme.example : sérieux et rapide",
	  "recommend(paul@acme.example)=\"sérieux et rapide\"" },
	{ "Mes contacts", "contacts" },
	{ "RÈGLES", "rules" },
	{ "LANGUE en", "language(en)" },
	{ "langue : allemand", "language(allemand)" },
	{ "PAUSE jusqu'au 1er décembre", "pause(2026-12-01)" },
	{ "Suspendre jusqu'au 15 septembre, merci", "pause(2026-09-15)" },
	{ "REPRENDRE", "resume" },
	{ "Je suis de retour", "resume" },
	{ "JAMAIS Jeanne Roy", "never(Jeanne Roy)" },
	{ "Jamais deux sans trois", "" },
	{ "Plus jamais !", "stop" },
	{ "Ma nouvelle adresse est paul@nouveau.example", "address(paul@nouveau.example)" },
	{ "STATUT", "status" },
	{ "Où en est ma demande ?", "status" },
	{ "RETIRER 7K2M-4QXP", "withdraw(7K2M-4QXP)" },
	{ "EXPORTER", "export" },
	{ "OUBLIEZ-MOI", "forget" },
	{ "Supprimez mon compte, merci", "forget" },
	{ "aide", "help" },
	{ "Comment ça marche ?", "help" },
	{ "Je voudrais me désinscrire", "stop" },
	{ "désabonnement", "stop" },
	{ "Mise en relation avec Jeanne Roy", "" },
	{ "Nous fabriquons des capteurs.", "" },
	/* --- German --- */
	{ "BEITRETEN", "join" },
	{ "Ich möchte gerne beitreten", "join" },
	{ "Guten Tag, ich moechte Mitglied werden", "join" },
	{ "Bitte nehmen Sie mich auf", "join" },
	{ "EINLADEN karl@acme.example Karl Braun", "invite(karl@acme.example, Karl Braun)" },
	{ "Profil bearbeiten", "profile" },
	{ "SUCHE Pharma Lyon", "search(Pharma Lyon)" },
	{ "Weg zu Karl Braun (Acme)", "route(Karl Braun, Acme)" },
	{ "VERTRAUEN karl@acme.example 2", "trust(karl@acme.example, 2)" },
	{ "Empfehlen karl@acme.example: genau und schnell",
	  "recommend(karl@acme.example)=\"genau und schnell\"" },
	{ "Kontakte", "contacts" },
	{ "Gruppe biotech", "hub(biotech)" },
	{ "Regeln", "rules" },
	{ "Sprache: Deutsch", "language(Deutsch)" },
	{ "Pause bis 1. Dezember", "pause(2026-12-01)" },
	{ "FORTSETZEN", "resume" },
	{ "NIE Karl Braun", "never(Karl Braun)" },
	{ "Neue Adresse karl@neu.example", "address(karl@neu.example)" },
	{ "Meine Anfragen", "status" },
	{ "ZURUECKZIEHEN 7K2M-4QXP", "withdraw(7K2M-4QXP)" },
	{ "Meine Daten exportieren", "export" },
	{ "Löschen Sie alle meine Daten", "forget" },
	{ "Hilfe", "help" },
	{ "Abmelden", "stop" },
	{ "Ich möchte mich abmelden", "stop" },
	{ "Wir suchen einen Partner", "" },
	/* --- others, by the main words --- */
	{ "Quiero unirme, por favor", "join" },
	{ "Buscar farma Lyon", "search(farma Lyon)" },
	{ "Ayuda", "help" },
	{ "aiuto", "help" },
	{ "Darme de baja", "stop" },
};

/* Whole mails. */
static const struct {
	const char *says, *subject, *words, *read;
} mails[] = {
	{ "several commands", "", "TRUST bob@acme.example 3\nsearch pharma\n\nLANGUAGE fr",
	  "trust(bob@acme.example, 3); search(pharma); language(fr)" },
	{ "a greeting and a name are none", "", "Hello,\n\nSTATUS\n\nThanks,\nAlice Martin", "status" },
	{ "the subject is read too", "JOIN", "", "join" },
	{ "twice the same is once", "Join", "join\n", "join" },
	{ "the subject of an answer is not fresh", "Re: JOIN", "status", "status" },
	{ "the subject invites, the mail is the word", "INVITE bob@acme.example",
	  "Bob, do join us.\n\nSearch no further!",
	  "invite(bob@acme.example)=\"Bob, do join us.\n\nSearch no further!\"" },
	{ "a word below, then another command", "",
	  "INVITE bob@acme.example\nWe met in Lyon.\n\nTRUST bob@acme.example 3",
	  "invite(bob@acme.example)=\"We met in Lyon.\"; trust(bob@acme.example, 3)" },
	{ "in a word, small letters make no command", "",
	  "RECOMMEND bob@acme.example\nHe is quick.\nhelp came at once",
	  "recommend(bob@acme.example)=\"He is quick.\nhelp came at once\"" },
	{ "capitals do", "", "JOIN\nI am a baker.\nHELP", "join=\"I am a baker.\"; help" },
	{ "one word for two", "", "INVITE a@acme.example, b@acme.example\nCome along!",
	  "invite(a@acme.example)=\"Come along!\"; invite(b@acme.example)=\"Come along!\"" },
	{ "a form's fields are no commands", "Profil", "Nom : Alice\nLangue : fr\nRecherche : pharma",
	  "profile=\"Nom : Alice\nLangue : fr\nRecherche : pharma\"" },
	{ "a line that is none is told", "", "TRUST bob@acme.example 3\nfoo the bar\nHELP",
	  "trust(bob@acme.example, 3); unknown; help" },
	{ "half a command is none", "", "TRUST bob@acme.example\nSTATUS\nINVITE\nSTATUS of 7K2M-4QXP",
	  "unknown; status; unknown; status(7K2M-4QXP)" },
	{ "five unknown lines end the reading", "", "HELP\na b c d e\nf g\nh i\nj k\nl m\nSTATUS",
	  "help; unknown; unknown; unknown; unknown; unknown; ..." },
	{ "a letter holds no command", "Lunch",
	  "Shall we meet at noon?\nI need help with the stand, and we\nsearch for a good place.", "" },
	{ "a letter below a command of the subject is not read", "STATUS",
	  "Hello, I wonder how far we are.\nIt has been a week.", "status" },
	{ "only unknown lines are a letter", "", "foo\nbar\nbaz", "" },
	{ "contradictions are left to the turn", "", "JOIN\nSTOP", "join; stop" },
	{ "other languages in one mail", "", "LANGUE de\nHILFE\nSEARCH steel",
	  "language(de); help; search(steel)" },
};

static void same(const char *what, const char *subject, const char *words, const char *want)
{
	char *got = told(subject, words);
	if (strcmp(got, want) != 0)
		fail_msg("%s: read as\n  %s\nnot\n  %s", what, got, want);
	free(got);
}

static void lines_are_read(void **state)
{
	(void)state;
	assert_true(sizeof lines / sizeof *lines >= 120);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		same(lines[i].line, "", lines[i].line, lines[i].read);
		same(lines[i].line, lines[i].line, "", lines[i].read);
	}
}

static void mails_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mails / sizeof *mails; i++)
		same(mails[i].says, mails[i].subject, mails[i].words, mails[i].read);
}

static void no_phrase_is_two_commands(void **state)
{
	struct why why = { "" };
	(void)state;
	if (vocabulary_check(&why) != RC_OK)
		fail_msg("%s", why.text);
}

static enum rc added(const char *text, struct why *why)
{
	return vocabulary_add("words-fr.txt", text, strlen(text), why);
}

static void a_gateway_adds_words_of_its_own(void **state)
{
	struct why why = { "" };
	(void)state;
	same("before", "", "Enrôlez-moi", "");
	assert_int_equal(added("# ours\n[command join]\nenrôlez-moi\n", &why), RC_OK);
	same("after", "", "Enrôlez-moi", "join");
	assert_int_equal(added("[command stop]\nzou\n\n[command join]\naide\n", &why),
	                 RC_PERM);
	assert_non_null(strstr(why.text, "words-fr.txt:5: this stands for join, and at "
	                                 "gateway/core/vocabulary/fr.txt:"));
	same("a flawed file is not taken at all", "", "zou", "");
	assert_int_equal(added("\n[command jump]\nsauter\n", &why), RC_PERM);
	assert_string_equal(why.text, "words-fr.txt:2: there is no such section");
	assert_int_equal(added("sauter\n", &why), RC_PERM);
	assert_string_equal(why.text, "words-fr.txt:1: a phrase stands in a [section]");
	same("the other words are as they were", "", "Enrôlez-moi", "join");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read),
		cmocka_unit_test(mails_are_read),
		cmocka_unit_test(no_phrase_is_two_commands),
		cmocka_unit_test(a_gateway_adds_words_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
