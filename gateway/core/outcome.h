/* outcome: what people answer to "did you meet? was it useful?". Pure.
 *
 * The words are data: [outcome] of core/vocabulary/LANGUAGE.txt; a plain yes is
 * what our text says it is (it took place, and was useful), a plain no that it
 * did not take place. */
#ifndef CORE_OUTCOME_H
#define CORE_OUTCOME_H

#include <stddef.h>

enum outcome {
	OUTCOME_UNCLEAR, /* as a stored outcome: nobody answered */
	OUTCOME_USEFUL,
	OUTCOME_USELESS, /* met, and it led nowhere */
	OUTCOME_NOT_MET,
	OUTCOME_NOT_YET,
	OUTCOME_MET, /* no word on its use */
};
#define OUTCOMES 6
const char *outcome_name(enum outcome outcome); /* "useful", ...; "" for unclear */
enum outcome outcome_find(const char *name);    /* unclear: none of that name */

enum outcome outcome_read(const char *words, const char *subject);
/* Of both together: met as soon as one says so, useful unless one says it was not. */
enum outcome outcome_of_both(enum outcome one, enum outcome other);

#endif
