/* csv: what each file says, as rows "line:name|address|..." and flaws "line!...". */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "base/utf8.h"
#include "contacts/csv.h"

#include <stdlib.h>
#include <string.h>

static void take_person(void *context, const struct contact *c)
{
	const char *all[] = { c->org, c->title, c->city, c->country, c->language, c->url };
	str_addf(context, "%d:%s|", c->line, c->name);
	for (size_t i = 0; i < c->email_count; i++)
		str_addf(context, "%s%s", i > 0 ? " " : "", c->emails[i]);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		str_addf(context, "|%s", all[i] != NULL ? all[i] : "");
	str_add(context, "\n");
}

static void take_link(void *context, int line, const struct csv_link *l)
{
	str_addf(context, "%d:%s>%s=%s\n", line, l->from != NULL ? l->from : "",
	         l->to != NULL ? l->to : "", l->strength != NULL ? l->strength : "");
}

static void take_flaw(void *context, int line, const char *sentence)
{
	str_addf(context, "%d!%.22s\n", line, sentence);
}

static void take_person_flaw(void *context, int line, bool lost, const char *sentence)
{
	(void)lost;
	take_flaw(context, line, sentence);
}

#define OPEN "!a quotation mark is op\n"
#define STRAY "!a quotation mark in th\n"
#define MORE "!more fields than the h\n"

