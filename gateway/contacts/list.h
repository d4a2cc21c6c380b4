/* list: the contacts of a file, read to the end and kept, for the way out of the
 * sandbox: bounded, every text checked, addresses in the form we store. */
#ifndef CONTACTS_LIST_H
#define CONTACTS_LIST_H

#include "base/rc.h"

#include <stddef.h>

#define CONTACT_LIST_MOST 20000 /* people of one file; those after are only counted */

struct listed_contact {
	char *name; /* never NULL */
	char **emails; /* valid ones, stored form (mail/address.h) */
	size_t email_count;
	char *org, *title, *url; /* may be NULL */
};
struct contact_list {
	char *error; /* why it is no file of contacts; NULL: it is one */
	struct listed_contact *contacts;
	size_t count;
	size_t read, refused; /* people in the file, kept or not; rows that are nobody */
};

struct contact_list *contact_list_read(const char *octets, size_t len);
void contact_list_free(struct contact_list **list);

/* As one frame, and back: RC_PERM on nonsense. */
char *contact_list_pack(const struct contact_list *list, size_t *len);
enum rc contact_list_unpack(const char *frame, size_t len, struct contact_list **list,
                            struct why *why);

#endif
