#include "base/calendar.h"

#include "base/when.h"

#include <string.h>

#define DAY(weekday) (1u << (weekday)) /* 0 = Sunday */
#define SAT_SUN      (DAY(6) | DAY(0))
#define FRI_SAT      (DAY(5) | DAY(6))
#define THU_FRI      (DAY(4) | DAY(5))
#define SAT          DAY(6)

#define AWAKE_FROM   7
#define AWAKE_UNTIL  21
#define MORNING      8
#define LOOK_AHEAD   1000 /* days; a year of nothing but holidays must end too */

/* Only what is not Saturday and Sunday. */
static const struct {
	const char *zone;
	unsigned days;
} weekends[] = {
	{ "Africa/Algiers", FRI_SAT }, { "Africa/Cairo", FRI_SAT },
	{ "Africa/Khartoum", FRI_SAT },
	{ "Africa/Tripoli", FRI_SAT }, { "Asia/Aden", FRI_SAT },      { "Asia/Amman", FRI_SAT },
	{ "Asia/Baghdad", FRI_SAT },   { "Asia/Bahrain", FRI_SAT },   { "Asia/Damascus", FRI_SAT },
	{ "Asia/Dhaka", FRI_SAT },     { "Asia/Gaza", FRI_SAT },      { "Asia/Hebron", FRI_SAT },
	{ "Asia/Jerusalem", FRI_SAT }, { "Asia/Kabul", THU_FRI },     { "Asia/Kathmandu", SAT },
	{ "Asia/Katmandu", SAT },      { "Asia/Kuwait", FRI_SAT },    { "Asia/Muscat", FRI_SAT },
	{ "Asia/Qatar", FRI_SAT },     { "Asia/Riyadh", FRI_SAT },    { "Asia/Tehran", THU_FRI },
	{ "Asia/Tel_Aviv", FRI_SAT },  { "Indian/Maldives", FRI_SAT },
};

bool calendar_holiday_read(const char *text, struct calendar_holiday *holiday)
{
	/* Every year is read as a leap year, so that 02-29 is a day. */
	char dated[] = "2000-MM-DD";
	bool yearly = strlen(text) == 5;
	if (yearly)
		memcpy(dated + 5, text, 5);
	if (when_parse_date(yearly ? dated : text, &holiday->year, &holiday->month,
	                    &holiday->day) != 0)
		return false;
	if (yearly)
		holiday->year = 0;
	return true;
}

static unsigned weekend_of(const char *zone)
{
	for (size_t i = 0; i < sizeof weekends / sizeof weekends[0]; i++)
		if (strcmp(weekends[i].zone, zone) == 0)
			return weekends[i].days;
	return SAT_SUN;
}

static bool is_free(const struct calendar *c, int weekday)
{
	if (c->days != NULL && c->days[0] != '\0')
		return strchr(c->days, weekday == 0 ? '7' : '0' + weekday) == NULL;
	return (weekend_of(c->zone) & DAY(weekday)) != 0;
}

static bool is_holiday(const struct calendar *c, const struct when_day *day)
{
	for (size_t i = 0; i < c->holiday_count; i++) {
		const struct calendar_holiday *h = &c->holidays[i];
		if ((h->year == 0 || h->year == day->year) && h->month == day->month &&
		    h->day == day->day)
			return true;
	}
	return false;
}

int64_t calendar_workdays(const struct calendar *c, int64_t at, int days)
{
	struct when_day start = when_local(at, c->zone);
	int64_t noon = when_noon(start.year, start.month, start.day, c->zone);
	for (int ahead = 1, counted = 0; counted < days && ahead <= LOOK_AHEAD; ahead++) {
		noon = when_noon(start.year, start.month, start.day + ahead, c->zone);
		struct when_day day = when_local(noon, c->zone);
		if (!is_free(c, day.weekday) && !is_holiday(c, &day))
			counted++;
	}
	return noon;
}

int64_t calendar_waking(const struct calendar *c, int64_t at)
{
	struct when_day d = when_local(at, c->zone);
	bool own = c->hour_to > c->hour_from;
	int from = own ? c->hour_from : AWAKE_FROM, until = own ? c->hour_to : AWAKE_UNTIL;
	if (d.hour >= from && d.hour < until)
		return at;
	return when_hour(d.year, d.month, d.day + (d.hour >= until), own ? from : MORNING, c->zone);
}
