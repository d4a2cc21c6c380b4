#include "core/command.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/dates.h"
#include "core/person.h"
#include "core/speech.h"
#include "core/vocabulary.h"
#include "mail/address.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN_MOST 5
#define TRY_WORDS 4  /* so short a line that is no command was meant as one */
#define NAME_WORDS 6
#define LINE_MOST 400 /* octets of a line that the transcript shows */

/* What must follow a verb on its line. */
enum follows {
	ALONE,   /* courtesy, and `loose` words more within its clause */
	WORDS,   /* something */
	NAMED,   /* something with a capital, or an address */
	PERSON,  /* an address or a name */
	RATED,   /* and a number */
	ADDRESS, /* an address */
	UNTIL,   /* a date, or as ALONE */
	WHICH,   /* a reference or a number, or as ALONE */
};

static const struct grammar {
	const char *name;
	enum follows follows;
	size_t loose;
	bool text, changes;
} grammars[COMMAND_VERBS] = {
	[COMMAND_UNKNOWN] = { "unknown", ALONE, 0, false, false },
	[COMMAND_JOIN] = { "join", ALONE, 3, true, true },
	[COMMAND_INVITE] = { "invite", ADDRESS, 0, true, true },
	[COMMAND_PROFILE] = { "profile", ALONE, 2, true, true },
	[COMMAND_SEARCH] = { "search", WORDS, 0, false, false },
	[COMMAND_ROUTE] = { "route", PERSON, 0, false, false },
	[COMMAND_TRUST] = { "trust", RATED, 0, false, true },
	[COMMAND_RECOMMEND] = { "recommend", PERSON, 0, true, true },
	[COMMAND_CONTACTS] = { "contacts", ALONE, 2, false, true },
	[COMMAND_HUB] = { "hub", ALONE, 6, false, true },
	[COMMAND_RULES] = { "rules", ALONE, 2, true, true },
	[COMMAND_LANGUAGE] = { "language", WORDS, 0, false, true },
	[COMMAND_PAUSE] = { "pause", UNTIL, 2, false, true },
	[COMMAND_RESUME] = { "resume", ALONE, 1, false, true },
	[COMMAND_NEVER] = { "never", NAMED, 0, false, true },
	[COMMAND_ADDRESS] = { "address", ADDRESS, 0, false, true },
	[COMMAND_STATUS] = { "status", WHICH, 4, false, false },
	[COMMAND_WITHDRAW] = { "withdraw", WHICH, 4, false, true },
	[COMMAND_EXPORT] = { "export", ALONE, 1, false, true },
	[COMMAND_FORGET] = { "forget", ALONE, 1, false, true },
	[COMMAND_HELP] = { "help", ALONE, 4, false, false },
	[COMMAND_STOP] = { "stop", ALONE, 4, false, true },
};

const char *command_verb_name(enum command_verb verb)
{
	return grammars[verb].name;
}

enum command_verb command_verb_find(const char *name)
{
	for (int verb = 1; verb < COMMAND_VERBS; verb++)
		if (strcmp(grammars[verb].name, name) == 0)
			return (enum command_verb)verb;
	return COMMAND_UNKNOWN;
}

bool command_changes(const struct command *c)
{
	bool asks = (c->verb == COMMAND_PROFILE || c->verb == COMMAND_RULES) && c->text[0] == '\0';
	return grammars[c->verb].changes && !asks;
}

bool command_list_changes(const struct command_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (command_changes(&list->commands[i]))
			return true;
	return false;
}

const struct command *command_list_find(const struct command_list *list, enum command_verb verb)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->commands[i].verb == verb)
			return &list->commands[i];
	return NULL;
}

void command_free(struct command_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct command *c = &list->commands[i];
		free(c->line);
		free(c->rest);
		free(c->text);
		free(c->address);
		free(c->name);
		free(c->firm);
		free(c->date);
		free(c->reference);
	}
	free(list->commands);
	*list = (struct command_list){ 0 };
}

/* --- one line --- */

struct line {
	struct speech speech;
	size_t after;  /* the first word behind the verb */
	bool plain;    /* the verb stands in capitals */
	enum command_verb verb;
};

/* "1." and "2)" before a command are the list's. */
static size_t skip_bullet(const struct speech *s)
{
	bool number = s->count > 1 && s->words[0].number && s->words[0].to - s->words[0].from < 3;
	return number && strchr(".)", s->text[s->words[0].to]) != NULL ? 1 : 0;
}

