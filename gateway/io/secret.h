/* secret: a password, from a file (mode 0600 or 0400, ours or root's) or the
 * first line a command prints. It lives in the child that logs in, nowhere else. */
#ifndef IO_SECRET_H
#define IO_SECRET_H

#include "base/rc.h"

/* One of `file` and `command` is set, or neither: *secret is NULL. The command
 * is words split at blanks and run without a shell, for at most 30 s, with the
 * rights of the caller: a child has no_new_privs, so sudo will not work in it.
 * RC_PERM: not a secret, or not only ours; RC_TEMP: the command failed. Free with
 * secret_free. */
enum rc secret_read(const char *file, const char *command, char **secret, struct why *why);
void secret_free(char **secret); /* overwrites, frees */

#endif
