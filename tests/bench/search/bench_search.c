/* SEARCH over generated profiles: how long the first page takes, and how large
 * the store grows. `bench_search FOLDER MEMBERS`: makes the store if there is none.
 *
 * Words are drawn as people write: of each kind a few are everywhere (a third of
 * all profiles), most are rare; every member has a firm and a city, half of them
 * fill the rest. What is measured is turn's part too: the hits are routed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/mem.h"
#include "base/str.h"
#include "store/profiles.h"

static const char *const firsts[] = { "Jeanne", "Karim", "Sophie", "Jürgen", "Anna", "Paul", "Léa",
	                              "Marc", "Inès", "Hans", "Emma", "Tom" };
static const char *const sectors[] = { "pharma", "logistics", "Maschinenbau", "agroalimentaire",
	                               "conseil", "finance", "energy", "santé", "software" };
static const char *const titles[] = { "buyer", "directeur", "Einkäufer", "founder", "ingénieur",
	                              "consultant", "Leiter Vertrieb" };
static const char *const cities[] = {
	"Lyon", "Köln", "Paris", "Lille", "Leeds", "Genève", "Arras"
};
static const char *const verbs[] = { "looking for distributors of", "cherche des acheteurs pour",
	                             "suche Partner für", "offering advice on", "propose du conseil en" };

static unsigned long long chance = 88172645463325252ull;

static unsigned draw(unsigned most)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return (unsigned)(chance >> 33) % most;
}

#define ANY(list) list[draw(sizeof list / sizeof list[0])]

/* One of 20,000 made-up words, the low ones far more often. */
static const char *rare(char room[24])
{
	unsigned n = draw(141);
	n = n * draw(142);
	for (int i = 0; i < 3; i++) {
		room[2 * i] = "bcdfglmnprstvz"[n % 14];
		room[2 * i + 1] = "aeiou"[n / 14 % 5];
		n /= 27;
	}
	snprintf(room + 6, 18, "%s", "q");
	return room;
}

static void sentence(struct str *out)
{
	char room[24];
	str_addf(out, "%s %s, ", ANY(verbs), ANY(sectors));
	for (int i = 0; i < 6; i++)
		str_addf(out, "%s ", rare(room));
}

static void add(struct store *store, int n)
{
	char room[24];
	struct why why;
	struct str text[8];
	int64_t id;
	for (int i = 0; i < 8; i++)
		str_init(&text[i], 4096);
	str_addf(&text[0], "%s %s", ANY(firsts), rare(room));
	str_addf(&text[1], "%s %s", rare(room), draw(2) ? "SA" : "GmbH");
	str_addf(&text[2], "m%d@bench.test", n);
	str_addf(&text[3], "%s, %s", ANY(sectors), rare(room));
	for (int i = 4; i < 8; i++)
		sentence(&text[i]);
	struct member m = { .name = text[0].text, .firm = text[1].text, .title = ANY(titles),
		            .city = draw(3) ? ANY(cities) : rare(room), .address = text[2].text,
		            .language = "fr", .state = MEMBER_MEMBER, .added_at = 1 };
	if (member_add(store, &m, &id, &why) != RC_OK)
		exit(1);
	if (draw(2)) {
		struct profile p = profile_get(store, id);
		p.field[PROFILE_COUNTRY] = "France";
		p.field[PROFILE_SECTORS] = text[3].text;
		p.field[PROFILE_SEEKS] = text[4].text;
		p.field[PROFILE_OFFERS] = text[5].text;
		p.field[PROFILE_EXPERIENCE] = draw(2) ? text[6].text : NULL;
		p.field[PROFILE_PITCH] = draw(3) ? NULL : text[7].text;
		p.field[PROFILE_LANGUAGES] = "français, English";
		profile_set(store, id, &p, 1);
	}
	for (int i = 0; i < 8; i++)
		str_free(&text[i]);
}

static void must(enum rc rc, const struct why *why)
{
	if (rc != RC_OK)
		fprintf(stderr, "bench_search: %s\n", why->text), exit(1);
}

static double clock_ms(clockid_t which)
{
	struct timespec t;
	clock_gettime(which, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

#define ROUNDS 21

static void measure(struct store *store, const char *query)
{
	struct why why;
	struct profile_hit *hits;
	double times[ROUNDS], works[ROUNDS];
	size_t count = 0;
	bool partial = false;
	for (int i = 0; i < ROUNDS; i++) {
		must(store_look(store, &why), &why);
		double from = clock_ms(CLOCK_MONOTONIC), work = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
		struct search search = search_read(query);
		count = profile_search(store, &search, 1, 50, &hits, &partial);
		for (size_t h = 0; h < count && h < 8; h++)
			profile_get(store, hits[h].member);
		times[i] = clock_ms(CLOCK_MONOTONIC) - from;
		works[i] = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - work;
		search_free(&search);
		store_rollback(store);
	}
	double first = times[0];
	qsort(times, ROUNDS, sizeof *times, by_time);
	qsort(works, ROUNDS, sizeof *works, by_time);
	printf("%-34s %3zu%s  first %6.1f  median %6.2f  worst %6.2f ms;  CPU median %6.2f  worst "
	       "%6.2f ms\n",
	       query, count, partial ? "~" : " ", first, times[ROUNDS / 2], times[ROUNDS - 1],
	       works[ROUNDS / 2], works[ROUNDS - 1]);
}

int main(int argc, char **argv)
{
	static const char *const queries[] = {
		"merumeq", "pharma", "France", "buyer pharma", "buyer pharma city:Lyon",
		"conseil distributeur partner", "acheteurs secteur:santé ville:Paris", "pharm",
		"Jeanne", "Jeanne disedeq", "pharma nosuchword", "merumeq disedeq", "langue:anglais",
		"a de und", "pharma finance energy software conseil logistics",
	};
	struct store *store;
	struct why why;
	struct stat about;
	struct str path;
	if (argc != 3)
		return 64;
	int most = atoi(argv[2]);
	must(store_open(argv[1], &store, &why), &why);
	str_init(&path, 4096);
	str_addf(&path, "%s/passerelle.db", argv[1]);
	must(store_look(store, &why), &why);
	bool empty = member_get(store, 1) == NULL;
	store_rollback(store);
	double from = clock_ms(CLOCK_MONOTONIC);
	for (int n = 0; empty && n < most;) {
		must(store_begin(store, &why), &why);
		for (int i = 0; i < 10000 && n < most; i++)
			add(store, n++);
		must(store_commit(store, &why), &why);
	}
	if (empty)
		printf("%d profiles made in %.1f s\n", most, (clock_ms(CLOCK_MONOTONIC) - from) / 1e3);
	if (stat(path.text, &about) == 0)
		printf("store: %.1f MiB, %.0f octets a member\n", (double)about.st_size / (1 << 20),
		       (double)about.st_size / most);
	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
		measure(store, queries[i]);
	str_free(&path);
	store_close(&store);
	return 0;
}
