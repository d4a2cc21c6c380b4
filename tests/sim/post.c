/* The post between the gateway and its people: outbox rows are read by who got
 * them, and what they write goes through turn_mail. No SMTP. */
#include "base/str.h"
#include "base/when.h"
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

enum { INSTEAD = 200 };

#define INSTEAD_YES 0.9
#define AT_ONCE_S   60
#define MAILS_MOST  64

static uint32_t person_of(int64_t member)
{
	return (uint32_t)(member - 1);
}

static bool moves_on(const struct ask *ask)
{
	return ask->kind == ASK_RELAY || ask->kind == ASK_TARGET || ask->kind == ASK_INSTEAD;
}

/* --- what people do when a mail comes ---------------------------------------------- */

static const struct sim_tie *tie_of(struct sim_world *w, const struct ask *ask)
{
	const struct ask *parent = ask->parent != 0 ? ask_get(w->turn.store, ask->parent) : NULL;
	int64_t holder = parent != NULL ? parent->member
	                                : intro_get(w->turn.store, ask->intro)->requester;
	return sim_tie_find(w->people, person_of(holder), person_of(ask->member));
}

static struct sim_answer answer_to(struct sim_world *w, uint32_t request, const struct ask *ask)
{
	uint32_t asked = person_of(ask->member);
	const struct sim_tie *tie = tie_of(w, ask);
	double pass = tie != NULL ? tie->pass : 0;
	bool instead = ask->kind == ASK_INSTEAD, first = ask->answered_at == 0 && !instead;
	struct sim_answer a = sim_answer_of(w->people, request, asked, pass, first);
	if (instead) {
		bool yes = sim_told(w->people->options.seed, INSTEAD, request, asked) < INSTEAD_YES;
		a.deed = yes ? SIM_YES : SIM_SILENCE;
		a.reminder = 0;
	}
	return a;
}

static void read_ask(struct sim_world *w, const struct outbox *mail, bool reminder)
{
	const struct ask *ask = ask_get(w->turn.store, mail->ask);
	uint32_t request = w->request[ask->intro];
	struct sim_answer a = answer_to(w, request, ask);
	struct sim_event event = { .request = request, .mail = mail->id, .deed = a.deed };
	int64_t back_at = ask->asked_at + a.away_s, at = w->turn.now_at;
	if (a.away_s > 0 && !reminder) {
		event.kind = SIM_ABSENCE;
		event.at = at + AT_ONCE_S;
		event.until_at = back_at;
		sim_push(w, event);
	}
	bool moved = reminder ? a.deed == SIM_YES && a.reminder == ask->reminders
	                      : a.deed != SIM_SILENCE && (a.deed != SIM_YES || a.reminder == 0);
	if (!moved)
		return;
	event.kind = SIM_ANSWER;
	event.at = (back_at > at ? back_at : at) + a.delay_s;
	sim_push(w, event);
}

/* Without repair a chain ends with its first refusal: the next ask never leaves. */
static bool is_broken(struct sim_world *w, const struct outbox *mail)
{
	struct ask *asks;
	size_t count = ask_list(w->turn.store, mail->intro, &asks);
	for (size_t i = 0; i < count; i++)
		if (moves_on(&asks[i]) && asks[i].id != mail->ask && asks[i].state != ASK_ACCEPTED)
			return true;
	return false;
}

/* Half of the servers say so at once, the others write a report. */
static enum submit_outcome hand_over(struct sim_world *w, const struct outbox *mail)
{
	uint32_t reader = person_of(mail->member);
	if (!w->people->person[reader].dead)
		return SUBMIT_SENT;
	if (reader % 2 == 0)
		return SUBMIT_REFUSED;
	sim_push(w, (struct sim_event){ .kind = SIM_BOUNCE, .mail = mail->id,
		                        .at = w->turn.now_at + 10 * AT_ONCE_S });
	return SUBMIT_SENT;
}

