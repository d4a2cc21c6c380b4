#include "mailtemplates/catalog.h"
#include "mailtemplates/htmlpart.h"
#include "mailtemplates/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* ---- what becomes of a text; [x] is a value ---- */

static const struct textanswer answers[] = { { (char *)"YES", (char *)"YES" },
	                                     { (char *)"YES ALL", (char *)"YES ALL" },
	                                     { (char *)"LATER", (char *)"LATER on " },
	                                     { (char *)"GIVE UP", (char *)"GIVE UP {{reference}}" },
	                                     { (char *)"1", (char *)"1" } };

#define LINK(BODY) "mailto:in+t@gw.example?subject=Re%3A%20A%26B&body=" BODY
#define A(BODY, WORD) \
	"<a href=\\\"mailto:in+t@gw.example?subject=Re%3A%20A%26B&amp;body=" BODY \
	"\\\" style=\\\"color:inherit\\\">" WORD "</a>"
#define SMALL \
	"<a href=\"mailto:in+t@gw.example?subject=Re%3A%20A%26B&amp;body=YES%0D%0A%0D%0A\"" \
	" style=\"color:inherit\">YES</a>"
#define P(TEXT)     "{\"paragraph\":\"" TEXT "\"}"
#define TIGHT(KIND, TEXT) "{\"" KIND "\":\"" TEXT "\",\"tight\":true}"

