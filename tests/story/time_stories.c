/* Nights, weekends, holidays, absences and deadlines, in the club (story/club.h). */
#include "story/club.h"

#define HOUR_S 3600

static void at_night_an_ask_waits_for_the_morning_and_its_days_too(void **state)
{
	(void)state;
	struct story *s = club();
	s->turn.now_at = MONDAY + 13 * HOUR_S; /* Monday, ten in the evening */
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "receipt");
	quiet(s);
	days(s, 1);
	struct sent *ask = gets(s, "rob", "ask");
	says(ask, "remind you on Friday 5 June"); /* three days from Tuesday, not Monday */
	quiet(s);
	story_end(s);
}

static void in_tokyo_the_night_is_another(void **state)
{
	(void)state;
	struct story *s = club_where("Asia/Tokyo");
	s->turn.now_at = MONDAY + 6 * HOUR_S; /* ten in the evening there */
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "receipt");
	quiet(s);
	days(s, 1);
	gets(s, "rob", "ask");
	story_end(s);
}

static void a_weekend_is_the_persons_own_and_holidays_are_everybodys(void **state)
{
	(void)state;
	static struct calendar_holiday holidays[] = { { 2026, 6, 2 } };
	struct story *s = club_where("Africa/Cairo");
	s->gateway.holidays = holidays;
	s->gateway.holiday_count = 1;
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "receipt");
	/* Wednesday, Thursday, then Sunday; Monday, Tuesday; Wednesday, Thursday. */
	struct sent *ask = gets(s, "rob", "ask");
	says(ask, "on Sunday 7 June and Tuesday 9 June");
	says(ask, "another way on Thursday 11 June");
	days(s, 7);
	gets(s, "rob", "reminder");
	quiet(s);
	story_end(s);
}

static void after_a_long_stop_the_days_told_are_those_that_come(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	s->turn.now_at = MONDAY + INT64_C(20) * 86400; /* nothing ran: Sunday 21 June */
	days(s, 0);
	says(gets(s, "rob", "reminder"), "another way on Thursday 25 June");
	gets(s, "alice", "progress");
	days(s, 3);
	says(gets(s, "rob", "reminder"), "another way on Thursday 25 June");
	gets(s, "alice", "progress");
	days(s, 1);
	quiet(s);
	days(s, 1);
	gets(s, "karl", "ask");
	story_end(s);
}

static void near_the_deadline_no_other_way_is_promised(void **state)
{
	(void)state;
	struct story *s = club();
	s->gateway.deadline_s = 6 * 86400;
	asks_for(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "receipt");
	struct sent *ask = gets(s, "rob", "ask");
	says(ask, "lapses");
	hides(ask, "another way");
	hides(ask, "8 June"); /* the second reminder would come too late */
	story_end(s);
}

static void away(struct story *s, const char *who, const char *until)
{
	struct str mail;
	char *to = field(last_sent(s, who, "ask")->octets, "Reply-To");
	str_init(&mail, 4096);
	str_addf(&mail,
	         "Return-Path: <>\r\nFrom: %s@%s.test\r\nTo: %s\r\nAuto-Submitted: auto-replied\r\n"
	         "Subject: Out of office\r\nMessage-ID: <away%d@story.test>\r\n"
	         "Date: Mon, 1 Jun 2026 09:00:00 +0200\r\n\r\n"
	         "I am out of the office until %s.\r\n",
	         who, who, to, s->mails, until);
	arrives(s, mail.text);
	str_free(&mail);
	free(to);
}

static void who_is_away_past_the_deadline_is_passed_by_at_once(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	away(s, "rob", "20 September 2026");
	gets(s, "karl", "ask");
	quiet(s);
	/* Back early after all, and of use: karl says no. */
	answers(s, "rob", "ask", "ACCEPT");
	gets(s, "rob", "noted");
	answers(s, "karl", "ask", "DECLINE");
	gets(s, "karl", "noted");
	gets(s, "dora", "ask");
	quiet(s);
	story_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_night_an_ask_waits_for_the_morning_and_its_days_too),
		cmocka_unit_test(in_tokyo_the_night_is_another),
		cmocka_unit_test(a_weekend_is_the_persons_own_and_holidays_are_everybodys),
		cmocka_unit_test(after_a_long_stop_the_days_told_are_those_that_come),
		cmocka_unit_test(near_the_deadline_no_other_way_is_promised),
		cmocka_unit_test(who_is_away_past_the_deadline_is_passed_by_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
