#include "mailtemplates/refill.h"

#include <string.h>

struct filling {
	struct str *out;
	size_t column; /* of the line being written; 0: none is */
	size_t hang;   /* where its further lines begin */
	bool open;     /* the next line may go on with it */
	bool gap;      /* an empty line is due before the next text */
};

static size_t columns(const char *text, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xC0) != 0x80;
	return n;
}

static void end_line(struct filling *f)
{
	if (f->column > 0)
		str_add_char(f->out, '\n');
	f->column = 0;
	f->open = false;
}

static void begin(struct filling *f)
{
	end_line(f);
	if (f->gap && f->out->len > 0)
		str_add_char(f->out, '\n');
	f->gap = false;
}

static void put_word(struct filling *f, const char *word, size_t len, bool first)
{
	size_t width = columns(word, len);
	if (!first && f->column + 1 + width > REFILL_COLUMNS && f->column > f->hang) {
		str_add_char(f->out, '\n');
		for (size_t i = 0; i < f->hang; i++)
			str_add_char(f->out, ' ');
		f->column = f->hang;
	} else if (!first) {
		str_add_char(f->out, ' ');
		f->column++;
	}
	str_add_len(f->out, word, len);
	f->column += width;
}

static void put_words(struct filling *f, const char *text, size_t len, bool first)
{
	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, ' ', len - at);
		size_t word = end == NULL ? len - at : (size_t)(end - text) - at;
		if (word > 0) {
			put_word(f, text + at, word, first);
			first = false;
		}
		at += word + 1;
	}
}

/* "  WORD     what it does", "  - a point": what the text after it hangs from. */
static size_t label(const char *text, size_t len)
{
	size_t at = strspn(text, " "), found = at;
	if (len - at > 2 && text[at] == '-' && text[at + 1] == ' ')
		return at + 2;
	while (at < len && at < 40) {
		size_t run = 0;
		while (at + run < len && text[at + run] == ' ')
			run++;
		if (run >= 2)
			found = at + run;
		at += run == 0 ? 1 : run;
	}
	return found;
}

static void put_line(struct filling *f, const char *text, size_t len)
{
	size_t lead = strspn(text, " ");
	if (text[0] == '>') {
		begin(f);
		str_add_len(f->out, text, len);
		f->column = columns(text, len);
		return;
	}
	if (f->open && lead == f->hang && !f->gap) {
		put_words(f, text + lead, len - lead, false);
	} else {
		size_t head = lead == 0 ? 0 : label(text, len);
		begin(f);
		str_add_len(f->out, text, head);
		f->column = f->hang = columns(text, head);
		put_words(f, text + head, len - head, true);
		f->open = lead == 0 || head > lead;
	}
	if (text[len - 1] == ':')
		f->open = false;
}

void refill(const char *text, struct str *out)
{
	struct filling f = { .out = out };
	while (*text != '\0') {
		size_t line = strcspn(text, "\n"), len = line;
		while (len > 0 &&
		       (text[len - 1] == ' ' || text[len - 1] == '\t' || text[len - 1] == '\r'))
			len--;
		if (len > 0) {
			put_line(&f, text, len);
		} else {
			end_line(&f);
			f.gap = true;
		}
		text += line + (text[line] == '\n');
	}
	end_line(&f);
}
