/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/der.h"
#include "forge.h"
#include "lib/ber_maker.h"

#include <criterion/criterion.h>
#include <string.h>

#define LEGACY_HASHES (PKIMESSAGE_LEGACY_MD5 | PKIMESSAGE_LEGACY_SHA1)

/* Parses and verifies MESSAGE, which is freed. */
static int verify(gnutls_datum_t message, unsigned legacy)
{
	struct pkimessage *parsed = NULL;
	int error = pkimessage_parse(&message, &parsed);

	cr_expect_eq(error, PKIMESSAGE_OK, "%s", pkimessage_strerror(error));
	if (error == PKIMESSAGE_OK)
		error = pkimessage_verify(parsed, legacy);
	pkimessage_free(parsed);
	bytes_free(&message);
	return error;
}

/* --- failures --- */

Test(signed_verify, refuses_content_swapped_under_a_valid_signature)
{
	struct forge swapped = forge_begin(fixture_client());
	struct forge emptied = forge_begin(fixture_client());

	swapped.swapped = BYTES_LITERAL("Content");
	cr_expect_eq(verify(forge_end(&swapped), 0), PKIMESSAGE_E_DIGEST);
	emptied.no_content = true;
	cr_expect_eq(verify(forge_end(&emptied), 0), PKIMESSAGE_E_DIGEST, "the content was taken away");
}

Test(signed_verify, refuses_a_digest_cut_short)
{
	struct forge forge = forge_begin(fixture_client());
	struct der outer = der_open(&forge.attributes[forge.attribute_count - 1]);
	struct der attribute = der_enter(&outer, DER_SEQUENCE);
	struct der values;
	gnutls_datum_t digest;
	unsigned char copy[64];

	(void)der_any(&attribute);
	values = der_enter(&attribute, DER_SET);
	digest = der_contents(&values, DER_OCTET_STRING);
	memcpy(copy, digest.data, digest.size);
	forge_replace(&forge, OID_MESSAGE_DIGEST, DER_OCTET_STRING, copy, 1);
	cr_expect_eq(verify(forge_end(&forge), 0), PKIMESSAGE_E_DIGEST);
}

