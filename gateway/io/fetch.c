#include "io/fetch.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/pack.h"
#include "base/utf8.h"
#include "io/child.h"
#include "io/clock.h"
#include "io/imap.h"
#include "io/imapurl.h"
#include "io/sandbox.h"
#include "io/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sysexits.h>

/* Half the window a command: while the parent works at one half, the other comes. */
#define BATCH_MOST (FETCH_WINDOW / 2)
#define BATCH_OCTETS ((size_t)4 << 20)
#define LIST_SPAN 1000 /* UIDs a listing, more where there are none */
#define ACK_MOST 500   /* UIDs a command: a line of some 5,000 octets */
#define TRIES 3        /* of one mail alone, then it is set aside */
#define IDLE_MS (9 * 60 * 1000) /* renewed: servers and NATs forget at 10 to 30 minutes */
#define PAUSE_MS 2000
#define PAUSE_MOST_MS (5 * 60 * 1000)
#define PAUSE_REFUSED_MS 30000 /* servers punish those who hammer */
#define STEADY_MS 60000        /* a connection that held so long was a good one */

enum { STATE_DOWN, STATE_UP, STATE_DRAINED };

/* Inside this file RC_TEMP is a lost connection, RC_PERM a parent that is gone. */

struct uids {
	uint32_t *uid;
	size_t count, size;
};

struct fetch {
	struct fetch_settings settings;
	struct imapurl url;
	size_t limit; /* octets of a mail */

	uint32_t uidvalidity;
	uint64_t next_uid; /* all below were handed over, skipped or are gone */
	struct uids sent;  /* handed over, not yet taken: at most FETCH_WINDOW */
	struct uids taken; /* taken, not yet acknowledged to the server */

	uint32_t alone_until; /* up to here one by one: a batch failed */
	uint32_t tried_uid;
	int tries;

	bool progress; /* something came of this connection */
	int failures;  /* connections of which nothing came, in a row */
	int in_vain;   /* wakings by IDLE that brought nothing, in a row */
};

/* ---- UIDs ---- */

static void uids_add(struct uids *uids, uint32_t uid)
{
	if (uids->count == uids->size) {
		uids->size = uids->size > 0 ? 2 * uids->size : FETCH_WINDOW;
		uids->uid = mem_grow(uids->uid, uids->size, sizeof *uids->uid);
	}
	uids->uid[uids->count++] = uid;
}

static void uids_remove(struct uids *uids, uint32_t uid)
{
	for (size_t i = 0; i < uids->count; i++) {
		if (uids->uid[i] != uid)
			continue;
		memmove(uids->uid + i, uids->uid + i + 1, (uids->count - i - 1) * sizeof uid);
		uids->count--;
		return;
	}
}

static void uids_drop_first(struct uids *uids, size_t count)
{
	memmove(uids->uid, uids->uid + count, (uids->count - count) * sizeof *uids->uid);
	uids->count -= count;
}

