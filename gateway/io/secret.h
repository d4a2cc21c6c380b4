/* secret: a password, from a file (mode 0600 or 0400, ours or root's) or the
 * first line a command prints. It lives in the child that logs in, nowhere else. */
#ifndef IO_SECRET_H
#define IO_SECRET_H

#include "base/rc.h"

/* One of `file` and `command` is set, or neither: *secret is NULL. The command
 * is words split at blanks and run without a shell. Free with secret_free. */
enum rc secret_read(const char *file, const char *command, char **secret, struct why *why);
void secret_free(char **secret); /* overwrites, frees */

#endif
