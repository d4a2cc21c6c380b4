#include "io/mutf7.h"

#include "base/str.h"
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#define NAME_MOST 8192

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static uint32_t next_char(const char **at)
{
	static const uint32_t first[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	size_t len = utf8_char_len(*at, strlen(*at));
	if (len == 0) {
		(*at)++;
		return 0xfffd;
	}
	uint32_t c = (unsigned char)**at & first[len];
	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)(*at)[i] & 0x3f);
	*at += len;
	return c;
}

/* A shift: UTF-16 in base64 with "," for "/", no padding. */
struct shift {
	uint32_t bits;
	int count; /* of bits not yet written, below 6; -1: not in a shift */
};

static void put_unit(struct str *out, struct shift *shift, uint32_t unit)
{
	shift->bits = shift->bits << 16 | unit;
	for (shift->count += 16; shift->count >= 6; shift->count -= 6)
		str_add_char(out, letters[shift->bits >> (shift->count - 6) & 0x3f]);
}

static void put_char(struct str *out, struct shift *shift, uint32_t c)
{
	if (shift->count < 0) {
		str_add_char(out, '&');
		*shift = (struct shift){ 0, 0 };
	}
	if (c >= 0x10000) {
		put_unit(out, shift, 0xd800 + (c - 0x10000) / 0x400);
		c = 0xdc00 + (c - 0x10000) % 0x400;
	}
	put_unit(out, shift, c);
}

static void end_shift(struct str *out, struct shift *shift)
{
	if (shift->count > 0)
		str_add_char(out, letters[shift->bits << (6 - shift->count) & 0x3f]);
	if (shift->count >= 0)
		str_add_char(out, '-');
	shift->count = -1;
}

char *mutf7_encode(const char *utf8)
{
	struct shift shift = { 0, -1 };
	struct str out;
	str_init(&out, NAME_MOST);
	while (*utf8 != '\0') {
		uint32_t c = next_char(&utf8);
		if (c < ' ' || c > '~') {
			put_char(&out, &shift, c);
			continue;
		}
		end_shift(&out, &shift);
		str_add(&out, c == '&' ? "&-" : (char[2]){ (char)c, '\0' });
	}
	end_shift(&out, &shift);
	return out.text;
}
