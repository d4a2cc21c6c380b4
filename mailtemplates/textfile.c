#include "mailtemplates/textfile.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct reading {
	struct textfile *file;
	textfile_flaw flaw;
	void *context;
	size_t at; /* next octet */
	int line;
	bool bad;
};

static void tell(struct reading *r, int line, int column, const char *what)
{
	r->flaw(r->context, r->file->path, line, column, what);
	r->bad = true;
}

bool textfile_is_data(const char *name)
{
	return strcmp(name, "_dates") == 0 || strcmp(name, "_answers") == 0;
}

char *textfile_mark(const char *language, const char *octets, size_t len)
{
	uint32_t sum = 2166136261u; /* FNV-1a: to see a change, not to resist one */
	char *mark = NULL;
	for (size_t i = 0; i < len; i++)
		sum = (sum ^ (unsigned char)octets[i]) * 16777619u;
	if (asprintf(&mark, "%s %08x", language, (unsigned)sum) < 0)
		abort();
	return mark;
}

static void parse_part(struct reading *r, struct textpart *part, const char *text, size_t len,
                       int line, int column)
{
	struct mustache_error error;
	*part = (struct textpart){ NULL, line, column };
	if (mustache_parse(text, len, &part->template, &error) != RC_OK)
		tell(r, line + error.line - 1,
		     error.line == 1 ? column + error.column - 1 : error.column, error.text);
}

/* The line at r->at without its end; steps over it. */
static const char *next_line(struct reading *r, size_t *len)
{
	const char *line = r->file->octets + r->at;
	size_t left = r->file->len - r->at;
	const char *end = memchr(line, '\n', left);
	*len = end == NULL ? left : (size_t)(end - line);
	r->at += *len + (end != NULL);
	r->line++;
	if (*len > 0 && line[*len - 1] == '\r')
		--*len;
	return line;
}

/* A line that is one comment: a note of the admin, or our mark. */
static bool is_note(const char *line, size_t len)
{
	return len >= 5 && memcmp(line, "{{!", 3) == 0 && memcmp(line + len - 2, "}}", 2) == 0;
}

static void read_mark(struct textfile *f)
{
	char language[41], sum[9];
	if (sscanf(f->octets, "{{! default %40[a-z0-9-] %8[0-9a-f] }}", language, sum) == 2 &&
	    asprintf(&f->from, "%s %s", language, sum) < 0)
		abort();
}

/* "Name: value" */
static void read_field(struct reading *r, const char *line, size_t len)
{
	struct textfile *f = r->file;
	const char *colon = memchr(line, ':', len);
	if (is_note(line, len))
		return;
	if (colon == NULL || colon == line || line[0] == ' ' || line[0] == '\t') {
		tell(r, r->line, 1, "is no field ('Subject: ...'); an empty line ends the fields");
		return;
	}
	size_t value = (size_t)(colon - line) + 1;
	while (value < len && line[value] == ' ')
		value++;
	f->fields = mem_grow(f->fields, f->field_count + 1, sizeof *f->fields);
	f->fields[f->field_count++] = (struct textfield){
		mem_text_len(line, (size_t)(colon - line)), mem_text_len(line + value, len - value),
		r->line, (int)value + 1
	};
}

static void read_fields(struct reading *r)
{
	while (r->at < r->file->len) {
		size_t len;
		const char *line = next_line(r, &len);
		if (len == 0)
			return;
		read_field(r, line, len);
	}
}

static bool is_separator(const char *line, size_t len)
{
	return len > 8 && memcmp(line, "--- ", 4) == 0 && memcmp(line + len - 4, " ---", 4) == 0;
}

/* A partial of one line is used inside of sentences: without its line break. */
static size_t inline_len(const char *text, size_t len)
{
	const char *line = text, *end;
	while ((end = memchr(line, '\n', len - (size_t)(line - text))) != NULL &&
	       is_note(line, (size_t)(end - line)))
		line = end + 1;
	return end == NULL || end + 1 < text + len ? len : (size_t)(end - text);
}

/* The text part, and after "--- html ---" the HTML part. */
static void read_parts(struct reading *r)
{
	struct textfile *f = r->file;
	size_t from = r->at, text_end = f->len, html_from = 0;
	int first = r->line + 1, html_line = 0;
	while (r->at < f->len) {
		size_t start = r->at, len;
		const char *line = next_line(r, &len);
		if (!is_separator(line, len))
			continue;
		if (html_line != 0 || len != 12 || memcmp(line, "--- html ---", 12) != 0) {
			tell(r, r->line, 1, "is no part; there is one '--- html ---'");
			continue;
		}
		text_end = start;
		html_from = r->at;
		html_line = r->line + 1;
	}
	bool partial = f->field_count == 0;
	size_t len = text_end - from;
	parse_part(r, &f->text, f->octets + from, partial ? inline_len(f->octets + from, len) : len,
	           first, 1);
	if (html_line != 0)
		parse_part(r, &f->html, f->octets + html_from, f->len - html_from, html_line, 1);
}

