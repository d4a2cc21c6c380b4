#include "base/mem.h"
#include "core/request.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first line is the detail, the second the subject, the rest the words. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_text_len((const char *)data, size), *rest = text;
	char *detail = strsep(&rest, "\n"), *subject = strsep(&rest, "\n");
	struct request r = request_read(detail, subject, rest != NULL ? rest : "", 0);
	assert(r.offer != NULL);
	assert(r.kind != REQUEST_INTRODUCTION || r.name != NULL || r.address != NULL);
	request_free(&r);
	free(text);
	return 0;
}
