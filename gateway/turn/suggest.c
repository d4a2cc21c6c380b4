/* "Ask her instead": whoever is named becomes the next person asked, handed on by
 * who named them. What the suggester is told is the same whether we know the name or
 * not: nobody learns who is a member by suggesting. */
#include "base/mem.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "store/rules.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <string.h>

#define NAMESAKES_MOST 9

/* "Dora Lenoir <dora@acme.example>", the name or the address alone. */
static struct member *by_address(struct turn *turn, const char *suggested)
{
	const char *open = strrchr(suggested, '<');
	char *text = open != NULL ? mem_text_len(open + 1, strcspn(open + 1, ">"))
	                          : mem_text(suggested);
	char *address = NULL;
	struct why why;
	struct member *found = address_parse(text, &address, &why) == RC_OK
	                               ? member_by_address(turn->store, address)
	                               : NULL;
	free(address);
	free(text);
	return found;
}

static bool has_link(struct turn *turn, int64_t from, int64_t to)
{
	struct link *links;
	size_t count = link_list(turn->store, from, &links);
	for (size_t i = 0; i < count; i++)
		if (links[i].from == from && links[i].to == to)
			return true;
	return false;
}

/* Of that whole name: the only one, or the only one the suggester is linked to. */
static struct member *by_name(struct turn *turn, const char *name, int64_t suggester)
{
	struct member *found, *only = NULL, *linked = NULL;
	size_t count = member_find(turn->store, name, NULL, NAMESAKES_MOST, &found);
	int namesakes = 0, links = 0;
	char *key = utf8_fold(name);
	for (size_t i = 0; i < count; i++) {
		char *theirs = utf8_fold(found[i].name);
		bool same = strcmp(key, theirs) == 0;
		free(theirs);
		if (!same)
			continue;
		only = &found[i];
		namesakes++;
		if (has_link(turn, suggester, found[i].id)) {
			linked = &found[i];
			links++;
		}
	}
	free(key);
	return links == 1 ? linked : namesakes == 1 ? only : NULL;
}

int64_t suggest_find(struct turn *turn, const struct intro *intro, const struct ask *ask,
                     const char *suggested)
{
	struct member *m = by_address(turn, suggested);
	if (m == NULL)
		m = by_name(turn, suggested, ask->member);
	if (m == NULL || m->state != MEMBER_MEMBER || m->id == intro->requester ||
	    m->id == intro->target || m->id == ask->member)
		return 0;
	bool may = !rules_get(turn->store, m->id).hidden &&
	           !block_between(turn->store, m->id, intro->requester) &&
	           !block_between(turn->store, m->id, intro->target) &&
	           !block_between(turn->store, m->id, ask->member);
	return may && way_may_ask(turn, intro, m->id, ask->hop + 1) ? m->id : 0;
}
