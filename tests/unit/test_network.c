/* The network's file, and the overlay of what changed since. */
#include "core/network.h"
#include "core/network_build.h"
#include "core/route.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMBERS 40
#define LINKS 200

static unsigned random_state = 11;
static int draw(int below)
{
	random_state = random_state * 1103515245u + 12345u;
	return (int)((random_state >> 12) % (unsigned)below);
}

static struct network_link draw_link(int members)
{
	return (struct network_link){ 1 + 17 * draw(members), 1 + 17 * draw(members), draw(101) };
}

static struct network *draw_network(struct network_link *link)
{
	for (int i = 0; i < LINKS; i++)
		link[i] = draw_link(MEMBERS);
	return network_new(link, LINKS);
}

static void same_chains(const struct network *a, const struct network *b, int members)
{
	for (int i = 0; i < 300; i++) {
		struct route_source source = { 1 + 17 * draw(members), 1 + draw(6) };
		struct route_query q = { .sources = &source, .source_count = 1,
		                         .to = 1 + 17 * draw(members) };
		struct route_chain x = { 0 }, y = { 0 };
		assert_int_equal(route_find(a, &q, &x), route_find(b, &q, &y));
		assert_memory_equal(x.member, y.member, sizeof x.member);
		assert_memory_equal(x.percent, y.percent, sizeof x.percent);
		assert_memory_equal(x.load, y.load, sizeof x.load);
	}
}

static void temporary(char path[40])
{
	strcpy(path, "/tmp/test_network.XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
}

static void test_written_and_opened(void **state)
{
	struct network_link link[LINKS];
	struct network *n = draw_network(link), *opened = NULL;
	struct why why;
	char path[40];
	(void)state;
	temporary(path);
	network_load_set(n, 18, 50); /* neither loads nor changes are in the file */
	network_change(n, &(struct network_link){ 1, 18, 100 });
	assert_int_equal(network_write(n, path, 77, &why), RC_OK);
	assert_int_equal(network_open(path, &opened, &why), RC_OK);
	assert_int_equal(network_generation(opened), 77);
	assert_int_equal(network_links(opened), network_links(n));
	network_free(&n);
	n = network_new(link, LINKS);
	same_chains(n, opened, MEMBERS + 2);
	network_load_set(n, 18, 50);
	network_load_set(opened, 18, 50);
	same_chains(n, opened, MEMBERS + 2);
	network_free(&opened);
	network_free(&n);
	assert_int_equal(network_open(path, &opened, &why), RC_OK); /* the file is as it was */
	network_free(&opened);
	unlink(path);
	assert_int_equal(network_open(path, &opened, &why), RC_NONE);
}

static void test_empty(void **state)
{
	struct network *n = network_new(NULL, 0), *opened = NULL;
	struct why why;
	char path[40];
	(void)state;
	temporary(path);
	assert_int_equal(network_write(n, path, 1, &why), RC_OK);
	assert_int_equal(network_open(path, &opened, &why), RC_OK);
	assert_int_equal(network_members(opened), 0);
	network_free(&opened);
	network_free(&n);
	unlink(path);
}

/* Writes a damaged copy; says what network_open made of it. */
static enum rc open_damaged(const char *path, const unsigned char *image, size_t len,
                            struct why *why)
{
	struct network *opened = NULL;
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(image, 1, len, out), len);
	fclose(out);
	enum rc rc = network_open(path, &opened, why);
	network_free(&opened);
	return rc;
}

static void test_damage_is_refused(void **state)
{
	struct network_link link[LINKS];
	struct network *n = draw_network(link);
	struct why why;
	char path[40];
	(void)state;
	temporary(path);
	assert_int_equal(network_write(n, path, 1, &why), RC_OK);
	size_t len = network_octets(n);
	unsigned char *image = malloc(len);
	FILE *in = fopen(path, "r");
	assert_int_equal(fread(image, 1, len, in), len);
	fclose(in);
	for (size_t cut = 0; cut < len; cut += 61)
		assert_int_equal(open_damaged(path, image, cut, &why), RC_PERM);
	for (size_t at = 0; at < len; at += 7) {
		image[at] ^= 0x10;
		assert_int_equal(open_damaged(path, image, len, &why), RC_PERM);
		image[at] ^= 0x10;
	}
	assert_int_equal(open_damaged(path, image, len, &why), RC_OK);
	free(image);
	network_free(&n);
	unlink(path);
}

