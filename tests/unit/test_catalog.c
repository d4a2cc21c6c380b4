#include "base/file.h"
#include "base/mem.h"
#include "base/when.h"
#include "mailtemplates/catalog.h"
#include "mailtemplates/messages.h"
#include "mailtemplates/refill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NBSP "\xC2\xA0"

static const char *const languages[] = { "fr", "en", "de", "es" };

/* ---- a folder of one's own texts ---- */

static char folder[] = "/tmp/catalog-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static int remove_folder(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *name, const char *text)
{
	struct str path;
	str_init(&path, 1000);
	str_addf(&path, "%s/%.*s", folder, (int)(strrchr(name, '/') - name), name);
	assert_int_equal(file_make_folder(path.text, NULL), RC_OK);
	str_clear(&path);
	str_addf(&path, "%s/%s", folder, name);
	assert_int_equal(file_write(path.text, text, strlen(text), NULL), RC_OK);
	str_free(&path);
}

static void gather(void *context, const char *sentence)
{
	str_addf(context, "%s\n", sentence);
}

static struct catalog *open_own(struct str *told)
{
	return catalog_new(folder, languages, 4, told == NULL ? NULL : gather, told);
}

static char *render(const struct catalog *c, const char *message, const char *language,
                    const char *values, char **subject)
{
	struct catalog_mail mail;
	struct why why;
	json_t *json = json_loads(values, 0, NULL);
	assert_non_null(json);
	if (catalog_render(c, message, language, json, &mail, &why) != RC_OK)
		fail_msg("%s: %s", message, why.text);
	char *text = mem_text(mail.text);
	if (subject != NULL)
		*subject = mem_text(mail.subject);
	catalog_mail_free(&mail);
	json_decref(json);
	return text;
}

static void expect(const struct catalog *c, const char *language, const char *wanted)
{
	char *text = render(c, "thanks", language, "{}", NULL);
	assert_string_equal(text, wanted);
	free(text);
}

/* ---- the defaults ---- */

static void say(void *context, const char *sentence)
{
	(void)context;
	print_error("%s\n", sentence);
}

static void test_defaults_have_no_flaw(void **state)
{
	(void)state;
	struct catalog *c = catalog_new(NULL, languages, 4, say, NULL);
	assert_int_equal(catalog_check(c, say, NULL), 0);
	catalog_free(&c);
}

static size_t columns(const char *line, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)line[i] & 0xC0) != 0x80;
	return n;
}

/* French: a space that does not break before : ; ! ? and inside of guillemets. */
static bool french_flaw(const char *line, size_t len)
{
	for (size_t i = 2; i < len; i++) {
		bool ends = i + 1 == len || line[i + 1] == ' ';
		if (strchr(":;!?", line[i]) != NULL && ends && memcmp(line + i - 2, NBSP, 2) != 0)
			return true;
		if (memcmp(line + i - 2, "\xC2\xAB ", 3) == 0 ||
		    memcmp(line + i - 2, " \xC2\xBB", 3) == 0)
			return true;
	}
	return false;
}

static void look_at_line(const char *where, const char *line, size_t len)
{
	bool french = strncmp(where, "fr/", 3) == 0;
	if (columns(line, len) > 72 && line[0] != '>') /* people's own lines are left */
		fail_msg("%s: more than 72 columns: %.*s", where, (int)len, line);
	if (len > 0 && line[len - 1] == ' ')
		fail_msg("%s: a blank at the end: %.*s", where, (int)len, line);
	if (line[0] != '>' && line[0] != ' ' && memmem(line, len, "  ", 2) != NULL)
		fail_msg("%s: two blanks: %.*s", where, (int)len, line);
	if (memmem(line, len, "{{", 2) != NULL || memmem(line, len, "@2026", 5) != NULL)
		fail_msg("%s: not filled in: %.*s", where, (int)len, line);
	if (french && line[0] != '>' && strncmp(line, "  Objet", 7) != 0 && french_flaw(line, len))
		fail_msg("%s: a French space: %.*s", where, (int)len, line);
	for (const char *mark = ".,;:?!)"; *mark != '\0' && line[0] != '>'; mark++) {
		const char blank[] = { ' ', *mark };
		const char *at = memmem(line, len, blank, 2);
		bool is_suffix = at != NULL && at + 2 < line + len && at[2] >= 'a' && at[2] <= 'z';
		if (at != NULL && strncmp(at, " ...", 4) != 0 && !is_suffix) /* " .csv" */
			fail_msg("%s: a blank before '%c': %.*s", where, *mark, (int)len, line);
	}
}

