/* Blocks of header fields and separators, below which a quotation stands that
 * carries no prefix: Outlook, Lotus Notes, mobile programs. */
#include "mail/replyline.h"

#include "base/mem.h"
#include "mail/replywords.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_LINES 24 /* of a header block, wrapped lists of recipients included */

/* Octets of the sign of a rule at `s`: a dash of any length, a star, a blank. */
static size_t rule_len(const char *s, size_t left)
{
	if (left >= 3 && memcmp(s, "\xe2\x80", 2) == 0 && (unsigned char)s[2] >= 0x90 &&
	    (unsigned char)s[2] <= 0x95)
		return 3;
	return left >= 1 && *s != '\0' && strchr(" -*_>|=~", *s) != NULL;
}

size_t reply_trim(char **s)
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

bool reply_is_header_block(struct reply_text *text, size_t from)
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
		evidence |= reply_has_address(rest, false) || reply_has_date(rest);
		unsigned who = 1u << LABEL_FROM | 1u << LABEL_DATE;
		unsigned three = 1u << LABEL_FROM | 1u << LABEL_TO | 1u << LABEL_SUBJECT;
		if ((seen & who) != 0 && two_of(seen & ~(1u << LABEL_OTHER)) &&
		    (evidence || (seen & three) == three))
			return true;
	}
	return false;
}

size_t reply_own_head_end(struct reply_text *text, size_t from)
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

bool reply_is_separator(struct reply_line *line)
{
	if (line->len < 8 || line->len > 120)
		return false;
	char *copy = mem_text(reply_folded(line)), *s = copy;
	size_t rules = reply_trim(&s);
	bool found = (rules >= 2 && strlen(s) < 60 && reply_has_any(s, reply_message)) ||
	             ((rules >= 2 || *s == '#') && reply_has_any(s, reply_above));
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
	return letters <= 12 && strlen(folded) < 50 && reply_has_date(folded) &&
	       reply_has_time(folded);
}

bool reply_is_notes_block(struct reply_text *text, size_t from)
{
	struct reply_line *lines = text->lines;
	size_t date = reply_next(text, from + 1);
	if (date >= text->count || lines[from].len > 200 ||
	    !is_date_alone(reply_folded(&lines[date])))
		return false;
	size_t to = reply_next(text, date + 1);
	for (size_t tries = 0; tries < 2 && to < text->count;
	     tries++, to = reply_next(text, to + 1)) {
		const char *folded = reply_folded(&lines[to]);
		size_t len = reply_begins(folded, reply_to_alone);
		if (len > 0 && (folded[len] == '\0' || folded[len] == ':'))
			return true;
	}
	return false;
}
