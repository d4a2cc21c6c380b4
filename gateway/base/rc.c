#include "base/rc.h"

#include <stdarg.h>
#include <stdio.h>

enum rc why_set(struct why *why, enum rc rc, const char *format, ...)
{
	if (why == NULL)
		return rc;
	struct why said; /* apart: the old sentence may be among the arguments */
	va_list args;
	va_start(args, format);
	int wanted = vsnprintf(said.text, sizeof said.text, format, args);
	va_end(args);
	if (wanted >= (int)sizeof said.text) { /* cut: not within a character of UTF-8 */
		size_t len = sizeof said.text - 1;
		while (len > 0 && ((unsigned char)said.text[len - 1] & 0xc0) == 0x80)
			len--;
		said.text[len > 0 ? len - 1 : 0] = '\0';
	}
	*why = said;
	return rc;
}
