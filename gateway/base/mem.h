/* mem: allocation that cannot fail. Out of memory ends the process: an open
 * transaction rolls back and the supervisor starts it again (rc.h). */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_zero(size_t count, size_t size);              /* zeroed; free() it */
void *mem_grow(void *old, size_t count, size_t size);   /* like reallocarray */
char *mem_text(const char *text);                       /* copy; NULL stays NULL */
char *mem_text_len(const char *octets, size_t len);     /* copy, ended by NUL */

#endif
