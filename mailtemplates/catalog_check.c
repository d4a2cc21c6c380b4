#include "base/mem.h"
#include "mailtemplates/catalog_inside.h"
#include "mailtemplates/messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTIAL_DEPTH 8  /* partials inside partials that are looked into */
#define SECTION_DEPTH 300
#define FLAWS_MOST 200   /* told at a time */

/* ---- collecting ---- */

void flaws_add(void *context, const char *path, int line, int column, const char *what)
{
	struct flaws *f = context;
	char *sentence = NULL, *place = NULL;
	if (f->count >= FLAWS_MOST || (f->only != NULL && strcmp(f->only, path) != 0))
		return;
	if (asprintf(&place, "%s:%d:%d: ", path, line, column) < 0 ||
	    asprintf(&sentence, "%s%s", place, what) < 0)
		abort();
	/* A partial's flaw is met once for each message that uses it. */
	size_t same = strlen(place) + strcspn(what, "'");
	const char *quote = strchr(what, '\'');
	if (quote != NULL && strncmp(what, "the answer", 10) == 0)
		same += strcspn(quote + 1, "'") + 1;
	bool told = false;
	for (size_t i = 0; i < f->count; i++)
		told = told || strncmp(f->sentences[i], sentence, same) == 0;
	free(place);
	if (told) {
		free(sentence);
		return;
	}
	f->sentences = mem_grow(f->sentences, f->count + 1, sizeof *f->sentences);
	f->sentences[f->count++] = sentence;
}

void flaws_free(struct flaws *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->sentences[i]);
	free(f->sentences);
	*f = (struct flaws){ 0 };
}

/* ---- names ---- */

/* Looking through one template with one message's values. */
struct look {
	const struct catalog *catalog;
	const char *hub, *language, *message;
	struct flaws *flaws;
	const struct textfile *file; /* the one being looked through */
	const struct textpart *part;
	bool html;
	int depth;
	const char *const *outer; /* sections around the call of this partial */
	size_t outer_count;
};

__attribute__((format(printf, 4, 5))) static void tell(const struct look *look, int line,
                                                       int column, const char *format, ...)
{
	char *what = NULL;
	va_list args;
	va_start(args, format);
	if (vasprintf(&what, format, args) < 0)
		abort();
	va_end(args);
	if (line == 1)
		column += look->part->column - 1;
	flaws_add(look->flaws, look->file->path, look->part->line + line - 1, column, what);
	free(what);
}

/* Does `name` stand for something inside these sections? Of a list any element
 * will do; a section that is not shown with these values adds no names. */
static bool is_known(const json_t **stack, size_t count, const char *const *sections,
                     size_t section_count, const char *name)
{
	if (section_count == 0)
		return mustache_find(stack, count, name) != NULL;
	const json_t *value = mustache_find(stack, count, sections[0]);
	if (json_array_size(value) > 0) {
		for (size_t i = 0; i < json_array_size(value); i++) {
			stack[count] = json_array_get(value, i);
			if (is_known(stack, count + 1, sections + 1, section_count - 1, name))
				return true;
		}
		return false;
	}
	stack[count] = value;
	return is_known(stack, count + (value != NULL), sections + 1, section_count - 1, name);
}

static void see_name(void *context, const char *name, const char *const *sections, size_t count,
                     int line, int column)
{
	const struct look *look = context;
	const char *all[SECTION_DEPTH], *case_name;
	const json_t *stack[SECTION_DEPTH + 2];
	json_t *values;
	if (look->outer_count + count > SECTION_DEPTH)
		return;
	for (size_t i = 0; i < look->outer_count + count; i++)
		all[i] = i < look->outer_count ? look->outer[i] : sections[i - look->outer_count];
	json_object_foreach(json_object_get(look->catalog->samples, look->message), case_name,
	                    values)
	{
		stack[0] = values;
		stack[1] = look->catalog->page;
		if (is_known(stack, look->html ? 2 : 1, all, look->outer_count + count, name))
			return;
	}
	tell(look, line, column,
	     "{{%s}} is unknown in '%s'; 'passerelle template fields %s' shows the names", name,
	     look->message, look->message);
}

static void see_part(struct look *look);

