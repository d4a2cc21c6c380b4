#include "io/tlsstream.h"

#include "base/mem.h"
#include "io/clock.h"
#include "io/imapguard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <libetpan/mailstream.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_LEN 16384 /* a TLS record */

struct tlsstream {
	int fd;
	gnutls_session_t tls; /* NULL: plain */
	gnutls_certificate_credentials_t trust;
	char version[16];
	int64_t deadline;
	struct imapguard guard;
	struct why fault;
	ssize_t ahead_len; /* octets that tlsstream_arrived() read */
	char ahead[BUFFER_LEN];
};

static const char closed_by_server[] = "the server closed the connection";

/* The first fault is the cause, the others follow from it. */
static ssize_t broken(struct tlsstream *stream, const char *what)
{
	if (stream->fault.text[0] == '\0')
		why_set(&stream->fault, RC_TEMP, "%s", what);
	return -1;
}

/* ---- TCP ---- */

static enum rc wait_ready(int fd, short events, int64_t deadline)
{
	struct pollfd ready = { .fd = fd, .events = events };
	int left = clock_left(deadline);
	if (left == 0)
		return RC_TEMP;
	int count = poll(&ready, 1, left);
	return count > 0 || (count < 0 && errno == EINTR) ? RC_OK : RC_TEMP;
}

/* -1: `errno` says why. */
static int connect_one(const struct addrinfo *address, int64_t deadline)
{
	int on = 1, failure = 0;
	socklen_t len = sizeof failure;
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	/* Small commands, each awaited: Nagle would only delay them. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
		return fd;
	failure = errno;
	if (failure == EINPROGRESS) {
		struct pollfd ready = { .fd = fd, .events = POLLOUT };
		if (poll(&ready, 1, clock_left(deadline)) <= 0)
			failure = ETIMEDOUT;
		else
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &len);
	}
	if (failure == 0)
		return fd;
	close(fd);
	errno = failure;
	return -1;
}

struct tlsstream *tlsstream_over(int fd)
{
	struct tlsstream *stream = mem_zero(1, sizeof *stream);
	stream->fd = fd;
	stream->deadline = CLOCK_NEVER;
	return stream;
}

enum rc tlsstream_open(const char *host, const char *port, int within_ms,
                       struct tlsstream **stream, struct why *why)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	struct addrinfo *found = NULL;
	int64_t deadline = clock_ms() + within_ms;
	int failure = getaddrinfo(host, port, &hints, &found);
	if (failure != 0)
		return why_set(why, RC_TEMP, "%s: no address: %s", host, gai_strerror(failure));
	int fd = -1;
	for (const struct addrinfo *a = found; fd < 0 && a != NULL; a = a->ai_next)
		fd = connect_one(a, deadline);
	freeaddrinfo(found);
	if (fd < 0)
		return why_set(why, RC_TEMP, "%s port %s: cannot connect: %s", host, port,
		               strerror(errno));
	*stream = tlsstream_over(fd);
	(*stream)->deadline = deadline;
	return RC_OK;
}

/* ---- TLS ---- */

static enum rc load_trust(struct tlsstream *stream, const char *ca_file, struct why *why)
{
	if (gnutls_certificate_allocate_credentials(&stream->trust) != 0)
		return why_set(why, RC_TEMP, "TLS: no memory for credentials");
	int count = ca_file != NULL ? gnutls_certificate_set_x509_trust_file(stream->trust, ca_file,
	                                                                     GNUTLS_X509_FMT_PEM)
	                            : gnutls_certificate_set_x509_system_trust(stream->trust);
	if (count > 0)
		return RC_OK;
	return why_set(why, RC_PERM, "%s: no certificate authority in it (%s)",
	               ca_file != NULL ? ca_file : "the system's trust store",
	               count < 0 ? gnutls_strerror(count) : "empty");
}

static bool is_address(const char *host)
{
	unsigned char room[sizeof(struct in6_addr)];
	return inet_pton(AF_INET, host, room) == 1 || inet_pton(AF_INET6, host, room) == 1;
}

static enum rc begin(struct tlsstream *stream, const char *host, struct why *why)
{
	gnutls_session_t tls;
	if (gnutls_init(&tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) != 0)
		return why_set(why, RC_TEMP, "TLS: no memory for a session");
	stream->tls = tls;
	int failure = gnutls_set_default_priority_append(
	        tls, "-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", NULL, 0);
	if (failure == 0)
		failure = gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, stream->trust);
	if (failure == 0 && !is_address(host)) /* RFC 6066: no addresses in SNI */
		failure = gnutls_server_name_set(tls, GNUTLS_NAME_DNS, host, strlen(host));
	if (failure != 0)
		return why_set(why, RC_TEMP, "TLS: %s", gnutls_strerror(failure));
	gnutls_session_set_verify_cert(tls, host, 0);
	gnutls_transport_set_int(tls, stream->fd);
	return RC_OK;
}

