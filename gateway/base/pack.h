/* pack: values to octets and back, between our own processes and for frames
 * that a hostile peer may have written. Big-endian, lengths first. Reading is
 * bounded and has a sticky failure: read all, ask unpack_done() once. */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include "base/str.h"

#include <stdint.h>

void pack_u64(struct str *out, uint64_t value);
void pack_octets(struct str *out, const char *octets, size_t len);
void pack_text(struct str *out, const char *text); /* NULL stays NULL */

struct unpack {
	const char *at;
	size_t left;
	bool bad;
};

struct unpack unpack_start(const char *octets, size_t len);
uint64_t unpack_u64(struct unpack *in);          /* 0 once bad */
uint64_t unpack_count(struct unpack *in, uint64_t most); /* bad if more than `most` */
char *unpack_octets(struct unpack *in, size_t *len);     /* yours; NULL once bad */
char *unpack_text(struct unpack *in); /* yours; NULL packed or bad; no NUL inside, valid UTF-8 */
bool unpack_done(const struct unpack *in); /* nothing bad, nothing left over */

#endif
