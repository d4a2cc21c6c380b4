/* The form of a profile comes back from every mail program. */
#include "core/profile.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "mail/message.h"

static const struct profile alice = { {
	[PROFILE_NAME] = "Alice Martin",
	[PROFILE_FIRM] = "Nordlys & Cie",
	[PROFILE_TITLE] = "fondatrice",
	[PROFILE_CITY] = "Lille",
	[PROFILE_SECTORS] = "agroalimentaire, capteurs",
	[PROFILE_SEEKS] =
		"des sites pilotes dans l'agroalimentaire\n- une laiterie\n- une brasserie",
	[PROFILE_EXPERIENCE] = "Douze ans de chaîne du froid, dont six chez Frigo SA à monter des "
			       "équipes de mesure et à vendre ce qu'elles trouvaient.",
	[PROFILE_WEBSITE] = "nordlys.example",
} };

/* What is written into the form: after an empty label, or instead of a value. */
struct fill {
	int field;
	const char *value; /* NULL: end */
};
static const struct fill untouched[] = { { 0, NULL } };
static const struct fill some[] = { { PROFILE_COUNTRY, "France" },
	                            { PROFILE_CITY, "Arras" },
	                            { PROFILE_OFFERS, "un capteur" },
	                            { PROFILE_LANGUAGES, "français, English" },
	                            { 0, NULL } };

static const char *fill_of(const struct fill *fill, int field)
{
	for (; fill->value != NULL; fill++)
		if (fill->field == field)
			return fill->value;
	return NULL;
}

/* As the text sends it: indented, 72 columns. */
static char *form_of(const struct profile *p, const char *language, const struct fill *fill)
{
	struct str form;
	str_init(&form, 1 << 20);
	for (int f = 0; f < PROFILE_FIELDS; f++) {
		const char *value = fill_of(fill, f), *was = p->field[f] != NULL ? p->field[f] : "";
		char *shown = profile_shown(value != NULL ? value : was);
		const char *colon = strcmp(language, "fr") == 0 ? "\xc2\xa0:" : ":";
		size_t column = 0;
		str_addf(&form, "  %s%s", profile_label(f, language), colon);
		for (const char *at = shown; *at != '\0';) {
			size_t len = strcspn(at, " \n");
			if (column + len > 60) {
				str_add(&form, "\n ");
				column = 0;
			}
			str_addf(&form, " %.*s", (int)len, at);
			column += len + 1;
			at += len;
			if (*at == '\n') {
				str_add(&form, "\n ");
				column = 0;
			}
			at += *at != '\0';
		}
		str_add_char(&form, '\n');
		free(shown);
	}
	str_addf(&form, "  %s\n", profile_label(PROFILE_END, language));
	return form.text;
}

/* --- how mail programs quote ------------------------------------------------------------ */

static const char *const heads[] = {
	"Bonjour Alice,\n\nVoici votre fiche.\n\n",
	"Pour la changer, répondez à ce message, par exemple « Ville\xc2\xa0: Lyon ».\n\n"
	"Réseau Nord vous écrit en réponse à votre demande. STOP.\n",
};

static char *mail_text(const char *form)
{
	struct str s;
	str_init(&s, 1 << 20);
	str_addf(&s, "%s%s\n%s", heads[0], form, heads[1]);
	return s.text;
}

static void each_line(struct str *out, const char *text, const char *before, const char *after)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		str_addf(out, "%s%.*s%s", before, (int)len, text, after);
		text += len + (text[len] == '\n');
	}
}

static void each_line_html(struct str *out, const char *text, const char *before, const char *after)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n"), skip = strspn(text, " ");
		str_add(out, before);
		for (size_t i = skip < len ? skip : len; i < len; i++)
			if (text[i] == '&')
				str_add(out, "&amp;");
			else
				str_add_char(out, text[i]);
		str_add(out, after);
		text += len + (text[len] == '\n');
	}
}

static void gmail_text(struct str *out, const char *fresh, const char *text)
{
	str_addf(
		out,
		"%s\n\nLe lun. 1 juin 2026 à 09:00, Réseau Nord <relais@nord.example> a écrit :\n\n",
		fresh);
	each_line(out, text, "> ", "\n");
}

static void gmail_html(struct str *out, const char *fresh, const char *text)
{
	str_add(out, "<div dir=\"ltr\">");
	each_line_html(out, fresh, "<div>", "</div>");
	str_add(out,
	        "</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">Le lun. 1 "
	        "juin 2026 à 09:00, Réseau Nord &lt;relais@nord.example&gt; a écrit :<br></div>"
	        "<blockquote class=\"gmail_quote\" style=\"margin:0\">");
	each_line_html(out, text, "", "<br>\r\n");
	str_add(out, "</blockquote></div>");
}

