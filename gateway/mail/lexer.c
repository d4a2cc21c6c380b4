#include "mail/lexer.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* comment = "(" *([FWS] ccontent) [FWS] ")", counted instead of nested calls */
static void skip_comment(struct lexer *in)
{
	size_t depth = 0;
	for (; *in->at != '\0'; in->at++) {
		if (*in->at == '\\' && in->at[1] != '\0')
			in->at++;
		else if (*in->at == '(')
			depth++;
		else if (*in->at == ')' && --depth == 0) {
			in->at++;
			return;
		}
	}
	in->bad = true;
}

void lexer_skip(struct lexer *in)
{
	for (;;) {
		while (is_blank(*in->at))
			in->at++;
		if (*in->at != '(')
			return;
		skip_comment(in);
	}
}

bool lexer_take(struct lexer *in, char c)
{
	if (*in->at != c)
		return false;
	in->at++;
	return true;
}

void lexer_quoted(struct lexer *in, struct str *out)
{
	in->at++;
	for (; *in->at != '\0' && *in->at != '"'; in->at++) {
		if (*in->at == '\\' && in->at[1] != '\0')
			in->at++;
		str_add_char(out, *in->at);
	}
	if (!lexer_take(in, '"'))
		in->bad = true;
}

bool lexer_run(struct lexer *in, const char *stops, struct str *out)
{
	const char *from = in->at;
	while (*in->at != '\0' && !is_blank(*in->at) && strchr(stops, *in->at) == NULL)
		in->at++;
	str_add_len(out, from, (size_t)(in->at - from));
	return in->at > from;
}
