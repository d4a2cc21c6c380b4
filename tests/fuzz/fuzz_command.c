#include "base/mem.h"
#include "core/command.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first line is the subject, the rest the words. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_text_len((const char *)data, size), *rest = text;
	char *subject = strsep(&rest, "\n");
	struct command_list list = command_read(subject, rest != NULL ? rest : "", 1780999200);
	size_t known = 0;
	for (size_t i = 0; i < list.count; i++) {
		const struct command *c = &list.commands[i];
		assert(c->line != NULL && c->rest != NULL && c->text != NULL && c->number >= -1);
		assert(c->verb != COMMAND_INVITE || c->address != NULL);
		assert(c->verb != COMMAND_TRUST || c->number >= 0);
		known += c->verb != COMMAND_UNKNOWN;
	}
	assert(list.count == 0 || known > 0);
	command_free(&list);
	free(text);
	return 0;
}
