#include "cli/doctor.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/when.h"
#include "cli/cli.h"
#include "cli/house.h"
#include "io/fetch.h"
#include "io/secret.h"
#include "io/submit.h"
#include "mailtemplates/catalog.h"
#include "store/store.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define MIB (1024LL * 1024)
#define ROOM_FAILED (64 * MIB)
#define ROOM_WARNING (1024 * MIB)
#define LATE_S 3600
#define FLAWS_SHOWN 5
#define CLOCK_LEAST 1767225600 /* 2026-01-01: no clock of ours is right and earlier */

/* ---- lines ---- */

static const char *const health_names[] = { "ok", "warning", "failed" };

static void print_line(enum health health, const char *check, const char *subject,
                       const char *found)
{
	static const char *const colours[] = { "\033[32m", "\033[33m", "\033[31m" };
	bool colour = cli_colour();
	printf("%s%-8s%s %-13s %s%s%s\n", colour ? colours[health] : "", health_names[health],
	       colour ? "\033[0m" : "", check, subject, *subject != '\0' ? ": " : "", found);
	fflush(stdout);
}

void doctor_say(struct doctor *d, enum health health, const char *check, const char *subject,
                const char *format, ...)
{
	struct why found = { "" };
	va_list args;
	va_start(args, format);
	vsnprintf(found.text, sizeof found.text, format, args);
	va_end(args);
	if (health > d->worst)
		d->worst = health;
	if (health == HEALTH_FAILED)
		d->misconfigured = true;
	if (!d->json)
		print_line(health, check, subject, found.text);
	json_array_append_new(d->checks,
	                      json_pack("{s:s, s:s, s:s, s:s}", "check", check, "subject", subject,
	                                "health", health_names[health], "found", found.text));
}

void doctor_say_rc(struct doctor *d, enum rc rc, const char *check, const char *subject,
                   const char *sentence)
{
	bool before = d->misconfigured;
	size_t n = strlen(subject);
	if (strncmp(sentence, subject, n) == 0 && strncmp(sentence + n, ": ", 2) == 0)
		sentence += n + 2; /* the line names it already */
	doctor_say(d, rc == RC_OK ? HEALTH_OK : HEALTH_FAILED, check, subject, "%s", sentence);
	if (rc == RC_TEMP)
		d->misconfigured = before;
}

/* ---- the configuration, the secrets ---- */

static void check_configuration(struct doctor *d)
{
	struct stat about;
	const char *path = d->conf->path;
	if (stat(path, &about) == 0 && (about.st_mode & 022) != 0)
		doctor_say(
			d, HEALTH_WARNING, "configuration", path,
			"others may write it, so they may run any password command; chmod go-w %s",
			path);
	else
		doctor_say(d, HEALTH_OK, "configuration", path, "gateway %s, <%s>",
		           d->gateway->name, d->gateway->address);
	if (d->gateway->authserv_id == NULL)
		doctor_say(
			d, HEALTH_WARNING, "configuration", "authserv_id",
			"not set, so every change is confirmed by mail first; set it if your mail "
			"server writes Authentication-Results");
}

static void check_secret(struct doctor *d, const struct conf_account *a)
{
	struct why why = { "" };
	char *secret = NULL;
	const char *subject = a->password_file != NULL ? a->password_file : a->password_command;
	if (subject == NULL)
		return;
	enum rc rc = secret_read(a->password_file, a->password_command, &secret, &why);
	bool read = rc == RC_OK && secret != NULL;
	secret_free(&secret);
	if (read)
		doctor_say(d, HEALTH_OK, "secret", subject,
		           a->password_file != NULL ? "only its owner can read it" : "prints one");
	else /* in either case it is here that it must be mended */
		doctor_say(d, HEALTH_FAILED, "secret", subject, "%s", why.text);
}

/* ---- the state folder ---- */

