#include "mail/phrase.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* `words` at exactly `at`: its end, or NULL. */
static const char *match_here(const char *words, const char *at)
{
	for (;;) {
		size_t piece = strcspn(words, "*");
		if (strncmp(at, words, piece) != 0)
			return NULL;
		at += piece;
		words += piece;
		if (*words == '\0')
			return at;
		while (*words == '*' || *words == ' ')
			words++;
		piece = strcspn(words, "*");
		size_t gap = 0;
		while (gap <= PHRASE_GAP && strncmp(at + gap, words, piece) != 0)
			if (at[gap++] == '\0')
				return NULL;
		if (gap > PHRASE_GAP)
			return NULL;
		at += gap;
	}
}

static bool in_word(const char *folded, const char *at)
{
	return at > folded && isalnum((unsigned char)at[-1]) && isalnum((unsigned char)*at);
}

const char *phrase_at(const char *words, const char *folded, const char **end)
{
	char head[16]; /* a hint for strstr; the whole is compared after */
	size_t len = strcspn(words, "*");
	if (len >= sizeof head)
		len = sizeof head - 1;
	memcpy(head, words, len);
	head[len] = '\0';
	for (const char *at = folded; (at = strstr(at, head)) != NULL; at++) {
		const char *stop = in_word(folded, at) ? NULL : match_here(words, at);
		if (stop != NULL) {
			if (end != NULL)
				*end = stop;
			return at;
		}
	}
	return NULL;
}

static unsigned pair(const char *at)
{
	return (unsigned)(unsigned char)at[0] << 8 | (unsigned char)at[1];
}

/* The pairs of octets that words begin with in the text: most rows of a table
 * need no further look. */
const struct phrase *phrase_find(const struct phrase *table, const char *folded)
{
	unsigned char seen[8192] = { 0 };
	for (const char *at = folded; *at != '\0'; at++)
		if (!in_word(folded, at))
			seen[pair(at) / 8] |= (unsigned char)(1 << pair(at) % 8);
	for (; table->words != NULL; table++)
		if ((seen[pair(table->words) / 8] >> pair(table->words) % 8 & 1) != 0 &&
		    phrase_at(table->words, folded, NULL) != NULL)
			return table;
	return NULL;
}

const struct phrase *phrase_begin(const struct phrase *table, const char *folded)
{
	for (; table->words != NULL; table++)
		if (match_here(table->words, folded) != NULL)
			return table;
	return NULL;
}

/* U+00C0 to U+017F without their marks; '?': not one letter, ask utf8_fold. */
static const char latin[] =
	"aaaaaa?ceeeeiiii?nooooo??uuuuy??aaaaaa?ceeeeiiii?nooooo??uuuuy?y"
	"aaaaaaccccccccdd??eeeeeeeeeegggggggghh??iiiiiiiii???jjkk?llllll?"
	"???nnnnnn???oooooo??rrrrrrsssssssstttt??uuuuuuuuuuuuwwyyyzzzzzzs";

/* The octets at `at` folded in the commonest cases: ASCII, marked Latin letters,
 * typographic quotes. Returns how many were used, 0 if it is another case. */
static size_t fold_char(const unsigned char *at, char *folded)
{
	if (at[0] < 0x80) {
		*folded = isspace(at[0]) ? ' ' : (char)tolower(at[0]);
		return 1;
	}
	if (at[0] >= 0xc3 && at[0] <= 0xc5 && (at[1] & 0xc0) == 0x80) {
		*folded = latin[(at[0] - 0xc3) * 64 + (at[1] & 0x3f)];
		return *folded == '?' ? 0 : 2;
	}
	if (memcmp(at, "\xc2\xa0", 2) == 0) { /* no-break space */
		*folded = ' ';
		return 2;
	}
	if (at[0] == 0xe2 && at[1] == 0x80 && (at[2] == 0x98 || at[2] == 0x99)) {
		*folded = '\'';
		return 3;
	}
	return 0;
}

/* Whatever is left: the whole by utf8_fold, with plain apostrophes. */
static char *fold_slowly(const char *text, size_t most)
{
	char *cut = utf8_cut(text, most), *folded = utf8_fold(cut), *out = folded;
	for (const char *at = folded; *at != '\0'; at++) {
		bool quote =
			strncmp(at, "\xe2\x80\x99", 3) == 0 || strncmp(at, "\xe2\x80\x98", 3) == 0;
		*out++ = quote ? '\'' : *at;
		at += quote ? 2 : 0;
	}
	*out = '\0';
	free(cut);
	return folded;
}

char *phrase_fold(const char *text, size_t most)
{
	size_t len = strnlen(text, most), out = 0;
	char *folded = mem_zero(len + 1, 1);
	for (size_t i = 0, used; i < len; i += used) {
		char c;
		used = fold_char((const unsigned char *)text + i, &c);
		if (used == 0 || used > len - i) {
			free(folded);
			return fold_slowly(text, most);
		}
		if (c == ' ' && (out == 0 || folded[out - 1] == ' '))
			continue;
		if ((unsigned char)c >= 0x20 && c != 0x7f)
			folded[out++] = c;
	}
	if (out > 0 && folded[out - 1] == ' ')
		out--;
	folded[out] = '\0';
	return folded;
}
