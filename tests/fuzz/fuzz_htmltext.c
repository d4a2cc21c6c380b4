/* Any HTML is text, within the limit. */
#include "mail/htmltext.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = htmltext_read((const char *)data, size, 1000);
	assert(strlen(text) <= 1000);
	free(text);
	return 0;
}
