#include "core/speech.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

struct maker {
	struct speech speech;
	const char *text;
	size_t len, size;
	size_t room_len, room_size; /* folded words, one after the other */
};

static ucs4_t char_at(const struct maker *m, size_t at, size_t *used)
{
	ucs4_t c = 0xfffd;
	int n = at < m->len ? u8_mbtoucr(&c, (const uint8_t *)m->text + at, m->len - at) : 0;
	*used = n > 0 ? (size_t)n : 1;
	return n > 0 ? c : 0xfffd;
}

static bool is_letter(ucs4_t c)
{
	return c != 0xfffd &&
	       uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M |
							   UC_CATEGORY_MASK_Nd);
}

/* Skin tones, selectors and joiners only colour the sign before them. */
static bool is_tint(ucs4_t c)
{
	return (c >= 0x1f3fb && c <= 0x1f3ff) || (c >= 0xfe00 && c <= 0xfe0f) || c == 0x200d;
}

static bool is_sign(ucs4_t c)
{
	return c > 0x2000 && c != 0xfffd && !is_tint(c) &&
	       uc_is_general_category_withtable(c, UC_CATEGORY_MASK_So);
}

/* An address or a link: up to the next blank, bracket or comma. */
static size_t solid_end(const struct maker *m, size_t from)
{
	size_t at = from;
	while (at < m->len && strchr(" \t\r\n<>()[]{},;\"'", m->text[at]) == NULL)
		at++;
	while (at > from && strchr(".:!?-", m->text[at - 1]) != NULL)
		at--;
	return at;
}

static bool is_solid(const struct maker *m, size_t from, size_t to, bool *address)
{
	const char *s = m->text + from;
	size_t len = to - from;
	const char *at = memchr(s, '@', len);
	*address = at != NULL && at > s && at + 1 < s + len && s[0] != '@' &&
		   memchr(at, '.', len - (size_t)(at - s)) != NULL;
	return *address || memmem(s, len, "://", 3) != NULL ||
	       (len > 4 && strncasecmp(s, "www.", 4) == 0);
}

static void describe(struct speech_word *w, const char *s, size_t len)
{
	size_t letters = 0;
	w->number = len > 0;
	w->upper = true;
	for (size_t i = 0; i < len;) {
		ucs4_t c;
		int used = u8_mbtouc(&c, (const uint8_t *)s + i, len - i);
		bool big = uc_is_upper(c);
		w->capital = i == 0 ? big : w->capital;
		w->upper = w->upper && big;
		w->number = w->number && c >= '0' && c <= '9';
		letters++;
		i += (size_t)used;
	}
	w->upper = w->upper && letters > 1;
}

/* "Noooo" is no: three of a letter and more are one. */
static void shorten(char *folded)
{
	char *to = folded;
	for (char *from = folded; *from != '\0';) {
		size_t run = strspn(from, (char[]){ *from, '\0' });
		bool letter = *from >= 'a' && *from <= 'z';
		for (size_t i = 0; i < (letter && run > 2 ? 1 : run); i++)
			*to++ = *from;
		from += run;
	}
	*to = '\0';
}

static void fold_into(struct maker *m, struct speech_word *w)
{
	const char *s = m->text + w->from;
	size_t len = w->to - w->from;
	bool plain = true;
	for (size_t i = 0; i < len && plain; i++)
		plain = (unsigned char)s[i] < 0x80;
	char *copy = mem_text_len(s, len);
	char *folded = plain ? copy : utf8_fold(copy);
	for (char *p = folded; plain && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	if (!w->address)
		shorten(folded);
	size_t folded_len = strlen(folded) + 1;
	if (m->room_len + folded_len > m->room_size) {
		m->room_size = (m->room_len + folded_len) * 2;
		m->speech.room = mem_grow(m->speech.room, m->room_size, 1);
	}
	memcpy(m->speech.room + m->room_len, folded, folded_len);
	w->marked = !plain && !w->sign;
	m->room_len += folded_len;
	if (folded != copy)
		free(folded);
	free(copy);
}

static void add_word(struct maker *m, struct speech_word w)
{
	if (m->speech.count == m->size) {
		m->size = m->size > 0 ? m->size * 2 : 64;
		m->speech.words = mem_grow(m->speech.words, m->size, sizeof *m->speech.words);
	}
	if (!w.sign)
		describe(&w, m->text + w.from, w.to - w.from);
	fold_into(m, &w);
	m->speech.words[m->speech.count++] = w;
}

static struct speech_word *last_word(struct maker *m)
{
	return m->speech.count > 0 ? &m->speech.words[m->speech.count - 1] : NULL;
}

static bool is_abbreviation(const char *s, size_t len)
{
	static const char *const known[] = { "Dr",   "Mr", "Mrs",  "Ms",   "Fr",  "Hr",   "Mme",
					     "Mlle", "Pr", "Prof", "Sr",   "Sra", "Srta", "Sig",
					     "Dott", "St", "Dhr",  "Mevr", "Mw",  "Eng",  "Ing" };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i]) == len && strncasecmp(s, known[i], len) == 0)
			return true;
	return len == 1 && *s >= 'A' && *s <= 'Z';
}

