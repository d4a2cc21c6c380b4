/* mimeparam: the value and the parameters of a Content-Type or
 * Content-Disposition field (RFC 2045 section 5.1, RFC 2231). */
#ifndef MAIL_MIMEPARAM_H
#define MAIL_MIMEPARAM_H

/* What stands before the first parameter, lower case, no blanks and comments:
 * " Text/HTML ; charset=x" -> "text/html". Yours to free. */
char *mimeparam_value(const char *field);
/* The first parameter of that name, lower case; NULL if there is none. */
char *mimeparam_find(const char *field, const char *name);
/* The same in its own case; continuations joined, an extended value in UTF-8,
 * encoded words (which people send although RFC 2231 forbids it) still in it. */
char *mimeparam_find_raw(const char *field, const char *name);

#endif
