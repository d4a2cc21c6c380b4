#include "conf/conf.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "conf/account.h"
#include "conf/value.h"
#include "mail/address.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define HOLIDAYS_MOST 1000
#define FILE_MOST ((size_t)1 << 20)

static READER(read_name)
{
	const char *text = NULL;
	struct log_text room;
	enum rc rc = value_borrow(r, s, &text);
	if (rc == RC_OK && (text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0' ||
	                    *text == '-' || strlen(text) > 32))
		rc = value_fail(r, (int)config_setting_source_line(s),
		                "name cannot be \"%s\"; write a-z, 0-9 and -, at most 32",
		                log_safe(&room, text));
	return rc == RC_OK ? value_text(r, s, key, into) : rc;
}

static READER(read_separator)
{
	static const char *const names[] = { "+", "-", NULL };
	int which = 0;
	enum rc rc = value_choice(r, s, names, &which);
	(void)key;
	if (rc == RC_OK)
		*(char *)into = *names[which];
	return rc;
}

/* Light of 0 to 1 as WCAG 2 has it, its curve near enough. */
static double channel(const char *hex)
{
	char pair[3] = { hex[0], hex[1], '\0' };
	double c = (double)strtol(pair, NULL, 16) / 255;
	return c * (c * (c * 0.305306 + 0.682171) + 0.012523);
}

/* White letters stand on it: at least 4.5 : 1. */
static READER(read_colour)
{
	const char *text = NULL;
	struct log_text room;
	int line = (int)config_setting_source_line(s);
	enum rc rc = value_borrow(r, s, &text);
	if (rc != RC_OK)
		return rc;
	if (strlen(text) != 7 || text[0] != '#' || strspn(text + 1, "0123456789abcdefABCDEF") != 6)
		return value_fail(r, line, "colour cannot be \"%s\"; write \"#1b5e8a\"",
		                  log_safe(&room, text));
	double light = 0.2126 * channel(text + 1) + 0.7152 * channel(text + 3) +
	               0.0722 * channel(text + 5);
	if (1.05 / (light + 0.05) < 4.5)
		return value_fail(
			r, line, "colour: white cannot be read on \"%s\"; take a darker one", text);
	return value_text(r, s, key, into);
}

static READER(read_return_path)
{
	static const char *const names[] = { "verp", "account", NULL };
	int which = 0;
	enum rc rc = value_choice(r, s, names, &which);
	(void)key;
	if (rc == RC_OK)
		*(bool *)into = which == 0;
	return rc;
}

static READER(read_disclosure)
{
	static const char *const names[] = { "full", "first", "count", NULL };
	int which = 0;
	enum rc rc = value_choice(r, s, names, &which);
	(void)key;
	if (rc == RC_OK)
		*(enum conf_disclosure *)into = (enum conf_disclosure)which;
	return rc;
}

static READER(read_membership)
{
	static const char *const names[] = { "approval", "invitation", "open", NULL };
	int which = 0;
	enum rc rc = value_choice(r, s, names, &which);
	(void)key;
	if (rc == RC_OK)
		*(enum conf_membership *)into = (enum conf_membership)which;
	return rc;
}

/* RFC 5646 section 2.1, as far as mail texts need it: "fr", "fr-CA". */
static bool language_ok(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz");
	if (len < 2 || len > 3)
		return false;
	for (text += len; *text == '-'; text += len) {
		text++;
		for (len = 0; isalnum((unsigned char)text[len]); len++)
			;
		if (len < 2 || len > 8)
			return false;
	}
	return *text == '\0';
}