static void look_at(const struct catalog *c, const char *message, const char *language,
                    const char *case_name)
{
	struct catalog_mail mail;
	struct str where;
	json_t *values = catalog_sample(c, message, case_name, language);
	assert_int_equal(catalog_render(c, message, language, values, &mail, NULL), RC_OK);
	str_init(&where, 1000);
	str_addf(&where, "%s/%s [%s]", language, message, case_name);
	for (const char *line = mail.text; *line != '\0';) {
		size_t len = strcspn(line, "\n");
		look_at_line(where.text, line, len);
		line += len + (line[len] == '\n');
	}
	if (strstr(mail.text, "\n\n\n") != NULL || mail.subject[0] == '\0' ||
	    columns(mail.subject, strlen(mail.subject)) > 78)
		fail_msg("%s: '%s'\n%s", where.text, mail.subject, mail.text);
	bool to_admins = strncmp(message_text_find(message)->purpose, "to the admins", 13) == 0;
	bool says_why = strstr(mail.text, "STOP") != NULL && strstr(mail.text, "seau Nord") != NULL;
	bool is_last = strcmp(message, "forgotten") == 0; /* nothing is held any more */
	if (strcmp(case_name, "first mail") == 0 && strcmp(message, "introduce") != 0 &&
	    !to_admins && !is_last && !says_why)
		fail_msg("%s: the first mail says who holds the data, and STOP\n%s", where.text,
		         mail.text);
	assert_string_equal(mail.language, language);
	str_free(&where);
	catalog_mail_free(&mail);
	json_decref(values);
}

static void test_every_text_reads_well(void **state)
{
	(void)state;
	struct catalog *c = catalog_new(NULL, languages, 4, NULL, NULL);
	for (const struct message_text *m = message_texts; m->name != NULL; m++) {
		json_t *samples = message_text_samples(m), *values;
		const char *case_name;
		assert_non_null(json_object_get(samples, ""));
		json_object_foreach (samples, case_name, values)
			for (size_t i = 0; i < 4; i++)
				look_at(c, m->name, languages[i], case_name);
		json_decref(samples);
	}
	catalog_free(&c);
}

/* Clients thread by subject, too. */
static void test_subjects_are_those_of_the_thread(void **state)
{
	(void)state;
	static const char *const threads[][12] = {
		{ "ask", "instead", "reminder", "unclear", "answer", "noted", "thanks", "moot",
		  "stranger" },
		{ "receipt", "question", "failed", "withdrawn", "progress" },
	};
	struct catalog *c = catalog_new(NULL, languages, 4, NULL, NULL);
	for (size_t l = 0; l < 4; l++)
		for (size_t t = 0; t < 2; t++)
			for (size_t i = 1; threads[t][i] != NULL; i++) {
				struct catalog_mail first, mail;
				json_t *a = catalog_sample(c, threads[t][0], "", languages[l]);
				json_t *b = catalog_sample(c, threads[t][i], "", languages[l]);
				catalog_render(c, threads[t][0], languages[l], a, &first, NULL);
				catalog_render(c, threads[t][i], languages[l], b, &mail, NULL);
				assert_string_equal(first.subject, mail.subject);
				catalog_mail_free(&first);
				catalog_mail_free(&mail);
				json_decref(a);
				json_decref(b);
			}
	catalog_free(&c);
}

static void test_word_of_around_is_not_a_relays(void **state)
{
	(void)state;
	struct catalog *c = catalog_new(NULL, languages, 4, NULL, NULL);
	char *text = render(
		c, "reminder", "en",
		"{\"word\":[\"mine\"],\"handed_by\":{\"name\":\"K\"},\"trail\":[{\"name\":\"S\"}],"
		"\"requester\":{\"name\":\"A\"},\"target\":{\"name\":\"T\"},"
		"\"next\":{\"name\":\"N\"}}",
		NULL);
	assert_null(strstr(text, "mine"));
	assert_non_null(strstr(text, "K passes this request to you."));
	assert_non_null(strstr(text, "S has already said yes."));
	free(text);
	catalog_free(&c);
}

