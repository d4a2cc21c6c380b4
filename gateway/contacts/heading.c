#include "contacts/heading.h"

#include "base/str.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Words are folded (base/utf8.h), each between two "|"; digits and signs do not
 * count: "E-mail 2 - Value" is "e mail value". English, French, German, Spanish,
 * Italian, Portuguese, Dutch, Swedish, Danish, Polish. */
static const struct heading_words {
	int column;
	bool weak;
	const char *words;
} people[] = {
	{ PART_NAME, false,
	  "|name|full name|display name|file as|nom|nom complet|nom et prenom"
	  "|nom affiche|anzeigename"
	  "|vollstandiger name|nombre|nombre completo|nome|nome completo|naam|volledige naam|namn"
	  "|navn|imie i nazwisko|名前|氏名|姓名|имя и фамилия|" },
	{ PART_GIVEN, false,
	  "|given name|first name|firstname|prenom|vorname|nombre de pila"
	  "|primer nombre|primeiro nome"
	  "|voornaam|fornamn|fornavn|imie|名|имя|" },
	{ PART_MIDDLE, false,
	  "|middle name|additional name|deuxieme prenom|weitere vornamen|zweiter vorname"
	  "|segundo nombre|secondo nome|nome do meio|tweede naam|" },
	{ PART_FAMILY, false,
	  "|family name|last name|lastname|surname|nom de famille|nachname|familienname|apellido"
	  "|apellidos|cognome|apelido|sobrenome|achternaam|efternamn|efternavn"
	  "|nazwisko|姓|фамилия|" },
	{ COLUMN_EMAIL, false,
	  "|email|e mail|mail|email address|e mail address|e mail value|email value|primary email"
	  "|secondary email|other email|home email|work email|private email|business email"
	  "|courriel|adresse e mail|adresse email|adresse mail|adresse electronique"
	  "|adresse de messagerie|messagerie|emailadresse|e mail adresse|mailadresse|mail adresse"
	  "|correo|correo electronico|direccion de correo electronico|direccion de correo"
	  "|posta elettronica|indirizzo email|indirizzo e mail|indirizzo di posta elettronica"
	  "|indirizzo posta elettronica|endereco de email|endereco de e mail|correio eletronico"
	  "|e mailadres|emailadres|e postadress|e post|epost|mailadresse|adres e mail"
	  "|电子邮件|адрес эл почты|электронная почта"
	  "|" },
	{ COLUMN_EMAIL, true, "|address|adresse|direccion|indirizzo|endereco|adres|" },
	{ PART_ORG, false,
	  "|firm|company|company name|organization|organisation|organization name"
	  "|employer|societe"
	  "|entreprise|organisme|firma|unternehmen|arbeitgeber|empresa|organizacion"
	  "|compania|azienda"
	  "|societa|organizacao|bedrijf|organisatie|foretag|virksomhed|会社|公司|компания"
	  "|" },
	{ PART_TITLE, false,
	  "|job title|jobtitle|position|role|organization title|occupation|fonction|poste"
	  "|intitule du poste|profession|funktion|stelle|beruf|berufsbezeichnung|puesto|cargo"
	  "|puesto de trabajo|posizione|qualifica|mansione|posicao|functie"
	  "|functietitel|befattning"
	  "|stilling|stanowisko|役職|职位|должность|" },
	{ PART_TITLE, true, "|title|titre|titel|titulo|titolo|" },
	{ PART_URL, false,
	  "|url|website|web site|web page|website value|linkedin|linkedin url"
	  "|profile url|page web"
	  "|site web|site|webseite|webseite url|sitio web|pagina web|sito web|webpagina|" },
	{ PART_CITY, false,
	  "|city|town|home city|business city|work city|address city|ville|ville bureau"
	  "|ville domicile|stadt|ort|ort geschaftlich|ort privat|ciudad|citta|cidade"
	  "|plaats|stad|by"
	  "|miasto|" },
	{ PART_COUNTRY, false,
	  "|country|home country|business country|work country|address country|country region"
	  "|home country region|business country region|pays|pays region bureau|land geschaftlich"
	  "|pays region|land|land region|land region geschaftlich|pais|paese|kraj|" },
	{ PART_LANGUAGE, false,
	  "|language|languages|langue|langues|sprache|sprachen|idioma|idiomas|lingua"
	  "|lingue|taal|" },
	{ COLUMN_OTHER, false, NULL },
};
static const struct heading_words links_words[] = {
	{ COLUMN_FROM, false, "|from|de|von|" },
	{ COLUMN_TO, false, "|to|a|vers|an|nach|" },
	{ COLUMN_STRENGTH, false, "|strength|trust|force|confiance|starke|vertrauen|" },
	{ COLUMN_OTHER, false, NULL },
};

