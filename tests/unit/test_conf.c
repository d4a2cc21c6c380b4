/* conf: each broken file is refused in its own line, with the remedy. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "conf/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of its own a run, with a password file for the owner, one for all. */
static char folder[] = "/tmp/conf-XXXXXX";

static char *in_folder(const char *name)
{
	struct str path;
	str_init(&path, 4096);
	str_addf(&path, "%s/%s", folder, name);
	return str_take(&path);
}

static void put(const char *name, const char *text, size_t len, mode_t mode)
{
	char *path = in_folder(name);
	assert_int_equal(file_write(path, text, len, NULL), RC_OK);
	assert_int_equal(chmod(path, mode), 0);
	free(path);
}

static enum rc load_len(const char *text, size_t len, struct conf **conf, struct why *why)
{
	char *path = in_folder("test.conf");
	put("test.conf", text, len, 0644);
	enum rc rc = conf_load(path, conf, why);
	free(path);
	return rc;
}

static enum rc load(const char *text, struct conf **conf, struct why *why)
{
	return load_len(text, strlen(text), conf, why);
}

#define BOX "url = \"imaps://imap.acme.example\"; user = \"u\"; password_file = \"secret\";"
#define OUT "submission = { url = \"smtps://smtp.acme.example\"; };"
/* Five lines: the file, then the gateway, in line 2; BODY starts in line 3. */
#define GATEWAY(body)                                                                              \
	"gateways = (\n"                                                                           \
	"{ name = \"acme\"; address = \"intro@acme.example\";\n" body                              \
	"\nmailboxes = ( { " BOX " } ); " OUT "\n} );"
#define MAILBOX(body)                                                                              \
	"gateways = (\n"                                                                           \
	"{ name = \"acme\"; address = \"intro@acme.example\";\n"                                   \
	"mailboxes = (\n" body "\n);" OUT "\n} );"
#define SUBMISSION(body)                                                                           \
	"gateways = (\n"                                                                           \
	"{ name = \"acme\"; address = \"intro@acme.example\";\n"                                   \
	"mailboxes = ( { " BOX " } );\nsubmission = {\n" body "\n}; } );"
#define TWO(first, second) "gateways = ( {\n" first OUT "},\n{\n" second OUT "} );"
#define NAMES(n, a) "name = \"" n "\"; address = \"" a "\";\n"

