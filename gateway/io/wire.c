#include "io/wire.h"

#include "base/mem.h"
#include "io/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define HEAD_LEN 8

static int64_t deadline_of(int timeout_ms)
{
	return timeout_ms < 0 ? CLOCK_NEVER : clock_ms() + timeout_ms;
}

/* After a call that failed: RC_OK if it is worth another try. */
static enum rc wait_ready(int fd, short events, int64_t deadline)
{
	if (errno == EINTR)
		return RC_OK;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return RC_TEMP;
	int left = clock_left(deadline);
	if (left == 0)
		return RC_TEMP;
	struct pollfd ready = { .fd = fd, .events = events };
	return poll(&ready, 1, left) < 0 && errno != EINTR ? RC_TEMP : RC_OK;
}

static enum rc read_all(int fd, char *octets, size_t len, int64_t deadline)
{
	while (len > 0) {
		ssize_t got = recv(fd, octets, len, MSG_DONTWAIT);
		if (got == 0)
			return RC_TEMP;
		if (got < 0) {
			if (wait_ready(fd, POLLIN, deadline) != RC_OK)
				return RC_TEMP;
			continue;
		}
		octets += got;
		len -= (size_t)got;
	}
	return RC_OK;
}

static void put_u32(char *octets, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		octets[i] = (char)(value >> (24 - 8 * i) & 0xff);
}

static uint32_t get_u32(const char *octets)
{
	uint32_t value = 0;
	for (int i = 0; i < 4; i++)
		value = value << 8 | (unsigned char)octets[i];
	return value;
}

static void step_over(struct iovec part[2], size_t sent)
{
	for (int i = 0; i < 2; i++) {
		size_t of_this = sent < part[i].iov_len ? sent : part[i].iov_len;
		part[i].iov_base = (char *)part[i].iov_base + of_this;
		part[i].iov_len -= of_this;
		sent -= of_this;
	}
}

enum rc wire_send_within(int fd, int timeout_ms, enum wire_type type, const struct str *payload)
{
	if (!str_ok(payload) || payload->len > WIRE_MOST)
		return RC_PERM;
	char head[HEAD_LEN];
	put_u32(head, (uint32_t)type);
	put_u32(head + 4, (uint32_t)payload->len);
	struct iovec part[2] = { { head, HEAD_LEN }, { payload->text, payload->len } };
	struct msghdr message = { .msg_iov = part, .msg_iovlen = 2 };
	int64_t deadline = deadline_of(timeout_ms);
	while (part[0].iov_len + part[1].iov_len > 0) {
		ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent >= 0)
			step_over(part, (size_t)sent);
		else if (wait_ready(fd, POLLOUT, deadline) != RC_OK)
			return RC_TEMP;
	}
	return RC_OK;
}

enum rc wire_send(int fd, enum wire_type type, const struct str *payload)
{
	return wire_send_within(fd, -1, type, payload);
}

enum rc wire_receive(int fd, int timeout_ms, enum wire_type *type, char **payload, size_t *len)
{
	int64_t deadline = deadline_of(timeout_ms);
	char head[HEAD_LEN];
	if (read_all(fd, head, HEAD_LEN, deadline) != RC_OK)
		return RC_TEMP;
	size_t said = get_u32(head + 4);
	if (said > WIRE_MOST)
		return RC_PERM;
	char *octets = mem_grow(NULL, said + 1, 1);
	if (read_all(fd, octets, said, deadline) != RC_OK) {
		free(octets);
		return RC_TEMP;
	}
	octets[said] = '\0';
	*type = (enum wire_type)get_u32(head);
	*payload = octets;
	*len = said;
	return RC_OK;
}
