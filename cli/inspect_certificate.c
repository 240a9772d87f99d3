/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/inspect.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"

static gnutls_x509_crt_t import(const gnutls_datum_t *der)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;

	if (gnutls_x509_crt_init(&certificate) < 0 ||
	    gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) < 0)
		return NULL;
	return TAKE(certificate);
}

void inspect_dn(gnutls_x509_crt_t certificate, int (*get)(gnutls_x509_crt_t, gnutls_datum_t *, unsigned),
		char *text, size_t size)
{
	CLEANUP(bytes_free) gnutls_datum_t dn = {NULL, 0};

	if (get(certificate, &dn, 0) < 0)
		(void)snprintf(text, size, "(empty)");
	else
		(void)text_printable(&dn, text, size);
}

static void serial_text(gnutls_x509_crt_t certificate, char *text, size_t size)
{
	unsigned char serial[64];
	size_t length = sizeof(serial);
	gnutls_datum_t bytes;

	(void)snprintf(text, size, "?");
	if (gnutls_x509_crt_get_serial(certificate, serial, &length) < 0 || TEXT_HEX_SIZE(length) > size)
		return;
	bytes = bytes_view(serial, length);
	text_hex(&bytes, text);
}

void inspect_certificate_line(const char *name, const gnutls_datum_t *der)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = import(der);
	char subject[512], serial[160], until[CLOCK_TEXT_SIZE];

	if (certificate == NULL) {
		inspect_show(name, "%u bytes that GnuTLS cannot read as a certificate", der->size);
		return;
	}
	inspect_dn(certificate, gnutls_x509_crt_get_dn3, subject, sizeof(subject));
	serial_text(certificate, serial, sizeof(serial));
	clock_format(gnutls_x509_crt_get_expiration_time(certificate), until);
	inspect_show(name, "%s, serial %s, until %s", subject, serial, until);
}

static void show_dates(struct inspect *inspect, gnutls_x509_crt_t certificate)
{
	time_t from = gnutls_x509_crt_get_activation_time(certificate);
	time_t until = gnutls_x509_crt_get_expiration_time(certificate);
	char text[CLOCK_TEXT_SIZE];

	clock_format(from, text);
	inspect_show("not before", "%s", text);
	clock_format(until, text);
	inspect_show("not after", "%s", text);
	if (until < clock_now())
		inspect_refuse(inspect, "RFC 5280 section 4.1.2.5", "the certificate has expired");
	else if (from > clock_now())
		inspect_refuse(inspect, "RFC 5280 section 4.1.2.5", "the certificate is not valid yet");
}

static void show_key(gnutls_x509_crt_t certificate)
{
	unsigned bits = 0;
	int algorithm = gnutls_x509_crt_get_pk_algorithm(certificate, &bits);

	inspect_show("key", "%s, %u bits", algorithm < 0 ? "unknown" : gnutls_pk_get_name(algorithm), bits);
	inspect_show("signed with", "%s",
		     gnutls_sign_get_name(gnutls_x509_crt_get_signature_algorithm(certificate)));
}

static void show_key_usage(gnutls_x509_crt_t certificate)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = {
		{GNUTLS_KEY_DIGITAL_SIGNATURE, " digitalSignature"},
		{GNUTLS_KEY_NON_REPUDIATION, " nonRepudiation"},
		{GNUTLS_KEY_KEY_ENCIPHERMENT, " keyEncipherment"},
		{GNUTLS_KEY_DATA_ENCIPHERMENT, " dataEncipherment"},
		{GNUTLS_KEY_KEY_AGREEMENT, " keyAgreement"},
		{GNUTLS_KEY_KEY_CERT_SIGN, " keyCertSign"},
		{GNUTLS_KEY_CRL_SIGN, " cRLSign"},
	};
	unsigned usage = 0, critical = 0;
	char text[160] = "";

	if (gnutls_x509_crt_get_key_usage(certificate, &usage, &critical) < 0)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((usage & names[i].bit) != 0)
			(void)strncat(text, names[i].name, sizeof(text) - strlen(text) - 1);
	}
	inspect_show("key usage", "%s%s", text[0] != '\0' ? text + 1 : "none", critical ? " (critical)" : "");
}

