/* The people: drawn from the seed alone, before there is a store.
 *
 * Ties: most within a circle of near ones, the others anywhere, rather to who
 * has many. Log-odds of passing on = how well they know each other + how
 * obliging the asked person is + chance; moved as a whole so that the mean over
 * all ties is what the published experiments found. So a silent person is
 * silent towards everybody, which the gateway has to find out. A reminder moves
 * some of the silent ones, about half as much as the first mail. Answers come
 * after a median of 0.8 days with a long tail; some people are away, a few
 * addresses dead, and of those who will not, a third says so. */
#include "base/mem.h"
#include "sim/sim.h"

#include <math.h>
#include <stdlib.h>

const struct sim_options sim_default = { .seed = 1,     .members = 100000, .intros = 24163,
	                                 .days = 365,   .pass = 0.35,      .wrong = 0.2,
	                                 .reminder = 0.5, .contacts = 12 };

/* What the draws are for: each its own stream of told chance. */
enum { TIES = 1, PERSON, STATE, REQUEST, TEMPER, YES, NO, LATER, DELAY, AWAY, AWAY_DAYS };

#define NEAR        300  /* people of one circle: ids so close */
#define NEAR_SHARE  0.7
#define LEVEL_STEP  0.9  /* on the log-odds of passing on */
#define PERSON_SPREAD 0.8
#define TIE_SPREAD  0.5
#define DEAD_SHARE  0.02
#define NO_SHARE    0.35 /* of those who will not: who says so */
#define LATER_SHARE 0.05
#define AWAY_SHARE  0.06
#define AWAY_MOST   15   /* days */
#define DELAY_SPREAD 1.3 /* of the logarithm */

/* --- who knows whom ---------------------------------------------------------------- */

struct draft {
	uint32_t from, to;
	uint8_t level;
};

/* Of near ones many are close; of far ones hardly any. */
static uint8_t level_of(double u, bool near)
{
	static const double most[2][4] = { { 0.50, 0.85, 0.97, 1 }, { 0.25, 0.60, 0.85, 1 } };
	uint8_t level = 0;
	while (u > most[near][level])
		level++;
	return (uint8_t)(level + 1);
}

/* Far ties go to who has many already: a few know very many. */
static struct draft draw_tie(struct sim_random *r, const struct draft *before, size_t count,
                             uint32_t from, uint32_t members)
{
	bool near = sim_uniform(r) < NEAR_SHARE;
	uint64_t step = 1 + sim_below(r, NEAR), popular = count > 0 ? sim_below(r, count) : 0;
	uint32_t to = (uint32_t)((from + step) % members);
	if (!near && count > 0 && sim_uniform(r) < 0.5)
		to = before[popular].to;
	else if (!near)
		to = (uint32_t)sim_below(r, members);
	return (struct draft){ from, to, level_of(sim_uniform(r), near) };
}

static int by_ends(const void *a, const void *b)
{
	const struct draft *x = a, *y = b;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to < y->to ? -1 : x->to > y->to;
}

/* Both ways, without doubles. */
static size_t draw_ties(const struct sim_options *o, struct draft **ties)
{
	size_t wanted = (size_t)(o->members * o->contacts / 2), count = 0;
	struct sim_random r = sim_random_of(o->seed, TIES, 0, 0);
	struct draft *d = mem_zero(2 * wanted, sizeof *d);
	for (size_t i = 0; i < wanted; i++)
		d[i] = draw_tie(&r, d, i, (uint32_t)sim_below(&r, o->members), o->members);
	for (size_t i = 0; i < wanted; i++)
		d[wanted + i] = (struct draft){ d[i].to, d[i].from, d[i].level };
	qsort(d, 2 * wanted, sizeof *d, by_ends);
	for (size_t i = 0; i < 2 * wanted; i++)
		if (d[i].from != d[i].to && (count == 0 || by_ends(&d[i], &d[count - 1]) != 0))
			d[count++] = d[i];
	*ties = d;
	return count;
}

/* --- who would pass it on ------------------------------------------------------------ */

static double chance_at(double log_odds)
{
	return 1 / (1 + exp(-log_odds));
}

/* The log-odds stand in `pass`; all are moved so that their chances have this mean. */
static void settle_mean(struct sim_tie *ties, size_t count, double wanted)
{
	double low = -10, high = 10;
	for (int i = 0; i < 50; i++) {
		double middle = (low + high) / 2, sum = 0;
		for (size_t t = 0; t < count; t += 1 + count / 200000)
			sum += chance_at(ties[t].pass + middle);
		if (sum / (double)((count - 1) / (1 + count / 200000) + 1) < wanted)
			low = middle;
		else
			high = middle;
	}
	for (size_t t = 0; t < count; t++)
		ties[t].pass = (float)chance_at(ties[t].pass + low);
}

static uint8_t stated_of(const struct sim_options *o, uint64_t from, uint64_t to, int level)
{
	double u = sim_told(o->seed, STATE, from, to);
	if (u >= o->wrong)
		return (uint8_t)level;
	if (level == 1 || (level < 4 && u < o->wrong / 2))
		return (uint8_t)(level + 1);
	return (uint8_t)(level - 1);
}

