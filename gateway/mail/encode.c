#include "mail/encode.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MOST 75        /* RFC 2047 section 2: of one encoded word */
#define WORD_WHOLE 60 /* of a longer one a part must be able to stand on the next line */
#define WORD_FRAME 12       /* "=?utf-8?Q?" and "?=" */
#define BODY_LINE 76        /* RFC 2045 section 6.7 and 6.8 */

static const char hex_digits[] = "0123456789ABCDEF";
static const char base64_digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void code(char to[3], char sign, char c)
{
	to[0] = sign;
	to[1] = hex_digits[(unsigned char)c >> 4];
	to[2] = hex_digits[(unsigned char)c & 15];
}

static void put_hex(struct str *out, char sign, char c)
{
	char coded[3];
	code(coded, sign, c);
	str_add_len(out, coded, sizeof coded);
}

/* ---- fields ---- */

/* Printable ASCII that nobody takes for an encoded word, and whose words fit a
 * line. */
static bool is_plain(const char *value)
{
	size_t word = 0;
	for (const char *s = value; *s != '\0'; s++) {
		if (*s < ' ' || *s > '~' || (s[0] == '=' && s[1] == '?'))
			return false;
		word = *s == ' ' ? 0 : word + 1;
		if (word > WORD_WHOLE)
			return false;
	}
	return true;
}

/* Breaks at blanks, so that a blank is kept at the start of the new line. */
static size_t put_folded(struct str *out, size_t column, const char *value)
{
	for (const char *s = value; *s != '\0';) {
		size_t blanks = strspn(s, " "), len = blanks + strcspn(s + blanks, " ");
		if (s == value && blanks == 0)
			str_add_char(out, ' '), column++;
		else if (column + len > ENCODE_LINE && s[blanks] != '\0' && blanks > 0) {
			str_add(out, "\r\n");
			column = 0;
		}
		str_add_len(out, s, len);
		column += len;
		s += len;
	}
	return column;
}

/* RFC 2047 section 5 (3): what may stand in a word of a phrase, and so anywhere. */
static bool is_word_safe(char c)
{
	return isascii((unsigned char)c) &&
	       (isalnum((unsigned char)c) || strchr("!*+-/", c) != NULL);
}

/* Encoded words, each a line of its own after the first; a character is never
 * split. The blank between two of them is no part of the text. */
static size_t put_encoded(struct str *out, size_t column, const char *value)
{
	size_t left = strlen(value), used = WORD_MOST; /* of the open word: none is open */
	bool open = false;
	for (const char *s = value; left > 0;) {
		size_t len = utf8_char_len(s, left), cost = 0;
		len = len > 0 ? len : 1;
		for (size_t i = 0; i < len; i++)
			cost += is_word_safe(s[i]) || s[i] == ' ' ? 1 : 3;
		if (!open || used + cost > WORD_MOST || column + cost + 2 > ENCODE_LINE - 2) {
			if (open)
				str_add(out, "?=\r\n");
			else if (column + WORD_FRAME + cost + 3 > ENCODE_LINE - 2)
				str_add(out, "\r\n"), column = 0;
			column = open ? 0 : column;
			str_add(out, " =?utf-8?Q?");
			column += WORD_FRAME - 1;
			used = WORD_FRAME;
			open = true;
		}
		for (size_t i = 0; i < len; i++) {
			if (s[i] == ' ')
				str_add_char(out, '_');
			else if (is_word_safe(s[i]))
				str_add_char(out, s[i]);
			else
				put_hex(out, '=', s[i]);
		}
		used += cost;
		column += cost;
		s += len;
		left -= len;
	}
	if (open)
		str_add(out, "?=");
	return column + 2;
}

void encode_text(struct str *out, size_t column, const char *value)
{
	if (is_plain(value))
		put_folded(out, column, value);
	else
		put_encoded(out, column, value);
}

