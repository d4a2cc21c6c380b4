#include "contacts/csv.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

#include <csv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MOST 256
#define HEADING_LINES 20 /* how far down the heading may stand */

enum kind {
	NAME, GIVEN, FAMILY, ADDRESS, FIRM, TITLE, CITY, COUNTRY, LANGUAGE, NOTE,
	FROM, TO, STRENGTH,
	KINDS, OTHER = KINDS,
};

struct heading {
	enum kind kind;
	const char *words; /* folded (base/utf8.h), each between two "|" */
};

static const struct heading people_heading[] = {
	{ NAME, "|name|full name|display name|nom|nom complet|nom et prenom|anzeigename|" },
	{ GIVEN, "|given name|first name|prenom|vorname|" },
	{ FAMILY, "|family name|last name|surname|nom de famille|nachname|familienname|" },
	{ ADDRESS, "|address|email|e-mail|mail|email address|e-mail address|e-mail 1 - value"
	           "|adresse|courriel|adresse e-mail|adresse email|adresse mail"
	           "|adresse electronique|e-mail-adresse|emailadresse|" },
	{ FIRM, "|firm|company|organization|organisation|organization name|organization 1 - name"
	        "|societe|entreprise|firma|unternehmen|" },
	{ TITLE, "|title|job title|position|role|organization title|fonction|poste|titre"
	         "|funktion|titel|stelle|" },
	{ CITY, "|city|town|ville|stadt|ort|" },
	{ COUNTRY, "|country|pays|land|" },
	{ LANGUAGE, "|language|langue|sprache|" },
	{ NOTE, "|note|notes|remarque|remarques|commentaire|notiz|notizen|bemerkung|" },
	{ OTHER, NULL },
};
static const struct heading link_heading[] = {
	{ FROM, "|from|de|von|" },
	{ TO, "|to|a|vers|an|nach|" },
	{ STRENGTH, "|strength|trust|force|confiance|starke|vertrauen|" },
	{ OTHER, NULL },
};

struct table {
	const struct heading *heading;
	enum kind column[COLUMNS_MOST]; /* what stands where */
	size_t columns;                 /* 0: the heading is still to come */
	char *value[KINDS];             /* of the row being read */
	size_t field;                   /* which is next */
	bool beyond;                    /* a value stands where the heading names no column */
	bool ended;                     /* libcsv has seen the row's end */
	int line;                       /* where the row starts */
	csv_person_row person_row;
	csv_link_row link_row;
	csv_flaw flaw;
	void *context;
};

/* windows-1252, where it is not Latin-1; 0xfffd: no character. */
static const uint16_t upper[32] = {
	0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
	0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
};

