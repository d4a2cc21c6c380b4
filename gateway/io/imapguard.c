#include "io/imapguard.h"

#include <strings.h>

static bool fail(struct imapguard *guard, const char *fault)
{
	guard->fault = fault;
	return false;
}

void imapguard_allow(struct imapguard *guard, size_t octets)
{
	guard->left = octets;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The first letters tell the kind of line; more are not kept. */
static void note_head(struct imapguard *guard, char c)
{
	if (c != ' ' && c != '\r' && guard->head_len < (int)sizeof guard->head)
		guard->head[guard->head_len++] = c;
}

static bool is_bye(const struct imapguard *guard)
{
	return guard->head_len >= 4 && strncasecmp(guard->head, "*BYE", 4) == 0;
}

static bool may_hold_literal(const struct imapguard *guard)
{
	return guard->head_len >= 2 && guard->head[0] == '*' && is_digit(guard->head[1]);
}

static bool end_line(struct imapguard *guard)
{
	if (guard->brace == 2 && may_hold_literal(guard)) {
		guard->literal = guard->number; /* the line goes on after it */
		guard->brace = 0;
		return guard->literal <= guard->left ||
		       fail(guard, "a literal is larger than what was asked for");
	}
	guard->brace = guard->head_len = guard->parentheses = 0;
	return true;
}

static void note_brace(struct imapguard *guard, char c)
{
	if (c == '{') {
		guard->brace = 1;
		guard->number = 0;
	} else if (guard->brace == 1 && is_digit(c)) {
		if (guard->number < UINT64_MAX / 10 - 1)
			guard->number = guard->number * 10 + (uint64_t)(c - '0');
	} else if (guard->brace == 1 && c == '}') {
		guard->brace = 2;
	} else if (guard->brace != 2 || c != '\r') {
		guard->brace = 0;
	}
}

static bool pass_one(struct imapguard *guard, char c)
{
	if (c == '\n')
		return end_line(guard);
	note_head(guard, c);
	note_brace(guard, c);
	if (is_bye(guard))
		return fail(guard, "the server says BYE");
	if (c == '(' && ++guard->parentheses > IMAPGUARD_PARENTHESES)
		return fail(guard, "too many parentheses in a line");
	return true;
}

bool imapguard_pass(struct imapguard *guard, const char *octets, size_t len)
{
	if (guard->fault == NULL && len > guard->left)
		fail(guard, "more octets than what was asked for");
	if (guard->fault != NULL)
		return false;
	while (len > 0) {
		size_t step = 1;
		if (guard->literal > 0)
			step = guard->literal < len ? (size_t)guard->literal : len;
		guard->left -= step;
		if (guard->literal > 0)
			guard->literal -= step;
		else if (!pass_one(guard, *octets))
			return false;
		octets += step;
		len -= step;
	}
	return true;
}
