/* Where quotations begin and end. A quotation whose lines carry a prefix ends
 * with them; below an attribution line or a header block that no prefix
 * follows, everything is quoted. */
#include "mail/replyline.h"

#include "base/mem.h"
#include "base/str.h"
#include "mail/replywords.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ATTRIBUTION_LINES 6    /* it may be wrapped over so many */
#define ATTRIBUTION_MOST 500   /* octets */
#define BLOCK_LINES 24         /* of a header block, wrapped lists of recipients included */

/* ---- prefixes ---- */

/* ">", "|", "AB>" at the start of the line, but not a line of arrows. */
static bool has_prefix(const struct reply_line *line)
{
	const char *s = line->at, *end = s + line->len;
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	const char *start = s;
	while (s < end && s - start < 3 && isalpha((unsigned char)*s))
		s++;
	if (s == end || *s != '>')
		return start < end - 1 && start[0] == '|' && start[1] == ' ' && end[-1] != '|';
	return !(end - s > 2 && end[-1] == '<' && end[-2] == '<');
}

/* What mail programs break off the end of a long quoted line: it stands
 * directly between two quoted lines and goes on in the middle of something. */
static bool is_broken_off(const struct reply_line *before, const struct reply_line *line)
{
	const char *s = line->at, *end = s + line->len;
	while (s < end && *s == ' ')
		s++;
	if (s == end)
		return false;
	if (strchr("_(<=&/?%.,;)]}", *s) != NULL || end[-1] == '>')
		return true;
	const char *last = before->at + before->len - 1;
	return before->len >= 60 && islower((unsigned char)*s) && strchr("!?", *last) == NULL;
}

static void mark_prefixes(struct reply_text *text)
{
	struct reply_line *lines = text->lines;
	for (size_t i = 0; i < text->count; i++)
		if (lines[i].what == REPLY_OWN && has_prefix(&lines[i]))
			lines[i].what = REPLY_QUOTED;
	for (size_t i = 1; i + 1 < text->count; i++)
		if (lines[i].what == REPLY_OWN && lines[i - 1].what == REPLY_QUOTED &&
		    lines[i + 1].what == REPLY_QUOTED && is_broken_off(&lines[i - 1], &lines[i]))
			lines[i].what = REPLY_QUOTED;
}

/* ---- dates and addresses ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* 19:03, 10.00, 15h15 */
static bool has_time(const char *s)
{
	for (; *s != '\0'; s++)
		if (is_digit(s[0]) && (s[1] == ':' || s[1] == '.' || s[1] == 'h') && is_digit(s[2]) &&
		    is_digit(s[3]) && !is_digit(s[4]))
			return true;
	return false;
}

/* 04/19/2011, 2011-03-01, 13.02.2014, 2016. 11. 8. */
static bool has_numeric_date(const char *s)
{
	for (; *s != '\0'; s++) {
		if (!is_digit(*s))
			continue;
		unsigned groups = 1;
		while (is_digit(*s))
			s++;
		while (strchr("/-.", *s) != NULL && *s != '\0') {
			const char *next = s[1] == ' ' ? s + 2 : s + 1;
			if (!is_digit(*next))
				break;
			groups++;
			for (s = next; is_digit(*s);)
				s++;
		}
		if (groups >= 3)
			return true;
		if (*s == '\0')
			break;
	}
	return false;
}

/* A month and a number beside it; or the signs of Chinese, Japanese, Korean. */
static bool has_named_date(const char *folded)
{
	if (strstr(folded, "\xe5\xb9\xb4") != NULL || strstr(folded, "\xe6\x9c\x88") != NULL)
		return true;
	bool number = false;
	for (const char *s = folded; *s != '\0';) {
		size_t word = strcspn(s, " ,.-/");
		if (word > 0 && is_digit(*s)) {
			number = true;
		} else if (number || strpbrk(s, "0123456789") != NULL) {
			for (const char *const *m = reply_months; *m != NULL; m++)
				if (strncmp(s, *m, strlen(*m)) == 0)
					return true;
		}
		s += word;
		s += strspn(s, " ,.-/");
	}
	return false;
}

static bool has_day(const char *folded)
{
	return strpbrk(folded, "0123456789") != NULL &&
	       (has_numeric_date(folded) || has_named_date(folded));
}

static bool has_date(const char *folded)
{
	return has_time(folded) || has_day(folded);
}

/* <a@b>, (a@b), [mailto:a@b], a@b */
static bool has_address(const char *s, bool in_brackets)
{
	const char *at = strchr(s, '@');
	if (at == NULL || at == s || !isalnum((unsigned char)at[1]))
		return false;
	if (!in_brackets)
		return true;
	while (at > s && strchr("<([", *at) == NULL)
		at--;
	return strchr("<([", *at) != NULL || strstr(s, "&lt;") != NULL;
}

