#include "mail/compose.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "mail/encode.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define MAIL_MOST ((size_t)64 << 20)

/* Every encoded part is free of "=_" (encode.h), so no boundary can occur in it. */
#define MIXED "=_passerelle_mixed"
#define ALTERNATIVE "=_passerelle_alternative"

/* A mail while it is written: the first thing refused says why. */
struct writer {
	struct str out;
	struct why *why;
	bool refused;
};

static void refuse(struct writer *w, const char *field, const char *what)
{
	if (!w->refused)
		why_set(w->why, RC_PERM, "%s: %s", field, what);
	w->refused = true;
}

/* A line break in a value would be a field of somebody else's: header injection. */
static bool is_safe(struct writer *w, const char *name, const char *value)
{
	if (strpbrk(value, "\r\n") != NULL)
		refuse(w, name, "a line break must not stand in a field");
	else if (!utf8_valid(value, strlen(value)))
		refuse(w, name, "not UTF-8");
	return !w->refused;
}

static void put_text(struct writer *w, const char *name, const char *value)
{
	if (!is_safe(w, name, value))
		return;
	str_addf(&w->out, "%s:", name);
	encode_text(&w->out, strlen(name) + 1, value);
	str_add(&w->out, "\r\n");
}

/* A field of ours whose name the caller chose. */
static void put_extra(struct writer *w, const char *name, const char *value)
{
	for (const char *s = name; *s != '\0' || s == name; s++)
		if (*s <= ' ' || *s >= 0x7f || *s == ':') {
			refuse(w, "a further field", "its name is none");
			return;
		}
	put_text(w, name, value);
}

/* mailbox = [display-name] "<" addr-spec ">" */
static void put_mailbox(struct writer *w, const char *field, const struct message_mailbox *box,
                        size_t *column)
{
	char *address = NULL;
	if (box->address == NULL || address_parse(box->address, &address, NULL) != RC_OK ||
	    strcmp(address, box->address) != 0)
		refuse(w, field, "no address");
	else if (!address_is_ascii(address))
		refuse(w, field, "the address needs SMTPUTF8, which not every server has");
	else if (box->name == NULL || is_safe(w, field, box->name)) {
		*column = encode_phrase(&w->out, *column, box->name != NULL ? box->name : "");
		bool fits = *column + strlen(address) + 4 <= ENCODE_LINE;
		str_addf(&w->out, "%s<%s>", fits ? " " : "\r\n ", address);
		*column = (fits ? *column : 0) + strlen(address) + 3;
	}
	free(address);
}

static void put_mailboxes(struct writer *w, const char *field, const struct message_mailbox *boxes,
                          size_t count)
{
	size_t column = strlen(field) + 1;
	str_addf(&w->out, "%s:", field);
	for (size_t i = 0; i < count && !w->refused; i++) {
		if (i > 0) {
			str_add(&w->out, ",\r\n");
			column = 0;
		}
		put_mailbox(w, field, &boxes[i], &column);
	}
	str_add(&w->out, "\r\n");
}

/* msg-id *(CFWS msg-id): one a line but for the first, as they are long. */
static void put_ids(struct writer *w, const char *field, const char *ids)
{
	if (ids == NULL || !is_safe(w, field, ids))
		return;
	str_addf(&w->out, "%s:", field);
	bool first = true;
	for (const char *s = ids + strspn(ids, " "); *s != '\0'; first = false) {
		size_t len = strcspn(s, " ");
		for (size_t i = 0; i < len; i++)
			if (s[i] <= ' ' || s[i] >= 0x7f || (s[i] == '<') != (i == 0) ||
			    (s[i] == '>') != (i == len - 1))
				refuse(w, field, "not a message-id");
		if (len > 900)
			refuse(w, field, "a message-id longer than a line");
		str_add(&w->out, first ? " " : "\r\n ");
		str_add_len(&w->out, s, len);
		s += len + strspn(s + len, " ");
	}
	if (first)
		refuse(w, field, "no message-id");
	str_add(&w->out, "\r\n");
}

/* RFC 5322 section 3.3, in English whatever the locale. */
static void put_date(struct writer *w, int64_t at)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct tm tm;
	time_t time = (time_t)at;
	if (gmtime_r(&time, &tm) == NULL || tm.tm_year < 0 || tm.tm_year > 8099) {
		refuse(w, "Date", "not a time");
		return;
	}
	str_addf(&w->out, "Date: %s, %d %s %04d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday],
	         tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
	         tm.tm_sec);
}

