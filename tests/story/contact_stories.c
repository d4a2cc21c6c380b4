/* Address books by mail, told in mails. */
#include "story/club.h"

#include "store/contacts.h"
#include "store/rules.h"

/* Alice sends this file, the mail says so; what she gets back. */
static struct sent *sends(struct story *s, const char *file, const char *words, const char *text)
{
	struct str mail;
	str_init(&mail, 1 << 20);
	str_addf(&mail,
	         "From: alice@alice.test\r\nTo: " GATEWAY "\r\nSubject: Hello\r\n"
	         "Message-ID: <%d@story.test>\r\nMIME-Version: 1.0\r\n"
	         "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	         "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
	         s->mails + 1, words);
	if (file != NULL)
		str_addf(&mail, "--b\r\nContent-Type: application/octet-stream\r\n"
		                "Content-Disposition: attachment; filename=book.txt\r\n\r\n%s\r\n",
		         file);
	str_add(&mail, "--b--\r\n");
	arrives(s, mail.text);
	str_free(&mail);
	answers(s, "alice", "confirm", "Yes");
	gets(s, "alice", "confirm");
	return gets(s, "alice", text);
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
	(void)state;
	must(store_begin(s->store, &why), &why);
	struct rules hidden = rules_get(s->store, id_of(s, "hugo"));
	hidden.hidden = true;
	rules_put(s->store, id_of(s, "hugo"), &hidden);
	block_add(s->store, id_of(s, "lena"), id_of(s, "alice"), "Alice");
	must(store_commit(s->store, &why), &why);

	struct sent *mail = sends(s, BOOK, "CONTACTS", "contacts");
	says(mail, "People read 11");
	says(mail, "Already members 2"); /* neither the hidden one nor who blocks her */
	says(mail, "No address 1");
	says(mail, "Unreadable rows 1");
	says(mail, "New 10"); /* not herself */
	hides(mail, "200");
	assert_int_equal(kept(s), 0);
	size_t before = s->sent_count;

	answers(s, "alice", "contacts", "OK\n");
	mail = gets(s, "alice", "contacts_kept");
	says(mail, "10 contacts are kept");
	says(mail, "TRUST dora@dora.test 3"); /* rob she is linked to */
	hides(mail, "rob@rob.test");
	hides(mail, "hugo@hugo.test");
	hides(mail, "lena@lena.test");
	assert_int_equal(s->sent_count, before + 1); /* nobody else hears of it */
	assert_int_equal(kept(s), 10);

	says(sends(s, BOOK, "CONTACTS", "contacts"), "You gave us all of them before");
	story_end(s);
}

static void without_a_yes_nothing_is_kept(void **state)
{
	struct story *s = club();
	(void)state;
	sends(s, BOOK, "CONTACTS", "contacts");
	answers(s, "alice", "contacts", "No, thank you.\n");
	says(gets(s, "alice", "contacts_kept"), "Nothing was kept");
	assert_int_equal(kept(s), 0);
	answers(s, "alice", "contacts", "OK\n"); /* a second thought */
	says(gets(s, "alice", "contacts_kept"), "10 contacts are kept");
	story_end(s);
}

static void a_short_book_does_not_tell_who_is_a_member(void **state)
{
	struct story *s = club();
	(void)state;
	hides(sends(s, "name,email\r\nD,dora@dora.test\r\n", "CONTACTS", "contacts"), "Already");
	story_end(s);
}

static void many_contacts_are_warned_of_and_deleted_when_asked(void **state)
{
	struct story *s = club();
	struct str book;
	(void)state;
	str_init(&book, 1 << 20);
	for (int i = 0; i < 250; i++)
		str_addf(&book, "BEGIN:VCARD\nFN:P %d\nEMAIL:p%d@p.test\nEND:VCARD\n", i, i);
	struct sent *mail = sends(s, book.text, "CONTACTS", "contacts");
	says(mail, "People read 250");
	says(mail, "more than 200 people");
	answers(s, "alice", "contacts", "OK\n");
	says(gets(s, "alice", "contacts_kept"), "250 contacts are kept");
	assert_int_equal(kept(s), 250);
	says(sends(s, NULL, "CONTACTS l\xc3\xb6schen", "contacts_how"),
	     "Your contacts are deleted");
	assert_int_equal(kept(s), 0);
	str_free(&book);
	story_end(s);
}

static void what_is_no_address_book_is_told_how(void **state)
{
	struct story *s = club();
	(void)state;
	says(sends(s, "Dear Sirs,\r\n\r\nplease find enclosed\r\n", "CONTACTS", "contacts_how"),
	     "We recognised no address book");
	hides(sends(s, NULL, "CONTACTS", "contacts_how"), "recognised");
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
