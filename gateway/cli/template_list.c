/* template list, template fields: which file wins, and what a text may say. */
#include "cli/template_inside.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_MOST 44 /* octets of a sample in a table */
#define WHERE_MOST  6  /* messages that are named */
#define DEPTH       4  /* of our own samples */

/* ---- which file wins ---- */

/* Does `path` lie in the folder, and which language is it in? */
static const char *inside(const char *path, const char *folder)
{
	size_t len = folder == NULL ? 0 : strlen(folder);
	return len > 0 && strncmp(path, folder, len) == 0 && path[len] == '/' ? path + len + 1
	                                                                      : NULL;
}

/* "hub", "own", "default"; with the language it falls back to, "own/fr"; and if
 * a file that should win has flaws, "default (own has flaws)". */
static char *winner(const struct texts *t, const char *name, const char *language)
{
	const char *path = catalog_path(t->catalog, t->hub, name, language);
	char *folder = template_folder(t), *text = NULL;
	if (path == NULL) {
		free(folder);
		return mem_text("none");
	}
	const char *at = t->hub != NULL ? inside(path, folder) : NULL, *whose = "hub";
	if (at == NULL) {
		at = inside(path, t->folder);
		whose = "own";
	}
	if (at == NULL) {
		at = strchr(path, '/') + 1;
		whose = "default";
	}
	size_t len = strcspn(at, "/");
	bool other = len != strlen(language) || strncmp(at, language, len) != 0;
	if (asprintf(&text, "%s%s%.*s%s", whose, other ? "/" : "", other ? (int)len : 0, at,
	             catalog_refused(t->catalog, t->hub, name, language) ? " (flawed: see check)"
	                                                                 : "") < 0)
		abort();
	free(folder);
	return text;
}

static void list_row(struct table *table, const struct texts *t, const char *name,
                     const char *purpose)
{
	char *cells[TABLE_MOST] = { (char *)(uintptr_t)name };
	size_t last = table->columns - 1;
	for (size_t i = 1; i < last; i++)
		cells[i] = winner(t, name, t->languages[i - 1]);
	cells[last] = (char *)(uintptr_t)purpose;
	table_add(table, (const char *const *)cells);
	for (size_t i = 1; i < last; i++)
		free(cells[i]);
}

static void print_list(const struct texts *t)
{
	size_t languages = t->language_count < TABLE_MOST - 2 ? t->language_count : TABLE_MOST - 2;
	struct table table = { .columns = languages + 2, .heads = { "text" } };
	char *folder = template_folder(t);
	if (t->gateway != NULL)
		printf("%s%s%s: %s\n\n", t->gateway->name, t->hub != NULL ? ", hub " : "",
		       t->hub != NULL ? t->hub : "",
		       folder != NULL ? folder : "no texts of its own; set 'templates'");
	for (size_t i = 0; i < languages; i++)
		table.heads[i + 1] = t->languages[i];
	table.heads[languages + 1] = "sent";
	for (const struct message_text *m = message_texts; m->name != NULL; m++)
		list_row(&table, t, m->name, m->purpose);
	for (size_t i = 0; catalog_partial(t->catalog, i) != NULL; i++)
		list_row(&table, t, catalog_partial(t->catalog, i), NULL);
	table_print(&table);
	putchar('\n');
	free(folder);
}

static json_t *files_of(const struct texts *t, const char *name)
{
	json_t *files = json_object();
	for (size_t i = 0; i < t->language_count; i++) {
		const char *path = catalog_path(t->catalog, t->hub, name, t->languages[i]);
		char *whose = winner(t, name, t->languages[i]);
		json_object_set_new(files, t->languages[i],
		                    json_pack("{s:s?, s:s}", "path", path, "wins", whose));
		free(whose);
	}
	return files;
}

static void add_json(json_t *rows, const struct texts *t, const char *name, const char *purpose)
{
	json_array_append_new(
		rows,
		json_pack("{s:s?, s:s?, s:s, s:s?, s:o}", "gateway",
	                  t->gateway != NULL ? t->gateway->name : NULL, "hub", t->hub, "name", name,
	                  "purpose", purpose, "files", files_of(t, name)));
}

int template_list(const struct texts *t, json_t *rows)
{
	if (rows == NULL) {
		print_list(t);
		return EX_OK;
	}
	for (const struct message_text *m = message_texts; m->name != NULL; m++)
		add_json(rows, t, m->name, m->purpose);
	for (size_t i = 0; catalog_partial(t->catalog, i) != NULL; i++)
		add_json(rows, t, catalog_partial(t->catalog, i), NULL);
	return EX_OK;
}

