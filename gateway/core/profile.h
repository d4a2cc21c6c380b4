/* profile: what members say of themselves, and the form they say it in by mail.
 *
 * The form is one field a line, "Secteurs : agroalimentaire", in the reader's
 * language, and a line that ends it; a value may go on on the next lines. A
 * reply is read however its mail program quoted, wrapped, translated or joined
 * it: fields freshly written count first, then what was written into the
 * quotation or under its labels. Only what differs from what the form showed is
 * a change; an empty field stays as it was, a dash empties it. The labels are
 * data: profile_words.c. Pure, linear in the text. */
#ifndef CORE_PROFILE_H
#define CORE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

enum profile_field { /* in the order of the form, the name first */
	PROFILE_NAME,
	PROFILE_FIRM,
	PROFILE_TITLE,
	PROFILE_CITY,
	PROFILE_COUNTRY,
	PROFILE_SECTORS,
	PROFILE_SEEKS,
	PROFILE_OFFERS,
	PROFILE_EXPERIENCE,
	PROFILE_LANGUAGES,
	PROFILE_PITCH,
	PROFILE_WEBSITE,
};
#define PROFILE_FIELDS 12
#define PROFILE_NONE   (-1) /* no field */
#define PROFILE_END    PROFILE_FIELDS /* the line that ends the form */

const char *profile_field_name(int field); /* "name", "seeks": store, --json, texts */
int profile_field_find(const char *name);  /* PROFILE_NONE: none of that name */
/* As the form shows it, "Secteurs"; PROFILE_END too. Unknown languages: English. */
const char *profile_label(int field, const char *language);
/* The field a word before a colon stands for, in any language; `folded` (utf8_fold). */
int profile_label_find(const char *folded);
bool profile_is_long(int field);         /* of several lines */
size_t profile_most(int field);          /* octets, at most */

struct profile {
	const char *field[PROFILE_FIELDS]; /* borrowed; NULL or "": empty */
};
int profile_filled(const struct profile *profile); /* how many fields say something */

/* A value as the form shows it: nothing in it reads as a label. Yours to free. */
char *profile_shown(const char *value);

struct profile_change {
	char *field[PROFILE_FIELDS]; /* NULL: as it was; "": emptied */
	int seen;                    /* fields met, changed or not */
	bool cut;                    /* something was longer than profile_most */
};
/* `words`: what was freshly written, `text`: the whole body (mail/message.h);
 * either may be "". `shown`: the profile the form showed. profile_change_free. */
struct profile_change profile_read(const char *words, const char *text,
                                   const struct profile *shown);
bool profile_changes(const struct profile_change *change); /* is there any? */
void profile_change_free(struct profile_change *change);

#endif
