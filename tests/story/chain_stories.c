/* Somebody else instead, straight to the target, credit, rivals and an approver: what
 * bends the way of an introduction. In the club (story/club.h). */
#include "story/club.h"

#include "store/rules.h"

static void rule(struct story *s, const char *who, enum rules_direct direct, const char *refuses)
{
	struct why why;
	must(store_begin(s->store, &why), &why);
	struct rules rules = rules_get(s->store, id_of(s, who));
	rules.direct = direct;
	rules.refuses = refuses;
	rules_put(s->store, id_of(s, who), &rules);
	must(store_commit(s->store, &why), &why);
}

/* --- ask her instead ------------------------------------------------------------------ */

static void who_is_suggested_is_asked_next_and_told_by_whom(void **state)
{
	(void)state;
	struct story *s = under_way();
	says(gets(s, "rob", "ask"), "say the idea is yours");
	answers(s, "rob", "ask", "ASK Hugo Person INSTEAD");
	says(gets(s, "rob", "noted"), "If we can reach Hugo Person");
	struct sent *ask = gets(s, "hugo", "ask");
	says(ask, "Rob Person advised us to turn to you");
	quiet(s);
	answers(s, "hugo", "ask", "ACCEPT\n\nShe is worth an hour.");
	gets(s, "hugo", "noted");
	struct sent *target = gets(s, "tara", "ask_target");
	says(target, "Hugo Person, who passes this request to you");
	hides(target, "Rob Person"); /* who vouched for nothing */
	answers(s, "tara", "ask_target", "ACCEPT");
	gets(s, "alice", "introduce");
	story_end(s);
}

static void somebody_without_a_known_way_may_know_one(void **state)
{
	(void)state;
	struct story *s = club();
	person(s, "zoe"); /* a member whom nothing links to tara */
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "ASK zoe@zoe.test INSTEAD");
	gets(s, "rob", "noted");
	says(gets(s, "zoe", "ask"), "You know Tara.");
	answers(s, "zoe", "ask", "ACCEPT");
	gets(s, "zoe", "noted");
	gets(s, "tara", "ask_target");
	quiet(s);
	story_end(s);
}

static void nobody_learns_who_is_a_member_by_suggesting(void **state)
{
	(void)state;
	static const char *const names[] = { "Hugo Person", "Anna Bertram" };
	char *texts[2];
	for (int i = 0; i < 2; i++) {
		struct story *s = under_way();
		struct str answer;
		gets(s, "rob", "ask");
		str_init(&answer, 100);
		str_addf(&answer, "ASK %s INSTEAD", names[i]);
		answers(s, "rob", "ask", answer.text);
		struct sent *noted = gets(s, "rob", "noted");
		char *said = unwrapped(noted->mail->text), *name = strstr(said, names[i]);
		assert_non_null(name);
		*strstr(name, "Ref.") = '\0'; /* each introduction has its own */
		texts[i] = mem_text(name + strlen(names[i]));
		free(said);
		str_free(&answer);
		if (i == 1)
			gets(s, "karl", "ask"); /* a no, then: another way */
		story_end(s);
	}
	assert_string_equal(texts[0], texts[1]);
	free(texts[0]);
	free(texts[1]);
}

static void a_suggestion_never_asks_the_requester_the_target_or_anybody_twice(void **state)
{
	(void)state;
	static const char *const named[] = { "Alice Person", "Tara Person", "Rob Person" };
	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
		struct story *s = under_way();
		struct str answer;
		gets(s, "rob", "ask");
		str_init(&answer, 100);
		str_addf(&answer, "ASK %s INSTEAD", named[i]);
		answers(s, "rob", "ask", answer.text);
		gets(s, "rob", "noted");
		gets(s, "karl", "ask");
		quiet(s);
		str_free(&answer);
		story_end(s);
	}
}

/* --- straight to the target ------------------------------------------------------------- */

static void who_allows_it_is_asked_directly_when_that_is_the_better_chance(void **state)
{
	(void)state;
	struct story *s = story_new();
	static const char *const people[] = { "alice", "rob", "tara" };
	for (int i = 0; i < 3; i++)
		person(s, people[i]);
	knows(s, "alice", "rob", 1);
	knows(s, "rob", "tara", 1);
	rule(s, "tara", DIRECT_YES, "");
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	says(gets(s, "alice", "receipt"), "takes requests without anybody between");
	says(gets(s, "tara", "ask_target"), "Alice doesn't have your address");
	quiet(s);
	answers(s, "tara", "ask_target", "ACCEPT");
	gets(s, "alice", "introduce");
	gets(s, "tara", "introduce");
	quiet(s); /* nobody between to be thanked */
	story_end(s);
}

