/* word: the personal word in an accepting answer, the part that is passed on.
 *
 * It follows a first line that is only a keyword, or "ACCEPT:" on that line, or
 * a line that announces it ("My word for Bob:"). It may say anything ("she will
 * not waste your time") but what takes the yes back. Pure, linear. */
#ifndef CORE_WORD_H
#define CORE_WORD_H

#include "core/speech.h"

#include <stdint.h>

/* The word begins at the word returned (`to` without one); the answer itself
 * ends at *answer_to. A word that takes the yes back belongs to the answer:
 * then *answer_to is `to`. */
size_t word_find(const struct speech *speech, size_t to, size_t *answer_to);
/* Only keywords of `section` (VOC) stand in [from, to), "I" and names of
 * anybody aside. */
bool word_is_keyword(const struct speech *speech, size_t from, size_t to, uint64_t section);
/* [from, to) as it was written, tidied; yours to free. */
char *word_text(const struct speech *speech, size_t from, size_t to);

#endif
