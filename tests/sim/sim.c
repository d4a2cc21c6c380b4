/* sim: does the help help? The published experiments without it, then the same
 * people and requests with it, part by part; one table, raw TSV files, and what
 * page.py needs for its pictures.
 *
 *   sim [--seed N] [--seeds N] [--members N] [--intros N] [--jobs N]
 *       [--out FOLDER] [--work FOLDER] [--sensitivity]
 *
 * --work: where the databases live while a run lasts; memory is best. */
#include "sim/table.h"

#include "base/mem.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct sim_length published = { 6.1, 1.7 };

const struct sim_help sim_ladder[SIM_STEPS] = {
	{ "shortest", "the gateway, shortest way", SIM_ALIKE, false, false, false },
	{ "trust", "+ trust routing", SIM_STATED, false, false, false },
	{ "reminders", "+ reminders", SIM_STATED, true, false, false },
	{ "repair", "+ repair", SIM_STATED, true, true, false },
	{ "spread", "+ load spreading: all", SIM_STATED, true, true, true },
};

static void add_job(struct sim_plan *plan, const struct sim_options *options,
                    const struct sim_help *help, const char *name)
{
	plan->jobs = mem_grow(plan->jobs, plan->count + 1, sizeof *plan->jobs);
	struct sim_job *job = &plan->jobs[plan->count++];
	*job = (struct sim_job){ .options = *options, .help = help, .from = -1 };
	snprintf(job->name, sizeof job->name, "%s", name);
}

/* --- a run ------------------------------------------------------------------------------- */

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void write_fates(const struct sim_plan *plan, const struct sim_job *job,
                        const struct sim_fate *fates)
{
	char name[80];
	snprintf(name, sizeof name, "fates-%llu-%s.tsv", (unsigned long long)job->options.seed,
	         job->name);
	FILE *f = sim_file(plan, name);
	fprintf(f, "day\topened\treached\tarrived\tlinks\tasks\tdays\tworth\tformula\tchance\n");
	for (uint32_t i = 0; i < job->options.intros; i++)
		fprintf(f, "%.2f\t%d\t%d\t%d\t%d\t%d\t%.2f\t%.4f\t%.4f\t%.4f\n",
		        (double)fates[i].opened_s / (double)SIM_DAY, fates[i].opened,
		        fates[i].reached, fates[i].arrived, fates[i].hops, fates[i].asks,
		        (double)(fates[i].ended_s - fates[i].opened_s) / (double)SIM_DAY,
		        fates[i].worth, fates[i].formula, fates[i].chance);
	fclose(f);
}

static void run(const struct sim_plan *plan, struct sim_job *job)
{
	double start_s = now_s();
	char folder[4096];
	snprintf(folder, sizeof folder, "%s/passerelle-sim-XXXXXX", plan->work);
	if (mkdtemp(folder) == NULL)
		sim_must(RC_PERM, folder);
	struct sim_people *people = sim_people_new(&job->options);
	struct sim_fate *fates = mem_zero(job->options.intros, sizeof *fates);
	sim_settle(people, folder, job->help != NULL ? job->help->said : SIM_NO_TIES);
	if (job->help != NULL)
		sim_on(people, folder, job->help, fates, &job->result);
	else
		sim_off(people, folder, published, fates, &job->result);
	write_fates(plan, job, fates);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	job->result.seconds = now_s() - start_s;
	free(fates);
	sim_people_free(&people);
}

static void start(const struct sim_plan *plan, struct sim_job *job)
{
	int ends[2];
	if (pipe(ends) != 0)
		sim_must(RC_PERM, "no pipe");
	fflush(NULL);
	job->pid = fork();
	if (job->pid == 0) {
		run(plan, job);
		bool told = write(ends[1], &job->result, sizeof job->result) == sizeof job->result;
		_exit(told ? 0 : 1);
	}
	close(ends[1]);
	job->from = ends[0];
}

/* The result is smaller than a pipe holds: nobody waits to be read. */
static void finish(struct sim_plan *plan, pid_t pid)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct sim_job *job = &plan->jobs[i];
		if (job->pid != pid || job->from < 0)
			continue;
		bool told = read(job->from, &job->result, sizeof job->result) ==
		            sizeof job->result;
		sim_must(told ? RC_OK : RC_TEMP, job->name);
		close(job->from);
		job->from = -1;
		fprintf(stderr, "%-12s seed %llu: %u of %u arrived, %.0f s\n", job->name,
		        (unsigned long long)job->options.seed, job->result.arrived,
		        job->result.intros, job->result.seconds);
	}
}

