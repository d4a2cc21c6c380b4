#include "core/consent.h"

#define YES  1
#define NO   0
#define BOTH (-1)

/* First matching row wins. */
static const struct rule {
	int one_from, known, asked, handle, aligned, changes, confirmation; /* BOTH: either */
	enum consent_verdict verdict;
} rules[] = {
	/*from  known asked handle            aligned chg   confirmation */
	{ NO,   BOTH, BOTH, BOTH,             BOTH,   BOTH, BOTH, CONSENT_IGNORE },
	{ YES,  BOTH, NO,   HANDLE_TOKEN,     BOTH,   BOTH, BOTH, CONSENT_STRANGER },
	{ YES,  YES,  YES,  HANDLE_TOKEN,     BOTH,   BOTH, YES,  CONSENT_ACT },
	{ YES,  YES,  YES,  HANDLE_TOKEN,     YES,    BOTH, NO,   CONSENT_ACT },
	{ YES,  YES,  YES,  HANDLE_TOKEN,     NO,     BOTH, NO,   CONSENT_CONFIRM },
	{ YES,  NO,   BOTH, BOTH,             NO,     BOTH, BOTH, CONSENT_IGNORE },
	{ YES,  BOTH, BOTH, BOTH,             YES,    BOTH, BOTH, CONSENT_ACT },
	{ YES,  YES,  BOTH, BOTH,             NO,     YES,  BOTH, CONSENT_CONFIRM },
	{ YES,  YES,  BOTH, BOTH,             NO,     NO,   BOTH, CONSENT_ACT },
};

static bool fits(int wanted, int value)
{
	return wanted == BOTH || wanted == value;
}

/* Aligned, as far as this handle needs it: without a believed server the token
 * from the asked address is all there can be, and is enough. */
static bool aligned(const struct consent *m)
{
	if (m->believes)
		return m->auth == AUTH_PASS;
	return (m->handle == HANDLE_TOKEN && m->asked) || (m->joins && !m->known);
}

enum consent_verdict consent_judge(const struct consent *m)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		const struct rule *r = &rules[i];
		if (fits(r->one_from, m->one_from) && fits(r->known, m->known) &&
		    fits(r->asked, m->asked) && fits(r->handle, (int)m->handle) &&
		    fits(r->aligned, aligned(m)) && fits(r->changes, m->changes) &&
		    fits(r->confirmation, m->confirmation))
			return r->verdict;
	}
	return CONSENT_IGNORE;
}
