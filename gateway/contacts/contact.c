#include "contacts/contact.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "mail/charset.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

char *contact_text(const char *octets, size_t len, const char *charset)
{
	size_t read_len = len;
	char *read = charset == NULL && utf8_valid(octets, len)
	                     ? NULL
	                     : charset_read(octets, len, charset, &read_len);
	char *text = utf8_clean_line(read != NULL ? read : octets, read_len);
	free(read);
	if (strlen(text) > CONTACT_TEXT) {
		char *whole = text;
		text = utf8_cut(whole, CONTACT_TEXT);
		free(whole);
	}
	if (*text != '\0')
		return text;
	free(text);
	return NULL;
}

void contact_put(struct contact_draft *draft, enum contact_part part, char *text)
{
	if (draft->part[part] == NULL)
		draft->part[part] = text;
	else
		free(text);
}

static void put_email(struct contact_draft *draft, const char *at, size_t len)
{
	char *email = mem_text_len(at, len);
	for (size_t i = 0; i < draft->email_count; i++) {
		if (strcasecmp(draft->emails[i], email) == 0) {
			free(email);
			return;
		}
	}
	if (draft->email_count < CONTACT_EMAILS) {
		draft->emails[draft->email_count++] = email;
		return;
	}
	draft->too_many = true;
	free(email);
}

/* Blanks, and what separates and encloses addresses in a cell. */
#define AROUND " ,;:<>()[]\"'|"

void contact_put_emails(struct contact_draft *draft, const char *text)
{
	bool any = false;
	for (const char *at = text; *at != '\0';) {
		size_t len = strcspn(at, AROUND);
		const char *sign = memchr(at, '@', len);
		if (sign != NULL && sign > at && sign + 1 < at + len) {
			put_email(draft, at, len);
			any = true;
		}
		at += len;
		at += strspn(at, AROUND);
	}
	if (!any && draft->no_email == NULL)
		draft->no_email = mem_text(text);
}

bool contact_is_empty(const struct contact_draft *draft)
{
	for (int i = 0; i < PARTS; i++)
		if (draft->part[i] != NULL)
			return false;
	return draft->email_count == 0 && draft->no_email == NULL;
}

void contact_drop(struct contact_draft *draft)
{
	for (int i = 0; i < PARTS; i++)
		free(draft->part[i]);
	for (size_t i = 0; i < draft->email_count; i++)
		free(draft->emails[i]);
	free(draft->no_email);
	*draft = (struct contact_draft){ .line = 0 };
}

static void add_word(struct str *out, const char *word)
{
	if (word != NULL)
		str_addf(out, "%s%s", out->len > 0 ? " " : "", word);
}

/* The name of its parts: given, middle, family. */
static void join_name(struct contact_draft *draft)
{
	struct str name;
	str_init(&name, 4 * (size_t)CONTACT_TEXT);
	for (int i = PART_GIVEN; i <= PART_FAMILY; i++)
		add_word(&name, draft->part[i]);
	contact_put(draft, PART_NAME, name.len > 0 ? str_take(&name) : NULL);
	str_free(&name);
}

static void tell_flaws(const struct contact_draft *draft, const struct contact_sink *sink)
{
	struct str said;
	str_init(&said, 4 * (size_t)CONTACT_TEXT);
	if (draft->too_many)
		str_addf(&said, "more than %d addresses; the first ones are kept", CONTACT_EMAILS);
	if (draft->no_email != NULL)
		str_addf(&said, "%s'%s' is no address", said.len > 0 ? "; " : "", draft->no_email);
	if (said.len > 0)
		sink->flaw(sink->context, draft->line, false, said.text);
	str_free(&said);
}

void contact_finish(struct contact_draft *draft, const struct contact_sink *sink, bool card)
{
	join_name(draft);
	bool somebody = draft->part[PART_NAME] != NULL || draft->email_count > 0;
	if (somebody || card) {
		const char *first = draft->email_count > 0 ? draft->emails[0] : NULL;
		char *const *part = draft->part;
		tell_flaws(draft, sink);
		sink->take(sink->context,
		           &(struct contact){
		                   .line = draft->line,
		                   .name = part[PART_NAME] != NULL ? part[PART_NAME]
		                           : part[PART_ORG] != NULL ? part[PART_ORG]
		                                                   : first,
		                   .emails = (const char *const *)draft->emails,
		                   .email_count = draft->email_count,
		                   .org = part[PART_ORG],
		                   .title = part[PART_TITLE],
		                   .url = part[PART_URL],
		                   .city = part[PART_CITY],
		                   .country = part[PART_COUNTRY],
		                   .language = part[PART_LANGUAGE],
		           });
	} else {
		sink->flaw(sink->context, draft->line, true, "neither a name nor an address");
	}
	contact_drop(draft);
}
