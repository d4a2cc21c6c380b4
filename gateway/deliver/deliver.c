#include "deliver/deliver.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "mail/address.h"
#include "mail/compose.h"

#include <stdlib.h>
#include <string.h>

#define ATTACHMENT_MOST ((size_t)32 << 20)
#define TO_MOST         2
#define FIELDS_MOST     8

/* What a row becomes a mail with; everything here is freed together. */
struct draft {
	json_t *values;
	struct catalog_mail text;
	char *reply_to;
	struct message_mailbox to[TO_MOST];
	struct message_attachment *files;
	size_t file_count;
	json_t *made; /* outbox.files: their names live here */
};

static void draft_free(struct draft *d)
{
	catalog_mail_free(&d->text);
	for (size_t i = 0; i < d->file_count; i++)
		free(d->files[i].octets);
	free(d->files);
	free(d->reply_to);
	json_decref(d->values);
	json_decref(d->made);
}

const char *deliver_loop_token(struct turn *turn)
{
	const char *token = store_setting(turn->store, "loop-token");
	if (token == NULL) {
		struct token made = token_make(turn->random);
		store_setting_put(turn->store, "loop-token", made.text);
		token = store_setting(turn->store, "loop-token");
	}
	return token;
}

/* Asks and reminders want people's absence notes; the rest declares itself (RFC 3834). */
static bool asks_a_person(const char *message)
{
	static const char *const asking[] = { "ask", "ask_target", "instead", "reminder",
		                              "answer" };
	for (size_t i = 0; i < sizeof asking / sizeof asking[0]; i++)
		if (strcmp(asking[i], message) == 0)
			return true;
	return false;
}

/* The target gets the files; relays see only their names. */
static bool carries_files(const struct outbox *mail)
{
	return strcmp(mail->message, "ask_target") == 0 || strcmp(mail->message, "introduce") == 0;
}

static enum rc load_file(struct turn *turn, const char *hash, const char *name, const char *type,
                         struct draft *d, struct why *why)
{
	struct str path;
	struct message_attachment *file = &d->files[d->file_count];
	*file = (struct message_attachment){ .name = (char *)name, .type = (char *)type };
	str_init(&path, 4096);
	str_addf(&path, "%s/attachments/%s", turn->gateway->state, hash);
	enum rc rc = file_read(path.text, ATTACHMENT_MOST, &file->octets, &file->len, why);
	str_free(&path);
	d->file_count += rc == RC_OK;
	return rc;
}

/* What came with the request, and what was made for this mail alone. */
/* Of an offer that was shortened in the text, the whole. */
static void attach_offer(struct turn *turn, const struct outbox *mail, struct draft *d)
{
	static const char *const showing[] = { "ask", "ask_target", "instead", "reminder",
		                               "approve" };
	bool shows = false;
	for (size_t i = 0; i < sizeof showing / sizeof showing[0]; i++)
		shows = shows || strcmp(showing[i], mail->message) == 0;
	struct intro *intro = shows && json_is_true(json_object_get(d->values, "offer_cut"))
	                              ? intro_get(turn->store, mail->intro)
	                              : NULL;
	if (intro == NULL)
		return;
	d->files = mem_grow(d->files, d->file_count + 1, sizeof *d->files);
	d->files[d->file_count++] = (struct message_attachment){
		.name = (char *)"offer.txt",
		.type = (char *)"text/plain",
		.octets = mem_text(intro->offer),
		.len = strlen(intro->offer),
	};
}

static enum rc load_files(struct turn *turn, const struct outbox *mail, struct draft *d,
                          struct why *why)
{
	struct intro *intro = mail->intro != 0 && carries_files(mail)
	                              ? intro_get(turn->store, mail->intro)
	                              : NULL;
	struct inbox_attachment *files;
	enum rc rc = RC_OK;
	size_t count = intro != NULL ? inbox_attachments(turn->store, intro->inbox, &files) : 0;
	d->made = mail->files != NULL ? json_loads(mail->files, 0, NULL) : NULL;
	d->files = mem_zero(count + json_array_size(d->made), sizeof *d->files);
	for (size_t i = 0; i < count && rc == RC_OK; i++)
		rc = load_file(turn, files[i].hash, files[i].name, files[i].type, d, why);
	for (size_t i = 0; i < json_array_size(d->made) && rc == RC_OK; i++) {
		json_t *file = json_array_get(d->made, i);
		rc = load_file(turn, json_string_value(json_object_get(file, "hash")),
		               json_string_value(json_object_get(file, "name")),
		               json_string_value(json_object_get(file, "type")), d, why);
	}
	return rc;
}