static void see_partial(void *context, const char *name, const char *const *sections, size_t count,
                        int line, int column)
{
	struct look *look = context;
	const char *all[SECTION_DEPTH], *found;
	char *underscored = NULL;
	if (asprintf(&underscored, "_%s", name) < 0)
		abort();
	const struct textfile *f = catalog_hub_text(look->catalog, look->hub, look->language,
	                                            underscored, &found);
	if (f == NULL)
		tell(look, line, column,
		     "{{> %s}}: there is no file %s.txt; write it or remove the tag", name,
		     underscored);
	else if (strcmp(found, look->language) != 0 && strcmp(found, CATALOG_COMMON) != 0 &&
	         !look->flaws->faults_only)
		tell(look, line, column,
		     "{{> %s}}: %s.txt is there in '%s', not in '%s'; translate it", name,
		     underscored, found, look->language);
	else if (look->html && f->html.template == NULL)
		tell(look, line, column, "{{> %s}}: %s.txt has no '--- html ---' part; add one",
		     name, underscored);
	else if (look->depth == PARTIAL_DEPTH)
		tell(look, line, column, "{{> %s}} is called inside itself, or too deeply", name);
	else if (look->outer_count + count <= SECTION_DEPTH) {
		for (size_t i = 0; i < look->outer_count + count; i++)
			all[i] = i < look->outer_count ? look->outer[i]
			                               : sections[i - look->outer_count];
		struct look inner = *look;
		inner.file = f;
		inner.part = look->html ? &f->html : &f->text;
		inner.outer = all;
		inner.outer_count = look->outer_count + count;
		inner.depth++;
		see_part(&inner);
	}
	free(underscored);
}

static void see_part(struct look *look)
{
	if (look->part->template == NULL)
		return;
	mustache_names(look->part->template, see_name, look);
	mustache_partials(look->part->template, see_partial, look);
}

/* ---- what is written and what is not ---- */

/* A verdict is never a web link, and a mail that has none teaches so: mail
 * scanners follow links, people are told not to. Pictures tell who reads when. */
static const struct {
	const char *text, *what;
} unwanted[] = {
	{ "http://", "is a web link; our mails are answered, not clicked: remove it" },
	{ "https://", "is a web link; our mails are answered, not clicked: remove it" },
	{ "<img", "is a picture; our mails load nothing: remove it" },
	{ "url(", "loads something; our mails load nothing: remove it" },
	{ "<script", "is a program; mail clients refuse it: remove it" },
};

static void see_unwanted(const struct textfile *f, struct flaws *flaws)
{
	for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++) {
		const char *at = f->octets;
		int line = 1, column = 1;
		for (const char *found; (found = strcasestr(at, unwanted[i].text)) != NULL;
		     at = found + 1, column++) {
			for (; at < found; at++, column++)
				if (*at == '\n')
					line++, column = 0;
			if (strncmp(found, "http://www.w3.org/", 18) != 0)
				flaws_add(flaws, f->path, line, column, unwanted[i].what);
		}
	}
}

/* The words to answer with, by message: "ask: ACCEPT, DECLINE, NOT NOW". */
static void see_answers(const struct look *look, const struct catalog_mail *mail)
{
	const char *found;
	const struct textfile *f = catalog_hub_text(look->catalog, look->hub, look->language,
	                                            "_answers", &found);
	const struct textfield *field = f == NULL ? NULL : textfile_field(f, look->message);
	if (field == NULL || strcmp(found, look->language) != 0)
		return;
	char *words = mem_text(field->value), *rest = words;
	for (char *word; (word = strsep(&rest, ",")) != NULL;) {
		char *what = NULL;
		word += strspn(word, " ");
		bool text = strstr(mail->text, word) != NULL;
		if (text && (mail->html == NULL || strstr(mail->html, word) != NULL))
			continue;
		const struct textfile *file = look->file;
		if (text && file->html.template == NULL)
			file = catalog_hub_text(look->catalog, look->hub, look->language, "_page",
			                        &found);
		const struct textpart *part = text ? &file->html : &file->text;
		if (asprintf(&what,
		             "the answer '%s' is missing in the %s part; tell the reader of it",
		             word, text ? "HTML" : "text") < 0)
			abort();
		flaws_add(look->flaws, file->path, part->line, 1, what);
		free(what);
	}
	free(words);
}

/* Every case is rendered: what passes here meets no bound later. */
static void see_rendered(struct look *look)
{
	const char *case_name;
	json_t *values;
	json_object_foreach(json_object_get(look->catalog->samples, look->message), case_name,
	                    values)
	{
		struct catalog_mail mail;
		struct why why;
		if (catalog_render_hub(look->catalog, look->hub, look->message,
		                       look->language, values, &mail, &why) != RC_OK) {
			flaws_add(look->flaws, look->file->path, look->file->text.line, 1,
			          why.text);
			return;
		}
		if (mail.text[0] == '\0')
			flaws_add(look->flaws, look->file->path, look->file->text.line, 1,
			          "has an empty text part; write one, not everybody reads HTML");
		if (case_name[0] == '\0' && !look->flaws->faults_only)
			see_answers(look, &mail);
		catalog_mail_free(&mail);
	}
}

/* The page that makes an HTML part of the text. */
static void see_page(struct look look)
{
	const char *found;
	const struct textfile *page =
		catalog_hub_text(look.catalog, look.hub, look.language, "_page", &found);
	if (page == NULL)
		return;
	look.file = page;
	look.part = &page->html;
	look.html = true;
	see_part(&look);
}

