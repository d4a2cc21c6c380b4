/* passerelle: the subcommands, in the manner of git. */
#include "base/log.h"
#include "cli/cli.h"
#include "cli/house.h"
#include "io/fetch.h"
#include "io/parse.h"
#include "io/submit.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum needs {
	NEEDS_CONF,
	NEEDS_NOTHING,
	MAY_HAVE_CONF,
	CONF_UNLESS_DRY,
	LIKES_CONF, /* if it can be read */
};

static const struct command {
	const char *name;
	int (*run)(struct cli *);
	enum needs needs;
	const char *line;
} commands[] = {
	{ "serve", cli_serve, NEEDS_CONF,
	  "the daemon: reads the mailboxes, decides, sends, until stopped" },
	{ "once", cli_once, NEEDS_CONF,
	  "the same until nothing is left to do, then exits (for cron)" },
	{ "receive", cli_receive, NEEDS_CONF,
	  "takes one mail from standard input (for an MTA pipe)" },
	{ "member", cli_member, CONF_UNLESS_DRY,
	  "add, list, show, import, export, merge, stop, unstop: the people" },
	{ "link", cli_link, NEEDS_CONF, "add, list, import: who knows whom, and how well" },
	{ "hub", cli_hub, NEEDS_CONF,
	  "add, list, show, set, join, leave, remove: the themed communities" },
	{ "route", cli_route, MAY_HAVE_CONF,
	  "A B: the most trusted chain, link by link, and the others" },
	{ "intro", cli_intro, NEEDS_CONF,
	  "list, show N, withdraw N: the introductions and their story" },
	{ "queue", cli_queue, NEEDS_CONF, "mails that wait, and mails set aside" },
	{ "stats", cli_stats, NEEDS_CONF, "how many arrive, by which way, and how people answer" },
	{ "parse", cli_parse, MAY_HAVE_CONF, "FILE...: how the gateway reads a mail" },
	{ "template", cli_template, LIKES_CONF,
	  "list, fields, check, preview, diff, new: the texts" },
	{ "doctor", cli_doctor_command, NEEDS_CONF, "checks everything and says what to do" },
	{ "demo", cli_demo, NEEDS_NOTHING, "DIR: plays an introduction from request to handshake" },
};
#define COMMANDS (sizeof commands / sizeof commands[0])

static void print_help(FILE *out)
{
	fputs("passerelle " PASSERELLE_VERSION ": warm introductions by e-mail\n\n"
	      "usage: passerelle [-c FILE] [-g GATEWAY] COMMAND [...]\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].line);
	fputs("\n"
	      "  -c FILE   the configuration; default " CONF_DEFAULT_PATH "\n"
	      "  -g NAME   which gateway of it; default the first\n"
	      "  --json    output for programs, where a command shows something\n"
	      "  COMMAND --help says more; try 'passerelle demo var/demo' first\n", out);
}

/* Our own children, started by io/child with nothing but a socket. */
static int run_child(const char *role)
{
	if (strcmp(role, "parse") == 0)
		return parse_child_main();
	if (strcmp(role, "fetch") == 0)
		return fetch_child_main();
	if (strcmp(role, "submit") == 0)
		return submit_child_main();
	if (strcmp(role, "network") == 0)
		return house_network_main();
	return cli_fail(EX_USAGE, "no child '%s'", role);
}

static int load(struct cli *cli, struct conf **conf, const char *path, const char *gateway,
                enum needs needs)
{
	struct why why;
	bool named = path != NULL || gateway != NULL;
	if (needs == NEEDS_NOTHING || (needs == MAY_HAVE_CONF && !named) ||
	    (needs == LIKES_CONF && !named && access(CONF_DEFAULT_PATH, R_OK) != 0))
		return EX_OK;
	cli->chosen = gateway != NULL;
	if (conf_load(path != NULL ? path : CONF_DEFAULT_PATH, conf, &why) != RC_OK)
		return cli_fail(EX_CONFIG, "%s", why.text);
	log_level_set((enum log_level)(*conf)->log_level);
	cli->conf = *conf;
	cli->gateway = conf_gateway_find(*conf, gateway);
	if (cli->gateway == NULL)
		return cli_fail(EX_USAGE, "%s: no gateway is called '%s'", (*conf)->path, gateway);
	return EX_OK;
}

static bool has_flag(const struct cli *cli, const char *name)
{
	for (int i = 0; i < cli->argc; i++)
		if (strcmp(cli->argv[i], name) == 0)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	struct cli cli = { .argc = argc - 1, .argv = argv + 1 };
	setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	if (argc == 3 && strcmp(argv[1], "child") == 0)
		return run_child(argv[2]);
	const char *path = NULL, *gateway = NULL;
	for (; cli.argc >= 2 && cli.argv[0][0] == '-'; cli.argc -= 2, cli.argv += 2) {
		if (strcmp(cli.argv[0], "-c") == 0)
			path = cli.argv[1];
		else if (strcmp(cli.argv[0], "-g") == 0)
			gateway = cli.argv[1];
		else
			break;
	}
	const char *name = cli.argc > 0 ? cli.argv[0] : "help";
	if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
		puts("passerelle " PASSERELLE_VERSION);
		return EX_OK;
	}
	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		print_help(argc > 1 ? stdout : stderr);
		return argc > 1 ? EX_OK : EX_USAGE;
	}
	cli.argc--;
	cli.argv++;
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		struct conf *conf = NULL;
		cli.json = cli_flag(&cli, "--json");
		if (cli_flag(&cli, "--help")) {
			printf("passerelle %s: %s\n", name, commands[i].line);
			return EX_OK;
		}
		const char *late = cli_option(&cli, "-c");
		enum needs needs = commands[i].needs;
		if (needs == CONF_UNLESS_DRY)
			needs = has_flag(&cli, "--dry-run") ? MAY_HAVE_CONF : NEEDS_CONF;
		int code = load(&cli, &conf, late != NULL ? late : path, gateway, needs);
		if (code == EX_OK)
			code = commands[i].run(&cli);
		conf_free(&conf);
		return code;
	}
	return cli_fail(EX_USAGE, "no command '%s'; 'passerelle help' lists them", name);
}
