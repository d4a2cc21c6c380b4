#include "conf/account.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* host [":" port] ["/" folder] after the scheme; host may be "[" IPv6 "]". */
static bool place_ok(const char *place, bool folder)
{
	const char *host = place + (*place == '[');
	size_t len = strspn(host, *place == '['
	                                  ? "0123456789abcdefABCDEF:."
	                                  : "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                                    "0123456789-.");
	const char *at = host + len;
	if (len == 0 || len > 253 || *host == '-' || (*place == '[' && *at++ != ']'))
		return false;
	if (*at == ':') {
		size_t digits = strspn(at + 1, "0123456789");
		long port = digits > 0 && digits < 6 ? strtol(at + 1, NULL, 10) : 0;
		if (port < 1 || port > 65535)
			return false;
		at += 1 + digits;
	}
	return *at == '\0' || (*at == '/' && folder);
}

static bool is_loopback(const char *place)
{
	size_t len = strcspn(place, *place == '[' ? "]" : ":/");
	return (len == 9 && strncasecmp(place, "localhost", len) == 0) ||
	       (strncmp(place, "127.", 4) == 0 && len == strspn(place, "0123456789.")) ||
	       (len == 4 && strncmp(place, "[::1", len) == 0);
}

struct scheme {
	const char *start;
	enum conf_transport transport;
};

static enum rc read_url(const struct reader *r, const config_setting_t *s,
                        const struct scheme *schemes, bool folder, struct conf_account *a)
{
	const char *text = NULL, *start = NULL;
	struct log_text room;
	enum rc rc = value_borrow(r, s, &text);
	for (; rc == RC_OK && schemes->start != NULL && start == NULL; schemes++)
		if (strncmp(text, schemes->start, strlen(schemes->start)) == 0) {
			start = schemes->start;
			a->transport = schemes->transport;
		}
	if (rc != RC_OK)
		return rc;
	const char *place = start != NULL ? text + strlen(start) : "";
	int line = (int)config_setting_source_line(s);
	if (strchr(place, '@') != NULL && a->transport != CONF_MAILDIR)
		return value_fail(r, line, "url holds a user; write it as user = \"...\"");
	if (*place == '\0' || (a->transport != CONF_MAILDIR && !place_ok(place, folder)))
		return value_fail(r, line, "url: \"%s\" is none; write %s", log_safe(&room, text),
		                  folder ? "imaps://HOST[:PORT][/FOLDER], imap+starttls://... or "
		                           "maildir:PATH"
		                         : "smtps://HOST[:PORT], smtp+starttls://... or "
		                           "maildir:PATH");
	if (a->transport == CONF_PLAIN && !is_loopback(place))
		return value_fail(r, line, "url: without TLS to this machine only; write smtps://");
	if (a->transport == CONF_MAILDIR) {
		struct str path;
		str_init(&path, 8192);
		str_addf(&path, "%s%s%s", *place == '/' ? "" : r->folder, *place == '/' ? "" : "/",
		         place);
		a->path = path.text;
	}
	a->url = mem_text(text);
	return RC_OK;
}

static READER(read_mailbox_url)
{
	static const struct scheme schemes[] = { { "maildir:", CONF_MAILDIR },
		                                 { "imaps://", CONF_TLS },
		                                 { "imap+starttls://", CONF_STARTTLS },
		                                 { NULL, 0 } };
	(void)key;
	return read_url(r, s, schemes, true, into);
}

static READER(read_submission_url)
{
	static const struct scheme schemes[] = { { "maildir:", CONF_MAILDIR },
		                                 { "smtps://", CONF_TLS },
		                                 { "smtp+starttls://", CONF_STARTTLS },
		                                 { "smtp+plain://", CONF_PLAIN },
		                                 { NULL, 0 } };
	(void)key;
	return read_url(r, s, schemes, false, into);
}

#define IN(member) offsetof(struct conf_account, member)
static const struct key mailbox_keys[] = {
	{ "url", read_mailbox_url, 0, 0, 0, "url = \"imaps://imap.acme.example\";" },
	{ "user", value_text, IN(user), 0, 0, NULL },
	{ "password_file", value_secret, IN(password_file), 0, 0, NULL },
	{ "password_command", value_text, IN(password_command), 0, 0, NULL },
	{ "ca_file", value_file, IN(ca_file), 0, 0, NULL },
	{ "done", value_text, IN(done_folder), 0, 0, NULL },
	{ "look_every", value_duration, IN(look_every_s), 1, DAY, NULL },
	{ .name = NULL },
};
static const struct key submission_keys[] = {
	{ "url", read_submission_url, 0, 0, 0, "url = \"smtps://smtp.acme.example\";" },
	{ "user", value_text, IN(user), 0, 0, NULL },
	{ "password_file", value_secret, IN(password_file), 0, 0, NULL },
	{ "password_command", value_text, IN(password_command), 0, 0, NULL },
	{ "ca_file", value_file, IN(ca_file), 0, 0, NULL },
	{ .name = NULL },
};
#undef IN

/* The keys of an account that only make sense together. */
static enum rc check_login(const struct reader *r, const config_setting_t *group,
                           const struct conf_account *a, bool must)
{
	static const char *const not_for_maildir[] = { "user", "password_file", "password_command",
		                                       "ca_file", "done", NULL };
	for (const char *const *n = not_for_maildir; *n != NULL; n++)
		if (a->transport == CONF_MAILDIR && config_setting_get_member(group, *n) != NULL)
			return value_fail(r, value_line(group, *n),
			                  "%s means nothing for a Maildir; take it out", *n);
	if (a->transport == CONF_PLAIN && a->user != NULL)
		return value_fail(r, value_line(group, "user"),
		                  "a log-in needs TLS; write smtp+starttls:// or take user out");
	bool secret = a->password_file != NULL || a->password_command != NULL;
	if (a->password_file != NULL && a->password_command != NULL)
		return value_fail(r, value_line(group, "password_command"),
		                  "password_file and password_command; keep one of the two");
	if (a->transport == CONF_MAILDIR)
		return RC_OK;
	if (a->user == NULL && (must || secret))
		return value_fail(r, a->line, "user is missing; write user = \"...\";");
	if (a->user != NULL && !secret)
		return value_fail(r, value_line(group, "user"),
		                  "user without a password; write password_file = \"...\";");
	return RC_OK;
}

static enum rc read_account(const struct reader *r, const config_setting_t *s,
                            const struct key *keys, struct conf_account *a)
{
	a->line = (int)config_setting_source_line(s);
	a->look_every_s = 300;
	enum rc rc = value_group(r, s, keys, a);
	return rc == RC_OK ? check_login(r, s, a, keys == mailbox_keys) : rc;
}

READER(account_read_mailboxes)
{
	struct conf_gateway *g = into;
	size_t count = 0;
	enum rc rc = value_list(r, s, key, "( { url = \"...\"; } )", &count);
	if (rc != RC_OK)
		return rc;
	g->mailboxes = mem_zero(count, sizeof *g->mailboxes);
	for (size_t i = 0; i < count && rc == RC_OK; i++) {
		g->mailbox_count = i + 1;
		rc = read_account(r, config_setting_get_elem(s, (unsigned)i), mailbox_keys,
		                  &g->mailboxes[i]);
	}
	return rc;
}

READER(account_read_submission)
{
	(void)key;
	return read_account(r, s, submission_keys, into);
}

/* What two accounts share if they are one mailbox: path, or host, port unless
 * it is one of the usual two, and folder; then the user. Yours to free. */
static char *mailbox_key(const struct conf_account *a)
{
	if (a->transport == CONF_MAILDIR)
		return mem_text(a->path);
	struct str key;
	str_init(&key, 8192);
	const char *host = strstr(a->url, "://") + 3, *slash = strchrnul(host, '/');
	for (const char *c = host; c < slash; c++)
		str_add_char(&key, (char)tolower((unsigned char)*c));
	if (key.len > 4 && (strcmp(key.text + key.len - 4, ":993") == 0 ||
	                    strcmp(key.text + key.len - 4, ":143") == 0))
		key.text[key.len -= 4] = '\0';
	bool inbox = slash[0] == '\0' || strcasecmp(slash, "/") == 0 ||
	             strcasecmp(slash, "/INBOX") == 0;
	str_addf(&key, "%s %s", inbox ? "/INBOX" : slash, a->user);
	return str_take(&key);
}

bool account_same(const struct conf_account *a, const struct conf_account *b)
{
	char *one = mailbox_key(a), *other = mailbox_key(b);
	bool same = strcmp(one, other) == 0;
	free(one);
	free(other);
	return same;
}
