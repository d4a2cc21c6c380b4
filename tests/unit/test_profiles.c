/* The search's index follows what it is made of. */
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

#include "base/str.h"
#include "store/people.h"
#include "store/profiles.h"
#include "store/rights.h"
#include "store/rules.h"

static char folder[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
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

static int fresh(void **state)
{
	struct why why;
	strcpy(folder, "/tmp/passerelle-profiles-XXXXXX");
	if (mkdtemp(folder) == NULL || store_open(folder, (struct store **)state, &why) != RC_OK)
		return -1;
	begin(*state);
	return 0;
}

static int gone(void **state)
{
	store_close((struct store **)state);
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int64_t add(struct store *store, const char *name, enum member_state state)
{
	struct why why;
	struct str address;
	int64_t id = 0;
	str_init(&address, 100);
	str_addf(&address, "%s@acme.example", name);
	struct member m = { .name = name, .address = address.text, .firm = "Caf\xc3\xa9 SA",
		            .language = "fr", .state = state, .added_at = 1 };
	if (member_add(store, &m, &id, &why) != RC_OK)
		fail_msg("%s", why.text);
	str_free(&address);
	return id;
}

static void say(struct store *store, int64_t member, int field, const char *value)
{
	struct profile p = profile_get(store, member);
	p.field[field] = value;
	profile_set(store, member, &p, 2);
}

#define NOBODY 999

/* How many `reader` finds; the first one's id. */
static size_t finds_as(struct store *store, int64_t reader, const char *query, int64_t *first)
{
	struct profile_hit *hits;
	bool partial;
	struct search search = search_read(query);
	size_t count = profile_search(store, &search, reader, 50, &hits, &partial);
	if (first != NULL)
		*first = count > 0 ? hits[0].member : 0;
	if (!store_ok(store))
		fail_msg("'%s' fails", query);
	search_free(&search);
	return partial ? 0 : count;
}

static size_t finds(struct store *store, const char *query)
{
	return finds_as(store, NOBODY, query, NULL);
}

static void a_profile_is_found_as_it_is_now(void **state)
{
	struct store *store = *state;
	int64_t id = add(store, "ann", MEMBER_MEMBER);
	assert_int_equal(finds(store, "cafe"), 1);
	say(store, id, PROFILE_SECTORS, "Maschinenbau");
	assert_int_equal(finds(store, "secteur:maschinenbau"), 1);
	assert_int_equal(finds(store, "city:maschinenbau"), 0);
	say(store, id, PROFILE_SECTORS, "Pharma");
	assert_int_equal(finds(store, "maschinenbau"), 0);
	assert_int_equal(finds(store, "pharma"), 1);
	say(store, id, PROFILE_NAME, "Bea");
	assert_int_equal(finds(store, "ann"), 0);
	assert_int_equal(finds(store, "bea"), 1);
	assert_string_equal(member_get(store, id)->name, "Bea");
	say(store, id, PROFILE_NAME, ""); /* a name is kept */
	assert_string_equal(profile_get(store, id).field[PROFILE_NAME], "Bea");
	assert_null(profile_get(store, id).field[PROFILE_CITY]);
	commit(store);
}

static void only_members_are_found(void **state)
{
	struct store *store = *state;
	int64_t known = add(store, "kim", MEMBER_KNOWN), id = add(store, "ann", MEMBER_MEMBER);
	assert_int_equal(finds(store, "cafe"), 1);
	member_state_set(store, known, MEMBER_MEMBER);
	assert_int_equal(finds(store, "cafe"), 2);
	assert_int_equal(finds_as(store, id, "cafe", NULL), 1); /* never oneself */
	member_state_set(store, id, MEMBER_PAUSED);
	assert_int_equal(finds(store, "cafe"), 1);
	member_state_set(store, id, MEMBER_MEMBER);
	assert_int_equal(finds(store, "cafe"), 2);
	member_state_set(store, id, MEMBER_STOPPED);
	assert_int_equal(finds(store, "cafe"), 1);
	commit(store);
}

static void who_refuses_whom_is_heeded_both_ways(void **state)
{
	struct store *store = *state;
	int64_t a = add(store, "ann", MEMBER_MEMBER), b = add(store, "bob", MEMBER_MEMBER);
	say(store, b, PROFILE_FIRM, "Lumen");
	assert_int_equal(finds_as(store, a, "bob", NULL), 1);
	block_add(store, a, 0, "Lumen");
	assert_int_equal(finds_as(store, a, "bob", NULL), 0);
	assert_int_equal(finds_as(store, b, "ann", NULL), 0);
	assert_false(profile_searchable(store, b, a));
	assert_false(profile_searchable(store, a, b));
	assert_int_equal(finds(store, "bob"), 1);
	block_remove(store, a, 0, "Lumen");
	block_add(store, b, 0, "ann@acme.example");
	assert_int_equal(finds_as(store, a, "bob", NULL), 0);
	assert_int_equal(finds_as(store, b, "ann", NULL), 0);
	commit(store);
}

static void the_better_hit_comes_first(void **state)
{
	struct store *store = *state;
	int64_t first, a = add(store, "ann", MEMBER_MEMBER), b = add(store, "bob", MEMBER_MEMBER);
	say(store, a, PROFILE_EXPERIENCE,
	    "sold boats once, then pharma, glass, paper and bread in Leeds");
	say(store, b, PROFILE_SECTORS, "pharma");
	assert_int_equal(finds_as(store, NOBODY, "pharma", &first), 2);
	assert_int_equal(first, b);
	assert_int_equal(finds_as(store, NOBODY, "pharma boats", &first), 1);
	assert_int_equal(first, a);
	assert_int_equal(finds(store, "phar"), 2); /* the beginning of a word */
	assert_int_equal(finds(store, "NEAR"), 0);
	assert_int_equal(finds(store, "\"a* OR city:\" ^b {x} : y"), 0);
	commit(store);
}

static void two_records_become_one(void **state)
{
	struct store *store = *state;
	struct why why;
	int64_t keep = add(store, "ann", MEMBER_MEMBER), twin = add(store, "anna", MEMBER_MEMBER);
	int64_t rob = add(store, "rob", MEMBER_MEMBER);
	say(store, twin, PROFILE_SECTORS, "glaciology");
	int64_t t = testimonial_put(store, rob, twin, "keeps her word", 3);
	testimonial_state_set(store, t, TESTIMONIAL_SHOWN);
	assert_int_equal(people_merge(store, keep, twin, 4, &why), RC_OK);
	assert_int_equal(finds(store, "anna"), 0);
	assert_int_equal(finds(store, "glaciology"), 1);
	assert_int_equal(finds(store, "keeps word"), 1);
	commit(store);
}

static bool file_holds(const char *words)
{
	struct str path;
	char *octets = NULL;
	str_init(&path, 200);
	str_addf(&path, "%s/passerelle.db", folder);
	FILE *f = fopen(path.text, "rb");
	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	long len = ftell(f);
	rewind(f);
	octets = malloc((size_t)len);
	assert_int_equal(fread(octets, 1, (size_t)len, f), len);
	bool holds = memmem(octets, (size_t)len, words, strlen(words)) != NULL;
	free(octets);
	fclose(f);
	str_free(&path);
	return holds;
}

static void who_is_erased_leaves_no_word(void **state)
{
	struct store *store = *state;
	struct why why;
	int64_t id = add(store, "zephyrine", MEMBER_MEMBER), rob = add(store, "rob", MEMBER_MEMBER);
	say(store, id, PROFILE_SECTORS, "glaciology");
	testimonial_state_set(store, testimonial_put(store, id, rob, "zanzibar", 3),
	                      TESTIMONIAL_SHOWN);
	testimonial_put(store, rob, id, "quokka", 3);
	assert_int_equal(finds(store, "zanzibar"), 1);
	rights_erase(store, id, "somebody");
	assert_int_equal(finds(store, "zephyrine"), 0);
	assert_int_equal(finds(store, "zanzibar"), 0);
	commit(store);
	assert_int_equal(store_compact(store, &why), RC_OK);
	/* Not even in pieces: the index keeps the ends of words. */
	static const char *const words[] = { "zephyrin", "ephyrin", "glaciolog", "laciolog",
		                             "zanzibar", "anzibar", "quokka" };
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (file_holds(words[i]))
			fail_msg("the file still holds %s", words[i]);
}

static void other_stems_are_made_anew(void **state)
{
	struct store *store = *state;
	struct why why;
	int64_t id = add(store, "ann", MEMBER_MEMBER);
	add(store, "kim", MEMBER_KNOWN);
	say(store, id, PROFILE_SECTORS, "pharma");
	store_setting_put(store, "search stems", "0");
	commit(store);
	store_close(&store);
	assert_int_equal(store_open(folder, &store, &why), RC_OK);
	*state = store;
	begin(store);
	assert_true(profile_index_current(store));
	assert_int_equal(finds(store, "cafe"), 1);
	assert_int_equal(finds(store, "pharma"), 1);
	commit(store);
}

static void searches_are_counted(void **state)
{
	struct store *store = *state;
	int64_t id = add(store, "ann", MEMBER_MEMBER);
	profile_searched(store, id, 100);
	profile_searched(store, id, 200);
	assert_int_equal(profile_searches(store, id, 100), 1);
	assert_int_equal(profile_searches(store, id, 50), 2);
	assert_int_equal(profile_searches(store, id + 1, 50), 0);
	commit(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_profile_is_found_as_it_is_now, fresh, gone),
		cmocka_unit_test_setup_teardown(only_members_are_found, fresh, gone),
		cmocka_unit_test_setup_teardown(who_refuses_whom_is_heeded_both_ways, fresh, gone),
		cmocka_unit_test_setup_teardown(the_better_hit_comes_first, fresh, gone),
		cmocka_unit_test_setup_teardown(two_records_become_one, fresh, gone),
		cmocka_unit_test_setup_teardown(who_is_erased_leaves_no_word, fresh, gone),
		cmocka_unit_test_setup_teardown(other_stems_are_made_anew, fresh, gone),
		cmocka_unit_test_setup_teardown(searches_are_counted, fresh, gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
