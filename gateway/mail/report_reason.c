#include "mail/report_reason.h"

#include "base/mem.h"
#include "base/str.h"
#include "mail/phrase.h"
#include "mail/report_phrases.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVIDENCE_MOST 8192

/* What a status means where the words say nothing (RFC 3463 and its registry). */
static const struct {
	int subject, detail; /* detail -1: any */
	const char *reason;
} statuses[] = {
	{ 1, 0, "other" },        { 1, 1, "userunknown" },  { 1, 2, "hostunknown" },
	{ 1, 3, "userunknown" },  { 1, 6, "hasmoved" },     { 1, 7, "rejected" },
	{ 1, 8, "rejected" },     { 1, 9, "other" },        { 1, 10, "userunknown" },
	{ 1, 351, "userunknown" }, { 1, -1, "other" },      { 2, 1, "disabled" },
	{ 2, 2, "mailboxfull" },  { 2, 3, "toolarge" },     { 2, -1, "filtered" },
	{ 3, 2, "notaccept" },    { 3, 4, "toolarge" },     { 3, -1, "system" },
	{ 4, 4, "hostunknown" },  { 4, 7, "expired" },      { 4, 310, "hostunknown" },
	{ 4, -1, "network" },     { 6, -1, "content" },     { 7, 13, "disabled" },
	{ 7, -1, "policy" },      { 5, -1, "system" },
};

/* Words for these kinds of death, and no others, are hard. */
static bool is_hard(const char *reason)
{
	return strcmp(reason, "userunknown") == 0 || strcmp(reason, "hostunknown") == 0 ||
	       strcmp(reason, "hasmoved") == 0 || strcmp(reason, "notaccept") == 0;
}

/* RFC 3463 section 2: status-code = class "." subject "." detail. The length
 * of one at `at`, 0 if it is none (an IP address has one part more). */
static size_t status_at(const char *at, int part[3])
{
	const char *c = at;
	for (int i = 0; i < 3; i++) {
		size_t digits = strspn(c, "0123456789");
		if (digits == 0 || digits > 3 ||
		    (i == 0 && (digits != 1 || strchr("245", *c) == NULL)))
			return 0;
		part[i] = atoi(c);
		c += digits;
		if (i < 2 && *c++ != '.')
			return 0;
	}
	return *c == '.' && isdigit((unsigned char)c[1]) ? 0 : (size_t)(c - at);
}

static bool is_generic(const int part[3])
{
	return part[1] == 0 || (part[1] == 1 && part[2] == 0) || (part[1] == 5 && part[2] == 0);
}

/* The last status in `text` that says anything, else the last one at all. */
static bool find_status(const char *text, int found[3])
{
	bool any = false, good = false;
	for (const char *at = text; *at != '\0'; at++) {
		int part[3];
		if (at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '.' || at[-1] == '@'))
			continue;
		size_t len = status_at(at, part);
		if (len == 0 || (good && is_generic(part)))
			continue;
		memcpy(found, part, sizeof part);
		any = true;
		good = !is_generic(part);
		at += len - 1;
	}
	return any;
}

static bool is_code(const char *word, size_t len)
{
	return len > 0 && strspn(word, "0123456789.#()[]:-;,") >= len;
}

/* A word made comparable: addresses say nothing about the reason (their
 * local-parts often seem to), of a URL only the host does, reply codes are
 * read apart. "550-Please" is "Please". */
static void add_word(struct str *out, const char *word, size_t len)
{
	const char *path;
	if (memchr(word, '@', len) != NULL || is_code(word, len))
		return;
	if (len > 4 && word[3] == '-' && strspn(word, "0123456789") == 3) {
		word += 4;
		len -= 4;
	}
	if ((path = memmem(word, len, "://", 3)) != NULL &&
	    (path = memchr(path + 3, '/', len - (size_t)(path + 3 - word))) != NULL)
		len = (size_t)(path - word);
	if (out->len > 0)
		str_add_char(out, ' ');
	str_add_len(out, word, len);
}

