/* replyline: the lines of a mail's text, as the readers of quotations
 * (replyquote) and of signatures (replysign) share them. Of use to replytext
 * only. */
#ifndef MAIL_REPLYLINE_H
#define MAIL_REPLYLINE_H

#include <stdbool.h>
#include <stddef.h>

enum reply_what {
	REPLY_OWN,
	REPLY_BLANK,
	REPLY_QUOTED, /* carries a quotation's prefix */
	REPLY_CUT,    /* goes for another reason */
};

struct reply_line {
	const char *at; /* borrowed; not ended by a NUL */
	size_t len;     /* without the line break and blanks at the end */
	enum reply_what what;
	char *folded;   /* utf8_fold, made when first asked for */
};

struct reply_text {
	struct reply_line *lines;
	size_t count;
};

struct reply_text reply_split(const char *text);
void reply_free(struct reply_text *text);

/* Folded; "" for lines so long that no mail program writes them. */
const char *reply_folded(struct reply_line *line);
/* The next line from `from` on that is not blank; text->count without. */
size_t reply_next(const struct reply_text *text, size_t from);
void reply_mark(struct reply_text *text, size_t from, size_t to, enum reply_what what);

/* `word` stands in `text` with no letter or digit at its sides. */
bool reply_has_word(const char *text, const char *word);
bool reply_has_any(const char *text, const char *const *words);
/* `text` begins with one of them; its length, 0 if not. */
size_t reply_begins(const char *text, const char *const *words);

/* replyquote: marks what is quoted. */
void reply_mark_quotations(struct reply_text *text);
/* replysign: marks banners, signatures, device lines and disclaimers in what
 * is left; `writer` as in replytext_words. */
void reply_mark_signatures(struct reply_text *text, const char *writer);

#endif
