#include "base/mem.h"
#include "base/utf8.h"
#include "base/when.h"
#include "mailtemplates/catalog_inside.h"
#include "mailtemplates/htmlpart.h"
#include "mailtemplates/refill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST (1024 * 1024) /* octets of a rendered part */
#define SUBJECT_MOST 240        /* octets of a rendered subject */

#define KEPT 64 /* partials found before in this mail: most are asked for several times */

struct rendering {
	const struct catalog *catalog;
	const char *hub, *language;
	enum mustache_escape escape;
	struct {
		char name[CATALOG_NAME_MOST + 2]; /* "_foot"; "": none is kept here */
		const struct textfile *file;
	} kept[KEPT];
};

static const struct textfile *partial_file(struct rendering *r, const char *name)
{
	size_t len = strlen(name);
	const char *found;
	if (len == 0 || len > CATALOG_NAME_MOST)
		return NULL;
	unsigned at =
		((unsigned char)name[0] * 7u + (unsigned char)name[len - 1] + len * 13u) % KEPT;
	char *kept = r->kept[at].name;
	if (kept[0] != '\0' && strcmp(kept + 1, name) == 0)
		return r->kept[at].file;
	kept[0] = '_';
	memcpy(kept + 1, name, len + 1);
	r->kept[at].file = textfile_is_data(kept) ? NULL
	                                          : catalog_hub_text(r->catalog, r->hub,
	                                                             r->language, kept, &found);
	return r->kept[at].file;
}

static const struct mustache *find_partial(void *context, const char *name)
{
	struct rendering *r = context;
	const struct textfile *f = partial_file(r, name);
	if (f == NULL)
		return NULL;
	return r->escape == MUSTACHE_HTML ? f->html.template : f->text.template;
}

static enum rc render_part(struct rendering *r, const struct textpart *part, const char *path,
                           const json_t *values, struct str *out, struct why *why)
{
	struct why bound;
	str_clear(out);
	enum rc rc = mustache_render(part->template, values, r->escape, find_partial, r, out,
	                             &bound);
	return rc == RC_OK ? RC_OK : why_set(why, rc, "%s:%d: %s", path, part->line, bound.text);
}

static char *one_line(const struct str *out)
{
	char *line = utf8_clean_line(out->text, out->len);
	if (strlen(line) <= SUBJECT_MOST)
		return line;
	char *cut = utf8_cut(line, SUBJECT_MOST - 3), *whole = NULL;
	if (asprintf(&whole, "%s\xE2\x80\xA6", cut) < 0)
		abort();
	free(cut);
	free(line);
	return whole;
}

/* Is a character at `c` one that utf8_clean takes out or turns into a line break
 * (U+061C, U+200E-F, U+2028-E, U+2066-9, U+FEFF)? Text ends with a NUL. */
static bool is_hidden(const unsigned char *c)
{
	if (c[0] == 0xE2 && c[1] == 0x80)
		return c[2] == 0x8E || c[2] == 0x8F || (c[2] >= 0xA8 && c[2] <= 0xAE);
	if (c[0] == 0xE2)
		return c[1] == 0x81 && c[2] >= 0xA6 && c[2] <= 0xA9;
	if (c[0] == 0xD8)
		return c[1] == 0x9C;
	return c[0] == 0xEF && c[1] == 0xBB;
}

/* Values are valid UTF-8 (jansson sees to it); may there be a control (C0, DEL,
 * C1 = C2 80..9F) or a hidden one? Mostly not, and looking is ten times faster
 * than cleaning. */
static bool may_need_cleaning(const char *text, size_t len)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + len;
	for (; at < end; at++) {
		if ((unsigned char)(*at - ' ') < 0x7F - ' ')
			continue;
		if ((*at < ' ' && *at != '\n') || *at == 0x7F || (*at == 0xC2 && at[1] < 0xA0) ||
		    is_hidden(at))
			return true;
	}
	return false;
}

