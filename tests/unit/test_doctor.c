#include "cli/doctor.h"

#include "base/mem.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MX 15
#define TXT 16
/* One question for b.c, then answers whose names point at it. */
#define HEAD(answers) "\0\1\201\200\0\1\0" answers "\0\0\0\0" "\1b\1c\0" "\0\17\0\1"
#define RECORD(type, len) "\300\14" "\0" type "\0\1" "\0\0\0\74" "\0" len

static const struct {
	const char *fact;
	int type;
	const char *prefix, *packet;
	size_t len;
	bool want;
} answers[] = {
#define PACKET(octets) octets, sizeof octets - 1
	{ "an MX", MX, "", PACKET(HEAD("\1") RECORD("\17", "\5") "\0\12\1m\0"), true },
	{ "no answer", MX, "", PACKET(HEAD("\0")), false },
	{ "an A where an MX was asked", MX, "",
	  PACKET(HEAD("\1") RECORD("\1", "\4") "\1\2\3\4"), false },
	{ "an MX after an alias", MX, "",
	  PACKET(HEAD("\2") RECORD("\5", "\3") "\1d\0" RECORD("\17", "\5") "\0\12\1m\0"), true },
	{ "an SPF record", TXT, "v=spf1",
	  PACKET(HEAD("\1") RECORD("\20", "\13") "\12v=spf1 -al"), true },
	{ "in capitals", TXT, "v=spf1",
	  PACKET(HEAD("\1") RECORD("\20", "\13") "\12V=SPF1 -al"), true },
	{ "another text", TXT, "v=spf1", PACKET(HEAD("\1") RECORD("\20", "\7") "\6google"), false },
	{ "an SPF record after another text", TXT, "v=spf1",
	  PACKET(HEAD("\2") RECORD("\20", "\3") "\2ab" RECORD("\20", "\7") "\6v=spf1"), true },
	{ "a text shorter than its prefix", TXT, "v=spf1",
	  PACKET(HEAD("\1") RECORD("\20", "\4") "\3v=s"), false },
	{ "a text in pieces", TXT, "v=spf1",
	  PACKET(HEAD("\1") RECORD("\20", "\10") "\3v=s\3pf1"), false },
	{ "more data said than there is", MX, "",
	  PACKET(HEAD("\1") RECORD("\17", "\5") "\0\12"), false },
	{ "more answers said than there are", MX, "",
	  PACKET(HEAD("\7") RECORD("\1", "\1") "x"), false },
	{ "a name that points at itself", MX, "",
	  PACKET(HEAD("\1") "\300\25\0\17\0\1\0\0\0\0\0\0"), true },
	{ "a head cut short", MX, "", PACKET("\0\1\201\200\0\1\0"), false },
	{ "nothing", MX, "", PACKET(""), false },
};

static void answers_are_read_within_their_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		unsigned char *exact = mem_grow(NULL, answers[i].len + 1, 1);
		unsigned char *at = exact + 1; /* ends where the allocation ends */
		memcpy(at, answers[i].packet, answers[i].len);
		int type = answers[i].type;
		const char *prefix = answers[i].prefix;
		if (doctor_dns_has(at, answers[i].len, type, prefix) != answers[i].want)
			fail_msg("%s", answers[i].fact);
		for (size_t cut = 0; cut < answers[i].len; cut++)
			if (doctor_dns_has(at, cut, type, prefix) && !answers[i].want)
				fail_msg("%s, cut at %zu", answers[i].fact, cut);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_read_within_their_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
