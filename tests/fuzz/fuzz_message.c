/* Any octets are a message or a named refusal, and survive the frame. */
#include "mail/message.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	message_prepare();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct message_options options = { message_limits_default, "mx.gw.example", "loop" };
	struct message *m = message_parse((const char *)data, size, &options), *back = NULL;
	size_t len;
	char *frame = message_pack(m, &len);
	enum rc rc = message_unpack(frame, len, &back, NULL);
	assert(rc == RC_OK);
	message_free(&back);
	message_free(&m);
	free(frame);
	if (message_unpack((const char *)data, size, &back, NULL) == RC_OK)
		message_free(&back);
	return 0;
}
