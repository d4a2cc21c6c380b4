#include "cli/template.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/cli.h"
#include "cli/linediff.h"
#include "mail/compose.h"
#include "mailtemplates/catalog.h"
#include "mailtemplates/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAMPLE_AT 1780999200 /* Tuesday, 9 June 2026, 10:00 UTC: the sample's today */

static const char *const default_languages[] = { "fr", "en", "de" };

struct texts {
	struct cli *cli;
	struct catalog *catalog;
	const char *folder; /* the gateway's own, or NULL */
	const char *const *languages;
	size_t language_count;
};

/* ---- list ---- */

/* The table of placeholders is the sample itself, so it cannot drift from it. */
static void show_names(const json_t *values, const char *prefix, int indent, int depth);

static void show_name(const char *name, const json_t *value, int indent, int depth)
{
	const json_t *first = json_array_get(value, 0);
	char *shown = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	if (json_is_object(first)) {
		printf("%*s{{#%s}} for each, {{#%s.any}} once:\n", indent, "", name, name);
		show_names(first, "", indent + 2, depth);
	} else if (json_is_array(value)) {
		printf("%*s{{#%s}}{{.}}{{/%s}}  %s\n", indent, "", name, name,
		       first == NULL ? "" : json_string_value(first));
	} else if (json_is_object(value)) {
		char *inner = NULL;
		if (asprintf(&inner, "%s.", name) < 0)
			abort();
		show_names(value, inner, indent, depth);
		free(inner);
	} else if (json_is_boolean(value)) {
		printf("%*s{{#%s}} ... {{/%s}}  if so; {{^%s}} if not\n", indent, "", name, name,
		       name);
	} else if (!json_is_null(value)) {
		printf("%*s{{%s}}  %s\n", indent, "", name, shown);
	}
	free(shown);
}

static void show_names(const json_t *values, const char *prefix, int indent, int depth)
{
	const char *key;
	json_t *value;
	if (depth == 0)
		return;
	json_object_foreach ((json_t *)(uintptr_t)values, key, value) {
		char *name = NULL;
		if (asprintf(&name, "%s%s", prefix, key) < 0)
			abort();
		show_name(name, value, indent, depth - 1);
		free(name);
	}
}

/* Each name with a value that tells most: of whichever case has one. */
static json_t *all_names(const struct texts *t, const char *message)
{
	json_t *samples = message_text_samples(message_text_find(message)), *values, *value;
	json_t *all = catalog_sample(t->catalog, message, "", t->languages[0]);
	const char *case_name, *key;
	json_object_foreach (samples, case_name, values) {
		json_object_foreach (values, key, value) {
			json_t *have = json_object_get(all, key);
			if (json_is_null(have) || json_is_false(have) ||
			    (json_is_array(have) && json_array_size(have) == 0))
				json_object_set(all, key, value);
		}
	}
	json_decref(samples);
	return all;
}

