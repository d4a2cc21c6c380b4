/* charset: text in any character set -> UTF-8, as a person would read it.
 *
 * What mail declares is often wrong: iso-8859-1 is read as windows-1252 and
 * us-ascii as UTF-8, as browsers do; an unknown, missing or contradicted
 * declaration falls back to UTF-8, and then to windows-1252, which reads
 * everything. */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

#include <stddef.h>

/* `charset` may be NULL. Always gives text, linear in `len`; yours to free.
 * Controls are still in it (base/utf8.h). */
char *charset_read(const char *octets, size_t len, const char *charset, size_t *read_len);

/* glibc keeps a character set in a file of its own. This opens those people
 * use and keeps them, so that charset_read needs no file afterwards. */
void charset_prepare(void);

#endif