static void read_subject(struct reading *r)
{
	struct textfile *f = r->file;
	for (size_t i = 0; i < f->field_count; i++) {
		struct textfield *field = &f->fields[i];
		if (strcasecmp(field->name, "Subject") != 0)
			tell(r, field->line, 1, "is a field nobody knows; known is Subject");
		else if (field->value[0] == '\0')
			tell(r, field->line, field->column, "is an empty subject; write one");
		else if (f->subject.line != 0)
			tell(r, field->line, 1, "is a second Subject; remove one");
		else
			parse_part(r, &f->subject, field->value, strlen(field->value), field->line,
			           field->column);
	}
	if (f->subject.line == 0)
		tell(r, 1, 1, "has no 'Subject: ...'; the file begins with it");
}

char *textfile_word(const char *value, size_t n)
{
	for (;;) {
		value += strspn(value, " ");
		size_t len = strcspn(value, " ");
		if (len == 0)
			return NULL;
		if (n-- == 0)
			return mem_text_len(value, len);
		value += len;
	}
}

const struct textfield *textfile_field(const struct textfile *file, const char *name)
{
	for (size_t i = 0; i < file->field_count; i++)
		if (strcmp(file->fields[i].name, name) == 0)
			return &file->fields[i];
	return NULL;
}

static void want_words(struct reading *r, const char *name, size_t count, const char *what)
{
	const struct textfield *f = textfile_field(r->file, name);
	char *last = f == NULL ? NULL : textfile_word(f->value, count - 1);
	char *more = f == NULL ? NULL : textfile_word(f->value, count);
	if (last == NULL || more != NULL)
		tell(r, f == NULL ? 1 : f->line, f == NULL ? 1 : f->column, what);
	free(last);
	free(more);
}

static void want_date(struct reading *r, const char *name, struct textpart *part)
{
	const struct textfield *f = textfile_field(r->file, name);
	if (f == NULL)
		tell(r, 1, 1, "has no 'date: ...' and 'date-year: ...'; see the default");
	else
		parse_part(r, part, f->value, strlen(f->value), f->line, f->column);
}

static void read_dates(struct reading *r)
{
	want_words(r, "months", 12, "wants twelve names: 'months: ...', from January");
	want_words(r, "weekdays", 7, "wants seven names: 'weekdays: ...', from Sunday");
	want_date(r, "date", &r->file->date);
	want_date(r, "date-year", &r->file->date_year);
}

/* "PLUS TARD le ..." begins a mail with "PLUS TARD le ". */
static char *answer_body(const char *text)
{
	const char *open = strstr(text, "...");
	return mem_text_len(text, open == NULL ? strlen(text) : (size_t)(open - text));
}

static void add_answer(struct textfile *f, char *word)
{
	for (size_t i = 0; i < f->answer_count; i++)
		if (strcmp(f->answers[i].word, word) == 0)
			return;
	const struct textfield *begun = textfile_field(f, word);
	f->answers = mem_grow(f->answers, f->answer_count + 1, sizeof *f->answers);
	f->answers[f->answer_count++] =
		(struct textanswer){ mem_text(word),
		                     answer_body(begun == NULL ? word : begun->value) };
}

/* "ask: ACCEPT, DECLINE" names the words of a message, "NOT NOW: NOT NOW until ..."
 * how a mail with this word begins: messages are written in small letters. */
static void read_answers(struct reading *r)
{
	struct textfile *f = r->file;
	for (size_t i = 0; i < f->field_count; i++) {
		if (f->fields[i].name[0] < 'a' || f->fields[i].name[0] > 'z')
			continue;
		char *words = mem_text(f->fields[i].value), *rest = words;
		for (char *word; (word = strsep(&rest, ",")) != NULL;) {
			word += strspn(word, " ");
			size_t len = strlen(word);
			while (len > 0 && word[len - 1] == ' ')
				word[--len] = '\0';
			if (len > 0)
				add_answer(f, word);
		}
		free(words);
	}
}

enum rc textfile_parse(const char *path, const char *name, char *octets, size_t len,
                       textfile_flaw flaw, void *context, struct textfile **file)
{
	struct textfile *f = mem_zero(1, sizeof *f);
	struct reading r = { .file = f, .flaw = flaw, .context = context };
	*f = (struct textfile){ .path = mem_text(path), .octets = octets, .len = len };
	read_mark(f);
	if (len >= 3 && memcmp(octets, "\xEF\xBB\xBF", 3) == 0)
		r.at = 3; /* a byte order mark, as some editors write it */
	if (name[0] != '_' || textfile_is_data(name))
		read_fields(&r);
	if (!textfile_is_data(name))
		read_parts(&r);
	if (name[0] != '_')
		read_subject(&r);
	else if (strcmp(name, "_dates") == 0)
		read_dates(&r);
	else if (strcmp(name, "_answers") == 0)
		read_answers(&r);
	if (r.bad) {
		textfile_free(&f);
		return RC_PERM;
	}
	*file = f;
	return RC_OK;
}

void textfile_free(struct textfile **file)
{
	struct textfile *f = *file;
	if (f == NULL)
		return;
	struct textpart *parts[] = { &f->subject, &f->text, &f->html, &f->date, &f->date_year };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		mustache_free(&parts[i]->template);
	for (size_t i = 0; i < f->field_count; i++) {
		free(f->fields[i].name);
		free(f->fields[i].value);
	}
	for (size_t i = 0; i < f->answer_count; i++) {
		free(f->answers[i].word);
		free(f->answers[i].body);
	}
	free(f->answers);
	free(f->fields);
	free(f->octets);
	free(f->from);
	free(f->path);
	free(f);
	*file = NULL;
}
