/* catalog_inside: what catalog.c (the files), catalog_render.c and catalog_check.c
 * (what is wrong with the files) share. For these three only. */
#ifndef MAILTEMPLATES_CATALOG_INSIDE_H
#define MAILTEMPLATES_CATALOG_INSIDE_H

#include "mailtemplates/catalog.h"
#include "mailtemplates/textfile.h"

#include <sys/stat.h>

#define CATALOG_NAME_MOST 40 /* octets of a language's or a message's name */

#define CATALOG_COMMON "common" /* the folder of what is the same in all languages */
#define CATALOG_HUB "hub-" /* before a hub's name: its folder of texts */

/* One file name in one language: the gateway's own text and the default; or a
 * hub's own text, which has no default of its own. */
struct slot {
	char *hub; /* "": the gateway's */
	char *language, *name;
	struct textfile *own, *standard; /* NULL: there is none */
	struct stat seen;                /* of the own file as last looked at */
	bool present;                    /* the own file is there, good or not */
	char **flaws;                    /* of an own file that was not taken up */
	size_t flaw_count;
	bool told; /* those flaws, to whoever refreshes */
};

struct catalog {
	char *folder; /* or NULL */
	char **languages;
	size_t language_count;
	struct slot *slots; /* in order of hub, language, name; the gateway's first */
	size_t slot_count;
	json_t *page;    /* sample of what HTML parts may use too (messages.h) */
	json_t *samples; /* message name -> case name -> values (messages.h) */
};

/* Where a slot of the gateway is, or where it would stand. */
size_t catalog_place(const struct catalog *catalog, const char *language, const char *name);
struct slot *catalog_slot(const struct catalog *catalog, const char *hub, const char *language,
                          const char *name);
/* By the fall-back of catalog.h; *found is the language of the text. `hub` NULL: none. */
const struct textfile *catalog_hub_text(const struct catalog *catalog, const char *hub,
                                        const char *language, const char *name,
                                        const char **found);
const struct textfile *catalog_text(const struct catalog *catalog, const char *language,
                                    const char *name, const char **found);

/* Collects flaws, each place once. */
struct flaws {
	char **sentences;
	size_t count;
	const char *only; /* NULL, or: flaws of this file only */
	bool faults_only; /* leave out what does not keep a file from being used */
};
void flaws_add(void *flaws, const char *path, int line, int column, const char *what);
void flaws_free(struct flaws *flaws);

/* One message, or all of a language if `name` is a partial or data. */
void catalog_check_text(const struct catalog *catalog, const char *hub, const char *language,
                        const char *name, struct flaws *flaws);

#endif