static const struct {
	const char *name, *text, *said;
} people[] = {
	{ "a plain table", "name,address\nJane Doe,jane@b.example\n",
	  "2:Jane Doe|jane@b.example||||||\n" },
	{ "every column, in any order, some of them unknown",
	  "note,country,shoe size,email,language,city,title,company,name\n"
	  "met at a fair,FR,38,jane@b.example,fr,Lille,Buyer,Acme,Jane Doe\n",
	  "2:Jane Doe|jane@b.example|Acme|Buyer|Lille|FR|fr|\n" },
	{ "French, semicolons, UTF-8 with a mark",
	  "\xef\xbb\xbfNom;Pr\xc3\xa9nom;Adresse \xc3\xa9lectronique;"
	  "Soci\xc3\xa9t\xc3\xa9;Ville\r\n"
	  "Roy;Jeanne;jeanne@b.example;Acme, SA;Orl\xc3\xa9"
	  "ans\r\n",
	  "2:Jeanne Roy|jeanne@b.example|Acme, SA||Orl\xc3\xa9"
	  "ans|||\n" },
	{ "French, windows-1252",
	  "nom;courriel;soci\xe9t\xe9\nJos\xe9 L\x92H\xf4te;j@b.example;\x80uro \x9cuvre\n",
	  "2:Jos\xc3\xa9 L\xe2\x80\x99H\xc3\xb4te|j@b.example"
	  "|\xe2\x82\xacuro \xc5\x93uvre|||||\n" },
	{ "German words",
	  "Vorname;Nachname;E-Mail-Adresse;Firma;Stadt;Land;Sprache;Notizen\n"
	  "Uwe;Gro\xc3\x9f;u@b.example;Bau;K\xc3\xb6ln;DE;de;x\n",
	  "2:Uwe Gro\xc3\x9f|u@b.example|Bau||K\xc3\xb6ln|DE|de|\n" },
	{ "LinkedIn: notes above the heading",
	  "Notes:\n\"Some addresses are missing, see \"\"settings\"\".\"\n\n"
	  "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	  "Jane,Doe,https://x.example/in/j,jane@b.example,Acme,Buyer,09 Jun 2026\n",
	  "5:Jane Doe|jane@b.example|Acme|Buyer||||https://x.example/in/j\n" },
	{ "Google: whole and parted names",
	  "Name,Given Name,Family Name,E-mail 1 - Value,Organization 1 - Name\n"
	  "Dr Jane Doe,Jane,Doe,jane@b.example,Acme\n,Bob,Ray,bob@b.example,\n",
	  "2:Dr Jane Doe|jane@b.example|Acme|||||\n3:Bob Ray|bob@b.example||||||\n" },
	{ "tabs", "name\taddress\nJane, Doe\tj@b.example\n", "2:Jane, Doe|j@b.example||||||\n" },
	{ "the separator Excel names", "sep=;\nname,x;address\nJ;j@b.example\n",
	  "3:j@b.example|j@b.example||||||\n" },
	{ "a separator, a quote and a line break in quotes",
	  "name,address,note\n\"Doe, \"\"J\"\"\",j@b.example,\"two\nlines\"\nBob,b@b.example,\n",
	  "2:Doe, \"J\"|j@b.example||||||\n4:Bob|b@b.example||||||\n" },
	{ "empty lines, empty rows, blanks", "name,address\n\n,,\n  Bob  , b@b.example \n\n",
	  "4:Bob|b@b.example||||||\n" },
	{ "no line break at the end", "name,address\nBob,b@b.example",
	  "2:Bob|b@b.example||||||\n" },
	{ "lone CRs", "name,address\rBob,b@b.example\rAnn,a@b.example\r",
	  "2:Bob|b@b.example||||||\n3:Ann|a@b.example||||||\n" },
	{ "a short row", "name,address,firm\nBob\n", "2:Bob|||||||\n" },
	{ "separators too many, but nothing in them", "name,address\nBob,b@b.example,,,\n",
	  "2:Bob|b@b.example||||||\n" },
	{ "a field too many: told, the rest goes on",
	  "name,address\nDoe, Jane,j@b.example\nBob,b@b.example\n",
	  "2" MORE "3:Bob|b@b.example||||||\n" },
	{ "a stray quotation mark", "name,address\n\"Bo\"b,b@b.example\nAnn,a@b.example\n",
	  "2" STRAY "3:Ann|a@b.example||||||\n" },
	{ "an open quotation mark: only its own row is lost",
	  "name,address\n\"Bob,b@b.example\nAnn,a@b.example\nEve,e@b.example\n",
	  "2" OPEN "3:Ann|a@b.example||||||\n4:Eve|e@b.example||||||\n" },
	{ "an open quotation mark in the last row", "name,address\nAnn,\"a@b.example", "2" OPEN },
	{ "several addresses, each once, in columns of their own or in one",
	  "name,email,email\nA,,2@b.example\nB,1@b.example,2@b.example\n"
	  "C,1@b.example ::: 2@b.example,mailto:1@B.example\n",
	  "2:A|2@b.example||||||\n3:B|1@b.example 2@b.example||||||\n"
	  "4:C|1@b.example 2@b.example||||||\n" },
	{ "an address with words around it, and none",
	  "name,email\nA,A <a@b.example>\nB,none\n",
	  "2:A|a@b.example||||||\n3!'none' is no address\n3:B|||||||\n" },
	{ "Google, its new columns",
	  "First Name,Middle Name,Last Name,Organization Name,Organization Title,"
	  "E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Website 1 - Value\n"
	  "Ann,B.,Cole,Acme,Buyer,* Work,a@b.example,Home,c@b.example,x.example\n",
	  "2:Ann B. Cole|a@b.example c@b.example|Acme|Buyer||||x.example\n" },
	{ "Outlook: a title is Dr, the job title is the title",
	  "Title,First Name,Last Name,Company,Job Title,Business Street,Business City,"
	  "Business Country/Region,E-mail Address,E-mail 2 Address\n"
	  "Dr,Ann,Cole,Acme,Buyer,1 Road,Lille,France,a@b.example,c@b.example\n",
	  "2:Ann Cole|a@b.example c@b.example|Acme|Buyer|Lille|France||\n" },
	{ "Outlook in French",
	  "Titre;Pr\xc3\xa9nom;Nom;Soci\xc3\xa9t\xc3\xa9;Fonction;Adresse;"
	  "Adresse de messagerie;Adresse de messagerie 2\n"
	  "Mme;Ann;Cole;Acme;Acheteuse;1 rue;a@b.example;c@b.example\n",
	  "2:Ann Cole|a@b.example c@b.example|Acme|Acheteuse||||\n" },
	{ "Spanish: nombre is the given name next to apellidos",
	  "Nombre,Apellidos,Direcci\xc3\xb3n de correo electr\xc3\xb3nico\nAna,Ruiz,a@b.example\n",
	  "2:Ana Ruiz|a@b.example||||||\n" },
	{ "LinkedIn in a language we have no words of: by what stands in the rows",
	  "A1,B1,C1,D1,E1,F1,G1\n"
	  "Ann,Cole,https://www.linkedin.com/in/ann-x,,Acme,Buyer,1 Jan 2026\n"
	  "Bo,Day,https://www.linkedin.com/in/bo-x,b@b.example,,,2 Jan 2026\n",
	  "2:Ann Cole||Acme|Buyer||||https://www.linkedin.com/in/ann-x\n"
	  "3:Bo Day|b@b.example|||||" "|https://www.linkedin.com/in/bo-x\n" },
	{ "any table with addresses under any words",
	  "X,Y\nAnn Cole,a@b.example\n", "2:Ann Cole|a@b.example||||||\n" },
	{ "a row of nobody", "name,email,firm\n,,Acme\n", "2!neither a name nor an \n" },
	{ "controls and overrides go",
	  "name,address\nBo\x1b\xe2\x80\xae"
	  "b,b@b.example\n",
	  "2:Bob|b@b.example||||||\n" },
	{ "two of our words in one cell", "name|full name,address\nA,a@b.example\n",
	  "2:a@b.example|a@b.example||||||\n" },
	{ "a heading alone", "name,address\n", "" },
};

