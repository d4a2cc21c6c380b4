/* Own words are part of the text: never longer, and read again the same. */
#include "base/utf8.h"
#include "mail/language.h"
#include "mail/replytext.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = utf8_clean((const char *)data, size);
	char *flat = replytext_unflow(text, size % 2 == 0);
	char *words = replytext_words(text, "Jane Doe");
	assert(strlen(words) <= strlen(text) && utf8_valid(words, strlen(words)));
	(void)language_guess(words);
	free(words);
	free(flat);
	free(text);
	return 0;
}