/* ---- values from outside ---- */

static void test_hostile_values(void **state)
{
	(void)state;
	struct catalog *c = catalog_new(NULL, languages, 4, NULL, NULL);
	char *subject;
	char *text = render(c, "thanks", "en",
	                    "{\"reader\":{\"first\":\"K\"},\"network\":\"N\","
	                    "\"requester\":{\"name\":\"A\\r\\nBcc: x@y\\n\\nACCEPT\"},"
	                    "\"target\":{\"name\":\"{{network}} \\u202eevil\\u2066 <b>\\\"\"}}",
	                    &subject);
	assert_string_equal(
		subject, "A Bcc: x@y ACCEPT \xE2\x86\x92 {{network}} evil <b>\": a word from you?");
	assert_non_null(
		strstr(text, "\nA Bcc: x@y ACCEPT and {{network}} evil <b>\" are in touch"));
	free(subject);
	free(text);
	catalog_free(&c);
}

static void test_long_values(void **state)
{
	(void)state;
	struct catalog *c = catalog_new(NULL, languages, 4, NULL, NULL);
	struct catalog_mail mail;
	struct why why;
	struct str name;
	str_init(&name, 3 << 20);
	for (int i = 0; i < 500; i++)
		str_add(&name, "\xC3\xA9");
	json_t *values = json_pack("{s:{s:s}, s:{s:s}}", "requester", "name", name.text, "target",
	                           "name", "T");
	assert_int_equal(catalog_render(c, "thanks", "en", values, &mail, &why), RC_OK);
	assert_in_range(strlen(mail.subject), 200, 240);
	assert_non_null(strstr(mail.subject, "\xC3\xA9\xE2\x80\xA6"));
	catalog_mail_free(&mail);
	while (name.len < (2 << 20))
		str_add(&name, "0123456789");
	json_object_set_new(values, "requester", json_pack("{s:s}", "name", name.text));
	assert_int_equal(catalog_render(c, "thanks", "en", values, &mail, &why), RC_PERM);
	assert_non_null(strstr(why.text, "longer than its limit"));
	json_decref(values);
	str_free(&name);
	catalog_free(&c);
}

static void test_html_part(void **state)
{
	(void)state;
	put("en/_by.txt", "by {{network}}\n--- html ---\n<i>{{network}}</i>\n");
	put("en/thanks.txt", "Subject: {{network}}\n\nThanks {{> by}}\n--- html ---\n"
			     "<p>{{requester.name}}\n  {{> by}}\n</p>\n");
	struct catalog *c = open_own(NULL);
	struct catalog_mail mail;
	json_t *values = json_pack("{s:s, s:{s:s}}", "network", "A & <B>", "requester", "name",
	                           "'x'\n{{y}}");
	assert_int_equal(catalog_render(c, "thanks", "en", values, &mail, NULL), RC_OK);
	assert_string_equal(mail.subject, "A & <B>");
	assert_string_equal(mail.text, "Thanks by A & <B>\n");
	assert_string_equal(mail.html, "<p>&#39;x&#39;\n{{y}}\n  <i>A &amp; &lt;B&gt;</i>\n</p>\n");
	catalog_mail_free(&mail);
	json_decref(values);
	catalog_free(&c);
}

/* Without an own HTML part a text makes one; a page of one's own frames all. */
static void test_html_of_the_text(void **state)
{
	(void)state;
	put("common/_page.txt", "--- html ---\n<{{title}}>{{$body}}{{#texts}}{{language}}:"
				"{{#blocks}}{{{.paragraph}}}{{/blocks}}|{{{foot}}}|{{/texts}}{{/body}}\n");
	put("en/thanks.txt", "Subject: T\n\n{{network}} & co\n\n{{network}}\n");
	put("fr/thanks.txt", "Subject: M\n\nMerci\n\n{{network}}\n");
	put("en/moot.txt", "Subject: M\n\nX\n--- html ---\n"
			   "{{< page}}{{$body}}<b>{{network}}</b>{{/body}}{{/page}}\n");
	struct catalog *c = open_own(NULL);
	struct catalog_mail mail;
	json_t *values = json_pack("{s:s}", "network", "<N>");
	static const char *const both[] = { "en", "fr" };
	assert_int_equal(catalog_render_all(c, NULL, "thanks", both, 2, values, &mail, NULL),
	                 RC_OK);
	assert_string_equal(mail.text, "<N> & co\n\n<N>\n\n\n* * *\n\nMerci\n\n<N>\n");
	assert_string_equal(mail.html, "<T>en:&lt;N&gt; &amp; co|&lt;N&gt;|fr:Merci|&lt;N&gt;|\n");
	catalog_mail_free(&mail);
	assert_int_equal(catalog_render(c, "moot", "en", values, &mail, NULL), RC_OK);
	assert_string_equal(mail.html, "<M><b>&lt;N&gt;</b>\n\n");
	catalog_mail_free(&mail);
	json_decref(values);
	catalog_free(&c);
}