static const struct {
	const char *name, *text, *blocks, *foot;
} texts[] = {
	{ "lines of a paragraph are joined", "\na\nb\n\nc [d]\n\n[N] writes\n",
	  P("a\\nb") "," P("c d"), "N writes" },
	{ "the small print has a word to answer with", "\na\n\nNo more: YES\n", P("a"),
	  "No more: " SMALL },
	{ "or a value first; other words are as large as all", "\na\n\nb [c]\n",
	  P("a") "," P("b c"), NULL },
	{ "a line ending in a colon ends its paragraph", "\nShe writes:\nHello\n",
	  P("She writes:") "," TIGHT("paragraph", "Hello"), NULL },
	{ "a value ending in a colon does not", "\nShe writes[:]\nHello\n",
	  P("She writes:\\nHello"), NULL },
	{ "quoted lines are a quotation, each line for itself", "\n> [a]\n> [b]\n",
	  "{\"quotation\":\"a<br>\\nb\"}", NULL },
	{ "an empty one divides", "\n> [a]\n>\n> [b]\n", "{\"quotation\":\"a<br>\\n<br>\\nb\"}",
	  NULL },
	{ "one broken because it was full goes on",
	  "\n> [Bonjour Madame, nous avons un capteur d humidite sans pile ; je]\n> [cherche]\n",
	  "{\"quotation\":\"Bonjour Madame, nous avons un capteur d humidite sans pile ; je\\n"
	  "cherche\"}",
	  NULL },
	{ "but not with a point",
	  "\n> [Bonjour Madame, nous avons un capteur d humidite sans pile ; je]\n> [-cherche]\n",
	  "{\"quotation\":\"Bonjour Madame, nous avons un capteur d humidite sans pile ; je<br>\\n"
	  "-cherche\"}",
	  NULL },
	{ "a value is no quotation", "\n[> a]\n", P("&gt; a"), NULL },
	{ "points", "\n  - a\n  - [b]\n    c\n", "{\"points\":[\"a\",\"b\\nc\"]}", NULL },
	{ "a value is no point", "\n  [- a]\n", "{\"lines\":\"- a\"}", NULL },
	{ "indented lines are lines, tight under a paragraph", "\n[Ann], Acme\n  [a@x]\n  since\n",
	  P("Ann, Acme") "," TIGHT("lines", "a@x<br>\\nsince"), NULL },
	{ "an answer with what it does",
	  "\n  YES      I do [it]\n           and more\n  LATER    on ...\n",
	  "{\"answers\":[{\"word\":\"YES\",\"href\":\"" LINK(
		  "YES%0D%0A%0D%0A") "\",\"text\":\"I do it\\nand more\",\"first\":true},"
	  "{\"word\":\"LATER\",\"href\":\"" LINK("LATER%20on%20") "\",\"text\":\"on ...\"}]}",
	  NULL },
	{ "the longer word is another answer", "\n  YES ALL  a\n",
	  "{\"answers\":[{\"word\":\"YES ALL\",\"href\":\"" LINK(
		  "YES%20ALL%0D%0A%0D%0A") "\",\"text\":\"a\",\"first\":true}]}",
	  NULL },
	{ "a label that is no answer", "\n  Subject:  a\n", "{\"lines\":\"<b>Subject:</b> a\"}", NULL },
	{ "goes on under itself", "\n  Mail   a file\n         or two\n  None\n",
	  "{\"lines\":\"<b>Mail</b> a file\\nor two<br>\\nNone\"}", NULL },
	{ "a value is no answer", "\n  [YES]      a\n", "{\"lines\":\"YES      a\"}", NULL },
	{ "nor is it a label", "\n  [a:]   b\n", "{\"lines\":\"a:   b\"}", NULL },
	{ "nor are its blanks", "\n  YES[    ]a\n",
	  "{\"lines\":\"YES    a\"}", NULL },
	{ "a number stands for all, and none of them is first", "\n  23  [Ann]\n",
	  "{\"answers\":[{\"word\":\"23\",\"href\":\"" LINK(
		  "23%0D%0A%0D%0A") "\",\"text\":\"Ann\"}]}",
	  NULL },
	{ "in a sentence a word is a link, a number is none", "\nReply YES, or 1.\n",
	  P("Reply " A("YES%0D%0A%0D%0A", "YES") ", or 1."), NULL },
	{ "the longer one is found, next to a space that does not break",
	  "\nYES ALL\xC2\xA0; \xC2\xABYES\xC2\xBB\n",
	  P(A("YES%20ALL%0D%0A%0D%0A", "YES ALL") "\xC2\xA0; \xC2\xAB" A("YES%0D%0A%0D%0A",
	                                                                "YES") "\xC2\xBB"),
	  NULL },
	{ "part of a word is none", "\nYESTERDAY \xC3\x89YES YES\xC3\xA9 EYES YES1\n",
	  P("YESTERDAY \xC3\x89YES YES\xC3\xA9 EYES YES1"), NULL },
	{ "nor is one in a value, nor one that goes on in it", "\n[YES] YES[NO] [a]YES\n",
	  P("YES YESNO aYES"), NULL },
	{ "the reference is written for the reader", "\nGIVE UP\n",
	  P(A("GIVE%20UP%207K2M-4QXP%0D%0A%0D%0A", "GIVE UP")), NULL },
	{ "what is markup is shown", "\n<b> & [<i>\"']\n", P("&lt;b&gt; &amp; &lt;i&gt;&quot;&#39;"),
	  NULL },
	{ "a raw value's lines stay in their place", "\na [x\n> y]\n", P("a x<br>\\n&gt; y"), NULL },
	{ "a name from the right is kept apart", "\n[\xD7\xA9\xD7\x9C], you\n",
	  P("<bdi>\xD7\xA9\xD7\x9C</bdi>, you"), NULL },
	{ "one paragraph alone is no small print", "\na\n", P("a"), NULL },
	{ "nor is a quotation", "\na\n\n> [b]\n", P("a") ",{\"quotation\":\"b\"}", NULL },
	{ "nothing is nothing", "\n \n\n", "", NULL },
	{ "a value without an end ends with its line", "\na [b", P("a b"), NULL },
};

static char *marked(const char *text)
{
	char *copy = strdup(text);
	for (char *at = copy; *at != '\0'; at++)
		*at = *at == '[' ? MUSTACHE_VALUE : *at == ']' ? MUSTACHE_VALUE_END : *at;
	return copy;
}

static void test_texts(void **state)
{
	(void)state;
	static const struct htmlpart with = { answers, 5, "in+t@gw.example", "A&B", "7K2M-4QXP" };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		char *text = marked(texts[i].text);
		json_t *made = htmlpart_make(&with, text, strlen(text));
		char *blocks = json_dumps(json_object_get(made, "blocks"), JSON_COMPACT);
		const char *foot = json_string_value(json_object_get(made, "foot"));
		blocks[strlen(blocks) - 1] = '\0';
		if (strcmp(blocks + 1, texts[i].blocks) != 0)
			fail_msg("%s:\n%s\nwanted\n%s", texts[i].name, blocks + 1, texts[i].blocks);
		if (strcmp(foot == NULL ? "" : foot, texts[i].foot == NULL ? "" : texts[i].foot) !=
		    0)
			fail_msg("%s: the small print is '%s'", texts[i].name, foot);
		json_decref(made);
		free(blocks);
		free(text);
	}
}

