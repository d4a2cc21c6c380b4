/* Members live by mail: how a club comes to be, who comes in and who goes. */
#include "story/club.h"

#include "store/joining.h"
#include "store/people.h"

static char *ada_only[] = { OWN("ada@ada.test") };

static struct story *empty(enum conf_membership membership)
{
	struct story *s = story_new();
	s->gateway.membership = membership;
	s->gateway.admins = ada_only;
	s->gateway.admin_count = 1;
	return s;
}

/* A command of a member's on a plain server: written, and "yes, that was me". */
static void orders(struct story *s, const char *who, const char *text)
{
	writes(s, who, "", text);
	answers(s, who, "confirm", "Yes");
	last_sent(s, who, "confirm")->seen = true;
}

static enum member_state state_of(struct story *s, const char *who)
{
	struct why why;
	must(store_begin(s->store, &why), &why);
	enum member_state state = member_get(s->store, id_of(s, who))->state;
	store_rollback(s->store);
	return state;
}

static bool is_known(struct story *s, const char *address)
{
	struct why why;
	must(store_begin(s->store, &why), &why);
	bool known = member_by_address(s->store, address) != NULL;
	store_rollback(s->store);
	return known;
}

/* Stated by one about the other, and whether it counts; -1: no link. */
static int strength_of(struct story *s, const char *from, const char *to, bool *counts)
{
	struct why why;
	must(store_begin(s->store, &why), &why);
	struct link *link = link_get(s->store, id_of(s, from), id_of(s, to));
	int stated = link != NULL ? link->stated : -1;
	*counts = link != NULL && link->confirmed_from && link->confirmed_to;
	store_rollback(s->store);
	return stated;
}

static void knows_well(struct story *s, const char *from, const char *to, int strength)
{
	bool counts;
	assert_int_equal(strength_of(s, from, to, &counts), strength);
	assert_true(counts);
}

static void joins(struct story *s, const char *who, const char *text, const char *yes)
{
	writes(s, who, "", text);
	says(gets(s, who, "join_confirm"), yes);
	answers(s, who, "join_confirm", yes);
}

