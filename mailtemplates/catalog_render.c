#include "base/mem.h"
#include "base/utf8.h"
#include "base/when.h"
#include "mailtemplates/catalog_inside.h"
#include "mailtemplates/refill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST (1024 * 1024) /* octets of a rendered part */
#define SUBJECT_MOST 240        /* octets of a rendered subject */

struct rendering {
	const struct catalog *catalog;
	const char *hub, *language;
	bool html;
};

static const struct mustache *find_partial(void *context, const char *name)
{
	const struct rendering *r = context;
	const char *found;
	char underscored[CATALOG_NAME_MOST + 2];
	int len = snprintf(underscored, sizeof underscored, "_%s", name);
	if (len < 0 || (size_t)len >= sizeof underscored || textfile_is_data(underscored))
		return NULL;
	const struct textfile *f =
		catalog_hub_text(r->catalog, r->hub, r->language, underscored, &found);
	if (f == NULL)
		return NULL;
	return r->html ? f->html.template : f->text.template;
}

static enum rc render_part(const struct rendering *r, const struct textpart *part,
                           const char *path, const json_t *values, struct str *out, struct why *why)
{
	struct why bound;
	struct rendering here = *r;
	enum rc rc =
		mustache_render(part->template, values, r->html ? MUSTACHE_HTML : MUSTACHE_LINE,
	                        find_partial, &here, out, &bound);
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

/* Values are valid UTF-8 (jansson sees to it); may there be a control (C0, DEL,
 * C1 = C2 80..9F) or a bidirectional one (E2 80.., E2 81.., EF BB BF)? Mostly
 * not, and looking is ten times faster than cleaning. */
static bool may_need_cleaning(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if ((c < ' ' && c != '\n') || c == 0x7F || c == 0xE2 || c == 0xEF ||
		    (c == 0xC2 && (unsigned char)text[i + 1] < 0xA0))
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

static char *plain_text(const struct str *out)
{
	struct str filled;
	char *text = clean(out);
	str_init(&filled, 2 * TEXT_MOST);
	refill(text, &filled);
	free(text);
	return filled.text;
}

static enum rc render_parts(const struct textfile *f, struct rendering *r, const json_t *values,
                            struct catalog_mail *mail, struct why *why)
{
	struct str out;
	str_init(&out, TEXT_MOST);
	enum rc rc = render_part(r, &f->subject, f->path, values, &out, why);
	if (rc == RC_OK) {
		mail->subject = one_line(&out);
		str_clear(&out);
		rc = render_part(r, &f->text, f->path, values, &out, why);
	}
	if (rc == RC_OK)
		mail->text = plain_text(&out);
	if (rc == RC_OK && f->html.template != NULL) {
		r->html = true;
		str_clear(&out);
		rc = render_part(r, &f->html, f->path, values, &out, why);
		if (rc == RC_OK)
			mail->html = clean(&out);
	}
	str_free(&out);
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
	struct rendering r = { .catalog = c, .hub = hub };
	struct catalog_mail made = { 0 };
	const struct textfile *f =
		catalog_hub_text(c, hub, catalog_language(c, language), message, &r.language);
	if (message[0] == '_' || f == NULL)
		return why_set(why, RC_PERM, "there is no message '%s' in any language", message);
	enum rc rc = render_parts(f, &r, values, &made, why);
	if (rc != RC_OK) {
		catalog_mail_free(&made);
		return rc;
	}
	made.language = mem_text(r.language);
	*mail = made;
	return RC_OK;
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
