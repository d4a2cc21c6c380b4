/* conf: the configuration file and its only reader (libconfig, then checked
 * key by key: unknown key, wrong type, overflow, missing file are errors with
 * file, line and remedy). Every key is explained in passerelle.conf.sample.
 *
 * Relative paths are relative to the configuration file's folder. Sizes and
 * durations are texts with units ("25M", "5m", "60d"). */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include "base/calendar.h"
#include "base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_DEFAULT_PATH "/etc/passerelle/passerelle.conf"

/* "maildir:", "imaps://" and "smtps://", "imap+starttls://" and "smtp+starttls://";
 * "smtp+plain://" is for a server on this machine that wants no log-in. */
enum conf_transport { CONF_MAILDIR, CONF_TLS, CONF_STARTTLS, CONF_PLAIN };
enum conf_disclosure { CONF_FULL, CONF_FIRST, CONF_COUNT };
enum conf_membership { CONF_APPROVAL, CONF_INVITATION, CONF_OPEN }; /* how one becomes a member */

struct conf_account { /* a mailbox we read, or the submission server */
	enum conf_transport transport;
	char *url;  /* as written */
	char *path; /* of a Maildir, absolute; else NULL */
	char *user, *password_file, *password_command, *ca_file;
	char *done_folder;   /* mailbox: MOVE there; NULL: mark \Seen */
	int64_t look_every_s; /* mailbox */
	int line;            /* where it stands in the file */
};

struct conf_gateway {
	char *name;         /* [a-z0-9-]{1,32}: folder of its state, -g NAME */
	char *address;      /* "intro@gw.example", stored form (mail/address.h) */
	char *display_name; /* From, and in the texts */
	char *colour;       /* "#1b5e8a", of the first button in a mail; NULL: the texts' own */
	char separator;     /* '+' or '-' */
	char **languages;   /* the first is its own */
	size_t language_count;
	char *zone; /* IANA, must exist */
	char **admins;
	size_t admin_count;
	char *authserv_id; /* NULL: none */
	char *templates;   /* folder, or NULL */
	struct conf_account *mailboxes;
	size_t mailbox_count;
	struct conf_account submission;
	bool verp;  /* return_path = "verp"; false: "account" */
	char *helo; /* EHLO name; default: the address's domain */
	enum conf_disclosure disclosure;
	enum conf_membership membership;
	int invitations_per_week; /* per member */
	int max_hops;             /* 1..6 */
	int open_per_requester;   /* open introductions */
	int asks_per_month;       /* per relay; 0: no limit, and nobody is spared */
	int link_credit;          /* declines a month before a link rests; 0: it never does */
	char *approver;           /* their yes comes first; NULL: nobody's */
	int64_t cooldown_s;       /* requester and target, after an end */
	int reminders[2];         /* working days after the ask; 0 = none */
	int reroute_days;         /* working days */
	int64_t deadline_s;       /* of an introduction, 60d */
	struct calendar_holiday *holidays; /* nobody works then */
	size_t holiday_count;
	int64_t outcome_s;        /* after an introduction: "did you meet?", 10d; 0: never asked */
	int64_t progress_s;       /* between days of news to the requester, 7d */
	int answers_per_day;      /* mails we answer per address and day */
	int searches_per_day;     /* SEARCH and ROUTE, per member */
	int64_t size_limit;       /* octets of an incoming mail */
	char *state; /* STATE/NAME, absolute */
	int line;
};

struct conf {
	char *path;
	int log_level; /* enum log_level */
	struct conf_gateway *gateways;
	size_t gateway_count;
};

/* RC_PERM: why is "file:line: what; remedy". The caller owns *conf. */
enum rc conf_load(const char *path, struct conf **conf, struct why *why);
void conf_free(struct conf **conf);
/* By name; NULL name: the only one, or the first. NULL: there is none of that name. */
const struct conf_gateway *conf_gateway_find(const struct conf *conf, const char *name);

/* "25M" -> octets, "5m" "12h" "60d" "2w" -> seconds; -1: it is neither. */
int64_t conf_size(const char *text);
int64_t conf_duration(const char *text);

#endif
