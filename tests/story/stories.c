/* Introductions told in mails and days, in the club (story/club.h). */
#include "story/club.h"
#include "turn/inside.h"

static void a_decline_is_repaired_and_both_are_put_in_touch(void **state)
{
	(void)state;
	struct story *s = under_way();
	struct sent *ask = gets(s, "rob", "ask");
	says(ask, "Alice Person");
	says(ask, "Dora Person");
	says(ask, "A quarter of an hour, please.");
	answers(s, "rob", "ask", "ACCEPT\n\nAlice keeps her promises.");
	says(gets(s, "rob", "noted"), "Dora Person");
	says(gets(s, "dora", "ask"), "Alice keeps her promises.");
	answers(s, "dora", "ask", "DECLINE\n\nI owe Tara a favour already.");
	gets(s, "dora", "noted");
	/* Rob's yes was for Dora: he is asked before Hugo is. */
	struct sent *instead = gets(s, "rob", "instead");
	says(instead, "Hugo Person");
	says(instead, "Alice keeps her promises.");
	hides(instead, "favour");
	answers(s, "rob", "instead", "Yes, with pleasure");
	gets(s, "rob", "noted");
	says(gets(s, "hugo", "ask"), "Alice keeps her promises.");
	answers(s, "hugo", "ask", "ACCEPT");
	gets(s, "hugo", "noted");
	struct sent *target = gets(s, "tara", "ask_target");
	says(target, "Alice Person");
	hides(target, "alice@alice.test");
	quiet(s);
	answers(s, "tara", "ask_target", "Accept");
	struct sent *both = gets(s, "alice", "introduce");
	says(both, "tara@tara.test");
	says(gets(s, "tara", "introduce"), "alice@alice.test");
	assert_int_equal(both->mail->recipient_count, 2);
	gets(s, "rob", "thanks");
	gets(s, "hugo", "thanks");
	quiet(s);
	state_is(s, 1, "introduced");
	story_end(s);
}

static void silence_is_reminded_twice_then_another_way_is_taken(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	days(s, 2);
	quiet(s);
	days(s, 2); /* Friday: the third working day was Thursday noon */
	says(gets(s, "rob", "reminder"), "A quarter of an hour, please.");
	days(s, 4); /* Monday noon is the fifth */
	gets(s, "rob", "reminder");
	gets(s, "alice", "progress"); /* her day of news */
	quiet(s);
	days(s, 2); /* Wednesday noon is the seventh */
	says(gets(s, "karl", "ask"), "Lena Person");
	quiet(s);
	/* Late, and still of use: kept for a repair. */
	answers(s, "rob", "ask", "ACCEPT");
	gets(s, "rob", "noted");
	quiet(s);
	answers(s, "karl", "ask", "DECLINE");
	gets(s, "karl", "noted");
	says(gets(s, "dora", "ask"), "Rob Person");
	quiet(s);
	story_end(s);
}

static void an_ask_that_is_refused_by_the_server_goes_another_way_at_once(void **state)
{
	(void)state;
	struct story *s = club();
	s->refuse = "rob";
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "receipt");
	gets(s, "karl", "ask");
	quiet(s);
	story_end(s);
}

static void a_bounce_goes_another_way_at_once(void **state)
{
	(void)state;
	struct story *s = under_way();
	struct sent *ask = gets(s, "rob", "ask");
	struct str dsn;
	assert_non_null(strstr(ask->reverse_path, "intro+bounce-"));
	str_init(&dsn, 1 << 20);
	str_addf(
		&dsn,
		"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.rob.test\r\nTo: %s\r\n"
		"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <dsn1@mx.rob.test>\r\n"
		"MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n"
		"--b\r\nContent-Type: text/plain\r\n\r\nThe mail could not be delivered.\r\n"
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.rob.test\r\n\r\n"
		"Final-Recipient: rfc822; rob@rob.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"
		"Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b--\r\n",
		ask->reverse_path);
	arrives(s, dsn.text);
	gets(s, "karl", "ask");
	quiet(s);
	/* The same report again, as after a restored mailbox: nothing more happens. */
	assert_int_equal(arrives(s, dsn.text), RC_NONE);
	quiet(s);
	str_free(&dsn);
	story_end(s);
}

