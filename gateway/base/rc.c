#include "base/rc.h"

#include <stdarg.h>
#include <stdio.h>

enum rc why_set(struct why *why, enum rc rc, const char *format, ...)
{
	if (why != NULL) {
		va_list args;
		va_start(args, format);
		vsnprintf(why->text, sizeof why->text, format, args);
		va_end(args);
	}
	return rc;
}
