/* Without help: a chain goes from hand to hand until somebody keeps it. */
#include "base/mem.h"
#include "base/rc.h"
#include "base/token.h"
#include "core/relay.h"
#include "sim/sim.h"
#include "store/store.h"

#include <math.h>
#include <stdlib.h>

enum { LENGTH = 100, CONTACT };

struct chain {
	const struct sim_people *people;
	struct store *store;
	struct intro intro;
	struct ask ask;   /* the last one */
	uint32_t request; /* its number */
	uint32_t holder, before;
	int64_t at;
};

/* One event, decided by the core and kept in the store. */
static enum relay_action take(struct chain *c, enum relay_event event)
{
	struct relay_facts facts = { .idle = true, .at_target = c->ask.kind == ASK_TARGET };
	struct relay_step step = relay_decide(c->intro.state, c->ask.state, event, &facts);
	if (step.intro != c->intro.state) {
		bool ends = step.intro == INTRO_INTRODUCED || step.intro == INTRO_FAILED;
		intro_state_set(c->store, c->intro.id, step.intro, ends ? SIM_START + c->at : 0);
		c->intro.state = step.intro;
	}
	if (step.ask != ASK_NONE && c->ask.id != 0) {
		ask_state_set(c->store, c->ask.id, c->ask.state, step.ask, 0, 0);
		c->ask.state = step.ask;
	}
	return step.action;
}

static void open_chain(struct chain *c, int links)
{
	const struct sim_request *q = &c->people->request[c->request];
	struct reference reference = reference_make(sim_tokens);
	c->intro = (struct intro){ .reference = reference.text, .offer = "", .hops = links,
		                   .requester = sim_id(q->from), .target = sim_id(q->to),
		                   .state = INTRO_ROUTING, .opened_at = SIM_START + q->at,
		                   .deadline_at = SIM_START + q->at + 60 * SIM_DAY };
	intro_add(c->store, &c->intro);
	c->holder = c->before = q->from;
	c->at = q->at;
}

/* A contact, but not back to where it came from. */
static uint32_t contact_of(const struct chain *c, int hop)
{
	const struct sim_people *p = c->people;
	uint32_t first = p->first[c->holder], count = p->first[c->holder + 1] - first;
	struct sim_random r = sim_random_of(p->options.seed, CONTACT, c->request, (uint64_t)hop);
	if (count == 0)
		return c->holder;
	uint32_t to = p->tie[first + sim_below(&r, count)].to;
	return to == c->before && count > 1 ? p->tie[first + sim_below(&r, count)].to : to;
}

static void ask_next(struct chain *c, uint32_t next, int hop, bool target)
{
	struct token token = token_make(sim_tokens);
	c->ask = (struct ask){ .token = token.text, .intro = c->intro.id, .member = sim_id(next),
		               .kind = target ? ASK_TARGET : ASK_RELAY, .parent = c->ask.id,
		               .hop = hop, .state = ASK_OPEN, .asked_at = SIM_START + c->at };
	ask_add(c->store, &c->ask);
}

static bool passes_on(struct chain *c, uint32_t next)
{
	const struct sim_tie *tie = sim_tie_find(c->people, c->holder, next);
	if (tie == NULL || c->people->person[next].dead)
		return false;
	struct sim_answer a = sim_answer_of(c->people, c->request, next, tie->pass, false);
	c->at += a.delay_s;
	return a.deed == SIM_YES && a.reminder == 0;
}

static void walk(struct chain *c, int links, struct sim_fate *fate)
{
	open_chain(c, links);
	for (int hop = 1; take(c, EV_WAY) == ACT_ASK; hop++) {
		bool target = hop == links;
		uint32_t next = target ? c->people->request[c->request].to : contact_of(c, hop);
		ask_next(c, next, hop, target);
		fate->reached = target;
		fate->asks++;
		if (target || passes_on(c, next)) {
			take(c, EV_ACCEPT); /* what reached its target had arrived */
		} else {
			take(c, EV_DUE);
			take(c, EV_NO_WAY);
		}
		c->before = c->holder;
		c->holder = next;
		if (c->intro.state != INTRO_ROUTING)
			break;
	}
	fate->arrived = c->intro.state == INTRO_INTRODUCED;
}

void sim_off(const struct sim_people *p, const char *folder, struct sim_length length,
             struct sim_fate *fates, struct sim_result *result)
{
	struct store *store;
	struct why why;
	double scale = length.deviation * length.deviation / length.mean;
	sim_must(store_open(folder, &store, &why), why.text);
	sim_must(store_begin(store, &why), why.text);
	for (uint32_t i = 0; i < p->options.intros; i++) {
		struct sim_random r = sim_random_of(p->options.seed, LENGTH, i, 0);
		long links = lround(sim_gamma(&r, length.mean / scale, scale));
		struct chain c = { .people = p, .store = store, .request = i };
		fates[i] = (struct sim_fate){ .opened = true, .opened_s = p->request[i].at };
		walk(&c, links < 1 ? 1 : (int)links, &fates[i]);
		fates[i].hops = c.ask.hop;
		fates[i].ended_s = c.at;
	}
	sim_must(store_commit(store, &why), why.text);
	store_close(&store);
	sim_result_count(result, fates, p->options.intros);
}
