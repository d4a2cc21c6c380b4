/* Members set their rules, join hubs, take their data with them and are forgotten. */
#include "story/tell.h"

#include "base/file.h"
#include "store/hubs.h"
#include "store/rights.h"
#include "store/rules.h"

static struct story *club(void)
{
	struct story *s = story_new();
	static const char *const people[] = { "alice", "rob", "dora", "tara", "karl" };
	for (size_t i = 0; i < sizeof people / sizeof people[0]; i++)
		person(s, people[i]);
	knows(s, "alice", "rob", 4);
	knows(s, "rob", "tara", 4);
	knows(s, "alice", "karl", 2);
	knows(s, "karl", "tara", 2);
	return s;
}

/* A change of one's own accord is confirmed on a server without authentication. */
static void confirmed(struct story *s, const char *who, const char *words)
{
	writes(s, who, "Hello", words);
	answers(s, who, "confirm", "Yes");
	gets(s, who, "confirm");
}

static void never_is_kept_by_the_router(void **state)
{
	(void)state;
	struct story *s = club();
	confirmed(s, "rob", "NEVER alice@alice.test");
	says(gets(s, "rob", "never"), "alice@alice.test");
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara, please.");
	gets(s, "alice", "receipt");
	gets(s, "karl", "ask"); /* not rob */
	quiet(s);
	story_end(s);
}

static void a_target_who_never_wants_to_meet_looks_like_nobody(void **state)
{
	(void)state;
	struct story *s = club();
	confirmed(s, "tara", "NEVER Alice Person");
	gets(s, "tara", "never");
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara, please.");
	struct sent *first = gets(s, "alice", "noway");
	asks_for(s, "alice", "Introduction to Norbert Known", "Dear Nobody, please.");
	struct sent *second = gets(s, "alice", "noway");
	says(first, "Tara Person");
	says(second, "Norbert Known");
	quiet(s);
	story_end(s);
}

static void the_list_of_never_is_changed_by_a_reply(void **state)
{
	(void)state;
	struct story *s = club();
	confirmed(s, "rob", "NEVER dora@dora.test");
	gets(s, "rob", "never");
	writes(s, "rob", "RULES", "");
	gets(s, "rob", "rules");
	answers(s, "rob", "rules", "Never with: \xc3\x81lice person"); /* case and accents aside */
	says(gets(s, "rob", "rules"), "lice person");
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara, please.");
	gets(s, "alice", "receipt");
	gets(s, "karl", "ask"); /* not rob */
	quiet(s);
	story_end(s);
}

static void a_pause_ends_on_its_day(void **state)
{
	(void)state;
	struct story *s = club();
	confirmed(s, "rob", "PAUSE until 2026-06-10");
	says(gets(s, "rob", "pause"), "10 June");
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara, please.");
	gets(s, "alice", "receipt");
	gets(s, "karl", "ask");
	days(s, 12);
	struct why why;
	must(store_begin(s->store, &why), &why);
	assert_int_equal(member_get(s->store, id_of(s, "rob"))->state, MEMBER_MEMBER);
	store_rollback(s->store);
	story_end(s);
}

static void a_pause_sends_what_waits_another_way(void **state)
{
	(void)state;
	struct story *s = club();
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara, please.");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	confirmed(s, "rob", "PAUSE");
	gets(s, "rob", "pause");
	gets(s, "karl", "ask");
	quiet(s);
	story_end(s);
}

static void rules_are_shown_changed_by_a_reply_and_kept(void **state)
{
	(void)state;
	struct story *s = club();
	writes(s, "rob", "RULES", "");
	says(gets(s, "rob", "rules"), "Questions a week: -");
	answers(s, "rob", "rules", "Questions a week: 0\nHours: 9-17\nRefused subjects: sale");
	struct sent *shown = gets(s, "rob", "rules");
	says(shown, "Questions a week: 0");
	says(shown, "Refused subjects: sale");
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara, please.");
	gets(s, "alice", "receipt");
	gets(s, "karl", "ask"); /* rob wants none a week */
	answers(s, "rob", "rules", "Hours: in the morning");
	says(gets(s, "rob", "rules"), "in the morning");
	quiet(s);
	story_end(s);
}

