/* SPDX-License-Identifier: BSD-2-Clause */
/* subjectAltName: each GeneralName judged by its kind and kept as it is (RFC 5280 section 4.2.1.6). */
#include <arpa/inet.h>
#include <gnutls/x509-ext.h>
#include <string.h>

#include "base/limits.h"
#include "pki/names_private.h"

#define OID_UPN "1.3.6.1.4.1.311.20.2.3"

/* PREFIX and VALUE as one new string. */
static enum err set_text(char **text, const char *prefix, const char *value, char *reason)
{
	return asprintf(text, "%s:%s", prefix, value) < 0 ? (*text = NULL, pki_no_memory(reason)) : ERR_OK;
}

static bool is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

static bool is_label(const char *label, size_t length)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	return length >= 1 && length <= 63 && strspn(label, letters) >= length && label[0] != '-' &&
	       label[length - 1] != '-';
}

/* RFC 1034 section 3.5 with digits in front (RFC 1123), '_' as in service names, and a leading wildcard
 * label. */
static bool is_dns(const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length > 253)
		return false;
	if (strncmp(name, "*.", 2) == 0)
		name += 2;
	for (;;) {
		size_t label = strcspn(name, ".");

		if (!is_label(name, label))
			return false;
		if (name[label] == '\0')
			return true;
		name += label + 1;
	}
}

static bool is_email(const char *name)
{
	const char *at = strrchr(name, '@');

	return is_printable(name) && at != NULL && at != name && at[1] != '\0';
}

