/* relay: what happens next in an introduction. A table; no clock, no store, no
 * network: time is an event, a way is an event.
 *
 * An introduction has at most one open ask to a relay or the target. The
 * people who have accepted are kept: when an ask fails, the next way starts
 * from any of them (local repair), and who said no is never passed again. */
#ifndef CORE_RELAY_H
#define CORE_RELAY_H

#include "core/route.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum intro_state { INTRO_ROUTING, INTRO_ASKING, INTRO_INTRODUCED, INTRO_FAILED, INTRO_WITHDRAWN };
#define INTRO_STATES 5

/* relay, target, instead move the introduction on; question, receipt, choice
 * belong to the requester: a question passed on, the receipt's thread, "whom do
 * you mean?". confirm: "was this you?". The last ones belong to members and
 * administrators, outside of an introduction or beside it. */
enum ask_kind {
	ASK_RELAY,
	ASK_TARGET,
	ASK_INSTEAD, /* "to her instead?": one more contact of somebody who has accepted */
	ASK_QUESTION,
	ASK_RECEIPT,
	ASK_CONFIRM,
	ASK_CHOICE,
	ASK_INVITE,    /* "Alice would like you in her network" */
	ASK_STRENGTH,  /* "how well do you know each other?", of member and `next` */
	ASK_PROFILE,   /* the form of a profile */
	ASK_SEARCH,    /* numbered hits: a number and a text start an introduction */
	ASK_CONTACTS,  /* "112 people read, keep them?" */
	ASK_RECOMMEND, /* "may this testimonial be shown?" */
	ASK_JOIN,      /* an administrator: may this person be a member? */
	ASK_HUB,       /* an administrator: may this member join the hub? */
	ASK_ADDRESS,   /* is this new address yours? */
	ASK_APPROVE,   /* an approver: may this introduction start? */
	ASK_OUTCOME,   /* "did you meet? was it useful?" */
	ASK_SUGGEST,   /* to whoever suggested somebody: what is their address? */
	ASK_RULES,     /* the form of the rules */
};
#define ASK_KINDS 20

enum ask_state {
	ASK_NONE, /* not about one ask */
	ASK_OPEN,
	ASK_ACCEPTED,
	ASK_DECLINED,
	ASK_POSTPONED,
	ASK_SILENT,
	ASK_BOUNCED,
	ASK_MOOT, /* no longer needed */
};
#define ASK_STATES 8

/* The words of the store and of --json. */
const char *intro_state_name(enum intro_state state);
const char *ask_kind_name(enum ask_kind kind);
const char *ask_state_name(enum ask_state state);
int intro_state_find(const char *name); /* -1: none of that name */
int ask_kind_find(const char *name);
int ask_state_find(const char *name);

enum relay_event {
	EV_WAY,      /* a way on was found */
	EV_NO_WAY,   /* none is left */
	EV_ACCEPT,
	EV_DECLINE,  /* also: suggests somebody else, is not the person, wants no mail */
	EV_NOT_NOW,
	EV_QUESTION,
	EV_ANSWER,   /* the requester's, to a question */
	EV_UNCLEAR,
	EV_BOUNCE,   /* the ask cannot be delivered */
	EV_DUE,      /* the ask's time has come: remind, give up, or ask again */
	EV_DEADLINE, /* the introduction's */
	EV_PROGRESS, /* a day for news has come */
	EV_WITHDRAW,
};
#define RELAY_EVENTS 13
const char *relay_event_name(enum relay_event event);

enum relay_action {
	ACT_NOTHING,
	ACT_FIND_WAY,   /* then feed EV_WAY or EV_NO_WAY */
	ACT_FIND_NEXT,  /* the same, first to the contact the accept was for */
	ACT_ASK,
	ACT_ASK_INSTEAD,
	ACT_REMIND,
	ACT_ASK_AGAIN,  /* the day has come that they named */
	ACT_POSTPONE,
	ACT_INTRODUCE,
	ACT_FAIL,
	ACT_WITHDRAW,
	ACT_PROGRESS,
	ACT_QUESTION,
	ACT_ANSWER,
	ACT_ASK_BACK,
	ACT_LATE,       /* kept for a repair; thanks */
	ACT_OVER,       /* nothing to do any more; say so */
};
#define RELAY_ACTIONS 17
const char *relay_action_name(enum relay_action action);

/* What the guards need to know; filled by the turn. */
struct relay_facts {
	bool at_target;     /* the ask is to the target */
	bool needs_consent; /* EV_WAY: through somebody who accepted for another contact */
	bool may_remind;    /* EV_DUE: a reminder is left */
	bool idle;          /* no other ask is open */
	bool waits;         /* EV_NO_WAY: a postponed ask may still be asked again */
	bool soon;          /* EV_NOT_NOW: a date near enough to wait for */
	bool in_time;       /* EV_NOT_NOW: the date, else now, is before the deadline */
};

struct relay_step {
	enum intro_state intro;
	enum ask_state ask; /* ASK_NONE: stays */
	enum relay_action action;
};

/* First matching row of the table; ACT_OVER for an answer and ACT_NOTHING for
 * the rest where no row matches: every pair is defined. */
struct relay_step relay_decide(enum intro_state intro, enum ask_state ask, enum relay_event event,
                               const struct relay_facts *facts);

/* --- the people of an introduction, for route_find --------------------------- */

struct relay_ask {
	int64_t id, member, next, parent;
	enum ask_kind kind;
	enum ask_state state;
	bool any_next;
	int hop;
};

#define RELAY_MOST_PEOPLE 64

/* Who holds the request: the requester, and all who accepted and may be used
 * again; each with the links left of max_hops. How many. */
size_t relay_sources(int64_t requester, const struct relay_ask *asks, size_t count, int max_hops,
                     struct route_source sources[RELAY_MOST_PEOPLE]);
/* Who is not to be passed: refused, silent, bounced, postponed. How many. */
size_t relay_shunned(const struct relay_ask *asks, size_t count,
                     int64_t shunned[RELAY_MOST_PEOPLE]);
/* The accepted ask of `member`, the newest; -1: the requester, or none. */
int relay_accepted(const struct relay_ask *asks, size_t count, int64_t member);
/* Does `member`'s accept cover passing it to `next`? */
bool relay_covers(const struct relay_ask *asks, size_t count, int64_t member, int64_t next);

/* The chance of arriving, from the worth of the best chains with different
 * first links: one of them must hold. Until outcomes calibrate it. */
double relay_chance(const struct route_chain *chains, size_t count);
enum chance_word { CHANCE_SLIM, CHANCE_LOW, CHANCE_FAIR, CHANCE_GOOD, CHANCE_VERY_GOOD };
enum chance_word relay_chance_word(double chance);
const char *chance_word_name(enum chance_word word); /* "very_good" */

#endif