/* ---- no value changes what a mail is made of ---- */

static const char *const hostile[] = {
	"\n\n  ACCEPT     yes\n\n",
	"  ACCEPT     yes",
	"> said",
	">",
	"  - a point",
	"- ",
	":",
	"STOP",
	"ACCEPTER",
	"1  ",
	"<script>alert(1)</script>",
	"\"'><a href=\"mailto:x@evil.example\">ACCEPT</a>",
	"mailto:x@evil.example?body=ACCEPT",
	"{{reference}}{{#reader}}{{> buttons}}{{{name}}}",
	"\xE2\x80\xAE\xE2\x80\x8F\xE2\x81\xA6\xD8\x9Cright",
	"\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
	("\x01" "ACCEPT\x02 STOP \x02  ACCEPT  \x01"),
	"https://evil.example/?a=b&c=d",
	"]]><!--",
	"a word so long that its line is full and full again and nothing has room behind it now",
};

/* All strings inside are `text` now. */
static json_t *filled(const json_t *value, const char *text)
{
	const char *key;
	size_t index;
	void *next;
	json_t *part;
	if (json_is_string(value))
		return json_string(text);
	json_t *copy = json_copy((json_t *)(uintptr_t)value);
	json_array_foreach (copy, index, part) {
		json_array_set_new(copy, index, filled(part, text));
	}
	json_object_foreach_safe (copy, next, key, part) {
		json_object_set_new(copy, key, filled(part, text));
	}
	return copy;
}

/* Its tags, without those of a break or of writing from the right, and without
 * what their links carry of the subject and the reference. */
static void skeleton(const char *html, struct str *out)
{
	str_clear(out);
	while ((html = strchr(html, '<')) != NULL) {
		size_t len = strcspn(html, ">") + 1;
		const char *subject = memmem(html, len, "?subject=", 9);
		const char *quote = subject == NULL ? NULL : strchr(subject, '"');
		if (strncmp(html, "<br>", 4) == 0 || strncmp(html, "<bdi>", 5) == 0 ||
		    strncmp(html, "</bdi>", 6) == 0) {
			html++;
			continue;
		}
		str_add_len(out, html, subject == NULL ? len : (size_t)(subject - html));
		if (quote != NULL)
			str_add_len(out, quote, (size_t)(html + len - quote));
		html += len;
	}
}

static void render_filled(const struct catalog *c, const char *message, const char *language,
                          const json_t *sample, const char *text, struct str *out)
{
	struct catalog_mail mail;
	struct why why;
	json_t *values = filled(sample, text);
	json_object_set_new(values, "reply", json_string("in+t@gw.example"));
	if (catalog_render(c, message, language, values, &mail, &why) != RC_OK)
		fail_msg("%s: %s", message, why.text);
	/* Nothing turns the words around it (U+061C, U+200F, U+202E, U+2066). */
	assert_null(strstr(mail.html, "\xD8\x9C"));
	assert_null(strstr(mail.html, "\xE2\x80\x8F"));
	assert_null(strstr(mail.html, "\xE2\x80\xAE"));
	assert_null(strstr(mail.html, "\xE2\x81\xA6"));
	skeleton(mail.html, out);
	catalog_mail_free(&mail);
	json_decref(values);
}

static void test_no_value_is_structure(void **state)
{
	(void)state;
	static const char *const languages[] = { "en", "fr", "de" };
	struct catalog *c = catalog_new(NULL, languages, 3, NULL, NULL);
	struct str plain, made;
	str_init(&plain, 1 << 20);
	str_init(&made, 1 << 20);
	for (const struct message_text *m = message_texts; m->name != NULL; m++) {
		const char *language = languages[(m - message_texts) % 3], *case_name;
		json_t *samples = message_text_samples(m), *sample;
		json_object_foreach (samples, case_name, sample) {
			render_filled(c, m->name, language, sample, "x", &plain);
			for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
				render_filled(c, m->name, language, sample, hostile[i], &made);
				if (strcmp(plain.text, made.text) != 0)
					fail_msg("%s, %s: '%s' changes it to\n%s\nfrom\n%s",
					         m->name, case_name, hostile[i], made.text,
					         plain.text);
			}
		}
		json_decref(samples);
	}
	str_free(&plain);
	str_free(&made);
	catalog_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_texts),
		                            cmocka_unit_test(test_no_value_is_structure) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
