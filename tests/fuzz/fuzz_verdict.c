#include "base/mem.h"
#include "core/verdict.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first line is the subject, the rest the words. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_text_len((const char *)data, size);
	char *words = strchr(text, '\n');
	if (words != NULL)
		*words++ = '\0';
	struct verdict v = verdict_read(words != NULL ? words : "", text, 1780000000);
	assert(v.word != NULL && (v.kind == VERDICT_ACCEPT || v.word[0] == '\0'));
	assert(v.suggested == NULL || v.kind == VERDICT_SUGGEST);
	assert(v.date == NULL || (v.kind == VERDICT_NOT_NOW && strlen(v.date) == 10));
	verdict_free(&v);
	free(text);
	return 0;
}