static void through_people_stays_when_it_is_better_or_the_rule_says_so(void **state)
{
	(void)state;
	struct story *s = club();
	rule(s, "tara", DIRECT_YES, "");
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	hides(gets(s, "alice", "receipt"), "without anybody between");
	gets(s, "rob", "ask");
	quiet(s);
	story_end(s);
}

/* --- limits ---------------------------------------------------------------------------------- */

static void a_kind_that_is_refused_goes_around_and_never_there(void **state)
{
	(void)state;
	struct story *s = club();
	rule(s, "rob", DIRECT_PEOPLE, "job,sale");
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara, our product is new.");
	gets(s, "alice", "receipt");
	gets(s, "karl", "ask");
	rule(s, "dora", DIRECT_PEOPLE, "sale");
	asks_for(s, "karl", "Introduction to Dora Person", "Dear Dora, our product is new.");
	gets(s, "karl", "noway");
	story_end(s);
}

static void a_link_rests_after_three_declines_and_recovers_by_the_day(void **state)
{
	(void)state;
	static const char *const targets[] = { "Dora", "Hugo", "Tara" };
	struct story *s = club();
	s->gateway.asks_per_month = 100;
	s->gateway.cooldown_s = 0;
	for (int i = 0; i < 3; i++) {
		struct str subject;
		str_init(&subject, 100);
		str_addf(&subject, "Introduction to %s Person", targets[i]);
		asks_for(s, "alice", subject.text, "Dear you");
		gets(s, "alice", "receipt");
		gets(s, "rob", "ask");
		answers(s, "rob", "ask", "DECLINE");
		gets(s, "rob", "noted");
		str_free(&subject);
		for (size_t k = 0; k < s->sent_count; k++)
			s->sent[k].seen = true;
	}
	person(s, "zoe");
	knows(s, "rob", "zoe", 4);
	asks_for(s, "alice", "Introduction to Zoe Person", "Dear Zoe");
	gets(s, "alice", "noway"); /* the only way is through rob */
	for (size_t k = 0; k < s->sent_count; k++)
		s->sent[k].seen = true;
	days(s, 12);
	for (size_t k = 0; k < s->sent_count; k++)
		s->sent[k].seen = true;
	asks_for(s, "alice", "Introduction to Zoe Person", "Dear Zoe");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	story_end(s);
}

static void a_limit_says_until_when(void **state)
{
	(void)state;
	struct story *s = under_way();
	s->gateway.open_per_requester = 1;
	gets(s, "rob", "ask");
	asks_for(s, "alice", "Introduction to Hugo Person", "Dear Hugo");
	says(gets(s, "alice", "refused"), "on Friday 31 July at the latest");
	quiet(s);
	story_end(s);
}

static void rivals_are_told_to_the_admins_and_the_relays_only(void **state)
{
	(void)state;
	static char *admins[] = { OWN("boss@office.test") };
	struct story *s = under_way();
	s->gateway.admins = admins;
	s->gateway.admin_count = 1;
	hides(gets(s, "rob", "ask"), "Other members");
	asks_for(s, "hugo", "Introduction to Tara Person", "Dear Tara, from Hugo");
	hides(gets(s, "hugo", "receipt"), "Other members");
	struct sent *told = gets(s, "boss", "rivalry");
	says(told, "Alice Person");
	says(told, "Hugo Person asks to meet Tara Person");
	hides(gets(s, "tara", "ask_target"), "Other members");
	asks_for(s, "karl", "Introduction to Tara Person", "Dear Tara, from Karl");
	gets(s, "karl", "receipt");
	gets(s, "boss", "rivalry");
	says(gets(s, "alice", "ask"), "Other members of the network are trying to meet Tara");
	quiet(s);
	story_end(s);
}

/* --- an approver ---------------------------------------------------------------------------------
 */

