/* report_phrases: what mail systems say, and what it means. Data only. */
#ifndef MAIL_REPORT_PHRASES_H
#define MAIL_REPORT_PHRASES_H

#include "mail/phrase.h"

extern const struct phrase report_reasons[];  /* -> a reason word of mail/report.h */
extern const struct phrase report_stages[];   /* -> "rcpt" or "data" */
extern const struct phrase report_subjects[]; /* subjects of bounces */
extern const struct phrase report_delays[];   /* not yet delivered */
extern const struct phrase report_bodies[];   /* sentences only a mail system writes */
extern const struct phrase report_hints[];    /* the same, where a system is the sender */

#endif
