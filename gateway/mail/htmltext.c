#include "mail/htmltext.h"

#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MOST 600 /* open elements; libxml2 looks through them at each end tag */
#define HTML_MOST ((size_t)4 << 20)

/* What an open element does until it is closed. */
struct element {
	unsigned hidden : 1, quoted : 1, block : 1, verbatim : 1;
};

struct reader {
	struct str out;
	struct element open[DEPTH_MOST];
	size_t depth, hidden, quoted, verbatim;
	bool rest_quoted; /* below Outlook's border line */
	bool line_empty;  /* nothing stands on this line yet */
	bool blank_owed;  /* white space was seen */
	unsigned breaks_owed; /* before the next text: 1 a line, 2 a blank line */
	char *link;           /* address of the mailto: link that is open, or NULL */
	size_t link_from;     /* where its text begins */
	htmlParserCtxtPtr parser;
};

/* ---- writing ---- */

static void put_breaks(struct reader *r)
{
	bool quoted = r->quoted > 0 || r->rest_quoted;
	for (; r->breaks_owed > 0; r->breaks_owed--) {
		if (r->out.len > 0)
			str_add(&r->out, "\n");
		r->line_empty = true;
	}
	if (r->line_empty && quoted)
		str_add(&r->out, "> ");
	r->line_empty = false;
}

static void owe_breaks(struct reader *r, unsigned breaks)
{
	if (r->line_empty && breaks == 1 && r->breaks_owed == 0)
		return;
	if (r->breaks_owed < breaks)
		r->breaks_owed = breaks;
	r->blank_owed = false;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void put_text(struct reader *r, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (is_space(s[i]) && r->verbatim == 0) {
			r->blank_owed = true;
			continue;
		}
		if (s[i] == '\n') {
			r->breaks_owed++;
			put_breaks(r);
			continue;
		}
		bool starts = r->breaks_owed > 0 || r->line_empty;
		put_breaks(r);
		if (r->blank_owed && !starts)
			str_add_char(&r->out, ' ');
		r->blank_owed = false;
		str_add_char(&r->out, s[i]);
	}
}

/* ---- reading ---- */

static const char *attribute(const xmlChar **attributes, const char *name)
{
	for (; attributes != NULL && attributes[0] != NULL; attributes += 2)
		if (strcasecmp((const char *)attributes[0], name) == 0)
			return attributes[1] != NULL ? (const char *)attributes[1] : "";
	return "";
}

static bool has_any(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcasestr(text, *words) != NULL)
			return true;
	return false;
}

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcasecmp(text, *words) == 0)
			return true;
	return false;
}

/* Containers of what the writer did not write, by the programs that make them:
 * quotations (Yahoo, Proton, Zoho, Apple, Thunderbird, Outlook, Exchange), then
 * signatures (Gmail, Thunderbird, Proton, Outlook, Apple, Windows Mail). */
static bool is_foreign(const char *name, const char *class, const char *id,
                       const xmlChar **attributes)
{
	static const char *const classes[] = {
		"yahoo_quoted",     "yahoo-quoted",
		"protonmail_quote", "zmail_extra",
		"moz-cite-prefix",  "moz-forward-container",
		"tutanota_quote",   "outlookmessageheader",
		"gmail_attr",       "gmail_signature",
		"moz-signature",    "protonmail_signature_block",
		"zm_signature",     NULL,
	};
	static const char *const ids[] = {
		"OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container", "reply-intro",
		"x_mail-editor-reference-message-container", "replySplit", "isReplyContent",
		"Signature", "x_Signature", "signature", "AppleMailSignature", "Signature_1",
		"ms-outlook-mobile-signature", "x_ms-outlook-mobile-signature", NULL,
	};
	return strcasecmp(name, "blockquote") == 0 || has_any(class, classes) ||
	       is_one_of(id, ids) || *attribute(attributes, "data-signatureblock") != '\0';
}

/* Below this everything is quoted: the element before Outlook's header block. */
static bool is_border(const char *name, const char *style, const char *id)
{
	static const char *const ids[] = { "divRplyFwdMsg", "x_divRplyFwdMsg", "appendonsend",
		                           "x_appendonsend", "stopSpelling",
		                           "ms-outlook-mobile-body-separator-line", NULL };
	static const char *const colours[] = { "#B5C4DF",
		                               "#E1E1E1",
		                               "rgb(229, 229, 229)",
		                               "#E5E5E5",
		                               "rgb(181, 196, 223)",
		                               "rgb(225, 225, 225)",
		                               NULL };
	if (is_one_of(id, ids))
		return true;
	return strcasecmp(name, "div") == 0 && strcasestr(style, "border-top") != NULL &&
	       strcasestr(style, "padding") != NULL && has_any(style, colours);
}

