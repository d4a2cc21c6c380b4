/* The routing engine: a table of its traps, the vectors of the shared folder,
 * and random small networks against the enumeration of every chain. */
#include "core/route.h"
#include "core/route_search.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef unsigned __int128 product;

#define MOST 400

struct scene {
	struct network_link link[MOST], avoid_link[MOST];
	size_t links, avoid_links;
	int64_t avoid[MOST];
	size_t avoids;
	struct { int64_t member; int percent; } load[MOST];
	size_t loads;
	struct route_source source[MOST];
	size_t sources;
	int64_t to;
};

static struct route_query query_of(const struct scene *s)
{
	return (struct route_query){
		.sources = s->source, .source_count = s->sources, .to = s->to,
		.avoid = s->avoid, .avoid_count = s->avoids,
		.avoid_links = s->avoid_link, .avoid_link_count = s->avoid_links,
	};
}

static struct network *network_of(const struct scene *s)
{
	struct network *n = network_new(s->link, s->links);
	for (size_t i = 0; i < s->loads; i++)
		network_load_set(n, s->load[i].member, s->load[i].percent);
	return n;
}

/* "0>1:99,1>2:80" and "0>1"; "-" is nothing. */
static size_t read_links(const char *text, struct network_link *link)
{
	size_t count = 0;
	for (const char *at = text; at != NULL && *at != '\0' && *at != '-'; count++) {
		long from = 0, to = 0;
		int percent = 0;
		int fields = sscanf(at, "%ld>%ld:%d", &from, &to, &percent);
		assert_true(fields >= 2 && count < MOST);
		link[count] = (struct network_link){ from, to, percent };
		at = strchr(at, ',');
		at += at != NULL;
	}
	return count;
}

/* "3,4" and "3:80,4:90" */
static size_t read_numbers(const char *text, int64_t *number, int *after_colon)
{
	size_t count = 0;
	for (const char *at = text; at != NULL && *at != '\0' && *at != '-'; count++) {
		char *end;
		number[count] = strtol(at, &end, 10);
		if (after_colon != NULL && *end == ':')
			after_colon[count] = (int)strtol(end + 1, &end, 10);
		at = *end == ',' ? end + 1 : NULL;
	}
	return count;
}

static void read_load(const char *text, struct scene *s)
{
	int64_t member[MOST];
	int percent[MOST];
	s->loads = read_numbers(text, member, percent);
	for (size_t i = 0; i < s->loads; i++) {
		s->load[i].member = member[i];
		s->load[i].percent = percent[i];
	}
}

static product score_of(const struct route_chain *c)
{
	product score = 1;
	for (int i = 0; i < 6; i++)
		score *= (unsigned)(i < c->hops ? c->percent[i] : 100);
	for (int i = 1; i < 6; i++)
		score *= (unsigned)(i < c->hops ? c->load[i] : 100);
	return score;
}

static void path_text(const struct route_chain *c, char *out, size_t size)
{
	size_t len = 0;
	for (int i = 0; i <= c->hops; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%lld", i > 0 ? "-" : "",
		                        (long long)c->member[i]);
}

/* Finds in `s` and fails, naming `name`, unless the path is `want` ("none").
 * With a scratch that has seen other networks, or a fresh one (NULL). */
static void expect(const char *name, const struct scene *s, const char *want,
                   struct route_scratch *scratch, struct route_chain *chain)
{
	struct network *n = network_of(s);
	struct route_query q = query_of(s);
	char got[200] = "none";
	memset(chain, 0, sizeof *chain);
	if ((scratch != NULL ? route_find_in(scratch, n, &q, chain) : route_find(n, &q, chain)) ==
	    RC_OK)
		path_text(chain, got, sizeof got);
	network_free(&n);
	if (strcmp(got, want) != 0)
		fail_msg("%s: %s, not %s", name, got, want);
}

