#include "cli/linediff.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AROUND 3
#define CELLS_MOST ((size_t)16 << 20) /* of the table; larger changes are shown whole */

struct lines {
	const char **at;
	size_t *len;
	size_t count;
};

struct edit {
	char kind; /* ' ', '-', '+' */
	const char *text;
	size_t len;
};

struct edits {
	struct edit *all;
	size_t count;
};

static struct lines split(const char *text)
{
	struct lines l = { NULL, NULL, 0 };
	size_t room = 0;
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		if (l.count == room) {
			room = room == 0 ? 64 : room * 2;
			l.at = mem_grow(l.at, room, sizeof *l.at);
			l.len = mem_grow(l.len, room, sizeof *l.len);
		}
		l.at[l.count] = text;
		l.len[l.count++] = len;
		text += len + (text[len] == '\n');
	}
	return l;
}

static void lines_free(struct lines *l)
{
	free(l->at);
	free(l->len);
}

static bool same(const struct lines *a, size_t i, const struct lines *b, size_t k)
{
	return a->len[i] == b->len[k] && memcmp(a->at[i], b->at[k], a->len[i]) == 0;
}

static void put(struct edits *e, char kind, const struct lines *l, size_t i)
{
	e->all[e->count++] = (struct edit){ kind, l->at[i], l->len[i] };
}

/* The longest common subsequence of the lines that are not equal at both ends. */
static void middle(struct edits *e, const struct lines *a, size_t i, size_t a_end,
                   const struct lines *b, size_t k, size_t b_end)
{
	size_t rows = a_end - i, columns = b_end - k, width = columns + 1;
	bool whole = rows > 0 && width > CELLS_MOST / (rows + 1);
	uint32_t *best = whole ? NULL : mem_zero((rows + 1) * width, sizeof *best);
	for (size_t r = rows; best != NULL && r-- > 0;)
		for (size_t c = columns; c-- > 0;) {
			uint32_t down = best[(r + 1) * width + c], right = best[r * width + c + 1];
			best[r * width + c] = same(a, i + r, b, k + c)
			                              ? best[(r + 1) * width + c + 1] + 1
			                      : down > right ? down
			                                     : right;
		}
	size_t r = 0, c = 0;
	while (r < rows || c < columns) {
		bool take = best != NULL && r < rows && c < columns && same(a, i + r, b, k + c);
		bool drop = r < rows && (best == NULL || c == columns ||
		                         best[(r + 1) * width + c] >= best[r * width + c + 1]);
		if (take)
			put(e, ' ', a, i + r++), c++;
		else if (drop)
			put(e, '-', a, i + r++);
		else
			put(e, '+', b, k + c++);
	}
	free(best);
}

/* A changed line stands with three unchanged ones before and after it. */
static void print(const struct edits *e, struct str *out)
{
	size_t shown = 0; /* edits before this one are printed */
	for (size_t i = 0; i < e->count; i++) {
		if (e->all[i].kind == ' ')
			continue;
		size_t from = i < AROUND ? 0 : i - AROUND, to = i + AROUND + 1;
		if (from > shown || shown == 0)
			str_addf(out, "@@ line %zu @@\n", from + 1);
		for (size_t k = from > shown ? from : shown; k < to && k < e->count; k++) {
			str_add_char(out, e->all[k].kind);
			str_add_len(out, e->all[k].text, e->all[k].len);
			str_add_char(out, '\n');
			shown = k + 1;
		}
	}
}

bool linediff(const char *old_name, const char *old, const char *new_name, const char *new,
              struct str *out)
{
	struct lines a = split(old), b = split(new);
	struct edits e = { mem_zero(a.count + b.count + 1, sizeof *e.all), 0 };
	size_t head = 0, tail = 0;
	while (head < a.count && head < b.count && same(&a, head, &b, head))
		put(&e, ' ', &a, head++);
	while (tail < a.count - head && tail < b.count - head &&
	       same(&a, a.count - tail - 1, &b, b.count - tail - 1))
		tail++;
	bool differ = head + tail < a.count || head + tail < b.count;
	middle(&e, &a, head, a.count - tail, &b, head, b.count - tail);
	for (size_t i = a.count - tail; i < a.count; i++)
		put(&e, ' ', &a, i);
	if (differ) {
		str_addf(out, "--- %s\n+++ %s\n", old_name, new_name);
		print(&e, out);
	}
	free(e.all);
	lines_free(&a);
	lines_free(&b);
	return differ;
}
