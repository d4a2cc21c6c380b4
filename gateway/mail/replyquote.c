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
#define WRAP_WIDTH 72          /* at which most programs break lines */
#define ATTRIBUTION_MOST 500   /* octets */

/* ---- prefixes ---- */

/* ">", "|", "AB>" at the start of the line (and Japan's wide ">"), but not a
 * line of arrows. */
static bool has_prefix(const struct reply_line *line)
{
	const char *s = line->at, *end = s + line->len;
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	const char *start = s;
	if (end - s >= 3 && memcmp(s, "\xef\xbc\x9e", 3) == 0)
		return true;
	while (s < end && s - start < 3 && isupper((unsigned char)*s))
		s++;
	if (s == end || *s != '>')
		return start < end - 1 && start[0] == '|' && start[1] == ' ' && end[-1] != '|';
	return !(end - s > 2 && end[-1] == '<' && end[-2] == '<');
}

/* What mail programs break off the end of a long quoted line: it stands
 * directly between two quoted lines, and goes on in the middle of something,
 * where the line above had no more room. Anything else there is an answer. */
static bool is_broken_off(const struct reply_line *before, const struct reply_line *line)
{
	const char *s = line->at, *end = s + line->len;
	while (s < end && *s == ' ')
		s++;
	if (s == end)
		return false;
	if (strchr("_<=&?%;)]}", *s) != NULL || end[-1] == '>')
		return true;
	const char *blank = memchr(s, ' ', (size_t)(end - s));
	size_t word = (size_t)((blank != NULL ? blank : end) - s);
	return islower((unsigned char)*s) && before->len + 1 + word > WRAP_WIDTH;
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

/* It begins as an attribution does: "On", "Le", or with a date. */
static bool opens(const char *s)
{
	size_t letters = 0;
	for (const char *d = s; *d != '\0' && !reply_is_digit(*d); d++)
		letters += ((unsigned char)*d & 0xc0) != 0x80;
	return reply_begins(s, reply_opens) > 0 ||
	       (letters < 16 && s[strcspn(s, "0123456789")] != '\0');
}

/* Is this text an attribution line, "On 3 May 2026 Jane <jane@a.example> wrote:"? */
static bool is_attribution(char *s, bool next_quoted)
{
	size_t dashes = reply_trim(&s), len = strlen(s);
	if (len == 0)
		return false;
	bool colon = s[len - 1] == ':';
	bool bare = !next_quoted && dashes < 3 && strpbrk(s, "0123456789@") == NULL;
	bool wrote = !bare && reply_has_any(s, reply_wrote);
	if (wrote && dashes >= 3)
		return true; /* ---- Jane Doe wrote ---- */
	if (colon && len < 120 && reply_has_any(s, reply_forwarded))
		return true;
	bool date = reply_has_date(s), address = reply_has_address(s, true);
	const char *tail = len > 40 ? s + len - 40 : s;
	bool ends = colon || (wrote && reply_has_any(tail, reply_wrote));
	bool time = date && reply_has_time(s);
	if (wrote && ends && ((date && opens(s)) || address || (colon && time && len < 120)))
		return date || colon || next_quoted;
	if (colon && time && reply_has_address(s, false))
		return true; /* 2014-03-20 20:48 GMT+01:00 Jane <jane@a.example>: */
	if (!next_quoted)
		return false;
	return (wrote && colon && len < 80) || (date && address && opens(s) && len < 120);
}

static bool ends_sentence(const struct reply_line *line)
{
	return line->len == 0 || strchr(".!?", line->at[line->len - 1]) != NULL;
}

/* Whatever part of these lines were one, they would hold a verb or a date. */
static bool may_be_attribution(struct reply_text *text, size_t from, size_t to)
{
	char *whole = joined(text, from, to);
	bool may = *whole == '\0' || reply_has_date(whole) || reply_has_any(whole, reply_wrote) ||
	           reply_has_any(whole, reply_forwarded);
	free(whole);
	return may;
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
	if (reply_has_day(here) && opens(here))
		return found;
	for (size_t from = found, blanks = 0; from-- > lowest;) {
		struct reply_line *line = &text->lines[from];
		const char *folded = without_rule(reply_folded(line));
		if (line->what == REPLY_BLANK && ++blanks > 1)
			break;
		if (reply_has_day(folded) &&
		    (reply_begins(folded, reply_opens) > 0 || reply_is_digit(*folded)))
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
	size_t first = end;
	while (first > lowest && text->lines[first - 1].what != REPLY_BLANK)
		first--;
	if (!may_be_attribution(text, first, end))
		return end;
	for (size_t from = end; from-- > first && found == end;) {
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
	static const char *const starts[] = { "On ", "Le ", "Am ", "El ",
		                              "Il ", "Em ", "Op ", "Den " };
	struct reply_line *line = &text->lines[i];
	size_t next = reply_next(text, i + 1);
	if (next >= text->count || text->lines[next].what != REPLY_QUOTED ||
	    line->len > ATTRIBUTION_MOST)
		return 0;
	for (size_t k = 0; k < sizeof starts / sizeof *starts; k++) {
		const char *at = memmem(line->at + 1, line->len - 1, starts[k], strlen(starts[k]));
		if (at == NULL || isalnum((unsigned char)at[-1]))
			continue;
		struct reply_line rest = { at, (size_t)(line->at + line->len - at), REPLY_OWN,
			                   NULL };
		char *folded = mem_text(reply_folded(&rest));
		bool found = reply_has_date(folded) && is_attribution(folded, true);
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
	reply_trim(&s);
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
		bool block = start > i &&
		             (reply_is_header_block(text, i) || reply_is_notes_block(text, i));
		bool separator = start > i && reply_is_separator(&lines[i]);
		if (start > i && !block && !separator)
			continue;
		size_t head = block ? reply_own_head_end(text, i) : i;
		if (head > i) {
			reply_mark(text, i, head, REPLY_CUT);
			continue;
		}
		if (block || separator)
			start = i;
		size_t next = reply_next(text, i + 1);
		bool prefixed = !block && next < text->count && lines[next].what == REPLY_QUOTED;
		reply_mark(text, with_rule_above(text, start, floor),
		           prefixed ? i + 1 : text->count, REPLY_CUT);
		floor = i + 1;
	}
}
