#include "io/wire.h"

#include "io/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct {
	const char *fact;
	const char octets[24];
	size_t len;
	enum rc want;
	size_t payload_len;
} frames[] = {
	{ "a frame of two octets", "\0\0\0\1\0\0\0\2hi", 10, RC_OK, 2 },
	{ "a frame may be empty", "\0\0\0\2\0\0\0\0", 8, RC_OK, 0 },
	{ "what follows is the next frame's", "\0\0\0\1\0\0\0\1hi", 10, RC_OK, 1 },
	{ "longer than WIRE_MOST is no frame", "\0\0\0\1\4\0\0\1", 8, RC_PERM, 0 },
	{ "4 GiB is no frame", "\0\0\0\1\377\377\377\377", 8, RC_PERM, 0 },
	{ "the peer ends before the frame", "", 0, RC_TEMP, 0 },
	{ "the peer ends in the length", "\0\0\0\1\0", 5, RC_TEMP, 0 },
	{ "the peer ends in the payload", "\0\0\0\1\0\0\0\3hi", 10, RC_TEMP, 0 },
};

static void test_frames(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		int pair[2];
		enum wire_type type;
		char *payload = NULL;
		size_t len = 0;
		print_message("  %s\n", frames[i].fact);
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		assert_int_equal(write(pair[0], frames[i].octets, frames[i].len), frames[i].len);
		close(pair[0]);
		assert_int_equal(wire_receive(pair[1], 1000, &type, &payload, &len),
		                 frames[i].want);
		if (frames[i].want == RC_OK) {
			assert_int_equal(len, frames[i].payload_len);
			assert_memory_equal(payload, frames[i].octets + 8, len);
			assert_int_equal(payload[len], 0);
		}
		free(payload);
		close(pair[1]);
	}
}

/* The other side, in a process of its own: sends `total` octets every `every_ms`. */
static pid_t drip(int fd, const char *octets, size_t total, size_t at_once, unsigned every_ms)
{
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	for (size_t at = 0; at < total; at += at_once) {
		if (send(fd, octets + at, at_once, MSG_NOSIGNAL) < 0)
			break;
		usleep(every_ms * 1000);
	}
	_exit(0);
}

static void test_deadline_is_for_the_frame(void **state)
{
	(void)state;
	static const char head[64] = "\0\0\0\1\0\0\0\x40";
	int pair[2];
	enum wire_type type;
	char *payload = NULL;
	size_t len;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	pid_t pid = drip(pair[0], head, sizeof head, 1, 20);
	int64_t before = clock_ms();
	assert_int_equal(wire_receive(pair[1], 200, &type, &payload, &len), RC_TEMP);
	assert_in_range(clock_ms() - before, 190, 900);
	close(pair[1]);
	close(pair[0]);
	waitpid(pid, NULL, 0);
}

static void test_large_frame_goes_through(void **state)
{
	(void)state;
	int pair[2];
	struct str out;
	str_init(&out, WIRE_MOST);
	for (int i = 0; i < 400000; i++)
		str_addf(&out, "%d\n", i);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	pid_t pid = fork();
	if (pid == 0)
		_exit(wire_send(pair[0], WIRE_FETCH_MAIL, &out) == RC_OK ? 0 : 1);
	enum wire_type type;
	char *payload = NULL;
	size_t len;
	int how;
	assert_int_equal(wire_receive(pair[1], 5000, &type, &payload, &len), RC_OK);
	assert_int_equal(type, WIRE_FETCH_MAIL);
	assert_int_equal(len, out.len);
	assert_memory_equal(payload, out.text, len);
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_int_equal(how, 0);
	free(payload);
	str_free(&out);
	close(pair[0]);
	close(pair[1]);
}

static void test_sending_fails_without_a_signal(void **state)
{
	(void)state;
	int pair[2];
	struct str out;
	str_init(&out, WIRE_MOST);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	str_add(&out, "x");
	str_spoil(&out);
	assert_int_equal(wire_send(pair[0], WIRE_PARSE, &out), RC_PERM);
	str_clear(&out);
	while (out.len < (size_t)4 << 20)
		str_add(&out, "a reader that never reads");
	int64_t before = clock_ms();
	assert_int_equal(wire_send_within(pair[0], 100, WIRE_PARSE, &out), RC_TEMP);
	assert_in_range(clock_ms() - before, 90, 900);
	close(pair[1]);
	assert_int_equal(wire_send(pair[0], WIRE_PARSE, &out), RC_TEMP);
	str_free(&out);
	close(pair[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_deadline_is_for_the_frame),
		cmocka_unit_test(test_large_frame_goes_through),
		cmocka_unit_test(test_sending_fails_without_a_signal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
