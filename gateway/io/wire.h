/* wire: frames between the parent and its children over a stream socket pair.
 *
 *   frame   = type length payload
 *   type    = 4 octets, big-endian, enum wire_type
 *   length  = 4 octets, big-endian, octets of the payload, at most WIRE_MOST
 *   payload = values by base/pack.h: numbers 8 octets big-endian; octets and
 *             texts a number (their length) and that many octets; a text that
 *             is NULL has the length 2^64 - 1
 *
 * The length is checked before anything is allocated. */
#ifndef IO_WIRE_H
#define IO_WIRE_H

#include "base/rc.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

#define WIRE_MOST ((size_t)64 << 20)

enum wire_type {
	/* parent -> parse */
	WIRE_PARSE = 1, /* options, octets of a mail */
	/* parse -> parent */
	WIRE_PARSED, /* message_pack */
	/* parent -> parse: octets of a file of contacts; and back: contact_list_pack */
	WIRE_CONTACTS,
	WIRE_CONTACTS_READ,
	/* parent -> fetch */
	WIRE_FETCH_SETTINGS = 16,
	WIRE_FETCH_TAKEN, /* uidvalidity, count, uids: committed, acknowledge them */
	/* fetch -> parent */
	WIRE_FETCH_MAIL,    /* uidvalidity, uid, octets */
	WIRE_FETCH_SKIPPED, /* uidvalidity, uid, sentence: too large, or not to be had */
	WIRE_FETCH_ACKED,   /* uidvalidity, count, uids: the server has marked them */
	WIRE_FETCH_STATE,   /* 0 down or 1 up or 2 up and nothing left to read, sentence */
	/* parent -> network: the state folder; its end says that the routing file is built */
	WIRE_NETWORK_SETTINGS = 48,
	/* parent -> submit */
	WIRE_SUBMIT_SETTINGS = 32,
	WIRE_SUBMIT_MAIL, /* id, reverse-path, recipient, octets */
	/* submit -> parent */
	WIRE_SUBMIT_RESULT, /* id, enum submit_outcome, reply code, enhanced status, reply text */
};

/* Whole frames. `timeout_ms` (-1: for ever) is for the frame, not for a read.
 * RC_TEMP: the peer is gone or the time has passed (what was sent or read of
 * the frame is lost: close the socket); RC_PERM: a frame that is none, a
 * payload that is spoilt or too long (nothing was sent). Never SIGPIPE.
 * *payload is yours to free, ended by a NUL that *len does not count. */
enum rc wire_send(int fd, enum wire_type type, const struct str *payload);
enum rc wire_send_within(int fd, int timeout_ms, enum wire_type type, const struct str *payload);
enum rc wire_receive(int fd, int timeout_ms, enum wire_type *type, char **payload, size_t *len);

#endif
