#include "mail/phrase.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Mail programs write U+2019 for the apostrophe, phrases do not. */
static void plain_quotes(char *text)
{
	char *out = text;
	for (const char *at = text; *at != '\0'; at++) {
		bool quote = strncmp(at, "\xe2\x80\x99", 3) == 0;
		*out++ = quote ? '\'' : *at;
		at += quote ? 2 : 0;
	}
	*out = '\0';
}

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

const struct phrase *phrase_find(const struct phrase *table, const char *folded)
{
	for (; table->words != NULL; table++)
		if (phrase_at(table->words, folded, NULL) != NULL)
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

char *phrase_fold(const char *text, size_t most)
{
	size_t len = strnlen(text, most), out = 0;
	bool ascii = true, blank = true;
	for (size_t i = 0; i < len && ascii; i++)
		ascii = (unsigned char)text[i] < 0x80;
	if (!ascii) {
		char *cut = utf8_cut(text, most), *folded = utf8_fold(cut);
		plain_quotes(folded);
		free(cut);
		return folded;
	}
	char *folded = mem_zero(len + 1, 1);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if (isspace(c)) {
			if (!blank)
				folded[out++] = ' ';
			blank = true;
		} else if (c >= 0x20 && c != 0x7f) {
			folded[out++] = (char)tolower(c);
			blank = false;
		}
	}
	if (out > 0 && folded[out - 1] == ' ')
		out--;
	folded[out] = '\0';
	return folded;
}
