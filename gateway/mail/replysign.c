/* What a writer's program or firm adds to the writer's words: banners above,
 * signatures, device lines and disclaimers below. Looked for in each stretch
 * of lines between quotations. */
#include "mail/replyline.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "mail/replywords.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_LINE 80       /* octets: longer ones are sentences */
#define CONTACT_LINES 14    /* of a signature without a delimiter */
#define PARAGRAPH_MOST 4000 /* octets looked at for a disclaimer */

/* Folded, without signs at its ends. Yours to free. */
static char *bare(struct reply_line *line)
{
	const char *s = reply_folded(line);
	s += strspn(s, " *_[<(/~-");
	size_t len = strlen(s);
	while (len > 0 && strchr(" *_]>)/,.!;:~-", s[len - 1]) != NULL)
		len--;
	return mem_text_len(s, len);
}

static bool is_made_of(const struct reply_line *line, const char *signs, size_t least)
{
	for (size_t i = 0; i < line->len; i++)
		if (strchr(signs, line->at[i]) == NULL)
			return false;
	return line->len >= least;
}

/* "-- " (the usual delimiter), "--", a rule of underscores */
static bool is_delimiter(const struct reply_line *line)
{
	return (line->len == 2 && memcmp(line->at, "--", 2) == 0) || is_made_of(line, "_", 2) ||
	       (line->len == 3 && memcmp(line->at, "\xe2\x80\x94", 3) == 0);
}

static size_t count_words(const char *s)
{
	size_t words = 0;
	for (s += strspn(s, " "); *s != '\0'; words++) {
		s += strcspn(s, " ");
		s += strspn(s, " ");
	}
	return words;
}

/* "Sent from my iPhone", "Get Outlook for iOS<https://...>" */
static bool is_device_line(struct reply_line *line)
{
	if (line->len > 200)
		return false;
	char *s = bare(line);
	char *link = strpbrk(s, "<[(");
	if (link != NULL)
		*link = '\0';
	if ((link = strstr(s, "http")) != NULL)
		*link = '\0';
	bool found = false;
	size_t begins = reply_begins(s, reply_sent_from);
	const char *comma = strchr(s, ','); /* "Sent from my Verizon, Samsung Galaxy" */
	if (begins > 0 && strlen(s) < SHORT_LINE && count_words(s) <= 10 &&
	    (comma == NULL || count_words(comma + 1) <= 3))
		found = reply_has_any(s, reply_devices) ||
		        (strncmp(s, "sent from my ", 13) == 0 && count_words(s) <= 6) ||
		        strncmp(s, "get ", 4) == 0;
	free(s);
	if (!found && line->len < SHORT_LINE) {
		char *raw = mem_text_len(line->at, line->len);
		found = reply_has_any(raw, reply_device_lines);
		free(raw);
	}
	return found;
}

static bool is_one_of(const char *s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(s, *words) == 0)
			return true;
	return false;
}

static bool is_closing(struct reply_line *line)
{
	if (line->len > SHORT_LINE)
		return false;
	char *s = bare(line);
	bool found = is_one_of(s, reply_closings);
	free(s);
	return found;
}

/* The writer again, below the signature: it counts. */
static bool is_postscript(struct reply_line *line)
{
	const char *s = reply_folded(line);
	size_t len = reply_begins(s, reply_postscript);
	return len > 0 && strchr(" :.,-", s[len]) != NULL;
}

/* A telephone number, an address of mail or web: what a name alone is not. */
static bool has_contact(struct reply_line *line)
{
	const char *s = reply_folded(line);
	size_t digits = 0;
	for (const char *d = s; *d != '\0'; d++)
		digits += isdigit((unsigned char)*d) != 0;
	return digits >= 7 || strchr(s, '@') != NULL || strstr(s, "www.") != NULL ||
	       strstr(s, "http") != NULL;
}