/* A mail to both has up to two languages. Its buttons go to us, though a reply
 * goes to each other. */
static enum rc render_text(struct turn *turn, const struct outbox *mail, struct draft *d,
                           struct why *why)
{
	const char *languages[TO_MOST] = { mail->language };
	const char *hub = json_string_value(json_object_get(d->values, "hub_texts"));
	json_t *named = json_object_get(d->values, "languages");
	size_t count = json_array_size(named) < TO_MOST ? json_array_size(named) : TO_MOST;
	for (size_t i = 0; i < count; i++)
		languages[i] = json_string_value(json_array_get(named, i));
	json_object_set_new(d->values, "reply", json_string(d->reply_to));
	if (turn->gateway->colour != NULL)
		json_object_set_new(d->values, "colour", json_string(turn->gateway->colour));
	return catalog_render_all(turn->catalog, hub, mail->message, languages,
	                          count > 0 ? count : 1, d->values, &d->text, why);
}

static void put_people(const struct outbox *mail, struct turn *turn, struct draft *d, size_t *count)
{
	static const char *const both[] = { "a", "b" };
	*count = 0;
	bool to_both = json_object_get(json_object_get(d->values, "b"), "address") != NULL;
	for (int i = 0; i < 2 && to_both; i++) {
		json_t *person = json_object_get(d->values, both[i]);
		d->to[(*count)++] = (struct message_mailbox){
			(char *)json_string_value(json_object_get(person, "address")),
			(char *)json_string_value(json_object_get(person, "name")),
		};
	}
	if (*count > 0)
		return;
	struct member *reader = member_get(turn->store, mail->member);
	d->to[(*count)++] =
		(struct message_mailbox){ (char *)mail->address,
		                          reader != NULL ? (char *)reader->name : NULL };
}

/* "intro@gw.example" -> "<intro.gw.example>" (RFC 2919), for people's filters. */
static void list_id(const char *address, struct str *out)
{
	size_t local = strcspn(address, "@");
	str_add_char(out, '<');
	str_add_len(out, address, local);
	str_addf(out, ".%s>", address + local + 1);
}

static enum rc render(struct turn *turn, const struct outbox *mail, char **octets, size_t *len,
                      struct why *why)
{
	const struct conf_gateway *g = turn->gateway;
	struct draft d = { .values = json_loads(mail->values, 0, NULL) };
	struct str stop, list;
	size_t to_count;
	str_init(&stop, 600);
	str_init(&list, 600);
	d.reply_to = mail->reply_token != NULL
	                     ? address_with_detail(g->address, g->separator, mail->reply_token)
	                     : mem_text(g->address);
	enum rc rc = render_text(turn, mail, &d, why);
	if (rc == RC_OK)
		rc = load_files(turn, mail, &d, why);
	if (rc == RC_OK)
		attach_offer(turn, mail, &d);
	if (rc != RC_OK)
		goto out;
	put_people(mail, turn, &d, &to_count);
	str_addf(&stop, "<mailto:%s?subject=STOP>", g->address);
	list_id(g->address, &list);
	const char *fields[FIELDS_MOST][2] = { { DELIVER_LOOP_FIELD, deliver_loop_token(turn) } };
	if (!asks_a_person(mail->message)) {
		fields[1][0] = "Auto-Submitted";
		fields[1][1] = mail->answer ? "auto-replied" : "auto-generated";
		fields[2][0] = "List-Id";
		fields[2][1] = list.text;
		if (mail->member != 0) { /* an admin cannot leave by mail */
			fields[3][0] = "List-Unsubscribe";
			fields[3][1] = stop.text;
		}
	}
	struct message_mailbox reply = { d.reply_to, NULL };
	bool to_both = to_count == TO_MOST;
	struct compose compose = {
		.from = { g->address, g->display_name },
		.to = d.to,
		.to_count = to_count,
		.reply_to = to_both ? d.to : &reply, /* they answer each other */
		.reply_to_count = to_both ? to_count : 1,
		.subject = d.text.subject,
		.message_id = mail->message_id,
		.in_reply_to = mail->in_reply_to,
		.references = mail->refs,
		.date_at = turn->now_at,
		.language = d.text.language,
		.extra = fields,
		.text = d.text.text,
		.html = d.text.html,
		.attachments = d.files,
		.attachment_count = d.file_count,
	};
	rc = compose_mail(&compose, octets, len, why);
out:
	draft_free(&d);
	str_free(&stop);
	str_free(&list);
	return rc;
}

