/* rows: a file of rows on its way into the store: what is refused is told with its
 * line as it happens, and while it takes long a bar shows how far it is. */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include <stdbool.h>
#include <stddef.h>

struct rows {
	const char *file;
	char *octets;
	size_t len;
	int lines, bad, shown; /* shown: percent on the bar */
	bool bar;              /* standard error is a terminal */
};

/* Reads the file; EX_OK, or an exit code having said why. "-": standard input. */
int rows_open(struct rows *rows, const char *file);
void rows_step(struct rows *rows, int line); /* we are at this line */
/* "FILE:LINE: ...; row skipped", and counted. */
void rows_refuse(struct rows *rows, int line, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
/* "FILE:LINE: ...", the row goes on. */
void rows_note(struct rows *rows, int line, const char *sentence);
void rows_bar_end(struct rows *rows); /* before anything else is printed */
/* `code`, or EX_DATAERR where rows were refused. */
int rows_close(struct rows *rows, int code);

#endif
