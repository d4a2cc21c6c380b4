/* The labels of the form: data. The first of a field and language is the one
 * shown, the others are what people, or a mail program that translates, write
 * instead. A native speaker adds a line. */
#include "core/profile.h"

#include <string.h>

struct label {
	int field;
	const char *language, *shown, *words; /* folded, "a|b|c", the shown one first */
};

static const struct label labels[] = {
	{ PROFILE_NAME, "fr", "Nom", "nom|nom complet|prenom et nom|nom et prenom|votre nom" },
	{ PROFILE_NAME, "en", "Name", "name|full name|your name|surname and first name" },
	{ PROFILE_NAME, "de", "Name", "name|vollstandiger name|vor- und nachname|ihr name" },
	{ PROFILE_NAME, "es", "Nombre", "nombre|nombre completo|nombre y apellidos|su nombre" },
	{ PROFILE_FIRM, "fr", "Entreprise", "entreprise|societe|organisation|organisme|maison" },
	{ PROFILE_FIRM, "en", "Firm",
	  "firm|company|organisation|organization|business|enterprise|employer" },
	{ PROFILE_FIRM, "de", "Firma", "firma|unternehmen|gesellschaft|betrieb|arbeitgeber" },
	{ PROFILE_FIRM, "es", "Empresa", "empresa|compania|sociedad|organizacion" },
	{ PROFILE_TITLE, "fr", "Fonction", "fonction|poste|titre|metier|role|profession" },
	{ PROFILE_TITLE, "en", "Title", "title|position|job title|job|function|role|occupation" },
	{ PROFILE_TITLE, "de", "Funktion",
	  "funktion|position|titel|stellung|rolle|beruf|aufgabe" },
	{ PROFILE_TITLE, "es", "Cargo", "cargo|puesto|funcion|titulo" },
	{ PROFILE_CITY, "fr", "Ville", "ville|localite|lieu|commune" },
	{ PROFILE_CITY, "en", "City", "city|town|place|location" },
	{ PROFILE_CITY, "de", "Stadt", "stadt|ort|wohnort|standort" },
	{ PROFILE_CITY, "es", "Ciudad", "ciudad|localidad|poblacion" },
	{ PROFILE_COUNTRY, "fr", "Pays", "pays" },
	{ PROFILE_COUNTRY, "en", "Country", "country|nation" },
	{ PROFILE_COUNTRY, "de", "Land", "land|staat" },
	{ PROFILE_COUNTRY, "es", "País", "pais" },
	{ PROFILE_SECTORS, "fr", "Secteurs",
	  "secteurs|secteur|secteurs d'activite|secteur d'activite|domaines|domaine|"
	  "industries|industrie|branche" },
	{ PROFILE_SECTORS, "en", "Sectors",
	  "sectors|sector|industries|industry|fields|areas|lines of business|field" },
	{ PROFILE_SECTORS, "de", "Branchen",
	  "branchen|branche|sektoren|sektor|bereiche|wirtschaftszweige|bereich" },
	{ PROFILE_SECTORS, "es", "Sectores", "sectores|industrias|ramos|ramo" },
	{ PROFILE_SEEKS, "fr", "Je cherche",
	  "je cherche|cherche|recherche|je recherche|ce que je cherche|recherches|"
	  "besoins" },
	{ PROFILE_SEEKS, "en", "Looking for",
	  "looking for|i am looking for|i look for|what i look for|i'm looking for|"
	  "seeking|i seek|searching for|needs|wanted" },
	{ PROFILE_SEEKS, "de", "Ich suche",
	  "ich suche|suche|gesucht|was ich suche|auf der suche nach|suche nach|"
	  "bedarf" },
	{ PROFILE_SEEKS, "es", "Busco", "busco|que busco|lo que busco|estoy buscando|buscando" },
	{ PROFILE_OFFERS, "fr", "Je propose",
	  "je propose|propose|offre|j'offre|offres|ce que je propose|je peux offrir|"
	  "je peux proposer|je peux apporter" },
	{ PROFILE_OFFERS, "en", "Offering",
	  "offering|i offer|i can offer|what i offer|what i can offer|offers|offer|"
	  "i propose" },
	{ PROFILE_OFFERS, "de", "Ich biete",
	  "ich biete|biete|angebot|angebote|was ich biete|ich biete an|anbieten" },
	{ PROFILE_OFFERS, "es", "Ofrezco",
	  "ofrezco|oferta|ofertas|que ofrezco|lo que ofrezco|puedo ofrecer" },
	{ PROFILE_EXPERIENCE, "fr", "Expérience",
	  "experience|experiences|parcours|mon experience" },
	{ PROFILE_EXPERIENCE, "en", "Experience", "experience|background|career|my experience" },
	{ PROFILE_EXPERIENCE, "de", "Erfahrung", "erfahrung|erfahrungen|werdegang|laufbahn" },
	{ PROFILE_EXPERIENCE, "es", "Experiencia", "experiencia|trayectoria" },
	{ PROFILE_LANGUAGES, "fr", "Langues", "langues|langue|langues parlees|je parle" },
	{ PROFILE_LANGUAGES, "en", "Languages",
	  "languages|language|languages spoken|spoken languages|i speak" },
	{ PROFILE_LANGUAGES, "de", "Sprachen", "sprachen|sprache|ich spreche" },
	{ PROFILE_LANGUAGES, "es", "Idiomas", "idiomas|idioma|lenguas|hablo" },
	{ PROFILE_PITCH, "fr", "En une phrase",
	  "en une phrase|en une ligne|en bref|phrase|presentation|accroche" },
	{ PROFILE_PITCH, "en", "In one sentence",
	  "in one sentence|in one line|in a sentence|one sentence|in a word|"
	  "in short|pitch|tagline|one-line pitch" },
	{ PROFILE_PITCH, "de", "In einem Satz",
	  "in einem satz|in einer zeile|kurz gesagt|kurz|mit einem satz" },
	{ PROFILE_PITCH, "es", "En una frase",
	  "en una frase|en una linea|en una oracion|en resumen" },
	{ PROFILE_WEBSITE, "fr", "Site web", "site web|site|site internet|web|page web|internet" },
	{ PROFILE_WEBSITE, "en", "Website",
	  "website|web site|web page|homepage|home page|site|web|url" },
	{ PROFILE_WEBSITE, "de", "Website",
	  "website|webseite|internetseite|webauftritt|internet" },
	{ PROFILE_WEBSITE, "es", "Sitio web", "sitio web|pagina web|web|sitio" },
	{ PROFILE_END, "fr", "Fin de la fiche",
	  "fin de la fiche|fin du formulaire|fin du profil|fin de la feuille" },
	{ PROFILE_END, "en", "End of the form",
	  "end of the form|end of form|end of the profile|end of the sheet" },
	{ PROFILE_END, "de", "Ende des Formulars",
	  "ende des formulars|ende der form|ende des profils|ende vom formular" },
	{ PROFILE_END, "es", "Fin de la ficha",
	  "fin de la ficha|fin del formulario|fin del perfil" },
};
#define LABELS (sizeof labels / sizeof labels[0])

