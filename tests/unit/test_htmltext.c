#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "mail/htmltext.h"
#include "mail/replytext.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
	const char *fact, *html, *want;
} texts[] = {
	{ "nothing", "", "" },
	{ "plain text", "Yes", "Yes" },
	{ "white space is one blank", "Yes  I\n\n do", "Yes I do" },
	{ "a break is a line", "Yes<br>No", "Yes\nNo" },
	{ "two breaks are a blank line", "Yes<br><br>No", "Yes\n\nNo" },
	{ "a div is a line", "<div>Yes</div><div>No</div>", "Yes\nNo" },
	{ "an empty div with a break is a blank line", "<div>Yes</div><div><br></div><div>No</div>", "Yes\n\nNo" },
	{ "a paragraph has a blank line", "<p>Yes</p><p>No</p>", "Yes\n\nNo" },
	{ "list items", "<ul><li>One<li>Two</ul>", "- One\n- Two" },
	{ "cells are apart", "<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc" },
	{ "preformatted text", "<pre>a  b\n c</pre>", "a  b\n c" },
	{ "entities", "caf&eacute; &amp; th&#233; &lt;x&gt;", "café & thé <x>" },
	{ "styles and scripts go", "<style>p{}</style><script>x()</script>Yes", "Yes" },
	{ "the head goes", "<html><head><title>T</title></head><body>Yes</body></html>", "Yes" },
	{ "what is hidden goes", "<div style=\"color:red; display : none\">No</div>Yes", "Yes" },
	{ "comments go", "<!-- No -->Yes<!--[if mso]>No<![endif]-->", "Yes" },
	{ "a declared charset is not believed: it was read before",
	  "<meta http-equiv=Content-Type content=\"text/html; charset=iso-8859-1\">\xc3\xa9", "é" },
	{ "a block quotation", "Yes<blockquote>Do you?<br>Really?</blockquote>Bye",
	  "Yes\n\n> Do you?\n> Really?\n\nBye" },
	{ "unclosed elements", "<div><b>Yes<div>No", "Yes\nNo" },
	{ "whom a link names", "Ask <a href='mailto:jane@a.example?subject=x'>Jane</a>.", "Ask Jane <jane@a.example>." },
	{ "but not twice", "Ask <a href='mailto:jane@a.example'>jane@a.example</a>.", "Ask jane@a.example." },
	{ "nor where other links lead", "See <a href='https://a.example/'>this</a>.", "See this." },
	{ "no-break spaces stay", "a&nbsp;b", "a\xc2\xa0" "b" },
};

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char *text = htmltext_read(texts[i].html, strlen(texts[i].html), 10000);
		if (strcmp(text, texts[i].want) != 0)
			fail_msg("%s: '%s'", texts[i].fact, text);
		free(text);
	}
}

