/* inside: what the files of turn/ share; nobody else includes it. */
#ifndef TURN_INSIDE_H
#define TURN_INSIDE_H

#include "base/calendar.h"
#include "base/str.h"
#include "core/consent.h"
#include "core/relay.h"
#include "core/request.h"
#include "core/verdict.h"
#include "turn/turn.h"

#include <jansson.h>

/* --- letter.c: a mail to somebody, as an outbox row -------------------------- */

struct letter {
	const char *message;      /* which text */
	int64_t member;           /* to whom; 0: `address` */
	const char *address;      /* nobody's membership: an admin's, somebody's who was erased */
	const char *language;     /* for `address`; NULL: the gateway's */
	const struct intro *intro; /* or NULL */
	int64_t ask;              /* the ask this mail carries, whose bounce moves it on; 0: none */
	const char *token;        /* in the Reply-To; NULL: the plain address */
	const struct message *re; /* the mail this answers; NULL: none */
	json_t *values;           /* taken over; may be NULL */
	int64_t not_before;       /* leaves then at the earliest; 0: now */
	const char *hub;          /* whose texts it is written in (its name); NULL: the gateway's */
	const char *files;        /* JSON for outbox.files, or NULL */
	bool capped;              /* a stranger's doing: counts among the answers of a day */
};
/* Nothing is written to who wants no mail, but the last confirmation of that;
 * answers (`re`) are capped per address and day. */
void letter_write(struct turn *turn, const struct letter *letter);
/* A mail to each of the gateway's `admins`, whether they are members or not; none
 * is configured: nothing. `values` is taken over, may be NULL; its text greets
 * with "Hello{{#reader}} {{first}}{{/reader}}," and ends with {{> foot_admin}}. */
void letter_admins(struct turn *turn, const char *message, json_t *values);
/* One mail to both, in both languages. */
void letter_introduce(struct turn *turn, const struct intro *intro, json_t *values);

/* --- value.c: what the texts show ----------------------------------------------- */

json_t *value_person(struct turn *turn, int64_t member); /* {name, first, firm, title, city} */
json_t *value_name(struct turn *turn, int64_t member);   /* {name, first} */
#define OFFER_MOST 1200 /* characters of an offer in a mail; the whole is attached */
/* Wrapped at 70 columns; after `limit` characters "[...]". */
json_t *value_lines(const char *text, size_t limit);
bool value_is_cut(const char *text, size_t limit);
json_t *value_purpose(enum purpose purpose); /* {"sale": true} */
json_t *value_date(struct turn *turn, int64_t reader, int64_t at);
json_t *value_files(struct turn *turn, int64_t inbox); /* [{name, size}] */
/* All values of an ask, its reminder, its answer: who, whom, why, who vouches, until when. */
json_t *value_ask(struct turn *turn, const struct intro *intro, const struct ask *ask);
/* The accepted asks that led to this one, nearest first; how many. */
size_t trail_of(struct turn *turn, const struct ask *ask, struct ask *trail[ROUTE_MOST_HOPS]);
/* On which day an unanswered ask ends: by another way, or (`expires`) the whole introduction. */
void value_end(struct turn *turn, json_t *values, int64_t reader, int64_t end_at, bool expires);
const char *zone_of(struct turn *turn, int64_t member);
struct calendar calendar_of(struct turn *turn, int64_t member);

/* --- way.c: the network and the ways through it --------------------------------- */

struct way {
	int64_t from, next; /* the holder it starts from, the member to ask */
	int64_t parent;     /* the holder's accepted ask; 0: the requester */
	int hop;            /* links from the requester to `next` */
	bool needs_consent; /* the holder accepted for another contact */
};
/* After an accept: first the contact it was for, then as way_find. */
enum rc way_next(struct turn *turn, const struct intro *intro, const struct ask *accepted,
                 struct way *way);
/* To whom would `member`, `hop` links from the requester, pass it: the next link
 * of the best way on from there; 0: there is none. */
int64_t way_onward(struct turn *turn, const struct intro *intro, int64_t member, int hop);
/* How well each of `to` can be reached from `from` now, one search each: the
 * worth of the best chain, 0 without one. */
void way_reach(struct turn *turn, int64_t from, const int64_t *to, size_t count, double *worth);
/* May this member, `hop` links from the requester, be asked to relay: not asked
 * about it before, not too often this month, and a link is left to the target. */
bool way_may_ask(struct turn *turn, const struct intro *intro, int64_t member, int hop);
/* The best way from anybody who holds the request. */
enum rc way_find(struct turn *turn, const struct intro *intro, struct way *way);

/* --- load.c: who was asked how often ------------------------------------------------ */

/* Asks to relay in the last 30 days, by member; good until the next call. */
size_t load_counts(struct turn *turn, const struct ask_count **counts);
void load_free(struct turn_load **load);

/* --- step.c: an event of an introduction -------------------------------------------- */

struct step {
	enum relay_event event;
	struct ask *ask;                /* what it is about; NULL: the whole introduction */
	const struct verdict *verdict;  /* a person's answer, or NULL */
	const struct message *re;       /* the mail it came in, or NULL */
	int64_t date_at;                /* EV_NOT_NOW: until when; 0: not said */
	int64_t suggested; /* EV_ACCEPT: whom they want asked in their place; 0: nobody */
	const char *text;               /* a question, an answer, what was not clear */
	bool told;                      /* EV_WITHDRAW: the requester is told elsewhere */
};
void step_take(struct turn *turn, struct intro *intro, const struct step *step);
/* The first step of a new introduction. */
void step_open(struct turn *turn, struct intro *intro);
/* First reminder, second, giving up: when the ask is due next. */
int64_t step_due_at(struct turn *turn, const struct ask *ask);
/* When an ask sent now reaches somebody who is awake; its days count from then. */
int64_t step_ask_at(struct turn *turn, int64_t member);
void step_event_log(struct turn *turn, const struct intro *intro, const struct ask *ask,
                    const char *what);

