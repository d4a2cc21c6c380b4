#include "core/profile.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/signoff.h"

#include <stdlib.h>
#include <string.h>

#define LABEL_MOST 60    /* octets a label takes, blanks and stars included */
#define LINES_MOST 4000  /* looked at in one mail */
#define END_WORDS  4     /* of the line that ends a form */
#define SPLIT_LEAST 6    /* labels within lines that make a joined form */
#define PIECES_MOST 20
#define WRAPPED    55    /* a line this long was broken by a mail program, not by its writer */
#define NBSP       "\xc2\xa0"
#define WIDE_COLON "\xef\xbc\x9a"

/* --- labels in a text --------------------------------------------------------------- */

static size_t blanks(const char *text, size_t len)
{
	size_t at = 0;
	while (at < len) {
		if (text[at] == ' ' || text[at] == '\t')
			at++;
		else if (len - at >= 2 && memcmp(text + at, NBSP, 2) == 0)
			at += 2;
		else
			break;
	}
	return at;
}

/* What programs and people put around a label: bold as stars, a list's dash. */
static size_t dress(const char *text, size_t len)
{
	size_t at = 0;
	for (size_t more = 1; more > 0; at += more) {
		more = blanks(text + at, len - at);
		if (at + more < len && strchr("*_-", text[at + more]) != NULL)
			more++;
	}
	return at;
}

static char *folded_label(const char *text, size_t len)
{
	char *part = mem_text_len(text, len), *folded = utf8_fold(part);
	size_t end = strlen(folded);
	while (end > 0 && strchr("*_ ", folded[end - 1]) != NULL)
		folded[--end] = '\0';
	free(part);
	return folded;
}

/* "Secteurs :" at the start of the text: its field, and where the value begins. */
static int label_at(const char *text, size_t len, size_t *value)
{
	size_t from = dress(text, len), colon = from, wide = 0;
	while (colon < len && colon < LABEL_MOST && text[colon] != ':' && wide == 0) {
		wide = len - colon >= 3 && memcmp(text + colon, WIDE_COLON, 3) == 0 ? 3 : 0;
		colon += wide == 0;
	}
	if (colon == len || colon == LABEL_MOST || colon == from)
		return PROFILE_NONE;
	char *folded = folded_label(text + from, colon - from);
	int field = profile_label_find(folded);
	free(folded);
	if (field == PROFILE_NONE || field == PROFILE_END)
		return PROFILE_NONE;
	*value = colon + (wide > 0 ? wide : 1);
	while (from > 0 && *value < len && strchr("*_", text[*value]) != NULL)
		(*value)++;
	*value += blanks(text + *value, len - *value);
	return field;
}

static bool is_end(const char *text, size_t len)
{
	size_t from = dress(text, len);
	if (len - from > LABEL_MOST || len - from < 8)
		return false;
	char *folded = folded_label(text + from, len - from);
	size_t last = strlen(folded);
	while (last > 0 && strchr(".:-", folded[last - 1]) != NULL)
		folded[--last] = '\0';
	bool end = profile_label_find(folded) == PROFILE_END;
	free(folded);
	return end;
}

/* --- lines ----------------------------------------------------------------------------- */

struct line {
	const char *text; /* without its quotation marks */
	size_t len;
	int depth;        /* of quotation */
	int field;        /* whose label it begins with, or PROFILE_NONE, PROFILE_END */
	const char *value;
	size_t value_len;
};

struct lines {
	struct line *line;
	size_t count;
};

static struct line line_read(const char *text, size_t len)
{
	struct line line = { .field = PROFILE_NONE };
	size_t at = 0, value = 0;
	for (size_t more = 1; more > 0; at += more) {
		more = blanks(text + at, len - at);
		if (at + more < len && text[at + more] == '>') {
			line.depth++;
			more++;
		}
	}
	while (len > at && strchr(" \t\r", text[len - 1]) != NULL)
		len--;
	line.text = line.value = text + at;
	line.len = line.value_len = len - at;
	line.field = label_at(line.text, line.len, &value);
	if (line.field == PROFILE_NONE && is_end(line.text, line.len))
		line.field = PROFILE_END;
	line.value += value;
	line.value_len -= value;
	return line;
}