static void six_people_and_the_first_introduction(void **state)
{
	(void)state;
	struct story *s = empty(CONF_APPROVAL);
	joins(s, "ada", "JOIN", "YES");
	says(gets(s, "ada", "join"), "Welcome");

	orders(s, "ada", "INVITE bob@bob.test Bob Stone\nBob, do come along.");
	says(gets(s, "ada", "invited"), "bob@bob.test");
	struct sent *invitation = gets(s, "bob", "invite");
	says(invitation, "Bob, do come along.");
	says(invitation, "given by Ada");
	answers(s, "bob", "invite", "Yes, gladly!");
	says(gets(s, "ada", "strength"), "Bob Stone has accepted");
	says(gets(s, "bob", "strength"), "Welcome");
	answers(s, "bob", "strength", "3");
	says(gets(s, "bob", "trust"), "you know Ada well");
	answers(s, "ada", "strength", "very well");
	says(gets(s, "ada", "trust"), "you know Bob Stone very well");
	knows_well(s, "ada", "bob", 4);
	knows_well(s, "bob", "ada", 3);

	joins(s, "carla", "Bonjour, je voudrais m'inscrire.\nJe monte une entreprise à Lyon.",
	      "OUI");
	says(gets(s, "carla", "join"), "entre les mains des responsables");
	says(gets(s, "ada", "join_request"), "Je monte une entreprise à Lyon.");
	assert_int_equal(state_of(s, "carla"), MEMBER_KNOWN);
	answers(s, "ada", "join_request", "Yes");
	says(gets(s, "ada", "join_done"), "Carla is a member");
	says(gets(s, "carla", "join"), "Bienvenue");
	orders(s, "carla", "CONFIANCE bob@bob.test 3");
	says(gets(s, "carla", "trust"), "nous lui demandons une fois");
	says(gets(s, "bob", "strength"), "Carla says you know each other");
	answers(s, "bob", "strength", "2");
	says(gets(s, "bob", "trust"), "fairly well");
	knows_well(s, "carla", "bob", 3);
	knows_well(s, "bob", "carla", 2);

	joins(s, "dieter", "Ich möchte gerne beitreten", "JA");
	says(gets(s, "dieter", "join"), "liegt jetzt bei der Verwaltung");
	gets(s, "ada", "join_request");
	answers(s, "ada", "join_request", "yes please");
	gets(s, "ada", "join_done");
	says(gets(s, "dieter", "join"), "Willkommen");
	orders(s, "dieter", "VERTRAUEN carla@carla.test 4");
	gets(s, "dieter", "trust");
	says(gets(s, "carla", "strength"), "Connaissez-vous bien Dieter");
	answers(s, "carla", "strength", "très bien");
	gets(s, "carla", "trust");

	orders(s, "dieter", "EINLADEN emma@emma.test Emma Braun");
	gets(s, "dieter", "invited");
	invitation = gets(s, "emma", "invite");
	says(invitation, "Guten Tag");
	says(invitation, "Hello");
	answers(s, "emma", "invite", "Ja");
	gets(s, "dieter", "strength");
	says(gets(s, "emma", "strength"), "Willkommen");
	answers(s, "dieter", "strength", "4");
	gets(s, "dieter", "trust");
	answers(s, "emma", "strength", "gut");
	says(gets(s, "emma", "trust"), "Sie kennen Dieter gut");

	orders(s, "emma", "EINLADEN felix@felix.test Felix Roth");
	gets(s, "emma", "invited");
	gets(s, "felix", "invite");
	answers(s, "felix", "invite", "JOIN");
	gets(s, "emma", "strength");
	gets(s, "felix", "strength");
	answers(s, "emma", "strength", "4");
	gets(s, "emma", "trust");
	quiet(s);

	asks_for(s, "ada", "Introduction to felix@felix.test", "A quarter of an hour, please.");
	says(gets(s, "ada", "receipt"), "Felix Roth");
	gets(s, "bob", "ask");
	answers(s, "bob", "ask", "ACCEPT\nAda is quick.");
	gets(s, "bob", "noted");
	gets(s, "carla", "ask");
	answers(s, "carla", "ask", "ACCEPTER");
	gets(s, "carla", "noted");
	gets(s, "dieter", "ask");
	answers(s, "dieter", "ask", "ANNEHMEN");
	gets(s, "dieter", "noted");
	gets(s, "emma", "ask");
	answers(s, "emma", "ask", "ANNEHMEN");
	gets(s, "emma", "noted");
	says(gets(s, "felix", "ask_target"), "Ada is quick.");
	answers(s, "felix", "ask_target", "JA");
	says(gets(s, "felix", "introduce"), "ada@ada.test");
	says(gets(s, "ada", "introduce"), "felix@felix.test");
	story_end(s);
}

static void who_did_not_write_it_leaves_nothing(void **state)
{
	(void)state;
	struct story *s = empty(CONF_OPEN);
	writes(s, "zoe", "JOIN", "");
	gets(s, "zoe", "join_confirm");
	writes(s, "yan", "JOIN", "");
	gets(s, "yan", "join_confirm");
	answers(s, "zoe", "join_confirm", "No, that was not me");
	says(gets(s, "zoe", "join"), "kept nothing");
	assert_false(is_known(s, "zoe@zoe.test"));
	assert_true(is_known(s, "yan@yan.test"));
	days(s, 15);
	quiet(s);
	assert_false(is_known(s, "yan@yan.test"));
	story_end(s);
}

