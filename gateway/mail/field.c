#include "mail/field.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "mail/charset.h"

#include <ctype.h>
#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_ID_MOST 998 /* RFC 5322 section 2.1.1: it must fit a line */
#define DATE_MOST 200

char *field_decode(const char *value)
{
	size_t len = strlen(value);
	char *plain = NULL, *decoded = NULL;
	if (!utf8_valid(value, len))
		value = plain = charset_read(value, len, NULL, &len);
	if (strstr(value, "=?") != NULL)
		value = decoded = g_mime_utils_header_decode_text(NULL, value);
	char *clean = utf8_clean_line(value, strlen(value));
	g_free(decoded);
	free(plain);
	return clean;
}

/* msg-id = "<" id-left "@" id-right ">", by what it may be made of: anything
 * seen but brackets. Moves *at past it. */
static char *next_message_id(const char **at)
{
	for (const char *s = strchr(*at, '<'); s != NULL; s = strchr(s, '<')) {
		const char *end = s + 1;
		while (isgraph((unsigned char)*end) && isascii((unsigned char)*end) &&
		       *end != '<' && *end != '>')
			end++;
		*at = end;
		if (*end == '>' && end - s > 1 && end - s < MESSAGE_ID_MOST) {
			*at = end + 1;
			return mem_text_len(s, (size_t)(end + 1 - s));
		}
		s = end;
	}
	return NULL;
}

char *field_message_id(const char *value)
{
	return next_message_id(&value);
}

void field_message_ids(const char *value, size_t most, char ***ids, size_t *count)
{
	char *id;
	while (*count < most && (id = next_message_id(&value)) != NULL) {
		*ids = mem_grow(*ids, *count + 1, sizeof **ids);
		(*ids)[(*count)++] = id;
	}
}

int64_t field_date(const char *value)
{
	if (strlen(value) > DATE_MOST)
		return 0;
	GDateTime *date = g_mime_utils_header_decode_date(value);
	if (date == NULL)
		return 0;
	int64_t at = g_date_time_to_unix(date);
	g_date_time_unref(date);
	return at > 0 && at < INT64_C(4102444800) ? at : 0; /* the year 2100 */
}