static void outlook_text(struct str *out, const char *fresh, const char *text)
{
	str_addf(out, "%s\n\n-----Message d'origine-----\nDe : Réseau Nord <relais@nord.example>\n"
	              "Envoyé : lundi 1 juin 2026 09:00\nÀ : Alice Martin\nObjet : Votre fiche\n\n%s",
	         fresh, text);
}

static void outlook_html(struct str *out, const char *fresh, const char *text)
{
	str_add(out, "<html><body><div class=WordSection1>");
	each_line_html(out, fresh, "<p class=MsoNormal>", "<o:p></o:p></p>");
	str_add(out,
	        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm "
	        "0cm'><p class=MsoNormal><b>De :</b> Réseau Nord &lt;relais@nord.example&gt;<br>"
	        "<b>Envoyé :</b> lundi 1 juin 2026 09:00<br><b>Objet :</b> Votre fiche</p></div></div>");
	each_line_html(out, text, "<p class=MsoNormal>", "<o:p></o:p></p>");
	str_add(out, "</div></body></html>");
}

static void apple_text(struct str *out, const char *fresh, const char *text)
{
	str_addf(
		out,
		"%s\n\n> Le 1 juin 2026 à 09:00, Réseau Nord <relais@nord.example> a écrit :\n> \n",
		fresh);
	each_line(out, text, "> ", "\n");
	str_add(out, "\nEnvoyé de mon iPhone\n");
}

static void apple_html(struct str *out, const char *fresh, const char *text)
{
	str_add(out, "<html><body>");
	each_line_html(out, fresh, "<div>", "</div>");
	str_add(out,
	        "<div><br><blockquote type=\"cite\"><div>Le 1 juin 2026 à 09:00, Réseau Nord a écrit "
	        ":</div><br><div><div>");
	each_line_html(out, text, "<div style=\"padding:0 0 0 16px\"><span>", "</span></div>");
	str_add(out, "</div></div></blockquote></div></body></html>");
}

static void thunderbird_text(struct str *out, const char *fresh, const char *text)
{
	str_add(out, "Am 01.06.26 um 09:00 schrieb Réseau Nord:\n");
	each_line(out, text, "> ", "\n");
	str_addf(out, "\n%s\n", fresh);
}

static void thunderbird_html(struct str *out, const char *fresh, const char *text)
{
	str_add(out,
	        "<html><body><div class=\"moz-cite-prefix\">Le 01/06/2026 à 09:00, Réseau Nord a "
	        "écrit :<br></div><blockquote type=\"cite\"><pre class=\"moz-quote-pre\" wrap=\"\">");
	each_line_html(out, text, "", "\n");
	str_add(out, "</pre></blockquote>");
	each_line_html(out, fresh, "<p>", "</p>");
	str_add(out, "</body></html>");
}

/* Twice quoted, with what is too long broken by somebody who forgets the mark. */
static void rewrapped(struct str *out, const char *fresh, const char *text)
{
	str_addf(out, "%s\n\nOn 1 June 2026, Réseau Nord wrote:\n\n", fresh);
	while (*text != '\0') {
		size_t len = strcspn(text, "\n"), cut = len;
		if (len > 40)
			for (cut = 40; cut > 0 && text[cut] != ' '; cut--)
				;
		if (cut == 0 || strchr(text, ':') == NULL || cut == len)
			str_addf(out, ">> %.*s\n", (int)len, text);
		else
			str_addf(out, ">> %.*s\n%.*s\n", (int)cut, text, (int)(len - cut - 1),
			         text + cut + 1);
		text += len + (text[len] == '\n');
	}
}

/* All lines in one. */
static void joined(struct str *out, const char *fresh, const char *text)
{
	str_addf(out, "%s\n\nRéseau Nord a écrit :\n> ", fresh);
	each_line(out, text, "", " ");
	str_add(out, "\n");
}

static const struct style {
	const char *name;
	void (*quote)(struct str *out, const char *fresh, const char *text);
	const char *type;
	bool lines; /* what stands on a line of its own stays there */
} styles[] = {
	{ "Gmail, text", gmail_text, "plain", true },
	{ "Gmail, HTML", gmail_html, "html", true },
	{ "Outlook, text", outlook_text, "plain", true },
	{ "Outlook, HTML", outlook_html, "html", true },
	{ "Apple Mail, text", apple_text, "plain", true },
	{ "Apple Mail, HTML", apple_html, "html", true },
	{ "Thunderbird, text", thunderbird_text, "plain", true },
	{ "Thunderbird, HTML", thunderbird_html, "html", true },
	{ "quoted twice and broken", rewrapped, "plain", true },
	{ "all on one line", joined, "plain", false },
};
#define STYLES (sizeof styles / sizeof styles[0])

