/* The state machine of an introduction: a row per rule, and no pair undefined. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/relay.h"

#define R  INTRO_ROUTING
#define A  INTRO_ASKING
#define OK INTRO_INTRODUCED
#define F  INTRO_FAILED
#define W  INTRO_WITHDRAWN

#define AT_TARGET .at_target = true
#define CONSENT   .needs_consent = true
#define REMIND    .may_remind = true
#define IDLE      .idle = true
#define WAITS     .waits = true
#define SOON      .soon = true, .in_time = true
#define IN_TIME   .in_time = true

static const struct {
	const char *fact;
	enum intro_state from;
	enum ask_state ask;
	enum relay_event on;
	struct relay_facts facts;
	enum intro_state to;
	enum ask_state then;
	enum relay_action act;
} steps[] = {
	{ "a way through somebody whose yes was for another: they are asked once more",
	  R,
	  ASK_NONE,
	  EV_WAY,
	  { CONSENT },
	  A,
	  ASK_NONE,
	  ACT_ASK_INSTEAD },
	{ "a way: the next person is asked", R, ASK_NONE, EV_WAY, { 0 }, A, ASK_NONE, ACT_ASK },
	{ "no way, but somebody said later: wait for them",
	  R,
	  ASK_NONE,
	  EV_NO_WAY,
	  { WAITS },
	  A,
	  ASK_NONE,
	  ACT_NOTHING },
	{ "no way left: an honest end", R, ASK_NONE, EV_NO_WAY, { 0 }, F, ASK_NONE, ACT_FAIL },
	{ "the target accepts: introduced",
	  A,
	  ASK_OPEN,
	  EV_ACCEPT,
	  { AT_TARGET },
	  OK,
	  ASK_ACCEPTED,
	  ACT_INTRODUCE },
	{ "a relay accepts: on to the contact it was for",
	  A,
	  ASK_OPEN,
	  EV_ACCEPT,
	  { 0 },
	  R,
	  ASK_ACCEPTED,
	  ACT_FIND_NEXT },
	{ "the target who said later accepts now",
	  A,
	  ASK_POSTPONED,
	  EV_ACCEPT,
	  { AT_TARGET, IDLE },
	  OK,
	  ASK_ACCEPTED,
	  ACT_INTRODUCE },
	{ "a relay who said later accepts while we wait",
	  A,
	  ASK_POSTPONED,
	  EV_ACCEPT,
	  { IDLE },
	  R,
	  ASK_ACCEPTED,
	  ACT_FIND_NEXT },
	{ "a relay who said later accepts while another is asked: kept",
	  A,
	  ASK_POSTPONED,
	  EV_ACCEPT,
	  { 0 },
	  A,
	  ASK_ACCEPTED,
	  ACT_LATE },
	{ "a silent relay accepts late: kept for a repair",
	  A,
	  ASK_SILENT,
	  EV_ACCEPT,
	  { 0 },
	  A,
	  ASK_ACCEPTED,
	  ACT_LATE },
	{ "a second thought after a no: kept for a repair",
	  A,
	  ASK_DECLINED,
	  EV_ACCEPT,
	  { 0 },
	  A,
	  ASK_ACCEPTED,
	  ACT_LATE },
	{ "the silent target accepts after the end, in time: introduced",
	  F,
	  ASK_SILENT,
	  EV_ACCEPT,
	  { AT_TARGET, IN_TIME },
	  OK,
	  ASK_ACCEPTED,
	  ACT_INTRODUCE },
	{ "the same after the deadline: over",
	  F,
	  ASK_SILENT,
	  EV_ACCEPT,
	  { AT_TARGET },
	  F,
	  ASK_NONE,
	  ACT_OVER },
	{ "the target declines: the end",
	  A,
	  ASK_OPEN,
	  EV_DECLINE,
	  { AT_TARGET },
	  F,
	  ASK_DECLINED,
	  ACT_FAIL },
	{ "a relay declines: another way",
	  A,
	  ASK_OPEN,
	  EV_DECLINE,
	  { 0 },
	  R,
	  ASK_DECLINED,
	  ACT_FIND_WAY },
	{ "who said later declines while we wait: another way",
	  A,
	  ASK_POSTPONED,
	  EV_DECLINE,
	  { IDLE },
	  R,
	  ASK_DECLINED,
	  ACT_FIND_WAY },
	{ "who said later declines while another is asked: noted",
	  A,
	  ASK_POSTPONED,
	  EV_DECLINE,
	  { 0 },
	  A,
	  ASK_DECLINED,
	  ACT_NOTHING },
	{ "the target says later, before the deadline: wait",
	  A,
	  ASK_OPEN,
	  EV_NOT_NOW,
	  { AT_TARGET, IN_TIME },
	  A,
	  ASK_POSTPONED,
	  ACT_POSTPONE },
	{ "the target says later, past the deadline: the end",
	  A,
	  ASK_OPEN,
	  EV_NOT_NOW,
	  { AT_TARGET },
	  F,
	  ASK_DECLINED,
	  ACT_FAIL },
	{ "a relay says later, soon: wait",
	  A,
	  ASK_OPEN,
	  EV_NOT_NOW,
	  { SOON },
	  A,
	  ASK_POSTPONED,
	  ACT_POSTPONE },
	{ "a relay says much later: another way meanwhile",
	  A,
	  ASK_OPEN,
	  EV_NOT_NOW,
	  { IN_TIME },
	  R,
	  ASK_POSTPONED,
	  ACT_FIND_WAY },
	{ "who said later says later again, not soon",
	  A,
	  ASK_POSTPONED,
	  EV_NOT_NOW,
	  { IN_TIME },
	  A,
	  ASK_POSTPONED,
	  ACT_NOTHING },
	{ "a question goes to the requester, the ask stays open",
	  A,
	  ASK_OPEN,
	  EV_QUESTION,
	  { 0 },
	  A,
	  ASK_NONE,
	  ACT_QUESTION },
	{ "the answer goes back into the same ask",
	  A,
	  ASK_OPEN,
	  EV_ANSWER,
	  { 0 },
	  A,
	  ASK_NONE,
	  ACT_ANSWER },
	{ "unclear: asked back", A, ASK_OPEN, EV_UNCLEAR, { 0 }, A, ASK_NONE, ACT_ASK_BACK },
	{ "the target cannot be reached: the end",
	  A,
	  ASK_OPEN,
	  EV_BOUNCE,
	  { AT_TARGET },
	  F,
	  ASK_BOUNCED,
	  ACT_FAIL },
	{ "a relay cannot be reached: another way",
	  A,
	  ASK_OPEN,
	  EV_BOUNCE,
	  { 0 },
	  R,
	  ASK_BOUNCED,
	  ACT_FIND_WAY },
	{ "who said later cannot be reached while we wait",
	  A,
	  ASK_POSTPONED,
	  EV_BOUNCE,
	  { IDLE },
	  R,
	  ASK_BOUNCED,
	  ACT_FIND_WAY },
	{ "who said later cannot be reached while another is asked",
	  A,
	  ASK_POSTPONED,
	  EV_BOUNCE,
	  { 0 },
	  A,
	  ASK_BOUNCED,
	  ACT_NOTHING },
	{ "silence: a reminder is left", A, ASK_OPEN, EV_DUE, { REMIND }, A, ASK_NONE, ACT_REMIND },
	{ "silence of the target to the end: never consent",
	  A,
	  ASK_OPEN,
	  EV_DUE,
	  { AT_TARGET },
	  F,
	  ASK_SILENT,
	  ACT_FAIL },
	{ "silence of a relay to the end: another way",
	  A,
	  ASK_OPEN,
	  EV_DUE,
	  { 0 },
	  R,
	  ASK_SILENT,
	  ACT_FIND_WAY },
	{ "the day somebody named has come",
	  A,
	  ASK_POSTPONED,
	  EV_DUE,
	  { IDLE },
	  A,
	  ASK_OPEN,
	  ACT_ASK_AGAIN },
	{ "the day has come, but another is asked",
	  A,
	  ASK_POSTPONED,
	  EV_DUE,
	  { 0 },
	  A,
	  ASK_MOOT,
	  ACT_NOTHING },
	{ "the deadline: an honest end", A, ASK_NONE, EV_DEADLINE, { 0 }, F, ASK_NONE, ACT_FAIL },
	{ "a day of news", A, ASK_NONE, EV_PROGRESS, { 0 }, A, ASK_NONE, ACT_PROGRESS },
	{ "the requester withdraws", A, ASK_NONE, EV_WITHDRAW, { 0 }, W, ASK_NONE, ACT_WITHDRAW },
	{ "the requester withdraws while a way is looked for",
	  R,
	  ASK_NONE,
	  EV_WITHDRAW,
	  { 0 },
	  W,
	  ASK_NONE,
	  ACT_WITHDRAW },
	{ "a yes after the introduction: over, and said so",
	  OK,
	  ASK_MOOT,
	  EV_ACCEPT,
	  { 0 },
	  OK,
	  ASK_NONE,
	  ACT_OVER },
	{ "a yes after a withdrawal",
	  W,
	  ASK_MOOT,
	  EV_ACCEPT,
	  { AT_TARGET, IN_TIME },
	  W,
	  ASK_NONE,
	  ACT_OVER },
	{ "the second yes of one person",
	  A,
	  ASK_ACCEPTED,
	  EV_ACCEPT,
	  { 0 },
	  A,
	  ASK_NONE,
	  ACT_OVER },
	{ "a no after one's own yes: too late, and said so",
	  A,
	  ASK_ACCEPTED,
	  EV_DECLINE,
	  { 0 },
	  A,
	  ASK_NONE,
	  ACT_OVER },
	{ "a clock after the end: nothing",
	  F,
	  ASK_OPEN,
	  EV_DUE,
	  { REMIND },
	  F,
	  ASK_NONE,
	  ACT_NOTHING },
	{ "a bounce of a closed ask: nothing",
	  A,
	  ASK_DECLINED,
	  EV_BOUNCE,
	  { 0 },
	  A,
	  ASK_NONE,
	  ACT_NOTHING },
};

static void each_rule_does_what_its_sentence_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		struct relay_step s =
			relay_decide(steps[i].from, steps[i].ask, steps[i].on, &steps[i].facts);
		if (s.intro != steps[i].to || s.ask != steps[i].then || s.action != steps[i].act)
			fail_msg("%s: got %s, %s, %s", steps[i].fact, intro_state_name(s.intro),
			         ask_state_name(s.ask), relay_action_name(s.action));
	}
}

static struct relay_facts facts_of(unsigned bits)
{
	return (struct relay_facts){ bits & 1,  bits & 2,  bits & 4, bits & 8,
		                     bits & 16, bits & 32, bits & 64 };
}

static void ended_introductions_never_write_to_anybody_but_who_answers(void **state)
{
	(void)state;
	for (int from = INTRO_INTRODUCED; from < INTRO_STATES; from++)
		for (int ask = 0; ask < ASK_STATES; ask++)
			for (int on = 0; on < RELAY_EVENTS; on++)
				for (unsigned bits = 0; bits < 128; bits++) {
					struct relay_facts facts = facts_of(bits);
					struct relay_step s = relay_decide(
						(enum intro_state)from, (enum ask_state)ask,
						(enum relay_event)on, &facts);
					bool revived =
						from == INTRO_FAILED && s.action == ACT_INTRODUCE &&
						on == EV_ACCEPT && facts.at_target && facts.in_time;
					assert_true(revived || s.action == ACT_OVER ||
					            s.action == ACT_NOTHING);
				}
}

static void only_a_yes_of_the_target_introduces(void **state)
{
	(void)state;
	for (int from = 0; from < INTRO_STATES; from++)
		for (int ask = 0; ask < ASK_STATES; ask++)
			for (int on = 0; on < RELAY_EVENTS; on++)
				for (unsigned bits = 0; bits < 128; bits++) {
					struct relay_facts facts = facts_of(bits);
					struct relay_step s = relay_decide(
						(enum intro_state)from, (enum ask_state)ask,
						(enum relay_event)on, &facts);
					if (s.action == ACT_INTRODUCE)
						assert_true(on == EV_ACCEPT && facts.at_target);
					if (s.ask == ASK_ACCEPTED)
						assert_int_equal(on, EV_ACCEPT);
				}
}

/* From any start, random events; every refusal uses somebody up, so it must end. */
static void random_walks_end(void **state)
{
	(void)state;
	unsigned seed = 20260609;
	for (int walk = 0; walk < 100000; walk++) {
		enum intro_state intro = INTRO_ROUTING;
		enum ask_state ask = ASK_NONE;
		int people = 6, reminders = 0, steps_taken = 0;
		while (intro == INTRO_ROUTING || intro == INTRO_ASKING) {
			seed = seed * 1103515245u + 12345u;
			enum relay_event on = EV_DUE;
			if (intro == INTRO_ROUTING)
				on = people > 0 ? EV_WAY : EV_NO_WAY;
			else if (seed >> 16 & 1)
				on = (enum relay_event)(EV_ACCEPT + (seed >> 17) % 11);
			struct relay_facts facts = { .at_target = people == 0,
				                     .may_remind = reminders < 2,
				                     .idle = true,
				                     .soon = seed >> 24 & 1,
				                     .in_time = steps_taken < 50 };
			struct relay_step s = relay_decide(intro, ask, on, &facts);
			intro = s.intro;
			ask = s.ask != ASK_NONE ? s.ask : ask;
			if (s.action == ACT_ASK) {
				people--;
				ask = ASK_OPEN;
				reminders = 0;
			}
			reminders += s.action == ACT_REMIND;
			if (s.action == ACT_ASK_AGAIN)
				reminders = 0;
			assert_true(++steps_taken < 1000);
		}
	}
}

