/* EXPORT and FORGET ME: everything stored about a person, told to them or erased. */
#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "store/rights.h"
#include "turn/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ERASED "[\xe2\x80\xa6]" /* stands for a name, in any language */

/* "Was this you?", whatever server vouches for the mail: once more to the known address. */
static struct command_told confirm_first(const struct command_run *run, const char *message)
{
	struct token token;
	struct ask ask = { .kind = ASK_CONFIRM,
		           .member = run->sender->id,
		           .token = fresh_token(run->turn, &token),
		           .state = ASK_OPEN,
		           .inbox = run->mail->id,
		           .asked_at = run->turn->now_at };
	ask_add(run->turn->store, &ask);
	struct ask *kept =
		ask_get(run->turn->store, ask.id); /* its token lives in the store's pool */
	return (struct command_told){ .message = message,
		                      .values = json_object(),
		                      .token = kept->token };
}

static void put_path(const struct turn *turn, struct str *path, const char *hash)
{
	str_init(path, 4096);
	str_addf(path, "%s/attachments", turn->gateway->state);
	if (hash != NULL)
		str_addf(path, "/%s", hash);
}

/* Named by its hash, as every attachment is. NULL: the disk said no. */
static json_t *keep_file(const struct turn *turn, const char *text)
{
	struct str folder, path;
	struct why why;
	struct digest hash = digest_make(text, strlen(text));
	put_path(turn, &folder, NULL);
	put_path(turn, &path, hash.text);
	enum rc rc = file_make_folder(folder.text, &why);
	if (rc == RC_OK)
		rc = file_write(path.text, text, strlen(text), &why);
	if (rc != RC_OK)
		log_warn("export: %s", why.text);
	str_free(&folder);
	str_free(&path);
	return rc == RC_OK ? json_pack("[{s:s, s:s, s:s}]", "hash", hash.text, "name",
	                               "passerelle.json", "type", "application/json")
	                   : NULL;
}

struct command_told command_export(const struct command_run *run, const struct command *c)
{
	(void)c;
	if (!run->confirmed)
		return confirm_first(run, "confirm_export");
	json_t *all = rights_export(run->turn->store, run->sender->id);
	char *text = json_dumps(all, JSON_INDENT(2));
	json_t *files = keep_file(run->turn, text);
	struct command_told told = { .message = "export",
		                     .values = json_pack("{s:b}", "failed", files == NULL) };
	if (files != NULL)
		told.files = store_keep(run->turn->store, json_dumps(files, JSON_COMPACT));
	json_decref(files);
	json_decref(all);
	free(text);
	return told;
}

/* Nothing of theirs goes on; nobody is told why. */
static void end_all(struct turn *turn, int64_t member)
{
	struct intro *intros;
	size_t count = intro_list(turn->store, member, &intros);
	for (size_t i = 0; i < count; i++) {
		struct step step = { .event = EV_WITHDRAW };
		if (intros[i].state == INTRO_ASKING || intros[i].state == INTRO_ROUTING)
			step_take(turn, &intros[i], &step);
	}
	answer_stop_all(turn, member, NULL);
}

static void delete_files(struct turn *turn, int64_t member)
{
	const char *const *hashes;
	size_t count = rights_files(turn->store, member, &hashes);
	for (size_t i = 0; i < count; i++) {
		struct str path;
		put_path(turn, &path, hashes[i]);
		unlink(path.text);
		str_free(&path);
	}
}

struct command_told command_forget(const struct command_run *run, const struct command *c)
{
	struct turn *turn = run->turn;
	(void)c;
	if (!run->confirmed)
		return confirm_first(run, "confirm_forget");
	struct member gone = *run->sender;
	json_t *reader = value_name(turn, gone.id);
	end_all(turn, gone.id);
	delete_files(turn, gone.id);
	rights_erase(turn->store, gone.id, ERASED);
	struct event event = { .at = turn->now_at, .member = gone.id, .what = "forgotten" };
	event_add(turn->store, &event);
	struct letter farewell = { .message = "forgotten",
		                   .address = gone.address,
		                   .language = gone.language,
		                   .re = run->m,
		                   .values = json_pack("{s:o}", "reader", reader) };
	letter_write(turn, &farewell);
	return (struct command_told){ .message = NULL };
}
