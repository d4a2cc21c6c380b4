/* value: the readers of single values of the configuration file, for conf.c.
 *
 * A group of the file is a table of keys: name, reader, place in the struct.
 * libconfig answers a wrong type with a default in silence; here every key
 * says what it wants, and each error is "file:line: what; remedy". */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include "base/rc.h"

#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const char *file;   /* as the admin named it: for the sentences */
	const char *folder; /* absolute: what relative paths are relative to */
	struct why *why;
};

#define READER(name)                                                                               \
	enum rc name(const struct reader *r, const config_setting_t *s, const struct key *key,     \
	             void *into)

#define DAY ((int64_t)86400)
#define LIST_MOST 100 /* gateways, mailboxes, admins, languages */

struct key {
	const char *name; /* NULL ends a table */
	READER((*read));
	size_t at;           /* the value's place in the struct of the group */
	int64_t least, most; /* of a number, a size, a duration; most texts of a list */
	const char *write;   /* required: what to write when it is missing; else NULL */
};

/* Reads a group: every key known, every required one there. */
enum rc value_group(const struct reader *r, const config_setting_t *group, const struct key *keys,
                    void *into);
enum rc value_fail(const struct reader *r, int line, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
/* Where a key of the group stands, or the group itself if it has no such key. */
int value_line(const config_setting_t *group, const char *name);

/* Borrowed, from the file: UTF-8 on one line, not empty. */
enum rc value_borrow(const struct reader *r, const config_setting_t *s, const char **text);
/* *which: the place of the text in `names`, ended by NULL. */
enum rc value_choice(const struct reader *r, const config_setting_t *s, const char *const *names,
                     int *which);
/* How many entries a list ( a, b ) or an array [ a, b ] has, within the key's bounds. */
enum rc value_list(const struct reader *r, const config_setting_t *s, const struct key *key,
                   const char *write, size_t *count);

/* Readers for the tables; `into` is what each says. */
READER(value_text);
READER(value_path);
READER(value_file);
READER(value_folder);
READER(value_secret);
READER(value_host);
READER(value_address);
READER(value_zone);
/* into an int */
READER(value_number);
/* into an int64_t */
READER(value_size);
READER(value_duration);

#endif
