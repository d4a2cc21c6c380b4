/* people: what a merge of two records leaves behind. */
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

#include "store/people.h"

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
	strcpy(folder, "/tmp/passerelle-people-XXXXXX");
	if (mkdtemp(folder) == NULL || store_open(folder, (struct store **)state, &why) != RC_OK)
		return -1;
	return store_begin(*state, &why) == RC_OK ? 0 : -1;
}

static int gone(void **state)
{
	store_close((struct store **)state);
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int64_t add(struct store *store, const char *name, const char *address, const char *firm,
                   enum member_state state)
{
	struct why why;
	int64_t id = 0;
	struct member m = { .name = name, .address = address, .firm = firm, .language = "en",
		            .state = state, .added_at = 1 };
	if (member_add(store, &m, &id, &why) != RC_OK)
		fail_msg("%s", why.text);
	return id;
}

static void tie(struct store *store, int64_t from, int64_t to, int stated)
{
	link_put(store, &(struct link){ .from = from, .to = to, .stated = stated,
		                        .confirmed_from = true, .confirmed_to = true,
		                        .changed_at = 1 });
}

static int64_t introduce(struct store *store, int64_t requester, int64_t target,
                         enum intro_state state)
{
	static char reference[16];
	static int n;
	snprintf(reference, sizeof reference, "R%d", ++n);
	struct intro intro = { .reference = reference, .requester = requester, .target = target,
		               .state = state, .offer = "x", .opened_at = 1, .deadline_at = 9 };
	intro_add(store, &intro);
	event_add(store, &(struct event){ .at = 1, .intro = intro.id, .member = requester,
		                          .what = "opened", .state = intro_state_name(state) });
	return intro.id;
}

static void two_records_become_one(void **state)
{
	struct store *store = *state;
	struct why why;
	int64_t ann = add(store, "Ann", "ann@a.example", NULL, MEMBER_KNOWN);
	int64_t annie = add(store, "Annie", "info@b.example", "Acme", MEMBER_MEMBER);
	int64_t bob = add(store, "Bob", "bob@b.example", NULL, MEMBER_MEMBER);
	int64_t cy = add(store, "Cy", "cy@b.example", NULL, MEMBER_MEMBER);
	tie(store, ann, annie, 4);
	tie(store, annie, ann, 4);
	tie(store, annie, bob, 2);
	tie(store, ann, bob, 3);
	tie(store, cy, annie, 1);
	int64_t ended = introduce(store, annie, cy, INTRO_FAILED);
	int64_t open = introduce(store, cy, annie, INTRO_ASKING);
	int64_t before = link_generation(store);
	assert_int_equal(people_address_add(store, annie, "annie@c.example"), RC_OK);
	assert_int_equal(people_address_add(store, bob, "Annie@C.example"), RC_NONE);

	assert_int_equal(people_merge(store, ann, annie, 7, &why), RC_OK);
	assert_null(member_get(store, annie));
	struct member *m = member_by_address(store, "annie@c.example");
	assert_int_equal(m->id, ann);
	assert_string_equal(m->name, "Ann");
	assert_string_equal(m->firm, "Acme");
	assert_int_equal(m->state, MEMBER_MEMBER);

	struct people_address *addresses;
	assert_int_equal(people_addresses(store, ann, &addresses), 3);
	assert_string_equal(addresses[0].address, "ann@a.example");
	assert_true(addresses[0].main && !addresses[0].role);
	assert_true(!addresses[2].main && addresses[2].role); /* info@ */

	struct link *links;
	assert_int_equal(link_list(store, 0, &links), 2);
	assert_true(links[0].from == ann && links[0].to == bob && links[0].stated == 3);
	assert_true(links[1].from == cy && links[1].to == ann && links[1].stated == 1);
	assert_int_equal(intro_get(store, ended)->requester, ann);
	assert_int_equal(intro_get(store, open)->target, ann);

	/* The router hears that the old ends lead nowhere. */
	struct network_link *changes;
	size_t count = link_changes(store, before, &changes), dead = 0;
	for (size_t i = 0; i < count; i++)
		dead += changes[i].percent == 0 &&
		        (changes[i].from == annie || changes[i].to == annie);
	assert_int_equal(dead, 4);
	assert_int_equal(count, 6);
	assert_true(store_ok(store));
	assert_int_equal(store_commit(store, &why), RC_OK);
	assert_int_equal(store_check(store, &why), RC_OK);
}

static void who_stopped_once_stays_stopped(void **state)
{
	struct store *store = *state;
	int64_t ann = add(store, "Ann", "ann@a.example", NULL, MEMBER_MEMBER);
	int64_t old = add(store, "Ann", "ann@b.example", NULL, MEMBER_STOPPED);
	assert_int_equal(people_merge(store, ann, old, 7, NULL), RC_OK);
	assert_int_equal(member_get(store, ann)->state, MEMBER_STOPPED);
}

static void nobody_is_introduced_to_themselves(void **state)
{
	struct store *store = *state;
	struct why why;
	int64_t ann = add(store, "Ann", "ann@a.example", NULL, MEMBER_MEMBER);
	int64_t annie = add(store, "Annie", "annie@b.example", NULL, MEMBER_MEMBER);
	int64_t id = introduce(store, ann, annie, INTRO_ASKING);
	assert_int_equal(people_merge(store, ann, ann, 7, &why), RC_PERM);
	assert_int_equal(people_merge(store, ann, annie, 7, &why), RC_PERM);
	assert_non_null(strstr(why.text, "under way"));
	assert_non_null(member_get(store, annie));
	intro_state_set(store, id, INTRO_WITHDRAWN, 5);
	assert_int_equal(people_merge(store, ann, annie, 7, &why), RC_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(two_records_become_one, fresh, gone),
		cmocka_unit_test_setup_teardown(who_stopped_once_stays_stopped, fresh, gone),
		cmocka_unit_test_setup_teardown(nobody_is_introduced_to_themselves, fresh, gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