static READER(read_languages)
{
	struct conf_gateway *g = into;
	size_t count = 0;
	enum rc rc = value_list(r, s, key, "[ \"fr\", \"en\" ]", &count);
	if (rc != RC_OK)
		return rc;
	g->languages = mem_zero(count, sizeof *g->languages);
	for (size_t i = 0; i < count && rc == RC_OK; i++) {
		const config_setting_t *one = config_setting_get_elem(s, (unsigned)i);
		const char *text = NULL;
		struct log_text room;
		rc = value_borrow(r, one, &text);
		if (rc == RC_OK && !language_ok(text))
			rc = value_fail(r, (int)config_setting_source_line(one),
			                "languages: \"%s\" is none; write \"fr\" or \"fr-CA\"",
			                log_safe(&room, text));
		if (rc == RC_OK)
			g->languages[g->language_count++] = mem_text(text);
	}
	return rc;
}

static READER(read_admins)
{
	struct conf_gateway *g = into;
	size_t count = 0;
	enum rc rc = value_list(r, s, key, "[ \"admin@acme.example\" ]", &count);
	if (rc != RC_OK)
		return rc;
	g->admins = mem_zero(count, sizeof *g->admins);
	for (size_t i = 0; i < count && rc == RC_OK; i++) {
		rc = value_address(r, config_setting_get_elem(s, (unsigned)i), key, &g->admins[i]);
		g->admin_count += rc == RC_OK;
	}
	return rc;
}

static READER(read_reminders)
{
	int *reminders = into;
	size_t count = 0;
	enum rc rc = value_list(r, s, key, "[3, 5]", &count);
	for (size_t i = 0; i < 2 && rc == RC_OK; i++) {
		reminders[i] = 0;
		if (i < count)
			rc = value_number(r, config_setting_get_elem(s, (unsigned)i),
			                  &(struct key){ .least = 1, .most = 30 }, &reminders[i]);
	}
	if (rc == RC_OK && count == 2 && reminders[0] >= reminders[1])
		rc = value_fail(r, (int)config_setting_source_line(s),
		                "reminders must rise; write [3, 5]");
	return rc;
}

static READER(read_holidays)
{
	struct conf_gateway *g = into;
	size_t count = 0;
	enum rc rc = value_list(r, s, key, "[ \"12-25\", \"2026-04-06\" ]", &count);
	if (rc != RC_OK)
		return rc;
	g->holidays = mem_zero(count, sizeof *g->holidays);
	for (size_t i = 0; i < count && rc == RC_OK; i++) {
		const config_setting_t *one = config_setting_get_elem(s, (unsigned)i);
		const char *text = NULL;
		struct log_text room;
		rc = value_borrow(r, one, &text);
		if (rc == RC_OK && !calendar_holiday_read(text, &g->holidays[g->holiday_count++]))
			rc = value_fail(r, (int)config_setting_source_line(one),
			                "holidays: \"%s\" is no day; write \"2026-12-25\", or "
			                "\"12-25\" for every year",
			                log_safe(&room, text));
	}
	return rc;
}

#define IN(member) offsetof(struct conf_gateway, member)
static const struct key limit_keys[] = {
	{ "max_hops", value_number, IN(max_hops), 1, 6, NULL },
	{ "open_per_requester", value_number, IN(open_per_requester), 1, 1000, NULL },
	{ "asks_per_month", value_number, IN(asks_per_month), 0, 1000, NULL },
	{ "link_credit", value_number, IN(link_credit), 0, 1000, NULL },
	{ "invitations_per_week", value_number, IN(invitations_per_week), 0, 1000, NULL },
	{ "cooldown", value_duration, IN(cooldown_s), 0, 3650 * DAY, NULL },
	{ "answers_per_day", value_number, IN(answers_per_day), 1, 10000, NULL },
	{ "searches_per_day", value_number, IN(searches_per_day), 1, 10000, NULL },
	/* A mail must fit one frame between our processes, with room to spare. */
	{ "mail_size", value_size, IN(size_limit), 64 << 10, 50 << 20, NULL },
	{ .name = NULL },
};
static const struct key time_keys[] = {
	{ "reminders", read_reminders, IN(reminders), 0, 2, NULL },
	{ "reroute", value_number, IN(reroute_days), 1, 60, NULL },
	{ "deadline", value_duration, IN(deadline_s), DAY, 3650 * DAY, NULL },
	{ "progress", value_duration, IN(progress_s), DAY, 3650 * DAY, NULL },
	{ "outcome_after", value_duration, IN(outcome_s), 0, 365 * DAY, NULL },
	{ "holidays", read_holidays, 0, 0, HOLIDAYS_MOST, NULL },
	{ .name = NULL },
};