static char *comparable(const char *text)
{
	struct str words;
	char *folded = phrase_fold(text, EVIDENCE_MOST);
	str_init(&words, strlen(folded) + 1);
	for (const char *at = folded; *at != '\0'; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");
		add_word(&words, at, len);
		at += len;
	}
	free(folded);
	return words.text;
}

static const char *reason_of_words(const char *text)
{
	if (text == NULL)
		return NULL;
	char *words = comparable(text);
	const struct phrase *row = phrase_find(report_reasons, words);
	free(words);
	return row != NULL ? row->means : NULL;
}

static const char *reason_of_status(const int part[3])
{
	if (part[0] == 2)
		return "delivered";
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].subject == part[1] &&
		    (statuses[i].detail == part[2] || statuses[i].detail == -1))
			return statuses[i].reason;
	return "other";
}

/* "Recipient address rejected" alone: unknown, unless the status says otherwise. */
static const char *reason_if_gone(const int part[3])
{
	if (part[0] == 4)
		return "system";
	return part[0] == 0 || is_generic(part) || part[1] == 1 ? "userunknown"
	                                                        : reason_of_status(part);
}

/* A server that took the recipient at RCPT knows it; "user unknown" at the end
 * of the data is what mobile carriers answer when the recipient's own rules
 * refuse a mail. A status of the mailbox (x.2.x) says the mailbox is there. */
static bool refused_late(const struct report_evidence *evidence, const int part[3])
{
	const char *text[] = { evidence->diagnostic, evidence->section, evidence->all };
	if (part[1] == 1 && part[2] != 0)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (text[i] == NULL)
			continue;
		char *folded = phrase_fold(text[i], EVIDENCE_MOST);
		const struct phrase *row = phrase_find(report_stages, folded);
		free(folded);
		if (row != NULL && strcmp(row->means, "pipelined") == 0)
			break;
		if (row != NULL)
			return strcmp(row->means, "data") == 0;
	}
	return part[1] == 2;
}

/* The status the other side gave, in the first of the sources that has one;
 * the Status field where it says more (RFC 3464 section 2.3.4). */
static void read_status(const struct report_evidence *evidence, int part[3])
{
	const char *sources[] = { evidence->diagnostic, evidence->section, evidence->all };
	int field[3] = { 0 }, said[3] = { 0 };
	bool has_field = evidence->status != NULL && find_status(evidence->status, field);
	bool has_said = false;
	for (size_t i = 0; i < (has_field ? 2 : 3) && !has_said; i++)
		has_said = sources[i] != NULL && find_status(sources[i], said);
	bool take_said = has_said && (!has_field || !is_generic(said) || is_generic(field));
	memcpy(part, take_said ? said : field, sizeof field);
}

/* Words of this recipient, then a status that says something, then all words. */
static const char *first_reason(const struct report_evidence *evidence, const int part[3])
{
	const char *sources[] = { evidence->diagnostic, evidence->section, evidence->status };
	const char *reason = NULL;
	for (size_t i = 0; i < 3 && reason == NULL; i++)
		reason = reason_of_words(sources[i]);
	if (reason == NULL && part[0] != 0 && !is_generic(part))
		reason = reason_of_status(part);
	if (reason == NULL)
		reason = reason_of_words(evidence->all);
	if (reason == NULL && part[0] != 0)
		reason = reason_of_status(part);
	return reason != NULL ? reason : "other";
}

struct report_verdict report_reason(const struct report_evidence *evidence)
{
	struct report_verdict verdict = { .status = "" };
	int part[3];
	read_status(evidence, part);
	if (part[0] != 0)
		snprintf(verdict.status, sizeof verdict.status, "%d.%d.%d", part[0], part[1],
		         part[2]);
	verdict.reason = first_reason(evidence, part);
	if (strcmp(verdict.reason, "gone") == 0)
		verdict.reason = reason_if_gone(part);
	if (strcmp(verdict.reason, "userunknown") == 0 && refused_late(evidence, part))
		verdict.reason = "filtered";
	verdict.hard = is_hard(verdict.reason);
	return verdict;
}
