/* Consent and forgery: each attack leaves the state as it was, and tells the attacker
 * nothing. In the club (story/club.h); Rob has been asked, Eve is nobody's contact. */
#include "story/club.h"

/* All that an attack could want to move, as text. */
static char *state_of(struct story *s)
{
	struct why why;
	struct str out;
	struct intro *intros;
	str_init(&out, 1 << 16);
	must(store_begin(s->store, &why), &why);
	size_t count = intro_list(s->store, 0, &intros);
	for (size_t i = 0; i < count; i++) {
		struct ask *asks;
		size_t n = ask_list(s->store, intros[i].id, &asks);
		str_addf(&out, "intro %lld %s %s\n", (long long)intros[i].id,
		         intro_state_name(intros[i].state), purpose_name(intros[i].purpose));
		for (size_t k = 0; k < n; k++)
			str_addf(&out, " ask %lld %s %s next %lld word '%s' due %lld\n",
			         (long long)asks[k].id, ask_kind_name(asks[k].kind),
			         ask_state_name(asks[k].state), (long long)asks[k].next,
			         asks[k].word, (long long)asks[k].due_at);
	}
	store_rollback(s->store);
	return out.text;
}

static struct story *rob_is_asked(char **before)
{
	struct story *s = under_way();
	gets(s, "rob", "ask");
	quiet(s);
	*before = state_of(s);
	return s;
}

/* Nothing moved, and Rob can still answer. */
static void end_unmoved(struct story *s, char *before)
{
	char *after = state_of(s);
	assert_string_equal(before, after);
	for (size_t i = 0; i < s->sent_count; i++)
		if (strcmp(s->sent[i].who, "eve") == 0)
			fail_msg("eve is told something:\n%s", s->sent[i].octets);
	answers(s, "rob", "ask", "ACCEPT");
	gets(s, "rob", "noted");
	gets(s, "dora", "ask");
	quiet(s);
	free(before);
	free(after);
	story_end(s);
}

/* A mail with any header fields and body. */
static void mail(struct story *s, const char *fields, const char *body)
{
	struct str octets;
	str_init(&octets, 1 << 20);
	str_addf(&octets,
	         "%s\r\nMessage-ID: <attack%d@evil.test>\r\n"
	         "Date: Mon, 1 Jun 2026 09:30:00 +0200\r\n\r\n%s\r\n",
	         fields, s->mails, body);
	arrives(s, octets.text);
	str_free(&octets);
}

static char *reply_address(struct story *s)
{
	return field(last_sent(s, "rob", "ask")->octets, "Reply-To");
}

static char *fields_of(const char *from, const char *to, const char *more)
{
	struct str fields;
	str_init(&fields, 4096);
	str_addf(&fields, "From: %s\r\nTo: %s\r\nSubject: Re: Alice\r\n%s", from, to, more);
	return fields.text;
}

static void attack(struct story *s, const char *from, const char *to, const char *more,
                   const char *body)
{
	char *fields = fields_of(from, to, more);
	mail(s, fields, body);
	free(fields);
}

#define PLAIN "Content-Type: text/plain; charset=utf-8"

static void somebody_in_copy_answers_to_all(void **state)
{
	(void)state;
	char *before;
	struct story *s = rob_is_asked(&before);
	char *to = reply_address(s);
	/* Rob had put Karl and Eve in copy of a mail of his: they reply to all. */
	attack(s, "karl@karl.test", to, "Cc: rob@rob.test, eve@evil.test\r\n" PLAIN, "ACCEPT");
	attack(s, "eve@evil.test", to, "Cc: rob@rob.test, karl@karl.test\r\n" PLAIN, "ACCEPT");
	gets(s, "rob", "stranger");
	gets(s, "rob", "stranger");
	quiet(s);
	free(to);
	end_unmoved(s, before);
}

static void who_was_forwarded_the_ask_answers(void **state)
{
	(void)state;
	char *before;
	struct story *s = rob_is_asked(&before);
	char *to = reply_address(s);
	struct str body;
	str_init(&body, 1 << 20);
	str_addf(&body, "ACCEPT\r\n\r\n-------- Forwarded Message --------\r\n%s",
	         last_sent(s, "rob", "ask")->octets);
	attack(s, "karl@karl.test", to, PLAIN, body.text);
	gets(s, "rob", "stranger");
	/* To the plain address, the token only in what was forwarded. */
	attack(s, "karl@karl.test", GATEWAY, PLAIN, body.text);
	attack(s, "eve@evil.test", GATEWAY, PLAIN, body.text);
	for (size_t i = 0; i < s->sent_count; i++)
		if (strcmp(s->sent[i].who, "karl") == 0)
			s->sent[i].seen = true; /* a member may be told what may be written */
	quiet(s);
	str_free(&body);
	free(to);
	end_unmoved(s, before);
}