static enum command_verb verb_at(const struct speech *s, size_t at, size_t *words)
{
	const uint64_t commands = VOC(VOC_COMMAND) | VOC(VOC_STOP);
	struct vocabulary_hit hit = vocabulary_match(s, at, VOC(VOC_COMMAND));
	struct vocabulary_hit most = vocabulary_match(s, at, commands | VOC(VOC_INTRODUCE));
	*words = most.words;
	if (hit.words > 0 && hit.words == most.words)
		return (most.sections & VOC(VOC_INTRODUCE)) != 0 ? COMMAND_UNKNOWN
		                                                 : (enum command_verb)hit.number;
	return (most.sections & VOC(VOC_STOP)) != 0 ? COMMAND_STOP : COMMAND_UNKNOWN;
}

/* The verb the line begins with, courtesy aside. */
static void find_verb(struct line *l)
{
	const struct speech *s = &l->speech;
	for (size_t at = skip_bullet(s), words; at < s->count; at += words) {
		l->verb = verb_at(s, at, &words);
		if (l->verb != COMMAND_UNKNOWN) {
			l->after = at + words;
			l->plain = true;
			for (size_t i = at; i < l->after; i++)
				l->plain = l->plain && (s->words[i].upper || words > 2);
			return;
		}
		words = vocabulary_match(s, at, VOC(VOC_POLITE) | VOC(VOC_HELLO)).words;
		if (words == 0)
			return;
	}
}

/* Words of the clause behind the verb that are neither courtesy nor a name's dress. */
static size_t loose_words(const struct line *l)
{
	const struct speech *s = &l->speech;
	const uint64_t dress = VOC(VOC_POLITE) | VOC(VOC_HELLO) | VOC(VOC_BYE) | VOC(VOC_FIRM) |
	                       VOC(VOC_PARTICLE) | VOC(VOC_ON);
	size_t loose = 0;
	bool ended = l->after > 0 && s->words[l->after - 1].after != SPEECH_NONE;
	for (size_t at = l->after; at < s->count && !ended;) {
		size_t words = vocabulary_match(s, at, dress).words;
		loose += words == 0;
		at += words > 0 ? words : 1;
		ended = s->words[at - 1].after != SPEECH_NONE;
	}
	return loose;
}

static char *find_address(const struct speech *s, size_t from, size_t to, size_t *at)
{
	for (*at = from; *at < to; ++*at) {
		const struct speech_word *w = &s->words[*at];
		char *text = w->address ? mem_text_len(s->text + w->from, w->to - w->from) : NULL;
		char *address = NULL;
		if (text != NULL && strncasecmp(text, "mailto:", 7) == 0)
			memmove(text, text + 7, strlen(text + 7) + 1);
		if (text != NULL && address_parse(text, &address, NULL) != RC_OK)
			address = NULL;
		free(text);
		if (address != NULL)
			return address;
	}
	return NULL;
}

/* "7K2M-4QXP": two groups of four joined by a hyphen, with a digit or in capitals. */
static char *find_reference(const struct speech *s, size_t from)
{
	for (size_t at = from; at + 1 < s->count; at++) {
		const struct speech_word *w = &s->words[at];
		if (strlen(w->folded) != 4 || strlen(w[1].folded) != 4 || w[1].from != w->to + 1 ||
		    s->text[w->to] != '-')
			continue;
		char text[10];
		memcpy(text, w->folded, 4);
		text[4] = '-';
		memcpy(text + 5, w[1].folded, 5);
		bool digit = false, good = true;
		for (char *p = text; *p != '\0'; p++) {
			digit |= *p >= '0' && *p <= '9';
			good = good && (isalnum((unsigned char)*p) || p == text + 4);
			*p = (char)toupper((unsigned char)*p);
		}
		if (good && (digit || w->upper))
			return mem_text(text);
	}
	return NULL;
}

static int find_number(const struct speech *s, size_t from)
{
	for (size_t at = from; at < s->count; at++)
		if (s->words[at].number && s->words[at].to - s->words[at].from <= 4)
			return atoi(s->words[at].folded);
	return -1;
}

