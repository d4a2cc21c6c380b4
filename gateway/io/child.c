#include "io/child.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEPT 3

static const char *program = "/proc/self/exe";

void child_program_set(const char *path)
{
	program = path != NULL ? path : "/proc/self/exe";
}

/* The few variables a child may know; NULL-ended, each yours to free. */
static void environment_make(char *kept[KEPT + 1])
{
	static const char *const names[KEPT] = { "PATH", "LANG", "TZ" };
	size_t count = 0;
	for (size_t i = 0; i < KEPT; i++) {
		const char *value = getenv(names[i]);
		if (value != NULL && asprintf(&kept[count], "%s=%s", names[i], value) >= 0)
			count++;
	}
	kept[count] = NULL;
}

static void environment_free(char *kept[KEPT + 1])
{
	for (size_t i = 0; kept[i] != NULL; i++)
		free(kept[i]);
}

static int spawn(const char *role, int fd, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	char *environment[KEPT + 1];
	char *words[] = { mem_text("passerelle"), mem_text("child"), mem_text(role), NULL };

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, fd, CHILD_FD);
	posix_spawn_file_actions_addclosefrom_np(&files, CHILD_FD + 1);

	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
	                                              POSIX_SPAWN_SETPGROUP);
	environment_make(environment);
	int failure = posix_spawn(pid, program, &files, &attributes, words, environment);
	environment_free(environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	for (size_t i = 0; words[i] != NULL; i++)
		free(words[i]);
	return failure;
}

enum rc child_start(const char *role, struct child *child, struct why *why)
{
	int pair[2];
	pid_t pid = 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return why_set(why, RC_TEMP, "child %s: no socket pair: %s", role, strerror(errno));
	int failure = spawn(role, pair[1], &pid);
	close(pair[1]);
	if (failure != 0) {
		close(pair[0]);
		return why_set(why, RC_TEMP, "child %s: cannot start %s: %s", role, program,
		               strerror(failure));
	}
	*child = (struct child){ .pid = pid, .fd = pair[0] };
	return RC_OK;
}

void child_stop(struct child *child, int *how)
{
	int status = 0;
	if (child->pid > 0) {
		close(child->fd);
		kill(child->pid, SIGKILL);
		while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	*child = (struct child){ .pid = 0, .fd = -1 };
	if (how != NULL)
		*how = status;
}
