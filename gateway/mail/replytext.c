#include "mail/replytext.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "mail/replyline.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define FOLDED_MOST 1000 /* octets of a line that may be one of a mail program */

struct reply_text reply_split(const char *text)
{
	struct reply_text split = { NULL, 0 };
	size_t room = 0;
	for (const char *s = text; *s != '\0';) {
		const char *end = strchrnul(s, '\n');
		if (split.count == room) {
			room = room * 2 + 64;
			split.lines = mem_grow(split.lines, room, sizeof *split.lines);
		}
		size_t len = (size_t)(end - s);
		while (len > 0 && strchr(" \t\r", s[len - 1]) != NULL)
			len--;
		split.lines[split.count++] =
		        (struct reply_line){ s, len, len > 0 ? REPLY_OWN : REPLY_BLANK, NULL };
		s = *end == '\n' ? end + 1 : end;
	}
	return split;
}

void reply_free(struct reply_text *text)
{
	for (size_t i = 0; i < text->count; i++)
		free(text->lines[i].folded);
	free(text->lines);
	*text = (struct reply_text){ NULL, 0 };
}

/* Chinese, Japanese and Korean put no blanks between words. */
static bool is_spaceless(const char *word)
{
	return (unsigned char)word[0] >= 0xe3 && (unsigned char)word[0] <= 0xed;
}

/* Their signs must not be taken apart, as folding would; only their wide
 * colon and blank are made plain. */
static char *fold_spaceless(const char *text)
{
	struct str out;
	str_init(&out, strlen(text) + 1);
	while (*text != '\0') {
		if (strncmp(text, "\xef\xbc\x9a", 3) == 0 ||
		    strncmp(text, "\xe3\x80\x80", 3) == 0) {
			str_add_char(&out, *text == '\xef' ? ':' : ' ');
			text += 3;
		} else {
			str_add_char(&out, (char)tolower((unsigned char)*text++));
		}
	}
	return out.text;
}

/* What utf8_fold makes of ASCII, without asking Unicode's tables. */
static char *fold_ascii(const char *text)
{
	char *folded = mem_zero(strlen(text) + 1, 1), *to = folded;
	for (; *text != '\0'; text++) {
		if (!isspace((unsigned char)*text))
			*to++ = (char)tolower((unsigned char)*text);
		else if (to > folded && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > folded && to[-1] == ' ')
		to[-1] = '\0';
	return folded;
}

static char *fold(const char *text)
{
	bool ascii = true;
	for (const char *s = text; *s != '\0'; s++) {
		if (is_spaceless(s))
			return fold_spaceless(text);
		ascii &= (unsigned char)*s < 0x80;
	}
	return ascii ? fold_ascii(text) : utf8_fold(text);
}

const char *reply_folded(struct reply_line *line)
{
	if (line->len > FOLDED_MOST)
		return "";
	if (line->folded == NULL) {
		char *copy = mem_text_len(line->at, line->len);
		line->folded = fold(copy);
		free(copy);
	}
	return line->folded;
}

size_t reply_next(const struct reply_text *text, size_t from)
{
	while (from < text->count && text->lines[from].what == REPLY_BLANK)
		from++;
	return from;
}

void reply_mark(struct reply_text *text, size_t from, size_t to, enum reply_what what)
{
	for (size_t i = from; i < to; i++)
		if (text->lines[i].what == REPLY_OWN)
			text->lines[i].what = what;
}

/* A letter or a digit, as far as words of European scripts go. */
static bool is_word_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
}

bool reply_has_word(const char *text, const char *word)
{
	size_t len = strlen(word);
	for (const char *s = strstr(text, word); s != NULL; s = strstr(s + 1, word))
		if (is_spaceless(word) || ((s == text || !is_word_octet(s[-1])) &&
		                           !is_word_octet(s[len])))
			return true;
	return false;
}

