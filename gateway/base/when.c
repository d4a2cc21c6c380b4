#include "base/when.h"

#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The C library keeps one zone a process. It is set for the moment of the
 * conversion only; the program has one thread. */
static void zone_set(const char *zone)
{
	static char *now;
	if (now != NULL && strcmp(now, zone) == 0)
		return;
	free(now);
	now = mem_text(zone);
	setenv("TZ", zone, 1);
	tzset();
}

struct when_day when_local(int64_t at, const char *zone)
{
	struct tm tm = { 0 }; /* a year beyond an int has no date */
	time_t t = (time_t)at;
	zone_set(zone);
	localtime_r(&t, &tm);
	return (struct when_day){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		                  tm.tm_wday,        tm.tm_hour,    tm.tm_min };
}

int64_t when_hour(int year, int month, int day, int hour, const char *zone)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day,
		         .tm_hour = hour, .tm_isdst = -1 };
	zone_set(zone);
	return (int64_t)mktime(&tm);
}

int64_t when_noon(int year, int month, int day, const char *zone)
{
	return when_hour(year, month, day, 12, zone);
}

/* Digits only: sscanf would take signs and blanks too. -1: none, or too many. */
static int digits(const char **text, size_t most)
{
	size_t len = strspn(*text, "0123456789");
	int number = 0;
	if (len == 0 || len > most)
		return -1;
	for (size_t i = 0; i < len; i++)
		number = number * 10 + ((*text)[i] - '0');
	*text += len;
	return number;
}

int when_parse_date(const char *text, int *year, int *month, int *day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int y = digits(&text, 4);
	int m = *text == '-' && text++ ? digits(&text, 2) : -1;
	int d = *text == '-' && text++ ? digits(&text, 2) : -1;
	if (*text != '\0' || y < 1970 || m < 1 || m > 12)
		return -1;
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (d < 1 || d > days[m - 1] + (m == 2 && leap))
		return -1;
	*year = y;
	*month = m;
	*day = d;
	return 0;
}
