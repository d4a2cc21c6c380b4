#include "cli/route_explain.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define WHY_MOST 65536

struct explain_name {
	int64_t member;
	char *name;
};

const char *explain_name(void *explanation, int64_t member)
{
	struct explanation *e = explanation;
	for (size_t i = 0; i < e->name_count; i++)
		if (e->names[i].member == member)
			return e->names[i].name;
	const struct member *m = member_get(e->store, member);
	const char *name = m != NULL ? m->name : "?";
	e->names = mem_grow(e->names, e->name_count + 1, sizeof *e->names);
	e->names[e->name_count].member = member;
	e->names[e->name_count].name = utf8_clean_line(name, strlen(name));
	return e->names[e->name_count++].name;
}

struct route_names explain_names(struct explanation *e)
{
	return (struct route_names){ explain_name, e };
}

void route_explain_free(struct explanation *e)
{
	for (size_t i = 0; i < e->name_count; i++)
		free(e->names[i].name);
	free(e->names);
	str_free(&e->why);
}

/* --- links ------------------------------------------------------------------- */

const struct link *explain_link(struct explanation *e, int64_t from, int64_t to)
{
	struct link *links;
	size_t count = link_list(e->store, from, &links);
	for (size_t i = 0; i < count; i++)
		if (links[i].from == from && links[i].to == to)
			return &links[i];
	return NULL;
}

static bool routes(const struct link *link)
{
	return link->confirmed_from && link->confirmed_to && link->percent > 0;
}

static bool on_a_chain(const struct explanation *e, int64_t member)
{
	for (size_t c = 0; c < e->count; c++)
		for (int i = 0; i <= e->chains[c].hops; i++)
			if (e->chains[c].member[i] == member)
				return true;
	return false;
}

/* A member is met once for each chain; the drawing does not mind links told twice. */
size_t explain_links(struct explanation *e, struct network_link **links)
{
	size_t count = 0;
	*links = NULL;
	for (size_t c = 0; c < e->count; c++) {
		for (int i = 0; i < e->chains[c].hops; i++) {
			struct link *all;
			size_t all_count = link_list(e->store, e->chains[c].member[i], &all);
			for (size_t k = 0; k < all_count; k++) {
				if (all[k].from != e->chains[c].member[i] || !routes(&all[k]) ||
				    !on_a_chain(e, all[k].to))
					continue;
				*links = mem_grow(*links, count + 1, sizeof **links);
				(*links)[count++] = (struct network_link){ all[k].from, all[k].to,
					                                   all[k].percent };
			}
		}
	}
	return count;
}

/* --- why ---------------------------------------------------------------------- */

static void say_chain(struct explanation *e, const struct route_chain *c)
{
	for (int i = 0; i <= c->hops; i++)
		str_addf(&e->why, "%s%s", i > 0 ? " > " : "", explain_name(e, c->member[i]));
}

static bool is_avoided(const struct explanation *e, int64_t member)
{
	for (size_t i = 0; i < e->asked.avoid_count; i++)
		if (e->asked.avoid[i] == member)
			return true;
	return false;
}

/* The relays that keep it from being taken: avoided, at the month's limit. */
static size_t say_hindrance(struct explanation *e, const struct route_chain *c)
{
	struct route_number worth = { "" };
	size_t said = 0;
	for (int i = 1; i < c->hops; i++) {
		bool avoided = is_avoided(e, c->member[i]);
		if (!avoided && c->load[i] > 0)
			continue;
		if (said++ == 0) {
			say_chain(e, c);
			str_addf(&e->why, " is worth %s, but ", route_number(c->worth, &worth));
		}
		str_addf(&e->why, "%s%s ", said > 1 ? ", and " : "", explain_name(e, c->member[i]));
		if (avoided)
			str_add(&e->why, "is to be avoided");
		else
			str_addf(&e->why, "has been asked %d times in 30 days already"
			         " (asks_per_month)", e->turn->gateway->asks_per_month);
	}
	if (said > 0)
		str_add_char(&e->why, '.');
	return said;
}

/* As requests count them now. */
static void put_loads(struct explanation *e, struct route_chain *c)
{
	c->score = c->worth;
	for (int i = 1; i < c->hops; i++) {
		c->load[i] = turn_load(e->turn, c->member[i]);
		c->score *= c->load[i] / 100.0;
	}
}

