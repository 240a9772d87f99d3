/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "lib/files.h"
#include "pki/requests.h"

static char reason[PKI_REASON_SIZE];

#define BYTES(text) text, sizeof(text) - 1
#define YEAR        (365 * 86400u)

static struct pki_authority_request root_request(void)
{
	return (struct pki_authority_request){.kind = PKI_AUTHORITY_CA,
					      .subject = "CN=Root,O=Example",
					      .now = FIXTURE_NOW,
					      .validity = 10 * YEAR,
					      .path_length = 1};
}

static gnutls_datum_t make(const struct pki_authority_request *request, enum fixture_key key)
{
	gnutls_datum_t der;

	cr_assert_eq(pki_authority_make(request, fixture_key(key), &der, reason), ERR_OK, "%s", reason);
	return der;
}

static struct pki_issuer *make_root(void)
{
	const struct pki_authority_request request = root_request();
	CLEANUP(bytes_free) gnutls_datum_t der = make(&request, FIXTURE_EC_CA);

	return test_issuer(&der, fixture_key(FIXTURE_EC_CA));
}

static void expect_extension(const gnutls_datum_t *der, const char *oid, const void *expected, size_t size,
			     bool critical)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = test_certificate(der);
	bool is_critical = false;
	CLEANUP(bytes_free) gnutls_datum_t value = test_extension(certificate, oid, &is_critical);
	gnutls_datum_t wanted = bytes_view(expected, size);

	cr_expect(bytes_equal(&value, &wanted), "extension %s", oid);
	cr_expect_eq(is_critical, critical, "critical in %s", oid);
}

static const struct {
	struct pki_authority_request request; /* now and validity are filled in */
	bool below_root;
	enum fixture_key key;
	enum err error;
	const char *why;
} refused[] = {
	{{.subject = ""}, false, FIXTURE_EC_CA, ERR_SYNTAX, "no subject"},
	{{.subject = "nonsense"}, false, FIXTURE_EC_CA, ERR_SYNTAX, "no distinguished name"},
	{{.subject = "CN=p\xd0\xb0ypal"},
	 false,
	 FIXTURE_EC_CA,
	 ERR_PERMISSION,
	 "Cyrillic a among Latin letters"},
	{{.kind = PKI_AUTHORITY_RA, .subject = "CN=RA"},
	 false,
	 FIXTURE_RSA_RA,
	 ERR_UNSUPPORTED,
	 "an RA without CA"},
	{{.kind = PKI_AUTHORITY_RA, .subject = "CN=RA"},
	 true,
	 FIXTURE_EC_CLIENT,
	 ERR_UNSUPPORTED,
	 "an EC RA"},
	{{.subject = "CN=Sub", .path_length = 1},
	 true,
	 FIXTURE_RSA_CA,
	 ERR_MISMATCH,
	 "as long a path as the parent's"},
	{{.subject = "CN=Sub", .path_length = -1},
	 true,
	 FIXTURE_RSA_CA,
	 ERR_MISMATCH,
	 "an unbounded path below a bound"},
	{{.subject = "CN=Sub", .now = FIXTURE_NOW + 10 * (time_t)YEAR},
	 true,
	 FIXTURE_RSA_CA,
	 ERR_EXPIRED,
	 "below a CA without time"},
};

Test(authority, refused)
{
	CLEANUP(pki_issuer_free) struct pki_issuer *root = make_root();

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct pki_authority_request request = refused[i].request;
		gnutls_datum_t der;
		enum err error;

		request.now = request.now == 0 ? FIXTURE_NOW : request.now;
		request.validity = YEAR;
		request.parent = refused[i].below_root ? root : NULL;
		reason[0] = '\0';
		error = pki_authority_make(&request, fixture_key(refused[i].key), &der, reason);
		cr_expect_eq(error, refused[i].error, "%s: %s (%s)", refused[i].why, err_text(error), reason);
		cr_expect(der.size == 0 && reason[0] != '\0', "%s", refused[i].why);
	}
}

Test(authority, root)
{
	const struct pki_authority_request request = root_request();
	CLEANUP(bytes_free) gnutls_datum_t der = make(&request, FIXTURE_EC_CA);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = test_certificate(&der);
	uint8_t serial[32];
	size_t serial_size = sizeof serial;
	unsigned status = 1;

	cr_assert_eq(gnutls_x509_crt_verify(certificate, &certificate, 1, GNUTLS_VERIFY_DISABLE_TIME_CHECKS,
					    &status),
		     0);
	cr_expect_eq(status, 0, "signed by itself");
	cr_expect_eq(gnutls_x509_crt_get_activation_time(certificate), FIXTURE_NOW - 3600);
	cr_expect_eq(gnutls_x509_crt_get_expiration_time(certificate), FIXTURE_NOW + 10 * (time_t)YEAR);
	cr_assert_eq(gnutls_x509_crt_get_serial(certificate, serial, &serial_size), 0);
	cr_expect_eq(serial_size, 16);
	expect_extension(&der, "2.5.29.19", BYTES("\x30\x06\x01\x01\xff\x02\x01\x01"), true);
	expect_extension(&der, "2.5.29.15", BYTES("\x03\x02\x01\x06"), true);
}