static char *clean(const struct str *out)
{
	if (may_need_cleaning(out->text, out->len))
		return utf8_clean(out->text, out->len);
	return mem_text_len(out->text, out->len);
}

static void plain_text(const struct str *marked, struct str *out)
{
	struct str plain;
	str_init(&plain, TEXT_MOST);
	htmlpart_unmark(marked->text, marked->len, &plain);
	char *text = clean(&plain);
	refill(text, out);
	free(text);
	str_free(&plain);
}

/* ---- a mail in one language or several ---- */

struct making {
	const struct catalog *catalog;
	const char *hub, *message;
	const json_t *values;
	struct str out;  /* room for a part */
	struct str text; /* of all languages */
	json_t *texts;   /* and their blocks (htmlpart.h) */
	struct catalog_mail mail;
	const struct textfile *file; /* of the first language */
};

static const char *string_of(const json_t *values, const char *name)
{
	const char *text = json_string_value(json_object_get(values, name));
	return text != NULL ? text : "";
}

/* Answers go to the ask's own address if it has one (`reply`), else to the gateway's. */
static json_t *blocks_of(const struct making *m, const char *language)
{
	const char *found, *reply = string_of(m->values, "reply");
	const struct textfile *answers =
		catalog_hub_text(m->catalog, m->hub, language, "_answers", &found);
	const char *gateway = string_of(m->values, "gateway");
	struct htmlpart part = { .reply = reply[0] != '\0' ? reply : gateway,
		                 .subject = m->mail.subject,
		                 .reference = string_of(m->values, "reference") };
	if (answers != NULL) {
		part.answers = answers->answers;
		part.answer_count = answers->answer_count;
	}
	return htmlpart_make(&part, m->out.text, m->out.len);
}

static enum rc make_text(struct making *m, const char *wanted, struct why *why)
{
	struct rendering r = { .catalog = m->catalog, .hub = m->hub, .escape = MUSTACHE_LINE };
	const struct textfile *f =
		catalog_hub_text(m->catalog, m->hub, catalog_language(m->catalog, wanted),
	                         m->message, &r.language);
	bool first = m->file == NULL;
	if (m->message[0] == '_' || f == NULL)
		return why_set(why, RC_PERM, "there is no message '%s' in any language",
		               m->message);
	enum rc rc = RC_OK;
	if (first) {
		m->file = f;
		m->mail.language = mem_text(r.language);
		rc = render_part(&r, &f->subject, f->path, m->values, &m->out, why);
		m->mail.subject = one_line(&m->out);
	}
	r.escape = MUSTACHE_MARKED;
	if (rc == RC_OK)
		rc = render_part(&r, &f->text, f->path, m->values, &m->out, why);
	if (rc != RC_OK)
		return rc;
	str_add(&m->text, first ? "" : "\n\n* * *\n\n");
	plain_text(&m->out, &m->text);
	json_t *blocks = blocks_of(m, r.language);
	json_object_set_new(blocks, "language", json_string(r.language));
	if (!first)
		json_object_set_new(blocks, "further", json_true());
	json_array_append_new(m->texts, blocks);
	return RC_OK;
}

/* The message's own HTML part knows the message's values, and what the page knows. */
static json_t *page_values(const struct making *m, bool own)
{
	static const char *const shown[] = { "network", "gateway", "colour" };
	json_t *page = own ? json_copy((json_t *)(uintptr_t)m->values) : json_object();
	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
		json_t *value = json_object_get(m->values, shown[i]);
		if (value != NULL)
			json_object_set(page, shown[i], value);
	}
	json_object_set_new(page, "title", json_string(m->mail.subject));
	json_object_set_new(page, "language", json_string(m->mail.language));
	json_object_set(page, "answers", json_object_get(json_array_get(m->texts, 0), "answers"));
	json_object_set(page, "texts", m->texts);
	return page;
}

