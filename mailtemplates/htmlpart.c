#include "mailtemplates/htmlpart.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define HTML_MOST (2 * 1024 * 1024)
#define FULL 64 /* columns: a line that had no room for the next word was broken by a program */

enum kind { NOTHING, PARAGRAPH, QUOTATION, LINES, POINTS, ANSWERS };
static const char *const kind_names[] = { NULL,    "paragraph", "quotation",
	                                  "lines", "points",    "answers" };

struct making {
	const struct htmlpart *with;
	struct str link; /* of an answer, but for its body */
	json_t *blocks, *answers;
	enum kind kind;  /* of the block being made */
	bool tight, gap; /* no empty line before it; one is before the next */
	json_t *items;   /* of points and answers */
	json_t *answer;  /* the item being made */
	struct str html; /* of the block or the item */
	size_t hang;     /* where the item's further lines begin */
	size_t width;    /* of the last line */
	bool own_words;  /* the block begins with the template's words, not with a value */
	bool small;      /* the block closed last may be the small print */
	bool begins[256]; /* octets an answer begins with: the others need no look */
};

/* ---- links ---- */

/* RFC 6068 section 2: all but unreserved is encoded; in the address some more
 * stay as they are, "+" and "=" among them. */
static void put_percent(struct str *out, const char *text, const char *kept)
{
	for (; *text != '\0'; text++) {
		static const char digits[] = "0123456789ABCDEF";
		unsigned char c = (unsigned char)*text;
		bool stays = c < 0x80 && (isalnum(c) || strchr("-._~", c) != NULL ||
		                          strchr(kept, c) != NULL);
		const char coded[] = { '%', digits[c >> 4], digits[c & 15] };
		str_add_len(out, stays ? text : coded, stays ? 1 : sizeof coded);
	}
}

static void begin_link(struct making *m)
{
	const char *subject = m->with->subject;
	bool answered = strncmp(subject, "Re: ", 4) == 0;
	put_percent(&m->link, "mailto:", ":");
	put_percent(&m->link, m->with->reply, "@+=");
	str_add(&m->link, "?subject=");
	put_percent(&m->link, answered ? "" : "Re: ", "");
	put_percent(&m->link, subject, "");
	str_add(&m->link, "&body=");
}

/* A word that wants more ("NOT NOW until ") leaves the pen behind it, others on
 * a line of its own: RFC 6068 section 5, line breaks in the body are %0D%0A. */
static void put_body(const struct making *m, struct str *out, const char *text)
{
	static const char named[] = "{{reference}}";
	const char *at = strstr(text, named);
	struct str body;
	str_init(&body, HTML_MOST);
	str_add_len(&body, text, at == NULL ? strlen(text) : (size_t)(at - text));
	if (at != NULL)
		str_addf(&body, "%s%s", m->with->reference, at + sizeof named - 1);
	put_percent(out, body.text, "");
	if (body.len > 0 && body.text[body.len - 1] != ' ')
		str_add(out, "%0D%0A%0D%0A");
	str_free(&body);
}

/* ---- words ---- */

/* The last octet before `at` and the first at it, or those of a character that
 * is a letter; U+0080-U+00BF and U+2000-U+2FFF are blanks and punctuation. */
static bool is_letter(unsigned char c)
{
	if (c < 0x80)
		return isalnum(c) || c == MUSTACHE_VALUE || c == MUSTACHE_VALUE_END;
	return c != 0xC2 && c != 0xE2;
}

static bool begins_word(const char *text, const char *at)
{
	if (at == text)
		return true;
	at--;
	for (int i = 0; i < 3 && at > text && ((unsigned char)*at & 0xC0) == 0x80; i++)
		at--;
	return !is_letter((unsigned char)*at);
}

static bool is_number(const char *text, size_t len)
{
	return len > 0 && len < 5 && strspn(text, "0123456789") >= len;
}

/* The longest answer that stands here as a word; numbers are no words. */
static const struct textanswer *answer_at(const struct making *m, const char *at, size_t left)
{
	const struct textanswer *best = NULL;
	size_t best_len = 0;
	for (size_t i = 0; i < m->with->answer_count; i++) {
		const struct textanswer *a = &m->with->answers[i];
		size_t len = a->word[0] == *at ? strlen(a->word) : 0;
		if (len > best_len && len <= left && memcmp(a->word, at, len) == 0 &&
		    (len == left || !is_letter((unsigned char)at[len])) && !is_number(at, len)) {
			best = a;
			best_len = len;
		}
	}
	return best;
}

static void put_answer_link(struct making *m, const struct textanswer *answer)
{
	struct str href;
	str_init(&href, HTML_MOST);
	str_add_len(&href, m->link.text, m->link.len);
	put_body(m, &href, answer->body);
	str_add(&m->html, "<a href=\"");
	mustache_escape_html(&m->html, href.text, href.len);
	str_add(&m->html, "\" style=\"color:inherit\">");
	mustache_escape_html(&m->html, answer->word, strlen(answer->word));
	str_add(&m->html, "</a>");
	str_free(&href);
}