static READER(read_limits)
{
	(void)key;
	return value_group(r, s, limit_keys, into);
}

static READER(read_times)
{
	struct conf_gateway *g = into;
	enum rc rc = value_group(r, s, time_keys, g);
	int last = g->reminders[1] > g->reminders[0] ? g->reminders[1] : g->reminders[0];
	(void)key;
	if (rc == RC_OK && g->reroute_days <= last)
		rc = value_fail(r, value_line(s, "reroute"),
		                "reroute (day %d) must come after the last reminder (day %d)",
		                g->reroute_days, last);
	return rc;
}

static const struct key gateway_keys[] = {
	{ "name", read_name, IN(name), 0, 0, "name = \"acme\";" },
	{ "address", value_address, IN(address), 0, 0, "address = \"intro@acme.example\";" },
	{ "display_name", value_text, IN(display_name), 0, 0, NULL },
	{ "colour", read_colour, IN(colour), 0, 0, NULL },
	{ "separator", read_separator, IN(separator), 0, 0, NULL },
	{ "languages", read_languages, 0, 1, LIST_MOST, NULL },
	{ "zone", value_zone, IN(zone), 0, 0, NULL },
	{ "admins", read_admins, 0, 0, LIST_MOST, NULL },
	{ "approver", value_address, IN(approver), 0, 0, NULL },
	{ "authserv_id", value_host, IN(authserv_id), 0, 0, NULL },
	{ "templates", value_folder, IN(templates), 0, 0, NULL },
	{ "mailboxes", account_read_mailboxes, 0, 1, LIST_MOST,
	  "mailboxes = ( { url = \"...\"; } );" },
	{ "submission", account_read_submission, IN(submission), 0, 0,
	  "submission = { url = \"...\"; };" },
	{ "return_path", read_return_path, IN(verp), 0, 0, NULL },
	{ "helo", value_host, IN(helo), 0, 0, NULL },
	{ "disclosure", read_disclosure, IN(disclosure), 0, 0, NULL },
	{ "membership", read_membership, IN(membership), 0, 0, NULL },
	{ "limits", read_limits, 0, 0, 0, NULL },
	{ "times", read_times, 0, 0, 0, NULL },
	{ .name = NULL },
};
#undef IN

static void fill_defaults(struct conf_gateway *g)
{
	if (g->display_name == NULL)
		g->display_name = mem_text(g->name);
	if (g->zone == NULL)
		g->zone = mem_text("UTC");
	if (g->helo == NULL)
		g->helo = mem_text(address_domain(g->address));
	if (g->languages == NULL) {
		g->languages = mem_zero(1, sizeof *g->languages);
		g->languages[g->language_count++] = mem_text("en");
	}
}

/* What two gateways cannot share; `g` stands after `other` in the file, or is it. */
static enum rc check_apart(const struct reader *r, const config_setting_t *group,
                           const struct conf_gateway *g, const struct conf_gateway *other)
{
	if (g != other && strcmp(g->name, other->name) == 0)
		return value_fail(r, value_line(group, "name"),
		                  "name \"%s\" is taken in line %d; choose another", g->name,
		                  other->line);
	if (g != other && address_same(g->address, other->address))
		return value_fail(r, value_line(group, "address"),
		                  "address <%s> is that of '%s'; choose another", g->address,
		                  other->name);
	for (size_t i = 0; i < g->mailbox_count; i++)
		for (size_t j = 0; j < (g == other ? i : other->mailbox_count); j++)
			if (account_same(&g->mailboxes[i], &other->mailboxes[j]))
				return value_fail(r, g->mailboxes[i].line,
				                  "this mailbox is read in line %d already; "
				                  "give each gateway its own",
				                  other->mailboxes[j].line);
	return RC_OK;
}

