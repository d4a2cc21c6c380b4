/* A server's half of a transaction, in pieces. The first octet says how it is
 * opened; then each piece is a length octet and that many octets. */
#include "io/smtp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smtp_mail mail = {
		1, (char *)"", (char *)"a@b.example", (char *)".x\r\n.", 6, false
	};
	struct smtp_talk talk = { 0 };
	struct smtp_offer offer = { 0 };
	const char *octets;
	if (size == 0)
		return 0;
	offer.pipelining = data[0] & 1;
	smtp_talk_start(&talk, &mail, &offer, data[0] & 2);
	for (size_t at = 1; at < size && !talk.over;) {
		size_t len = data[at++];
		if (len > size - at)
			len = size - at;
		smtp_talk_sent(&talk, smtp_talk_out(&talk, &octets) >> (data[0] & 4 ? 1 : 0));
		smtp_talk_got(&talk, (const char *)data + at, len);
		smtp_offer_line(&offer, (const char *)data + at, len);
		at += len;
	}
	smtp_talk_lost(&talk, "the input is over");
	if (!talk.over || (talk.result.outcome == SUBMIT_SENT && talk.result.code / 100 != 2))
		abort();
	smtp_talk_free(&talk);
	return 0;
}
