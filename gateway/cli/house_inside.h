/* house_inside: what the files of a house share; nobody else includes it. */
#ifndef CLI_HOUSE_INSIDE_H
#define CLI_HOUSE_INSIDE_H

#include "base/digest.h"
#include "cli/house.h"
#include "deliver/deliver.h"
#include "io/parse.h"
#include "io/wire.h"
#include "turn/turn.h"

#define BATCH_MOST   64 /* mails taken in one transaction */
#define RESTART_S    2  /* a child that died: doubles up to RESTART_MOST_S */
#define RESTART_MOST_S 300
#define HANDED_MOST  DELIVER_IN_FLIGHT

/* A child and when it may be started again. */
struct helper {
	struct child child;
	int64_t start_at;
	int pause_s;
};

/* One mailbox: a Maildir we read ourselves, or a fetch process. */
struct mailbox {
	const char *source; /* its URL, or "spool" */
	const char *path;   /* of a Maildir; NULL: IMAP */
	char *owned_path;
	const struct conf_account *account;
	struct helper fetch;
	bool drained, down;
	struct why why; /* why it is down */
};

/* A mail read and not yet taken. */
struct incoming {
	struct mailbox *mailbox;
	char *name;
	int64_t uidvalidity, uid;
	struct digest hash;
	struct message *message;  /* NULL: could not be read */
	const char *state;        /* then: "quarantined", "skipped" */
	struct why why;
	bool taken;
};

struct house {
	const struct conf_gateway *gateway;
	int lock_fd;
	struct store *store;
	struct catalog *catalog;
	struct turn turn;
	struct parse parse;
	char *loop_token;
	struct mailbox *mailboxes;
	size_t mailbox_count;
	struct helper submit;
	struct helper builder;       /* of the routing file, while it is at work */
	int64_t handed[HANDED_MOST]; /* outbox ids in the submit child's hands; 0: free */
	struct submit_result results[HANDED_MOST];
	size_t result_count;
	struct incoming batch[BATCH_MOST];
	size_t batch_count;
	int64_t refreshed_at; /* templates looked at */
	int64_t alarm_at;     /* their flaws are told to the admins then; 0: there are none */
	int64_t retry_at;     /* a disk or database said no */
	struct why trouble;             /* of the submission, for once */
};

/* --- house.c: the children --- */

/* Running, or started now; false: not yet, or it could not be. */
bool house_start(struct house *h, struct helper *helper, const char *role, enum wire_type type,
                 const struct str *settings, struct why *why);
/* Started again after a pause that doubles; a life of some length resets it. */
void house_lost(struct house *h, struct helper *helper, const char *role);
bool house_readable(int fd);

/* --- house_in.c: mails in --- */

void house_read(struct house *h, struct mailbox *m); /* what is there, into the batch */
/* All that was read shares one commit; only what it holds is acknowledged. */
void house_take(struct house *h);
void house_drop(struct house *h); /* the batch, unread */

/* --- house_out.c: mails out --- */

size_t house_in_flight(const struct house *h);
void house_results(struct house *h); /* reads and books what became of mails */
size_t house_send(struct house *h);  /* hands over what is due; how many */

/* --- house_texts.c: the texts as their files change --- */

void house_flaw(void *house, const char *sentence); /* logs it, and the admins will hear */
void house_renew_texts(struct house *h);

/* --- house_network.c: the routing file --- */

void house_renew_network(struct house *h);

#endif
