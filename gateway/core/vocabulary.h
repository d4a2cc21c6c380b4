/* vocabulary: the phrases people answer, ask and date with, in seven languages
 * at once. They are data: gateway/core/vocabulary/LANGUAGE.txt, embedded.
 *
 * A file is made of [sections], one phrase a line, `#` begins a comment:
 *   word      itself, compared without case and accents (a German umlaut also
 *             as ae, oe, ue); an apostrophe or a hyphen parts words
 *   word*     any word that begins so
 *   =word     this spelling only, accents and all
 *   a/b       either word; (word) may be missing
 *   ...       up to six words, none of which denies
 *   NAME      any word with a capital, never the first
 *   ^ or $    here a clause begins, or ends
 *   N = a b   the phrase stands for the number N (dates)
 * A section [command VERB] holds what begins that command (core/command.h).
 * Read once, at first use. A flaw in one of ours is an assert; a gateway may add
 * files of its own (vocabulary_add), which hold for the whole program. */
#ifndef CORE_VOCABULARY_H
#define CORE_VOCABULARY_H

#include "base/rc.h"
#include "core/speech.h"

#include <stdint.h>

enum vocabulary_section {
	VOC_KEYWORD_YES, /* a yes that may stand alone on its line above a word */
	VOC_KEYWORD_NO,
	VOC_YES,       /* a free yes; "no problem" */
	VOC_PASS,      /* an order or a promise to pass on: a yes by itself */
	VOC_ACCEPT,    /* verbs of accepting: deniable */
	VOC_REFUSE,    /* verbs of refusing: deniable */
	VOC_NO,        /* a no, whole: "sans moi" */
	VOC_NOT,       /* what denies */
	VOC_IF,        /* conditions and restrictions */
	VOC_CONDITION, /* the same so plainly that it counts within a word too */
	VOC_INFORM,    /* what a condition of information asks for */
	VOC_BUT,
	VOC_AND,       /* before what is no yes, it mocks: "sure, and pigs may fly" */
	VOC_LATER,     /* postpones by itself */
	VOC_FROM,      /* postpones before a date: "not before", "ab" */
	VOC_ASK_AGAIN, /* "ask me", "remind me": postpones with a date or a later */
	VOC_STOP,
	VOC_WRONG,    /* not the person, has left, knows neither */
	VOC_SUGGEST,  /* somebody else is the better way */
	VOC_BETTER,   /* suggests only beside a full name or an address */
	VOC_QUESTION, /* asks without a question mark */
	VOC_TAG,      /* makes a question none: "can I?" */
	VOC_IRONY,
	VOC_LUKEWARM,
	VOC_EVASIVE,  /* courtesy, receipt: no verdict */
	VOC_HARMLESS, /* a remark that suspends nothing */
	VOC_KNOWN,    /* words a plain yes may be dressed with */
	VOC_SELF,     /* I, me, my: in a condition within a word */
	VOC_PERSON,   /* he, she */
	VOC_ANY,      /* whoever is best */
	VOC_PAUSE,
	VOC_HELLO,
	VOC_BYE,       /* closing formulae */
	VOC_ANNOUNCE,  /* a line with it and a colon: what follows is the word */
	VOC_TITLE,     /* before names */
	VOC_PARTICLE,  /* within names: "de", "van" */
	VOC_FIRM,      /* between a name and a firm: "at", "de chez" */
	VOC_INTRODUCE, /* asks for an introduction, up to the name */
	VOC_POLITE,    /* may stand around a request */
	VOC_COMMAND,   /* [command join], ...: its number is the verb (core/command.h) */
	VOC_REPLY, /* "Re", "AW", "Fwd" before a subject */
	VOC_NUMBER,
	VOC_MONTH,
	VOC_MONTH_SHORT, /* counts only beside a day */
	VOC_WEEKDAY,
	VOC_DAY,  /* "tomorrow" = 1 */
	VOC_UNIT, /* days: 1, 7, 30, 365 */
	VOC_IN,   /* "in" two weeks */
	VOC_AGO,  /* "ago": not ahead */
	VOC_NEXT,
	VOC_ON,   /* before a day or a month: "le", "on the", "in" */
	VOC_PART, /* of a month: early 1, middle 15, end 31 */
	VOC_INCLUSIVE,
	VOC_REGRET, /* with a denial it refuses: "leider ... nicht" */
	VOC_OF,     /* between a day, a month and a year */
	VOC_OUTCOME, /* "we met": the number is of enum outcome */
	VOC_PURPOSE, /* "our product": of enum purpose; 9 announces one, 10 + n names it */
	VOC_UNNAMED, /* passes on without a name */
	VOC_STRENGTH, /* how well one knows somebody: 0 not at all ... 4 very well */
	VOC_TONGUE, /* names of languages: 1 fr, 2 en, 3 de, 4 es, 5 nl, 6 it, 7 pt */
	VOC_LEAVE,   /* a hub: "leave biotech" */
	VOC_SECTIONS,
};
#define VOC(section) (UINT64_C(1) << (section))
#define VOC_ANSWERS ((VOC(VOC_BYE + 1) - 1) | VOC(VOC_REGRET)) /* what a verdict is read from */
#define VOC_YESES (VOC(VOC_KEYWORD_YES) | VOC(VOC_YES) | VOC(VOC_PASS) | VOC(VOC_ACCEPT))
#define VOC_NOES (VOC(VOC_KEYWORD_NO) | VOC(VOC_NO) | VOC(VOC_REFUSE))

struct vocabulary_hit {
	uint64_t sections;       /* all the longest phrase stands in; 0: none */
	size_t words;            /* it takes */
	size_t gap_from, gap_to; /* the words of its "...", both 0 without one */
	int number;              /* of the first of these sections */
};

/* Guesses what languages the text is in: single words of the others, their
 * keywords aside, are not looked for in it ("ma" is but a but in Italian). */
void vocabulary_guess(struct speech *speech);
/* The longest phrase of any of `sections` that begins at word `at`. */
struct vocabulary_hit vocabulary_match(const struct speech *speech, size_t at, uint64_t sections);
/* Is `folded` one letter away from a phrase of one word in `sections`? */
bool vocabulary_nearly(const char *folded, uint64_t sections);
/* A gateway's own words, as the files above. RC_PERM: nothing of it is taken; why
 * names file and line: a flaw, or a phrase that stands for two commands. */
enum rc vocabulary_add(const char *path, const char *text, size_t len, struct why *why);
enum rc vocabulary_check(struct why *why); /* RC_PERM: such a phrase is among ours */
size_t vocabulary_count(void); /* phrases, alternatives counted apart */

#endif
