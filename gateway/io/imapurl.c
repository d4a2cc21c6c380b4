#include "io/imapurl.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static int hex(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) % 16 : -1;
}

/* NULL: a "%" that stands for no octet, or for one a folder cannot have. */
static char *decode(const char *text)
{
	struct str out;
	str_init(&out, 1000);
	for (; *text != '\0'; text++) {
		if (*text != '%') {
			str_add_char(&out, *text);
			continue;
		}
		int high = hex(text[1]), low = high < 0 ? -1 : hex(text[2]);
		if (low < 0 || high * 16 + low < ' ')
			str_spoil(&out);
		else
			str_add_char(&out, (char)(high * 16 + low));
		text += low < 0 ? 0 : 2;
	}
	if (str_ok(&out) && out.len > 0)
		return out.text;
	str_free(&out);
	return NULL;
}

/* host [":" port], the end is `len` octets on. */
static bool split_host(const char *text, size_t len, struct imapurl *url)
{
	const char *end = text + len, *host_end = end, *port = NULL;
	if (len > 0 && text[0] == '[') {
		host_end = memchr(text, ']', len);
		if (host_end == NULL || (host_end + 1 != end && host_end[1] != ':'))
			return false;
		port = host_end + 1 != end ? host_end + 2 : NULL;
		text++;
	} else if ((port = memchr(text, ':', len)) != NULL) {
		host_end = port++;
	}
	if (host_end == text)
		return false;
	size_t port_len = port != NULL ? (size_t)(end - port) : 0;
	if (port != NULL && (port_len == 0 || port_len > 5 ||
	                     strspn(port, "0123456789") != port_len))
		return false;
	url->host = mem_text_len(text, (size_t)(host_end - text));
	url->port = port != NULL ? mem_text_len(port, port_len)
	                         : mem_text(url->starttls ? "143" : "993");
	return true;
}

enum rc imapurl_parse(const char *text, struct imapurl *url, struct why *why)
{
	static const char implicit[] = "imaps://", explicit[] = "imap+starttls://";
	struct imapurl made = { .starttls = strncmp(text, explicit, sizeof explicit - 1) == 0 };
	const char *rest = NULL;
	if (made.starttls)
		rest = text + sizeof explicit - 1;
	else if (strncmp(text, implicit, sizeof implicit - 1) == 0)
		rest = text + sizeof implicit - 1;
	size_t host_len = rest != NULL ? strcspn(rest, "/") : 0;
	bool good = rest != NULL && split_host(rest, host_len, &made);
	if (good) {
		const char *folder = rest[host_len] == '/' ? rest + host_len + 1 : "";
		made.folder = folder[0] != '\0' ? decode(folder) : mem_text("INBOX");
	}
	if (!good || made.folder == NULL) {
		imapurl_free(&made);
		return why_set(why, RC_PERM, "'%s': write imaps://HOST/FOLDER or "
		               "imap+starttls://HOST/FOLDER", text);
	}
	*url = made;
	return RC_OK;
}

void imapurl_free(struct imapurl *url)
{
	free(url->host);
	free(url->port);
	free(url->folder);
	*url = (struct imapurl){ 0 };
}
