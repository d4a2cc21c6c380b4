/* mustache-spec FILE.json...: runs the public Mustache specification's cases. */
#include "mailtemplates/mustache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTIALS 16

struct partials {
	const char *names[PARTIALS];
	struct mustache *templates[PARTIALS];
	size_t count;
};

static const struct mustache *find(void *context, const char *name)
{
	struct partials *p = context;
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->names[i], name) == 0)
			return p->templates[i];
	return NULL;
}

static bool run(const json_t *test)
{
	const char *text = json_string_value(json_object_get(test, "template"));
	const char *expected = json_string_value(json_object_get(test, "expected"));
	struct partials partials = { .count = 0 };
	struct mustache *template = NULL;
	struct mustache_error error = { 0 };
	struct why why = { "" };
	struct str out;
	const char *name;
	json_t *value;
	str_init(&out, 65536);
	enum rc rc = mustache_parse(text, strlen(text), &template, &error);
	json_object_foreach (json_object_get(test, "partials"), name, value) {
		size_t n = partials.count;
		if (rc == RC_OK && n < PARTIALS)
			rc = mustache_parse(json_string_value(value), json_string_length(value),
			                    &partials.templates[n], &error);
		partials.names[n] = name;
		partials.count += rc == RC_OK;
	}
	if (rc == RC_OK)
		rc = mustache_render(template, json_object_get(test, "data"), MUSTACHE_HTML, find,
		                     &partials, &out, &why);
	bool good = rc == RC_OK && strcmp(out.text, expected) == 0;
	if (!good)
		printf("  %s: %s%s\n    wanted %s\n    got    %s\n",
		       json_string_value(json_object_get(test, "name")), error.text, why.text,
		       expected, out.text);
	for (size_t i = 0; i < partials.count; i++)
		mustache_free(&partials.templates[i]);
	mustache_free(&template);
	str_free(&out);
	return good;
}

int main(int argc, char **argv)
{
	size_t passed = 0, failed = 0;
	for (int i = 1; i < argc; i++) {
		json_error_t error;
		json_t *file = json_load_file(argv[i], JSON_DECODE_ANY, &error), *test;
		size_t good = 0, index, before = failed;
		if (file == NULL) {
			fprintf(stderr, "%s: %s\n", argv[i], error.text);
			return 66;
		}
		json_array_foreach (json_object_get(file, "tests"), index, test) {
			bool ok = run(test);
			good += ok;
			failed += !ok;
		}
		passed += good;
		printf("%s: %zu passed, %zu failed\n", argv[i], good, failed - before);
		json_decref(file);
	}
	printf("%zu passed, %zu failed\n", passed, failed);
	return failed == 0 && passed > 0 ? 0 : 1;
}
