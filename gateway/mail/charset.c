#include "mail/charset.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistr.h>

/* windows-1252, 0x80 to 0x9f (the rest is Latin-1); 0: not assigned. */
static const uint16_t windows_1252[32] = {
	0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

/* What mail says, and what it means: supersets, and names iconv knows. */
static const struct {
	const char *said, *meant;
} aliases[] = {
	{ "", NULL },                    { "us-ascii", NULL },
	{ "ascii", NULL },               { "ansi_x3.4-1968", NULL },
	{ "utf8", NULL },                { "utf-8", NULL },
	{ "unicode-1-1-utf-8", NULL },   { "x-utf8utf8", NULL },
	{ "iso-8859-1", "windows-1252" }, { "iso8859-1", "windows-1252" },
	{ "iso_8859-1", "windows-1252" }, { "latin1", "windows-1252" },
	{ "cp1252", "windows-1252" },    { "iso-8859-9", "CP1254" },
	{ "iso-8859-11", "CP874" },      { "tis-620", "CP874" },
	{ "iso-8859-8-i", "ISO-8859-8" }, { "windows-874", "CP874" },
	{ "ks_c_5601-1987", "CP949" },   { "euc-kr", "CP949" },
	{ "gb2312", "GB18030" },         { "gbk", "GB18030" },
	{ "gb_2312-80", "GB18030" },     { "shift_jis", "CP932" },
	{ "x-sjis", "CP932" },           { "windows-31j", "CP932" },
	{ "big5", "BIG5-HKSCS" },        { "unicode-1-1-utf-7", "UTF-7" },
	{ "macintosh", "MACINTOSH" },    { "x-mac-roman", "MACINTOSH" },
};

static const char *const kept_open[] = {
	"UTF-7",       "UTF-16",      "UTF-16LE",    "UTF-16BE",    "UTF-32",      "ISO-8859-2",
	"ISO-8859-3",  "ISO-8859-4",  "ISO-8859-5",  "ISO-8859-6",  "ISO-8859-7",  "ISO-8859-8",
	"ISO-8859-10", "ISO-8859-13", "ISO-8859-14", "ISO-8859-15", "ISO-8859-16", "CP1250",
	"CP1251",      "CP1253",      "CP1254",      "CP1255",      "CP1256",      "CP1257",
	"CP1258",      "CP874",       "KOI8-R",      "KOI8-U",      "CP932",       "ISO-2022-JP",
	"EUC-JP",      "CP949",       "ISO-2022-KR", "GB18030",     "BIG5-HKSCS",  "MACINTOSH",
	"CP437",       "CP850",       "CP852",       "CP866",
};

void charset_prepare(void)
{
	/* Never closed: an open descriptor keeps the character set in memory. */
	static iconv_t kept[sizeof kept_open / sizeof *kept_open];
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (kept[i] == NULL)
			kept[i] = iconv_open("UTF-8", kept_open[i]);
}

static char *read_windows_1252(const char *octets, size_t len, size_t *read_len)
{
	struct str out;
	str_init(&out, len * 3);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)octets[i];
		uint8_t wide[6];
		if (c < 0x80) {
			str_add_char(&out, (char)c);
			continue;
		}
		ucs4_t meant = c >= 0xa0 ? c : windows_1252[c - 0x80];
		int used = u8_uctomb(wide, meant != 0 ? meant : 0xfffd, sizeof wide);
		str_add_len(&out, (const char *)wide, (size_t)used);
	}
	*read_len = out.len;
	return out.text;
}

/* NULL: unknown to iconv, or so many octets make no sense that it is not it. */
static char *read_iconv(const char *octets, size_t len, const char *charset, size_t *read_len)
{
	iconv_t cd = iconv_open("UTF-8", charset);
	if (cd == (iconv_t)-1)
		return NULL;
	struct str out;
	str_init(&out, len * 6 + 64);
	size_t bad = 0;
	char *in = (char *)(uintptr_t)octets, room[4096];
	for (bool more = true; more;) {
		char *to = room;
		size_t left = sizeof room;
		more = len > 0; /* the last round asks for what iconv holds back */
		size_t done = iconv(cd, more ? &in : NULL, more ? &len : NULL, &to, &left);
		str_add_len(&out, room, sizeof room - left);
		if (done == (size_t)-1 && errno != E2BIG && len > 0) {
			str_add(&out, "\xef\xbf\xbd");
			in++;
			len--;
			bad++;
		}
	}
	iconv_close(cd);
	if (bad > 2 && bad > out.len / 60) {
		str_free(&out);
		return NULL;
	}
	*read_len = out.len;
	return out.text;
}

/* UTF-8 with a few octets hurt on the way: far more whole characters than not. */
static bool is_hurt_utf8(const char *octets, size_t len)
{
	size_t whole = 0, broken = 0;
	for (size_t i = 0; i < len;) {
		size_t used = utf8_char_len(octets + i, len - i);
		whole += used > 1;
		broken += used == 0;
		i += used > 0 ? used : 1;
	}
	return whole > 3 * broken;
}

static bool is_ascii(const char *octets, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)octets[i] >= 0x80)
			return false;
	return true;
}

/* Character sets in which every octet below 0x80 is ASCII: text that is valid
 * UTF-8 beyond ASCII and says it is one of these says so wrongly. */
static bool is_single_octet(const char *charset)
{
	return strncasecmp(charset, "windows-", 8) == 0 || strncasecmp(charset, "iso-8859", 8) == 0;
}

static const char *meaning(const char *charset)
{
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (strcasecmp(charset, aliases[i].said) == 0)
			return aliases[i].meant;
	return charset;
}

/* RFC 2978: a name is letters, digits and a few signs. iconv's own additions
 * ("//TRANSLIT") and long names stay out. */
static bool is_name(const char *charset)
{
	for (const char *s = charset; *s != '\0'; s++)
		if (s - charset > 40 ||
		    (!isalnum((unsigned char)*s) && strchr("-_.:+", *s) == NULL))
			return false;
	return true;
}

char *charset_read(const char *octets, size_t len, const char *charset, size_t *read_len)
{
	const char *meant = charset != NULL && is_name(charset) ? meaning(charset) : NULL;
	bool utf8 = utf8_valid(octets, len);
	char *text = NULL;
	if (utf8 && (meant == NULL || (is_single_octet(meant) && !is_ascii(octets, len)))) {
		*read_len = len;
		return mem_text_len(octets, len);
	}
	if (meant != NULL && strcasecmp(meant, "windows-1252") != 0)
		text = read_iconv(octets, len, meant, read_len);
	if (text == NULL && meant == NULL && is_hurt_utf8(octets, len))
		text = read_iconv(octets, len, "UTF-8", read_len);
	if (text == NULL && utf8) {
		*read_len = len;
		return mem_text_len(octets, len);
	}
	return text != NULL ? text : read_windows_1252(octets, len, read_len);
}