static void deliver(struct sim_world *w, const struct outbox *mail)
{
	bool reminder = strcmp(mail->message, "reminder") == 0;
	bool asks = mail->ask != 0 && (reminder || strcmp(mail->message, "ask") == 0 ||
	                               strcmp(mail->message, "ask_target") == 0 ||
	                               strcmp(mail->message, "instead") == 0);
	if (asks && !w->help->repair && is_broken(w, mail)) {
		turn_withdraw(&w->turn, mail->intro);
		return;
	}
	struct submit_result result = { .id = (uint64_t)mail->id, .outcome = hand_over(w, mail) };
	outbox_transmitting(w->turn.store, mail->id, "", 0);
	turn_delivered(&w->turn, &result);
	int64_t month = (w->turn.now_at - SIM_START) / (30 * SIM_DAY);
	w->sent++;
	w->mails[person_of(mail->member) * SIM_MONTHS + (month < SIM_MONTHS ? month : 0)]++;
	if (asks && !w->people->person[person_of(mail->member)].dead)
		read_ask(w, mail, reminder);
}

void sim_post(struct sim_world *w)
{
	struct outbox *mails;
	size_t count;
	while ((count = outbox_due(w->turn.store, w->turn.now_at, MAILS_MOST, &mails)) > 0) {
		for (size_t i = 0; i < count; i++) {
			const struct outbox *now = outbox_get(w->turn.store, mails[i].id);
			if (now->state == OUT_QUEUED) /* one before may have made it needless */
				deliver(w, now);
		}
	}
}

/* --- what they write ------------------------------------------------------------------ */

static void take(struct sim_world *w, struct message *m)
{
	char name[24], hash[65], id[40];
	struct why why;
	w->arrived++;
	snprintf(name, sizeof name, "%lld", (long long)w->arrived);
	snprintf(hash, sizeof hash, "%064lld", (long long)w->arrived);
	snprintf(id, sizeof id, "<%lld@sim.test>", (long long)w->arrived);
	struct turn_place place = { "sim", 1, w->arrived, name, hash };
	m->message_id = id;
	m->text = m->words;
	store_part(w->turn.store);
	sim_must(turn_mail(&w->turn, &place, m, &why), why.text);
	sim_must(store_part_end(w->turn.store, true, &why), why.text);
}

static void write_request(struct sim_world *w, const struct sim_event *event)
{
	static char words[] = "Dear Member,\n\nWe make bridges for small boats, and I read that you"
	                      " build them.\nMay I ask you for a quarter of an hour?\n";
	static char subject[] = "A question about boats";
	const struct sim_request *q = &w->people->request[event->request];
	char from[32], to[64];
	char *recipients[] = { to };
	snprintf(from, sizeof from, "m%u@sim.test", q->from);
	snprintf(to, sizeof to, "intro+m%u=sim.test@gw.test", q->to);
	struct message_mailbox sender = { .address = from };
	struct message m = { .kind = MESSAGE_PERSON, .from = &sender, .from_count = 1,
		             .recipients = recipients, .recipient_count = 1, .subject = subject,
		             .auth = AUTH_PASS, .words = words, .date_at = w->turn.now_at };
	take(w, &m);
}

static const char *words_of(enum sim_deed deed)
{
	return deed == SIM_YES ? "ACCEPT\n" : deed == SIM_NO ? "DECLINE\n" : "NOT NOW\n";
}

static void write_answer(struct sim_world *w, const struct sim_event *event)
{
	const struct outbox *ours = outbox_get(w->turn.store, event->mail);
	char to[80], words[16], date[16] = "", subject[] = "Re: An introduction";
	char *recipients[] = { to }, *address = (char *)ours->address;
	struct message_mailbox sender = { .address = address };
	snprintf(to, sizeof to, "intro+%s@gw.test", ours->reply_token);
	snprintf(words, sizeof words, "%s", words_of(event->deed));
	struct message m = { .kind = MESSAGE_PERSON, .from = &sender, .from_count = 1,
		             .recipients = recipients, .recipient_count = 1, .subject = subject,
		             .auth = AUTH_PASS, .words = words, .date_at = w->turn.now_at,
		             .in_reply_to = (char *)ours->message_id };
	if (event->kind == SIM_ABSENCE) {
		struct when_day day = when_local(event->until_at, w->gateway.zone);
		snprintf(date, sizeof date, "%04d-%02d-%02d", day.year % 10000, day.month % 100,
		         day.day % 100);
		m.kind = MESSAGE_AUTO_REPLY;
		m.return_date = date;
	} else if (event->kind == SIM_BOUNCE) {
		m.kind = MESSAGE_BOUNCE;
		m.original_id = (char *)ours->message_id;
	}
	take(w, &m);
}

void sim_arrive(struct sim_world *w, const struct sim_event *event)
{
	if (event->kind == SIM_REQUEST)
		write_request(w, event);
	else
		write_answer(w, event);
}
