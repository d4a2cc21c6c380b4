/* fetchtalk: what the fetch child knows, and the frames between it and its parent.
 * Part of io/fetch; nobody else includes it.
 *
 * From these calls RC_PERM means: the parent is gone, end. */
#ifndef IO_FETCHTALK_H
#define IO_FETCHTALK_H

#include "io/fetch.h"
#include "io/imap.h"
#include "io/imapurl.h"

enum { STATE_DOWN, STATE_UP, STATE_DRAINED };

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

/* The first frame. The texts are fetch_free()'s. */
enum rc fetch_read_settings(struct fetch *f, struct why *why);
void fetch_free(struct fetch *f);

enum rc fetch_tell_state(uint64_t what, const char *sentence);
enum rc fetch_tell_skipped(struct fetch *f, uint32_t uid, const char *sentence);
enum rc fetch_tell_mail(struct fetch *f, const struct imap_mail *mail);
enum rc fetch_tell_acknowledged(struct fetch *f, size_t count); /* the first of f->taken */

/* Waits for a frame at most so long (-1: for ever), then takes all that are there
 * into f->taken. */
enum rc fetch_hear(struct fetch *f, int timeout_ms);

void uids_sort(struct uids *uids); /* rising, each once */
void uids_drop_first(struct uids *uids, size_t count);

#endif
