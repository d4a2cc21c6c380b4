#include "mail/address.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

#include <ctype.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#define LOCAL_MOST 64  /* RFC 5321 section 4.5.3.1.1 */
#define DOMAIN_MOST 253
#define LABEL_MOST 63

static bool is_ascii(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

/* RFC 5322 section 3.2.3 atext, and beyond ASCII (RFC 6531) letters, marks and
 * digits only: no blank, no control, nothing that is not seen. */
static size_t atext_len(const char *s, size_t left)
{
	if (isascii((unsigned char)*s))
		return isalnum((unsigned char)*s) || strchr("!#$%&'*+-/=?^_`{|}~", *s) != NULL;
	ucs4_t c;
	int used = u8_mbtoucr(&c, (const uint8_t *)s, left);
	uint32_t allowed = UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N;
	return used > 0 && uc_is_general_category_withtable(c, allowed) ? (size_t)used : 0;
}

/* Dot-string = Atom *("." Atom) */
static bool is_dot_string(const char *s, size_t len)
{
	bool in_atom = false;
	for (size_t i = 0; i < len;) {
		if (s[i] == '.' && in_atom) {
			in_atom = false;
			i++;
			continue;
		}
		size_t used = atext_len(s + i, len - i);
		if (used == 0)
			return false;
		in_atom = true;
		i += used;
	}
	return in_atom;
}

/* sub-domain = Let-dig [Ldh-str]; the last label is not a number, so that an
 * IP address is no domain. */
static bool is_host_name(const char *domain)
{
	bool numeric = true;
	size_t label = 0;
	for (const char *s = domain;; s++) {
		if (*s == '.' || *s == '\0') {
			if (label == 0 || label > LABEL_MOST || s[-1] == '-')
				return false;
			if (*s == '\0')
				return !numeric && s - domain <= DOMAIN_MOST;
			label = 0;
			numeric = true;
			continue;
		}
		if (!isascii((unsigned char)*s) || !(isalnum((unsigned char)*s) || *s == '-') ||
		    (label == 0 && *s == '-'))
			return false;
		if (!isdigit((unsigned char)*s))
			numeric = false;
		label++;
	}
}

static void lower_ascii(char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s + ('a' - 'A'));
}

/* The domain in A-labels (RFC 5891), lower case; NULL if it has none. */
static char *domain_to_ascii(const char *domain)
{
	char *lower = mem_text(domain);
	lower_ascii(lower);
	if (is_ascii(lower) && strncmp(lower, "xn--", 4) != 0 && strstr(lower, ".xn--") == NULL)
		return lower;
	char *found = NULL, *copy = NULL;
	int flags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES;
	if (idn2_to_ascii_8z(lower, &found, flags) == IDN2_OK)
		copy = mem_text(found);
	idn2_free(found);
	free(lower);
	return copy;
}

/* Unicode's composed form, so that both ways to write an accent are equal. */
static char *to_nfc(const char *s, size_t len)
{
	size_t composed_len = 0;
	uint8_t *composed =
	        u8_normalize(UNINORM_NFC, (const uint8_t *)s, len, NULL, &composed_len);
	if (composed == NULL)
		return mem_text_len(s, len);
	char *copy = mem_text_len((const char *)composed, composed_len);
	free(composed);
	return copy;
}

enum rc address_parse(const char *text, char **address, struct why *why)
{
	size_t len = strlen(text);
	const char *at = strrchr(text, '@');
	if (at == NULL)
		return why_set(why, RC_PERM, "an address needs an @");
	if (len > 4 * ADDRESS_MOST || !utf8_valid(text, len))
		return why_set(why, RC_PERM, "an address is at most %d octets of text",
		               ADDRESS_MOST);
	if (!is_dot_string(text, (size_t)(at - text)))
		return why_set(why, RC_PERM, "the part before the @ is not a plain name");

