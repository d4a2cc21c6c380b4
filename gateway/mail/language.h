/* language: which language a few sentences are in. */
#ifndef MAIL_LANGUAGE_H
#define MAIL_LANGUAGE_H

/* "fr", "en", "de", "es", "it", "pt" or "nl", by counting their function
 * words; NULL when unsure. */
const char *language_guess(const char *text);

#endif