/* statfs(2), f_type. SQLite's write-ahead log needs one host's shared memory. */
static const struct {
	unsigned long type;
	const char *name;
	enum health health;
} file_systems[] = {
	{ 0x6969, "nfs", HEALTH_FAILED },         { 0xff534d42, "cifs", HEALTH_FAILED },
	{ 0xfe534d42, "smb2", HEALTH_FAILED },    { 0x517b, "smb", HEALTH_FAILED },
	{ 0x5346414f, "afs", HEALTH_FAILED },     { 0x00c36400, "ceph", HEALTH_FAILED },
	{ 0x01021997, "9p", HEALTH_FAILED },      { 0x7461636f, "ocfs2", HEALTH_FAILED },
	{ 0x65735546, "fuse", HEALTH_WARNING },   { 0x01021994, "tmpfs", HEALTH_WARNING },
	{ 0x858458f6, "ramfs", HEALTH_WARNING },  { 0xef53, "ext4", HEALTH_OK },
	{ 0x58465342, "xfs", HEALTH_OK },         { 0x9123683e, "btrfs", HEALTH_OK },
	{ 0x2fc12fc1, "zfs", HEALTH_OK },         { 0x794c7630, "overlay", HEALTH_OK },
};

static void check_file_system(struct doctor *d, const char *folder)
{
	struct statfs about;
	if (statfs(folder, &about) != 0) {
		doctor_say(d, HEALTH_FAILED, "state", folder, "%s", strerror(errno));
		return;
	}
	const char *name = "a local disk";
	enum health health = HEALTH_OK;
	for (size_t i = 0; i < sizeof file_systems / sizeof *file_systems; i++) {
		if ((unsigned long)about.f_type != file_systems[i].type)
			continue;
		name = file_systems[i].name;
		health = file_systems[i].health;
	}
	if (health == HEALTH_FAILED)
		doctor_say(
			d, health, "state", folder,
			"%s is a network file system, on which a database breaks; move `state` to "
			"a local disk",
			name);
	else if (health == HEALTH_WARNING)
		doctor_say(d, health, "state", folder,
		           "%s may lose what was said to be written; move `state` to a disk", name);
	else
		doctor_say(d, health, "state", folder, "on %s", name);

	long long room = (long long)about.f_bavail * (long long)about.f_bsize;
	enum health tight = room < ROOM_FAILED ? HEALTH_FAILED : HEALTH_WARNING;
	doctor_say(d, room < ROOM_WARNING ? tight : HEALTH_OK, "space", folder,
	           "%lld MiB free%s", room / MIB,
	           room < ROOM_WARNING ? "; make room, a full disk stops all mail" : "");
}

/* The folder itself, or the nearest one above it that is there. */
static char *nearest_folder(const char *path)
{
	char *folder = mem_text(path), *slash;
	while (access(folder, F_OK) != 0 && (slash = strrchr(folder, '/')) != NULL &&
	       slash != folder)
		*slash = '\0';
	return folder;
}

static void check_state(struct doctor *d)
{
	const char *folder = d->gateway->state;
	char *nearest = nearest_folder(folder);
	struct stat about;
	bool there = stat(folder, &about) == 0;
	if (access(nearest, W_OK | X_OK) != 0)
		doctor_say(d, HEALTH_FAILED, "state", nearest,
		           "%s; run as the user who owns it, or chown it", strerror(errno));
	else if (!there)
		doctor_say(d, HEALTH_OK, "state", folder, "not there yet, made at the first start");
	else if ((about.st_mode & 077) != 0)
		doctor_say(d, HEALTH_WARNING, "state", folder,
		           "others may read people's mail in it; chmod 700 %s", folder);
	else if (geteuid() == 0 && about.st_uid != 0)
		doctor_say(d, HEALTH_WARNING, "state", folder,
		           "you are root and it is user %u's: what root can do proves little; run "
		           "doctor as that user", (unsigned)about.st_uid);
	else
		doctor_say(d, HEALTH_OK, "state", folder, "ours, and nobody else can read it");
	check_file_system(d, nearest);
	free(nearest);
}

/* ---- mail in, mail out ---- */

