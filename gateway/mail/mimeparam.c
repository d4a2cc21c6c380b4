#include "mail/mimeparam.h"

#include "base/mem.h"
#include "mail/charset.h"
#include "mail/lexer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define VALUE_MOST 8192
#define PIECES_MOST 50 /* of one continued parameter */

static char *lower(char *text)
{
	for (char *s = text; *s != '\0'; s++)
		*s = (char)tolower((unsigned char)*s);
	return text;
}

char *mimeparam_value(const char *field)
{
	struct lexer in = { field, false };
	struct str out;
	str_init(&out, VALUE_MOST);
	lexer_skip(&in);
	if (*in.at == '"')
		lexer_quoted(&in, &out);
	else
		(void)lexer_run(&in, "(;\"", &out);
	return lower(out.text);
}

/* parameter := attribute "=" value, at the ';' before it. What is between
 * quotes is the value, else everything up to the next ';' or blank. */
static bool next_param(struct lexer *in, struct str *name, struct str *value)
{
	str_clear(name);
	str_clear(value);
	while (*in->at != '\0' && *in->at != ';') {
		if (*in->at == '"')
			lexer_quoted(in, value);
		else
			in->at++;
	}
	if (!lexer_take(in, ';'))
		return false;
	str_clear(value);
	lexer_skip(in);
	(void)lexer_run(in, "(;=\"", name);
	lexer_skip(in);
	if (!lexer_take(in, '='))
		return true;
	lexer_skip(in);
	bool file = strcasecmp(name->text, "name") == 0 || strcasecmp(name->text, "filename") == 0;
	if (*in->at == '"')
		lexer_quoted(in, value);
	else
		while (lexer_run(in, file ? ";" : ";\"(", value) && file && *in->at == ' ')
			str_add_char(value, *in->at++); /* people send names with blanks unquoted */
	return true;
}

static int hex(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? (c & 0x5f) - 'A' + 10
	                                    : -1;
}

static void add_unescaped(struct str *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '%' && hex(s[1]) >= 0 && hex(s[2]) >= 0) {
			str_add_char(out, (char)(hex(s[1]) * 16 + hex(s[2])));
			s += 2;
		} else {
			str_add_char(out, *s);
		}
	}
}

/* One parameter, put together: name=, name*=, name*0=, name*0*=, ... */
struct wanted {
	const char *name;
	struct str value, charset;
	bool found, extended;
	unsigned next; /* the continuation that comes next */
};

/* extended-initial-value := [charset] "'" [language] "'" extended-other-values */
static void take_extended(struct wanted *w, const char *value, bool first)
{
	const char *quote = first ? strchr(value, '\'') : NULL;
	const char *second = quote != NULL ? strchr(quote + 1, '\'') : NULL;
	if (second != NULL) {
		str_add_len(&w->charset, value, (size_t)(quote - value));
		value = second + 1;
	}
	w->extended = true;
	add_unescaped(&w->value, value);
}

static void take_param(struct wanted *w, const char *name, const char *value)
{
	size_t len = strlen(w->name);
	if (strncasecmp(name, w->name, len) != 0)
		return;
	name += len;
	if (*name == '\0' && !w->found) {
		str_add(&w->value, value);
		w->found = true;
		return;
	}
	if (*name++ != '*' || w->next > PIECES_MOST)
		return;
	unsigned piece = 0;
	bool numbered = isdigit((unsigned char)*name);
	for (; isdigit((unsigned char)*name) && piece < PIECES_MOST; name++)
		piece = piece * 10 + (unsigned)(*name - '0');
	bool extended = numbered ? strcmp(name, "*") == 0 : *name == '\0';
	if ((numbered && piece != w->next) || (*name != '\0' && !extended))
		return;
	if (w->next == 0) {
		str_clear(&w->value); /* the extended form wins over the plain one */
		w->found = true;
	}
	if (extended)
		take_extended(w, value, w->next == 0);
	else
		str_add(&w->value, value);
	w->next = numbered ? w->next + 1 : PIECES_MOST + 1;
}

char *mimeparam_find_raw(const char *field, const char *name)
{
	struct lexer in = { field, false };
	struct wanted w = { .name = name };
	struct str param, value;
	char *found = NULL;
	str_init(&w.value, VALUE_MOST);
	str_init(&w.charset, VALUE_MOST);
	str_init(&param, VALUE_MOST);
	str_init(&value, VALUE_MOST);
	while (next_param(&in, &param, &value))
		take_param(&w, param.text, value.text);
	size_t len;
	if (w.found)
		found = w.extended ? charset_read(w.value.text, w.value.len, w.charset.text, &len)
		                   : mem_text(w.value.text);
	str_free(&w.value);
	str_free(&w.charset);
	str_free(&param);
	str_free(&value);
	return found;
}

char *mimeparam_find(const char *field, const char *name)
{
	char *found = mimeparam_find_raw(field, name);
	return found != NULL ? lower(found) : NULL;
}
