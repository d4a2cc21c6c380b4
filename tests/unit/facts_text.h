/* facts_text: mail facts from a literal that reads like the mail. Header lines,
 * an empty line, the text; further parts begin with a line "=== type". For
 * tests only; facts_text_free it. */
#ifndef TESTS_FACTS_TEXT_H
#define TESTS_FACTS_TEXT_H

#include "base/mem.h"
#include "mail/facts.h"

#include <stdlib.h>
#include <string.h>

#define FACTS_MOST 20

struct facts_text {
	struct mail_facts facts;
	struct mail_field fields[FACTS_MOST];
	struct mail_part parts[FACTS_MOST];
	char *copy;
};

static inline const char *facts_text_field(const struct facts_text *f, const char *name)
{
	for (size_t i = 0; i < f->facts.field_count; i++)
		if (strcmp(f->fields[i].name, name) == 0)
			return f->fields[i].value;
	return "";
}

static inline void facts_text_part(struct facts_text *f, const char *type, const char *text)
{
	f->parts[f->facts.part_count++] = (struct mail_part){ type, text, strlen(text) };
}

static inline void facts_text_read(struct facts_text *f, const char *mail)
{
	*f = (struct facts_text){ .copy = mem_text(mail) };
	char *at = f->copy, *body = strstr(at, "\n\n");
	*body = '\0';
	for (char *line = strtok(at, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		char *colon = strchr(line, ':');
		*colon = '\0';
		f->fields[f->facts.field_count++] =
			(struct mail_field){ line, colon + 1 + strspn(colon + 1, " ") };
	}
	const char *type = "text/plain";
	for (char *text = body + 2; text != NULL;) {
		char *next = strstr(text, "=== ");
		if (next != NULL)
			*next = '\0';
		if (*text != '\0')
			facts_text_part(f, type, text);
		type = next != NULL ? next + 4 : NULL;
		text = next != NULL ? strchr(next + 4, '\n') : NULL;
		if (text != NULL)
			*text++ = '\0';
	}
	f->facts.fields = f->fields;
	f->facts.parts = f->parts;
	f->facts.content_type = facts_text_field(f, "Content-Type");
	f->facts.subject = facts_text_field(f, "Subject");
	const char *from = facts_text_field(f, "From");
	f->facts.from = strchr(from, '<') != NULL ? strchr(from, '<') + 1 : from;
	f->facts.words = f->facts.part_count > 0 ? f->parts[0].text : "";
	f->facts.date_at = 1774252800; /* Monday, 23 March 2026 */
}

static inline void facts_text_free(struct facts_text *f)
{
	free(f->copy);
}

#endif
