#include "base/mem.h"
#include "core/ruleform.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Whatever is read can be shown, and be read once more beside it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const none[RULE_FIELDS] = { NULL };
	char *text = mem_text_len((const char *)data, size);
	struct ruleform form = ruleform_read(text, "", none);
	for (int f = 0; f < RULE_FIELDS; f++)
		if (form.value[f] != NULL)
			free(ruleform_shown(f, form.value[f], "fr"));
	struct ruleform again = ruleform_read(text, text, (const char *const *)form.value);
	ruleform_free(&again);
	ruleform_free(&form);
	free(text);
	return 0;
}