Test(signed_verify, refuses_a_content_type_attribute_that_disagrees)
{
	struct forge forge = forge_begin(fixture_client());

	forge_replace(&forge, OID_CONTENT_TYPE, DER_OID, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", 9);
	cr_expect_eq(verify(forge_end(&forge), 0), PKIMESSAGE_E_CONTENT_TYPE);
}

Test(signed_verify, refuses_a_signature_by_another_key)
{
	struct fixture impostor = fixture_make(
		&(struct fixture_options){.key = FIXTURE_RSA_OTHER, .subject = "CN=device", .serial = "03"});
	struct forge forge = forge_begin(&impostor);

	/* The sid of both is the same; the certificate enclosed is the victim's. */
	forge.certificates = &fixture_client()->der;
	forge.certificate_count = 1;
	cr_expect_eq(verify(forge_end(&forge), 0), PKIMESSAGE_E_SIGNATURE);
	fixture_free(&impostor);
}

static const struct {
	const char *why;
	bool ec;
	gnutls_digest_algorithm_t digest;
	const char *digest_oid;
	const char *signature_oid;
	gnutls_sign_algorithm_t sign;
	int error;
} algorithms[] = {
	{"unknown digest", false, GNUTLS_DIG_SHA256, "1.2.3.4", NULL, 0, PKIMESSAGE_E_ALGORITHM},
	{"unknown signature algorithm", false, GNUTLS_DIG_SHA256, NULL, "1.2.3.4", 0, PKIMESSAGE_E_ALGORITHM},
	{"RSA-PSS without parameters", false, GNUTLS_DIG_SHA256, NULL, "1.2.840.113549.1.1.10", 0,
	 PKIMESSAGE_E_ALGORITHM},
	{"digest SHA-256, signature SHA-512", false, GNUTLS_DIG_SHA256, NULL, "1.2.840.113549.1.1.13",
	 GNUTLS_SIGN_RSA_SHA512, PKIMESSAGE_E_ALGORITHM_MISMATCH},
	{"digest SHA-512, signature SHA-256", false, GNUTLS_DIG_SHA512, NULL, "1.2.840.113549.1.1.11",
	 GNUTLS_SIGN_RSA_SHA256, PKIMESSAGE_E_ALGORITHM_MISMATCH},
	{"digest SHA-256, signature SHA-1", false, GNUTLS_DIG_SHA256, NULL, "1.2.840.113549.1.1.5",
	 GNUTLS_SIGN_RSA_SHA1, PKIMESSAGE_E_ALGORITHM_MISMATCH},
	{"ECDSA said, RSA key", false, GNUTLS_DIG_SHA256, NULL, "1.2.840.10045.4.3.2", 0,
	 PKIMESSAGE_E_ALGORITHM_MISMATCH},
	{"RSA said, EC key", true, GNUTLS_DIG_SHA256, NULL, "1.2.840.113549.1.1.1", 0,
	 PKIMESSAGE_E_ALGORITHM_MISMATCH},
	{"digest SHA-256, ECDSA with SHA-384", true, GNUTLS_DIG_SHA256, NULL, "1.2.840.10045.4.3.3",
	 GNUTLS_SIGN_ECDSA_SHA384, PKIMESSAGE_E_ALGORITHM_MISMATCH},
	{"rsaEncryption said, signed with another digest than named", false, GNUTLS_DIG_SHA256, NULL, NULL,
	 GNUTLS_SIGN_RSA_SHA384, PKIMESSAGE_E_SIGNATURE},

	{"rsaEncryption", false, GNUTLS_DIG_SHA256, NULL, "1.2.840.113549.1.1.1", 0, PKIMESSAGE_OK},
	{"sha224WithRSAEncryption", false, GNUTLS_DIG_SHA224, NULL, "1.2.840.113549.1.1.14", 0,
	 PKIMESSAGE_OK},
	{"sha256WithRSAEncryption", false, GNUTLS_DIG_SHA256, NULL, "1.2.840.113549.1.1.11", 0,
	 PKIMESSAGE_OK},
	{"sha384WithRSAEncryption", false, GNUTLS_DIG_SHA384, NULL, "1.2.840.113549.1.1.12", 0,
	 PKIMESSAGE_OK},
	{"sha512WithRSAEncryption", false, GNUTLS_DIG_SHA512, NULL, "1.2.840.113549.1.1.13", 0,
	 PKIMESSAGE_OK},
	{"ecdsa-with-SHA256", true, GNUTLS_DIG_SHA256, NULL, "1.2.840.10045.4.3.2", 0, PKIMESSAGE_OK},
	{"ecdsa-with-SHA384", true, GNUTLS_DIG_SHA384, NULL, "1.2.840.10045.4.3.3", 0, PKIMESSAGE_OK},
	{"ecdsa-with-SHA512", true, GNUTLS_DIG_SHA512, NULL, "1.2.840.10045.4.3.4", 0, PKIMESSAGE_OK},
	{"id-ecPublicKey in place of a signature algorithm", true, GNUTLS_DIG_SHA256, NULL,
	 "1.2.840.10045.2.1", 0, PKIMESSAGE_OK},
};

Test(signed_verify, wants_digest_signature_algorithm_and_key_to_agree)
{
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
		struct forge forge = forge_begin(algorithms[i].ec ? fixture_ec_client() : fixture_client());
		int error;

		forge.digest = algorithms[i].digest;
		forge_digest(&forge);
		forge.digest_oid = algorithms[i].digest_oid;
		forge.signature_oid = algorithms[i].signature_oid;
		forge.sign = algorithms[i].sign;
		error = verify(forge_end(&forge), 0);
		cr_expect_eq(error, algorithms[i].error, "%s: %s", algorithms[i].why,
			     pkimessage_strerror(error));
	}
}