static enum rc make_html(struct making *m, size_t languages, struct why *why)
{
	struct rendering r = { .catalog = m->catalog, .hub = m->hub,
		               .language = m->mail.language, .escape = MUSTACHE_HTML };
	const char *found;
	bool own = languages == 1 && m->file->html.template != NULL;
	const struct textfile *f =
		own ? m->file : catalog_hub_text(m->catalog, m->hub, r.language, "_page", &found);
	if (f == NULL || f->html.template == NULL)
		return RC_OK;
	json_t *page = page_values(m, own);
	enum rc rc = render_part(&r, &f->html, f->path, page, &m->out, why);
	if (rc == RC_OK)
		m->mail.html = clean(&m->out);
	json_decref(page);
	return rc;
}

enum rc catalog_render_all(const struct catalog *c, const char *hub, const char *message,
                           const char *const *languages, size_t language_count,
                           const json_t *values, struct catalog_mail *mail, struct why *why)
{
	struct making m = { .catalog = c, .hub = hub, .message = message, .values = values,
		            .texts = json_array() };
	enum rc rc = RC_OK;
	str_init(&m.out, TEXT_MOST);
	str_init(&m.text, 2 * TEXT_MOST);
	for (size_t i = 0; i < language_count && rc == RC_OK; i++)
		rc = make_text(&m, languages[i], why);
	if (rc == RC_OK && !str_ok(&m.text))
		rc = why_set(why, RC_PERM, "message %s: its text is too long", message);
	if (rc == RC_OK)
		rc = make_html(&m, language_count, why);
	if (rc == RC_OK) {
		m.mail.text = str_take(&m.text);
		*mail = m.mail;
	} else {
		catalog_mail_free(&m.mail);
	}
	json_decref(m.texts);
	str_free(&m.out);
	str_free(&m.text);
	return rc;
}

enum rc catalog_render(const struct catalog *c, const char *message, const char *language,
                       const json_t *values, struct catalog_mail *mail, struct why *why)
{
	return catalog_render_hub(c, NULL, message, language, values, mail, why);
}

enum rc catalog_render_hub(const struct catalog *c, const char *hub, const char *message,
                           const char *language, const json_t *values, struct catalog_mail *mail,
                           struct why *why)
{
	return catalog_render_all(c, hub, message, &language, 1, values, mail, why);
}

void catalog_mail_free(struct catalog_mail *mail)
{
	free(mail->subject);
	free(mail->text);
	free(mail->html);
	free(mail->language);
	*mail = (struct catalog_mail){ 0 };
}

/* ---- languages and dates ---- */

/* The slots of a language stand together, those of hubs behind; any of them with
 * a text in it. */
static const char *language_there(const struct catalog *c, const char *language)
{
	for (size_t i = catalog_place(c, language, ""); i < c->slot_count; i++) {
		const struct slot *slot = &c->slots[i];
		if (strcmp(slot->language, language) != 0) {
			if (c->slots[c->slot_count - 1].hub[0] == '\0')
				return NULL; /* no hub has texts */
			continue;
		}
		if (slot->name[0] != '_' && (slot->own != NULL || slot->standard != NULL))
			return slot->language;
	}
	return NULL;
}

const char *catalog_language(const struct catalog *c, const char *wanted)
{
	char tag[CATALOG_NAME_MOST + 1];
	size_t len = wanted == NULL ? 0 : strlen(wanted);
	if (len > CATALOG_NAME_MOST)
		len = 0;
	for (size_t i = 0; i < len; i++) /* RFC 5646 section 2.1.1: case does not matter */
		tag[i] = (char)(wanted[i] >= 'A' && wanted[i] <= 'Z' ? wanted[i] + 32 : wanted[i]);
	for (; len > 0; len--) {
		tag[len] = '\0';
		const char *found = tag[len - 1] == '-' ? NULL : language_there(c, tag);
		if (found != NULL)
			return found;
		while (len > 1 && tag[len - 1] != '-' && tag[len - 1] != '_')
			len--;
	}
	return c->languages[0];
}

