/* demo: an introduction from request to handshake, on SQLite and Maildir.
 *
 * The gateway is the real one: every turn is `passerelle once` on a real
 * configuration. Only the people are played: each has a few answers ready and
 * gives the next one to each mail that asks something. */
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/token.h"
#include "cli/cli.h"
#include "io/maildir.h"
#include "mail/address.h"
#include "mail/compose.h"
#include "mail/message.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GATEWAY "intro@nord.example"
#define ANSWERS 3
#define ROUNDS  20

static const char conf_text[] =
	"# Written by 'passerelle demo'; every key is explained in passerelle.conf.sample.\n"
	"state = \"state\";\n"
	"log = \"warn\";\n"
	"gateways = ( {\n"
	"\tname = \"nord\";\n"
	"\taddress = \"" GATEWAY "\";\n"
	"\tdisplay_name = \"R\xc3\xa9seau Nord\";\n"
	"\tlanguages = [ \"fr\", \"en\", \"de\" ];\n"
	"\tzone = \"Europe/Paris\";\n"
	"\tmailboxes = ( { url = \"maildir:inbox\"; } );\n"
	"\tsubmission = { url = \"maildir:sent\"; };\n"
	"\tdisclosure = \"first\";\n"
	"} );\n";

static const struct person {
	const char *name, *address, *firm, *title, *city, *language;
	const char *answers[ANSWERS]; /* to their first, second, ... mail that can be answered;
	                                 NULL: reads it only */
} people[] = {
	{ "Alice Martin",
	  "alice@nordlys.example",
	  "Nordlys",
	  "fondatrice",
	  "Lille",
	  "fr",
	  { "Oui, c'est bien moi.\n" } },
	{ "Sophie Lambert",
	  "sophie@froid-nord.example",
	  "Froid Nord",
	  "directrice technique",
	  "Lille",
	  "fr",
	  { "ACCEPTER\n\nAlice a refait notre cha\xc3\xaene du froid l'an dernier : "
	    "s\xc3\xa9rieux et rapide.\n",
	    "Oui, avec plaisir.\n" } },
	{ "Oliver Grant",
	  "oliver@grant.example",
	  "Grant & Co",
	  "partner",
	  "London",
	  "en",
	  { "DECLINE\n\nI owe Katrin a favour already, I'd rather not ask for another one.\n" } },
	{ "Hannah Becker",
	  "hannah@becker.example",
	  "Becker Logistik",
	  "Inhaberin",
	  "Leipzig",
	  "de",
	  { "ANNEHMEN\n\nFrau Lambert kenne ich seit Jahren, ihrem Urteil vertraue ich.\n" } },
	{ "Katrin Vogel",
	  "katrin@werk.example",
	  "Werk AG",
	  "Leiterin Einkauf",
	  "Leipzig",
	  "de",
	  { "Annehmen. Ich freue mich auf das Gespr\xc3\xa4"
	    "ch.\n" } },
	{ "Karim Benali",
	  "karim@benali.example",
	  "Benali Conseil",
	  "consultant",
	  "Roubaix",
	  "fr",
	  { NULL } },
	{ "Bernard Petit",
	  "bernard@petit.example",
	  "Petit SA",
	  "g\xc3\xa9rant",
	  "Arras",
	  "fr",
	  { NULL } },
	{ "Emma Wilson", "emma@wilson.example", "Wilson Foods", "buyer", "Leeds", "en", { NULL } },
	{ "Jonas Keller",
	  "jonas@keller.example",
	  "Keller GmbH",
	  "Ingenieur",
	  "Dresden",
	  "de",
	  { NULL } },
	{ "Claire Dubois",
	  "claire@dubois.example",
	  "CCI Nord",
	  "conseill\xc3\xa8re",
	  "Douai",
	  "fr",
	  { NULL } },
	{ "Tom Baker", "tom@baker.example", "Baker Ltd", "engineer", "York", "en", { NULL } },
	{ "Lena Wolf", "lena@wolf.example", "Wolf KG", "Assistentin", "Halle", "de", { NULL } },
};
#define PEOPLE (sizeof people / sizeof people[0])

enum { ALICE, SOPHIE, OLIVER, HANNAH, KATRIN, KARIM, BERNARD, EMMA, JONAS, CLAIRE, TOM, LENA };

