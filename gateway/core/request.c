#include "core/request.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/person.h"
#include "core/signoff.h"
#include "core/speech.h"
#include "core/vocabulary.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAMING_LINES 6 /* the target stands in the first lines or nowhere */
#define NAME_WORDS 5
#define FIRM_WORDS 6
#define ROLE_WORDS 4 /* "Jane Doe, head of research at Acme" */
#define GAP_MOST 8   /* octets between a name and its bracket, a quotation mark included */

static const char *const names[] = { "unknown", "introduction", "commands" };

const char *request_kind_name(enum request_kind kind)
{
	return names[kind];
}

void request_free(struct request *r)
{
	free(r->name);
	free(r->firm);
	free(r->address);
	free(r->offer);
	command_free(&r->commands);
	*r = (struct request){ 0 };
}

/* --- small questions --- */

static bool is_a(const struct speech *s, size_t at, uint64_t sections)
{
	return at < s->count && vocabulary_match(s, at, sections).words > 0;
}

static size_t skip(const struct speech *s, size_t at, size_t to, uint64_t sections)
{
	while (at < to) {
		struct vocabulary_hit hit = vocabulary_match(s, at, sections);
		if (hit.words == 0)
			break;
		at += hit.words;
	}
	return at < to ? at : to;
}

static size_t line_end(const struct speech *s, size_t at)
{
	while (at < s->count && !s->words[at].ends_line)
		at++;
	return at < s->count ? at + 1 : at;
}

static size_t sentence_end(const struct speech *s, size_t at, size_t to)
{
	while (at < to && s->words[at].after != SPEECH_SENTENCE)
		at++;
	return at < to ? at + 1 : to;
}

/* Does one of `marks` stand between word `at` and the next? */
static bool followed_by(const struct speech *s, size_t at, size_t to, const char *marks)
{
	if (at + 1 >= to)
		return false;
	const char *from = s->text + s->words[at].to;
	size_t gap = s->words[at + 1].from - s->words[at].to;
	return gap <= GAP_MOST && strcspn(from, marks) < gap;
}

/* "jane=acme.example" of the sub-address; the last = stands for the @. */
static char *detail_address(const char *detail)
{
	const char *equals = detail != NULL ? strrchr(detail, '=') : NULL;
	if (equals == NULL || equals == detail || strchr(equals, '.') == NULL || equals[1] == '.' ||
	    strpbrk(detail, "@ \t\r\n<>,;\"") != NULL)
		return NULL;
	char *address = mem_text(detail);
	address[equals - detail] = '@';
	return address;
}

/* --- the target --- */

struct target {
	size_t name_from, name_to, firm_from, firm_to, address; /* words */
	size_t cut_from, cut_to;                                /* all that was understood */
	bool bare;                                              /* an address, and nothing asked */
};

/* Written without capitals: "jane doe (acme)" up to what ends a name. */
static size_t plain_name_end(const struct speech *s, size_t at, size_t to)
{
	size_t end = at;
	while (end < to && end < at + NAME_WORDS && !s->words[end].address &&
	       !s->words[end].number &&
	       !is_a(s, end, VOC(VOC_FIRM) | VOC(VOC_POLITE) | VOC(VOC_INTRODUCE))) {
		bool last = s->words[end].after != SPEECH_NONE || s->words[end].ends_line;
		end++;
		if (last)
			break;
	}
	return end;
}