static READER(read_gateways)
{
	struct conf *conf = into;
	size_t count = 0;
	enum rc rc = value_list(r, s, key, "( { name = \"acme\"; ... } )", &count);
	if (rc != RC_OK)
		return rc;
	conf->gateways = mem_zero(count, sizeof *conf->gateways);
	for (size_t i = 0; i < count && rc == RC_OK; i++) {
		struct conf_gateway *g = &conf->gateways[conf->gateway_count++];
		const config_setting_t *group = config_setting_get_elem(s, (unsigned)i);
		*g = (struct conf_gateway){
			.separator = '+', .verp = true, .disclosure = CONF_FIRST, .max_hops = 6,
			.open_per_requester = 5, .asks_per_month = 8, .link_credit = 3,
			.cooldown_s = 30 * DAY,
			.reminders = { 3, 5 }, .reroute_days = 7, .deadline_s = 60 * DAY,
			.progress_s = 7 * DAY, .outcome_s = 10 * DAY,
			.invitations_per_week = 10, .answers_per_day = 20, .searches_per_day = 30,
			.size_limit = 25 << 20,
			.line = (int)config_setting_source_line(group),
		};
		rc = value_group(r, group, gateway_keys, g);
		if (rc == RC_OK)
			fill_defaults(g);
		for (size_t j = 0; j <= i && rc == RC_OK; j++)
			rc = check_apart(r, group, g, &conf->gateways[j]);
	}
	return rc;
}

struct file { /* what the top level fills */
	struct conf conf;
	char *state;
};

static READER(read_log)
{
	static const char *const names[] = { "warn", "info", "debug", NULL };
	(void)key;
	return value_choice(r, s, names, into);
}

static const struct key file_keys[] = {
	{ "state", value_path, offsetof(struct file, state), 0, 0, NULL },
	{ "log", read_log, offsetof(struct file, conf.log_level), 0, 0, NULL },
	{ "gateways", read_gateways, offsetof(struct file, conf), 1, LIST_MOST,
	  "gateways = ( { name = \"acme\"; ... } );" },
	{ .name = NULL },
};

/* What libconfig takes in silence: octets that are not UTF-8, numbers it wraps
 * round (4294967299 reads as 3), and other files. */
static enum rc check_octets(const struct reader *r, const char *text, size_t len)
{
	enum { CODE, TEXT, TO_LINE_END, COMMENT } in = CODE;
	int line = 1;
	for (size_t i = 0, step; i < len; i += step) {
		char c = text[i], next = text[i + 1];
		step = utf8_char_len(text + i, len - i);
		if (step == 0 || c == '\0')
			return value_fail(r, line, "not UTF-8; save the file as UTF-8");
		line += c == '\n';
		if (in == TO_LINE_END && c == '\n') {
			in = CODE;
		} else if (in == COMMENT && c == '*' && next == '/') {
			in = CODE;
			step = 2;
		} else if (in == TEXT && c == '\\' && (next == '"' || next == '\\')) {
			step = 2;
		} else if (in == TEXT && c == '"') {
			in = CODE;
		} else if (in == CODE && c == '"') {
			in = TEXT;
		} else if (in == CODE && (c == '#' || (c == '/' && next == '/'))) {
			in = TO_LINE_END;
		} else if (in == CODE && c == '/' && next == '*') {
			in = COMMENT;
			step = 2;
		} else if (in == CODE && c == '@') {
			return value_fail(r, line,
			                  "@include is not for us; write it all in one file");
		} else if (in == CODE && isalnum((unsigned char)c)) {
			while (isalnum((unsigned char)text[i + step]) || text[i + step] == '_')
				step++;
			if (isdigit((unsigned char)c) && step > 9)
				return value_fail(r, line, "too large a number; at most 9 digits");
		}
	}
	return RC_OK;
}

