#include "mailtemplates/catalog.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "mailtemplates/catalog_inside.h"
#include "mailtemplates/messages.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 4 /* partials that call partials that are new, too */
#define DEFAULT_PREFIX "mailtemplates/default/"

/* ---- slots ---- */

static int slot_compare(const struct slot *slot, const char *hub, const char *language,
                        const char *name)
{
	/* Nearly always no hub, and two letters of a language: decided without a call. */
	int order = slot->hub[0] != hub[0] || hub[0] != '\0' ? strcmp(slot->hub, hub) : 0;
	if (order == 0)
		order = slot->language[0] - language[0];
	if (order == 0)
		order = strcmp(slot->language, language);
	return order != 0 ? order : strcmp(slot->name, name);
}

static size_t place(const struct catalog *c, const char *hub, const char *language,
                    const char *name)
{
	size_t low = 0, high = c->slot_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (slot_compare(&c->slots[middle], hub, language, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t catalog_place(const struct catalog *c, const char *language, const char *name)
{
	return place(c, "", language, name);
}

struct slot *catalog_slot(const struct catalog *c, const char *hub, const char *language,
                          const char *name)
{
	size_t at = place(c, hub, language, name);
	if (at == c->slot_count || slot_compare(&c->slots[at], hub, language, name) != 0)
		return NULL;
	return &c->slots[at];
}

static struct slot *slot_make(struct catalog *c, const char *hub, const char *language,
                              const char *name)
{
	struct slot *slot = catalog_slot(c, hub, language, name);
	if (slot != NULL)
		return slot;
	size_t at = place(c, hub, language, name);
	c->slots = mem_grow(c->slots, c->slot_count + 1, sizeof *c->slots);
	memmove(&c->slots[at + 1], &c->slots[at], (c->slot_count - at) * sizeof *c->slots);
	c->slot_count++;
	c->slots[at] = (struct slot){ .hub = mem_text(hub),
		                      .language = mem_text(language),
		                      .name = mem_text(name) };
	return &c->slots[at];
}

static const struct textfile *slot_text(const struct slot *slot)
{
	return slot == NULL ? NULL : slot->own != NULL ? slot->own : slot->standard;
}

const struct textfile *catalog_hub_text(const struct catalog *c, const char *hub,
                                        const char *language, const char *name, const char **found)
{
	const char *order[] = { language, CATALOG_COMMON, c->languages[0], "en" };
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		const struct slot *slot = hub != NULL ? catalog_slot(c, hub, order[i], name) : NULL;
		if (slot_text(slot) == NULL)
			slot = catalog_slot(c, "", order[i], name);
		if (slot_text(slot) == NULL)
			continue;
		*found = slot->language;
		return slot_text(slot);
	}
	return NULL;
}

const struct textfile *catalog_text(const struct catalog *c, const char *language, const char *name,
                                    const char **found)
{
	return catalog_hub_text(c, NULL, language, name, found);
}

/* ---- files ---- */

/* "ask.txt" -> "ask"; NULL: not a text of ours (an editor's copy, ...). */
static char *text_name(const char *file)
{
	size_t len = strlen(file);
	if (len < 5 || len > CATALOG_NAME_MOST || file[0] == '.' ||
	    strcmp(file + len - 4, ".txt") != 0)
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
	if (rc != RC_OK) { /* "PATH: what" */
		size_t named = strncmp(why.text, path, strlen(path)) == 0 ? strlen(path) + 2 : 0;
		flaws_add(flaws, path, 1, 1, why.text + named);
		return rc;
	}
	return textfile_parse(path, name, octets, len, flaws_add, flaws, file);
}

/* Takes the file up if neither it nor a message that uses it has a fault. The
 * check needs it in its place; if it fails, the last good one goes back. */
static bool take_up(struct catalog *c, struct slot *slot, const char *path, struct flaws *flaws)
{
	struct textfile *file;
	if (read_text(path, slot->name, flaws, &file) != RC_OK)
		return false;
	struct textfile *last = slot->own;
	slot->own = file;
	flaws->only = path;
	flaws->faults_only = true;
	catalog_check_text(c, slot->hub, slot->language, slot->name, flaws);
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

static bool same_flaws(const struct slot *slot, const struct flaws *flaws)
{
	bool same = slot->flaw_count == flaws->count;
	for (size_t i = 0; i < flaws->count && same; i++)
		same = strcmp(slot->flaws[i], flaws->sentences[i]) == 0;
	return same;
}

static bool look_at_file(struct catalog *c, const char *hub, const char *language,
                         const char *name, const char *path)
{
	struct stat now;
	struct flaws flaws = { 0 };
	if (stat(path, &now) != 0 || !S_ISREG(now.st_mode))
		return false;
	struct slot *slot = slot_make(c, hub, language, name);
	slot->present = true;
	if (same_file(&slot->seen, &now))
		return false;
	slot->seen = now;
	bool taken = take_up(c, slot, path, &flaws);
	slot->told = slot->told && same_flaws(slot, &flaws);
	slot_forget_flaws(slot);
	slot->flaws = flaws.sentences;
	slot->flaw_count = flaws.count;
	return taken;
}

static bool look_at_language(struct catalog *c, const char *hub, const char *path,
                             const char *language)
{
	struct dirent **files;
	bool taken = false;
	/* In order, so that partials ("_") come before the messages that use them. */
	int count = scandir(path, &files, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		char *name = text_name(files[i]->d_name), *file = NULL;
		if (name != NULL && asprintf(&file, "%s/%s", path, files[i]->d_name) < 0)
			abort();
		if (name != NULL && look_at_file(c, hub, language, name, file))
			taken = true;
		free(name);
		free(file);
		free(files[i]);
	}
	if (count >= 0)
		free(files);
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

/* The folders of languages; beside them, those of hubs with languages in them. */
static bool look_at_folder(struct catalog *c, const char *hub, const char *folder)
{
	struct dirent **folders;
	bool taken = false;
	int count = scandir(folder, &folders, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		const char *name = folders[i]->d_name;
		bool is_hub = strncmp(name, CATALOG_HUB, strlen(CATALOG_HUB)) == 0;
		char *path = NULL;
		if (asprintf(&path, "%s/%s", folder, name) < 0)
			abort();
		if (name[0] == '.' || strlen(name) > CATALOG_NAME_MOST)
			;
		else if (!is_hub)
			taken = look_at_language(c, hub, path, name) || taken;
		else if (hub[0] == '\0')
			taken = look_at_folder(c, name + strlen(CATALOG_HUB), path) || taken;
		free(path);
		free(folders[i]);
	}
	if (count >= 0)
		free(folders);
	return taken;
}

/* What was refused may be good now: it may have called a partial of a later name. */
static bool try_again(struct catalog *c)
{
	bool any = false;
	for (size_t i = 0; i < c->slot_count; i++)
		if (c->slots[i].flaw_count > 0) {
			c->slots[i].seen.st_size = -1;
			any = true;
		}
	return any;
}

bool catalog_refresh(struct catalog *c, catalog_flaw flaw, void *context)
{
	bool taken = false, now = c->folder != NULL;
	for (size_t i = 0; i < c->slot_count; i++)
		c->slots[i].present = false;
	for (int round = 0; now && round < ROUNDS; round++) {
		now = look_at_folder(c, "", c->folder);
		taken = taken || now;
		now = now && try_again(c);
	}
	for (size_t i = 0; i < c->slot_count; i++) {
		struct slot *slot = &c->slots[i];
		for (size_t k = 0; k < slot->flaw_count && flaw != NULL && !slot->told; k++)
			flaw(context, slot->flaws[k]);
		slot->told = slot->flaw_count > 0;
	}
	return drop_missing(c) || taken;
}

void catalog_flaws(const struct catalog *c, catalog_flaw flaw, void *context)
{
	for (size_t i = 0; i < c->slot_count; i++)
		for (size_t k = 0; k < c->slots[i].flaw_count; k++)
			flaw(context, c->slots[i].flaws[k]);
}

bool catalog_refused(const struct catalog *c, const char *hub, const char *name,
                     const char *language)
{
	const struct slot *slot = catalog_slot(c, hub != NULL ? hub : "", language, name);
	return slot != NULL && slot->flaw_count > 0;
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
	struct slot *slot = slot_make(c, "", language, name);
	textfile_parse(embed->path + strlen("mailtemplates/"), name,
	               mem_text_len(embed->text, embed->len), embed->len, flaws_add, flaws,
	               &slot->standard);
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
	c->page = message_page_sample();
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
		free(slot->hub);
		free(slot->language);
		free(slot->name);
	}
	for (size_t i = 0; i < c->language_count; i++)
		free(c->languages[i]);
	free(c->languages);
	free(c->slots);
	free(c->folder);
	json_decref(c->samples);
	json_decref(c->page);
	free(c);
	*catalog = NULL;
}
