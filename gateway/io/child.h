/* child: our own program, started again for one narrow job.
 *
 * exec of /proc/self/exe with "child ROLE", the socket as descriptor 3, nothing
 * else open but standard error (standard input and output are /dev/null), an
 * empty environment but PATH, LANG and TZ, every signal at its default: a child
 * starts with none of the parent's memory, database or secrets. A process group
 * of its own, so that ^C reaches the parent only; end of file on CHILD_FD tells
 * the child that the parent is gone. */
#ifndef IO_CHILD_H
#define IO_CHILD_H

#include "base/rc.h"

#include <sys/types.h>

#define CHILD_FD 3

struct child {
	pid_t pid; /* 0: not running */
	int fd;    /* -1: not running */
};

enum rc child_start(const char *role, struct child *child, struct why *why);
/* Closes, kills (SIGKILL) and waits; *child is not running afterwards. `how`,
 * if not NULL, gets the wait status. Safe on a child that is not running. */
void child_stop(struct child *child, int *how);

/* For tests: run this program instead (NULL: ourselves again). Borrowed. */
void child_program_set(const char *path);

#endif