static void a_delay_notice_changes_nothing(void **state)
{
	(void)state;
	struct story *s = under_way();
	struct sent *ask = gets(s, "rob", "ask");
	struct str dsn;
	str_init(&dsn, 1 << 20);
	str_addf(
		&dsn,
		"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.rob.test\r\nTo: %s\r\nSubject: Delayed Mail\r\n"
		"Message-ID: <dsn2@mx.rob.test>\r\nMIME-Version: 1.0\r\n"
		"Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n"
		"--b\r\nContent-Type: text/plain\r\n\r\nStill trying.\r\n"
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.rob.test\r\n\r\n"
		"Final-Recipient: rfc822; rob@rob.test\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n--b--\r\n",
		ask->reverse_path);
	arrives(s, dsn.text);
	quiet(s);
	answers(s, "rob", "ask", "ACCEPT");
	gets(s, "rob", "noted");
	gets(s, "dora", "ask");
	str_free(&dsn);
	story_end(s);
}

static void a_leaked_token_does_nothing_and_only_the_asked_person_hears_of_it(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers_from(s, "eve@evil.test", "rob", "ask", "ACCEPT");
	says(gets(s, "rob", "stranger"), "eve@evil.test");
	quiet(s);
	answers_from(s, "karl@karl.test", "rob", "ask", "DECLINE");
	gets(s, "rob", "stranger");
	quiet(s);
	state_is(s, 1, "asking");
	answers(s, "rob", "stranger", "ACCEPT");
	gets(s, "rob", "noted");
	gets(s, "dora", "ask");
	quiet(s);
	story_end(s);
}

static void a_flood_with_a_leaked_token_is_bounded(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	s->gateway.answers_per_day = 5;
	for (int i = 0; i < 30; i++)
		answers_from(s, "eve@evil.test", "rob", "ask", i % 2 ? "ACCEPT" : "DECLINE");
	for (int i = 0; i < 5; i++)
		gets(s, "rob", "stranger");
	quiet(s);
	state_is(s, 1, "asking");
	story_end(s);
}

static void a_forged_from_without_the_token_only_brings_a_question(void **state)
{
	(void)state;
	struct story *s = under_way();
	struct sent *ask = gets(s, "rob", "ask");
	struct why why;
	must(store_begin(s->store, &why), &why);
	struct str text;
	str_init(&text, 200);
	str_addf(&text, "Re: %s", intro_get(s->store, 1)->reference);
	store_rollback(s->store);
	(void)ask;
	writes(s, "rob", text.text, "ACCEPT");
	gets(s, "rob", "confirm");
	quiet(s);
	/* The real Rob says yes to "was this you?": only now the answer counts. */
	answers(s, "rob", "confirm", "Yes");
	gets(s, "rob", "noted");
	gets(s, "dora", "ask");
	quiet(s);
	str_free(&text);
	story_end(s);
}

static void an_unknown_sender_gets_nothing(void **state)
{
	(void)state;
	struct story *s = club();
	writes_from(s, "eve@evil.test", GATEWAY, "Introduction to Tara Person", "please");
	writes_from(s, "eve@evil.test", GATEWAY, "HELP", "HELP");
	writes_from(s, "alice@alice.test, rob@rob.test", GATEWAY, "Introduction to Tara Person",
	            "please");
	quiet(s);
	story_end(s);
}

static void a_request_needs_a_yes_to_was_this_you(void **state)
{
	(void)state;
	struct story *s = club();
	writes(s, "alice", "Introduction to Tara Person", "Dear Tara, please.");
	says(gets(s, "alice", "confirm"), "Introduction to Tara Person");
	quiet(s);
	answers(s, "alice", "confirm", "No, that was not me!");
	gets(s, "alice", "help");
	quiet(s);
	/* The token is used up. */
	answers(s, "alice", "confirm", "Yes");
	gets(s, "alice", "status");
	quiet(s);
	state_is(s, 1, NULL);
	story_end(s);
}