/* ---- fall-back and languages ---- */

static void test_fall_back_is_file_by_file(void **state)
{
	(void)state;
	put("pt/thanks.txt", "Subject: S\n\nObrigado. {{> adios}}\n");
	put("fr/_adios.txt", "Merci.\n");
	struct catalog *c = open_own(NULL);
	struct catalog_mail mail;
	json_t *values = json_object();
	expect(c, "pt", "Obrigado. Merci.\n");
	catalog_render(c, "moot", "pt", values, &mail, NULL);
	assert_string_equal(mail.language,
	                    "fr"); /* there is no Portuguese one: the gateway's own language */
	catalog_mail_free(&mail);
	json_decref(values);
	catalog_free(&c);
}

static void expect_of(const struct catalog *c, const char *hub, const char *language,
                      const char *wanted)
{
	struct catalog_mail mail;
	struct why why;
	json_t *values = json_object();
	if (catalog_render_hub(c, hub, "thanks", language, values, &mail, &why) != RC_OK)
		fail_msg("%s", why.text);
	assert_string_equal(mail.text, wanted);
	catalog_mail_free(&mail);
	json_decref(values);
}

/* Hub, gateway, default, in the reader's language; then in the gateway's. */
static void test_a_hub_has_its_own_texts(void **state)
{
	(void)state;
	struct str told;
	str_init(&told, 10000);
	put("fr/thanks.txt", "Subject: S\n\nDu réseau. {{> adios}}\n");
	put("fr/_adios.txt", "Merci.\n");
	put("hub-bio/fr/_adios.txt", "Merci de Bio.\n");
	put("hub-bio/en/thanks.txt", "Subject: S\n\nBio. {{> adios}}\n");
	put("hub-bio/en/_adios.txt", "Thanks from Bio.\n");
	struct catalog *c = open_own(&told);
	assert_string_equal(told.text, "");
	expect_of(c, NULL, "fr", "Du réseau. Merci.\n");
	expect_of(c, "none", "fr", "Du réseau. Merci.\n");
	expect_of(c, "bio", "fr", "Du réseau. Merci de Bio.\n");
	expect_of(c, "bio", "en", "Bio. Thanks from Bio.\n");
	put("hub-bio/pt/thanks.txt", "Subject: S\n\nBio em português. {{> adios}}\n");
	assert_true(catalog_refresh(c, gather, &told)); /* a language only the hub has */
	assert_string_equal(catalog_language(c, "pt-BR"), "pt");
	expect_of(c, "bio", "pt", "Bio em português. Merci de Bio.\n");
	expect_of(c, NULL, "pt", "Du réseau. Merci.\n");
	put("hub-bio/fr/_adios.txt", "Merci {{nmae}}\n");
	assert_false(catalog_refresh(c, gather, &told));
	assert_non_null(strstr(told.text, "/hub-bio/fr/_adios.txt:1:7: {{nmae}} is unknown"));
	expect_of(c, "bio", "fr", "Du réseau. Merci de Bio.\n"); /* the last good one */
	assert_string_equal(catalog_hub(c, 0), "bio");
	assert_null(catalog_hub(c, 1));
	catalog_free(&c);
	str_free(&told);
}

