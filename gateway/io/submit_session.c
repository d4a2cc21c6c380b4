#include "io/submit_session.h"

#include "base/mem.h"
#include "io/secret.h"

#include <assert.h>
#include <curl/curl.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_S 30
#define REPLY_S 300

struct session_set {
	const struct submit_settings *settings;
	char *url; /* as libcurl wants it */
	CURLM *multi;
};

struct session {
	struct session_set *set;
	CURL *easy;
	curl_socket_t socket;
	bool opening, held_up, ready; /* held_up: a send must wait */
	CURLcode code;                /* of the opening */
	struct smtp_offer offer;
	size_t octets_in;             /* of the opening */
	char line[300], tls[24], error[CURL_ERROR_SIZE];
};

/* ---- the url ---- */

static bool host_fits(const char *host)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                              "0123456789.-:[]";
	return *host != '\0' && host[strspn(host, letters)] == '\0';
}

static bool is_loopback(const char *host)
{
	size_t len = strcspn(host, ":");
	return (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == len) ||
	       (len == 9 && strncmp(host, "localhost", 9) == 0) || strncmp(host, "[::1]", 5) == 0;
}

static const struct scheme {
	const char *ours, *curl, *port;
	bool tls;
} schemes[] = {
	{ "smtps://", "smtps://", ":465", true },
	{ "smtp+starttls://", "smtp://", ":587", true },
	{ "smtp+plain://", "smtp://", ":25", false },
};

static const struct scheme *scheme_find(const char *url)
{
	for (size_t i = 0; url != NULL && i < sizeof schemes / sizeof *schemes; i++)
		if (strncmp(url, schemes[i].ours, strlen(schemes[i].ours)) == 0)
			return &schemes[i];
	return NULL;
}

/* "smtp+starttls://host" -> "smtp://host:587/helo". NULL: not the address of a server. */
static char *url_for_curl(const struct submit_settings *s)
{
	const struct scheme *scheme = scheme_find(s->url);
	const char *helo = s->helo != NULL ? s->helo : "localhost";
	if (scheme == NULL)
		return NULL;
	const char *host = s->url + strlen(scheme->ours);
	if (!host_fits(host) || !host_fits(helo) ||
	    (!scheme->tls && (!is_loopback(host) || s->user != NULL)))
		return NULL;
	const char *literal = strrchr(host, ']'); /* an IPv6 address has colons too */
	bool port = strchr(literal != NULL ? literal : host, ':') != NULL;
	struct str url;
	str_init(&url, 4096);
	str_addf(&url, "%s%s%s/%s", scheme->curl, host, port ? "" : scheme->port, helo);
	if (str_ok(&url))
		return url.text;
	str_free(&url);
	return NULL;
}

/* ---- openings ---- */

enum rc session_set_new(const struct submit_settings *settings, struct session_set **set,
                        struct why *why)
{
	char *url = url_for_curl(settings);
	if (url == NULL)
		return why_set(why, RC_PERM,
		               "submission url \"%s\": write smtps://HOST or smtp+starttls://HOST",
		               settings->url != NULL ? settings->url : "");
	struct session_set *s = mem_zero(1, sizeof *s);
	*s = (struct session_set){ settings, url, curl_multi_init() };
	assert(s->multi != NULL);
	*set = s;
	return RC_OK;
}

void session_set_free(struct session_set **set)
{
	if (*set == NULL)
		return;
	curl_multi_cleanup((*set)->multi);
	free((*set)->url);
	free(*set);
	*set = NULL;
}

/* Every line of the opening comes through here, and the TLS session is at hand. */
static size_t on_line(char *line, size_t size, size_t count, void *room)
{
	struct session *s = room;
	size_t len = size * count;
	struct curl_tlssessioninfo *tls = NULL;
	if ((s->octets_in += len) > SMTP_REPLY_MOST)
		return 0;
	smtp_offer_line(&s->offer, line, len);
	snprintf(s->line, sizeof s->line, "%.*s", (int)len, line);
	s->line[strcspn(s->line, "\r\n")] = '\0';
	if (curl_easy_getinfo(s->easy, CURLINFO_TLS_SSL_PTR, &tls) == CURLE_OK && tls != NULL &&
	    tls->backend == CURLSSLBACKEND_GNUTLS && tls->internals != NULL)
		snprintf(s->tls, sizeof s->tls, "%s",
		         gnutls_protocol_get_name(gnutls_protocol_get_version(tls->internals)));
	return len;
}

