/* report_parts: what report, report_kind and auto ask of a mail's facts. */
#ifndef MAIL_REPORT_PARTS_H
#define MAIL_REPORT_PARTS_H

#include "mail/facts.h"
#include "mail/phrase.h"

#include <stdbool.h>

/* The first field of this name in the mail's own header, borrowed, or NULL. */
const char *report_field(const struct mail_facts *facts, const char *name);
/* Is the reverse-path one that no answer must go to (RFC 5321 section 4.5.5)? */
bool report_null_path(const struct mail_facts *facts);
/* RFC 3464, 6533: the machine-readable part. */
bool report_is_status(const struct mail_part *part);
/* Does a row of `table` stand in the first `most` octets of `text`? */
bool report_finds(const struct phrase *table, const char *text, size_t most);

#endif
