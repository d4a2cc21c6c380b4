#include "mail/auto.h"

#include "base/mem.h"
#include "mail/auto_date.h"
#include "mail/auto_phrases.h"
#include "mail/phrase.h"
#include "mail/report.h"
#include "mail/report_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HOPS_MOST 25 /* Received fields */

/* A field, what its value begins with ("" any, "!x" anything but x), the kind. */
static const struct mark {
	const char *name, *value;
	enum message_kind kind;
} marks[] = {
	{ "X-Bluebottle-Request", "", MESSAGE_CHALLENGE },
	{ "X-Trusted-Delivery", "", MESSAGE_CHALLENGE },
	{ "X-Apple-Unsubscribe", "", MESSAGE_FEEDBACK_REPORT },
	{ "Auto-Submitted", "!no", MESSAGE_AUTO_REPLY },
	{ "X-Auto-Submitted", "!no", MESSAGE_AUTO_REPLY },
	{ "X-Autoreply", "!no", MESSAGE_AUTO_REPLY },
	{ "X-Auto-Reply", "!no", MESSAGE_AUTO_REPLY },
	{ "X-Autoreply-From", "", MESSAGE_AUTO_REPLY },
	{ "X-Auto-Reply-From", "", MESSAGE_AUTO_REPLY },
	{ "X-Autorespond", "", MESSAGE_AUTO_REPLY },
	{ "X-Autoresponder", "", MESSAGE_AUTO_REPLY },
	{ "X-Mail-Autoreply", "", MESSAGE_AUTO_REPLY },
	{ "X-AutoReply", "!no", MESSAGE_AUTO_REPLY },
	{ "X-Apple-Action", "vacation", MESSAGE_AUTO_REPLY },
	{ "X-FC-MachineGenerated", "true", MESSAGE_AUTO_REPLY },
	{ "X-POST-MessageClass", "9", MESSAGE_AUTO_REPLY },
	{ "X-MS-Exchange-Inbox-Rules-Loop", "", MESSAGE_AUTO_REPLY },
	{ "X-Vacation", "", MESSAGE_AUTO_REPLY },
	{ "X-Mailer", "vacation", MESSAGE_AUTO_REPLY },
	{ "User-Agent", "vacation", MESSAGE_AUTO_REPLY },
	{ "Preference", "auto", MESSAGE_AUTO_REPLY },
	{ "Delivered-To", "autoresponder", MESSAGE_AUTO_REPLY },
	{ "Precedence", "auto", MESSAGE_AUTO_REPLY },
	{ "Precedence", "junk", MESSAGE_AUTO_REPLY },
	{ "List-Id", "", MESSAGE_LIST },
	{ "List-Post", "", MESSAGE_LIST },
	{ "Mailing-List", "", MESSAGE_LIST },
	{ "Precedence", "list", MESSAGE_LIST },
	{ "Precedence", "bulk", MESSAGE_LIST }, /* but see kind_by_field */
};

static bool marked(const struct mark *mark, const char *value)
{
	value += strspn(value, " \t");
	bool unless = mark->value[0] == '!';
	const char *want = mark->value + unless;
	return (strncasecmp(value, want, strlen(want)) == 0) != unless;
}

/* Help desks send their people's answers with Precedence: bulk, too. */
static enum message_kind kind_by_field(const struct mail_facts *facts)
{
	bool answers = report_field(facts, "In-Reply-To") != NULL;
	for (size_t m = 0; m < sizeof marks / sizeof *marks; m++)
		for (size_t i = 0; i < facts->field_count; i++)
			if (strcasecmp(facts->fields[i].name, marks[m].name) == 0 &&
			    marked(&marks[m], facts->fields[i].value) &&
			    !(answers && strcmp(marks[m].value, "bulk") == 0))
				return marks[m].kind;
	return MESSAGE_PERSON;
}

