/* How many asks a second one core renders and composes: the whole mail (subject,
 * text, HTML, MIME), and for comparison the subject and text templates alone.
 *
 *   bench_render SECONDS      two lines: name TAB asks a second
 *   bench_render --values     the sample's values, for the same in another language */
#include "base/embed.h"
#include "base/mem.h"
#include "mail/compose.h"
#include "mailtemplates/catalog.h"
#include "mailtemplates/textfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEFAULTS "mailtemplates/default/"
#define PARTIALS_MOST 100

static const char *const languages[] = { "fr", "en", "de" };

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(enum rc rc, const struct why *why)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "%s\n", why->text);
	exit(1);
}

static size_t whole_mail(const struct catalog *c, const json_t *values)
{
	struct why why;
	struct catalog_mail mail;
	struct message_mailbox to = { (char *)"karim@benali.example", (char *)"Karim Benali" };
	const char *fields[][2] = { { "X-Passerelle-Loop", "abcdefghijklmnopqrstuvwxyz" },
		                    { NULL, NULL } };
	char *octets;
	size_t len;
	must(catalog_render(c, "ask", "fr", values, &mail, &why), &why);
	struct compose compose = {
		.from = { (char *)"relais@reseau-nord.example", (char *)"Réseau Nord" },
		.to = &to,
		.to_count = 1,
		.reply_to = &to,
		.reply_to_count = 1,
		.subject = mail.subject,
		.message_id = "<abcdefghijklmnopqrstuvwxyz@reseau-nord.example>",
		.in_reply_to = "<zyxwvutsrqponmlkjihgfedcba@reseau-nord.example>",
		.references = "<zyxwvutsrqponmlkjihgfedcba@reseau-nord.example>",
		.date_at = 1780999200,
		.language = mail.language,
		.extra = fields,
		.text = mail.text,
		.html = mail.html,
	};
	must(compose_mail(&compose, &octets, &len, &why), &why);
	catalog_mail_free(&mail);
	free(octets);
	return len;
}

struct templates {
	struct textfile *ask;
	struct textfile *partials[PARTIALS_MOST];
	char *names[PARTIALS_MOST];
	size_t count;
};

static void flaw(void *context, const char *path, int line, int column, const char *what)
{
	(void)context;
	fprintf(stderr, "%s:%d:%d: %s\n", path, line, column, what);
}

static const struct mustache *partial(void *context, const char *name)
{
	const struct templates *t = context;
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->names[i], name) == 0)
			return t->partials[i]->text.template;
	return NULL;
}

static void load(struct templates *t)
{
	size_t count;
	const struct embed *all = embed_all(&count);
	for (size_t i = 0; i < count; i++) {
		const char *name = all[i].path + strlen(DEFAULTS) + 3;
		if (strncmp(all[i].path, DEFAULTS "fr/", strlen(DEFAULTS) + 3) != 0)
			continue;
		char *bare = mem_text_len(name, strlen(name) - 4);
		struct textfile **file = strcmp(bare, "ask") == 0 ? &t->ask
		                                                  : &t->partials[t->count];
		if (bare[0] == '_' && !textfile_is_data(bare)) {
			t->names[t->count] = bare + 1;
			t->count++;
		} else if (file != &t->ask) {
			continue;
		}
		textfile_parse(all[i].path, bare, mem_text_len(all[i].text, all[i].len),
		               all[i].len, flaw, NULL, file);
	}
}

static size_t templates_only(struct templates *t, const json_t *values)
{
	struct str out;
	struct why why;
	str_init(&out, 1 << 20);
	must(mustache_render(t->ask->subject.template, values, MUSTACHE_LINE, partial, t, &out,
	                     &why), &why);
	must(mustache_render(t->ask->text.template, values, MUSTACHE_LINE, partial, t, &out, &why),
	     &why);
	size_t len = out.len;
	str_free(&out);
	return len;
}

int main(int argc, char **argv)
{
	struct catalog *c = catalog_new(NULL, languages, 3, NULL, NULL);
	json_t *values = catalog_sample(c, "ask", "", "fr");
	static struct templates t;
	if (argc > 1 && strcmp(argv[1], "--values") == 0) {
		json_dumpf(values, stdout, JSON_COMPACT);
		return 0;
	}
	double seconds = argc > 1 ? atof(argv[1]) : 3;
	load(&t);
	for (int what = 0; what < 2; what++) {
		size_t octets = 0;
		long count = 0;
		double began = now(), spent = 0;
		for (; spent < seconds; spent = now() - began)
			for (int i = 0; i < 200; i++, count++)
				octets += what == 0 ? whole_mail(c, values)
				                    : templates_only(&t, values);
		printf("%s\t%.0f\t%ld octets each\n",
		       what == 0 ? "whole mail: render, HTML, compose" : "subject and text templates",
		       (double)count / spent, (long)octets / count);
	}
	json_decref(values);
	catalog_free(&c);
	return 0;
}
