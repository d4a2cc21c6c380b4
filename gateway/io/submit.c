#include "io/submit.h"

#include "base/mem.h"
#include "base/pack.h"
#include "io/child.h"
#include "io/smtp.h"
#include "io/submit_lanes.h"
#include "io/submit_session.h"
#include "io/wire.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sysexits.h>

/* ---- frames ---- */

static bool settings_unpack(const char *payload, size_t len, struct submit_settings *s)
{
	struct unpack in = unpack_start(payload, len);
	s->url = unpack_text(&in);
	s->user = unpack_text(&in);
	s->secret_file = unpack_text(&in);
	s->secret_command = unpack_text(&in);
	s->ca_file = unpack_text(&in);
	s->helo = unpack_text(&in);
	s->timeout_s = (int64_t)unpack_count(&in, 3600);
	return unpack_done(&in);
}

static void settings_free(struct submit_settings *s)
{
	const char *texts[] = { s->url, s->user, s->secret_file, s->secret_command, s->ca_file,
		                s->helo };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free((char *)texts[i]);
}

static struct smtp_mail *mail_unpack(const char *payload, size_t len)
{
	struct unpack in = unpack_start(payload, len);
	struct smtp_mail *mail = mem_zero(1, sizeof *mail);
	mail->id = unpack_u64(&in);
	mail->reverse_path = unpack_text(&in);
	mail->recipient = unpack_text(&in);
	mail->octets = unpack_octets(&in, &mail->len);
	if (!unpack_done(&in))
		smtp_mail_free(&mail);
	return mail;
}

static void tell(const struct submit_result *result)
{
	struct str frame;
	str_init(&frame, 4096);
	submit_result_pack(&frame, result);
	wire_send(CHILD_FD, WIRE_SUBMIT_RESULT, &frame); /* a parent that is gone is seen reading */
	str_free(&frame);
}

static bool parent_has_more(void)
{
	struct pollfd fd = { .fd = CHILD_FD, .events = POLLIN };
	return poll(&fd, 1, 0) > 0;
}

/* RC_TEMP: the parent is gone. RC_PERM: it speaks nonsense. */
static enum rc hear_parent(struct lanes *lanes)
{
	do {
		enum wire_type type;
		char *payload;
		size_t len;
		enum rc rc = wire_receive(CHILD_FD, -1, &type, &payload, &len);
		if (rc != RC_OK)
			return rc;
		struct smtp_mail *mail =
		        type == WIRE_SUBMIT_MAIL ? mail_unpack(payload, len) : NULL;
		free(payload);
		if (mail == NULL)
			return RC_PERM;
		lanes_take(lanes, mail);
	} while (lanes_held(lanes) < SUBMIT_WINDOW && parent_has_more());
	return RC_OK;
}

static enum rc hear_settings(struct submit_settings *settings)
{
	enum wire_type type;
	char *payload;
	size_t len;
	enum rc rc = wire_receive(CHILD_FD, -1, &type, &payload, &len);
	if (rc != RC_OK)
		return rc;
	bool fits = type == WIRE_SUBMIT_SETTINGS && settings_unpack(payload, len, settings);
	free(payload);
	return fits ? RC_OK : RC_PERM;
}

int submit_child_main(void)
{
	struct submit_settings settings = { 0 };
	struct lanes *lanes = NULL;
	bool heard;
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* CHILD_FD tells too, but is not always looked at */
	enum rc rc = hear_settings(&settings);
	if (rc == RC_OK)
		lanes = lanes_new(&settings, tell);
	while (rc == RC_OK) {
		rc = lanes_turn(lanes, CHILD_FD, &heard);
		if (rc == RC_OK && heard)
			rc = hear_parent(lanes);
	}
	lanes_free(&lanes);
	settings_free(&settings);
	return rc == RC_TEMP ? EX_OK : EX_PROTOCOL;
}

/* ---- doctor ---- */

static void describe(const struct session *session, struct why *why)
{
	const struct smtp_offer *offer = session_offer(session);
	const char *tls = session_tls(session);
	struct str found;
	str_init(&found, sizeof why->text);
	str_addf(&found, "%s%s%s", *tls == '\0' ? "no TLS" : "TLS ", *tls == '\0' ? "" : tls + 3,
	         offer->logged_in ? ", AUTH" : "");
	if (offer->size > 0)
		str_addf(&found, ", SIZE %llu", (unsigned long long)offer->size);
	str_addf(&found, "%s%s", offer->utf8 ? ", SMTPUTF8" : "",
	         offer->pipelining ? ", PIPELINING" : "");
	why_set(why, RC_OK, "%s", found.text);
	str_free(&found);
}

enum rc submit_probe(const struct submit_settings *settings, struct why *why)
{
	struct session_set *set = NULL;
	struct session *session = NULL;
	bool ignored;
	enum rc rc = session_set_new(settings, &set, why);
	if (rc == RC_OK)
		rc = session_open(set, &session, why);
	while (rc == RC_OK && session_state(session, why) == RC_NONE)
		rc = session_wait(set, NULL, 0, -1, 1000, &ignored);
	if (rc == RC_OK)
		rc = session_state(session, why);
	if (rc == RC_OK)
		describe(session, why);
	session_close(&session);
	session_set_free(&set);
	return rc;
}
