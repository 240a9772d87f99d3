/* SPDX-License-Identifier: BSD-2-Clause */
/* pkiMessages that are signed by RSASSA-PSS (RFC 4056) and by Ed25519 (RFC 8419). */
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "pkimessage/algorithm.h"
#include "pkimessage/forge.h"

#define OID_PSS     "1.2.840.113549.1.1.10"
#define OID_ED25519 "1.3.101.112"
#define OID_RSA     "1.2.840.113549.1.1.1"

/* Pieces of RSASSA-PSS-params in hex. */
#define SHA2      "300d06096086480165030402010500"
#define SHA3      "300d06096086480165030402020500"
#define MGF1_SHA2 "a11c301a06092a864886f70d010108" SHA2
#define MGF1_SHA3 "a11c301a06092a864886f70d010108" SHA3
#define PSS_SHA2  "3034a00f" SHA2 MGF1_SHA2 "a203020120"

static int verify(gnutls_datum_t input, unsigned legacy)
{
	struct pkimessage *message = NULL;
	int error = pkimessage_parse(&input, &message);

	if (error == PKIMESSAGE_OK)
		error = pkimessage_verify(message, legacy);
	pkimessage_free(message);
	bytes_free(&input);
	return error;
}

static const struct {
	const char *why, *parameters;
	gnutls_digest_algorithm_t digest;
	gnutls_sign_algorithm_t sign;
	int error;
} pss[] = {
	{"no parameters, which means SHA-1", "", GNUTLS_DIG_SHA256, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256,
	 PKIMESSAGE_E_ALGORITHM},
	{"defaults, which are SHA-1", "3000", GNUTLS_DIG_SHA256, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256,
	 PKIMESSAGE_E_ALGORITHM_MISMATCH},
	{"NULL", "0500", GNUTLS_DIG_SHA256, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PKIMESSAGE_E_ALGORITHM},
	{"another digest in the mask", "3034a00f" SHA2 MGF1_SHA3 "a203020120", GNUTLS_DIG_SHA256,
	 GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PKIMESSAGE_E_ALGORITHM},
	{"another digest than digestAlgorithm's", "3034a00f" SHA3 MGF1_SHA3 "a203020120", GNUTLS_DIG_SHA256,
	 GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PKIMESSAGE_E_ALGORITHM_MISMATCH},
	{"another trailer", "3039a00f" SHA2 MGF1_SHA2 "a203020120a303020102", GNUTLS_DIG_SHA256,
	 GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PKIMESSAGE_E_ALGORITHM},
	{"something behind them", "3036a00f" SHA2 MGF1_SHA2 "a2030201200500", GNUTLS_DIG_SHA256,
	 GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PKIMESSAGE_E_ALGORITHM},
	{"a salt of a megabyte", "3036a00f" SHA2 MGF1_SHA2 "a2050203100000", GNUTLS_DIG_SHA256,
	 GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PKIMESSAGE_E_ALGORITHM},
	{"a salt that no key of this size has room for", "3035a00f" SHA2 MGF1_SHA2 "a20402020400",
	 GNUTLS_DIG_SHA256, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PKIMESSAGE_E_SIGNATURE},
	{"a salt of another length", "3034a00f" SHA2 MGF1_SHA2 "a203020121", GNUTLS_DIG_SHA256,
	 GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PKIMESSAGE_E_SIGNATURE},
	{"signed otherwise than said", PSS_SHA2, GNUTLS_DIG_SHA256, GNUTLS_SIGN_RSA_SHA256,
	 PKIMESSAGE_E_SIGNATURE},
	{"as it should be", PSS_SHA2, GNUTLS_DIG_SHA256, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PKIMESSAGE_OK},
	{"with the trailer written out", "3039a00f" SHA2 MGF1_SHA2 "a203020120a303020101", GNUTLS_DIG_SHA256,
	 GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PKIMESSAGE_OK},
};

Test(schemes, pss_is_what_its_parameters_say)
{
	for (size_t i = 0; i < sizeof pss / sizeof *pss; i++) {
		struct forge forge = forge_begin(fixture_client());
		int error;

		forge.digest = pss[i].digest;
		forge.signature_oid = OID_PSS;
		forge.signature_parameters = pss[i].parameters;
		forge.sign = pss[i].sign;
		error = verify(forge_end(&forge), 0);
		cr_expect_eq(error, pss[i].error, "%s: %s", pss[i].why, pkimessage_strerror(error));
	}
}

Test(schemes, pss_is_for_rsa_keys)
{
	struct forge forge = forge_begin(fixture_ec_client());

	forge.signature_oid = OID_PSS;
	forge.signature_parameters = PSS_SHA2;
	cr_expect_eq(verify(forge_end(&forge), 0), PKIMESSAGE_E_ALGORITHM_MISMATCH);
}

/* --- Ed25519 --- */

/* A self-signed client with an Ed25519 key. */
static struct fixture ed25519_client(void)
{
	struct fixture made = {NULL, NULL, {NULL, 0}};
	unsigned char serial = 9;