static void the_ask_forwarded_as_an_attachment_is_no_answer(void **state)
{
	(void)state;
	char *before;
	struct story *s = rob_is_asked(&before);
	struct str body;
	str_init(&body, 1 << 20);
	str_addf(&body,
	         "--b\r\nContent-Type: text/plain\r\n\r\nACCEPT\r\n--b\r\n"
	         "Content-Type: message/rfc822\r\n\r\n%s\r\n--b--\r\n",
	         last_sent(s, "rob", "ask")->octets);
	attack(s, "eve@evil.test", GATEWAY,
	       "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"", body.text);
	quiet(s);
	str_free(&body);
	end_unmoved(s, before);
}

static void an_assistant_is_not_the_asked_person(void **state)
{
	(void)state;
	static const char *const from[] = {
		"assistant@rob.test",                     /* same firm, another address */
		"rob@rob.test, assistant@rob.test",       /* two authors are no author */
		"\"rob@rob.test\" <eve@evil.test>",       /* the address as a name */
		"rob@rob.test <eve@evil.test>",
		"rob@rob.test.evil.test",
		"rob@rob.test\r\nFrom: eve@evil.test",    /* two From fields */
	};
	for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
		char *before;
		struct story *s = rob_is_asked(&before);
		char *to = reply_address(s);
		attack(s, from[i], to, PLAIN, "ACCEPT");
		for (size_t k = 0; k < s->sent_count; k++)
			if (!s->sent[k].seen && strcmp(s->sent[k].who, "rob") == 0) {
				assert_string_equal(s->sent[k].text_name, "stranger");
				s->sent[k].seen = true;
			}
		quiet(s);
		free(to);
		end_unmoved(s, before);
	}
}

static void a_token_in_a_quotation_or_a_subject_is_only_text(void **state)
{
	(void)state;
	char *before;
	struct story *s = rob_is_asked(&before);
	char *to = reply_address(s);
	struct str body;
	str_init(&body, 4096);
	str_addf(&body, "ACCEPT\r\n\r\n> Reply-To: %s\r\n> %s\r\n", to, to);
	attack(s, "eve@evil.test", GATEWAY, PLAIN, body.text);
	char *fields = fields_of("eve@evil.test", GATEWAY, PLAIN);
	struct str subject;
	str_init(&subject, 8192);
	str_addf(&subject, "%s\r\nX-Original-To: %s", fields, to);
	mail(s, subject.text, "ACCEPT");
	gets(s, "rob", "stranger"); /* of whoever claims another envelope; Eve hears nothing */
	quiet(s);
	str_free(&subject);
	str_free(&body);
	free(fields);
	free(to);
	end_unmoved(s, before);
}

static void our_message_id_in_the_references_is_a_token_of_no_use_to_others(void **state)
{
	(void)state;
	char *before;
	struct story *s = rob_is_asked(&before);
	struct str more;
	str_init(&more, 4096);
	const char *id = last_sent(s, "rob", "ask")->mail->message_id;
	str_addf(&more, "In-Reply-To: %s\r\nReferences: %s\r\n" PLAIN, id, id);
	attack(s, "eve@evil.test", GATEWAY, more.text, "ACCEPT");
	gets(s, "rob", "stranger");
	quiet(s);
	str_free(&more);
	end_unmoved(s, before);
}

static void a_prefilled_answer_tapped_by_another_is_nothing(void **state)
{
	(void)state;
	char *before;
	struct story *s = rob_is_asked(&before);
	char *to = reply_address(s);
	struct str fields;
	str_init(&fields, 4096);
	str_addf(&fields, "From: eve@evil.test\r\nTo: %s\r\nSubject: ACCEPT\r\n" PLAIN, to);
	mail(s, fields.text, "");
	gets(s, "rob", "stranger");
	quiet(s);
	str_free(&fields);
	free(to);
	end_unmoved(s, before);
}

