/* template preview: a message as its reader gets it. */
#include "cli/template_inside.h"

#include "base/mem.h"
#include "mail/compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_AT 1780999200 /* Tuesday, 9 June 2026, 10:00 UTC: the sample's today */
#define SAMPLE_TO "reader@example.org"
#define USAGE \
	"template preview NAME [--lang fr] [--case CASE | --intro REFERENCE|ID]" \
	" [--text|--html|--eml] [--hub NAME]"

/* What a preview shows; all of it owned. */
struct shown {
	json_t *values;
	char *language, *to;
	int64_t date_at;
};

static void shown_free(struct shown *shown)
{
	json_decref(shown->values);
	free(shown->language);
	free(shown->to);
}

static int print_eml(const struct texts *t, const struct catalog_mail *mail,
                     const struct shown *shown)
{
	const json_t *reader = json_object_get(shown->values, "reader");
	const struct conf_gateway *g = t->gateway;
	struct message_mailbox to = { shown->to, (char *)(uintptr_t)json_string_value(
							 json_object_get(reader, "name")) };
	struct compose eml = { .to = &to,
		               .to_count = 1,
		               .subject = mail->subject,
		               .message_id = "<preview@example.org>",
		               .date_at = shown->date_at,
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
	const struct conf_gateway *g = t->gateway;
	if (g == NULL)
		return;
	json_object_set_new(values, "gateway", json_string(g->address));
	if (g->display_name != NULL)
		json_object_set_new(values, "network", json_string(g->display_name));
}

static int take_sample(const struct texts *t, const char *name, const char *case_name,
                       const char *language, struct shown *shown)
{
	language = catalog_language(t->catalog, language != NULL ? language : t->languages[0]);
	shown->values =
		catalog_sample(t->catalog, name, case_name == NULL ? "" : case_name, language);
	if (shown->values == NULL && message_text_find(name) == NULL)
		return cli_fail(EX_USAGE, "no message '%s'; 'passerelle template list' names them",
		                name);
	if (shown->values == NULL)
		return cli_fail(EX_USAGE,
		                "'%s' has no case '%s'; 'passerelle template list %s' names them",
		                name, case_name, name);
	put_gateway(t, shown->values);
	shown->language = mem_text(language);
	shown->to = mem_text(SAMPLE_TO);
	shown->date_at = SAMPLE_AT;
	return EX_OK;
}

/* The last mail of this message about the introduction, as it stands in the outbox. */
static int take_real(struct store *store, const char *name, const char *word,
                     struct shown *shown)
{
	char *end;
	long long id = strtoll(word, &end, 10);
	struct intro *intro = *end == '\0' && id > 0 ? intro_get(store, id)
	                                             : intro_by_reference(store, word);
	if (intro == NULL)
		return cli_fail(EX_NOINPUT, "no introduction '%s'; 'passerelle intro list' shows "
		                            "them", word);
	struct outbox *mail = outbox_last(store, intro->id, name);
	if (mail == NULL)
		return cli_fail(EX_NOINPUT, "no '%s' was written for %s; 'passerelle intro show "
		                            "%s' tells its story", name, intro->reference,
		                intro->reference);
	shown->values = json_loads(mail->values, 0, NULL);
	shown->language = mem_text(mail->language);
	shown->to = mem_text(mail->address);
	shown->date_at = mail->queued_at;
	return EX_OK;
}

static int take_values(const struct texts *t, const char *name, struct shown *shown)
{
	const char *language = template_language(t), *intro = cli_option(t->cli, "--intro"),
		   *case_name = cli_option(t->cli, "--case");
	struct store *store;
	if (intro == NULL)
		return take_sample(t, name, case_name, language, shown);
	if (t->gateway == NULL || case_name != NULL)
		return cli_fail(EX_USAGE, case_name != NULL ? "--case is of the sample, --intro is "
		                                              "real: one of the two"
		                                            : "--intro needs the configuration: "
		                                              "passerelle -c FILE template ...");
	int code = cli_store(t->cli, &store);
	if (code != EX_OK)
		return code;
	code = take_real(store, name, intro, shown);
	cli_store_end(&store, false);
	if (code == EX_OK && language != NULL) {
		free(shown->language);
		shown->language = mem_text(language);
	}
	return code;
}

int template_preview(const struct texts *t)
{
	bool html = cli_flag(t->cli, "--html"), eml = cli_flag(t->cli, "--eml");
	struct shown shown = { 0 };
	struct catalog_mail mail = { 0 };
	struct why why;
	cli_flag(t->cli, "--text");
	const char *name = t->cli->argc > 0 ? t->cli->argv[0] : "";
	if (strncmp(name, "--", 2) == 0 || name[0] == '\0') {
		fputs("usage: passerelle " USAGE "\n", stderr);
		return EX_USAGE;
	}
	int code = take_values(t, name, &shown);
	if (code == EX_OK && !cli_words(t->cli, 1, 1, USAGE))
		code = EX_USAGE;
	if (code != EX_OK)
		goto out;
	const char *hub = t->hub != NULL
	                          ? t->hub
	                          : json_string_value(json_object_get(shown.values, "hub_texts"));
	enum rc rc = catalog_render_hub(t->catalog, hub, name, shown.language, shown.values,
	                                &mail, &why);
	if (rc != RC_OK)
		code = cli_code(rc, &why);
	else if (eml)
		code = print_eml(t, &mail, &shown);
	else if (html && mail.html == NULL)
		code = cli_fail(EX_DATAERR, "'%s' has no HTML part in '%s'", name, mail.language);
	else if (html)
		fputs(mail.html, stdout);
	else
		printf("Subject: %s\n\n%s", mail.subject, mail.text);
out:
	catalog_mail_free(&mail);
	shown_free(&shown);
	return code;
}
