#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "mail/address.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *fact, *text, *want; /* NULL: refused */
} parses[] = {
	{ "an ordinary address stays", "jane.doe@acme.example", "jane.doe@acme.example" },
	{ "the domain is lower case, the local-part keeps its case", "Jane@ACME.Example", "Jane@acme.example" },
	{ "a domain becomes A-labels", "jane@b\xc3\xbc" "cher.example", "jane@xn--bcher-kva.example" },
	{ "upper case beyond ASCII too", "jane@B\xc3\x9c" "CHER.example", "jane@xn--bcher-kva.example" },
	{ "an A-label stays", "jane@xn--bcher-kva.example", "jane@xn--bcher-kva.example" },
	{ "a broken A-label is refused", "jane@xn--\x21.example", NULL },
	{ "a decomposed accent is composed", "rene\xcc\x81@a.example", "ren\xc3\xa9@a.example" },
	{ "sub-address signs are plain", "a+b=c.d@a.example", "a+b=c.d@a.example" },
	{ "one label is a domain", "root@localhost", "root@localhost" },
	{ "no @", "jane.acme.example", NULL },
	{ "no local-part", "@acme.example", NULL },
	{ "no domain", "jane@", NULL },
	{ "two @", "a@b@acme.example", NULL },
	{ "a quoted string", "\"jane doe\"@acme.example", NULL },
	{ "a blank is never trimmed", " jane@acme.example", NULL },
	{ "a blank at the end", "jane@acme.example ", NULL },
	{ "a line break", "jane@acme.example\r\nRCPT TO:<x@y.example>", NULL },
	{ "a line break before the @", "jane\r\n@acme.example", NULL },
	{ "brackets are not part of it", "<jane@acme.example>", NULL },
	{ "a dot at the end of the local-part", "jane.@acme.example", NULL },
	{ "a dot at its start", ".jane@acme.example", NULL },
	{ "two dots", "jane..doe@acme.example", NULL },
	{ "an address literal", "jane@[127.0.0.1]", NULL },
	{ "an IP address", "jane@127.0.0.1", NULL },
	{ "a label starting with a hyphen", "jane@-acme.example", NULL },
	{ "a label ending with one", "jane@acme-.example", NULL },
	{ "an empty label", "jane@acme..example", NULL },
	{ "a dot at the end of the domain", "jane@acme.example.", NULL },
	{ "an underscore in the domain", "jane@ac_me.example", NULL },
	{ "what is not UTF-8", "jane\xff@acme.example", NULL },
	{ "a zero-width space", "jane\xe2\x80\x8b@acme.example", NULL },
	{ "a right-to-left override", "jane\xe2\x80\xae@acme.example", NULL },
	{ "a no-break space", "jane\xc2\xa0@acme.example", NULL },
	{ "a source route", "@a.example:jane@acme.example", NULL },
	{ "a local-part of 65 octets",
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@acme.example", NULL },
	{ "a label of 64 octets",
	  "a@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example", NULL },
};

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof parses / sizeof *parses; i++) {
		char *address = NULL;
		struct why why = { "" };
		enum rc rc = address_parse(parses[i].text, &address, &why);
		if (rc != (parses[i].want != NULL ? RC_OK : RC_PERM))
			fail_msg("%s: <%s> gave %d", parses[i].fact, parses[i].text, rc);
		if (parses[i].want != NULL)
			assert_string_equal(address, parses[i].want);
		else
			assert_true(address == NULL && why.text[0] != '\0');
		free(address);
	}
}

static void test_longest(void **state)
{
	(void)state;
	char text[400], *address = NULL;
	size_t len = 0;
	for (text[len++] = 'a', text[len++] = '@'; len < 255; len++)
		text[len] = len % 50 == 49 ? '.' : 'd';
	text[254] = '\0';
	assert_int_equal(address_parse(text, &address, NULL), RC_OK);
	free(address);
	text[254] = 'd';
	text[255] = '\0';
	assert_int_equal(address_parse(text, &address, NULL), RC_PERM);
}