static const struct row {
	const char *name, *links, *sources; /* source:hops */
	long to;
	const char *avoid, *avoid_links, *load, *path;
} rows[] = {
	{ "seven links are too long",
	  "0>1:99,1>2:99,2>3:99,3>4:99,4>5:99,5>6:99,6>7:99,0>8:30,8>7:40", "0:6", 7, "", "", "",
	  "0-8-7" },
	{ "a better way to the middle that leaves too few links is not taken",
	  "0>1:99,1>2:99,2>3:99,3>4:99,0>4:50,4>5:90,5>6:90,6>7:90", "0:6", 7, "", "", "",
	  "0-4-5-6-7" },
	{ "the same seen from the target",
	  "0>1:90,1>2:90,2>3:90,3>4:99,4>5:99,5>6:99,6>7:99,3>7:20", "0:6", 7, "", "", "",
	  "0-1-2-3-7" },
	{ "an exact tie of three links and two goes to two", "0>1:60,1>2:60,2>4:25,0>3:30,3>4:30",
	  "0:6", 4, "", "", "", "0-3-4" },
	{ "an exact tie of equal length goes to the smaller ids", "0>1:80,1>3:50,0>2:50,2>3:80",
	  "0:6", 3, "", "", "", "0-1-3" },
	{ "ids are compared from the start, also when the end is smaller",
	  "9>2:50,2>8:50,8>7:50,9>3:50,3>1:50,1>7:50", "9:6", 7, "", "", "", "9-2-8-7" },
	{ "the larger ids lose although they are met first on both sides",
	  "1>5:100,5>6:90,6>9:100,1>4:100,4>7:90,7>9:100,1>3:99,3>8:90,8>9:100", "1:6", 9, "", "",
	  "", "1-4-7-9" },
	{ "8464 beats 8463", "0>1:91,1>3:93,0>2:92,2>3:92", "0:6", 3, "", "", "", "0-2-3" },
	{ "full trust in a circle ends", "0>1:100,1>2:100,2>0:100,2>1:100,2>3:50,3>4:50", "0:6", 4,
	  "", "", "", "0-1-2-3-4" },
	{ "of ways of full trust the shortest", "0>1:100,1>2:100,2>3:100,0>3:100", "0:6", 3, "", "",
	  "", "0-3" },
	{ "no trust is no link", "0>1:90,1>2:0", "0:6", 2, "", "", "", "none" },
	{ "a link to oneself is none", "0>0:100,0>1:90,1>1:100,1>2:90", "0:6", 2, "", "", "",
	  "0-1-2" },
	{ "of parallel links the best", "0>1:20,0>1:90,0>1:50,1>2:80,0>2:71", "0:6", 2, "", "", "",
	  "0-1-2" },
	{ "avoiding a pair removes its parallel links", "0>1:20,0>1:90,1>2:80,0>3:30,3>2:30", "0:6",
	  2, "", "0>1", "", "0-3-2" },
	{ "an avoided link may be met in the other direction", "0>2:50,2>1:90,1>3:90,0>1:90,1>2:90",
	  "0:6", 3, "", "0>1", "", "0-2-1-3" },
	{ "whoever asks for themselves is there already", "0>1:90,1>0:90", "1:6", 1, "", "", "",
	  "1" },
	{ "against the arrows there is no way", "1>0:90,2>1:90", "0:6", 2, "", "", "", "none" },
	{ "an unknown target", "0>1:90", "0:6", 77, "", "", "", "none" },
	{ "an unknown requester", "0>1:90", "77:6", 1, "", "", "", "none" },
	{ "an avoided target", "0>1:90", "0:6", 1, "1", "", "", "none" },
	{ "an avoided requester", "0>1:90", "0:6", 1, "0", "", "", "none" },
	{ "the second relay after the first refused", "0>1:90,1>4:90,0>2:80,2>4:90", "0:6", 4, "1",
	  "", "", "0-2-4" },
	{ "a busy relay loses", "0>1:90,1>4:90,0>2:80,2>4:90", "0:6", 4, "", "", "1:80", "0-2-4" },
	{ "a tie made by load goes to the smaller ids", "0>1:80,1>4:90,0>2:90,2>4:90", "0:6", 4, "",
	  "", "2:80,1:90", "0-1-4" },
	{ "load at the ends counts nothing", "0>1:90,1>2:90,0>2:80", "0:6", 2, "", "", "0:10,2:10",
	  "0-1-2" },
	{ "the weak link may lie in the middle", "0>1:100,1>2:100,2>3:5,3>4:100,4>5:100,0>4:4",
	  "0:6", 5, "", "", "", "0-1-2-3-4-5" },
	{ "or at the end", "0>1:100,1>2:100,2>3:100,3>4:100,4>5:3,0>6:17,6>5:17", "0:6", 5, "", "",
	  "", "0-1-2-3-4-5" },
	{ "or at the start", "0>1:3,1>2:100,2>3:100,3>4:100,4>5:100,0>6:17,6>5:17", "0:6", 5, "",
	  "", "", "0-1-2-3-4-5" },
	{ "a repair starts from whoever is nearest", "1>2:90,2>9:10,3>9:80", "1:6,2:5,3:4", 9, "",
	  "", "", "3-9" },
	{ "each source has its own limit", "1>2:90,2>9:90,3>4:99,4>9:99", "1:2,3:1", 9, "", "", "",
	  "1-2-9" },
	{ "a source with few links left may be passed by another with more",
	  "1>3:90,3>4:99,4>9:99,1>9:2", "1:3,3:1", 9, "", "", "", "1-3-4-9" },
	{ "the load of a source counts when it is passed, not when it starts",
	  "1>3:100,3>4:99,4>9:99,1>5:80,5>9:80,8>9:1", "1:3,3:1", 9, "", "", "3:50", "1-5-9" },
	{ "a refusing source is no source", "1>9:10,3>9:80", "1:6,3:6", 9, "3", "", "", "1-9" },
	{ "of two sources with equal chains the smaller id", "3>9:50,2>9:50", "3:6,2:6", 9, "", "",
	  "", "2-9" },
	{ "the same source twice counts with its longer limit", "1>2:90,2>9:90", "1:1,1:2", 9, "",
	  "", "", "1-2-9" },
	{ "any of the sources is the target", "1>2:90", "1:6,2:6", 2, "", "", "", "2" },
};

