#include "contacts/jsonl.h"

#include "contacts/contacts.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *key;
	enum contact_part part;
} keys[] = {
	{ "name", PART_NAME },       { "org", PART_ORG },   { "firm", PART_ORG },
	{ "title", PART_TITLE },     { "url", PART_URL },   { "city", PART_CITY },
	{ "country", PART_COUNTRY }, { "language", PART_LANGUAGE },
};

static char *text_of(const json_t *value)
{
	return json_is_string(value) ? contact_text(json_string_value(value),
	                                            json_string_length(value), NULL)
	                             : NULL;
}

static void put_email(struct contact_draft *draft, const json_t *value)
{
	char *text = text_of(value);
	if (text != NULL)
		contact_put_emails(draft, text);
	free(text);
}

static void take_object(json_t *object, int line, const struct contact_sink *sink)
{
	struct contact_draft draft = { .line = line };
	size_t i;
	json_t *email;
	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		contact_put(&draft, keys[i].part, text_of(json_object_get(object, keys[i].key)));
	put_email(&draft, json_object_get(object, "email"));
	put_email(&draft, json_object_get(object, "address"));
	json_array_foreach (json_object_get(object, "emails"), i, email) {
		put_email(&draft, email);
	}
	contact_finish(&draft, sink, false);
}

static bool is_blank(const char *octets, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (octets[i] != ' ' && octets[i] != '\t' && octets[i] != '\r')
			return false;
	return true;
}

void jsonl_read(const char *octets, size_t len, const struct contact_sink *sink)
{
	int line = 0;
	for (size_t at = 0; at < len;) {
		const char *end = memchr(octets + at, '\n', len - at);
		size_t here = end != NULL ? (size_t)(end - (octets + at)) : len - at;
		json_error_t error;
		line++;
		if (here > CONTACTS_LINE_MOST) {
			sink->flaw(sink->context, line, true, "too long for a line of JSON");
		} else if (!is_blank(octets + at, here)) {
			json_t *object = json_loadb(octets + at, here, JSON_REJECT_DUPLICATES,
			                            &error);
			if (json_is_object(object))
				take_object(object, line, sink);
			else
				sink->flaw(sink->context, line, true,
				           "no JSON object; one person a line, {\"name\": ...}");
			json_decref(object);
		}
		at += here + 1;
	}
}
