#include "conf/value.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "conf/conf.h"
#include "mail/address.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZONES "/usr/share/zoneinfo"
#define TEXT_MOST 1000 /* octets of one text */
#define NAME_MOST 24   /* longest name of a key we compare */

enum rc value_fail(const struct reader *r, int line, const char *format, ...)
{
	struct why what;
	va_list args;
	va_start(args, format);
	vsnprintf(what.text, sizeof what.text, format, args);
	va_end(args);
	return why_set(r->why, RC_PERM, "%s:%d: %s", r->file, line, what.text);
}

static int line_of(const config_setting_t *s)
{
	return config_setting_source_line(s) > 0 ? (int)config_setting_source_line(s) : 1;
}

int value_line(const config_setting_t *group, const char *name)
{
	const config_setting_t *s = config_setting_get_member(group, name);
	return line_of(s != NULL ? s : group);
}

/* An element of a list has no name of its own. */
static const char *name_of(const config_setting_t *s)
{
	while (config_setting_name(s) == NULL && config_setting_parent(s) != NULL)
		s = config_setting_parent(s);
	return config_setting_name(s) != NULL ? config_setting_name(s) : "the file";
}

/* Edits (insert, delete, replace) from one word to the other. */
static size_t edits(const char *a, const char *b)
{
	size_t row[NAME_MOST + 1], len = strlen(b);
	if (strlen(a) > NAME_MOST || len > NAME_MOST)
		return NAME_MOST;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);
			corner = row[j];
			best = row[j] + 1 < best ? row[j] + 1 : best;
			row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
		}
	}
	return row[len];
}

static enum rc unknown_key(const struct reader *r, const config_setting_t *s,
                           const struct key *keys)
{
	const char *name = config_setting_name(s), *nearest = NULL;
	size_t fewest = strlen(name) / 2 + 1;
	struct str known;
	str_init(&known, TEXT_MOST);
	for (const struct key *key = keys; key->name != NULL; key++) {
		size_t n = edits(name, key->name);
		if (n < fewest) {
			fewest = n;
			nearest = key->name;
		}
		str_addf(&known, "%s%s", key == keys ? "" : ", ", key->name);
	}
	enum rc rc = nearest != NULL
	                     ? value_fail(r, line_of(s), "unknown key '%.40s'; did you mean '%s'?",
	                                  name, nearest)
	                     : value_fail(r, line_of(s), "unknown key '%.40s'; known here: %s",
	                                  name, known.text);
	str_free(&known);
	return rc;
}

enum rc value_group(const struct reader *r, const config_setting_t *group, const struct key *keys,
                    void *into)
{
	if (!config_setting_is_group(group))
		return value_fail(r, line_of(group), "%s needs a group; write { key = value; ... }",
		                  name_of(group));
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *s = config_setting_get_elem(group, (unsigned)i);
		const struct key *key = keys;
		while (key->name != NULL && strcmp(key->name, config_setting_name(s)) != 0)
			key++;
		if (key->name == NULL)
			return unknown_key(r, s, keys);
		enum rc rc = key->read(r, s, key, (char *)into + key->at);
		if (rc != RC_OK)
			return rc;
	}
	for (const struct key *key = keys; key->name != NULL; key++)
		if (key->write != NULL && config_setting_get_member(group, key->name) == NULL)
			return value_fail(r, line_of(group), "%s is missing; write %s", key->name,
			                  key->write);
	return RC_OK;
}

enum rc value_borrow(const struct reader *r, const config_setting_t *s, const char **text)
{
	const char *name = name_of(s);
	if (config_setting_type(s) != CONFIG_TYPE_STRING)
		return value_fail(r, line_of(s), "%s needs a text; write it in double quotes",
		                  name);
	const char *t = config_setting_get_string(s);
	if (t == NULL || *t == '\0')
		return value_fail(r, line_of(s), "%s is empty; write a value or leave the key out",
		                  name);
	if (strlen(t) > TEXT_MOST)
		return value_fail(r, line_of(s), "%s is too long; at most %d octets", name,
		                  TEXT_MOST);
	for (const char *c = t; *c != '\0'; c++) /* a line break here would reach a header field */
		if ((unsigned char)*c < ' ' || *c == 127)
			return value_fail(r, line_of(s),
			                  "%s holds a control character; keep it on one line",
			                  name);
	*text = t;
	return RC_OK;
}

