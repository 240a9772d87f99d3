/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "lib/files.h"
#include "lib/fixture.h"
#include "pki/key.h"

static char reason[PKI_REASON_SIZE];

static const char *const key_files[FIXTURE_KEYS] = {
	[FIXTURE_RSA_RA] = TEST_BUILD_DIR "/tests/keys/rsa-ra.pem",
	[FIXTURE_RSA_OTHER] = TEST_BUILD_DIR "/tests/keys/rsa-other.pem",
	[FIXTURE_EC_CLIENT] = TEST_BUILD_DIR "/tests/keys/ec-client.pem",
	[FIXTURE_EC_CA] = TEST_BUILD_DIR "/tests/keys/ec-ca.pem",
};

static char certificate_path[300];
static char key_path[300];

static void append_pem(struct buffer *out, gnutls_x509_crt_t certificate)
{
	CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};

	cr_assert_eq(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
	buffer_append(out, pem.data, pem.size);
}

static void write_buffer(const char *name, struct buffer *content)
{
	CLEANUP(bytes_free) gnutls_datum_t bytes = {NULL, 0};

	cr_assert(buffer_take(content, &bytes));
	(void)snprintf(certificate_path, sizeof certificate_path, "%s", test_write(name, &bytes, 0644));
}

static void write_key(enum fixture_key key)
{
	CLEANUP(bytes_wipe) gnutls_datum_t pem = test_read(key_files[key]);

	(void)snprintf(key_path, sizeof key_path, "%s", test_write("key.pem", &pem, 0600));
}

#define BOTH (GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT)

static const struct {
	struct fixture_options certificate;
	enum fixture_key key;
	enum err pair; /* of pki_pair_load */
	enum err ra;   /* of pki_ra_load */
	const char *why;
} cases[] = {
	{{.key = FIXTURE_RSA_RA},
	 FIXTURE_RSA_OTHER,
	 ERR_MISMATCH,
	 ERR_MISMATCH,
	 "another key of the same kind"},
	{{.key = FIXTURE_RSA_RA}, FIXTURE_EC_CA, ERR_MISMATCH, ERR_MISMATCH, "a key of another kind"},
	{{.key = FIXTURE_EC_CLIENT}, FIXTURE_EC_CA, ERR_MISMATCH, ERR_MISMATCH, "another EC key"},
	{{.key = FIXTURE_RSA_RA, .not_after = FIXTURE_NOW - 1},
	 FIXTURE_RSA_RA,
	 ERR_EXPIRED,
	 ERR_EXPIRED,
	 "expired"},
	{{.key = FIXTURE_RSA_RA, .not_before = FIXTURE_NOW + 1},
	 FIXTURE_RSA_RA,
	 ERR_EXPIRED,
	 ERR_EXPIRED,
	 "not yet valid"},
	{{.key = FIXTURE_EC_CLIENT}, FIXTURE_EC_CLIENT, ERR_OK, ERR_UNSUPPORTED, "an EC key cannot decrypt"},
	{{.key = FIXTURE_RSA_RA, .usage = GNUTLS_KEY_DIGITAL_SIGNATURE},
	 FIXTURE_RSA_RA,
	 ERR_OK,
	 ERR_UNSUPPORTED,
	 "an RA that may not decrypt"},
	{{.key = FIXTURE_RSA_RA, .usage = GNUTLS_KEY_KEY_ENCIPHERMENT},
	 FIXTURE_RSA_RA,
	 ERR_OK,
	 ERR_UNSUPPORTED,
	 "an RA that may not sign"},
	{{.key = FIXTURE_RSA_RA, .usage = BOTH}, FIXTURE_RSA_RA, ERR_OK, ERR_OK, "an RA"},
	{{.key = FIXTURE_RSA_RA}, FIXTURE_RSA_RA, ERR_OK, ERR_OK, "an RA without keyUsage"},
	{{.key = FIXTURE_RSA_RA, .not_before = FIXTURE_NOW, .not_after = FIXTURE_NOW},
	 FIXTURE_RSA_RA,
	 ERR_OK,
	 ERR_OK,
	 "both ends belong to the validity period"},
};

Test(pair, certificate_and_key)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture made = fixture_make(&cases[i].certificate);
		struct buffer pem = {0};
		struct pki_pair pair;
		enum err error;

		append_pem(&pem, made.certificate);
		write_buffer("certificate.pem", &pem);
		write_key(cases[i].key);
		error = pki_pair_load(certificate_path, key_path, FIXTURE_NOW, &pair, reason);
		cr_expect_eq(error, cases[i].pair, "%s: %s", cases[i].why, err_text(error));
		cr_expect_eq(pair.key != NULL && pair.chain.count == 1, error == ERR_OK, "%s", cases[i].why);
		cr_expect(error == ERR_OK || strstr(reason, "certificate.pem") != NULL, "%s", reason);
		pki_pair_free(&pair);
		error = pki_ra_load(certificate_path, key_path, FIXTURE_NOW, &pair, reason);
		cr_expect_eq(error, cases[i].ra, "%s: %s", cases[i].why, err_text(error));
		cr_expect_eq(pair.key != NULL && pair.chain.count == 1, error == ERR_OK, "%s", cases[i].why);
		pki_pair_free(&pair);
		fixture_free(&made);
	}
}

