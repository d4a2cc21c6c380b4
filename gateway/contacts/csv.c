#include "contacts/csv.h"

#include "base/mem.h"
#include "contacts/heading.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HEADING_LINES 20 /* how far down the heading may stand */
#define SAMPLE_LINES 50  /* looked at below a heading in no language we know */

struct table {
	const struct contact_sink *people; /* one of the two */
	const struct csv_link_sink *links;
	int column[HEADING_COLUMNS]; /* enum contact_part or enum column */
	bool weak[HEADING_COLUMNS];
	size_t columns;             /* 0: the heading is still to come */
	struct contact_draft draft; /* the row being read, of people, */
	char *link[3];              /* of a link */
	size_t field;               /* which is next */
	bool any, beyond;           /* a value stands there; where the heading names no column */
	bool ended;                 /* libcsv has seen the row's end */
	int line;                   /* where the row starts */
	struct heading_sample *sample; /* where the columns are guessed */
};

static void flaw(struct table *t, const char *sentence)
{
	if (t->people != NULL)
		t->people->flaw(t->people->context, t->line, true, sentence);
	else
		t->links->flaw(t->links->context, t->line, sentence);
}

static void drop_values(struct table *t)
{
	contact_drop(&t->draft);
	for (int i = 0; i < 3; i++) {
		free(t->link[i]);
		t->link[i] = NULL;
	}
	t->field = 0;
	t->any = t->beyond = false;
}

static bool is_blank(const char *octets, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr(" \t\r\n", octets[i]) == NULL || octets[i] == '\0')
			return false;
	return true;
}

/* libcsv: a field of the heading has been read. */
static void on_heading(void *octets, size_t len, void *context)
{
	struct table *t = context;
	size_t at = t->field++;
	if (at >= HEADING_COLUMNS)
		return;
	char *text = contact_text(octets, len, NULL);
	t->weak[at] = false;
	t->column[at] = text != NULL ? heading_word(text, t->links != NULL, &t->weak[at])
	                             : COLUMN_OTHER;
	free(text);
}

/* A field of a row. */
static void on_field(void *octets, size_t len, void *context)
{
	struct table *t = context;
	size_t at = t->field++;
	int column = at < t->columns ? t->column[at] : COLUMN_OTHER;
	if (column == COLUMN_OTHER) { /* not worth a copy */
		bool said = !is_blank(octets, len);
		t->beyond = t->beyond || (said && at >= t->columns);
		t->any = t->any || said;
		return;
	}
	char *text = contact_text(octets, len, NULL);
	t->any = t->any || text != NULL;
	if (column >= COLUMN_FROM) {
		char **value = &t->link[column - COLUMN_FROM];
		free(*value);
		*value = text;
	} else if (column == COLUMN_EMAIL) {
		if (text != NULL)
			contact_put_emails(&t->draft, text);
		free(text);
	} else {
		contact_put(&t->draft, (enum contact_part)column, text);
	}
}

/* libcsv: a row has been read; also for each empty line. */
static void on_row(int end, void *context)
{
	struct table *t = context;
	(void)end;
	t->ended = true;
	t->draft.line = t->line;
	if (t->beyond)
		flaw(t, "more fields than the heading; put the text with the separator in quotes");
	else if (t->any && t->people != NULL)
		contact_finish(&t->draft, t->people, false);
	else if (t->any)
		t->links->take(t->links->context, t->line,
		               &(struct csv_link){ t->link[0], t->link[1], t->link[2] });
	drop_values(t);
}

static void on_end(int end, void *context)
{
	(void)end;
	(void)context;
}