enum rc value_choice(const struct reader *r, const config_setting_t *s, const char *const *names,
                     int *which)
{
	const char *text = NULL;
	struct log_text room;
	struct str known;
	enum rc rc = value_borrow(r, s, &text);
	if (rc != RC_OK)
		return rc;
	str_init(&known, TEXT_MOST);
	for (int i = 0; names[i] != NULL; i++) {
		if (strcmp(names[i], text) == 0) {
			str_free(&known);
			*which = i;
			return RC_OK;
		}
		str_addf(&known, "%s\"%s\"", i == 0 ? "" : names[i + 1] == NULL ? " or " : ", ",
		         names[i]);
	}
	rc = value_fail(r, line_of(s), "%s cannot be \"%s\"; write %s", name_of(s),
	                log_safe(&room, text), known.text);
	str_free(&known);
	return rc;
}

READER(value_text)
{
	const char *text = NULL;
	enum rc rc = value_borrow(r, s, &text);
	(void)key;
	if (rc == RC_OK)
		*(char **)into = mem_text(text);
	return rc;
}

READER(value_path)
{
	const char *text = NULL;
	enum rc rc = value_borrow(r, s, &text);
	(void)key;
	if (rc != RC_OK)
		return rc;
	struct str path;
	str_init(&path, PATH_MAX + TEXT_MOST);
	if (*text != '/')
		str_addf(&path, "%s/", r->folder);
	str_add(&path, text);
	*(char **)into = path.text;
	return RC_OK;
}

static enum rc existing(const struct reader *r, const config_setting_t *s, const struct key *key,
                        bool folder, void *into)
{
	char *path = NULL;
	struct log_text room;
	struct stat st;
	enum rc rc = value_path(r, s, key, &path);
	if (rc == RC_OK && (stat(path, &st) != 0 || S_ISDIR(st.st_mode) != folder ||
	                    access(path, R_OK) != 0))
		rc = value_fail(r, line_of(s),
		                "%s: there is no %s %s that can be read; mend the path", key->name,
		                folder ? "folder" : "file", log_safe(&room, path));
	if (rc == RC_OK)
		*(char **)into = path;
	else
		free(path);
	return rc;
}

READER(value_file)
{
	return existing(r, s, key, false, into);
}

READER(value_folder)
{
	return existing(r, s, key, true, into);
}

/* The file may come later (it is read at log-in), but if it is there, nobody
 * else may read it. */
READER(value_secret)
{
	char *path = NULL;
	struct log_text room;
	struct stat st;
	enum rc rc = value_path(r, s, key, &path);
	if (rc == RC_OK && stat(path, &st) == 0 &&
	    (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0))
		rc = value_fail(r, line_of(s), S_ISREG(st.st_mode)
		                        ? "%s: others can read %s; run chmod 600 on it"
		                        : "%s: %s is not a file; name the file with the password",
		                key->name, log_safe(&room, path));
	if (rc == RC_OK)
		*(char **)into = path;
	else
		free(path);
	return rc;
}

READER(value_host)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                              "0123456789-._:[]";
	const char *text = NULL;
	struct log_text room;
	enum rc rc = value_borrow(r, s, &text);
	if (rc == RC_OK && (text[strspn(text, allowed)] != '\0' || strlen(text) > 253))
		rc = value_fail(r, line_of(s),
		                "%s: \"%s\" is not a host name; write \"mail.acme.example\"",
		                key->name, log_safe(&room, text));
	if (rc == RC_OK)
		*(char **)into = mem_text(text);
	return rc;
}

READER(value_address)
{
	const char *text = NULL;
	struct log_text room;
	struct why flaw;
	enum rc rc = value_borrow(r, s, &text);
	(void)key;
	if (rc == RC_OK && address_parse(text, into, &flaw) != RC_OK)
		rc = value_fail(r, line_of(s),
		                "%s: \"%s\" is not an address (%s); write \"intro@acme.example\"",
		                name_of(s), log_safe(&room, text), flaw.text);
	return rc;
}