char *catalog_date(const struct catalog *c, const char *language, int64_t at, int64_t now_at,
                   const char *zone)
{
	const char *found;
	const struct textfile *f = catalog_text(c, catalog_language(c, language), "_dates", &found);
	struct when_day day = when_local(at, zone);
	struct str out;
	str_init(&out, 200);
	if (f == NULL) {
		str_addf(&out, "%04d-%02d-%02d", day.year, day.month, day.day);
		return out.text;
	}
	bool same_year = day.year == when_local(now_at, zone).year;
	char *weekday = textfile_word(textfile_field(f, "weekdays")->value, (size_t)day.weekday);
	char *month = textfile_word(textfile_field(f, "months")->value, (size_t)day.month - 1);
	json_t *values = json_pack("{s:s, s:s, s:i, s:i, s:b}", "weekday", weekday, "month", month,
	                           "day", day.day, "year", day.year, "first", day.day == 1);
	const struct textpart *part = same_year ? &f->date : &f->date_year;
	mustache_render(part->template, values, MUSTACHE_LINE, NULL, NULL, &out, NULL);
	json_decref(values);
	free(weekday);
	free(month);
	return out.text;
}

/* ---- for the admin's commands ---- */

const char *catalog_path(const struct catalog *c, const char *hub, const char *name,
                         const char *language)
{
	const char *found;
	const struct textfile *f = catalog_hub_text(c, hub, language, name, &found);
	return f == NULL ? NULL : f->path;
}

const char *catalog_partial(const struct catalog *c, size_t index)
{
	for (size_t i = 0; i < c->slot_count; i++) {
		const char *name = c->slots[i].name;
		bool before = false;
		for (size_t k = 0; k < i && name[0] == '_'; k++)
			before = before || strcmp(c->slots[k].name, name) == 0;
		if (name[0] == '_' && !before && index-- == 0)
			return name;
	}
	return NULL;
}

const char *catalog_hub(const struct catalog *c, size_t index)
{
	for (size_t i = 1; i < c->slot_count; i++)
		if (strcmp(c->slots[i].hub, c->slots[i - 1].hub) != 0 && index-- == 0)
			return c->slots[i].hub;
	return NULL;
}

char *catalog_mark(const char *language, const char *octets, size_t len)
{
	char *mark = textfile_mark(language, octets, len), *line = NULL;
	if (asprintf(&line, "{{! default %s }}", mark) < 0)
		abort();
	free(mark);
	return line;
}

/* "@2026-06-12" -> "vendredi 12 juin"; the samples are our own, so not deep. */
static json_t *with_dates(const struct catalog *c, const char *language, const json_t *value)
{
	const char *text = json_string_value(value), *key;
	int year, month, day;
	if (text != NULL && text[0] == '@' && when_parse_date(text + 1, &year, &month, &day) == 0) {
		char *date = catalog_date(c, language, when_noon(year, month, day, "UTC"),
		                          when_noon(2026, 6, 9, "UTC"), "UTC");
		json_t *made = json_string(date);
		free(date);
		return made;
	}
	json_t *copy = json_copy((json_t *)(uintptr_t)value), *part;
	size_t index;
	void *next;
	json_array_foreach (copy, index, part) {
		json_array_set_new(copy, index, with_dates(c, language, part));
	}
	json_object_foreach_safe (copy, next, key, part) {
		json_object_set_new(copy, key, with_dates(c, language, part));
	}
	return copy;
}

json_t *catalog_sample(const struct catalog *c, const char *message, const char *case_name,
                       const char *language)
{
	const json_t *values = json_object_get(json_object_get(c->samples, message), case_name);
	return values == NULL ? NULL : with_dates(c, language, values);
}
