/* house: one gateway at work: its store, its texts, its mailboxes, its server.
 *
 * Decides nothing and parses nothing: it carries octets from the mailboxes to
 * the parse worker, messages to turn, due rows to the submission, and
 * acknowledges only what is committed. Each house has its own children, lock
 * and database, so two gateways in one process tree cannot mix. */
#ifndef CLI_HOUSE_H
#define CLI_HOUSE_H

#include "base/rc.h"
#include "conf/conf.h"
#include "mailtemplates/catalog.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct house;

/* Takes the gateway's lock. RC_TEMP: another serve or once works on it. */
enum rc house_open(const struct conf_gateway *gateway, struct house **house, struct why *why);
void house_close(struct house **house); /* stops the children; nothing is lost */

#define HOUSE_FDS 16
/* Descriptors to wait for; how many. */
size_t house_fds(struct house *house, struct pollfd fds[HOUSE_FDS]);
/* Does what there is to do without waiting; true: there may be more at once. */
bool house_work(struct house *house, int64_t now_at);
/* How long to wait for one of them at most: clocks, Maildirs and what other
 * commands have committed are looked at that often. */
#define HOUSE_WAIT_S 2

/* For once: nothing to read, to decide, or to send any more. A mailbox or the
 * server out of reach counts as done, and *why tells (empty: all went well). */
bool house_idle(struct house *house, int64_t now_at, struct why *why);

/* Words a gateway adds to what commands are read with: FOLDER/words-LANGUAGE.txt, as
 * core/vocabulary.h says, from the start of the program on. */
void house_words(const char *folder, catalog_flaw flaw, void *context);

int house_network_main(void); /* the child that builds the routing file */

#endif