static bool is_hidden(const char *name, const char *style)
{
	static const char *const names[] = { "head",     "style",    "script", "title",
		                             "template", "noscript", "object", "select",
		                             "textarea", "svg",      NULL };
	if (is_one_of(name, names))
		return true;
	const char *display = strcasestr(style, "display");
	if (display == NULL)
		return false;
	display += strlen("display");
	display += strspn(display, " :");
	return strncasecmp(display, "none", 4) == 0;
}

static bool is_block(const char *name)
{
	static const char *const names[] = {
		"div",     "p",       "table",    "tr",     "ul",      "ol",     "li", "blockquote",
		"pre",     "h1",      "h2",       "h3",     "h4",      "h5",     "h6", "hr",
		"section", "article", "header",   "footer", "address", "center", "dl", "dt",
		"dd",      "form",    "fieldset", "body",   NULL
	};
	return is_one_of(name, names);
}

static unsigned breaks_of(const char *name)
{
	static const char *const spaced[] = { "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol",
		                              "blockquote", "table", NULL };
	return is_one_of(name, spaced) ? 2 : 1;
}

/* <a href="mailto:jane@a.example?subject=...">: whom it names is part of what is
 * said, and a person would see it. */
static void open_link(struct reader *r, const char *href)
{
	free(r->link);
	r->link = NULL;
	if (strncasecmp(href, "mailto:", 7) != 0 || r->hidden > 0)
		return;
	href += 7;
	r->link = mem_text_len(href, strcspn(href, "?"));
	r->link_from = r->out.len;
}

static void close_link(struct reader *r)
{
	if (r->link != NULL && r->out.len > r->link_from && str_ok(&r->out) &&
	    strchr(r->out.text + r->link_from, '@') == NULL && strchr(r->link, '@') != NULL &&
	    strpbrk(r->link, "%<> ,\n\r") == NULL)
		str_addf(&r->out, " <%s>", r->link);
	free(r->link);
	r->link = NULL;
}

static void on_start(void *ctx, const xmlChar *xname, const xmlChar **attributes)
{
	struct reader *r = ctx;
	const char *name = (const char *)xname, *style = attribute(attributes, "style");
	const char *class = attribute(attributes, "class"), *id = attribute(attributes, "id");
	if (r->depth == DEPTH_MOST) {
		xmlStopParser(r->parser);
		return;
	}
	struct element *e = &r->open[r->depth++];
	*e = (struct element){ .hidden = is_hidden(name, style), .block = is_block(name),
		               .quoted = is_foreign(name, class, id, attributes),
		               .verbatim = strcasecmp(name, "pre") == 0 };
	if (strcasecmp(name, "a") == 0)
		open_link(r, attribute(attributes, "href"));
	else if (strcasecmp(name, "br") == 0 && r->hidden == 0)
		r->breaks_owed++;
	else if (e->block || e->quoted)
		owe_breaks(r, breaks_of(name));
	r->rest_quoted |= is_border(name, style, id);
	r->hidden += e->hidden;
	r->quoted += e->quoted;
	r->verbatim += e->verbatim;
	if (strcasecmp(name, "hr") == 0 && r->hidden == 0 && !r->rest_quoted) {
		put_text(r, "________________", 16);
		owe_breaks(r, 1);
	} else if (strcasecmp(name, "li") == 0 && r->hidden == 0) {
		put_text(r, "- ", 2);
		r->blank_owed = true;
	} else if (strcasecmp(name, "td") == 0 || strcasecmp(name, "th") == 0) {
		r->blank_owed = true;
	}
}

static void on_end(void *ctx, const xmlChar *xname)
{
	struct reader *r = ctx;
	if (r->depth == 0)
		return;
	struct element *e = &r->open[--r->depth];
	if (strcasecmp((const char *)xname, "a") == 0)
		close_link(r);
	r->hidden -= e->hidden;
	r->verbatim -= e->verbatim;
	if (e->block || e->quoted)
		owe_breaks(r, breaks_of((const char *)xname));
	r->quoted -= e->quoted;
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
	struct reader *r = ctx;
	if (r->hidden == 0 && len > 0)
		put_text(r, (const char *)text, (size_t)len);
}

static void on_fault(void *ctx, const char *format, ...)
{
	(void)ctx;
	(void)format;
}

char *htmltext_read(const char *html, size_t len, size_t limit)
{
	struct reader *r = mem_zero(1, sizeof *r);
	htmlSAXHandler sax = { .startElement = on_start,
		               .endElement = on_end,
		               .characters = on_text,
		               .cdataBlock = NULL,
		               .ignorableWhitespace = on_text,
		               .error = on_fault,
		               .warning = on_fault };
	str_init(&r->out, limit);
	r->line_empty = true;
	r->parser = htmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (r->parser != NULL) {
		htmlCtxtUseOptions(r->parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
		                                      HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
		                                      HTML_PARSE_IGNORE_ENC);
		htmlParseChunk(r->parser, html, (int)(len < HTML_MOST ? len : HTML_MOST), 1);
		htmlFreeParserCtxt(r->parser);
	}
	char *text = r->out.text;
	free(r->link);
	free(r);
	return text;
}