/* Own words of HTML mail, program by program. */
static const struct {
	const char *fact, *html, *want;
} words[] = {
	{ "Gmail", "<div dir=ltr>Yes</div><br><div class=gmail_quote><div dir=ltr class=gmail_attr>On Tue, Apr 28, 2026 at 3:51 PM Bob &lt;<a href='mailto:b@b.example'>b@b.example</a>&gt; wrote:<br></div><blockquote class=gmail_quote>ACCEPT?</blockquote></div>", "Yes" },
	{ "Gmail, answers between", "<div class=gmail_quote>On Tue, Apr 28, 2026 at 3:51 PM Bob &lt;b@b.example&gt; wrote:<blockquote class=gmail_quote>One?</blockquote><div>Yes</div><blockquote class=gmail_quote>Two?</blockquote><div>No</div></div>", "Yes\n\nNo" },
	{ "Gmail's signature", "<div>Yes</div>-- <br><div class=gmail_signature>Ann<br>ACCEPT Inc.</div>", "Yes" },
	{ "Outlook's border", "<p class=MsoNormal>Yes<o:p></o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>Bob</p></div><p class=MsoNormal>ACCEPT</p>", "Yes" },
	{ "Outlook's header block without a border", "<p>Yes</p><p><b>From:</b> Bob [mailto:b@b.example]<br><b>Sent:</b> Monday, April 27, 2026<br><b>To:</b> Ann<br><b>Subject:</b> x</p><p>ACCEPT</p>", "Yes" },
	{ "Outlook on the web", "<div>Yes</div><hr tabindex=-1><div id=divRplyFwdMsg><b>From:</b> Bob</div><div>ACCEPT</div>", "Yes" },
	{ "Outlook for telephones", "<div>Yes</div><div id='ms-outlook-mobile-signature'>Get <a href='x'>Outlook for iOS</a></div><div id=mail-editor-reference-message-container>ACCEPT</div>", "Yes" },
	{ "Apple Mail", "Yes<br><blockquote type=cite>On 28 Apr 2026, at 15:51, Bob wrote:<br>ACCEPT</blockquote>", "Yes" },
	{ "an iPhone", "<div dir=ltr>Yes<br><br><div dir=ltr>Sent from my iPhone</div></div>", "Yes" },
	{ "Yahoo", "<div>Yes</div><div class='yahoo_quoted'><div>On Tuesday, Bob wrote:</div>ACCEPT</div>", "Yes" },
	{ "Proton", "Yes<div class='protonmail_signature_block'>Sent with Proton Mail</div><div class=protonmail_quote>On Tuesday<blockquote>ACCEPT</blockquote></div>", "Yes" },
	{ "Thunderbird", "<p>Yes</p><div class=moz-cite-prefix>Le 28/04/2026, Bob a écrit&nbsp;:</div><blockquote type=cite>ACCEPT</blockquote>", "Yes" },
	{ "Thunderbird's signature", "<p>Yes</p><pre class=moz-signature>-- \nAnn\nACCEPT Inc.</pre>", "Yes" },
	{ "an answer below", "<blockquote>ACCEPT?</blockquote><p>No</p>", "No" },
	{ "Hotmail's rule", "Yes<div><hr id=stopSpelling>Date: Thu, 26 Jun 2026<br>ACCEPT</div>", "Yes" },
	{ "a header block after a rule, on one line", "Yes<hr><b>From: b@b.example</b> <b>Date: Thu, 24 Mar 2026</b><div>ACCEPT</div>", "Yes" },
};

static void test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		char *text = htmltext_read(words[i].html, strlen(words[i].html), 10000);
		char *said = replytext_words(text, NULL);
		if (strcmp(said, words[i].want) != 0)
			fail_msg("%s: '%s' from\n%s", words[i].fact, said, text);
		free(said);
		free(text);
	}
}

static void test_limit(void **state)
{
	(void)state;
	char *text = htmltext_read("<p>abcdefghij</p>", 17, 5);
	assert_true(strlen(text) <= 5);
	free(text);
}

static void test_linear(void **state)
{
	(void)state;
	static const char *const pieces[] = { "<",
		                              "<a ",
		                              "<div>",
		                              "<b><i>",
		                              "</b>",
		                              "<!--",
		                              "<a x=\"",
		                              "&",
		                              "&amp;",
		                              "<p>",
		                              "<table><tr><td>",
		                              "<blockquote>",
		                              "<li>",
		                              "<![CDATA[",
		                              "<hr>",
		                              "x<br>",
		                              "<form>",
		                              "<div style='border-top' ",
		                              "</p>" };
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct str html;
		str_init(&html, (size_t)1 << 18);
		while (str_ok(&html))
			str_add(&html, pieces[i]);
		clock_t start = clock();
		free(htmltext_read(html.text, html.len, (size_t)1 << 20));
		double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
		if (seconds > 3)
			fail_msg("'%s' takes %.1f s", pieces[i], seconds);
		str_free(&html);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_texts),
		                            cmocka_unit_test(test_words),
		                            cmocka_unit_test(test_limit),
		                            cmocka_unit_test(test_linear) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
