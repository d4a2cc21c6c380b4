#include "io/fetchtalk.h"

#include "base/log.h"
#include "io/child.h"
#include "io/clock.h"
#include "io/sandbox.h"

#include <poll.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/random.h>
#include <sysexits.h>

/* Half the window a command: while the parent works at one half, the other comes. */
#define BATCH_MOST (FETCH_WINDOW / 2)
#define BATCH_OCTETS ((size_t)4 << 20)
#define LIST_SPAN 1000 /* UIDs a listing, more where there are none */
#define LIST_SPAN_MOST ((uint64_t)1 << 18)
#define ACK_MOST 500   /* UIDs a command: a line of some 5,000 octets */
#define TRIES 3        /* of one mail alone, then it is set aside */
#define IDLE_MS (9 * 60 * 1000) /* renewed: servers and NATs forget at 10 to 30 minutes */
#define PAUSE_MS 2000
#define PAUSE_MOST_MS (5 * 60 * 1000)
#define PAUSE_REFUSED_MS 30000 /* servers punish those who hammer */
#define STEADY_MS 60000        /* a connection that held so long was a good one */

static struct imap_account account_of(const struct fetch_settings *settings,
                                      const struct imapurl *url)
{
	return (struct imap_account){ .host = url->host,
		                      .port = url->port,
		                      .starttls = url->starttls,
		                      .user = settings->user,
		                      .secret_file = settings->secret_file,
		                      .secret_command = settings->secret_command,
		                      .ca_file = settings->ca_file };
}

/* ---- acknowledging ---- */

static enum rc mark(struct fetch *f, struct imap *imap, size_t count, struct why *why)
{
	const char *folder = f->settings.done_folder;
	enum rc rc = RC_NONE;
	/* Moved where it is, a mail would come again and again under new UIDs. */
	if (folder != NULL && strcasecmp(folder, f->url.folder) != 0) {
		rc = imap_move(imap, f->taken.uid, count, folder, why);
		if (rc == RC_NONE && imap_create(imap, folder, NULL) == RC_OK)
			rc = imap_move(imap, f->taken.uid, count, folder, why);
	}
	/* A folder that is not to be had must not stop the mails. */
	return rc == RC_NONE ? imap_mark_seen(imap, f->taken.uid, count, why) : rc;
}