static const struct {
	const char *name, *text;
	int line;
	const char *remedy;
} broken[] = {
	{ "an empty file", "", 1, "gateways is missing; write gateways = (" },
	{ "no gateway in the list", "gateways = ();", 1, "from 1 to 100" },
	{ "gateways that is a text", "log = \"info\";\ngateways = \"x\";", 2, "needs a list" },
	{ "a gateway that is a number", "gateways = (\n7);", 2, "write { key = value" },
	{ "a bracket that stays open", "gateways = (\n{ name = \"a\";\n", 3, "bracket" },
	{ "a quote that stays open", "log = \"info;\n", 2, "quote" },
	{ "a key written twice", "log = \"info\";\nlog = \"warn\";\n", 2, "duplicate" },
	{ "Latin-1 in a remark", "# ok\n# caf\xe9\n", 2, "save the file as UTF-8" },
	{ "an included file", "log = \"info\";\n@include \"/etc/passwd\"\n", 2, "in one file" },
	{ "a misspelt key at the top", "\nstaet = \"/x\";", 2, "did you mean 'state'" },
	{ "a misspelt key", GATEWAY("adress = \"a@b.example\";"), 3, "did you mean 'address'" },
	{ "a key like none of ours", GATEWAY("kubernetes = 1;"), 3, "known here: name, address" },
	{ "a misspelt limit", GATEWAY("limits = {\n max_hop = 3; };"), 4, "mean 'max_hops'" },
	{ "a misspelt time", GATEWAY("times = {\n\nremind = [3]; };"), 5, "mean 'reminders'" },
	{ "a log level of ours", "log = \"chatty\";", 1, "write \"warn\", \"info\" or \"debug\"" },
	{ "no name", "gateways = (\n{ address = \"a@b.example\"; } );", 2, "name is missing" },
	{ "no address", "gateways = (\n\n{ name = \"a\"; } );", 3, "address is missing; write" },
	{ "no mailbox", "gateways = ({\n" NAMES("a", "a@b.example") OUT "});", 1, "mailboxes is" },
	{ "no submission",
	  "gateways = (\n{\n" NAMES("a", "a@b.example") "mailboxes = ({" BOX "}); } );", 2,
	  "submission is missing; write" },
	{ "a name with a slash", TWO(NAMES("../a", "a@b.example"), ""), 2, "write a-z, 0-9" },
	{ "a name that is a number", "gateways = ( {\nname = 7; } );", 2, "in double quotes" },
	{ "an address without @", TWO(NAMES("a", "intro"), ""), 2, "is not an address" },
	{ "a line break in a name", GATEWAY("display_name = \"a\\nBcc: x\";"), 3, "on one line" },
	{ "an empty text", GATEWAY("display_name = \"\";"), 3, "leave the key out" },
	{ "a colour by name", GATEWAY("colour = \"blue\";"), 3, "write \"#1b5e8a\"" },
	{ "a colour that is a style", GATEWAY("colour = \"#12345;\";"), 3, "write \"#1b5e8a\"" },
	{ "a light colour", GATEWAY("colour = \"#ffc800\";"), 3, "take a darker one" },
	{ "a separator of ours", GATEWAY("separator = \"_\";"), 3, "write \"+\" or \"-\"" },
	{ "a language in words", GATEWAY("languages = [ \"en\",\n\"french\" ];"), 4, "\"fr\"" },
	{ "one language without brackets", GATEWAY("languages = \"fr\";"), 3, "[ \"fr\"" },
	{ "no language at all", GATEWAY("languages = [];"), 3, "from 1 to" },
	{ "a zone there is not", GATEWAY("zone = \"Europe/Lutece\";"), 3, "\"Europe/Paris\"" },
	{ "a zone outside the folder", GATEWAY("zone = \"../../../etc/passwd\";"), 3,
	  "no time zone" },
	{ "a zone that is a folder", GATEWAY("zone = \"Europe\";"), 3, "no time zone" },
	{ "an admin without @", GATEWAY("admins = [ \"a@b.example\",\n\"bob\" ];"), 4,
	  "admins: \"bob\"" },
	{ "texts that are not there", GATEWAY("templates = \"nowhere\";"), 3, "no folder" },
	{ "texts that are a file", GATEWAY("templates = \"secret\";"), 3, "no folder" },
	{ "a host name with a blank", GATEWAY("helo = \"my host\";"), 3, "is not a host name" },
	{ "a return path of ours", GATEWAY("return_path = \"null\";"), 3,
	  "\"verp\" or \"account\"" },
	{ "a disclosure of ours", GATEWAY("disclosure = \"all\";"), 3, "\"full\", \"first\" or" },
	{ "seven hops", GATEWAY("limits = { max_hops = 7; };"), 3, "from 1 to 6" },
	{ "no hops", GATEWAY("limits = { max_hops = 0; };"), 3, "from 1 to 6" },
	{ "hops in quotes", GATEWAY("limits = { max_hops = \"4\"; };"), 3, "no quotes" },
	{ "half a hop", GATEWAY("limits = { max_hops = 4.5; };"), 3, "whole number" },
	{ "a long number", GATEWAY("limits = { max_hops = 3L; };"), 3, "whole number" },
	{ "a number libconfig would read as 3", GATEWAY("limits = { max_hops = 4294967299; };"), 3,
	  "at most 9 digits" },
	{ "a truth for a number", GATEWAY("limits = { asks_per_month = true; };"), 3, "whole" },
	{ "limits that are a list", GATEWAY("limits = ( 3 );"), 3, "needs a group" },
	{ "a duration without a unit", GATEWAY("limits = { cooldown = 30; };"), 3, "needs a unit" },
	{ "a duration in months", GATEWAY("limits = { cooldown = \"1M\"; };"), 3, "\"60d\"" },
	{ "a size in days", GATEWAY("limits = { mail_size = \"25d\"; };"), 3, "\"25M\"" },
	{ "a size we cannot carry", GATEWAY("limits = { mail_size = \"1G\"; };"), 3, "too large" },
	{ "a size too small for a mail", GATEWAY("limits = { mail_size = \"1K\"; };"), 3,
	  "too small" },
	{ "three reminders", GATEWAY("times = { reminders = [1, 2, 3]; };"), 3, "from 0 to 2" },
	{ "reminders that fall", GATEWAY("times = { reminders = [5, 3]; };"), 3, "must rise" },
	{ "a reminder at once", GATEWAY("times = { reminders = [\n0]; };"), 4, "from 1 to 30" },
	{ "another way before the reminder", GATEWAY("times = {\nreroute = 4; };"), 4,
	  "after the last" },
	{ "an hour for everything", GATEWAY("times = { deadline = \"1h\"; };"), 3, "too small" },
	{ "IMAP in the clear", MAILBOX("{ url = \"imap://h.example\"; }"), 4,
	  "write imaps://HOST" },
	{ "a mailbox that is a web page", MAILBOX("{ url = \"https://h.example\"; }"), 4,
	  "imaps://" },
	{ "a mailbox without a host", MAILBOX("{ url = \"imaps:///INBOX\"; }"), 4, "imaps://HOST" },
	{ "a port too high", MAILBOX("{ url = \"imaps://h.example:65536\"; }"), 4, "[:PORT]" },
	{ "a host with a blank", MAILBOX("{ url = \"imaps://h .example\"; }"), 4, "imaps://HOST" },
	{ "the user in the url", MAILBOX("{ url = \"imaps://u@h.example\"; }"), 4, "user = \"" },
	{ "a Maildir of no name", MAILBOX("{ url = \"maildir:\"; }"), 4, "maildir:PATH" },
	{ "no url", MAILBOX("{ user = \"u\"; }"), 4, "url is missing" },
	{ "no user", MAILBOX("{ url = \"imaps://h.example\"; }"), 4, "user is missing" },
	{ "no password", MAILBOX("{ url = \"imaps://h.example\";\nuser = \"u\"; }"), 5,
	  "write password_file" },
	{ "two passwords", MAILBOX("{ " BOX "\npassword_command = \"pass\"; }"), 5, "keep one" },
	{ "a password others can read",
	  MAILBOX("{ url = \"imaps://h.example\"; user = \"u\";\npassword_file = \"open\"; }"), 5,
	  "run chmod 600" },
	{ "a password in a folder",
	  MAILBOX("{ url = \"imaps://h.example\"; user = \"u\";\npassword_file = \".\"; }"), 5,
	  "not a file" },
	{ "a Maildir with a user", MAILBOX("{ url = \"maildir:in\";\nuser = \"u\"; }"), 5,
	  "take it out" },
	{ "a Maildir with a done folder", MAILBOX("{ url = \"maildir:in\";\ndone = \"D\"; }"), 5,
	  "take it out" },
	{ "authorities that are not there", MAILBOX("{ " BOX "\nca_file = \"no.pem\"; }"), 5,
	  "no file" },
	{ "looking never", MAILBOX("{ " BOX "\nlook_every = \"0s\"; }"), 5, "too small" },
	{ "one mailbox twice", MAILBOX("{ " BOX " },\n{ " BOX " }"), 5, "read in line 4 already" },
	{ "SMTP in the clear", SUBMISSION("url = \"smtp://h.example\";"), 5, "write smtps://HOST" },
	{ "SMTP in the clear to another machine", SUBMISSION("url = \"smtp+plain://h.example\";"),
	  5, "to this machine only" },
	{ "a name that only starts like this machine",
	  SUBMISSION("url = \"smtp+plain://127.0.0.1.h.example\";"), 5, "to this machine only" },
	{ "a log-in in the clear",
	  SUBMISSION("url = \"smtp+plain://127.0.0.1\";\nuser = \"u\";"
	             "password_file = \"secret\";"),
	  6, "needs TLS" },
	{ "IMAP in the clear to this machine", MAILBOX("{ url = \"imap+plain://127.0.0.1\"; }"), 4,
	  "write imaps://HOST" },
	{ "a folder on the submission server", SUBMISSION("url = \"smtps://h.example/x\";"), 5,
	  "smtps://HOST" },
	{ "reading from the submission server", SUBMISSION("url = \"maildir:x\";\ndone = \"D\";"),
	  6, "unknown key 'done'" },
	{ "a password for nobody",
	  SUBMISSION("url = \"smtps://h.example\";\npassword_file = \"secret\";"), 4,
	  "user is missing" },
	{ "two gateways of one name",
	  TWO(NAMES("a", "a@b.example") "mailboxes = ( { url = \"maildir:a\"; } );",
	      NAMES("a", "b@b.example") "mailboxes = ( { url = \"maildir:b\"; } );"),
	  5, "taken in line 1" },
	{ "two gateways of one address",
	  TWO(NAMES("a", "a@b.example") "mailboxes = ( { url = \"maildir:a\"; } );",
	      NAMES("b", "A@B.example") "mailboxes = ( { url = \"maildir:b\"; } );"),
	  5, "that of 'a'" },
	{ "two gateways on one Maildir",
	  TWO(NAMES("a", "a@b.example") "mailboxes = ( { url = \"maildir:a\"; } );",
	      NAMES("b", "b@b.example") "mailboxes = ( { url = \"maildir:a\"; } );"),
	  6, "read in line 3 already" },
	{ "two gateways on one IMAP mailbox, written differently",
	  TWO(NAMES("a", "a@b.example") "mailboxes = ( { url = \"imaps://h.example\"; user = \"u\";"
	                                " password_file = \"secret\"; } );",
	      NAMES("b",
	            "b@b.example") "mailboxes = ( { url = \"imap+starttls://H.example:143/inbox\";"
	                           " user = \"u\"; password_file = \"secret\"; } );"),
	  6, "read in line 3 already" },
};