static void with_a_believed_server_an_aligned_request_goes_at_once(void **state)
{
	(void)state;
	struct story *s = club();
	s->gateway.authserv_id = OWN("mx.gw.test");
	s->header = "Authentication-Results: mx.gw.test; dmarc=pass header.from=alice.test";
	writes(s, "alice", "Introduction to Tara Person", "Dear Tara, please.");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	quiet(s);
	story_end(s);
}

static void with_a_believed_server_a_forged_request_brings_one_question_a_day(void **state)
{
	(void)state;
	struct story *s = club();
	s->gateway.authserv_id = OWN("mx.gw.test");
	s->header = "Authentication-Results: mx.gw.test; dmarc=fail header.from=alice.test";
	for (int i = 0; i < 5; i++)
		writes(s, "alice", "Introduction to Tara Person", i % 2 ? "please" : "now");
	gets(s, "alice", "confirm");
	quiet(s);
	days(s, 2);
	s->header = "Authentication-Results: mx.evil.test; dmarc=pass header.from=alice.test";
	writes(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "confirm");
	quiet(s);
	story_end(s);
}

static void of_several_with_that_name_one_is_chosen_by_number(void **state)
{
	(void)state;
	struct story *s = club();
	struct why why;
	int64_t id;
	struct member other = { .name = "Tara Person-Smith",
		                .address = "smith@smith.test",
		                .firm = "Smith Ltd",
		                .language = "en",
		                .state = MEMBER_KNOWN,
		                .added_at = MONDAY };
	must(store_begin(s->store, &why), &why);
	must(member_add(s->store, &other, &id, &why), &why);
	must(store_commit(s->store, &why), &why);
	asks_for(s, "alice", "Introduction to Tara", "Dear Tara, please.");
	struct sent *choice = gets(s, "alice", "choice");
	says(choice, "Tara Ltd");
	says(choice, "Smith Ltd");
	hides(choice, "tara@tara.test");
	quiet(s);
	answers(s, "alice", "choice", "1");
	gets(s, "alice", "receipt");
	says(gets(s, "rob", "ask"), "Dear Tara, please.");
	quiet(s);
	story_end(s);
}

static void no_way_and_nobody_read_the_same(void **state)
{
	(void)state;
	struct story *s = club();
	person(s, "zoe"); /* a member nobody knows */
	asks_for(s, "alice", "Introduction to zoe@zoe.test", "Dear Zoe");
	struct sent *no_way = gets(s, "alice", "noway");
	asks_for(s, "alice", "Introduction to nob@nob.test", "Dear Nob");
	struct sent *nobody = gets(s, "alice", "noway");
	char *a = strstr(no_way->mail->text, "zoe@zoe.test"),
	     *b = strstr(nobody->mail->text, "nob@nob.test");
	assert_non_null(a);
	assert_non_null(b);
	memcpy(a, "nob@nob.test", 12);
	while ((a = strstr(no_way->mail->text, "zoe@zoe.test")) != NULL)
		memcpy(a, "nob@nob.test", 12);
	assert_string_equal(no_way->mail->text, nobody->mail->text);
	story_end(s);
}

static void a_withdrawal_ends_it_and_the_open_ask_is_called_off(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers(s, "alice", "receipt", "WITHDRAW");
	gets(s, "alice", "withdrawn");
	gets(s, "rob", "moot");
	quiet(s);
	state_is(s, 1, "withdrawn");
	answers(s, "rob", "ask", "ACCEPT");
	says(gets(s, "rob", "noted"), "Tara Person");
	quiet(s);
	story_end(s);
}

static void a_question_goes_to_the_requester_and_its_answer_into_the_same_ask(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "What exactly does Alice want to sell to her?");
	gets(s, "rob", "noted");
	struct sent *question = gets(s, "alice", "question");
	says(question, "What exactly does Alice want to sell");
	quiet(s);
	answers(s, "alice", "question", "A sensor without a battery.");
	gets(s, "alice", "status");
	says(gets(s, "rob", "answer"), "A sensor without a battery.");
	quiet(s);
	answers(s, "rob", "answer", "ACCEPT");
	gets(s, "rob", "noted");
	gets(s, "dora", "ask");
	quiet(s);
	story_end(s);
}

