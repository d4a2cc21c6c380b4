/* route: the most trusted chain, explained link by link, and drawn. */
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/route_draw.h"
#include "cli/route_edges.h"
#include "cli/route_explain.h"
#include "core/trust.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define USAGE \
	"route A B [--hops N] [--avoid M,...] [-k K] [--json | --dot | --svg]\n" \
	"  A, B, M: id, address or name; -k: how many ways with different first links\n" \
	"       passerelle route --edges FILE --queries FILE [--max-hops N] [--avoid M,...]"
#define WAYS         3
#define PICTURE_MOST ((size_t)1 << 20)

enum form { AS_TEXT, AS_JSON, AS_DOT, AS_SVG };

static const char *const strengths[] = { "not at all", "slightly", "fairly", "well", "very well" };

/* What was said already, to programs: with --json there is always one value. */
static int refused(const struct cli *cli, int code, const char *why)
{
	char *clean = utf8_clean_line(why, strlen(why));
	if (cli->json)
		cli_print_json(json_pack("{s:b, s:s}", "found", 0, "why", clean));
	free(clean);
	return code;
}

static int refuse(const struct cli *cli, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static int refuse(const struct cli *cli, int code, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	refused(cli, cli_fail(code, "%s", text), text);
	free(text);
	return code;
}

/* cli_member_find, which says what is wrong, and a value for programs. */
static struct member *find_member(const struct cli *cli, struct store *store, const char *word)
{
	struct member *m = cli_member_find(store, word);
	struct str why;
	if (m != NULL)
		return m;
	str_init(&why, 65536);
	str_addf(&why, "'%s' names nobody, or several", word);
	refused(cli, EX_NOINPUT, why.text);
	str_free(&why);
	return NULL;
}

/* --- for programs ---------------------------------------------------------------- */

static json_t *chain_json(struct explanation *e, size_t n)
{
	const struct route_chain *c = &e->chains[n];
	struct route_names names = explain_names(e);
	struct str why;
	json_t *members = json_array(), *links = json_array(), *trust = json_array();
	for (int i = 0; i <= c->hops; i++)
		json_array_append_new(members,
		                      json_pack("{s:I, s:s, s:i}", "id", (json_int_t)c->member[i],
		                                "name", explain_name(e, c->member[i]), "load",
		                                c->load[i]));
	for (int i = 0; i < c->hops; i++) {
		const struct link *link = explain_link(e, c->member[i], c->member[i + 1]);
		json_array_append_new(trust, json_integer(c->percent[i]));
		json_array_append_new(
			links, json_pack("{s:I, s:I, s:i, s:i}", "from", (json_int_t)c->member[i],
		                         "to", (json_int_t)c->member[i + 1], "trust", c->percent[i],
		                         "stated", link != NULL ? link->stated : 0));
	}
	str_init(&why, 65536);
	if (n > 0)
		route_why(&e->chains[0], c, &names, &why);
	json_t *chain = json_pack("{s:i, s:f, s:f, s:o, s:o, s:o, s:s?}", "hops", c->hops, "worth",
	                          c->worth, "score", c->score, "members", members, "trust", trust,
	                          "links", links, "why_not", n > 0 ? why.text : NULL);
	str_free(&why);
	return chain;
}

static json_t *end_json(struct explanation *e, int64_t member)
{
	return json_pack("{s:I, s:s}", "id", (json_int_t)member, "name", explain_name(e, member));
}

static void print_json(struct explanation *e)
{
	json_t *chains = json_array();
	for (size_t i = 0; i < e->count; i++)
		json_array_append_new(chains, chain_json(e, i));
	json_t *all = json_pack("{s:b, s:o, s:o, s:i, s:f, s:s, s:o, s:s?}", "found", e->count > 0,
	                        "from", end_json(e, e->from->id), "to", end_json(e, e->to->id),
	                        "max_hops", e->asked.max_hops, "chance", e->chance, "chance_word",
	                        chance_word_name(relay_chance_word(e->chance)), "chains", chains,
	                        "why", e->why.len > 0 ? e->why.text : NULL);
	if (e->count == 0)
		json_object_set_new(all, "nearest",
		                    e->nearest >= 0 ? json_integer(e->nearest) : json_null());
	cli_print_json(all);
}

/* --- for people -------------------------------------------------------------------- */

static const char *chance_words(double chance)
{
	static const char *const words[] = { "slim", "low", "fair", "good", "very good" };
	return words[relay_chance_word(chance)];
}

static void summary(struct explanation *e, struct str *out)
{
	const struct route_chain *c = &e->chains[0];
	struct route_number worth = { "" }, score = { "" };
	str_addf(out, "%d %s, worth %s", c->hops, c->hops == 1 ? "link" : "links",
	         route_number(c->worth, &worth));
	if (c->score < c->worth)
		str_addf(out, " (%s with load)", route_number(c->score, &score));
	str_addf(out, ", chance %s (%.2f%s)", chance_words(e->chance), e->chance,
	         e->count > 1 ? " with the other ways" : "");
}

/* Columns that say nothing of any link are left out. */
static void print_best(struct explanation *e)
{
	const struct route_chain *c = &e->chains[0];
	char load[ROUTE_MOST_HOPS][16] = { "" }, moved[ROUTE_MOST_HOPS][16] = { "" };
	const struct link *link[ROUTE_MOST_HOPS] = { NULL };
	bool loaded = c->score < c->worth, learnt = false;
	for (int i = 0; i < c->hops; i++) {
		link[i] = explain_link(e, c->member[i], c->member[i + 1]);
		if (c->load[i + 1] < 100)
			snprintf(load[i], sizeof load[i], "%d %%", c->load[i + 1]);
		int by =
			link[i] != NULL ? c->percent[i] - trust_stated_percent(link[i]->stated) : 0;
		if (by != 0)
			snprintf(moved[i], sizeof moved[i], "%+d", by);
		learnt = learnt || by != 0;
	}
	struct table table = { .columns = 4, .heads = { "from", "to", "trust", "stated" },
		               .right = { [2] = true, [4] = true, [5] = true } };
	if (learnt)
		table.heads[table.columns++] = "learnt";
	if (loaded)
		table.heads[table.columns++] = "load of to";
	for (int i = 0; i < c->hops; i++) {
		char trust[16];
		snprintf(trust, sizeof trust, "%d %%", c->percent[i]);
		table_add(&table,
		          (const char *[]){ explain_name(e, c->member[i]),
		                            explain_name(e, c->member[i + 1]), trust,
		                            link[i] != NULL ? strengths[link[i]->stated] : "",
		                            learnt ? moved[i] : load[i], load[i] });
	}
	table_print(&table);
}

static void print_chain(struct explanation *e, const struct route_chain *c)
{
	for (int i = 0; i <= c->hops; i++) {
		if (i > 0)
			printf(" --%d%%-> ", c->percent[i - 1]);
		fputs(explain_name(e, c->member[i]), stdout);
	}
	putchar('\n');
}

static void print_others(struct explanation *e)
{
	struct route_names names = explain_names(e);
	struct route_number worth = { "" };
	struct str why;
	str_init(&why, 65536);
	if (e->count > 1)
		puts("\nOther ways, each with a first link of its own:");
	for (size_t i = 1; i < e->count; i++) {
		const struct route_chain *c = &e->chains[i];
		printf("\n%zu. worth %s: ", i + 1, route_number(c->worth, &worth));
		print_chain(e, c);
		str_clear(&why);
		route_why(&e->chains[0], c, &names, &why);
		printf("   %s\n", why.text);
	}
	str_free(&why);
}

static void print_text(struct explanation *e)
{
	struct str line;
	str_init(&line, 65536);
	summary(e, &line);
	printf("%s to %s: %s\n\n", explain_name(e, e->from->id), explain_name(e, e->to->id),
	       line.text);
	str_free(&line);
	print_best(e);
	print_others(e);
	if (e->count == 1)
		puts("\nNo other first link leads there.");
	if (e->passed_over)
		printf("\nPassed over: %s\n", e->why.text);
}

static const char *hops(const struct explanation *e)
{
	return e->asked.max_hops == 1 ? "hop" : "hops";
}

static void print_picture(struct explanation *e, enum form form)
{
	struct network_link *links;
	struct str out, line;
	size_t count = explain_links(e, &links);
	str_init(&out, PICTURE_MOST);
	str_init(&line, 65536);
	if (e->count > 0)
		summary(e, &line);
	else
		str_addf(&line, "No way within %d %s. %s", e->asked.max_hops, hops(e), e->why.text);
	struct draw draw = { .from = e->from->id, .to = e->to->id, .chains = e->chains,
		             .count = e->count, .links = links, .link_count = count,
		             .names = explain_names(e), .line = line.text };
	(form == AS_DOT ? draw_dot : draw_svg)(&draw, &out);
	fwrite(out.text, 1, out.len, stdout);
	str_free(&out);
	str_free(&line);
	free(links);
}

static int tell(struct explanation *e, enum form form)
{
	if (form == AS_JSON)
		print_json(e);
	else if (form != AS_TEXT)
		print_picture(e, form);
	else if (e->count > 0)
		print_text(e);
	if (e->count > 0)
		return EX_OK;
	return cli_fail(EX_UNAVAILABLE, "no way from %s to %s within %d %s. %s",
	                explain_name(e, e->from->id), explain_name(e, e->to->id),
	                e->asked.max_hops, hops(e), e->why.text);
}

/* --- what is asked -------------------------------------------------------------------- */

struct wish {
	long hops, ways;
	const char *avoid; /* as written, or NULL */
	enum form form;
};

/* A whole number from `least` to `most`, or `otherwise` where nothing is said; else 0. */
static long number(const char *text, long most, long otherwise)
{
	char *end;
	long value = text != NULL ? strtol(text, &end, 10) : otherwise;
	if (text != NULL && (*end != '\0' || end == text || value < 1 || value > most))
		return 0;
	return value;
}

/* --avoid: each a member, none of the two ends. */
static int avoid_list(struct cli *cli, struct explanation *e, const char *list, int64_t **avoid)
{
	int code = EX_OK;
	char *copy = mem_text(list), *rest = copy, *word;
	while (code == EX_OK && (word = strsep(&rest, ",")) != NULL) {
		struct member *m = find_member(cli, e->store, word);
		if (m == NULL)
			code = EX_NOINPUT;
		else if (m->id == e->from->id || m->id == e->to->id)
			code = refuse(cli, EX_DATAERR, "--avoid: %s is an end of the way", m->name);
		if (code != EX_OK)
			break;
		*avoid = mem_grow(*avoid, e->asked.avoid_count + 1, sizeof **avoid);
		(*avoid)[e->asked.avoid_count++] = m->id;
	}
	e->asked.avoid = *avoid;
	free(copy);
	return code;
}

static int ends(struct cli *cli, struct explanation *e)
{
	for (int i = 0; i < 2; i++) {
		const struct member *m = find_member(cli, e->store, cli->argv[i]);
		if (m == NULL)
			return EX_NOINPUT;
		*(i == 0 ? &e->from : &e->to) = m;
	}
	if (e->from->id == e->to->id)
		return refuse(cli, EX_DATAERR, "%s is both ends: no way is needed", e->from->name);
	e->asked.from = e->from->id;
	e->asked.to = e->to->id;
	return EX_OK;
}

static int explain(struct cli *cli, struct store *store, const struct wish *wish)
{
	int64_t *avoid = NULL;
	struct turn turn = { .store = store, .gateway = cli->gateway, .now_at = time(NULL) };
	struct explanation e = { .store = store, .turn = &turn, .most = (size_t)wish->ways,
		                 .asked.max_hops = (int)wish->hops };
	int code = ends(cli, &e);
	if (code == EX_OK && wish->avoid != NULL)
		code = avoid_list(cli, &e, wish->avoid, &avoid);
	if (code == EX_OK) {
		route_explain(&e);
		code = tell(&e, wish->form);
	}
	route_explain_free(&e);
	turn_end(&turn);
	free(avoid);
	return code;
}

static int wishes(struct cli *cli, struct wish *wish)
{
	bool dot = cli_flag(cli, "--dot"), svg = cli_flag(cli, "--svg");
	const char *most = cli_option(cli, "--hops"), *ways = cli_option(cli, "-k");
	wish->avoid = cli_option(cli, "--avoid");
	if (!cli_words(cli, 2, 2, USAGE))
		return refused(cli, EX_USAGE, "route takes two members and options");
	if (dot + svg + cli->json > 1)
		return refuse(cli, EX_USAGE, "--json, --dot or --svg: one of them");
	wish->form = dot ? AS_DOT : svg ? AS_SVG : cli->json ? AS_JSON : AS_TEXT;
	wish->hops = number(most, ROUTE_MOST_HOPS, cli->gateway->max_hops);
	wish->ways = number(ways, EXPLAIN_MOST_CHAINS, WAYS);
	if (wish->hops == 0 || wish->ways == 0)
		return refuse(cli, EX_USAGE, "--hops is 1 to %d, -k is 1 to %d", ROUTE_MOST_HOPS,
		              EXPLAIN_MOST_CHAINS);
	return EX_OK;
}

int cli_route(struct cli *cli)
{
	struct store *store;
	struct wish wish;
	for (int i = 0; i < cli->argc; i++)
		if (strncmp(cli->argv[i], "--edges", 7) == 0)
			return cli_route_edges(cli->argc, cli->argv);
	if (cli->gateway == NULL)
		return refuse(cli, EX_USAGE, "route A B needs -c FILE; or say"
		                             " route --edges FILE --queries FILE");
	int code = wishes(cli, &wish);
	if (code != EX_OK)
		return code;
	code = cli_store(cli, &store);
	if (code != EX_OK)
		return refused(cli, code, "the store does not open");
	code = explain(cli, store, &wish);
	cli_store_end(&store, false);
	return code;
}