static void a_broken_file_is_refused_in_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct conf *conf = NULL;
		struct why why = { "" };
		char *place = in_folder("test.conf");
		struct str start;
		str_init(&start, 4096);
		str_addf(&start, "%s:%d: ", place, broken[i].line);
		if (load(broken[i].text, &conf, &why) != RC_PERM || conf != NULL)
			fail_msg("%s: not refused", broken[i].name);
		if (strncmp(why.text, start.text, start.len) != 0 ||
		    strstr(why.text, broken[i].remedy) == NULL)
			fail_msg("%s: wanted '%s...%s', got '%s'", broken[i].name, start.text,
			         broken[i].remedy, why.text);
		str_free(&start);
		free(place);
	}
}

static const struct {
	const char *name, *text;
} whole[] = {
	{ "the least there can be", GATEWAY("") },
	{ "a byte order mark", "\xef\xbb\xbf" GATEWAY("") },
	{ "a quote and an at-sign in a text",
	  GATEWAY("display_name = \"A \\\" @ # // /* 12345678901\";") },
	{ "long numbers and signs in remarks", GATEWAY("# @ 12345678901 \" '\n// \"\n/* \" @ */") },
	{ "no reminders", GATEWAY("times = { reminders = []; reroute = 1; };") },
	{ "one reminder", GATEWAY("times = { reminders = [2]; reroute = 3; };") },
	{ "ports and folders",
	  MAILBOX("{ url = \"imap+starttls://h.example:1143/A/B c\"; user = \"u\";"
	          " password_command = \"pass show x\"; }") },
	{ "an IPv6 host", MAILBOX("{ url = \"imaps://[::1]:993/\"; user = \"u\";"
	                          " password_file = \"secret\"; }") },
	{ "one host, two users", MAILBOX("{ " BOX " }, { url = \"imaps://imap.acme.example\";"
	                                 " user = \"v\"; password_file = \"secret\"; }") },
	{ "one host, two folders", MAILBOX("{ " BOX " }, { url = \"imaps://imap.acme.example/B\";"
	                                   " user = \"u\"; password_file = \"secret\"; }") },
	{ "a password that comes later", MAILBOX("{ url = \"imaps://h.example\"; user = \"u\";"
	                                         " password_file = \"later\"; }") },
	{ "sending to this machine's own server",
	  SUBMISSION("url = \"smtp+plain://localhost:25\";") },
	{ "the same, by number", SUBMISSION("url = \"smtp+plain://[::1]\";") },
	{ "sending into a folder", SUBMISSION("url = \"maildir:out\";") },
};