static void scene_of(const struct row *r, struct scene *s)
{
	int64_t member[MOST];
	int hops[MOST];
	memset(s, 0, sizeof *s);
	s->links = read_links(r->links, s->link);
	s->avoid_links = read_links(r->avoid_links, s->avoid_link);
	s->avoids = read_numbers(r->avoid, s->avoid, NULL);
	read_load(r->load, s);
	s->sources = read_numbers(r->sources, member, hops);
	for (size_t i = 0; i < s->sources; i++)
		s->source[i] = (struct route_source){ member[i], hops[i] };
	s->to = r->to;
}

static void test_traps(void **state)
{
	static struct scene s;
	struct route_chain chain;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		scene_of(&rows[i], &s);
		expect(rows[i].name, &s, rows[i].path, NULL, &chain);
	}
}

/* id trap n links from to maxlinks avoid avoid_links load hops score trust path ... */
static void one_vector(char *line)
{
	static struct scene s;
	char *field[16] = { 0 };
	for (int i = 0; i < 16 && line != NULL; i++)
		field[i] = strsep(&line, "\t");
	assert_non_null(field[13]);
	struct row r = { field[1], field[3], "0:1", atol(field[5]), field[7], field[8], field[9],
	                 field[13] };
	scene_of(&r, &s);
	s.source[0] = (struct route_source){ atol(field[4]), atoi(field[6]) };
	struct route_chain chain;
	expect(field[0], &s, field[13], NULL, &chain);
	unsigned long long above, below = 1;
	if (sscanf(field[11], "%llu/%llu", &above, &below) < 1)
		return; /* none */
	product hundreds = 1;
	for (int i = 0; i < 11; i++)
		hundreds *= 100;
	if (score_of(&chain) * below != hundreds * above)
		fail_msg("vector %s: the score is not %s", field[0], field[11]);
}

static void test_vectors(void **state)
{
	const char *shared = getenv("SHARED");
	char path[500], line[8000];
	int vectors = 0;
	(void)state;
	snprintf(path, sizeof path, "%s/routing/vectors.tsv", shared ? shared : "../shared");
	FILE *in = fopen(path, "r");
	if (in == NULL) {
		print_message("vectors: skipped, no %s\n", path);
		skip();
	}
	while (fgets(line, sizeof line, in) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		one_vector(line);
		vectors++;
	}
	fclose(in);
	assert_int_equal(vectors, 60);
}

/* Every simple chain, one link after the other. */
struct walk {
	const struct scene *scene;
	struct route_chain at, best;
	product best_score;
	bool found;
};

static int load_of(const struct scene *s, int64_t member)
{
	for (size_t i = s->loads; i-- > 0;)
		if (s->load[i].member == member)
			return s->load[i].percent;
	return 100;
}

