/* What the admins hear of by mail: each thing once a day, and not many things. */
#include "base/digest.h"
#include "base/str.h"
#include "base/when.h"
#include "turn/inside.h"

#include <stdlib.h>
#include <string.h>

#define SETTING   "alarms" /* "SECONDS HASH" a line: what was told of within a day */
#define HASH_LEN  16
#define TOLD_MOST 40       /* things a day */
#define TEXT_MOST 4000     /* octets of a mail's lines */

struct told {
	struct str lines; /* as in the setting, the old ones left out */
	size_t count;
};

static void read_told(struct turn *turn, struct told *told)
{
	const char *at = store_setting(turn->store, SETTING);
	str_init(&told->lines, 1 << 16);
	told->count = 0;
	for (; at != NULL && *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n') {
		if (strtoll(at, NULL, 10) + WHEN_DAY_S <= turn->now_at)
			continue;
		str_add_len(&told->lines, at, strcspn(at, "\n"));
		str_add_char(&told->lines, '\n');
		told->count++;
	}
}

/* Not told within a day, and remembered now. */
static bool is_news(struct turn *turn, struct told *told, const char *line, size_t len)
{
	struct digest digest = digest_make(line, len);
	digest.text[HASH_LEN] = '\0';
	if (told->count >= TOLD_MOST || strstr(told->lines.text, digest.text) != NULL)
		return false;
	str_addf(&told->lines, "%lld %s\n", (long long)turn->now_at, digest.text);
	told->count++;
	return true;
}

bool turn_alarm(struct turn *turn, const char *kind, const char *subject, const char *lines)
{
	struct told told;
	struct str news;
	if (turn->gateway->admin_count == 0)
		return false;
	read_told(turn, &told);
	str_init(&news, 1 << 16);
	for (const char *at = lines; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n')
		if (is_news(turn, &told, at, strcspn(at, "\n")))
			str_addf(&news, "%.*s\n", (int)strcspn(at, "\n"), at);
	bool any = news.len > 0;
	if (any) {
		json_t *values = json_pack("{s:s?, s:o}", "subject", subject, "lines",
		                           value_lines(news.text, TEXT_MOST));
		json_object_set_new(values, kind != NULL ? kind : "other", json_true());
		letter_admins(turn, "alarm", values);
		store_setting_put(turn->store, SETTING, told.lines.text);
	}
	str_free(&news);
	str_free(&told.lines);
	return any;
}
