/* Commands nobody carries out yet: they answer with the list of what there is. */
#include "turn/command.h"

static struct command_told not_yet(void)
{
	return (struct command_told){ .message = "help", .values = json_object() };
}

#define STUB(name)                                                                                \
	struct command_told name(const struct command_run *run, const struct command *c)          \
	{                                                                                          \
		(void)run;                                                                         \
		(void)c;                                                                           \
		return not_yet();                                                                  \
	}


STUB(command_rules)
STUB(command_hub)