static int by_value(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

static void uids_sort(struct uids *uids)
{
	size_t kept = 0;
	if (uids->count > 0)
		qsort(uids->uid, uids->count, sizeof *uids->uid, by_value);
	for (size_t i = 0; i < uids->count; i++)
		if (kept == 0 || uids->uid[kept - 1] != uids->uid[i])
			uids->uid[kept++] = uids->uid[i];
	uids->count = kept;
}

/* ---- settings ---- */

void fetch_settings_pack(struct str *out, const struct fetch_settings *settings)
{
	pack_text(out, settings->url);
	pack_text(out, settings->user);
	pack_text(out, settings->secret_file);
	pack_text(out, settings->secret_command);
	pack_text(out, settings->ca_file);
	pack_text(out, settings->done_folder);
	pack_u64(out, (uint64_t)settings->look_every_s);
	pack_u64(out, (uint64_t)settings->size_limit);
	pack_u64(out, settings->uidvalidity);
	pack_u64(out, settings->last_uid);
}

/* The texts are fetch_free()'s. */
static enum rc settings_unpack(const char *payload, size_t len, struct fetch_settings *settings)
{
	struct unpack in = unpack_start(payload, len);
	settings->url = unpack_text(&in);
	settings->user = unpack_text(&in);
	settings->secret_file = unpack_text(&in);
	settings->secret_command = unpack_text(&in);
	settings->ca_file = unpack_text(&in);
	settings->done_folder = unpack_text(&in);
	settings->look_every_s = (int64_t)unpack_count(&in, 366 * 86400);
	settings->size_limit = (int64_t)unpack_count(&in, INT64_MAX);
	settings->uidvalidity = (uint32_t)unpack_count(&in, UINT32_MAX);
	settings->last_uid = (uint32_t)unpack_count(&in, UINT32_MAX);
	return unpack_done(&in) && settings->url != NULL && settings->user != NULL ? RC_OK
	                                                                           : RC_PERM;
}

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

/* ---- to the parent and from it ---- */

static enum rc tell(enum wire_type type, struct str *frame)
{
	enum rc rc = wire_send(CHILD_FD, type, frame);
	str_free(frame);
	return rc == RC_OK ? RC_OK : RC_PERM;
}

static struct str frame_of(uint64_t first, uint64_t second)
{
	struct str frame;
	str_init(&frame, WIRE_MOST);
	pack_u64(&frame, first);
	pack_u64(&frame, second);
	return frame;
}

static void add_sentence(struct str *frame, const char *sentence)
{
	char *clean = utf8_clean_line(sentence, strlen(sentence));
	pack_text(frame, clean);
	free(clean);
}

static enum rc tell_state(uint64_t what, const char *sentence)
{
	struct str frame;
	str_init(&frame, WIRE_MOST);
	pack_u64(&frame, what);
	add_sentence(&frame, sentence);
	return tell(WIRE_FETCH_STATE, &frame);
}

static enum rc tell_skipped(struct fetch *f, uint32_t uid, const char *sentence)
{
	struct str frame = frame_of(f->uidvalidity, uid);
	add_sentence(&frame, sentence);
	f->next_uid = (uint64_t)uid + 1;
	f->progress = true;
	return tell(WIRE_FETCH_SKIPPED, &frame);
}

static enum rc tell_mail(struct fetch *f, const struct imap_mail *mail)
{
	struct str frame = frame_of(f->uidvalidity, mail->uid);
	pack_octets(&frame, mail->octets, mail->len);
	uids_add(&f->sent, mail->uid);
	f->next_uid = (uint64_t)mail->uid + 1;
	f->progress = true;
	f->in_vain = 0;
	return tell(WIRE_FETCH_MAIL, &frame);
}

static enum rc tell_acknowledged(struct fetch *f, size_t count)
{
	struct str frame = frame_of(f->uidvalidity, count);
	for (size_t i = 0; i < count; i++)
		pack_u64(&frame, f->taken.uid[i]);
	f->progress = true;
	return tell(WIRE_FETCH_ACKED, &frame);
}

static enum rc hear_taken(struct fetch *f, const char *payload, size_t len)
{
	struct unpack in = unpack_start(payload, len);
	uint64_t uidvalidity = unpack_u64(&in);
	uint64_t count = unpack_count(&in, len / 8);
	bool ours = uidvalidity == f->uidvalidity; /* else there is nothing left to mark */
	for (uint64_t i = 0; i < count; i++) {
		uint32_t uid = (uint32_t)unpack_count(&in, UINT32_MAX);
		if (in.bad)
			break;
		uids_remove(&f->sent, uid);
		if (ours)
			uids_add(&f->taken, uid);
	}
	return unpack_done(&in) ? RC_OK : RC_PERM;
}

/* Waits for a frame at most so long (-1: for ever), then takes all that are there. */
static enum rc hear(struct fetch *f, int timeout_ms)
{
	struct pollfd ready = { .fd = CHILD_FD, .events = POLLIN };
	while (poll(&ready, 1, timeout_ms) > 0) {
		enum wire_type type;
		char *payload;
		size_t len;
		if (wire_receive(CHILD_FD, -1, &type, &payload, &len) != RC_OK)
			return RC_PERM;
		enum rc rc = type == WIRE_FETCH_TAKEN ? hear_taken(f, payload, len) : RC_PERM;
		free(payload);
		if (rc != RC_OK)
			return rc;
		timeout_ms = 0;
	}
	return RC_OK;
}

/* ---- acknowledging ---- */

static enum rc mark(struct fetch *f, struct imap *imap, size_t count, struct why *why)
{
	const char *folder = f->settings.done_folder;
	enum rc rc = RC_NONE;
	if (folder != NULL) {
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
		rc = rc == RC_OK ? tell_acknowledged(f, count) : tell_state(STATE_UP, why->text);
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
	if (f->tries >= TRIES && tell_skipped(f, mails[0].uid, why->text) != RC_OK)
		return RC_PERM;
	return RC_TEMP;
}

static enum rc hand_over_one(struct fetch *f, struct imap_mail *mail)
{
	if (mail->octets != NULL && mail->len <= f->limit)
		return tell_mail(f, mail);
	if (mail->octets != NULL)
		return tell_skipped(f, mail->uid, "larger than it said, and than the limit");
	if (mail->there)
		return tell_skipped(f, mail->uid, "the server gives no content for it");
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
	enum rc rc = hear(f, 0);
	while (rc == RC_OK && f->sent.count > FETCH_WINDOW - BATCH_MOST)
		rc = hear(f, -1);
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
			rc = tell_skipped(f, mails[at].uid, large.text);
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
		span = count == 0 ? span * 4 : LIST_SPAN;
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
	return again ? why_set(why, RC_TEMP, "select: UIDVALIDITY changed") : RC_OK;
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
			rc = hear(f, 0);
	} while (rc == RC_OK && (f->next_uid != before || f->taken.count > 0));
	return rc == RC_OK ? tell_state(STATE_DRAINED, "") : rc;
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
			rc = hear(f, 0);
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
		enum rc rc = hear(f, pause);
		if (rc != RC_OK || f->taken.count > 0)
			return rc;
	}
	if (imap_can(imap).idle)
		return idle(f, imap, deadline, why);
	return hear(f, clock_left(deadline));
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
	rc = tell_state(STATE_UP, text.text);
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
		rc = hear(f, clock_left(deadline));
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
		if (tell_state(STATE_DOWN, why.text) != RC_OK)
			return;
		rc = hear_for(f, pause_ms(f, rc == RC_NONE));
	}
}

