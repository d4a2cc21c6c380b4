/* ruleform: how a member wants to be asked, as lines of a mail. Pure.
 *
 *   Demandes par semaine : 2
 *
 * A reply's fresh words count first, then what was changed in the quotation:
 * only a value that differs from what was shown is a change. A dash, or "as
 * usual", is the gateway's own rule again. Labels and words are data
 * (ruleform_words.c); all languages are understood at once. */
#ifndef CORE_RULEFORM_H
#define CORE_RULEFORM_H

#include <stdbool.h>

enum rule_field {
	RULE_DIRECT,     /* "yes", "people", "none" */
	RULE_ASKS,       /* a week: "3" */
	RULE_HOURS,      /* "8-19" */
	RULE_DAYS,       /* "12345", Monday first */
	RULE_DISCLOSURE, /* "full", "first", "count" */
	RULE_REFUSES,    /* purposes: "sale,hiring" */
	RULE_VISIBLE,    /* "yes", "no" */
	RULE_NEVER,      /* people, addresses, firms; commas or semicolons between, as written */
	RULE_TIES,       /* hidden links: people, as written */
};
#define RULE_FIELDS 9

const char *ruleform_label(int field, const char *language); /* unknown languages: English */
/* A value as that language shows it: "people" -> "par des personnes". Yours. */
char *ruleform_shown(int field, const char *value, const char *language);

struct ruleform {
	char *value[RULE_FIELDS]; /* NULL: as it was; "": the gateway's own rule; else as above */
	char *wrong;              /* the first line whose value says nothing, as written; or NULL */
};
/* `shown`: the values the form showed, NULL for none. The strings are the caller's. */
struct ruleform ruleform_read(const char *words, const char *text,
                              const char *const shown[RULE_FIELDS]);
bool ruleform_changes(const struct ruleform *form);
void ruleform_free(struct ruleform *form);

#endif
