#include "core/purpose.h"

#include "core/speech.h"
#include "core/vocabulary.h"

#include <string.h>

static const char *const names[PURPOSES] = { "other", "sale",        "hiring",
	                                     "job",   "partnership", "information" };

#define CORRECTION 9 /* in [purpose]: the word before the purpose's own name */
#define NAMED      10 /* and 10 + n: no more than the name of a purpose */

const char *purpose_name(enum purpose purpose)
{
	return names[purpose];
}

int purpose_find(const char *name)
{
	for (int i = 0; i < PURPOSES; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

enum purpose purpose_guess(const char *offer)
{
	int hits[PURPOSES] = { 0 };
	struct speech s = speech_new(offer, strlen(offer));
	for (size_t at = 0; at < s.count;) {
		struct vocabulary_hit hit = vocabulary_match(&s, at, VOC(VOC_PURPOSE));
		int purpose = hit.words > 0 ? hit.number % NAMED : 0;
		if (purpose > 0 && purpose < PURPOSES)
			hits[purpose]++;
		at += hit.words > 0 ? hit.words : 1;
	}
	speech_free(&s);
	int best = 0;
	bool tied = false;
	for (int i = 1; i < PURPOSES; i++) {
		tied = (tied && hits[i] <= hits[best]) || (hits[i] > 0 && hits[i] == hits[best]);
		best = hits[i] > hits[best] ? i : best;
	}
	return tied ? PURPOSE_OTHER : (enum purpose)best;
}

int purpose_named(const char *words)
{
	int named = -1;
	struct speech s = speech_new(words, strlen(words));
	bool announced =
		s.count > 1 && vocabulary_match(&s, 0, VOC(VOC_PURPOSE)).number == CORRECTION;
	struct vocabulary_hit hit = { 0 };
	for (size_t at = 1; announced && at < s.count && named < 0; at++) {
		announced = !s.words[at - 1].ends_line;
		hit = vocabulary_match(&s, at, VOC(VOC_PURPOSE));
		if (announced && hit.words > 0 && hit.number != CORRECTION)
			named = hit.number % NAMED;
	}
	speech_free(&s);
	return named;
}
