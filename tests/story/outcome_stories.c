/* Some days after an introduction: did they meet, was it useful, who hears of it. */
#include "story/club.h"

/* Alice and Tara are in touch, through Rob and Dora. */
static struct story *arrived(void)
{
	struct story *s = under_way();
	gets(s, "rob", "ask");
	answers(s, "rob", "ask", "ACCEPT");
	gets(s, "rob", "noted");
	gets(s, "dora", "ask");
	answers(s, "dora", "ask", "ACCEPT");
	gets(s, "dora", "noted");
	gets(s, "tara", "ask_target");
	answers(s, "tara", "ask_target", "ACCEPT");
	gets(s, "alice", "introduce");
	gets(s, "tara", "introduce");
	gets(s, "rob", "thanks");
	gets(s, "dora", "thanks");
	quiet(s);
	return s;
}

static int trust(struct story *s, const char *from, const char *to)
{
	struct why why;
	struct link *links;
	int percent = -1;
	must(store_begin(s->store, &why), &why);
	int64_t a = id_of(s, from), b = id_of(s, to);
	size_t count = link_list(s->store, a, &links);
	for (size_t i = 0; i < count; i++)
		if (links[i].from == a && links[i].to == b)
			percent = links[i].percent;
	store_rollback(s->store);
	return percent;
}

static void both_are_asked_and_the_relays_hear_only_that_they_met(void **state)
{
	(void)state;
	struct story *s = arrived();
	int before = trust(s, "rob", "dora");
	days(s, 9);
	quiet(s);
	days(s, 2);
	says(gets(s, "alice", "outcome"), "Tara Person and you");
	struct sent *asked = gets(s, "tara", "outcome");
	says(asked, "Alice Person and you");
	hides(asked, "Rob Person");
	answers(s, "alice", "outcome", "Yes, a very fruitful hour about humidity.");
	gets(s, "alice", "outcome_noted");
	quiet(s); /* until tara has said hers */
	answers(s, "tara", "outcome", "YES");
	gets(s, "tara", "outcome_noted");
	struct sent *told = gets(s, "rob", "outcome_told");
	says(told, "have met");
	hides(told, "humidity");
	hides(told, "alice@alice.test");
	hides(gets(s, "dora", "outcome_told"), "humidity");
	quiet(s);
	assert_true(trust(s, "rob", "dora") > before);
	days(s, 60);
	quiet(s);
	story_end(s);
}

static void silence_is_reminded_once_and_then_left_alone(void **state)
{
	(void)state;
	struct story *s = arrived();
	int before = trust(s, "rob", "dora");
	days(s, 11);
	gets(s, "alice", "outcome");
	gets(s, "tara", "outcome");
	days(s, 8);
	says(gets(s, "alice", "outcome"), "only once");
	gets(s, "tara", "outcome");
	days(s, 60);
	quiet(s);
	assert_int_equal(trust(s, "rob", "dora"), before);
	/* Late, and still worth a thank you. */
	answers(s, "alice", "outcome", "NO USE");
	gets(s, "alice", "outcome_noted");
	quiet(s);
	story_end(s);
}

static void not_yet_is_asked_again_and_no_use_costs_a_little_trust(void **state)
{
	(void)state;
	struct story *s = arrived();
	int before = trust(s, "rob", "dora");
	days(s, 11);
	gets(s, "alice", "outcome");
	gets(s, "tara", "outcome");
	answers(s, "alice", "outcome", "Not yet, we meet next week");
	says(gets(s, "alice", "outcome_noted"), "ask you again");
	answers(s, "tara", "outcome", "She seems nice.");
	says(gets(s, "tara", "outcome"), "couldn't read");
	answers(s, "tara", "outcome", "NOT YET");
	gets(s, "tara", "outcome_noted");
	days(s, 20);
	quiet(s);
	days(s, 4);
	gets(s, "alice", "outcome");
	gets(s, "tara", "outcome");
	answers(s, "alice", "outcome", "NO USE");
	gets(s, "alice", "outcome_noted");
	answers(s, "tara", "outcome", "Yes");
	gets(s, "tara", "outcome_noted");
	gets(s, "rob", "outcome_told");
	gets(s, "dora", "outcome_told");
	quiet(s);
	assert_true(trust(s, "rob", "dora") < before);
	story_end(s);
}