static void not_now_is_asked_again_on_the_day_that_was_named(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "NOT NOW, ask me again on 10 June 2026 please");
	says(gets(s, "rob", "noted"), "10 June");
	quiet(s);
	days(s, 8);
	gets(s, "alice", "progress");
	quiet(s);
	days(s, 2);
	gets(s, "rob", "ask");
	quiet(s);
	story_end(s);
}

static void an_absence_note_with_a_date_moves_the_reminder(void **state)
{
	(void)state;
	struct story *s = under_way();
	struct sent *ask = gets(s, "rob", "ask");
	struct str note;
	str_init(&note, 10000);
	str_addf(
		&note,
		"From: rob@rob.test\r\nTo: %s\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied\r\n"
		"Message-ID: <away@rob.test>\r\nIn-Reply-To: %s\r\nDate: Mon, 1 Jun 2026 10:00:00 +0200\r\n\r\n"
		"I am away and will be back on 15 June 2026.\r\n",
		GATEWAY, ask->mail->message_id);
	arrives(s, note.text);
	days(s, 16);
	gets(s, "alice", "progress");
	gets(s, "alice", "progress");
	quiet(s);
	days(s, 2); /* back on Monday the 15th; the third working day from there */
	gets(s, "rob", "reminder");
	quiet(s);
	str_free(&note);
	story_end(s);
}

static void a_second_thought_is_kept_and_a_thank_you_starts_nothing(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "DECLINE");
	gets(s, "rob", "noted");
	gets(s, "karl", "ask");
	answers(s, "rob", "noted", "ACCEPT");
	gets(s, "rob", "noted");
	answers(s, "karl", "ask", "DECLINE");
	gets(s, "karl", "noted");
	says(gets(s, "dora", "ask"), "Rob Person"); /* his yes is used after all */
	answers(s, "karl", "noted", "Thank you!");
	gets(s, "karl", "noted");
	quiet(s);
	state_is(s, 1, "asking");
	story_end(s);
}

static void who_says_stop_is_never_written_to_again(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "STOP");
	gets(s, "rob", "noted");
	gets(s, "karl", "ask");
	quiet(s);
	answers(s, "karl", "ask", "DECLINE");
	gets(s, "karl", "noted");
	days(s, 59);
	for (size_t i = 0; i < s->sent_count; i++)
		assert_true(s->sent[i].seen || strcmp(s->sent[i].who, "rob") != 0);
	story_end(s);
}

static void nobody_who_declines_is_found_out(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "DECLINE");
	gets(s, "rob", "noted");
	gets(s, "karl", "ask");
	answers(s, "karl", "ask", "DECLINE, she is unbearable");
	gets(s, "karl", "noted");
	/* No way is left; Alice hears of it on her day of news, and STATUS does not betray it. */
	state_is(s, 1, "failed");
	quiet(s);
	answers(s, "alice", "receipt", "STATUS");
	struct sent *status = gets(s, "alice", "status");
	hides(status, "Rob");
	days(s, 8);
	struct sent *failed = gets(s, "alice", "failed");
	hides(failed, "Rob");
	hides(failed, "Karl");
	hides(failed, "unbearable");
	quiet(s);
	story_end(s);
}

static void the_target_declines_quietly(void **state)
{
	(void)state;
	struct story *s = club();
	knows(s, "alice", "tara", 1);
	s->gateway.max_hops = 1;
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "receipt");
	gets(s, "tara", "ask_target");
	answers(s, "tara", "ask_target", "DECLINE");
	gets(s, "tara", "noted");
	quiet(s);
	state_is(s, 1, "failed");
	for (size_t i = 0; i < s->sent_count; i++)
		if (strcmp(s->sent[i].who, "alice") == 0)
			hides(&s->sent[i], "tara@tara.test");
	story_end(s);
}