static void a_whole_file_loads(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		struct conf *conf = NULL;
		struct why why = { "" };
		if (load(whole[i].text, &conf, &why) != RC_OK)
			fail_msg("%s: %s", whole[i].name, why.text);
		conf_free(&conf);
	}
}

static void what_is_left_out_has_a_default(void **state)
{
	(void)state;
	struct conf *conf = NULL;
	assert_int_equal(load(GATEWAY(""), &conf, NULL), RC_OK);
	const struct conf_gateway *g = conf_gateway_find(conf, NULL);
	assert_int_equal(conf->log_level, LOG_LEVEL_INFO);
	assert_string_equal(g->state, "/var/lib/passerelle/acme");
	assert_string_equal(g->display_name, "acme");
	assert_string_equal(g->helo, "acme.example");
	assert_string_equal(g->zone, "UTC");
	assert_int_equal(g->language_count, 1);
	assert_string_equal(g->languages[0], "en");
	assert_int_equal(g->separator, '+');
	assert_true(g->verp);
	assert_int_equal(g->disclosure, CONF_FIRST);
	assert_int_equal(g->max_hops, 6);
	assert_int_equal(g->reminders[0], 3);
	assert_int_equal(g->reminders[1], 5);
	assert_int_equal(g->reroute_days, 7);
	assert_int_equal(g->deadline_s, 60 * 86400);
	assert_int_equal(g->size_limit, 25 << 20);
	assert_int_equal(g->mailboxes[0].look_every_s, 300);
	assert_null(g->authserv_id);
	assert_null(g->submission.user);
	conf_free(&conf);
	assert_null(conf);
}