static bool barred(const struct walk *w, const struct network_link *l)
{
	const struct scene *s = w->scene;
	for (size_t i = 0; i < s->avoids; i++)
		if (s->avoid[i] == l->to || s->avoid[i] == l->from)
			return true;
	for (size_t i = 0; i < s->avoid_links; i++)
		if (s->avoid_link[i].from == l->from && s->avoid_link[i].to == l->to)
			return true;
	for (int i = 0; i <= w->at.hops; i++)
		if (w->at.member[i] == l->to)
			return true;
	return l->percent == 0;
}

static int compare_ids(const struct route_chain *a, const struct route_chain *b)
{
	for (int i = 0; i <= a->hops; i++)
		if (a->member[i] != b->member[i])
			return a->member[i] < b->member[i] ? -1 : 1;
	return 0;
}

static void arrived(struct walk *w)
{
	struct route_chain c = w->at;
	c.load[0] = c.load[c.hops] = 100;
	product score = score_of(&c);
	if (!w->found || score > w->best_score ||
	    (score == w->best_score &&
	     (c.hops < w->best.hops ||
	      (c.hops == w->best.hops && compare_ids(&c, &w->best) < 0)))) {
		w->best = c;
		w->best_score = score;
		w->found = true;
	}
}

static void walk_on(struct walk *w, int left)
{
	const struct scene *s = w->scene;
	int64_t v = w->at.member[w->at.hops];
	if (v == s->to) {
		arrived(w);
		return;
	}
	for (size_t i = 0; i < s->links && left > 0; i++) {
		const struct network_link *l = &s->link[i];
		if (l->from != v || barred(w, l))
			continue;
		w->at.percent[w->at.hops] = l->percent;
		w->at.member[++w->at.hops] = l->to;
		w->at.load[w->at.hops] = load_of(s, l->to);
		walk_on(w, left - 1);
		w->at.hops--;
	}
}

static unsigned random_state;
static int draw(int below)
{
	random_state = random_state * 1103515245u + 12345u;
	return (int)((random_state >> 12) % (unsigned)below);
}

static int draw_percent(int model)
{
	static const int levels[] = { 60, 80, 100 };
	static const int tied[] = { 10, 20, 25, 40, 50, 100 };
	return model == 0 ? 1 + draw(100) : model == 1 ? levels[draw(3)] : model == 2 ?
	       tied[draw(6)] : 90 + draw(11);
}

static void draw_scene(struct scene *s)
{
	int members = 4 + draw(6), model = draw(4);
	memset(s, 0, sizeof *s);
	int64_t id[10];
	for (int i = 0; i < members; i++)
		id[i] = 1 + (i * 7 + 3) % members * 1000003; /* not in order of making */
	s->links = (size_t)(draw(members * 4));
	for (size_t i = 0; i < s->links; i++)
		s->link[i] = (struct network_link){ id[draw(members)], id[draw(members)],
		                                    draw_percent(model) - (draw(30) == 0) };
	s->sources = (size_t)(draw(3) ? 1 : 1 + draw(3));
	for (size_t i = 0; i < s->sources; i++)
		s->source[i] = (struct route_source){ id[draw(members)], 1 + draw(6) };
	s->to = id[draw(members)];
	for (s->avoids = 0; draw(3) == 0 && s->avoids < 2; s->avoids++)
		s->avoid[s->avoids] = id[draw(members)];
	for (; draw(3) == 0 && s->avoid_links < s->links; s->avoid_links++)
		s->avoid_link[s->avoid_links] = s->link[draw((int)s->links)];
	for (; draw(2) == 0 && s->loads < 5; s->loads++) {
		s->load[s->loads].member = id[draw(members)];
		s->load[s->loads].percent = draw_percent(model);
	}
}

/* The oracle's answer as text; "none" without. */
static void enumerate(const struct scene *s, struct walk *w, char *text, size_t size)
{
	*w = (struct walk){ .scene = s };
	for (size_t i = 0; i < s->sources; i++) {
		bool avoided = false;
		for (size_t k = 0; k < s->avoids; k++)
			avoided |= s->avoid[k] == s->source[i].member || s->avoid[k] == s->to;
		w->at = (struct route_chain){ .member = { s->source[i].member } };
		if (!avoided)
			walk_on(w, s->source[i].hops);
	}
	snprintf(text, size, "none");
	if (w->found)
		path_text(&w->best, text, size);
}

