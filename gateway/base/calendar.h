/* calendar: when a person works, and when they are awake. Pure but for the zone files.
 *
 * The country is the zone's: its weekend is Saturday and Sunday unless a table
 * says otherwise. Holidays are the gateway's own, for all. */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct calendar_holiday {
	int year; /* 0: every year */
	int month, day;
};
/* "2026-12-25" or "12-25", every year; false: it is neither. */
bool calendar_holiday_read(const char *text, struct calendar_holiday *holiday);

struct calendar {
	const char *zone; /* IANA name */
	const struct calendar_holiday *holidays;
	size_t holiday_count;
	const char *days;       /* "12345": the person's own, Monday 1; NULL: their country's */
	int hour_from, hour_to; /* local, the person's own; hour_to 0: those of most people */
};

/* Noon of the `days`-th working day after `at`. If a thousand days hold too few, the last. */
int64_t calendar_workdays(const struct calendar *calendar, int64_t at, int days);
/* `at` if it is between 7 and 21 o'clock there, else the next eight in the morning;
 * of own hours, else their next beginning. */
int64_t calendar_waking(const struct calendar *calendar, int64_t at);

#endif
