#include "core/ruleform.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/ruleform_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_MOST 40  /* octets before the colon */
#define VALUE_MOST 600
#define LINES_MOST 400

/* --- words ------------------------------------------------------------------- */

static const struct rule_word *word_of(int field, const char *value, const char *language)
{
	const struct rule_word *english = NULL;
	for (const struct rule_word *w = rule_words; w->language != NULL; w++) {
		bool same = w->field == field &&
		            (value == NULL ? w->value == NULL
		                           : w->value != NULL && strcmp(w->value, value) == 0);
		if (same && language != NULL && strcmp(w->language, language) == 0)
			return w;
		if (same && strcmp(w->language, "en") == 0)
			english = w;
	}
	return english;
}

/* "a|b*|c" */
static bool stands_in(const char *list, const char *folded)
{
	for (const char *at = list; *at != '\0';) {
		size_t len = strcspn(at, "|");
		bool open = len > 0 && at[len - 1] == '*';
		if (open ? strncmp(folded, at, len - 1) == 0
		         : strlen(folded) == len && strncmp(folded, at, len) == 0)
			return true;
		at += len + (at[len] == '|');
	}
	return false;
}

static int label_find(const char *folded)
{
	for (const struct rule_word *w = rule_words; w->language != NULL; w++)
		if (w->value == NULL && stands_in(w->words, folded))
			return w->field;
	return -1;
}

static const char *value_find(int field, const char *folded)
{
	for (const struct rule_word *w = rule_words; w->language != NULL; w++) {
		if (w->field != field || w->value == NULL)
			continue;
		char *shown = utf8_fold(w->shown);
		bool is = strcmp(shown, folded) == 0 || stands_in(w->words, folded);
		free(shown);
		if (is)
			return w->value;
	}
	return NULL;
}

const char *ruleform_label(int field, const char *language)
{
	return word_of(field, NULL, language)->shown;
}

/* Each part of a list; `next` leaves the text at the one behind it. */
static char *part_of(const char **text)
{
	*text += strspn(*text, ",; \t");
	size_t len = strcspn(*text, ",;"), end = len;
	while (end > 0 && isspace((unsigned char)(*text)[end - 1]))
		end--;
	char *part = end > 0 ? mem_text_len(*text, end) : NULL;
	*text += len;
	return part;
}

char *ruleform_shown(int field, const char *value, const char *language)
{
	struct str out;
	str_init(&out, 4096);
	for (const char *at = value; field == RULE_DAYS && *at != '\0'; at++) {
		const struct rule_word *w = word_of(field, (char[]){ *at, '\0' }, language);
		str_addf(&out, "%s%s", out.len > 0 ? ", " : "", w != NULL ? w->shown : "?");
	}
	char *part;
	for (const char *at = value; field != RULE_DAYS && (part = part_of(&at)) != NULL;) {
		const struct rule_word *w = word_of(field, part, language);
		str_addf(&out, "%s%s", out.len > 0 ? ", " : "", w != NULL ? w->shown : part);
		free(part);
	}
	return str_take(&out);
}

/* --- values -------------------------------------------------------------------- */

static bool is_usual(const char *folded)
{
	return stands_in(
		"-|\xe2\x80\x93|\xe2\x80\x94|comme d'habitude|as usual|wie ublich|como siempre|"
		"standard|normal",
		folded);
}

/* "3", "trois fois" is not understood: a number, 0 to 999. */
static char *read_number(const char *text)
{
	size_t len = strspn(text, "0123456789");
	return len >= 1 && len <= 3 ? mem_text_len(text, len) : NULL;
}

/* "8-19", "9h a 18h", "9:00 - 17:30", "von 8 bis 19 Uhr": whole hours. */
static char *read_hours(const char *text)
{
	int hour[2], found = 0;
	for (const char *at = text; *at != '\0' && found < 2;) {
		char *end;
		if (!isdigit((unsigned char)*at)) {
			at++;
			continue;
		}
		hour[found++] = (int)strtol(at, &end, 10);
		while (*end == ':' || *end == 'h' || *end == '.')
			end += 1 + strspn(end + 1, "0123456789");
		at = end;
	}
	if (found < 2 || hour[0] >= hour[1] || hour[1] > 24)
		return NULL;
	struct str out;
	str_init(&out, 20);
	str_addf(&out, "%d-%d", hour[0], hour[1]);
	return str_take(&out);
}

/* Words of a list -> their values, "sale,hiring"; a word that is none: NULL. */
static char *read_list(int field, const char *folded)
{
	struct str out;
	char *part;
	str_init(&out, VALUE_MOST);
	for (const char *at = folded; (part = part_of(&at)) != NULL;) {
		const char *value = value_find(field, part);
		if (value == NULL)
			str_spoil(&out);
		else
			str_addf(&out, "%s%s", out.len > 0 ? "," : "", value);
		free(part);
	}
	if (!str_ok(&out))
		str_free(&out);
	return out.text != NULL && out.len > 0 ? str_take(&out) : NULL;
}