static void what_is_written_is_what_is_read(void **state)
{
	(void)state;
	static const char text[] =
		"state = \"data\"; log = \"debug\"; gateways = ( {\n"
		"name = \"a\"; address = \"Intro@B\xc3\xbc"
		"cher.example\"; separator = \"-\"; colour = \"#1B5E8a\";\n"
		"languages = ( \"fr\", \"fr-CA\" ); zone = \"Europe/Paris\"; templates = \".\";\n"
		"admins = [ \"x@b.example\", \"y@b.example\" ]; authserv_id = \"mx\";\n"
		"helo = \"h\";\n"
		"mailboxes = ( { url = \"maildir:in\"; look_every = \"2s\"; },\n"
		"  { url = \"imaps://h.example/X\"; user = \"u\"; password_file = \"secret\";\n"
		"    done = \"Done\"; ca_file = \"secret\"; } );\n"
		"submission = { url = \"smtp+starttls://h.example\"; user = \"v\";\n"
		"  password_command = \"pass show v\"; };\n"
		"return_path = \"account\"; disclosure = \"count\";\n"
		"limits = { max_hops = 4; open_per_requester = 2; asks_per_month = 3;\n"
		"  cooldown = \"0s\"; answers_per_day = 9; mail_size = \"1M\"; };\n"
		"times = { reminders = [2]; reroute = 4; deadline = \"2w\"; progress = \"3d\"; };\n"
		"} );";
	struct conf *conf = NULL;
	struct why why = { "" };
	if (load(text, &conf, &why) != RC_OK)
		fail_msg("%s", why.text);
	const struct conf_gateway *g = conf_gateway_find(conf, "a");
	char *data = in_folder("data/a"), *in = in_folder("in"), *secret = in_folder("secret");
	assert_null(conf_gateway_find(conf, "b"));
	assert_int_equal(conf->log_level, LOG_LEVEL_DEBUG);
	assert_string_equal(g->state, data);
	assert_string_equal(g->address, "Intro@xn--bcher-kva.example");
	assert_int_equal(g->separator, '-');
	assert_string_equal(g->colour, "#1B5E8a");
	assert_int_equal(g->language_count, 2);
	assert_string_equal(g->languages[1], "fr-CA");
	assert_string_equal(g->zone, "Europe/Paris");
	assert_int_equal(g->admin_count, 2);
	assert_string_equal(g->admins[1], "y@b.example");
	assert_string_equal(g->authserv_id, "mx");
	assert_string_equal(g->helo, "h");
	assert_int_equal(g->mailbox_count, 2);
	assert_int_equal(g->mailboxes[0].transport, CONF_MAILDIR);
	assert_string_equal(g->mailboxes[0].path, in);
	assert_int_equal(g->mailboxes[0].look_every_s, 2);
	assert_int_equal(g->mailboxes[1].transport, CONF_TLS);
	assert_null(g->mailboxes[1].path);
	assert_string_equal(g->mailboxes[1].url, "imaps://h.example/X");
	assert_string_equal(g->mailboxes[1].password_file, secret);
	assert_string_equal(g->mailboxes[1].ca_file, secret);
	assert_string_equal(g->mailboxes[1].done_folder, "Done");
	assert_int_equal(g->mailboxes[1].line, 7);
	assert_int_equal(g->submission.transport, CONF_STARTTLS);
	assert_string_equal(g->submission.password_command, "pass show v");
	assert_false(g->verp);
	assert_int_equal(g->disclosure, CONF_COUNT);
	assert_int_equal(g->max_hops, 4);
	assert_int_equal(g->open_per_requester, 2);
	assert_int_equal(g->asks_per_month, 3);
	assert_int_equal(g->cooldown_s, 0);
	assert_int_equal(g->answers_per_day, 9);
	assert_int_equal(g->size_limit, 1 << 20);
	assert_int_equal(g->reminders[0], 2);
	assert_int_equal(g->reminders[1], 0);
	assert_int_equal(g->reroute_days, 4);
	assert_int_equal(g->deadline_s, 14 * 86400);
	assert_int_equal(g->progress_s, 3 * 86400);
	free(data);
	free(in);
	free(secret);
	conf_free(&conf);
}

