/* Kinds and return dates from any octets: header fields, an empty line, words. */
#include "base/mem.h"
#include "mail/auto.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mail_field fields[16];
	char *text = mem_text_len((const char *)data, size), *at = text;
	char *words = strstr(text, "\n\n");
	const char *subject = "";
	struct mail_facts facts = { .fields = fields, .content_type = "text/plain",
		                    .from = "ann@a.example", .date_at = 1774252800,
		                    .loop_token = "tok" };
	if (words != NULL)
		*words = '\0';
	while (words != NULL && at != NULL && facts.field_count < 16) {
		char *next = strchr(at, '\n'), *colon;
		if (next != NULL)
			*next++ = '\0';
		if ((colon = strchr(at, ':')) != NULL) {
			*colon = '\0';
			fields[facts.field_count++] = (struct mail_field){ at, colon + 1 };
			if (strcmp(at, "Subject") == 0)
				subject = colon + 1;
		}
		at = next;
	}
	facts.subject = subject;
	facts.words = words != NULL ? words + 2 : text;
	struct mail_part part = { "text/plain", facts.words, strlen(facts.words) };
	facts.parts = &part;
	facts.part_count = 1;
	auto_kind(&facts);
	free(auto_return_date(&facts));
	free(text);
	return 0;
}