size_t encode_phrase(struct str *out, size_t column, const char *name)
{
	if (*name == '\0')
		return column;
	bool atoms = true; /* RFC 5322 section 3.2.3 atext and blanks between words */
	for (const char *s = name; *s != '\0'; s++)
		atoms &= isalnum((unsigned char)*s) || strchr("!#$%&'*+-/=?^_`{|}~ ", *s) != NULL;
	if (!is_plain(name) || strlen(name) > 60)
		return put_encoded(out, column, name);
	if (atoms && name[0] != ' ' && strstr(name, "  ") == NULL)
		return put_folded(out, column, name);
	str_add(out, " \"");
	column += 3;
	for (const char *s = name; *s != '\0'; s++, column++) {
		if (*s == '"' || *s == '\\')
			str_add_char(out, '\\'), column++;
		str_add_char(out, *s);
	}
	str_add_char(out, '"');
	return column;
}

/* RFC 2231 section 7: attribute-char */
static bool is_attribute_char(char c)
{
	return isascii((unsigned char)c) &&
	       (isalnum((unsigned char)c) || strchr("!#$&+-.^_`{|}~", c) != NULL) && c != '\0';
}

void encode_parameter(struct str *out, const char *name, const char *value)
{
	bool plain = is_plain(value) && strlen(value) < 50 && strpbrk(value, "\"\\") == NULL;
	if (plain) {
		str_addf(out, ";\r\n %s=\"%s\"", name, value);
		return;
	}
	size_t column = ENCODE_LINE, left = strlen(value);
	unsigned piece = 0;
	for (const char *s = value; left > 0;) {
		size_t len = utf8_char_len(s, left);
		len = len > 0 ? len : 1;
		if (column + len * 3 > ENCODE_LINE - 2) {
			str_addf(out, ";\r\n %s*%u*=%s", name, piece, piece == 0 ? "utf-8''" : "");
			column = strlen(name) + 16;
			piece++;
		}
		for (size_t i = 0; i < len; i++) {
			if (is_attribute_char(s[i]))
				str_add_char(out, s[i]);
			else
				put_hex(out, '%', s[i]);
			column += is_attribute_char(s[i]) ? 1 : 3;
		}
		s += len;
		left -= len;
	}
}

/* ---- bodies ---- */

/* Stands for itself wherever it is: printable ASCII but "=", the blank and ".". */
static const bool is_ordinary[256] = { ['!' ... '-'] = true, ['/' ... '<'] = true,
	                               ['>' ... '~'] = true };

/* What can be copied from here on within a line, at most `most`; a blank or "." only
 * inside of it. */
static size_t ordinary_len(const char *s, size_t most)
{
	size_t len = 0;
	while (len < most &&
	       (is_ordinary[(unsigned char)s[len]] ||
	        (len > 0 && (s[len] == '.' ||
	                     (s[len] == ' ' && is_ordinary[(unsigned char)s[len + 1]])))))
		len++;
	return len;
}

enum encode_how encode_choose(const char *text)
{
	size_t longest = 0, wide = 0;
	bool odd = strncmp(text, "From ", 5) == 0;
	const char *s = text, *line = text;
	for (; *s != '\0'; s++) {
		if (is_ordinary[(unsigned char)*s] || *s == '.' || (*s == ' ' && s[1] > ' '))
			continue;
		if (*s == '\n') {
			longest = (size_t)(s - line) > longest ? (size_t)(s - line) : longest;
			line = s + 1;
		}
		wide += (unsigned char)*s >= 0x80;
		odd |= (*s < ' ' && *s != '\n' && *s != '\t') || *s == 0x7f ||
		       (s[0] == '=' && s[1] == '_') ||
		       (*s == '\n' && strncmp(s, "\nFrom ", 6) == 0) ||
		       ((*s == ' ' || *s == '\t') && (s[1] == '\n' || s[1] == '\0'));
	}
	longest = (size_t)(s - line) > longest ? (size_t)(s - line) : longest;
	if (wide > (size_t)(s - text) / 3)
		return ENCODE_BASE64;
	return wide > 0 || odd || longest > BODY_LINE ? ENCODE_QUOTED : ENCODE_7BIT;
}

const char *encode_name(enum encode_how how)
{
	return how == ENCODE_7BIT ? "7bit" : how == ENCODE_QUOTED ? "quoted-printable" : "base64";
}

