#include "cli/house_inside.h"

#include "base/file.h"
#include "base/log.h"
#include "store/rights.h"
#include "base/mem.h"
#include "base/str.h"
#include "io/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define DUE_MOST 64

static enum rc take_lock(struct house *h, struct why *why)
{
	struct str path;
	enum rc rc = file_make_folder(h->gateway->state, why);
	if (rc != RC_OK)
		return rc;
	str_init(&path, 4096);
	str_addf(&path, "%s/lock", h->gateway->state);
	h->lock_fd = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (h->lock_fd < 0)
		rc = why_set(why, RC_PERM, "%s: %s", path.text, strerror(errno));
	else if (flock(h->lock_fd, LOCK_EX | LOCK_NB) != 0)
		rc = why_set(
			why, RC_TEMP,
			"gateway %s: another 'passerelle serve' or 'once' is at work; it "
			"will do it",
			h->gateway->name);
	str_free(&path);
	return rc;
}

static void add_mailbox(struct house *h, const char *source, char *owned_path,
                        const struct conf_account *account)
{
	h->mailboxes = mem_grow(h->mailboxes, h->mailbox_count + 1, sizeof *h->mailboxes);
	h->mailboxes[h->mailbox_count++] = (struct mailbox){
		.source = source,
		.path = owned_path != NULL ? owned_path : account->path,
		.owned_path = owned_path,
		.account = account,
		.fetch = { .child = { .fd = -1 }, .pause_s = RESTART_S },
	};
}

static enum rc open_store(struct house *h, struct why *why)
{
	enum rc rc = store_open(h->gateway->state, &h->store, why);
	if (rc != RC_OK)
		return rc;
	h->turn.store = h->store;
	rc = store_begin(h->store, why);
	if (rc != RC_OK)
		return rc;
	h->loop_token = mem_text(deliver_loop_token(&h->turn));
	int64_t again = outbox_recover(h->store, h->turn.now_at);
	if (again > 0)
		log_warn("recover gateway=%s: %lld mails were being sent when the program stopped; "
		         "they go once more, with the same message-id",
		         h->gateway->name, (long long)again);
	return store_commit(h->store, why);
}

enum rc house_open(const struct conf_gateway *gateway, struct house **house, struct why *why)
{
	struct house *h = mem_zero(1, sizeof *h);
	struct str spool;
	h->gateway = gateway;
	h->lock_fd = -1;
	h->submit = (struct helper){ .child = { .fd = -1 }, .pause_s = RESTART_S };
	h->builder = (struct helper){ .child = { .fd = -1 }, .pause_s = RESTART_S };
	h->parse.child.fd = -1;
	h->catalog = catalog_new(gateway->templates, (const char *const *)gateway->languages,
	                         gateway->language_count, house_flaw, h);
	house_words(gateway->templates, house_flaw, h);
	h->turn =
		(struct turn){ .gateway = gateway, .catalog = h->catalog, .random = token_system,
		               .parse = &h->parse };
	h->turn.now_at = time(NULL);
	str_init(&spool, 4096);
	str_addf(&spool, "%s/spool", gateway->state);
	add_mailbox(h, "spool", spool.text, NULL);
	for (size_t i = 0; i < gateway->mailbox_count; i++)
		add_mailbox(h, gateway->mailboxes[i].url, NULL, &gateway->mailboxes[i]);
	enum rc rc = take_lock(h, why);
	for (size_t i = 0; i < h->mailbox_count && rc == RC_OK; i++)
		if (h->mailboxes[i].path != NULL)
			rc = maildir_make(h->mailboxes[i].path, why);
	if (rc == RC_OK && gateway->submission.path != NULL)
		rc = maildir_make(gateway->submission.path, why);
	if (rc == RC_OK)
		rc = open_store(h, why);
	if (rc != RC_OK)
		house_close(&h);
	else
		*house = h;
	return rc;
}

void house_close(struct house **house)
{
	struct house *h = *house;
	if (h == NULL)
		return;
	house_drop(h);
	for (size_t i = 0; i < h->mailbox_count; i++) {
		child_stop(&h->mailboxes[i].fetch.child, NULL);
		free(h->mailboxes[i].owned_path);
	}
	free(h->mailboxes);
	child_stop(&h->submit.child, NULL);
	child_stop(&h->builder.child, NULL);
	parse_stop(&h->parse);
	turn_end(&h->turn);
	store_close(&h->store);
	catalog_free(&h->catalog);
	free(h->loop_token);
	if (h->lock_fd >= 0)
		close(h->lock_fd);
	free(h);
	*house = NULL;
}

/* --- children ---------------------------------------------------------------- */