/* "lundi, mardi", "lun mar", "lundi-vendredi", "Mo bis Fr": each day once, in order. */
static char *read_days(const char *folded)
{
	bool on[8] = { false }, range = false;
	int last = 0;
	for (const char *at = folded; *at != '\0';) {
		size_t len = strcspn(at, " ,;-");
		char *word = mem_text_len(at, len);
		const char *value = len > 0 ? value_find(RULE_DAYS, word) : NULL;
		bool to = stands_in("a|au|to|bis|until|through|hasta", word);
		bool filler = stands_in("et|and|und|y|de|du|from|von|le|am", word);
		free(word);
		if (value != NULL) {
			int day = value[0] - '0';
			for (int d = last; range && d != 0 && d <= day; d++)
				on[d] = true;
			on[day] = true;
			last = day;
			range = false;
		} else if (len > 0 && !to && !filler) {
			return NULL;
		}
		range = (range && value == NULL) || to || at[len] == '-';
		at += len + (at[len] != '\0');
	}
	char days[8] = "";
	for (int d = 1, n = 0; d <= 7; d++)
		if (on[d])
			days[n++] = (char)('0' + d);
	return days[0] != '\0' ? mem_text(days) : NULL;
}

/* What was written -> the value; NULL: it says nothing. */
static char *read_value(int field, const char *written)
{
	char *folded = utf8_fold(written), *value = NULL;
	const char *word;
	if (is_usual(folded)) {
		value = mem_text("");
	} else {
		switch (field) {
		case RULE_ASKS:    value = read_number(folded); break;
		case RULE_HOURS:   value = read_hours(folded); break;
		case RULE_DAYS:    value = read_days(folded); break;
		case RULE_REFUSES: value = read_list(field, folded); break;
		case RULE_NEVER:
		case RULE_TIES:    value = mem_text(written); break;
		default:
			word = value_find(field, folded);
			value = word != NULL ? mem_text(word) : NULL;
		}
	}
	free(folded);
	return value;
}

/* --- lines ---------------------------------------------------------------------- */

/* "> Heures : 8-19" -> the field and what was written; -1: no such line. */
static int read_line(const char *line, size_t len, char **written)
{
	size_t lead = 0;
	while (lead < len && strchr("> \t*|", line[lead]) != NULL)
		lead++;
	line += lead;
	len -= lead;
	const char *colon = memchr(line, ':', len);
	if (colon == NULL || colon - line > LABEL_MOST)
		return -1;
	char *label = mem_text_len(line, (size_t)(colon - line));
	char *folded = utf8_fold(label);
	int field = label_find(folded);
	free(label);
	free(folded);
	if (field < 0)
		return -1;
	size_t rest = len - (size_t)(colon + 1 - line);
	*written = utf8_clean_line(colon + 1, rest < VALUE_MOST ? rest : VALUE_MOST);
	return field;
}

static bool same(const char *one, const char *other)
{
	return strcmp(one != NULL ? one : "", other != NULL ? other : "") == 0;
}

static void read_lines(const char *text, const char *const *shown, struct ruleform *form)
{
	int lines = 0;
	for (const char *at = text; *at != '\0' && lines < LINES_MOST; lines++) {
		size_t len = strcspn(at, "\n");
		char *written = NULL;
		int field = read_line(at, len, &written);
		char *value = field >= 0 && written[0] != '\0' ? read_value(field, written) : NULL;
		if (field >= 0 && written[0] != '\0' && value == NULL && form->wrong == NULL)
			form->wrong = mem_text_len(at, len);
		if (value != NULL && form->value[field] == NULL && !same(value, shown[field])) {
			form->value[field] = value;
			value = NULL;
		}
		free(value);
		free(written);
		at += len + (at[len] == '\n');
	}
}

struct ruleform ruleform_read(const char *words, const char *text,
                              const char *const shown[RULE_FIELDS])
{
	struct ruleform form = { { NULL }, NULL };
	read_lines(words, shown, &form);
	read_lines(text, shown, &form);
	return form;
}

bool ruleform_changes(const struct ruleform *form)
{
	bool any = false;
	for (int f = 0; f < RULE_FIELDS; f++)
		any = any || form->value[f] != NULL;
	return any;
}

void ruleform_free(struct ruleform *form)
{
	for (int f = 0; f < RULE_FIELDS; f++)
		free(form->value[f]);
	free(form->wrong);
	*form = (struct ruleform){ { NULL }, NULL };
}