/* LF, CR LF or CR at `s`: its length, 0 if no line ends here. */
static size_t break_len(const char *s)
{
	return *s == '\n' ? 1 : *s == '\r' ? (s[1] == '\n' ? 2 : 1) : 0;
}

/* How many octets stand for themselves, at most `most`, inside of a line. */
static size_t plain_run(const char *s, size_t most)
{
	size_t n = 0;
	while (n < most && ((s[n] > ' ' && s[n] <= '~' && s[n] != '=') ||
	                    (s[n] == ' ' && s[n + 1] > ' ')))
		n++;
	return n;
}

/* The line, and how it ends; the next is empty. */
static size_t end_line(struct str *out, const char *line, size_t len, const char *end)
{
	str_add_len(out, line, len);
	str_add(out, end);
	return 0;
}

/* RFC 2045 section 6.7; "From " at the start of a line too, as mboxes hurt it. */
static void put_quoted(struct str *out, const char *text)
{
	char line[BODY_LINE];
	size_t column = 0, len;
	for (const char *s = text; *s != '\0'; s += len > 0 ? len : 1) {
		len = ordinary_len(s, BODY_LINE - 1 - column);
		if (len == 0 || (column == 0 && *s == 'F'))
			len = column > 0 ? plain_run(s, BODY_LINE - 1 - column) : 0;
		if (len > 0) {
			memcpy(line + column, s, len);
			column += len;
			continue;
		}
		if ((len = break_len(s)) > 0) {
			column = end_line(out, line, column, "\r\n");
			continue;
		}
		bool blank = *s == ' ' || *s == '\t';
		bool ends = s[1] == '\0' || s[1] == '\n' || s[1] == '\r';
		bool plain = (*s > ' ' && *s <= '~' && *s != '=') || (blank && !ends);
		if (column == 0 && (strncmp(s, "From ", 5) == 0 || *s == '.'))
			plain = false;
		size_t cost = plain ? 1 : 3;
		if (column + cost > BODY_LINE - 1)
			column = end_line(out, line, column, "=\r\n");
		line[column] = *s;
		if (!plain)
			code(line + column, '=', *s);
		column += cost;
	}
	if (column > 0 || *text == '\0')
		end_line(out, line, column, "\r\n");
}

static char *with_crlf(const char *text)
{
	struct str out;
	str_init(&out, strlen(text) * 2 + 2);
	for (const char *s = text; *s != '\0'; s += break_len(s)) {
		size_t len = strcspn(s, "\r\n");
		str_add_len(&out, s, len);
		s += len;
		str_add(&out, *s != '\0' ? "\r\n" : "");
	}
	if (out.len < 2 || out.text[out.len - 1] != '\n')
		str_add(&out, "\r\n");
	return out.text;
}

void encode_body(struct str *out, enum encode_how how, const char *text)
{
	if (how == ENCODE_QUOTED) {
		put_quoted(out, text);
		return;
	}
	char *lines = with_crlf(text);
	if (how == ENCODE_BASE64)
		encode_base64(out, lines, strlen(lines));
	else
		str_add(out, lines);
	free(lines);
}

void encode_base64(struct str *out, const char *octets, size_t len)
{
	size_t column = 0;
	for (size_t i = 0; i < len; i += 3) {
		unsigned a = (unsigned char)octets[i];
		unsigned b = i + 1 < len ? (unsigned char)octets[i + 1] : 0;
		unsigned c = i + 2 < len ? (unsigned char)octets[i + 2] : 0;
		char four[4] = { base64_digits[a >> 2], base64_digits[(a & 3) << 4 | b >> 4],
			         i + 1 < len ? base64_digits[(b & 15) << 2 | c >> 6] : '=',
			         i + 2 < len ? base64_digits[c & 63] : '=' };
		str_add_len(out, four, 4);
		column += 4;
		if (column == BODY_LINE) {
			str_add(out, "\r\n");
			column = 0;
		}
	}
	if (column > 0 || len == 0)
		str_add(out, "\r\n");
}
