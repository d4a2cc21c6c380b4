#include "io/imap.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "io/secret.h"
#include "io/tlsstream.h"

#include <libetpan/libetpan.h>
#include <stdlib.h>
#include <string.h>

#define OPEN_MS 30000
#define COMMAND_MS 60000
#define SLOWEST 16 /* octets a millisecond a mail may come at */
#define ANSWER_MOST ((size_t)256 << 10) /* of a command that brings no mail */
#define LINE_MOST ((size_t)64 << 10)
#define PER_MAIL 512 /* octets about a mail beside its own */

struct imap {
	mailimap *session;
	struct tlsstream *stream; /* owned by session->imap_stream */
	struct imap_can can;
	bool login_disabled;
	unsigned tags;
	MMAPString *line;
};

/* ---- why it failed ---- */

static enum rc failed(struct imap *imap, const char *what, int code, struct why *why)
{
	const char *fault = tlsstream_fault(imap->stream);
	bool said_no = code != MAILIMAP_ERROR_STREAM && code != MAILIMAP_ERROR_PARSE &&
	               code != MAILIMAP_ERROR_PROTOCOL && code != MAILIMAP_ERROR_FATAL &&
	               code != MAILIMAP_ERROR_BAD_STATE && code != MAILIMAP_ERROR_MEMORY;
	if (fault[0] != '\0')
		return why_set(why, RC_TEMP, "%s: %s", what, fault);
	const char *answer = imap->session->imap_response;
	char *clean = utf8_clean_line(answer != NULL ? answer : "",
	                              answer != NULL ? strnlen(answer, 200) : 0);
	if (said_no)
		why_set(why, RC_NONE, "%s: refused: %s", what, clean);
	else if (code == MAILIMAP_ERROR_PROTOCOL)
		why_set(why, RC_TEMP, "%s: bad answer: %s", what, clean);
	else
		why_set(why, RC_TEMP, "%s: an answer that is not IMAP (error %d)", what, code);
	free(clean);
	return said_no ? RC_NONE : RC_TEMP;
}

static enum rc broken(struct imap *imap, const char *what, struct why *why)
{
	return failed(imap, what, MAILIMAP_ERROR_STREAM, why);
}

/* ---- commands by hand ---- */

static enum rc send_line(struct imap *imap, const char *line)
{
	mailstream *s = imap->session->imap_stream;
	return mailstream_write(s, line, strlen(line)) >= 0 && mailstream_flush(s) == 0 ? RC_OK
	                                                                                : RC_TEMP;
}

/* Our tags begin with a letter, libetpan's are numbers. */
static enum rc send_command(struct imap *imap, const char *command)
{
	struct str line;
	str_init(&line, 200);
	str_addf(&line, "p%u %s\r\n", ++imap->tags, command);
	enum rc rc = send_line(imap, line.text);
	str_free(&line);
	return rc;
}

/* The next line, without its end; valid until the next. NULL: broken. */
static const char *next_line(struct imap *imap)
{
	char *line = mailstream_read_line(imap->session->imap_stream, imap->line);
	if (line != NULL)
		line[strcspn(line, "\r\n")] = '\0';
	return line;
}

/* What follows our tag ("OK done") if this line has it, else NULL. */
static const char *after_tag(const struct imap *imap, const char *line)
{
	char *end;
	if (line[0] != 'p' || strtoul(line + 1, &end, 10) != imap->tags || *end != ' ')
		return NULL;
	return end + 1;
}

static void note_capabilities(struct imap *imap, const char *line)
{
	char *copy = mem_text(line), *rest = copy, *word;
	while ((word = strsep(&rest, " ]")) != NULL) {
		if (strcasecmp(word, "IDLE") == 0)
			imap->can.idle = true;
		else if (strcasecmp(word, "MOVE") == 0)
			imap->can.move = true;
		else if (strcasecmp(word, "UIDPLUS") == 0)
			imap->can.uidplus = true;
		else if (strcasecmp(word, "LOGINDISABLED") == 0)
			imap->login_disabled = true;
	}
	free(copy);
}

/* Sends and reads to the tagged line. */
static enum rc command(struct imap *imap, const char *text, struct why *why)
{
	static const char untagged[] = "* CAPABILITY ";
	const char *line, *answer;
	tlsstream_allow(imap->stream, COMMAND_MS, ANSWER_MOST);
	if (send_command(imap, text) != RC_OK)
		return broken(imap, text, why);
	while ((line = next_line(imap)) != NULL) {
		if (strncasecmp(line, untagged, sizeof untagged - 1) == 0)
			note_capabilities(imap, line + sizeof untagged - 1);
		if ((answer = after_tag(imap, line)) == NULL)
			continue;
		if (strncasecmp(answer, "OK", 2) == 0)
			return RC_OK;
		char *clean = utf8_clean_line(answer, strnlen(answer, 200));
		why_set(why, RC_NONE, "%s: %s", text, clean);
		free(clean);
		return RC_NONE;
	}
	return broken(imap, text, why);
}

