#include "base/token.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char readable[] = "23456789BCDFGHJKLMNPQRSTVWXZ4679"; /* 32 places, 28 signs */

void token_system(void *room, unsigned octets)
{
	if (getrandom(room, octets, 0) != (ssize_t)octets)
		abort(); /* at most 256 octets are never cut short once seeded */
}

struct token token_make(token_source source)
{
	unsigned char random[17] = { 0 }; /* one octet more: the last letter's spare bits */
	struct token token;
	source(random, 16);
	for (unsigned i = 0; i < TOKEN_LEN; i++) {
		unsigned bit = i * 5, at = bit / 8;
		unsigned two = ((unsigned)random[at] << 8) | random[at + 1];
		token.text[i] = base32[(two >> (11 - bit % 8)) & 31];
	}
	token.text[TOKEN_LEN] = '\0';
	return token;
}

bool token_valid(const char *text)
{
	return strlen(text) == TOKEN_LEN && strspn(text, base32) == TOKEN_LEN;
}

struct reference reference_make(token_source source)
{
	unsigned char random[8];
	struct reference reference;
	source(random, sizeof random);
	unsigned from = 0;
	for (unsigned i = 0; i < REFERENCE_LEN; i++)
		reference.text[i] = i == 4 ? '-' : readable[random[from++] & 31];
	reference.text[REFERENCE_LEN] = '\0';
	return reference;
}