static struct lines lines_read(const char *text)
{
	struct lines lines = { NULL, 0 };
	size_t room = 0;
	while (*text != '\0' && lines.count < LINES_MOST) {
		size_t len = strcspn(text, "\n");
		if (lines.count == room) {
			room = room > 0 ? 2 * room : 64;
			lines.line = mem_grow(lines.line, room, sizeof *lines.line);
		}
		lines.line[lines.count++] = line_read(text, len);
		text += len + (text[len] == '\n');
	}
	return lines;
}

/* --- values ------------------------------------------------------------------------------ */

/* Without any white space, for comparing: wrapping and joining change nothing else. */
static char *bare(const char *text)
{
	struct str s;
	size_t len = strlen(text);
	str_init(&s, len + 1);
	for (size_t at = 0; at < len;) {
		size_t skip = text[at] == '\n' ? 1 : blanks(text + at, len - at);
		if (skip == 0)
			str_add_char(&s, text[at]);
		at += skip > 0 ? skip : 1;
	}
	return s.text;
}

static bool same(const char *a, const char *b)
{
	char *x = bare(a != NULL ? a : ""), *y = bare(b != NULL ? b : "");
	bool equal = strcmp(x, y) == 0;
	free(x);
	free(y);
	return equal;
}

/* One more line of a value: joined where a mail program broke it. */
static void put_line(struct str *value, const char *text, size_t len, bool is_long)
{
	const char *last = strrchr(value->text, '\n');
	size_t before = last != NULL ? strlen(last + 1) : value->len;
	bool item = len > 1 && strchr("-*", text[0]) != NULL && text[1] == ' ';
	if (len == 0 && (!is_long || value->len == 0))
		return;
	if (value->len > 0)
		str_add_char(value, is_long && (before < WRAPPED || item || len == 0) ? '\n' : ' ');
	str_add_len(value, text, len);
}

enum part { ALL, QUOTED, FRESH };

/* The lines of a field, from its label's to before `to`: all, or those as deeply
 * quoted as its label, or those that are not. Yours to free. */
static char *value_of(const struct lines *lines, size_t at, size_t to, enum part part)
{
	const struct line *label = &lines->line[at];
	bool is_long = profile_is_long(label->field);
	struct str value;
	str_init(&value, 64 << 10);
	for (size_t i = at; i < to; i++) {
		const struct line *line = &lines->line[i];
		bool fresh = line->depth < label->depth;
		if (part == ALL || (part == FRESH) == fresh)
			put_line(&value, line->value, line->value_len, is_long);
	}
	while (value.len > 0 && strchr(" \n", value.text[value.len - 1]) != NULL)
		value.text[--value.len] = '\0';
	return value.text;
}

static bool is_dash(const char *value)
{
	static const char *const dashes[] = { "-", "--", "\xe2\x80\x93", "\xe2\x80\x94",
		                              "\xe2\x88\x92" };
	for (size_t i = 0; i < sizeof dashes / sizeof dashes[0]; i++)
		if (strcmp(dashes[i], value) == 0)
			return true;
	return false;
}

/* Takes `value` over; an earlier find of the same field stands. */
static void found(struct profile_change *change, int field, char *value, const char *shown)
{
	bool keeps = change->field[field] != NULL || value[0] == '\0' || same(value, shown);
	if (!keeps && is_dash(value) && field != PROFILE_NAME) {
		if (shown != NULL && shown[0] != '\0')
			change->field[field] = mem_text("");
	} else if (!keeps && !is_dash(value)) {
		change->field[field] = utf8_cut(value, profile_most(field));
		change->cut = change->cut || strlen(value) > profile_most(field);
	}
	free(value);
}

/* --- freshly written fields ---------------------------------------------------------------- */

/* "Cordialement, Alice" is no part of the last field. */
static void without_signoff(char *value)
{
	struct speech speech = speech_new(value, strlen(value));
	size_t word = signoff_find(&speech);
	size_t end = word < speech.count ? speech.words[word].from : strlen(value);
	while (end > 0 && strchr(" \n", value[end - 1]) != NULL)
		end--;
	if (end > 0)
		value[end] = '\0';
	speech_free(&speech);
}

