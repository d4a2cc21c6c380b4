/* field: the values of header fields, decoded. Yours to free, all of them. */
#ifndef MAIL_FIELD_H
#define MAIL_FIELD_H

#include <stddef.h>
#include <stdint.h>

/* Encoded words (RFC 2047) and octets beyond ASCII as UTF-8, on one line,
 * cleaned: for showing and for words, never for addresses. */
char *field_decode(const char *value);

/* "<a@b>" of an In-Reply-To; the first one, NULL without. */
char *field_message_id(const char *value);
/* Adds those of a References field to *ids of *count, at most `most` in all. */
void field_message_ids(const char *value, size_t most, char ***ids, size_t *count);

/* RFC 5322 date-time -> seconds since 1970; 0: none, or nonsense. */
int64_t field_date(const char *value);

#endif