/* Our own field come back, or more hops than a way can have. */
static bool is_loop(const struct mail_facts *facts)
{
	size_t hops = 0;
	for (size_t i = 0; i < facts->field_count; i++) {
		const struct mail_field *field = &facts->fields[i];
		hops += strcasecmp(field->name, "Received") == 0;
		if (facts->loop_token != NULL &&
		    strcasecmp(field->name, "X-Passerelle-Loop") == 0 &&
		    strcmp(field->value, facts->loop_token) == 0)
			return true;
	}
	return hops > HOPS_MOST;
}

/* RFC 8098: the mail was displayed, or deleted unread. */
static bool is_receipt(const struct mail_facts *facts)
{
	return strstr(facts->content_type, "report-type=disposition-notification") != NULL;
}

static bool subject_says(const struct mail_facts *facts)
{
	char *folded = phrase_fold(facts->subject, 300);
	bool says = phrase_begin(auto_subjects, folded + strspn(folded, " [(*<")) != NULL;
	free(folded);
	return says;
}

/* RFC 5322 section 3.6.5 "Re: " and its translations: a person pressed Reply. */
static bool subject_answers(const struct mail_facts *facts)
{
	size_t len = strcspn(facts->subject, ": ");
	const char *colon = facts->subject + len + strspn(facts->subject + len, " ");
	return len <= 8 && *colon == ':';
}

/* How many kinds of signs stand in `folded`, and whether absence or a receipt is
 * one of them. The table is in order of kinds. */
static int count_signs(const char *folded, bool *away, bool *receipt)
{
	int count = 0;
	*away = *receipt = false;
	for (const struct phrase *row = auto_signs; (row = phrase_find(row, folded)) != NULL;) {
		const char *kind = row->means;
		*away = *away || strcmp(kind, "away") == 0;
		*receipt = *receipt || strcmp(kind, "receipt") == 0;
		count++;
		while (row->words != NULL && strcmp(row->means, kind) == 0)
			row++;
	}
	return count;
}

/* Nothing but the words tells. A person who writes "I'm away until May, ask me
 * then" answers; an absence note is an answer nobody pressed Reply for, or has
 * three kinds of signs. So is the receipt of a help desk. */
static bool words_say(const struct mail_facts *facts)
{
	bool away, receipt;
	char *folded = phrase_fold(facts->words, 1500);
	bool says = phrase_find(auto_notes, folded) != NULL;
	if (!says) {
		bool pressed = subject_answers(facts) || report_field(facts, "In-Reply-To") == NULL;
		int signs = count_signs(folded, &away, &receipt);
		says = (away && signs >= (pressed ? 3 : 2)) ||
		       (receipt && signs >= (subject_answers(facts) ? 2 : 1));
	}
	free(folded);
	return says;
}

static bool challenges(const struct mail_facts *facts)
{
	return report_finds(auto_challenges, facts->part_count > 0 ? facts->parts[0].text : "",
	                    4096);
}

enum message_kind auto_kind(const struct mail_facts *facts)
{
	if (is_loop(facts))
		return MESSAGE_LOOP;
	enum message_kind kind = kind_by_field(facts), report = report_kind(facts);
	if (report == MESSAGE_FEEDBACK_REPORT)
		return report;
	if (kind == MESSAGE_CHALLENGE || kind == MESSAGE_FEEDBACK_REPORT)
		return kind;
	bool bounce = report == MESSAGE_BOUNCE;
	if ((bounce || kind != MESSAGE_PERSON || report_null_path(facts)) && challenges(facts))
		return MESSAGE_CHALLENGE;
	if (bounce)
		return MESSAGE_BOUNCE;
	if (kind == MESSAGE_PERSON && (is_receipt(facts) || subject_says(facts) ||
	                               report_null_path(facts) || words_say(facts)))
		return MESSAGE_AUTO_REPLY;
	return kind;
}

/* Somebody who has left for good does not come back. */
char *auto_return_date(const struct mail_facts *facts)
{
	const char *text = facts->words;
	if (text[strspn(text, " \t\r\n")] == '\0')
		text = facts->part_count > 0 ? facts->parts[0].text : "";
	bool left = report_finds(auto_left, text, 3000);
	char *date = left ? NULL : auto_date_read(text, facts->date_at);
	if (date == NULL && !left)
		date = auto_date_read(facts->subject, facts->date_at);
	return date;
}
