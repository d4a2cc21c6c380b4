#include "cli/svg_text.h"

#include "base/utf8.h"

#include <string.h>
#include <unigbrk.h>
#include <unistr.h>
#include <uniwidth.h>

#define ELLIPSIS "\xe2\x80\xa6"

static double char_width(ucs4_t c)
{
	static const struct {
		const char *chars;
		double em;
	} known[] = {
		{ "il|'.,:;!jI", 0.32 },
		{ "ftr()[]/\\- J\"", 0.42 },
		{ "mWM@%", 0.98 },
		{ "w&", 0.82 },
	};
	if (c < 0x80) {
		for (size_t i = 0; i < sizeof known / sizeof *known; i++)
			if (c != 0 && strchr(known[i].chars, (int)c) != NULL)
				return known[i].em;
		return c >= 'A' && c <= 'Z' ? 0.74 : 0.63;
	}
	int columns = uc_width(c, "UTF-8");
	return columns <= 0 ? 0 : columns == 2 ? 1.25 : 0.72;
}

/* What is seen as one character counts as its widest part. */
static double piece_width(const char *text, size_t len)
{
	double widest = 0;
	for (size_t i = 0; i < len;) {
		ucs4_t c;
		int used = u8_mbtoucr(&c, (const uint8_t *)text + i, len - i);
		double wide = used > 0 ? char_width(c) : 0.8;
		widest = wide > widest ? wide : widest;
		i += used > 0 ? (size_t)used : 1;
	}
	return widest;
}

static size_t piece_len(const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text;
	const uint8_t *next = u8_grapheme_next(at, at + len);
	return next != NULL && next > at ? (size_t)(next - at) : 1;
}

static double width(const char *text, size_t len, double size)
{
	double em = 0;
	for (size_t i = 0; i < len;) {
		size_t piece = piece_len(text + i, len - i);
		em += piece_width(text + i, piece);
		i += piece;
	}
	return em * size;
}

double svg_text_width(const char *text, double size)
{
	return width(text, strlen(text), size);
}

/* Octets of the words that fit; 0: not even the first. */
static size_t words_that_fit(const char *text, double wide, double size)
{
	size_t fit = 0;
	double used = 0;
	for (size_t at = 0; text[at] != '\0';) {
		size_t end = at + strspn(text + at, " ");
		end += strcspn(text + end, " ");
		used += width(text + at, end - at, size);
		if (used > wide)
			break;
		fit = at = end;
	}
	return fit;
}

static size_t pieces_that_fit(const char *text, double wide, double size)
{
	size_t len = strlen(text), at = 0;
	for (double used = 0; at < len;) {
		size_t piece = piece_len(text + at, len - at);
		used += piece_width(text + at, piece) * size;
		if (used > wide)
			break;
		at += piece;
	}
	return at;
}

void svg_text_line(const char **text, double wide, double size, bool last, struct str *line)
{
	const char *at = *text + strspn(*text, " ");
	size_t fit = words_that_fit(at, wide, size);
	bool cut = fit == 0 || (last && at[fit] != '\0');
	str_clear(line);
	if (cut && *at != '\0')
		fit = pieces_that_fit(at, wide - width(ELLIPSIS, 3, size), size);
	while (cut && fit > 0 && at[fit - 1] == ' ')
		fit--;
	str_add_len(line, at, fit);
	if (cut && *at != '\0') {
		str_add(line, ELLIPSIS);
		fit = last ? strlen(at) : strcspn(at, " ");
	}
	*text = at + fit + strspn(at + fit, " ");
}

static void add_char(struct str *out, const char *at, size_t len)
{
	static const struct {
		char c;
		const char *name;
	} names[] = { { '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" }, { '"', "&quot;" },
		      { '\'', "&#39;" } };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (*at == names[i].c) {
			str_add(out, names[i].name);
			return;
		}
	if (len == 3 && (memcmp(at, "\xef\xbf\xbe", 3) == 0 || memcmp(at, "\xef\xbf\xbf", 3) == 0))
		at = "\xef\xbf\xbd";
	str_add_len(out, at, len);
}

void svg_text_add(struct str *out, const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		size_t len = utf8_char_len(text, left);
		if (len == 0)
			str_add(out, "\xef\xbf\xbd");
		else if (!utf8_hidden(text, len))
			add_char(out, text, len);
		text += len > 0 ? len : 1;
		left -= len > 0 ? len : 1;
	}
}
