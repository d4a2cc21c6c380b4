/* token: unguessable names. A token is 128 random bits as 26 letters of lower
 * case base32 (RFC 4648 section 6, no padding), fit for a local-part that mail
 * servers may fold in case. */
#ifndef BASE_TOKEN_H
#define BASE_TOKEN_H

#include <stdbool.h>

#define TOKEN_LEN 26
struct token {
	char text[TOKEN_LEN + 1];
};

/* What the pure core needs of chance is handed to it, so that a test can tell. */
typedef void (*token_source)(void *room, unsigned octets);
void token_system(void *room, unsigned octets); /* the kernel's getrandom(2) */

struct token token_make(token_source source);
bool token_valid(const char *text); /* 26 letters of the alphabet */

/* The reference a person can read aloud: "7K2M-4QXP", some 38 bits, no vowels
 * (no words), no 0 or 1. It names an introduction and authorises nothing. */
#define REFERENCE_LEN 9
struct reference {
	char text[REFERENCE_LEN + 1];
};
struct reference reference_make(token_source source);

#endif
