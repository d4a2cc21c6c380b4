#include "mail/report_text.h"

#include "base/mem.h"
#include "base/str.h"
#include "mail/phrase.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEXT_MOST 65536 /* octets of words read; a bounce says what it has to say early */

/* Lines from which on the text is our own mail sent back. Compared after
 * dashes, stars, blanks and the like. */
static const struct phrase returned_begins[] = {
	{ "original message follows", NULL },
	{ "original message header", NULL },
	{ "original message as received", NULL },
	{ "original message attached", NULL },
	{ "original message -", NULL },
	{ "original message:", NULL },
	{ "original mail", NULL },
	{ "this is a copy of ", NULL },
	{ "below this line is a copy", NULL },
	{ "enclosed is a copy", NULL },
	{ "below is a copy of", NULL },
	{ "included is a copy", NULL },
	{ "copy of the message", NULL },
	{ "the following is a copy", NULL },
	{ "message header", NULL },
	{ "the header of the original", NULL },
	{ "the headers of the original", NULL },
	{ "the body of the message is", NULL },
	{ "returned mail follows", NULL },
	{ "returned message", NULL },
	{ "undelivered message follows", NULL },
	{ "unsent message", NULL },
	{ "your message reads", NULL },
	{ "original text follows", NULL },
	{ "start of returned message", NULL },
	{ "old message:", NULL },
	{ "message text follows", NULL },
	{ "here is your returned mail", NULL },
	{ "your original message", NULL },
	{ "received:", NULL },
	{ "x-received:", NULL },
	{ "return-path:", NULL },
	{ "dkim-signature:", NULL },
	{ "x-originating-ip:", NULL },
	{ NULL, NULL },
};

const char *report_line_end(const char *line)
{
	const char *end = strchr(line, '\n');
	return end != NULL ? end : line + strlen(line);
}

const char *report_line_next(const char *line)
{
	const char *end = report_line_end(line);
	return *end != '\0' ? end + 1 : end;
}

char *report_line_fold(const char *line)
{
	size_t skip = strspn(line, " \t-=*>#_<\"");
	const char *end = report_line_end(line);
	if (line + skip > end)
		skip = (size_t)(end - line);
	char *copy = mem_text_len(line + skip, (size_t)(end - line) - skip);
	char *folded = phrase_fold(copy, 400);
	free(copy);
	return folded;
}

static bool line_returns(const char *line)
{
	if (!isalpha((unsigned char)line[strspn(line, " \t-=*>#_")]))
		return false;
	char *folded = report_line_fold(line);
	const struct phrase *row = phrase_begin(returned_begins, folded);
	/* The header of a bounce somebody forwarded is not yet our mail. */
	bool returns = (row != NULL && strstr(folded, "mailer-daemon") == NULL) ||
	               strcmp(folded, "original message") == 0;
	free(folded);
	return returns;
}

static const char *returned_at(const char *text)
{
	while (*text != '\0' && !line_returns(text))
		text = report_line_next(text);
	return text;
}

/* Mostly quoted: somebody forwarded the bounce. One level of '>' is taken off. */
static void unquote(struct str *text)
{
	size_t quoted = 0, lines = 0, out = 0;
	for (const char *line = text->text; *line != '\0'; line = report_line_next(line)) {
		lines += line[strspn(line, " \t\r")] != '\n';
		quoted += *line == '>';
	}
	if (quoted * 2 < lines || quoted == 0)
		return;
	bool begins = true;
	for (size_t i = 0; i < text->len; i++) {
		char c = text->text[i];
		if (begins && c == '>') {
			i += text->text[i + 1] == ' ';
			begins = false;
			continue;
		}
		begins = c == '\n';
		text->text[out++] = c;
	}
	text->text[out] = '\0';
	text->len = out;
}

static bool is_returned(const char *type)
{
	return strcmp(type, "message/rfc822") == 0 || strcmp(type, "message/global") == 0 ||
	       strcmp(type, "text/rfc822-headers") == 0 || strcmp(type, "text/rfc822") == 0 ||
	       strcmp(type, "message/rfc822-headers") == 0 ||
	       strcmp(type, "message/global-headers") == 0;
}

