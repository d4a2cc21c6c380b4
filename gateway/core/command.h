/* command: what members write to the gateway of their own accord: "JOIN",
 * "SEARCH pharma Lyon", "TRUST bob@acme.example 3". Pure, linear in the mail.
 *
 * Several commands in one mail, one a line, in the subject (of a fresh mail:
 * the one of an answer is not freshly written) or the first lines, in any
 * language, case and accents aside. The words are data: the sections
 * [command ...] of core/vocabulary/LANGUAGE.txt.
 *
 * A line is a command when it begins with such a phrase, courtesy aside, and
 * what follows fits the verb: JOIN stands alone, TRUST needs a person and a
 * number. Where people may just be writing (below INVITE, after a line that is
 * none) only capitals or an address make a command. A request for an
 * introduction is what request.h reads, which asks here first; a mail without
 * any command is no command list. Five lines that are not understood end the
 * reading: a person writes there. */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum command_verb {
	COMMAND_UNKNOWN, /* a line among commands that is none */
	COMMAND_JOIN,
	COMMAND_INVITE,  /* address, name; text: the inviter's word */
	COMMAND_PROFILE, /* text: fields as written; none: send the form */
	COMMAND_SEARCH,  /* rest: what is looked for */
	COMMAND_ROUTE,   /* address or name (firm) */
	COMMAND_TRUST,   /* address or name; number 0-4 */
	COMMAND_RECOMMEND, /* address or name; text: the testimonial */
	COMMAND_CONTACTS,
	COMMAND_HUB,     /* rest: "join biotech", "leave biotech", "list", "biotech" */
	COMMAND_RULES,   /* text: fields as written; none: send them */
	COMMAND_LANGUAGE, /* rest: "fr", "Deutsch" */
	COMMAND_PAUSE,   /* date, or none: until further notice */
	COMMAND_RESUME,
	COMMAND_NEVER,   /* address, name, or rest: a firm */
	COMMAND_ADDRESS, /* address: one more of mine */
	COMMAND_STATUS,  /* and LIST */
	COMMAND_WITHDRAW, /* reference or number */
	COMMAND_EXPORT,
	COMMAND_FORGET,
	COMMAND_HELP,
	COMMAND_STOP,
};
#define COMMAND_VERBS 22
const char *command_verb_name(enum command_verb verb); /* "join", ...: file and --json */
enum command_verb command_verb_find(const char *name);  /* COMMAND_UNKNOWN: no such verb */

struct command {
	enum command_verb verb;
	char *line;      /* as written, for the transcript */
	char *rest;      /* what follows the verb on its line, trimmed; "" if nothing */
	char *text;      /* JOIN, INVITE, PROFILE, RECOMMEND, RULES: what follows a colon and the
	                    lines below up to the next command; "" if none */
	char *address;   /* the first address in rest, stored form (mail/address.h), or NULL */
	char *name;      /* a person's name in rest, or NULL */
	char *firm;      /* "Bob Stone (Acme)" -> "Acme", or NULL */
	char *date;      /* "2026-12-01", or NULL */
	char *reference; /* "7K2M-4QXP", or NULL */
	int number;      /* 0..: the first number in rest that stands alone; -1: none */
};

struct command_list {
	struct command *commands;
	size_t count;
	bool broken_off; /* after five lines that were not understood */
	bool in_subject; /* the first one stands there */
};
#define COMMANDS_MOST 40 /* the rest is not read: broken_off */

/* `now_at`: what dates are counted from. Yours: command_free. An empty list:
 * the mail holds no command. */
struct command_list command_read(const char *subject, const char *words, long long now_at);
void command_free(struct command_list *list);
/* Does it change something, not only tell? Such a mail must be believed. */
bool command_changes(const struct command *command);
bool command_list_changes(const struct command_list *list);
/* How well one knows somebody, as written: 0 not at all ... 4 very well, by
 * number or in words; -1: it does not say. */
int command_strength(const char *words);
/* "fr", of a language's name or code as written; NULL: none we know. */
const char *command_language_code(const char *written);
/* Is there such a command in it? */
const struct command *command_list_find(const struct command_list *list, enum command_verb verb);

#endif
