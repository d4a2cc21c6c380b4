/* template diff, template new: own files beside their defaults. */
#include "cli/template_inside.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/linediff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULTS  "mailtemplates/default/"
#define FILE_MOST (1 << 20)
#define NO_FOLDER \
	"this gateway has no folder for texts of its own; set 'templates = \"FOLDER\"' in the " \
	"configuration and name it: passerelle -c FILE template ..."

static const struct embed *default_of(const char *language, const char *name)
{
	char *path = NULL;
	if (asprintf(&path, DEFAULTS "%s/%s.txt", language, name) < 0)
		abort();
	const struct embed *found = embed_find(path);
	free(path);
	return found;
}

/* ---- diff ---- */

/* The line by which check knows which default it began as differs always. */
static const char *without_mark(const char *text)
{
	bool marked = strncmp(text, "{{! default ", 12) == 0;
	const char *own = marked ? text + strcspn(text, "\n") : text;
	return own + (marked && *own == '\n');
}

static bool diff_one(const struct embed *from, const char *own_path)
{
	char *octets;
	size_t len;
	struct str out;
	if (file_read(own_path, FILE_MOST, &octets, &len, NULL) != RC_OK)
		return false;
	str_init(&out, (size_t)16 << 20);
	bool differs = linediff(from->path + strlen("mailtemplates/"), from->text, own_path,
	                        without_mark(octets), &out);
	fputs(out.text, stdout);
	str_free(&out);
	free(octets);
	return differs;
}

int template_diff(const struct texts *t, const char *name)
{
	size_t count, differ = 0;
	const struct embed *all = embed_all(&count);
	char *folder = template_folder(t);
	for (size_t i = 0; i < count && folder != NULL; i++) {
		char *path = NULL;
		if (strncmp(all[i].path, DEFAULTS, strlen(DEFAULTS)) != 0)
			continue;
		const char *place = all[i].path + strlen(DEFAULTS), *file = strchr(place, '/') + 1;
		size_t len = strlen(file) - strlen(".txt");
		if (name != NULL && (strlen(name) != len || strncmp(name, file, len) != 0))
			continue;
		if (asprintf(&path, "%s/%s", folder, place) < 0)
			abort();
		differ += diff_one(&all[i], path);
		free(path);
	}
	int code = folder == NULL ? cli_fail(EX_CONFIG, NO_FOLDER) : EX_OK;
	if (folder != NULL && differ == 0)
		printf("nothing in %s differs from its default\n", folder);
	free(folder);
	return code;
}

/* ---- new ---- */

struct making {
	const struct texts *texts;
	const char *folder, *language, *from; /* from: --from, or NULL */
	size_t made, there;
};

/* The new file says which state of which default it began as: its first line. */
static int write_new(struct making *m, const struct embed *from, const char *source,
                     const char *name)
{
	struct str path, text;
	struct why why;
	str_init(&path, 4096);
	str_init(&text, FILE_MOST);
	str_addf(&path, "%s/%s", m->folder, m->language);
	enum rc rc = file_make_folder(path.text, &why);
	str_addf(&path, "/%s.txt", name);
	if (rc == RC_OK && access(path.text, F_OK) == 0) {
		printf("%s is there already, left as it is\n", path.text);
		m->there++;
	} else if (rc == RC_OK) {
		char *mark = catalog_mark(source, from->text, from->len);
		str_addf(&text, "%s\n%s", mark, from->text);
		free(mark);
		rc = file_write(path.text, text.text, text.len, &why);
		if (rc == RC_OK)
			printf("%s is written, from the default in '%s'\n", path.text, source);
		m->made += rc == RC_OK;
	}
	str_free(&path);
	str_free(&text);
	return cli_code(rc, &why);
}

static int new_one(struct making *m, const char *name)
{
	const char *sources[] = { m->from != NULL ? m->from : m->language,
		                  m->from != NULL ? m->from : m->texts->languages[0], "en" };
	for (size_t i = 0; i < 3; i++) {
		const struct embed *from = default_of(sources[i], name);
		if (from != NULL)
			return write_new(m, from, sources[i], name);
	}
	return cli_fail(EX_USAGE, "there is no text '%s'; 'passerelle template list' names them",
	                name);
}

static int new_all(struct making *m)
{
	int code = EX_OK;
	for (const struct message_text *t = message_texts; t->name != NULL && code == EX_OK; t++)
		code = new_one(m, t->name);
	const char *name;
	for (size_t i = 0;
	     (name = catalog_partial(m->texts->catalog, i)) != NULL && code == EX_OK; i++)
		if (default_of("en", name) != NULL)
			code = new_one(m, name);
	return code;
}

static bool good_language(const char *language)
{
	size_t len = strlen(language);
	return len >= 2 && len <= 35 &&
	       strspn(language, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static void say_next(const struct making *m, const char *name)
{
	bool all = strcmp(name, "all") == 0;
	if (m->made == 0)
		return;
	printf("\nEdit %s; what stands between {{ and }} stays as it is. Then:\n"
	       "  passerelle template check\n"
	       "  passerelle template preview %s --lang %s\n"
	       "A running gateway takes it up by itself within seconds.\n",
	       m->made == 1 ? "it" : "them", all || name[0] == '_' ? "ask" : name, m->language);
}

int template_new(const struct texts *t)
{
	const char *language = template_language(t), *from = cli_option(t->cli, "--from");
	if (!cli_words(t->cli, 1, 1, "template new NAME|all [--lang es] [--from fr] [--hub NAME]"))
		return EX_USAGE;
	const char *name = t->cli->argv[0];
	char *folder = template_folder(t);
	struct making m = { .texts = t, .folder = folder, .from = from,
		            .language = language != NULL ? language : t->languages[0] };
	int code = EX_OK;
	if (folder == NULL)
		code = cli_fail(EX_CONFIG, NO_FOLDER);
	else if (!good_language(m.language))
		code = cli_fail(EX_USAGE, "'%s' is no language; --lang es, in lower case",
		                m.language);
	else if (t->hub != NULL && !good_language(t->hub))
		code = cli_fail(EX_USAGE, "'%s' is no hub's name; a-z, 0-9 and -", t->hub);
	else
		code = strcmp(name, "all") == 0 ? new_all(&m) : new_one(&m, name);
	if (code == EX_OK)
		say_next(&m, name);
	free(folder);
	return code;
}