int step_reminders(const struct conf_gateway *gateway); /* 0 to 2 */

/* --- act.c: what was decided ------------------------------------------------------------- */

void act_do(struct turn *turn, struct intro *intro, const struct step *step,
            enum relay_action action, const struct way *way);
/* What the person who answered is told: one mail, and never two. */
void act_note(struct turn *turn, struct intro *intro, const struct step *step,
              enum relay_action action);

/* --- approve.c: a yes before the first ask --------------------------------------------- */

/* False: there is no approver, it may start. */
bool approve_ask(struct turn *turn, const struct intro *intro);
void approve_due(struct turn *turn, struct ask *ask);
void approve_take(struct turn *turn, struct ask *ask, const struct message *m);

/* --- suggest.c: somebody else is better placed ------------------------------------------ */

/* The member meant, if they may be asked; 0: nobody we know, or may ask. */
int64_t suggest_find(struct turn *turn, const struct intro *intro, const struct ask *ask,
                     const char *suggested);

/* --- outcome.c: what became of an introduction ----------------------------------------- */

/* Both will be asked, some days from now. */
void outcome_plan(struct turn *turn, const struct intro *intro);
/* The day has come: the question, one reminder, or the end of waiting. */
void outcome_due(struct turn *turn, struct ask *ask);
void outcome_take(struct turn *turn, struct ask *ask, const struct message *m);

/* --- open.c: a request for an introduction -------------------------------------------- */

/* `inbox`: the mail that asks (its attachments travel); `named`: the target as written. */
void open_request(struct turn *turn, const struct member *requester, const char *name,
                  const char *firm, const char *address, const char *offer, int64_t inbox,
                  const struct message *re);
/* The same for somebody who was found already; `query`: as named. */
void open_to(struct turn *turn, const struct member *requester, const struct member *target,
             const char *query, const char *offer, int64_t inbox, const struct message *re);
/* The ways a request would have now, best first; 0 for whoever may not be asked. */
#define OPEN_WAYS TURN_CHANCE_WAYS
size_t open_ways(struct turn *turn, const struct member *requester, const struct member *target,
                 struct route_chain chains[OPEN_WAYS]);
/* Whom `reader` means: by address, or by name and firm those who may be met, one of
 * exactly that name alone. */
size_t open_find(struct turn *turn, int64_t reader, const char *name, const char *firm,
                 const char *address, struct member **found);
/* "Jane Doe (Acme)": the target as named. */
void open_query(struct str *query, const char *name, const char *firm, const char *address);
/* The answer to "whom do you mean?" */
void open_choice(struct turn *turn, const struct member *requester, struct ask *choice,
                 const char *words, const struct message *re);
/* STATUS: the requester's introductions, as far as they have been told. */
json_t *open_status(struct turn *turn, int64_t requester);
/* A failure is told on the next day of news, so that no hour betrays who said no;
 * until then it looks open to the requester. */
bool open_untold(struct turn *turn, const struct intro *intro);

/* --- handle.c: what ties a mail to an ask --------------------------------------------- */

/* What ties a mail to an ask of ours. */
struct handle {
	enum consent_handle kind;
	struct ask *ask;
	struct outbox *quoted; /* the mail of ours it answers or returns, if known */
	char *detail; /* of the sub-address, when it is no token; the caller's to free */
};
/* By the token in a recipient, our message-id in the references, a readable
 * reference; `sender` may be NULL. */
struct handle handle_find(struct turn *turn, const struct message *m, const struct member *sender);
struct ask *handle_ask_of(struct turn *turn, const struct outbox *mail); /* it carries, or NULL */

/* --- answer.c: what a believed mail of a member says ------------------------------------ */

/* To an ask of ours, or of its own accord (h->ask NULL). */
void answer_take(struct turn *turn, const struct handle *h, const struct member *sender,
                 const struct request *request, const struct inbox *mail, const struct message *m);
/* "Was this you?" to the known address; once a day where a server is believed. */
void answer_confirm(struct turn *turn, const struct member *sender, const struct ask *about,
                    int64_t inbox, const struct message *m);
/* A token came back from another address: only the asked person hears of it. */
void answer_stranger(struct turn *turn, const struct ask *ask, const struct message *m);
/* A list or a form of ours was only the thread to write something else in: true if
 * its words, without the subject, are commands or a request, and that is done. */
bool answer_commands(struct turn *turn, const struct member *sender, const struct inbox *mail,
                     const struct message *m);
/* Everything of this person's that waits for an answer, `but` one (may be NULL), is a no. */
void answer_stop_all(struct turn *turn, int64_t member, const struct ask *but);
bool answer_changes(const struct request *request); /* would it change something, not only tell? */

/* --- delivery.c ------------------------------------------------------------------------- */

/* This mail did not arrive: its ask, if it carries one, moves on. */
void delivery_failed(struct turn *turn, const struct outbox *mail);

/* The next random name, in the room given. */
const char *fresh_token(struct turn *turn, struct token *room);

#endif