static void open_invitation_and_the_admins_no(void **state)
{
	(void)state;
	struct story *s = empty(CONF_OPEN);
	joins(s, "zoe", "Please sign me up", "YES");
	says(gets(s, "zoe", "join"), "Welcome");
	assert_int_equal(state_of(s, "zoe"), MEMBER_MEMBER);
	orders(s, "zoe", "JOIN");
	says(gets(s, "zoe", "join"), "already");

	s->gateway.membership = CONF_INVITATION;
	joins(s, "yan", "JOIN", "YES");
	says(gets(s, "yan", "join"), "by invitation");
	assert_int_equal(state_of(s, "yan"), MEMBER_KNOWN);
	orders(s, "zoe", "INVITE yan@yan.test");
	gets(s, "zoe", "invited");
	gets(s, "yan", "invite");
	answers(s, "yan", "invite", "YES");
	gets(s, "yan", "strength");
	gets(s, "zoe", "strength");

	s->gateway.membership = CONF_APPROVAL;
	joins(s, "xena", "JOIN", "YES");
	gets(s, "xena", "join");
	gets(s, "ada", "join_request");
	answers(s, "ada", "join_request", "Hm, let me think");
	says(gets(s, "ada", "join_done"), "YES or NO");
	answers(s, "ada", "join_request", "No");
	says(gets(s, "ada", "join_done"), "it's a no");
	says(gets(s, "xena", "join"), "couldn't take up");
	answers(s, "ada", "join_request", "Yes");
	says(gets(s, "ada", "join_done"), "settled");
	orders(s, "xena", "JOIN");
	says(gets(s, "xena", "join"), "couldn't take up");
	assert_int_equal(state_of(s, "xena"), MEMBER_KNOWN);
	quiet(s);
	story_end(s);
}

static void a_no_stays_with_us_and_silence_ends_it(void **state)
{
	(void)state;
	struct story *s = club();
	orders(s, "alice", "INVITE bob@bob.test");
	struct sent *told = gets(s, "alice", "invited");
	gets(s, "bob", "invite");
	answers(s, "bob", "invite", "No thanks.");
	says(gets(s, "bob", "invite_answer"), "won't be told");
	orders(s, "alice", "INVITE bob@bob.test");
	struct sent *again = gets(s, "alice", "invited");
	assert_string_equal(told->mail->text, again->mail->text);
	orders(s, "karl", "INVITE bob@bob.test");
	gets(s, "karl", "invited");
	gets(s, "bob", "invite");
	days(s, 12);
	says(gets(s, "bob", "invite"), "only reminder");
	days(s, 30);
	quiet(s);
	answers(s, "bob", "invite", "Yes");
	gets(s, "bob", "strength");
	says(gets(s, "karl", "strength"), "Bob has accepted");
	quiet(s);
	story_end(s);
}

static void a_member_is_asked_to_confirm_instead(void **state)
{
	(void)state;
	struct story *s = club();
	bool counts;
	orders(s, "alice", "INVITE tara@tara.test\nWe met in Lyon.");
	struct sent *told = gets(s, "alice", "invited");
	says(gets(s, "tara", "strength"), "We met in Lyon.");
	assert_int_equal(strength_of(s, "alice", "tara", &counts), 1);
	assert_false(counts);
	orders(s, "alice", "INVITE nobody@tara.test");
	says(gets(s, "alice", "invited"), "nobody@tara.test");
	says(told, "If they're one of us already");
	last_sent(s, "nobody", "invite")->seen = true;
	answers(s, "tara", "strength", "3");
	gets(s, "tara", "trust");
	says(gets(s, "alice", "strength"), "confirms that you know each other");
	knows_well(s, "tara", "alice", 3);
	knows_well(s, "alice", "tara", 1);
	answers(s, "alice", "strength", "I'd say very well");
	says(gets(s, "alice", "trust"), "very well");
	knows_well(s, "alice", "tara", 4);
	/* A second thought corrects it; nought ends the link both ways. */
	answers(s, "alice", "strength", "0");
	says(gets(s, "alice", "trust"), "you don't know Tara");
	assert_int_equal(strength_of(s, "tara", "alice", &counts), 3);
	assert_false(counts);
	quiet(s);
	story_end(s);
}

