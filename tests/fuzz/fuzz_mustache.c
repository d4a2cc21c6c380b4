/* A template, a partial and values (JSON), divided by NUL: parsed, rendered
 * every way, walked; and the template as a file of the catalogue. */
#include "base/mem.h"
#include "mailtemplates/mustache.h"
#include "mailtemplates/refill.h"
#include "mailtemplates/textfile.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct mustache *any(void *context, const char *name)
{
	(void)name;
	return context;
}

static void seen(void *context, const char *name, const char *const *sections, size_t count,
		 int line, int column)
{
	(void)context;
	if (name[0] == '\0' || line < 1 || column < 1 || (count > 0 && sections[0] == NULL))
		abort();
}

static void flaw(void *context, const char *path, int line, int column, const char *what)
{
	(void)context;
	if (path == NULL || line < 1 || column < 1 || what[0] == '\0')
		abort();
}

static void try_file(const char *name, const char *text, size_t len)
{
	struct textfile *file = NULL;
	if (textfile_parse("x", name, mem_text_len(text, len), len, flaw, NULL, &file) == RC_OK)
		textfile_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span {
		const char *text;
		size_t len;
	} parts[3] = { 0 };
	const char *at = (const char *)data, *end = at + size;
	for (int i = 0; i < 3; i++) {
		const char *nul = i < 2 ? memchr(at, '\0', (size_t)(end - at)) : NULL;
		parts[i] = (struct span){ at, (size_t)((nul == NULL ? end : nul) - at) };
		at = nul == NULL ? end : nul + 1;
	}
	struct mustache *template = NULL, *partial = NULL;
	struct mustache_error error;
	json_t *values = json_loadb(parts[2].text, parts[2].len, JSON_DECODE_ANY, NULL);
	mustache_parse(parts[1].text, parts[1].len, &partial, &error);
	if (mustache_parse(parts[0].text, parts[0].len, &template, &error) == RC_OK) {
		for (int escape = MUSTACHE_TEXT; escape <= MUSTACHE_LINE; escape++) {
			struct str out, filled;
			str_init(&out, 20000);
			str_init(&filled, 2000000);
			mustache_render(template, values, (enum mustache_escape)escape, any,
					partial, &out, NULL);
			refill(out.text, &filled);
			if (!str_ok(&filled))
				abort();
			str_free(&filled);
			str_free(&out);
		}
		mustache_names(template, seen, NULL);
		mustache_partials(template, seen, NULL);
	} else if (error.line < 1 || error.column < 1 || error.text[0] == '\0') {
		abort();
	}
	try_file("ask", parts[0].text, parts[0].len);
	try_file("_foot", parts[0].text, parts[0].len);
	try_file("_dates", parts[0].text, parts[0].len);
	mustache_free(&template);
	mustache_free(&partial);
	json_decref(values);
	return 0;
}
