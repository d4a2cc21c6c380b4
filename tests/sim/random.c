/* Told chance: splitmix64 (Steele, Lea, Flood 2014), and what is drawn with it. */
#include "sim/sim.h"

#include <math.h>

static uint64_t mixed(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t sim_bits(struct sim_random *r)
{
	return mixed(r->state += UINT64_C(0x9e3779b97f4a7c15));
}

double sim_uniform(struct sim_random *r)
{
	return ((double)(sim_bits(r) >> 11) + 0.5) * 0x1p-53;
}

uint64_t sim_below(struct sim_random *r, uint64_t count)
{
	return (uint64_t)(sim_uniform(r) * (double)count);
}

double sim_normal(struct sim_random *r)
{
	double radius = sqrt(-2 * log(sim_uniform(r)));
	return radius * cos(2 * M_PI * sim_uniform(r));
}

/* Marsaglia and Tsang 2000, for a shape of 1 or more. */
double sim_gamma(struct sim_random *r, double shape, double scale)
{
	double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
	for (;;) {
		double x = sim_normal(r), v = 1 + c * x;
		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(sim_uniform(r)) < 0.5 * x * x + d - d * v + d * log(v))
			return d * v * scale;
	}
}

struct sim_random sim_random_of(uint64_t seed, uint64_t a, uint64_t b, uint64_t c)
{
	return (struct sim_random){ mixed(mixed(mixed(mixed(seed + 1) + a) + b) + c) };
}

void sim_tokens(void *room, unsigned octets)
{
	static struct sim_random r = { 1 };
	for (unsigned i = 0; i < octets; i++)
		((unsigned char *)room)[i] = (unsigned char)sim_bits(&r);
}

double sim_told(uint64_t seed, uint64_t a, uint64_t b, uint64_t c)
{
	struct sim_random r = sim_random_of(seed, a, b, c);
	return sim_uniform(&r);
}