static const struct {
	int from, to, strength; /* 0 to 4; both ways */
} knows[] = {
	{ ALICE, SOPHIE, 4 },  { SOPHIE, OLIVER, 4 },  { OLIVER, KATRIN, 4 }, { SOPHIE, HANNAH, 3 },
	{ HANNAH, KATRIN, 3 }, { ALICE, KARIM, 2 },    { KARIM, BERNARD, 3 }, { BERNARD, EMMA, 2 },
	{ EMMA, TOM, 3 },      { JONAS, KATRIN, 2 },   { EMMA, JONAS, 1 },    { CLAIRE, KARIM, 3 },
	{ LENA, HANNAH, 2 },   { CLAIRE, BERNARD, 2 },
};

static const char request_subject[] = "Mise en relation avec Katrin Vogel (Werk AG)";
static const char request_text[] =
	"Bonjour Madame,\n\n"
	"nous avons un capteur d'humidit\xc3\xa9 sans pile ; je cherche un premier site\n"
	"pilote dans l'industrie. Un quart d'heure au t\xc3\xa9l\xc3\xa9phone me suffirait.\n\n"
	"Alice Martin\n";

struct stage {
	struct str inbox, sent, state, conf; /* paths */
	size_t given[PEOPLE];                /* answers given so far */
	char answered[PEOPLE][128];          /* to which address the last one went */
	bool colour, both_shown;
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* Only what an earlier demo made goes; anything else in the folder is not ours. */
static void clear(struct stage *stage)
{
	const char *made[] = { stage->inbox.text, stage->sent.text, stage->state.text,
		               stage->conf.text };
	for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
		nftw(made[i], remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static enum rc found(struct stage *stage, struct why *why)
{
	struct store *store = NULL;
	struct str folder;
	int64_t ids[PEOPLE];
	str_init(&folder, 4096);
	str_addf(&folder, "%s/nord", stage->state.text);
	enum rc rc = store_open(folder.text, &store, why);
	if (rc == RC_OK)
		rc = store_begin(store, why);
	for (size_t i = 0; i < PEOPLE && rc == RC_OK; i++) {
		const struct person *p = &people[i];
		struct member m = { .name = p->name,
			            .address = p->address,
			            .firm = p->firm,
			            .title = p->title,
			            .city = p->city,
			            .language = p->language,
			            .state = MEMBER_MEMBER,
			            .added_at = time(NULL) };
		rc = member_add(store, &m, &ids[i], why);
	}
	for (size_t i = 0; i < 2 * sizeof knows / sizeof knows[0] && rc == RC_OK; i++) {
		int from = i % 2 == 0 ? knows[i / 2].from : knows[i / 2].to;
		int to = i % 2 == 0 ? knows[i / 2].to : knows[i / 2].from;
		int strength = knows[i / 2].strength;
		struct link link = { ids[from], ids[to], strength, 0, true, true, time(NULL) };
		link_put(store, &link);
	}
	if (rc == RC_OK)
		rc = store_commit(store, why);
	store_close(&store);
	str_free(&folder);
	return rc;
}

static void rule(const struct stage *stage, const char *who)
{
	printf("\n%s---- %s ", stage->colour ? "\033[1m" : "", who);
	for (size_t i = strlen(who); i < 66; i++)
		putchar('-');
	printf("%s\n", stage->colour ? "\033[0m" : "");
}

/* A mail as a person sees it: from, to, subject, text. */
static void print_mail(const struct stage *stage, const char *who, const struct message *m)
{
	rule(stage, who);
	const struct message_mailbox *from = m->from;
	printf("From:    %s <%s>\nTo:     ", from->name != NULL ? from->name : "", from->address);
	for (size_t i = 0; i < m->recipient_count; i++)
		printf("%s <%s>", i > 0 ? "," : "", m->recipients[i]);
	printf("\nSubject: %s\n\n", m->subject);
	for (const char *at = m->text; *at != '\0';) {
		size_t len = strcspn(at, "\n");
		printf("  %.*s\n", (int)len, at);
		at += len + (at[len] == '\n');
	}
}

static enum rc write_mail(struct stage *stage, const struct person *from, const char *to,
                          const char *subject, const char *in_reply_to, const char *text,
                          struct why *why)
{
	struct token name = token_make(token_system);
	struct message_mailbox mailbox = { (char *)to, NULL };
	struct str id;
	char *octets = NULL;
	size_t len;
	str_init(&id, 400);
	str_addf(&id, "<%s@%s>", name.text, address_domain(from->address));
	struct compose mail = { .from = { (char *)from->address, (char *)from->name },
		                .to = &mailbox,
		                .to_count = 1,
		                .subject = subject,
		                .message_id = id.text,
		                .in_reply_to = in_reply_to,
		                .references = in_reply_to,
		                .date_at = time(NULL),
		                .text = text };
	enum rc rc = compose_mail(&mail, &octets, &len, why);
	if (rc == RC_OK)
		rc = maildir_write(stage->inbox.text, name.text, octets, len, why);
	if (rc == RC_OK) {
		struct message_options options = { .limits = message_limits_default };
		struct message *m = message_parse(octets, len, &options);
		struct str who;
		str_init(&who, 200);
		str_addf(&who, "%s writes", from->name);
		print_mail(stage, who.text, m);
		str_free(&who);
		message_free(&m);
	}
	free(octets);
	str_free(&id);
	return rc;
}

static int person_of(const struct message *m)
{
	for (size_t i = 0; i < PEOPLE; i++)
		if (m->recipient_count > 0 && address_same(m->recipients[0], people[i].address))
			return (int)i;
	return -1;
}

/* "Reply-To: <intro+TOKEN@...>" of the octets: where a mail client would answer. */
static char *reply_address(const char *octets)
{
	const char *at = strstr(octets, "\r\nReply-To:");
	const char *open = at != NULL ? at + 11 : NULL;
	while (open != NULL && (*open == ' ' || *open == '<'))
		open++;
	return open != NULL && strncmp(open, "intro+", 6) == 0
	               ? mem_text_len(open, strcspn(open, ">\r\n "))
	               : NULL;
}

static enum rc read_mail(struct stage *stage, const char *name, struct why *why)
{
	struct message_options options = { .limits = message_limits_default };
	struct str who, subject;
	char *octets = NULL;
	size_t len;
	enum rc rc =
		maildir_read(stage->sent.text, name, options.limits.octets, &octets, &len, why);
	if (rc != RC_OK)
		return rc;
	struct message *m = message_parse(octets, len, &options);
	int reader = person_of(m);
	str_init(&who, 200);
	str_init(&subject, 1200);
	bool to_both = m->recipient_count > 1;
	if (to_both)
		str_add(&who, "Alice Martin and Katrin Vogel read, one mail for both");
	else
		str_addf(&who, "%s reads", people[reader].name);
	if (!to_both || !stage->both_shown)
		print_mail(stage, who.text, m);
	stage->both_shown = stage->both_shown || to_both;
	char *reply_to = reply_address(octets);
	size_t next = reader >= 0 ? stage->given[reader] : ANSWERS;
	/* A mail that notes an answer comes from the same address as its question did. */
	bool asks = reply_to != NULL && next < ANSWERS && people[reader].answers[next] != NULL &&
	            (next == 0 || strcmp(reply_to, stage->answered[reader]) != 0);
	if (asks) {
		stage->given[reader]++;
		snprintf(stage->answered[reader], sizeof stage->answered[reader], "%s", reply_to);
		str_addf(&subject, "Re: %s", m->subject);
		rc = write_mail(stage, &people[reader], reply_to, subject.text, m->message_id,
		                people[reader].answers[next], why);
	}
	if (rc == RC_OK)
		rc = maildir_taken(stage->sent.text, name, why);
	free(reply_to);
	str_free(&subject);
	str_free(&who);
	message_free(&m);
	free(octets);
	return rc;
}

/* `passerelle -c CONF once`, the real program. */
static enum rc run_once(struct stage *stage, struct why *why)
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		execl("/proc/self/exe", "passerelle", "-c", stage->conf.text, "once", (char *)NULL);
		_exit(EX_OSERR);
	}
	int status = 0;
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		return why_set(why, RC_TEMP, "'passerelle -c %s once' ended with %d",
		               stage->conf.text, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return RC_OK;
}

static enum rc play(struct stage *stage, struct why *why)
{
	enum rc rc = write_mail(stage, &people[ALICE], GATEWAY, request_subject, NULL, request_text,
	                        why);
	bool written = true;
	for (int round = 0; round < ROUNDS && rc == RC_OK && written; round++) {
		char **names = NULL;
		size_t count = 0;
		rc = run_once(stage, why);
		if (rc == RC_OK)
			rc = maildir_list(stage->sent.text, 64, &names, &count, why);
		for (size_t i = 0; i < count && rc == RC_OK; i++)
			rc = read_mail(stage, names[i], why);
		written = count > 0;
		maildir_names_free(&names, count);
	}
	return rc;
}

/* The tree of who was asked, under whoever passed it on. */
static void draw(struct store *store, const struct ask *asks, size_t count, int64_t holder,
                 int depth)
{
	for (size_t i = 0; i < count; i++) {
		const struct ask *a = &asks[i];
		if (a->kind != ASK_RELAY && a->kind != ASK_TARGET)
			continue;
		struct ask *parent = a->parent != 0 ? ask_get(store, a->parent) : NULL;
		if ((parent != NULL ? parent->member : 0) != holder)
			continue;
		const char *name = member_get(store, a->member)->name;
		printf("  %*s`-- %-*s %s%s\n", depth * 4, "", 30 - depth * 4, name,
		       ask_state_name(a->state),
		       a->kind == ASK_TARGET && a->state == ASK_ACCEPTED ? ": introduced" : "");
		if (depth < ROUTE_MOST_HOPS)
			draw(store, asks, count, a->member, depth + 1);
	}
}

static enum rc print_end(struct stage *stage, const char *folder, struct why *why)
{
	struct store *store = NULL;
	struct str state;
	struct intro *intro = NULL;
	struct ask *asks;
	str_init(&state, 4096);
	str_addf(&state, "%s/nord", stage->state.text);
	enum rc rc = store_open(state.text, &store, why);
	if (rc == RC_OK)
		rc = store_begin(store, why);
	if (rc == RC_OK && (intro = intro_get(store, 1)) == NULL)
		rc = why_set(why, RC_TEMP, "the demonstration opened no introduction");
	if (rc == RC_OK && intro->state != INTRO_INTRODUCED)
		rc = why_set(why, RC_TEMP, "the introduction ended as '%s'",
		             intro_state_name(intro->state));
	if (rc == RC_OK) {
		rule(stage, "the way it took");
		printf("  %s\n", member_get(store, intro->requester)->name);
		size_t count = ask_list(store, intro->id, &asks);
		draw(store, asks, count, 0, 0);
		rule(stage, "where everything lies, and what to type next");
		printf("  %s  the configuration\n  %s/            the database\n"
		       "  %s/            mails to the gateway; one put into new/ is read by "
		       "'once'\n"
		       "  %s/             mails it has sent\n\n"
		       "  build/passerelle -c %s intro show 1\n"
		       "  build/passerelle -c %s route 'Alice Martin' 'Katrin Vogel'\n"
		       "  build/passerelle -c %s member list\n\n"
		       "  Ask for an introduction yourself, as Claire; the answer lies in "
		       "%s/sent/new:\n"
		       "  printf 'From: claire@dubois.example\\nTo: " GATEWAY
		       "\\nSubject: Mise en relation avec Tom Baker\\n"
		       "\\nBonjour Tom, ...\\n' > %s/inbox/new/1\n"
		       "  build/passerelle -c %s once\n",
		       stage->conf.text, stage->state.text, stage->inbox.text, stage->sent.text,
		       stage->conf.text, stage->conf.text, stage->conf.text, folder, folder,
		       stage->conf.text);
	}
	store_close(&store);
	str_free(&state);
	return rc;
}

static void put_path(struct str *path, const char *folder, const char *name)
{
	str_init(path, 4096);
	str_addf(path, "%s/%s", folder, name);
}

int cli_demo(struct cli *cli)
{
	struct stage stage = { .colour = cli_colour() };
	struct why why;
	if (!cli_words(cli, 1, 1, "demo FOLDER"))
		return EX_USAGE;
	const char *folder = cli->argv[0];
	put_path(&stage.inbox, folder, "inbox");
	put_path(&stage.sent, folder, "sent");
	put_path(&stage.state, folder, "state");
	put_path(&stage.conf, folder, "passerelle.conf");
	enum rc rc = file_make_folder(folder, &why);
	if (rc == RC_OK) {
		clear(&stage);
		rc = file_write(stage.conf.text, conf_text, strlen(conf_text), &why);
	}
	if (rc == RC_OK)
		rc = maildir_make(stage.inbox.text, &why);
	if (rc == RC_OK)
		rc = maildir_make(stage.sent.text, &why);
	if (rc == RC_OK)
		rc = found(&stage, &why);
	if (rc == RC_OK)
		rc = play(&stage, &why);
	if (rc == RC_OK)
		rc = print_end(&stage, folder, &why);
	str_free(&stage.inbox);
	str_free(&stage.sent);
	str_free(&stage.state);
	str_free(&stage.conf);
	return cli_code(rc, &why);
}
