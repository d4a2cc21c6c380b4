#include "core/route_key.h"

/* round(ln(prime) * 2^49); times 8 leaves room for the links. */
static const struct {
	uint8_t prime;
	uint64_t log;
} primes[] = {
	{ 2, 390207173010335 },   { 3, 618463736733793 },   { 5, 906032997839270 },
	{ 7, 1095450027772747 },  { 11, 1349895032131027 }, { 13, 1443938121310996 },
	{ 17, 1594957320069086 }, { 19, 1657571786173643 }, { 23, 1765126322810108 },
	{ 29, 1895619030646664 }, { 31, 1933162936814294 }, { 37, 2032766070731247 },
	{ 41, 2090555221977875 }, { 43, 2117367429937924 }, { 47, 2167440413047854 },
	{ 53, 2235075647803179 }, { 59, 2295449514120380 }, { 61, 2314216250357254 },
	{ 67, 2367031514237079 }, { 71, 2399675438230372 }, { 73, 2415313942550515 },
	{ 79, 2459780465023161 }, { 83, 2487586114335297 }, { 89, 2526877635265915 },
	{ 97, 2575333332264444 },
};

static uint64_t log_of(unsigned percent)
{
	uint64_t sum = 0;
	for (unsigned i = 0; i < sizeof primes / sizeof *primes; i++)
		for (; percent % primes[i].prime == 0; percent /= primes[i].prime)
			sum += primes[i].log;
	return sum;
}

void route_key_fill(struct route_key *key)
{
	uint64_t whole = log_of(100);
	key->link[0] = key->load[0] = ROUTE_KEY_NOWHERE;
	for (unsigned percent = 1; percent <= 100; percent++) {
		key->load[percent] = 8 * (whole - log_of(percent));
		key->link[percent] = key->load[percent] + 1;
	}
}