/* The octets behind the verb, without the mark that parts them. */
static char *rest_of(const struct line *l)
{
	const char *from = l->speech.text;
	if (l->after > 0)
		from += l->speech.words[l->after - 1].to;
	from += strspn(from, " \t:=>,;.!-");
	if (strncmp(from, "\xe2\x80\x93", 3) == 0 || strncmp(from, "\xe2\x80\x94", 3) == 0)
		from += 3;
	return utf8_clean_line(from, strlen(from));
}

/* "Bob Stone (Acme)" or "bob stone": what stands before the bracket, the colon,
 * the number or the address. */
static void find_person(struct command *c, const struct line *l)
{
	const struct speech *s = &l->speech;
	struct person person;
	size_t from = l->after, to = from, end = from;
	while (end < s->count && !(end > from && s->words[end - 1].colon))
		end++;
	while (from < s->count && vocabulary_match(s, from, VOC(VOC_TITLE) | VOC(VOC_POLITE)).words)
		from++;
	for (to = from; to < s->count && to < from + NAME_WORDS; to++) {
		const struct speech_word *w = &s->words[to];
		if (w->address || w->number || w->sign)
			break;
		if (w->after != SPEECH_NONE || strcspn(s->text + w->to, "(\"<") == 0) {
			to++;
			break;
		}
	}
	if (person_find_name(s, l->after, end, 1, &person) &&
	    (c->address != NULL || person.name_from == from)) {
		from = person.name_from;
		to = person.name_to;
	} else if (c->address != NULL) {
		return;
	}
	if (to == from)
		return;
	c->name = person_words(s, from, to);
	const char *bracket = s->text + s->words[to - 1].to;
	bracket += strspn(bracket, " \"");
	size_t len = *bracket == '(' ? strcspn(bracket, ")") : 0;
	size_t words = to < s->count ? vocabulary_match(s, to, VOC(VOC_FIRM)).words : 0;
	if (len > 1)
		c->firm = utf8_clean_line(bracket + 1, len - 1);
	else if (words > 0 && to + words < s->count && !s->words[to + words].number)
		c->firm = person_words(s, to + words, to + words + 1);
}

/* INVITE, RECOMMEND: what stands behind a colon, after the person. */
static char *text_on_line(const struct line *l)
{
	const struct speech *s = &l->speech;
	for (size_t at = l->after; at < s->count; at++)
		if (s->words[at].colon) {
			const char *from = s->text + s->words[at].to;
			from += strspn(from, " >)\t");
			from += *from == ':' || *from == '-';
			return utf8_clean_line(from, strlen(from));
		}
	return mem_text("");
}

static bool fits(const struct line *l, const struct command *c)
{
	const struct grammar *g = &grammars[c->verb];
	const struct speech *s = &l->speech;
	bool more = l->after < s->count;
	bool loose = loose_words(l) <= g->loose;
	switch (g->follows) {
	case ALONE:   return loose;
	case WORDS:   return more;
	case NAMED:   return more && (l->plain || c->address != NULL || s->words[l->after].capital);
	case PERSON:  return c->address != NULL || c->name != NULL;
	case RATED:   return (c->address != NULL || c->name != NULL) && c->number >= 0;
	case ADDRESS: return c->address != NULL;
	case UNTIL:   return c->date != NULL || loose;
	case WHICH:   return c->reference != NULL || loose;
	}
	return false;
}

static void fill(struct command *c, const struct line *l, long long now_at)
{
	const struct speech *s = &l->speech;
	enum follows follows = grammars[c->verb].follows;
	struct date date;
	size_t at;
	c->rest = rest_of(l);
	c->address = find_address(s, l->after, s->count, &at);
	c->number = find_number(s, l->after);
	if (follows == PERSON || follows == RATED || follows == ADDRESS || follows == NAMED)
		find_person(c, l);
	if (follows == UNTIL && l->after < s->count &&
	    date_find(s, l->after, s->count, now_at, &date))
		c->date = date_text(date.day);
	if (follows == WHICH)
		c->reference = find_reference(s, l->after);
	bool person = c->verb == COMMAND_INVITE || c->verb == COMMAND_RECOMMEND;
	c->text = person ? text_on_line(l) : mem_text("");
}

