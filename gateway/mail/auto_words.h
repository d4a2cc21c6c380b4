/* auto_words: the single words an absence note is made of. Data only; written
 * as utf8_fold leaves them. */
#ifndef MAIL_AUTO_WORDS_H
#define MAIL_AUTO_WORDS_H

enum auto_sense {
	AUTO_NONE,
	AUTO_MONTH,     /* value 1..12 */
	AUTO_WEEKDAY,   /* value 0 = Sunday */
	AUTO_COUNT,     /* value: the number */
	AUTO_UNIT,      /* value: days of one */
	AUTO_TOMORROW,  /* value: days from now */
	AUTO_RETURN,    /* somewhere before or after the day: back */
	AUTO_NOT,       /* before AUTO_RETURN: not back */
	AUTO_ANSWER,    /* before the day: will answer then; as good as back, if nothing better */
	AUTO_UNTIL,     /* before the day */
	AUTO_THROUGH,   /* before the day: until, that day included */
	AUTO_AFTER,     /* before the day: not that day either */
	AUTO_START,     /* before the day: absence, or something else, begins */
	AUTO_PAST,      /* before the day: since */
	AUTO_JOIN,      /* between two days or their numbers: a range */
	AUTO_AND,       /* the same, after AUTO_BETWEEN */
	AUTO_BETWEEN,
	AUTO_INCLUSIVE, /* after (or before) the day: it is one of absence */
	AUTO_ARTICLE,   /* may stand between a cue and a day, or within a day */
	AUTO_HOUR,      /* after a number: it is no day */
	AUTO_VAGUE,     /* before a month: the end of, the middle of */
};

struct auto_word {
	const char *word;
	enum auto_sense sense;
	int value;
};

/* The row of a folded word of `len` octets, or NULL. */
const struct auto_word *auto_word_find(const char *word, unsigned long len);

/* Several words that are read as one: "tot en met" as "through". Pairs, ended
 * by NULL. */
extern const char *const auto_rewrites[][2];

#endif