static enum rc acknowledge(struct fetch *f, struct imap *imap, struct why *why)
{
	uids_sort(&f->taken);
	while (f->taken.count > 0) {
		size_t count = f->taken.count < ACK_MOST ? f->taken.count : ACK_MOST;
		enum rc rc = mark(f, imap, count, why);
		if (rc == RC_TEMP)
			return rc;
		/* RC_NONE: a folder we may only read; told once a start, not for ever. */
		rc = rc == RC_OK ? fetch_tell_acknowledged(f, count)
		                 : fetch_tell_state(STATE_UP, why->text);
		uids_drop_first(&f->taken, count);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

/* ---- handing over ---- */

/* A FETCH failed: next time one by one; one that fails alone again and again is
 * set aside, so that it does not block those behind it. */
static enum rc note_failure(struct fetch *f, const struct imap_mail *mails, size_t count,
                            const struct why *why)
{
	if (count > 1) {
		f->alone_until = mails[count - 1].uid;
		return RC_TEMP;
	}
	f->tries = f->tried_uid == mails[0].uid ? f->tries + 1 : 1;
	f->tried_uid = mails[0].uid;
	if (f->tries >= TRIES && fetch_tell_skipped(f, mails[0].uid, why->text) != RC_OK)
		return RC_PERM;
	return RC_TEMP;
}

static enum rc hand_over_one(struct fetch *f, struct imap_mail *mail)
{
	if (mail->octets != NULL && mail->len <= f->limit)
		return fetch_tell_mail(f, mail);
	if (mail->octets != NULL)
		return fetch_tell_skipped(f, mail->uid, "larger than it said, and than the limit");
	if (mail->there)
		return fetch_tell_skipped(f, mail->uid, "the server gives no content for it");
	f->next_uid = (uint64_t)mail->uid + 1; /* gone since it was listed */
	return RC_OK;
}

/* As many as fit one command: at least one. */
static size_t batch_of(const struct fetch *f, const struct imap_mail *mails, size_t count)
{
	size_t n = 0, octets = 0, most = FETCH_WINDOW - f->sent.count;
	if (most > BATCH_MOST)
		most = BATCH_MOST;
	if (mails[0].uid <= f->alone_until)
		most = 1;
	while (n < count && n < most && mails[n].size <= f->limit &&
	       (n == 0 || octets + mails[n].size <= BATCH_OCTETS))
		octets += mails[n++].size;
	return n;
}

static enum rc hand_over_batch(struct fetch *f, struct imap *imap, struct imap_mail *mails,
                               size_t count, struct why *why)
{
	enum rc rc = imap_read(imap, mails, count, f->limit, why);
	if (rc != RC_OK)
		return note_failure(f, mails, count, why);
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		/* Left out of the answer: asked for again, by itself. */
		if (mails[i].octets == NULL && count > 1 &&
		    imap_read(imap, &mails[i], 1, f->limit, why) != RC_OK)
			return note_failure(f, &mails[i], 1, why);
		rc = hand_over_one(f, &mails[i]);
		free(mails[i].octets);
		mails[i].octets = NULL;
	}
	return rc;
}

/* Until half of the window is free; what was taken meanwhile is acknowledged. */
static enum rc wait_for_room(struct fetch *f, struct imap *imap, struct why *why)
{
	enum rc rc = fetch_hear(f, 0);
	while (rc == RC_OK && f->sent.count > FETCH_WINDOW - BATCH_MOST)
		rc = fetch_hear(f, -1);
	return rc == RC_OK ? acknowledge(f, imap, why) : rc;
}

static enum rc hand_over(struct fetch *f, struct imap *imap, struct imap_mail *mails, size_t count,
                         struct why *why)
{
	enum rc rc = RC_OK;
	for (size_t at = 0, n; rc == RC_OK && at < count; at += n) {
		n = 1;
		if (mails[at].size > f->limit) {
			struct why large;
			why_set(&large, RC_OK, "%u octets, more than the limit of %zu",
			        mails[at].size, f->limit);
			rc = fetch_tell_skipped(f, mails[at].uid, large.text);
			continue;
		}
		rc = wait_for_room(f, imap, why);
		if (rc != RC_OK)
			break;
		n = batch_of(f, mails + at, count - at);
		rc = hand_over_batch(f, imap, mails + at, n, why);
	}
	for (size_t i = 0; i < count; i++)
		free(mails[i].octets);
	return rc;
}

/* All from next_uid on, in spans: neither a large mailbox nor a wide gap is one
 * answer. */
static enum rc hand_over_new(struct fetch *f, struct imap *imap, uint32_t uidnext, struct why *why)
{
	enum rc rc = RC_OK;
	uint64_t span = LIST_SPAN, end = uidnext != 0 ? uidnext : (uint64_t)UINT32_MAX + 1;
	while (rc == RC_OK && f->next_uid < end) {
		uint64_t low = f->next_uid, high = low + span - 1 < end ? low + span - 1 : end - 1;
		struct imap_mail *mails;
		size_t count;
		if (uidnext == 0)
			high = UINT32_MAX;
		rc = imap_list(imap, (uint32_t)low, uidnext == 0 ? 0 : (uint32_t)high, &mails,
		               &count, why);
		if (rc != RC_OK)
			return RC_TEMP;
		rc = hand_over(f, imap, mails, count, why);
		free(mails);
		if (uidnext == 0)
			break; /* the end is not known: what was listed was all */
		if (rc == RC_OK)
			f->next_uid = high + 1;
		if (count > 0)
			span = LIST_SPAN;
		else if (span < LIST_SPAN_MOST)
			span *= 2;
	}
	return rc;
}

/* ---- one connection ---- */

static void begin_anew(struct fetch *f, uint32_t uidvalidity)
{
	f->uidvalidity = uidvalidity;
	f->next_uid = 1;
	f->sent.count = f->taken.count = 0;
	f->alone_until = f->tried_uid = 0;
}

/* A new UIDVALIDITY amid a connection also ends it: the pause that follows is the
 * brake for a server that has a new one each time. */
static enum rc select_box(struct fetch *f, struct imap *imap, bool again, struct imap_box *box,
                          struct why *why)
{
	if (imap_select(imap, f->url.folder, box, why) != RC_OK)
		return RC_TEMP;
	if (box->uidvalidity == f->uidvalidity)
		return RC_OK;
	begin_anew(f, box->uidvalidity);
	if (!again)
		return RC_OK;
	f->progress = false;
	return why_set(why, RC_TEMP, "select: UIDVALIDITY changed");
}

/* Looks until a SELECT shows nothing new and nothing was done since: only then is
 * IDLE sure to tell what comes next. */
static enum rc look(struct fetch *f, struct imap *imap, bool *selected, struct why *why)
{
	struct imap_box box;
	uint64_t before;
	enum rc rc;
	do {
		rc = *selected ? acknowledge(f, imap, why) : RC_OK;
		if (rc == RC_OK)
			rc = select_box(f, imap, *selected, &box, why);
		*selected = true;
		before = f->next_uid;
		if (rc == RC_OK && (box.uidnext == 0 || f->next_uid < box.uidnext))
			rc = hand_over_new(f, imap, box.uidnext, why);
		if (rc == RC_OK)
			rc = fetch_hear(f, 0);
	} while (rc == RC_OK && (f->next_uid != before || f->taken.count > 0));
	return rc == RC_OK ? fetch_tell_state(STATE_DRAINED, "") : rc;
}

/* Until IDLE tells news, the parent has taken something, or the time is over. */
static enum rc idle(struct fetch *f, struct imap *imap, int64_t deadline, struct why *why)
{
	bool news = false;
	enum rc rc = imap_idle_begin(imap, why);
	while (rc == RC_OK && !news && f->taken.count == 0) {
		struct pollfd ready[2] = { { .fd = CHILD_FD, .events = POLLIN },
			                   { .fd = imap_fd(imap), .events = POLLIN } };
		bool pending = imap_pending(imap);
		int count = poll(ready, 2, pending ? 0 : clock_left(deadline));
		if (count == 0 && !pending)
			break;
		if (ready[0].revents != 0)
			rc = fetch_hear(f, 0);
		if (rc == RC_OK && (pending || ready[1].revents != 0))
			rc = imap_idle_line(imap, &news, why);
	}
	if (news)
		f->in_vain++;
	if (rc == RC_OK)
		return imap_idle_end(imap, why);
	return rc == RC_NONE ? RC_OK : rc; /* refused: from now on without */
}

static enum rc wait_for_news(struct fetch *f, struct imap *imap, struct why *why)
{
	int64_t most = f->settings.look_every_s * 1000;
	int64_t deadline = clock_ms() + (most < IDLE_MS ? most : IDLE_MS);
	if (f->in_vain > 1) { /* a server that cries wolf */
		int pause = f->in_vain < 8 ? 50 << f->in_vain : 10000;
		enum rc rc = fetch_hear(f, pause);
		if (rc != RC_OK || f->taken.count > 0)
			return rc;
	}
	if (imap_can(imap).idle)
		return idle(f, imap, deadline, why);
	return fetch_hear(f, clock_left(deadline));
}

static void describe(const struct imap *imap, struct str *out)
{
	struct imap_can can = imap_can(imap);
	str_addf(out, "%s%s%s%s", imap_tls_version(imap), can.idle ? ", IDLE" : ", no IDLE",
	         can.move ? ", MOVE" : "", can.uidplus ? ", UIDPLUS" : "");
}

/* RC_TEMP: lost, RC_NONE: refused, both with `why`; RC_PERM: the parent is gone. */
static enum rc connection(struct fetch *f, struct why *why)
{
	struct imap_account account = account_of(&f->settings, &f->url);
	struct imap *imap;
	struct str text;
	bool selected = false;
	enum rc rc = imap_open(&account, &imap, why);
	if (rc != RC_OK)
		return rc == RC_PERM ? RC_NONE : rc;
	str_init(&text, 200);
	describe(imap, &text);
	rc = fetch_tell_state(STATE_UP, text.text);
	str_free(&text);
	while (rc == RC_OK) {
		rc = look(f, imap, &selected, why);
		if (rc == RC_OK)
			rc = wait_for_news(f, imap, why);
	}
	imap_close(&imap);
	return rc;
}

/* From 2 s to 5 min, doubled each time, a quarter more or less by chance, so
 * that many gateways do not come back at once. */
static int pause_ms(struct fetch *f, bool refused)
{
	uint16_t chance = 0;
	int pause = PAUSE_MS;
	for (int i = 1; i < f->failures && pause < PAUSE_MOST_MS; i++)
		pause *= 2;
	if (pause > PAUSE_MOST_MS)
		pause = PAUSE_MOST_MS;
	if (refused && pause < PAUSE_REFUSED_MS * 4 / 3)
		pause = PAUSE_REFUSED_MS * 4 / 3;
	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0)
		chance = 0;
	return pause - pause / 4 + (int)((int64_t)pause / 2 * chance / UINT16_MAX);
}

