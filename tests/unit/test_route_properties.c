/* What must hold of every answer, on networks too large to enumerate: it does
 * not hang on the members' numbers, more trust never makes it worse, who is
 * avoided is never in it, and a repair never passes somebody who refused. */
#include "core/route.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MEMBERS 400
#define LINKS 2400
#define ROUNDS 300

static struct network_link link[LINKS];
static struct route_scratch *scratch;
static unsigned random_state;

static int draw(int below)
{
	random_state = random_state * 1103515245u + 12345u;
	return (int)((random_state >> 12) % (unsigned)below);
}

/* A new network every round, with a few members that many know. */
static struct network *draw_network(void)
{
	for (size_t i = 0; i < LINKS; i++)
		link[i] = (struct network_link){ 1 + draw(draw(4) ? MEMBERS : 20),
		                                 1 + draw(MEMBERS), draw(101) };
	return network_new(link, LINKS);
}

static bool find(const struct network *n, int64_t from, int64_t to, const int64_t *avoid,
                 size_t avoids, struct route_chain *chain)
{
	struct route_source source = { from, ROUTE_MOST_HOPS };
	struct route_query q = { .sources = &source, .source_count = 1, .to = to,
	                         .avoid = avoid, .avoid_count = avoids };
	memset(chain, 0, sizeof *chain);
	return route_find_in(scratch, n, &q, chain) == RC_OK;
}

static bool passes(const struct route_chain *c, int64_t member)
{
	for (int i = 0; i <= c->hops; i++)
		if (c->member[i] == member)
			return true;
	return false;
}

static bool equal(double a, double b)
{
	return fabs(a - b) <= 1e-12 * fabs(a);
}

static bool same_way(const struct route_chain *a, const struct route_chain *b)
{
	return a->hops == b->hops &&
	       memcmp(a->member, b->member, sizeof *a->member * (size_t)(a->hops + 1)) == 0;
}

/* 1 .. MEMBERS to numbers in quite another order. */
static int64_t renamed(int64_t member)
{
	return (member * 151 % 401) * 1000003 + 17;
}

static void test_numbers_do_not_matter(void **state)
{
	static struct network_link other[LINKS];
	int found = 0;
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct route_chain here, there;
		struct network *n = draw_network();
		for (size_t k = 0; k < LINKS; k++) /* in another order too */
			other[LINKS - 1 - k] = (struct network_link){
				renamed(link[k].from), renamed(link[k].to), link[k].percent };
		struct network *m = network_new(other, LINKS);
		int64_t from = 1 + draw(MEMBERS), to = 1 + draw(MEMBERS);
		bool is = find(n, from, to, NULL, 0, &here);
		assert_int_equal(is, find(m, renamed(from), renamed(to), NULL, 0, &there));
		if (is) {
			assert_int_equal(here.hops, there.hops);
			assert_true(equal(here.worth, there.worth));
		}
		found += is;
		network_free(&n);
		network_free(&m);
	}
	assert_in_range(found, ROUNDS / 4, ROUNDS);
}

/* Half the time a link of the best chain itself, whose change must show. */
static void test_more_trust_is_never_worse(void **state)
{
	int better = 0;
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct route_chain before, after;
		struct network *n = draw_network();
		int64_t from = 1 + draw(MEMBERS), to = 1 + draw(MEMBERS);
		bool was = find(n, from, to, NULL, 0, &before);
		struct network_link change = link[draw(LINKS)];
		bool own = was && before.hops > 0 && draw(2) == 0;
		if (own)
			change = (struct network_link){ before.member[0], before.member[1],
			                                before.percent[0] };
		if (change.percent < 100)
			change.percent += 1 + draw(100 - change.percent);
		for (size_t k = 0; k < LINKS; k++) /* of parallel links the best counts */
			if (link[k].from == change.from && link[k].to == change.to &&
			    link[k].percent > change.percent)
				change.percent = link[k].percent;
		network_change(n, &change);
		bool is = find(n, from, to, NULL, 0, &after);
		assert_true(is || !was);
		assert_true(!was || after.worth >= before.worth);
		assert_true(!own || before.percent[0] == 100 || after.worth > before.worth);
		better += is && (!was || after.worth > before.worth);
		network_free(&n);
	}
	assert_in_range(better, ROUNDS / 20, ROUNDS);
}