/* The stop of "H. Garnier", "Dr. Hansen", "p.o." or "9. Juni" ends no sentence. */
static bool is_full_stop(const struct maker *m, const struct speech_word *w, size_t at)
{
	size_t len = w->to - w->from, used;
	bool last = at + 1 >= m->len || m->text[at + 1] == '\n';
	if (w->to != at || last)
		return true;
	bool goes_on = len == 1 && is_letter(char_at(m, at + 1, &used));
	return !goes_on && !(w->number && len <= 2) && !is_abbreviation(m->text + w->from, len);
}

static void part(struct speech_word *w, enum speech_break strength)
{
	if (w->after < strength)
		w->after = strength;
}

/* A line break parts sentences unless the next line goes on in lower case. */
static void part_line(struct maker *m, struct speech_word *w, size_t at)
{
	size_t used, next = at + 1;
	w->ends_line = true;
	while (next < m->len && strchr(" \t\r", m->text[next]) != NULL)
		next++;
	ucs4_t c = char_at(m, next, &used);
	part(w, uc_is_lower(c) ? SPEECH_NONE : SPEECH_SENTENCE);
}

static void part_at(struct maker *m, size_t at, ucs4_t c)
{
	struct speech_word *w = last_word(m);
	if (w == NULL)
		return;
	bool spaced = at > 0 && (m->text[at - 1] == ' ' || m->text[at - 1] == '\n');
	if (c == '\n')
		part_line(m, w, at);
	else if (c == '?')
		part(w, SPEECH_SENTENCE), w->asks = true;
	else if (c == '.' ? is_full_stop(m, w, at) : c == '!' || c == ';' || c == 0x2026)
		part(w, SPEECH_SENTENCE);
	else if (c == ':' || c == 0x2013 || c == 0x2014 || (c == '-' && spaced))
		part(w, SPEECH_CLAUSE), w->colon = true;
	else if (c == ',' || c == '(' || c == ')' || c == '/')
		part(w, SPEECH_CLAUSE);
}

static size_t letters_end(const struct maker *m, size_t at)
{
	size_t used;
	while (at < m->len && is_letter(char_at(m, at, &used)))
		at += used;
	return at;
}

struct speech speech_new(const char *text, size_t len)
{
	struct maker m = { .text = text, .len = len };
	m.speech.text = text;
	size_t solid_until = 0; /* no address or link ends before: look once a run */
	for (size_t at = 0, used; at < len;) {
		struct speech_word w = { .from = at };
		ucs4_t c = char_at(&m, at, &used);
		if (at >= solid_until && (is_letter(c) || c == '+')) {
			size_t end = solid_end(&m, at);
			if (is_solid(&m, at, end, &w.address)) {
				w.to = at = end;
				add_word(&m, w);
				continue;
			}
			solid_until = end;
		}
		if (is_letter(c) || (c == '+' && at + 1 < len && m.text[at + 1] == '1')) {
			w.to = at = letters_end(&m, at + used);
			add_word(&m, w);
		} else if (is_sign(c)) {
			w.sign = true;
			w.to = at += used;
			add_word(&m, w);
		} else {
			part_at(&m, at, c);
			at += used;
		}
	}
	const char *folded = m.speech.room;
	for (size_t i = 0; i < m.speech.count; i++, folded += strlen(folded) + 1)
		m.speech.words[i].folded = folded;
	if (m.speech.count > 0) {
		last_word(&m)->after = SPEECH_SENTENCE;
		last_word(&m)->ends_line = true;
	}
	return m.speech;
}

void speech_free(struct speech *speech)
{
	free(speech->words);
	free(speech->room);
	*speech = (struct speech){ 0 };
}
