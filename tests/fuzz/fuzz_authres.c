/* A field that does not name our server never lifts a mail to pass. */
#include "base/mem.h"
#include "mail/authres.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *value = mem_text_len((const char *)data, size);
	struct mail_field fields[] = { { "Authentication-Results", value } };
	enum message_auth auth = authres_read(fields, 1, "mx.gw.example", "a.example");
	assert(auth != AUTH_PASS || (strcasestr(value, "mx.gw.example") != NULL &&
	                             strcasestr(value, "pass") != NULL));
	free(value);
	return 0;
}
