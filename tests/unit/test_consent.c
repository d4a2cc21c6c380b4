/* Who may do what by mail: a row per way of being somebody, or of pretending. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/consent.h"

#define OWN   .one_from = true, .known = true, .asked = true
#define KNOWN .one_from = true, .known = true
#define OTHER .one_from = true
#define TOKEN .handle = HANDLE_TOKEN
#define REF   .handle = HANDLE_REFERENCE
#define FRESH .handle = HANDLE_NONE

static const struct {
	const char *fact;
	struct consent mail;
	enum consent_verdict want;
} rows[] = {
	/* a plain server: nobody's Authentication-Results is believed */
	{ "token and the asked address: counts", { OWN, TOKEN, .changes = true }, CONSENT_ACT },
	{ "leaked token, another member", { KNOWN, TOKEN, .changes = true }, CONSENT_STRANGER },
	{ "leaked token, nobody we know", { OTHER, TOKEN, .changes = true }, CONSENT_STRANGER },
	{ "the reference anybody can read, asked address: confirmed first",
	  { OWN, REF, .changes = true },
	  CONSENT_CONFIRM },
	{ "a fresh request of a known address: confirmed first",
	  { KNOWN, FRESH, .changes = true },
	  CONSENT_CONFIRM },
	{ "STATUS of a known address: told", { KNOWN, FRESH }, CONSENT_ACT },
	{ "anything of an unknown address: silence",
	  { OTHER, FRESH, .changes = true },
	  CONSENT_IGNORE },
	{ "HELP of an unknown address: silence, no backscatter", { OTHER, FRESH }, CONSENT_IGNORE },
	{ "JOIN or STOP of an unknown address: heeded",
	  { OTHER, FRESH, .changes = true, .joins = true },
	  CONSENT_ACT },
	{ "JOIN that a believed server does not vouch for: silence",
	  { OTHER, FRESH, .believes = true, .changes = true, .joins = true },
	  CONSENT_IGNORE },
	{ "JOIN of a known address: confirmed first, as any change",
	  { KNOWN, FRESH, .changes = true, .joins = true },
	  CONSENT_CONFIRM },
	{ "JOIN with a leaked token: still a stranger's",
	  { OTHER, TOKEN, .changes = true, .joins = true },
	  CONSENT_STRANGER },
	{ "two From addresses, token and all",
	  { .known = true, .asked = true, TOKEN, .changes = true },
	  CONSENT_IGNORE },
	{ "yes to 'was this you?'",
	  { OWN, TOKEN, .changes = true, .confirmation = true },
	  CONSENT_ACT },
	/* a server whose Authentication-Results is believed */
	{ "aligned verdict",
	  { OWN, TOKEN, .believes = true, .auth = AUTH_PASS, .changes = true },
	  CONSENT_ACT },
	{ "unaligned verdict: changes nothing yet",
	  { OWN, TOKEN, .believes = true, .changes = true },
	  CONSENT_CONFIRM },
	{ "failed alignment, right token",
	  { OWN, TOKEN, .believes = true, .auth = AUTH_FAIL, .changes = true },
	  CONSENT_CONFIRM },
	{ "aligned, the reference and the asked address: counts",
	  { OWN, REF, .believes = true, .auth = AUTH_PASS, .changes = true },
	  CONSENT_ACT },
	{ "aligned fresh request",
	  { KNOWN, FRESH, .believes = true, .auth = AUTH_PASS, .changes = true },
	  CONSENT_ACT },
	{ "forged fresh request",
	  { KNOWN, FRESH, .believes = true, .auth = AUTH_FAIL, .changes = true },
	  CONSENT_CONFIRM },
	{ "aligned, but another person's token",
	  { KNOWN, TOKEN, .believes = true, .auth = AUTH_PASS, .changes = true },
	  CONSENT_STRANGER },
	{ "unknown and unaligned",
	  { OTHER, FRESH, .believes = true, .auth = AUTH_FAIL },
	  CONSENT_IGNORE },
	{ "unaligned yes to 'was this you?': its token reached the mailbox",
	  { OWN, TOKEN, .believes = true, .changes = true, .confirmation = true },
	  CONSENT_ACT },
};

static void each_mail_may_do_what_its_sender_proves(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (consent_judge(&rows[i].mail) != rows[i].want)
			fail_msg("%s: got %d", rows[i].fact, (int)consent_judge(&rows[i].mail));
}

/* Whatever else is true: no change without the asked address, or alignment. */
static void a_from_alone_never_acts(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 128; bits++)
		for (int handle = HANDLE_TOKEN; handle <= HANDLE_NONE; handle++)
			for (int auth = AUTH_NONE; auth <= AUTH_FAIL; auth++) {
				struct consent m = { bits & 1,
					             (enum message_auth)auth,
					             bits & 2,
					             bits & 4,
					             bits & 8,
					             bits & 16,
					             (enum consent_handle)handle,
					             bits & 32,
					             bits & 64 };
				bool comes = m.joins && !m.known && !m.believes;
				bool proved = comes || (m.handle == HANDLE_TOKEN && m.asked) ||
				              (m.believes && auth == AUTH_PASS);
				if (m.changes && !proved)
					assert_int_not_equal(consent_judge(&m), CONSENT_ACT);
				if (!m.one_from)
					assert_int_equal(consent_judge(&m), CONSENT_IGNORE);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mail_may_do_what_its_sender_proves),
		cmocka_unit_test(a_from_alone_never_acts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
