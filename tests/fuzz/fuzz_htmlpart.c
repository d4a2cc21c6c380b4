/* A marked text: whatever it is, only our own tags come out, and each that is
 * opened is closed. */
#include "mailtemplates/htmlpart.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_html(const char *html)
{
	static const char *const ours[] = { "a href=\"mailto:", "/a>", "b>", "/b>", "br>", "bdi>",
		                            "/bdi>" };
	int open = 0;
	for (; (html = strchr(html, '<')) != NULL; html++) {
		bool known = false;
		for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
			known = known || strncmp(html + 1, ours[i], strlen(ours[i])) == 0;
		open += strncmp(html, "<br>", 4) == 0 ? 0 : html[1] == '/' ? -1 : 1;
		if (!known || open < 0)
			abort();
	}
	if (open != 0)
		abort();
}

static void check(const json_t *value)
{
	const char *key;
	size_t index;
	json_t *part;
	if (json_is_string(value))
		check_html(json_string_value(value));
	json_array_foreach (value, index, part)
		check(part);
	json_object_foreach ((json_t *)(uintptr_t)value, key, part) {
		if (strcmp(key, "word") != 0)
			check(part);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct textanswer answers[] = { { (char *)"YES", (char *)"YES" },
		                                     { (char *)"YES ALL", (char *)"YES ALL " },
		                                     { (char *)"1", (char *)"1" } };
	static const struct htmlpart with = { answers, 3, "in+t@gw.example", "<A&B>", "7K2M" };
	struct str text;
	str_init(&text, 1 << 20);
	for (size_t i = 0; i < size; i++)
		str_add_char(&text, data[i] == 0 ? ' ' : (char)data[i]);
	json_t *made = htmlpart_make(&with, text.text, text.len);
	check(made);
	json_decref(made);
	str_free(&text);
	return 0;
}
