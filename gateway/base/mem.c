#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *or_die(void *memory)
{
	if (memory == NULL) {
		static const char said[] = "<2>out of memory: ending, nothing is lost\n";
		ssize_t ignored = write(STDERR_FILENO, said, sizeof said - 1);
		(void)ignored;
		abort();
	}
	return memory;
}

void *mem_zero(size_t count, size_t size)
{
	return or_die(calloc(count > 0 ? count : 1, size));
}

void *mem_grow(void *old, size_t count, size_t size)
{
	return or_die(reallocarray(old, count > 0 ? count : 1, size));
}

char *mem_text(const char *text)
{
	return text != NULL ? mem_text_len(text, strlen(text)) : NULL;
}

char *mem_text_len(const char *octets, size_t len)
{
	char *copy = or_die(malloc(len + 1));
	if (len > 0)
		memcpy(copy, octets, len);
	copy[len] = '\0';
	return copy;
}
