/* Who learns whose name, and when: every octet of every mail of a hundred random
 * stories, decoded too, against the rule.
 *
 *   whoever is asked   the requester, the target's name and firm, those who said yes
 *                      before them (unless unnamed: then only whom they handed it to),
 *                      their own next contact; nobody beyond
 *   the requester      the target, the own first contacts; of the others, at the end,
 *                      as far as `disclosure` goes, who said yes
 *   an address         nobody's but one's own, until both have said yes
 *   a private reason   nobody
 */
#include "story/tell.h"

#define PEOPLE  12
#define STORIES 100
#define STEPS   12

static unsigned long long chance_state;

static unsigned chance(unsigned below)
{
	chance_state = chance_state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(chance_state >> 33) % below;
}

static const char *who(int n)
{
	static const char *const names[PEOPLE] = { "qa7x", "qb7x", "qc7x", "qd7x", "qe7x", "qf7x",
		                                   "qg7x", "qh7x", "qi7x", "qj7x", "qk7x", "ql7x" };
	return names[n];
}

/* --- all a mail says, however it is written -------------------------------------------- */

static void add_quoted(struct str *out, const char *octets)
{
	for (const char *at = octets; *at != '\0'; at++) {
		unsigned value;
		if (at[0] == '=' && at[1] == '\r' && at[2] == '\n')
			at += 2;
		else if (at[0] == '=' && sscanf(at + 1, "%2X", &value) == 1 && value != 0)
			str_add_char(out, (char)value), at += 2;
		else
			str_add_char(out, *at);
	}
}

/* Every run of base64 signs, line breaks left out, without its first `skip` ones. */
static void add_base64(struct str *out, const char *octets, int skip)
{
	static const char signs[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, value = 0;
	int run = 0;
	for (const char *at = octets; *at != '\0'; at++) {
		const char *sign = strchr(signs, *at);
		bool blank_line = strncmp(at, "\r\n\r\n", 4) == 0;
		if ((*at == '\r' || *at == '\n') && !blank_line)
			continue;
		if (sign == NULL) {
			bits = value = 0;
			run = 0;
			str_add_char(out, '\n');
			continue;
		}
		if (run++ < skip)
			continue;
		value = value << 6 | (unsigned)(sign - signs);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			str_add_char(out, (char)(value >> bits & 0xff));
		}
	}
}

static char *everything(const struct sent *sent, size_t *len)
{
	struct str out;
	str_init(&out, (size_t)8 << 20);
	str_add(&out, sent->octets);
	str_add_char(&out, '\n');
	add_quoted(&out, sent->octets);
	str_add_char(&out, '\n');
	bool coded = strstr(sent->octets, "base64") != NULL;
	for (int skip = 0; skip < 4 && coded; skip++) /* letters may stand right before it */
		add_base64(&out, sent->octets, skip);
	str_add(&out, sent->mail->subject);
	str_add_char(&out, '\n');
	str_add(&out, sent->mail->text);
	*len = out.len;
	assert_true(str_ok(&out));
	return out.text;
}

static bool holds(const char *text, size_t len, const char *word)
{
	return memmem(text, len, word, strlen(word)) != NULL;
}

/* --- the rule ------------------------------------------------------------------------------ */

/* Whom each person has named to us: they may read that name back. */
static bool named[PEOPLE][PEOPLE];

static bool has_named(int64_t reader, int64_t person)
{
	return named[reader - 1][person - 1]; /* ids count from 1, in the order they came */
}

static bool is_moving(const struct ask *ask)
{
	return ask->kind == ASK_RELAY || ask->kind == ASK_TARGET || ask->kind == ASK_INSTEAD;
}

/* Handed it on, to the holder of `ask` or before them, and may be named to them. */
static bool vouched(struct story *s, const struct ask *ask, int64_t person)
{
	bool nearest = true;
	for (int64_t id = ask->parent; id != 0; nearest = false) {
		struct ask *before = ask_get(s->store, id);
		if (before->member == person && before->state == ASK_ACCEPTED &&
		    (nearest || !before->unnamed))
			return true;
		id = before->parent;
	}
	return false;
}

static bool requester_may_know(struct story *s, const struct intro *intro, int64_t person,
                               bool at_the_end)
{
	struct ask *asks;
	size_t count = ask_list(s->store, intro->id, &asks);
	for (size_t i = 0; i < count; i++) {
		if (!is_moving(&asks[i]) || asks[i].member != person)
			continue;
		bool first = asks[i].parent == 0;
		bool shown = at_the_end && s->gateway.disclosure == CONF_FULL &&
		             asks[i].state == ASK_ACCEPTED && !asks[i].unnamed;
		if (first || shown)
			return true;
	}
	return false;
}