/* The firm behind a name: "(Acme)", "at Acme", ", Acme". */
static void find_firm(const struct speech *s, size_t to, struct target *t)
{
	size_t at = t->name_to;
	if (at == 0 || at >= to || s->words[at].address)
		return;
	bool bracket = followed_by(s, at - 1, to, "(");
	bool comma = !bracket && followed_by(s, at - 1, to, ",/|");
	bool small = !s->words[t->name_from].capital;
	struct vocabulary_hit of = { 0 };
	for (size_t role = 0; !bracket && of.words == 0 && role <= (comma ? ROLE_WORDS : 0);
	     role++) {
		of = at + role < to ? vocabulary_match(s, at + role, VOC(VOC_FIRM)) : of;
		size_t behind = at + role + of.words;
		if (of.words > 0 && role > 0 && (behind >= to || !s->words[behind].capital))
			of.words = 0;
		else if (of.words > 0)
			at = behind;
	}
	if (!bracket && !comma && of.words == 0)
		return;
	comma = comma && of.words == 0;
	size_t end = at;
	while (end < to && end < at + FIRM_WORDS && !s->words[end].address) {
		if (!bracket && end > at && is_a(s, end, VOC(VOC_POLITE) | VOC(VOC_INTRODUCE)))
			break;
		bool last = s->words[end].after != SPEECH_NONE;
		end++;
		if (last)
			break;
	}
	/* After a comma a sentence may go on; a firm has a capital and an end. */
	if (end == at || (!bracket && !small && !s->words[at].capital) ||
	    (comma && end < to && s->words[end - 1].after == SPEECH_NONE && !s->words[end].address))
		return;
	t->firm_from = at;
	t->firm_to = end;
}

/* "Jane Doe de Acme": behind two words of a name the particle leads to a firm,
 * unless a bracket names one ("Juan Gil de la Vega (Acme)"). */
static size_t before_firm(const struct speech *s, const struct person *person, size_t to)
{
	if (followed_by(s, person->name_to - 1, to, "("))
		return person->name_to;
	for (size_t at = person->name_from + 2; at + 1 < person->name_to; at++)
		if (!s->words[at].capital && is_a(s, at, VOC(VOC_FIRM)))
			return at;
	return person->name_to;
}

static bool take_name(const struct speech *s, size_t from, size_t to, size_t least,
		      struct target *t)
{
	struct person person;
	if (!person_find_name(s, from, to, least, &person))
		return false;
	t->name_from = person.name_from;
	t->name_to = before_firm(s, &person, to);
	find_firm(s, to, t);
	return true;
}

/* One sentence [from, to): does it ask to meet somebody, and whom? */
static bool find_target(const struct speech *s, size_t from, size_t to, struct target *t)
{
	*t = (struct target){ .address = s->count, .cut_from = from, .cut_to = from };
	struct vocabulary_hit asks = { 0 };
	size_t at = from;
	while (at < to && (asks = vocabulary_match(s, at, VOC(VOC_INTRODUCE))).words == 0)
		at++;
	size_t after = at + asks.words;
	for (size_t i = from; i < to && t->address == s->count; i++)
		if (s->words[i].address && strchr(s->words[i].folded, '@') != NULL)
			t->address = i;
	if (asks.words == 0) { /* a bare address, perhaps with its name */
		if (t->address == s->count || to - from > 8)
			return false;
		take_name(s, from, t->address, 2, t);
		t->firm_from = t->firm_to = 0;
		t->bare = true;
		return true;
	}
	size_t name = skip(s, after, to, VOC(VOC_INTRODUCE) | VOC(VOC_POLITE) | VOC(VOC_TITLE));
	struct person near;
	size_t limit = t->address < to ? t->address : to;
	/* One word is name enough behind "introduce me to", not behind "meet". */
	bool found = person_find_name(s, after, limit, asks.words > 1 ? 1 : 2, &near) &&
		     near.name_from <= name + 1 && take_name(s, near.name_from, to, 1, t);
	if (!found && asks.words > 1 && name < limit && !s->words[name].capital) {
		t->name_from = name;
		t->name_to = plain_name_end(s, name, limit);
		found = t->name_to > name;
		if (found)
			find_firm(s, to, t);
	}
	if (!found)
		found = take_name(s, from, limit, 2, t);
	return found || t->address < s->count;
}