/* The first number, or phrase of `section`, of the text; -1: none. */
static int first_of(const char *words, enum vocabulary_section section)
{
	struct speech s = speech_new(words, strlen(words));
	int found = -1;
	for (size_t at = 0; at < s.count && found < 0; at++) {
		struct vocabulary_hit hit = vocabulary_match(&s, at, VOC(section));
		if (hit.words > 0)
			found = hit.number;
		else if (s.words[at].number)
			found = s.words[at].to - s.words[at].from < 4 ? atoi(s.words[at].folded)
			                                              : 999;
	}
	speech_free(&s);
	return found;
}

int command_strength(const char *words)
{
	char *line = mem_text_len(words, strcspn(words, "\n"));
	int strength = first_of(line, VOC_STRENGTH);
	free(line);
	return strength > 4 ? -1 : strength;
}

const char *command_language_code(const char *written)
{
	static const char *const codes[] = { "fr", "en", "de", "es", "nl", "it", "pt" };
	int n = first_of(written, VOC_TONGUE);
	return n >= 1 && n <= 7 ? codes[n - 1] : NULL;
}

/* --- all lines --- */

struct reader {
	struct command_list list;
	size_t open;           /* the command, from 1, that takes the lines below; 0: none does */
	struct str text;       /* these lines */
	long long now_at;
	bool prose;            /* a blank line, or words, since the last command */
	bool beside;           /* no blank line since the last command */
	size_t unknown;
};

static void add(struct reader *r, struct command c)
{
	r->list.commands = mem_grow(r->list.commands, r->list.count + 1, sizeof c);
	r->list.commands[r->list.count++] = c;
}

static void let_go(struct command *c)
{
	struct command_list one = { .commands = mem_grow(NULL, 1, sizeof *c), .count = 1 };
	one.commands[0] = *c;
	command_free(&one);
}

/* The same command written before (in the subject, say), counted from 1; 0: none. */
static size_t same_before(const struct reader *r, const struct command *c)
{
	for (size_t i = 0; i < r->list.count; i++)
		if (r->list.commands[i].verb == c->verb &&
		    strcmp(r->list.commands[i].rest, c->rest) == 0)
			return i + 1;
	return 0;
}

/* "INVITE a@..., b@...": one command each. */
static void add_others(struct reader *r, const struct line *l, struct command first)
{
	size_t at;
	free(find_address(&l->speech, l->after, l->speech.count, &at));
	while (at < l->speech.count && r->list.count < COMMANDS_MOST) {
		size_t from = at + 1;
		char *address = find_address(&l->speech, from, l->speech.count, &at);
		if (address != NULL)
			add(r, (struct command){ .verb = first.verb, .line = mem_text(first.line),
			                         .rest = mem_text(address),
			                         .text = mem_text(first.text), .address = address,
			                         .number = -1 });
	}
}

/* Below a form a word with a colon is a field of it. */
static bool is_field(const struct reader *r, const struct line *l)
{
	enum command_verb open = r->open > 0 ? r->list.commands[r->open - 1].verb : COMMAND_UNKNOWN;
	bool form = open == COMMAND_PROFILE || open == COMMAND_RULES;
	return form && l->after > 0 && l->speech.words[l->after - 1].colon;
}

/* The lines gathered are the open command's, and of those on the same line. */
static void close_text(struct reader *r)
{
	size_t open = r->open;
	while (r->text.len > 0 && r->text.text[r->text.len - 1] == '\n')
		r->text.text[--r->text.len] = '\0';
	for (size_t i = open; open > 0 && i <= r->list.count && r->text.len > 0; i++) {
		struct command *c = &r->list.commands[i - 1];
		if (strcmp(c->line, r->list.commands[open - 1].line) != 0)
			break;
		struct str whole;
		str_init(&whole, strlen(c->text) + r->text.len + 2);
		str_addf(&whole, "%s%s%s", c->text, c->text[0] != '\0' ? "\n" : "", r->text.text);
		free(c->text);
		c->text = str_take(&whole);
	}
	str_clear(&r->text);
	r->open = 0;
}

static void keep_command(struct reader *r, const struct line *l, struct command c, const char *text)
{
	close_text(r);
	size_t before = same_before(r, &c);
	bool takes_text = grammars[c.verb].text;
	if (before > 0) {
		let_go(&c);
	} else {
		c.line = utf8_cut(text, LINE_MOST);
		add(r, c);
		before = r->list.count;
		if (c.verb == COMMAND_INVITE)
			add_others(r, l, c);
	}
	r->open = takes_text ? before : 0;
}

