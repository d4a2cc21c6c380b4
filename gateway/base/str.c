#include "base/str.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void str_init(struct str *s, size_t limit)
{
	*s = (struct str){ .limit = limit, .size = 64 };
	s->text = mem_zero(s->size, 1);
}

void str_free(struct str *s)
{
	if (s->size > 0)
		free(s->text);
	*s = (struct str){ 0 };
}

void str_clear(struct str *s)
{
	s->len = 0;
	if (s->size > 0)
		s->text[0] = '\0';
	s->spoilt = false;
}

void str_spoil(struct str *s)
{
	s->spoilt = true;
}

bool str_ok(const struct str *s)
{
	return !s->spoilt;
}

void str_add_len(struct str *s, const char *octets, size_t len)
{
	if (s->spoilt)
		return;
	if (len > s->limit - s->len) {
		s->spoilt = true;
		return;
	}
	if (s->len + len + 1 > s->size) {
		char *old = s->size > 0 ? s->text : NULL;
		for (s->size = s->size > 0 ? s->size : 64; s->len + len + 1 > s->size;)
			s->size *= 2;
		s->text = mem_grow(old, s->size, 1);
	}
	if (len > 0)
		memcpy(s->text + s->len, octets, len);
	s->len += len;
	s->text[s->len] = '\0';
}

void str_add(struct str *s, const char *text)
{
	str_add_len(s, text, strlen(text));
}

void str_add_char(struct str *s, char c)
{
	if (s->spoilt || s->len + 1 >= s->size || s->len >= s->limit) {
		str_add_len(s, &c, 1);
		return;
	}
	s->text[s->len++] = c;
	s->text[s->len] = '\0';
}

void str_addf(struct str *s, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0) {
		s->spoilt = true;
		return;
	}
	str_add_len(s, text, (size_t)len);
	free(text);
}

/* Nothing is allocated for what comes after: a taken `s` needs no str_free. */
char *str_take(struct str *s)
{
	static char nothing[1];
	char *text = s->size > 0 ? s->text : mem_text("");
	*s = (struct str){ .text = nothing, .limit = s->limit };
	return text;
}