static void with_a_believed_server_a_forged_sender_with_the_token_is_asked_back(void **state)
{
	(void)state;
	static const char *const results[] = {
		NULL, /* none at all */
		"Authentication-Results: mx.gw.test; dmarc=fail header.from=rob.test",
		"Authentication-Results: mx.gw.test; dmarc=pass header.from=evil.test",
		"Authentication-Results: mx.evil.test; dmarc=pass header.from=rob.test",
		/* the forger's own below the server's */
		"Authentication-Results: mx.gw.test; dmarc=fail header.from=rob.test\r\n"
		"Authentication-Results: mx.gw.test; dmarc=pass header.from=rob.test",
		"Authentication-Results: mx.gw.test (dmarc=pass header.from=rob.test); dmarc=none",
		"Authentication-Results: mx.gw.test; dmarc=fail reason=\"dmarc=pass "
		"header.from=rob.test\"",
		"Authentication-Results: mx.gw.test; spf=pass smtp.mailfrom=evil.test; "
		"dkim=pass header.d=evil.test",
	};
	for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
		char *before;
		struct story *s = rob_is_asked(&before);
		s->gateway.authserv_id = OWN("mx.gw.test");
		s->header = results[i];
		answers_from(s, "rob@rob.test", "rob", "ask", "ACCEPT");
		gets(s, "rob", "confirm"); /* to the known address, nobody else */
		quiet(s);
		s->header = NULL;
		s->gateway.authserv_id = NULL;
		end_unmoved(s, before);
	}
}

static void a_used_token_does_nothing_more(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "ACCEPT");
	gets(s, "rob", "noted");
	gets(s, "dora", "ask");
	char *before = state_of(s);
	/* Once more, by Rob and by whoever read his mail. */
	answers(s, "rob", "ask", "ACCEPT");
	says(gets(s, "rob", "noted"), "already closed");
	answers_from(s, "eve@evil.test", "rob", "ask", "ACCEPT");
	gets(s, "rob", "stranger");
	quiet(s);
	char *after = state_of(s);
	assert_string_equal(before, after);
	free(after);
	/* After the end of it all. */
	answers(s, "alice", "receipt", "WITHDRAW");
	gets(s, "alice", "withdrawn");
	gets(s, "dora", "moot");
	free(before);
	before = state_of(s);
	answers(s, "dora", "ask", "ACCEPT");
	gets(s, "dora", "noted");
	answers_from(s, "eve@evil.test", "dora", "ask", "ACCEPT");
	gets(s, "dora", "stranger");
	quiet(s);
	after = state_of(s);
	assert_string_equal(before, after);
	free(before);
	free(after);
	story_end(s);
}

static void a_token_of_one_introduction_opens_no_other(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	asks_for(s, "karl", "Introduction to Dora Person", "Dear Dora");
	gets(s, "karl", "receipt");
	for (size_t i = 0; i < s->sent_count; i++)
		s->sent[i].seen = true;
	/* Alice's receipt names her introduction; its token says nothing for Rob. */
	char *before = state_of(s),
	     *to = field(last_sent(s, "alice", "receipt")->octets, "Reply-To");
	attack(s, "rob@rob.test", to, PLAIN, "WITHDRAW");
	gets(s, "alice", "stranger");
	quiet(s);
	char *after = state_of(s);
	assert_string_equal(before, after);
	free(before);
	free(after);
	free(to);
	story_end(s);
}

static void a_made_up_bounce_moves_nothing(void **state)
{
	(void)state;
	char *before;
	struct story *s = rob_is_asked(&before);
	static const char body[] =
		"--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n--b\r\n"
		"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.rob.test\r\n\r\n"
		"Final-Recipient: rfc822; rob@rob.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
		"--b--\r\n";
	attack(s, "MAILER-DAEMON@mx.rob.test",
	       "intro+bounce-aaaaaaaaaaaaaaaaaaaaaaaaaa@gw.test",
	       "MIME-Version: 1.0\r\n"
	       "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"",
	       body);
	attack(s, "MAILER-DAEMON@mx.rob.test", GATEWAY,
	       "MIME-Version: 1.0\r\n"
	       "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"",
	       body);
	quiet(s);
	end_unmoved(s, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(somebody_in_copy_answers_to_all),
		cmocka_unit_test(who_was_forwarded_the_ask_answers),
		cmocka_unit_test(the_ask_forwarded_as_an_attachment_is_no_answer),
		cmocka_unit_test(an_assistant_is_not_the_asked_person),
		cmocka_unit_test(a_token_in_a_quotation_or_a_subject_is_only_text),
		cmocka_unit_test(our_message_id_in_the_references_is_a_token_of_no_use_to_others),
		cmocka_unit_test(a_prefilled_answer_tapped_by_another_is_nothing),
		cmocka_unit_test(
			with_a_believed_server_a_forged_sender_with_the_token_is_asked_back),
		cmocka_unit_test(a_used_token_does_nothing_more),
		cmocka_unit_test(a_token_of_one_introduction_opens_no_other),
		cmocka_unit_test(a_made_up_bounce_moves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
