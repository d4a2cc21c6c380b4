/* sim: modelled people, and the real core, turn and store between them.
 *
 * What is true of the people (who would pass what on for whom, how soon they
 * answer) is drawn first, from the seed, and kept here. The store gets what a
 * gateway can know: stated strengths, some of them wrong, and mails. Whether
 * somebody says yes depends on the seed, the introduction and the person, never
 * on the run: the same people meet the same requests with and without help. */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* --- random.c: told, not found --------------------------------------------------- */

struct sim_random {
	uint64_t state;
};
uint64_t sim_bits(struct sim_random *r);
double sim_uniform(struct sim_random *r); /* in (0, 1) */
double sim_normal(struct sim_random *r);
double sim_gamma(struct sim_random *r, double shape, double scale);
uint64_t sim_below(struct sim_random *r, uint64_t count);
/* The same for the same arguments, in whatever order they are asked. */
struct sim_random sim_random_of(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);
double sim_told(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);
/* A token_source: names, on which nothing depends. */
void sim_tokens(void *room, unsigned octets);

/* --- people.c: what is true ---------------------------------------------------------- */

#define SIM_DAY INT64_C(86400)

struct sim_options {
	uint64_t seed;
	uint32_t members, intros;
	int days;          /* over which the requests come */
	double pass;       /* mean over all ties: passes it on, asked once */
	double wrong;      /* share of strengths stated one too high or too low */
	double reminder;   /* how much a reminder moves, next to the first mail */
	double contacts;   /* ties of a member, mean */
};
extern const struct sim_options sim_default;

/* `from` knows `to`, and is known: `to` passes on what `from` vouches for. */
struct sim_tie {
	uint32_t to;
	uint8_t level;  /* how well, 1..4 */
	uint8_t stated; /* what was said */
	float pass;     /* hidden: the probability, asked once */
};

struct sim_person {
	float delay_days; /* median until the answer */
	bool dead;        /* the address: mail to it fails */
};

struct sim_request {
	uint32_t from, to;
	int64_t at; /* seconds after the start */
};

struct sim_people {
	struct sim_options options;
	struct sim_person *person;
	uint32_t *first; /* of a person's ties; members + 1 */
	struct sim_tie *tie;
	struct sim_request *request; /* in order of time */
};
struct sim_people *sim_people_new(const struct sim_options *options);
void sim_people_free(struct sim_people **people);
const struct sim_tie *sim_tie_find(const struct sim_people *people, uint32_t from, uint32_t to);

/* What this person does about this request, asked over that tie. */
enum sim_deed { SIM_SILENCE, SIM_YES, SIM_NO, SIM_NOT_NOW };
struct sim_answer {
	enum sim_deed deed;
	int reminder;     /* SIM_YES: moved by the first mail (0), the first, the second reminder */
	int64_t delay_s;  /* from the mail that moved them */
	int64_t away_s;   /* absent when asked, for so long; 0: there */
};
struct sim_answer sim_answer_of(const struct sim_people *people, uint32_t request, uint32_t asked,
                                double pass, bool first_time);

/* --- result: what a run found ----------------------------------------------------------- */

struct sim_fate { /* of one introduction */
	int64_t opened_s, ended_s;
	bool opened, reached, arrived; /* a way; the target was asked; and said yes */
	int hops, asks;
	double worth, formula, chance; /* as shown at the opening */
};

struct sim_result {
	char name[24];
	double seconds;             /* of the machine */
	uint32_t intros, opened, reached, arrived;
	double links;               /* of what arrived, mean */
	double days_half, days_most; /* to the introduction: median, 90th percentile */
	double mails;               /* per member and month of 30 days */
	double mails_busiest;       /* the most that one member got in a month, 99.9th percentile */
	double asks;                /* per introduction that arrived */
	double top_share;           /* of the relays of what arrived: the busiest 1 % of members */
	double top_three;           /* of arrivals, through the busiest three: at most this */
	struct sim_decile {
		uint32_t count, arrived;
		double shown; /* sum */
	} decile[10], formula[10]; /* the last third: by the shown chance; by the formula */
	double brier, brier_formula, brier_mean; /* of the last third; of always saying its mean */
};

void sim_result_count(struct sim_result *result, const struct sim_fate *fates, uint32_t count);
/* `passes`: how often each member is a relay of a chain that arrived; is sorted. */
void sim_result_relays(struct sim_result *result, uint32_t *passes, uint32_t members);
/* The largest error of a decile with 500 or more, in points; 0 if there is none. */
double sim_result_error(const struct sim_decile decile[10], uint32_t least);

/* --- settle.c: the people as a gateway knows them ---------------------------------------- */

enum sim_said { SIM_NO_TIES, SIM_ALIKE, SIM_STATED };
/* A database in `folder`: members, and ties as they were stated (or all alike). */
void sim_settle(const struct sim_people *people, const char *folder, enum sim_said said);
#define SIM_GATEWAY "intro@gw.test"
#define SIM_START   INT64_C(1780275600) /* Monday 2026-06-01, 03:00 in Paris */
int64_t sim_id(uint32_t person);        /* of the member in the store */
void sim_must(enum rc rc, const char *what); /* ends the program unless RC_OK */

/* --- off.c: without help ------------------------------------------------------------------ */

/* Each holder passes it to one of their contacts; lengths are drawn from the
 * distribution that explains the published experiments. The core's table and
 * the store's rows, no ceiling, no turn. `folder` is used up. */
struct sim_length {
	double mean, deviation; /* gamma, in links */
};
void sim_off(const struct sim_people *people, const char *folder, struct sim_length length,
             struct sim_fate *fates, struct sim_result *result);

/* --- world.c: with the gateway ------------------------------------------------------------- */

struct sim_help {
	const char *name, *sentence;
	enum sim_said said;            /* SIM_STATED: trust routes; SIM_ALIKE: the shortest way */
	bool remind, repair, spread;
};
/* `folder`: from sim_settle, is used up. */
void sim_on(const struct sim_people *people, const char *folder, const struct sim_help *help,
            struct sim_fate *fates, struct sim_result *result);

#endif
