/* csv: tables of people and of links, as spreadsheets and address books write
 * them (RFC 4180 and its cousins), read with libcsv.
 *
 * The first row that names a column we know is the heading (LinkedIn puts notes
 * above it; contacts/heading.h knows the words); other columns are left out. The
 * separator is , ; or TAB, whichever the heading has most of. A value is UTF-8,
 * or windows-1252 if it is not valid as such; it is cleaned to one line. Pure:
 * octets in, a call per row out. Linear, whatever the octets.
 *
 * A row is bad that has a stray or an open quotation mark, more fields than the
 * heading, or is longer than CSV_ROW_MOST octets or CSV_ROW_LINES lines: it is
 * told with its line and left out, the rest goes on with the next line. */
#ifndef CONTACTS_CSV_H
#define CONTACTS_CSV_H

#include "base/rc.h"
#include "contacts/contact.h"

#include <stddef.h>

#define CSV_ROW_MOST 65536
#define CSV_ROW_LINES 40

/* Borrowed, for the time of the call; NULL: empty. */
struct csv_link {
	const char *from, *to;
	const char *strength; /* as written; 0 to 4 is for the caller to see */
};
struct csv_link_sink {
	void (*take)(void *context, int line, const struct csv_link *link);
	void (*flaw)(void *context, int line, const char *sentence);
	void *context;
};

/* RC_PERM: no heading (people: a name or an address; links: from, to and
 * strength), or not a text at all; nothing was called. */
enum rc csv_people(const char *octets, size_t len, const struct contact_sink *sink,
                   struct why *why);
enum rc csv_links(const char *octets, size_t len, const struct csv_link_sink *sink,
                  struct why *why);

#endif