READER(value_zone)
{
	const char *text = NULL;
	struct log_text room;
	struct stat st;
	enum rc rc = value_borrow(r, s, &text);
	if (rc != RC_OK)
		return rc;
	struct str path;
	str_init(&path, sizeof ZONES + TEXT_MOST);
	str_addf(&path, "%s/%s", ZONES, text);
	if (strstr(text, "..") != NULL || *text == '/' || stat(path.text, &st) != 0 ||
	    !S_ISREG(st.st_mode))
		rc = value_fail(
			r, line_of(s),
			"%s: no time zone is called \"%s\"; write \"Europe/Paris\" (see %s)",
			key->name, log_safe(&room, text), ZONES);
	str_free(&path);
	if (rc == RC_OK)
		*(char **)into = mem_text(text);
	return rc;
}

READER(value_number)
{
	int number = config_setting_get_int(s);
	if (config_setting_type(s) != CONFIG_TYPE_INT)
		return value_fail(r, line_of(s), "%s needs a whole number; write digits, no quotes",
		                  name_of(s));
	if (number < key->least || number > key->most)
		return value_fail(r, line_of(s), "%s cannot be %d; from %d to %d", name_of(s),
		                  number, (int)key->least, (int)key->most);
	*(int *)into = number;
	return RC_OK;
}

/* Digits, then one unit: "25M". Larger than what a unit may count: -1. */
static int64_t quantity(const char *text, const char *units, const int64_t *worth)
{
	size_t digits = strspn(text, "0123456789");
	if (digits == 0 || digits > 9 || text[digits] == '\0' || text[digits + 1] != '\0')
		return -1;
	const char *unit = strchr(units, text[digits]);
	return unit != NULL ? strtoll(text, NULL, 10) * worth[unit - units] : -1;
}

int64_t conf_size(const char *text)
{
	static const int64_t worth[] = { 1, 1 << 10, 1 << 20, 1 << 30 };
	return quantity(text, "BKMG", worth);
}

int64_t conf_duration(const char *text)
{
	static const int64_t worth[] = { 1, 60, 3600, 86400, 7 * 86400 };
	return quantity(text, "smhdw", worth);
}

static enum rc measure(const struct reader *r, const config_setting_t *s, const struct key *key,
                       int64_t (*value)(const char *), const char *units, int64_t *into)
{
	const char *text = NULL;
	struct log_text room;
	if (config_setting_is_number(s))
		return value_fail(r, line_of(s), "%s needs a unit; write %s", key->name, units);
	enum rc rc = value_borrow(r, s, &text);
	if (rc != RC_OK)
		return rc;
	int64_t n = value(text);
	if (n < 0)
		return value_fail(r, line_of(s), "%s cannot be \"%s\"; write %s", key->name,
		                  log_safe(&room, text), units);
	if (n < key->least || n > key->most)
		return value_fail(r, line_of(s), "%s cannot be \"%s\"; too %s, the %s is %lld %s",
		                  key->name, log_safe(&room, text),
		                  n < key->least ? "small" : "large",
		                  n < key->least ? "least" : "most",
		                  (long long)(n < key->least ? key->least : key->most),
		                  value == conf_size ? "octets" : "seconds");
	*into = n;
	return RC_OK;
}

READER(value_size)
{
	return measure(r, s, key, conf_size, "\"25M\" (B, K, M, G)", into);
}

READER(value_duration)
{
	return measure(r, s, key, conf_duration, "\"5m\" or \"60d\" (s, m, h, d, w)", into);
}

enum rc value_list(const struct reader *r, const config_setting_t *s, const struct key *key,
                   const char *write, size_t *count)
{
	int line = line_of(s);
	if (!config_setting_is_list(s) && !config_setting_is_array(s))
		return value_fail(r, line, "%s needs a list; write %s", key->name, write);
	if (config_setting_length(s) < key->least || config_setting_length(s) > key->most)
		return value_fail(r, line, "%s has %d entries; from %d to %d, as in %s", key->name,
		                  config_setting_length(s), (int)key->least, (int)key->most, write);
	*count = (size_t)config_setting_length(s);
	return RC_OK;
}
