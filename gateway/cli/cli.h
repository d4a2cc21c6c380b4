/* cli: what the subcommands share. One file per subcommand; main.c dispatches.
 *
 * A command gets its arguments after its own name, returns an exit code of
 * sysexits.h, prints tables for people or, with --json, one JSON value for
 * programs. Errors go to standard error as "passerelle: what; remedy". */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "conf/conf.h"
#include "store/store.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sysexits.h>

struct cli {
	const struct conf *conf;            /* NULL for commands that need none */
	const struct conf_gateway *gateway; /* the one of -g, or the first */
	bool chosen; /* -g was given */
	bool json;
	int argc;
	char **argv; /* argv[0] is the first word after the command */
};

int cli_serve(struct cli *cli);
int cli_once(struct cli *cli);
int cli_receive(struct cli *cli);
int cli_member(struct cli *cli);
int cli_link(struct cli *cli);
int cli_hub(struct cli *cli);
int cli_route(struct cli *cli);
int cli_intro(struct cli *cli);
int cli_queue(struct cli *cli);
int cli_stats(struct cli *cli);
int cli_parse(struct cli *cli);
int cli_template(struct cli *cli);
int cli_doctor_command(struct cli *cli);
int cli_demo(struct cli *cli);

/* Says it and returns `code`. */
int cli_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* EX_OK, EX_TEMPFAIL, EX_DATAERR for an rc, having said why. */
int cli_code(enum rc rc, const struct why *why);
/* "--name VALUE" taken out of the arguments: the value, or NULL if it is not there. */
const char *cli_option(struct cli *cli, const char *name);
bool cli_flag(struct cli *cli, const char *name); /* "--name" */
/* What is left must be `least` to `most` words, none of them an option. */
bool cli_words(struct cli *cli, int least, int most, const char *usage);

/* Opens the gateway's store, to look or to write; 0, or an exit code having said why. */
int cli_store(struct cli *cli, struct store **store);
int cli_store_write(struct cli *cli, struct store **store);
/* Commits if `keep`, closes. */
int cli_store_end(struct store **store, bool keep);
/* By id, address, or a name only one has; NULL having said why. */
struct member *cli_member_find(struct store *store, const char *word);

/* --- tables ------------------------------------------------------------------ */

#define TABLE_MOST 8
struct table {
	size_t columns;
	const char *heads[TABLE_MOST];
	bool right[TABLE_MOST]; /* numbers */
	char **cells;           /* rows x columns, owned */
	size_t rows;
};
/* Each cell is copied; NULL prints as nothing. */
void table_add(struct table *table, const char *const *cells);
/* Aligned by display width; heads bold on a terminal; then frees the cells. */
void table_print(struct table *table);

/* "2026-06-09 14:03" in the gateway's zone; at 0: "". Room for 20. */
const char *cli_time(const struct conf_gateway *gateway, int64_t at, char room[20]);
void cli_print_json(json_t *value); /* indented, a line break; takes it over */
bool cli_colour(void);              /* standard output is a terminal, NO_COLOR is not set */

#endif
