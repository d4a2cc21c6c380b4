/* linediff: what differs between two texts, as a unified diff without context
 * numbers to get wrong: three lines around each change. */
#ifndef CLI_LINEDIFF_H
#define CLI_LINEDIFF_H

#include "base/str.h"

#include <stdbool.h>

/* Appends the difference with its two names; false: there is none. */
bool linediff(const char *old_name, const char *old, const char *new_name, const char *new,
              struct str *out);

#endif