/* ---- attribution lines ---- */

struct candidate {
	char *text; /* joined and folded */
	bool next_quoted;
};

static char *joined(struct reply_text *text, size_t from, size_t to)
{
	struct str out;
	str_init(&out, ATTRIBUTION_MOST);
	for (size_t i = from; i < to; i++) {
		if (out.len > 0)
			str_add_char(&out, ' ');
		str_add(&out, reply_folded(&text->lines[i]));
	}
	if (!str_ok(&out))
		str_clear(&out);
	return out.text;
}

/* Octets of the sign of a rule at `s`: a dash of any length, a star, a blank. */
static size_t rule_len(const char *s, size_t left)
{
	if (left >= 3 && memcmp(s, "\xe2\x80", 2) == 0 && (unsigned char)s[2] >= 0x90 &&
	    (unsigned char)s[2] <= 0x95)
		return 3;
	return left >= 1 && *s != '\0' && strchr(" -*_>|=~", *s) != NULL;
}

/* Rules around it do not count. Returns how many octets of them stood at both
 * ends, at least. */
static size_t trim(char **s)
{
	size_t before = 0, after = 0, used, len = strlen(*s);
	while ((used = rule_len(*s + before, len - before)) > 0)
		before += used;
	*s += before;
	len -= before;
	for (;; len -= used, after += used) {
		used = len >= 3 && rule_len(*s + len - 3, 3) == 3 ? 3 : 0;
		if (used == 0 && len > 0)
			used = rule_len(*s + len - 1, 1);
		if (used == 0)
			break;
	}
	(*s)[len] = '\0';
	return before < after ? before : after;
}

/* It begins as an attribution does: "On", "Le", or with a date. */
static bool opens(const char *s)
{
	size_t letters = 0;
	for (const char *d = s; *d != '\0' && !is_digit(*d); d++)
		letters += ((unsigned char)*d & 0xc0) != 0x80;
	return reply_begins(s, reply_opens) > 0 || (letters < 16 && s[strcspn(s, "0123456789")] != '\0');
}

/* Is this text an attribution line, "On 3 May 2026 Jane <jane@a.example> wrote:"? */
static bool is_attribution(char *s, bool next_quoted)
{
	size_t dashes = trim(&s), len = strlen(s);
	if (len == 0)
		return false;
	bool colon = s[len - 1] == ':';
	bool bare = !next_quoted && dashes < 3 && strpbrk(s, "0123456789@") == NULL;
	bool wrote = !bare && reply_has_any(s, reply_wrote);
	if (wrote && dashes >= 3)
		return true; /* ---- Jane Doe wrote ---- */
	if (colon && len < 120 && reply_has_any(s, reply_forwarded))
		return true;
	bool date = has_date(s), address = has_address(s, true);
	const char *tail = len > 40 ? s + len - 40 : s;
	bool ends = colon || (wrote && reply_has_any(tail, reply_wrote));
	bool time = date && has_time(s);
	if (wrote && ends && ((date && opens(s)) || address || (colon && time && len < 120)))
		return date || colon || next_quoted;
	if (colon && time && has_address(s, false))
		return true; /* 2014-03-20 20:48 GMT+01:00 Jane <jane@a.example>: */
	if (!next_quoted)
		return false;
	return (wrote && colon && len < 80) || (date && address && opens(s) && len < 120);
}

static bool ends_sentence(const struct reply_line *line)
{
	return line->len == 0 || strchr(".!?", line->at[line->len - 1]) != NULL;
}

static const char *without_rule(const char *folded)
{
	return folded + strspn(folded, " -*_");
}

/* The line, at `found` or some lines above it, with which the date of the
 * attribution begins. */
static size_t with_date_above(struct reply_text *text, size_t found, size_t lowest)
{
	const char *here = without_rule(reply_folded(&text->lines[found]));
	if (has_day(here) && opens(here))
		return found;
	for (size_t from = found, blanks = 0; from-- > lowest;) {
		struct reply_line *line = &text->lines[from];
		const char *folded = without_rule(reply_folded(line));
		if (line->what == REPLY_BLANK && ++blanks > 1)
			break;
		if (has_day(folded) && (reply_begins(folded, reply_opens) > 0 || is_digit(*folded)))
			return from;
		if (line->what != REPLY_BLANK && ends_sentence(line))
			break;
	}
	return found;
}

/* The start of an attribution that ends with line `end` (excluded): the
 * shortest text that is one, then up to the line where its date begins. `end`
 * if there is none. */
static size_t attribution_start(struct reply_text *text, size_t end, size_t floor)
{
	size_t next = reply_next(text, end), found = end;
	bool next_quoted = next < text->count && text->lines[next].what == REPLY_QUOTED;
	size_t lowest = end > floor + ATTRIBUTION_LINES ? end - ATTRIBUTION_LINES : floor;
	for (size_t from = end; from-- > lowest && found == end;) {
		if (text->lines[from].what == REPLY_BLANK)
			break;
		char *whole = joined(text, from, end);
		if (is_attribution(whole, next_quoted))
			found = from;
		free(whole);
	}
	return found < end ? with_date_above(text, found, lowest) : end;
}