/* If nobody were avoided and nobody had been asked: is there a better one? */
static void look_over(struct explanation *e)
{
	struct route_names names = explain_names(e);
	struct turn_route free_way = e->asked;
	struct route_chain better;
	free_way.avoid_count = 0;
	free_way.rested = true;
	if (turn_route(e->turn, &free_way, &better, 1) == 0)
		return;
	for (size_t i = 0; i < e->count; i++)
		if (route_why_same(&e->chains[i], &better))
			return;
	put_loads(e, &better);
	e->passed_over = true;
	if (say_hindrance(e, &better) > 0 || e->count == 0)
		return;
	say_chain(e, &better);
	str_add(&e->why, ". ");
	route_why(&e->chains[0], &better, &names, &e->why);
}

static bool why_no_end(struct explanation *e)
{
	if (e->from->state == MEMBER_KNOWN) {
		str_addf(&e->why, "%s is only known: no member before an own yes (member import"
		         " --state member: they have given it).", explain_name(e, e->from->id));
		return true;
	}
	if (e->from->state != MEMBER_MEMBER) {
		str_addf(&e->why, "%s is not active (%s), and a chain starts from a member who is.",
		         explain_name(e, e->from->id), member_state_name(e->from->state));
		return true;
	}
	if (e->to->state == MEMBER_STOPPED) {
		str_addf(&e->why, "%s has said stop, so nothing leads there.",
		         explain_name(e, e->to->id));
		return true;
	}
	return false;
}

/* The two know each other, and still. */
static void why_own_link(struct explanation *e)
{
	const struct link *own = explain_link(e, e->from->id, e->to->id);
	if (own != NULL && own->percent == 0)
		str_add(&e->why, " Their own link has trust 0, which is no way.");
	else if (own != NULL && !routes(own))
		str_add(&e->why, " Their own link is not confirmed by both.");
}

static size_t links_that_route(struct explanation *e, int64_t member, bool out)
{
	struct link *links;
	size_t count = link_list(e->store, member, &links), found = 0;
	for (size_t i = 0; i < count; i++)
		found += (out ? links[i].from : links[i].to) == member && routes(&links[i]);
	return found;
}

static void why_far(struct explanation *e)
{
	str_addf(&e->why, "The shortest chain has %d links, and at most %d %s allowed", e->nearest,
	         e->asked.max_hops, e->asked.max_hops == 1 ? "is" : "are");
	if (e->nearest <= ROUTE_MOST_HOPS)
		str_addf(&e->why, "; --hops %d finds it", e->nearest);
	str_add_char(&e->why, '.');
}

static void why_none(struct explanation *e)
{
	struct turn_route any = e->asked;
	const char *from = explain_name(e, e->from->id), *to = explain_name(e, e->to->id);
	e->nearest = turn_nearest(e->turn, &e->asked);
	if (e->passed_over || why_no_end(e))
		return;
	if (e->nearest >= 0) {
		why_far(e);
	} else if (links_that_route(e, e->from->id, true) == 0) {
		str_addf(&e->why, "%s has no confirmed link to anybody.", from);
	} else if (links_that_route(e, e->to->id, false) == 0) {
		str_addf(&e->why, "Nobody has a confirmed link to %s.", to);
	} else {
		any.avoid_count = 0;
		any.rested = true;
		int rested = turn_nearest(e->turn, &any);
		str_addf(&e->why, "No chain of any length leads from %s to %s", from, to);
		if (rested >= 0)
			str_addf(&e->why, " now; with nobody avoided or at the month's limit"
			         " the shortest has %d links", rested);
		str_add_char(&e->why, '.');
	}
	why_own_link(e);
}

void route_explain(struct explanation *e)
{
	size_t most = e->most > TURN_CHANCE_WAYS ? e->most : TURN_CHANCE_WAYS;
	str_init(&e->why, WHY_MOST);
	e->nearest = -1;
	e->count = turn_route(e->turn, &e->asked, e->chains, most);
	e->chance = turn_chance(e->turn, e->chains, e->count);
	look_over(e);
	if (e->count == 0)
		why_none(e);
	if (e->count > e->most)
		e->count = e->most;
}