static void check_message(const struct catalog *c, const char *hub, const char *language,
                          const char *name, struct flaws *flaws)
{
	const char *found;
	const struct textfile *f = catalog_hub_text(c, hub, language, name, &found);
	if (f == NULL || strcmp(found, language) != 0)
		return;
	if (message_text_find(name) == NULL) {
		flaws_add(
			flaws, f->path, 1, 1,
			"is no message we send; 'passerelle template list' names them, a partial's "
			"name begins with _");
		return;
	}
	struct look look = { .catalog = c,
		             .hub = hub,
		             .language = language,
		             .message = name,
		             .flaws = flaws,
		             .file = f };
	const struct textpart *parts[] = { &f->subject, &f->text, &f->html };
	for (size_t i = 0; i < 3; i++) {
		look.part = parts[i];
		look.html = i == 2;
		see_part(&look);
	}
	if (f->html.template == NULL)
		see_page(look);
	see_rendered(&look);
}

void catalog_check_text(const struct catalog *c, const char *hub, const char *language,
                        const char *name, struct flaws *flaws)
{
	bool common = strcmp(language, CATALOG_COMMON) == 0;
	if (name[0] != '_') {
		check_message(c, hub, language, name, flaws);
		return;
	}
	for (const struct message_text *m = message_texts; m->name != NULL; m++)
		for (size_t i = 0; i < (common ? c->language_count : 1); i++)
			check_message(c, hub, common ? c->languages[i] : language, m->name, flaws);
}

/* ---- template check ---- */

/* Has the default an override was started from changed since? */
static void see_age(const struct catalog *c, const struct slot *slot, struct flaws *flaws)
{
	static const char older[] = "was started from an older default; see 'passerelle "
				    "template diff', then remove this line";
	const struct textfile *own = slot->own;
	if (own == NULL || own->from == NULL)
		return;
	char *language = mem_text_len(own->from, strcspn(own->from, " "));
	const struct slot *origin = catalog_slot(c, "", language, slot->name);
	if (origin != NULL && origin->standard != NULL) {
		char *mark =
			textfile_mark(language, origin->standard->octets, origin->standard->len);
		if (strcmp(mark, own->from) != 0)
			flaws_add(flaws, own->path, 1, 1, older);
		free(mark);
	}
	free(language);
}

static void check_slot(const struct catalog *c, const struct slot *slot, struct flaws *flaws)
{
	const struct textfile *used = slot->own != NULL ? slot->own : slot->standard;
	for (size_t i = 0; i < slot->flaw_count; i++) {
		flaws->sentences = mem_grow(flaws->sentences, flaws->count + 1, sizeof(char *));
		flaws->sentences[flaws->count++] = mem_text(slot->flaws[i]);
	}
	if (used != NULL)
		see_unwanted(used, flaws);
	see_age(c, slot, flaws);
}

static void check_there(const struct catalog *c, const char *language, const char *name,
                        struct flaws *flaws)
{
	const char *found = "no language";
	char *path = NULL, *what = NULL;
	const struct slot *slot = catalog_slot(c, "", language, name);
	if (slot != NULL && (slot->own != NULL || slot->standard != NULL))
		return;
	catalog_text(c, language, name, &found);
	if (asprintf(&path, "%s%s%s/%s.txt", c->folder == NULL ? "" : c->folder,
	             c->folder == NULL ? "" : "/", language, name) < 0 ||
	    asprintf(&what,
	             "is missing, its readers get '%s'; 'passerelle template new %s --lang %s'",
	             found, name, language) < 0)
		abort();
	flaws_add(flaws, path, 1, 1, what);
	free(path);
	free(what);
}

static void check_language(const struct catalog *c, const char *language, struct flaws *flaws)
{
	check_there(c, language, "_dates", flaws);
	check_there(c, language, "_answers", flaws);
	for (const struct message_text *m = message_texts; m->name != NULL; m++) {
		check_there(c, language, m->name, flaws);
		check_message(c, "", language, m->name, flaws);
	}
}

size_t catalog_check(const struct catalog *c, catalog_flaw flaw, void *context)
{
	struct flaws flaws = { 0 };
	for (size_t i = 0; i < c->slot_count; i++)
		check_slot(c, &c->slots[i], &flaws);
	for (size_t i = 0; i < c->language_count; i++)
		check_language(c, c->languages[i], &flaws);
	for (size_t i = 0; i < c->slot_count; i++) /* languages that are not configured, too */
		if (c->slots[i].name[0] != '_' || c->slots[i].hub[0] != '\0')
			catalog_check_text(c, c->slots[i].hub, c->slots[i].language,
			                   c->slots[i].name, &flaws);
	for (size_t i = 0; i < flaws.count && flaw != NULL; i++)
		flaw(context, flaws.sentences[i]);
	size_t count = flaws.count;
	flaws_free(&flaws);
	return count;
}
