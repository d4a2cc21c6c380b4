#include "mailtemplates/mustache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static const struct mustache *named_p(void *context, const char *name)
{
	return strcmp(name, "p") == 0 ? context : NULL;
}

static enum rc render(const char *text, const char *partial, const char *values,
                      enum mustache_escape escape, struct str *out, struct why *why)
{
	struct mustache *template = NULL, *p = NULL;
	struct mustache_error error;
	json_t *json = json_loads(values, JSON_DECODE_ANY, NULL);
	assert_non_null(json);
	assert_int_equal(mustache_parse(text, strlen(text), &template, &error), RC_OK);
	if (partial != NULL)
		assert_int_equal(mustache_parse(partial, strlen(partial), &p, &error), RC_OK);
	enum rc rc = mustache_render(template, json, escape, named_p, p, out, why);
	mustache_free(&template);
	mustache_free(&p);
	json_decref(json);
	return rc;
}

/* ---- what the specification leaves open, and our two additions ---- */

static const struct {
	const char *fact, *text, *partial, *values, *wanted;
	enum mustache_escape escape;
} renders[] = {
	{ "false, null, 0, the empty text and the empty list are false",
	  "{{^a}}a{{/a}}{{^b}}b{{/b}}{{^c}}c{{/c}}{{^d}}d{{/d}}{{^e}}e{{/e}}", NULL,
	  "{\"a\":false,\"b\":null,\"c\":0,\"d\":\"\",\"e\":[]}", "abcde", MUSTACHE_TEXT },
	{ "an empty object is true", "{{#a}}yes{{/a}}", NULL, "{\"a\":{}}", "yes", MUSTACHE_TEXT },
	{ "a list says once that it is not empty", "{{#l.any}}all:{{#l}} {{.}}{{/l}}{{/l.any}}",
	  NULL, "{\"l\":[1,2]}", "all: 1 2", MUSTACHE_TEXT },
	{ "an empty list has none", "{{^l.any}}none{{/l.any}}", NULL, "{\"l\":[]}", "none",
	  MUSTACHE_TEXT },
	{ "a name inside is found outside", "{{#p}}{{word}}{{/p}}", NULL,
	  "{\"word\":\"outer\",\"p\":{\"name\":\"K\"}}", "outer", MUSTACHE_TEXT },
	{ "with a dot before it, it is not", "{{#p}}{{.word}}{{^.word}}none{{/.word}}{{/p}}", NULL,
	  "{\"word\":\"outer\",\"p\":{\"name\":\"K\"}}", "none", MUSTACHE_TEXT },
	{ "with a dot before it, the innermost one is", "{{#p}}{{.word}}{{/p}}", NULL,
	  "{\"word\":\"outer\",\"p\":{\"word\":\"inner\"}}", "inner", MUSTACHE_TEXT },
	{ "values are never templates", "{{a}}", NULL, "{\"a\":\"{{b}}{{> p}}\",\"b\":\"no\"}",
	  "{{b}}{{> p}}", MUSTACHE_TEXT },
	{ "HTML escapes quotes of both kinds", "{{a}}", NULL, "{\"a\":\"<a href='x'>&\\\"\"}",
	  "&lt;a href=&#39;x&#39;&gt;&amp;&quot;", MUSTACHE_HTML },
	{ "three braces escape nothing", "{{{a}}}{{&a}}", NULL, "{\"a\":\"<\\n\"}", "<\n<\n",
	  MUSTACHE_HTML },
	{ "a value on one line stays there", "{{a}}|{{{a}}}", NULL, "{\"a\":\"x\\r\\n\\ty\"}",
	  "x   y|x\r\n\ty", MUSTACHE_LINE },
	{ "an octet of UTF-8 is no control", "{{a}}", NULL, "{\"a\":\"\xC3\xA9\xE2\x86\x92\"}",
	  "\xC3\xA9\xE2\x86\x92", MUSTACHE_LINE },
	{ "booleans are words, objects and lists nothing", "{{a}}{{b}}{{c}}{{d}}", NULL,
	  "{\"a\":true,\"b\":false,\"c\":{},\"d\":[1]}", "truefalse", MUSTACHE_TEXT },
	{ "numbers are the shortest that are the same", "{{a}} {{b}} {{c}}", NULL,
	  "{\"a\":0.1,\"b\":-7,\"c\":1e300}", "0.1 -7 1e+300", MUSTACHE_TEXT },
	{ "an empty line of an indented partial stays empty", "  {{> p}}\n", "a\n\nb\n", "{}",
	  "  a\n\n  b\n", MUSTACHE_TEXT },
	{ "a value that is empty does not hide the indentation", "  {{> p}}\n",
	  "{{x}}a{{y}}\n{{x}}\nb\n", "{\"y\":\"!\"}", "  a!\n\n  b\n", MUSTACHE_TEXT },
	{ "a partial that is not there is nothing", "a{{> q}}b", NULL, "{}", "ab", MUSTACHE_TEXT },
	{ "a block replaced inside its own replacement is the default there",
	  "{{<p}}{{$a}}[{{$a}}inner{{/a}}]{{/a}}{{/p}}", "{{$a}}x{{/a}}", "{}", "[inner]",
	  MUSTACHE_TEXT },
	{ "a tag may be written with blanks", "{{ # a }}{{ . }}{{ / a }}", NULL, "{\"a\":[1]}", "1",
	  MUSTACHE_TEXT },
	{ "two closing braces more are text", "{{{a}}}}}", NULL, "{\"a\":1}", "1}}",
	  MUSTACHE_TEXT },
};

