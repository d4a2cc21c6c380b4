#include "io/submit.h"

#include "base/pack.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct submit_result sample = {
	.id = UINT64_MAX,
	.outcome = SUBMIT_UNKNOWN,
	.account = true,
	.code = 599,
	.status = "5.123.123",
	.reply = "550 5.1.1 j\xc3\xb6rg is not here",
};

static void a_result_comes_back_as_it_was(void **state)
{
	(void)state;
	struct str frame;
	struct submit_result back;
	str_init(&frame, 4096);
	submit_result_pack(&frame, &sample);
	assert_int_equal(submit_result_unpack(frame.text, frame.len, &back), RC_OK);
	assert_true(back.id == sample.id && back.outcome == sample.outcome && back.account);
	assert_int_equal(back.code, 599);
	assert_string_equal(back.status, sample.status);
	assert_string_equal(back.reply, sample.reply);
	str_free(&frame);
}

static void a_result_cut_short_or_too_long_is_refused_and_writes_nothing(void **state)
{
	(void)state;
	struct str frame;
	struct submit_result back = { .id = 77 };
	str_init(&frame, 4096);
	submit_result_pack(&frame, &sample);
	for (size_t len = 0; len < frame.len; len++)
		assert_int_equal(submit_result_unpack(frame.text, len, &back), RC_PERM);
	str_add_char(&frame, 'x');
	assert_int_equal(submit_result_unpack(frame.text, frame.len, &back), RC_PERM);
	assert_int_equal(back.id, 77);
	str_free(&frame);
}

static const struct {
	const char *fact;
	uint64_t outcome, account, code;
	const char *status, *reply;
} wrong[] = {
	{ "no such outcome", 4, 0, 250, "", "" },
	{ "account is yes or no", 0, 2, 250, "", "" },
	{ "no such code", 0, 0, 600, "", "" },
	{ "a status without room", 0, 0, 250, "5.123.123.123.123", "" },
	{ "no status", 0, 0, 250, NULL, "" },
	{ "no reply", 0, 0, 250, "", NULL },
	{ "a reply that is not UTF-8", 0, 0, 250, "", "\xff" },
};

static void a_result_of_nonsense_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct str frame;
		struct submit_result back;
		str_init(&frame, 4096);
		pack_u64(&frame, 1);
		pack_u64(&frame, wrong[i].outcome);
		pack_u64(&frame, wrong[i].account);
		pack_u64(&frame, wrong[i].code);
		pack_text(&frame, wrong[i].status);
		pack_text(&frame, wrong[i].reply);
		if (submit_result_unpack(frame.text, frame.len, &back) != RC_PERM)
			fail_msg("%s", wrong[i].fact);
		str_free(&frame);
	}
}

static void outcomes_have_names(void **state)
{
	(void)state;
	assert_string_equal(submit_outcome_name(SUBMIT_SENT), "sent");
	assert_string_equal(submit_outcome_name(SUBMIT_LATER), "later");
	assert_string_equal(submit_outcome_name(SUBMIT_REFUSED), "refused");
	assert_string_equal(submit_outcome_name(SUBMIT_UNKNOWN), "unknown");
}

static void a_probe_refuses_what_is_no_server(void **state)
{
	(void)state;
	static const char *const urls[] = { "", "smtp://h", "http://h", "smtps://", "smtps://u@h",
		                            "smtps://h/p", "smtps://h?x", "smtps://a b",
		                            "smtp+plain://mail.example", "smtp+plain://127.0.0.1.x",
		                            "smtps://h\r\nx" };
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct submit_settings settings = { .url = urls[i], .helo = "gw.example" };
		struct why why = { "" };
		if (submit_probe(&settings, &why) != RC_PERM ||
		    strstr(why.text, "smtps://HOST") == NULL)
			fail_msg("%s: %s", urls[i], why.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_comes_back_as_it_was),
		cmocka_unit_test(a_result_cut_short_or_too_long_is_refused_and_writes_nothing),
		cmocka_unit_test(a_result_of_nonsense_is_refused),
		cmocka_unit_test(outcomes_have_names),
		cmocka_unit_test(a_probe_refuses_what_is_no_server),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
