/* The store: what it promises to the turn. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/embed.h"
#include "store/db.h"
#include "store/store.h"

static char folder[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int fresh(void **state)
{
	struct why why;
	strcpy(folder, "/tmp/passerelle-store-XXXXXX");
	if (mkdtemp(folder) == NULL || store_open(folder, (struct store **)state, &why) != RC_OK)
		return -1;
	return 0;
}

static int gone(void **state)
{
	store_close((struct store **)state);
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void begin(struct store *store)
{
	struct why why;
	if (store_begin(store, &why) != RC_OK)
		fail_msg("%s", why.text);
}

static void commit(struct store *store)
{
	struct why why;
	if (store_commit(store, &why) != RC_OK)
		fail_msg("%s", why.text);
}

static int64_t add(struct store *store, const char *name, const char *address)
{
	struct why why;
	int64_t id = 0;
	struct member m = { .name = name,
		            .address = address,
		            .firm = "Caf\xc3\xa9 SA",
		            .language = "fr",
		            .state = MEMBER_MEMBER,
		            .added_at = 1 };
	if (member_add(store, &m, &id, &why) != RC_OK)
		fail_msg("%s", why.text);
	return id;
}

static void a_member_is_found_by_any_writing_of_name_and_address(void **state)
{
	struct store *store = *state;
	struct member *found;
	begin(store);
	int64_t id = add(store, "Jos\xc3\xa9 M\xc3\xbcller", "Jose@Acme.example");
	add(store, "Jo Ann", "jo@acme.example");
	assert_int_equal(member_by_address(store, "JOSE@acme.EXAMPLE")->id, id);
	assert_null(member_by_address(store, "jos@acme.example"));
	assert_int_equal(member_find(store, "JOSE MULLER", NULL, 9, &found), 1);
	assert_int_equal(found->id, id);
	assert_int_equal(member_find(store, "m\xc3\xbcller", "cafe", 9, &found), 1);
	assert_int_equal(member_find(store, "jose", "other firm", 9, &found), 0);
	assert_int_equal(member_find(store, "jos", NULL, 9, &found), 0);  /* words, not letters */
	assert_int_equal(member_find(store, "%", NULL, 9, &found), 0);    /* no wildcard of SQL */
	assert_int_equal(member_find(store, "jo_e muller", NULL, 9, &found), 0);
	commit(store);
}

static void an_address_belongs_to_one_person(void **state)
{
	struct store *store = *state;
	struct why why;
	int64_t id;
	begin(store);
	add(store, "Ann", "ann@a.example");
	struct member twin = {
		.name = "Other", .address = "ANN@a.example", .language = "en", .state = MEMBER_KNOWN
	};
	assert_int_equal(member_add(store, &twin, &id, &why), RC_PERM);
	assert_non_null(strstr(why.text, "Ann"));
	commit(store);
}

static void a_failure_is_sticky_and_the_commit_undoes_all(void **state)
{
	struct store *store = *state;
	struct why why;
	begin(store);
	add(store, "Ann", "ann@a.example");
	struct link nobody = { 999, 998, 2, 0, true, true, 1 };
	link_put(store, &nobody); /* no such members: the foreign key says no */
	assert_false(store_ok(store));
	assert_null(member_by_address(store, "ann@a.example"));
	assert_int_equal(store_commit(store, &why), RC_PERM);
	begin(store);
	assert_true(store_ok(store));
	assert_null(member_by_address(store, "ann@a.example"));
	commit(store);
}

static void a_part_may_fail_alone(void **state)
{
	struct store *store = *state;
	struct why why;
	begin(store);
	add(store, "Ann", "ann@a.example");
	store_part(store);
	struct link nobody = { 999, 998, 2, 0, true, true, 1 };
	link_put(store, &nobody);
	assert_int_equal(store_part_end(store, true, &why), RC_PERM);
	assert_true(store_ok(store));
	store_part(store);
	add(store, "Bob", "bob@b.example");
	assert_int_equal(store_part_end(store, false, &why), RC_OK); /* not wanted */
	commit(store);
	begin(store);
	assert_non_null(member_by_address(store, "ann@a.example"));
	assert_null(member_by_address(store, "bob@b.example"));
	commit(store);
}

static void what_is_not_committed_is_not_there_after_a_crash(void **state)
{
	struct store *store = *state;
	struct why why;
	begin(store);
	add(store, "Ann", "ann@a.example");
	store_close((struct store **)state);
	assert_int_equal(store_open(folder, (struct store **)state, &why), RC_OK);
	store = *state;
	begin(store);
	assert_null(member_by_address(store, "ann@a.example"));
	commit(store);
}

