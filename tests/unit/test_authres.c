#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "mail/authres.h"

#include <string.h>

/* Our server is mx.gw.example; the mail says it is from a.example. */
static const struct {
	const char *fact, *value;
	enum message_auth want;
} one_field[] = {
	{ "dmarc=pass", "mx.gw.example; dmarc=pass header.from=a.example", AUTH_PASS },
	{ "with comments, versions and folding blanks", "mx.gw.example 1 ; dmarc/1 = pass (p=none (sp=none) dis=none) header.from = a.example", AUTH_PASS },
	{ "as large servers write it", "mx.gw.example; dkim=pass header.i=@a.example header.s=2026 header.b=\"Ab/c+d=\"; spf=pass (gw.example: domain of x@a.example designates 192.0.2.1) smtp.mailfrom=x@a.example; dmarc=pass (p=QUARANTINE sp=NONE dis=NONE) header.from=a.example", AUTH_PASS },
	{ "a property without its ptype, and a ';' at the end", "mx.gw.example; dmarc=pass action=none header.from=a.example;compauth=pass reason=100;", AUTH_PASS },
	{ "a quoted authserv-id", "\"mx.gw.example\"; dmarc=pass", AUTH_PASS },
	{ "case does not matter", "MX.GW.Example; DMARC=Pass Header.From=A.example", AUTH_PASS },
	{ "dkim=pass of the same domain", "mx.gw.example; dkim=pass header.d=a.example", AUTH_PASS },
	{ "dkim=pass of a domain below", "mx.gw.example; dkim=pass header.d=mail.a.example", AUTH_PASS },
	{ "dkim=pass by header.i", "mx.gw.example; dkim=pass header.i=x@a.example", AUTH_PASS },
	{ "dmarc=none with an aligned dkim=pass", "mx.gw.example; dmarc=none header.from=a.example; dkim=pass header.d=a.example", AUTH_PASS },
	{ "another domain's broken signature does not matter", "mx.gw.example; dkim=fail header.d=list.example; dmarc=pass header.from=a.example", AUTH_PASS },

	{ "a result glued together out of pieces", "mx.gw.example; dmarc=p\"\"\"\"ass header.from=a.example", AUTH_FAIL },
	{ "a quoted result", "mx.gw.example; dmarc=\"pass\" header.from=a.example", AUTH_FAIL },
	{ "a result cut by a comment", "mx.gw.example; dmarc=pa(x)ss header.from=a.example", AUTH_FAIL },
	{ "dkim=pass of another domain", "mx.gw.example; dkim=pass header.d=evil.example", AUTH_FAIL },
	{ "a domain that only ends alike", "mx.gw.example; dkim=pass header.d=nota.example", AUTH_FAIL },
	{ "a top level is nobody's domain", "mx.gw.example; dkim=pass header.d=example", AUTH_FAIL },
	{ "dkim=pass without a domain", "mx.gw.example; dkim=pass", AUTH_FAIL },
	{ "spf alone is not enough", "mx.gw.example; spf=pass smtp.mailfrom=a.example", AUTH_FAIL },
	{ "dmarc=fail", "mx.gw.example; dmarc=fail header.from=a.example", AUTH_FAIL },
	{ "dmarc=none alone", "mx.gw.example; dmarc=none header.from=a.example", AUTH_FAIL },
	{ "an unknown result", "mx.gw.example; dmarc=bestguesspass header.from=a.example", AUTH_FAIL },
	{ "dmarc=pass of another domain", "mx.gw.example; dmarc=pass header.from=evil.example", AUTH_FAIL },
	{ "no results", "mx.gw.example; none", AUTH_FAIL },
	{ "the name alone", "mx.gw.example", AUTH_FAIL },
	{ "fail and pass", "mx.gw.example; dmarc=fail header.from=a.example; dmarc=pass header.from=a.example", AUTH_FAIL },
	{ "pass and fail", "mx.gw.example; dmarc=pass header.from=a.example; dmarc=fail header.from=a.example", AUTH_FAIL },
	{ "an aligned signature failed, another passed",
	  "mx.gw.example; dkim=fail header.d=a.example; dkim=pass header.d=a.example", AUTH_FAIL },
	{ "an aligned signature failed, one of nobody passed",
	  "mx.gw.example; dkim=fail header.d=a.example; dkim=pass", AUTH_FAIL },
	{ "pass inside a comment", "mx.gw.example; dmarc=fail (dmarc=pass header.from=a.example)", AUTH_FAIL },
	{ "pass inside nested comments",
	  "mx.gw.example; spf=fail ((x) ; dmarc=pass (y)) smtp.mailfrom=a.example", AUTH_FAIL },
	{ "pass inside a quoted local-part", "mx.gw.example; spf=fail smtp.mailfrom=\"x; dmarc=pass header.from=a.example ;\"@evil.example", AUTH_FAIL },
	{ "pass as a property", "mx.gw.example; spf=fail smtp.dmarc=pass", AUTH_FAIL },
	{ "a comment that does not end", "mx.gw.example; dmarc=pass header.from=a.example (", AUTH_FAIL },
	{ "a quoted string that does not end", "mx.gw.example; dmarc=pass header.from=\"a.example", AUTH_FAIL },
	{ "something without a result", "mx.gw.example; dmarc=pass header.from=a.example; evil", AUTH_FAIL },

	{ "another server's field", "mx.evil.example; dmarc=pass header.from=a.example", AUTH_NONE },
	{ "ours as a prefix of the name", "mx.gw.example.evil.example; dmarc=pass", AUTH_NONE },
	{ "ours in a comment", "(mx.gw.example) evil.example; dmarc=pass header.from=a.example", AUTH_NONE },
	{ "nothing", "", AUTH_NONE },
};

static enum message_auth read(const char *first, const char *second, const char *domain)
{
	struct mail_field fields[] = { { "Received", "x" },
		                       { "authentication-results", first },
		                       { "Authentication-Results", second },
		                       { "X-Authentication-Results",
		                         "mx.gw.example; dmarc=pass" } };
	return authres_read(fields, 4, "mx.gw.example", domain);
}

static void test_one_field(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof one_field / sizeof *one_field; i++)
		if (read(one_field[i].value, "other.example; none", "a.example") !=
		    one_field[i].want)
			fail_msg("%s", one_field[i].fact);
}

#define PASS "mx.gw.example; dmarc=pass header.from=a.example"
#define FAIL "mx.gw.example; dmarc=fail header.from=a.example"

static const struct {
	const char *fact, *first, *second, *domain;
	enum message_auth want;
} two_fields[] = {
	{ "the topmost of ours counts", PASS, "mx.gw.example; spf=pass", "a.example", AUTH_PASS },
	{ "a lower one cannot lift it", FAIL, PASS, "a.example", AUTH_FAIL },
	{ "a lower one can contradict it", PASS, FAIL, "a.example", AUTH_FAIL },
	{ "one of another server above does not hide it", "mx.evil.example; dmarc=fail", PASS,
	  "a.example", AUTH_PASS },
	{ "no or more than one sender: nothing can be said for it", PASS, "", NULL, AUTH_FAIL },
	{ "no sender and none of ours", "", "", NULL, AUTH_NONE },
};

static void test_two_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof two_fields / sizeof *two_fields; i++)
		if (read(two_fields[i].first, two_fields[i].second, two_fields[i].domain) !=
		    two_fields[i].want)
			fail_msg("%s", two_fields[i].fact);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_one_field),
		                            cmocka_unit_test(test_two_fields) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