static void test_languages(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "fr", "fr" },         { "FR", "fr" },  { "fr-CA", "fr" }, { "de_AT", "de" },
		{ "de-AT-1996", "de" }, { "pt", "fr" },         { "es-MX", "es" },  { "", "fr" },      { "f", "fr" },
		{ "-", "fr" },          { "frx", "fr" }, { "en-", "en" },
	};
	struct catalog *c = catalog_new(NULL, languages, 4, NULL, NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(catalog_language(c, rows[i][0]), rows[i][1]);
	assert_string_equal(catalog_language(c, NULL), "fr");
	catalog_free(&c);
}

static void test_dates(void **state)
{
	(void)state;
	static const struct {
		const char *language;
		int year, month, day;
		const char *wanted;
	} rows[] = {
		{ "fr", 2026, 6, 9, "mardi 9 juin" },
		{ "fr", 2026, 9, 1, "mardi 1er septembre" },
		{ "fr", 2027, 1, 3, "dimanche 3 janvier 2027" },
		{ "en", 2026, 6, 9, "Tuesday 9 June" },
		{ "en", 2025, 12, 31, "Wednesday 31 December 2025" },
		{ "de", 2026, 6, 9, "Dienstag, 9. Juni" },
		{ "de", 2027, 3, 1, "Montag, 1. M\xC3\xA4rz 2027" },
		{ "es", 2026, 9, 1, "martes 1 de septiembre" },
		{ "xx", 2026, 6, 9, "mardi 9 juin" },
	};
	struct catalog *c = catalog_new(NULL, languages, 4, NULL, NULL);
	int64_t now_at = when_noon(2026, 6, 1, "Europe/Paris");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t at = when_noon(rows[i].year, rows[i].month, rows[i].day, "Europe/Paris");
		char *text = catalog_date(c, rows[i].language, at, now_at, "Europe/Paris");
		assert_string_equal(text, rows[i].wanted);
		free(text);
	}
	/* Midnight is another day elsewhere. */
	char *text = catalog_date(c, "en", when_noon(2026, 6, 9, "UTC") + 12 * 3600, now_at,
	                          "Asia/Tokyo");
	assert_string_equal(text, "Wednesday 10 June");
	free(text);
	catalog_free(&c);
}

/* ---- live ---- */

static void test_refresh(void **state)
{
	(void)state;
	struct str told;
	str_init(&told, 10000);
	put("en/thanks.txt", "Subject: S\n\nfirst\n");
	struct catalog *c = open_own(&told);
	expect(c, "en", "first\n");
	assert_false(catalog_refresh(c, gather, &told)); /* nothing has changed */
	put("en/thanks.txt", "Subject: S\n\nsecond, longer\n");
	assert_true(catalog_refresh(c, gather, &told));
	expect(c, "en", "second, longer\n");
	assert_string_equal(told.text, "");
	put("en/thanks.txt", "Subject: S\n\nthird {{#reader}}\n");
	assert_false(catalog_refresh(c, gather, &told));
	assert_non_null(strstr(told.text, "/en/thanks.txt:3:7: '{{#reader}}' is never closed"));
	expect(c, "en", "second, longer\n"); /* the last good one stays */
	str_clear(&told);
	assert_false(catalog_refresh(c, gather, &told)); /* told once */
	assert_string_equal(told.text, "");
	assert_int_equal(catalog_check(c, NULL, NULL), 1); /* but check says it */
	char path[200];
	snprintf(path, sizeof path, "%s/en/thanks.txt", folder);
	unlink(path);
	assert_true(catalog_refresh(c, gather, &told));
	char *text = render(c, "thanks", "en", "{\"reader\":{\"first\":\"K\"}}", NULL);
	assert_non_null(strstr(text, "Hello K,")); /* the default is back */
	free(text);
	catalog_free(&c);
	str_free(&told);
}

static void test_a_partial_that_breaks_a_message_is_refused(void **state)
{
	(void)state;
	struct str told;
	str_init(&told, 10000);
	struct catalog *c = open_own(&told);
	put("en/_foot.txt", "by {{> foot}}\n");
	assert_false(catalog_refresh(c, gather, &told));
	assert_non_null(strstr(told.text, "en/_foot.txt:1:4: {{> foot}} is called inside itself"));
	str_clear(&told);
	put("en/_foot.txt", "by {{requester.nmae}}\n");
	assert_false(catalog_refresh(c, gather, &told));
	assert_non_null(strstr(told.text, "en/_foot.txt:1:4: {{requester.nmae}} is unknown"));
	put("en/_foot.txt", "by {{network}}, truly\n");
	assert_true(catalog_refresh(c, gather, &told));
	char *text = render(c, "thanks", "en", "{\"network\":\"N\"}", NULL);
	assert_non_null(strstr(text, "by N, truly"));
	free(text);
	catalog_free(&c);
	str_free(&told);
}