static void add_lines(struct str *out, const char *text, size_t len)
{
	size_t room = out->limit - out->len;
	len = strnlen(text, len < room ? len : room);
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\r')
			str_add_char(out, text[i]);
		else if (i + 1 >= len || text[i + 1] != '\n')
			str_add_char(out, '\n');
	if (out->len > 0 && out->text[out->len - 1] != '\n')
		str_add_char(out, '\n');
}

static const struct {
	const char *name;
	char is;
} entities[] = {
	{ "&nbsp;", ' ' }, { "&#160;", ' ' }, { "&lt;", '<' },   { "&gt;", '>' },
	{ "&quot;", '"' }, { "&#39;", '\'' }, { "&amp;", '&' },  { "&#64;", '@' },
};

static size_t entity(const char *at, char *is)
{
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
		size_t len = strlen(entities[i].name);
		if (strncasecmp(at, entities[i].name, len) == 0) {
			*is = entities[i].is;
			return len;
		}
	}
	return 0;
}

static bool tag_is(const char *tag, const char *name)
{
	size_t len = strlen(name);
	return strncasecmp(tag, name, len) == 0 && !isalnum((unsigned char)tag[len]);
}

/* HTML only: the words are enough, and every tag but those of a font is a line. */
static void add_html(struct str *out, const char *html)
{
	static const char *const inside[] = { "b",  "i",    "font",  "span", "a",  "/b", "/i",
		                              "/a", "/font", "/span", "em",   "/em" };
	for (const char *at = html; *at != '\0' && out->len + 8 < out->limit;) {
		char is = *at;
		size_t used = 1;
		if (*at == '<' && (isalpha((unsigned char)at[1]) || strchr("/!", at[1]) != NULL)) {
			bool breaks = true;
			for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
				breaks = breaks && !tag_is(at + 1, inside[i]);
			const char *until = tag_is(at + 1, "style") ? "</style" : ">";
			const char *end = strcasestr(at, until);
			used = end != NULL ? (size_t)(end - at) + (*end == '>') : strlen(at);
			if (breaks)
				str_add_char(out, '\n');
			at += used;
			continue;
		}
		if (*at == '&' && (used = entity(at, &is)) == 0)
			used = 1;
		str_add_char(out, is == '\n' || is == '\r' ? ' ' : is);
		at += used;
	}
	str_add_char(out, '\n');
}

void report_text_read(const struct mail_facts *facts, struct report_text *text)
{
	struct str said, returned;
	const char *html = NULL;
	str_init(&said, TEXT_MOST);
	str_init(&returned, TEXT_MOST);
	for (size_t i = 0; i < facts->part_count; i++) {
		const struct mail_part *part = &facts->parts[i];
		if (is_returned(part->type))
			add_lines(&returned, part->text, part->len);
		else if (strcmp(part->type, "text/html") == 0)
			html = html != NULL ? html : part->text;
		else if (strncmp(part->type, "text/", 5) == 0 ||
		         strncmp(part->type, "multipart/", 10) == 0)
			add_lines(&said, part->text, part->len);
	}
	if (said.text[strspn(said.text, " \t\n")] == '\0' && html != NULL)
		add_html(&said, html);
	unquote(&said);
	const char *cut = returned_at(said.text);
	if (*cut != '\0') {
		add_lines(&returned, cut, strlen(cut));
		said.len = (size_t)(cut - said.text);
		said.text[said.len] = '\0';
	}
	text->said = said.text;
	text->returned = returned.text;
}

void report_text_free(struct report_text *text)
{
	free(text->said);
	free(text->returned);
	*text = (struct report_text){ 0 };
}

char *report_text_field(const char *header, const char *name)
{
	size_t len = strlen(name);
	for (const char *line = header; *line != '\0'; line = report_line_next(line)) {
		if (strncasecmp(line, name, len) != 0)
			continue;
		const char *at = line + len + strspn(line + len, " \t");
		if (*at++ != ':')
			continue;
		struct str value;
		str_init(&value, 4096);
		for (const char *end = report_line_end(at);; end = report_line_end(at)) {
			at += strspn(at, " \t");
			if (value.len > 0 && at < end)
				str_add_char(&value, ' ');
			if (at < end)
				str_add_len(&value, at, (size_t)(end - at));
			if (*end == '\0' || (end[1] != ' ' && end[1] != '\t'))
				break;
			at = end + 1;
		}
		while (value.len > 0 && isspace((unsigned char)value.text[value.len - 1]))
			value.text[--value.len] = '\0';
		return value.text;
	}
	return NULL;
}