/* "own", "default", or with the language it falls back to: "default/fr". */
static char *winner(const struct texts *t, const char *name, const char *language)
{
	const char *path = catalog_path(t->catalog, NULL, name, language);
	bool own = path != NULL && t->folder != NULL &&
	           strncmp(path, t->folder, strlen(t->folder)) == 0;
	if (path == NULL)
		return mem_text("none");
	const char *found = own ? path + strlen(t->folder) + 1 : strchr(path, '/') + 1;
	size_t len = strcspn(found, "/");
	char *text = NULL;
	if (len == strlen(language) && strncmp(found, language, len) == 0)
		return mem_text(own ? "own" : "default");
	if (asprintf(&text, "%s/%.*s", own ? "own" : "default", (int)len, found) < 0)
		abort();
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

static int list_all(const struct texts *t)
{
	size_t languages = t->language_count < TABLE_MOST - 2 ? t->language_count : TABLE_MOST - 2;
	struct table table = { .columns = languages + 2, .heads = { "text" } };
	for (size_t i = 0; i < languages; i++)
		table.heads[i + 1] = t->languages[i];
	table.heads[languages + 1] = "sent";
	for (const struct message_text *m = message_texts; m->name != NULL; m++)
		list_row(&table, t, m->name, m->purpose);
	for (size_t i = 0; catalog_partial(t->catalog, i) != NULL; i++)
		list_row(&table, t, catalog_partial(t->catalog, i), NULL);
	table_print(&table);
	if (t->folder != NULL)
		printf("\nown: %s\n", t->folder);
	return EX_OK;
}

static int list_json(const struct texts *t)
{
	json_t *all = json_array();
	for (const struct message_text *m = message_texts; m->name != NULL; m++) {
		json_t *files = json_object();
		for (size_t i = 0; i < t->language_count; i++)
			json_object_set_new(
				files, t->languages[i],
				json_string(catalog_path(t->catalog, NULL, m->name, t->languages[i])));
		json_array_append_new(all, json_pack("{s:s, s:s, s:o, s:o}", "name", m->name,
		                                     "purpose", m->purpose, "files", files,
		                                     "values", all_names(t, m->name)));
	}
	cli_print_json(all);
	return EX_OK;
}

static int list_one(const struct texts *t, const char *name)
{
	const struct message_text *m = message_text_find(name);
	if (m == NULL)
		return cli_fail(EX_USAGE, "no message '%s'; 'passerelle template list' names them",
		                name);
	printf("%s: %s\n\n", m->name, m->purpose);
	for (size_t i = 0; i < t->language_count; i++)
		printf("  %s  %s\n", t->languages[i],
		       catalog_path(t->catalog, NULL, name, t->languages[i]));
	puts("\nWhat it may say, with sample values:\n");
	json_t *values = all_names(t, name);
	show_names(values, "", 2, 4);
	json_decref(values);
	json_t *samples = message_text_samples(m), *value;
	const char *case_name;
	puts("\nCases ('preview --case'):\n");
	json_object_foreach (samples, case_name, value) {
		if (case_name[0] != '\0')
			printf("  %s\n", case_name);
	}
	json_decref(samples);
	return EX_OK;
}

/* ---- check ---- */

static void print_flaw(void *context, const char *sentence)
{
	(void)context;
	puts(sentence);
}

static void collect_flaw(void *context, const char *sentence)
{
	json_array_append_new(context, json_string(sentence));
}

static int check(const struct texts *t)
{
	json_t *flaws = t->cli->json ? json_array() : NULL;
	size_t count = catalog_check(t->catalog, flaws != NULL ? collect_flaw : print_flaw, flaws);
	if (flaws != NULL)
		cli_print_json(flaws);
	else if (count == 0)
		puts("no flaws");
	else
		printf("%zu flaw%s\n", count, count == 1 ? "" : "s");
	return count == 0 ? EX_OK : EX_DATAERR;
}

/* ---- preview ---- */

static int print_eml(const struct texts *t, const struct catalog_mail *mail, const json_t *values)
{
	const json_t *reader = json_object_get(values, "reader");
	const struct conf_gateway *g = t->cli->gateway;
	struct message_mailbox to = { (char *)"reader@example.org",
		                      (char *)(uintptr_t)json_string_value(
					      json_object_get(reader, "name")) };
	struct compose eml = { .to = &to,
		               .to_count = 1,
		               .subject = mail->subject,
		               .message_id = "<preview@example.org>",
		               .date_at = SAMPLE_AT,
		               .language = mail->language,
		               .text = mail->text,
		               .html = mail->html };
	eml.from.address = g != NULL ? g->address : (char *)"relais@reseau-nord.example";
	eml.from.name = g != NULL ? g->display_name : (char *)"R\xC3\xA9seau Nord Entreprises";
	char *octets;
	size_t len;
	struct why why;
	enum rc rc = compose_mail(&eml, &octets, &len, &why);
	if (rc != RC_OK)
		return cli_code(rc, &why);
	fwrite(octets, 1, len, stdout);
	free(octets);
	return EX_OK;
}

/* The gateway's own name and address stand where the sample has invented ones. */
static void put_gateway(const struct texts *t, json_t *values)
{
	const struct conf_gateway *g = t->cli->gateway;
	if (g == NULL)
		return;
	json_object_set_new(values, "gateway", json_string(g->address));
	if (g->display_name != NULL)
		json_object_set_new(values, "network", json_string(g->display_name));
}

static int preview(const struct texts *t, const char *language, const char *case_name)
{
	bool html = cli_flag(t->cli, "--html"), eml = cli_flag(t->cli, "--eml");
	cli_flag(t->cli, "--text");
	if (!cli_words(t->cli, 1, 1,
	               "template preview NAME [--lang fr] [--case NAME] [--text|--html|--eml]"))
		return EX_USAGE;
	const char *name = t->cli->argv[0];
	language = catalog_language(t->catalog, language != NULL ? language : t->languages[0]);
	json_t *values =
		catalog_sample(t->catalog, name, case_name == NULL ? "" : case_name, language);
	if (values == NULL)
		return cli_fail(
			EX_USAGE,
			"no message '%s', or no case '%s' of it; see 'passerelle template list'",
			name, case_name == NULL ? "" : case_name);
	struct catalog_mail mail;
	struct why why;
	int code = EX_OK;
	put_gateway(t, values);
	enum rc rc = catalog_render(t->catalog, name, language, values, &mail, &why);
	if (rc != RC_OK) {
		json_decref(values);
		return cli_code(rc, &why);
	}
	if (eml)
		code = print_eml(t, &mail, values);
	else if (html && mail.html == NULL)
		code = cli_fail(EX_DATAERR, "'%s' has no HTML part in '%s'", name, mail.language);
	else if (html)
		fputs(mail.html, stdout);
	else
		printf("Subject: %s\n\n%s", mail.subject, mail.text);
	catalog_mail_free(&mail);
	json_decref(values);
	return code;
}

/* ---- diff, new ---- */

static const struct embed *default_of(const char *language, const char *name)
{
	char *path = NULL;
	if (asprintf(&path, "mailtemplates/default/%s/%s.txt", language, name) < 0)
		abort();
	const struct embed *found = embed_find(path);
	free(path);
	return found;
}

static int diff(const struct texts *t)
{
	size_t count, differ = 0;
	const struct embed *all = embed_all(&count);
	for (size_t i = 0; i < count && t->folder != NULL; i++) {
		static const char prefix[] = "mailtemplates/default/";
		char *path = NULL, *octets;
		size_t len;
		if (strncmp(all[i].path, prefix, sizeof prefix - 1) != 0)
			continue;
		if (asprintf(&path, "%s/%s", t->folder, all[i].path + sizeof prefix - 1) < 0)
			abort();
		if (file_read(path, 1 << 20, &octets, &len, NULL) == RC_OK) {
			struct str out;
			str_init(&out, (size_t)16 << 20);
			bool marked = strncmp(octets, "{{! default ", 12) == 0;
			const char *own = marked ? octets + strcspn(octets, "\n") : octets;
			own += marked && *own == '\n';
			differ += linediff(all[i].path, all[i].text, path, own, &out);
			fputs(out.text, stdout);
			str_free(&out);
			free(octets);
		}
		free(path);
	}
	if (differ == 0)
		puts(t->folder == NULL ? "the gateway has no texts of its own; set 'templates'"
		                       : "no text of the gateway's own differs from its default");
	return EX_OK;
}

/* The new file says which state of which default it began as: its first line. */
static int write_new(const struct texts *t, const struct embed *from, const char *source,
                     const char *language, const char *name)
{
	struct str path, text;
	struct why why;
	str_init(&path, 4096);
	str_init(&text, (size_t)1 << 20);
	str_addf(&path, "%s/%s", t->folder, language);
	enum rc rc = file_make_folder(path.text, &why);
	str_addf(&path, "/%s.txt", name);
	int code = EX_OK;
	if (rc == RC_OK && access(path.text, F_OK) == 0) {
		printf("%s is there already\n", path.text);
	} else {
		char *mark = catalog_mark(source, from->text, from->len);
		str_addf(&text, "%s\n%s", mark, from->text);
		free(mark);
		if (rc == RC_OK)
			rc = file_write(path.text, text.text, text.len, &why);
		if (rc == RC_OK)
			printf("%s is written, from the default in '%s'\n", path.text, source);
		else
			code = cli_code(rc, &why);
	}
	str_free(&path);
	str_free(&text);
	return code;
}

static int new_one(const struct texts *t, const char *language, const char *name)
{
	const char *sources[] = { language, t->languages[0], "en" };
	for (size_t i = 0; i < 3; i++) {
		const struct embed *from = default_of(sources[i], name);
		if (from != NULL)
			return write_new(t, from, sources[i], language, name);
	}
	return cli_fail(EX_USAGE, "there is no text '%s'; 'passerelle template list' names them",
	                name);
}

static bool good_language(const char *language)
{
	size_t len = strlen(language);
	return len >= 2 && len <= 35 &&
	       strspn(language, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static int new(const struct texts *t, const char *language)
{
	if (!cli_words(t->cli, 1, 1, "template new NAME|all --lang es"))
		return EX_USAGE;
	const char *name = t->cli->argv[0];
	if (t->folder == NULL)
		return cli_fail(EX_CONFIG,
		                "the gateway has no folder for texts of its own; set 'templates'");
	if (language == NULL || !good_language(language))
		return cli_fail(EX_USAGE, "which language? --lang es, in lower case");
	if (strcmp(name, "all") != 0)
		return new_one(t, language, name);
	int code = EX_OK;
	for (const struct message_text *m = message_texts; m->name != NULL && code == EX_OK; m++)
		code = new_one(t, language, m->name);
	for (size_t i = 0; catalog_partial(t->catalog, i) != NULL && code == EX_OK; i++)
		if (default_of("en", catalog_partial(t->catalog, i)) != NULL)
			code = new_one(t, language, catalog_partial(t->catalog, i));
	return code;
}

/* ---- the command ---- */

static int run(struct texts *t, const char *what)
{
	const char *language = cli_option(t->cli, "--lang");
	const char *case_name = cli_option(t->cli, "--case");
	if (strcmp(what, "preview") == 0)
		return preview(t, language, case_name);
	if (strcmp(what, "new") == 0)
		return new(t, language);
	if (strcmp(what, "list") == 0) {
		if (!cli_words(t->cli, 0, 1, "template list [NAME]"))
			return EX_USAGE;
		if (t->cli->argc == 1)
			return list_one(t, t->cli->argv[0]);
		return t->cli->json ? list_json(t) : list_all(t);
	}
	if (!cli_words(t->cli, 0, 0, "template check|diff"))
		return EX_USAGE;
	if (strcmp(what, "check") == 0)
		return check(t);
	if (strcmp(what, "diff") == 0)
		return diff(t);
	return cli_fail(EX_USAGE, "template list, check, preview, diff or new; not '%s'", what);
}

int cli_template(int argc, char **argv, const struct conf_gateway *gateway)
{
	if (argc == 0)
		return cli_fail(EX_USAGE, "template list, check, preview, diff or new");
	struct cli cli = { .gateway = gateway, .argc = argc - 1, .argv = argv + 1 };
	cli.json = cli_flag(&cli, "--json");
	struct texts t = { .cli = &cli, .languages = default_languages, .language_count = 3 };
	if (gateway != NULL && gateway->language_count > 0) {
		t.languages = (const char *const *)gateway->languages;
		t.language_count = gateway->language_count;
	}
	t.folder = gateway != NULL ? gateway->templates : NULL;
	t.catalog = catalog_new(t.folder, t.languages, t.language_count, NULL, NULL);
	int code = run(&t, argv[0]);
	catalog_free(&t.catalog);
	return code;
}