static void unclear_words_are_asked_back_and_never_a_yes(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "Hm, interesting.");
	says(gets(s, "rob", "unclear"), "Hm, interesting.");
	quiet(s);
	state_is(s, 1, "asking");
	answers(s, "rob", "ask", "");
	gets(s, "rob", "unclear");
	quiet(s);
	story_end(s);
}

static void limits_are_told_with_their_number(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	asks_for(s, "alice", "Introduction to Tara Person", "again");
	gets(s, "alice", "refused");
	quiet(s);
	s->gateway.open_per_requester = 1;
	asks_for(s, "alice", "Introduction to Lena Person", "Dear Lena");
	says(gets(s, "alice", "refused"), "1");
	quiet(s);
	story_end(s);
}

static void a_busy_relay_is_spared(void **state)
{
	(void)state;
	struct story *s = club();
	person(s, "bea");
	knows(s, "bea", "rob", 4);
	knows(s, "bea", "karl", 2);
	s->gateway.asks_per_month = 1;
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	asks_for(s, "bea", "Introduction to Tara Person", "Dear Tara");
	gets(s, "bea", "receipt");
	gets(s, "karl", "ask");
	quiet(s);
	story_end(s);
}

static void the_routing_file_is_mapped_and_a_new_link_counts_at_once(void **state)
{
	(void)state;
	struct story *s = club();
	struct why why;
	must(store_look(s->store, &why), &why);
	must(turn_network_build(&s->turn, &why), &why);
	store_rollback(s->store);
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	assert_true(network_generation(s->turn.network) > 0);
	knows(s, "karl", "hugo", 4); /* after the building */
	asks_for(s, "karl", "Introduction to Hugo Person", "Dear Hugo");
	gets(s, "karl", "receipt");
	says(gets(s, "hugo", "ask_target"), "Karl Person");
	assert_true(network_generation(s->turn.network) > 0);
	/* A damaged file is told and built anew, in memory. */
	struct str path;
	str_init(&path, 200);
	str_addf(&path, "%s/routing", s->folder);
	assert_int_equal(truncate(path.text, 40), 0);
	turn_network_renew(&s->turn);
	asks_for(s, "lena", "Introduction to Rob Person", "Dear Rob");
	gets(s, "lena", "receipt");
	assert_int_equal(network_generation(s->turn.network), 0);
	str_free(&path);
	story_end(s);
}

static void the_deadline_is_an_honest_end(void **state)
{
	(void)state;
	struct story *s = club();
	s->gateway.deadline_s = 5 * 86400;
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	days(s, 6);
	gets(s, "rob", "reminder");
	gets(s, "alice", "failed");
	quiet(s);
	state_is(s, 1, "failed");
	story_end(s);
}

static void each_reads_their_own_language_and_the_last_mail_both(void **state)
{
	(void)state;
	struct story *s = story_new();
	person_in(s, "alice", "fr", MEMBER_MEMBER);
	person_in(s, "rob", "en", MEMBER_MEMBER);
	person_in(s, "tara", "de", MEMBER_MEMBER);
	knows(s, "alice", "rob", 4);
	knows(s, "rob", "tara", 4);
	asks_for(s, "alice", "Mise en relation avec Tara Person", "Ch\xc3\xa8re Tara");
	says(gets(s, "alice", "receipt"), "Bonjour");
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "ACCEPT");
	gets(s, "rob", "noted");
	says(gets(s, "tara", "ask_target"), "Guten Tag");
	answers(s, "tara", "ask_target", "Annehmen");
	struct sent *both = gets(s, "alice", "introduce");
	says(both, "Bonjour");
	says(both, "Guten Tag");
	story_end(s);
}

static const struct message_attachment *offer_file(const struct sent *sent)
{
	const struct message *m = sent->mail;
	for (size_t i = 0; i < m->attachment_count; i++)
		if (strcmp(m->attachments[i].name, "offer.txt") == 0)
			return &m->attachments[i];
	return NULL;
}