/* Only paragraphs that stand together in the whole text too: a quotation that was
 * broken badly leaves pieces of itself between what is fresh. */
static void without_pieces(char *value, const char *whole)
{
	for (int i = 0; whole[0] != '\0' && i < PIECES_MOST; i++) {
		char *mine = bare(value), *cut = NULL;
		bool together = strstr(whole, mine) != NULL;
		free(mine);
		for (char *at = value; !together && (at = strstr(at, "\n\n")) != NULL; at++)
			if (cut == NULL || i < PIECES_MOST - 1)
				cut = at;
		if (cut == NULL)
			return;
		*cut = '\0';
	}
}

/* Where the field that begins at `at` ends: at the next label; in a text that
 * goes on (`open`) one that is a line ends with its line, unless that was wrapped. */
static size_t field_end(const struct lines *lines, size_t at, size_t to, bool open)
{
	bool said = lines->line[at].value_len > 0;
	int field = lines->line[at].field;
	for (size_t i = at + 1; i < to; i++) {
		const struct line *line = &lines->line[i];
		if (line->field != PROFILE_NONE)
			return i;
		bool wrapped = line[-1].len >= WRAPPED && line->len > 0;
		if (open && !profile_is_long(field) && said && !wrapped)
			return i;
		said = said || line->len > 0;
	}
	return to;
}

static void read_fresh(const struct lines *lines, const char *text, const struct profile *shown,
                       struct profile_change *change)
{
	char *whole = bare(text);
	for (size_t i = 0; i < lines->count; i++) {
		const struct line *line = &lines->line[i];
		if (line->field == PROFILE_NONE || line->field == PROFILE_END)
			continue;
		size_t end = field_end(lines, i, lines->count, true);
		char *value = value_of(lines, i, end, ALL);
		if (profile_is_long(line->field)) {
			without_pieces(value, whole);
			without_signoff(value);
		}
		change->seen++;
		found(change, line->field, value, shown->field[line->field]);
	}
	free(whole);
}

/* --- the form itself ------------------------------------------------------------------------- */

/* The form in the text: from its name to its last line. False: it is not there. */
static bool form_find(const struct lines *lines, size_t *from, size_t *to)
{
	size_t end = 0;
	while (end < lines->count && lines->line[end].field != PROFILE_END)
		end++;
	size_t start = end, first = end;
	for (size_t i = end; i-- > 0;) {
		if (lines->line[i].field == PROFILE_NAME && start == end)
			start = i;
		if (lines->line[i].field != PROFILE_NONE)
			first = i;
	}
	*from = start < end ? start : first;
	*to = end;
	return *from < end && (end < lines->count || start < end);
}

/* Written into the quotation, or under the quoted label, or over what was there. */
static char *answer_of(const struct lines *lines, size_t at, size_t to, const char *shown)
{
	char *all = value_of(lines, at, to, ALL), *quoted = value_of(lines, at, to, QUOTED);
	char *fresh = value_of(lines, at, to, FRESH);
	char **answer = &all;
	size_t len = shown != NULL ? strlen(shown) : 0;
	if (same(all, shown))
		answer = &all;
	else if (fresh[0] != '\0' && same(quoted, shown))
		answer = &fresh;
	else if (len > 0 && !profile_is_long(lines->line[at].field) && to > at + 1 &&
	         lines->line[at].value_len == len &&
	         memcmp(lines->line[at].value, shown, len) == 0)
		/* the line as it was, another one under it */
		memmove(all, all + len + 1, strlen(all + len));
	char *value = mem_text(*answer);
	free(all);
	free(quoted);
	free(fresh);
	return value;
}

static void read_form(const struct lines *lines, const struct profile *shown,
                      struct profile_change *change)
{
	size_t from, to;
	if (!form_find(lines, &from, &to))
		return;
	bool closed = to < lines->count;
	for (size_t i = from; i < to; i++) {
		int field = lines->line[i].field;
		if (field == PROFILE_NONE)
			continue;
		size_t end = field_end(lines, i, to, false);
		if (end == to && !closed)
			end = field_end(lines, i, to, true);
		const char *was = shown->field[field];
		change->seen++;
		found(change, field, answer_of(lines, i, end, was), was);
	}
}

