/* when: days as people count them. All times are seconds since 1970 UTC; a
 * zone is an IANA name ("Europe/Paris"). Pure but for the zone files. */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include <stdint.h>

#define WHEN_DAY_S 86400

struct when_day {
	int year, month, day; /* 2026, 1..12, 1..31 */
	int weekday;          /* 0 = Sunday */
	int hour, minute;
};

struct when_day when_local(int64_t at, const char *zone);
/* That hour, in `zone`, of a date; a date that does not exist rolls on as in mktime. */
int64_t when_hour(int year, int month, int day, int hour, const char *zone);
int64_t when_noon(int year, int month, int day, const char *zone);
/* "2026-06-09" -> year, month, day. Returns 0, or -1 if it is not a date. */
int when_parse_date(const char *text, int *year, int *month, int *day);

#endif