int template_about(const struct texts *t, const char *name)
{
	const struct message_text *m = message_text_find(name);
	if (m == NULL)
		return cli_fail(EX_USAGE, "no message '%s'; 'passerelle template list' names them",
		                name);
	json_t *samples = message_text_samples(m), *value;
	const char *case_name;
	if (t->cli->json) {
		json_t *cases = json_array();
		json_object_foreach (samples, case_name, value) {
			json_array_append_new(cases, json_string(case_name));
		}
		cli_print_json(json_pack("{s:s, s:s, s:o, s:o}", "name", name, "purpose",
		                         m->purpose, "files", files_of(t, name), "cases", cases));
		json_decref(samples);
		return EX_OK;
	}
	printf("%s: %s\n\n", m->name, m->purpose);
	for (size_t i = 0; i < t->language_count; i++)
		printf("  %s  %s\n", t->languages[i],
		       catalog_path(t->catalog, t->hub, name, t->languages[i]));
	puts("\nCases (passerelle template preview NAME --case CASE):\n");
	json_object_foreach (samples, case_name, value) {
		if (case_name[0] != '\0')
			printf("  %s\n", case_name);
	}
	json_decref(samples);
	printf("\n'passerelle template fields %s' shows what it may say\n", name);
	return EX_OK;
}

/* ---- placeholders ---- */

/* What a message may say is its sample (messages.h), so this cannot drift from it. */
struct walk {
	json_t *fields; /* placeholder -> {sample, in: [message], cases, last, empty} */
	const char *message;
	int case_at; /* counts on through all messages */
};

/* `sample`: NULL where it is empty. */
static void see_field(struct walk *w, const char *tag, const char *sample)
{
	json_t *field = json_object_get(w->fields, tag), *in;
	if (field == NULL) {
		field = json_pack("{s:s, s:[], s:i, s:i, s:b}", "sample", "", "in", "cases", 0,
		                  "last", 0, "empty", 0);
		json_object_set_new(w->fields, tag, field);
	}
	in = json_object_get(field, "in");
	const char *last = json_string_value(json_array_get(in, json_array_size(in) - 1));
	if (last == NULL || strcmp(last, w->message) != 0)
		json_array_append_new(in, json_string(w->message));
	if (sample == NULL)
		json_object_set_new(field, "empty", json_true());
	else if (json_integer_value(json_object_get(field, "last")) != w->case_at) {
		json_int_t cases = json_integer_value(json_object_get(field, "cases"));
		json_object_set_new(field, "cases", json_integer(cases + 1));
		json_object_set_new(field, "last", json_integer(w->case_at));
	}
	if (sample != NULL && json_string_value(json_object_get(field, "sample"))[0] == '\0')
		json_object_set_new(field, "sample", json_string(sample));
}

static void see_values(struct walk *w, const char *prefix, const json_t *values, int depth);

/* "{{#trail}} requester." -> where the innermost name begins. */
static int outer_len(const char *prefix)
{
	const char *section = strrchr(prefix, ' ');
	return section == NULL ? 0 : (int)(section + 1 - prefix);
}

/* A list's elements are written inside of its section: "{{#trail}} {{name}}". */
static void see_list(struct walk *w, const char *prefix, const char *name, const json_t *list,
                     int depth)
{
	struct str tag;
	size_t i;
	json_t *element;
	int outer = outer_len(prefix);
	const char *first = json_string_value(json_array_get(list, 0));
	if (json_array_size(list) == 0)
		return;
	str_init(&tag, 1000);
	str_addf(&tag, "%.*s{{#%s%s}}", outer, prefix, prefix + outer, name);
	if (first != NULL)
		str_add(&tag, " {{.}}");
	see_field(w, tag.text, first != NULL ? first : "for each");
	str_add_char(&tag, ' ');
	json_array_foreach ((json_t *)(uintptr_t)list, i, element)
		if (json_is_object(element))
			see_values(w, tag.text, element, depth);
	str_free(&tag);
}

static void see_value(struct walk *w, const char *prefix, const char *name, const json_t *value,
                      int depth)
{
	struct str tag;
	int outer = outer_len(prefix);
	const char *inner = prefix + outer;
	str_init(&tag, 1000);
	if (json_is_object(value)) {
		str_addf(&tag, "%s%s.", prefix, name);
		see_values(w, tag.text, value, depth);
	} else if (json_is_array(value)) {
		see_list(w, prefix, name, value, depth);
	} else if (json_is_boolean(value)) {
		str_addf(&tag, "%.*s{{#%s%s}}", outer, prefix, inner, name);
		see_field(w, tag.text, json_is_true(value) ? "if so" : NULL);
	} else {
		char *shown = json_is_string(value) ? mem_text(json_string_value(value))
		                                    : json_dumps(value, JSON_ENCODE_ANY);
		str_addf(&tag, "%.*s{{%s%s}}", outer, prefix, inner, name);
		see_field(w, tag.text, json_is_null(value) || shown[0] == '\0' ? NULL : shown);
		free(shown);
	}
	str_free(&tag);
}

