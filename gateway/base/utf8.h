/* utf8: outside text made safe, and text made comparable. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Octets of the valid UTF-8 character (RFC 3629) at `s`, 0 if it is none. */
size_t utf8_char_len(const char *s, size_t len);
bool utf8_valid(const char *s, size_t len);
/* The character at `s` is one that utf8_clean takes out. */
bool utf8_hidden(const char *s, size_t len);

/* A copy fit to show and to store: invalid octets become U+FFFD; C0 and C1
 * controls (but TAB and LF), bidirectional overrides and isolates, and byte
 * order marks go; CR LF, CR and Unicode's two separators become LF. Yours to free. */
char *utf8_clean(const char *octets, size_t len);
/* The same on one line: line breaks and TAB become one blank, ends trimmed. */
char *utf8_clean_line(const char *octets, size_t len);

/* Folded for comparing names and words: NFKD, marks dropped, case folded,
 * German eszett as ss, runs of white space as one blank, ends trimmed:
 * "Jeanne  ROY-Müller" and "jeanne roy-muller" are equal. Yours to free. */
char *utf8_fold(const char *text);

/* `text` cut to at most `limit` octets at a character's end. Yours to free. */
char *utf8_cut(const char *text, size_t limit);

#endif
