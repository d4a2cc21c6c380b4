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
	{ "received:", NULL },
	{ "x-received:", NULL },
	{ "return-path:", NULL },
	{ "dkim-signature:", NULL },
	{ "x-originating-ip:", NULL },
	{ NULL, NULL },
};

/* Lines of a summary of our mail's header, and remarks: not about a failure. */
static const struct phrase aside[] = {
	{ "to:", NULL },
	{ "cc:", NULL },
	{ "from:", NULL },
	{ "reply-to:", NULL },
	{ "subject:", NULL },
	{ "sent:", NULL },
	{ "date:", NULL },
	{ "message-id:", NULL },
	{ "sender", NULL },
	{ "return-path:", NULL },
	{ "mail from", NULL },
	{ "(", NULL },
	{ NULL, NULL },
};

/* What stands before an address that is the one that failed. */
static const struct phrase blames[] = {
	{ "recipient", NULL },
	{ "rcpt", NULL },
	{ "deliver", NULL },
	{ "undeliver", NULL },
	{ "unknown", NULL },
	{ "invalid", NULL },
	{ "userid", NULL },
	{ "mailbox", NULL },
	{ "was not sent", NULL },
	{ "failed", NULL },
	{ "did not reach", NULL },
	{ "permanent error", NULL },
	{ "email address :", NULL },
	{ NULL, NULL },
};

static const char *line_end(const char *line)
{
	const char *end = strchr(line, '\n');
	return end != NULL ? end : line + strlen(line);
}

static const char *next_line(const char *line)
{
	const char *end = line_end(line);
	return *end != '\0' ? end + 1 : end;
}

/* The line folded, from its first letter or digit (or parenthesis) on. */
static char *fold_line(const char *line)
{
	size_t skip = strspn(line, " \t-=*>#_<\"");
	const char *end = line_end(line);
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
	char *folded = fold_line(line);
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
		text = next_line(text);
	return text;
}

/* Mostly quoted: somebody forwarded the bounce. One level of '>' is taken off. */
static void unquote(struct str *text)
{
	size_t quoted = 0, lines = 0, out = 0;
	for (const char *line = text->text; *line != '\0'; line = next_line(line)) {
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
	text->said = str_take(&said);
	text->returned = str_take(&returned);
}

void report_text_free(struct report_text *text)
{
	free(text->said);
	free(text->returned);
	*text = (struct report_text){ 0 };
}

/* RFC 5321 atext, UTF-8 (RFC 6531) and the dot; generous, for it is shown only. */
static bool local_char(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 ||
	       (c != '\0' && strchr("!#$%&'*+/=?^_`{|}~.-", c) != NULL);
}

static bool domain_char(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || c == '-' || c == '.';
}

const char *report_text_address(const char *line, size_t *len)
{
	const char *stop = line_end(line), *from = line;
	const char *sign;
	while ((sign = memchr(from, '@', (size_t)(stop - from))) != NULL) {
		const char *begin = sign, *end = sign + 1;
		if (begin > from && begin[-1] == '"') /* quoted local-part */
			for (begin--; begin > from && *--begin != '"';)
				;
		else
			while (begin > from && local_char(begin[-1]))
				begin--;
		while (end < stop && domain_char(*end))
			end++;
		while (end > sign + 1 && (end[-1] == '.' || end[-1] == '-'))
			end--;
		while (begin < sign && *begin == '\'')
			begin++;
		if (begin < sign && end > sign + 1) {
			*len = (size_t)(end - begin);
			return begin;
		}
		from = sign + 1;
	}
	return NULL;
}

/* Does the line do nothing but name the address, or speak of it as failed? */
static bool line_blames(const char *line, const char *address)
{
	size_t before = strspn(line, " \t-=*>#_<\"'[");
	if (line + before >= address)
		return true;
	/* "550 5.1.1 <a@b>... User unknown", in a transcript */
	size_t code = strspn(line, " 0123456789.<");
	if (line + code >= address && address - line > 4)
		return true;
	char *copy = mem_text_len(line, (size_t)(address - line));
	char *folded = phrase_fold(copy, 400);
	bool blamed = phrase_find(blames, folded) != NULL;
	free(folded);
	free(copy);
	return blamed;
}

static bool line_aside(const char *line)
{
	char *folded = fold_line(line);
	bool is = phrase_begin(aside, folded) != NULL;
	free(folded);
	return is;
}

static bool is_contact(const char *address, size_t len)
{
	static const char *const contacts[] = { "postmaster@", "mailer-daemon@", "abuse@",
		                                "support@", "helpdesk@", "hostmaster@" };
	for (size_t i = 0; i < sizeof contacts / sizeof *contacts; i++)
		if (len > strlen(contacts[i]) &&
		    strncasecmp(address, contacts[i], strlen(contacts[i])) == 0)
			return true;
	return false;
}

static bool known(const struct report_mention *list, size_t count, const char *at, size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i].address) == len && strncasecmp(list[i].address, at, len) == 0)
			return true;
	return false;
}

size_t report_text_mentions(const struct report_text *text, const char *sender, size_t most,
                            struct report_mention **mentions)
{
	struct report_mention *list = NULL;
	size_t count = 0, len = 0, passing_len = 0;
	const char *passing = NULL;
	for (const char *line = text->said; *line != '\0'; line = next_line(line)) {
		const char *address = report_text_address(line, &len);
		if (address == NULL || is_contact(address, len) ||
		    (strlen(sender) == len && strncasecmp(sender, address, len) == 0))
			continue;
		if (line_aside(line))
			continue;
		if (!line_blames(line, address)) {
			passing_len = passing == NULL ? len : passing_len;
			passing = passing == NULL ? address : passing;
			continue;
		}
		size_t at = (size_t)(line - text->said);
		if (known(list, count, address, len))
			continue;
		if (count > 0)
			list[count - 1].end = at;
		if (count == most)
			break;
		list = mem_grow(list, count + 1, sizeof *list);
		list[count++] = (struct report_mention){ mem_text_len(address, len), at,
			                                 strlen(text->said) };
	}
	if (count == 0 && passing != NULL) {
		list = mem_grow(NULL, 1, sizeof *list);
		list[count++] = (struct report_mention){ mem_text_len(passing, passing_len), 0,
			                                 strlen(text->said) };
	}
	*mentions = list;
	return count;
}

void report_mentions_free(struct report_mention *mentions, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(mentions[i].address);
	free(mentions);
}

char *report_text_field(const char *header, const char *name)
{
	size_t len = strlen(name);
	for (const char *line = header; *line != '\0'; line = next_line(line)) {
		if (strncasecmp(line, name, len) != 0)
			continue;
		const char *at = line + len + strspn(line + len, " \t");
		if (*at++ != ':')
			continue;
		struct str value;
		str_init(&value, 4096);
		for (const char *end = line_end(at);; end = line_end(at)) {
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
		return str_take(&value);
	}
	return NULL;
}