static void test_two_gateways_do_not_mix(void **state)
{
	(void)state;
	put("en/thanks.txt", "Subject: S\n\nONE {{network}}\n");
	struct catalog *one = open_own(NULL),
		       *two = catalog_new(NULL, languages + 1, 3, NULL, NULL);
	char *a = render(one, "thanks", "en", "{\"network\":\"First\"}", NULL);
	char *b = render(two, "thanks", "en", "{\"network\":\"Second\"}", NULL);
	assert_string_equal(a, "ONE First\n");
	assert_null(strstr(b, "ONE"));
	assert_null(strstr(b, "First"));
	assert_string_equal(catalog_language(two, "xx"), "en");
	free(a);
	free(b);
	catalog_free(&one);
	catalog_free(&two);
}

/* ---- planted faults ---- */

#define GOOD "Subject: S\n\n"

static const struct {
	const char *fact, *name, *text, *says; /* after the file's name; "" for none */
} faults[] = {
	{ "nothing is wrong", "en/thanks.txt", GOOD "Hello {{reader.first}}\n", "" },
	{ "an unknown placeholder", "en/thanks.txt", GOOD "a\nb {{requester.nam}}\n",
	  ":4:3: {{requester.nam}} is unknown in 'thanks'" },
	{ "one in the subject", "en/thanks.txt", "Subject: Hi {{nmae}}\n\na\n",
	  ":1:13: {{nmae}} is unknown" },
	{ "one inside of a section", "en/ask.txt",
	  GOOD "{{#requester}}\n{{nmae}}\n{{/requester}}\n", ":4:1: {{nmae}} is unknown" },
	{ "one inside of a list", "en/status.txt", GOOD "{{#intros}}{{target.frm}}{{/intros}}\n",
	  ":3:12: {{target.frm}} is unknown" },
	{ "one in a partial of one's own", "en/_foot.txt", "a\n{{nmae}}\n",
	  ":2:1: {{nmae}} is unknown" },
	{ "a section that is never closed", "en/thanks.txt", GOOD "a\n\n{{#reader}}\nb\n",
	  ":5:1: '{{#reader}}' is never closed" },
	{ "a section closed by another", "en/thanks.txt", GOOD "{{#reader}}\n{{/raeder}}\n",
	  ":4:1: '{{/raeder}}' stands where '{{#reader}}' is to be closed" },
	{ "a tag that does not end", "en/thanks.txt", GOOD "a\nb\nc {{reader.first\n",
	  ":5:3: '{{reader.first' is never closed" },
	{ "an unknown message", "en/thnaks.txt", GOOD "a\n", ":1:1: is no message we send" },
	{ "an unknown partial", "en/thanks.txt", GOOD "a\n{{> fot}}\n",
	  ":4:1: {{> fot}}: there is no file _fot.txt" },
	{ "no subject", "en/thanks.txt", "\nHello\n", ":1:1: has no 'Subject: ...'" },
	{ "an empty subject", "en/thanks.txt", "Subject:\n\nHello\n", ":1:9: is an empty subject" },
	{ "two subjects", "en/thanks.txt", "Subject: a\nSubject: b\n\nHello\n",
	  ":2:1: is a second Subject" },
	{ "an unknown field", "en/thanks.txt", "Subject: a\nSubjet: b\n\nHello\n",
	  ":2:1: is a field nobody knows" },
	{ "text among the fields", "en/thanks.txt", "Subject: a\nHello,\n\nyou\n",
	  ":2:1: is no field" },
	{ "no text", "en/thanks.txt", GOOD "{{! later }}\n", ":3:1: has an empty text part" },
	{ "an unknown part", "en/thanks.txt", GOOD "a\n--- htlm ---\nb\n", ":4:1: is no part" },
	{ "a fault in the HTML part", "en/thanks.txt", GOOD "a\n--- html ---\n<p>\n{{nmae}}\n",
	  ":6:1: {{nmae}} is unknown" },
	{ "a partial without an HTML part in one", "en/thanks.txt",
	  GOOD "a\n--- html ---\n{{> foot}}\n",
	  ":5:1: {{> foot}}: _foot.txt has no '--- html ---' part" },
	{ "not UTF-8", "en/thanks.txt", GOOD "a\nb\xE9\n", ":4:2: octet 0xE9 is not UTF-8" },
	{ "an answer word that is missing", "en/confirm.txt", GOOD "Was it you?\n",
	  ":3:1: the answer 'YES' is missing in the text part" },
	{ "one missing in the HTML part", "en/confirm.txt", GOOD "YES?\n--- html ---\n<p>?\n",
	  ":5:1: the answer 'YES' is missing in the HTML part" },
	{ "a web link", "en/thanks.txt", GOOD "a\nsee https://gw.example/yes\n",
	  ":4:5: is a web link" },
	{ "a picture", "en/thanks.txt", GOOD "a\n--- html ---\n<p>a\n<IMG src='x'>\n",
	  ":6:1: is a picture" },
	{ "a page that shows no answers", "common/_page.txt",
	  "--- html ---\n{{#texts}}{{#blocks}}{{{paragraph}}}{{/blocks}}{{/texts}}\n",
	  ":2:1: the answer 'OUI' is missing in the HTML part" },
	{ "an unknown name in the page", "common/_page.txt",
	  "--- html ---\n{{#texts}}{{#blocks}}{{> block}}{{/blocks}}{{fooot}}{{{foot}}}{{/texts}}\n",
	  ":2:44: {{fooot}} is unknown" },
	{ "a page of pages", "common/_page.txt", "--- html ---\n{{> page}}\n",
	  ":2:1: {{> page}} is called inside itself" },
	{ "an older default", "en/thanks.txt", "{{! default en 00000000 }}\n" GOOD "a\n",
	  ":1:1: was started from an older default" },
	{ "eleven months", "en/_dates.txt",
	  "months: a b c d e f g h i j k\nweekdays: a b c d e f g\ndate: {{day}}\n"
	  "date-year: {{day}}\n",
	  ":1:9: wants twelve names" },
	{ "no dates", "en/_dates.txt", "months: a b c d e f g h i j k l\nweekdays: a b c d e f g\n",
	  ":1:1: has no 'date: ...'" },
};

