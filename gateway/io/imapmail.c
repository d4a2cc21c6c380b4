#include "io/imapsession.h"

#include "base/mem.h"
#include "io/mutf7.h"
#include "io/tlsstream.h"

#include <stdlib.h>

#define SLOWEST 16 /* octets a millisecond a mail may come at */
#define PER_MAIL 512 /* octets about a mail beside its own */
#define LIST_ANSWER_MOST ((size_t)16 << 20)

enum rc imap_select(struct imap *imap, const char *folder, struct imap_box *box, struct why *why)
{
	tlsstream_allow(imap->stream, IMAP_COMMAND_MS, IMAP_ANSWER_MOST);
	char *name = mutf7_encode(folder);
	int code = mailimap_select(imap->session, name);
	free(name);
	const struct mailimap_selection_info *info = imap->session->imap_selection_info;
	if (code != MAILIMAP_NO_ERROR)
		return imap_failed(imap, "select", code, why);
	if (info == NULL || info->sel_uidvalidity == 0)
		return why_set(why, RC_TEMP, "select: the server gives no UIDVALIDITY");
	*box = (struct imap_box){ .uidvalidity = info->sel_uidvalidity,
		                  .uidnext = info->sel_uidnext,
		                  .exists = info->sel_exists };
	return RC_OK;
}

static struct mailimap_set *set_of(const uint32_t *uids, size_t count)
{
	struct mailimap_set *set = mailimap_set_new_empty();
	for (size_t i = 0; i < count;) {
		size_t last = i;
		while (last + 1 < count && uids[last + 1] == uids[last] + 1)
			last++;
		mailimap_set_add_interval(set, uids[i], uids[last]);
		i = last + 1;
	}
	return set;
}

/* UID FETCH set (UID what). *answer is libetpan's: mailimap_fetch_list_free(). */
static int fetch(struct imap *imap, struct mailimap_set *set, struct mailimap_fetch_att *what,
                 clist **answer)
{
	struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
	*answer = NULL;
	mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(type, what);
	int code = mailimap_uid_fetch(imap->session, set, type, answer);
	mailimap_fetch_type_free(type);
	mailimap_set_free(set);
	return code;
}

/* The parts of one FETCH answer that we asked for; servers add what they like. */
static struct imap_mail mail_of(const struct mailimap_msg_att *answer)
{
	struct imap_mail mail = { 0 };
	for (clistiter *at = clist_begin(answer->att_list); at != NULL; at = clist_next(at)) {
		const struct mailimap_msg_att_item *item = clist_content(at);
		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
			continue;
		const struct mailimap_msg_att_static *part = item->att_data.att_static;
		const struct mailimap_msg_att_body_section *body;
		if (part->att_type == MAILIMAP_MSG_ATT_UID)
			mail.uid = part->att_data.att_uid;
		else if (part->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
			mail.size = part->att_data.att_rfc822_size;
			mail.there = true;
		} else if (part->att_type == MAILIMAP_MSG_ATT_BODY_SECTION &&
		           (body = part->att_data.att_body_section) != NULL) {
			mail.octets = body->sec_body_part; /* still libetpan's */
			mail.len = body->sec_length;
			mail.there = true;
		}
	}
	return mail;
}

static int by_uid(const void *a, const void *b)
{
	uint32_t left = ((const struct imap_mail *)a)->uid;
	uint32_t right = ((const struct imap_mail *)b)->uid;
	return (left > right) - (left < right);
}

/* Sorts, drops doubles and what was not asked for ("5:*" answers with the last). */
static size_t keep_range(struct imap_mail *mails, size_t count, uint32_t low, uint32_t high)
{
	size_t kept = 0;
	if (count > 0)
		qsort(mails, count, sizeof *mails, by_uid);
	for (size_t i = 0; i < count; i++) {
		bool inside = mails[i].there && mails[i].uid >= low &&
		              (high == 0 || mails[i].uid <= high);
		if (inside && (kept == 0 || mails[kept - 1].uid != mails[i].uid))
			mails[kept++] = mails[i];
	}
	return kept;
}

enum rc imap_list(struct imap *imap, uint32_t low, uint32_t high, struct imap_mail **mails,
                  size_t *count, struct why *why)
{
	clist *answer;
	size_t have = 0;
	tlsstream_allow(imap->stream, IMAP_COMMAND_MS, LIST_ANSWER_MOST);
	int code = fetch(imap, mailimap_set_new_interval(low, high),
	                 mailimap_fetch_att_new_rfc822_size(), &answer);
	if (code != MAILIMAP_NO_ERROR)
		return imap_failed(imap, "list", code, why);
	struct imap_mail *found = mem_zero((size_t)clist_count(answer), sizeof *found);
	for (clistiter *at = clist_begin(answer); at != NULL; at = clist_next(at))
		found[have++] = mail_of(clist_content(at));
	mailimap_fetch_list_free(answer);
	*count = keep_range(found, have, low, high);
	*mails = found;
	return RC_OK;
}

