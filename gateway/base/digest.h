/* digest: SHA-256 of octets as 64 hexadecimal letters; keyed, its HMAC (RFC 2104). */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

struct digest {
	char text[65];
};
struct digest digest_make(const char *octets, size_t len);
struct digest digest_keyed(const char *key, const char *text);

#endif
