/* What became of the mails we sent. */
#include "base/log.h"
#include "base/when.h"
#include "store/rights.h"
#include "turn/inside.h"

#include <string.h>

#define FIRST_PAUSE_S 60
#define LAST_PAUSE_S  3600
#define GIVE_UP_S     (5 * (int64_t)WHEN_DAY_S)
#define UNKNOWN_S     600
#define UNKNOWN_MOST  2

/* Doubles from a minute to an hour, with a quarter's jitter. */
static int64_t pause_s(struct turn *turn, int attempts)
{
	int64_t pause = FIRST_PAUSE_S;
	unsigned char chance;
	for (int i = 1; i < attempts && pause < LAST_PAUSE_S; i++)
		pause *= 2;
	if (pause > LAST_PAUSE_S)
		pause = LAST_PAUSE_S;
	turn->random(&chance, 1);
	return pause + pause * chance / 1024;
}

/* The ask cannot reach this person: the same event as a bounce. */
void delivery_failed(struct turn *turn, const struct outbox *mail)
{
	struct ask *ask = mail->ask != 0 ? ask_get(turn->store, mail->ask) : NULL;
	struct intro *intro =
		ask != NULL && ask->intro != 0 ? intro_get(turn->store, ask->intro) : NULL;
	if (ask != NULL && ask->kind == ASK_INVITE && ask->state == ASK_OPEN)
		ask_state_set(turn->store, ask->id, ASK_OPEN, ASK_BOUNCED, 0, 0);
	if (intro == NULL || (ask->state != ASK_OPEN && ask->state != ASK_POSTPONED))
		return;
	struct step step = { .event = EV_BOUNCE, .ask = ask };
	step_take(turn, intro, &step);
}

void turn_delivered(struct turn *turn, const struct submit_result *result)
{
	struct outbox *mail = outbox_get(turn->store, (int64_t)result->id);
	if (mail == NULL || mail->state != OUT_TRANSMITTING)
		return;
	enum outbox_state state = OUT_SENT;
	int64_t next_at = turn->now_at;
	bool unknown = result->outcome == SUBMIT_UNKNOWN;
	if (result->outcome == SUBMIT_REFUSED)
		state = OUT_REFUSED;
	else if (result->outcome == SUBMIT_LATER)
		/* An account's trouble is not the mail's: it does not age by it. */
		state = !result->account && turn->now_at - mail->queued_at > GIVE_UP_S ? OUT_REFUSED
		                                                                       : OUT_QUEUED;
	else if (unknown && mail->unknown + 1 < UNKNOWN_MOST)
		state = OUT_QUEUED; /* once more, with the same message-id */
	if (state == OUT_QUEUED)
		next_at += unknown ? UNKNOWN_S : pause_s(turn, mail->attempts);
	outbox_result(turn->store, mail->id, state, unknown, next_at, result->reply, turn->now_at);
	struct log_text to, reply;
	log_info("%s outbox=%lld intro=%lld message=%s to=<%s> code=%d status=%s reply=\"%s\"",
	         state == OUT_QUEUED ? "deferred" : outbox_state_name(state), (long long)mail->id,
	         (long long)mail->intro, mail->message, log_safe(&to, mail->address), result->code,
	         result->status, log_safe(&reply, result->reply));
	/* The last mail to somebody who was erased, with their address: it goes too. */
	if (state != OUT_QUEUED && strcmp(mail->message, "forgotten") == 0)
		rights_forget_mail(turn->store, mail->id);
	else if (state == OUT_REFUSED)
		delivery_failed(turn, mail);
}
