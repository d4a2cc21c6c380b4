/* textfile: one file of the catalogue, taken apart (catalog.h tells its form):
 * a message (fields, text, HTML), a partial ("_foot": no fields), or data
 * ("_dates", "_answers": fields only). Inside mailtemplates/ only. */
#ifndef MAILTEMPLATES_TEXTFILE_H
#define MAILTEMPLATES_TEXTFILE_H

#include "mailtemplates/mustache.h"

#define TEXTFILE_MOST (256 * 1024) /* octets */

/* A template and where its text stands in the file. */
struct textpart {
	struct mustache *template; /* NULL: there is none */
	int line, column;          /* of its first character, from 1 */
};

struct textfield {
	char *name, *value;
	int line, column; /* of the value */
};

/* A word to answer with: what it is called in the text ("ASK ..."), and what a
 * mail begins with that one touch has started ("ASK "). */
struct textanswer {
	char *word, *body;
};

struct textfile {
	char *path;   /* for sentences */
	char *octets; /* as read */
	size_t len;
	char *from;    /* "fr 1a2b3c4d": the default it was started from, NULL: unknown */
	struct textfield *fields;
	size_t field_count;
	struct textpart subject, text, html;
	struct textpart date, date_year; /* of _dates */
	struct textanswer *answers;      /* of _answers: each word once */
	size_t answer_count;
};

/* Told of each flaw with its place; the remedy is in `what`. */
typedef void (*textfile_flaw)(void *context, const char *path, int line, int column,
                              const char *what);

/* Takes `octets`. RC_PERM: it has flaws, all of them told. */
enum rc textfile_parse(const char *path, const char *name, char *octets, size_t len,
                       textfile_flaw flaw, void *context, struct textfile **file);
void textfile_free(struct textfile **file);

const struct textfield *textfile_field(const struct textfile *file, const char *name);
/* The n-th word (from 0) of a value; yours, NULL if there are fewer. */
char *textfile_word(const char *value, size_t n);
bool textfile_is_data(const char *name);

/* What tells one state of a default from another, written into the files started
 * from it: {{! default fr 1a2b3c4d }}. Yours. */
char *textfile_mark(const char *language, const char *octets, size_t len);

#endif