static const struct relay_ask people[] = {
	/* id member next parent kind state any hop */
	{ 1, 10, 11, 0, ASK_RELAY, ASK_ACCEPTED, false, 1 },
	{ 2, 11, 12, 1, ASK_RELAY, ASK_DECLINED, false, 2 },
	{ 3, 20, 12, 0, ASK_RELAY, ASK_ACCEPTED, true, 1 },
	{ 4, 30, 31, 0, ASK_RELAY, ASK_ACCEPTED, false, 1 },
	{ 5, 30, 33, 0, ASK_INSTEAD, ASK_DECLINED, false, 1 },
	{ 6, 40, 12, 0, ASK_RELAY, ASK_OPEN, false, 1 },
	{ 7, 99, 0, 0, ASK_RECEIPT, ASK_OPEN, false, 0 },
};
#define PEOPLE (sizeof people / sizeof people[0])

static void the_requester_and_who_accepted_may_start_a_repair(void **state)
{
	(void)state;
	struct route_source sources[RELAY_MOST_PEOPLE];
	size_t count = relay_sources(99, people, PEOPLE, 6, sources);
	assert_int_equal(count, 3);
	assert_int_equal(sources[0].member, 99);
	assert_int_equal(sources[0].hops, 6);
	assert_int_equal(sources[1].member, 10);
	assert_int_equal(sources[1].hops, 5);
	assert_int_equal(sources[2].member,
	                 20); /* not 30: asked about another contact once, declined */
}

