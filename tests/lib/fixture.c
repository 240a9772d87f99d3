/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/fixture.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "lib/files.h"

#include <gnutls/x509-ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const key_files[FIXTURE_KEYS] = {
	[FIXTURE_RSA_CA] = TEST_BUILD_DIR "/tests/keys/rsa-ca.pem",
	[FIXTURE_RSA_RA] = TEST_BUILD_DIR "/tests/keys/rsa-ra.pem",
	[FIXTURE_RSA_CLIENT] = TEST_BUILD_DIR "/tests/keys/rsa-client.pem",
	[FIXTURE_RSA_OTHER] = TEST_BUILD_DIR "/tests/keys/rsa-other.pem",
	[FIXTURE_EC_CA] = TEST_BUILD_DIR "/tests/keys/ec-ca.pem",
	[FIXTURE_EC_CLIENT] = TEST_BUILD_DIR "/tests/keys/ec-client.pem",
};

static struct {
	gnutls_x509_privkey_t x509;
	gnutls_privkey_t abstract;
} keys[FIXTURE_KEYS];

static void must(int code, const char *what)
{
	if (code >= 0)
		return;
	(void)fprintf(stderr, "test fixture: %s: %s\n", what, gnutls_strerror(code));
	abort();
}

static gnutls_x509_privkey_t x509_key(enum fixture_key key)
{
	CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};

	if (keys[key].x509 != NULL)
		return keys[key].x509;
	pem = test_read(key_files[key]);
	must(gnutls_x509_privkey_init(&keys[key].x509), "private key");
	must(gnutls_x509_privkey_import2(keys[key].x509, &pem, GNUTLS_X509_FMT_PEM, NULL, 0), key_files[key]);
	return keys[key].x509;
}

static gnutls_privkey_t new_key(enum fixture_key key)
{
	gnutls_privkey_t made = NULL;

	must(gnutls_privkey_init(&made), "private key");
	must(gnutls_privkey_import_x509(made, x509_key(key), GNUTLS_PRIVKEY_IMPORT_COPY), "private key");
	return made;
}

gnutls_privkey_t fixture_key(enum fixture_key key)
{
	if (keys[key].abstract == NULL)
		keys[key].abstract = new_key(key);
	return keys[key].abstract;
}

static void set_serial(gnutls_x509_crt_t certificate, const struct fixture_options *options)
{
	unsigned char number = (unsigned char)(options->key + 1);
	CLEANUP(bytes_free) gnutls_datum_t serial = {NULL, 0};
	gnutls_datum_t text = bytes_view_text(options->serial);

	if (options->serial == NULL) {
		must(gnutls_x509_crt_set_serial(certificate, &number, 1), "serial number");
		return;
	}
	must(gnutls_hex_decode2(&text, &serial), "serial number");
	must(gnutls_x509_crt_set_serial(certificate, serial.data, serial.size), "serial number");
}

static void set_extensions(gnutls_x509_crt_t certificate, const struct fixture_options *options)
{
	unsigned char id[20];
	size_t size = sizeof id;

	if (!options->no_constraints)
		must(gnutls_x509_crt_set_basic_constraints(certificate, options->ca,
							   options->path_length - 1),
		     "basicConstraints");
	if (options->usage != 0)
		must(gnutls_x509_crt_set_key_usage(certificate, options->usage), "keyUsage");
	if (options->dns != NULL)
		must(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, options->dns,
							  (unsigned)strlen(options->dns), 0),
		     "subjectAltName");
	if (options->eku != NULL)
		must(gnutls_x509_crt_set_key_purpose_oid(certificate, options->eku, 0), "extKeyUsage");
	if (options->critical != NULL)
		must(gnutls_x509_crt_set_extension_by_oid(certificate, options->critical, "\5", 2, 1),
		     "critical extension");
	if (options->issuer_key_id) {
		must(gnutls_x509_crt_get_key_id(options->issuer->certificate, 0, id, &size),
		     "the issuer's key identifier");
		must(gnutls_x509_crt_set_authority_key_id(certificate, id, size), "authorityKeyIdentifier");
	}
	size = sizeof id;
	if (options->no_key_id)
		return;
	must(gnutls_x509_crt_get_key_id(certificate, 0, id, &size), "key identifier");
	must(gnutls_x509_crt_set_subject_key_id(certificate, id, size), "subjectKeyIdentifier");
}

struct fixture fixture_make(const struct fixture_options *options)
{
	struct fixture made = {.key = new_key(options->key)};
	const char *subject = options->subject == NULL ? "CN=fixture" : options->subject;
	gnutls_x509_crt_t crt;

