/* turn: one event, one transaction. The only place where core meets store.
 *
 * Each function runs inside a transaction its caller has begun (or a part of
 * one: store_part) and leaves what it decided in the store: states, asks,
 * mails to send, what happened. Time and chance come from struct turn, so a
 * story can be told with a clock of its own. */
#ifndef TURN_TURN_H
#define TURN_TURN_H

#include "base/rc.h"
#include "base/token.h"
#include "core/route.h"
#include "conf/conf.h"
#include "io/parse.h"
#include "io/submit.h"
#include "mail/message.h"
#include "mailtemplates/catalog.h"
#include "store/store.h"

#include <stdint.h>

struct turn {
	struct store *store;
	const struct conf_gateway *gateway;
	const struct catalog *catalog;
	int64_t now_at;
	token_source random;
	/* who knows whom, as of network_generation; mapped or built when first needed */
	struct network *network;
	int64_t network_generation;
	struct route_scratch *scratch;
	struct parse *parse; /* reads files of contacts; NULL: in this process (tests) */
	struct turn_load *load; /* how often each was asked this month */
};
void turn_end(struct turn *turn); /* lets the network go, and what goes with it */

/* The routing file STATE/routing: built when there is none and the network is
 * large, and anew when so much has changed since that the overlay slows the
 * search. A process of its own does it (turn_network_build); turn_network_renew
 * then takes the new one up. */
bool turn_network_stale(const struct turn *turn);
void turn_network_renew(struct turn *turn);
enum rc turn_network_build(struct turn *turn, struct why *why);

/* Where a mail lay, for dedupe and acknowledgement. */
struct turn_place {
	const char *source; /* the mailbox's URL */
	int64_t uidvalidity, uid;
	const char *name; /* the UID as text, or the file's name */
	const char *hash; /* SHA-256 of the octets (base/digest.h) */
};

/* One incoming mail. RC_NONE: taken before, only acknowledge it. Its
 * attachments are files, synced, before this returns. RC_TEMP: a disk said no. */
enum rc turn_mail(struct turn *turn, const struct turn_place *place, const struct message *message,
                  struct why *why);
/* One that nobody could read (too large, two workers died): booked, set aside. */
void turn_set_aside(struct turn *turn, const struct turn_place *place, const char *state,
                    const char *sentence);

/* Everything whose time has come, at most `most` events; how many there were. */
size_t turn_due(struct turn *turn, size_t most);
/* When something is due next; 0: nothing. */
int64_t turn_next_at(struct turn *turn);

/* What became of a mail handed over; refused ones move their ask on. */
void turn_delivered(struct turn *turn, const struct submit_result *result);

/* One mail to the `admins` (the text "alarm") with those of `lines` they were not
 * told of within a day; false: there is none, or they were told of 40 already.
 * `kind`: "texts" (of the mails, with flaws) or "held" (a mail that is), whose
 * words stand in the text; NULL: `subject` says it in one sentence. */
bool turn_alarm(struct turn *turn, const char *kind, const char *subject, const char *lines);

/* The admin's hand. RC_NONE: no such introduction, or it has ended. */
enum rc turn_withdraw(struct turn *turn, int64_t intro);

/* The best chains from one member to another as a request would use them now
 * (`route A B`): how many of `most`. */
size_t turn_ways(struct turn *turn, int64_t from, int64_t to, int max_hops,
                 struct route_chain *chains, size_t most);

/* The same, asked by an admin who wants to know why. */
struct turn_route {
	int64_t from, to;
	int max_hops;
	const int64_t *avoid; /* relays not to be passed */
	size_t avoid_count;
	bool rested; /* as if nobody had been asked this month: no load, no limit */
};
size_t turn_route(struct turn *turn, const struct turn_route *route, struct route_chain *chains,
                  size_t most);
/* The chance that an introduction by these ways, best first, arrives before its
 * deadline, as outcomes have taught (core/chance.h); none: 0. Counts at most
 * TURN_CHANCE_WAYS of them. */
#define TURN_CHANCE_WAYS 3
double turn_chance(struct turn *turn, const struct route_chain *chains, size_t count);

/* Links of the shortest way, however many; -1: there is none. Reads the whole network. */
int turn_nearest(struct turn *turn, const struct turn_route *route);
/* A relay's load factor in percent as a request counts it now; 0: asked as often
 * this month as asks_per_month allows, so not passed. */
int turn_load(struct turn *turn, int64_t member);

#endif
