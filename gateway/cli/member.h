/* member: the parts of `passerelle member` that have a file of their own. */
#ifndef CLI_MEMBER_H
#define CLI_MEMBER_H

#include "cli/cli.h"

int cli_member_import(struct cli *cli);
int cli_member_export(struct cli *cli);
int cli_member_merge(struct cli *cli);
/* Mail to ourselves would be a loop. */
bool cli_is_ours(const struct cli *cli, const char *address);

#endif
