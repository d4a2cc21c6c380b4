#include "cli/rows.h"

#include "base/file.h"
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROWS_OCTETS_MOST ((size_t)64 << 20)
#define BAR 40

int rows_open(struct rows *rows, const char *file)
{
	struct why why;
	bool standard = strcmp(file, "-") == 0;
	*rows = (struct rows){ .file = standard ? "standard input" : file, .shown = -1,
		               .bar = isatty(STDERR_FILENO) };
	enum rc rc = standard ? file_read_fd(STDIN_FILENO, rows->file, ROWS_OCTETS_MOST,
	                                     &rows->octets, &rows->len, &why)
	                      : file_read(file, ROWS_OCTETS_MOST, &rows->octets, &rows->len, &why);
	for (size_t i = 0; rc == RC_OK && i < rows->len; i++)
		rows->lines += rows->octets[i] == '\n';
	return cli_code(rc, &why);
}

void rows_step(struct rows *rows, int line)
{
	int percent = rows->lines > 0 ? (int)((int64_t)line * 100 / rows->lines) : 100;
	percent = percent > 100 ? 100 : percent;
	if (!rows->bar || percent == rows->shown || rows->lines < 1000)
		return;
	char bar[BAR + 1];
	memset(bar, ' ', BAR);
	memset(bar, '#', (size_t)(percent * BAR / 100));
	bar[BAR] = '\0';
	fprintf(stderr, "\r[%s] %3d %%", bar, percent);
	rows->shown = percent;
}

void rows_bar_end(struct rows *rows)
{
	if (rows->shown >= 0)
		fputs("\r\033[K", stderr);
	rows->shown = -1;
}

void rows_note(struct rows *rows, int line, const char *sentence)
{
	rows_bar_end(rows);
	cli_fail(0, "%s:%d: %s", rows->file, line, sentence);
}

void rows_refuse(struct rows *rows, int line, const char *format, ...)
{
	struct why why;
	va_list args;
	va_start(args, format);
	vsnprintf(why.text, sizeof why.text, format, args);
	va_end(args);
	rows_bar_end(rows);
	cli_fail(0, "%s:%d: %s; row skipped", rows->file, line, why.text);
	rows->bad++;
}

int rows_close(struct rows *rows, int code)
{
	rows_bar_end(rows);
	free(rows->octets);
	rows->octets = NULL;
	return code != EX_OK ? code : rows->bad > 0 ? EX_DATAERR : EX_OK;
}
