#include "core/outcome.h"

#include "core/speech.h"
#include "core/verdict.h"
#include "core/vocabulary.h"

#include <string.h>

static const char *const names[OUTCOMES] = { "", "useful", "useless", "not-met", "not-yet", "met" };

const char *outcome_name(enum outcome outcome)
{
	return names[outcome];
}

enum outcome outcome_find(const char *name)
{
	for (int i = 1; i < OUTCOMES; i++)
		if (strcmp(names[i], name) == 0)
			return (enum outcome)i;
	return OUTCOME_UNCLEAR;
}

/* The numbers of [outcome] are those of the enum. */
static unsigned said_in(const char *words)
{
	unsigned said = 0;
	struct speech s = speech_new(words, strlen(words));
	for (size_t at = 0; at < s.count;) {
		struct vocabulary_hit hit =
			vocabulary_match(&s, at, VOC(VOC_OUTCOME) | VOC(VOC_NOT));
		if ((hit.sections & VOC(VOC_OUTCOME)) && hit.number > 0 && hit.number < OUTCOMES)
			said |= 1u << hit.number;
		else if (hit.words > 0)
			said |= 1u << OUTCOME_UNCLEAR; /* something is denied, nobody knows what */
		at += hit.words > 0 ? hit.words : 1;
	}
	speech_free(&s);
	return said;
}

static enum outcome plainly(const char *words, const char *subject)
{
	struct verdict v = verdict_read(words, subject, 0);
	enum verdict_kind kind = v.kind;
	verdict_free(&v);
	return kind == VERDICT_ACCEPT    ? OUTCOME_USEFUL
	       : kind == VERDICT_DECLINE ? OUTCOME_NOT_MET
	       : kind == VERDICT_NOT_NOW ? OUTCOME_NOT_YET
	                                 : OUTCOME_UNCLEAR;
}

enum outcome outcome_read(const char *words, const char *subject)
{
	unsigned said = said_in(words);
	bool useful = said & 1u << OUTCOME_USEFUL, denied = said & 1u << OUTCOME_UNCLEAR;
	if (said & 1u << OUTCOME_NOT_YET)
		return OUTCOME_NOT_YET;
	if (said & 1u << OUTCOME_USELESS)
		return OUTCOME_USELESS;
	if (said & 1u << OUTCOME_NOT_MET)
		return useful ? OUTCOME_UNCLEAR : OUTCOME_NOT_MET;
	if (useful)
		return denied ? OUTCOME_UNCLEAR : OUTCOME_USEFUL;
	if (said & 1u << OUTCOME_MET)
		return denied ? OUTCOME_UNCLEAR : OUTCOME_MET;
	return plainly(words, subject);
}

enum outcome outcome_of_both(enum outcome one, enum outcome other)
{
	static const enum outcome strongest[] = { OUTCOME_USELESS, OUTCOME_USEFUL, OUTCOME_MET,
		                                  OUTCOME_NOT_MET };
	for (size_t i = 0; i < sizeof strongest / sizeof strongest[0]; i++)
		if (one == strongest[i] || other == strongest[i])
			return strongest[i];
	return OUTCOME_UNCLEAR;
}