/* A line of a name, a title, a firm, a number: short, and no sentence. */
static bool is_contact_line(struct reply_line *line)
{
	if (line->len > SHORT_LINE && !has_contact(line))
		return false;
	char last = line->at[line->len - 1];
	return !(strchr(".!?", last) != NULL && count_words(reply_folded(line)) > 4) ||
	       has_contact(line);
}

/* Two to four words with capitals: "Jane Doe", "Dr. Max von Muster" */
static bool is_name_line(const struct reply_line *line)
{
	size_t words = 0, small = 0;
	bool start = true;
	if (line->len > 50 || line->len == 0)
		return false;
	for (size_t i = 0; i < line->len; i++) {
		unsigned char c = (unsigned char)line->at[i];
		if (isdigit(c) || strchr("?!:;@/<>()\"", (int)c) != NULL)
			return false;
		if (start && c != ' ') {
			words++;
			small += islower(c) != 0;
		}
		start = c == ' ';
	}
	return words >= 2 && words <= 4 && small <= 1 && !islower((unsigned char)line->at[0]) &&
	       strchr(".", line->at[line->len - 1]) == NULL;
}

/* Lines `from` to `to` look like a contact block; the end of it. A postscript
 * or a sentence ends it. *contacts: lines with a number or an address. */
static size_t contact_end(struct reply_text *text, size_t from, size_t to, size_t *contacts)
{
	size_t i = from, lines = 0;
	*contacts = 0;
	for (; i < to && lines < CONTACT_LINES; i++) {
		struct reply_line *line = &text->lines[i];
		if (line->what == REPLY_BLANK)
			continue;
		bool goes_on = lines >= 2 && text->lines[i - 1].what == REPLY_OWN;
		if (is_postscript(line) || (!is_contact_line(line) && !goes_on))
			break;
		lines++;
		*contacts += has_contact(line);
	}
	return i;
}

static size_t paragraph_end(const struct reply_text *text, size_t from, size_t to)
{
	while (from < to && text->lines[from].what == REPLY_OWN)
		from++;
	return from;
}

static size_t count_any(const char *s, const char *const *words)
{
	size_t found = 0;
	for (; *words != NULL; words++)
		found += strstr(s, *words) != NULL;
	return found;
}

static char *paragraph(struct reply_text *text, size_t from, size_t to)
{
	struct str out;
	str_init(&out, PARAGRAPH_MOST);
	for (; from < to && str_ok(&out); from++) {
		struct reply_line *line = &text->lines[from];
		char *copy = line->len < PARAGRAPH_MOST ? mem_text_len(line->at, line->len) : NULL;
		char *folded = copy != NULL ? utf8_fold(copy) : NULL;
		str_addf(&out, "%s ", folded != NULL ? folded : "");
		free(folded);
		free(copy);
	}
	return out.text;
}

static bool is_disclaimer(struct reply_text *text, size_t from, size_t to)
{
	char *s = paragraph(text, from, to);
	bool found = count_any(s, reply_disclaimer) >= 4 || count_any(s, reply_footer) > 0 ||
	             (strlen(s) > 120 && count_any(s, reply_disclaimer) >= 3);
	free(s);
	return found;
}

/* What a program puts in the place of a picture or of a hidden quotation:
 * "[cid:image001.png@...]", "<logo.png>", "[Quoted text hidden]" */
static bool is_stand_in(struct reply_line *line)
{
	static const char *const ends[] = { ".png>", ".jpg>", ".jpeg>", ".gif>", NULL };
	const char *s = reply_folded(line);
	size_t len = strlen(s);
	if (len > 0 && s[len - 1] == ']' && reply_begins(s, reply_stand_in) > 0)
		return true;
	for (size_t i = 0; ends[i] != NULL; i++)
		if (s[0] == '<' && strchr(s, '>') == s + len - 1 && len > strlen(ends[i]) &&
		    strcmp(s + len - strlen(ends[i]), ends[i]) == 0)
			return true;
	return false;
}

