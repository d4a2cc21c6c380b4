/* contacts: what a file is, by its octets alone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "contacts/contacts.h"
#include "contacts/list.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void take(void *context, const struct contact *c)
{
	str_addf(context, "%d:%s <%s> %s\n", c->line, c->name,
	         c->email_count > 0 ? c->emails[0] : "", c->org != NULL ? c->org : "");
}

static void flaw(void *context, int line, bool lost, const char *sentence)
{
	(void)lost;
	str_addf(context, "%d!%.20s\n", line, sentence);
}

#define TEXT(s) s, sizeof s - 1
static const struct {
	const char *name, *text;
	size_t len;
	const char *said; /* NULL: refused */
} files[] = {
	{ "a table", TEXT("name,email\nAnn,a@b.example\n"), "2:Ann <a@b.example> \n" },
	{ "a table in UTF-8 with its mark", TEXT("\xef\xbb\xbfname,email\nAnn,a@b.example\n"),
	  "2:Ann <a@b.example> \n" },
	{ "a table in Latin-1", TEXT("nom;courriel\nZo\xe9;z@b.example\n"),
	  "2:Zo\xc3\xa9 <z@b.example> \n" },
	{ "a table in UTF-16, little end first",
	  TEXT("\xff\xfen\0a\0m\0e\0,\0e\0m\0a\0i\0l\0\n\0Z\0o\0\xe9\0,\0z\0@\0b\0.\0c\0\n\0"),
	  "2:Zo\xc3\xa9 <z@b.c> \n" },
	{ "big end first",
	  TEXT("\xfe\xff\0n\0a\0m\0e\0,\0m\0a\0i\0l\0\n\0Z\0o\0\xe9\0,\0z\0@\0b\0.\0c"),
	  "2:Zo\xc3\xa9 <z@b.c> \n" },
	{ "without a mark", TEXT("n\0a\0m\0e\0,\0m\0a\0i\0l\0\n\0Z\0o\0\xe9\0,\0z\0@\0b\0.\0c\0"),
	  "2:Zo\xc3\xa9 <z@b.c> \n" },
	{ "cards, with a mark",
	  TEXT("\xef\xbb\xbf"
	       "BEGIN:VCARD\nFN:Ann\nEND:VCARD\n"),
	  "1:Ann <> \n" },
	{ "cards in UTF-16",
	  TEXT("B\0E\0G\0I\0N\0:\0V\0C\0A\0R\0D\0\n\0F\0N\0:\0\xe9\0\n\0"
	       "E\0N\0D\0:\0V\0C\0A\0R\0D\0\n\0"),
	  "1:\xc3\xa9 <> \n" },
	{ "JSON lines",
	  TEXT("{\"name\": \"Ann\", \"emails\": [\"a@b.example\"], \"org\": \"Acme\"}\n\n"
	       "{\"name\": \"Bob\", \"address\": \"b@b.example\", \"firm\": \"Bau\"}\n[1]\n{\n"
	       "{\"org\": \"Acme\"}\n{\"name\": 3, \"emails\": \"x\"}\n{\"name\":\"C\",\"email\":\"c\"}"),
	  "1:Ann <a@b.example> Acme\n3:Bob <b@b.example> Bau\n4!no JSON object; one \n"
	  "5!no JSON object; one \n6!neither a name nor a\n7!neither a name nor a\n"
	  "8!'c' is no address\n8:C <> \n" },
	{ "nothing", TEXT(""), NULL },
	{ "a letter", TEXT("Dear Ann,\n\nhow are you?\n"), NULL },
	{ "a picture", TEXT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"), NULL },
};

static void a_file_is_what_its_octets_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct str said;
		struct why why = { "" };
		str_init(&said, 10000);
		enum rc rc = contacts_read(files[i].text, files[i].len,
		                           &(struct contact_sink){ take, flaw, &said }, &why);
		if ((rc == RC_OK) != (files[i].said != NULL))
			fail_msg("%s: %d %s", files[i].name, rc, why.text);
		if (strcmp(said.text, files[i].said != NULL ? files[i].said : "") != 0)
			fail_msg("%s: '%s', wanted '%s'", files[i].name, said.text, files[i].said);
		str_free(&said);
	}
}

static void a_file_beyond_the_limit_is_refused(void **state)
{
	(void)state;
	struct why why = { "" };
	assert_int_equal(contacts_read("", CONTACTS_OCTETS_MOST + 1, NULL, &why), RC_PERM);
	assert_non_null(strstr(why.text, "several files"));
}

static void a_list_is_bounded_and_comes_back_the_same(void **state)
{
	(void)state;
	struct str text;
	struct contact_list *back = NULL;
	size_t len;
	str_init(&text, 8 << 20);
	str_add(&text, "name,email,firm\n,,\n,,Acme\nAnn,Ann@B\xc3\xbc" "cher.example,\n"
	               "Bob,b@@b.example,Bau\n");
	for (int i = 0; i < CONTACT_LIST_MOST; i++)
		str_addf(&text, "P%d,p%d@p.example,\n", i, i);
	struct contact_list *list = contact_list_read(text.text, text.len);
	assert_null(list->error);
	assert_int_equal(list->read, CONTACT_LIST_MOST + 2);
	assert_int_equal(list->count, CONTACT_LIST_MOST);
	assert_int_equal(list->refused, 1);
	assert_string_equal(list->contacts[0].emails[0], "Ann@xn--bcher-kva.example");
	assert_int_equal(list->contacts[1].email_count, 0);
	assert_string_equal(list->contacts[1].org, "Bau");

	char *frame = contact_list_pack(list, &len);
	assert_int_equal(contact_list_unpack(frame, len, &back, NULL), RC_OK);
	assert_int_equal(back->count, list->count);
	assert_int_equal(back->read, list->read);
	assert_string_equal(back->contacts[0].name, "Ann");
	contact_list_free(&back);
	for (size_t cut = 0; cut < 200; cut += 7)
		assert_int_equal(contact_list_unpack(frame, cut, &back, NULL), RC_PERM);
	char *address = memmem(frame, len, "Ann@", 4); /* one that is none is nonsense */
	assert_non_null(address);
	address[1] = '\n';
	assert_int_equal(contact_list_unpack(frame, len, &back, NULL), RC_PERM);
	free(frame);
	contact_list_free(&list);
	str_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_what_its_octets_say),
		cmocka_unit_test(a_file_beyond_the_limit_is_refused),
		cmocka_unit_test(a_list_is_bounded_and_comes_back_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