static void add_windows_1252(struct str *out, unsigned char octet)
{
	unsigned c = octet >= 0x80 && octet < 0xa0 ? upper[octet - 0x80] : octet;
	if (c < 0x80) {
		str_add_char(out, (char)c);
		return;
	}
	if (c < 0x800) {
		str_add_char(out, (char)(0xc0 | c >> 6));
	} else {
		str_add_char(out, (char)(0xe0 | c >> 12));
		str_add_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	str_add_char(out, (char)(0x80 | (c & 0x3f)));
}

/* One line of clean UTF-8; NULL if nothing is left. Yours. */
static char *text_of(const char *octets, size_t len)
{
	struct str out;
	str_init(&out, 3 * len);
	if (utf8_valid(octets, len))
		str_add_len(&out, octets, len);
	else
		for (size_t i = 0; i < len; i++)
			add_windows_1252(&out, (unsigned char)octets[i]);
	char *text = utf8_clean_line(out.text, out.len);
	str_free(&out);
	if (*text == '\0') {
		free(text);
		return NULL;
	}
	return text;
}

static void drop_values(struct table *t)
{
	for (int i = 0; i < KINDS; i++) {
		free(t->value[i]);
		t->value[i] = NULL;
	}
	t->field = 0;
	t->beyond = false;
}

static enum kind kind_of(const struct heading *heading, const char *text)
{
	char *folded = utf8_fold(text);
	struct str wanted;
	str_init(&wanted, strlen(folded) + 2);
	str_addf(&wanted, "|%s|", folded);
	while (heading->words != NULL &&
	       (strchr(folded, '|') != NULL || strstr(heading->words, wanted.text) == NULL))
		heading++;
	str_free(&wanted);
	free(folded);
	return heading->kind;
}

/* libcsv: a field has been read. */
static void on_field(void *octets, size_t len, void *context)
{
	struct table *t = context;
	char *text = text_of(octets, len);
	size_t at = t->field++;
	if (text == NULL)
		return;
	if (t->columns == 0) { /* in the heading */
		enum kind kind = at < COLUMNS_MOST ? kind_of(t->heading, text) : OTHER;
		if (at < COLUMNS_MOST)
			t->column[at] = kind;
		if (kind != OTHER && t->value[kind] == NULL) {
			t->value[kind] = text;
			return;
		}
	} else if (at >= t->columns) {
		t->beyond = true;
	} else if (at < COLUMNS_MOST && t->column[at] != OTHER && t->value[t->column[at]] == NULL) {
		t->value[t->column[at]] = text;
		return;
	}
	free(text);
}

static void person_out(struct table *t)
{
	char *const *v = t->value;
	struct str joined;
	const char *family = v[FAMILY] != NULL ? v[FAMILY] : v[NAME];
	bool whole = v[NAME] != NULL && (v[GIVEN] == NULL || v[FAMILY] != NULL);
	str_init(&joined, 2 * 3 * CSV_ROW_MOST);
	if (whole)
		str_add(&joined, v[NAME]);
	else
		str_addf(&joined, "%s%s%s", v[GIVEN] != NULL ? v[GIVEN] : "",
		         v[GIVEN] != NULL && family != NULL ? " " : "",
		         family != NULL ? family : "");
	t->person_row(t->context, t->line,
	              &(struct csv_person){ joined.len > 0 ? joined.text : NULL, v[ADDRESS],
	                                    v[FIRM], v[TITLE], v[CITY], v[COUNTRY], v[LANGUAGE],
	                                    v[NOTE] });
	str_free(&joined);
}

/* libcsv: a row has been read; also for each empty line. */
static void on_row(int end, void *context)
{
	struct table *t = context;
	bool any = t->beyond;
	(void)end;
	t->ended = true;
	if (t->columns == 0)
		return;
	for (int i = 0; i < KINDS; i++)
		any = any || t->value[i] != NULL;
	if (t->beyond)
		t->flaw(t->context, t->line,
		        "more fields than the heading; put the text with the separator in quotes");
	else if (any && t->person_row != NULL)
		person_out(t);
	else if (any)
		t->link_row(t->context, t->line,
		            &(struct csv_link){ t->value[FROM], t->value[TO], t->value[STRENGTH] });
	drop_values(t);
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

/* Is this line the heading? If so the columns are known from here on. */
static bool take_heading(struct table *t, const char *line, size_t len, char separator)
{
	struct csv_parser parser;
	start_parser(&parser, separator);
	for (size_t i = 0; i < COLUMNS_MOST; i++)
		t->column[i] = OTHER;
	bool read = csv_parse(&parser, line, len, on_field, on_row, t) == len &&
	            csv_fini(&parser, on_field, on_row, t) == 0;
	csv_free(&parser);
	size_t columns = t->field;
	bool known = t->person_row != NULL
	                     ? t->value[NAME] != NULL || t->value[ADDRESS] != NULL ||
	                               (t->value[GIVEN] != NULL && t->value[FAMILY] != NULL)
	                     : t->value[FROM] != NULL && t->value[TO] != NULL &&
	                               t->value[STRENGTH] != NULL;
	drop_values(t);
	t->columns = read && known && columns <= COLUMNS_MOST ? columns : 0;
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
		const char *flaw = NULL;
		size_t more = line_len(octets, len, at);
		t->ended = false;
		if (at + more - start > CSV_ROW_MOST || line - t->line >= CSV_ROW_LINES)
			flaw = "too long for a row; is a quotation mark missing?";
		else if (more > 0 &&
		         csv_parse(&parser, octets + at, more, on_field, on_row, t) != more)
			flaw = "a quotation mark in the wrong place; inside quotes write two";
		else if (at + more == len && !t->ended &&
		         csv_fini(&parser, on_field, on_row, t) != 0)
			flaw = "a quotation mark is opened and not closed";
		at += more;
		line++;
		if (flaw != NULL) {
			t->flaw(t->context, t->line, flaw);
			drop_values(t);
			csv_free(&parser);
			start_parser(&parser, separator);
			at = start + line_len(octets, len, start);
			line = t->line + 1;
		}
		if (flaw != NULL || t->ended || at == len) {
			start = at;
			t->line = line;
		}
	}
	csv_free(&parser);
}

static enum rc read_table(struct table *t, const char *octets, size_t len, const char *needed,
                          struct why *why)
{
	char separator = ',', said = '\0';
	size_t at = len >= 3 && memcmp(octets, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	int line = 1;
	if (len > 0 && memchr(octets, '\0', len) != NULL)
		return why_set(why, RC_PERM,
		               "not a text of one octet a letter; save it as CSV UTF-8");
	for (; at < len && line <= HEADING_LINES; line++) {
		size_t more = line_len(octets, len, at);
		const char *here = octets + at;
		at += more;
		if (more > 4 && strncmp(here, "sep=", 4) == 0 && strchr(",;\t", here[4]) != NULL) {
			said = here[4]; /* what Excel writes for itself */
			continue;
		}
		separator = said != '\0' ? said : separator_of(here, more);
		if (more <= CSV_ROW_MOST && take_heading(t, here, more, separator)) {
			read_rows(t, octets, len, at, line + 1, separator);
			return RC_OK;
		}
	}
	return why_set(why, RC_PERM, "no heading; the first line must name the columns: %s",
	               needed);
}

enum rc csv_people(const char *octets, size_t len, csv_person_row row, csv_flaw flaw,
                   void *context, struct why *why)
{
	struct table t = { .heading = people_heading, .person_row = row, .flaw = flaw,
		           .context = context };
	return read_table(&t, octets, len,
	                  "name, address (and firm, title, city, country, language, note)", why);
}

enum rc csv_links(const char *octets, size_t len, csv_link_row row, csv_flaw flaw, void *context,
                  struct why *why)
{
	struct table t = { .heading = link_heading, .link_row = row, .flaw = flaw,
		           .context = context };
	return read_table(&t, octets, len, "from, to, strength", why);
}
