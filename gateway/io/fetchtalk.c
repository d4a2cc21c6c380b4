#include "io/fetchtalk.h"

#include "base/mem.h"
#include "base/pack.h"
#include "base/utf8.h"
#include "io/child.h"
#include "io/wire.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

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

void uids_drop_first(struct uids *uids, size_t count)
{
	memmove(uids->uid, uids->uid + count, (uids->count - count) * sizeof *uids->uid);
	uids->count -= count;
}

static int by_value(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

void uids_sort(struct uids *uids)
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

enum rc fetch_read_settings(struct fetch *f, struct why *why)
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

void fetch_free(struct fetch *f)
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

enum rc fetch_tell_state(uint64_t what, const char *sentence)
{
	struct str frame;
	str_init(&frame, WIRE_MOST);
	pack_u64(&frame, what);
	add_sentence(&frame, sentence);
	return tell(WIRE_FETCH_STATE, &frame);
}

enum rc fetch_tell_skipped(struct fetch *f, uint32_t uid, const char *sentence)
{
	struct str frame = frame_of(f->uidvalidity, uid);
	add_sentence(&frame, sentence);
	f->next_uid = (uint64_t)uid + 1;
	f->progress = true;
	return tell(WIRE_FETCH_SKIPPED, &frame);
}

enum rc fetch_tell_mail(struct fetch *f, const struct imap_mail *mail)
{
	struct str frame = frame_of(f->uidvalidity, mail->uid);
	pack_octets(&frame, mail->octets, mail->len);
	uids_add(&f->sent, mail->uid);
	f->next_uid = (uint64_t)mail->uid + 1;
	f->progress = true;
	f->in_vain = 0;
	return tell(WIRE_FETCH_MAIL, &frame);
}

enum rc fetch_tell_acknowledged(struct fetch *f, size_t count)
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
enum rc fetch_hear(struct fetch *f, int timeout_ms)
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