static size_t on_octets(char *octets, size_t size, size_t count, void *room)
{
	(void)octets;
	(void)room;
	return size * count;
}

static void set_limits(CURL *e, const struct submit_settings *settings)
{
	long reply_s = settings->timeout_s > 0 ? (long)settings->timeout_s : REPLY_S;
	long connect_s = reply_s < CONNECT_S ? reply_s : CONNECT_S;
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, connect_s);
	curl_easy_setopt(e, CURLOPT_SERVER_RESPONSE_TIMEOUT, reply_s);
	/* Of the whole opening, which else could drip for ever. */
	curl_easy_setopt(e, CURLOPT_TIMEOUT, connect_s + reply_s);
}

static void set_tls(CURL *e, const struct submit_settings *settings)
{
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (scheme_find(settings->url)->tls)
		curl_easy_setopt(e, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	if (settings->ca_file != NULL) {
		curl_easy_setopt(e, CURLOPT_CAINFO, settings->ca_file);
		curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	}
}

static void set_session(struct session *s)
{
	CURL *e = s->easy;
	curl_easy_setopt(e, CURLOPT_URL, s->set->url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, s->error);
	curl_easy_setopt(e, CURLOPT_PRIVATE, s);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_line);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, s);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_octets);
	set_limits(e, s->set->settings);
	set_tls(e, s->set->settings);
}

static enum rc set_login(CURL *e, const struct submit_settings *settings, struct why *why)
{
	char *secret = NULL;
	if (settings->user == NULL)
		return RC_OK;
	enum rc rc = secret_read(settings->secret_file, settings->secret_command, &secret, why);
	if (rc != RC_OK)
		return RC_PERM; /* in two seconds it is no better */
	curl_easy_setopt(e, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
	curl_easy_setopt(e, CURLOPT_SASL_IR, 1L);
	curl_easy_setopt(e, CURLOPT_USERNAME, settings->user);
	curl_easy_setopt(e, CURLOPT_PASSWORD, secret != NULL ? secret : "");
	secret_free(&secret);
	return RC_OK;
}

enum rc session_open(struct session_set *set, struct session **session, struct why *why)
{
	struct session *s = mem_zero(1, sizeof *s);
	s->set = set;
	s->opening = true;
	s->easy = curl_easy_init();
	assert(s->easy != NULL);
	set_session(s);
	enum rc rc = set_login(s->easy, set->settings, why);
	if (rc != RC_OK) {
		curl_easy_cleanup(s->easy);
		free(s);
		return rc;
	}
	curl_multi_add_handle(set->multi, s->easy);
	*session = s;
	return RC_OK;
}

static const char *remedy(CURLcode code)
{
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		return "; name the server as its certificate does, its authority in ca_file";
	case CURLE_USE_SSL_FAILED:
		return "; it offers no STARTTLS here, try smtps://";
	case CURLE_SSL_CONNECT_ERROR:
		return "; it does not speak TLS here, try smtp+starttls://";
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_OPERATION_TIMEDOUT:
		return "; check host, port and firewall";
	default:
		return "";
	}
}

