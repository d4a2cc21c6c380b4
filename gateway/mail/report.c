#include "mail/report.h"

#include "base/mem.h"
#include "base/str.h"
#include "mail/report_notice.h"
#include "mail/report_parts.h"
#include "mail/report_phrases.h"
#include "mail/report_reason.h"
#include "mail/report_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define STATUS_MOST 262144 /* octets read of one delivery-status */

struct reading {
	const struct mail_facts *facts;
	struct report_text text;
	struct report_mention *mentions;
	size_t mention_count;
	struct message_failure *list;
	size_t count;
	bool delays;  /* subject or words say: not yet */
	bool gave_up; /* they say: never (OpenSMTPD then still writes "Action: delayed") */
};

/* "rfc822; jane@b.example", "rfc822;<jane@b.example>", "rfc822;@relay:jane@b":
 * the address, yours, or NULL if there is none a mail could have gone to. */
static char *typed_address(const char *value)
{
	const char *at = value != NULL ? strrchr(value, ';') : NULL;
	at = at != NULL ? at + 1 : value;
	if (at == NULL)
		return NULL;
	at += strspn(at, " \t<");
	size_t len = strcspn(at, "> \t");
	const char *sign = memrchr(at, '@', len);
	if (sign == NULL || sign == at || *at == '@' || *at == '|' ||
	    memchr(sign, '.', len - (size_t)(sign - at)) == NULL)
		return NULL;
	return mem_text_len(at, len);
}

static const struct report_mention *mention_of(const struct reading *r, const char *address)
{
	for (size_t i = 0; i < r->mention_count && address != NULL; i++)
		if (strcasecmp(r->mentions[i].address, address) == 0)
			return &r->mentions[i];
	return NULL;
}

static bool has_failure(const struct reading *r, const char *address)
{
	for (size_t i = 0; i < r->count && address != NULL; i++)
		if (r->list[i].recipient != NULL && strcasecmp(r->list[i].recipient, address) == 0)
			return true;
	return false;
}

/* `address` becomes the list's. Two reports of one address are one. */
static void add_failure(struct reading *r, char *address, const char *action, const char *status,
                        const char *diagnostic)
{
	if (address == NULL || r->count == REPORT_RECIPIENTS || has_failure(r, address)) {
		free(address);
		return;
	}
	const struct report_mention *mention = mention_of(r, address);
	char *section = mention == NULL ? NULL :
	                                  mem_text_len(r->text.said + mention->at,
	                                               mention->end - mention->at);
	/* Of several, what stands before the first is said of all of them. */
	char *all = mem_text_len(r->text.said, r->mention_count < 2 ? strlen(r->text.said)
	                                                            : r->mentions[0].at);
	struct report_evidence evidence = { status, diagnostic, section, all };
	struct report_verdict verdict = report_reason(&evidence);
	bool delivered = action != NULL && (strncasecmp(action, "deliver", 7) == 0 ||
	                                    strncasecmp(action, "relayed", 7) == 0 ||
	                                    strncasecmp(action, "expanded", 8) == 0);
	bool delayed = action != NULL && strncasecmp(action, "delayed", 7) == 0;
	bool failed = action != NULL && strncasecmp(action, "failed", 6) == 0;
	delayed = delivered || (delayed && !r->gave_up) ||
	          (r->delays && (!failed || verdict.status[0] == '4'));
	r->list = mem_grow(r->list, r->count + 1, sizeof *r->list);
	r->list[r->count++] = (struct message_failure){
		.recipient = address,
		.status = verdict.status[0] != '\0' ? mem_text(verdict.status) : NULL,
		.reason = mem_text(delivered ? "delivered" : verdict.reason),
		.hard = verdict.hard && !delivered,
		.delayed = delayed,
	};
	free(all);
	free(section);
}