static void test_avoided_members_are_avoided(void **state)
{
	int moved = 0;
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct route_chain free_way, way;
		int64_t avoid[8];
		struct network *n = draw_network();
		int64_t from = 1 + draw(MEMBERS), to = 1 + draw(MEMBERS);
		bool was = find(n, from, to, NULL, 0, &free_way), hit = false;
		for (int k = 0; k < 8; k++) {
			avoid[k] = k < 2 && was ? free_way.member[draw(free_way.hops + 1)] :
			           1 + draw(MEMBERS);
			hit |= was && passes(&free_way, avoid[k]);
		}
		bool is = find(n, from, to, avoid, 8, &way);
		for (int k = 0; is && k < 8; k++)
			assert_false(passes(&way, avoid[k]));
		assert_true(was || !is);
		assert_true(!is || way.worth <= free_way.worth);
		moved += is && hit;
		/* And those who were not on it change nothing. */
		size_t others = 0;
		for (size_t k = 0; k < 8; k++)
			if (!passes(&free_way, avoid[k]))
				avoid[others++] = avoid[k];
		if (was) {
			assert_true(find(n, from, to, avoid, others, &way));
			assert_true(same_way(&way, &free_way));
		}
		network_free(&n);
	}
	assert_in_range(moved, ROUNDS / 20, ROUNDS);
}

/* One introduction to its end: everybody asked accepts or refuses by chance. */
struct story {
	struct route_source accepted[ROUTE_MOST_HOPS * 50];
	size_t accepts;
	int64_t refused[MEMBERS];
	size_t refusals;
};

static int hops_left(const struct story *s, int64_t member)
{
	for (size_t i = 0; i < s->accepts; i++)
		if (s->accepted[i].member == member)
			return s->accepted[i].hops;
	return 0;
}

static bool ask_along(struct story *s, const struct route_chain *c)
{
	int left = hops_left(s, c->member[0]);
	assert_in_range(c->hops, 1, left);
	for (int i = 1; i <= c->hops; i++) {
		if (draw(3) > 0) {
			s->refused[s->refusals++] = c->member[i];
			return false;
		}
		if (left - i > 0 && hops_left(s, c->member[i]) == 0)
			s->accepted[s->accepts++] = (struct route_source){ c->member[i], left - i };
	}
	return true;
}

static void test_a_repair_never_passes_who_refused(void **state)
{
	int repairs = 0;
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct network *n = draw_network();
		struct story s = { .accepts = 1,
		                   .accepted = { { 1 + draw(MEMBERS), ROUTE_MOST_HOPS } } };
		struct route_query q = { .sources = s.accepted, .avoid = s.refused,
		                         .to = 1 + draw(MEMBERS) };
		struct route_chain c;
		bool there = q.to == s.accepted[0].member;
		while (!there && s.accepts < 100) {
			q.source_count = s.accepts;
			q.avoid_count = s.refusals;
			if (route_find_in(scratch, n, &q, &c) != RC_OK)
				break;
			for (size_t k = 0; k < s.refusals; k++)
				assert_false(passes(&c, s.refused[k]));
			repairs += s.refusals > 0;
			there = ask_along(&s, &c);
		}
		network_free(&n);
	}
	assert_in_range(repairs, ROUNDS / 10, ROUNDS * MEMBERS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_do_not_matter),
		cmocka_unit_test(test_more_trust_is_never_worse),
		cmocka_unit_test(test_avoided_members_are_avoided),
		cmocka_unit_test(test_a_repair_never_passes_who_refused),
	};
	const char *given = getenv("ROUTE_SEED");
	random_state = given != NULL ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
	print_message("random networks from ROUTE_SEED=%u\n", random_state);
	scratch = route_scratch_new();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	route_scratch_free(&scratch);
	return failed;
}
