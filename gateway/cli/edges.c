#include "cli/edges.h"

#include "base/mem.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/* Digits, at most `most`; NULL if there are none or too many. */
static const char *number(const char *at, int64_t most, int64_t *value)
{
	const char *start = at;
	int64_t sum = 0;
	for (; *at >= '0' && *at <= '9'; at++) {
		if (sum > (INT64_MAX - 9) / 10)
			return NULL;
		sum = 10 * sum + (*at - '0');
	}
	*value = sum;
	return at > start && sum <= most ? at : NULL;
}

/* A number that fills its field. */
static const char *field(const char *at, int64_t most, int64_t *value)
{
	const char *end = number(at, most, value);
	return end != NULL && (*end == '\0' || skip_blanks(end) > end) ? skip_blanks(end) : NULL;
}

static bool says_nothing(const char *at)
{
	return *at == '\0' || *at == '#' || *at == '%';
}

static enum edges_line bad(const char **fault, const char *what)
{
	*fault = what;
	return EDGES_BAD;
}

enum edges_line edges_link(const char *line, struct network_link *link, const char **fault)
{
	const char *at = skip_blanks(line);
	int64_t from, to, percent;
	if (says_nothing(at))
		return EDGES_NOTHING;
	if ((at = field(at, INT64_MAX, &from)) == NULL)
		return bad(fault, "the first field is not a member's number");
	if ((at = field(at, INT64_MAX, &to)) == NULL)
		return bad(fault, "the second field is not a member's number");
	if ((at = field(at, 100, &percent)) == NULL)
		return bad(fault, "the third field is not a whole percent from 0 to 100");
	if (*at != '\0')
		return bad(fault, "more than three fields");
	*link = (struct network_link){ from, to, (int)percent };
	return EDGES_TAKEN;
}

static void add_avoid(struct edges_query *q, int64_t member)
{
	if (q->avoid_count == q->avoid_room) {
		q->avoid_room = q->avoid_room > 0 ? 2 * q->avoid_room : 8;
		q->avoid = mem_grow(q->avoid, q->avoid_room, sizeof *q->avoid);
	}
	q->avoid[q->avoid_count++] = member;
}

static void add_load(struct edges_query *q, int64_t member, int percent)
{
	if (q->load_count == q->load_room) {
		q->load_room = q->load_room > 0 ? 2 * q->load_room : 8;
		q->load = mem_grow(q->load, q->load_room, sizeof *q->load);
	}
	q->load[q->load_count++] = (struct route_load){ member, percent };
}

/* One list up to the end of its field, of either kind; NULL if it is neither. */
static const char *list(const char *at, struct edges_query *q)
{
	if (*at == '-')
		return *skip_blanks(at + 1) == '\0' || skip_blanks(at + 1) > at + 1 ?
		               skip_blanks(at + 1) : NULL;
	for (;; at++) {
		int64_t member, load;
		if ((at = number(at, INT64_MAX, &member)) == NULL)
			return NULL;
		if (*at != ':')
			add_avoid(q, member);
		else if ((at = number(at + 1, 100, &load)) != NULL && load > 0)
			add_load(q, member, (int)load);
		else
			return NULL;
		if (*at != ',')
			break;
	}
	return *at == '\0' || skip_blanks(at) > at ? skip_blanks(at) : NULL;
}

enum edges_line edges_query(const char *line, size_t keep, struct edges_query *q,
                            const char **fault)
{
	const char *at = skip_blanks(line);
	if (says_nothing(at))
		return EDGES_NOTHING;
	q->avoid_count = keep;
	q->load_count = 0;
	if ((at = field(at, INT64_MAX, &q->from)) == NULL)
		return bad(fault, "the first field is not a member's number");
	if ((at = field(at, INT64_MAX, &q->to)) == NULL)
		return bad(fault, "the second field is not a member's number");
	for (int lists = 0; *at != '\0'; lists++) {
		if (lists == 2)
			return bad(fault, "more than four fields");
		if ((at = list(at, q)) == NULL)
			return bad(fault, "neither a list of members to avoid (3,4) nor of "
			                  "loads from 1 to 100 (3:80,4:90)");
	}
	return EDGES_TAKEN;
}

bool edges_avoid(const char *text, struct edges_query *q)
{
	size_t loads = q->load_count;
	const char *at = list(skip_blanks(text), q);
	return at != NULL && *at == '\0' && q->load_count == loads;
}

void edges_query_free(struct edges_query *q)
{
	free(q->avoid);
	free(q->load);
	*q = (struct edges_query){ 0 };
}
