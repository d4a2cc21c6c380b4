/* world: what world.c and post.c of the simulation share. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "sim/sim.h"
#include "turn/turn.h"

enum sim_event_kind { SIM_REQUEST, SIM_ANSWER, SIM_ABSENCE, SIM_BOUNCE };
struct sim_event {
	int64_t at; /* since 1970 */
	uint64_t order;
	enum sim_event_kind kind;
	uint32_t request;
	int64_t mail; /* of ours that they answer: its outbox row */
	int64_t until_at; /* SIM_ABSENCE */
	enum sim_deed deed;
};

#define SIM_MONTHS 24

struct sim_world {
	const struct sim_people *people;
	const struct sim_help *help;
	struct conf_gateway gateway;
	struct turn turn;
	struct sim_event *heap; /* soonest first */
	size_t count, room;
	uint64_t order;
	int64_t arrived; /* mails to the gateway so far: their names */
	int64_t *intro;     /* of a request, in the store; 0: none */
	uint32_t *request;  /* of an introduction, by its id */
	size_t request_room;
	uint16_t *mails;    /* that a member got: members x SIM_MONTHS */
	int64_t sent;
	struct sim_fate *fates;
};

void sim_push(struct sim_world *w, struct sim_event event);
/* What left is read, answered or not. */
void sim_post(struct sim_world *w);
/* Somebody writes to the gateway, or their server does. */
void sim_arrive(struct sim_world *w, const struct sim_event *event);

#endif