/* Absolute: RFC 5280 wants a scheme in front. */
static bool is_uri(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t first = strspn(name, letters);
	size_t scheme = first + strspn(name + first,
				       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

	return is_printable(name) && first > 0 && name[scheme] == ':' && name[scheme + 1] != '\0';
}

static enum err take_ia5(const gnutls_datum_t *contents, const char *what, const char *prefix,
			 bool (*is_sane)(const char *), char **text, char *reason)
{
	CLEANUP(text_free) char *value = NULL;
	enum err error = names_value(DER_IA5_STRING, contents, what, &value, reason);

	if (error != ERR_OK)
		return error;
	if (!is_sane(value))
		return pki_refuse(reason, ERR_SYNTAX, "%s is not a well-formed name of its kind", what);
	return set_text(text, prefix, value, reason);
}

static enum err take_dns(const gnutls_datum_t *contents, const char *what, char **text, char *reason)
{
	return take_ia5(contents, what, "DNS", is_dns, text, reason);
}

static enum err take_email(const gnutls_datum_t *contents, const char *what, char **text, char *reason)
{
	return take_ia5(contents, what, "email", is_email, text, reason);
}

static enum err take_uri(const gnutls_datum_t *contents, const char *what, char **text, char *reason)
{
	return take_ia5(contents, what, "URI", is_uri, text, reason);
}

static enum err take_ip(const gnutls_datum_t *contents, const char *what, char **text, char *reason)
{
	char address[INET6_ADDRSTRLEN];

	if (contents->size != 4 && contents->size != 16)
		return pki_refuse(reason, ERR_SYNTAX, "%s has %u bytes; an address has 4 or 16", what,
				  contents->size);
	if (inet_ntop(contents->size == 4 ? AF_INET : AF_INET6, contents->data, address, sizeof address) ==
	    NULL)
		return pki_refuse(reason, ERR_SYSTEM, "%s cannot be written as text", what);
	return set_text(text, "IP", address, reason);
}

static enum err take_registered_id(const gnutls_datum_t *contents, const char *what, char **text,
				   char *reason)
{
	char oid[256];

	der_oid_text(contents, oid, sizeof oid);
	if (oid[0] == '\0')
		return pki_refuse(reason, ERR_SYNTAX, "%s is not an object identifier", what);
	return set_text(text, "RID", oid, reason);
}

/* Name is a CHOICE, so its tag [4] is explicit. */
static enum err take_directory(const gnutls_datum_t *contents, const char *what, char **text, char *reason)
{
	CLEANUP(text_free) char *value = NULL;
	enum err error = names_directory(contents, what, &value, NULL, reason);

	return error == ERR_OK ? set_text(text, "dirName", value, reason) : error;
}

/* GnuTLS reads no certificate with an X.400 or EDI party name, so one that we issued could never be used. */
static enum err take_unreadable(const gnutls_datum_t *contents, const char *what, char **text, char *reason)
{
	(void)contents;
	*text = NULL;
	return pki_refuse(reason, ERR_UNSUPPORTED, "%s is of a kind that certificates cannot carry here",
			  what);
}

/* OtherName: an OID and any value; where that is a string it goes through the gate. A UPN must be one. */
static enum err take_other_name(const gnutls_datum_t *contents, const char *what, char **text, char *reason)
{
	CLEANUP(text_free) char *value = NULL;
	struct der fields = der_open(contents);
	gnutls_datum_t oid = der_contents(&fields, DER_OID);
	struct der inside = der_enter(&fields, DER_CONTEXT_CONSTRUCTED(0));
	unsigned tag = der_next_tag(&inside);
	gnutls_datum_t string = der_contents(&inside, tag);
	enum err error = ERR_OK;
	char type[256];
	bool is_upn;

	der_oid_text(&oid, type, sizeof type);
	is_upn = strcmp(type, OID_UPN) == 0;
	if (!der_done(&fields) || !der_done(&inside) || type[0] == '\0')
		return pki_refuse(reason, ERR_SYNTAX, "%s is malformed", what);
	/* Universal tags of strings lie between 0x0c and 0x1e; other values are data, not text. */
	if (is_upn || (tag >= DER_UTF8_STRING && tag <= DER_BMP_STRING && tag != DER_UTC_TIME &&
		       tag != DER_GENERALIZED_TIME))
		error = names_value(tag, &string, what, &value, reason);
	else if (string.size > LIMIT_NAME)
		error = pki_refuse(reason, ERR_LIMIT, "%s is longer than %d bytes", what, LIMIT_NAME);
	if (error == ERR_OK && is_upn && value[0] == '\0')
		error = pki_refuse(reason, ERR_SYNTAX, "%s is an empty UPN", what);
	if (error != ERR_OK)
		return error;
	return is_upn ? set_text(text, "UPN", value, reason) : set_text(text, "otherName", type, reason);
}

static const struct kind {
	const char *name;
	bool constructed;
	enum err (*take)(const gnutls_datum_t *contents, const char *what, char **text, char *reason);
} kinds[] = {
	[PKI_SAN_OTHER_NAME] = {"otherName", true, take_other_name},
	[PKI_SAN_EMAIL] = {"email", false, take_email},
	[PKI_SAN_DNS] = {"DNS", false, take_dns},
	[PKI_SAN_X400] = {"x400Address", true, take_unreadable},
	[PKI_SAN_DIRECTORY] = {"dirName", true, take_directory},
	[PKI_SAN_EDI] = {"ediPartyName", true, take_unreadable},
	[PKI_SAN_URI] = {"URI", false, take_uri},
	[PKI_SAN_IP] = {"IP", false, take_ip},
	[PKI_SAN_REGISTERED_ID] = {"RID", false, take_registered_id},
};

static enum err take_one(struct der *list, size_t number, struct pki_san *san, char *reason)
{
	unsigned tag = der_next_tag(list);
	unsigned type = tag & 0x1f;
	const struct kind *kind = type < sizeof kinds / sizeof *kinds ? &kinds[type] : NULL;
	char what[NAMES_WHAT_SIZE];
	gnutls_datum_t contents;
	struct der one;

	san->raw = der_any(list);
	if (kind == NULL || tag != (kind->constructed ? DER_CONTEXT_CONSTRUCTED(type) : DER_CONTEXT(type)) ||
	    !names_well_framed(&san->raw))
		return pki_refuse(reason, ERR_SYNTAX, "SAN %zu is not a GeneralName in DER", number);
	san->type = (enum pki_san_type)type;
	one = der_open(&san->raw);
	contents = der_contents(&one, tag);
	(void)snprintf(what, sizeof what, "SAN %zu (%s)", number, kind->name);
	return kind->take(&contents, what, &san->text, reason);
}

/* The last word has the library that everybody will read the certificate with, ourselves included: it refuses
 * the whole certificate over one name (a directory name with an empty value, for one). */
static enum err check_readable(const gnutls_datum_t *san, char *reason)
{
	gnutls_subject_alt_names_t names = NULL;
	int code = gnutls_subject_alt_names_init(&names);

	if (code < 0)
		return pki_no_memory(reason);
	code = gnutls_x509_ext_import_subject_alt_names(san, names, 0);
	gnutls_subject_alt_names_deinit(names);
	if (code < 0)
		return pki_refuse(reason, ERR_UNSUPPORTED, "subjectAltName cannot be read back: %s",
				  gnutls_strerror(code));
	return ERR_OK;
}

enum err names_sans(const gnutls_datum_t *san, struct pki_names *names, char *reason)
{
	struct der outer = der_open(san);
	struct der list = der_enter(&outer, DER_SEQUENCE);
	size_t count = der_count(&list, LIMIT_SANS);

	if (!der_done(&outer) || count == 0)
		return pki_refuse(reason, ERR_SYNTAX, "subjectAltName is malformed or empty");
	if (count > LIMIT_SANS)
		return pki_refuse(reason, ERR_LIMIT, "subjectAltName holds more than %d names", LIMIT_SANS);
	names->sans = calloc(count, sizeof *names->sans);
	if (names->sans == NULL)
		return pki_no_memory(reason);
	while (der_more(&list) && names->san_count < count) {
		struct pki_san *next = &names->sans[names->san_count++];
		enum err error = take_one(&list, names->san_count, next, reason);

		if (error != ERR_OK)
			return error;
	}
	if (!der_done(&list))
		return pki_refuse(reason, ERR_SYNTAX, "subjectAltName is malformed");
	return check_readable(san, reason);
}
