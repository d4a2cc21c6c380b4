/* vcard: address book cards, as programs and telephones write them: versions 2.1,
 * 3.0 (RFC 2426) and 4.0 (RFC 6350), any number in one file.
 *
 * Read by what all versions share, whatever VERSION says: folded lines, grouped
 * properties, QUOTED-PRINTABLE with its soft line breaks, CHARSET; photos, keys
 * and sounds are passed over. A card that does not end is read as far as it goes,
 * and told. Pure: octets in, a call per card out; linear in the octets. */
#ifndef CONTACTS_VCARD_H
#define CONTACTS_VCARD_H

#include "contacts/contact.h"

#define VCARD_VALUE_MOST 16384 /* octets of a property; a longer one is passed over */

/* Every card is told, be it empty; groups of people (KIND:group) are flaws. */
void vcard_read(const char *octets, size_t len, const struct contact_sink *sink);
/* Does a card begin at a line of these octets? */
bool vcard_is(const char *octets, size_t len);

#endif
