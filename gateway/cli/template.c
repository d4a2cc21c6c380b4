/* template: the texts of the mails, for the one who edits them.
 *
 *   list             which file wins, by gateway, hub, message and language
 *   list NAME        one message: when it is sent, its files, its cases
 *   fields [NAME]    the placeholders, with a sample of each
 *   check            every flaw as file:line:column: what; remedy
 *   preview NAME     with sample values, or those of a real mail
 *   diff [NAME]      each own file against its default
 *   new NAME|all     an own file started from the default
 */
#include "cli/template_inside.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const default_languages[] = { "fr", "en", "de", "es" };

void template_open(struct cli *cli, const struct conf_gateway *gateway, struct texts *t)
{
	*t = (struct texts){ .cli = cli, .gateway = gateway, .languages = default_languages,
		             .language_count = 4 };
	if (gateway != NULL && gateway->language_count > 0) {
		t->languages = (const char *const *)gateway->languages;
		t->language_count = gateway->language_count;
	}
	t->folder = gateway != NULL ? gateway->templates : NULL;
	t->catalog = catalog_new(t->folder, t->languages, t->language_count, NULL, NULL);
}

void template_close(struct texts *t)
{
	catalog_free(&t->catalog);
}

const char *template_language(const struct texts *t)
{
	const char *language = cli_option(t->cli, "--lang"), *whole = cli_option(t->cli,
	                                                                        "--language");
	return language != NULL ? language : whole;
}

char *template_folder(const struct texts *t)
{
	char *folder = NULL;
	if (t->folder == NULL)
		return NULL;
	if (t->hub == NULL)
		return mem_text(t->folder);
	if (asprintf(&folder, "%s/hub-%s", t->folder, t->hub) < 0)
		abort();
	return folder;
}

/* All gateways of the configuration, or the one of -g: list and check. */
static size_t gateways(const struct cli *cli, const struct conf_gateway **first)
{
	bool all = cli->conf != NULL && !cli->chosen;
	*first = all ? cli->conf->gateways : cli->gateway;
	return all ? cli->conf->gateway_count : 1;
}

/* ---- check ---- */

struct flaw_out {
	json_t *array; /* NULL: printed */
	const char *gateway;
};

static void tell_flaw(void *context, const char *sentence)
{
	const struct flaw_out *out = context;
	if (out->array == NULL)
		puts(sentence);
	else
		json_array_append_new(out->array, json_pack("{s:s?, s:s}", "gateway", out->gateway,
		                                            "flaw", sentence));
}

static int check(struct cli *cli)
{
	const struct conf_gateway *first;
	size_t count = 0, gateway_count = gateways(cli, &first);
	struct flaw_out out = { cli->json ? json_array() : NULL, NULL };
	if (!cli_words(cli, 0, 0, "template check [--json]"))
		return EX_USAGE;
	for (size_t i = 0; i < gateway_count; i++) {
		struct texts t;
		template_open(cli, first == NULL ? NULL : &first[i], &t);
		out.gateway = t.gateway != NULL ? t.gateway->name : NULL;
		count += catalog_check(t.catalog, tell_flaw, &out);
		template_close(&t);
	}
	if (out.array != NULL)
		cli_print_json(out.array);
	else if (count == 0)
		puts("no flaws");
	else
		printf("%zu flaw%s\n", count, count == 1 ? "" : "s");
	return count == 0 ? EX_OK : EX_DATAERR;
}

/* ---- list ---- */

static void list_gateway(struct cli *cli, const struct conf_gateway *gateway, json_t *rows)
{
	struct texts t;
	template_open(cli, gateway, &t);
	template_list(&t, rows);
	for (size_t i = 0; (t.hub = catalog_hub(t.catalog, i)) != NULL; i++)
		template_list(&t, rows);
	template_close(&t);
}

static int list(struct cli *cli)
{
	const struct conf_gateway *first;
	size_t count = gateways(cli, &first);
	json_t *rows = cli->json ? json_array() : NULL;
	for (size_t i = 0; i < count; i++)
		list_gateway(cli, first == NULL ? NULL : &first[i], rows);
	if (rows != NULL)
		cli_print_json(rows);
	return EX_OK;
}

/* ---- the command ---- */

static int run(struct cli *cli, const char *what)
{
	if (strcmp(what, "check") == 0)
		return check(cli);
	if (strcmp(what, "list") == 0 && cli->argc == 0)
		return list(cli);
	struct texts t;
	template_open(cli, cli->gateway, &t);
	t.hub = cli_option(cli, "--hub");
	int code;
	if (strcmp(what, "preview") == 0)
		code = template_preview(&t);
	else if (strcmp(what, "new") == 0)
		code = template_new(&t);
	else if (strcmp(what, "list") == 0)
		code = cli_words(cli, 1, 1, "template list [NAME] [--json]")
		               ? template_about(&t, cli->argv[0])
		               : EX_USAGE;
	else if (strcmp(what, "fields") == 0)
		code = cli_words(cli, 0, 1, "template fields [NAME] [--json]")
		               ? template_fields(&t, cli->argc == 1 ? cli->argv[0] : NULL)
		               : EX_USAGE;
	else if (strcmp(what, "diff") == 0)
		code = cli_words(cli, 0, 1, "template diff [NAME]")
		               ? template_diff(&t, cli->argc == 1 ? cli->argv[0] : NULL)
		               : EX_USAGE;
	else
		code = cli_fail(
			EX_USAGE,
			"template list, fields, check, preview, diff or new; not '%s'", what);
	template_close(&t);
	return code;
}

int cli_template(struct cli *cli)
{
	if (cli->argc == 0)
		return cli_fail(EX_USAGE, "template list, fields, check, preview, diff or new");
	const char *what = cli->argv[0];
	cli->argc--;
	cli->argv++;
	return run(cli, what);
}
