/* serve and once: the same round, until told to stop or until nothing is left. */
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/house.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>

static volatile sig_atomic_t stop_asked, reload_asked;

static void on_signal(int signal_number)
{
	if (signal_number == SIGHUP)
		reload_asked = 1;
	else
		stop_asked = 1;
}

/* Blocked but while we wait, so that none is missed between look and wait. */
static sigset_t catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked, before;
	sigemptyset(&blocked);
	int caught[] = { SIGTERM, SIGINT, SIGHUP };
	for (size_t i = 0; i < sizeof caught / sizeof caught[0]; i++) {
		sigaddset(&blocked, caught[i]);
		sigaction(caught[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &blocked, &before);
	return before;
}

struct houses {
	struct house **all;
	size_t count;
};

static void close_all(struct houses *houses)
{
	for (size_t i = 0; i < houses->count; i++)
		house_close(&houses->all[i]);
	free(houses->all);
	*houses = (struct houses){ 0 };
}

static enum rc open_all(const struct conf *conf, const struct conf_gateway *only,
                        struct houses *houses, struct why *why)
{
	enum rc rc = RC_OK;
	houses->all = mem_zero(conf->gateway_count, sizeof(struct house *));
	for (size_t i = 0; i < conf->gateway_count && rc == RC_OK; i++)
		if (only == NULL || only == &conf->gateways[i])
			rc = house_open(&conf->gateways[i], &houses->all[houses->count++], why);
	if (rc != RC_OK)
		close_all(houses);
	return rc;
}

static bool work_all(struct houses *houses)
{
	bool more = false;
	for (size_t i = 0; i < houses->count; i++)
		more = house_work(houses->all[i], time(NULL)) || more;
	return more;
}

static void wait_for_any(struct houses *houses, const sigset_t *mask)
{
	struct pollfd *fds = mem_zero(houses->count * HOUSE_FDS + 1, sizeof *fds);
	size_t count = 0;
	for (size_t i = 0; i < houses->count; i++)
		count += house_fds(houses->all[i], fds + count);
	struct timespec pause = { .tv_sec = HOUSE_WAIT_S };
	ppoll(fds, count, &pause, mask);
	free(fds);
}

/* The new configuration, if it is good; a bad one is told and the old one stays. */
static void reload(const char *path, struct conf **conf, struct houses *houses)
{
	struct conf *fresh = NULL;
	struct why why;
	if (conf_load(path, &fresh, &why) != RC_OK) {
		log_warn("reload: %s; the last good configuration stays", why.text);
		return;
	}
	close_all(houses);
	conf_free(conf);
	*conf = fresh;
	log_level_set((enum log_level)fresh->log_level);
	while (open_all(fresh, NULL, houses, &why) != RC_OK && !stop_asked) {
		log_warn("reload: %s; tried again", why.text);
		nanosleep(&(struct timespec){ .tv_sec = HOUSE_WAIT_S }, NULL);
	}
	log_info("reload configuration=%s", path);
}

int cli_serve(struct cli *cli)
{
	struct houses houses = { 0 };
	struct conf *conf = NULL;
	struct why why;
	if (!cli_words(cli, 0, 0, "serve"))
		return EX_USAGE;
	sigset_t mask = catch_signals();
	/* A copy of our own, since a reload replaces it. */
	if (conf_load(cli->conf->path, &conf, &why) != RC_OK)
		return cli_fail(EX_CONFIG, "%s", why.text);
	enum rc rc = open_all(conf, NULL, &houses, &why);
	if (rc != RC_OK) {
		conf_free(&conf);
		return cli_code(rc, &why);
	}
	for (size_t i = 0; i < conf->gateway_count; i++)
		log_info("serve gateway=%s address=<%s>", conf->gateways[i].name,
		         conf->gateways[i].address);
	sd_notify(0, "READY=1");
	while (!stop_asked) {
		bool more = work_all(&houses);
		sd_notify(0, "WATCHDOG=1");
		if (!more && !stop_asked)
			wait_for_any(&houses, &mask);
		if (reload_asked) {
			reload_asked = 0;
			reload(cli->conf->path, &conf, &houses);
		}
	}
	sd_notify(0, "STOPPING=1");
	log_info("stop");
	close_all(&houses);
	conf_free(&conf);
	return EX_OK;
}

int cli_once(struct cli *cli)
{
	struct houses houses = { 0 };
	struct why why = { .text = "" }, trouble = { .text = "" };
	const char *given = cli_option(cli, "--wait");
	if (!cli_words(cli, 0, 0, "once [--wait SECONDS]"))
		return EX_USAGE;
	int64_t until = time(NULL) + (given != NULL ? strtoll(given, NULL, 10) : 60);
	sigset_t mask = catch_signals();
	enum rc rc = open_all(cli->conf, NULL, &houses, &why);
	if (rc != RC_OK)
		return cli_code(rc, &why);
	while (!stop_asked) {
		bool more = work_all(&houses), idle = true;
		for (size_t i = 0; i < houses.count; i++) {
			idle = house_idle(houses.all[i], time(NULL), &why) && idle;
			if (why.text[0] != '\0')
				trouble = why;
		}
		if (idle && !more)
			break;
		if (time(NULL) > until) {
			why_set(&trouble, RC_TEMP,
			        "not done in time; what is left waits for the next run");
			break;
		}
		if (!more)
			wait_for_any(&houses, &mask);
	}
	close_all(&houses);
	return trouble.text[0] != '\0' ? cli_fail(EX_TEMPFAIL, "%s", trouble.text) : EX_OK;
}