static bool may_know(struct story *s, const struct outbox *mail, int64_t person)
{
	struct intro *intro = mail->intro != 0 ? intro_get(s->store, mail->intro) : NULL;
	if (mail->member == person || has_named(mail->member, person))
		return true;
	if (intro == NULL)
		return false;
	if (intro->requester == person || intro->target == person)
		return true;
	bool end = strcmp(mail->message, "introduce") == 0;
	if (mail->member == intro->requester || end)
		return requester_may_know(s, intro, person, end);
	struct ask *asks;
	size_t count = ask_list(s->store, intro->id, &asks);
	for (size_t i = 0; i < count; i++)
		if (is_moving(&asks[i]) && asks[i].member == mail->member &&
		    (asks[i].next == person || vouched(s, &asks[i], person)))
			return true;
	return false;
}

/* The word of `person`, "Wordqa7x": for those they handed it to and all after them. */
static bool may_read(struct story *s, const struct outbox *mail, int64_t person)
{
	struct ask *asks;
	size_t count = mail->intro != 0 ? ask_list(s->store, mail->intro, &asks) : 0;
	if (mail->member == person)
		return true;
	for (size_t i = 0; i < count; i++) {
		if (!is_moving(&asks[i]) || asks[i].member != mail->member)
			continue;
		for (int64_t id = asks[i].parent; id != 0;) {
			struct ask *before = ask_get(s->store, id);
			if (before->member == person)
				return true;
			id = before->parent;
		}
	}
	return false;
}

static int checked;

static void check(struct story *s, struct sent *sent)
{
	struct why why;
	size_t len;
	char *text = everything(sent, &len);
	must(store_begin(s->store, &why), &why);
	struct outbox *mail = outbox_by_message_id(s->store, sent->mail->message_id);
	assert_non_null(mail);
	bool both = strcmp(mail->message, "introduce") == 0;
	struct intro *intro = mail->intro != 0 ? intro_get(s->store, mail->intro) : NULL;
	for (int p = 0; p < PEOPLE; p++) {
		char name[16], address[16], word[16], reason[16];
		int64_t id = p + 1;
		snprintf(name, sizeof name, "Q%s", who(p) + 1);
		snprintf(address, sizeof address, "%s@", who(p));
		snprintf(word, sizeof word, "Word%s", who(p));
		snprintf(reason, sizeof reason, "Reason%s", who(p));
		bool theirs = both && (id == intro->requester || id == intro->target);
		if (holds(text, len, name) && !may_know(s, mail, id))
			fail_msg("'%s' to %s names %s:\n%s", mail->message, sent->who, name, text);
		if (holds(text, len, address) && strcmp(sent->who, who(p)) != 0 && !theirs)
			fail_msg("'%s' to %s shows %s:\n%s", mail->message, sent->who, address,
			         text);
		if (holds(text, len, word) && !may_read(s, mail, id))
			fail_msg("'%s' to %s tells %s:\n%s", mail->message, sent->who, word, text);
		if (holds(text, len, reason) && mail->member != id)
			fail_msg("'%s' to %s tells %s:\n%s", mail->message, sent->who, reason,
			         text);
	}
	store_rollback(s->store);
	free(text);
	checked++;
}

static void check_new(struct story *s)
{
	for (size_t i = 0; i < s->sent_count; i++) {
		if (!s->sent[i].seen)
			check(s, &s->sent[i]);
		s->sent[i].seen = true;
	}
}

/* --- the stories ------------------------------------------------------------------------------ */

static struct story *random_network(void)
{
	static const char *const languages[] = { "en", "fr", "de" };
	struct story *s = story_new();
	s->gateway.disclosure = (enum conf_disclosure)chance(3);
	s->gateway.reminders[1] = chance(2) ? 5 : 0;
	for (int i = 0; i < PEOPLE; i++)
		assert_int_equal(person_in(s, who(i), languages[chance(3)], MEMBER_MEMBER), i + 1);
	for (int i = 1; i < PEOPLE; i++)
		knows(s, who(i), who((int)chance((unsigned)i)), 1 + (int)chance(4));
	for (int i = 0; i < PEOPLE; i++) {
		int a = (int)chance(PEOPLE), b = (int)chance(PEOPLE);
		if (a != b)
			knows(s, who(a), who(b), 1 + (int)chance(4));
	}
	return s;
}

