/* maildir: a folder of mails (tmp, new, cur), read and written without locks.
 *
 * Reading: names in new/, oldest first; taken ones go to cur/ with ":2,S".
 * Writing: a file in tmp/, synced, then linked into new/, the folder synced:
 * complete or not there. */
#ifndef IO_MAILDIR_H
#define IO_MAILDIR_H

#include "base/rc.h"

#include <stddef.h>

enum rc maildir_make(const char *path, struct why *why); /* the three folders */

/* Names in new/, sorted; at most `most`. Yours: maildir_names_free. */
enum rc maildir_list(const char *path, size_t most, char ***names, size_t *count, struct why *why);
void maildir_names_free(char ***names, size_t count);
enum rc maildir_read(const char *path, const char *name, size_t limit, char **octets, size_t *len,
                     struct why *why);
/* new/NAME -> cur/NAME:2,S. RC_NONE: it is not in new/ any more. */
enum rc maildir_taken(const char *path, const char *name, struct why *why);
/* A file of its own name in new/; `unique` makes it (a token). */
enum rc maildir_write(const char *path, const char *unique, const char *octets, size_t len,
                      struct why *why);

#endif