static void make_ties(struct sim_people *p, const struct draft *drafts, size_t count)
{
	const struct sim_options *o = &p->options;
	float *temper = mem_zero(o->members, sizeof *temper);
	for (uint32_t i = 0; i < o->members; i++) {
		struct sim_random r = sim_random_of(o->seed, TEMPER, i, 0);
		temper[i] = (float)(PERSON_SPREAD * sim_normal(&r));
	}
	for (size_t t = 0; t < count; t++) {
		const struct draft *d = &drafts[t];
		struct sim_random r = sim_random_of(o->seed, TIES, d->from + 1, d->to);
		double log_odds =
			temper[d->to] + LEVEL_STEP * d->level + TIE_SPREAD * sim_normal(&r);
		p->tie[t] = (struct sim_tie){ d->to, d->level,
			                      stated_of(o, d->from, d->to, d->level),
			                      (float)log_odds };
		p->first[d->from + 1] = (uint32_t)t + 1;
	}
	for (uint32_t i = 1; i <= o->members; i++)
		if (p->first[i] == 0)
			p->first[i] = p->first[i - 1];
	/* a dead address passes nothing on */
	settle_mean(p->tie, count, o->pass / (1 - DEAD_SHARE));
	free(temper);
}

static int by_time(const void *a, const void *b)
{
	const struct sim_request *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->from < y->from ? -1 : x->from > y->from;
}

static void make_requests(struct sim_people *p)
{
	const struct sim_options *o = &p->options;
	struct sim_random r = sim_random_of(o->seed, REQUEST, 0, 0);
	for (uint32_t i = 0; i < o->intros; i++) {
		struct sim_request *q = &p->request[i];
		q->from = (uint32_t)sim_below(&r, o->members);
		q->to = (uint32_t)((q->from + 1 + sim_below(&r, o->members - 1)) % o->members);
		q->at = (int64_t)(sim_uniform(&r) * (double)(o->days * SIM_DAY));
	}
	qsort(p->request, o->intros, sizeof *p->request, by_time);
}

struct sim_people *sim_people_new(const struct sim_options *options)
{
	struct sim_people *p = mem_zero(1, sizeof *p);
	struct draft *drafts;
	p->options = *options;
	size_t count = draw_ties(options, &drafts);
	p->person = mem_zero(options->members, sizeof *p->person);
	p->first = mem_zero(options->members + 1, sizeof *p->first);
	p->tie = mem_zero(count, sizeof *p->tie);
	p->request = mem_zero(options->intros, sizeof *p->request);
	make_ties(p, drafts, count);
	for (uint32_t i = 0; i < options->members; i++) {
		struct sim_random r = sim_random_of(options->seed, PERSON, i, 0);
		p->person[i].delay_days = (float)(0.8 * exp(0.6 * sim_normal(&r)));
		p->person[i].dead = sim_uniform(&r) < DEAD_SHARE;
	}
	make_requests(p);
	free(drafts);
	return p;
}

void sim_people_free(struct sim_people **people)
{
	if (*people == NULL)
		return;
	free((*people)->person);
	free((*people)->first);
	free((*people)->tie);
	free((*people)->request);
	free(*people);
	*people = NULL;
}

const struct sim_tie *sim_tie_find(const struct sim_people *p, uint32_t from, uint32_t to)
{
	uint32_t low = p->first[from], high = p->first[from + 1];
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (p->tie[middle].to < to)
			low = middle + 1;
		else
			high = middle;
	}
	return low < p->first[from + 1] && p->tie[low].to == to ? &p->tie[low] : NULL;
}

/* --- what they do ----------------------------------------------------------------------- */

/* Would say yes, had they been asked and reminded so often. */
static double moved(double pass, double reminder, int reminders)
{
	return 1 - pow(1 - pass, 1 + reminder * reminders);
}

struct sim_answer sim_answer_of(const struct sim_people *p, uint32_t request, uint32_t asked,
                                double pass, bool first_time)
{
	const struct sim_options *o = &p->options;
	double u = sim_told(o->seed, YES, request, asked);
	struct sim_random r = sim_random_of(o->seed, DELAY, request, asked);
	double days = p->person[asked].delay_days * exp(DELAY_SPREAD * sim_normal(&r));
	struct sim_answer a = { .delay_s = 60 + (int64_t)(days * (double)SIM_DAY) };
	if (sim_told(o->seed, AWAY, request, asked) < AWAY_SHARE)
		a.away_s = (int64_t)((double)SIM_DAY *
		                     (1 + AWAY_MOST *
		                          sim_told(o->seed, AWAY_DAYS, request, asked)));
	while (a.reminder <= 2 && u >= moved(pass, o->reminder, a.reminder))
		a.reminder++;
	if (a.reminder <= 2)
		a.deed = SIM_YES;
	else if (sim_told(o->seed, NO, request, asked) < NO_SHARE)
		a.deed = SIM_NO;
	if (first_time && a.deed != SIM_SILENCE && a.reminder == 0 &&
	    sim_told(o->seed, LATER, request, asked) < LATER_SHARE)
		a.deed = SIM_NOT_NOW;
	return a;
}
