#include "sim/table.h"

#include <string.h>

FILE *sim_file(const struct sim_plan *plan, const char *name)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", plan->out, name);
	FILE *f = fopen(path, "w");
	if (f == NULL)
		sim_must(RC_PERM, path);
	return f;
}

/* --- files ------------------------------------------------------------------------------- */

static void put_head(FILE *f)
{
	fprintf(f, "seed\trun\tintros\topened\treached\tarrived\tlinks\tdays_half\tdays_most"
	           "\tmails\tmails_busiest\tasks\ttop_share\ttop_three\terror\terror_formula"
	           "\tbrier\tbrier_formula\tbrier_mean\tpass\twrong\treminder\tcontacts"
	           "\tmembers\tseconds\n");
}

static void put_row(FILE *f, const struct sim_job *job)
{
	const struct sim_result *r = &job->result;
	const struct sim_options *o = &job->options;
	fprintf(f, "%llu\t%s\t%u\t%u\t%u\t%u\t%.3f\t%.2f\t%.2f\t%.4f\t%.0f\t%.2f\t%.4f\t%.5f",
	        (unsigned long long)o->seed, job->name, r->intros, r->opened, r->reached,
	        r->arrived, r->links, r->days_half, r->days_most, r->mails, r->mails_busiest,
	        r->asks, r->top_share, r->top_three);
	fprintf(f, "\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.2f\t%.2f\t%.2f\t%.0f\t%u\t%.0f\n",
	        sim_result_error(r->decile, 500), sim_result_error(r->formula, 500), r->brier,
	        r->brier_formula, r->brier_mean, o->pass, o->wrong, o->reminder, o->contacts,
	        o->members, r->seconds);
}

static void put_deciles(FILE *f, const struct sim_job *job)
{
	for (int i = 0; i < 10; i++) {
		const struct sim_decile *d = &job->result.decile[i], *g = &job->result.formula[i];
		fprintf(f, "%llu\t%s\t%d\t%u\t%u\t%.2f\t%u\t%u\t%.2f\n",
		        (unsigned long long)job->options.seed, job->name, i, d->count, d->arrived,
		        d->shown, g->count, g->arrived, g->shown);
	}
}

static void write_files(const struct sim_plan *plan)
{
	FILE *runs = sim_file(plan, "runs.tsv"), *deciles = sim_file(plan, "deciles.tsv");
	put_head(runs);
	fprintf(deciles, "seed\trun\tdecile\tcount\tarrived\tshown\tformula_count\tformula_arrived"
	                 "\tformula_shown\n");
	for (size_t i = 0; i < plan->count; i++) {
		put_row(runs, &plan->jobs[i]);
		if (plan->jobs[i].help == SIM_ALL)
			put_deciles(deciles, &plan->jobs[i]);
	}
	fclose(runs);
	fclose(deciles);
}

/* --- the table --------------------------------------------------------------------------- */

#define COLUMNS 10

/* Of one run, what the table shows. */
static void columns_of(const struct sim_result *r, double column[COLUMNS])
{
	double all = r->intros;
	column[0] = 100 * r->reached / all;
	column[1] = 100 * r->arrived / all;
	column[2] = r->links;
	column[3] = r->days_half;
	column[4] = r->days_most;
	column[5] = r->asks;
	column[6] = r->mails;
	column[7] = r->mails_busiest;
	column[8] = 100 * r->top_share;
	column[9] = 100 * r->top_three;
}

/* Means over the seeds. */
static void print_run(const struct sim_plan *plan, const char *name, const char *sentence)
{
	double sum[COLUMNS] = { 0 }, column[COLUMNS], n = 0;
	for (size_t i = 0; i < plan->count; i++) {
		if (strcmp(plan->jobs[i].name, name) != 0)
			continue;
		columns_of(&plan->jobs[i].result, column);
		for (int c = 0; c < COLUMNS; c++)
			sum[c] += column[c];
		n++;
	}
	printf("%-26s", sentence);
	for (int c = 0; c < COLUMNS && n > 0; c++)
		printf(" %7.2f", sum[c] / n);
	printf("\n");
}

