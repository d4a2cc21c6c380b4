#include "cli/linediff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct {
	const char *fact, *old, *new, *wanted;
} rows[] = {
	{ "equal texts have none", "a\nb\n", "a\nb\n", "" },
	{ "a last line without its end is the same line", "a\nb", "a\nb\n", "" },
	{ "a line that goes", "a\nb\nc\n", "a\nc\n", "@@ line 1 @@\n a\n-b\n c\n" },
	{ "a line that comes", "a\nc\n", "a\nb\nc\n", "@@ line 1 @@\n a\n+b\n c\n" },
	{ "a line that changes", "a\nb\nc\n", "a\nB\nc\n", "@@ line 1 @@\n a\n-b\n+B\n c\n" },
	{ "from nothing", "", "a\n", "@@ line 1 @@\n+a\n" },
	{ "to nothing", "a\n", "", "@@ line 1 @@\n-a\n" },
	{ "three lines around", "1\n2\n3\n4\n5\nx\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
	  "@@ line 3 @@\n 3\n 4\n 5\n-x\n 6\n 7\n 8\n" },
	{ "two changes far apart", "x\n1\n2\n3\n4\n5\n6\n7\n8\ny\n", "1\n2\n3\n4\n5\n6\n7\n8\n",
	  "@@ line 1 @@\n-x\n 1\n 2\n 3\n@@ line 7 @@\n 6\n 7\n 8\n-y\n" },
	{ "two changes close together", "a\nx\nb\ny\nc\n", "a\nb\nc\n",
	  "@@ line 1 @@\n a\n-x\n b\n-y\n c\n" },
};

static void test_linediff(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str out;
		str_init(&out, 10000);
		bool differ = linediff("old", rows[i].old, "new", rows[i].new, &out);
		const char *body = differ ? out.text + strlen("--- old\n+++ new\n") : out.text;
		if (differ != (rows[i].wanted[0] != '\0') || strcmp(body, rows[i].wanted) != 0)
			fail_msg("%s: %s", rows[i].fact, out.text);
		str_free(&out);
	}
}

/* Too much to compare line by line: the old one whole, then the new one. */
static void test_what_is_too_large_is_shown_whole(void **state)
{
	(void)state;
	struct str a, b, out;
	str_init(&a, 1 << 20);
	str_init(&b, 1 << 20);
	str_init(&out, 1 << 20);
	for (int i = 0; i < 5000; i++) {
		str_add(&a, "a\n");
		str_add(&b, "b\n");
	}
	assert_true(linediff("old", a.text, "new", b.text, &out));
	assert_int_equal(strstr(out.text, "+b\n") - strstr(out.text, "-a\n"), 5000 * 3);
	str_free(&a);
	str_free(&b);
	str_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_linediff),
		cmocka_unit_test(test_what_is_too_large_is_shown_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
