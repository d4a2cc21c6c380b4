#include "core/trust.h"

#include <assert.h>

#define PRIOR_WEIGHT 4.0
#define KEPT_IN_A_DAY 0.99810278 /* to the 365th it is a half */
#define ASKS_FREE 2
#define LOAD_STEP 0.96
#define LOAD_LEAST 50

int trust_stated_percent(int stated)
{
	static const int percent[] = { 0, 15, 35, 60, 80 };
	return stated >= 0 && stated <= 4 ? percent[stated] : 0;
}

void trust_learn(struct trust *trust, enum trust_event event)
{
	static const struct {
		double good, bad;
	} weight[] = {
		[TRUST_ACCEPTED] = { 1, 0 },  [TRUST_DECLINED] = { 0, 0.75 },
		[TRUST_SILENT] = { 0, 1 },    [TRUST_NEITHER] = { 0, 4 },
		[TRUST_USEFUL] = { 0.5, 0 },  [TRUST_USELESS] = { 0, 0.5 },
	};
	assert(event >= TRUST_ACCEPTED && event <= TRUST_USELESS);
	trust->good += weight[event].good;
	trust->bad += weight[event].bad;
}

static double power(double base, int exponent)
{
	double result = 1;
	for (; exponent > 0; exponent /= 2, base *= base)
		if (exponent % 2 == 1)
			result *= base;
	return result;
}

void trust_forget(struct trust *trust, int days)
{
	double kept = power(KEPT_IN_A_DAY, days);
	trust->good *= kept;
	trust->bad *= kept;
}

int trust_percent(const struct trust *trust)
{
	double prior = trust_stated_percent(trust->stated) / 100.0;
	if (prior <= 0)
		return 0;
	double good = PRIOR_WEIGHT * prior + trust->good;
	int percent = (int)(100 * good / (PRIOR_WEIGHT + trust->good + trust->bad) + 0.5);
	return percent < 1 ? 1 : percent;
}

int trust_load_percent(int recent_asks)
{
	int over = recent_asks > ASKS_FREE ? recent_asks - ASKS_FREE : 0;
	int percent = (int)(100 * power(LOAD_STEP, over) + 0.5);
	return percent > LOAD_LEAST ? percent : LOAD_LEAST;
}
