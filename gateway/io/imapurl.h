/* imapurl: where a mailbox is, from the configuration.
 *
 *   url = ( "imaps" / "imap+starttls" ) "://" host [ ":" port ] [ "/" folder ]
 *
 * host: a name, an IPv4 address, or an IPv6 address in brackets; folder: "%" HEX
 * HEX for an octet, INBOX if there is none. */
#ifndef IO_IMAPURL_H
#define IO_IMAPURL_H

#include "base/rc.h"

#include <stdbool.h>

struct imapurl {
	bool starttls;
	char *host, *port, *folder;
};

enum rc imapurl_parse(const char *text, struct imapurl *url, struct why *why);
void imapurl_free(struct imapurl *url);

#endif
