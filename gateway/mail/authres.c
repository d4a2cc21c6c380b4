#include "mail/authres.h"

#include "mail/lexer.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define WORD_MOST 1000

/* authres-header = [CFWS] authserv-id [ CFWS authres-version ]
 *                  ( no-result / 1*resinfo ) [CFWS]
 * resinfo    = [CFWS] ";" methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ]
 * methodspec = [CFWS] method [CFWS] "=" [CFWS] result
 * propspec   = ptype [CFWS] "." [CFWS] property [CFWS] "=" pvalue
 * Read wider than this: a pvalue may hold any sign but blanks and ';', and a
 * property may lack its ptype, because large servers write both. */

struct result {
	struct str method, result, name, value; /* name, value: of the property being read */
	struct str domain;                      /* header.d, header.from */
};

struct verdict_so_far {
	const char *from; /* domain */
	bool dmarc_pass, dmarc_fail, dmarc_other, dkim_pass, dkim_fail;
};

static void read_value(struct lexer *in, struct str *out)
{
	str_clear(out);
	lexer_skip(in);
	while (*in->at == '"' || lexer_run(in, ";\"(", out)) {
		if (*in->at == '"')
			lexer_quoted(in, out);
		if (in->bad || !str_ok(out))
			return;
	}
}

/* result = Keyword: never quoted, never glued together out of pieces. */
static void read_keyword(struct lexer *in, struct str *out)
{
	str_clear(out);
	lexer_skip(in);
	bool found = lexer_run(in, ";=.\"(/", out);
	if (!found || strchr(" \t\r\n;(", *in->at) == NULL)
		in->bad = true; /* strchr also finds the end */
}

/* keyword [ "." keyword ] [ "/" version ] "="; false: no such thing here. */
static bool read_name(struct lexer *in, struct str *out)
{
	str_clear(out);
	lexer_skip(in);
	while (lexer_run(in, ";=.\"(/", out)) {
		lexer_skip(in);
		if (lexer_take(in, '/')) { /* method-version = 1*DIGIT */
			lexer_skip(in);
			in->at += strspn(in->at, "0123456789");
		}
		if (*in->at != '.')
			break;
		str_add_char(out, *in->at++);
		lexer_skip(in);
	}
	return out->len > 0 && str_ok(out);
}

static bool is_below(const char *domain, const char *above)
{
	size_t len = strlen(domain), above_len = strlen(above);
	return strchr(above, '.') != NULL && len > above_len &&
	       domain[len - above_len - 1] == '.' &&
	       strcasecmp(domain + len - above_len, above) == 0;
}

/* RFC 7489 section 3.1.1, relaxed, without a list of public suffixes. */
static bool is_aligned(const char *domain, const char *from)
{
	return strcasecmp(domain, from) == 0 || is_below(from, domain) || is_below(domain, from);
}

static void judge(struct verdict_so_far *so_far, const struct result *r)
{
	bool pass = strcasecmp(r->result.text, "pass") == 0;
	if (strcasecmp(r->method.text, "dmarc") == 0) {
		bool other = r->domain.len > 0 && strcasecmp(r->domain.text, so_far->from) != 0;
		if (pass && !other)
			so_far->dmarc_pass = true;
		else if (strcasecmp(r->result.text, "none") == 0)
			so_far->dmarc_other = true;
		else
			so_far->dmarc_fail = true;
	} else if (strcasecmp(r->method.text, "dkim") == 0 &&
	           is_aligned(r->domain.text, so_far->from)) {
		if (pass)
			so_far->dkim_pass = true;
		else if (strcasecmp(r->result.text, "fail") == 0)
			so_far->dkim_fail = true;
	}
}

/* The domain a property names: header.d=, header.i=[x]@, header.from=[x@] */
static void take_property(struct result *r)
{
	bool dkim = strcasecmp(r->method.text, "dkim") == 0;
	if (strcasecmp(r->name.text, dkim ? "header.d" : "header.from") != 0 &&
	    !(dkim && strcasecmp(r->name.text, "header.i") == 0 && r->domain.len == 0))
		return;
	const char *at = strrchr(r->value.text, '@');
	str_clear(&r->domain);
	str_add(&r->domain, at != NULL ? at + 1 : r->value.text);
}

/* One resinfo, after its ';'. False: it is none, and nothing may be believed. */
static bool read_result(struct lexer *in, struct result *r, struct verdict_so_far *so_far)
{
	str_clear(&r->domain);
	str_clear(&r->result);
	if (!read_name(in, &r->method)) /* a ';' too many is no harm */
		return *in->at == ';' || *in->at == '\0';
	lexer_skip(in);
	if (!lexer_take(in, '='))
		return strcasecmp(r->method.text, "none") == 0;
	read_keyword(in, &r->result);
	for (;;) {
		lexer_skip(in);
		if (*in->at == ';' || *in->at == '\0')
			break;
		if (!read_name(in, &r->name))
			return false;
		lexer_skip(in);
		if (!lexer_take(in, '='))
			return false;
		read_value(in, &r->value);
		take_property(r);
	}
	judge(so_far, r);
	return !in->bad && str_ok(&r->result) && str_ok(&r->value) && str_ok(&r->domain);
}

/* Is the field by `authserv_id`? *in is then at its results. */
static bool is_ours(struct lexer *in, const char *authserv_id, struct str *room)
{
	read_value(in, room);
	bool ours = str_ok(room) && !in->bad && strcasecmp(room->text, authserv_id) == 0;
	lexer_skip(in);
	if (ours && *in->at != ';' && *in->at != '\0')
		read_value(in, room); /* authres-version */
	lexer_skip(in);
	return ours;
}

/* What a whole field says, `before` being what the topmost one said. */
static enum message_auth judge_field(struct lexer *in, struct result *r, const char *from_domain,
                                     enum message_auth before)
{
	struct verdict_so_far so_far = { .from = from_domain };
	while (lexer_take(in, ';'))
		if (!read_result(in, r, &so_far))
			return AUTH_FAIL;
	if (*in->at != '\0' || in->bad || so_far.dmarc_fail || so_far.dkim_fail ||
	    (so_far.dmarc_pass && so_far.dmarc_other))
		return AUTH_FAIL;
	if (before != AUTH_NONE)
		return before;
	return so_far.dmarc_pass || so_far.dkim_pass ? AUTH_PASS : AUTH_FAIL;
}

enum message_auth authres_read(const struct mail_field *fields, size_t count,
                               const char *authserv_id, const char *from_domain)
{
	enum message_auth auth = AUTH_NONE;
	struct result r;
	struct str *const all[] = { &r.method, &r.result, &r.name, &r.value, &r.domain };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		str_init(all[i], WORD_MOST);
	for (size_t i = 0; i < count && auth != AUTH_FAIL; i++) {
		struct lexer in = { fields[i].value, false };
		if (strcasecmp(fields[i].name, "Authentication-Results") != 0 ||
		    !is_ours(&in, authserv_id, &r.value))
			continue;
		if (from_domain == NULL || *from_domain == '\0')
			auth = AUTH_FAIL;
		else
			auth = judge_field(&in, &r, from_domain, auth);
	}
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		str_free(all[i]);
	return auth;
}
