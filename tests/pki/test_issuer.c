/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "lib/files.h"
#include "pki/requests.h"

static char reason[PKI_REASON_SIZE];

#define SIGNS GNUTLS_KEY_KEY_CERT_SIGN

static const struct {
	struct fixture_options certificate;
	const char *key_file;
	enum err error;
	const char *why;
} cases[] = {
	{{.key = FIXTURE_RSA_CA, .usage = SIGNS}, "rsa-ca", ERR_MISMATCH, "CA:FALSE"},
	{{.key = FIXTURE_RSA_CA, .version = 1}, "rsa-ca", ERR_MISMATCH, "version 1, no basicConstraints"},
	{{.key = FIXTURE_RSA_CA, .ca = true}, "rsa-ca", ERR_MISMATCH, "no keyUsage"},
	{{.key = FIXTURE_RSA_CA, .ca = true, .usage = GNUTLS_KEY_CRL_SIGN},
	 "rsa-ca",
	 ERR_MISMATCH,
	 "cRLSign alone"},
	{{.key = FIXTURE_RSA_CA, .ca = true, .usage = SIGNS}, "rsa-ra", ERR_MISMATCH, "another key"},
	{{.key = FIXTURE_RSA_CA, .ca = true, .usage = SIGNS, .not_after = FIXTURE_NOW - 1},
	 "rsa-ca",
	 ERR_EXPIRED,
	 "expired"},
	{{.key = FIXTURE_RSA_CA, .ca = true, .usage = SIGNS}, "rsa-ca", ERR_OK, "an RSA CA"},
	{{.key = FIXTURE_EC_CA, .ca = true, .usage = SIGNS}, "ec-ca", ERR_OK, "an EC CA"},
};

Test(issuer, what_can_issue)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture made = fixture_make(&cases[i].certificate);
		CLEANUP(pki_issuer_free) struct pki_issuer *issuer = NULL;
		char certificate[300];
		char key[300];
		enum err error;

		(void)snprintf(certificate, sizeof certificate, "%s",
			       test_write_pem("ca.pem", "CERTIFICATE", &made.der, 0644));
		(void)snprintf(key, sizeof key, TEST_BUILD_DIR "/tests/keys/%s.pem", cases[i].key_file);
		error = pki_issuer_load("iss", certificate, key, FIXTURE_NOW, &issuer, reason);
		cr_expect_eq(error, cases[i].error, "%s: %s", cases[i].why, err_text(error));
		cr_expect_eq(issuer != NULL, error == ERR_OK, "%s", cases[i].why);
		cr_expect(error == ERR_OK || strstr(reason, "ca.pem") != NULL,
			  "the reason names the file: %s", reason);
		fixture_free(&made);
	}
}

static const struct {
	gnutls_pk_algorithm_t algorithm;
	unsigned size;
	gnutls_digest_algorithm_t digest; /* unknown: refused */
} keys[] = {
	{GNUTLS_PK_RSA, 1024, GNUTLS_DIG_UNKNOWN},
	{GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP224R1), GNUTLS_DIG_UNKNOWN},
	{GNUTLS_PK_EDDSA_ED25519, 0, GNUTLS_DIG_UNKNOWN},
	{GNUTLS_PK_RSA, 2048, GNUTLS_DIG_SHA256},
	{GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), GNUTLS_DIG_SHA256},
	{GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1), GNUTLS_DIG_SHA384},
	{GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1), GNUTLS_DIG_SHA512},
};

/* A CA made by us with each kind of key, loaded again; its certificates are signed with the digest that fits.
 */
Test(issuer, keys_and_their_digests)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		CLEANUP(privkey_free) gnutls_privkey_t key = test_key(keys[i].algorithm, keys[i].size);
		CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
		CLEANUP(pki_issuer_free) struct pki_issuer *issuer = NULL;
		const struct pki_authority_request request = {
			.subject = "CN=CA", .now = FIXTURE_NOW, .validity = 86400, .path_length = -1};
		enum err error = pki_authority_make(&request, key, &der, reason);

		cr_expect_eq(error, keys[i].digest == GNUTLS_DIG_UNKNOWN ? ERR_UNSUPPORTED : ERR_OK,
			     "%zu: %s", i, reason);
		if (error != ERR_OK)
			continue;
		issuer = test_issuer(&der, key);
		cr_expect_eq(issuer->digest, keys[i].digest, "%zu", i);
		cr_expect_str_eq(issuer->id, "iss-test");
	}
}

/* Issues a certificate by ISSUER. */
static gnutls_x509_crt_t issue(const struct pki_issuer *issuer)
{
	const struct pki_template template = {.now = FIXTURE_NOW, .validity = 86400};
	struct pki_csr *csr = test_csr(&(struct test_request){0});
	CLEANUP(pki_certificate_free) struct pki_certificate issued = {0};

	cr_assert_eq(pki_issue(issuer, csr, &template, &issued, reason), ERR_OK, "%s", reason);
	pki_csr_free(&csr);
	return test_certificate(&issued.der);
}