/* VERP attributes a bounce without reading it; an answer's bounce interests nobody. */
static char *reverse_path(struct turn *turn, const struct outbox *mail)
{
	const struct conf_gateway *g = turn->gateway;
	struct str detail;
	if (mail->answer)
		return mem_text("");
	if (!g->verp)
		return mem_text(g->address);
	str_init(&detail, 100);
	str_addf(&detail, "bounce-%s", mail->verp_token);
	char *path = address_with_detail(g->address, g->separator, detail.text);
	str_free(&detail);
	return path;
}

/* Octets to hand over, kept past the transaction's end. */
struct parcel {
	struct deliver_mail mail;
	char *reverse_path, *recipient, *octets;
};

/* Until its text is mended; an alarm that is held itself alarms nobody. */
static void hold(struct turn *turn, const struct outbox *mail, const char *why)
{
	struct str line;
	str_init(&line, 2000);
	str_addf(&line, "outbox %lld, %s: %s", (long long)mail->id, mail->message, why);
	log_warn("held outbox=%lld message=%s: %s", (long long)mail->id, mail->message, why);
	outbox_held(turn->store, mail->id, why);
	if (strcmp(mail->message, "alarm") != 0)
		turn_alarm(turn, "held", NULL, line.text);
	str_free(&line);
}

static bool make_parcel(struct turn *turn, const struct outbox *mail, struct parcel *parcel)
{
	struct why why;
	char *octets = NULL;
	size_t len = mail->len;
	if (len > 0) {
		octets =
			mem_text_len(mail->octets, len); /* rendered before: a retry is identical */
	} else if (render(turn, mail, &octets, &len, &why) != RC_OK) {
		hold(turn, mail, why.text);
		return false;
	}
	outbox_transmitting(turn->store, mail->id, octets, len);
	*parcel = (struct parcel){ .reverse_path = reverse_path(turn, mail),
		                   .recipient = mem_text(mail->address),
		                   .octets = octets };
	parcel->mail = (struct deliver_mail){ (uint64_t)mail->id, parcel->reverse_path,
		                              parcel->recipient, octets, len };
	return true;
}

enum rc deliver_due(struct turn *turn, size_t most, deliver_take take, void *context, size_t *count,
                    struct why *why)
{
	struct parcel parcels[DELIVER_IN_FLIGHT];
	struct outbox *mails;
	size_t ready = 0;
	*count = 0;
	enum rc rc = store_begin(turn->store, why);
	if (rc != RC_OK)
		return rc;
	size_t due = outbox_due(turn->store, turn->now_at,
	                        most < DELIVER_IN_FLIGHT ? most : DELIVER_IN_FLIGHT, &mails);
	for (size_t i = 0; i < due; i++)
		ready += make_parcel(turn, &mails[i], &parcels[ready]);
	rc = store_commit(turn->store, why);
	for (size_t i = 0; i < ready; i++) {
		if (rc == RC_OK)
			take(context, &parcels[i].mail);
		free(parcels[i].reverse_path);
		free(parcels[i].recipient);
		free(parcels[i].octets);
	}
	*count = rc == RC_OK ? ready : 0;
	return rc;
}
