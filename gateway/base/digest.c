#include "base/digest.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct digest as_text(const unsigned char hash[32])
{
	struct digest digest;
	for (size_t i = 0; i < 32; i++)
		snprintf(digest.text + 2 * i, 3, "%02x", hash[i]);
	return digest;
}

struct digest digest_make(const char *octets, size_t len)
{
	unsigned char hash[32];
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, octets, len, hash) != 0)
		abort(); /* SHA-256 is always there */
	return as_text(hash);
}

struct digest digest_keyed(const char *key, const char *text)
{
	unsigned char hash[32];
	if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, strlen(key), text, strlen(text), hash) != 0)
		abort();
	return as_text(hash);
}
