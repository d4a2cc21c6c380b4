/* report_text: the words of a bounce taken apart: what the system says, what
 * it sends back of our mail, and which addresses it speaks of. */
#ifndef MAIL_REPORT_TEXT_H
#define MAIL_REPORT_TEXT_H

#include "mail/facts.h"

#include <stdbool.h>
#include <stddef.h>

struct report_text {
	char *said;     /* the system's own words, lines ended by LF */
	char *returned; /* what it sends back: header, perhaps body; "" if nothing */
};

/* An address the words hold responsible; its section of `said` goes to `end`. */
struct report_mention {
	char *address; /* as written, without brackets */
	size_t at, end;
};

/* Always fills *text; report_text_free it. */
void report_text_read(const struct mail_facts *facts, struct report_text *text);
void report_text_free(struct report_text *text);

/* The addresses that lines of `said` call failed, in order, each once, at most
 * `most`, never `sender`. *mentions is yours (report_mentions_free). */
size_t report_text_mentions(const struct report_text *text, const char *sender, size_t most,
                            struct report_mention **mentions);
void report_mentions_free(struct report_mention *mentions, size_t count);

/* The first address mentioned in any way, yours; NULL: none. */
char *report_text_passing(const struct report_text *text, const char *sender);

/* The first addr-spec in `line` (up to LF or NUL), its length in *len; or NULL. */
const char *report_text_address(const char *line, size_t *len);

/* Lines end at LF or NUL. The line folded, from its first letter, digit or
 * parenthesis on, is yours. */
const char *report_line_end(const char *line);
const char *report_line_next(const char *line);
char *report_line_fold(const char *line);

/* The value of a header field in `header` (unfolded, trimmed), yours; or NULL. */
char *report_text_field(const char *header, const char *name);

#endif