static void who_did_not_meet_is_nobodys_business(void **state)
{
	(void)state;
	struct story *s = arrived();
	days(s, 11);
	gets(s, "alice", "outcome");
	gets(s, "tara", "outcome");
	answers(s, "alice", "outcome", "NO");
	gets(s, "alice", "outcome_noted");
	answers(s, "tara", "outcome", "We did not meet");
	gets(s, "tara", "outcome_noted");
	days(s, 60);
	quiet(s);
	story_end(s);
}

static void a_stop_in_that_answer_is_a_stop(void **state)
{
	(void)state;
	struct story *s = arrived();
	days(s, 11);
	gets(s, "alice", "outcome");
	gets(s, "tara", "outcome");
	answers(s, "tara", "outcome", "STOP");
	says(gets(s, "tara", "noted"), "no more");
	days(s, 60);
	gets(s, "alice", "outcome");
	quiet(s);
	story_end(s);
}

static void a_stranger_with_that_token_changes_nothing(void **state)
{
	(void)state;
	struct story *s = arrived();
	days(s, 11);
	gets(s, "alice", "outcome");
	gets(s, "tara", "outcome");
	answers_from(s, "eve@evil.test", "alice", "outcome", "NO USE");
	gets(s, "alice", "stranger");
	answers(s, "tara", "outcome", "YES");
	gets(s, "tara", "outcome_noted");
	quiet(s); /* alice's word is still missing */
	story_end(s);
}

static void no_days_no_question(void **state)
{
	(void)state;
	struct story *s = club();
	s->gateway.outcome_s = 0;
	asks_for(s, "dora", "Introduction to Tara Person", "Dear Tara");
	gets(s, "dora", "receipt");
	gets(s, "tara", "ask_target");
	answers(s, "tara", "ask_target", "ACCEPT");
	gets(s, "dora", "introduce");
	gets(s, "tara", "introduce");
	days(s, 90);
	quiet(s);
	story_end(s);
}

static void who_wants_no_name_is_known_to_the_next_alone(void **state)
{
	(void)state;
	struct story *s = club();
	s->gateway.disclosure = CONF_FULL;
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "receipt");
	says(gets(s, "rob", "ask"), "Add UNNAMED to your yes");
	answers(s, "rob", "ask", "ACCEPT UNNAMED\n\nShe keeps her promises.");
	gets(s, "rob", "noted");
	says(gets(s, "dora", "ask"), "Rob Person, who passes this request to you");
	answers(s, "dora", "ask", "ACCEPT");
	gets(s, "dora", "noted");
	struct sent *target = gets(s, "tara", "ask_target");
	says(target, "Somebody in the network who stays unnamed, who has already said yes");
	says(target, "She keeps her promises.");
	hides(target, "Rob Person");
	answers(s, "tara", "ask_target", "ACCEPT");
	hides(gets(s, "alice", "introduce"), "Rob Person");
	says(gets(s, "tara", "introduce"), "Dora Person");
	story_end(s);
}

static void a_purpose_is_shown_and_corrected(void **state)
{
	(void)state;
	struct story *s = club();
	asks_for(s, "alice", "Introduction to Tara Person",
	         "Dear Tara, we are hiring: would you join our team?");
	says(gets(s, "alice", "receipt"), "present your request as hiring");
	says(gets(s, "rob", "ask"), "about hiring somebody");
	answers(s, "alice", "receipt", "PURPOSE: partnership");
	says(gets(s, "alice", "status"), "presented as a partnership");
	answers(s, "rob", "ask", "ACCEPT");
	gets(s, "rob", "noted");
	says(gets(s, "dora", "ask"), "about a partnership");
	quiet(s);
	story_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_are_asked_and_the_relays_hear_only_that_they_met),
		cmocka_unit_test(silence_is_reminded_once_and_then_left_alone),
		cmocka_unit_test(not_yet_is_asked_again_and_no_use_costs_a_little_trust),
		cmocka_unit_test(who_did_not_meet_is_nobodys_business),
		cmocka_unit_test(a_stop_in_that_answer_is_a_stop),
		cmocka_unit_test(a_stranger_with_that_token_changes_nothing),
		cmocka_unit_test(no_days_no_question),
		cmocka_unit_test(who_wants_no_name_is_known_to_the_next_alone),
		cmocka_unit_test(a_purpose_is_shown_and_corrected),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