static void see_values(struct walk *w, const char *prefix, const json_t *values, int depth)
{
	const char *name;
	json_t *value;
	json_object_foreach ((json_t *)(uintptr_t)values, name, value)
		if (depth > 0)
			see_value(w, prefix, name, value, depth - 1);
}

/* How many cases there are. */
static int see_message(const struct texts *t, struct walk *w, const struct message_text *m)
{
	json_t *samples = message_text_samples(m), *value;
	const char *case_name;
	int count = 0;
	w->message = m->name;
	json_object_foreach (samples, case_name, value) {
		w->case_at++;
		json_t *filled = catalog_sample(t->catalog, m->name, case_name, t->languages[0]);
		see_values(w, "", filled, DEPTH);
		json_decref(filled);
		count++;
	}
	json_decref(samples);
	return count;
}

/* Is it there whenever it can be written: in all cases, or in all its list is in? */
static bool is_always(const json_t *fields, const char *tag, const json_t *field, int cases)
{
	const char *last = strrchr(tag, ' ');
	char *around = mem_text_len(tag, last == NULL ? 0 : (size_t)(last - tag));
	const json_t *section = json_object_get(fields, around);
	json_int_t most = section != NULL ? json_integer_value(json_object_get(section, "cases"))
	                                  : cases;
	free(around);
	return json_integer_value(json_object_get(field, "cases")) == most &&
	       json_is_false(json_object_get(field, "empty"));
}

static char *where(const json_t *field, size_t messages)
{
	const json_t *in = json_object_get(field, "in");
	struct str text;
	if (json_array_size(in) == messages)
		return mem_text("all");
	str_init(&text, 4000);
	if (json_array_size(in) > WHERE_MOST)
		str_addf(&text, "%zu messages", json_array_size(in));
	for (size_t i = 0; json_array_size(in) <= WHERE_MOST && i < json_array_size(in); i++)
		str_addf(&text, "%s%s", i > 0 ? " " : "", json_string_value(json_array_get(in, i)));
	return text.text;
}

/* Names that are empty in all cases are seen, but are no placeholder of their own
 * ({{handed_by}}, of which there is {{handed_by.name}}). */
static void drop_empty(json_t *fields)
{
	const char *tag;
	json_t *field;
	void *next;
	json_object_foreach_safe (fields, next, tag, field)
		if (json_string_value(json_object_get(field, "sample"))[0] == '\0')
			json_object_del(fields, tag);
}

static json_t *fields_json(json_t *fields, const char *name, int cases)
{
	json_t *rows = json_array(), *field;
	const char *tag;
	json_object_foreach (fields, tag, field) {
		json_t *always = name != NULL
		                         ? json_boolean(is_always(fields, tag, field, cases))
		                         : json_null();
		json_array_append_new(rows, json_pack("{s:s, s:O, s:O, s:o}", "placeholder", tag,
		                                      "sample", json_object_get(field, "sample"),
		                                      "messages", json_object_get(field, "in"),
		                                      "always", always));
	}
	return rows;
}

static void print_fields(json_t *fields, const char *name, int cases, size_t messages)
{
	struct table table = { .columns = 3, .heads = { "placeholder", "sample", "where" } };
	const char *tag;
	json_t *field;
	json_object_foreach (fields, tag, field) {
		const char *sample = json_string_value(json_object_get(field, "sample"));
		char *cut = utf8_cut(sample, SAMPLE_MOST), *in = where(field, messages);
		bool always = is_always(fields, tag, field, cases);
		table_add(&table, (const char *[]){ tag, cut,
		                                    name == NULL ? in
		                                    : always     ? "always"
		                                                 : "sometimes" });
		free(cut);
		free(in);
	}
	table_print(&table);
	puts(name == NULL ? "\n'passerelle template fields NAME' shows those of one message"
	                  : "\nsometimes: it may be empty, so write it into a section, "
	                    "{{#x}}...{{/x}}; of a list, {{#x.any}} says a thing once");
}

int template_fields(const struct texts *t, const char *name)
{
	struct walk w = { .fields = json_object() };
	size_t messages = 0;
	int cases = 0, code = EX_OK;
	for (const struct message_text *m = message_texts; m->name != NULL; m++, messages++)
		if (name == NULL || strcmp(name, m->name) == 0)
			cases = see_message(t, &w, m);
	drop_empty(w.fields);
	if (json_object_size(w.fields) == 0)
		code = cli_fail(EX_USAGE, "no message '%s'; 'passerelle template list' names them",
		                name);
	else if (t->cli->json)
		cli_print_json(fields_json(w.fields, name, cases));
	else
		print_fields(w.fields, name, cases, messages);
	json_decref(w.fields);
	return code;
}