static struct story *to_be_approved(void)
{
	struct story *s = club();
	s->gateway.approver = OWN("boss@boss.test");
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara, our product is new.");
	says(gets(s, "alice", "receipt"), "reads your request");
	says(gets(s, "boss", "approve"), "Alice Person");
	quiet(s); /* nobody else yet */
	return s;
}

static void nothing_starts_without_the_approvers_yes(void **state)
{
	(void)state;
	struct story *s = to_be_approved();
	answers_from(s, "eve@evil.test", "boss", "approve", "ACCEPT");
	gets(s, "boss", "stranger");
	quiet(s);
	answers(s, "boss", "approve", "Looks interesting.");
	says(gets(s, "boss", "approve"), "couldn't read");
	quiet(s);
	answers(s, "boss", "approve", "ACCEPT");
	says(gets(s, "boss", "approve_noted"), "goes out");
	gets(s, "rob", "ask");
	quiet(s);
	answers(s, "boss", "approve", "DECLINE");
	says(gets(s, "boss", "approve_noted"), "no longer waits");
	quiet(s);
	story_end(s);
}

static void the_approvers_no_reads_like_no_way(void **state)
{
	(void)state;
	struct story *s = to_be_approved();
	answers(s, "boss", "approve", "DECLINE");
	gets(s, "boss", "approve_noted");
	quiet(s);
	days(s, 8);
	hides(gets(s, "alice", "failed"), "Boss");
	quiet(s);
	story_end(s);
}

static void the_approvers_silence_is_no_yes(void **state)
{
	(void)state;
	struct story *s = to_be_approved();
	days(s, 4);
	says(gets(s, "boss", "approve"), "still waiting");
	days(s, 10);
	gets(s, "alice", "failed");
	quiet(s);
	state_is(s, 1, "failed");
	story_end(s);
}

static void a_request_that_waits_for_a_yes_can_be_withdrawn(void **state)
{
	(void)state;
	struct story *s = to_be_approved();
	answers(s, "alice", "receipt", "WITHDRAW");
	gets(s, "alice", "withdrawn");
	answers(s, "boss", "approve", "ACCEPT");
	gets(s, "boss", "approve_noted");
	quiet(s);
	state_is(s, 1, "withdrawn");
	story_end(s);
}

/* --- orders within an answer -------------------------------------------------------------------
 */

static void all_seen_by(struct story *s, const char *name)
{
	for (size_t i = 0; i < s->sent_count; i++)
		s->sent[i].seen = s->sent[i].seen || strcmp(s->sent[i].who, name) == 0;
}

static void pause_in_an_answer_pauses_all_and_another_way_is_taken(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "PAUSE until 2026-09-01");
	all_seen_by(s, "rob");
	gets(s, "karl", "ask");
	quiet(s);
	story_end(s);
}

static void never_in_an_answer_declines_that_persons_request(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "NEVER alice@alice.test");
	all_seen_by(s, "rob");
	gets(s, "karl", "ask");
	quiet(s);
	answers(s, "karl", "ask", "DECLINE");
	gets(s, "karl", "noted");
	quiet(s); /* never rob again, and no other way is left */
	story_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_suggested_is_asked_next_and_told_by_whom),
		cmocka_unit_test(somebody_without_a_known_way_may_know_one),
		cmocka_unit_test(nobody_learns_who_is_a_member_by_suggesting),
		cmocka_unit_test(a_suggestion_never_asks_the_requester_the_target_or_anybody_twice),
		cmocka_unit_test(who_allows_it_is_asked_directly_when_that_is_the_better_chance),
		cmocka_unit_test(through_people_stays_when_it_is_better_or_the_rule_says_so),
		cmocka_unit_test(a_kind_that_is_refused_goes_around_and_never_there),
		cmocka_unit_test(a_link_rests_after_three_declines_and_recovers_by_the_day),
		cmocka_unit_test(a_limit_says_until_when),
		cmocka_unit_test(rivals_are_told_to_the_admins_and_the_relays_only),
		cmocka_unit_test(nothing_starts_without_the_approvers_yes),
		cmocka_unit_test(the_approvers_no_reads_like_no_way),
		cmocka_unit_test(the_approvers_silence_is_no_yes),
		cmocka_unit_test(a_request_that_waits_for_a_yes_can_be_withdrawn),
		cmocka_unit_test(pause_in_an_answer_pauses_all_and_another_way_is_taken),
		cmocka_unit_test(never_in_an_answer_declines_that_persons_request),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
