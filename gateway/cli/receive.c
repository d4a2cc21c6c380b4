/* receive: one mail on standard input, into the spool that serve and once read.
 * It is synced before we exit 0, so an MTA may forget it. */
#include "base/file.h"
#include "base/str.h"
#include "base/token.h"
#include "cli/cli.h"
#include "io/maildir.h"

#include <stdlib.h>
#include <unistd.h>

int cli_receive(struct cli *cli)
{
	char *octets = NULL;
	size_t len = 0;
	struct str spool;
	struct why why;
	if (!cli_words(cli, 0, 0, "receive < MAIL"))
		return EX_USAGE;
	enum rc rc = file_read_fd(STDIN_FILENO, "standard input", (size_t)cli->gateway->size_limit,
	                          &octets, &len, &why);
	if (rc == RC_OK && len == 0)
		rc = why_set(&why, RC_PERM, "standard input is empty; give it one mail");
	str_init(&spool, 4096);
	str_addf(&spool, "%s/spool", cli->gateway->state);
	if (rc == RC_OK)
		rc = maildir_make(spool.text, &why);
	if (rc == RC_OK) {
		struct token name = token_make(token_system);
		rc = maildir_write(spool.text, name.text, octets, len, &why);
	}
	str_free(&spool);
	free(octets);
	return cli_code(rc, &why);
}
