/* template_inside: what the files of `passerelle template` share; nobody else
 * includes it. */
#ifndef CLI_TEMPLATE_INSIDE_H
#define CLI_TEMPLATE_INSIDE_H

#include "cli/cli.h"
#include "mailtemplates/catalog.h"
#include "mailtemplates/messages.h"

/* The texts of one gateway, and of one hub of it if --hub names one. */
struct texts {
	struct cli *cli;
	const struct conf_gateway *gateway; /* NULL: no configuration, the defaults */
	struct catalog *catalog;
	const char *hub;    /* or NULL */
	const char *folder; /* the gateway's own, or NULL */
	const char *const *languages;
	size_t language_count;
};

void template_open(struct cli *cli, const struct conf_gateway *gateway, struct texts *texts);
void template_close(struct texts *texts);
/* Its place for own texts: "FOLDER" or "FOLDER/hub-NAME"; NULL: none. Yours. */
char *template_folder(const struct texts *texts);
/* --lang, or --language as `member add` spells it; NULL: neither. */
const char *template_language(const struct texts *texts);

/* For one gateway; NULL is no configuration. All print, and return an exit code. */
int template_list(const struct texts *texts, json_t *rows); /* rows NULL: a table */
int template_about(const struct texts *texts, const char *name);
int template_fields(const struct texts *texts, const char *name); /* NULL: of all messages */
int template_preview(const struct texts *texts);
int template_diff(const struct texts *texts, const char *name); /* NULL: all */
int template_new(const struct texts *texts);

#endif
