/* Dates, times and addresses, as attribution lines and header blocks carry
 * them, in folded text. Recognised, not read. */
#include "mail/replyline.h"

#include "mail/replywords.h"

#include <ctype.h>
#include <string.h>

bool reply_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* 19:03, 10.00, 15h15 */
bool reply_has_time(const char *s)
{
	for (; *s != '\0'; s++)
		if (reply_is_digit(s[0]) && (s[1] == ':' || s[1] == '.' || s[1] == 'h') &&
		    reply_is_digit(s[2]) && reply_is_digit(s[3]) && !reply_is_digit(s[4]))
			return true;
	return false;
}

/* 04/19/2011, 2011-03-01, 13.02.2014, 2016. 11. 8. */
static bool has_numeric_date(const char *s)
{
	for (; *s != '\0'; s++) {
		if (!reply_is_digit(*s))
			continue;
		unsigned groups = 1;
		while (reply_is_digit(*s))
			s++;
		while (strchr("/-.", *s) != NULL && *s != '\0') {
			const char *next = s[1] == ' ' ? s + 2 : s + 1;
			if (!reply_is_digit(*next))
				break;
			groups++;
			for (s = next; reply_is_digit(*s);)
				s++;
		}
		if (groups >= 3)
			return true;
		if (*s == '\0')
			break;
	}
	return false;
}

/* A month and a number beside it; or the signs of Chinese, Japanese, Korean. */
static bool has_named_date(const char *folded)
{
	if (strstr(folded, "\xe5\xb9\xb4") != NULL || strstr(folded, "\xe6\x9c\x88") != NULL)
		return true;
	bool number = false;
	for (const char *s = folded; *s != '\0';) {
		size_t word = strcspn(s, " ,.-/");
		if (word > 0 && reply_is_digit(*s)) {
			number = true;
		} else if (number || strpbrk(s, "0123456789") != NULL) {
			for (const char *const *m = reply_months; *m != NULL; m++)
				if (strncmp(s, *m, strlen(*m)) == 0)
					return true;
		}
		s += word;
		s += strspn(s, " ,.-/");
	}
	return false;
}

bool reply_has_day(const char *folded)
{
	return strpbrk(folded, "0123456789") != NULL &&
	       (has_numeric_date(folded) || has_named_date(folded));
}

bool reply_has_date(const char *folded)
{
	return reply_has_time(folded) || reply_has_day(folded);
}

/* <a@b>, (a@b), [mailto:a@b], a@b */
bool reply_has_address(const char *s, bool in_brackets)
{
	const char *at = strchr(s, '@');
	if (at == NULL || at == s || !isalnum((unsigned char)at[1]))
		return false;
	if (!in_brackets)
		return true;
	while (at > s && strchr("<([", *at) == NULL)
		at--;
	return strchr("<([", *at) != NULL || strstr(s, "&lt;") != NULL;
}