bool reply_has_any(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (reply_has_word(text, *words))
			return true;
	return false;
}

size_t reply_begins(const char *text, const char *const *words)
{
	for (; *words != NULL; words++) {
		size_t len = strlen(*words);
		if (strncmp(text, *words, len) == 0 &&
		    (is_spaceless(*words) || !is_word_octet((*words)[len - 1]) ||
		     !is_word_octet(text[len])))
			return len;
	}
	return 0;
}

/* The line, with what is not seen taken out and every blank a plain one. */
static void add_line(struct str *out, const struct reply_line *line)
{
	static const struct {
		const char *octets, *instead;
	} odd[] = {
		{ "\xc2\xa0", " " },     { "\xe2\x80\xaf", " " }, { "\xe2\x80\x8b", "" },
		{ "\xe2\x81\xa0", "" },  { "\xc2\xad", "" },      { "\t", " " },
	};
	size_t start = out->len;
	for (size_t i = 0; i < line->len;) {
		size_t k = 0, count = sizeof odd / sizeof *odd;
		while (k < count &&
		       strncmp(line->at + i, odd[k].octets, strlen(odd[k].octets)) != 0)
			k++;
		if (k < count) {
			str_add(out, odd[k].instead);
			i += strlen(odd[k].octets);
		} else {
			str_add_char(out, line->at[i++]);
		}
	}
	while (out->len > start && out->text[out->len - 1] == ' ')
		out->text[--out->len] = '\0';
}

static char *own_words(const struct reply_text *text, size_t limit)
{
	struct str out;
	str_init(&out, limit);
	bool gap = false; /* between paragraphs: one blank line */
	for (size_t i = 0; i < text->count; i++) {
		if (text->lines[i].what != REPLY_OWN) {
			gap = true;
			continue;
		}
		size_t before = out.len;
		if (before > 0)
			str_add(&out, gap ? "\n\n" : "\n");
		size_t start = out.len;
		add_line(&out, &text->lines[i]);
		gap = out.len == start; /* nothing to be seen in it: a blank line */
		if (gap)
			out.text[out.len = before] = '\0';
	}
	return out.text;
}

char *replytext_words(const char *text, const char *writer)
{
	struct reply_text split = reply_split(text);
	reply_mark_quotations(&split);
	reply_mark_signatures(&split, writer);
	char *words = own_words(&split, strlen(text) + 1);
	reply_free(&split);
	return words;
}

/* A line of format=flowed: its depth of quotation, and what stands behind. */
static size_t flowed_depth(const char **s, const char *end)
{
	size_t depth = 0;
	while (*s < end && **s == '>') {
		depth++;
		(*s)++;
	}
	if (*s < end && **s == ' ')
		(*s)++; /* space-stuffing, section 4.4 */
	return depth;
}

char *replytext_unflow(const char *text, bool delsp)
{
	struct str out;
	str_init(&out, strlen(text) * 2 + 2);
	size_t open = 0; /* depth of a paragraph that goes on, plus one; 0: none */
	for (const char *s = text; *s != '\0';) {
		const char *end = strchrnul(s, '\n'), *next = *end == '\n' ? end + 1 : end;
		size_t depth = flowed_depth(&s, end), len = (size_t)(end - s);
		bool signature = len == 3 && memcmp(s, "-- ", 3) == 0;
		if (open != 0 && (open != depth + 1 || signature))
			str_add_char(&out, '\n');
		if (open != depth + 1 || signature) {
			for (size_t i = 0; i < depth; i++)
				str_add_char(&out, '>');
			if (depth > 0)
				str_add_char(&out, ' ');
		}
		bool flows = len > 0 && s[len - 1] == ' ' && !signature;
		str_add_len(&out, s, flows && delsp ? len - 1 : len);
		if (!flows)
			str_add_char(&out, '\n');
		open = flows ? depth + 1 : 0;
		s = next;
	}
	return out.text;
}