/* RFC 3464 section 2.3: one group of per-recipient fields. */
static void read_group(struct reading *r, const char *group)
{
	static const char *const names[] = { "Final-Recipient", "Original-Recipient",
		                             "X-Actual-Recipient" };
	char *address = NULL;
	char *action = report_text_field(group, "Action");
	char *status = report_text_field(group, "Status");
	char *diagnostic = report_text_field(group, "Diagnostic-Code");
	for (size_t i = 0; i < sizeof names / sizeof *names && address == NULL; i++) {
		char *value = report_text_field(group, names[i]);
		address = typed_address(value);
		free(value);
	}
	bool told = action != NULL || status != NULL || diagnostic != NULL;
	if (address == NULL && (action != NULL || status != NULL) && r->mention_count > 0)
		address = mem_text(r->mentions[0].address);
	if (told)
		add_failure(r, address, action, status, diagnostic);
	else
		free(address);
	free(diagnostic);
	free(status);
	free(action);
}

static bool names_recipient(const char *group)
{
	char *final = report_text_field(group, "Final-Recipient");
	char *original = report_text_field(group, "Original-Recipient");
	bool names = final != NULL || original != NULL;
	free(original);
	free(final);
	return names;
}

/* Groups are divided by empty lines. Some systems put stray ones into a group:
 * only one that names a recipient begins anew. */
static void read_status(struct reading *r, const char *text)
{
	struct str block, group;
	bool named = false; /* `group` has its recipient */
	str_init(&block, 16384);
	str_init(&group, 16384);
	const char *stop = text + strnlen(text, STATUS_MOST);
	for (const char *line = text; line < stop;) {
		size_t len = strcspn(line, "\n");
		bool empty = strspn(line, " \t\r") >= len;
		if (!empty) {
			str_add_len(&block, line, len);
			str_add_char(&block, '\n');
		}
		line += len + (line[len] == '\n');
		if (!empty && line < stop)
			continue;
		bool names = names_recipient(block.text);
		if (names && named) {
			read_group(r, group.text);
			str_clear(&group);
		}
		named = named || names;
		str_add_len(&group, block.text, block.len);
		str_clear(&block);
	}
	read_group(r, group.text);
	str_free(&group);
	str_free(&block);
}

/* X-Failed-Recipients (Exim, Google): addresses, comma between. */
static void read_failed_field(struct reading *r)
{
	int left = REPORT_RECIPIENTS; /* repeated ones count: each look is a whole line long */
	for (size_t i = 0; i < r->facts->field_count; i++) {
		if (strcasecmp(r->facts->fields[i].name, "X-Failed-Recipients") != 0)
			continue;
		const char *at = r->facts->fields[i].value, *address;
		for (size_t len; left > 0 && (address = report_text_address(at, &len)) != NULL;
		     left--) {
			add_failure(r, mem_text_len(address, len), NULL, NULL, NULL);
			at = address + len;
		}
	}
}

static void read_mentions(struct reading *r)
{
	for (size_t i = 0; i < r->mention_count; i++)
		add_failure(r, mem_text(r->mentions[i].address), NULL, NULL, NULL);
}

/* Nobody named: whom was the mail for that came back? */
static void read_returned(struct reading *r)
{
	static const char *const names[] = { "X-HmXmrOriginalRecipient", "To", "X-Original-To",
		                             "Delivered-To" };
	for (size_t i = 0; i < sizeof names / sizeof *names && r->count == 0; i++) {
		char *value = report_text_field(r->text.returned, names[i]);
		size_t len = 0;
		const char *address = value != NULL ? report_text_address(value, &len) : NULL;
		if (address != NULL)
			add_failure(r, mem_text_len(address, len), NULL, NULL, NULL);
		free(value);
	}
}

