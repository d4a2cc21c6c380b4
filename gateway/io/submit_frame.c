#include "io/submit.h"

#include "base/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const outcome_names[] = {
	[SUBMIT_SENT] = "sent",
	[SUBMIT_LATER] = "later",
	[SUBMIT_REFUSED] = "refused",
	[SUBMIT_UNKNOWN] = "unknown",
};

const char *submit_outcome_name(enum submit_outcome outcome)
{
	return outcome_names[outcome];
}

void submit_settings_pack(struct str *out, const struct submit_settings *settings)
{
	pack_text(out, settings->url);
	pack_text(out, settings->user);
	pack_text(out, settings->secret_file);
	pack_text(out, settings->secret_command);
	pack_text(out, settings->ca_file);
	pack_text(out, settings->helo);
	pack_u64(out, (uint64_t)settings->timeout_s);
}

void submit_mail_pack(struct str *out, uint64_t id, const char *reverse_path,
                      const char *recipient, const char *octets, size_t len)
{
	pack_u64(out, id);
	pack_text(out, reverse_path);
	pack_text(out, recipient);
	pack_octets(out, octets, len);
}

void submit_result_pack(struct str *out, const struct submit_result *result)
{
	pack_u64(out, result->id);
	pack_u64(out, result->outcome);
	pack_u64(out, result->account);
	pack_u64(out, (uint64_t)result->code);
	pack_text(out, result->status);
	pack_text(out, result->reply);
}

static void unpack_room(struct unpack *in, char *room, size_t size)
{
	char *text = unpack_text(in);
	if (text == NULL || strlen(text) >= size)
		in->bad = true;
	else
		snprintf(room, size, "%s", text);
	free(text);
}

enum rc submit_result_unpack(const char *payload, size_t len, struct submit_result *result)
{
	struct unpack in = unpack_start(payload, len);
	struct submit_result r = { .id = unpack_u64(&in) };
	r.outcome = (enum submit_outcome)unpack_count(&in, SUBMIT_UNKNOWN);
	r.account = unpack_count(&in, 1) == 1;
	r.code = (int)unpack_count(&in, 599);
	unpack_room(&in, r.status, sizeof r.status);
	unpack_room(&in, r.reply, sizeof r.reply);
	if (!unpack_done(&in))
		return RC_PERM;
	*result = r;
	return RC_OK;
}