static void who_refused_and_who_served_enough_is_shunned(void **state)
{
	(void)state;
	int64_t shunned[RELAY_MOST_PEOPLE];
	size_t count = relay_shunned(people, PEOPLE, shunned);
	assert_int_equal(count, 2);
	assert_int_equal(shunned[0], 11);
	assert_int_equal(shunned[1], 30);
}

static void a_yes_covers_one_contact_unless_it_was_for_any(void **state)
{
	(void)state;
	assert_true(relay_covers(people, PEOPLE, 10, 11));
	assert_false(relay_covers(people, PEOPLE, 10, 12));
	assert_true(relay_covers(people, PEOPLE, 20, 77));
	assert_false(relay_covers(people, PEOPLE, 40, 12)); /* has not answered */
}

static void chance_in_five_words(void **state)
{
	(void)state;
	static const struct {
		double chance;
		const char *word;
	} rows[] = { { 0, "slim" },   { 0.09, "slim" }, { 0.1, "low" },
		     { 0.3, "fair" }, { 0.5, "good" },  { 0.9, "very_good" } };
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(chance_word_name(relay_chance_word(rows[i].chance)),
		                    rows[i].word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_does_what_its_sentence_says),
		cmocka_unit_test(ended_introductions_never_write_to_anybody_but_who_answers),
		cmocka_unit_test(only_a_yes_of_the_target_introduces),
		cmocka_unit_test(random_walks_end),
		cmocka_unit_test(the_requester_and_who_accepted_may_start_a_repair),
		cmocka_unit_test(who_refused_and_who_served_enough_is_shunned),
		cmocka_unit_test(a_yes_covers_one_contact_unless_it_was_for_any),
		cmocka_unit_test(chance_in_five_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
