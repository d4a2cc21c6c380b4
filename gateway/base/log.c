#include "base/log.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum log_level most_level = LOG_LEVEL_INFO;

void log_level_set(enum log_level most)
{
	most_level = most;
}

__attribute__((format(printf, 3, 0))) static void
put_line(enum log_level level, int priority, const char *format, va_list args)
{
	if (level > most_level)
		return;
	/* One write per line, so that lines of several processes do not mix. */
	char line[1200];
	int at = isatty(STDERR_FILENO) ? 0 : snprintf(line, sizeof line, "<%d>", priority);
	int len = vsnprintf(line + at, sizeof line - (size_t)at - 1, format, args);
	size_t used = (size_t)at + (size_t)(len < 0 ? 0 : len);
	if (used > sizeof line - 2)
		used = sizeof line - 2;
	for (size_t i = 0; i < used; i++) /* a sentence with outside text in it stays one line */
		if ((unsigned char)line[i] < ' ' || line[i] == 127)
			line[i] = '?';
	line[used++] = '\n';
	ssize_t ignored = write(STDERR_FILENO, line, used);
	(void)ignored;
}

void log_warn(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	put_line(LOG_LEVEL_WARN, 4, format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	put_line(LOG_LEVEL_INFO, 6, format, args);
	va_end(args);
}

void log_debug(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	put_line(LOG_LEVEL_DEBUG, 7, format, args);
	va_end(args);
}

const char *log_safe(struct log_text *room, const char *outside)
{
	size_t at = 0;
	const char *s = outside != NULL ? outside : "";
	while (*s != '\0' && at < sizeof room->text - 5) {
		size_t len = utf8_char_len(s, strnlen(s, 4));
		if (len == 0 || *s == '"' || *s == '\\' || *s == '\t' || *s == '\n' ||
		    utf8_hidden(s, len)) {
			room->text[at++] = '?';
			s += len > 0 ? len : 1;
			continue;
		}
		memcpy(room->text + at, s, len);
		at += len;
		s += len;
	}
	room->text[at] = '\0';
	return room->text;
}