static const struct {
	const char *why;
	gnutls_digest_algorithm_t digest;
	const char *signature_oid;
	unsigned legacy;
	int error;
} legacy_cases[] = {
	{"MD5, nothing allowed", GNUTLS_DIG_MD5, NULL, 0, PKIMESSAGE_E_ALGORITHM},
	{"MD5, only SHA-1 allowed", GNUTLS_DIG_MD5, NULL, PKIMESSAGE_LEGACY_SHA1, PKIMESSAGE_E_ALGORITHM},
	{"MD5, all but MD5 allowed", GNUTLS_DIG_MD5, "1.2.840.113549.1.1.4",
	 ~0u & ~(unsigned)PKIMESSAGE_LEGACY_MD5, PKIMESSAGE_E_ALGORITHM},
	{"SHA-1, nothing allowed", GNUTLS_DIG_SHA1, NULL, 0, PKIMESSAGE_E_ALGORITHM},
	{"SHA-1, only MD5 and DES allowed", GNUTLS_DIG_SHA1, "1.2.840.113549.1.1.5",
	 PKIMESSAGE_LEGACY_MD5 | PKIMESSAGE_LEGACY_DES, PKIMESSAGE_E_ALGORITHM},
	{"MD5 allowed", GNUTLS_DIG_MD5, NULL, PKIMESSAGE_LEGACY_MD5, PKIMESSAGE_OK},
	{"md5WithRSAEncryption allowed", GNUTLS_DIG_MD5, "1.2.840.113549.1.1.4", PKIMESSAGE_LEGACY_MD5,
	 PKIMESSAGE_OK},
	{"SHA-1 allowed", GNUTLS_DIG_SHA1, NULL, PKIMESSAGE_LEGACY_SHA1, PKIMESSAGE_OK},
	{"sha1WithRSAEncryption allowed", GNUTLS_DIG_SHA1, "1.2.840.113549.1.1.5", LEGACY_HASHES,
	 PKIMESSAGE_OK},
	{"SHA-256 needs no leave", GNUTLS_DIG_SHA256, NULL, 0, PKIMESSAGE_OK},
};

Test(signed_verify, takes_old_digests_only_where_they_are_allowed)
{
	for (size_t i = 0; i < sizeof legacy_cases / sizeof *legacy_cases; i++) {
		struct forge forge = forge_begin(fixture_client());
		int error;

		forge.digest = legacy_cases[i].digest;
		forge_digest(&forge);
		forge.signature_oid = legacy_cases[i].signature_oid;
		error = verify(forge_end(&forge), legacy_cases[i].legacy);
		cr_expect_eq(error, legacy_cases[i].error, "%s: %s", legacy_cases[i].why,
			     pkimessage_strerror(error));
	}
}

/* Everything that a message says and its signature covers. */
static bool says_the_same(const struct pkimessage *a, const struct pkimessage *b)
{
	return pkimessage_message_type(a) == pkimessage_message_type(b) &&
	       pkimessage_transaction_id_tag(a) == pkimessage_transaction_id_tag(b) &&
	       bytes_equal(pkimessage_transaction_id(a), pkimessage_transaction_id(b)) &&
	       bytes_equal(pkimessage_sender_nonce(a), pkimessage_sender_nonce(b)) &&
	       pkimessage_pki_status(a) == pkimessage_pki_status(b) &&
	       pkimessage_fail_info(a) == pkimessage_fail_info(b) &&
	       bytes_equal(pkimessage_content(a), pkimessage_content(b));
}

Test(signed_verify, no_flipped_byte_makes_a_message_that_says_something_else)
{
	static const unsigned char masks[] = {0x01, 0x80, 0xff};
	struct forge forge = forge_begin(fixture_ec_client());
	gnutls_datum_t message = forge_end(&forge);
	struct pkimessage *good = NULL;

	cr_assert_eq(pkimessage_parse(&message, &good), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_verify(good, 0), PKIMESSAGE_OK);
	for (size_t i = 0; i < message.size * sizeof masks; i++) {
		unsigned char *byte = &message.data[i / sizeof masks];
		unsigned char mask = masks[i % sizeof masks];
		struct pkimessage *bad = NULL;

		*byte ^= mask;
		if (pkimessage_parse(&message, &bad) == PKIMESSAGE_OK &&
		    pkimessage_verify(bad, 0) == PKIMESSAGE_OK)
			cr_expect(says_the_same(good, bad), "byte %zu ^ %02x", i / sizeof masks, mask);
		pkimessage_free(bad);
		*byte ^= mask;
	}
	pkimessage_free(good);
	bytes_free(&message);
}

/* --- what is tolerated --- */

/* The attributes of FORGE the other way round, so that they are in no DER order. */
static void reverse(struct forge *forge)
{
	for (size_t i = 0, j = forge->attribute_count - 1; i < j; i++, j--) {
		gnutls_datum_t swap = forge->attributes[i];

		forge->attributes[i] = forge->attributes[j];
		forge->attributes[j] = swap;
	}
}

