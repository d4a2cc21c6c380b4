#include "core/interval.h"

#define Z 1.959963985 /* of the normal distribution, at 97.5 % */

/* Newton's; of 0..1 only, so that no library is needed for one root. */
static double root(double x)
{
	double r = 1;
	for (int i = 0; i < 60 && x > 0; i++)
		r = (r + x / r) / 2;
	return x > 0 ? r : 0;
}

struct interval interval_of(int64_t hits, int64_t cases)
{
	if (cases <= 0)
		return (struct interval){ 0, 0, 1 };
	double n = (double)cases, p = (double)hits / n;
	double middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
	double half = Z * root(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n);
	double low = middle - half, high = middle + half;
	return (struct interval){ p, hits == 0 || low < 0 ? 0 : low,
		                  hits == cases || high > 1 ? 1 : high };
}