static void a_table_of_people_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
		struct str said;
		struct why why = { "" };
		str_init(&said, 10000);
		if (csv_people(people[i].text, strlen(people[i].text),
		               &(struct contact_sink){ take_person, take_person_flaw, &said },
		               &why) != RC_OK)
			fail_msg("%s: %s", people[i].name, why.text);
		if (strcmp(said.text, people[i].said) != 0)
			fail_msg("%s: '%s', wanted '%s'", people[i].name, said.text,
			         people[i].said);
		str_free(&said);
	}
}

static const struct {
	const char *name, *text, *said;
} links[] = {
	{ "English", "from,to,strength\na@b.example,Jane Doe,3\n", "2:a@b.example>Jane Doe=3\n" },
	{ "French", "de;\xc3\xa0;force\n1;2;4\n", "2:1>2=4\n" },
	{ "German", "von;nach;St\xc3\xa4rke\n1;2;0\n", "2:1>2=0\n" },
	{ "what is not a strength is the caller's to refuse", "to,from,trust\nx,y,much\nx,y,\n",
	  "2:y>x=much\n3:y>x=\n" },
};

static void a_table_of_links_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		struct str said;
		struct why why = { "" };
		str_init(&said, 10000);
		if (csv_links(links[i].text, strlen(links[i].text),
		              &(struct csv_link_sink){ take_link, take_flaw, &said },
		              &why) != RC_OK)
			fail_msg("%s: %s", links[i].name, why.text);
		if (strcmp(said.text, links[i].said) != 0)
			fail_msg("%s: '%s'", links[i].name, said.text);
		str_free(&said);
	}
}

static const struct {
	const char *name, *text;
	size_t len;
	const char *remedy;
} refused[] = {
	{ "nothing", "", 0, "must name the columns" },
	{ "no column we know", "a,b\n1,2\n", 8, "name, address" },
	{ "only a firm", "firm\nAcme\n", 10, "name, address" },
	{ "UTF-16", "\xff\xfe" "n\0a\0", 6, "save it as CSV UTF-8" },
};

static void what_is_no_table_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct str said;
		struct why why = { "" };
		str_init(&said, 1000);
		if (csv_people(refused[i].text, refused[i].len,
		               &(struct contact_sink){ take_person, take_person_flaw, &said },
		               &why) != RC_PERM ||
		    strstr(why.text, refused[i].remedy) == NULL || said.len > 0)
			fail_msg("%s: '%s' '%s'", refused[i].name, why.text, said.text);
		assert_int_equal(csv_links("from,to\n1,2\n", 12,
		                           &(struct csv_link_sink){ take_link, take_flaw, &said },
		                           &why),
		                 RC_PERM);
		str_free(&said);
	}
}

static void count_flaw(void *context, int line, bool lost, const char *sentence)
{
	size_t *counts = context;
	counts[1]++;
	assert_true(lost && line > 1 && strlen(sentence) > 0);
}

static void count_person(void *context, const struct contact *contact)
{
	size_t *counts = context;
	counts[0]++;
	assert_true(contact->line > 1 && contact->name != NULL);
}

/* Each line opens a quotation mark and closes none: each is read up to
 * CSV_ROW_LINES times, no more. And one line without an end. */
static void hostile_tables_take_no_longer_than_long_ones(void **state)
{
	(void)state;
	size_t counts[2] = { 0 };
	struct str text;
	str_init(&text, 4 << 20);
	str_add(&text, "name,address\n");
	for (int i = 0; i < 100000; i++)
		str_add(&text, "\"a\"\"\n");
	assert_true(str_ok(&text));
	assert_int_equal(csv_people(text.text, text.len,
	                            &(struct contact_sink){ count_person, count_flaw, counts },
	                            NULL),
	                 RC_OK);
	assert_int_equal(counts[1], 100000);
	str_clear(&text);
	str_add(&text, "name,address\n");
	for (int i = 0; i < CSV_ROW_MOST; i++)
		str_add(&text, "a,");
	str_add(&text, "\nBob,b@b.example\n");
	counts[0] = counts[1] = 0;
	assert_int_equal(csv_people(text.text, text.len,
	                            &(struct contact_sink){ count_person, count_flaw, counts },
	                            NULL),
	                 RC_OK);
	assert_int_equal(counts[0], 1);
	assert_int_equal(counts[1], 1);
	str_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_of_people_is_read),
		cmocka_unit_test(a_table_of_links_is_read),
		cmocka_unit_test(what_is_no_table_is_refused),
		cmocka_unit_test(hostile_tables_take_no_longer_than_long_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
