/* purpose: what an introduction is for, guessed from the words of the offer. Pure.
 *
 * The words are data: [purpose] of core/vocabulary/LANGUAGE.txt. */
#ifndef CORE_PURPOSE_H
#define CORE_PURPOSE_H

enum purpose {
	PURPOSE_OTHER,
	PURPOSE_SALE,
	PURPOSE_HIRING,
	PURPOSE_JOB,
	PURPOSE_PARTNERSHIP,
	PURPOSE_INFORMATION,
};
#define PURPOSES 6
const char *purpose_name(enum purpose purpose); /* "other", "sale", ... */
int purpose_find(const char *name);             /* -1: none of that name */

/* Of most hits; of none, or of equally many, PURPOSE_OTHER. */
enum purpose purpose_guess(const char *offer);
/* "PURPOSE: hiring": a line that names one, as a correction; -1: there is none. */
int purpose_named(const char *words);

#endif
