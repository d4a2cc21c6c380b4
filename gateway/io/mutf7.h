/* mutf7: a folder's name as IMAP writes it, "Trait&AOk-s" (RFC 3501 section 5.1.3). */
#ifndef IO_MUTF7_H
#define IO_MUTF7_H

char *mutf7_encode(const char *utf8); /* yours; what is not UTF-8 becomes U+FFFD */

#endif
