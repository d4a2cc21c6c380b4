#include "sim/sim.h"
#include "store/store.h"

#include <stdlib.h>

#define ALIKE 2 /* the strength of every tie, where none was stated */

int64_t sim_id(uint32_t person)
{
	return (int64_t)person + 1;
}

void sim_must(enum rc rc, const char *what)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "sim: %s\n", what);
	exit(1);
}

static void settle_members(struct store *store, uint32_t members)
{
	struct why why;
	char name[32], address[32];
	for (uint32_t i = 0; i < members; i++) {
		int64_t id;
		snprintf(name, sizeof name, "Member Number%u", i);
		snprintf(address, sizeof address, "m%u@sim.test", i);
		struct member m = { .name = name, .address = address, .language = "en",
			            .state = MEMBER_MEMBER, .added_at = SIM_START };
		sim_must(member_add(store, &m, &id, &why), why.text);
		if (id != sim_id(i))
			sim_must(RC_PERM, "the store counts members otherwise");
	}
}

static void settle_ties(struct store *store, const struct sim_people *p, enum sim_said said)
{
	for (uint32_t i = 0; i < p->options.members; i++) {
		for (uint32_t t = p->first[i]; t < p->first[i + 1]; t++) {
			struct link link = { .from = sim_id(i), .to = sim_id(p->tie[t].to),
				             .stated = said == SIM_STATED
				                               ? p->tie[t].stated
				                               : ALIKE,
				             .confirmed_from = true, .confirmed_to = true,
				             .changed_at = SIM_START };
			link_put(store, &link);
		}
	}
}

void sim_settle(const struct sim_people *p, const char *folder, enum sim_said said)
{
	struct store *store;
	struct why why;
	sim_must(store_open(folder, &store, &why), why.text);
	sim_must(store_begin(store, &why), why.text);
	settle_members(store, p->options.members);
	if (said != SIM_NO_TIES)
		settle_ties(store, p, said);
	sim_must(store_commit(store, &why), why.text);
	store_close(&store);
}
