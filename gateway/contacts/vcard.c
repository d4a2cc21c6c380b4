#include "contacts/vcard.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct property {
	const char *name; /* without its group, ended by the ';' or ':' */
	size_t name_len;
	const char *params; /* from the first ';', or empty */
	size_t params_len;
	const char *value;
	size_t value_len;
};

struct reader {
	const char *at;
	size_t left;
	int next_line;    /* the number of the physical line at `at` */
	int line;         /* where `text` began */
	struct str text;  /* one property, unfolded */
	int depth;        /* cards open: the one being read is 1, those inside it more */
	bool agent;       /* the last property was AGENT, whose value may be a card (2.1) */
	bool group;       /* KIND:group */
	struct contact_draft draft;
	const struct contact_sink *sink;
};

static bool begins(const char *s, size_t len, const char *word)
{
	size_t word_len = strlen(word);
	return len >= word_len && strncasecmp(s, word, word_len) == 0;
}

/* Octets of the line at `s`, without its end, which is *more: LF, CR LF or CR. */
static size_t line_of(const char *s, size_t len, size_t *more)
{
	size_t end = 0;
	while (end < len && s[end] != '\n' && s[end] != '\r')
		end++;
	*more = end == len ? 0 : s[end] == '\r' && end + 1 < len && s[end + 1] == '\n' ? 2 : 1;
	return end;
}

static void take_line(struct reader *r, size_t skip)
{
	size_t more, len = line_of(r->at, r->left, &more);
	if (len > skip)
		str_add_len(&r->text, r->at + skip, len - skip);
	r->at += len + more;
	r->left -= len + more;
	r->next_line++;
}

/* The first ':' that is in no quoted parameter value (RFC 6350 section 3.3);
 * where quotes do not end, the first of all. */
static const char *colon_of(const char *text, size_t len)
{
	bool quoted = false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			quoted = !quoted;
		else if (text[i] == ':' && !quoted)
			return text + i;
	}
	return memchr(text, ':', len);
}

/* Does a parameter of this text, which ends before the value, hold the word? */
static bool has_word(const char *params, size_t len, const char *word)
{
	size_t word_len = strlen(word);
	for (size_t i = 0; i + word_len <= len; i++)
		if (strncasecmp(params + i, word, word_len) == 0)
			return true;
	return false;
}

static bool is_quoted_printable(const struct str *text)
{
	const char *colon = colon_of(text->text, text->len);
	return colon != NULL &&
	       has_word(text->text, (size_t)(colon - text->text), "QUOTED-PRINTABLE");
}

/* Reads one property into r->text: its line, and those folded to it (they begin
 * with a blank, RFC 6350 section 3.2), or continued by a soft line break (a "=" at
 * the end, RFC 2045 section 6.7; vCard 2.1). */
static bool next_property(struct reader *r)
{
	int quoted = -1; /* not looked at yet */
	str_clear(&r->text);
	if (r->left == 0)
		return false;
	r->line = r->next_line;
	take_line(r, 0);
	while (r->left > 0) {
		if (*r->at == ' ' || *r->at == '\t') {
			take_line(r, 1);
			continue;
		}
		if (r->text.len == 0 || r->text.text[r->text.len - 1] != '=' ||
		    begins(r->at, r->left, "END:VCARD") || begins(r->at, r->left, "BEGIN:VCARD"))
			break;
		if (quoted < 0)
			quoted = is_quoted_printable(&r->text);
		if (!quoted)
			break;
		if (str_ok(&r->text))
			r->text.text[--r->text.len] = '\0';
		take_line(r, 0);
	}
	return true;
}

/* [group "."] name *(";" param) ":" value */
static bool split_property(const struct str *text, struct property *p)
{
	const char *colon = colon_of(text->text, text->len);
	if (colon == NULL || !str_ok(text))
		return false;
	size_t head = (size_t)(colon - text->text);
	const char *semicolon = memchr(text->text, ';', head);
	size_t name_len = semicolon != NULL ? (size_t)(semicolon - text->text) : head;
	const char *dot = memchr(text->text, '.', name_len);
	p->name = dot != NULL ? dot + 1 : text->text;
	p->name_len = name_len - (size_t)(p->name - text->text);
	p->params = text->text + name_len;
	p->params_len = head - name_len;
	p->value = colon + 1;
	p->value_len = text->len - head - 1;
	return true;
}

static bool named(const struct property *p, const char *name)
{
	return p->name_len == strlen(name) && strncasecmp(p->name, name, p->name_len) == 0;
}

static int hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	                              : -1;
}

static void add_quoted_printable(struct str *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int high = s[i] == '=' && i + 2 < len ? hex(s[i + 1]) : -1;
		int low = high >= 0 ? hex(s[i + 2]) : -1;
		if (low >= 0)
			str_add_char(out, (char)(high << 4 | low));
		else
			str_add_char(out, s[i]);
		i += low >= 0 ? 2 : 0;
	}
}

/* "\n" is a line break, any other escaped character itself (RFC 6350 section 3.4). */
static void add_unescaped(struct str *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool escaped = s[i] == '\\' && i + 1 < len;
		i += escaped;
		str_add_char(out, escaped && (s[i] == 'n' || s[i] == 'N') ? '\n' : s[i]);
	}
}