enum rc session_state(const struct session *s, struct why *why)
{
	const struct submit_settings *settings = s->set->settings;
	const char *url = settings->url;
	if (s->opening)
		return RC_NONE;
	if (s->code == CURLE_OK && (settings->user == NULL || s->offer.logged_in))
		return RC_OK;
	if (s->code == CURLE_OK || (s->code == CURLE_LOGIN_DENIED && s->offer.code == 250))
		return why_set(why, RC_PERM, "%s: no login by PLAIN or LOGIN is offered", url);
	bool for_now = s->offer.code >= 400 && s->offer.code < 500; /* 454: its own trouble */
	if (s->code == CURLE_LOGIN_DENIED)
		return why_set(why, for_now ? RC_TEMP : RC_PERM,
		               "%s: the login of %s is refused: %s", url, settings->user, s->line);
	if (s->offer.code >= 400)
		return why_set(why, RC_TEMP, "%s: %s", url, s->line);
	return why_set(why, RC_TEMP, "%s: %s%s", url,
	               s->error[0] != '\0' ? s->error : curl_easy_strerror(s->code),
	               remedy(s->code));
}

const struct smtp_offer *session_offer(const struct session *s)
{
	return &s->offer;
}

const char *session_line(const struct session *s)
{
	return s->line;
}

const char *session_tls(const struct session *s)
{
	return s->tls;
}

/* ---- octets ---- */

enum rc session_send(struct session *s, const char *octets, size_t len, size_t *count)
{
	CURLcode code = curl_easy_send(s->easy, octets, len, count);
	s->held_up = code == CURLE_AGAIN;
	return code == CURLE_OK ? RC_OK : s->held_up ? RC_NONE : RC_TEMP;
}

enum rc session_receive(struct session *s, char *room, size_t size, size_t *count)
{
	CURLcode code = curl_easy_recv(s->easy, room, size, count);
	if (code == CURLE_AGAIN)
		return RC_NONE;
	return code == CURLE_OK && *count > 0 ? RC_OK : RC_TEMP;
}

static void take_opened(struct session_set *set)
{
	CURLMsg *done;
	int left;
	while ((done = curl_multi_info_read(set->multi, &left)) != NULL) {
		struct session *s = NULL;
		curl_easy_getinfo(done->easy_handle, CURLINFO_PRIVATE, &s);
		s->code = done->data.result;
		s->opening = false;
		s->ready = true;
		curl_easy_setopt(s->easy, CURLOPT_PASSWORD, NULL);
		curl_easy_getinfo(s->easy, CURLINFO_ACTIVESOCKET, &s->socket);
	}
}

enum rc session_wait(struct session_set *set, struct session *const *sessions, size_t count, int fd,
                     int timeout_ms, bool *fd_ready)
{
	struct curl_waitfd fds[SUBMIT_CONNECTIONS + 1];
	struct session *whose[SUBMIT_CONNECTIONS];
	unsigned used = 0;
	int running;
	assert(count <= SUBMIT_CONNECTIONS);
	for (size_t i = 0; i < count; i++) {
		struct session *s = sessions[i];
		if (s == NULL || s->opening || s->code != CURLE_OK)
			continue;
		short events = CURL_WAIT_POLLIN | (s->held_up ? CURL_WAIT_POLLOUT : 0);
		whose[used] = s;
		fds[used++] = (struct curl_waitfd){ s->socket, events, 0 };
	}
	fds[used] = (struct curl_waitfd){ fd, CURL_WAIT_POLLIN, 0 };
	if (curl_multi_poll(set->multi, fds, used + (fd >= 0), timeout_ms, NULL) != CURLM_OK)
		return RC_PERM;
	*fd_ready = fds[used].revents != 0;
	for (unsigned i = 0; i < used; i++)
		whose[i]->ready = fds[i].revents != 0;
	if (curl_multi_perform(set->multi, &running) != CURLM_OK)
		return RC_PERM;
	take_opened(set);
	return RC_OK;
}

bool session_ready(const struct session *s)
{
	return s->ready;
}

void session_close(struct session **session)
{
	struct session *s = *session;
	size_t sent;
	if (s == NULL)
		return;
	if (!s->opening && s->code == CURLE_OK)
		curl_easy_send(s->easy, "QUIT\r\n", 6, &sent); /* a courtesy */
	curl_multi_remove_handle(s->set->multi, s->easy);
	curl_easy_cleanup(s->easy);
	free(s);
	*session = NULL;
}