static void trust_tells_nobody_who_is_here(void **state)
{
	(void)state;
	struct story *s = club();
	orders(s, "alice", "TRUST dora@dora.test 3");
	struct sent *here = gets(s, "alice", "trust");
	gets(s, "dora", "strength");
	orders(s, "alice", "TRUST gone@gone.test 3");
	struct sent *gone = gets(s, "alice", "trust");
	says(here, "If dora@dora.test is one of us");
	says(gone, "If gone@gone.test is one of us");
	orders(s, "alice", "TRUST Tara Person 3");
	says(gets(s, "alice", "trust"), "doesn't tell us well enough");
	orders(s, "alice", "TRUST Rob Person 2");
	says(gets(s, "alice", "trust"), "you know Rob Person fairly well");
	orders(s, "alice", "TRUST rob@rob.test 7");
	says(gets(s, "alice", "trust"), "from 0 (not at all) to 4");
	answers(s, "dora", "strength", "I don't know her");
	says(gets(s, "dora", "trust"), "you don't know Alice");
	orders(s, "alice", "TRUST dora@dora.test 4");
	gets(s, "alice", "trust");
	quiet(s);
	story_end(s);
}

static void invitations_are_counted(void **state)
{
	(void)state;
	struct story *s = club();
	s->gateway.invitations_per_week = 2;
	orders(s, "alice", "INVITE a@a.test, b@b.test, c@c.test");
	struct sent *told = gets(s, "alice", "transcript");
	says(told, "You've invited 2 people this week");
	gets(s, "a", "invite");
	gets(s, "b", "invite");
	orders(s, "alice", "INVITE " GATEWAY);
	says(gets(s, "alice", "invited"), "limit");
	days(s, 8);
	orders(s, "alice", "INVITE " GATEWAY);
	says(gets(s, "alice", "invited"), "nobody to invite");
	orders(s, "alice", "INVITE c@c.test");
	gets(s, "alice", "invited");
	gets(s, "c", "invite");
	quiet(s);
	story_end(s);
}

static void stop_is_for_ever_until_they_ask(void **state)
{
	(void)state;
	struct story *s = club();
	struct why why;
	writes(s, "zoe", "", "STOP");
	says(gets(s, "zoe", "noted"), "no more");
	writes(s, "zoe", "", "STOP");
	assert_false(is_known(s, "zoe@zoe.test"));
	orders(s, "alice", "INVITE zoe@zoe.test");
	gets(s, "alice", "invited");
	orders(s, "alice", "INVITE bob@bob.test");
	gets(s, "alice", "invited");
	gets(s, "bob", "invite");
	answers(s, "bob", "invite", "STOP");
	gets(s, "bob", "noted");
	orders(s, "karl", "INVITE bob@bob.test");
	gets(s, "karl", "invited");
	quiet(s);
	must(store_begin(s->store, &why), &why);
	assert_true(stop_has(s->store, "ZOE@zoe.test"));
	assert_true(stop_has(s->store, "bob@bob.test"));
	assert_false(stop_has(s->store, "karl@karl.test"));
	store_rollback(s->store);
	days(s, 2);
	writes(s, "zoe", "", "JOIN");
	gets(s, "zoe", "join_confirm");
	s->gateway.membership = CONF_OPEN;
	answers(s, "zoe", "join_confirm", "yes");
	says(gets(s, "zoe", "join"), "Welcome");
	quiet(s);
	story_end(s);
}

static void who_left_may_come_back(void **state)
{
	(void)state;
	struct story *s = club();
	s->gateway.admins = ada_only;
	s->gateway.admin_count = 1;
	orders(s, "alice", "STOP");
	gets(s, "alice", "noted");
	orders(s, "alice", "JOIN");
	says(gets(s, "alice", "join"), "with the administrators");
	gets(s, "ada", "join_request");
	answers(s, "ada", "join_request", "Yes.\nShe is back!");
	gets(s, "ada", "join_done");
	says(gets(s, "alice", "join"), "Welcome");
	assert_int_equal(state_of(s, "alice"), MEMBER_MEMBER);
	quiet(s);
	story_end(s);
}

static void an_answer_may_be_a_command(void **state)
{
	(void)state;
	struct story *s = empty(CONF_APPROVAL);
	writes(s, "zoe", "", "JOIN");
	gets(s, "zoe", "join_confirm");
	answers(s, "zoe", "join_confirm", "JOIN");
	says(gets(s, "zoe", "join"), "with the administrators");
	gets(s, "ada", "join_request");
	days(s, 20); /* our question to her lapses, her request does not */
	assert_true(is_known(s, "zoe@zoe.test"));
	answers(s, "ada", "join_request", "STATUS");
	gets(s, "ada", "status");
	answers(s, "ada", "join_request", "yes");
	gets(s, "ada", "join_done");
	gets(s, "zoe", "join");
	quiet(s);
	story_end(s);
}

