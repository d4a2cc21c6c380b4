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
struct command_told command_invite(const struct command_run *run, const struct command *c);
struct command_told command_trust(const struct command_run *run, const struct command *c);
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

/* The answers to asks of these kinds (answer.c calls them). */
typedef void (*command_answer)(struct turn *turn, struct ask *ask, const struct member *sender,
                               const struct inbox *mail, const struct message *m);

void answer_profile(struct turn *turn, struct ask *ask, const struct member *sender,
                    const struct inbox *mail, const struct message *m);
void answer_search(struct turn *turn, struct ask *ask, const struct member *sender,
                   const struct inbox *mail, const struct message *m);
void answer_recommend(struct turn *turn, struct ask *ask, const struct member *sender,
                      const struct inbox *mail, const struct message *m);
void answer_contacts(struct turn *turn, struct ask *ask, const struct member *sender,
                     const struct inbox *mail, const struct message *m);

#endif