bool house_start(struct house *h, struct helper *helper, const char *role, enum wire_type type,
                  const struct str *settings, struct why *why)
{
	if (helper->child.pid != 0)
		return true;
	if (h->turn.now_at < helper->start_at)
		return false;
	if (child_start(role, &helper->child, why) == RC_OK &&
	    wire_send(helper->child.fd, type, settings) == RC_OK)
		return true;
	child_stop(&helper->child, NULL);
	helper->start_at = h->turn.now_at + helper->pause_s;
	return false;
}

void house_lost(struct house *h, struct helper *helper, const char *role)
{
	int how = 0;
	child_stop(&helper->child, &how);
	log_warn("lost gateway=%s child=%s status=0x%x again_s=%d", h->gateway->name, role,
	         (unsigned)how, helper->pause_s);
	helper->start_at = h->turn.now_at + helper->pause_s;
	helper->pause_s =
		helper->pause_s * 2 < RESTART_MOST_S ? helper->pause_s * 2 : RESTART_MOST_S;
}

bool house_readable(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	return fd >= 0 && poll(&p, 1, 0) > 0;
}

/* --- the round ---------------------------------------------------------------- */

static size_t take_due(struct house *h)
{
	struct why why;
	if (store_look(h->store, &why) != RC_OK)
		return 0;
	int64_t next_at = turn_next_at(&h->turn);
	store_rollback(h->store);
	if (next_at == 0 || next_at > h->turn.now_at || store_begin(h->store, &why) != RC_OK)
		return 0;
	size_t count = turn_due(&h->turn, DUE_MOST);
	if (store_commit(h->store, &why) == RC_OK)
		return count;
	log_warn("later gateway=%s: %s", h->gateway->name, why.text);
	return 0;
}

/* After somebody was erased, once nothing is under way. */
static void tidy(struct house *h)
{
	struct why why;
	if (h->batch_count > 0 || house_in_flight(h) > 0)
		return;
	enum rc rc = store_compact(h->store, &why);
	if (rc == RC_OK)
		log_info("compacted gateway=%s", h->gateway->name);
	else if (rc != RC_NONE)
		log_warn("later gateway=%s: %s", h->gateway->name, why.text);
}

bool house_work(struct house *h, int64_t now_at)
{
	size_t sent = 0, due = 0;
	h->turn.now_at = now_at;
	house_renew_texts(h);
	for (size_t i = 0; i < h->mailbox_count && now_at >= h->retry_at; i++) {
		house_read(h, &h->mailboxes[i]);
	}
	bool took = h->batch_count > 0;
	house_take(h);
	if (now_at >= h->retry_at)
		due = take_due(h);
	house_renew_network(h);
	house_results(h);
	if (now_at >= h->retry_at)
		sent = house_send(h);
	house_results(h);
	tidy(h);
	return (took && now_at >= h->retry_at) || due > 0 ||
	       (sent > 0 && h->gateway->submission.path != NULL);
}

size_t house_fds(struct house *h, struct pollfd fds[HOUSE_FDS])
{
	size_t count = 0;
	for (size_t i = 0; i < h->mailbox_count && count < HOUSE_FDS - 2; i++)
		if (h->mailboxes[i].fetch.child.pid != 0)
			fds[count++] = (struct pollfd){ h->mailboxes[i].fetch.child.fd, POLLIN, 0 };
	if (h->builder.child.pid != 0)
		fds[count++] = (struct pollfd){ h->builder.child.fd, POLLIN, 0 };
	if (h->submit.child.pid != 0)
		fds[count++] = (struct pollfd){ h->submit.child.fd, POLLIN, 0 };
	return count;
}

bool house_idle(struct house *h, int64_t now_at, struct why *why)
{
	why->text[0] = '\0';
	if (h->retry_at > now_at)
		return false;
	for (size_t i = 0; i < h->mailbox_count; i++) {
		struct mailbox *m = &h->mailboxes[i];
		if (m->down)
			*why = m->why;
		else if (!m->drained)
			return false;
	}
	if (house_in_flight(h) > 0)
		return false;
	if (store_look(h->store, why) != RC_OK)
		return true;
	int64_t mail_at = outbox_next_at(h->store), due_at = turn_next_at(&h->turn);
	store_rollback(h->store);
	bool waiting = (mail_at != 0 && mail_at <= now_at) || (due_at != 0 && due_at <= now_at);
	if (waiting && h->submit.start_at > now_at) {
		*why = h->trouble;
		return true;
	}
	if (!waiting && mail_at != 0 && h->trouble.text[0] != '\0')
		*why = h->trouble;
	return !waiting;
}
