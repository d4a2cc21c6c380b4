/* Bounces from any octets: the first names the types of the parts, the rest is
 * cut into parts at every "\n===\n". */
#include "base/mem.h"
#include "mail/report.h"

#include <stdlib.h>
#include <string.h>

static const char *const types[] = {
	"text/plain", "message/delivery-status", "message/rfc822",
	"text/html",  "message/feedback-report", "text/rfc822-headers"
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct mail_field fields[] = { { "From", "MAILER-DAEMON@mx.example" },
		                       { "To", "us@gw.example" },
		                       { "Return-Path", "<>" } };
	struct mail_part parts[8];
	char *text = mem_text_len((const char *)data + 1, size - 1), *at = text;
	struct mail_facts facts = {
		.fields = fields,
		.field_count = 3,
		.parts = parts,
		.content_type =
			data[0] & 128 ? "multipart/report; report-type=feedback-report" : "",
		.from = "MAILER-DAEMON@mx.example",
		.subject = "failure notice",
		.words = text
	};
	for (unsigned type = data[0]; at != NULL && facts.part_count < 8; type = type * 5 + 1) {
		char *next = strstr(at, "\n===\n");
		if (next != NULL)
			*next = '\0';
		parts[facts.part_count++] = (struct mail_part){ types[type % 6], at, strlen(at) };
		at = next != NULL ? next + 5 : NULL;
	}
	struct message_failure *failures;
	size_t count;
	char *id;
	report_kind(&facts);
	report_read(&facts, &failures, &count, &id);
	report_free(failures, count);
	free(id);
	free(text);
	return 0;
}
