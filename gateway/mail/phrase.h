/* phrase: tables of set phrases, and looking for them in folded text.
 *
 * A phrase is written as utf8_fold leaves it: lower case, no accents, single
 * blanks, two octets or more. It begins at the beginning of a word; a star stands for up to
 * PHRASE_GAP octets: "user * does not exist". The order of a table is the
 * order of preference. */
#ifndef MAIL_PHRASE_H
#define MAIL_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

#define PHRASE_GAP 80

struct phrase {
	const char *words; /* NULL ends the table */
	const char *means; /* a word of the table's own, or NULL */
};

/* The first row of `table` that stands anywhere in `folded`, or NULL. */
const struct phrase *phrase_find(const struct phrase *table, const char *folded);
/* The same for the beginning of `folded` only. */
const struct phrase *phrase_begin(const struct phrase *table, const char *folded);
/* Where `words` stands in `folded`, and in *end where it ends; NULL: nowhere. */
const char *phrase_at(const char *words, const char *folded, const char **end);

/* utf8_fold of at most `most` octets of `text`, with ' for typographic
 * apostrophes; quicker where all is Latin. Yours to free. */
char *phrase_fold(const char *text, size_t most);

#endif
