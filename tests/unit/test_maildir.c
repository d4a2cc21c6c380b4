#include "io/maildir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/test_maildir.XXXXXX";

static void put(const char *where, const char *name)
{
	char path[200];
	snprintf(path, sizeof path, "%s/%s/%s", folder, where, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(name, file);
	fclose(file);
}

static bool there(const char *where, const char *name)
{
	char path[200];
	snprintf(path, sizeof path, "%s/%s/%s", folder, where, name);
	return access(path, F_OK) == 0;
}

static int setup(void **state)
{
	(void)state;
	memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
	struct why why;
	return mkdtemp(folder) != NULL && maildir_make(folder, &why) == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	char command[100];
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command);
}

static void test_list_oldest_first(void **state)
{
	(void)state;
	struct why why;
	char **names;
	size_t count;
	put("new", "1700000002.M5.host");
	put("new", "999999999.M1.host");
	put("new", "1700000001.M10.host");
	put("new", "1700000001.M9.host");
	put("new", ".hidden");
	put("tmp", "1.unfinished");
	put("cur", "2.seen:2,S");
	char pipe_path[200];
	snprintf(pipe_path, sizeof pipe_path, "%s/new/0.fifo", folder);
	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	assert_int_equal(maildir_list(folder, 3, &names, &count, &why), RC_OK);
	assert_int_equal(count, 3);
	assert_string_equal(names[0], "999999999.M1.host");
	assert_string_equal(names[1], "1700000001.M9.host");
	assert_string_equal(names[2], "1700000001.M10.host");
	maildir_names_free(&names, count);
}

static void test_list_needs_a_maildir(void **state)
{
	(void)state;
	struct why why = { "" };
	char **names;
	size_t count;
	assert_int_equal(maildir_list("/nonexistent", 9, &names, &count, &why), RC_PERM);
	assert_non_null(strstr(why.text, "Maildir"));
}

static void test_read(void **state)
{
	(void)state;
	struct why why;
	char *octets = NULL;
	size_t len;
	char path[200];
	put("new", "1.a");
	snprintf(path, sizeof path, "%s/new/2.fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof path, "%s/new/3.link", folder);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	static const struct {
		const char *fact, *name;
		size_t limit;
		enum rc want;
	} cases[] = {
		{ "a mail is read", "1.a", 100, RC_OK },
		{ "one above the limit is not", "1.a", 2, RC_PERM },
		{ "one that has gone is not there", "0.gone", 100, RC_NONE },
		{ "a FIFO is no mail and does not hang", "2.fifo", 100, RC_PERM },
		{ "a link out of the folder is no mail", "3.link", 100000, RC_PERM },
		{ "a name does not leave the folder", "../tmp/x", 100, RC_PERM },
		{ "nor is it a folder", "..", 100, RC_PERM },
		{ "nor empty", "", 100, RC_PERM },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		print_message("  %s\n", cases[i].fact);
		assert_int_equal(maildir_read(folder, cases[i].name, cases[i].limit, &octets, &len,
		                              &why),
		                 cases[i].want);
		if (cases[i].want == RC_OK) {
			assert_string_equal(octets, "1.a");
			free(octets);
		}
	}
}

static void test_taken(void **state)
{
	(void)state;
	struct why why;
	put("new", "1.a");
	put("new", "2.b:2,F");
	assert_int_equal(maildir_taken(folder, "1.a", &why), RC_OK);
	assert_true(there("cur", "1.a:2,S"));
	assert_false(there("new", "1.a"));
	assert_int_equal(maildir_taken(folder, "1.a", &why), RC_NONE);
	assert_int_equal(maildir_taken(folder, "2.b:2,F", &why), RC_OK);
	assert_true(there("cur", "2.b:2,S"));
	assert_int_equal(maildir_taken(folder, "../tmp/x", &why), RC_PERM);
}

static void test_write(void **state)
{
	(void)state;
	struct why why;
	char **names, *octets;
	size_t count, len;
	assert_int_equal(maildir_write(folder, "first", "a\0b", 3, &why), RC_OK);
	assert_int_equal(maildir_write(folder, "second", "", 0, &why), RC_OK);
	assert_int_equal(maildir_write(folder, "../x", "c", 1, &why), RC_PERM);
	assert_int_equal(maildir_list(folder, 9, &names, &count, &why), RC_OK);
	assert_int_equal(count, 2);
	assert_non_null(strstr(names[0], "first"));
	assert_int_equal(maildir_read(folder, names[0], 9, &octets, &len, &why), RC_OK);
	assert_int_equal(len, 3);
	assert_memory_equal(octets, "a\0b", 3);
	assert_false(there("tmp", names[0]));
	free(octets);
	maildir_names_free(&names, count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_list_oldest_first, setup, teardown),
		cmocka_unit_test(test_list_needs_a_maildir),
		cmocka_unit_test_setup_teardown(test_read, setup, teardown),
		cmocka_unit_test_setup_teardown(test_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_write, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
