/* Address books by mail, told in mails. */
#include "story/club.h"

#include "store/contacts.h"
#include "store/rules.h"
#include "turn/command.h"

#include <jansson.h>

/* Alice sends a mail with this file; CONTACTS is what it says. Yours: json_decref. */
static struct command_told sends(struct story *s, const char *file, const char *rest, char *token)
{
	struct str mail;
	struct why why;
	str_init(&mail, 1 << 20);
	str_addf(&mail,
	         "From: alice@alice.test\r\nTo: " GATEWAY "\r\nSubject: Contacts\r\n"
	         "Message-ID: <%d@story.test>\r\nMIME-Version: 1.0\r\n"
	         "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	         "--b\r\nContent-Type: text/plain\r\n\r\nSTATUS\r\n", s->mails + 1);
	if (file != NULL)
		str_addf(&mail, "--b\r\nContent-Type: application/octet-stream\r\n"
		                "Content-Disposition: attachment; filename=book.txt\r\n\r\n%s\r\n", file);
	str_add(&mail, "--b--\r\n");
	arrives(s, mail.text);
	gets(s, "alice", "status");
	str_free(&mail);
	must(store_begin(s->store, &why), &why);
	struct command_run run = { .turn = &s->turn,
		                   .sender = member_get(s->store, id_of(s, "alice")),
		                   .mail = inbox_get(s->store, s->mails) };
	struct command command = { .verb = COMMAND_CONTACTS, .rest = (char *)(uintptr_t)rest };
	struct command_told told = command_contacts(&run, &command);
	snprintf(token, 27, "%s", told.token != NULL ? told.token : "");
	must(store_commit(s->store, &why), &why);
	return told;
}

static void answers_to(struct story *s, const char *token, const char *words)
{
	struct str to;
	str_init(&to, 200);
	str_addf(&to, "intro+%s@%s", token, strchr(GATEWAY, '@') + 1);
	writes_from(s, "alice@alice.test", to.text, "Re: Your address book", words);
	str_free(&to);
}

static int64_t number(const struct command_told *told, const char *key)
{
	return json_integer_value(json_object_get(told->values, key));
}

static int64_t kept(struct story *s)
{
	struct why why;
	must(store_look(s->store, &why), &why);
	int64_t count = contacts_count(s->store, id_of(s, "alice"));
	store_rollback(s->store);
	return count;
}

#define BOOK                                                                                       \
	"name,email,company\r\nDora,dora@dora.test,Dora Ltd\r\nHugo,hugo@hugo.test,\r\n"           \
	"Rob,rob@rob.test,\r\nMe,alice@alice.test,\r\nUma,uma@uma.test,\r\nVic,vic@vic.test,\r\n"  \
	"Wil,,Acme\r\nXen,xen@xen.test,\r\nYul,yul@yul.test,\r\nZoe,zoe@zoe.test,\r\n,,\r\n"       \
	"Lena,lena@lena.test,\r\n,,Nobody Ltd\r\n"

static void an_address_book_is_read_told_and_kept_on_ok(void **state)
{
	struct story *s = club();
	struct why why;
	char token[27];
	(void)state;
	must(store_begin(s->store, &why), &why);
	struct rules hidden = rules_get(s->store, id_of(s, "hugo"));
	hidden.hidden = true;
	rules_put(s->store, id_of(s, "hugo"), &hidden);
	block_add(s->store, id_of(s, "lena"), id_of(s, "alice"), "Alice");
	must(store_commit(s->store, &why), &why);

	struct command_told told = sends(s, BOOK, "", token);
	assert_string_equal(told.message, "contacts");
	assert_int_equal(number(&told, "read"), 11);
	assert_int_equal(number(&told, "members"), 2); /* neither the hidden nor who blocks her */
	assert_int_equal(number(&told, "without"), 1);
	assert_int_equal(number(&told, "refused"), 1);
	assert_int_equal(number(&told, "fresh"), 10); /* not herself */
	assert_false(json_is_true(json_object_get(told.values, "many")));
	json_decref(told.values);
	assert_int_equal(strlen(token), 26);
	assert_int_equal(kept(s), 0);
	size_t before = s->sent_count;

	answers_to(s, token, "OK\n");
	struct sent *mail = gets(s, "alice", "contacts_kept");
	says(mail, "10 contacts are kept");
	says(mail, "TRUST dora@dora.test 3"); /* rob she is linked to */
	hides(mail, "rob@rob.test");
	hides(mail, "hugo@hugo.test");
	hides(mail, "lena@lena.test");
	assert_int_equal(s->sent_count, before + 1); /* nobody else hears of it */
	assert_int_equal(kept(s), 10);

	told = sends(s, BOOK, "", token);
	assert_int_equal(number(&told, "fresh"), 0);
	assert_string_equal(token, ""); /* nothing is asked */
	json_decref(told.values);
	story_end(s);
}

static void without_a_yes_nothing_is_kept(void **state)
{
	struct story *s = club();
	char token[27];
	(void)state;
	json_decref(sends(s, BOOK, "", token).values);
	answers_to(s, token, "NO\n");
	says(gets(s, "alice", "contacts_kept"), "Nothing was kept");
	assert_int_equal(kept(s), 0);
	story_end(s);
}

static void a_short_book_does_not_tell_who_is_a_member(void **state)
{
	struct story *s = club();
	char token[27];
	(void)state;
	struct command_told told = sends(s, "name,email\r\nD,dora@dora.test\r\n", "", token);
	assert_null(json_object_get(told.values, "members"));
	json_decref(told.values);
	story_end(s);
}

static void many_contacts_are_warned_of_and_deleted_when_asked(void **state)
{
	struct story *s = club();
	struct str book;
	char token[27];
	(void)state;
	str_init(&book, 1 << 20);
	for (int i = 0; i < 250; i++)
		str_addf(&book, "BEGIN:VCARD\r\nFN:P %d\r\nEMAIL:p%d@p.test\r\nEND:VCARD\r\n", i, i);
	struct command_told told = sends(s, book.text, "", token);
	assert_int_equal(number(&told, "read"), 250);
	assert_true(json_is_true(json_object_get(told.values, "many")));
	json_decref(told.values);
	answers_to(s, token, "OK\n");
	says(gets(s, "alice", "contacts_kept"), "250 contacts are kept");
	assert_int_equal(kept(s), 250);
	told = sends(s, NULL, "L\xc3\xb6schen", token);
	assert_string_equal(told.message, "contacts_how");
	assert_int_equal(number(&told, "deleted"), 250);
	json_decref(told.values);
	assert_int_equal(kept(s), 0);
	str_free(&book);
	story_end(s);
}

static void what_is_no_address_book_is_told_how(void **state)
{
	struct story *s = club();
	char token[27];
	(void)state;
	struct command_told told = sends(s, "Dear Sirs,\r\n\r\nplease find enclosed\r\n", "", token);
	assert_string_equal(told.message, "contacts_how");
	assert_true(json_is_true(json_object_get(told.values, "unreadable")));
	json_decref(told.values);
	told = sends(s, NULL, "", token);
	assert_null(json_object_get(told.values, "unreadable"));
	json_decref(told.values);
	story_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_book_is_read_told_and_kept_on_ok),
		cmocka_unit_test(without_a_yes_nothing_is_kept),
		cmocka_unit_test(a_short_book_does_not_tell_who_is_a_member),
		cmocka_unit_test(many_contacts_are_warned_of_and_deleted_when_asked),
		cmocka_unit_test(what_is_no_address_book_is_told_how),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
