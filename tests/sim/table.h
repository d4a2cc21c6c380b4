/* table: what the runs of one call found, on paper and in files. */
#ifndef SIM_TABLE_H
#define SIM_TABLE_H

#include "sim/sim.h"

#include <sys/types.h>

/* Each adds to the one before; the last has all. */
#define SIM_STEPS 5
extern const struct sim_help sim_ladder[SIM_STEPS];
#define SIM_ALL (&sim_ladder[SIM_STEPS - 1])

/* One run, in a process of its own. */
struct sim_job {
	struct sim_options options;
	const struct sim_help *help; /* NULL: without help */
	char name[32];
	struct sim_result result;
	pid_t pid;
	int from; /* its result comes here */
};

struct sim_plan {
	struct sim_job *jobs;
	size_t count;
	const char *out, *work;
	int at_once;
};

FILE *sim_file(const struct sim_plan *plan, const char *name); /* of plan->out, to write */
/* runs.tsv, deciles.tsv; the table on standard output. */
void sim_tell_table(const struct sim_plan *plan);
/* sensitivity.tsv and its table; the jobs are pairs, with and without help. */
void sim_tell_sensitivity(const struct sim_plan *plan);

#endif