static void put_head(struct writer *w, const struct compose *mail)
{
	if (mail->to_count == 0)
		refuse(w, "To", "nobody");
	put_mailboxes(w, "From", &mail->from, 1);
	put_mailboxes(w, "To", mail->to, mail->to_count);
	if (mail->reply_to_count > 0)
		put_mailboxes(w, "Reply-To", mail->reply_to, mail->reply_to_count);
	put_text(w, "Subject", mail->subject);
	put_date(w, mail->date_at);
	put_ids(w, "Message-ID", mail->message_id != NULL ? mail->message_id : "");
	put_ids(w, "In-Reply-To", mail->in_reply_to);
	put_ids(w, "References", mail->references);
	for (size_t i = 0; mail->extra != NULL && mail->extra[i][0] != NULL; i++)
		put_extra(w, mail->extra[i][0], mail->extra[i][1]);
	if (mail->language != NULL)
		put_text(w, "Content-Language", mail->language);
	str_add(&w->out, "MIME-Version: 1.0\r\n");
}

static void put_text_part(struct writer *w, const char *type, const char *text)
{
	if (!utf8_valid(text, strlen(text)))
		refuse(w, type, "not UTF-8");
	enum encode_how how = encode_choose(text);
	str_addf(&w->out, "Content-Type: %s; charset=%s\r\n", type,
	         how == ENCODE_7BIT ? "us-ascii" : "utf-8");
	str_addf(&w->out, "Content-Transfer-Encoding: %s\r\n\r\n", encode_name(how));
	encode_body(&w->out, how, text);
}

static void put_texts(struct writer *w, const struct compose *mail)
{
	if (mail->html == NULL) {
		put_text_part(w, "text/plain", mail->text);
		return;
	}
	str_add(&w->out, "Content-Type: multipart/alternative;\r\n"
	                 " boundary=\"" ALTERNATIVE "\"\r\n\r\n--" ALTERNATIVE "\r\n");
	put_text_part(w, "text/plain", mail->text);
	str_add(&w->out, "\r\n--" ALTERNATIVE "\r\n");
	put_text_part(w, "text/html", mail->html);
	str_add(&w->out, "\r\n--" ALTERNATIVE "--\r\n");
}

/* type "/" subtype, both tokens, and neither of those that may not be encoded
 * (RFC 2045 section 6.4). */
static bool is_plain_type(const char *type)
{
	const char *slash = strchr(type, '/');
	if (slash == NULL || slash == type || slash[1] == '\0' || strlen(type) > 70 ||
	    strncasecmp(type, "message/", 8) == 0 || strncasecmp(type, "multipart/", 10) == 0)
		return false;
	for (const char *s = type; *s != '\0'; s++)
		if (s != slash && !isalnum((unsigned char)*s) && strchr("!#$&-^_.+", *s) == NULL)
			return false;
	return true;
}

static void put_attachment(struct writer *w, const struct message_attachment *a)
{
	if (!is_safe(w, "an attachment's name", a->name))
		return;
	const char *type = is_plain_type(a->type) ? a->type : "application/octet-stream";
	bool utf8 = strncasecmp(type, "text/", 5) == 0 && utf8_valid(a->octets, a->len);
	str_addf(&w->out, "\r\n--" MIXED "\r\nContent-Type: %s%s\r\n", type,
	         utf8 ? "; charset=utf-8" : "");
	str_add(&w->out, "Content-Disposition: attachment");
	encode_parameter(&w->out, "filename", a->name);
	str_add(&w->out, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	encode_base64(&w->out, a->octets, a->len);
}

static void put_body(struct writer *w, const struct compose *mail)
{
	if (mail->attachment_count == 0) {
		put_texts(w, mail);
		return;
	}
	str_add(&w->out, "Content-Type: multipart/mixed;\r\n"
	                 " boundary=\"" MIXED "\"\r\n\r\n--" MIXED "\r\n");
	put_texts(w, mail);
	for (size_t i = 0; i < mail->attachment_count; i++)
		put_attachment(w, &mail->attachments[i]);
	str_add(&w->out, "\r\n--" MIXED "--\r\n");
}

enum rc compose_mail(const struct compose *mail, char **octets, size_t *len, struct why *why)
{
	struct writer w = { .why = why };
	str_init(&w.out, MAIL_MOST);
	put_head(&w, mail);
	put_body(&w, mail);
	if (!w.refused && !str_ok(&w.out))
		refuse(&w, "the mail", "too large");
	if (w.refused) {
		str_free(&w.out);
		return RC_PERM;
	}
	*octets = w.out.text;
	*len = w.out.len;
	return RC_OK;
}