/* May there be letters written from the right (U+0590-U+08FF, U+FB1D-U+FEFF)?
 * A name in them must not turn the sentence around it. */
static bool from_the_right(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if ((c >= 0xD6 && c <= 0xE0) || c == 0xEF)
			return true;
	}
	return false;
}

/* `at` is behind the mark; returns what comes behind the one at the end. */
static const char *put_value(struct making *m, const char *at, const char *end)
{
	const char *stop = memchr(at, MUSTACHE_VALUE_END, (size_t)(end - at));
	size_t len = stop == NULL ? (size_t)(end - at) : (size_t)(stop - at);
	bool turned = from_the_right(at, len);
	str_add(&m->html, turned ? "<bdi>" : "");
	for (const char *line = at; line <= at + len;) {
		const char *next = memchr(line, '\n', (size_t)(at + len - line));
		mustache_escape_html(&m->html, line,
		                     (size_t)((next == NULL ? at + len : next) - line));
		if (next == NULL)
			break;
		str_add(&m->html, "<br>\n");
		line = next + 1;
	}
	str_add(&m->html, turned ? "</bdi>" : "");
	return stop == NULL ? end : stop + 1;
}

static void put_words(struct making *m, const char *text, size_t len)
{
	const char *end = text + len, *from = text;
	for (const char *at = text; at < end;) {
		const struct textanswer *answer = NULL;
		if (*at != MUSTACHE_VALUE) {
			if (m->begins[(unsigned char)*at] && begins_word(text, at))
				answer = answer_at(m, at, (size_t)(end - at));
			if (answer == NULL) {
				at++;
				continue;
			}
		}
		mustache_escape_html(&m->html, from, (size_t)(at - from));
		if (answer != NULL) {
			put_answer_link(m, answer);
			from = at += strlen(answer->word);
		} else {
			from = at = put_value(m, at + 1, end);
		}
	}
	mustache_escape_html(&m->html, from, (size_t)(end - from));
}

/* ---- blocks ---- */

static json_t *take_html(struct making *m)
{
	json_t *html = json_stringn_nocheck(m->html.text, m->html.len);
	str_clear(&m->html);
	return html;
}

static void close_item(struct making *m)
{
	if (m->html.len == 0 && m->answer == NULL)
		return;
	if (m->kind == POINTS) {
		json_array_append_new(m->items, take_html(m));
		return;
	}
	json_object_set_new(m->answer, "text", take_html(m));
	const char *word = json_string_value(json_object_get(m->answer, "word"));
	if (json_array_size(m->items) == 0 && !is_number(word, strlen(word)))
		json_object_set_new(m->answer, "first", json_true());
	json_array_append(m->answers, m->answer);
	json_array_append_new(m->items, m->answer);
	m->answer = NULL;
}

static void close_block(struct making *m)
{
	if (m->kind == NOTHING)
		return;
	if (m->kind >= POINTS)
		close_item(m);
	m->small = m->kind == PARAGRAPH && !m->tight &&
	           (!m->own_words || strstr(m->html.text, "<a href=") != NULL);
	json_t *block = json_object();
	json_object_set_new(block, kind_names[m->kind],
	                    m->kind >= POINTS ? m->items : take_html(m));
	if (m->tight)
		json_object_set_new(block, "tight", json_true());
	json_array_append_new(m->blocks, block);
	m->kind = NOTHING;
	m->items = NULL;
}

static void open_block(struct making *m, enum kind kind)
{
	close_block(m);
	m->kind = kind;
	m->tight = !m->gap;
	m->gap = false;
	m->hang = m->width = 0;
	if (kind >= POINTS)
		m->items = json_array();
}

static size_t columns(const char *text, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xC0) != 0x80 && text[i] != MUSTACHE_VALUE &&
		     text[i] != MUSTACHE_VALUE_END;
	return n;
}

/* {"word", "href"}, if this label is a word to answer with. */
static json_t *answer_of(const struct making *m, const char *label, size_t len)
{
	for (size_t i = 0; i < m->with->answer_count; i++) {
		const struct textanswer *a = &m->with->answers[i];
		bool number = is_number(label, len) && is_number(a->word, strlen(a->word));
		if (!number && (strlen(a->word) != len || memcmp(a->word, label, len) != 0))
			continue;
		struct str href;
		char *word = mem_text_len(label, len);
		str_init(&href, HTML_MOST);
		str_add_len(&href, m->link.text, m->link.len);
		put_body(m, &href, number ? word : a->body);
		json_t *answer = json_pack("{s:s, s:s}", "word", word, "href", href.text);
		str_free(&href);
		free(word);
		return answer;
	}
	return NULL;
}

/* "WORD     what it does": *label octets are the word, returns where the rest
 * begins, 0 if it is no such line. A value ends the search: it is no structure. */
static size_t labelled(const char *text, size_t len, size_t *label)
{
	*label = 0;
	for (size_t i = 0; i + 2 < len && text[i] != MUSTACHE_VALUE; i++)
		if (text[i] == ' ' && text[i + 1] == ' ') {
			*label = i;
			while (i < len && text[i] == ' ')
				i++;
			return i;
		}
	return 0;
}