static const struct {
	const char *fact, *a, *b;
	bool same;
} pairs[] = {
	{ "case of the local-part does not matter", "Jane@a.example", "jANE@a.example", true },
	{ "beyond ASCII neither", "REN\xc3\x89@a.example", "ren\xc3\xa9@a.example", true },
	{ "an accent does", "rene@a.example", "ren\xc3\xa9@a.example", false },
	{ "another domain is another", "jane@a.example", "jane@b.example", false },
	{ "a Cyrillic a is another letter", "\xd0\xb0nn@a.example", "ann@a.example", false },
	{ "so is a Greek o", "b\xce\xbf" "b@a.example", "bob@a.example", false },
	{ "so is a full-width one", "\xef\xbd\x81nn@a.example", "ann@a.example", false },
	{ "and a dotless i", "\xc4\xb1" "da@a.example", "ida@a.example", false },
	{ "a detail is another address", "jane+x@a.example", "jane@a.example", false },
};

static void test_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (address_same(pairs[i].a, pairs[i].b) != pairs[i].same)
			fail_msg("%s", pairs[i].fact);
}

static const struct {
	const char *fact, *address, *base;
	char separator;
	const char *want; /* NULL: not ours */
} details[] = {
	{ "the base itself has no detail", "intro@gw.example", "intro@gw.example", '+', "" },
	{ "a detail", "intro+tok@gw.example", "intro@gw.example", '+', "tok" },
	{ "its case is folded on the way", "INTRO+TOK@gw.example", "intro@gw.example", '+', "tok" },
	{ "only the first separator splits", "intro+a+b@gw.example", "intro@gw.example", '+', "a+b" },
	{ "another separator", "intro-a=b.example@gw.example", "intro@gw.example", '-', "a=b.example" },
	{ "a base with a separator in it", "my-intro-tok@gw.example", "my-intro@gw.example", '-', "tok" },
	{ "the other separator is no separator", "intro-tok@gw.example", "intro@gw.example", '+', NULL },
	{ "a longer name is another", "introduction@gw.example", "intro@gw.example", '+', NULL },
	{ "another domain is another", "intro+tok@evil.example", "intro@gw.example", '+', NULL },
	{ "an empty detail", "intro+@gw.example", "intro@gw.example", '+', "" },
};

static void test_detail(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
		char *detail = NULL;
		enum rc rc = address_detail(details[i].address, details[i].base,
		                            details[i].separator, &detail);
		if (rc != (details[i].want != NULL ? RC_OK : RC_NONE))
			fail_msg("%s: %d", details[i].fact, rc);
		if (details[i].want != NULL)
			assert_string_equal(detail, details[i].want);
		free(detail);
	}
	char *made = address_with_detail("intro@gw.example", '+', "tok");
	assert_string_equal(made, "intro+tok@gw.example");
	free(made);
}

static void test_parts(void **state)
{
	(void)state;
	assert_string_equal(address_domain("jane@acme.example"), "acme.example");
	assert_true(address_is_ascii("jane@acme.example"));
	assert_false(address_is_ascii("ren\xc3\xa9@acme.example"));
	char *key = address_key("Jane@acme.example");
	assert_string_equal(key, "jane@acme.example");
	free(key);
}

/* Domains that look alike are other A-labels; both ways to write one are one. */
static void test_look_alike_domains(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} domains[] = {
		{ "j@acme.example", "j@\xd0\xb0" "cme.example", false },
		{ "j@acme.example", "j@acm\xd0\xb5.example", false },
		{ "j@b\xc3\xbc" "cher.example", "j@xn--bcher-kva.example", true },
		{ "j@bu\xcc\x88" "cher.example", "j@b\xc3\xbc" "cher.example", true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
		char *a = NULL, *b = NULL;
		assert_int_equal(address_parse(domains[i].a, &a, NULL), RC_OK);
		assert_int_equal(address_parse(domains[i].b, &b, NULL), RC_OK);
		assert_true(address_is_ascii(a) && address_is_ascii(b));
		if (address_same(a, b) != domains[i].same)
			fail_msg("%s, %s", a, b);
		free(a);
		free(b);
	}
}

static void test_role(void **state)
{
	static const char *const roles[] = { "info@a.example", "Contact@a.example",
		                             "no-reply@a.example", "kontakt+x@a.example" };
	static const char *const people[] = { "jane@a.example", "info.jane@a.example",
		                              "informal@a.example", "in@a.example", "info jane@a" };
	(void)state;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		assert_true(address_is_role(roles[i]));
	for (size_t i = 0; i < sizeof people / sizeof *people; i++)
		assert_false(address_is_role(people[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse), cmocka_unit_test(test_longest),
		cmocka_unit_test(test_same),  cmocka_unit_test(test_detail),
		cmocka_unit_test(test_parts), cmocka_unit_test(test_look_alike_domains),
		cmocka_unit_test(test_role),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