static void only_links_both_have_confirmed_route(void **state)
{
	struct store *store = *state;
	struct network_link *links;
	begin(store);
	int64_t a = add(store, "A", "a@a.example"), b = add(store, "B", "b@a.example");
	int64_t before = link_generation(store);
	struct link half = { a, b, 4, 0, true, false, 1 }, none = { b, a, 0, 0, true, true, 1 };
	link_put(store, &half);
	link_put(store, &none);
	assert_int_equal(link_routing(store, 1, &links), 0);
	half.confirmed_to = true;
	link_put(store, &half);
	assert_int_equal(link_routing(store, 1, &links), 1);
	assert_int_equal(links[0].percent, 80);
	assert_true(link_generation(store) > before);
	int64_t then = link_generation(store);
	member_state_set(store, a, MEMBER_KNOWN); /* no relay before an own yes */
	assert_int_equal(link_routing(store, 1, &links), 0);
	assert_int_equal(link_changes(store, then, &links),
	                 2); /* both of its links are told as gone */
	assert_int_equal(links[0].percent + links[1].percent, 0);
	commit(store);
}

static void what_happens_moves_a_link_and_is_slowly_forgotten(void **state)
{
	struct store *store = *state;
	struct network_link *links;
	begin(store);
	int64_t a = add(store, "A", "a@a.example"), b = add(store, "B", "b@a.example");
	struct link link = { a, b, 2, 0, true, true, 1 };
	link_put(store, &link);
	link_routing(store, 1, &links);
	int prior = links[0].percent;
	int64_t generation = link_generation(store);
	for (int i = 0; i < 3; i++)
		link_learn(store, a, b, TRUST_ACCEPTED, 1);
	assert_int_equal(link_changes(store, generation, &links), 1);
	int learnt = links[0].percent;
	assert_true(learnt > prior);
	link_routing(store, 1 + (int64_t)10 * 365 * 86400, &links);
	assert_true(links[0].percent < learnt);
	/* Said anew, it keeps what happened. */
	link_put(store, &link);
	link_routing(store, 1, &links);
	assert_int_equal(links[0].percent, learnt);
	commit(store);
}

static struct inbox mail_at(const char *source, int64_t uidvalidity, const char *name,
                            const char *hash, const char *id)
{
	return (struct inbox){ .source = source,
		               .uidvalidity = uidvalidity,
		               .name = name,
		               .hash = hash,
		               .message_id = id,
		               .state = "done",
		               .taken_at = 1 };
}

static void a_mail_is_taken_once_wherever_it_shows_up_again(void **state)
{
	struct store *store = *state;
	begin(store);
	struct inbox first = mail_at("imap", 7, "1", "h1", "<a@b>");
	assert_false(inbox_taken(store, &first));
	inbox_add(store, &first);
	assert_true(inbox_taken(store, &first));
	struct inbox moved = mail_at("imap", 8, "55", "h1", "<a@b>"); /* UIDVALIDITY changed */
	assert_true(inbox_taken(store, &moved));
	struct inbox other = mail_at("imap", 7, "2", "h2", "<c@d>");
	assert_false(inbox_taken(store, &other));
	/* Two files alike and without a message-id are two mails, in one mailbox. */
	struct inbox bare = mail_at("maildir", 0, "x", "h3", NULL),
		     again = mail_at("maildir", 0, "y", "h3", NULL);
	inbox_add(store, &bare);
	assert_false(inbox_taken(store, &again));
	commit(store);
}

static void a_mail_out_moves_through_its_states_once(void **state)
{
	struct store *store = *state;
	struct outbox *due;
	begin(store);
	int64_t member = add(store, "Ann", "ann@a.example");
	struct outbox mail = { .member = member,
		               .address = "ann@a.example",
		               .message = "help",
		               .language = "fr",
		               .values = "{}",
		               .message_id = "<m@gw>",
		               .verp_token = "v",
		               .next_at = 10 };
	outbox_add(store, &mail);
	assert_int_equal(outbox_due(store, 9, 9, &due), 0);
	assert_int_equal(outbox_due(store, 10, 9, &due), 1);
	assert_int_equal(outbox_result(store, mail.id, OUT_SENT, false, 0, "250", 11),
	                 RC_NONE); /* not handed over */
	outbox_transmitting(store, mail.id, "octets", 6);
	assert_int_equal(outbox_due(store, 10, 9, &due), 0);
	assert_int_equal(outbox_recover(store, 20), 1); /* a crash: once more, counted */
	struct outbox *row = outbox_get(store, mail.id);
	assert_int_equal(row->unknown, 1);
	assert_int_equal(row->len, 6); /* the same octets */
	outbox_transmitting(store, mail.id, row->octets, row->len);
	assert_int_equal(outbox_result(store, mail.id, OUT_SENT, false, 0, "250", 21), RC_OK);
	assert_int_equal(outbox_result(store, mail.id, OUT_SENT, false, 0, "250", 22), RC_NONE);
	assert_int_equal(outbox_recover(store, 30), 0);
	commit(store);
}

static void a_newer_database_is_refused_with_a_sentence(void **state)
{
	struct db *db = NULL;
	struct why why;
	char path[128];
	store_close((struct store **)state);
	snprintf(path, sizeof path, "%s/passerelle.db", folder);
	assert_int_equal(db_open(path, false, &db, &why), RC_OK);
	assert_int_equal(db_script(db, "PRAGMA user_version = 99", &why), RC_OK);
	db_close(&db);
	assert_int_equal(store_open(folder, (struct store **)state, &why), RC_PERM);
	assert_non_null(strstr(why.text, "newer"));
}

