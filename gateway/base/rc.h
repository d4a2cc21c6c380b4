/* rc: the four answers a call can give, the mail world's own.
 *
 * Not found is not an error; a full disk is not a bad address. A bug is an
 * assert; out of memory aborts (mem.h): the turn rolls back, the process is
 * started again. Whoever gives up logs; nobody logs and returns. */
#ifndef BASE_RC_H
#define BASE_RC_H

enum rc {
	RC_OK,   /* done */
	RC_NONE, /* nothing there, or not for us: go on */
	RC_TEMP, /* try again later (4.x.x, a locked database, no network) */
	RC_PERM, /* never will (5.x.x, not a message, a bad key) */
};

/* A sentence for people: the log and the admin. Says what and the remedy. */
struct why {
	char text[400];
};

/* Fills `why` (may be NULL) and returns `rc`, so that a failure is one line:
 * return why_set(why, RC_PERM, "%s:%d: unknown key '%s'", file, line, key); */
enum rc why_set(struct why *why, enum rc rc, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

#endif
