#include "contacts/contacts.h"

#include "contacts/csv.h"
#include "contacts/jsonl.h"
#include "contacts/vcard.h"
#include "mail/charset.h"

#include <stdlib.h>
#include <string.h>

/* UTF-16 by its mark, or by zeros in every second octet of the beginning (what we
 * read is Latin letters and signs there); NULL: it is not. */
static const char *wide_charset(const char *octets, size_t len)
{
	size_t looked = len < 64 ? len & ~(size_t)1 : 64, zeros[2] = { 0 };
	if (len >= 2 && memcmp(octets, "\xff\xfe", 2) == 0)
		return "UTF-16LE";
	if (len >= 2 && memcmp(octets, "\xfe\xff", 2) == 0)
		return "UTF-16BE";
	for (size_t i = 0; i < looked; i++)
		zeros[i % 2] += octets[i] == '\0';
	if (looked < 8 || zeros[0] + zeros[1] < looked / 4)
		return NULL;
	return zeros[1] > zeros[0] ? "UTF-16LE" : "UTF-16BE";
}

static bool begins_with(const char *octets, size_t len, char c)
{
	size_t at = 0;
	while (at < len && strchr(" \t\r\n", octets[at]) != NULL && octets[at] != '\0')
		at++;
	return at < len && octets[at] == c;
}

enum rc contacts_read(const char *octets, size_t len, const struct contact_sink *sink,
                      struct why *why)
{
	enum rc rc = RC_OK;
	if (len > CONTACTS_OCTETS_MOST)
		return why_set(why, RC_PERM, "larger than %zu MB; cut it into several files",
		               CONTACTS_OCTETS_MOST >> 20);
	const char *charset = wide_charset(octets, len);
	char *read = charset != NULL ? charset_read(octets, len, charset, &len) : NULL;
	const char *text = read != NULL ? read : octets;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	if (begins_with(text, len, '{'))
		jsonl_read(text, len, sink);
	else if (vcard_is(text, len))
		vcard_read(text, len, sink);
	else
		rc = csv_people(text, len, sink, why);
	free(read);
	return rc;
}
