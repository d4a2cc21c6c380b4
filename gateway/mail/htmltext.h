/* htmltext: an HTML body -> the text a person sees, as plain mail would say it.
 *
 * What the writer did not write comes out quoted, each line with "> ": block
 * quotations, the containers mail programs put quotations and signatures in,
 * and everything below Outlook's border line. So replytext (mail/replytext.h)
 * reads both kinds of mail. Styles, scripts and what is hidden go. Linear. */
#ifndef MAIL_HTMLTEXT_H
#define MAIL_HTMLTEXT_H

#include <stddef.h>

/* `html`: UTF-8. At most `limit` octets of text. Yours to free. */
char *htmltext_read(const char *html, size_t len, size_t limit);

#endif
