/* With the gateway: three hours are one transaction; who writes, who is due, what
 * leaves, in this order. */
#include "sim/world.h"

#include "base/log.h"
#include "base/mem.h"
#include "core/relay.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define STEP_S     (3 * 3600)
#define AFTER_DAYS 80 /* until the last one has met its deadline */
#define REBUILD_S  (30 * SIM_DAY)

/* --- the events, soonest first ------------------------------------------------------- */

static bool sooner(const struct sim_event *a, const struct sim_event *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(struct sim_event *a, struct sim_event *b)
{
	struct sim_event kept = *a;
	*a = *b;
	*b = kept;
}

void sim_push(struct sim_world *w, struct sim_event event)
{
	if (w->count == w->room) {
		w->room = w->room > 0 ? 2 * w->room : 1024;
		w->heap = mem_grow(w->heap, w->room, sizeof *w->heap);
	}
	event.order = w->order++;
	size_t at = w->count++;
	w->heap[at] = event;
	for (; at > 0 && sooner(&w->heap[at], &w->heap[(at - 1) / 2]); at = (at - 1) / 2)
		swap(&w->heap[at], &w->heap[(at - 1) / 2]);
}

static struct sim_event pop(struct sim_world *w)
{
	struct sim_event top = w->heap[0];
	w->heap[0] = w->heap[--w->count];
	for (size_t at = 0, child; (child = 2 * at + 1) < w->count; at = child) {
		if (child + 1 < w->count && sooner(&w->heap[child + 1], &w->heap[child]))
			child++;
		if (!sooner(&w->heap[child], &w->heap[at]))
			break;
		swap(&w->heap[child], &w->heap[at]);
	}
	return top;
}

/* --- the gateway ---------------------------------------------------------------------- */

#define OWN(text) ((char *)(text))
static char *languages[] = { OWN("en") };

static void no_flaw(void *context, const char *sentence)
{
	(void)context;
	sim_must(RC_PERM, sentence);
}

/* As in passerelle.conf.sample, but for what is switched off. */
static struct conf_gateway gateway_of(const struct sim_help *help, const char *folder)
{
	struct conf_gateway g = {
		.name = OWN("sim"), .address = OWN(SIM_GATEWAY), .display_name = OWN("Simulation"),
		.separator = '+', .languages = languages, .language_count = 1,
		.zone = OWN("Europe/Paris"), .authserv_id = OWN("gw.test"), .verp = true,
		.helo = OWN("gw.test"), .disclosure = CONF_FIRST, .max_hops = 6,
		.open_per_requester = 5, .asks_per_month = 8, .cooldown_s = 30 * SIM_DAY,
		.reminders = { 3, 5 }, .reroute_days = 7, .deadline_s = 60 * SIM_DAY,
		.progress_s = 7 * SIM_DAY, .answers_per_day = 20, .size_limit = 25 << 20,
		.state = OWN(folder),
	};
	if (!help->remind)
		g.reminders[0] = g.reminders[1] = 0;
	if (!help->spread)
		g.asks_per_month = 0;
	return g;
}

static void rebuild(struct sim_world *w)
{
	struct why why;
	char path[4096];
	struct timespec told[2] = { { .tv_sec = w->turn.now_at }, { .tv_sec = w->turn.now_at } };
	sim_must(store_begin(w->turn.store, &why), why.text);
	sim_must(turn_network_build(&w->turn, &why), why.text);
	store_rollback(w->turn.store);
	turn_network_renew(&w->turn);
	snprintf(path, sizeof path, "%s/routing", w->gateway.state);
	utimensat(0, path, told, 0); /* of the told time, not the machine's */
}

/* --- three hours ------------------------------------------------------------------------- */

static void note_opened(struct sim_world *w, uint32_t request)
{
	const struct sim_request *q = &w->people->request[request];
	struct sim_fate *fate = &w->fates[request];
	struct route_chain chains[TURN_CHANCE_WAYS];
	struct intro *intro = intro_of_pair(w->turn.store, sim_id(q->from), sim_id(q->to));
	if (intro == NULL || intro->opened_at != w->turn.now_at)
		return;
	while ((size_t)intro->id >= w->request_room) {
		w->request_room = w->request_room > 0 ? 2 * w->request_room : 1024;
		w->request = mem_grow(w->request, w->request_room, sizeof *w->request);
	}
	w->request[intro->id] = request;
	w->intro[request] = intro->id;
	size_t ways = turn_ways(&w->turn, intro->requester, intro->target, w->gateway.max_hops,
	                        chains, TURN_CHANCE_WAYS);
	fate->opened = true;
	fate->worth = intro->worth;
	fate->chance = intro->chance;
	fate->formula = relay_chance(chains, ways);
}

static void step(struct sim_world *w, int64_t until_at)
{
	struct why why;
	sim_must(store_begin(w->turn.store, &why), why.text);
	while (w->count > 0 && w->heap[0].at <= until_at) {
		struct sim_event event = pop(w);
		w->turn.now_at = event.at;
		sim_arrive(w, &event);
		if (event.kind == SIM_REQUEST)
			note_opened(w, event.request);
	}
	w->turn.now_at = until_at;
	while (turn_due(&w->turn, 64) > 0)
		;
	sim_post(w);
	sim_must(store_commit(w->turn.store, &why), why.text);
}

static void live(struct sim_world *w)
{
	const struct sim_people *p = w->people;
	int64_t end_at = SIM_START + (p->options.days + AFTER_DAYS) * SIM_DAY, built_at = SIM_START;
	for (uint32_t i = 0; i < p->options.intros; i++)
		sim_push(w, (struct sim_event){ .kind = SIM_REQUEST, .request = i,
			                        .at = SIM_START + p->request[i].at });
	w->turn.now_at = SIM_START;
	rebuild(w);
	for (int64_t at = SIM_START + STEP_S; at <= end_at; at += STEP_S) {
		step(w, at);
		if (!turn_network_stale(&w->turn) && at - built_at < REBUILD_S)
			continue;
		built_at = at;
		rebuild(w);
	}
}

/* --- what became of it ------------------------------------------------------------------------ */

static void look_at_chain(const struct ask *asks, size_t count, struct sim_fate *fate,
                          uint32_t *passes)
{
	int64_t parent = 0;
	for (size_t i = count; i-- > 0;) {
		const struct ask *a = &asks[i];
		if (a->kind == ASK_TARGET) {
			fate->reached = true;
			fate->arrived = fate->arrived || a->state == ASK_ACCEPTED;
			fate->hops = a->hop;
			parent = a->state == ASK_ACCEPTED ? a->parent : parent;
		} else if (a->id == parent) {
			passes[a->member - 1]++;
			parent = a->parent;
		}
		fate->asks += a->kind == ASK_RELAY || a->kind == ASK_TARGET;
	}
}

static int by_count(const void *a, const void *b)
{
	uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;
	return x > y ? -1 : x < y;
}

static void look_at_mails(struct sim_world *w, struct sim_result *result)
{
	size_t members = w->people->options.members, all = members * SIM_MONTHS;
	double months = w->people->options.days / 30.0;
	result->mails = (double)w->sent / (double)members / months;
	qsort(w->mails, all, sizeof *w->mails, by_count);
	result->mails_busiest = w->mails[(size_t)((double)members * months / 1000)];
}

static void look_back(struct sim_world *w, struct sim_result *result)
{
	const struct sim_people *p = w->people;
	struct why why;
	uint32_t *passes = mem_zero(p->options.members, sizeof *passes);
	sim_must(store_look(w->turn.store, &why), why.text);
	for (uint32_t i = 0; i < p->options.intros; i++) {
		struct ask *asks;
		struct sim_fate *fate = &w->fates[i];
		fate->opened_s = fate->ended_s = p->request[i].at;
		if (w->intro[i] == 0)
			continue;
		const struct intro *intro = intro_get(w->turn.store, w->intro[i]);
		fate->ended_s = intro->ended_at - SIM_START;
		look_at_chain(asks, ask_list(w->turn.store, intro->id, &asks), fate, passes);
	}
	store_rollback(w->turn.store);
	sim_result_count(result, w->fates, p->options.intros);
	sim_result_relays(result, passes, p->options.members);
	look_at_mails(w, result);
	free(passes);
}

void sim_on(const struct sim_people *p, const char *folder, const struct sim_help *help,
            struct sim_fate *fates, struct sim_result *result)
{
	struct why why;
	struct sim_world w = { .people = p, .help = help, .fates = fates };
	struct catalog *catalog =
		catalog_new(NULL, (const char *const *)languages, 1, no_flaw, NULL);
	log_level_set(LOG_LEVEL_WARN);
	w.gateway = gateway_of(help, folder);
	w.intro = mem_zero(p->options.intros, sizeof *w.intro);
	w.mails = mem_zero((size_t)p->options.members * SIM_MONTHS, sizeof *w.mails);
	memset(fates, 0, p->options.intros * sizeof *fates);
	w.turn = (struct turn){ .gateway = &w.gateway, .catalog = catalog, .random = sim_tokens };
	sim_must(store_open(folder, &w.turn.store, &why), why.text);
	live(&w);
	look_back(&w, result);
	turn_end(&w.turn);
	store_close(&w.turn.store);
	catalog_free(&catalog);
	free(w.heap);
	free(w.intro);
	free(w.request);
	free(w.mails);
}