static enum rc read_text(const struct reader *r, const char *text, size_t len, struct file *file)
{
	static const char mark[] = "\xef\xbb\xbf"; /* some editors write it */
	config_t config;
	if (strncmp(text, mark, 3) == 0) {
		text += 3;
		len -= 3;
	}
	enum rc rc = check_octets(r, text, len);
	if (rc != RC_OK)
		return rc;
	config_init(&config);
	if (config_read_string(&config, text) != CONFIG_TRUE)
		rc = value_fail(r, config_error_line(&config),
		                "%s; look for a missing quote, bracket or ';' here or just above",
		                config_error_text(&config));
	else
		rc = value_group(r, config_root_setting(&config), file_keys, file);
	config_destroy(&config);
	return rc;
}

/* Absolute: the folder the file lies in. Yours to free. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *named =
		slash == NULL ? mem_text(".") : mem_text_len(path, (size_t)(slash - path + 1));
	char *folder = realpath(named, NULL);
	if (folder == NULL)
		return named;
	free(named);
	return folder;
}

enum rc conf_load(const char *path, struct conf **conf, struct why *why)
{
	char *text = NULL, *folder = NULL;
	size_t len = 0;
	struct file file = { .conf.log_level = LOG_LEVEL_INFO };
	struct conf *made = mem_zero(1, sizeof *made);
	enum rc rc = file_read(path, FILE_MOST, &text, &len, why);
	if (rc == RC_NONE)
		rc = why_set(why, RC_PERM,
		             "%s:1: no such file; copy passerelle.conf.sample there, or use -c",
		             path);
	if (rc != RC_OK)
		goto out;
	folder = folder_of(path);
	rc = read_text(&(struct reader){ path, folder, why }, text, len, &file);
	*made = file.conf;
	made->path = mem_text(path);
	for (size_t i = 0; rc == RC_OK && i < made->gateway_count; i++) {
		struct str state;
		str_init(&state, 8192);
		str_addf(&state, "%s/%s", file.state != NULL ? file.state : "/var/lib/passerelle",
		         made->gateways[i].name);
		made->gateways[i].state = str_take(&state);
	}
	if (rc != RC_OK)
		goto out;
	*conf = made;
	made = NULL;
out:
	conf_free(&made);
	free(file.state);
	free(folder);
	free(text);
	return rc;
}

static void free_account(struct conf_account *a)
{
	char *owned[] = { a->url, a->path, a->user, a->password_file, a->password_command,
		          a->ca_file, a->done_folder };
	for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
		free(owned[i]);
}

static void free_gateway(struct conf_gateway *g)
{
	char *owned[] = { g->name, g->address, g->display_name, g->colour, g->zone, g->authserv_id,
		          g->templates, g->helo, g->state,
		          g->approver };
	for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
		free(owned[i]);
	for (size_t i = 0; i < g->language_count; i++)
		free(g->languages[i]);
	for (size_t i = 0; i < g->admin_count; i++)
		free(g->admins[i]);
	for (size_t i = 0; i < g->mailbox_count; i++)
		free_account(&g->mailboxes[i]);
	free_account(&g->submission);
	free(g->languages);
	free(g->admins);
	free(g->holidays);
	free(g->mailboxes);
}

void conf_free(struct conf **conf)
{
	if (*conf == NULL)
		return;
	for (size_t i = 0; i < (*conf)->gateway_count; i++)
		free_gateway(&(*conf)->gateways[i]);
	free((*conf)->gateways);
	free((*conf)->path);
	free(*conf);
	*conf = NULL;
}

const struct conf_gateway *conf_gateway_find(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->gateway_count; i++)
		if (name == NULL || strcmp(conf->gateways[i].name, name) == 0)
			return &conf->gateways[i];
	return NULL;
}
