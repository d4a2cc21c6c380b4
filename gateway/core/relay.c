#include "core/relay.h"

#include <string.h>

static const char *const intro_names[INTRO_STATES] = { "routing", "asking", "introduced", "failed",
	                                               "withdrawn" };
static const char *const kind_names[ASK_KINDS] = {
	"relay",  "target",    "instead", "question", "receipt", "confirm", "choice",
	"invite", "strength",  "profile", "search",   "contacts", "recommend", "join",
	"hub",    "address",   "approve", "outcome",  "suggest",  "rules",
};
static const char *const ask_names[ASK_STATES] = { "none",      "open",   "accepted", "declined",
	                                           "postponed", "silent", "bounced",  "moot" };
static const char *const event_names[RELAY_EVENTS] = {
	"way", "no-way", "accept", "decline", "not-now", "question", "answer",
	"unclear", "bounce", "due", "deadline", "progress", "withdraw",
};
static const char *const action_names[RELAY_ACTIONS] = {
	"nothing",   "find-way", "find-next", "ask",  "ask-instead", "remind",
	"ask-again", "postpone", "introduce", "fail", "withdraw",    "progress",
	"question",  "answer",   "ask-back",  "late", "over",
};
static const char *const chance_names[] = { "slim", "low", "fair", "good", "very_good" };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int find(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}

const char *intro_state_name(enum intro_state state)
{
	return intro_names[state];
}

const char *ask_kind_name(enum ask_kind kind)
{
	return kind_names[kind];
}

const char *ask_state_name(enum ask_state state)
{
	return ask_names[state];
}

int intro_state_find(const char *name)
{
	return find(intro_names, COUNT(intro_names), name);
}

int ask_kind_find(const char *name)
{
	return find(kind_names, COUNT(kind_names), name);
}

int ask_state_find(const char *name)
{
	return find(ask_names, COUNT(ask_names), name);
}

const char *relay_event_name(enum relay_event event)
{
	return event_names[event];
}

const char *relay_action_name(enum relay_action action)
{
	return action_names[action];
}

const char *chance_word_name(enum chance_word word)
{
	return chance_names[word];
}

static bool at_target(const struct relay_facts *f)
{
	return f->at_target;
}

static bool target_in_time(const struct relay_facts *f)
{
	return f->at_target && f->in_time;
}

static bool needs_consent(const struct relay_facts *f)
{
	return f->needs_consent;
}

static bool may_remind(const struct relay_facts *f)
{
	return f->may_remind;
}

static bool idle(const struct relay_facts *f)
{
	return f->idle;
}

static bool idle_at_target(const struct relay_facts *f)
{
	return f->idle && f->at_target;
}

static bool waits(const struct relay_facts *f)
{
	return f->waits;
}

static bool soon(const struct relay_facts *f)
{
	return f->soon && f->in_time;
}

/* Sets of ask states. */
#define ONE(state) (1u << (state))
#define OPEN       ONE(ASK_OPEN)
#define LATER      ONE(ASK_POSTPONED)
#define PENDING    (OPEN | LATER)
#define PASSED_BY  (ONE(ASK_SILENT) | ONE(ASK_DECLINED))
#define ANY        (ONE(ASK_STATES) - 1)

