#include "mail/report.h"

#include "mail/phrase.h"
#include "mail/report_notice.h"
#include "mail/report_parts.h"
#include "mail/report_phrases.h"
#include "mail/report_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool report_is_status(const struct mail_part *part)
{
	return strcmp(part->type, "message/delivery-status") == 0 ||
	       strcmp(part->type, "message/global-delivery-status") == 0;
}

const char *report_field(const struct mail_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->field_count; i++)
		if (strcasecmp(facts->fields[i].name, name) == 0)
			return facts->fields[i].value;
	return NULL;
}

bool report_finds(const struct phrase *table, const char *text, size_t most)
{
	char *folded = phrase_fold(text, most);
	bool found = phrase_find(table, folded) != NULL;
	free(folded);
	return found;
}

bool report_null_path(const struct mail_facts *facts)
{
	const char *path = report_field(facts, "Return-Path");
	if (path == NULL)
		return false;
	path += strspn(path, " <");
	return *path == '\0' || *path == '>' || strncasecmp(path, "mailer-daemon", 13) == 0;
}

/* Is the From a mail system's? *daemon: it is nothing else. */
static bool from_mail_system(const struct mail_facts *facts, bool *daemon)
{
	static const char *const names[] = { "mailer-daemon", "mailerdaemon", "mail-daemon",
		                             "mdaemon",       "postmaster",   "post_master",
		                             "bounce",        "no-reply",     "noreply",
		                             "sysadmin",      "mail.delivery.system" };
	static const char *const managers[] = { "-admin@", "-owner@", "-request@", "-bounces@" };
	const char *from = report_field(facts, "From");
	*daemon = from != NULL && (strcasestr(from, "mail delivery s") != NULL ||
	                           strcasestr(from, "mailer-daemon") != NULL);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strncasecmp(facts->from, names[i], strlen(names[i])) == 0)
			return true;
	for (size_t i = 0; i < sizeof managers / sizeof *managers; i++)
		if (strcasestr(facts->from, managers[i]) != NULL)
			return true;
	return *daemon || facts->from[0] == '\0';
}

static bool says(const struct mail_facts *facts, const struct phrase *table)
{
	struct report_text text;
	report_text_read(facts, &text);
	bool found = report_finds(table, text.said, 4096);
	report_text_free(&text);
	return found;
}

static bool names_failed(const struct report_text *text)
{
	struct report_mention *mentions;
	size_t count = report_text_mentions(text, "", 1, &mentions);
	report_mentions_free(mentions, count);
	return count > 0;
}

/* "550 5.1.1", "421-4.7.0": RFC 5321 section 4.2, RFC 2034. Nobody's date. */
static bool quotes_reply(const char *text)
{
	for (const char *at = text; (at = strpbrk(at, "45")) != NULL; at++)
		if (isdigit((unsigned char)at[1]) && isdigit((unsigned char)at[2]) &&
		    (at[3] == ' ' || at[3] == '-' || at[3] == '#') && at[4] == at[0] &&
		    at[5] == '.' && isdigit((unsigned char)at[6]) && at[7] == '.')
			return true;
	return false;
}

/* Is it about an address that failed, by our phrases or by the reply it quotes? */
static bool tells_failure(const struct mail_facts *facts, bool by_phrase)
{
	struct report_text text;
	report_text_read(facts, &text);
	bool tells = (by_phrase ? report_finds(report_bodies, text.said, 4096)
	                          : quotes_reply(text.said)) && names_failed(&text);
	report_text_free(&text);
	return tells;
}

static bool begins_bounce(const char *subject)
{
	char *folded = phrase_fold(subject, 300);
	bool begins = phrase_begin(report_subjects, folded) != NULL;
	free(folded);
	return begins;
}

/* No sign of a machine in the header. A person who writes about a bounce answers
 * something, or names no address; a system does neither. Whoever forwards a
 * bounce forwards it whole. */
static bool looks_like_bounce(const struct mail_facts *facts)
{
	static const char *const forwards[] = { "fwd:", "fw:", "wg:", "tr:", "rv:" };
	for (size_t i = 0; i < sizeof forwards / sizeof *forwards; i++)
		if (strncasecmp(facts->subject, forwards[i], strlen(forwards[i])) == 0)
			return report_finds(report_subjects, facts->subject, 300) &&
			       says(facts, report_bodies);
	return begins_bounce(facts->subject) && report_field(facts, "In-Reply-To") == NULL &&
	       tells_failure(facts, true);
}

static bool is_bounce(const struct mail_facts *facts)
{
	bool daemon, system = from_mail_system(facts, &daemon);
	for (size_t i = 0; i < facts->part_count; i++)
		if (report_is_status(&facts->parts[i]))
			return true;
	if (daemon || report_field(facts, "X-Failed-Recipients") != NULL)
		return true;
	const char *automatic = report_field(facts, "Auto-Submitted");
	bool machine = system || report_null_path(facts) ||
	               (automatic != NULL && strncasecmp(automatic, "no", 2) != 0);
	bool subject = report_finds(report_subjects, facts->subject, 300);
	if (!machine)
		return subject && looks_like_bounce(facts);
	return (system && subject) ||
	       strstr(facts->content_type, "report-type=delivery-status") != NULL ||
	       says(facts, report_bodies) ||
	       ((system || subject) && says(facts, report_hints)) || tells_failure(facts, false);
}

/* RFC 5965; and Hotmail's complaints, which are older. */
static bool is_feedback(const struct mail_facts *facts)
{
	if (strstr(facts->content_type, "report-type=feedback-report") != NULL)
		return true;
	for (size_t i = 0; i < facts->part_count; i++) {
		const struct mail_part *part = &facts->parts[i];
		if (strcmp(part->type, "message/feedback-report") == 0 ||
		    strncasecmp(part->text, "X-HmXmrOriginalRecipient:", 25) == 0)
			return true;
	}
	return false;
}

enum message_kind report_kind(const struct mail_facts *facts)
{
	if (is_feedback(facts))
		return MESSAGE_FEEDBACK_REPORT;
	const char *notice =
		facts->part_count > 0 ? report_notice_kind(facts->parts[0].text) : NULL;
	if (notice != NULL)
		return strcmp(notice, "Complaint") == 0 ? MESSAGE_FEEDBACK_REPORT : MESSAGE_BOUNCE;
	return is_bounce(facts) ? MESSAGE_BOUNCE : MESSAGE_PERSON;
}