static void test_every_chain(void **state)
{
	static struct scene s;
	static struct walk w;
	unsigned seed = (unsigned)time(NULL);
	const char *given = getenv("ROUTE_SEED");
	(void)state;
	if (given != NULL)
		seed = (unsigned)strtoul(given, NULL, 10);
	struct route_scratch *scratch = route_scratch_new();
	print_message("random networks from ROUTE_SEED=%u\n", seed);
	random_state = seed;
	for (int i = 0; i < 20000; i++) {
		char name[100], want[200];
		struct route_chain chain;
		snprintf(name, sizeof name, "random network %d of ROUTE_SEED=%u", i, seed);
		draw_scene(&s);
		enumerate(&s, &w, want, sizeof want);
		expect(name, &s, want, scratch, &chain);
		if (w.found && score_of(&chain) != w.best_score)
			fail_msg("%s: another score", name);
	}
	route_scratch_free(&scratch);
}

static void ask_many(const struct network *n, struct route_scratch *scratch, unsigned seed)
{
	struct route_chain chain;
	random_state = seed;
	for (int i = 0; i < 200; i++) {
		struct route_source source = { 1 + draw(3000), 6 };
		struct route_query q = { .sources = &source, .source_count = 1,
		                         .to = 1 + draw(3000) };
		route_find_in(scratch, n, &q, &chain);
	}
}

static void test_a_warm_scratch_does_not_grow(void **state)
{
	static struct network_link link[30000];
	struct route_scratch *s = route_scratch_new();
	(void)state;
	random_state = 3;
	for (int i = 0; i < 30000; i++)
		link[i] = (struct network_link){ 1 + draw(3000), 1 + draw(3000), 30 + draw(70) };
	struct network *n = network_new(link, 30000);
	ask_many(n, s, 9);
	struct route_scratch warm = *s;
	assert_true(warm.label_room > 0 && warm.event_room > 0);
	ask_many(n, s, 9);
	assert_ptr_equal(s->label, warm.label);
	assert_ptr_equal(s->slot, warm.slot);
	assert_ptr_equal(s->event, warm.event);
	assert_ptr_equal(s->group, warm.group);
	assert_ptr_equal(s->list, warm.list);
	network_free(&n);
	route_scratch_free(&s);
}

/* Equal products have equal keys, others are in the products' order. */
static void test_keys_order_as_products(void **state)
{
	struct route_key key;
	(void)state;
	route_key_fill(&key);
	random_state = 5;
	for (int i = 0; i < 200000; i++) {
		uint64_t x = 0, y = 0, above = 1, below = 1;
		int links = 1 + draw(6);
		for (int k = 0; k < links; k++) {
			unsigned a = 1 + (unsigned)draw(100), b = 1 + (unsigned)draw(100);
			x += key.link[a];
			y += key.link[b];
			above *= a;
			below *= b;
		}
		assert_true((x < y) == (above > below) && (x == y) == (above == below));
	}
	assert_true(key.link[60] + key.link[60] + key.link[25] ==
	            key.link[30] + key.link[30] + 1); /* one link more, the same product */
	assert_true(6 * key.link[1] + 5 * key.load[1] < ROUTE_KEY_NOWHERE >> 1);
}

static void test_alternatives(void **state)
{
	static struct scene s;
	static const char *const want[] = { "0-1-4", "0-2-4", "0-3-4", "0-4" };
	static const struct row r = { "k best", "0>1:90,1>4:90,1>5:99,5>4:80,0>2:80,2>4:90,"
	                              "0>3:70,3>4:90,0>4:30", "0:6", 4, "", "", "", "" };
	struct route_chain chain[9];
	(void)state;
	scene_of(&r, &s);
	struct network *n = network_of(&s);
	struct route_query q = query_of(&s);
	assert_int_equal(route_alternatives(n, &q, chain, 2), 2);
	assert_int_equal(route_alternatives(n, &q, chain, 9), 4);
	for (int i = 0; i < 4; i++) {
		char text[100];
		path_text(&chain[i], text, sizeof text);
		assert_string_equal(text, want[i]);
	}
	network_free(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_traps),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_every_chain),
		cmocka_unit_test(test_alternatives),
		cmocka_unit_test(test_a_warm_scratch_does_not_grow),
		cmocka_unit_test(test_keys_order_as_products),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
