#include "mail/report_notice.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define NOTICE_MOST 65536

/* RFC 8259 section 7. `at` is behind the opening quote; returns what follows the
 * closing one, NULL if there is none. Line breaks a mailer folded into the
 * string go; \uXXXX becomes '?' (addresses and diagnostics are ASCII). */
static const char *read_string(const char *at, struct str *out)
{
	for (; *at != '\0' && *at != '"'; at++) {
		if (*at == '\r' || *at == '\n')
			continue;
		if (*at != '\\') {
			str_add_char(out, *at);
			continue;
		}
		if (*++at == '\0')
			return NULL;
		if (*at == 'u') {
			str_add_char(out, '?');
			at += strnlen(at, 5) == 5 ? 4 : 0;
		} else {
			str_add_char(out, strchr("nrt", *at) != NULL ? ' ' : *at);
		}
	}
	return *at == '"' ? at + 1 : NULL;
}

/* The string value of `key` somewhere in `json`, yours; *after is behind it. */
static char *string_of(const char *json, const char *key, const char **after)
{
	struct str out;
	size_t len = strlen(key);
	for (const char *at = json; (at = strchr(at, '"')) != NULL;) {
		const char *value = at + 1 + len;
		if (strncmp(at + 1, key, len) != 0 || *value != '"') {
			str_init(&out, NOTICE_MOST);
			at = read_string(at + 1, &out);
			str_free(&out);
			if (at == NULL)
				return NULL;
			continue;
		}
		value += 1 + strspn(value + 1, " \t\r\n:[");
		if (*value != '"')
			return NULL;
		str_init(&out, NOTICE_MOST);
		const char *end = read_string(value + 1, &out);
		if (after != NULL)
			*after = end;
		if (end != NULL)
			return out.text;
		str_free(&out);
		return NULL;
	}
	return NULL;
}

const char *report_notice_kind(const char *text)
{
	static const char *const kinds[] = { "Bounce", "Complaint", "Delivery" };
	text += strspn(text, " \t\r\n");
	char *said = *text == '{' ? string_of(text, "notificationType", NULL) : NULL;
	const char *kind = NULL;
	for (size_t i = 0; said != NULL && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(said, kinds[i]) == 0)
			kind = kinds[i];
	free(said);
	return kind;
}

static void add(struct report_notice **list, size_t *count, struct report_notice notice)
{
	*list = mem_grow(*list, *count + 1, sizeof **list);
	(*list)[(*count)++] = notice;
}

/* [{"emailAddress":"a@b","status":"5.1.1", ...}, ...]: each object ends before
 * the next address. */
static size_t read_objects(const char *json, size_t most, struct report_notice **list)
{
	size_t count = 0;
	const char *stop = strchr(json, ']');
	char *array = mem_text_len(json, stop != NULL ? (size_t)(stop - json) : strlen(json));
	for (char *at = array; count < most && (at = strchr(at, '{')) != NULL;) {
		char *end = strchr(at + 1, '{');
		if (end != NULL)
			*end = '\0';
		char *address = string_of(at, "emailAddress", NULL);
		if (address != NULL)
			add(list, &count, (struct report_notice){
						  address, string_of(at, "action", NULL),
						  string_of(at, "status", NULL),
						  string_of(at, "diagnosticCode", NULL) });
		if (end == NULL)
			break;
		*end = '{';
		at = end;
	}
	free(array);
	return count;
}

size_t report_notice_read(const char *text, size_t most, struct report_notice **list)
{
	const char *bounced = strstr(text, "\"bouncedRecipients\"");
	const char *complained = strstr(text, "\"complainedRecipients\"");
	const char *delivery = strstr(text, "\"delivery\"");
	size_t count = 0;
	*list = NULL;
	if (bounced != NULL)
		return read_objects(bounced, most, list);
	if (complained != NULL)
		return read_objects(complained, most, list);
	char *address =
		delivery != NULL && most > 0 ? string_of(delivery, "recipients", NULL) : NULL;
	if (address != NULL)
		add(list, &count, (struct report_notice){ .address = address,
		                                          .action = mem_text("delivered") });
	return count;
}

void report_notice_free(struct report_notice *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].address);
		free(list[i].action);
		free(list[i].status);
		free(list[i].diagnostic);
	}
	free(list);
}