/* "CAUTION: This email originated from outside ..." at the very top */
static void mark_banner(struct reply_text *text)
{
	size_t from = reply_next(text, 0), to = paragraph_end(text, from, text->count);
	if (from == to || to - from > 6)
		return;
	char *s = paragraph(text, from, to);
	bool found = reply_begins(s, reply_banner) > 0 && count_any(s, reply_outside) > 0 &&
	             (*s == '[' || reply_has_any(s, reply_message)) && strlen(s) < 700;
	free(s);
	if (!found)
		return;
	/* where nothing sets the banner apart, only its own sentence goes */
	reply_mark(text, from, to < text->count || to - from == 1 ? to : from + 1, REPLY_CUT);
}

/* The writer's full name begins the line, alone or before a title. */
static bool is_writer(struct reply_line *line, const char *writer)
{
	if (writer == NULL || line->len > SHORT_LINE)
		return false;
	const char *s = reply_folded(line);
	size_t len = strlen(writer);
	s += strspn(s, "*_- ");
	return strncmp(s, writer, len) == 0 &&
	       (s[len] == '\0' || strchr(",|*-(/", s[len]) != NULL ||
	        (s[len] == ' ' && strchr(",|-(/", s[len + 1]) != NULL));
}

/* -Jane */
static bool is_dashed_name(const struct reply_line *line)
{
	return line->len > 2 && line->len < 40 && line->at[0] == '-' &&
	       isupper((unsigned char)line->at[1]) && memchr(line->at, '.', line->len) == NULL;
}

/* A rule of dashes above a contact block. */
static bool is_rule(const struct reply_line *line)
{
	return is_made_of(line, "-=*~", 3) ||
	       (line->len >= 6 && is_made_of(line, "\xe2\x80\x94\x93", 6));
}

/* How far the signature goes that begins at `i`, if one does; `i` if not. */
static size_t signature_end(struct reply_text *text, size_t i, size_t from, size_t to,
                            const char *writer)
{
	struct reply_line *line = &text->lines[i];
	size_t contacts = 0, after = reply_next(text, i + 1), end;
	bool last = after >= to;
	bool paragraph_starts = i == from || text->lines[i - 1].what == REPLY_BLANK;
	if (is_delimiter(line) || is_device_line(line))
		return to;
	if (paragraph_starts && is_disclaimer(text, i, paragraph_end(text, i, to)))
		return to;
	if (last)
		return is_dashed_name(line) && i > from ? to : i;
	if (is_closing(line)) {
		end = contact_end(text, i + 1, to, &contacts);
		return end > after ? end : i;
	}
	if (is_writer(line, writer)) {
		end = contact_end(text, i + 1, to, &contacts);
		return end == to || (i > from && end > after) ? end : i;
	}
	if (is_rule(line) && i > from) {
		end = contact_end(text, i + 1, to, &contacts);
		return end == to && contacts > 0 ? to : i;
	}
	if (paragraph_starts && i > from && is_name_line(line)) {
		end = contact_end(text, i + 1, to, &contacts);
		return end == to && contacts > 0 ? to : i;
	}
	return i;
}

static void mark_stretch(struct reply_text *text, size_t from, size_t to, const char *writer)
{
	for (size_t i = from; i < to; i++) {
		struct reply_line *line = &text->lines[i];
		if (line->what != REPLY_OWN)
			continue;
		size_t end = is_stand_in(line) ? i + 1 : signature_end(text, i, from, to, writer);
		if (end == i)
			continue;
		reply_mark(text, i, end, REPLY_CUT);
		i = end - 1;
	}
}

void reply_mark_signatures(struct reply_text *text, const char *writer)
{
	char *folded = writer != NULL ? utf8_fold(writer) : NULL;
	if (folded != NULL && strchr(folded, ' ') == NULL) { /* a first name may end a mail */
		free(folded);
		folded = NULL;
	}
	mark_banner(text);
	for (size_t i = 0; i < text->count; i++) {
		if (text->lines[i].what != REPLY_OWN)
			continue;
		size_t to = i;
		while (to < text->count && text->lines[to].what <= REPLY_BLANK)
			to++;
		mark_stretch(text, i, to, folded);
		i = to;
	}
	free(folded);
}
