#include "base/digest.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>

struct digest digest_make(const char *octets, size_t len)
{
	unsigned char hash[32];
	struct digest digest;
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, octets, len, hash) != 0)
		abort(); /* SHA-256 is always there */
	for (size_t i = 0; i < sizeof hash; i++)
		snprintf(digest.text + 2 * i, 3, "%02x", hash[i]);
	return digest;
}
