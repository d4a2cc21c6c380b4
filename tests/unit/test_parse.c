#include "io/parse.h"

#include "base/pack.h"
#include "base/str.h"
#include "io/clock.h"
#include "io/wire.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>

static const struct message_options *options(void)
{
	static struct message_options all;
	all = (struct message_options){ .limits = message_limits_default };
	return &all;
}

#define MAIL(subject) \
	"From: ann@a.example\r\nTo: gw@g.example\r\nSubject: " subject "\r\n\r\nYes.\r\n"

/* ---- a worker that does what the mail says ---- */

/* true for the first caller with this marker file. */
static bool first_time(const char *mail)
{
	const char *path = strstr(mail, "/tmp/");
	char *name = strndup(path, strcspn(path, "\r\n"));
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
	free(name);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void say(const char *octets, size_t len)
{
	struct str out;
	str_init(&out, WIRE_MOST);
	str_add_len(&out, octets, len);
	wire_send(CHILD_FD, WIRE_PARSED, &out);
	str_free(&out);
}

static void obey(const char *mail)
{
	if (strstr(mail, "die always") != NULL ||
	    (strstr(mail, "die once") != NULL && first_time(mail)))
		raise(SIGKILL);
	if (strstr(mail, "stall once") != NULL && first_time(mail))
		pause();
	if (strstr(mail, "nonsense") != NULL) {
		say("no message at all", 17);
		return;
	}
	struct message *message = message_parse(mail, strlen(mail), options());
	size_t len;
	char *frame = message_pack(message, &len);
	say(frame, len);
	free(frame);
	message_free(&message);
}

static int obedient_worker(void)
{
	enum wire_type type;
	char *payload;
	size_t len;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	say("", 0);
	while (wire_receive(CHILD_FD, -1, &type, &payload, &len) == RC_OK) {
		/* Eight limits, two texts that are NULL, the length: then the mail. */
		obey(payload + 11 * 8);
		free(payload);
	}
	return 0;
}

static const struct {
	const char *fact, *mail;
	enum rc want;
	const char *why;
	int at_least_ms;
} deaths[] = {
	{ "two deaths set the mail aside", MAIL("die always"), RC_PERM,
	  "two workers died of it: signal 9", 0 },
	{ "so do two answers that are none", MAIL("nonsense"), RC_PERM,
	  "two workers died of it: the answer is none", 0 },
	{ "after one death it is tried again", MAIL("die once /tmp/test_parse.once"), RC_OK, "", 0 },
	{ "one that stalls is killed", MAIL("stall once /tmp/test_parse.once"), RC_OK, "",
	  PARSE_DEADLINE_MS },
};

static void test_deaths(void **state)
{
	(void)state;
	setenv("LANG", "obedient", 1);
	for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
		struct parse parse = { { 0 } };
		struct message *message = NULL;
		struct why why = { "" };
		int64_t before = clock_ms();
		print_message("  %s\n", deaths[i].fact);
		unlink("/tmp/test_parse.once");
		assert_int_equal(parse_mail(&parse, deaths[i].mail, strlen(deaths[i].mail),
		                            options(), &message, &why),
		                 deaths[i].want);
		assert_non_null(strstr(why.text, deaths[i].why));
		assert_in_range(clock_ms() - before, deaths[i].at_least_ms,
		                deaths[i].at_least_ms + 4000);
		assert_true((message != NULL) == (deaths[i].want == RC_OK));
		message_free(&message);
		parse_stop(&parse);
	}
	unlink("/tmp/test_parse.once");
	unsetenv("LANG");
}

static void test_death_between_mails_is_nobodys_fault(void **state)
{
	(void)state;
	static const char mail[] = MAIL("hello");
	struct parse parse = { { 0 } };
	struct message *message = NULL;
	struct why why = { "" };
	for (int i = 0; i < 3; i++) {
		assert_int_equal(parse_mail(&parse, mail, sizeof mail - 1, options(), &message,
		                            &why),
		                 RC_OK);
		assert_string_equal(message->subject, "hello");
		message_free(&message);
		kill(parse.child.pid, SIGKILL);
		usleep(50000);
	}
	parse_stop(&parse);
}

static void test_worker_is_kept(void **state)
{
	(void)state;
	static const char mail[] = MAIL("=?koi8-r?b?8NLJ18XU?=");
	struct parse parse = { { 0 } };
	struct message *message = NULL;
	struct why why = { "" };
	pid_t first = 0;
	for (int i = 0; i < 50; i++) {
		assert_int_equal(parse_mail(&parse, mail, sizeof mail - 1, options(), &message,
		                            &why),
		                 RC_OK);
		assert_string_equal(message->subject, "Привет");
		message_free(&message);
		first = first != 0 ? first : parse.child.pid;
		assert_int_equal(parse.child.pid, first);
	}
	parse_stop(&parse);
	assert_int_equal(parse.child.pid, 0);
}

static void test_above_the_limit_is_malformed(void **state)
{
	(void)state;
	struct message_options small = { .limits = message_limits_default };
	struct parse parse = { { 0 } };
	struct message *message = NULL;
	struct why why = { "" };
	static const char mail[] = MAIL("hello");
	small.limits.octets = 20;
	assert_int_equal(parse_mail(&parse, mail, sizeof mail - 1, &small, &message, &why), RC_OK);
	assert_int_equal(message->kind, MESSAGE_MALFORMED);
	message_free(&message);
	parse_stop(&parse);
}

static void test_no_worker_is_not_the_mails_fault(void **state)
{
	(void)state;
	static const char *const programs[] = { "/nonexistent", "/bin/false" };
	for (size_t i = 0; i < 2; i++) {
		struct parse parse = { { 0 } };
		struct message *message = NULL;
		struct why why = { "" };
		child_program_set(programs[i]);
		assert_int_equal(parse_mail(&parse, "x", 1, options(), &message, &why), RC_TEMP);
		parse_stop(&parse);
	}
	child_program_set(NULL);
}

/* The worker is this program, started again (io/child.h). */
int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "child") == 0) {
		const char *lang = getenv("LANG");
		bool obedient = lang != NULL && strcmp(lang, "obedient") == 0;
		return obedient ? obedient_worker() : parse_child_main();
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deaths),
		cmocka_unit_test(test_death_between_mails_is_nobodys_fault),
		cmocka_unit_test(test_worker_is_kept),
		cmocka_unit_test(test_above_the_limit_is_malformed),
		cmocka_unit_test(test_no_worker_is_not_the_mails_fault),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