/* The machine. First matching row wins. */
static const struct rule {
	enum intro_state from;
	unsigned asks;
	enum relay_event on;
	bool (*when)(const struct relay_facts *);
	enum intro_state to;
	enum ask_state ask;
	enum relay_action act;
} rules[] = {
	/* looking for a way */
	{ INTRO_ROUTING, ANY, EV_WAY, needs_consent, INTRO_ASKING, ASK_NONE, ACT_ASK_INSTEAD },
	{ INTRO_ROUTING, ANY, EV_WAY, NULL, INTRO_ASKING, ASK_NONE, ACT_ASK },
	{ INTRO_ROUTING, ANY, EV_NO_WAY, waits, INTRO_ASKING, ASK_NONE, ACT_NOTHING },
	{ INTRO_ROUTING, ANY, EV_NO_WAY, NULL, INTRO_FAILED, ASK_NONE, ACT_FAIL },
	/* yes */
	{ INTRO_ASKING, OPEN, EV_ACCEPT, at_target, INTRO_INTRODUCED, ASK_ACCEPTED, ACT_INTRODUCE },
	{ INTRO_ASKING, OPEN, EV_ACCEPT, NULL, INTRO_ROUTING, ASK_ACCEPTED, ACT_FIND_NEXT },
	{ INTRO_ASKING, LATER, EV_ACCEPT, idle_at_target, INTRO_INTRODUCED, ASK_ACCEPTED,
	  ACT_INTRODUCE },
	{ INTRO_ASKING, LATER, EV_ACCEPT, idle, INTRO_ROUTING, ASK_ACCEPTED, ACT_FIND_NEXT },
	{ INTRO_ASKING, LATER | PASSED_BY, EV_ACCEPT, NULL, INTRO_ASKING, ASK_ACCEPTED, ACT_LATE },
	{ INTRO_FAILED, LATER | ONE(ASK_SILENT), EV_ACCEPT, target_in_time, INTRO_INTRODUCED,
	  ASK_ACCEPTED, ACT_INTRODUCE },
	/* no */
	{ INTRO_ASKING, PENDING, EV_DECLINE, at_target, INTRO_FAILED, ASK_DECLINED, ACT_FAIL },
	{ INTRO_ASKING, OPEN, EV_DECLINE, NULL, INTRO_ROUTING, ASK_DECLINED, ACT_FIND_WAY },
	{ INTRO_ASKING, LATER, EV_DECLINE, idle, INTRO_ROUTING, ASK_DECLINED, ACT_FIND_WAY },
	{ INTRO_ASKING, LATER, EV_DECLINE, NULL, INTRO_ASKING, ASK_DECLINED, ACT_NOTHING },
	/* not now: wait for a near date, else another way; asked again if it is still open */
	{ INTRO_ASKING, PENDING, EV_NOT_NOW, target_in_time, INTRO_ASKING, ASK_POSTPONED,
	  ACT_POSTPONE },
	{ INTRO_ASKING, PENDING, EV_NOT_NOW, at_target, INTRO_FAILED, ASK_DECLINED, ACT_FAIL },
	{ INTRO_ASKING, PENDING, EV_NOT_NOW, soon, INTRO_ASKING, ASK_POSTPONED, ACT_POSTPONE },
	{ INTRO_ASKING, OPEN, EV_NOT_NOW, NULL, INTRO_ROUTING, ASK_POSTPONED, ACT_FIND_WAY },
	{ INTRO_ASKING, LATER, EV_NOT_NOW, NULL, INTRO_ASKING, ASK_POSTPONED, ACT_NOTHING },
	/* talk */
	{ INTRO_ASKING, PENDING, EV_QUESTION, NULL, INTRO_ASKING, ASK_NONE, ACT_QUESTION },
	{ INTRO_ASKING, PENDING, EV_ANSWER, NULL, INTRO_ASKING, ASK_NONE, ACT_ANSWER },
	{ INTRO_ASKING, PENDING, EV_UNCLEAR, NULL, INTRO_ASKING, ASK_NONE, ACT_ASK_BACK },
	/* cannot be delivered */
	{ INTRO_ASKING, PENDING, EV_BOUNCE, at_target, INTRO_FAILED, ASK_BOUNCED, ACT_FAIL },
	{ INTRO_ASKING, OPEN, EV_BOUNCE, NULL, INTRO_ROUTING, ASK_BOUNCED, ACT_FIND_WAY },
	{ INTRO_ASKING, LATER, EV_BOUNCE, idle, INTRO_ROUTING, ASK_BOUNCED, ACT_FIND_WAY },
	{ INTRO_ASKING, LATER, EV_BOUNCE, NULL, INTRO_ASKING, ASK_BOUNCED, ACT_NOTHING },
	/* time */
	{ INTRO_ASKING, OPEN, EV_DUE, may_remind, INTRO_ASKING, ASK_NONE, ACT_REMIND },
	{ INTRO_ASKING, OPEN, EV_DUE, at_target, INTRO_FAILED, ASK_SILENT, ACT_FAIL },
	{ INTRO_ASKING, OPEN, EV_DUE, NULL, INTRO_ROUTING, ASK_SILENT, ACT_FIND_WAY },
	{ INTRO_ASKING, LATER, EV_DUE, idle, INTRO_ASKING, ASK_OPEN, ACT_ASK_AGAIN },
	{ INTRO_ASKING, LATER, EV_DUE, NULL, INTRO_ASKING, ASK_MOOT, ACT_NOTHING },
	{ INTRO_ASKING, ANY, EV_DEADLINE, NULL, INTRO_FAILED, ASK_NONE, ACT_FAIL },
	{ INTRO_ASKING, ANY, EV_PROGRESS, NULL, INTRO_ASKING, ASK_NONE, ACT_PROGRESS },
	/* the requester's own word */
	{ INTRO_ASKING, ANY, EV_WITHDRAW, NULL, INTRO_WITHDRAWN, ASK_NONE, ACT_WITHDRAW },
	{ INTRO_ROUTING, ANY, EV_WITHDRAW, NULL, INTRO_WITHDRAWN, ASK_NONE, ACT_WITHDRAW },
};