static void check_maildir(struct doctor *d, const char *check, const char *path)
{
	static const char *const parts[] = { "tmp", "new", "cur" };
	struct str folder;
	char *nearest = nearest_folder(path);
	str_init(&folder, 8192);
	if (strcmp(nearest, path) != 0) {
		bool can = access(nearest, W_OK | X_OK) == 0;
		doctor_say(d, can ? HEALTH_WARNING : HEALTH_FAILED, check, path,
		           can ? "not there, made at the first start; is the path right?"
		               : "not there, and it cannot be made; check the path");
	} else {
		bool whole = true;
		for (size_t i = 0; i < 3 && whole; i++) {
			str_clear(&folder);
			str_addf(&folder, "%s/%s", path, parts[i]);
			whole = access(folder.text, F_OK) != 0
			                ? access(path, W_OK | X_OK) == 0
			                : access(folder.text, R_OK | W_OK | X_OK) == 0;
		}
		doctor_say(d, whole ? HEALTH_OK : HEALTH_FAILED, check, path,
		           whole ? "a Maildir we can read and write"
		                 : "no access; its folders tmp, new and cur must be ours to write");
	}
	str_free(&folder);
	free(nearest);
}

static void check_mailbox(struct doctor *d, const struct conf_account *a)
{
	struct why why = { "" };
	if (a->path != NULL) {
		check_maildir(d, "mailbox", a->path);
		return;
	}
	check_secret(d, a);
	struct fetch_settings settings = {
		.url = a->url,
		.user = a->user,
		.secret_file = a->password_file,
		.secret_command = a->password_command,
		.ca_file = a->ca_file,
		.done_folder = a->done_folder,
		.look_every_s = a->look_every_s,
		.size_limit = d->gateway->size_limit,
	};
	enum rc rc = fetch_probe(&settings, &why);
	doctor_say_rc(d, rc, "mailbox", a->url, why.text);
}

static void check_submission(struct doctor *d)
{
	const struct conf_account *a = &d->gateway->submission;
	struct why why = { "" };
	if (a->path != NULL) {
		check_maildir(d, "submission", a->path);
		doctor_say(
			d, HEALTH_WARNING, "submission", a->path,
			"mails are written into a folder, nothing is sent; name a server when you "
			"are ready");
		return;
	}
	check_secret(d, a);
	struct submit_settings settings = {
		.url = a->url,
		.user = a->user,
		.secret_file = a->password_file,
		.secret_command = a->password_command,
		.ca_file = a->ca_file,
		.helo = d->gateway->helo,
		.timeout_s = 60,
	};
	enum rc rc = submit_probe(&settings, &why);
	doctor_say_rc(d, rc, "submission", a->url, why.text);
}

/* ---- templates, time ---- */

struct flaws {
	struct doctor *doctor;
	size_t told;
};

static void tell_flaw(void *context, const char *sentence)
{
	struct flaws *flaws = context;
	if (flaws->told++ < FLAWS_SHOWN)
		doctor_say(flaws->doctor, HEALTH_WARNING, "templates", "", "%s", sentence);
}

static void ignore_flaw(void *context, const char *sentence)
{
	(void)context;
	(void)sentence;
}

/* A flaw is a warning: the text that comes with the program is used instead. */
static void check_templates(struct doctor *d)
{
	const struct conf_gateway *g = d->gateway;
	struct catalog *catalog = catalog_new(g->templates, (const char *const *)g->languages,
	                                      g->language_count, ignore_flaw, NULL);
	struct flaws flaws = { d, 0 };
	house_words(g->templates, tell_flaw, &flaws);
	size_t count = flaws.told;
	count += catalog_check(catalog, tell_flaw, &flaws);
	if (count > FLAWS_SHOWN)
		doctor_say(d, HEALTH_WARNING, "templates", "",
		           "%zu flaws more; 'passerelle template check' names them",
		           count - FLAWS_SHOWN);
	if (count == 0)
		doctor_say(d, HEALTH_OK, "templates",
		           g->templates != NULL ? g->templates : "built in", "%zu language%s",
		           g->language_count, g->language_count == 1 ? "" : "s");
	catalog_free(&catalog);
}

static void check_membership(struct doctor *d)
{
	if (d->gateway->membership == CONF_APPROVAL && d->gateway->admin_count == 0)
		doctor_say(d, HEALTH_WARNING, "membership", "approval",
		           "nobody can say yes to a JOIN; name admins, or set membership to "
		           "\"invitation\" or \"open\"");
}