static void the_sample_loads_and_names_every_default(void **state)
{
	(void)state;
	struct conf *conf = NULL, *bare = NULL;
	struct why why = { "" };
	char *octets = NULL;
	size_t len = 0;
	assert_int_equal(file_read("conf/passerelle.conf.sample", 1 << 20, &octets, &len, NULL),
	                 RC_OK);
	if (load_len(octets, len, &conf, &why) != RC_OK)
		fail_msg("%s", why.text);
	assert_int_equal(load(GATEWAY(""), &bare, NULL), RC_OK);

	/* Every remark of the form "# key = value;" taken in says the default. */
	struct str all;
	str_init(&all, 1 << 20);
	for (char *rest = octets, *line; (line = strsep(&rest, "\n")) != NULL;) {
		char *key = line + strspn(line, " ");
		static const char *const not_default[] = {
			"# separator", "# return_path", "# disclosure",
			"# max_hops",  "# open_per",    "# asks_per",
			"# cooldown",  "# answers_per", "# mail_size",
			"# reminders", "# reroute",     "# deadline",
			"# progress",  "# look_every",  NULL
		};
		for (size_t i = 0; not_default[i] != NULL; i++)
			if (strncmp(key, not_default[i], strlen(not_default[i])) == 0)
				key[0] = ' ';
		str_addf(&all, "%s\n", line);
	}
	struct conf *said = NULL;
	if (load_len(all.text, all.len, &said, &why) != RC_OK)
		fail_msg("%s", why.text);
	const struct conf_gateway *a = said->gateways, *b = bare->gateways;
	assert_int_equal(a->separator, b->separator);
	assert_int_equal(a->verp, b->verp);
	assert_int_equal(a->disclosure, b->disclosure);
	assert_int_equal(a->max_hops, b->max_hops);
	assert_int_equal(a->open_per_requester, b->open_per_requester);
	assert_int_equal(a->asks_per_month, b->asks_per_month);
	assert_int_equal(a->cooldown_s, b->cooldown_s);
	assert_int_equal(a->answers_per_day, b->answers_per_day);
	assert_int_equal(a->size_limit, b->size_limit);
	assert_memory_equal(a->reminders, b->reminders, sizeof a->reminders);
	assert_int_equal(a->reroute_days, b->reroute_days);
	assert_int_equal(a->deadline_s, b->deadline_s);
	assert_int_equal(a->progress_s, b->progress_s);
	assert_int_equal(a->mailboxes[0].look_every_s, b->mailboxes[0].look_every_s);
	str_free(&all);
	free(octets);
	conf_free(&conf);
	conf_free(&bare);
	conf_free(&said);
}