static void a_hidden_tie_carries_nothing(void **state)
{
	(void)state;
	struct story *s = club();
	writes(s, "rob", "RULES", "");
	gets(s, "rob", "rules");
	answers(s, "rob", "rules", "Hidden ties: Tara Person");
	says(gets(s, "rob", "rules"), "Hidden ties: Tara Person");
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara, please.");
	gets(s, "alice", "receipt");
	gets(s, "karl", "ask");
	quiet(s);
	story_end(s);
}

static void hub(struct story *s, const char *name, enum hub_entry entry)
{
	struct why why;
	int64_t id;
	struct hub made = { .name = name, .title = name, .entry = entry, .added_at = 1 };
	must(store_begin(s->store, &why), &why);
	must(hub_add(s->store, &made, &id, &why), &why);
	must(store_commit(s->store, &why), &why);
}

static bool inside(struct story *s, const char *name, const char *who)
{
	struct why why;
	must(store_begin(s->store, &why), &why);
	bool has = hub_has(s->store, hub_find(s->store, name)->id, id_of(s, who));
	store_rollback(s->store);
	return has;
}

static void hubs_are_joined_and_left_by_mail(void **state)
{
	(void)state;
	struct story *s = club();
	hub(s, "biotech", HUB_OPEN);
	hub(s, "board", HUB_INVISIBLE);
	confirmed(s, "rob", "HUB list");
	struct sent *list = gets(s, "rob", "hub");
	says(list, "biotech");
	hides(list, "board");
	confirmed(s, "rob", "HUB join biotech");
	says(gets(s, "rob", "hub"), "Welcome");
	assert_true(inside(s, "biotech", "rob"));
	confirmed(s, "rob", "HUB join board"); /* not seen, so not there */
	says(gets(s, "rob", "hub"), "No hub is called");
	assert_false(inside(s, "board", "rob"));
	confirmed(s, "rob", "HUB leave biotech");
	says(gets(s, "rob", "hub"), "You have left");
	assert_false(inside(s, "biotech", "rob"));
	quiet(s);
	story_end(s);
}

static void a_hub_on_approval_is_joined_when_the_admin_says_yes(void **state)
{
	(void)state;
	struct story *s = club();
	static char *admins[] = { OWN("karl@karl.test") };
	s->gateway.admins = admins;
	s->gateway.admin_count = 1;
	hub(s, "agro", HUB_APPROVAL);
	confirmed(s, "rob", "HUB join agro");
	gets(s, "rob", "hub");
	assert_false(inside(s, "agro", "rob"));
	says(gets(s, "karl", "hub_request"), "Rob Person");
	answers(s, "karl", "hub_request", "ACCEPT");
	gets(s, "karl", "hub_noted");
	says(gets(s, "rob", "hub_decided"), "agro");
	assert_true(inside(s, "agro", "rob"));
	answers(s, "rob", "hub_decided", "ACCEPT"); /* decides nothing */
	story_end(s);
}

/* --- rights over data ---------------------------------------------------------------- */

static void the_export_is_mailed_to_the_known_address_as_a_file(void **state)
{
	(void)state;
	struct story *s = club();
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara, please.");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "DECLINE\n\nShe is difficult, between us.");
	gets(s, "rob", "noted");
	gets(s, "karl", "ask");
	confirmed(s, "alice", "EXPORT");
	struct sent *mail = gets(s, "alice", "export");
	assert_int_equal(mail->mail->attachment_count, 1);
	const struct message_attachment *file = &mail->mail->attachments[0];
	json_t *all = json_loadb(file->octets, file->len, 0, NULL);
	assert_non_null(all);
	const char *name = json_string_value(
		json_object_get(json_array_get(json_object_get(all, "person"), 0), "name"));
	assert_string_equal(name, "Alice Person");
	assert_int_equal(json_array_size(json_object_get(all, "introductions")), 1);
	json_decref(all);
	assert_null(memmem(file->octets, file->len, "difficult", 9)); /* another's private word */
	quiet(s);
	story_end(s);
}

