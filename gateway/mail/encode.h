/* encode: text in the forms mail allows, 7 bit, in lines of at most 78 octets
 * (RFC 5322 section 2.1.1) where the text has a place to break.
 *
 * RFC 2047 words in fields, RFC 2231 parameters, RFC 2045 bodies. Nothing here
 * ever puts out "=_", a bare CR or LF, or a NUL. Values hold no line breaks. */
#ifndef MAIL_ENCODE_H
#define MAIL_ENCODE_H

#include "base/str.h"

#include <stddef.h>

#define ENCODE_LINE 78

/* An unstructured value after its field name and colon, which took `column`
 * octets; as it is if it is ASCII, in encoded words if not. */
void encode_text(struct str *out, size_t column, const char *value);
/* A display-name: plain, quoted or encoded. Returns the new column. */
size_t encode_phrase(struct str *out, size_t column, const char *name);
/* "; name=value" on lines of its own, extended (RFC 2231) where it must be. */
void encode_parameter(struct str *out, const char *name, const char *value);

enum encode_how { ENCODE_7BIT, ENCODE_QUOTED, ENCODE_BASE64 };
enum encode_how encode_choose(const char *text); /* what suits the text */
const char *encode_name(enum encode_how how);    /* "quoted-printable" */
/* Any line break in `text` becomes CRLF; ends with one. */
void encode_body(struct str *out, enum encode_how how, const char *text);
void encode_base64(struct str *out, const char *octets, size_t len);

#endif
