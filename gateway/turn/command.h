/* command: the commands of one mail, carried out, and told in one answer.
 *
 * One file a topic (turn/join.c, turn/profile.c, ...); each gives handlers.
 * A handler changes the store and says with which text it is told; command.c
 * writes that mail, or, when the mail held several commands, one transcript in
 * which each command's part is the partial _MESSAGE_body of that text:
 * mailtemplates/default/fr/profile.txt is "Subject, hello, {{> profile_body}},
 * foot", and the transcript shows {{#profile}}{{> profile_body}}{{/profile}}.
 * A handler never writes to `sender` itself; to others it may (letter_write).
 * Inside turn/ only. */
#ifndef TURN_COMMAND_H
#define TURN_COMMAND_H

#include "core/command.h"
#include "turn/inside.h"

struct command_run {
	struct turn *turn;
	const struct member *sender;
	const struct inbox *mail;    /* with its attachments (inbox_attachments) */
	const struct message *m;     /* the mail answered */
	bool confirmed;              /* the sender answered our "was this you?" for this mail */
	struct intro *about;         /* the introduction this mail answers to, or NULL */
};

struct command_told {
	const char *message; /* which text; NULL: nothing is told (it is told elsewhere) */
	json_t *values;      /* of that text; taken over */
	const char *token;   /* of an ask this answer carries (its Reply-To), or NULL */
	const char *files;   /* JSON for outbox.files, or NULL; from the store's pool */
	const struct intro *intro; /* it is about, or NULL */
};

typedef struct command_told (*command_handler)(const struct command_run *run,
                                               const struct command *command);

/* command.c: all commands of a mail, in their order; a STOP or FORGET ME among
 * them is the only one heeded. */
void command_take(const struct command_run *run, const struct command_list *list);

/* follow.c */
struct command_told command_status(const struct command_run *run, const struct command *c);
struct command_told command_withdraw(const struct command_run *run, const struct command *c);
struct command_told command_help(const struct command_run *run, const struct command *c);
struct command_told command_stop(const struct command_run *run, const struct command *c);

/* join.c */
struct command_told command_join(const struct command_run *run, const struct command *c);
/* invite.c */
struct command_told command_invite(const struct command_run *run, const struct command *c);
/* bond.c */
struct command_told command_trust(const struct command_run *run, const struct command *c);
/* self.c */
struct command_told command_language(const struct command_run *run, const struct command *c);
struct command_told command_address(const struct command_run *run, const struct command *c);
/* profile.c, search.c */
struct command_told command_profile(const struct command_run *run, const struct command *c);
struct command_told command_search(const struct command_run *run, const struct command *c);
struct command_told command_route(const struct command_run *run, const struct command *c);
struct command_told command_recommend(const struct command_run *run, const struct command *c);
/* rules.c, hub.c, rights.c */
struct command_told command_rules(const struct command_run *run, const struct command *c);
struct command_told command_pause(const struct command_run *run, const struct command *c);
struct command_told command_resume(const struct command_run *run, const struct command *c);
struct command_told command_never(const struct command_run *run, const struct command *c);
struct command_told command_hub(const struct command_run *run, const struct command *c);
struct command_told command_export(const struct command_run *run, const struct command *c);
struct command_told command_forget(const struct command_run *run, const struct command *c);
/* contacts.c */
struct command_told command_contacts(const struct command_run *run, const struct command *c);

void answer_rules(struct turn *turn, struct ask *ask, const struct member *sender,
                  const struct inbox *mail, const struct message *m);
void answer_hub(struct turn *turn, struct ask *ask, const struct member *sender,
                const struct inbox *mail, const struct message *m);

/* The answers to asks of these kinds (answer.c calls them). */
typedef void (*command_answer)(struct turn *turn, struct ask *ask, const struct member *sender,
                               const struct inbox *mail, const struct message *m);
void join_answer(struct turn *turn, struct ask *ask, const struct member *sender,
                 const struct inbox *mail, const struct message *m);
void invite_answer(struct turn *turn, struct ask *ask, const struct member *sender,
                   const struct inbox *mail, const struct message *m);
void bond_answer(struct turn *turn, struct ask *ask, const struct member *sender,
                 const struct inbox *mail, const struct message *m);
void self_answer(struct turn *turn, struct ask *ask, const struct member *sender,
                 const struct inbox *mail, const struct message *m);

/* --- join.c, newcomer.c: who comes in ------------------------------------------------- */

/* A mail from an address of nobody's: JOIN and STOP are heeded, once a day. */
void join_stranger(struct turn *turn, const struct request *request, const struct message *m);
/* A member from now on, written to again whatever they said before. */
void join_become(struct turn *turn, int64_t member);
/* Whose address it is, or a new one, `known` only. `name` may be NULL: made of
 * the address. */
struct member *newcomer(struct turn *turn, const char *address, const char *name,
                        const char *language);
/* What they call themselves, when we only had a name made of the address. */
void newcomer_named(struct turn *turn, const struct member *member, const struct message *m);
/* The language a mail is in, if we have texts in it; else `otherwise`. */
const char *newcomer_language(struct turn *turn, const struct message *m, const char *otherwise);
/* The time of an ask that belongs to no introduction has come. */
void join_due(struct turn *turn, struct ask *ask);
void invite_due(struct turn *turn, struct ask *ask);

/* --- invite.c, bond.c: who knows whom ---------------------------------------------------- */

/* This invitation is accepted: a member, and a link both ways. What the new member
 * is told (the text "strength"). */
struct command_told invite_accept(struct turn *turn, struct ask *ask);
struct ask *invite_open(struct turn *turn, int64_t member); /* to them; NULL: none */
/* `member` knows `other` that well, 0: not at all; both must say so before it counts. */
void bond_state(struct turn *turn, int64_t member, int64_t other, int strength);
/* `other` is asked once whether they know `member` too. `invited`: `member` has
 * not said how well, and is asked once `other` has confirmed. */
void bond_wish(struct turn *turn, const struct member *member, const struct member *other,
               const char *word, bool invited);
/* "How well do you know each other?"; why is a flag of the text "strength". */
struct command_told bond_ask(struct turn *turn, int64_t member, int64_t other, const char *why);

void answer_profile(struct turn *turn, struct ask *ask, const struct member *sender,
                    const struct inbox *mail, const struct message *m);
void answer_search(struct turn *turn, struct ask *ask, const struct member *sender,
                   const struct inbox *mail, const struct message *m);
void answer_recommend(struct turn *turn, struct ask *ask, const struct member *sender,
                      const struct inbox *mail, const struct message *m);
void answer_contacts(struct turn *turn, struct ask *ask, const struct member *sender,
                     const struct inbox *mail, const struct message *m);

#endif