Test(issuer, knows_its_own)
{
	CLEANUP(pki_issuer_free) struct pki_issuer *rsa = test_issuer(&fixture_ca()->der, fixture_ca()->key);
	CLEANUP(pki_issuer_free)
	struct pki_issuer *ec = test_issuer(&fixture_ec_ca()->der, fixture_ec_ca()->key);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t by_rsa = issue(rsa);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t by_ec = issue(ec);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t stranger = test_certificate(&fixture_client()->der);

	cr_expect_eq(pki_issued_by(rsa, stranger), ERR_MISMATCH, "self-signed by a client");
	cr_expect_eq(pki_issued_by(rsa, by_ec), ERR_MISMATCH, "by another CA");
	cr_expect_eq(pki_issued_by(ec, by_rsa), ERR_MISMATCH);
	cr_expect_eq(pki_issued_by(rsa, by_rsa), ERR_OK);
	cr_expect_eq(pki_issued_by(ec, by_ec), ERR_OK);
}

/* Two CAs of one name: the signature decides. */
Test(issuer, a_namesake)
{
	struct fixture namesake = fixture_make(&(struct fixture_options){
		.key = FIXTURE_RSA_OTHER, .subject = "CN=Test CA,O=Test", .ca = true, .usage = SIGNS});
	CLEANUP(pki_issuer_free) struct pki_issuer *other = test_issuer(&namesake.der, namesake.key);
	CLEANUP(pki_issuer_free) struct pki_issuer *own = test_issuer(&fixture_ca()->der, fixture_ca()->key);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t forged = issue(other);

	cr_expect_eq(pki_issued_by(own, forged), ERR_SIGNATURE);
	cr_expect_eq(pki_issued_by(other, forged), ERR_OK);
	fixture_free(&namesake);
}

Test(issuer, a_certificate_changed_after_signing)
{
	CLEANUP(pki_issuer_free)
	struct pki_issuer *issuer = test_issuer(&fixture_ca()->der, fixture_ca()->key);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t issued = issue(issuer);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t changed = NULL;
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	unsigned char *name;

	cr_assert_eq(gnutls_x509_crt_export2(issued, GNUTLS_X509_FMT_DER, &der), 0);
	name = memmem(der.data, der.size, "device", 6);
	cr_assert_not_null(name);
	name[0] = 'D';
	changed = test_certificate(&der);
	cr_expect_eq(pki_issued_by(issuer, changed), ERR_SIGNATURE);
}

/* The issuer's name in another case and string type is the same name (RFC 5280 section 7.1); the key is the
 * CA's. */
Test(issuer, its_name_written_differently)
{
	struct fixture spelled = fixture_make(&(struct fixture_options){
		.key = FIXTURE_RSA_CA, .subject = "CN=TEST  ca,O=test", .ca = true, .usage = SIGNS});
	CLEANUP(pki_issuer_free)
	struct pki_issuer *issuer = test_issuer(&fixture_ca()->der, fixture_ca()->key);
	CLEANUP(pki_issuer_free) struct pki_issuer *other = test_issuer(&spelled.der, spelled.key);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t issued = issue(other);

	cr_expect_eq(pki_issued_by(issuer, issued), ERR_OK);
	fixture_free(&spelled);
}

Test(issuer, a_signature_with_sha1_is_not_ours)
{
	CLEANUP(pki_issuer_free)
	struct pki_issuer *issuer = test_issuer(&fixture_ca()->der, fixture_ca()->key);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t made = NULL;
	CLEANUP(x509_crt_free) gnutls_x509_crt_t read = NULL;
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};

	cr_assert_eq(gnutls_x509_crt_init(&made), 0);
	cr_assert_eq(gnutls_x509_crt_set_version(made, 3), 0);
	cr_assert_eq(gnutls_x509_crt_set_serial(made, "\1", 1), 0);
	cr_assert_eq(gnutls_x509_crt_set_dn(made, "CN=old", NULL), 0);
	cr_assert_eq(gnutls_x509_crt_set_activation_time(made, FIXTURE_NOT_BEFORE), 0);
	cr_assert_eq(gnutls_x509_crt_set_expiration_time(made, FIXTURE_NOT_AFTER), 0);
	{
		CLEANUP(pubkey_free) gnutls_pubkey_t key = NULL;

		cr_assert_eq(gnutls_pubkey_init(&key), 0);
		cr_assert_eq(gnutls_pubkey_import_privkey(key, fixture_key(FIXTURE_RSA_CLIENT), 0, 0), 0);
		cr_assert_eq(gnutls_x509_crt_set_pubkey(made, key), 0);
	}
	cr_assert_eq(gnutls_x509_crt_privkey_sign(made, fixture_ca()->certificate, fixture_ca()->key,
						  GNUTLS_DIG_SHA1, 0),
		     0);
	cr_assert_eq(gnutls_x509_crt_export2(made, GNUTLS_X509_FMT_DER, &der), 0);
	read = test_certificate(&der);
	cr_expect_eq(pki_issued_by(issuer, read), ERR_SIGNATURE);
}
