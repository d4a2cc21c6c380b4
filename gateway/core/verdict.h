/* verdict: what a person's own words answer to an ask. Pure.
 *
 * What is not clearly a yes is never a yes. The vocabulary is data
 * (gateway/core/vocabulary/LANGUAGE.txt, embedded), one readable file a
 * language; all languages are understood at once. */
#ifndef CORE_VERDICT_H
#define CORE_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

enum verdict_kind {
	VERDICT_UNCLEAR,
	VERDICT_ACCEPT,
	VERDICT_DECLINE,
	VERDICT_NOT_NOW,
	VERDICT_SUGGEST,
	VERDICT_QUESTION,
	VERDICT_STOP,
	VERDICT_WRONG_PERSON,
};
const char *verdict_name(enum verdict_kind kind); /* "accept", "not-now", ... */

struct verdict {
	enum verdict_kind kind;
	bool unnamed;    /* accept: only the next person is to know who passes it on */
	bool any;        /* accept: ACCEPT ANY, whoever of my contacts is best */
	char *word;      /* accept: the word to pass on, "" if none; never NULL */
	char *date;      /* not-now: "2026-06-09", or NULL */
	char *suggested; /* suggest: "Name <address>", name or address; or NULL */
};

/* `words`: what was freshly written (mail/message.h); `subject` counts only as
 * a keyword alone over an empty body; `date_at`: the mail's date, for "in two
 * weeks" and weekdays. The strings are the caller's: verdict_free. */
struct verdict verdict_read(const char *words, const char *subject, int64_t date_at);
/* The answer to "was this you?": a yes may be dressed as it likes ("Yes, I wrote
 * that"), which to an ask would be too little; anything that denies is a no. */
bool verdict_confirms(const char *words, const char *subject);
void verdict_free(struct verdict *verdict);

#endif