static struct message *reply(const struct style *style, const char *fresh, const char *form)
{
	struct message_options options = { .limits = message_limits_default };
	struct str octets, body;
	char *text = mail_text(form);
	str_init(&octets, 1 << 20);
	str_init(&body, 1 << 20);
	style->quote(&body, fresh, text);
	str_addf(&octets,
	         "From: Alice Martin <alice@nordlys.example>\r\nTo: relais@nord.example\r\n"
	         "Subject: Re: Votre fiche\r\nMIME-Version: 1.0\r\n"
	         "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s",
	         style->type, body.text);
	struct message *m = message_parse(octets.text, octets.len, &options);
	str_free(&octets);
	str_free(&body);
	free(text);
	return m;
}

static void changes_are(const char *name, const struct profile_change *change,
                        const struct fill *wanted)
{
	for (int f = 0; f < PROFILE_FIELDS; f++) {
		const char *value = fill_of(wanted, f), *got = change->field[f];
		if ((value == NULL) != (got == NULL) ||
		    (value != NULL && strcmp(value, got) != 0))
			fail_msg("%s: %s is \"%s\", not \"%s\"", name, profile_field_name(f),
			         got != NULL ? got : "(as it was)",
			         value != NULL ? value : "(as it was)");
	}
}

static const char *const languages[] = { "fr", "en", "de", "es" };
#define LANGUAGES 4

static void test_untouched_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < STYLES * LANGUAGES; i++) {
		const struct style *style = &styles[i / LANGUAGES];
		char *form = form_of(&alice, languages[i % LANGUAGES], untouched);
		struct message *m = reply(style, "Merci beaucoup.", form);
		struct profile_change change = profile_read(m->words, m->text, &alice);
		changes_are(style->name, &change, untouched);
		assert_int_equal(change.seen, PROFILE_FIELDS);
		profile_change_free(&change);
		message_free(&m);
		free(form);
	}
}

static void test_filled_inside(void **state)
{
	(void)state;
	for (size_t i = 0; i < STYLES * LANGUAGES; i++) {
		const struct style *style = &styles[i / LANGUAGES];
		char *form = form_of(&alice, languages[i % LANGUAGES], some);
		struct message *m = reply(style, "", form);
		struct profile_change change = profile_read(m->words, m->text, &alice);
		changes_are(style->name, &change, some);
		profile_change_free(&change);
		message_free(&m);
		free(form);
	}
}

static void test_written_above(void **state)
{
	(void)state;
	static const struct fill wanted[] = { { PROFILE_CITY, "Arras" },
		                              { PROFILE_OFFERS, "un capteur" },
		                              { 0, NULL } };
	for (size_t i = 0; i < STYLES; i++) {
		char *form = form_of(&alice, "fr", untouched);
		struct message *m = reply(&styles[i],
		                          "Bonjour,\n\nVille : Arras\nJe propose : un capteur\n\n"
		                          "Cordialement,\nAlice", form);
		struct profile_change change = profile_read(m->words, m->text, &alice);
		if (styles[i].lines)
			changes_are(styles[i].name, &change, wanted);
		profile_change_free(&change);
		message_free(&m);
		free(form);
	}
}

/* --- one fact each -------------------------------------------------------------------------- */