/* --- a form on few lines -----------------------------------------------------------------------
 */

static int starts_of(const struct lines *lines)
{
	int count = 0;
	for (size_t i = 0; i < lines->count; i++)
		count += lines->line[i].field != PROFILE_NONE;
	return count;
}

/* Octets of the form's end at the start of the text, among other words; 0: none. */
static size_t end_at(const char *text, size_t len)
{
	size_t to = 0;
	for (int words = 1; words <= END_WORDS && to < len; words++) {
		to += blanks(text + to, len - to);
		while (to < len && to < LABEL_MOST && strchr(" \n>", text[to]) == NULL)
			to++;
		if (words > 1 && is_end(text, to))
			return to;
	}
	return 0;
}

/* The text with each label, in the form's order, on a line of its own. NULL: it
 * is not a form whose lines were joined. */
static char *unjoined(const char *text)
{
	struct str out;
	int next = 0, split = 0;
	str_init(&out, 2 * strlen(text) + 1000);
	for (size_t at = 0, len = strlen(text); at < len; at++) {
		size_t value, left = len - at;
		bool word = at == 0 || strchr(" \n>", text[at - 1]) != NULL;
		bool colon = word &&
		             memchr(text + at, ':', left < LABEL_MOST ? left : LABEL_MOST) != NULL;
		int field = colon ? label_at(text + at, left, &value) : PROFILE_NONE;
		if (field >= next && text[at] != ' ' && text[at] != '\n') {
			str_add_char(&out, '\n');
			next = field + 1;
			split++;
		}
		size_t end = word && split > 0 ? end_at(text + at, left) : 0;
		if (end > 0)
			str_addf(&out, "\n%.*s\n", (int)end, text + at);
		else
			str_add_char(&out, text[at]);
		at += end > 0 ? end - 1 : 0;
	}
	if (split >= SPLIT_LEAST)
		return out.text;
	str_free(&out);
	return NULL;
}

struct profile_change profile_read(const char *words, const char *text, const struct profile *shown)
{
	struct profile_change change = { .seen = 0 };
	struct lines fresh = lines_read(words), whole = lines_read(text);
	char *joined = starts_of(&whole) < 4 ? unjoined(text) : NULL;
	if (joined != NULL) {
		free(whole.line);
		whole = lines_read(joined);
	} else {
		read_fresh(&fresh, text, shown, &change);
	}
	read_form(&whole, shown, &change);
	free(fresh.line);
	free(whole.line);
	free(joined);
	return change;
}

bool profile_changes(const struct profile_change *change)
{
	for (int f = 0; f < PROFILE_FIELDS; f++)
		if (change->field[f] != NULL)
			return true;
	return false;
}

void profile_change_free(struct profile_change *change)
{
	for (int f = 0; f < PROFILE_FIELDS; f++)
		free(change->field[f]);
	*change = (struct profile_change){ .seen = 0 };
}

int profile_filled(const struct profile *profile)
{
	int count = 0;
	for (int f = 0; f < PROFILE_FIELDS; f++)
		count += profile->field[f] != NULL && profile->field[f][0] != '\0';
	return count;
}

/* A blank before what would read as a label, were the line broken there, does
 * not break. */
char *profile_shown(const char *value)
{
	struct str out;
	size_t len = strlen(value);
	str_init(&out, 2 * len + 2);
	for (size_t at = 0, skip; at < len; at += skip) {
		size_t room;
		skip = value[at] == '\n' ? 1 : blanks(value + at, len - at);
		bool breaks = skip > 0 && at > 0;
		size_t to = at + skip, line = strcspn(value + to, "\n");
		if (breaks && (label_at(value + to, line, &room) != PROFILE_NONE ||
		               is_end(value + to, line)))
			str_add(&out, NBSP);
		else
			str_add_len(&out, value + at, skip > 0 ? skip : 1);
		skip = skip > 0 ? skip : 1;
	}
	return out.text;
}