static bool take_command(struct reader *r, const char *text)
{
	struct line l = { .speech = speech_new(text, strlen(text)) };
	find_verb(&l);
	bool taken = false;
	if (l.verb != COMMAND_UNKNOWN && !is_field(r, &l)) {
		struct command c = { .verb = l.verb, .number = -1 };
		fill(&c, &l, r->now_at);
		taken = fits(&l, &c) &&
		        (!r->prose || l.plain || c.address != NULL || same_before(r, &c) > 0);
		if (taken)
			keep_command(r, &l, c, text);
		else
			let_go(&c);
	}
	speech_free(&l.speech);
	return taken;
}

/* "Bonjour," "Merci d'avance" or a name under the letter. */
static bool is_courtesy(const char *text)
{
	struct speech s = speech_new(text, strlen(text));
	const uint64_t courtesy = VOC(VOC_HELLO) | VOC(VOC_BYE) | VOC(VOC_POLITE) | VOC(VOC_TITLE);
	size_t at = 0, words = 1;
	while (at < s.count && (words = vocabulary_match(&s, at, courtesy).words) > 0)
		at += words;
	/* "Hello Anna": a name may follow. */
	bool named = at < s.count && s.count - at <= 3 && person_is_line(&s, at, s.count);
	bool is = at == s.count || named;
	speech_free(&s);
	return is;
}

static size_t count_words(const char *text)
{
	struct speech s = speech_new(text, strlen(text));
	size_t count = s.count;
	speech_free(&s);
	return count;
}

static void take_blank(struct reader *r)
{
	r->prose = r->open > 0;
	r->beside = false;
	if (r->text.len > 0)
		str_add_char(&r->text, '\n');
}

static void take_line(struct reader *r, const char *text)
{
	if (text[0] == '\0') {
		take_blank(r);
	} else if (take_command(r, text)) {
		r->prose = false;
		r->beside = true;
	} else if (r->open > 0) {
		str_addf(&r->text, "%s\n", text);
		r->prose = true;
	} else if (!is_courtesy(text)) {
		bool meant = r->beside || count_words(text) <= TRY_WORDS;
		r->prose = true;
		r->unknown++;
		if (meant)
			add(r, (struct command){ .line = utf8_cut(text, LINE_MOST),
			                         .rest = mem_text(""), .text = mem_text(""),
			                         .number = -1 });
	}
}

/* Only lines that are none, or none but below a command of the subject: a letter. */
static void drop_unknown(struct reader *r)
{
	struct command_list *list = &r->list;
	size_t known = 0, kept = 0;
	for (size_t i = 0; i < list->count; i++)
		known += list->commands[i].verb != COMMAND_UNKNOWN;
	if (known > 0 && !(known == 1 && list->in_subject))
		return;
	for (size_t i = 0; i < list->count; i++)
		if (list->commands[i].verb == COMMAND_UNKNOWN)
			let_go(&list->commands[i]);
		else
			list->commands[kept++] = list->commands[i];
	list->count = kept;
	list->broken_off = false;
}

static void take_subject(struct reader *r, const char *subject)
{
	char *line = utf8_clean_line(subject, strlen(subject));
	struct speech s = speech_new(line, strlen(line));
	bool fresh = s.count > 0 && vocabulary_match(&s, 0, VOC(VOC_REPLY)).words == 0;
	r->list.in_subject = fresh && take_command(r, line);
	r->prose = r->open > 0;
	speech_free(&s);
	free(line);
}

struct command_list command_read(const char *subject, const char *words, long long now_at)
{
	struct reader r = { .now_at = now_at };
	str_init(&r.text, strlen(words) * 2 + 2); /* a line more than it is, at most */
	if (subject != NULL)
		take_subject(&r, subject);
	for (const char *at = words; !r.list.broken_off;) {
		size_t len = strcspn(at, "\n");
		char *line = utf8_clean_line(at, len);
		take_line(&r, line);
		free(line);
		r.list.broken_off = r.unknown >= UNKNOWN_MOST || r.list.count >= COMMANDS_MOST;
		if (at[len] == '\0')
			break;
		at += len + 1;
	}
	close_text(&r);
	str_free(&r.text);
	drop_unknown(&r);
	if (r.list.count == 0)
		command_free(&r.list);
	return r.list;
}