static enum rc ask_capabilities(struct imap *imap, struct why *why)
{
	imap->can = (struct imap_can){ 0 };
	imap->login_disabled = false;
	return command(imap, "CAPABILITY", why);
}

/* ---- opening ---- */

static enum rc greet(struct imap *imap, struct why *why)
{
	mailstream *made = tlsstream_mailstream(imap->stream);
	if (made == NULL) {
		tlsstream_free(&imap->stream);
		return why_set(why, RC_TEMP, "no memory for a connection");
	}
	tlsstream_allow(imap->stream, OPEN_MS, LINE_MOST);
	int code = mailimap_connect(imap->session, made);
	if (code == MAILIMAP_NO_ERROR_AUTHENTICATED) /* STARTTLS would be too late */
		return why_set(why, RC_TEMP, "greeting: PREAUTH, which we did not ask for");
	return code == MAILIMAP_NO_ERROR_NON_AUTHENTICATED ? RC_OK
	                                                   : failed(imap, "greeting", code, why);
}

/* RFC 9051 section 6.2.1. What lies in the buffer before TLS begins was not
 * said by the server we verify. */
static enum rc start_tls(struct imap *imap, const struct imap_account *account, struct why *why)
{
	enum rc rc = command(imap, "STARTTLS", why);
	if (rc != RC_OK)
		return rc == RC_NONE ? RC_PERM : rc;
	if (imap->session->imap_stream->read_buffer_len > 0)
		return why_set(why, RC_PERM, "STARTTLS: more than the answer came before TLS");
	tlsstream_allow(imap->stream, OPEN_MS, ANSWER_MOST);
	return tlsstream_secure(imap->stream, account->host, account->ca_file, why);
}

static enum rc login(struct imap *imap, const struct imap_account *account, struct why *why)
{
	char *secret = NULL;
	if (imap->login_disabled)
		return why_set(why, RC_PERM, "the server forbids LOGIN (LOGINDISABLED)");
	enum rc rc = secret_read(account->secret_file, account->secret_command, &secret, why);
	if (rc != RC_OK)
		return RC_PERM;
	tlsstream_allow(imap->stream, COMMAND_MS, ANSWER_MOST);
	int code = mailimap_login(imap->session, account->user, secret != NULL ? secret : "");
	secret_free(&secret);
	if (code == MAILIMAP_NO_ERROR)
		return RC_OK;
	rc = failed(imap, "login", code, why);
	return rc == RC_NONE ? RC_PERM : rc;
}

enum rc imap_open(const struct imap_account *account, struct imap **imap, struct why *why)
{
	struct tlsstream *stream;
	enum rc rc = tlsstream_open(account->host, account->port, OPEN_MS, &stream, why);
	if (rc != RC_OK)
		return rc;
	if (!account->starttls)
		rc = tlsstream_secure(stream, account->host, account->ca_file, why);
	if (rc != RC_OK) {
		tlsstream_free(&stream);
		return rc;
	}
	struct imap *made = mem_zero(1, sizeof *made);
	made->session = mailimap_new(0, NULL);
	made->line = mmap_string_new("");
	made->stream = stream;
	rc = greet(made, why);
	if (rc == RC_OK && account->starttls)
		rc = start_tls(made, account, why);
	/* Twice: before the login for LOGINDISABLED, after it servers tell more. */
	if (rc == RC_OK)
		rc = ask_capabilities(made, why);
	if (rc == RC_OK)
		rc = login(made, account, why);
	if (rc == RC_OK)
		rc = ask_capabilities(made, why);
	if (rc == RC_OK)
		*imap = made;
	else
		imap_close(&made);
	return rc == RC_NONE ? RC_TEMP : rc;
}

void imap_close(struct imap **imap)
{
	struct imap *i = *imap;
	if (i == NULL)
		return;
	if (i->session->imap_stream != NULL) {
		if (tlsstream_fault(i->stream)[0] == '\0') {
			tlsstream_allow(i->stream, 1000, ANSWER_MOST);
			send_command(i, "LOGOUT"); /* politeness; the answer is not awaited */
		}
		mailstream_close(i->session->imap_stream);
		i->session->imap_stream = NULL; /* or mailimap_free() would log out again */
	}
	mailimap_free(i->session);
	mmap_string_free(i->line);
	free(i);
	*imap = NULL;
}

struct imap_can imap_can(const struct imap *imap)
{
	return imap->can;
}

const char *imap_tls_version(const struct imap *imap)
{
	return tlsstream_version(imap->stream);
}

/* ---- folders and mails ---- */