static void show_purposes(gnutls_x509_crt_t certificate)
{
	char oid[128];
	size_t size = sizeof(oid);

	for (unsigned i = 0; i < LIMIT_EXTENSIONS; i++, size = sizeof(oid)) {
		if (gnutls_x509_crt_get_key_purpose_oid(certificate, i, oid, &size, NULL) < 0)
			return;
		inspect_show("extended key usage", "%s", oid);
	}
}

static void show_ca(gnutls_x509_crt_t certificate)
{
	unsigned critical = 0, is_ca = 0;
	int path_length = -1;

	if (gnutls_x509_crt_get_basic_constraints(certificate, &critical, &is_ca, &path_length) < 0)
		return;
	if (is_ca && path_length >= 0)
		inspect_show("CA", "yes, path length %d", path_length);
	else
		inspect_show("CA", "%s", is_ca ? "yes" : "no");
}

void inspect_fingerprints(const gnutls_datum_t *der)
{
	static const struct {
		gnutls_digest_algorithm_t digest;
		const char *name;
	} digests[] = {{GNUTLS_DIG_MD5, "MD5"}, {GNUTLS_DIG_SHA1, "SHA-1"}, {GNUTLS_DIG_SHA256, "SHA-256"}};
	unsigned char value[64];
	gnutls_datum_t bytes;

	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		if (gnutls_hash_fast(digests[i].digest, der->data, der->size, value) < 0)
			continue;
		bytes = bytes_view(value, gnutls_hash_get_len(digests[i].digest));
		inspect_show_hex(digests[i].name, &bytes);
	}
}

void inspect_names(const struct pki_names *names)
{
	inspect_show("subject", "%s", names->subject_text[0] != '\0' ? names->subject_text : "(empty)");
	for (size_t i = 0; i < names->san_count; i++)
		inspect_show("name", "%s", names->sans[i].text);
}

/* The contents of the subjectAltName extension; empty when there is none. */
static void get_san(gnutls_x509_crt_t certificate, gnutls_datum_t *san)
{
	char oid[128];
	size_t size = sizeof(oid);

	for (unsigned i = 0; i < LIMIT_EXTENSIONS; i++, size = sizeof(oid)) {
		if (gnutls_x509_crt_get_extension_info(certificate, i, oid, &size, NULL) < 0)
			return;
		if (strcmp(oid, "2.5.29.17") != 0)
			continue;
		(void)gnutls_x509_crt_get_extension_data2(certificate, i, san);
		return;
	}
}

static void show_names(struct inspect *inspect, gnutls_x509_crt_t certificate)
{
	CLEANUP(bytes_free) gnutls_datum_t subject = {NULL, 0}, san = {NULL, 0};
	CLEANUP(pki_names_free) struct pki_names names = {.sans = NULL};
	char reason[PKI_REASON_SIZE] = "", text[512];

	(void)gnutls_x509_crt_get_raw_dn(certificate, &subject);
	get_san(certificate, &san);
	if (pki_names_parse(&subject, &san, &names, reason) != ERR_OK) {
		inspect_dn(certificate, gnutls_x509_crt_get_dn3, text, sizeof(text));
		inspect_show("subject", "%s", text);
		inspect_refuse(inspect, "RFC 5280 section 4.2.1.6", "names: %s", reason);
	} else {
		inspect_names(&names);
	}
	inspect_dn(certificate, gnutls_x509_crt_get_issuer_dn3, text, sizeof(text));
	inspect_show("issuer", "%s", text);
}

void inspect_certificate(struct inspect *inspect, const gnutls_datum_t *der)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = import(der);
	char serial[160];

	inspect_show("what", "certificate");
	if (certificate == NULL) {
		inspect_refuse(inspect, "RFC 5280 section 4.1", "GnuTLS cannot read it as a certificate");
		return;
	}
	show_names(inspect, certificate);
	serial_text(certificate, serial, sizeof(serial));
	inspect_show("serial", "%s", serial);
	show_key(certificate);
	show_ca(certificate);
	show_key_usage(certificate);
	show_purposes(certificate);
	inspect_fingerprints(der);
	show_dates(inspect, certificate);
}
