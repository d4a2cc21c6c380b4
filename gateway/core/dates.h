/* dates: the day people mean: "le 9 juin", "next Tuesday", "in zwei Wochen",
 * "until 1 March", "09.06.", "2026-06-09".
 *
 * Read against the day it was written (UTC). A month alone is its first day, a
 * weekday the next one, a day without a year the next such day, "until D
 * inclusive" the day after D; of a range its end counts. What is vague ("after
 * the summer") and what lies behind is no date. Pure, linear in the text. */
#ifndef CORE_DATES_H
#define CORE_DATES_H

#include "core/speech.h"

#include <stdint.h>

struct date {
	int64_t day;     /* days since 1970-01-01 */
	size_t from, to; /* the words it is made of */
};

/* The first date among the words [from, to). */
bool date_find(const struct speech *speech, size_t from, size_t to, int64_t written_at,
	       struct date *date);
/* The same for a whole text: "2026-06-09" or NULL; yours to free. */
char *date_read(const char *text, int64_t written_at);
int64_t date_day(int64_t at); /* the day of a time; what no mail can have is cut */
char *date_text(int64_t day); /* "2026-06-09"; yours to free */

#endif