/* Is it worth the look? Ends with a colon or a dash, or a quotation follows,
 * or it ends with a verb of writing. */
static bool may_end_attribution(struct reply_text *text, size_t i)
{
	struct reply_line *line = &text->lines[i];
	char last = line->at[line->len - 1];
	if (line->len > ATTRIBUTION_MOST)
		return false;
	if (strchr(":->*", last) != NULL || (unsigned char)last >= 0x80)
		return true;
	size_t next = reply_next(text, i + 1);
	if (next < text->count && text->lines[next].what == REPLY_QUOTED)
		return true;
	const char *folded = reply_folded(line);
	size_t len = strlen(folded);
	return reply_has_any(len > 24 ? folded + len - 24 : folded, reply_wrote);
}

/* "reply On Wed, Apr 4, 2012 at 3:59 PM, bob@example.com wrote:": the answer
 * shares the line. Its length in octets, 0 if it does not. */
static size_t shared_line(struct reply_text *text, size_t i)
{
	static const char *const starts[] = { "On ", "Le ", "Am ", "El ", "Il ", "Em ", "Op ", "Den " };
	struct reply_line *line = &text->lines[i];
	size_t next = reply_next(text, i + 1);
	if (next >= text->count || text->lines[next].what != REPLY_QUOTED || line->len > ATTRIBUTION_MOST)
		return 0;
	for (size_t k = 0; k < sizeof starts / sizeof *starts; k++) {
		const char *at = memmem(line->at + 1, line->len - 1, starts[k], strlen(starts[k]));
		if (at == NULL || isalnum((unsigned char)at[-1]))
			continue;
		struct reply_line rest = { at, (size_t)(line->at + line->len - at), REPLY_OWN, NULL };
		char *folded = mem_text(reply_folded(&rest));
		bool found = has_date(folded) && is_attribution(folded, true);
		free(folded);
		free(rest.folded);
		size_t len = (size_t)(at - line->at);
		while (len > 0 && strchr(" -_*", line->at[len - 1]) != NULL)
			len--;
		if (found)
			return len;
	}
	return 0;
}

/* ---- header blocks ---- */

/* The label a line begins with, and what follows it. */
static enum reply_label label_of(const char *folded, const char **rest)
{
	folded += strspn(folded, " *_>|");
	const char *colon = strchr(folded, ':');
	size_t len = colon != NULL ? (size_t)(colon - folded) : 0;
	while (len > 0 && strchr(" *_", folded[len - 1]) != NULL)
		len--;
	if (len == 0 || len > 40)
		return LABEL_NONE;
	for (const struct reply_label_word *l = reply_labels; l->word != NULL; l++)
		if (strlen(l->word) == len && memcmp(l->word, folded, len) == 0) {
			*rest = colon + 1;
			return l->label;
		}
	return LABEL_NONE;
}

/* More labels on the same line, where HTML had no line break. */
static unsigned inner_labels(const char *rest)
{
	unsigned seen = 0;
	for (const char *s = strchr(rest, ' '); s != NULL; s = strchr(s + 1, ' ')) {
		const char *unused;
		size_t len = strcspn(s + 1, " :");
		if (s[1 + len] == ':')
			seen |= 1u << label_of(s + 1, &unused);
	}
	return seen & ~(1u << LABEL_NONE);
}

static bool two_of(unsigned seen)
{
	return (seen & (seen - 1)) != 0;
}

/* Does a block of header fields begin here, as Outlook and others quote by? */
static bool is_header_block(struct reply_text *text, size_t from)
{
	unsigned seen = 0, strangers = 0;
	bool evidence = false;
	size_t end = from + BLOCK_LINES < text->count ? from + BLOCK_LINES : text->count;
	for (size_t i = from; i < end && strangers < 3; i++) {
		struct reply_line *line = &text->lines[i];
		const char *rest = "";
		if (line->what == REPLY_BLANK)
			continue;
		enum reply_label label = label_of(reply_folded(line), &rest);
		if (label == LABEL_NONE && i == from)
			return false;
		if (label == LABEL_NONE) { /* a value that goes on, or the mail itself */
			strangers += strchr(reply_folded(line), '@') == NULL;
			continue;
		}
		strangers = 0;
		seen |= 1u << label | inner_labels(rest);
		evidence |= has_address(rest, false) || has_date(rest);
		unsigned who = 1u << LABEL_FROM | 1u << LABEL_DATE;
		unsigned three = 1u << LABEL_FROM | 1u << LABEL_TO | 1u << LABEL_SUBJECT;
		if ((seen & who) != 0 && two_of(seen & ~(1u << LABEL_OTHER)) &&
		    (evidence || (seen & three) == three))
			return true;
	}
	return false;
}