/* Nothing in the sentence but the target and the asking for it? */
static bool only_names(const struct speech *s, size_t from, size_t to, const struct target *t)
{
	for (size_t at = from; at < to;) {
		if ((at >= t->name_from && at < t->name_to) ||
		    (at >= t->firm_from && at < t->firm_to) || at == t->address) {
			at++;
			continue;
		}
		struct vocabulary_hit hit = vocabulary_match(
			s, at,
			VOC(VOC_INTRODUCE) | VOC(VOC_POLITE) | VOC(VOC_TITLE) | VOC(VOC_FIRM) |
				VOC(VOC_REPLY) | VOC(VOC_PARTICLE));
		if (hit.words == 0)
			return false;
		at += hit.words;
	}
	return true;
}

static void keep(char **into, const struct speech *s, size_t from, size_t to)
{
	if (*into == NULL && to > from)
		*into = person_words(s, from, to);
}

static void take_target(struct request *r, const struct speech *s, const struct target *t)
{
	if (r->address == NULL && r->name == NULL) {
		keep(&r->name, s, t->name_from, t->name_to);
		keep(&r->firm, s, t->firm_from, t->firm_to);
		if (t->address < s->count)
			keep(&r->address, s, t->address, t->address + 1);
	}
	r->kind = REQUEST_INTRODUCTION;
}

/* --- all together --- */

static void read_subject(struct request *r, const char *subject)
{
	struct speech s = speech_new(subject, strlen(subject));
	struct target t;
	size_t from = skip(&s, 0, s.count, VOC(VOC_REPLY));
	/* "Re: INVITE bob@..." was written another day, for something else. */
	if (from < s.count && find_target(&s, from, s.count, &t) && (from == 0 || !t.bare))
		take_target(r, &s, &t);
	speech_free(&s);
}

/* The words less the lines that only name the target. */
static char *read_lines(struct request *r, const char *words)
{
	struct speech s = speech_new(words, strlen(words));
	vocabulary_guess(&s);
	struct str offer;
	str_init(&offer, strlen(words) + 1);
	size_t kept = 0; /* octets of the words already copied or dropped */
	size_t at = 0, end;
	for (int line = 0; at < s.count && line < NAMING_LINES; line++, at = end) {
		end = line_end(&s, at);
		bool drop = true, named = false;
		for (size_t from = at, to; from < end; from = to) {
			struct target t;
			to = sentence_end(&s, from, end);
			bool names_it = find_target(&s, from, to, &t);
			if (names_it && (r->name == NULL && r->address == NULL))
				take_target(r, &s, &t);
			named |= names_it;
			drop = drop && names_it && only_names(&s, from, to, &t);
		}
		if (!named || !drop)
			continue;
		size_t from = s.words[at].from,
		       to = end < s.count ? s.words[end].from : strlen(words);
		while (from > kept && words[from - 1] != '\n')
			from--; /* a bracket or a quotation mark before it */
		str_add_len(&offer, words + kept, from - kept);
		kept = to;
	}
	str_add(&offer, words + kept);
	speech_free(&s);
	char *tidy = signoff_tidy(offer.text, offer.len);
	str_free(&offer);
	return tidy;
}

struct request request_read(const char *detail, const char *subject, const char *words,
                            long long now_at)
{
	struct request r = { .kind = REQUEST_UNKNOWN };
	r.address = detail_address(detail);
	if (r.address != NULL)
		r.kind = REQUEST_INTRODUCTION;
	struct command_list commands = command_read(subject, words, now_at);
	/* "INVITE bob@..." names somebody too, but says what for. */
	if (subject != NULL && !commands.in_subject)
		read_subject(&r, subject);
	if (commands.count > 0 && r.kind == REQUEST_UNKNOWN) {
		r.kind = REQUEST_COMMANDS;
		r.commands = commands;
		r.offer = mem_text("");
		return r;
	}
	command_free(&commands);
	r.offer = read_lines(&r, words);
	return r;
}