Test(authority, years_from_2050_on)
{
	struct pki_authority_request request = root_request();
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;

	request.path_length = -1;
	request.validity = 40 * YEAR;
	der = make(&request, FIXTURE_EC_CA);
	certificate = test_certificate(&der);
	cr_expect_eq(gnutls_x509_crt_get_expiration_time(certificate), FIXTURE_NOW + 40 * (time_t)YEAR);
	cr_expect_not_null(memmem(der.data, der.size,
				  "\x18\x0f"
				  "2066",
				  6),
			   "GeneralizedTime");
	expect_extension(&der, "2.5.29.19", BYTES("\x30\x03\x01\x01\xff"), true);
}

Test(authority, ra)
{
	CLEANUP(pki_issuer_free) struct pki_issuer *root = make_root();
	const struct pki_authority_request request = {.kind = PKI_AUTHORITY_RA,
						      .subject = "CN=RA",
						      .now = FIXTURE_NOW,
						      .validity = 20 * YEAR,
						      .parent = root};
	CLEANUP(bytes_free) gnutls_datum_t der = make(&request, FIXTURE_RSA_RA);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = test_certificate(&der);
	CLEANUP(bytes_free) gnutls_datum_t constraints = test_extension(certificate, "2.5.29.19", NULL);
	struct pki_pair pair;
	char path[300];

	cr_expect_eq(constraints.size, 0, "no CA");
	cr_expect_eq(gnutls_x509_crt_get_expiration_time(certificate), FIXTURE_NOW + 10 * (time_t)YEAR,
		     "not after the CA");
	cr_expect_eq(pki_issued_by(root, certificate), ERR_OK);
	expect_extension(&der, "2.5.29.15", BYTES("\x03\x02\x05\xa0"), true);
	expect_extension(&der, "2.5.29.37",
			 BYTES("\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x04\x06\x08\x2b\x06\x01\x05\x05"
			       "\x07\x03\x1c"),
			 false);
	(void)snprintf(path, sizeof path, "%s", test_write_pem("ra.pem", "CERTIFICATE", &der, 0644));
	cr_expect_eq(pki_ra_load(path, TEST_BUILD_DIR "/tests/keys/rsa-ra.pem", FIXTURE_NOW, &pair, reason),
		     ERR_OK, "passes the preflight: %s", reason);
	pki_pair_free(&pair);
}

/* Appends what OpenSSL is to be told about the certificate DER to COMMAND. */
static void add_file(char *command, size_t size, const char *option, const char *name,
		     const gnutls_datum_t *der)
{
	size_t used = strlen(command);

	(void)snprintf(command + used, size - used, " %s %s", option,
		       test_write_pem(name, "CERTIFICATE", der, 0644));
}

/* Root, subordinate CA, leaf: what another implementation makes of it in its strictest mode. */
Test(authority, openssl_finds_nothing_wrong)
{
	static const char *const ekus[] = {"1.3.6.1.5.5.7.3.2"};
	static const char *const urls[] = {"http://crl.example/a"};
	CLEANUP(pki_issuer_free) struct pki_issuer *root = make_root();
	const struct pki_authority_request request = {.kind = PKI_AUTHORITY_CA,
						      .subject = "CN=Sub CA,O=Example",
						      .now = FIXTURE_NOW,
						      .validity = YEAR,
						      .parent = root};
	const struct pki_template template = {.now = FIXTURE_NOW,
					      .backdate = 300,
					      .validity = YEAR,
					      .ekus = ekus,
					      .eku_count = 1,
					      .must_staple = true,
					      .crl_urls = urls,
					      .crl_url_count = 1,
					      .ocsp_url = "http://ocsp.example/"};
	CLEANUP(bytes_free) gnutls_datum_t sub_der = make(&request, FIXTURE_RSA_CA);
	CLEANUP(pki_issuer_free) struct pki_issuer *sub = test_issuer(&sub_der, fixture_key(FIXTURE_RSA_CA));
	CLEANUP(bytes_free) gnutls_datum_t empty = test_name(NULL);
	struct pki_csr *csr = test_csr(
		&(struct test_request){.subject = empty,
				       .extensions = "\x30\x0c\x06\x03\x55\x1d\x11\x04\x05\x30\x03\x82\x01"
						     "a",
				       .extensions_size = 14});
	CLEANUP(pki_certificate_free) struct pki_certificate leaf = {0};
	char command[2048];

	if (access("/usr/bin/openssl", X_OK) != 0)
		cr_skip_test("no openssl here");
	cr_assert_eq(pki_issue(sub, csr, &template, &leaf, reason), ERR_OK, "%s", reason);
	pki_csr_free(&csr);
	(void)snprintf(command, sizeof command, "/usr/bin/openssl verify -x509_strict -attime %ld",
		       (long)FIXTURE_NOW);
	add_file(command, sizeof command, "-CAfile", "root.pem", &root->pair.chain.der[0]);
	add_file(command, sizeof command, "-untrusted", "sub.pem", &sub_der);
	add_file(command, sizeof command, "", "leaf.pem", &leaf.der);
	strncat(command, " >&2", sizeof command - strlen(command) - 1);
	cr_expect_eq(system(command), 0);
}
