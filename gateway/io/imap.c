#include "io/imapsession.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "io/secret.h"
#include "io/tlsstream.h"

#include <stdlib.h>
#include <string.h>

#define OPEN_MS 30000
#define LINE_MOST ((size_t)64 << 10)

/* ---- why it failed ---- */

enum rc imap_failed(struct imap *imap, const char *what, int code, struct why *why)
{
	const char *fault = tlsstream_fault(imap->stream);
	bool said_no = code != MAILIMAP_ERROR_STREAM && code != MAILIMAP_ERROR_PARSE &&
	               code != MAILIMAP_ERROR_PROTOCOL && code != MAILIMAP_ERROR_FATAL &&
	               code != MAILIMAP_ERROR_BAD_STATE && code != MAILIMAP_ERROR_MEMORY;
	if (fault[0] != '\0')
		return why_set(why, RC_TEMP, "%s: %s", what, fault);
	const char *answer = imap->session->imap_response;
	char *clean = utf8_clean_line(answer != NULL ? answer : "",
	                              answer != NULL ? strnlen(answer, 200) : 0);
	if (said_no)
		why_set(why, RC_NONE, "%s: refused: %s", what, clean);
	else if (code == MAILIMAP_ERROR_PROTOCOL)
		why_set(why, RC_TEMP, "%s: bad answer: %s", what, clean);
	else
		why_set(why, RC_TEMP, "%s: an answer that is not IMAP (error %d)", what, code);
	free(clean);
	return said_no ? RC_NONE : RC_TEMP;
}

static enum rc broken(struct imap *imap, const char *what, struct why *why)
{
	return imap_failed(imap, what, MAILIMAP_ERROR_STREAM, why);
}

/* ---- commands by hand ---- */

static enum rc send_line(struct imap *imap, const char *line)
{
	mailstream *s = imap->session->imap_stream;
	return mailstream_write(s, line, strlen(line)) >= 0 && mailstream_flush(s) == 0 ? RC_OK
	                                                                                : RC_TEMP;
}

/* Our tags begin with a letter, libetpan's are numbers. */
static enum rc send_command(struct imap *imap, const char *command)
{
	struct str line;
	str_init(&line, 200);
	str_addf(&line, "p%u %s\r\n", ++imap->tags, command);
	enum rc rc = send_line(imap, line.text);
	str_free(&line);
	return rc;
}

/* The next line, without its end; valid until the next. NULL: broken. */
static const char *next_line(struct imap *imap)
{
	char *line = mailstream_read_line(imap->session->imap_stream, imap->line);
	if (line != NULL)
		line[strcspn(line, "\r\n")] = '\0';
	return line;
}

/* What follows our tag ("OK done") if this line has it, else NULL. */
static const char *after_tag(const struct imap *imap, const char *line)
{
	char *end;
	if (line[0] != 'p' || strtoul(line + 1, &end, 10) != imap->tags || *end != ' ')
		return NULL;
	return end + 1;
}

static void note_capabilities(struct imap *imap, const char *line)
{
	char *copy = mem_text(line), *rest = copy, *word;
	while ((word = strsep(&rest, " ]")) != NULL) {
		if (strcasecmp(word, "IDLE") == 0)
			imap->can.idle = true;
		else if (strcasecmp(word, "MOVE") == 0)
			imap->can.move = true;
		else if (strcasecmp(word, "UIDPLUS") == 0)
			imap->can.uidplus = true;
		else if (strcasecmp(word, "LOGINDISABLED") == 0)
			imap->login_disabled = true;
	}
	free(copy);
}

/* Sends and reads to the tagged line. */
static enum rc command(struct imap *imap, const char *text, struct why *why)
{
	static const char untagged[] = "* CAPABILITY ";
	const char *line, *answer;
	tlsstream_allow(imap->stream, IMAP_COMMAND_MS, IMAP_ANSWER_MOST);
	if (send_command(imap, text) != RC_OK)
		return broken(imap, text, why);
	while ((line = next_line(imap)) != NULL) {
		if (strncasecmp(line, untagged, sizeof untagged - 1) == 0)
			note_capabilities(imap, line + sizeof untagged - 1);
		if ((answer = after_tag(imap, line)) == NULL)
			continue;
		if (strncasecmp(answer, "OK", 2) == 0)
			return RC_OK;
		char *clean = utf8_clean_line(answer, strnlen(answer, 200));
		why_set(why, RC_NONE, "%s: %s", text, clean);
		free(clean);
		return RC_NONE;
	}
	return broken(imap, text, why);
}

static enum rc ask_capabilities(struct imap *imap, struct why *why)
{
	imap->can = (struct imap_can){ 0 };
	imap->login_disabled = false;
	return command(imap, "CAPABILITY", why);
}

/* ---- opening ---- */