/* *head: octets before the words; *label: octets of those that lead to others in
 * a column of their own; *answer: of a line that is one. */
static enum kind kind_of(const struct making *m, const char *text, size_t len, size_t lead,
                         size_t *head, size_t *label, json_t **answer)
{
	*head = lead;
	*label = 0;
	if (text[0] == '>') {
		*head = len > 1 && text[1] == ' ' ? 2 : 1;
		return QUOTATION;
	}
	if (lead == 0)
		return PARAGRAPH;
	if (len - lead > 2 && text[lead] == '-' && text[lead + 1] == ' ') {
		*head = lead + 2;
		return POINTS;
	}
	size_t rest = labelled(text + lead, len - lead, label);
	*answer = rest == 0 ? NULL : answer_of(m, text + lead, *label);
	*head = lead + rest;
	return *answer == NULL ? LINES : ANSWERS;
}

/* Was the line before broken because this one's first word found no room? An
 * address under a name is a line of its own. */
static bool was_full(const struct making *m, const char *text, size_t len)
{
	if (m->kind == LINES && memchr(text, MUSTACHE_VALUE, len) != NULL)
		return false;
	const char *blank = memchr(text, ' ', len);
	size_t word = columns(text, blank == NULL ? len : (size_t)(blank - text));
	const char *first = len > 0 && text[0] == MUSTACHE_VALUE ? text + 1 : text;
	return word > 0 && strchr("-*>", *first) == NULL && m->width + 1 + word > FULL;
}

static void put_break(struct making *m, const char *text, size_t len)
{
	bool breaks = m->kind == QUOTATION || m->kind == LINES;
	if (m->html.len > 0)
		str_add(&m->html, breaks && !was_full(m, text, len) ? "<br>\n" : "\n");
	m->width = columns(text, len);
}

static void put_label(struct making *m, const char *text, size_t len)
{
	str_add(&m->html, "<b>");
	put_words(m, text, len);
	str_add(&m->html, "</b> ");
}

static void take_line(struct making *m, const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		len--;
	size_t lead = strspn(text, " "), head, label;
	json_t *answer = NULL;
	if (len == 0) {
		close_block(m);
		m->gap = true;
		return;
	}
	if (m->hang > 0 && lead == m->hang) {
		str_add_char(&m->html, '\n');
		put_words(m, text + lead, len - lead);
		return;
	}
	enum kind kind = kind_of(m, text, len, lead, &head, &label, &answer);
	if (kind != m->kind) {
		open_block(m, kind);
		m->own_words = text[head] != MUSTACHE_VALUE;
	}
	if (kind >= POINTS)
		close_item(m);
	m->answer = answer;
	m->hang = kind >= POINTS || label > 0 ? columns(text, head) : 0;
	put_break(m, text + (label > 0 ? lead : head), len - (label > 0 ? lead : head));
	if (kind == LINES && label > 0)
		put_label(m, text + lead, label);
	put_words(m, text + head, len - head);
	if (kind == PARAGRAPH && text[len - 1] == ':')
		close_block(m);
}

/* Octets up to the end of the line; a line break inside of a value is none. */
static size_t line_len(const char *text, size_t len)
{
	bool value = false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n' && !value)
			return i;
		if (text[i] == MUSTACHE_VALUE || text[i] == MUSTACHE_VALUE_END)
			value = text[i] == MUSTACHE_VALUE;
	}
	return len;
}

static json_t *take_foot(struct making *m)
{
	size_t count = json_array_size(m->blocks);
	if (!m->small || count < 2)
		return NULL;
	json_t *foot = json_object_get(json_array_get(m->blocks, count - 1), kind_names[PARAGRAPH]);
	json_incref(foot);
	json_array_remove(m->blocks, count - 1);
	return foot;
}

json_t *htmlpart_make(const struct htmlpart *with, const char *marked, size_t len)
{
	struct making m = { .with = with, .blocks = json_array(), .answers = json_array() };
	str_init(&m.link, HTML_MOST);
	str_init(&m.html, HTML_MOST);
	begin_link(&m);
	for (size_t i = 0; i < with->answer_count; i++)
		m.begins[(unsigned char)with->answers[i].word[0]] = true;
	for (size_t at = 0; at < len;) {
		size_t line = line_len(marked + at, len - at);
		take_line(&m, marked + at, line);
		at += line + 1;
	}
	close_block(&m);
	json_t *foot = take_foot(&m), *made = json_object();
	json_object_set_new(made, "blocks", m.blocks);
	json_object_set_new(made, "answers", m.answers);
	if (foot != NULL)
		json_object_set_new(made, "foot", foot);
	str_free(&m.link);
	str_free(&m.html);
	return made;
}

void htmlpart_unmark(const char *marked, size_t len, struct str *out)
{
	for (size_t at = 0, plain; at < len; at += plain + 1) {
		for (plain = 0; at + plain < len; plain++)
			if (marked[at + plain] == MUSTACHE_VALUE ||
			    marked[at + plain] == MUSTACHE_VALUE_END)
				break;
		str_add_len(out, marked + at, plain);
	}
}
