#include "cli/route_why.h"

#include <stdio.h>

const char *route_number(double worth, struct route_number *room)
{
	int digits = 3;
	for (double x = worth; x > 0 && x < 0.1 && digits < 15; x *= 10)
		digits++;
	snprintf(room->text, sizeof room->text, "%.*f", digits, worth);
	return room->text;
}

/* Products of whole percents, each padded with 100 to the same number of
 * factors: 6 of trust and 5 of load are below 2^74. */
static unsigned __int128 trust_product(const struct route_chain *c)
{
	unsigned __int128 product = 1;
	for (int i = 0; i < ROUTE_MOST_HOPS; i++)
		product *= i < c->hops ? (unsigned)c->percent[i] : 100u;
	return product;
}

static unsigned __int128 score_product(const struct route_chain *c)
{
	unsigned __int128 product = trust_product(c);
	for (int i = 1; i < ROUTE_MOST_HOPS; i++)
		product *= i < c->hops ? (unsigned)c->load[i] : 100u;
	return product;
}

/* The first place where they part, when both have the same number of links. */
static int parting(const struct route_chain *a, const struct route_chain *b)
{
	int i = 0;
	while (i < a->hops && a->member[i] == b->member[i])
		i++;
	return i;
}

int route_why_compare(const struct route_chain *a, const struct route_chain *b)
{
	unsigned __int128 x = score_product(a), y = score_product(b);
	if (x != y)
		return x > y ? -1 : 1;
	if (a->hops != b->hops)
		return a->hops < b->hops ? -1 : 1;
	int64_t left = a->member[parting(a, b)], right = b->member[parting(a, b)];
	return left < right ? -1 : left > right;
}

bool route_why_same(const struct route_chain *a, const struct route_chain *b)
{
	return a->hops == b->hops && a->member[parting(a, b)] == b->member[parting(a, b)];
}

static int weakest(const struct route_chain *c)
{
	int at = 0;
	for (int i = 1; i < c->hops; i++)
		if (c->percent[i] < c->percent[at])
			at = i;
	return at;
}

static int busiest(const struct route_chain *c)
{
	int at = 1;
	for (int i = 2; i < c->hops; i++)
		if (c->load[i] < c->load[at])
			at = i;
	return at;
}

static const char *name(const struct route_names *names, int64_t member)
{
	return names->name(names->context, member);
}

/* Trust alone would not have put it behind. */
static void why_busy(const struct route_chain *best, const struct route_chain *other,
                     const struct route_names *names, struct str *out)
{
	struct route_number a = { "" }, b = { "" };
	int at = busiest(other);
	if (trust_product(other) > trust_product(best))
		str_addf(out, "By trust alone it is worth more (%s against %s), but ",
		         route_number(other->worth, &a), route_number(best->worth, &b));
	else
		str_add(out, "By trust alone it is worth the same, but ");
	str_addf(out,
	         "%s has been asked often of late (load %d %%), so it counts as %s against %s.",
	         name(names, other->member[at]), other->load[at], route_number(other->score, &a),
	         route_number(best->score, &b));
}

static void why_lower(const struct route_chain *best, const struct route_chain *other,
                      const struct route_names *names, struct str *out)
{
	struct route_number a = { "" }, b = { "" };
	int at = weakest(other);
	int less = (int)(100 * (1 - other->worth / best->worth) + 0.5);
	str_addf(out, "Lower product: %s against %s, ", route_number(other->worth, &a),
	         route_number(best->worth, &b));
	if (less >= 1)
		str_addf(out, "%d %% less; ", less < 99 ? less : 99);
	else
		str_add(out, "not one percent less; ");
	if (other->hops > 1)
		str_addf(out, "its weakest link is %s to %s with %d %%.",
		         name(names, other->member[at]), name(names, other->member[at + 1]),
		         other->percent[at]);
	else
		str_addf(out, "its only link has %d %%.", other->percent[0]);
}

static void why_tie(const struct route_chain *best, const struct route_chain *other,
                    const struct route_names *names, struct str *out)
{
	struct route_number a = { "" };
	str_addf(out, "A tie at %s", route_number(best->score, &a));
	if (best->hops != other->hops) {
		str_addf(out, "; the fewer links go first: %d against %d.", best->hops,
		         other->hops);
		return;
	}
	int at = parting(best, other);
	str_addf(out, " with as many links; the lower member id goes first:"
	         " %s is member %lld, %s is member %lld.",
	         name(names, best->member[at]), (long long)best->member[at],
	         name(names, other->member[at]), (long long)other->member[at]);
}

void route_why(const struct route_chain *best, const struct route_chain *other,
               const struct route_names *names, struct str *out)
{
	if (score_product(best) == score_product(other))
		why_tie(best, other, names, out);
	else if (trust_product(other) >= trust_product(best))
		why_busy(best, other, names, out);
	else
		why_lower(best, other, names, out);
}