static void run_all(struct sim_plan *plan)
{
	int running = 0;
	for (size_t i = 0; i < plan->count || running > 0;) {
		if (i < plan->count && running < plan->at_once) {
			start(plan, &plan->jobs[i++]);
			running++;
			continue;
		}
		finish(plan, wait(NULL));
		running--;
	}
}

/* --- what is run ----------------------------------------------------------------------------- */

static void plan_seed(struct sim_plan *plan, const struct sim_options *options)
{
	struct sim_options letters = *options;
	letters.pass = 0.73;
	for (size_t i = SIM_STEPS; i-- > 0;) /* the longest first */
		add_job(plan, options, &sim_ladder[i], sim_ladder[i].name);
	add_job(plan, options, NULL, "off");
	add_job(plan, &letters, NULL, "1969");
}

/* A tenth of the people and requests, one thing changed at a time. */
static void plan_sensitivity(struct sim_plan *plan, const struct sim_options *options)
{
	static const struct {
		const char *name;
		double pass, wrong, reminder, contacts;
	} rows[] = {
		{ "as-is", 0, 0, 0, 0 },        { "wrong-none", 0, -1, 0, 0 },
		{ "wrong-40", 0, 0.4, 0, 0 },   { "pass-25", 0.25, 0, 0, 0 },
		{ "pass-45", 0.45, 0, 0, 0 },   { "reminder-25", 0, 0, 0.25, 0 },
		{ "reminder-75", 0, 0, 0.75, 0 }, { "contacts-8", 0, 0, 0, 8 },
		{ "contacts-20", 0, 0, 0, 20 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sim_options o = *options;
		char off[32];
		o.members /= 10;
		o.intros /= 10;
		o.pass = rows[i].pass > 0 ? rows[i].pass : o.pass;
		o.wrong = rows[i].wrong > 0 ? rows[i].wrong : rows[i].wrong < 0 ? 0 : o.wrong;
		o.reminder = rows[i].reminder > 0 ? rows[i].reminder : o.reminder;
		o.contacts = rows[i].contacts > 0 ? rows[i].contacts : o.contacts;
		snprintf(off, sizeof off, "%s-off", rows[i].name);
		add_job(plan, &o, SIM_ALL, rows[i].name);
		add_job(plan, &o, NULL, off);
	}
}

struct wish {
	struct sim_options options;
	long seeds;
	bool sensitivity;
};

static void read_wish(int argc, char **argv, struct sim_plan *plan, struct wish *wish)
{
	for (int i = 1; i < argc; i++) {
		const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
		if (strcmp(name, "--sensitivity") == 0) {
			wish->sensitivity = true;
			continue;
		}
		i++;
		if (strcmp(name, "--seed") == 0)
			wish->options.seed = strtoull(value, NULL, 10);
		else if (strcmp(name, "--seeds") == 0)
			wish->seeds = strtol(value, NULL, 10);
		else if (strcmp(name, "--members") == 0)
			wish->options.members = (uint32_t)strtoul(value, NULL, 10);
		else if (strcmp(name, "--intros") == 0)
			wish->options.intros = (uint32_t)strtoul(value, NULL, 10);
		else if (strcmp(name, "--jobs") == 0)
			plan->at_once = (int)strtol(value, NULL, 10);
		else if (strcmp(name, "--out") == 0)
			plan->out = value;
		else if (strcmp(name, "--work") == 0)
			plan->work = value;
		else
			sim_must(RC_PERM, "see the head of tests/sim/sim.c");
	}
	if (wish->options.members < 100 || wish->options.intros < 1 || plan->at_once < 1)
		sim_must(RC_PERM, "at least 100 members, one introduction, one job");
}

int main(int argc, char **argv)
{
	struct sim_plan plan = { .out = "build/sim", .work = "/tmp", .at_once = 2 };
	struct wish wish = { .options = sim_default, .seeds = 1 };
	read_wish(argc, argv, &plan, &wish);
	mkdir(plan.out, 0777);
	if (wish.sensitivity)
		plan_sensitivity(&plan, &wish.options);
	for (long i = 0; i < wish.seeds && !wish.sensitivity; i++, wish.options.seed++)
		plan_seed(&plan, &wish.options);
	run_all(&plan);
	if (wish.sensitivity)
		sim_tell_sensitivity(&plan);
	else
		sim_tell_table(&plan);
	free(plan.jobs);
	return 0;
}