Test(pair, an_rsa_key_too_small_for_an_ra)
{
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
	CLEANUP(bytes_wipe) gnutls_datum_t pem = {NULL, 0};
	struct buffer out = {0};
	struct pki_pair pair;

	cr_assert_eq(gnutls_x509_privkey_init(&key), 0);
	cr_assert_eq(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, 1024, 0), 0);
	cr_assert_eq(gnutls_x509_crt_init(&certificate), 0);
	cr_assert_eq(gnutls_x509_crt_set_version(certificate, 3), 0);
	cr_assert_eq(gnutls_x509_crt_set_serial(certificate, "\1", 1), 0);
	cr_assert_eq(gnutls_x509_crt_set_dn(certificate, "CN=small", NULL), 0);
	cr_assert_eq(gnutls_x509_crt_set_key(certificate, key), 0);
	cr_assert_eq(gnutls_x509_crt_set_activation_time(certificate, FIXTURE_NOT_BEFORE), 0);
	cr_assert_eq(gnutls_x509_crt_set_expiration_time(certificate, FIXTURE_NOT_AFTER), 0);
	cr_assert_eq(gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0), 0);
	append_pem(&out, certificate);
	write_buffer("small.pem", &out);
	cr_assert_eq(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), 0);
	(void)snprintf(key_path, sizeof key_path, "%s", test_write("small-key.pem", &pem, 0600));
	cr_expect_eq(pki_ra_load(certificate_path, key_path, FIXTURE_NOW, &pair, reason), ERR_UNSUPPORTED,
		     "%s", reason);
	cr_expect(strstr(reason, "1024") != NULL, "%s", reason);
}

Test(chain, in_the_order_of_the_file_other_blocks_passed_over)
{
	CLEANUP(bytes_wipe) gnutls_datum_t key = test_read(key_files[FIXTURE_RSA_OTHER]);
	struct buffer out = {0};
	struct pki_chain chain;

	buffer_append_text(&out, "a word before\n");
	append_pem(&out, fixture_ra()->certificate);
	buffer_append(&out, key.data, key.size);
	append_pem(&out, fixture_ca()->certificate);
	append_pem(&out, fixture_ec_ca()->certificate);
	write_buffer("chain.pem", &out);
	cr_assert_eq(pki_chain_load(certificate_path, &chain, reason), ERR_OK, "%s", reason);
	cr_assert_eq(chain.count, 3);
	cr_expect(bytes_equal(&chain.der[0], &fixture_ra()->der));
	cr_expect(bytes_equal(&chain.der[1], &fixture_ca()->der));
	cr_expect(bytes_equal(&chain.der[2], &fixture_ec_ca()->der));
	pki_chain_free(&chain);
	cr_expect_eq(chain.count, 0);
}

Test(chain, what_is_no_chain)
{
	static const struct {
		const char *text;
		enum err error;
		const char *why;
	} texts[] = {
		{"", ERR_SYNTAX, "an empty file"},
		{"hello", ERR_SYNTAX, "no PEM"},
		{"-----BEGIN CERTIFICATE-----\n", ERR_SYNTAX, "a beginning without end"},
		{"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", ERR_SYNTAX,
		 "no certificate inside"},
	};
	struct pki_chain chain;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		gnutls_datum_t content = bytes_view_text(texts[i].text);

		cr_expect_eq(pki_chain_load(test_write("bad.pem", &content, 0644), &chain, reason),
			     texts[i].error, "%s", texts[i].why);
		cr_expect_eq(chain.count, 0);
		cr_expect(strstr(reason, "bad.pem") != NULL, "%s", reason);
	}
	cr_expect_eq(pki_chain_load("/nonexistent/chain.pem", &chain, reason), ERR_NOT_FOUND);
}

Test(chain, a_broken_certificate_among_good_ones_is_not_passed_over)
{
	struct buffer out = {0};
	struct pki_chain chain;

	append_pem(&out, fixture_ca()->certificate);
	buffer_append_text(&out, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
	write_buffer("half.pem", &out);
	cr_expect_eq(pki_chain_load(certificate_path, &chain, reason), ERR_SYNTAX);
}

Test(chain, more_certificates_than_the_limit)
{
	struct buffer out = {0};
	struct pki_chain chain;

	for (int i = 0; i <= LIMIT_PEM_CERTIFICATES; i++)
		append_pem(&out, fixture_ec_ca()->certificate);
	write_buffer("many.pem", &out);
	cr_expect_eq(pki_chain_load(certificate_path, &chain, reason), ERR_LIMIT);
}