static void test_check_finds_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct str told, wanted;
		str_init(&told, 100000);
		str_init(&wanted, 1000);
		make_folder(NULL);
		put(faults[i].name, faults[i].text);
		struct catalog *c = open_own(NULL);
		size_t count = catalog_check(c, gather, &told);
		str_addf(&wanted, "%s/%s%s", folder, faults[i].name, faults[i].says);
		bool found = strstr(told.text, wanted.text) != NULL;
		if (faults[i].says[0] == '\0' ? count != 0 : count == 0 || !found)
			fail_msg("%s: wanted %s\ntold %s", faults[i].fact, wanted.text, told.text);
		catalog_free(&c);
		remove_folder(NULL);
		str_free(&told);
		str_free(&wanted);
	}
	make_folder(NULL);
}

/* A file of nothing but faults is told of for a while, not for ever. */
static void test_flaws_are_bounded(void **state)
{
	(void)state;
	struct str text, told;
	str_init(&text, 1 << 20);
	str_init(&told, 1 << 20);
	str_add(&text, GOOD);
	while (text.len < 250000)
		str_add(&text, "{{x}}\n");
	put("en/thanks.txt", text.text);
	struct catalog *c = open_own(&told);
	assert_in_range(told.len, 1000, 60000);
	catalog_free(&c);
	str_free(&text);
	str_free(&told);
}

