/* catalog: the texts of the mails, one file per message and language, and the
 * fall-back between them, file by file: in the reader's language, then in the
 * gateway's first one, then in English: the hub's own file, the gateway's own,
 * the default.
 *
 * A file (FOLDER/fr/ask.txt, of a hub FOLDER/hub-NAME/fr/ask.txt) is fields, an
 * empty line, the text part, and optionally a line "--- html ---" and the HTML part; all of it
 * Mustache:
 *
 *   Subject: {{requester.name}} -> {{target.name}}
 *
 *   Bonjour {{reader.first}},
 *
 * Partials are files too: {{> foot}} is fr/_foot.txt (the underscore tells them
 * apart; no fields). A partial of one line has no line break, for use inside
 * of a sentence. _dates.txt and _answers.txt hold a language's dates and the
 * words to answer with. A line "{{! ... }}" above is a note.
 *
 * A file that is the same in all languages stands in FOLDER/common/. Without an
 * HTML part of its own a message gets one made of its text (htmlpart.h) by
 * common/_page.txt; an own one may say {{< page}}{{$body}}...{{/body}}{{/page}}.
 *
 * The text part is brought to 72 columns once the values are in it (refill.h);
 * values stay on one line there, except {{{x}}}. A changed file is taken up by
 * catalog_refresh when it passes its check; otherwise the last good one stays
 * and the flaw is told once. */
#ifndef MAILTEMPLATES_CATALOG_H
#define MAILTEMPLATES_CATALOG_H

#include "base/rc.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct catalog;

/* Told of each flaw: "file:line:column: what; remedy". Fine to be NULL. */
typedef void (*catalog_flaw)(void *context, const char *sentence);

/* `folder`: the gateway's own texts, or NULL. `languages`: the first is the
 * gateway's own. Always works: the defaults are embedded and tested. */
struct catalog *catalog_new(const char *folder, const char *const *languages,
                            size_t language_count, catalog_flaw flaw, void *context);
void catalog_free(struct catalog **catalog);
/* Looks for changed files (mtime, size, inode); true if something was taken up. */
bool catalog_refresh(struct catalog *catalog, catalog_flaw flaw, void *context);
/* The flaws of own files that are not used because of them, told or not. */
void catalog_flaws(const struct catalog *catalog, catalog_flaw flaw, void *context);

struct catalog_mail {
	char *subject; /* one line */
	char *text;    /* LF */
	char *html;    /* the message's own HTML part, or one made of its text */
	char *language; /* the (first) language it was found in */
};
/* RC_PERM: no such message, or a bound was met; why says. Of the values `reply`
 * (else `gateway`) is the address that the answers in the HTML part go to. */
enum rc catalog_render(const struct catalog *catalog, const char *message, const char *language,
                       const json_t *values, struct catalog_mail *mail, struct why *why);
/* The same for a mail of this hub; NULL: of none. A hub nobody knows has no texts. */
enum rc catalog_render_hub(const struct catalog *catalog, const char *hub, const char *message,
                           const char *language, const json_t *values, struct catalog_mail *mail,
                           struct why *why);
/* The same in several languages, one text after the other; the subject is the
 * first one's, the HTML part is made of the texts. */
enum rc catalog_render_all(const struct catalog *catalog, const char *hub, const char *message,
                           const char *const *languages, size_t language_count,
                           const json_t *values, struct catalog_mail *mail, struct why *why);
void catalog_mail_free(struct catalog_mail *mail);

/* Is there any text at all in this language? The nearest one there is: "fr-CA"
 * -> "fr", unknown -> the gateway's first. Borrowed. */
const char *catalog_language(const struct catalog *catalog, const char *wanted);
/* "mardi 9 juin" (with the year if it is not `now`'s), in a member's zone. Yours. */
char *catalog_date(const struct catalog *catalog, const char *language, int64_t at, int64_t now_at,
                   const char *zone);

/* Sample values of a message (messages.h), its dates written in `language`; the
 * sample's today is Tuesday, 9 June 2026. `case_name`: "" for the usual one.
 * NULL: no such message or case. Yours (json_decref). */
json_t *catalog_sample(const struct catalog *catalog, const char *message, const char *case_name,
                       const char *language);

/* The file a message or partial comes from in a language (or its fall-back), as
 * "FOLDER/fr/ask.txt" or "default/fr/ask.txt"; NULL: there is none. `hub`: NULL
 * for the gateway itself. Borrowed. */
const char *catalog_path(const struct catalog *catalog, const char *hub, const char *name,
                         const char *language);
/* Is there an own file in this very place that is not used because of its flaws? */
bool catalog_refused(const struct catalog *catalog, const char *hub, const char *name,
                     const char *language);
/* The hubs that have texts of their own, one after the other; then NULL. Borrowed. */
const char *catalog_hub(const struct catalog *catalog, size_t index);
/* The names of partials and data files ("_foot"), one after the other; then NULL. */
const char *catalog_partial(const struct catalog *catalog, size_t index);
/* The first line of a file started from a default, by which check sees later
 * that the default has changed: "{{! default fr 1a2b3c4d }}". Yours. */
char *catalog_mark(const char *language, const char *octets, size_t len);

/* template check: every message in every language, the own folder too: unknown
 * placeholder, unknown message name, missing language, broken tag. How many flaws. */
size_t catalog_check(const struct catalog *catalog, catalog_flaw flaw, void *context);

#endif
