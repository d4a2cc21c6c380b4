#include "io/secret.h"

#include "base/file.h"
#include "base/mem.h"
#include "io/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define SECRET_MOST 65536 /* an OAuth token is a few thousand octets */
#define COMMAND_MS 30000
#define WORDS_MOST 64

/* Cuts at the first line's end. RC_PERM: nothing in it, or an octet no login can carry. */
static enum rc first_line(char *octets, size_t len, const char *name, struct why *why)
{
	size_t line = strcspn(octets, "\r\n");
	if (line == 0)
		return why_set(why, RC_PERM, "%s: its first line is empty; it must be the password",
		               name);
	if (line == strlen(octets) && line < len)
		return why_set(why, RC_PERM, "%s: a NUL in the password", name);
	explicit_bzero(octets + line, len - line);
	return RC_OK;
}

static enum rc check_file(int fd, const char *file, struct why *why)
{
	struct stat about;
	if (fstat(fd, &about) != 0)
		return why_set(why, RC_TEMP, "%s: %s", file, strerror(errno));
	if (!S_ISREG(about.st_mode))
		return why_set(why, RC_PERM, "%s: not a regular file", file);
	if (about.st_uid != geteuid() && about.st_uid != 0)
		return why_set(why, RC_PERM, "%s: owned by user %u; make it ours or root's", file,
		               (unsigned)about.st_uid);
	if ((about.st_mode & 077) != 0)
		return why_set(why, RC_PERM, "%s: mode %04o lets others in; chmod 600 it", file,
		               (unsigned)(about.st_mode & 07777));
	return RC_OK;
}

static enum rc read_file(const char *file, char **octets, size_t *len, struct why *why)
{
	/* Not to hang on a FIFO; a regular file does not care. */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return why_set(why, RC_PERM, "%s: %s", file, strerror(errno));
	enum rc rc = check_file(fd, file, why);
	if (rc == RC_OK)
		rc = file_read_fd(fd, file, SECRET_MOST, octets, len, why);
	close(fd);
	return rc;
}

/* What the command prints, to its end, by a deadline. false: too slow or too much. */
static bool read_pipe(int fd, char *room, size_t *len)
{
	int64_t deadline = clock_ms() + COMMAND_MS;
	*len = 0;
	while (*len < SECRET_MOST) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		int count = poll(&ready, 1, clock_left(deadline));
		if (count == 0)
			return false;
		if (count < 0)
			continue;
		ssize_t got = read(fd, room + *len, SECRET_MOST - *len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		*len += (size_t)got;
	}
	return false;
}

/* Words at blanks, no quoting, no shell: what an admin reads is what is run. */
static bool split(char *copy, char *words[WORDS_MOST])
{
	size_t count = 0;
	char *rest = copy, *word;
	while ((word = strsep(&rest, " \t")) != NULL) {
		if (*word == '\0')
			continue;
		if (count == WORDS_MOST - 1)
			return false;
		words[count++] = word;
	}
	words[count] = NULL;
	return count > 0;
}

static int spawn(char *words[], int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	int failure = posix_spawnp(pid, words[0], &files, NULL, words, environ);
	posix_spawn_file_actions_destroy(&files);
	return failure;
}

static enum rc run_command(char *words[], char **octets, size_t *len, struct why *why)
{
	int ends[2], status = 0;
	pid_t pid;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return why_set(why, RC_TEMP, "%s: no pipe: %s", words[0], strerror(errno));
	int failure = spawn(words, ends[1], &pid);
	close(ends[1]);
	if (failure != 0) {
		close(ends[0]);
		return why_set(why, RC_PERM, "%s: cannot run it: %s", words[0], strerror(failure));
	}
	char *room = mem_zero(SECRET_MOST + 1, 1);
	bool whole = read_pipe(ends[0], room, len);
	close(ends[0]);
	if (!whole)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (whole && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		*octets = room;
		return RC_OK;
	}
	explicit_bzero(room, SECRET_MOST);
	free(room);
	if (!whole)
		return why_set(why, RC_TEMP, "%s: printed no password within %d s", words[0],
		               COMMAND_MS / 1000);
	return why_set(why, RC_TEMP, "%s: ended with status %d", words[0],
	               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static enum rc read_command(const char *command, char **octets, size_t *len, struct why *why)
{
	char *copy = mem_text(command), *words[WORDS_MOST];
	enum rc rc = RC_PERM;
	if (split(copy, words))
		rc = run_command(words, octets, len, why);
	else
		why_set(why, RC_PERM, "password command \"%s\": no words, or too many", command);
	free(copy);
	return rc;
}

enum rc secret_read(const char *file, const char *command, char **secret, struct why *why)
{
	char *octets = NULL;
	size_t len = 0;
	enum rc rc = RC_OK;
	if (file != NULL)
		rc = read_file(file, &octets, &len, why);
	else if (command != NULL)
		rc = read_command(command, &octets, &len, why);
	if (rc == RC_OK && octets != NULL)
		rc = first_line(octets, len, file != NULL ? file : command, why);
	if (rc != RC_OK) {
		secret_free(&octets);
		return rc;
	}
	*secret = octets;
	return RC_OK;
}

void secret_free(char **secret)
{
	if (*secret != NULL)
		explicit_bzero(*secret, strlen(*secret));
	free(*secret);
	*secret = NULL;
}
