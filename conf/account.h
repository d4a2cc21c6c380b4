/* account: the mailboxes and the submission server of a gateway, for conf.c. */
#ifndef CONF_ACCOUNT_H
#define CONF_ACCOUNT_H

#include "conf/conf.h"
#include "conf/value.h"

READER(account_read_mailboxes);  /* into a struct conf_gateway */
READER(account_read_submission); /* into a struct conf_account */

/* One mailbox: the same folder of the same user, whatever the port's usual name. */
bool account_same(const struct conf_account *a, const struct conf_account *b);

#endif