static const struct {
	const char *fact, *words, *text;
	int field;
	const char *wanted; /* NULL: as it was */
} facts[] = {
	{ "a label in another language", "Firm: Lumen\n", "", PROFILE_FIRM, "Lumen" },
	{ "a label as a program translates it", "Industries : froid\n", "", PROFILE_SECTORS, "froid" },
	{ "a label in bold", "*Ville :* Arras\n", "", PROFILE_CITY, "Arras" },
	{ "in a list", "- Ville : Arras\n", "", PROFILE_CITY, "Arras" },
	{ "in capitals, without a blank", "VILLE:Arras\n", "", PROFILE_CITY, "Arras" },
	{ "answered on the next line", "Pays :\nFrance\n", "", PROFILE_COUNTRY, "France" },
	{ "and after an empty one", "Pays :\n\nFrance\n", "", PROFILE_COUNTRY, "France" },
	{ "a line field ends with its line", "Pays : France\nMerci !\n", "", PROFILE_COUNTRY, "France" },
	{ "a wrapped one goes on",
	  "Secteurs : capteurs, mesure, agroalimentaire, chaîne du froid, logistique,\npharma\n", "",
	  PROFILE_SECTORS,
	  "capteurs, mesure, agroalimentaire, chaîne du froid, logistique, pharma" },
	{ "free text keeps its lines", "Je propose : a\n- b\n- c\n", "", PROFILE_OFFERS, "a\n- b\n- c" },
	{ "and its paragraphs", "Je propose : a\n\nb\n", "", PROFILE_OFFERS, "a\n\nb" },
	{ "but not the signature", "Je propose : un capteur\n\nCordialement,\nAlice\n", "",
	  PROFILE_OFFERS, "un capteur" },
	{ "a dash empties", "Site web : -\n", "", PROFILE_WEBSITE, "" },
	{ "a long dash too", "Website: \xe2\x80\x94\n", "", PROFILE_WEBSITE, "" },
	{ "a dash where nothing was is no change", "Pays : -\n", "", PROFILE_COUNTRY, NULL },
	{ "a name is never emptied", "Nom : -\n", "", PROFILE_NAME, NULL },
	{ "an empty field stays as it was", "Ville :\n", "", PROFILE_CITY, NULL },
	{ "the same value is no change", "Ville :  Lille \n", "", PROFILE_CITY, NULL },
	{ "a word with a colon is no label", "Remarque : Arras\nVille de départ : Arras\n", "",
	  PROFILE_CITY, NULL },
	{ "a link is no label", "https://arras.example\n", "", PROFILE_WEBSITE, NULL },
	{ "under the quoted label", "Arras\n", "> Nom : Alice Martin\n> Ville : Lille\nArras\n> Pays :\n"
	  "> Fin de la fiche\n", PROFILE_CITY, "Arras" },
	{ "under an empty quoted label", "France\n", "> Nom : Alice Martin\n> Pays :\n\nFrance\n\n"
	  "> Fin de la fiche\n", PROFILE_COUNTRY, "France" },
	{ "under an unquoted one, instead of what was there", "",
	  "Nom : Alice Martin\nVille : Lille\nArras\nFin de la fiche\n", PROFILE_CITY, "Arras" },
	{ "fresh words win over the quotation", "Ville : Arras\n",
	  "Ville : Arras\n\n> Nom : Alice Martin\n> Ville : Douai\n> Fin de la fiche\n", PROFILE_CITY,
	  "Arras" },
	{ "nothing after the form's end counts", "",
	  "> Nom : Alice Martin\n> Fin de la fiche\n> Ville : Arras\n", PROFILE_CITY, NULL },
	{ "a form whose end was cut off", "", "> Nom : Alice Martin\n> Ville : Arras\n", PROFILE_CITY,
	  "Arras" },
	{ "a quotation that is no form", "", "> Ville : Arras\n", PROFILE_CITY, NULL },
};

static void test_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		struct profile_change change = profile_read(facts[i].words, facts[i].text, &alice);
		const char *got = change.field[facts[i].field], *wanted = facts[i].wanted;
		if ((got == NULL) != (wanted == NULL) || (got != NULL && strcmp(got, wanted) != 0))
			fail_msg("%s: \"%s\"", facts[i].fact, got != NULL ? got : "(as it was)");
		profile_change_free(&change);
	}
}

static void test_a_value_that_looks_like_a_form(void **state)
{
	(void)state;
	static const struct profile sly = { {
		[PROFILE_NAME] = "Eve",
		[PROFILE_TITLE] = "Ville : Paris",
		[PROFILE_SEEKS] = "Nom : Mallory\nVille : Rome\nFin de la fiche\nName: x",
		[PROFILE_EXPERIENCE] = "> Pays : Nulle part et une phrase assez longue pour que la "
		                       "ligne se brise juste avant Ville : Oslo",
		[PROFILE_PITCH] = "End of the form",
	} };
	for (size_t i = 0; i < STYLES; i++) {
		char *form = form_of(&sly, "fr", untouched);
		struct message *m = reply(&styles[i], "", form);
		struct profile_change change = profile_read(m->words, m->text, &sly);
		if (styles[i].lines && styles[i].quote != rewrapped)
			changes_are(styles[i].name, &change, untouched);
		profile_change_free(&change);
		message_free(&m);
		free(form);
	}
}

static void test_long_values_are_cut(void **state)
{
	(void)state;
	struct str words;
	str_init(&words, 1 << 20);
	str_add(&words, "Ville : ");
	for (int i = 0; i < 5000; i++)
		str_add(&words, "é");
	struct profile_change change = profile_read(words.text, "", &alice);
	assert_true(change.cut);
	assert_int_equal(strlen(change.field[PROFILE_CITY]), profile_most(PROFILE_CITY));
	profile_change_free(&change);
	str_free(&words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_untouched_changes_nothing),
		cmocka_unit_test(test_filled_inside),
		cmocka_unit_test(test_written_above),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_a_value_that_looks_like_a_form),
		cmocka_unit_test(test_long_values_are_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
