/* address: one e-mail address, checked once and whole, by allow-list.
 *
 * RFC 5321 section 4.1.2 Mailbox: dot-string local-part (a quoted string is
 * refused: no person we serve has one and every parser differs on it), domain
 * as A-labels (RFC 5890, libidn2), lower case. The local-part keeps its case
 * for sending and is compared without; it may be UTF-8 (RFC 6531), NFC. What
 * is not an address is refused, never repaired. */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include "base/rc.h"

#include <stdbool.h>
#include <stddef.h>

#define ADDRESS_MOST 254 /* octets, RFC 5321 section 4.5.3.1.3 less the brackets */

/* RC_OK: *address is the stored form, yours to free ("Jane@B\xc3\xbccher.example" ->
 * "Jane@xn--bcher-kva.example"). RC_PERM: not an address, why says which part. */
enum rc address_parse(const char *text, char **address, struct why *why);

/* Same mailbox: compares stored forms, local-part without case. */
bool address_same(const char *a, const char *b);
/* The stored form folded for look-up (all lower case); yours to free. */
char *address_key(const char *address);
const char *address_domain(const char *address); /* after the last @; borrowed */
bool address_is_ascii(const char *address);
/* info@, contact@, kontakt@: an office, not one person (RFC 2142 and habits). */
bool address_is_role(const char *address);

/* Splits "intro+jane=acme.example@gw.example" into its base and its detail by
 * `separator` ('+' or '-'). RC_NONE: `address` is not `base` with or without
 * a detail. RC_OK: *detail is yours, "" without one, lower case (servers on
 * the way may have changed its case). */
enum rc address_detail(const char *address, const char *base, char separator, char **detail);
/* "intro@gw.example", '+', "tok" -> "intro+tok@gw.example"; yours to free. */
char *address_with_detail(const char *base, char separator, const char *detail);

#endif
