/* Any octets as cards: each value is clean, cards come in order. */
#include "base/utf8.h"
#include "contacts/vcard.h"

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

static void take(void *context, const struct contact *c)
{
	const char *all[] = { c->name, c->org, c->title, c->url, c->city, c->country,
		              c->language };
	int *last = context;
	if (c->line <= *last || c->email_count > CONTACT_EMAILS)
		abort();
	*last = c->line;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		clean(all[i]);
	for (size_t i = 0; i < c->email_count; i++) {
		clean(c->emails[i]);
		if (strchr(c->emails[i], '@') == NULL)
			abort();
	}
}

static void flaw(void *context, int line, bool lost, const char *sentence)
{
	int *last = context;
	(void)lost;
	if (line <= *last || *sentence == '\0')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int last = 0;
	vcard_read((const char *)data, size, &(struct contact_sink){ take, flaw, &last });
	return 0;
}