static void check_clock(struct doctor *d)
{
	struct timex clock = { 0 };
	struct stat about;
	time_t now = time(NULL);
	int state = adjtimex(&clock); /* nothing asked for, nothing set */
	if (now < CLOCK_LEAST)
		doctor_say(d, HEALTH_FAILED, "clock", "", "it is wrong by years; set it, and run "
		           "timedatectl set-ntp true");
	else if (stat(d->gateway->state, &about) == 0 && about.st_mtime > now + 3600)
		doctor_say(d, HEALTH_FAILED, "clock", "", "%s was changed in the future; the clock "
		           "went back, set it", d->gateway->state);
	else if (state < 0 || state == TIME_ERROR || (clock.status & STA_UNSYNC) != 0)
		doctor_say(d, HEALTH_WARNING, "clock", "",
		           "not kept by a time server; timedatectl set-ntp true");
	else
		doctor_say(d, HEALTH_OK, "clock", "", "kept by a time server");
}

static void check_zone(struct doctor *d)
{
	const char *zone = d->gateway->zone;
	struct str path;
	str_init(&path, 4096);
	str_addf(&path, "/usr/share/zoneinfo/%s", zone);
	struct when_day day = when_local(time(NULL), zone);
	if (access(path.text, R_OK) != 0)
		doctor_say(d, HEALTH_FAILED, "zone", zone,
		           "%s is not there; install tzdata, or name another zone", path.text);
	else
		doctor_say(d, HEALTH_OK, "zone", zone, "it is %04d-%02d-%02d %02d:%02d there",
		           day.year, day.month, day.day, day.hour, day.minute);
	str_free(&path);
}

/* ---- the database, the queue ---- */

static void check_queue(struct doctor *d, struct store *store)
{
	struct outbox *mails;
	size_t count = outbox_list(store, true, 10000, &mails), held = 0, late = 0;
	for (size_t i = 0; i < count; i++) {
		held += mails[i].state == OUT_HELD;
		late += mails[i].state != OUT_HELD && mails[i].next_at + LATE_S < time(NULL);
	}
	if (held > 0)
		doctor_say(d, HEALTH_FAILED, "queue", "",
		           "%zu mails are held because of a broken text; "
		           "'passerelle queue' names it, 'passerelle template check' the line",
		           held);
	else if (late > 0)
		doctor_say(d, HEALTH_WARNING, "queue", "",
		           "%zu mails have been due for an hour; is 'passerelle serve' running?",
		           late);
	else
		doctor_say(d, HEALTH_OK, "queue", "", "%zu mails wait", count);
}

static void check_database(struct doctor *d)
{
	struct store *store = NULL;
	struct why why = { "" };
	struct str path;
	str_init(&path, 8192);
	str_addf(&path, "%s/passerelle.db", d->gateway->state);
	bool there = access(path.text, F_OK) == 0;
	str_free(&path);
	if (!there) { /* to make it here might make it another user's */
		doctor_say(d, HEALTH_OK, "database", "", "not there yet, made at the first start");
		return;
	}
	enum rc rc = store_open(d->gateway->state, &store, &why);
	if (rc == RC_OK)
		rc = store_begin(store, &why);
	if (rc == RC_OK)
		rc = store_check(store, &why);
	doctor_say_rc(d, rc, "database", "", why.text);
	if (rc == RC_OK)
		check_queue(d, store);
	store_close(&store);
}

/* ---- all of it ---- */

int cli_doctor(const struct conf *conf, const struct conf_gateway *gateway, bool json)
{
	struct doctor d = {
		.conf = conf, .gateway = gateway, .json = json, .checks = json_array()
	};
	check_configuration(&d);
	check_state(&d);
	check_database(&d);
	check_templates(&d);
	check_membership(&d);
	check_clock(&d);
	check_zone(&d);
	for (size_t i = 0; i < gateway->mailbox_count; i++)
		check_mailbox(&d, &gateway->mailboxes[i]);
	check_submission(&d);
	doctor_identity(&d);
	if (json)
		cli_print_json(json_pack("{s:s, s:s, s:s, s:o}", "configuration", conf->path,
		                         "gateway", gateway->name, "health", health_names[d.worst],
		                         "checks", d.checks));
	else
		json_decref(d.checks);
	return d.worst != HEALTH_FAILED ? EX_OK : d.misconfigured ? EX_CONFIG : EX_UNAVAILABLE;
}

int cli_doctor_command(struct cli *cli)
{
	if (!cli_words(cli, 0, 0, "doctor [--json]"))
		return EX_USAGE;
	return cli_doctor(cli->conf, cli->gateway, cli->json);
}
