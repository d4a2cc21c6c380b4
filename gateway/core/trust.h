/* trust: the probability that one person passes on what another vouches for,
 * kept for each pair, never a score of a person.
 *
 * A Beta distribution: what the pair stated is a prior of weight 4, what
 * happened between them adds to one side or the other, and what happened long
 * ago counts less. Forgetting is applied when the routing file is built, so
 * that trust does not move between. */
#ifndef CORE_TRUST_H
#define CORE_TRUST_H

/* "How well do you know each other?" 0 not at all ... 4 very well -> percent. */
int trust_stated_percent(int stated);

struct trust {
	int stated;       /* 0..4; 0 is no link, whatever happened */
	double good, bad; /* evidence for and against; one clear event weighs 1 */
};

enum trust_event {
	TRUST_ACCEPTED, /* passed it on */
	TRUST_DECLINED, /* answered no: they do answer */
	TRUST_SILENT,   /* did not answer in time */
	TRUST_NEITHER,  /* "I know neither of them": the link is hardly there */
	TRUST_USEFUL,   /* both met and found it good */
	TRUST_USELESS,  /* they did not */
};

void trust_learn(struct trust *trust, enum trust_event event);

/* As after `days` without an event: evidence halves in a year. */
void trust_forget(struct trust *trust, int days);

/* The mean, as the whole percent of a link: 1..100, or 0 for none. */
int trust_percent(const struct trust *trust);

/* A relay's load factor in percent, 100 (free) to 50, from the asks of the
 * last 30 days: some are nothing, then each makes chains through them 4 %
 * worse, so that a few do not carry everything. */
int trust_load_percent(int recent_asks);

#endif