static void read_notice(struct reading *r)
{
	const char *text = r->facts->part_count > 0 ? r->facts->parts[0].text : "";
	struct report_notice *list = NULL;
	if (report_notice_kind(text) == NULL)
		return;
	size_t count = report_notice_read(text, REPORT_RECIPIENTS, &list);
	for (size_t i = 0; i < count; i++)
		add_failure(r, mem_text(list[i].address), list[i].action, list[i].status,
		            list[i].diagnostic);
	report_notice_free(list, count);
}

/* RFC 5965 section 3.2: Original-Rcpt-To, once for each. */
static void read_feedback(struct reading *r)
{
	read_notice(r);
	for (size_t i = 0; i < r->facts->part_count; i++) {
		const struct mail_part *part = &r->facts->parts[i];
		const char *at = part->text;
		if (strcmp(part->type, "message/feedback-report") != 0)
			continue;
		while ((at = strcasestr(at, "\nOriginal-Rcpt-To:")) != NULL) {
			size_t len;
			const char *address = report_text_address(++at, &len);
			if (address != NULL)
				add_failure(r, mem_text_len(address, len), NULL, NULL, NULL);
		}
	}
	if (r->count == 0)
		read_returned(r);
	for (size_t i = 0; i < r->count; i++) {
		free(r->list[i].reason);
		r->list[i].reason = mem_text("feedback");
		r->list[i].hard = false;
		r->list[i].delayed = true;
	}
}

/* Structure, fields, words, and whom the mail was for, until one of them tells. */
static void read_bounce(struct reading *r, const char *sender)
{
	read_notice(r);
	for (size_t i = 0; i < r->facts->part_count; i++)
		if (report_is_status(&r->facts->parts[i]))
			read_status(r, r->facts->parts[i].text);
	if (r->count == 0 && strcasestr(r->text.said, "final-recipient:") != NULL)
		read_status(r, r->text.said);
	if (r->count == 0)
		read_failed_field(r);
	if (r->count == 0)
		read_mentions(r);
	if (r->count == 0 && strcasestr(r->text.returned, "\nfinal-recipient:") != NULL)
		read_status(r, r->text.returned); /* a report within a report */
	if (r->count == 0)
		read_returned(r);
	if (r->count == 0)
		add_failure(r, report_text_passing(&r->text, sender), NULL, NULL, NULL);
}

static char *message_id(const char *header)
{
	char *value = report_text_field(header, "Message-ID"), *id = NULL;
	const char *open = value != NULL ? strchr(value, '<') : NULL;
	const char *close = open != NULL ? strchr(open, '>') : NULL;
	if (close != NULL)
		id = mem_text_len(open, (size_t)(close - open) + 1);
	free(value);
	return id;
}

/* A bounce goes to whoever sent the mail. */
static char *sender_of(const struct mail_facts *facts)
{
	const char *to = report_field(facts, "To");
	size_t len = 0;
	const char *address = to != NULL ? report_text_address(to, &len) : NULL;
	return address != NULL ? mem_text_len(address, len) : mem_text("");
}

void report_read(const struct mail_facts *facts, struct message_failure **failures,
                 size_t *count, char **original_id)
{
	struct reading r = { .facts = facts };
	char *sender = sender_of(facts);
	report_text_read(facts, &r.text);
	r.mention_count = report_text_mentions(&r.text, sender, REPORT_RECIPIENTS, &r.mentions);
	r.delays = report_finds(report_delays, facts->subject, 300) ||
	           report_finds(report_delays, r.text.said, 4096);
	r.gave_up = strcasestr(facts->subject, "notification: error") != NULL;
	if (report_kind(facts) == MESSAGE_FEEDBACK_REPORT)
		read_feedback(&r);
	else
		read_bounce(&r, sender);
	*original_id = message_id(r.text.returned);
	*failures = r.list;
	*count = r.count;
	report_mentions_free(r.mentions, r.mention_count);
	report_text_free(&r.text);
	free(sender);
}

void report_free(struct message_failure *failures, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(failures[i].recipient);
		free(failures[i].status);
		free(failures[i].reason);
	}
	free(failures);
}
