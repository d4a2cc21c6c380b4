/* messages: the mails the gateway sends, and for each the values its template
 * may use, as sample data. The sample is the documentation, the check (a name
 * that is not in it is unknown) and the preview, so the three cannot drift. */
#ifndef MAILTEMPLATES_MESSAGES_H
#define MAILTEMPLATES_MESSAGES_H

#include <jansson.h>
#include <stddef.h>

struct message_text {
	const char *name;    /* "ask" */
	const char *purpose; /* one line for people: when it is sent and to whom */
	const char *sample;  /* JSON object: all the values, French sample people;
	                      * "@2026-06-12" stands for the text of that date */
	const char *cases;   /* JSON object: name of a case -> what is different then; or NULL */
};

extern const struct message_text message_texts[]; /* ended by a NULL name */
const struct message_text *message_text_find(const char *name);
/* Name of the case -> all its values: "" is the sample itself, and each message
 * has a case "first mail". Yours (json_decref). */
json_t *message_text_samples(const struct message_text *message);
/* The values of the page around each HTML part (common/_page.txt), which an own
 * HTML part may use beside the message's. Yours. */
json_t *message_page_sample(void);

#endif