/* Is the text anywhere in the database's files? */
static bool in_the_files(struct story *s, const char *text)
{
	static const char *const names[] = { "passerelle.db", "passerelle.db-wal" };
	bool found = false;
	for (int i = 0; i < 2; i++) {
		char path[200], *octets;
		size_t len;
		struct why why;
		snprintf(path, sizeof path, "%s/%s", s->folder, names[i]);
		if (file_read(path, (size_t)64 << 20, &octets, &len, &why) != RC_OK)
			continue;
		for (size_t at = 0; at + strlen(text) <= len && !found; at++)
			found = strncasecmp(octets + at, text, strlen(text)) == 0;
		free(octets);
	}
	return found;
}

static void compact(struct story *s)
{
	struct why why;
	enum rc rc = store_compact(s->store, &why);
	if (rc != RC_OK)
		fail_msg("compact: %s", why.text);
}

static void a_relay_is_forgotten_and_nothing_of_them_remains(void **state)
{
	(void)state;
	struct story *s = club();
	confirmed(s, "karl", "NEVER rob@rob.test");
	gets(s, "karl", "never");
	asks_for(s, "alice", "Introduction to Tara Person",
	         "Dear Tara, please. Rob Person (rob@rob.test) knows me.");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "ACCEPT\n\nAlice is zuverlassig and quick.");
	gets(s, "rob", "noted");
	says(gets(s, "tara", "ask_target"), "zuverlassig");
	assert_true(in_the_files(s, "rob@rob.test"));
	confirmed(s, "rob", "FORGET ME");
	says(gets(s, "rob", "forgotten"), "Rob");
	compact(s);
	assert_false(in_the_files(s, "rob@rob.test"));
	assert_false(in_the_files(s, "Rob Person"));
	assert_false(in_the_files(s, "zuverlassig"));
	/* The introduction of others goes on without the name. */
	answers(s, "tara", "ask_target", "ACCEPT");
	gets(s, "alice", "introduce");
	gets(s, "tara", "introduce");
	state_is(s, 1, "introduced");
	quiet(s);
	writes(s, "rob", "STATUS", ""); /* a stranger now */
	assert_false(in_the_files(s, "zuverlassig"));
	story_end(s);
}

static void a_requester_is_forgotten_and_their_request_withdrawn(void **state)
{
	(void)state;
	struct story *s = club();
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara, a quarter of an hour.");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	confirmed(s, "alice", "FORGET ME");
	gets(s, "alice", "forgotten");
	gets(s, "rob", "moot");
	compact(s);
	assert_false(in_the_files(s, "alice@alice.test"));
	assert_false(in_the_files(s, "Alice Person"));
	assert_false(in_the_files(s, "quarter of an hour"));
	state_is(s, 1, "withdrawn");
	quiet(s);
	story_end(s);
}

static void forgetting_needs_a_yes(void **state)
{
	(void)state;
	struct story *s = club();
	writes(s, "rob", "Hello", "FORGET ME");
	gets(s, "rob", "confirm");
	answers(s, "rob", "confirm", "No, that was not me.");
	assert_true(in_the_files(s, "rob@rob.test"));
	struct why why;
	must(store_begin(s->store, &why), &why);
	assert_int_equal(member_get(s->store, id_of(s, "rob"))->state, MEMBER_MEMBER);
	store_rollback(s->store);
	story_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_is_kept_by_the_router),
		cmocka_unit_test(a_target_who_never_wants_to_meet_looks_like_nobody),
		cmocka_unit_test(the_list_of_never_is_changed_by_a_reply),
		cmocka_unit_test(a_pause_ends_on_its_day),
		cmocka_unit_test(a_pause_sends_what_waits_another_way),
		cmocka_unit_test(rules_are_shown_changed_by_a_reply_and_kept),
		cmocka_unit_test(a_hidden_tie_carries_nothing),
		cmocka_unit_test(hubs_are_joined_and_left_by_mail),
		cmocka_unit_test(a_hub_on_approval_is_joined_when_the_admin_says_yes),
		cmocka_unit_test(the_export_is_mailed_to_the_known_address_as_a_file),
		cmocka_unit_test(a_relay_is_forgotten_and_nothing_of_them_remains),
		cmocka_unit_test(a_requester_is_forgotten_and_their_request_withdrawn),
		cmocka_unit_test(forgetting_needs_a_yes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