static void test_renders(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof renders / sizeof *renders; i++) {
		struct str out;
		struct why why = { "" };
		str_init(&out, 1000);
		enum rc rc = render(renders[i].text, renders[i].partial, renders[i].values,
		                    renders[i].escape, &out, &why);
		if (rc != RC_OK || strcmp(out.text, renders[i].wanted) != 0)
			fail_msg("%s: '%s' %s", renders[i].fact, out.text, why.text);
		str_free(&out);
	}
}

/* ---- errors: where, and the offending tag ---- */

static const struct {
	const char *fact, *text;
	int line, column;
	const char *says;
} errors[] = {
	{ "a tag that does not end", "one\n  {{name", 2, 3, "'{{name' is never closed" },
	{ "a section that does not end", "a\n{{#offer}}\nb\n", 2, 1, "'{{#offer}}' is never closed; add {{/offer}}" },
	{ "the innermost one is told", "{{#a}}{{^b}}", 1, 7, "'{{^b}}' is never closed" },
	{ "an end without a beginning", "a {{/x}}", 1, 3, "'{{/x}}' closes nothing" },
	{ "the wrong end", "{{#a}}\n\n {{/b}}", 3, 2, "'{{/b}}' stands where '{{#a}}' is to be closed, begun 2 lines above" },
	{ "an end of another case", "{{#a}}{{/A}}", 1, 7, "'{{/A}}' stands where '{{#a}}' is to be closed, begun 0 lines" },
	{ "a block that does not end", "{{<p}}{{$b}}{{/p}}", 1, 13, "stands where '{{$b}}' is to be" },
	{ "a parent that does not end", "{{<p}}", 1, 1, "'{{<p}}' is never closed" },
	{ "a tag without a name", "{{ }}", 1, 1, "'{{ }}' has no name" },
	{ "a section without a name", "{{#}}", 1, 1, "'{{#}}' has no name" },
	{ "a dynamic partial without one", "{{> * }}", 1, 1, "'{{> * }}' has no name" },
	{ "a tag closed too late", "{{a\n and so on }}", 1, 1, "has a blank in its name" },
	{ "three braces against two", "x{{{a}} {{b}}", 1, 2, "'{{{a}}' opens with three braces" },
	{ "one delimiter", "{{=<%=}}", 1, 1, "wants two short delimiters" },
	{ "three delimiters", "{{=a b c=}}", 1, 1, "wants two short delimiters" },
	{ "delimiters with '='", "{{== ===}}", 1, 1, "wants two short delimiters" },
	{ "a delimiter longer than 32", "{{=< aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=}}", 1, 1,
	  "two short delimiters" },
	{ "columns are characters", "\xC3\xA9\xC3\xA9{{/x}}", 1, 3, "closes nothing" },
	{ "lines inside of tags count", "{{! a\nb\n}}{{/x}}", 3, 3, "closes nothing" },
	{ "also after a name", "{{#x\n}}{{/y}}", 2, 3, "stands where '{{#x}}'" },
	{ "octets that are not UTF-8", "ab\nc\xE9z", 2, 2, "0xE9 is not UTF-8" },
	{ "after another delimiter", "{{=| |=}}|/x|", 1, 10, "'|/x|' closes nothing" },
};

