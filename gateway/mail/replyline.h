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

/* ---- replydate: in folded text ---- */

bool reply_is_digit(char c);
bool reply_has_time(const char *s); /* 19:03 */
bool reply_has_day(const char *s);  /* 28.04.2026, "28 april" */
bool reply_has_date(const char *s); /* either */
bool reply_has_address(const char *s, bool in_brackets); /* a@b; <a@b> or alike */

/* ---- replyhead: where a quotation begins without a prefix ---- */

/* Takes dashes, stars and blanks off both ends of *s, in its place. Returns
 * how many octets of them there were at each end, at least. */
size_t reply_trim(char **s);
/* "From: ... Sent: ... To: ..." begins with line `from`. */
bool reply_is_header_block(struct reply_text *text, size_t from);
/* Lotus Notes: the sender, the date, then "To" and the like on their own. */
bool reply_is_notes_block(struct reply_text *text, size_t from);
/* Some programs write the mail's own header above its text: a block at the
 * very top without a recipient (the block of a quotation names one). The line
 * after it; `from` if it is none. */
size_t reply_own_head_end(struct reply_text *text, size_t from);
/* "-----Original Message-----", "## Reply above this line ##" */
bool reply_is_separator(struct reply_line *line);

/* ---- what replytext asks for ---- */

/* replyquote: marks what is quoted. */
void reply_mark_quotations(struct reply_text *text);
/* replysign: marks banners, signatures, device lines and disclaimers in what
 * is left; `writer` as in replytext_words. */
void reply_mark_signatures(struct reply_text *text, const char *writer);

#endif
