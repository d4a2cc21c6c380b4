#include "io/secret.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const struct {
	const char *fact;
	const char octets[24];
	size_t len;
	mode_t mode;
	enum rc want;
	const char *secret;
} files[] = {
	{ "the whole file", "gwpass", 6, 0600, RC_OK, "gwpass" },
	{ "an editor's line end is not part of it", "gwpass\n", 7, 0400, RC_OK, "gwpass" },
	{ "nor is one of DOS", "gwpass\r\n", 8, 0600, RC_OK, "gwpass" },
	{ "blanks are part of it", " a b \n", 6, 0600, RC_OK, " a b " },
	{ "only the first line counts", "one\ntwo\n", 8, 0600, RC_OK, "one" },
	{ "an empty first line is none", "\ntwo\n", 5, 0600, RC_PERM, NULL },
	{ "an empty file is none", "", 0, 0600, RC_PERM, NULL },
	{ "a NUL cannot be typed in", "gw\0pass", 7, 0600, RC_PERM, NULL },
	{ "the group may not read it", "gwpass", 6, 0640, RC_PERM, NULL },
	{ "nobody else may", "gwpass", 6, 0604, RC_PERM, NULL },
};

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[] = "/tmp/test_secret.XXXXXX", *secret = NULL;
		struct why why = { "" };
		int fd = mkstemp(path);
		print_message("  %s\n", files[i].fact);
		assert_int_equal(write(fd, files[i].octets, files[i].len), files[i].len);
		fchmod(fd, files[i].mode);
		close(fd);
		assert_int_equal(secret_read(path, NULL, &secret, &why), files[i].want);
		if (files[i].secret != NULL)
			assert_string_equal(secret, files[i].secret);
		else
			assert_null(secret);
		/* The sentence names the file, never what is in it. */
		if (files[i].want != RC_OK)
			assert_non_null(strstr(why.text, path));
		assert_null(strstr(why.text, "gwpass"));
		secret_free(&secret);
		assert_null(secret);
		unlink(path);
	}
}

static const struct {
	const char *fact, *command;
	enum rc want;
	const char *secret;
} commands[] = {
	{ "what it prints", "printf hunter2", RC_OK, "hunter2" },
	{ "its first line", "printf a\\nb", RC_OK, "a" },
	{ "words are split at blanks", "  echo   a  b ", RC_OK, "a b" },
	{ "there is no shell", "echo $HOME ; id", RC_OK, "$HOME ; id" },
	{ "nothing printed is no password", "true", RC_PERM, NULL },
	{ "one that fails may succeed later", "false", RC_TEMP, NULL },
	{ "one that is not there never will", "/nonexistent/command", RC_PERM, NULL },
	{ "no words", "   ", RC_PERM, NULL },
	{ "one that prints without end is stopped", "yes", RC_TEMP, NULL },
};

static void test_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		char *secret = NULL;
		struct why why = { "" };
		print_message("  %s\n", commands[i].fact);
		assert_int_equal(secret_read(NULL, commands[i].command, &secret, &why),
		                 commands[i].want);
		if (commands[i].secret != NULL)
			assert_string_equal(secret, commands[i].secret);
		secret_free(&secret);
	}
}

static void test_others(void **state)
{
	(void)state;
	char *secret = (char *)"set";
	struct why why = { "" };
	assert_int_equal(secret_read(NULL, NULL, &secret, &why), RC_OK);
	assert_null(secret);
	assert_int_equal(secret_read("/nonexistent", NULL, &secret, &why), RC_PERM);
	assert_int_equal(secret_read("/dev/null", NULL, &secret, &why), RC_PERM);
	assert_int_equal(secret_read("/tmp", NULL, &secret, &why), RC_PERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
