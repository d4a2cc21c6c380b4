#include "cli/doctor.h"

#include "base/str.h"
#include "mail/address.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

enum found { FOUND, NOT_FOUND, NO_ANSWER };

static unsigned get16(const unsigned char *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

bool doctor_dns_has(const unsigned char *packet, size_t len, int type, const char *prefix)
{
	if (len < NS_HFIXEDSZ)
		return false;
	const unsigned char *at = packet + NS_HFIXEDSZ, *end = packet + len;
	unsigned questions = get16(packet + 4), answers = get16(packet + 6);
	size_t n = strlen(prefix);
	for (unsigned i = 0; i < questions + answers; i++) {
		int name = dn_skipname(at, end);
		size_t fixed = i < questions ? NS_QFIXEDSZ : NS_RRFIXEDSZ;
		if (name < 0 || (size_t)(end - at) < (size_t)name + fixed)
			return false;
		at += (size_t)name + fixed;
		if (i < questions)
			continue;
		size_t data = get16(at - 2); /* type class ttl(2) length, 16 bits each */
		bool wanted = get16(at - NS_RRFIXEDSZ) == (unsigned)type;
		if ((size_t)(end - at) < data)
			return false;
		if (wanted && (n == 0 || (data > n && at[0] >= n &&
		                          strncasecmp((const char *)at + 1, prefix, n) == 0)))
			return true;
		at += data;
	}
	return false;
}

static enum found look_up(res_state dns, const char *name, int type, const char *prefix)
{
	unsigned char packet[8192];
	int len = res_nquery(dns, name, ns_c_in, type, packet, sizeof packet);
	if (len < 0)
		return dns->res_h_errno == HOST_NOT_FOUND || dns->res_h_errno == NO_DATA
		               ? NOT_FOUND
		               : NO_ANSWER;
	if ((size_t)len > sizeof packet) /* cut: what is missing is not known */
		return NO_ANSWER;
	return doctor_dns_has(packet, (size_t)len, type, prefix) ? FOUND : NOT_FOUND;
}

static enum found look_for_mx(res_state dns, const char *domain)
{
	static const int types[] = { ns_t_mx, ns_t_a, ns_t_aaaa }; /* RFC 5321 section 5.1 */
	enum found found = NOT_FOUND;
	for (size_t i = 0; i < 3 && found == NOT_FOUND; i++)
		found = look_up(dns, domain, types[i], "");
	return found;
}

/* RFC 7489 section 6.6.3: of the domain itself, else of the one it belongs to. */
static enum found look_for_dmarc(res_state dns, const char *domain)
{
	enum found found = NOT_FOUND;
	while (found == NOT_FOUND && strchr(domain, '.') != NULL) {
		struct str name;
		str_init(&name, 1000);
		str_addf(&name, "_dmarc.%s", domain);
		found = look_up(dns, name.text, ns_t_txt, "v=DMARC1");
		str_free(&name);
		domain = strchr(domain, '.') + 1;
	}
	return found;
}

static void say_found(struct doctor *d, enum found found, const char *what, const char *domain,
                      const char *remedy)
{
	if (found == FOUND)
		doctor_say(d, HEALTH_OK, "identity", domain, "%s is there", what);
	else if (found == NOT_FOUND)
		doctor_say(d, HEALTH_WARNING, "identity", domain, "no %s; %s", what, remedy);
	else
		doctor_say(d, HEALTH_WARNING, "identity", domain,
		           "%s not known, DNS does not answer", what);
}

void doctor_identity(struct doctor *d)
{
	const char *domain = address_domain(d->gateway->address);
	struct __res_state dns = { 0 };
	if (d->gateway->submission.path != NULL)
		return; /* nothing leaves this machine */
	if (res_ninit(&dns) != 0)
		return;
	dns.retrans = 2;
	dns.retry = 1;
	say_found(d, look_for_mx(&dns, domain), "MX", domain,
	          "mail to the gateway does not arrive; publish one");
	say_found(d, look_up(&dns, domain, ns_t_txt, "v=spf1"), "SPF record", domain,
	          "publish TXT \"v=spf1 ... -all\" that names the submission server");
	say_found(d, look_for_dmarc(&dns, domain), "DMARC record", domain,
	          "publish TXT \"v=DMARC1; p=none\" at _dmarc; large providers ask for it");
	res_nclose(&dns);
}
