#include "mailtemplates/catalog.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/when.h"
#include "mailtemplates/catalog_inside.h"
#include "mailtemplates/messages.h"
#include "mailtemplates/refill.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST (1024 * 1024) /* octets of a rendered part */
#define SUBJECT_MOST 240        /* octets of a rendered subject */
#define NAME_MOST 40            /* octets of a language's or a message's name */
#define DEFAULT_PREFIX "mailtemplates/default/"

/* ---- slots ---- */

static int slot_compare(const struct slot *slot, const char *language, const char *name)
{
	int order = strcmp(slot->language, language);
	return order != 0 ? order : strcmp(slot->name, name);
}

/* Where the slot is, or where it would stand. */
static size_t slot_place(const struct catalog *c, const char *language, const char *name)
{
	size_t low = 0, high = c->slot_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (slot_compare(&c->slots[middle], language, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct slot *catalog_slot(const struct catalog *c, const char *language, const char *name)
{
	size_t at = slot_place(c, language, name);
	if (at == c->slot_count || slot_compare(&c->slots[at], language, name) != 0)
		return NULL;
	return &c->slots[at];
}

static struct slot *slot_make(struct catalog *c, const char *language, const char *name)
{
	struct slot *slot = catalog_slot(c, language, name);
	if (slot != NULL)
		return slot;
	size_t at = slot_place(c, language, name);
	c->slots = mem_grow(c->slots, c->slot_count + 1, sizeof *c->slots);
	memmove(&c->slots[at + 1], &c->slots[at], (c->slot_count - at) * sizeof *c->slots);
	c->slot_count++;
	c->slots[at] = (struct slot){ .language = mem_text(language), .name = mem_text(name) };
	return &c->slots[at];
}

const struct textfile *catalog_text(const struct catalog *c, const char *language, const char *name,
                                    const char **found)
{
	const char *order[] = { language, c->languages[0], "en" };
	for (size_t i = 0; i < 3; i++) {
		const struct slot *slot = catalog_slot(c, order[i], name);
		if (slot == NULL || (slot->own == NULL && slot->standard == NULL))
			continue;
		*found = slot->language;
		return slot->own != NULL ? slot->own : slot->standard;
	}
	return NULL;
}

/* ---- files ---- */

/* "ask.txt" -> "ask"; NULL: not a text of ours (an editor's copy, ...). */
static char *text_name(const char *file)
{
	size_t len = strlen(file);
	if (len < 5 || len > NAME_MOST || file[0] == '.' || strcmp(file + len - 4, ".txt") != 0)
		return NULL;
	return mem_text_len(file, len - 4);
}

static void slot_forget_flaws(struct slot *slot)
{
	for (size_t i = 0; i < slot->flaw_count; i++)
		free(slot->flaws[i]);
	free(slot->flaws);
	slot->flaws = NULL;
	slot->flaw_count = 0;
}

static enum rc read_text(const char *path, const char *name, struct flaws *flaws,
                         struct textfile **file)
{
	char *octets;
	size_t len;
	struct why why;
	enum rc rc = file_read(path, TEXTFILE_MOST, &octets, &len, &why);
	if (rc != RC_OK) {
		flaws_add(flaws, path, 1, 1, why.text);
		return rc;
	}
	return textfile_parse(path, name, octets, len, flaws_add, flaws, file);
}

/* Takes the file up if neither it nor a message that uses it has a fault. The
 * check needs it in its place; if it fails, the last good one goes back. */
static bool take_up(struct catalog *c, const char *language, const char *name, const char *path,
                    struct flaws *flaws)
{
	struct textfile *file;
	if (read_text(path, name, flaws, &file) != RC_OK)
		return false;
	struct slot *slot = catalog_slot(c, language, name);
	struct textfile *last = slot->own;
	slot->own = file;
	flaws->only = path;
	flaws->faults_only = true;
	catalog_check_text(c, language, name, flaws);
	if (flaws->count > 0) {
		slot->own = last;
		textfile_free(&file);
		return false;
	}
	textfile_free(&last);
	return true;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_size == b->st_size && a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

static bool look_at_file(struct catalog *c, const char *language, const char *name,
                         const char *path, catalog_flaw flaw, void *context)
{
	struct stat now;
	if (stat(path, &now) != 0 || !S_ISREG(now.st_mode))
		return false;
	struct slot *slot = slot_make(c, language, name);
	slot->present = true;
	if (same_file(&slot->seen, &now))
		return false;
	slot->seen = now;
	slot_forget_flaws(slot);
	struct flaws flaws = { 0 };
	bool taken = take_up(c, language, name, path, &flaws);
	for (size_t i = 0; i < flaws.count && flaw != NULL; i++)
		flaw(context, flaws.sentences[i]);
	slot = catalog_slot(c, language, name);
	slot->flaws = flaws.sentences;
	slot->flaw_count = flaws.count;
	return taken;
}

static bool look_at_folder(struct catalog *c, const char *language, catalog_flaw flaw,
                           void *context)
{
	char *path = NULL;
	struct dirent **files;
	bool taken = false;
	if (asprintf(&path, "%s/%s", c->folder, language) < 0)
		abort();
	/* In order, so that partials ("_") come before the messages that use them. */
	int count = scandir(path, &files, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		char *name = text_name(files[i]->d_name), *file = NULL;
		if (name != NULL && asprintf(&file, "%s/%s", path, files[i]->d_name) < 0)
			abort();
		if (name != NULL && look_at_file(c, language, name, file, flaw, context))
			taken = true;
		free(name);
		free(file);
		free(files[i]);
	}
	if (count >= 0)
		free(files);
	free(path);
	return taken;
}

/* Own files that are gone: the default is used again. */
static bool drop_missing(struct catalog *c)
{
	bool dropped = false;
	for (size_t i = 0; i < c->slot_count; i++) {
		struct slot *slot = &c->slots[i];
		if (slot->present || slot->seen.st_ino == 0)
			continue;
		dropped = dropped || slot->own != NULL;
		textfile_free(&slot->own);
		slot_forget_flaws(slot);
		slot->seen = (struct stat){ 0 };
	}
	return dropped;
}

bool catalog_refresh(struct catalog *c, catalog_flaw flaw, void *context)
{
	struct dirent **folders;
	bool taken = false;
	if (c->folder == NULL)
		return false;
	for (size_t i = 0; i < c->slot_count; i++)
		c->slots[i].present = false;
	int count = scandir(c->folder, &folders, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		const char *language = folders[i]->d_name;
		if (language[0] != '.' && strlen(language) <= NAME_MOST &&
		    look_at_folder(c, language, flaw, context))
			taken = true;
		free(folders[i]);
	}
	if (count >= 0)
		free(folders);
	return drop_missing(c) || taken;
}

/* ---- the defaults, built in ---- */

static void take_default(struct catalog *c, const struct embed *embed, struct flaws *flaws)
{
	const char *path = embed->path + strlen(DEFAULT_PREFIX);
	const char *slash = strchr(path, '/');
	char *name = slash == NULL ? NULL : text_name(slash + 1);
	if (name == NULL)
		return;
	char *language = mem_text_len(path, (size_t)(slash - path));
	struct slot *slot = slot_make(c, language, name);
	textfile_parse(embed->path + strlen("mailtemplates/"), name, mem_text_len(embed->text, embed->len), embed->len, flaws_add,
	               flaws, &slot->standard);
	free(language);
	free(name);
}

struct catalog *catalog_new(const char *folder, const char *const *languages,
                            size_t language_count, catalog_flaw flaw, void *context)
{
	struct catalog *c = mem_zero(1, sizeof *c);
	struct flaws flaws = { 0 };
	size_t count;
	const struct embed *embed = embed_all(&count);
	c->folder = mem_text(folder);
	c->language_count = language_count > 0 ? language_count : 1;
	c->languages = mem_zero(c->language_count, sizeof *c->languages);
	for (size_t i = 0; i < c->language_count; i++)
		c->languages[i] = mem_text(i < language_count ? languages[i] : "en");
	c->samples = json_object();
	for (const struct message_text *m = message_texts; m->name != NULL; m++)
		json_object_set_new(c->samples, m->name, message_text_samples(m));
	for (size_t i = 0; i < count; i++)
		if (strncmp(embed[i].path, DEFAULT_PREFIX, strlen(DEFAULT_PREFIX)) == 0)
			take_default(c, &embed[i], &flaws);
	for (size_t i = 0; i < flaws.count && flaw != NULL; i++)
		flaw(context, flaws.sentences[i]); /* a bug of ours: the tests keep this empty */
	flaws_free(&flaws);
	catalog_refresh(c, flaw, context);
	return c;
}

void catalog_free(struct catalog **catalog)
{
	struct catalog *c = *catalog;
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->slot_count; i++) {
		struct slot *slot = &c->slots[i];
		textfile_free(&slot->own);
		textfile_free(&slot->standard);
		slot_forget_flaws(slot);
		free(slot->language);
		free(slot->name);
	}
	for (size_t i = 0; i < c->language_count; i++)
		free(c->languages[i]);
	free(c->languages);
	free(c->slots);
	free(c->folder);
	json_decref(c->samples);
	free(c);
	*catalog = NULL;
}

/* ---- rendering ---- */

struct rendering {
	const struct catalog *catalog;
	const char *language;
	bool html;
};

static const struct mustache *find_partial(void *context, const char *name)
{
	const struct rendering *r = context;
	const char *found;
	char underscored[NAME_MOST + 2];
	int len = snprintf(underscored, sizeof underscored, "_%s", name);
	if (len < 0 || (size_t)len >= sizeof underscored || textfile_is_data(underscored))
		return NULL;
	const struct textfile *f = catalog_text(r->catalog, r->language, underscored, &found);
	if (f == NULL)
		return NULL;
	return r->html ? f->html.template : f->text.template;
}

static enum rc render_part(const struct rendering *r, const struct textpart *part,
                           const char *path, const json_t *values, struct str *out, struct why *why)
{
	struct why bound;
	struct rendering here = *r;
	enum rc rc = mustache_render(part->template, values, r->html ? MUSTACHE_HTML : MUSTACHE_LINE,
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

static char *plain_text(const struct str *out)
{
	struct str filled;
	char *clean = utf8_clean(out->text, out->len);
	str_init(&filled, 2 * TEXT_MOST);
	refill(clean, &filled);
	free(clean);
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
			mail->html = utf8_clean(out.text, out.len);
	}
	str_free(&out);
	return rc;
}

enum rc catalog_render(const struct catalog *c, const char *message, const char *language,
                       const json_t *values, struct catalog_mail *mail, struct why *why)
{
	struct rendering r = { .catalog = c };
	struct catalog_mail made = { 0 };
	const struct textfile *f = catalog_text(c, catalog_language(c, language), message, &r.language);
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

/* The slots of a language stand together; any of them with a text in it. */
static const char *language_there(const struct catalog *c, const char *language)
{
	for (size_t i = slot_place(c, language, ""); i < c->slot_count; i++) {
		const struct slot *slot = &c->slots[i];
		if (strcmp(slot->language, language) != 0)
			return NULL;
		if (slot->name[0] != '_' && (slot->own != NULL || slot->standard != NULL))
			return slot->language;
	}
	return NULL;
}

const char *catalog_language(const struct catalog *c, const char *wanted)
{
	char tag[NAME_MOST + 1];
	size_t len = wanted == NULL ? 0 : strlen(wanted);
	if (len > NAME_MOST)
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

const char *catalog_path(const struct catalog *c, const char *name, const char *language)
{
	const char *found;
	const struct textfile *f = catalog_text(c, language, name, &found);
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
	if (json_is_array(copy))
		json_array_foreach (copy, index, part)
			json_array_set_new(copy, index, with_dates(c, language, part));
	else if (json_is_object(copy))
		json_object_foreach_safe (copy, next, key, part)
			json_object_set_new(copy, key, with_dates(c, language, part));
	return copy;
}

json_t *catalog_sample(const struct catalog *c, const char *message, const char *case_name,
                       const char *language)
{
	const json_t *values = json_object_get(json_object_get(c->samples, message), case_name);
	return values == NULL ? NULL : with_dates(c, language, values);
}
