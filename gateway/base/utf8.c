#include "base/utf8.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

size_t utf8_char_len(const char *s, size_t len)
{
	ucs4_t c;
	if (len == 0)
		return 0;
	int used = u8_mbtoucr(&c, (const uint8_t *)s, len);
	return used > 0 ? (size_t)used : 0;
}

bool utf8_valid(const char *s, size_t len)
{
	/* Mostly ASCII: eight octets at a time. */
	for (size_t at = 0; at < len;) {
		uint64_t eight = 0;
		if (at + sizeof eight <= len)
			memcpy(&eight, s + at, sizeof eight);
		else
			return u8_check((const uint8_t *)s + at, len - at) == NULL;
		if ((eight & UINT64_C(0x8080808080808080)) == 0) {
			at += sizeof eight;
			continue;
		}
		size_t one = utf8_char_len(s + at, len - at);
		if (one == 0)
			return false;
		at += one;
	}
	return true;
}

#define LINE_SEPARATOR 0x2028
#define PARAGRAPH_SEPARATOR 0x2029

/* Characters that change how a line looks without being seen themselves. */
static bool is_hidden(ucs4_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c <= 0x9f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
	       c == 0x200f || c == 0x061c || c == 0xfeff;
}

bool utf8_hidden(const char *s, size_t len)
{
	ucs4_t c;
	return len > 0 && u8_mbtoucr(&c, (const uint8_t *)s, len) > 0 && is_hidden(c);
}

/* Octets from `s` on that are printable ASCII; blanks too if `least` is ' '. */
static size_t ascii_len(const char *s, size_t len, char least)
{
	size_t run = 0;
	while (run < len && s[run] >= least && s[run] < 0x7f)
		run++;
	return run;
}

static char *clean(const char *octets, size_t len, bool one_line)
{
	struct str out;
	str_init(&out, len * 3 + 1); /* an invalid octet becomes three */
	bool blank = true;           /* in one line: nothing, or a blank, was last */
	for (size_t i = 0; i < len;) {
		ucs4_t c;
		size_t run = ascii_len(octets + i, len - i, one_line ? '!' : ' ');
		if (run > 0) { /* most of all texts, at once */
			str_add_len(&out, octets + i, run);
			blank = false;
			i += run;
			continue;
		}
		int used = u8_mbtoucr(&c, (const uint8_t *)octets + i, len - i);
		if (used <= 0) {
			str_add(&out, "\xef\xbf\xbd");
			blank = false;
			i++;
			continue;
		}
		const char *at = octets + i;
		i += (size_t)used;
		if (c == '\r') {
			if (i < len && octets[i] == '\n')
				continue;
			c = '\n';
		} else if (c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR) {
			c = '\n';
		}
		if (one_line && (c == '\n' || c == '\t' || c == ' ')) {
			if (!blank)
				str_add_char(&out, ' ');
			blank = true;
		} else if (!is_hidden(c)) {
			str_add_len(&out, c == '\n' ? "\n" : at, c == '\n' ? 1 : (size_t)used);
			blank = false;
		}
	}
	if (one_line && out.len > 0 && out.text[out.len - 1] == ' ')
		out.text[--out.len] = '\0';
	return out.text;
}

char *utf8_clean(const char *octets, size_t len)
{
	return clean(octets, len, false);
}

char *utf8_clean_line(const char *octets, size_t len)
{
	return clean(octets, len, true);
}

char *utf8_fold(const char *text)
{
	size_t len = 0;
	char *safe = utf8_clean(text, strlen(text));
	uint8_t *wide = u8_normalize(UNINORM_NFKD, (uint8_t *)safe, strlen(safe), NULL, &len);
	size_t folded_len = 0;
	uint8_t *folded = u8_casefold(wide, len, NULL, UNINORM_NFKD, NULL, &folded_len);
	struct str out;
	str_init(&out, folded_len + 1);
	bool blank = true;
	for (size_t i = 0; i < folded_len;) {
		ucs4_t c;
		int used = u8_mbtouc(&c, folded + i, folded_len - i);
		if (uc_is_property_white_space(c)) {
			if (!blank)
				str_add_char(&out, ' ');
			blank = true;
		} else if (!uc_is_general_category(c, UC_NON_SPACING_MARK)) {
			str_add_len(&out, (const char *)folded + i, (size_t)used);
			blank = false;
		}
		i += (size_t)used;
	}
	if (out.len > 0 && out.text[out.len - 1] == ' ')
		out.text[--out.len] = '\0';
	free(folded);
	free(wide);
	free(safe);
	return out.text;
}

char *utf8_cut(const char *text, size_t limit)
{
	size_t len = strlen(text);
	if (len > limit) {
		len = limit;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	return mem_text_len(text, len);
}