static void take_bodies(clist *answer, struct imap_mail *mails, size_t count)
{
	for (clistiter *at = clist_begin(answer); at != NULL; at = clist_next(at)) {
		struct imap_mail got = mail_of(clist_content(at));
		struct imap_mail *mail = bsearch(&got, mails, count, sizeof *mails, by_uid);
		if (mail == NULL || mail->octets != NULL)
			continue;
		mail->there = true;
		if (got.octets != NULL) {
			mail->octets = mem_text_len(got.octets, got.len);
			mail->len = got.len;
		}
	}
}

enum rc imap_read(struct imap *imap, struct imap_mail *mails, size_t count, size_t limit,
                  struct why *why)
{
	clist *answer;
	size_t most = IMAP_ANSWER_MOST;
	uint32_t *uids = mem_zero(count, sizeof *uids);
	for (size_t i = 0; i < count; i++) {
		uids[i] = mails[i].uid;
		/* Some servers only estimate sizes: alone, a mail may have its limit. */
		most += (count == 1 ? limit : mails[i].size) + PER_MAIL;
		mails[i].there = false;
	}
	tlsstream_allow(imap->stream, IMAP_COMMAND_MS + (int)(most / SLOWEST), most);
	int code = fetch(imap, set_of(uids, count),
	                 mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)),
	                 &answer);
	free(uids);
	if (code != MAILIMAP_NO_ERROR)
		return imap_failed(imap, "fetch", code, why);
	take_bodies(answer, mails, count);
	mailimap_fetch_list_free(answer);
	return RC_OK;
}

static enum rc add_flag(struct imap *imap, const uint32_t *uids, size_t count,
                        struct mailimap_flag *flag, struct why *why)
{
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
	mailimap_flag_list_add(flags, flag);
	struct mailimap_store_att_flags *store =
	        mailimap_store_att_flags_new_add_flags_silent(flags);
	struct mailimap_set *set = set_of(uids, count);
	tlsstream_allow(imap->stream, IMAP_COMMAND_MS, IMAP_ANSWER_MOST);
	int code = mailimap_uid_store(imap->session, set, store);
	mailimap_store_att_flags_free(store);
	mailimap_set_free(set);
	return code == MAILIMAP_NO_ERROR ? RC_OK : imap_failed(imap, "store", code, why);
}

enum rc imap_mark_seen(struct imap *imap, const uint32_t *uids, size_t count, struct why *why)
{
	return add_flag(imap, uids, count, mailimap_flag_new_seen(), why);
}

static enum rc copy_and_expunge(struct imap *imap, const uint32_t *uids, size_t count,
                                const char *folder, struct why *why)
{
	struct mailimap_set *set = set_of(uids, count);
	tlsstream_allow(imap->stream, IMAP_COMMAND_MS, IMAP_ANSWER_MOST);
	char *name = mutf7_encode(folder);
	int code = mailimap_uid_copy(imap->session, set, name);
	free(name);
	enum rc rc = code == MAILIMAP_NO_ERROR ? RC_OK : imap_failed(imap, "copy", code, why);
	if (rc == RC_OK)
		rc = add_flag(imap, uids, count, mailimap_flag_new_deleted(), why);
	if (rc == RC_OK) {
		tlsstream_allow(imap->stream, IMAP_COMMAND_MS, IMAP_ANSWER_MOST);
		code = mailimap_uid_expunge(imap->session, set);
		rc = code == MAILIMAP_NO_ERROR ? RC_OK : imap_failed(imap, "expunge", code, why);
	}
	mailimap_set_free(set);
	return rc;
}

enum rc imap_move(struct imap *imap, const uint32_t *uids, size_t count, const char *folder,
                  struct why *why)
{
	/* An EXPUNGE of all that is \Deleted could take what the user marked. */
	if (!imap->can.move && !imap->can.uidplus)
		return imap_mark_seen(imap, uids, count, why);
	if (!imap->can.move)
		return copy_and_expunge(imap, uids, count, folder, why);
	struct mailimap_set *set = set_of(uids, count);
	tlsstream_allow(imap->stream, IMAP_COMMAND_MS, IMAP_ANSWER_MOST);
	char *name = mutf7_encode(folder);
	int code = mailimap_uid_move(imap->session, set, name);
	free(name);
	mailimap_set_free(set);
	return code == MAILIMAP_NO_ERROR ? RC_OK : imap_failed(imap, "move", code, why);
}

enum rc imap_create(struct imap *imap, const char *folder, struct why *why)
{
	tlsstream_allow(imap->stream, IMAP_COMMAND_MS, IMAP_ANSWER_MOST);
	char *name = mutf7_encode(folder);
	int code = mailimap_create(imap->session, name);
	free(name);
	return code == MAILIMAP_NO_ERROR ? RC_OK : imap_failed(imap, "create", code, why);
}