	enum rc rc = RC_OK;
	char *local = to_nfc(text, (size_t)(at - text));
	char *domain = domain_to_ascii(at + 1);
	if (domain == NULL || !is_host_name(domain))
		rc = why_set(why, RC_PERM, "the part after the @ is not a domain");
	else if (strlen(local) > LOCAL_MOST || strlen(local) + 1 + strlen(domain) > ADDRESS_MOST)
		rc = why_set(why, RC_PERM, "longer than an address may be");
	if (rc == RC_OK) {
		struct str out;
		str_init(&out, ADDRESS_MOST);
		str_addf(&out, "%s@%s", local, domain);
		*address = out.text;
	}
	free(domain);
	free(local);
	return rc;
}

char *address_key(const char *address)
{
	char *key = mem_text(address);
	lower_ascii(key);
	if (is_ascii(key))
		return key;
	size_t len = 0;
	uint8_t *folded = u8_casefold((const uint8_t *)key, strlen(key), NULL, UNINORM_NFC, NULL,
	                              &len);
	if (folded != NULL) {
		free(key);
		key = mem_text_len((const char *)folded, len);
		free(folded);
	}
	return key;
}

bool address_same(const char *a, const char *b)
{
	char *key_a = address_key(a), *key_b = address_key(b);
	bool same = strcmp(key_a, key_b) == 0;
	free(key_a);
	free(key_b);
	return same;
}

const char *address_domain(const char *address)
{
	const char *at = strrchr(address, '@');
	return at != NULL ? at + 1 : "";
}

bool address_is_ascii(const char *address)
{
	return is_ascii(address);
}

bool address_is_role(const char *address)
{
	static const char roles[] =
		" abuse accounting accounts accueil admin administration anfrage"
		" assistance billing bonjour booking buchhaltung bureau buro career"
		" careers commercial communication compta comptabilite contabilidad"
		" contact contacto contato contatti customerservice direction donotreply"
		" empfang enquiries feedback ftp geschaeftsfuehrung hallo hello help"
		" helpdesk hola hostmaster hr info informacion information inquiries"
		" invoices job jobs kontakt kundenservice list mail mailbox mailer-daemon"
		" marketing media moin newsletter no-reply noc noreply office operator"
		" orders personal post postmaster press presse privacy reception rechnung"
		" recruitment recrutement redaction redaktion reservation reservations rh"
		" root sales sav secretaria secretariat secretary security sekretariat"
		" service service-client servicio shop support team usenet uucp ventas"
		" vente verkauf vertrieb verwaltung web webmaster welcome www zentrale ";
	char *key = address_key(address);
	struct str wanted;
	str_init(&wanted, LOCAL_MOST * 6 + 2);
	str_addf(&wanted, " %.*s ", (int)strcspn(key, "@+"), key);
	bool role = str_ok(&wanted) && strstr(roles, wanted.text) != NULL;
	str_free(&wanted);
	free(key);
	return role;
}

enum rc address_detail(const char *address, const char *base, char separator, char **detail)
{
	enum rc rc = RC_NONE;
	char *whole = address_key(address), *wanted = address_key(base);
	char *at = strrchr(whole, '@'), *base_at = strrchr(wanted, '@');
	if (at == NULL || base_at == NULL || strcmp(at, base_at) != 0)
		goto out;
	*at = *base_at = '\0';
	size_t len = strlen(wanted);
	if (strncmp(whole, wanted, len) != 0 || (whole[len] != '\0' && whole[len] != separator))
		goto out;
	*detail = mem_text(whole[len] == '\0' ? "" : whole + len + 1);
	rc = RC_OK;
out:
	free(whole);
	free(wanted);
	return rc;
}

char *address_with_detail(const char *base, char separator, const char *detail)
{
	const char *at = strrchr(base, '@');
	size_t local = at != NULL ? (size_t)(at - base) : strlen(base);
	struct str out;
	str_init(&out, strlen(base) + strlen(detail) + 1);
	str_add_len(&out, base, local);
	str_add_char(&out, separator);
	str_add(&out, detail);
	str_add(&out, base + local);
	return out.text;
}