/* The value of CHARSET=, copied; NULL without. */
static char *charset_of(const struct property *p)
{
	static const char word[] = ";CHARSET=";
	for (size_t i = 0; i + sizeof word - 1 <= p->params_len; i++) {
		const char *at = p->params + i + sizeof word - 1;
		if (strncasecmp(p->params + i, word, sizeof word - 1) == 0)
			return mem_text_len(at, strcspn(at, ";:,"));
	}
	return NULL;
}

/* A piece of the value as text; NULL if nothing is left. */
static char *piece_text(const struct property *p, const char *piece, size_t len)
{
	struct str decoded, plain;
	char *charset = charset_of(p);
	str_init(&decoded, VCARD_VALUE_MOST);
	str_init(&plain, VCARD_VALUE_MOST);
	if (has_word(p->params, p->params_len, "QUOTED-PRINTABLE"))
		add_quoted_printable(&decoded, piece, len);
	else
		str_add_len(&decoded, piece, len);
	add_unescaped(&plain, decoded.text, decoded.len);
	char *text = contact_text(plain.text, plain.len, charset);
	str_free(&plain);
	str_free(&decoded);
	free(charset);
	return text;
}

static char *whole_text(const struct property *p)
{
	return piece_text(p, p->value, p->value_len);
}

/* The n-th of the components between ";"; NULL if it is empty or not there. */
static char *component(const struct property *p, int n)
{
	size_t from = 0;
	for (size_t i = 0; i <= p->value_len; i++) {
		if (i < p->value_len && p->value[i] == '\\') {
			i++;
			continue;
		}
		if (i < p->value_len && p->value[i] != ';')
			continue;
		if (n-- == 0)
			return piece_text(p, p->value + from, i - from);
		from = i + 1;
	}
	return NULL;
}

static void put_whole(struct reader *r, const struct property *p, enum contact_part part)
{
	contact_put(&r->draft, part, whole_text(p));
}

static void put_email(struct reader *r, const struct property *p)
{
	char *text = whole_text(p);
	if (text != NULL)
		contact_put_emails(&r->draft, text);
	free(text);
}

static void take_property(struct reader *r, const struct property *p)
{
	struct contact_draft *d = &r->draft;
	if (named(p, "FN")) {
		put_whole(r, p, PART_NAME);
	} else if (named(p, "N")) {
		contact_put(d, PART_FAMILY, component(p, 0));
		contact_put(d, PART_GIVEN, component(p, 1));
		contact_put(d, PART_MIDDLE, component(p, 2));
	} else if (named(p, "EMAIL")) {
		put_email(r, p);
	} else if (named(p, "ORG")) {
		contact_put(d, PART_ORG, component(p, 0));
	} else if (named(p, "TITLE")) {
		put_whole(r, p, PART_TITLE);
	} else if (named(p, "URL")) {
		put_whole(r, p, PART_URL);
	} else if (named(p, "LANG") || named(p, "LANGUAGE")) {
		put_whole(r, p, PART_LANGUAGE);
	} else if (named(p, "ADR")) {
		contact_put(d, PART_CITY, component(p, 3));
		contact_put(d, PART_COUNTRY, component(p, 6));
	} else if ((named(p, "KIND") || named(p, "X-ADDRESSBOOKSERVER-KIND")) &&
	           begins(p->value, p->value_len, "group")) {
		r->group = true;
	}
}

static void end_card(struct reader *r, const char *flaw)
{
	if (flaw != NULL)
		r->sink->flaw(r->sink->context, r->draft.line, r->group, flaw);
	if (r->group)
		r->sink->flaw(r->sink->context, r->draft.line, true, "a group, not a person");
	if (r->group)
		contact_drop(&r->draft);
	else
		contact_finish(&r->draft, r->sink, true);
	r->depth = 0;
	r->group = false;
}

static void begin_card(struct reader *r)
{
	if (r->depth > 0 && r->agent) { /* a card within: its person is another's agent */
		r->depth++;
		return;
	}
	if (r->depth > 0)
		end_card(r, "the card does not end before the next begins");
	r->depth = 1;
	r->draft.line = r->line;
}

static bool is_card(const struct property *p, const char *name)
{
	return named(p, name) && begins(p->value, p->value_len, "VCARD");
}

void vcard_read(const char *octets, size_t len, const struct contact_sink *sink)
{
	struct reader r = { .at = octets, .left = len, .next_line = 1, .sink = sink };
	struct property p;
	str_init(&r.text, VCARD_VALUE_MOST);
	while (next_property(&r)) {
		if (!split_property(&r.text, &p))
			continue;
		if (is_card(&p, "BEGIN"))
			begin_card(&r);
		else if (is_card(&p, "END") && r.depth > 1)
			r.depth--;
		else if (is_card(&p, "END") && r.depth == 1)
			end_card(&r, NULL);
		else if (r.depth == 1)
			take_property(&r, &p);
		r.agent = named(&p, "AGENT");
	}
	if (r.depth > 0)
		end_card(&r, "the card does not end");
	str_free(&r.text);
}

bool vcard_is(const char *octets, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t more, line = line_of(octets + at, len - at, &more);
		if (begins(octets + at, line, "BEGIN:VCARD"))
			return true;
		at += line + more;
	}
	return false;
}
