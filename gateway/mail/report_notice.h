/* report_notice: bounces told in JSON by a sending service (Amazon SES by way
 * of SNS), pasted into an ordinary mail: {"notificationType":"Bounce", ...}. */
#ifndef MAIL_REPORT_NOTICE_H
#define MAIL_REPORT_NOTICE_H

#include <stddef.h>

struct report_notice {
	char *address, *action, *status, *diagnostic; /* NULL: not told */
};

/* "Bounce", "Complaint" or "Delivery", static; NULL: `text` is no such notice. */
const char *report_notice_kind(const char *text);
/* Its recipients, at most `most`; *list is yours (report_notice_free). */
size_t report_notice_read(const char *text, size_t most, struct report_notice **list);
void report_notice_free(struct report_notice *list, size_t count);

#endif
