/* person: somebody named in people's words: "Mme Irène Duval <i.duval@...>".
 *
 * A name is a run of capitalised words the vocabulary does not claim, with
 * particles ("de", "van") and initials inside; titles are dropped. Pure. */
#ifndef CORE_PERSON_H
#define CORE_PERSON_H

#include "core/speech.h"

struct person {
	size_t name_from, name_to; /* words; equal: no name */
	size_t address;            /* word; == the speech's count: none */
	bool titled;               /* a title stood before the name */
};

/* The first name that begins at or after `from` and before `to`, taking at
 * least `least` words. */
bool person_find_name(const struct speech *speech, size_t from, size_t to, size_t least,
		      struct person *person);
/* The first address in the range, with the name just before or after it. */
bool person_find_address(const struct speech *speech, size_t from, size_t to,
			 struct person *person);
/* "Name <address>", name or address; yours to free. */
char *person_text(const struct speech *speech, const struct person *person);
/* The words as they were written, on one line; yours to free. */
char *person_words(const struct speech *speech, size_t from, size_t to);
/* Is the line of words [from, to) nothing but a name, as under a letter? */
bool person_is_line(const struct speech *speech, size_t from, size_t to);

#endif