static void ask_somebody(struct story *s)
{
	int from = (int)chance(PEOPLE), to = (int)chance(PEOPLE);
	struct str subject;
	str_init(&subject, 100);
	str_addf(&subject, "Introduction to Q%s Person", who(to) + 1);
	named[from][to] = true;
	writes(s, who(from), subject.text, "Dear you,\n\nOur product is new. A word, please?");
	check_new(s);
	for (size_t i = s->sent_count; i-- > 0;)
		if (strcmp(s->sent[i].text_name, "confirm") == 0 &&
		    strcmp(s->sent[i].who, who(from)) == 0) {
			answers(s, who(from), "confirm", "Yes");
			break;
		}
	str_free(&subject);
}

static void put_answer(struct str *text, const char *name)
{
	int other = (int)chance(PEOPLE), self = name[1] - 'a';
	switch (chance(12)) {
	case 0: case 1: case 2:
		str_addf(text, "ACCEPT\n\nWord%s counts.", name);
		break;
	case 3: str_addf(text, "ACCEPT UNNAMED\n\nWord%s counts.", name); break;
	case 4: str_add(text, "ACCEPT ANY"); break;
	case 5: str_add(text, "ACCEPT"); break;
	case 6: case 7:
		str_addf(text, "DECLINE\n\nReason%s is mine.", name);
		break;
	case 8: str_add(text, "NOT NOW, ask me on 20 June 2026"); break;
	case 9: str_addf(text, "What does it cost?"); break;
	case 10:
		named[self][other] = true;
		str_addf(text, "ASK Q%s Person INSTEAD", who(other) + 1);
		break;
	default: str_add(text, "Perhaps, we will see."); break;
	}
}

/* Somebody answers the last mail they got that can be answered. */
static void answer_something(struct story *s)
{
	static const char *const asking[] = { "ask",     "ask_target", "instead", "reminder",
		                              "unclear", "question",   "noted",   "outcome" };
	size_t at = s->sent_count > 0 ? chance((unsigned)s->sent_count) : 0;
	for (size_t tried = 0; tried < s->sent_count; tried++, at = (at + 1) % s->sent_count) {
		for (size_t i = 0; i < sizeof asking / sizeof asking[0]; i++) {
			if (strcmp(s->sent[at].text_name, asking[i]) != 0)
				continue;
			struct str text;
			char name[64];
			str_init(&text, 1000);
			snprintf(name, sizeof name, "%s", s->sent[at].who);
			put_answer(&text, name);
			if (chance(8) == 0)
				answers_from(s, "eve@evil.test", name, asking[i], text.text);
			else
				answers(s, name, asking[i], text.text);
			str_free(&text);
			return;
		}
	}
}

static void tell_one(unsigned seed)
{
	chance_state = seed * 7919u + 1;
	struct story *s = random_network();
	memset(named, 0, sizeof named);
	for (int i = 0; i < STEPS; i++) {
		unsigned what = chance(10);
		if (i == 0 || what == 0)
			ask_somebody(s);
		else if (what < 8)
			answer_something(s);
		else if (what == 8)
			days(s, 1 + (int)chance(4));
		else
			writes(s, who((int)chance(PEOPLE)), "STATUS", "STATUS");
		check_new(s);
	}
	days(s, 30);
	check_new(s);
	struct why why;
	must(store_check(s->store, &why), &why); /* states are what the log of events says */
	story_end(s);
}

static void no_name_appears_before_its_owner_agreed(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < STORIES; seed++)
		tell_one(seed);
	print_message("%d mails read\n", checked);
	assert_true(checked > STORIES * 10);
}

/* The test itself must be able to fail: what hides in base64 and in soft breaks is found. */
static void what_is_written_in_code_is_read(void **state)
{
	(void)state;
	static char subject[] = "", body[] = "";
	struct message mail = { .subject = subject, .text = body };
	static char coded[] =
		"Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8gUWE3eCBQ\r\nZXJzb24=\r\n";
	static char soft[] = "Subject: x\r\n\r\nHello Qa=\r\n7x\r\n";
	char *const octets[] = { coded, soft };
	for (int i = 0; i < 2; i++) {
		struct sent sent = { .octets = octets[i], .mail = &mail };
		size_t len;
		char *text = everything(&sent, &len);
		assert_true(holds(text, len, "Qa7x"));
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_in_code_is_read),
		cmocka_unit_test(no_name_appears_before_its_owner_agreed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