enum rc imap_select(struct imap *imap, const char *folder, struct imap_box *box, struct why *why)
{
	tlsstream_allow(imap->stream, COMMAND_MS, ANSWER_MOST);
	int code = mailimap_select(imap->session, folder);
	const struct mailimap_selection_info *info = imap->session->imap_selection_info;
	if (code != MAILIMAP_NO_ERROR)
		return failed(imap, "select", code, why);
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
	tlsstream_allow(imap->stream, COMMAND_MS, (size_t)64 << 20);
	int code = fetch(imap, mailimap_set_new_interval(low, high),
	                 mailimap_fetch_att_new_rfc822_size(), &answer);
	if (code != MAILIMAP_NO_ERROR)
		return failed(imap, "list", code, why);
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
	size_t most = ANSWER_MOST;
	uint32_t *uids = mem_zero(count, sizeof *uids);
	for (size_t i = 0; i < count; i++) {
		uids[i] = mails[i].uid;
		/* Some servers only estimate sizes: alone, a mail may have its limit. */
		most += (count == 1 ? limit : mails[i].size) + PER_MAIL;
		mails[i].there = false;
	}
	tlsstream_allow(imap->stream, COMMAND_MS + (int)(most / SLOWEST), most);
	int code = fetch(imap, set_of(uids, count),
	                 mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)),
	                 &answer);
	free(uids);
	if (code != MAILIMAP_NO_ERROR)
		return failed(imap, "fetch", code, why);
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
	tlsstream_allow(imap->stream, COMMAND_MS, ANSWER_MOST);
	int code = mailimap_uid_store(imap->session, set, store);
	mailimap_store_att_flags_free(store);
	mailimap_set_free(set);
	return code == MAILIMAP_NO_ERROR ? RC_OK : failed(imap, "store", code, why);
}

enum rc imap_mark_seen(struct imap *imap, const uint32_t *uids, size_t count, struct why *why)
{
	return add_flag(imap, uids, count, mailimap_flag_new_seen(), why);
}

static enum rc copy_and_expunge(struct imap *imap, const uint32_t *uids, size_t count,
                                const char *folder, struct why *why)
{
	struct mailimap_set *set = set_of(uids, count);
	tlsstream_allow(imap->stream, COMMAND_MS, ANSWER_MOST);
	int code = mailimap_uid_copy(imap->session, set, folder);
	enum rc rc = code == MAILIMAP_NO_ERROR ? RC_OK : failed(imap, "copy", code, why);
	if (rc == RC_OK)
		rc = add_flag(imap, uids, count, mailimap_flag_new_deleted(), why);
	if (rc == RC_OK) {
		tlsstream_allow(imap->stream, COMMAND_MS, ANSWER_MOST);
		code = mailimap_uid_expunge(imap->session, set);
		rc = code == MAILIMAP_NO_ERROR ? RC_OK : failed(imap, "expunge", code, why);
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
	tlsstream_allow(imap->stream, COMMAND_MS, ANSWER_MOST);
	int code = mailimap_uid_move(imap->session, set, folder);
	mailimap_set_free(set);
	return code == MAILIMAP_NO_ERROR ? RC_OK : failed(imap, "move", code, why);
}

enum rc imap_create(struct imap *imap, const char *folder, struct why *why)
{
	tlsstream_allow(imap->stream, COMMAND_MS, ANSWER_MOST);
	int code = mailimap_create(imap->session, folder);
	return code == MAILIMAP_NO_ERROR ? RC_OK : failed(imap, "create", code, why);
}

/* ---- IDLE ---- */

/* libetpan's fails when "* 3 EXISTS" comes before the "+", and hides what is
 * glued to it from poll(2): here a line is a line, whenever it comes. */
enum rc imap_idle_begin(struct imap *imap, struct why *why)
{
	tlsstream_allow(imap->stream, COMMAND_MS, ANSWER_MOST);
	return send_command(imap, "IDLE") == RC_OK ? RC_OK : broken(imap, "idle", why);
}

static bool is_exists(const char *line)
{
	char *end;
	if (strncmp(line, "* ", 2) != 0)
		return false;
	strtoul(line + 2, &end, 10);
	return end != line + 2 && strncasecmp(end, " EXISTS", 7) == 0;
}

enum rc imap_idle_line(struct imap *imap, bool *news, struct why *why)
{
	*news = false;
	if (!imap_pending(imap) && !tlsstream_arrived(imap->stream))
		return RC_OK; /* TLS talked to itself */
	tlsstream_extend(imap->stream, COMMAND_MS);
	const char *line = next_line(imap);
	if (line == NULL)
		return broken(imap, "idle", why);
	if (after_tag(imap, line) != NULL) {
		imap->can.idle = false;
		return why_set(why, RC_NONE, "idle: refused, or ended by the server");
	}
	*news = is_exists(line);
	return RC_OK;
}

enum rc imap_idle_end(struct imap *imap, struct why *why)
{
	const char *line;
	tlsstream_allow(imap->stream, COMMAND_MS, ANSWER_MOST);
	if (send_line(imap, "DONE\r\n") != RC_OK)
		return broken(imap, "idle", why);
	while ((line = next_line(imap)) != NULL)
		if (after_tag(imap, line) != NULL)
			return RC_OK;
	return broken(imap, "idle", why);
}

int imap_fd(const struct imap *imap)
{
	return tlsstream_fd(imap->stream);
}

bool imap_pending(const struct imap *imap)
{
	return imap->session->imap_stream->read_buffer_len > 0 || tlsstream_pending(imap->stream);
}