static void an_invitation_that_cannot_be_delivered_ends(void **state)
{
	(void)state;
	struct story *s = club();
	s->refuse = "bob";
	orders(s, "alice", "INVITE bob@bob.test");
	gets(s, "alice", "invited");
	s->refuse = NULL;
	days(s, 30);
	quiet(s);
	orders(s, "alice", "INVITE bob@bob.test");
	gets(s, "alice", "invited");
	gets(s, "bob", "invite");
	story_end(s);
}

static void one_more_address_proves_itself(void **state)
{
	(void)state;
	struct story *s = club();
	orders(s, "alice", "ADDRESS new@home.test main");
	says(gets(s, "alice", "address"), "We're writing to new@home.test");
	says(gets(s, "new", "address_confirm"), "Alice Person");
	assert_false(is_known(s, "new@home.test"));
	answers_from(s, "other@home.test", "new", "address_confirm", "YES");
	assert_false(is_known(s, "other@home.test"));
	answers_from(s, "new@home.test", "new", "address_confirm", "YES");
	says(gets(s, "new", "address"), "new@home.test is yours");
	assert_true(is_known(s, "new@home.test"));
	writes(s, "alice", "", "STATUS");
	gets(s, "new", "status");
	/* Somebody else's: the same words, and no mail. */
	writes(s, "alice", "", "ADDRESS rob@rob.test");
	answers_from(s, "new@home.test", "new", "confirm", "Yes");
	last_sent(s, "new", "confirm")->seen = true;
	says(gets(s, "new", "address"), "We're writing to rob@rob.test");
	quiet(s);
	story_end(s);
}

static void the_language_is_theirs_to_choose(void **state)
{
	(void)state;
	struct story *s = club();
	orders(s, "alice", "LANGUAGE German");
	says(gets(s, "alice", "language"), "auf Deutsch");
	writes(s, "alice", "", "HILFE");
	says(gets(s, "alice", "help"), "ZURÜCKZIEHEN");
	writes(s, "alice", "", "SPRACHE Klingonisch");
	answers(s, "alice", "confirm", "Ja");
	last_sent(s, "alice", "confirm")->seen = true;
	says(gets(s, "alice", "language"), "Klingonisch");
	story_end(s);
}

static void strangers_learn_nothing(void **state)
{
	(void)state;
	struct story *s = club();
	writes(s, "zoe", "", "SEARCH pharma");
	writes(s, "zoe", "", "HELP");
	writes(s, "zoe", "Hello", "Is Tara Person here?");
	quiet(s);
	s->gateway.authserv_id = OWN("mx.gw.test");
	s->header = "Authentication-Results: mx.gw.test; dmarc=fail header.from=zoe.test";
	writes(s, "zoe", "", "JOIN");
	quiet(s);
	s->header = "Authentication-Results: mx.gw.test; dmarc=pass header.from=zoe.test";
	writes(s, "zoe", "", "SEARCH pharma");
	says(gets(s, "zoe", "nomember"), "JOIN");
	writes(s, "zoe", "", "SEARCH pharma");
	quiet(s);
	days(s, 2);
	s->gateway.membership = CONF_OPEN;
	writes(s, "zoe", "", "JOIN");
	says(gets(s, "zoe", "join"), "Welcome");
	story_end(s);
}

/* --- how commands are carried out -------------------------------------------------------- */

static void contradictions(void **state)
{
	(void)state;
	struct story *s = club();
	bool counts;
	orders(s, "alice", "TRUST rob@rob.test 1\nTRUST rob@rob.test 3");
	struct sent *told = gets(s, "alice", "transcript");
	says(told, "slightly");
	says(told, "well");
	assert_int_equal(strength_of(s, "alice", "rob", &counts), 3);
	orders(s, "alice", "INVITE bob@bob.test\nSTOP\nJOIN");
	gets(s, "alice", "noted");
	assert_int_equal(state_of(s, "alice"), MEMBER_STOPPED);
	quiet(s);
	story_end(s);
}