static void start_parser(struct csv_parser *parser, char separator)
{
	/* Empty lines are told, so that we know where a row starts. */
	csv_init(parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
	csv_set_delim(parser, (unsigned char)separator);
}

/* Octets from `at` to the next line: after LF, CR LF or a lone CR. */
static size_t line_len(const char *octets, size_t len, size_t at)
{
	size_t end = at;
	while (end < len && octets[end] != '\n' && octets[end] != '\r')
		end++;
	if (end < len && octets[end] == '\r' && end + 1 < len && octets[end + 1] == '\n')
		end++;
	return end < len ? end + 1 - at : len - at;
}

static char separator_of(const char *line, size_t len)
{
	static const char separators[] = ",;\t";
	size_t seen[3] = { 0 };
	bool quoted = false;
	for (size_t i = 0; i < len; i++) {
		const char *which = line[i] != '\0' ? strchr(separators, line[i]) : NULL;
		if (line[i] == '"')
			quoted = !quoted;
		else if (which != NULL && !quoted)
			seen[which - separators]++;
	}
	size_t most = seen[1] > seen[0] ? 1 : 0;
	return separators[seen[2] > seen[most] ? 2 : most];
}

/* libcsv on one line; false if it is no row of its own. */
static bool read_line(struct table *t, const char *line, size_t len, char separator,
                      void (*field)(void *, size_t, void *))
{
	struct csv_parser parser;
	start_parser(&parser, separator);
	t->field = 0;
	bool read = csv_parse(&parser, line, len, field, on_end, t) == len &&
	            csv_fini(&parser, field, on_end, t) == 0;
	csv_free(&parser);
	return read;
}

static bool has_column(const struct table *t, size_t columns, int kind)
{
	for (size_t i = 0; i < columns; i++)
		if (t->column[i] == kind)
			return true;
	return false;
}

/* Is this line the heading? If so the columns are known from here on. */
static bool take_heading(struct table *t, const char *line, size_t len, char separator)
{
	if (!read_line(t, line, len, separator, on_heading))
		return false;
	size_t n = t->field;
	if (n > HEADING_COLUMNS)
		return false;
	heading_settle(t->column, t->weak, n);
	bool known = t->people != NULL
	                     ? has_column(t, n, PART_NAME) || has_column(t, n, COLUMN_EMAIL) ||
	                               (has_column(t, n, PART_GIVEN) &&
	                                has_column(t, n, PART_FAMILY))
	                     : has_column(t, n, COLUMN_FROM) && has_column(t, n, COLUMN_TO) &&
	                               has_column(t, n, COLUMN_STRENGTH);
	t->columns = known ? n : 0;
	return known;
}

/* A field of a row below a heading whose words are not known. */
static void on_sample(void *octets, size_t len, void *context)
{
	struct table *t = context;
	size_t at = t->field++;
	if (at >= HEADING_COLUMNS || is_blank(octets, len))
		return;
	struct heading_sample *s = &t->sample[at];
	bool url = memmem(octets, len, "://", 3) != NULL;
	s->text++;
	s->url += url;
	s->profile += url && memmem(octets, len, "linkedin.com/in/", 16) != NULL;
	s->email += !url && memchr(octets, '@', len) != NULL;
}

/* Is this line a heading by what stands below it? */
static bool guess_heading(struct table *t, const char *line, size_t len, const char *below,
                          size_t below_len, char separator)
{
	struct heading_sample sample[HEADING_COLUMNS] = { { 0 } };
	if (memchr(line, '@', len) != NULL || memmem(line, len, "://", 3) != NULL)
		return false;
	if (!read_line(t, line, len, separator, on_heading) || t->field < 2 ||
	    t->field > HEADING_COLUMNS)
		return false;
	size_t columns = t->field;
	t->sample = sample;
	for (int i = 0; i < SAMPLE_LINES && below_len > 0; i++) {
		size_t more = line_len(below, below_len, 0);
		if (more <= CSV_ROW_MOST)
			read_line(t, below, more, separator, on_sample);
		below += more;
		below_len -= more;
	}
	t->sample = NULL;
	t->columns = heading_guess(sample, columns, t->column) ? columns : 0;
	return t->columns > 0;
}

/* The rows from `at`, which is line `line`. A row that fails is given up at its
 * first line: what seemed to be inside its quotes is read again, as rows. */
static void read_rows(struct table *t, const char *octets, size_t len, size_t at, int line,
                      char separator)
{
	struct csv_parser parser;
	size_t start = at; /* of the row */
	start_parser(&parser, separator);
	t->line = line;
	while (at < len || start < at) {
		const char *wrong = NULL;
		size_t more = line_len(octets, len, at);
		t->ended = false;
		if (at + more - start > CSV_ROW_MOST || line - t->line >= CSV_ROW_LINES)
			wrong = "too long for a row; is a quotation mark missing?";
		else if (more > 0 &&
		         csv_parse(&parser, octets + at, more, on_field, on_row, t) != more)
			wrong = "a quotation mark in the wrong place; inside quotes write two";
		else if (at + more == len && !t->ended &&
		         csv_fini(&parser, on_field, on_row, t) != 0)
			wrong = "a quotation mark is opened and not closed";
		at += more;
		line++;
		if (wrong != NULL) {
			flaw(t, wrong);
			drop_values(t);
			csv_free(&parser);
			start_parser(&parser, separator);
			at = start + line_len(octets, len, start);
			line = t->line + 1;
		}
		if (wrong != NULL || t->ended || at == len) {
			start = at;
			t->line = line;
		}
	}
	csv_free(&parser);
}

/* The heading among the first lines, and the rows below it. `guess`: by content. */
static bool read_below(struct table *t, const char *octets, size_t len, bool guess)
{
	char said = '\0';
	size_t at = len >= 3 && memcmp(octets, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	for (int line = 1; at < len && line <= HEADING_LINES; line++) {
		size_t more = line_len(octets, len, at);
		const char *here = octets + at;
		at += more;
		if (more > 4 && strncmp(here, "sep=", 4) == 0 && strchr(",;\t", here[4]) != NULL) {
			said = here[4]; /* what Excel writes for itself */
			continue;
		}
		char separator = said != '\0' ? said : separator_of(here, more);
		if (more <= CSV_ROW_MOST &&
		    (guess ? guess_heading(t, here, more, octets + at, len - at, separator)
		           : take_heading(t, here, more, separator))) {
			drop_values(t);
			read_rows(t, octets, len, at, line + 1, separator);
			return true;
		}
	}
	return false;
}

static enum rc read_table(struct table *t, const char *octets, size_t len, const char *needed,
                          struct why *why)
{
	if (len > 0 && memchr(octets, '\0', len) != NULL)
		return why_set(why, RC_PERM,
		               "not a text of one octet a letter; save it as CSV UTF-8");
	if (read_below(t, octets, len, false) ||
	    (t->people != NULL && read_below(t, octets, len, true)))
		return RC_OK;
	return why_set(why, RC_PERM, "no heading; the first line must name the columns: %s",
	               needed);
}

enum rc csv_people(const char *octets, size_t len, const struct contact_sink *sink,
                   struct why *why)
{
	struct table t = { .people = sink };
	return read_table(&t, octets, len,
	                  "name, address (and firm, title, city, country, language)", why);
}

enum rc csv_links(const char *octets, size_t len, const struct csv_link_sink *sink,
                  struct why *why)
{
	struct table t = { .links = sink };
	return read_table(&t, octets, len, "from, to, strength", why);
}
