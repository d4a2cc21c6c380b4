/* contact: one person of a contact file, whatever the file's kind, and how the
 * readers (csv, vcard, jsonl) put one together. */
#ifndef CONTACTS_CONTACT_H
#define CONTACTS_CONTACT_H

#include <stdbool.h>
#include <stddef.h>

#define CONTACT_EMAILS 20 /* of one person; more are told and left out */
#define CONTACT_TEXT 1000 /* octets of one value; the rest is cut off */

/* Borrowed, for the time of the call. Each text is valid UTF-8, clean, on one
 * line and not empty; NULL: not there. */
struct contact {
	int line;         /* where it begins in the file, from 1 */
	const char *name; /* as shown; else of its parts, else the firm, else the first address */
	const char *const *emails; /* as written, each with an @; mail/address.h judges them */
	size_t email_count;
	const char *org, *title, *url, *city, *country, *language;
};

/* Where the contacts of a file go, in the order of the file. */
struct contact_sink {
	void (*take)(void *context, const struct contact *contact);
	/* `sentence` says what is wrong there, and the remedy if there is one; `lost`:
	 * there is no contact of it, else it is told right after, without that part. */
	void (*flaw)(void *context, int line, bool lost, const char *sentence);
	void *context;
};

/* --- for the readers ----------------------------------------------------------- */

enum contact_part {
	PART_NAME, PART_GIVEN, PART_MIDDLE, PART_FAMILY,
	PART_ORG, PART_TITLE, PART_URL, PART_CITY, PART_COUNTRY, PART_LANGUAGE,
	PARTS,
};
struct contact_draft {
	int line;
	char *part[PARTS];
	char *emails[CONTACT_EMAILS];
	size_t email_count;
	bool too_many;
	char *no_email; /* the first value that should have been one */
};

/* Text in any character set, cleaned to one line; `charset` may be NULL. NULL if
 * nothing is left; yours to free. */
char *contact_text(const char *octets, size_t len, const char *charset);
/* The first value of a part stays. Takes `text` over; NULL does nothing. */
void contact_put(struct contact_draft *draft, enum contact_part part, char *text);
/* One or several addresses in `text`: "a@b.example ::: c@d.example", "mailto:a@b",
 * "Jane <a@b.example>; c@d.example". */
void contact_put_emails(struct contact_draft *draft, const char *text);
bool contact_is_empty(const struct contact_draft *draft); /* nothing at all was put */
/* Hands the contact to the sink, with its flaws, and empties the draft. One with
 * neither name nor address is a flaw, unless it is a `card`. */
void contact_finish(struct contact_draft *draft, const struct contact_sink *sink, bool card);
void contact_drop(struct contact_draft *draft);

#endif
