/* doctor: everything a running gateway depends on, tried once.
 *
 * One line a check, printed as soon as it is known (a probe may take seconds):
 * "ok", "warning" (it runs, but) or "failed", what was looked at, what was
 * found and the remedy. With --json one object at the end:
 * { "configuration", "gateway", "health", "checks": [ { "check", "subject",
 * "health", "found" } ] }. Changes nothing and sends no mail. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "conf/conf.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum health { HEALTH_OK, HEALTH_WARNING, HEALTH_FAILED };

struct doctor {
	const struct conf *conf;
	const struct conf_gateway *gateway;
	bool json;
	enum health worst;
	bool misconfigured; /* a failure the admin can mend here; else something is out of reach */
	json_t *checks;
};

/* EX_OK: nothing failed. EX_CONFIG: something to mend here. EX_UNAVAILABLE: all
 * that failed was out of reach. */
int cli_doctor(const struct conf *conf, const struct conf_gateway *gateway, bool json);

/* One line. A failure is the configuration's unless told otherwise. */
void doctor_say(struct doctor *doctor, enum health health, const char *check, const char *subject,
                const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The outcome of a probe: RC_OK is ok, RC_TEMP out of reach, RC_PERM to mend. */
void doctor_say_rc(struct doctor *doctor, enum rc rc, const char *check, const char *subject,
                   const char *sentence);

/* How the gateway's domain looks from outside (DNS): warnings only. */
void doctor_identity(struct doctor *doctor);
/* Does a DNS answer (RFC 1035 section 4.1) hold a record of `type`; of a TXT, is
 * there one whose first string begins with `prefix`? Any octets will do. */
bool doctor_dns_has(const unsigned char *packet, size_t len, int type, const char *prefix);

#endif