static enum rc hear_for(struct fetch *f, int ms)
{
	int64_t deadline = clock_ms() + ms;
	enum rc rc = RC_OK;
	while (rc == RC_OK && clock_left(deadline) > 0)
		rc = fetch_hear(f, clock_left(deadline));
	return rc;
}

static void serve(struct fetch *f)
{
	enum rc rc = RC_OK;
	while (rc == RC_OK) {
		struct why why = { "" };
		int64_t began = clock_ms();
		f->progress = false;
		rc = connection(f, &why);
		if (rc == RC_PERM)
			return;
		bool good = f->progress || clock_ms() - began > STEADY_MS;
		f->failures = good ? 1 : f->failures + 1;
		if (fetch_tell_state(STATE_DOWN, why.text) != RC_OK)
			return;
		rc = hear_for(f, pause_ms(f, rc == RC_NONE));
	}
}

int fetch_child_main(void)
{
	struct fetch f = { 0 };
	struct why why = { "" };
	enum rc rc = sandbox_limit(&why);
	if (rc == RC_OK)
		rc = fetch_read_settings(&f, &why);
	if (rc == RC_OK)
		serve(&f);
	else
		log_warn("fetch stopped why=\"%s\"", why.text);
	fetch_free(&f);
	return rc == RC_OK ? EX_OK : EX_CONFIG;
}

/* ---- doctor ---- */

enum rc fetch_probe(const struct fetch_settings *settings, struct why *why)
{
	struct imapurl url;
	struct imap *imap = NULL;
	struct imap_box box = { 0 };
	struct str found;
	enum rc rc = imapurl_parse(settings->url, &url, why);
	if (rc != RC_OK)
		return rc;
	struct imap_account account = account_of(settings, &url);
	str_init(&found, 300);
	rc = imap_open(&account, &imap, why);
	if (rc == RC_OK) {
		rc = imap_select(imap, url.folder, &box, why) == RC_OK ? RC_OK : RC_PERM;
		describe(imap, &found);
	}
	if (rc == RC_OK)
		why_set(why, RC_OK, "%s, %u mails", found.text, box.exists);
	imap_close(&imap);
	str_free(&found);
	imapurl_free(&url);
	return rc;
}