static enum rc greet(struct imap *imap, struct why *why)
{
	mailstream *made = tlsstream_mailstream(imap->stream);
	if (made == NULL) {
		tlsstream_free(&imap->stream);
		return why_set(why, RC_TEMP, "no memory for a connection");
	}
	tlsstream_allow(imap->stream, OPEN_MS, LINE_MOST);
	int code = mailimap_connect(imap->session, made);
	if (code == MAILIMAP_NO_ERROR_AUTHENTICATED) /* STARTTLS would be too late */
		return why_set(why, RC_TEMP, "greeting: PREAUTH, which we did not ask for");
	if (code != MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
		return imap_failed(imap, "greeting", code, why);
	return RC_OK;
}

enum rc imap_begin(struct tlsstream *stream, struct imap **imap, struct why *why)
{
	struct imap *made = mem_zero(1, sizeof *made);
	made->session = mailimap_new(0, NULL);
	made->line = mmap_string_new("");
	made->stream = stream;
	if (greet(made, why) == RC_OK) {
		*imap = made;
		return RC_OK;
	}
	imap_close(&made);
	return RC_TEMP;
}

/* RFC 9051 section 6.2.1. What lies in the buffer before TLS begins was not
 * said by the server we verify. */
static enum rc start_tls(struct imap *imap, const struct imap_account *account, struct why *why)
{
	enum rc rc = command(imap, "STARTTLS", why);
	if (rc != RC_OK)
		return rc == RC_NONE ? RC_PERM : rc;
	if (imap->session->imap_stream->read_buffer_len > 0)
		return why_set(why, RC_PERM, "STARTTLS: more than the answer came before TLS");
	tlsstream_allow(imap->stream, OPEN_MS, IMAP_ANSWER_MOST);
	return tlsstream_secure(imap->stream, account->host, account->ca_file, why);
}

static enum rc login(struct imap *imap, const struct imap_account *account, struct why *why)
{
	char *secret = NULL;
	if (imap->login_disabled)
		return why_set(why, RC_PERM, "the server forbids LOGIN (LOGINDISABLED)");
	enum rc rc = secret_read(account->secret_file, account->secret_command, &secret, why);
	if (rc != RC_OK)
		return RC_PERM;
	tlsstream_allow(imap->stream, IMAP_COMMAND_MS, IMAP_ANSWER_MOST);
	int code = mailimap_login(imap->session, account->user, secret != NULL ? secret : "");
	secret_free(&secret);
	if (code == MAILIMAP_NO_ERROR)
		return RC_OK;
	rc = imap_failed(imap, "login", code, why);
	return rc == RC_NONE ? RC_PERM : rc;
}

enum rc imap_open(const struct imap_account *account, struct imap **imap, struct why *why)
{
	struct tlsstream *stream;
	enum rc rc = tlsstream_open(account->host, account->port, OPEN_MS, &stream, why);
	if (rc != RC_OK)
		return rc;
	if (!account->starttls)
		rc = tlsstream_secure(stream, account->host, account->ca_file, why);
	if (rc != RC_OK) {
		tlsstream_free(&stream);
		return rc;
	}
	struct imap *made;
	rc = imap_begin(stream, &made, why);
	if (rc != RC_OK)
		return rc;
	if (account->starttls)
		rc = start_tls(made, account, why);
	/* Twice: before the login for LOGINDISABLED, after it servers tell more. */
	if (rc == RC_OK)
		rc = ask_capabilities(made, why);
	if (rc == RC_OK)
		rc = login(made, account, why);
	if (rc == RC_OK)
		rc = ask_capabilities(made, why);
	if (rc == RC_OK)
		*imap = made;
	else
		imap_close(&made);
	return rc == RC_NONE ? RC_TEMP : rc;
}

void imap_close(struct imap **imap)
{
	struct imap *i = *imap;
	if (i == NULL)
		return;
	if (i->session->imap_stream != NULL) {
		if (tlsstream_fault(i->stream)[0] == '\0') {
			tlsstream_allow(i->stream, 1000, IMAP_ANSWER_MOST);
			send_command(i, "LOGOUT"); /* politeness; the answer is not awaited */
		}
		mailstream_close(i->session->imap_stream);
		i->session->imap_stream = NULL; /* or mailimap_free() would log out again */
	}
	mailimap_free(i->session);
	mmap_string_free(i->line);
	free(i);
	*imap = NULL;
}

struct imap_can imap_can(const struct imap *imap)
{
	return imap->can;
}

const char *imap_tls_version(const struct imap *imap)
{
	return tlsstream_version(imap->stream);
}

/* ---- IDLE ---- */

/* libetpan's fails when "* 3 EXISTS" comes before the "+", and hides what is
 * glued to it from poll(2): here a line is a line, whenever it comes. */
enum rc imap_idle_begin(struct imap *imap, struct why *why)
{
	tlsstream_allow(imap->stream, IMAP_COMMAND_MS, IMAP_ANSWER_MOST);
	return send_command(imap, "IDLE") == RC_OK ? RC_OK : broken(imap, "idle", why);
}

static bool is_exists(const char *line)
{
	char *end;
	if (strncmp(line, "* ", 2) != 0)
		return false;
	strtoul(line + 2, &end, 10);
	return end != line + 2 && strncasecmp(end, " EXISTS", 7) == 0;
}

enum rc imap_idle_line(struct imap *imap, bool *news, struct why *why)
{
	*news = false;
	if (!imap_pending(imap) && !tlsstream_arrived(imap->stream))
		return RC_OK; /* TLS talked to itself */
	tlsstream_extend(imap->stream, IMAP_COMMAND_MS);
	const char *line = next_line(imap);
	if (line == NULL)
		return broken(imap, "idle", why);
	if (after_tag(imap, line) != NULL) {
		imap->can.idle = false;
		return why_set(why, RC_NONE, "idle: refused, or ended by the server");
	}
	*news = is_exists(line);
	return RC_OK;
}

enum rc imap_idle_end(struct imap *imap, struct why *why)
{
	const char *line;
	tlsstream_allow(imap->stream, IMAP_COMMAND_MS, IMAP_ANSWER_MOST);
	if (send_line(imap, "DONE\r\n") != RC_OK)
		return broken(imap, "idle", why);
	while ((line = next_line(imap)) != NULL)
		if (after_tag(imap, line) != NULL)
			return RC_OK;
	return broken(imap, "idle", why);
}

int imap_fd(const struct imap *imap)
{
	return tlsstream_fd(imap->stream);
}

bool imap_pending(const struct imap *imap)
{
	return imap->session->imap_stream->read_buffer_len > 0 || tlsstream_pending(imap->stream);
}
