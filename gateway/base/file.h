/* file: whole files, read under a limit and written so that a crash leaves
 * the old one or the new one, never half of one. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/rc.h"

#include <stddef.h>

/* *octets (ended by a NUL that *len does not count) is yours to free.
 * RC_NONE: no such file. RC_PERM: larger than `limit`, or not readable. */
enum rc file_read(const char *path, size_t limit, char **octets, size_t *len, struct why *why);
/* The same from an open descriptor, to its end; `name` is for the sentence. */
enum rc file_read_fd(int fd, const char *name, size_t limit, char **octets, size_t *len,
                     struct why *why);

/* Writes beside `path`, syncs, renames over it, syncs the folder. */
enum rc file_write(const char *path, const char *octets, size_t len, struct why *why);

/* Makes `path` and the folders above it, mode 0700. RC_OK if it is there. */
enum rc file_make_folder(const char *path, struct why *why);
enum rc file_sync_folder(const char *path, struct why *why);

#endif
