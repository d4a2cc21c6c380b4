/* club: seven people and who knows whom. Monday 1 June 2026, nine o'clock.
 *
 *     alice --4-- rob --4-- dora --4-- tara       the best way
 *                  |--3-- hugo --3----'|          the second, from rob
 *     alice --2-- karl --2-- lena --2--'          the third, around rob
 */
#ifndef STORY_CLUB_H
#define STORY_CLUB_H

#include "story/tell.h"

/* Rob lives in that zone; NULL: in the gateway's. */
MAYBE struct story *club_where(const char *zone)
{
	struct story *s = story_new();
	static const char *const people[] = {
		"alice", "rob", "dora", "hugo", "tara", "karl", "lena"
	};
	for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
		s->zone = strcmp(people[i], "rob") == 0 ? zone : NULL;
		person(s, people[i]);
	}
	knows(s, "alice", "rob", 4);
	knows(s, "rob", "dora", 4);
	knows(s, "dora", "tara", 4);
	knows(s, "rob", "hugo", 3);
	knows(s, "hugo", "tara", 3);
	knows(s, "alice", "karl", 2);
	knows(s, "karl", "lena", 2);
	knows(s, "lena", "tara", 2);
	return s;
}

MAYBE struct story *club(void)
{
	return club_where(NULL);
}

MAYBE struct story *under_way(void)
{
	struct story *s = club();
	asks_for(s, "alice", "Introduction to Tara Person",
	         "Dear Tara,\n\nA quarter of an hour, please.\n");
	says(gets(s, "alice", "receipt"), "Tara Person");
	return s;
}

#endif