static enum rc read_settings(struct fetch *f, struct why *why)
{
	enum wire_type type;
	char *payload = NULL;
	size_t len = 0;
	enum rc rc = wire_receive(CHILD_FD, -1, &type, &payload, &len);
	if (rc == RC_OK)
		rc = type == WIRE_FETCH_SETTINGS ? settings_unpack(payload, len, &f->settings)
		                                 : RC_PERM;
	free(payload);
	if (rc != RC_OK)
		return why_set(why, rc, "no settings from the parent");
	size_t most = WIRE_MOST - 4096; /* a frame must hold it */
	f->limit = f->settings.size_limit > 0 && (uint64_t)f->settings.size_limit < most
	                   ? (size_t)f->settings.size_limit
	                   : most;
	f->uidvalidity = f->settings.uidvalidity;
	f->next_uid = (uint64_t)f->settings.last_uid + 1;
	return imapurl_parse(f->settings.url, &f->url, why);
}

static void fetch_free(struct fetch *f)
{
	const char *const texts[] = { f->settings.url,         f->settings.user,
		                      f->settings.secret_file, f->settings.secret_command,
		                      f->settings.ca_file,     f->settings.done_folder };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free((char *)texts[i]);
	free(f->sent.uid);
	free(f->taken.uid);
	imapurl_free(&f->url);
}

int fetch_child_main(void)
{
	struct fetch f = { 0 };
	struct why why = { "" };
	enum rc rc = sandbox_limit(&why);
	if (rc == RC_OK)
		rc = read_settings(&f, &why);
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