static void add_decile(struct sim_decile *sum, const struct sim_decile *one)
{
	sum->count += one->count;
	sum->arrived += one->arrived;
	sum->shown += one->shown;
}

static void print_decile(const struct sim_decile *d)
{
	double count = d->count > 0 ? d->count : 1;
	printf("  %8u %8.1f %9.1f ", d->count, 100 * d->shown / count, 100 * d->arrived / count);
}

static void print_calibration(const struct sim_plan *plan)
{
	struct sim_decile shown[10] = { 0 }, formula[10] = { 0 };
	double n = 0, brier[3] = { 0 };
	for (size_t i = 0; i < plan->count; i++) {
		const struct sim_result *r = &plan->jobs[i].result;
		if (plan->jobs[i].help != SIM_ALL)
			continue;
		n++;
		brier[0] += r->brier;
		brier[1] += r->brier_formula;
		brier[2] += r->brier_mean;
		for (int d = 0; d < 10; d++) {
			add_decile(&shown[d], &r->decile[d]);
			add_decile(&formula[d], &r->formula[d]);
		}
	}
	printf("\nThe chance, last third of the year, all help on\n"
	       "%-10s  %8s %8s %9s   %8s %8s %9s\n", "decile", "shown", "mean %", "arrived %", "formula", "mean %", "arrived %");
	for (int d = 0; d < 10; d++) {
		printf("%2d - %3d %%", 10 * d, 10 * d + 10);
		print_decile(&shown[d]);
		print_decile(&formula[d]);
		printf("\n");
	}
	printf("Largest error in a decile of 500 or more: shown %.1f points, formula %.1f\n",
	       100 * sim_result_error(shown, 500), 100 * sim_result_error(formula, 500));
	printf("Brier score: shown %.4f, formula %.4f, always the mean %.4f\n", brier[0] / n,
	       brier[1] / n, brier[2] / n);
}

void sim_tell_table(const struct sim_plan *plan)
{
	static const char *const heads[2][COLUMNS] = {
		{ "reached", "arrived", "links", "days", "days", "asks", "mails", "mails", "top",
		  "top" },
		{ "%", "%", "", "half", "90 %", "/arriv.", "/month", "busiest", "1 %: %", "3: %" },
	};
	write_files(plan);
	for (int line = 0; line < 2; line++) {
		printf("%-26s", "");
		for (int c = 0; c < COLUMNS; c++)
			printf(" %7s", heads[line][c]);
		printf("\n");
	}
	print_run(plan, "1969", "letters of 1969, no help");
	print_run(plan, "off", "e-mail of 2003, no help");
	for (size_t i = 0; i < SIM_STEPS; i++)
		print_run(plan, sim_ladder[i].name, sim_ladder[i].sentence);
	print_calibration(plan);
}

/* --- one thing changed at a time --------------------------------------------------------- */

void sim_tell_sensitivity(const struct sim_plan *plan)
{
	FILE *f = sim_file(plan, "sensitivity.tsv");
	put_head(f);
	for (size_t i = 0; i < plan->count; i++)
		put_row(f, &plan->jobs[i]);
	fclose(f);
	printf("\nOne thing changed at a time (all help on; a tenth of the people and requests)\n"
	       "%-12s %7s %7s %7s %7s %9s %9s %6s\n", "", "pass on", "wrong", "remind.", "ties",
	       "arrived %", "no help %", "times");
	for (size_t i = 0; i + 1 < plan->count; i += 2) {
		const struct sim_job *on = &plan->jobs[i], *off = &plan->jobs[i + 1];
		double with = 100.0 * on->result.arrived / on->result.intros;
		double without = 100.0 * off->result.arrived / off->result.intros;
		printf("%-12s %7.2f %7.2f %7.2f %7.0f %9.2f %9.2f %6.1f\n", on->name,
		       on->options.pass, on->options.wrong, on->options.reminder,
		       on->options.contacts, with, without, without > 0 ? with / without : 0);
	}
}