/* 50,000 characters: shortened in the text, whole beside it, for relays too. */
static void a_long_offer_is_shortened_and_attached_whole(void **state)
{
	(void)state;
	struct story *s = club();
	struct str offer;
	str_init(&offer, 1 << 20);
	for (int i = 1; offer.len < 50000; i++)
		str_addf(&offer, "Satz %d: wir können mehr erzählen, als sonst.%s", i,
		         i % 9 == 0 ? "\n\n" : " ");
	str_add(&offer, "And this is the very end of it all");
	asks_for(s, "alice", "Introduction to Tara Person", offer.text);
	gets(s, "alice", "receipt");
	struct sent *ask = gets(s, "rob", "ask");
	const struct message_attachment *file = offer_file(ask);
	assert_non_null(file);
	assert_in_range(file->len, 45000, 60000);
	assert_non_null(strstr(file->octets, "the very end of it all"));
	assert_non_null(strstr(ask->octets, "text/plain; charset=utf-8\r\n"
	                                    "Content-Disposition: attachment"));
	assert_null(strstr(ask->mail->text, "the very end of it all"));
	assert_in_range(strlen(ask->mail->text), 1200, 4000);
	says(ask, "[...]");
	says(ask, "attached");
	answers(s, "rob", "ask", "ACCEPT");
	answers(s, "dora", "ask", "ACCEPT");
	assert_non_null(offer_file(last_sent(s, "dora", "ask")));
	assert_non_null(offer_file(last_sent(s, "tara", "ask_target")));
	answers(s, "tara", "ask_target", "NOT NOW");
	days(s, 14);
	str_free(&offer);
	story_end(s);
}

static void machines_are_never_answered_and_never_a_verdict(void **state)
{
	(void)state;
	struct story *s = under_way();
	struct sent *ask = gets(s, "rob", "ask");
	char *to = field(ask->octets, "Reply-To");
	static const char *const marks[] = {
		"Auto-Submitted: auto-replied", "List-Id: <news.test>\r\nPrecedence: list",
		"Auto-Submitted: auto-generated",
	};
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		s->header = marks[i];
		writes_from(s, "rob@rob.test", to, "Re: your mail", "ACCEPT");
	}
	quiet(s);
	state_is(s, 1, "asking");
	free(to);
	story_end(s);
}

static void a_broken_mail_is_set_aside_and_the_next_goes_on(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	arrives(s, "\x01\x02\x03 this is no mail at all");
	quiet(s);
	answers(s, "rob", "ask", "ACCEPT");
	gets(s, "rob", "noted");
	gets(s, "dora", "ask");
	story_end(s);
}

static void an_alarm_reaches_the_admins_who_need_not_be_members(void **state)
{
	(void)state;
	struct story *s = story_new();
	struct why why;
	static char *admins[] = { OWN("boss@admins.test"), OWN("rob@rob.test") };
	s->gateway.admins = admins;
	s->gateway.admin_count = 2;
	person_in(s, "rob", "fr", MEMBER_STOPPED); /* STOP is a member's word, not an admin's */
	person(s, "alice");
	must(store_begin(s->store, &why), &why);
	assert_true(turn_alarm(&s->turn, NULL, "The disk is nearly full", "64 MiB free\n"));
	must(store_commit(s->store, &why), &why);
	post(s);
	struct sent *boss = gets(s, "boss", "alarm"), *rob = gets(s, "rob", "alarm");
	says(boss, "The disk is nearly full");
	says(boss, "Hello, The disk");
	says(boss, "64 MiB free");
	says(rob, "Hello Rob,"); /* the gateway's language, not his */
	assert_null(strstr(boss->octets, "List-Unsubscribe"));
	quiet(s);
	story_end(s);
}

static size_t alarm_at(struct story *s, const char *lines)
{
	struct why why;
	size_t before = s->sent_count;
	must(store_begin(s->store, &why), &why);
	turn_alarm(&s->turn, "texts", NULL, lines);
	must(store_commit(s->store, &why), &why);
	post(s);
	return s->sent_count - before;
}