	cr_assert_geq(gnutls_privkey_init(&made.key), 0);
	cr_assert_geq(gnutls_privkey_generate(made.key, GNUTLS_PK_EDDSA_ED25519, 256, 0), 0);
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	cr_assert_geq(gnutls_pubkey_init(&public_key), 0);
	cr_assert_geq(gnutls_pubkey_import_privkey(public_key, made.key, 0, 0), 0);
	cr_assert_geq(gnutls_x509_crt_init(&made.certificate), 0);
	cr_assert_geq(gnutls_x509_crt_set_version(made.certificate, 3), 0);
	cr_assert_geq(gnutls_x509_crt_set_dn(made.certificate, "CN=device-ed25519", NULL), 0);
	cr_assert_geq(gnutls_x509_crt_set_serial(made.certificate, &serial, 1), 0);
	cr_assert_geq(gnutls_x509_crt_set_activation_time(made.certificate, FIXTURE_NOT_BEFORE), 0);
	cr_assert_geq(gnutls_x509_crt_set_expiration_time(made.certificate, FIXTURE_NOT_AFTER), 0);
	cr_assert_geq(gnutls_x509_crt_set_pubkey(made.certificate, public_key), 0);
	cr_assert_geq(gnutls_x509_crt_privkey_sign(made.certificate, made.certificate, made.key,
						   GNUTLS_DIG_SHA512, 0),
		      0);
	cr_assert_geq(gnutls_x509_crt_export2(made.certificate, GNUTLS_X509_FMT_DER, &made.der), 0);
	return made;
}

static const struct {
	const char *why;
	bool rsa; /* the signer's key */
	gnutls_digest_algorithm_t digest;
	const char *signature_oid;
	int error;
} ed25519[] = {
	{"Ed25519 said, RSA key", true, GNUTLS_DIG_SHA512, OID_ED25519, PKIMESSAGE_E_ALGORITHM_MISMATCH},
	{"RSA said, Ed25519 key", false, GNUTLS_DIG_SHA512, OID_RSA, PKIMESSAGE_E_ALGORITHM_MISMATCH},
	{"digest SHA-256", false, GNUTLS_DIG_SHA256, OID_ED25519, PKIMESSAGE_E_ALGORITHM_MISMATCH},
	{"as it should be", false, GNUTLS_DIG_SHA512, OID_ED25519, PKIMESSAGE_OK},
};

Test(schemes, ed25519_goes_with_its_key_and_sha512)
{
	struct fixture client = ed25519_client();

	for (size_t i = 0; i < sizeof ed25519 / sizeof *ed25519; i++) {
		struct forge forge = forge_begin(ed25519[i].rsa ? fixture_client() : &client);
		int error;

		forge.digest = ed25519[i].digest;
		forge_digest(&forge);
		forge.signature_oid = ed25519[i].signature_oid;
		forge.sign = ed25519[i].rsa ? GNUTLS_SIGN_UNKNOWN : GNUTLS_SIGN_EDDSA_ED25519;
		error = verify(forge_end(&forge), 0);
		cr_expect_eq(error, ed25519[i].error, "%s: %s", ed25519[i].why, pkimessage_strerror(error));
	}
	fixture_free(&client);
}

/* What build made for such a client is signed as RFC 8419 wants it, and its answer comes under the challenge.
 */
Test(schemes, an_ed25519_client_asks_and_is_answered)
{
	struct fixture client = ed25519_client();
	struct pkimessage_signing signing = {
		{client.certificate, client.key}, GNUTLS_DIG_SHA256, &client.certificate, 1, NULL};
	struct pkimessage_signing by_ra = {
		{fixture_ra()->certificate, fixture_ra()->key}, 0, &fixture_ra()->certificate, 1, NULL};
	struct pkimessage_encryption encryption = {.cipher = GNUTLS_CIPHER_AES_128_CBC};
	gnutls_datum_t csr = BYTES_LITERAL("csr"), id = BYTES_LITERAL("t-1");
	gnutls_datum_t absent = BYTES_LITERAL("\x30\x05\x06\x03\x2b\x65\x70\x04\x40");
	gnutls_datum_t out, reply;
	struct pkimessage *message = NULL;

	cr_expect_eq(pkimessage_build_request(PKIMESSAGE_PKCS_REQ, &csr, &id, NULL, fixture_ra()->certificate,
					      &encryption, &signing, &out),
		     PKIMESSAGE_E_ALGORITHM_MISMATCH);
	signing.digest = GNUTLS_DIG_SHA512;
	cr_assert_eq(pkimessage_build_request(PKIMESSAGE_PKCS_REQ, &csr, &id, NULL, fixture_ra()->certificate,
					      &encryption, &signing, &out),
		     PKIMESSAGE_OK);
	cr_expect_not_null(memmem(out.data, out.size, absent.data, absent.size),
			   "id-Ed25519 without parameters, and 64 bytes of signature");
	cr_assert_eq(pkimessage_parse(&out, &message), PKIMESSAGE_OK);
	cr_expect_eq(pkimessage_verify(message, 0), PKIMESSAGE_OK);
	cr_expect_eq(pkimessage_build_success(message, &client.der, 1, &encryption, &by_ra, &reply),
		     PKIMESSAGE_E_KEY);
	encryption.transport = PKIMESSAGE_PASSWORD;
	encryption.password = BYTES_LITERAL("s3cret");
	cr_assert_eq(pkimessage_build_success(message, &client.der, 1, &encryption, &by_ra, &reply),
		     PKIMESSAGE_OK);
	cr_expect_eq(verify(reply, 0), PKIMESSAGE_OK);
	pkimessage_free(message);
	bytes_free(&out);
	fixture_free(&client);
}