/* Some programs write the mail's own header above its text: a block at the
 * very top without a recipient (the block of a quotation names one). The line
 * after it; `from` if it is none. */
static size_t own_head_end(struct reply_text *text, size_t from)
{
	const char *rest;
	size_t i = from;
	if (from != reply_next(text, 0))
		return from;
	for (; i < text->count && text->lines[i].what == REPLY_OWN; i++) {
		enum reply_label label = label_of(reply_folded(&text->lines[i]), &rest);
		if (label == LABEL_NONE || label == LABEL_TO)
			return from;
	}
	return i;
}

/* "-----Original Message-----" */
static bool is_separator(struct reply_line *line)
{
	if (line->len < 8 || line->len > 120 || isalnum((unsigned char)line->at[0]))
		return false;
	char *copy = mem_text(reply_folded(line)), *s = copy;
	bool found = trim(&s) >= 2 && strlen(s) < 60 && reply_has_any(s, reply_message);
	free(copy);
	return found;
}

static bool is_date_alone(const char *folded)
{
	const char *rest;
	size_t letters = 0;
	if (label_of(folded, &rest) != LABEL_NONE)
		return false;
	for (const char *s = folded; *s != '\0'; s++)
		letters += (unsigned char)*s >= 0x80 || isalpha((unsigned char)*s);
	return letters <= 12 && strlen(folded) < 50 && has_date(folded) && has_time(folded);
}

/* Lotus Notes: the sender, the date, then "To" and the like on their own. */
static bool is_notes_block(struct reply_text *text, size_t from)
{
	struct reply_line *lines = text->lines;
	size_t date = reply_next(text, from + 1);
	if (date >= text->count || lines[from].len > 200 || !is_date_alone(reply_folded(&lines[date])))
		return false;
	size_t to = reply_next(text, date + 1);
	for (size_t tries = 0; tries < 2 && to < text->count; tries++, to = reply_next(text, to + 1)) {
		const char *folded = reply_folded(&lines[to]);
		size_t len = reply_begins(folded, reply_to_alone);
		if (len > 0 && (folded[len] == '\0' || folded[len] == ':'))
			return true;
	}
	return false;
}

/* A line of signs between the answer and the quotation goes with the latter. */
static size_t with_rule_above(const struct reply_text *text, size_t from, size_t floor)
{
	size_t above = from;
	while (above > floor) {
		const struct reply_line *line = &text->lines[above - 1];
		size_t signs = 0;
		while (signs < line->len && strchr("-_=*~ ", line->at[signs]) != NULL)
			signs++;
		if (signs < line->len)
			break;
		above--;
	}
	return above;
}

static bool is_verb_alone(struct reply_line *line)
{
	if (line->len > 30)
		return false;
	char *copy = mem_text(reply_folded(line)), *s = copy;
	trim(&s);
	size_t len = reply_begins(s, reply_wrote);
	bool alone = len > 0 && strcmp(s + len + strspn(s + len, " "), ":") == 0;
	free(copy);
	return alone;
}

void reply_mark_quotations(struct reply_text *text)
{
	struct reply_line *lines = text->lines;
	mark_prefixes(text);
	for (size_t i = 0, floor = 0; i < text->count; i++) {
		if (lines[i].what == REPLY_QUOTED && i > 0 && lines[i - 1].what == REPLY_OWN &&
		    is_verb_alone(&lines[i]))
			lines[i].what = REPLY_OWN; /* "> wrote:", the end of a wrapped <address> */
		if (lines[i].what == REPLY_QUOTED)
			floor = i + 1;
		if (lines[i].what != REPLY_OWN)
			continue;
		size_t start = i + 1, shared;
		if ((shared = shared_line(text, i)) > 0) {
			lines[i].len = shared;
			free(lines[i].folded);
			lines[i].folded = NULL;
			continue;
		}
		if (may_end_attribution(text, i))
			start = attribution_start(text, i + 1, floor);
		bool block = start > i && (is_header_block(text, i) || is_notes_block(text, i));
		bool separator = start > i && is_separator(&lines[i]);
		if (start > i && !block && !separator)
			continue;
		size_t head = block ? own_head_end(text, i) : i;
		if (head > i) {
			reply_mark(text, i, head, REPLY_CUT);
			continue;
		}
		if (block || separator)
			start = i;
		size_t next = reply_next(text, i + 1);
		bool prefixed = !block && next < text->count && lines[next].what == REPLY_QUOTED;
		reply_mark(text, with_rule_above(text, start, floor), prefixed ? i + 1 : text->count,
		           REPLY_CUT);
		floor = i + 1;
	}
}