/* "|e mail value|" of "E-mail 2 - Value". */
static void word_of(const char *text, struct str *word)
{
	char *folded = utf8_fold(text);
	str_add_char(word, '|');
	for (const char *s = folded; *s != '\0'; s++) {
		bool letter = (unsigned char)*s >= 0x80 || isalpha((unsigned char)*s);
		if (letter)
			str_add_char(word, *s);
		else if (word->text[word->len - 1] != ' ' && word->len > 1)
			str_add_char(word, ' ');
	}
	if (word->text[word->len - 1] == ' ')
		word->text[--word->len] = '\0';
	str_add_char(word, '|');
	free(folded);
}

int heading_word(const char *text, bool links, bool *weak)
{
	const struct heading_words *known = links ? links_words : people;
	struct str word;
	str_init(&word, 8 * (size_t)CONTACT_TEXT);
	word_of(text, &word);
	while (known->words != NULL && (word.len < 3 || strchr(text, '|') != NULL ||
	                                strstr(known->words, word.text) == NULL))
		known++;
	*weak = known->weak;
	str_free(&word);
	return known->column;
}

static bool has(const int *column, const bool *weak, size_t columns, int kind)
{
	for (size_t i = 0; i < columns; i++)
		if (column[i] == kind && (weak == NULL || !weak[i]))
			return true;
	return false;
}

void heading_settle(int *column, const bool *weak, size_t columns)
{
	bool given = has(column, NULL, columns, PART_GIVEN);
	bool family = has(column, NULL, columns, PART_FAMILY);
	bool strong[COLUMN_KINDS + 1];
	for (int kind = 0; kind <= COLUMN_KINDS; kind++)
		strong[kind] = has(column, weak, columns, kind);
	for (size_t i = 0; i < columns; i++) {
		if (weak[i] && strong[column[i]])
			column[i] = COLUMN_OTHER;
		if (column[i] == PART_NAME && given != family)
			column[i] = given ? PART_FAMILY : PART_GIVEN;
	}
}

bool heading_guess(const struct heading_sample *sample, size_t columns, int *column)
{
	static const int by_words[] = { PART_GIVEN, PART_FAMILY, PART_ORG, PART_TITLE };
	static const int by_one[] = { PART_NAME, PART_ORG, PART_TITLE };
	size_t emails = 0, profiles = 0, before = 0, next = 0;
	for (size_t i = 0; i < columns; i++) {
		bool key = sample[i].email > 0 || sample[i].profile > 0;
		before += emails + profiles == 0 && !key && sample[i].text > 0;
		emails += sample[i].email > 0;
		profiles += sample[i].profile > 0;
	}
	bool parted = profiles > 0 || before >= 2;
	const int *order = parted ? by_words : by_one;
	size_t most = parted ? 4 : 3;
	for (size_t i = 0; i < columns; i++) {
		const struct heading_sample *s = &sample[i];
		column[i] = s->email > 0 ? COLUMN_EMAIL
		            : s->url > 0 ? PART_URL
		            : s->text > 0 && next < most ? order[next++]
		                                         : COLUMN_OTHER;
	}
	return emails + profiles > 0;
}
