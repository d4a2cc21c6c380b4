/* auto_phrases: what machines put into subjects and words. Data only; written
 * as utf8_fold leaves it (mail/phrase.h). */
#ifndef MAIL_AUTO_PHRASES_H
#define MAIL_AUTO_PHRASES_H

#include "mail/phrase.h"

extern const struct phrase auto_subjects[];   /* a subject begins so: an automatic answer */
extern const struct phrase auto_challenges[]; /* words of challenge-response systems */
extern const struct phrase auto_notes[];      /* one is enough: only a machine says so */
extern const struct phrase auto_signs[];      /* means: which kind of sign; two kinds needed */
extern const struct phrase auto_left[];       /* gone for good: no return */

#endif
