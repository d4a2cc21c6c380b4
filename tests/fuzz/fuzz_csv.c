/* Any octets as a table of people and as a table of links: each value is clean. */
#include "base/utf8.h"
#include "contacts/csv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void clean(const char *value)
{
	if (value != NULL && (*value == '\0' || strpbrk(value, "\r\n\t") != NULL ||
	                      !utf8_valid(value, strlen(value))))
		abort();
}

static void take_person(void *context, const struct contact *c)
{
	const char *all[] = { c->name, c->org, c->title, c->url, c->city, c->country,
		              c->language };
	int *last = context;
	if (c->line < *last || c->name == NULL)
		abort(); /* in order */
	*last = c->line;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		clean(all[i]);
	for (size_t i = 0; i < c->email_count; i++)
		clean(c->emails[i]);
}

static void take_link(void *context, int line, const struct csv_link *l)
{
	(void)context;
	(void)line;
	clean(l->from);
	clean(l->to);
	clean(l->strength);
}

static void take_flaw(void *context, int line, const char *sentence)
{
	int *last = context;
	if (line < *last || *sentence == '\0')
		abort();
	*last = line;
}

static void take_person_flaw(void *context, int line, bool lost, const char *sentence)
{
	(void)lost;
	take_flaw(context, line, sentence);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int last = 0;
	csv_people((const char *)data, size,
	           &(struct contact_sink){ take_person, take_person_flaw, &last }, NULL);
	last = 0;
	csv_links((const char *)data, size,
	          &(struct csv_link_sink){ take_link, take_flaw, &last }, NULL);
	return 0;
}
