#include "cli/cli.h"

#include "base/mem.h"
#include "base/when.h"
#include "mail/address.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uniwidth.h>

int cli_fail(int code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fputs("passerelle: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	return code;
}

int cli_code(enum rc rc, const struct why *why)
{
	static const int codes[] = { [RC_OK] = EX_OK,
		                     [RC_NONE] = EX_NOINPUT,
		                     [RC_TEMP] = EX_TEMPFAIL,
		                     [RC_PERM] = EX_DATAERR };
	return rc == RC_OK ? EX_OK : cli_fail(codes[rc], "%s", why->text);
}

static void take_out(struct cli *cli, int at, int count)
{
	for (int i = at; i + count < cli->argc; i++)
		cli->argv[i] = cli->argv[i + count];
	cli->argc -= count;
}

const char *cli_option(struct cli *cli, const char *name)
{
	size_t len = strlen(name);
	for (int i = 0; i < cli->argc; i++) {
		const char *word = cli->argv[i];
		if (strcmp(word, name) == 0 && i + 1 < cli->argc) {
			const char *value = cli->argv[i + 1];
			take_out(cli, i, 2);
			return value;
		}
		if (strncmp(word, name, len) == 0 && word[len] == '=') {
			take_out(cli, i, 1);
			return word + len + 1;
		}
	}
	return NULL;
}

bool cli_flag(struct cli *cli, const char *name)
{
	for (int i = 0; i < cli->argc; i++) {
		if (strcmp(cli->argv[i], name) == 0) {
			take_out(cli, i, 1);
			return true;
		}
	}
	return false;
}

bool cli_words(struct cli *cli, int least, int most, const char *usage)
{
	for (int i = 0; i < cli->argc; i++) {
		if (strncmp(cli->argv[i], "--", 2) == 0 && cli->argv[i][2] != '\0') {
			cli_fail(EX_USAGE, "unknown option %s\nusage: passerelle %s", cli->argv[i],
			         usage);
			return false;
		}
	}
	if (cli->argc < least || cli->argc > most) {
		fprintf(stderr, "usage: passerelle %s\n", usage);
		return false;
	}
	return true;
}

static int open_store(struct cli *cli, struct store **store,
                      enum rc (*begin)(struct store *, struct why *))
{
	struct why why;
	enum rc rc = store_open(cli->gateway->state, store, &why);
	if (rc == RC_OK)
		rc = begin(*store, &why);
	if (rc != RC_OK)
		store_close(store);
	return cli_code(rc, &why);
}

int cli_store(struct cli *cli, struct store **store)
{
	return open_store(cli, store, store_look);
}

int cli_store_write(struct cli *cli, struct store **store)
{
	return open_store(cli, store, store_begin);
}

int cli_store_end(struct store **store, bool keep)
{
	struct why why;
	enum rc rc = RC_OK;
	if (keep)
		rc = store_commit(*store, &why);
	store_close(store);
	return cli_code(rc, &why);
}

struct member *cli_member_find(struct store *store, const char *word)
{
	char *end, *address = NULL;
	long long id = strtoll(word, &end, 10);
	struct member *found = NULL;
	size_t count = 0;
	if (*end == '\0' && id > 0) {
		found = member_get(store, id);
		count = found != NULL;
	} else if (address_parse(word, &address, NULL) == RC_OK) {
		found = member_by_address(store, address);
		count = found != NULL;
		free(address);
	} else {
		count = member_find(store, word, NULL, 2, &found);
	}
	if (count == 1)
		return found;
	if (count == 0)
		cli_fail(EX_NOINPUT, "no member '%s'; 'passerelle member list' shows them all",
		         word);
	else
		cli_fail(
			EX_USAGE,
			"several members are called '%s'; say the id or the address "
			"('passerelle member list')",
			word);
	return NULL;
}

/* --- tables ------------------------------------------------------------------ */

void table_add(struct table *t, const char *const *cells)
{
	t->cells = mem_grow(t->cells, (t->rows + 1) * t->columns, sizeof *t->cells);
	for (size_t i = 0; i < t->columns; i++)
		t->cells[t->rows * t->columns + i] = mem_text(cells[i] != NULL ? cells[i] : "");
	t->rows++;
}

static int width(const char *text)
{
	return u8_strwidth((const uint8_t *)text, "UTF-8");
}

static void print_cell(const struct table *t, size_t column, const char *text, int wide)
{
	int pad = wide - width(text);
	bool last = column + 1 == t->columns;
	if (t->right[column])
		printf("%*s%s", pad, "", text);
	else
		printf("%s%*s", text, last ? 0 : pad, "");
	fputs(last ? "\n" : "  ", stdout);
}

void table_print(struct table *t)
{
	int wide[TABLE_MOST];
	for (size_t c = 0; c < t->columns; c++) {
		wide[c] = width(t->heads[c]);
		for (size_t r = 0; r < t->rows; r++) {
			int w = width(t->cells[r * t->columns + c]);
			wide[c] = w > wide[c] ? w : wide[c];
		}
	}
	fputs(cli_colour() ? "\033[1m" : "", stdout);
	for (size_t c = 0; c < t->columns; c++)
		print_cell(t, c, t->heads[c], wide[c]);
	fputs(cli_colour() ? "\033[0m" : "", stdout);
	for (size_t r = 0; r < t->rows; r++)
		for (size_t c = 0; c < t->columns; c++)
			print_cell(t, c, t->cells[r * t->columns + c], wide[c]);
	for (size_t i = 0; i < t->rows * t->columns; i++)
		free(t->cells[i]);
	free(t->cells);
	t->cells = NULL;
	t->rows = 0;
}

const char *cli_time(const struct conf_gateway *gateway, int64_t at, char room[20])
{
	if (at == 0)
		return "";
	struct when_day d = when_local(at, gateway->zone);
	snprintf(room, 20, "%04u-%02u-%02u %02u:%02u", (unsigned)d.year % 10000,
	         (unsigned)d.month % 100, (unsigned)d.day % 100, (unsigned)d.hour % 100,
	         (unsigned)d.minute % 100);
	return room;
}

void cli_print_json(json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
	putchar('\n');
	json_decref(value);
}

bool cli_colour(void)
{
	return isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
}