/* With the sum made right again, what the tables say is looked at. */
static void test_bad_tables_are_refused(void **state)
{
	struct network_link link[2] = { { 1, 2, 50 }, { 2, 3, 70 } };
	struct network *n = network_new(link, 2);
	struct network_layout at = network_layout(3, 2);
	const struct {
		const char *what, *said;
		size_t octet;
		unsigned char value;
	} rows[] = {
		{ "a member's number beyond the members", "link to nobody", at.packed[0],
		  0x80 + 70 },
		{ "a trust of zero", "trust out of range", at.packed[1], 0x80 },
		{ "an order of ids that points outside", "not in order", at.by_id + 3, 9 },
		{ "a member twice in the order of ids", "not in order", at.by_id, 0 },
		{ "a list that starts beyond the links", "not in order", at.record[0] + 8, 200 },
		{ "a last list that ends elsewhere", "do not span", at.record[1] + 24, 1 },
		{ "a load that is not full", "record", at.record[0] + 5, 7 },
		{ "another version", "another version", 8, 9 },
		{ "another order of octets", "order of octets", 12, 9 },
		{ "impossible counts", "impossible", 16 + 7, 9 },
		{ "more links than the length has room for", "cut short", 24 + 2, 1 },
	};
	struct why why;
	char path[40];
	(void)state;
	temporary(path);
	assert_int_equal(network_write(n, path, 1, &why), RC_OK);
	size_t len = network_octets(n);
	unsigned char *image = malloc(len);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		FILE *in = i == 0 ? fopen(path, "r") : NULL;
		static unsigned char whole[10000];
		if (in != NULL) {
			assert_int_equal(fread(whole, 1, len, in), len);
			fclose(in);
		}
		memcpy(image, whole, len);
		image[rows[i].octet] = rows[i].value;
		uint64_t sum = network_file_sum(image, len);
		memcpy(image + 48, &sum, sizeof sum);
		if (open_damaged(path, image, len, &why) != RC_PERM ||
		    strstr(why.text, rows[i].said) == NULL)
			fail_msg("%s: %s", rows[i].what, why.text);
	}
	free(image);
	network_free(&n);
	unlink(path);
}

/* What the list holds after the changes, as links to build anew from. */
static size_t apply(struct network_link *link, size_t count, const struct network_link *change)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (link[i].from != change->from || link[i].to != change->to)
			link[kept++] = link[i];
	link[kept++] = *change;
	return kept;
}

static void test_changes_count_at_once(void **state)
{
	struct network_link link[LINKS + 100];
	struct network *n = draw_network(link);
	size_t count = LINKS;
	(void)state;
	for (int i = 0; i < 100; i++) {
		struct network_link change = draw_link(MEMBERS + 10);
		network_change(n, &change);
		count = apply(link, count, &change);
		if (i % 10 == 9) {
			struct network *fresh = network_new(link, count);
			same_chains(n, fresh, MEMBERS + 10);
			network_load_set(n, 1 + 17 * (MEMBERS + 1), 60);
			network_load_set(fresh, 1 + 17 * (MEMBERS + 1), 60);
			network_load_set(n, 18, 40);
			network_load_set(fresh, 18, 40);
			same_chains(n, fresh, MEMBERS + 10);
			network_free(&fresh);
			network_free(&n);
			n = network_new(link, count - 3); /* and three changes on top */
			for (size_t k = count - 3; k < count; k++)
				network_change(n, &link[k]);
		}
	}
	network_free(&n);
}

static void test_nearest(void **state)
{
	struct network_link link[9];
	struct route_source source = { 1, 6 };
	struct route_query q = { .sources = &source, .source_count = 1, .to = 10 };
	struct route_chain chain;
	(void)state;
	for (int i = 0; i < 9; i++)
		link[i] = (struct network_link){ i + 1, i + 2, 90 };
	struct network *n = network_new(link, 9);
	assert_int_equal(route_find(n, &q, &chain), RC_NONE);
	assert_int_equal(route_nearest(n, &q), 9);
	q.to = 99;
	assert_int_equal(route_nearest(n, &q), -1);
	q.to = 1;
	assert_int_equal(route_nearest(n, &q), 0);
	q.to = 10;
	q.avoid = &(int64_t){ 5 };
	q.avoid_count = 1;
	assert_int_equal(route_nearest(n, &q), -1);
	network_free(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_and_opened),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_damage_is_refused),
		cmocka_unit_test(test_bad_tables_are_refused),
		cmocka_unit_test(test_changes_count_at_once),
		cmocka_unit_test(test_nearest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