/* A configured language with one file: the others are missing, each by name. */
static void test_check_finds_missing_languages(void **state)
{
	(void)state;
	static const char *const with_pt[] = { "fr", "pt" };
	struct str told;
	str_init(&told, 100000);
	put("pt/thanks.txt", GOOD "Obrigado {{> foot}}\n");
	struct catalog *c = catalog_new(folder, with_pt, 2, NULL, NULL);
	assert_true(catalog_check(c, gather, &told) > 20);
	assert_non_null(strstr(told.text, "/pt/ask.txt:1:1: is missing, its readers get 'fr'"));
	assert_non_null(strstr(told.text, "/pt/_dates.txt:1:1: is missing"));
	assert_non_null(
		strstr(told.text,
	               "/pt/thanks.txt:3:10: {{> foot}}: _foot.txt is there in 'fr', not in 'pt'"));
	assert_null(strstr(told.text, "/pt/thanks.txt:1:1: is missing"));
	catalog_free(&c);
	str_free(&told);
}

/* ---- refilling ---- */

#define EEEEEEEEE "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"

static const struct {
	const char *fact, *text, *wanted;
} fills[] = {
	{ "lines of a paragraph are joined", "a\nb\n\nc\n", "a b\n\nc\n" },
	{ "a paragraph is broken at 72 columns",
	  "123456789 123456789 123456789 123456789 123456789 123456789 123456789 12 345\n",
	  "123456789 123456789 123456789 123456789 123456789 123456789 123456789 12\n345\n" },
	{ "characters are counted, not octets",
	  EEEEEEEEE " 123456789 123456789 123456789 "
	  "123456789 123456789 123456789 12\n",
	  EEEEEEEEE " 123456789 123456789 123456789 "
	  "123456789 123456789 123456789 12\n" },
	{ "a space that does not break holds",
	  "123456789 123456789 123456789 123456789 123456789 123456789 123456789 1" NBSP ":\n",
	  "123456789 123456789 123456789 123456789 123456789 123456789 123456789\n1" NBSP ":\n" },
	{ "a line ending in a colon ends its paragraph", "She writes:\nHello\n",
	  "She writes:\nHello\n" },
	{ "quoted lines stay as they are", "a\n>  b\n> c\nd\n", "a\n>  b\n> c\nd\n" },
	{ "an empty quoted line has no blank", "> a\n> \n> b\n", "> a\n>\n> b\n" },
	{ "several empty lines are one", "\n\na\n\n\n  \n\nb\n\n", "a\n\nb\n" },
	{ "indented lines are lines", "  a@x\n  b@y\n", "  a@x\n  b@y\n" },
	{ "a label's text is broken under itself",
	  "  ACCEPT     123456789 123456789 123456789 123456789 123456789 123456789 12\n",
	  "  ACCEPT     123456789 123456789 123456789 123456789 123456789 123456789\n"
	  "             12\n" },
	{ "and goes on in lines indented to there", "  YES  a\n       b\n  NO   c\n",
	  "  YES  a b\n  NO   c\n" },
	{ "a point's text hangs from it", "  - a\n    b\n  - c\n", "  - a b\n  - c\n" },
	{ "a word longer than the line stands alone",
	  "a 123456789012345678901234567890123456789012345678901234567890123456789012345 b\n",
	  "a\n123456789012345678901234567890123456789012345678901234567890123456789012345\nb\n" },
	{ "nothing is nothing", "\n \n", "" },
};

static void test_refill(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof fills / sizeof *fills; i++) {
		struct str out;
		str_init(&out, 10000);
		refill(fills[i].text, &out);
		if (strcmp(out.text, fills[i].wanted) != 0)
			fail_msg("%s: '%s'", fills[i].fact, out.text);
		str_free(&out);
	}
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults_have_no_flaw),
		cmocka_unit_test(test_every_text_reads_well),
		cmocka_unit_test(test_subjects_are_those_of_the_thread),
		cmocka_unit_test(test_word_of_around_is_not_a_relays),
		cmocka_unit_test(test_hostile_values),
		cmocka_unit_test(test_long_values),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_refill),
		WITH_FOLDER(test_fall_back_is_file_by_file),
		WITH_FOLDER(test_a_hub_has_its_own_texts),
		WITH_FOLDER(test_html_part),
		WITH_FOLDER(test_html_of_the_text),
		WITH_FOLDER(test_refresh),
		WITH_FOLDER(test_a_partial_that_breaks_a_message_is_refused),
		WITH_FOLDER(test_two_gateways_do_not_mix),
		WITH_FOLDER(test_check_finds_faults),
		WITH_FOLDER(test_flaws_are_bounded),
		WITH_FOLDER(test_check_finds_missing_languages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
