/* auto_date: the day an absence note says its writer is back.
 *
 * Reads days as people write them in a dozen languages: 2026-03-30, 30.3.,
 * 3/30/2026, "30th of March", "le 16", "lundi", "in two weeks", ranges; and the
 * words around them that tell a return from a beginning. */
#ifndef MAIL_AUTO_DATE_H
#define MAIL_AUTO_DATE_H

#include <stdint.h>

/* `text` as written, `sent_at` the mail's date (0: unknown, then only days with
 * a year count). "2026-06-09", yours, or NULL. */
char *auto_date_read(const char *text, int64_t sent_at);

#endif