static void the_admins_hear_of_a_flaw_once_a_day(void **state)
{
	(void)state;
	struct story *s = story_new();
	static char *admins[] = { OWN("boss@admins.test") };
	struct str many;
	assert_int_equal(alarm_at(s, "a:1:1: none is configured\n"), 0);
	s->gateway.admins = admins;
	s->gateway.admin_count = 1;
	assert_int_equal(alarm_at(s, "en/ask.txt:4:1: broken\n"), 1);
	assert_int_equal(alarm_at(s, "en/ask.txt:4:1: broken\n"), 0);
	assert_int_equal(alarm_at(s, "en/ask.txt:4:1: broken\nfr/ask.txt:1:1: too\n"), 1);
	assert_null(strstr(last_sent(s, "boss", "alarm")->mail->text, "en/ask.txt"));
	assert_non_null(strstr(last_sent(s, "boss", "alarm")->mail->text, "fr/ask.txt:1:1: too"));
	days(s, 1);
	assert_int_equal(alarm_at(s, "en/ask.txt:4:1: broken\n"), 1); /* still, the next day */
	str_init(&many, 10000);
	for (int i = 0; i < 60; i++)
		str_addf(&many, "en/ask.txt:%d:1: broken\n", 100 + i);
	assert_int_equal(alarm_at(s, many.text), 1);
	assert_int_equal(alarm_at(s, "something else\n"), 0); /* enough for today */
	str_free(&many);
	story_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_decline_is_repaired_and_both_are_put_in_touch),
		cmocka_unit_test(silence_is_reminded_twice_then_another_way_is_taken),
		cmocka_unit_test(an_ask_that_is_refused_by_the_server_goes_another_way_at_once),
		cmocka_unit_test(a_bounce_goes_another_way_at_once),
		cmocka_unit_test(a_delay_notice_changes_nothing),
		cmocka_unit_test(a_leaked_token_does_nothing_and_only_the_asked_person_hears_of_it),
		cmocka_unit_test(a_flood_with_a_leaked_token_is_bounded),
		cmocka_unit_test(a_forged_from_without_the_token_only_brings_a_question),
		cmocka_unit_test(an_unknown_sender_gets_nothing),
		cmocka_unit_test(a_request_needs_a_yes_to_was_this_you),
		cmocka_unit_test(with_a_believed_server_an_aligned_request_goes_at_once),
		cmocka_unit_test(with_a_believed_server_a_forged_request_brings_one_question_a_day),
		cmocka_unit_test(of_several_with_that_name_one_is_chosen_by_number),
		cmocka_unit_test(no_way_and_nobody_read_the_same),
		cmocka_unit_test(a_withdrawal_ends_it_and_the_open_ask_is_called_off),
		cmocka_unit_test(a_question_goes_to_the_requester_and_its_answer_into_the_same_ask),
		cmocka_unit_test(not_now_is_asked_again_on_the_day_that_was_named),
		cmocka_unit_test(an_absence_note_with_a_date_moves_the_reminder),
		cmocka_unit_test(a_second_thought_is_kept_and_a_thank_you_starts_nothing),
		cmocka_unit_test(who_says_stop_is_never_written_to_again),
		cmocka_unit_test(nobody_who_declines_is_found_out),
		cmocka_unit_test(the_target_declines_quietly),
		cmocka_unit_test(unclear_words_are_asked_back_and_never_a_yes),
		cmocka_unit_test(limits_are_told_with_their_number),
		cmocka_unit_test(a_busy_relay_is_spared),
		cmocka_unit_test(the_routing_file_is_mapped_and_a_new_link_counts_at_once),
		cmocka_unit_test(the_deadline_is_an_honest_end),
		cmocka_unit_test(each_reads_their_own_language_and_the_last_mail_both),
		cmocka_unit_test(a_long_offer_is_shortened_and_attached_whole),
		cmocka_unit_test(machines_are_never_answered_and_never_a_verdict),
		cmocka_unit_test(a_broken_mail_is_set_aside_and_the_next_goes_on),
		cmocka_unit_test(an_alarm_reaches_the_admins_who_need_not_be_members),
		cmocka_unit_test(the_admins_hear_of_a_flaw_once_a_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
