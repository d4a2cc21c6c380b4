/* child: our own program, started again for one narrow job.
 *
 * exec of /proc/self/exe with "child ROLE", the socket as descriptor 3, no
 * other descriptor but standard error, an empty environment but PATH, LANG and
 * TZ: a child starts with none of the parent's memory, database or secrets. */
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
 * if not NULL, gets the wait status. */
void child_stop(struct child *child, int *how);

#endif
