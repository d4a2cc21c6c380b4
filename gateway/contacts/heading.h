/* heading: which column of a table of people holds what.
 *
 * By the words of its heading row, in the languages LinkedIn, Google and Outlook
 * write most; where no word is known, by what stands in the rows below it: an
 * "@", a web address, and the order in which all of them put the rest. */
#ifndef CONTACTS_HEADING_H
#define CONTACTS_HEADING_H

#include "contacts/contact.h"

#define HEADING_COLUMNS 256

enum column { /* beyond enum contact_part */
	COLUMN_EMAIL = PARTS,
	COLUMN_FROM, COLUMN_TO, COLUMN_STRENGTH, /* of a table of links */
	COLUMN_KINDS,
	COLUMN_OTHER = COLUMN_KINDS,
};

/* What the words above a column say; COLUMN_OTHER: nothing known. *weak: the word
 * means it only where no other column does ("title" next to "job title"). */
int heading_word(const char *text, bool links, bool *weak);
/* Settles the columns of a heading row together: weak ones, and "name" where only
 * the given or only the family name has a column of its own. */
void heading_settle(int *column, const bool *weak, size_t columns);

/* What stands in a column, over a few rows. */
struct heading_sample {
	int text, email, url, profile; /* values; profile: a LinkedIn page */
};
/* Guesses; false if the rows have neither addresses nor profiles. */
bool heading_guess(const struct heading_sample *sample, size_t columns, int *column);

#endif
