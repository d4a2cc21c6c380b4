/* str: growable text with a hard limit and a sticky failure.
 *
 * Build freely, ask once: past the limit, or after str_spoil(), nothing more
 * is added and str_ok() says false. The text is always ended by a NUL that
 * `len` does not count; it may hold octets (NUL too). */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

struct str {
	char *text; /* never NULL after str_init */
	size_t len, size, limit;
	bool spoilt;
};

void str_init(struct str *s, size_t limit); /* limit: octets, at most */
void str_free(struct str *s);
void str_clear(struct str *s); /* empty and unspoilt again; keeps its room */
void str_spoil(struct str *s); /* what is being built is bad: refuse the rest */
bool str_ok(const struct str *s);
void str_add(struct str *s, const char *text);
void str_add_len(struct str *s, const char *octets, size_t len);
void str_add_char(struct str *s, char c);
void str_addf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *str_take(struct str *s); /* the text, now the caller's; `s` is empty */

#endif