/* As version 1 left it: an ask, a mail that carries it, an event about it. */
static const char of_version_1[] =
	"INSERT INTO members (id, name, name_key, language, state, added_at)"
	" VALUES (1, 'Ann', 'ann', 'fr', 'member', 1), (2, 'Bob', 'bob', 'fr', 'member', 1);"
	"INSERT INTO intros (id, reference, requester, target, state, offer, hops, worth, chance,"
	" opened_at, deadline_at) VALUES (1, '7K2M-4QXP', 1, 2, 'asking', 'hello', 1, 0.5, 0.5, 1, 9);"
	"INSERT INTO asks (id, token, kind, intro, member, hop, state, any_next, word, asked_at, due_at)"
	" VALUES (7, 'abcdefghijklmnopqrstuvwxyz', 'relay', 1, 1, 1, 'accepted', 0, 'good', 1, NULL),"
	" (8, 'bbcdefghijklmnopqrstuvwxyz', 'target', 1, 2, 2, 'open', 0, '', 2, 5);"
	"UPDATE asks SET parent = 7 WHERE id = 8;"
	"INSERT INTO events (at, intro, ask, member, what, state) VALUES (2, 1, 8, 2, 'asked', 'asking');"
	"PRAGMA user_version = 1";

static void a_database_of_version_1_is_brought_up_to_date_with_all_it_holds(void **state)
{
	struct db *db = NULL;
	struct why why;
	char path[128];
	store_close((struct store **)state);
	snprintf(path, sizeof path, "%s/passerelle.db", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(db_open(path, false, &db, &why), RC_OK);
	assert_int_equal(db_script(db, embed_find("store/schema.sql")->text, &why), RC_OK);
	assert_int_equal(db_script(db, of_version_1, &why), RC_OK);
	db_close(&db);
	assert_int_equal(store_open(folder, (struct store **)state, &why), RC_OK);
	struct store *store = *state;
	begin(store);
	assert_int_equal(store_check(store, &why), RC_OK);
	struct ask *ask = ask_get(store, 8);
	assert_int_equal(ask->kind, ASK_TARGET);
	assert_int_equal(ask->parent, 7);
	assert_int_equal(ask->due_at, 5);
	assert_string_equal(ask_get(store, 7)->word, "good");
	struct event *events;
	assert_int_equal(event_list(store, 1, &events), 1);
	assert_int_equal(events[0].ask, 8);
	struct ask invite = { .kind = ASK_INVITE,
		              .member = 2,
		              .token = "cbcdefghijklmnopqrstuvwxyz",
		              .state = ASK_OPEN,
		              .asked_at = 3 };
	ask_add(store, &invite); /* a kind version 1 did not know */
	commit(store);
	begin(store);
	struct ask orphan = invite;
	orphan.token = "dbcdefghijklmnopqrstuvwxyz";
	orphan.member = 99;
	ask_add(store, &orphan); /* foreign keys hold again */
	assert_false(store_ok(store));
	store_rollback(store);
}

static void another_writer_is_waited_for_not_failed_on(void **state)
{
	struct store *store = *state, *other = NULL;
	struct why why;
	assert_int_equal(store_open(folder, &other, &why), RC_OK);
	begin(store);
	add(store, "Ann", "ann@a.example");
	commit(store);
	begin(other);
	assert_non_null(member_by_address(other, "ann@a.example"));
	commit(other);
	store_close(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_member_is_found_by_any_writing_of_name_and_address, fresh, gone),
		cmocka_unit_test_setup_teardown(an_address_belongs_to_one_person, fresh, gone),
		cmocka_unit_test_setup_teardown(a_failure_is_sticky_and_the_commit_undoes_all,
		                                fresh, gone),
		cmocka_unit_test_setup_teardown(a_part_may_fail_alone, fresh, gone),
		cmocka_unit_test_setup_teardown(what_is_not_committed_is_not_there_after_a_crash,
		                                fresh, gone),
		cmocka_unit_test_setup_teardown(only_links_both_have_confirmed_route, fresh, gone),
		cmocka_unit_test_setup_teardown(what_happens_moves_a_link_and_is_slowly_forgotten,
		                                fresh, gone),
		cmocka_unit_test_setup_teardown(a_mail_is_taken_once_wherever_it_shows_up_again,
		                                fresh, gone),
		cmocka_unit_test_setup_teardown(a_mail_out_moves_through_its_states_once, fresh,
		                                gone),
		cmocka_unit_test_setup_teardown(
			a_database_of_version_1_is_brought_up_to_date_with_all_it_holds, fresh,
			gone),
		cmocka_unit_test_setup_teardown(a_newer_database_is_refused_with_a_sentence, fresh,
		                                gone),
		cmocka_unit_test_setup_teardown(another_writer_is_waited_for_not_failed_on, fresh,
		                                gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
