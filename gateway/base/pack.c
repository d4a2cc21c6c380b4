#include "base/pack.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define NO_TEXT UINT64_MAX /* the length that stands for NULL */

void pack_u64(struct str *out, uint64_t value)
{
	char octets[8];
	for (int i = 7; i >= 0; i--, value >>= 8)
		octets[i] = (char)(value & 0xff);
	str_add_len(out, octets, sizeof octets);
}

void pack_octets(struct str *out, const char *octets, size_t len)
{
	pack_u64(out, len);
	str_add_len(out, octets, len);
}

void pack_text(struct str *out, const char *text)
{
	if (text == NULL)
		pack_u64(out, NO_TEXT);
	else
		pack_octets(out, text, strlen(text));
}

struct unpack unpack_start(const char *octets, size_t len)
{
	return (struct unpack){ octets, len, false };
}

uint64_t unpack_u64(struct unpack *in)
{
	uint64_t value = 0;
	if (in->bad || in->left < 8) {
		in->bad = true;
		return 0;
	}
	for (int i = 0; i < 8; i++)
		value = value << 8 | (unsigned char)in->at[i];
	in->at += 8;
	in->left -= 8;
	return value;
}

uint64_t unpack_count(struct unpack *in, uint64_t most)
{
	uint64_t count = unpack_u64(in);
	if (count > most)
		in->bad = true;
	return in->bad ? 0 : count;
}

char *unpack_octets(struct unpack *in, size_t *len)
{
	uint64_t said = unpack_u64(in);
	if (in->bad || said > in->left) {
		in->bad = true;
		*len = 0;
		return NULL;
	}
	char *octets = mem_text_len(in->at, (size_t)said);
	in->at += said;
	in->left -= (size_t)said;
	*len = (size_t)said;
	return octets;
}

char *unpack_text(struct unpack *in)
{
	struct unpack ahead = *in;
	if (unpack_u64(&ahead) == NO_TEXT && !ahead.bad) {
		*in = ahead;
		return NULL;
	}
	size_t len;
	char *text = unpack_octets(in, &len);
	if (text != NULL && (memchr(text, '\0', len) != NULL || !utf8_valid(text, len))) {
		in->bad = true;
		free(text);
		text = NULL;
	}
	return text;
}

bool unpack_done(const struct unpack *in)
{
	return !in->bad && in->left == 0;
}
