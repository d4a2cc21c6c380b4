/* replywords: how mail programs and people of many languages say that a
 * quotation or a signature begins. Data, not code: a native speaker adds a
 * line to replywords.c.
 *
 * Every entry is folded (utf8_fold: lower case, no accents), but for those in
 * scripts without case and accents (Chinese, Japanese, Korean), which stand as
 * written. Lists end with NULL. */
#ifndef MAIL_REPLYWORDS_H
#define MAIL_REPLYWORDS_H

enum reply_label { LABEL_NONE, LABEL_FROM, LABEL_TO, LABEL_DATE, LABEL_SUBJECT, LABEL_OTHER };

struct reply_label_word {
	const char *word;
	enum reply_label label;
};

extern const char *const reply_wrote[];       /* "wrote", "a ecrit": of an attribution line */
extern const char *const reply_opens[];       /* "on", "le": it begins so, before the date */
extern const char *const reply_months[];      /* how names of months begin */
extern const struct reply_label_word reply_labels[]; /* fields of a header block */
extern const char *const reply_message[];     /* "-----Original Message-----": the noun */
extern const char *const reply_forwarded[];   /* "Begin forwarded message:" */
extern const char *const reply_above[];       /* "reply above this line" */
extern const char *const reply_to_alone[];    /* Lotus Notes: the label on a line of its own */
extern const char *const reply_closings[];    /* "kind regards" */
extern const char *const reply_sent_from[];   /* "sent from my": a device line begins so */
extern const char *const reply_devices[];     /* what a device line names */
extern const char *const reply_device_lines[]; /* such a line in other scripts, anywhere in it */
extern const char *const reply_disclaimer[];  /* three of them make a legal disclaimer */
extern const char *const reply_footer[];      /* one is enough */
extern const char *const reply_banner[];      /* how the warning about outside mail begins */
extern const char *const reply_outside[];     /* and what it says */
extern const char *const reply_stand_in[];    /* "[cid:": in the place of a picture */
extern const char *const reply_postscript[];  /* "ps": the writer again, below a signature */

#endif
