/* What is an address stays one, and its key and its parts agree. */
#include "base/mem.h"
#include "mail/address.h"
#include "mail/mailboxes.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_text_len((const char *)data, size), *address = NULL, *again = NULL;
	struct message_mailbox *boxes = NULL;
	size_t count = 0;
	if (address_parse(text, &address, NULL) == RC_OK) {
		assert(address_parse(address, &again, NULL) == RC_OK);
		assert(strcmp(address, again) == 0);
		assert(address_same(address, again) && strpbrk(address, " \r\n<>") == NULL);
	}
	mailboxes_read(text, 20, &boxes, &count);
	assert(count <= 20);
	for (size_t i = 0; i < count; i++) {
		free(boxes[i].address);
		free(boxes[i].name);
	}
	free(boxes);
	free(again);
	free(address);
	free(text);
	return 0;
}