Test(signed_verify, takes_unsorted_attributes_signed_either_way)
{
	for (size_t i = 0; i < 4; i++) {
		struct forge forge = forge_begin(i < 2 ? fixture_client() : fixture_ec_client());

		reverse(&forge);
		forge.sign_sorted = i % 2 == 1;
		cr_expect_eq(verify(forge_end(&forge), 0), PKIMESSAGE_OK, "%zu", i);
	}
}

Test(signed_verify, only_the_key_of_the_signers_certificate_matters)
{
	static const struct fixture_options odd[] = {
		{.key = FIXTURE_RSA_CLIENT, .subject = "CN=v1", .version = 1},
		{.key = FIXTURE_RSA_CLIENT, .subject = "CN=expired", .not_before = 1, .not_after = 2},
		{.key = FIXTURE_RSA_CLIENT,
		 .subject = "CN=not yet",
		 .not_before = FIXTURE_NOW + 86400,
		 .not_after = FIXTURE_NOT_AFTER},
		{.key = FIXTURE_RSA_CLIENT,
		 .subject = "CN=serial",
		 .serial = "bf50000000000000000000000000000000000000"},
		{.key = FIXTURE_RSA_CLIENT, .subject = "CN=usage", .usage = GNUTLS_KEY_CRL_SIGN},
		{.key = FIXTURE_EC_CLIENT, .subject = "CN=v1", .version = 1},
	};

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct fixture signer = fixture_make(&odd[i]);
		struct forge forge = forge_begin(&signer);

		cr_expect_eq(verify(forge_end(&forge), 0), PKIMESSAGE_OK, "%s", odd[i].subject);
		fixture_free(&signer);
	}
}

Test(signed_verify, takes_a_certificate_that_gnutls_does_not)
{
	gnutls_datum_t odd;
	gnutls_datum_t *certificate = &odd;
	struct forge forge = forge_begin(fixture_client());
	gnutls_x509_crt_t crt;
	unsigned char *time;

	/* notBefore 251121080000Z becomes a time with letters in it. */
	cr_assert(bytes_copy(&fixture_client()->der, certificate));
	time = memmem(odd.data, odd.size, "251121080000Z", 13);
	cr_assert_not_null(time);
	time[-2] = DER_BMP_STRING;
	cr_assert_eq(gnutls_x509_crt_init(&crt), 0);
	cr_assert_neq(gnutls_x509_crt_import(crt, certificate, GNUTLS_X509_FMT_DER), 0);
	gnutls_x509_crt_deinit(crt);
	forge.certificates = certificate;
	forge.certificate_count = 1;
	cr_expect_eq(verify(forge_end(&forge), 0), PKIMESSAGE_OK);
	bytes_free(&odd);
}

Test(signed_verify, takes_empty_and_absent_content)
{
	for (size_t i = 0; i < 2; i++) {
		struct forge forge = forge_begin(fixture_ec_client());

		forge.content = (gnutls_datum_t){NULL, 0};
		forge.no_content = i == 1;
		forge_digest(&forge);
		cr_expect_eq(verify(forge_end(&forge), 0), PKIMESSAGE_OK, "%zu", i);
	}
}

Test(signed_verify, finds_the_signer_by_key_identifier)
{
	struct forge forge = forge_begin(fixture_ec_client());

	forge.key_id = true;
	cr_expect_eq(verify(forge_end(&forge), 0), PKIMESSAGE_OK);
}

Test(signed_verify, takes_ber_with_indefinite_lengths_and_segments)
{
	static const size_t segments[] = {1, 3, 1000};

	for (size_t i = 0; i < sizeof segments / sizeof *segments; i++) {
		struct forge forge = forge_begin(fixture_client());
		gnutls_datum_t der = forge_end(&forge);

		cr_expect_eq(verify(ber_make(&der, segments[i]), 0), PKIMESSAGE_OK, "%zu", segments[i]);
		bytes_free(&der);
	}
}

Test(signed_verify, refuses_nothing_at_all)
{
	cr_expect_eq(pkimessage_verify(NULL, 0), PKIMESSAGE_E_ARGUMENT);
}