/* People are answered even when nothing can be done any more; machines and clocks are not. */
static bool from_a_person(enum relay_event event)
{
	return event == EV_ACCEPT || event == EV_DECLINE || event == EV_NOT_NOW ||
	       event == EV_QUESTION || event == EV_ANSWER || event == EV_UNCLEAR ||
	       event == EV_WITHDRAW;
}

struct relay_step relay_decide(enum intro_state intro, enum ask_state ask, enum relay_event event,
                               const struct relay_facts *facts)
{
	for (size_t i = 0; i < COUNT(rules); i++) {
		const struct rule *r = &rules[i];
		if (r->from == intro && (r->asks & ONE(ask)) != 0 && r->on == event &&
		    (r->when == NULL || r->when(facts)))
			return (struct relay_step){ r->to, r->ask, r->act };
	}
	return (struct relay_step){ intro, ASK_NONE,
		                    from_a_person(event) ? ACT_OVER : ACT_NOTHING };
}

static bool moves_on(const struct relay_ask *ask)
{
	return ask->kind == ASK_RELAY || ask->kind == ASK_TARGET || ask->kind == ASK_INSTEAD;
}

int relay_accepted(const struct relay_ask *asks, size_t count, int64_t member)
{
	for (size_t i = count; i-- > 0;)
		if (moves_on(&asks[i]) && asks[i].member == member && asks[i].state == ASK_ACCEPTED)
			return (int)i;
	return -1;
}

/* Asked about another contact once, whatever came of it: not again, unless ANY. */
static bool may_serve_again(const struct relay_ask *asks, size_t count, int64_t member)
{
	int at = relay_accepted(asks, count, member);
	if (at < 0)
		return false;
	if (asks[at].any_next)
		return true;
	for (size_t i = 0; i < count; i++)
		if (asks[i].member == member && asks[i].kind == ASK_INSTEAD)
			return false;
	return true;
}

size_t relay_sources(int64_t requester, const struct relay_ask *asks, size_t count, int max_hops,
                     struct route_source sources[RELAY_MOST_PEOPLE])
{
	size_t n = 0;
	sources[n++] = (struct route_source){ requester, max_hops };
	for (size_t i = 0; i < count && n < RELAY_MOST_PEOPLE; i++) {
		int left = max_hops - asks[i].hop;
		if (asks[i].kind == ASK_RELAY && asks[i].state == ASK_ACCEPTED && left > 0 &&
		    may_serve_again(asks, count, asks[i].member))
			sources[n++] = (struct route_source){ asks[i].member, left };
	}
	return n;
}

size_t relay_shunned(const struct relay_ask *asks, size_t count, int64_t shunned[RELAY_MOST_PEOPLE])
{
	size_t n = 0;
	for (size_t i = 0; i < count && n < RELAY_MOST_PEOPLE; i++) {
		if (asks[i].kind != ASK_RELAY)
			continue;
		bool refused = asks[i].state != ASK_ACCEPTED && asks[i].state != ASK_OPEN;
		bool spent = asks[i].state == ASK_ACCEPTED &&
		             !may_serve_again(asks, count, asks[i].member);
		if (refused || spent)
			shunned[n++] = asks[i].member;
	}
	return n;
}

bool relay_covers(const struct relay_ask *asks, size_t count, int64_t member, int64_t next)
{
	for (size_t i = 0; i < count; i++)
		if (moves_on(&asks[i]) && asks[i].member == member &&
		    asks[i].state == ASK_ACCEPTED && (asks[i].any_next || asks[i].next == next))
			return true;
	return false;
}

double relay_chance(const struct route_chain *chains, size_t count)
{
	double none = 1;
	for (size_t i = 0; i < count; i++)
		none *= 1 - chains[i].worth;
	return 1 - none;
}

enum chance_word relay_chance_word(double chance)
{
	static const double least[] = { 0, 0.1, 0.25, 0.5, 0.75 };
	int word = CHANCE_VERY_GOOD;
	while (chance < least[word] && word > CHANCE_SLIM)
		word--;
	return (enum chance_word)word;
}