static void a_quotation_orders_nothing(void **state)
{
	(void)state;
	struct story *s = club();
	writes(s, "alice", "", "HELP");
	gets(s, "alice", "help"); /* which tells of STOP, FORGET ME and all the others */
	answers(s, "alice", "help", "Thank you for explaining all that to me so well.");
	gets(s, "alice", "help");
	writes(s, "alice", "Re: TRUST rob@rob.test 0",
	       "Hello,\n\n> STOP\n> TRUST rob@rob.test 0\n\n");
	gets(s, "alice", "help");
	assert_int_equal(state_of(s, "alice"), MEMBER_MEMBER);
	quiet(s);
	story_end(s);
}

static void nothing_changes_before_the_yes(void **state)
{
	(void)state;
	struct story *s = club();
	bool counts;
	writes(s, "alice", "", "TRUST rob@rob.test 1");
	says(gets(s, "alice", "confirm"), "TRUST rob@rob.test 1");
	assert_int_equal(strength_of(s, "alice", "rob", &counts), 4);
	answers(s, "alice", "confirm", "No!");
	gets(s, "alice", "help");
	assert_int_equal(strength_of(s, "alice", "rob", &counts), 4);
	answers(s, "alice", "confirm", "Yes");
	assert_int_equal(strength_of(s, "alice", "rob", &counts), 4);
	gets(s, "alice", "status");
	quiet(s);
	story_end(s);
}

static void a_flood_is_told_once(void **state)
{
	(void)state;
	struct story *s = club();
	s->gateway.answers_per_day = 3;
	for (int i = 0; i < 3; i++) {
		writes(s, "alice", "", "STATUS");
		gets(s, "alice", "status");
	}
	writes(s, "alice", "", "STATUS");
	says(gets(s, "alice", "flood"), "3 times");
	writes(s, "alice", "", "STATUS");
	quiet(s);
	days(s, 2);
	writes(s, "alice", "", "STATUS");
	gets(s, "alice", "status");
	story_end(s);
}

static void half_commands_and_five_unknown_lines(void **state)
{
	(void)state;
	struct story *s = club();
	writes(s, "alice", "", "STATUS\nINVITE\nSEARCH\nHELP");
	struct sent *told = gets(s, "alice", "transcript");
	says(told, "We couldn't make out this line.");
	says(told, "You have no open request");
	says(told, "TRUST paul@acme.example 3");
	writes(s, "alice", "", "STATUS\nfoo bar\nbar foo\nfoo foo\nbar bar\nfar boo\nHELP\n");
	told = gets(s, "alice", "transcript");
	says(told, "We stopped reading here");
	quiet(s);
	story_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(six_people_and_the_first_introduction),
		cmocka_unit_test(who_did_not_write_it_leaves_nothing),
		cmocka_unit_test(open_invitation_and_the_admins_no),
		cmocka_unit_test(a_no_stays_with_us_and_silence_ends_it),
		cmocka_unit_test(a_member_is_asked_to_confirm_instead),
		cmocka_unit_test(trust_tells_nobody_who_is_here),
		cmocka_unit_test(invitations_are_counted),
		cmocka_unit_test(stop_is_for_ever_until_they_ask),
		cmocka_unit_test(who_left_may_come_back),
		cmocka_unit_test(an_answer_may_be_a_command),
		cmocka_unit_test(an_invitation_that_cannot_be_delivered_ends),
		cmocka_unit_test(one_more_address_proves_itself),
		cmocka_unit_test(the_language_is_theirs_to_choose),
		cmocka_unit_test(strangers_learn_nothing),
		cmocka_unit_test(contradictions),
		cmocka_unit_test(a_quotation_orders_nothing),
		cmocka_unit_test(nothing_changes_before_the_yes),
		cmocka_unit_test(a_flood_is_told_once),
		cmocka_unit_test(half_commands_and_five_unknown_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