	must(gnutls_x509_crt_init(&crt), "certificate");
	made.certificate = crt;
	must(gnutls_x509_crt_set_version(crt, options->version == 0 ? 3 : (unsigned)options->version),
	     "version");
	must(gnutls_x509_crt_set_key(crt, x509_key(options->key)), "public key");
	must(gnutls_x509_crt_set_dn(crt, subject, NULL), subject);
	must(gnutls_x509_crt_set_activation_time(crt, options->not_before == 0 ? FIXTURE_NOT_BEFORE
									       : options->not_before),
	     "notBefore");
	must(gnutls_x509_crt_set_expiration_time(crt, options->not_after == 0 ? FIXTURE_NOT_AFTER
									      : options->not_after),
	     "notAfter");
	set_serial(crt, options);
	if (options->version == 0 || options->version == 3)
		set_extensions(crt, options);
	must(gnutls_x509_crt_privkey_sign(
		     crt, options->issuer == NULL ? crt : options->issuer->certificate,
		     options->issuer == NULL ? made.key : options->issuer->key,
		     options->digest == GNUTLS_DIG_UNKNOWN ? GNUTLS_DIG_SHA256 : options->digest, 0),
	     "signature");
	must(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &made.der), "DER");
	return made;
}

void fixture_free(struct fixture *fixture)
{
	gnutls_x509_crt_deinit(fixture->certificate);
	gnutls_privkey_deinit(fixture->key);
	bytes_free(&fixture->der);
	*fixture = (struct fixture){0};
}

/* Makes OPTIONS into *CACHED the first time it is asked for. */
static const struct fixture *once(struct fixture *cached, const struct fixture_options *options)
{
	if (cached->certificate == NULL)
		*cached = fixture_make(options);
	return cached;
}

const struct fixture *fixture_ca(void)
{
	static struct fixture cached;

	return once(&cached,
		    &(struct fixture_options){.key = FIXTURE_RSA_CA,
					      .subject = "CN=Test CA,O=Test",
					      .ca = true,
					      .usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN});
}

const struct fixture *fixture_ra(void)
{
	static struct fixture cached;

	return once(&cached, &(struct fixture_options){.key = FIXTURE_RSA_RA,
						       .subject = "CN=Test RA,O=Test",
						       .issuer = fixture_ca(),
						       .usage = GNUTLS_KEY_DIGITAL_SIGNATURE |
								GNUTLS_KEY_KEY_ENCIPHERMENT});
}

const struct fixture *fixture_ec_ca(void)
{
	static struct fixture cached;

	return once(&cached,
		    &(struct fixture_options){.key = FIXTURE_EC_CA,
					      .subject = "CN=Test EC CA,O=Test",
					      .ca = true,
					      .usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN});
}

const struct fixture *fixture_client(void)
{
	static struct fixture cached;

	return once(&cached, &(struct fixture_options){.key = FIXTURE_RSA_CLIENT, .subject = "CN=device"});
}

const struct fixture *fixture_ec_client(void)
{
	static struct fixture cached;

	return once(&cached, &(struct fixture_options){.key = FIXTURE_EC_CLIENT, .subject = "CN=device-ec"});
}

static void set_dns_extension(gnutls_x509_crq_t request, const char *dns)
{
	if (dns != NULL)
		must(gnutls_x509_crq_set_subject_alt_name(request, GNUTLS_SAN_DNSNAME, dns,
							  (unsigned)strlen(dns), 0),
		     "subjectAltName");
}

gnutls_datum_t fixture_csr(enum fixture_key key, const char *subject, const char *challenge, const char *dns)
{
	CLEANUP(x509_crq_free) gnutls_x509_crq_t request = NULL;
	gnutls_datum_t der = {NULL, 0};

	must(gnutls_x509_crq_init(&request), "request");
	must(gnutls_x509_crq_set_version(request, 1), "version");
	must(gnutls_x509_crq_set_key(request, x509_key(key)), "public key");
	if (subject != NULL)
		must(gnutls_x509_crq_set_dn(request, subject, NULL), subject);
	if (challenge != NULL)
		must(gnutls_x509_crq_set_challenge_password(request, challenge), "challengePassword");
	set_dns_extension(request, dns);
	must(gnutls_x509_crq_privkey_sign(request, fixture_key(key), GNUTLS_DIG_SHA256, 0),
	     "request signature");
	must(gnutls_x509_crq_export2(request, GNUTLS_X509_FMT_DER, &der), "DER");
	return der;
}