static enum rc handshake_failed(struct tlsstream *stream, const char *host, int failure,
                                struct why *why)
{
	gnutls_session_t tls = stream->tls;
	broken(stream, "no TLS");
	if (failure != GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
		return why_set(why, RC_TEMP, "%s: TLS: %s", host,
		               failure == GNUTLS_E_AGAIN ? "no answer in time"
		                                         : gnutls_strerror(failure));
	gnutls_datum_t text = { NULL, 0 };
	gnutls_certificate_verification_status_print(gnutls_session_get_verify_cert_status(tls),
	                                             GNUTLS_CRT_X509, &text, 0);
	why_set(why, RC_PERM, "%s: bad certificate: %s", host,
	        text.data != NULL ? (const char *)text.data : "not verified");
	gnutls_free(text.data);
	return RC_PERM;
}

enum rc tlsstream_secure(struct tlsstream *stream, const char *host, const char *ca_file,
                         struct why *why)
{
	enum rc rc = load_trust(stream, ca_file, why);
	if (rc == RC_OK)
		rc = begin(stream, host, why);
	if (rc != RC_OK)
		return rc;
	int failure;
	while ((failure = gnutls_handshake(stream->tls)) != 0 && !gnutls_error_is_fatal(failure)) {
		short events = gnutls_record_get_direction(stream->tls) ? POLLOUT : POLLIN;
		if (failure == GNUTLS_E_AGAIN &&
		    wait_ready(stream->fd, events, stream->deadline) != RC_OK)
			break;
		if (clock_left(stream->deadline) == 0)
			break;
	}
	if (failure != 0)
		return handshake_failed(stream, host, failure, why);
	const char *version = gnutls_protocol_get_name(gnutls_protocol_get_version(stream->tls));
	strncpy(stream->version, version != NULL ? version : "TLS", sizeof stream->version - 1);
	return RC_OK;
}

/* ---- what libetpan calls ---- */

/* After a call that came to `done` < 0: RC_OK if it is worth another try. */
static enum rc go_on(struct tlsstream *stream, ssize_t done, short events)
{
	bool tls = stream->tls != NULL;
	bool wait = tls ? done == GNUTLS_E_AGAIN : errno == EAGAIN;
	bool again = tls ? done == GNUTLS_E_INTERRUPTED || done == GNUTLS_E_WARNING_ALERT_RECEIVED
	                 : errno == EINTR;
	if (!wait && !again) {
		const char *what = tls ? gnutls_strerror((int)done) : strerror(errno);
		broken(stream, tls && done == GNUTLS_E_PREMATURE_TERMINATION ? closed_by_server
		                                                            : what);
		return RC_TEMP;
	}
	if (wait ? wait_ready(stream->fd, events, stream->deadline) == RC_OK
	         : clock_left(stream->deadline) != 0)
		return RC_OK;
	broken(stream, "no answer in time");
	return RC_TEMP;
}

static ssize_t receive(struct tlsstream *stream, void *octets, size_t len)
{
	return stream->tls != NULL ? gnutls_record_recv(stream->tls, octets, len)
	                           : recv(stream->fd, octets, len, 0);
}

static ssize_t take_ahead(struct tlsstream *stream, char *octets, size_t len)
{
	size_t have = (size_t)stream->ahead_len;
	size_t taken = have < len ? have : len;
	memcpy(octets, stream->ahead, taken);
	memmove(stream->ahead, stream->ahead + taken, have - taken);
	stream->ahead_len -= (ssize_t)taken;
	return (ssize_t)taken;
}

static ssize_t stream_read(mailstream_low *low, void *octets, size_t len)
{
	struct tlsstream *stream = low->data;
	ssize_t got;
	if (clock_left(stream->deadline) == 0) /* also for one that drips */
		return broken(stream, "no end of the answer in time");
	if (stream->ahead_len > 0)
		got = take_ahead(stream, octets, len);
	else
		while ((got = receive(stream, octets, len)) < 0 &&
		       go_on(stream, got, POLLIN) == RC_OK)
			;
	if (got == 0) /* 0 would make libetpan ask for ever */
		return broken(stream, closed_by_server);
	if (got > 0 && !imapguard_pass(&stream->guard, octets, (size_t)got))
		return broken(stream, stream->guard.fault);
	return got > 0 ? got : -1;
}

static ssize_t stream_write(mailstream_low *low, const void *octets, size_t len)
{
	struct tlsstream *stream = low->data;
	ssize_t put;
	do
		put = stream->tls != NULL ? gnutls_record_send(stream->tls, octets, len)
		                          : send(stream->fd, octets, len, MSG_NOSIGNAL);
	while (put < 0 && go_on(stream, put, POLLOUT) == RC_OK);
	return put >= 0 ? put : -1;
}

static int stream_close(mailstream_low *low)
{
	struct tlsstream *stream = low->data;
	tlsstream_free(&stream);
	low->data = NULL;
	return 0;
}

static void stream_free(mailstream_low *low)
{
	free(low);
}

static int stream_fd(mailstream_low *low)
{
	return tlsstream_fd(low->data);
}

static struct mailstream_cancel *no_cancel(mailstream_low *low)
{
	(void)low;
	return NULL;
}

struct _mailstream *tlsstream_mailstream(struct tlsstream *stream)
{
	static mailstream_low_driver driver = {
		.mailstream_read = stream_read,
		.mailstream_write = stream_write,
		.mailstream_close = stream_close,
		.mailstream_get_fd = stream_fd,
		.mailstream_free = stream_free,
		.mailstream_get_cancel = no_cancel,
	};
	mailstream_low *low = mailstream_low_new(stream, &driver);
	if (low == NULL)
		return NULL;
	mailstream *made = mailstream_new(low, BUFFER_LEN);
	if (made == NULL)
		free(low);
	return made;
}

/* ---- the rest ---- */

void tlsstream_free(struct tlsstream **stream)
{
	struct tlsstream *s = *stream;
	if (s == NULL)
		return;
	if (s->tls != NULL) {
		if (s->version[0] != '\0')
			gnutls_bye(s->tls, GNUTLS_SHUT_WR); /* one try, not awaited */
		gnutls_deinit(s->tls);
	}
	if (s->trust != NULL)
		gnutls_certificate_free_credentials(s->trust);
	close(s->fd);
	free(s);
	*stream = NULL;
}

void tlsstream_allow(struct tlsstream *stream, int within_ms, size_t octets)
{
	stream->deadline = clock_ms() + within_ms;
	imapguard_allow(&stream->guard, octets);
}

void tlsstream_extend(struct tlsstream *stream, int within_ms)
{
	stream->deadline = clock_ms() + within_ms;
}

int tlsstream_fd(const struct tlsstream *stream)
{
	return stream->fd;
}

bool tlsstream_pending(const struct tlsstream *stream)
{
	return stream->ahead_len > 0 ||
	       (stream->tls != NULL && gnutls_record_check_pending(stream->tls) > 0);
}

bool tlsstream_arrived(struct tlsstream *stream)
{
	if (tlsstream_pending(stream))
		return true;
	ssize_t got = receive(stream, stream->ahead, sizeof stream->ahead);
	if (got > 0)
		stream->ahead_len = got;
	return got >= 0 || (stream->tls != NULL ? got != GNUTLS_E_AGAIN : errno != EAGAIN);
}

const char *tlsstream_version(const struct tlsstream *stream)
{
	return stream->version;
}

const char *tlsstream_fault(const struct tlsstream *stream)
{
	return stream->fault.text;
}
