/* auto_note: an absence note as tokens, and the days among them. */
#ifndef MAIL_AUTO_NOTE_H
#define MAIL_AUTO_NOTE_H

#include "mail/auto_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOTE_TOKENS 700 /* at most; a note says early what it has to say */

enum note_kind { NOTE_WORD, NOTE_NUMBER, NOTE_MARK, NOTE_STOP };

struct note_token {
	enum note_kind kind;
	enum auto_sense sense; /* of a word */
	int value;             /* of a number, or the word's */
	int digits;            /* of a number */
	bool ordinal;          /* 16th, 1er, 16. */
	char mark;
};

struct note {
	struct note_token token[NOTE_TOKENS];
	size_t count;
	long today; /* days since 1970 */
	bool dated;
	bool month_first, day_first; /* 3/30/2026 or 30/3/2026 stands somewhere */
	bool english;
};

/* A day found at tokens [at, end), in days since 1970. */
struct note_day {
	size_t at, end;
	long number;
	enum auto_sense cue; /* AUTO_RETURN, AUTO_UNTIL, ... */
};

/* The first octets of `text`, cut into words, numbers and marks; free() it.
 * `sent_at`: the mail's date, 0 if unknown. */
struct note *note_read(const char *text, int64_t sent_at);
/* Beyond the end: a stop. Borrowed. */
const struct note_token *note_token(const struct note *note, size_t i);
/* Does a day begin at token `i`? One that says only "the 16th" is the next
 * after `base`. Fills at, end and number. */
bool note_find_day(const struct note *note, size_t i, long base, struct note_day *day);
char *note_day_text(long number); /* "2026-06-09", yours */

#endif
