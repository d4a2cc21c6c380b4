#include "cli/route_edges.h"

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/edges.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USAGE "passerelle route --edges FILE --queries FILE [--max-hops N] [--avoid M,...]" \
              " [--strict] [--nearest]"
#define FAULTS_SHOWN 20

struct job {
	const char *edges, *queries;
	int hops;
	bool strict, nearest;
	struct edges_query query; /* its first `keep` members to avoid are --avoid's */
	size_t keep;
	struct network_link *link;
	size_t links, room;
	struct network *network;
	struct route_scratch *scratch;
	unsigned long faults;
};

typedef enum edges_line take_line(struct job *job, const char *line, const char **fault);

/* Each line to `take`; a bad one is told as file:line. */
static int each_line(struct job *job, const char *path, take_line *take)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	unsigned long faults = 0;
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	if (in == NULL)
		return cli_fail(EX_NOINPUT, "%s: %s", path, strerror(errno));
	for (unsigned long number = 1; (len = getline(&line, &room, in)) >= 0; number++) {
		const char *fault = "a zero octet";
		if (strlen(line) == (size_t)len && take(job, line, &fault) != EDGES_BAD)
			continue;
		if (++faults <= FAULTS_SHOWN)
			cli_fail(EX_DATAERR, "%s:%lu: %s", path, number, fault);
	}
	bool unread = ferror(in) != 0;
	free(line);
	if (in != stdin)
		fclose(in);
	if (faults > FAULTS_SHOWN)
		cli_fail(EX_DATAERR, "%s: %lu bad lines in all", path, faults);
	job->faults += faults;
	return unread ? cli_fail(EX_IOERR, "%s: cannot read to the end", path) : EX_OK;
}

static enum edges_line take_link(struct job *job, const char *line, const char **fault)
{
	struct network_link link;
	enum edges_line what = edges_link(line, &link, fault);
	if (what != EDGES_TAKEN)
		return what;
	if (job->links == job->room) {
		job->room = job->room > 0 ? 2 * job->room : 1024;
		job->link = mem_grow(job->link, job->room, sizeof *job->link);
	}
	job->link[job->links++] = link;
	return what;
}

static json_t *path_json(const struct route_chain *c)
{
	json_t *path = json_array();
	for (int i = 0; i <= c->hops; i++)
		json_array_append_new(path, json_integer(c->member[i]));
	return path;
}

static json_t *found_json(const struct job *job, const struct route_chain *c)
{
	char product[40];
	long long percents = 1;
	for (int i = 0; i < c->hops; i++)
		percents *= c->percent[i];
	snprintf(product, sizeof product, "%lld/100^%d", percents, c->hops);
	return json_pack("{s:I, s:I, s:i, s:o, s:s, s:f}", "from", (json_int_t)job->query.from,
	                 "to", (json_int_t)job->query.to, "hops", c->hops, "path", path_json(c),
	                 "product", product, "chance", c->worth);
}

/* Why there is no chain, and with --nearest how many links it would take. */
static json_t *none_json(const struct job *job, const struct route_query *q)
{
	json_t *none = json_pack("{s:I, s:I, s:n, s:n, s:n, s:i, s:s}", "from",
	                         (json_int_t)job->query.from, "to", (json_int_t)job->query.to,
	                         "hops", "path", "product", "chance", 0, "why",
	                         network_has(job->network, q->sources[0].member) == 0 ?
	                                 "from has no links" :
	                         network_has(job->network, q->to) == 0 ?
	                                 "to has no links" : "no way within the hops");
	int nearest = job->nearest ? route_nearest(job->network, q) : -1;
	if (job->nearest)
		json_object_set_new(none, "nearest",
		                    nearest >= 0 ? json_integer(nearest) : json_null());
	return none;
}

static enum edges_line take_query(struct job *job, const char *line, const char **fault)
{
	struct edges_query *asked = &job->query;
	enum edges_line what = edges_query(line, job->keep, asked, fault);
	if (what != EDGES_TAKEN)
		return what;
	struct route_source source = { asked->from, job->hops };
	struct route_query q = { .sources = &source, .source_count = 1, .to = asked->to,
	                         .avoid = asked->avoid, .avoid_count = asked->avoid_count,
	                         .loads = asked->load, .load_count = asked->load_count };
	struct route_chain chain;
	json_t *answer = route_find_in(job->scratch, job->network, &q, &chain) == RC_OK ?
	                         found_json(job, &chain) : none_json(job, &q);
	json_dumpf(answer, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(answer);
	return what;
}

static int options(struct cli *cli, struct job *job)
{
	job->edges = cli_option(cli, "--edges");
	job->queries = cli_option(cli, "--queries");
	const char *hops = cli_option(cli, "--max-hops"), *avoid = cli_option(cli, "--avoid");
	job->strict = cli_flag(cli, "--strict");
	job->nearest = cli_flag(cli, "--nearest");
	cli_flag(cli, "--json");
	if (job->edges == NULL || job->queries == NULL || !cli_words(cli, 0, 0, USAGE))
		return cli_fail(EX_USAGE, "usage: " USAGE);
	job->hops = ROUTE_MOST_HOPS;
	if (hops != NULL && (strlen(hops) != 1 || (job->hops = hops[0] - '0') < 1 ||
	                     job->hops > ROUTE_MOST_HOPS))
		return cli_fail(EX_USAGE, "--max-hops: 1 to %d, not '%s'", ROUTE_MOST_HOPS, hops);
	if (avoid != NULL && !edges_avoid(avoid, &job->query))
		return cli_fail(EX_USAGE, "--avoid: members as 3,4, not '%s'", avoid);
	job->keep = job->query.avoid_count;
	return EX_OK;
}

static int run(struct job *job)
{
	int code = each_line(job, job->edges, take_link);
	if (code != EX_OK || (job->strict && job->faults > 0))
		return code != EX_OK ? code : EX_DATAERR;
	job->network = network_new(job->link, job->links);
	free(job->link);
	job->link = NULL;
	job->scratch = route_scratch_new();
	code = each_line(job, job->queries, take_query);
	if (code == EX_OK && (fflush(stdout) != 0 || ferror(stdout)))
		return cli_fail(EX_IOERR, "standard output: %s", strerror(errno));
	return code == EX_OK && job->strict && job->faults > 0 ? EX_DATAERR : code;
}

int cli_route_edges(int argc, char **argv)
{
	struct cli cli = { .argc = argc, .argv = argv };
	struct job job = { 0 };
	int code = options(&cli, &job);
	if (code == EX_OK)
		code = run(&job);
	free(job.link);
	network_free(&job.network);
	route_scratch_free(&job.scratch);
	edges_query_free(&job.query);
	return code;
}