static const struct {
	const char *name;
	bool is_long;
	size_t most;
} fields[PROFILE_FIELDS] = {
	{ "name", false, 150 },       { "firm", false, 150 },       { "title", false, 150 },
	{ "city", false, 100 },       { "country", false, 100 },    { "sectors", false, 400 },
	{ "seeks", true, 2000 },      { "offers", true, 2000 },     { "experience", true, 2000 },
	{ "languages", false, 200 },  { "pitch", false, 300 },      { "website", false, 200 },
};

const char *profile_field_name(int field)
{
	return fields[field].name;
}

int profile_field_find(const char *name)
{
	for (int f = 0; f < PROFILE_FIELDS; f++)
		if (strcmp(fields[f].name, name) == 0)
			return f;
	return PROFILE_NONE;
}

bool profile_is_long(int field)
{
	return fields[field].is_long;
}

size_t profile_most(int field)
{
	return fields[field].most;
}

const char *profile_label(int field, const char *language)
{
	const char *english = "";
	for (size_t i = 0; i < LABELS; i++) {
		if (labels[i].field != field)
			continue;
		if (language != NULL && strncmp(labels[i].language, language, 2) == 0)
			return labels[i].shown;
		if (strcmp(labels[i].language, "en") == 0)
			english = labels[i].shown;
	}
	return english;
}

static bool is_among(const char *folded, const char *list)
{
	size_t len = strlen(folded);
	for (const char *at = list; *at != '\0'; at += strcspn(at, "|"), at += *at == '|')
		if (strcspn(at, "|") == len && memcmp(at, folded, len) == 0)
			return true;
	return false;
}

int profile_label_find(const char *folded)
{
	for (size_t i = 0; i < LABELS; i++)
		if (is_among(folded, labels[i].words))
			return labels[i].field;
	return PROFILE_NONE;
}
