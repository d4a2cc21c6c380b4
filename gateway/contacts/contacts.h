/* contacts: the one door to files of contacts. What a file is, is seen in its
 * octets, never in its name or type: cards (vcard), a table (csv: LinkedIn's,
 * Google's, Outlook's, our own), or JSON lines (our own export); in UTF-8 with or
 * without its mark, UTF-16 either way round, or windows-1252.
 *
 * Contact files are hostile text: outside of tests and fuzzers this runs in the
 * sandboxed worker (io/parse). Pure, linear in `len`; besides the octets (twice
 * for UTF-16) only one contact is held at a time. */
#ifndef CONTACTS_CONTACTS_H
#define CONTACTS_CONTACTS_H

#include "base/rc.h"
#include "contacts/contact.h"

#include <stddef.h>

#define CONTACTS_OCTETS_MOST ((size_t)64 << 20)
#define CONTACTS_LINE_MOST 65536 /* of a JSON line */

/* RC_PERM: larger than CONTACTS_OCTETS_MOST, or nothing of these; nothing was
 * called. Lines are counted in the file as it is. */
enum rc contacts_read(const char *octets, size_t len, const struct contact_sink *sink,
                      struct why *why);

#endif
