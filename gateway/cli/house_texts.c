/* The texts of the mails as an admin edits them: taken up, or told of. */
#include "cli/house_inside.h"

#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "core/vocabulary.h"

#include <stdlib.h>

#define WORDS_MOST    ((size_t)1 << 20)
#define ALARM_AFTER_S 10 /* a file that is being written is broken for a moment */

void house_flaw(void *house, const char *sentence)
{
	struct house *h = house;
	log_warn("template gateway=%s %s", h->gateway->name, sentence);
	if (h->alarm_at == 0)
		h->alarm_at = h->refreshed_at == 0 ? 1 : h->turn.now_at + ALARM_AFTER_S;
}

void house_words(const char *folder, catalog_flaw flaw, void *context)
{
	static const char *const languages[] = { "fr", "en", "de", "es", "it", "nl", "pt" };
	for (size_t i = 0; folder != NULL && i < sizeof languages / sizeof *languages; i++) {
		struct str path;
		struct why why;
		char *text = NULL;
		size_t len = 0;
		str_init(&path, 4096);
		str_addf(&path, "%s/words-%s.txt", folder, languages[i]);
		enum rc rc = file_read(path.text, WORDS_MOST, &text, &len, &why);
		if (rc == RC_OK)
			rc = vocabulary_add(path.text, text, len, &why);
		if (rc != RC_OK && rc != RC_NONE)
			flaw(context, why.text);
		free(text);
		str_free(&path);
	}
}

static void add_line(void *lines, const char *sentence)
{
	str_addf(lines, "%s\n", sentence);
}

static void alarm(struct house *h)
{
	struct str lines;
	struct why why;
	str_init(&lines, 1 << 20);
	catalog_flaws(h->catalog, add_line, &lines);
	h->alarm_at = 0;
	if (lines.len > 0 && store_begin(h->store, &why) == RC_OK) {
		turn_alarm(&h->turn, "texts", NULL, lines.text);
		if (store_commit(h->store, &why) != RC_OK)
			h->alarm_at = h->turn.now_at + ALARM_AFTER_S;
	}
	str_free(&lines);
}

/* What was held because of its text is tried again: at a start, and with each
 * text taken up. */
static void release(struct house *h)
{
	struct why why;
	if (store_begin(h->store, &why) != RC_OK)
		return;
	int64_t count = outbox_release(h->store, h->turn.now_at);
	if (store_commit(h->store, &why) == RC_OK && count > 0)
		log_info("released gateway=%s mails=%lld", h->gateway->name, (long long)count);
}

void house_renew_texts(struct house *h)
{
	int64_t now_at = h->turn.now_at;
	bool first = h->refreshed_at == 0;
	if (h->refreshed_at == now_at)
		return;
	h->refreshed_at = now_at;
	if (catalog_refresh(h->catalog, house_flaw, h) || first)
		release(h);
	if (h->alarm_at != 0 && h->alarm_at <= now_at)
		alarm(h);
}
