/* Any octets as a file of contacts, and its list out of the sandbox and back; any
 * octets as such a list. */
#include "contacts/contacts.h"
#include "contacts/list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct contact_list *list = contact_list_read((const char *)data, size), *back = NULL;
	size_t len = 0, again_len = 0;
	char *frame = contact_list_pack(list, &len);
	if (contact_list_unpack(frame, len, &back, NULL) != RC_OK)
		abort();
	char *again = contact_list_pack(back, &again_len);
	if (len != again_len || memcmp(frame, again, len) != 0)
		abort();
	free(again);
	free(frame);
	contact_list_free(&back);
	contact_list_free(&list);
	if (contact_list_unpack((const char *)data, size, &list, NULL) == RC_OK)
		contact_list_free(&list);
	return 0;
}