static void test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		struct mustache *template = NULL;
		struct mustache_error error = { 0 };
		enum rc rc =
			mustache_parse(errors[i].text, strlen(errors[i].text), &template, &error);
		if (rc != RC_PERM || template != NULL || error.line != errors[i].line ||
		    error.column != errors[i].column || strstr(error.text, errors[i].says) == NULL)
			fail_msg("%s: %d:%d: %s", errors[i].fact, error.line, error.column,
			         error.text);
	}
}

static void test_nul_is_refused(void **state)
{
	(void)state;
	struct mustache *template = NULL;
	struct mustache_error error;
	assert_int_equal(mustache_parse("a\0b", 3, &template, &error), RC_PERM);
	assert_int_equal(error.column, 2);
}

/* ---- bounds ---- */

static void expect_bound(const char *text, const char *partial, const char *values,
                         const char *says)
{
	struct str out;
	struct why why = { "" };
	str_init(&out, 1000);
	assert_int_equal(render(text, partial, values, MUSTACHE_TEXT, &out, &why), RC_PERM);
	if (strstr(why.text, says) == NULL)
		fail_msg("%s", why.text);
	str_free(&out);
}

static void test_bounds(void **state)
{
	(void)state;
	expect_bound("{{> p}}", "x{{> p}}", "{}", "does one call itself?");
	expect_bound("{{<p}}{{/p}}", "{{<p}}{{$a}}{{/a}}{{/p}}", "{}", "does one call itself?");
	expect_bound(
		"{{#l}}0123456789{{/l}}{{#l}}0123456789{{/l}}", NULL,
		"{\"l\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,"
		"27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51]}",
		"longer than its limit");
	/* Lists in lists: 16 to the power of six visits and not an octet of output. */
	expect_bound("{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}",
	             NULL, "{\"l\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}", "a million steps");
}

static void test_nesting_is_bounded_when_parsed(void **state)
{
	(void)state;
	struct str text;
	struct mustache *template = NULL;
	struct mustache_error error;
	str_init(&text, 100000);
	for (int i = 0; i < 33; i++)
		str_add(&text, "{{#a}}");
	assert_int_equal(mustache_parse(text.text, text.len, &template, &error), RC_PERM);
	assert_int_equal(error.column, 32 * 6 + 1);
	assert_non_null(strstr(error.text, "deeper than 32"));
	str_free(&text);
}

/* A long line of tags: positions are counted once, not anew for each tag. */
static void test_parsing_is_linear(void **state)
{
	(void)state;
	struct str text;
	struct mustache *template = NULL;
	struct mustache_error error;
	str_init(&text, 4 << 20);
	while (text.len < (3 << 20))
		str_add(&text, " {{a}} {{! }} }} {{&b}}");
	assert_int_equal(mustache_parse(text.text, text.len, &template, &error), RC_OK);
	mustache_free(&template);
	str_free(&text);
}

/* ---- looking at a template ---- */

static void note(void *context, const char *name, const char *const *sections, size_t count,
                 int line, int column)
{
	for (size_t i = 0; i < count; i++)
		str_addf(context, "%s/", sections[i]);
	str_addf(context, "%s@%d:%d ", name, line, column);
}

static void test_names_and_partials(void **state)
{
	(void)state;
	static const char text[] =
		"{{a}}\n{{#s}}{{b.c}} {{^i}}{{{d}}}{{/i}}{{#t}}{{> foot}}{{/t}}{{/s}}\n"
		"{{>*e}}{{<head}}{{$x}}{{f}}{{/x}}{{/head}}";
	struct mustache *template;
	struct mustache_error error;
	struct str seen;
	str_init(&seen, 1000);
	assert_int_equal(mustache_parse(text, strlen(text), &template, &error), RC_OK);
	mustache_names(template, note, &seen);
	assert_string_equal(seen.text,
	                    "a@1:1 s@2:1 s/b.c@2:7 s/i@2:15 s/d@2:21 s/t@2:34 e@3:1 f@3:23 ");
	str_clear(&seen);
	mustache_partials(template, note, &seen);
	assert_string_equal(seen.text, "s/t/foot@2:40 head@3:8 ");
	str_free(&seen);
	mustache_free(&template);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_renders),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_nul_is_refused),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_nesting_is_bounded_when_parsed),
		cmocka_unit_test(test_parsing_is_linear),
		cmocka_unit_test(test_names_and_partials),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
