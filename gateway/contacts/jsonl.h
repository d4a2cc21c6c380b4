/* jsonl: people as JSON lines, one object a line (RFC 8259), as `member export
 * --json` and `member import --dry-run --json` write them:
 *
 *   {"name": "Jane Doe", "emails": ["jane@b.example"], "org": "Acme", "title": "Buyer"}
 *
 * Also "email" or "address" for one address, "firm" for "org", "city", "country",
 * "language", "url". What is no such object is told and left out. */
#ifndef CONTACTS_JSONL_H
#define CONTACTS_JSONL_H

#include "contacts/contact.h"

void jsonl_read(const char *octets, size_t len, const struct contact_sink *sink);

#endif
