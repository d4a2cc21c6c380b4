/* What a server may send, from the greeting on: imapguard in front of libetpan. */
#include "io/imapsession.h"
#include "io/tlsstream.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void converse(struct imap *imap)
{
	struct why why;
	struct imap_box box;
	struct imap_mail *mails = NULL;
	size_t count = 0;
	bool news;
	if (imap_select(imap, "INBOX", &box, &why) == RC_TEMP ||
	    imap_list(imap, 1, 0, &mails, &count, &why) != RC_OK)
		return;
	if (count > 0 && imap_read(imap, mails, count, 100000, &why) != RC_TEMP &&
	    imap_mark_seen(imap, &mails[0].uid, 1, &why) != RC_TEMP &&
	    imap_move(imap, &mails[0].uid, 1, "Done", &why) != RC_TEMP &&
	    imap_idle_begin(imap, &why) == RC_OK)
		while (imap_idle_line(imap, &news, &why) == RC_OK && imap_pending(imap))
			;
	for (size_t i = 0; i < count; i++)
		free(mails[i].octets);
	free(mails);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int pair[2];
	struct imap *imap;
	struct why why;
	if (size > 60000 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0)
		return 0;
	ssize_t sent = write(pair[0], data, size);
	shutdown(pair[0], SHUT_WR);
	if (sent == (ssize_t)size && imap_begin(tlsstream_over(pair[1]), &imap, &why) == RC_OK) {
		imap->can = (struct imap_can){ .idle = true, .move = size % 2, .uidplus = true };
		converse(imap);
		imap_close(&imap);
	} else if (sent != (ssize_t)size) {
		close(pair[1]);
	}
	close(pair[0]);
	return 0;
}