static void a_file_that_is_not_there_names_the_sample(void **state)
{
	(void)state;
	struct conf *conf = NULL;
	struct why why = { "" };
	assert_int_equal(conf_load("/nowhere/x.conf", &conf, &why), RC_PERM);
	assert_non_null(strstr(why.text, "copy passerelle.conf.sample"));
}

static const struct {
	const char *text;
	int64_t size, duration;
} quantities[] = {
	{ "25M", 25 << 20, -1 },
	{ "1G", 1 << 30, -1 },
	{ "7K", 7 << 10, -1 },
	{ "0B", 0, -1 },
	{ "5m", -1, 300 },
	{ "12h", -1, 12 * 3600 },
	{ "60d", -1, 5184000 },
	{ "2w", -1, 1209600 },
	{ "30s", -1, 30 },
	{ "", -1, -1 },
	{ "5", -1, -1 },
	{ "m", -1, -1 },
	{ "-5m", -1, -1 },
	{ "+5m", -1, -1 },
	{ " 5m", -1, -1 },
	{ "5m ", -1, -1 },
	{ "5 m", -1, -1 },
	{ "5mm", -1, -1 },
	{ "1.5h", -1, -1 },
	{ "0x5m", -1, -1 },
	{ "9999999999w", -1, -1 },
	{ "999999999w", -1, INT64_C(999999999) * 604800 },
	{ "999999999G", INT64_C(999999999) << 30, -1 },
};

static void a_quantity_is_digits_and_one_unit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++) {
		if (conf_size(quantities[i].text) != quantities[i].size)
			fail_msg("size '%s'", quantities[i].text);
		if (conf_duration(quantities[i].text) != quantities[i].duration)
			fail_msg("duration '%s'", quantities[i].text);
	}
}

static int make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	put("secret", "x\n", 2, 0600);
	put("open", "x\n", 2, 0640);
	return 0;
}

static int drop_folder(void **state)
{
	(void)state;
	static const char *const names[] = { "secret", "open", "test.conf" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = in_folder(names[i]);
		unlink(path);
		free(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_broken_file_is_refused_in_its_line),
		cmocka_unit_test(a_whole_file_loads),
		cmocka_unit_test(what_is_left_out_has_a_default),
		cmocka_unit_test(what_is_written_is_what_is_read),
		cmocka_unit_test(the_sample_loads_and_names_every_default),
		cmocka_unit_test(a_file_that_is_not_there_names_the_sample),
		cmocka_unit_test(a_quantity_is_digits_and_one_unit),
	};
	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
