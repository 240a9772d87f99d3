/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/der.h"
#include "base/limits.h"
#include "forge.h"

#include <criterion/criterion.h>

#define ALL_LEGACY                                                                                           \
	(PKIMESSAGE_LEGACY_MD5 | PKIMESSAGE_LEGACY_SHA1 | PKIMESSAGE_LEGACY_DES | PKIMESSAGE_LEGACY_3DES)

static struct pkimessage *parsed(gnutls_datum_t message)
{
	struct pkimessage *result = NULL;

	cr_assert_eq(pkimessage_parse(&message, &result), PKIMESSAGE_OK);
	cr_expect_eq(pkimessage_verify(result, ALL_LEGACY), PKIMESSAGE_OK);
	bytes_free(&message);
	return result;
}

/* A request by SIGNER with DIGEST, its transactionID a UTF8String. */
static struct pkimessage *request_by(const struct fixture *signer, gnutls_digest_algorithm_t digest)
{
	struct forge forge = forge_begin(signer);

	forge.digest = digest;
	forge_digest(&forge);
	forge_replace(&forge, OID_TRANSACTION_ID, DER_UTF8_STRING, "t\xc3\xa4", 3);
	return parsed(forge_end(&forge));
}

static struct pkimessage_signing by_ra(gnutls_digest_algorithm_t digest)
{
	return (struct pkimessage_signing){
		.signer = {fixture_ra()->certificate, fixture_ra()->key},
		.digest = digest,
		.enclosed = &fixture_ra()->certificate,
		.enclosed_count = 1,
	};
}

static const struct pkimessage_encryption aes = {.cipher = GNUTLS_CIPHER_AES_128_CBC};
static const struct pkimessage_encryption rc4 = {.cipher = GNUTLS_CIPHER_ARCFOUR_128};

/* --- refusals --- */

Test(certrep, replies_refuse_what_makes_no_sense)
{
	struct pkimessage *request = request_by(fixture_client(), GNUTLS_DIG_SHA256);
	struct pkimessage_signing signing = by_ra(GNUTLS_DIG_UNKNOWN);
	gnutls_datum_t leaf = fixture_client()->der;
	gnutls_datum_t junk = BYTES_LITERAL("junk");
	gnutls_datum_t out = BYTES_LITERAL("not emptied");

	cr_expect_eq(pkimessage_build_success(NULL, &leaf, 1, &aes, &signing, &out), PKIMESSAGE_E_ARGUMENT);
	cr_expect_null(out.data);
	cr_expect_eq(pkimessage_build_success(request, &leaf, 1, &aes, NULL, &out), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_success(request, &leaf, 1, NULL, &signing, &out),
		     PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_success(request, &leaf, 0, &aes, &signing, &out),
		     PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_success(request, &junk, 1, &aes, &signing, &out),
		     PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_success(request, &leaf, 1, &rc4, &signing, &out),
		     PKIMESSAGE_E_ALGORITHM);
	cr_expect_eq(pkimessage_build_failure(NULL, PKIMESSAGE_BAD_ALG, NULL, &signing, &out),
		     PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_failure(request, PKIMESSAGE_FAIL_ABSENT, NULL, &signing, &out),
		     PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_failure(request, 5, NULL, &signing, &out), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_failure(request, 0, NULL, NULL, &out), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_pending(NULL, &signing, &out), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_pending(request, NULL, &out), PKIMESSAGE_E_ARGUMENT);
	pkimessage_free(request);
}

Test(certrep, a_client_whose_key_cannot_receive_is_told_by_an_error)
{
	struct pkimessage *request = request_by(fixture_ec_client(), GNUTLS_DIG_SHA256);
	struct pkimessage_signing signing = by_ra(GNUTLS_DIG_UNKNOWN);
	gnutls_datum_t leaf = fixture_client()->der;
	gnutls_datum_t out;

	cr_expect_eq(pkimessage_build_success(request, &leaf, 1, &aes, &signing, &out), PKIMESSAGE_E_KEY);
	cr_expect_null(out.data);
	pkimessage_free(request);
}

Test(certrep, such_a_client_gets_its_answer_under_the_challenge)
{
	struct pkimessage *request = request_by(fixture_ec_client(), GNUTLS_DIG_SHA256);
	struct pkimessage_signing signing = by_ra(GNUTLS_DIG_UNKNOWN);
	struct pkimessage_encryption encryption = {GNUTLS_CIPHER_AES_128_CBC, PKIMESSAGE_PASSWORD,
						   BYTES_LITERAL("s3cret")};
	gnutls_datum_t leaf = fixture_ec_client()->der;
	struct pkimessage_envelope *envelope = NULL;
	struct pkimessage_certs *certs = NULL;
	struct pkimessage *reply;
	gnutls_datum_t out, plaintext;

	cr_assert_eq(pkimessage_build_success(request, &leaf, 1, &encryption, &signing, &out), PKIMESSAGE_OK);
	reply = parsed(out);
	cr_assert_eq(pkimessage_envelope_parse(pkimessage_content(reply), &envelope), PKIMESSAGE_OK);
	cr_expect_eq(pkimessage_envelope_transport(envelope), PKIMESSAGE_PASSWORD);
	cr_assert_eq(pkimessage_envelope_decrypt_password(envelope, &encryption.password, 0, &plaintext),
		     PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_certs_parse(&plaintext, &certs), PKIMESSAGE_OK);
	cr_expect(bytes_equal(pkimessage_certs_get(certs, 0), &leaf));
	pkimessage_certs_free(certs);
	pkimessage_envelope_free(envelope);
	pkimessage_free(reply);
	pkimessage_free(request);
	bytes_free(&plaintext);
}

Test(certrep, requests_refuse_what_makes_no_sense)
{
	struct pkimessage_signing signing = by_ra(GNUTLS_DIG_SHA256);
	gnutls_x509_crt_t ra = fixture_ra()->certificate;
	gnutls_datum_t csr = BYTES_LITERAL("csr");
	gnutls_datum_t id = BYTES_LITERAL("t");
	gnutls_datum_t empty = {NULL, 0};
	const struct {
		const char *why;
		int type;
		const gnutls_datum_t *csr, *id;
		gnutls_x509_crt_t recipient;
		const struct pkimessage_encryption *encryption;
		const struct pkimessage_signing *signing;
		int error;
	} cases[] = {
		{"a CertRep", 3, &csr, &id, ra, &aes, &signing, PKIMESSAGE_E_ARGUMENT},
		{"no type", -1, &csr, &id, ra, &aes, &signing, PKIMESSAGE_E_ARGUMENT},
		{"no request", 19, NULL, &id, ra, &aes, &signing, PKIMESSAGE_E_ARGUMENT},
		{"no transactionID", 19, &csr, NULL, ra, &aes, &signing, PKIMESSAGE_E_ARGUMENT},
		{"an empty one", 19, &csr, &empty, ra, &aes, &signing, PKIMESSAGE_E_ARGUMENT},
		{"no recipient", 19, &csr, &id, NULL, &aes, &signing, PKIMESSAGE_E_ARGUMENT},
		{"no signer", 19, &csr, &id, ra, &aes, NULL, PKIMESSAGE_E_ARGUMENT},
		{"no encryption", 19, &csr, &id, ra, NULL, &signing, PKIMESSAGE_E_ARGUMENT},
		{"a recipient with an EC key", 19, &csr, &id, fixture_ec_client()->certificate, &aes,
		 &signing, PKIMESSAGE_E_KEY},
		{"a cipher nobody knows", 19, &csr, &id, ra, &rc4, &signing, PKIMESSAGE_E_ALGORITHM},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gnutls_datum_t out = BYTES_LITERAL("not emptied");
		int error = pkimessage_build_request(cases[i].type, cases[i].csr, cases[i].id, NULL,
						     cases[i].recipient, cases[i].encryption,
						     cases[i].signing, &out);

		cr_expect_eq(error, cases[i].error, "%s: %s", cases[i].why, pkimessage_strerror(error));
		cr_expect_null(out.data);
	}
}

/* --- round trips --- */

/* Decrypts MESSAGE's envelope for IDENTITY; freed with bytes_free. */
static gnutls_datum_t opened(const struct pkimessage *message, const struct fixture *fixture,
			     gnutls_cipher_algorithm_t cipher)
{
	struct pkimessage_identity identity = {fixture->certificate, fixture->key};
	struct pkimessage_envelope *envelope = NULL;
	gnutls_datum_t plaintext;

	cr_assert_eq(pkimessage_envelope_parse(pkimessage_content(message), &envelope), PKIMESSAGE_OK);
	cr_expect_eq(pkimessage_envelope_cipher(envelope), cipher);
	cr_assert_eq(pkimessage_envelope_decrypt(envelope, &identity, 1, ALL_LEGACY, &plaintext),
		     PKIMESSAGE_OK);
	pkimessage_envelope_free(envelope);
	return plaintext;
}

/* What every reply takes over from its request. */
static void expect_reply(const struct pkimessage *reply, const struct pkimessage *request, int status)
{
	cr_expect_eq(pkimessage_message_type(reply), PKIMESSAGE_CERT_REP);
	cr_expect_eq(pkimessage_pki_status(reply), status);
	cr_expect(bytes_equal(pkimessage_transaction_id(reply), pkimessage_transaction_id(request)));
	cr_expect_eq(pkimessage_transaction_id_tag(reply), DER_UTF8_STRING);
	cr_expect(bytes_equal(pkimessage_recipient_nonce(reply), pkimessage_sender_nonce(request)));
	cr_expect_eq(pkimessage_sender_nonce(reply)->size, 16);
}

Test(certrep, success_carries_the_certificates_to_the_signer_of_the_request)
{
	static const gnutls_cipher_algorithm_t ciphers[] = {
		GNUTLS_CIPHER_AES_128_CBC, GNUTLS_CIPHER_AES_192_CBC, GNUTLS_CIPHER_AES_256_CBC,
		GNUTLS_CIPHER_3DES_CBC, GNUTLS_CIPHER_DES_CBC};
	gnutls_datum_t chain[] = {fixture_ra()->der, fixture_ca()->der};
	struct pkimessage *request = request_by(fixture_client(), GNUTLS_DIG_SHA256);
	struct pkimessage_signing signing = by_ra(GNUTLS_DIG_UNKNOWN);

	for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++) {
		struct pkimessage_certs *certs = NULL;
		struct pkimessage *reply;
		gnutls_datum_t out, plaintext;

		cr_assert_eq(pkimessage_build_success(request, chain, 2,
						      &(struct pkimessage_encryption){.cipher = ciphers[i]},
						      &signing, &out),
			     PKIMESSAGE_OK);
		reply = parsed(out);
		expect_reply(reply, request, PKIMESSAGE_SUCCESS);
		cr_expect_eq(pkimessage_fail_info(reply), PKIMESSAGE_FAIL_ABSENT);
		plaintext = opened(reply, fixture_client(), ciphers[i]);
		cr_assert_eq(pkimessage_certs_parse(&plaintext, &certs), PKIMESSAGE_OK);
		cr_assert_eq(pkimessage_certs_count(certs), 2);
		cr_expect(bytes_equal(pkimessage_certs_get(certs, 0), &chain[0]), "leaf first");
		cr_expect(bytes_equal(pkimessage_certs_get(certs, 1), &chain[1]));
		pkimessage_certs_free(certs);
		pkimessage_free(reply);
		bytes_free(&plaintext);
	}
	pkimessage_free(request);
}

Test(certrep, replies_mirror_the_digest_unless_told_otherwise)
{
	static const struct {
		gnutls_digest_algorithm_t asked, named, used;
	} cases[] = {
		{GNUTLS_DIG_MD5, GNUTLS_DIG_UNKNOWN, GNUTLS_DIG_MD5},
		{GNUTLS_DIG_SHA1, GNUTLS_DIG_UNKNOWN, GNUTLS_DIG_SHA1},
		{GNUTLS_DIG_SHA512, GNUTLS_DIG_UNKNOWN, GNUTLS_DIG_SHA512},
		{GNUTLS_DIG_SHA1, GNUTLS_DIG_SHA256, GNUTLS_DIG_SHA256},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pkimessage *request = request_by(fixture_client(), cases[i].asked);
		struct pkimessage_signing signing = by_ra(cases[i].named);
		struct pkimessage *reply;
		gnutls_datum_t out;

		cr_assert_eq(pkimessage_build_pending(request, &signing, &out), PKIMESSAGE_OK);
		reply = parsed(out);
		cr_expect_eq(pkimessage_digest(reply), cases[i].used);
		pkimessage_free(reply);
		pkimessage_free(request);
	}
}

Test(certrep, an_unknown_digest_is_answered_with_sha256)
{
	struct forge forge = forge_begin(fixture_client());
	struct pkimessage_signing signing = by_ra(GNUTLS_DIG_UNKNOWN);
	struct pkimessage *request = NULL;
	struct pkimessage *reply;
	gnutls_datum_t message, out;

	forge.digest_oid = "1.2.3.4";
	message = forge_end(&forge);
	cr_assert_eq(pkimessage_parse(&message, &request), PKIMESSAGE_OK);
	cr_expect_eq(pkimessage_verify(request, ALL_LEGACY), PKIMESSAGE_E_ALGORITHM);
	cr_assert_eq(pkimessage_build_failure(request, PKIMESSAGE_BAD_ALG, NULL, &signing, &out),
		     PKIMESSAGE_OK);
	reply = parsed(out);
	cr_expect_eq(pkimessage_digest(reply), GNUTLS_DIG_SHA256);
	pkimessage_free(reply);
	pkimessage_free(request);
	bytes_free(&message);
}

Test(certrep, failure_says_why_and_pending_nothing)
{
	struct pkimessage *request = request_by(fixture_client(), GNUTLS_DIG_SHA256);
	struct pkimessage_signing signing = by_ra(GNUTLS_DIG_UNKNOWN);
	gnutls_datum_t text = BYTES_LITERAL("wrong challenge");
	struct pkimessage *reply;
	gnutls_datum_t out;

	for (int info = PKIMESSAGE_BAD_ALG; info <= PKIMESSAGE_BAD_CERT_ID; info++) {
		cr_assert_eq(pkimessage_build_failure(request, info, "wrong challenge", &signing, &out),
			     PKIMESSAGE_OK);
		reply = parsed(out);
		expect_reply(reply, request, PKIMESSAGE_FAILURE);
		cr_expect_eq(pkimessage_fail_info(reply), info);
		cr_expect(bytes_equal(pkimessage_fail_info_text(reply), &text));
		cr_expect_eq(pkimessage_content(reply)->size, 0);
		pkimessage_free(reply);
	}
	cr_assert_eq(pkimessage_build_pending(request, &signing, &out), PKIMESSAGE_OK);
	reply = parsed(out);
	expect_reply(reply, request, PKIMESSAGE_PENDING);
	cr_expect_eq(pkimessage_fail_info(reply), PKIMESSAGE_FAIL_ABSENT);
	cr_expect_eq(pkimessage_fail_info_text(reply)->size, 0);
	pkimessage_free(reply);
	pkimessage_free(request);
}

Test(certrep, a_request_without_a_nonce_gets_none_back)
{
	struct forge forge = forge_begin(fixture_client());
	struct pkimessage_signing signing = by_ra(GNUTLS_DIG_UNKNOWN);
	struct pkimessage *request, *reply;
	gnutls_datum_t out;

	forge_drop(&forge, OID_SENDER_NONCE);
	request = parsed(forge_end(&forge));
	cr_assert_eq(pkimessage_build_pending(request, &signing, &out), PKIMESSAGE_OK);
	reply = parsed(out);
	cr_expect_eq(pkimessage_recipient_nonce(reply)->size, 0);
	pkimessage_free(reply);
	pkimessage_free(request);
}

Test(certrep, requests_reach_the_ra)
{
	const struct fixture *client = fixture_client();
	struct pkimessage_signing signing = {
		.signer = {client->certificate, client->key},
		.digest = GNUTLS_DIG_SHA256,
		.enclosed = &client->certificate,
		.enclosed_count = 1,
	};
	CLEANUP(bytes_free) gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", "secret", NULL);
	gnutls_datum_t id = BYTES_LITERAL("0123");
	gnutls_datum_t nonce = BYTES_LITERAL("fedcba9876543210");
	const int types[] = {PKIMESSAGE_PKCS_REQ, PKIMESSAGE_RENEWAL_REQ};

	for (size_t i = 0; i < 2; i++) {
		struct pkimessage *request;
		gnutls_datum_t out, plaintext;

		cr_assert_eq(pkimessage_build_request(
				     types[i], &csr, &id, &nonce, fixture_ra()->certificate,
				     &(struct pkimessage_encryption){.cipher = GNUTLS_CIPHER_AES_256_CBC},
				     &signing, &out),
			     PKIMESSAGE_OK);
		request = parsed(out);
		cr_expect_eq(pkimessage_message_type(request), types[i]);
		cr_expect_eq(pkimessage_pki_status(request), PKIMESSAGE_STATUS_ABSENT);
		cr_expect(bytes_equal(pkimessage_transaction_id(request), &id));
		cr_expect(bytes_equal(pkimessage_sender_nonce(request), &nonce));
		plaintext = opened(request, fixture_ra(), GNUTLS_CIPHER_AES_256_CBC);
		cr_expect(bytes_equal(&plaintext, &csr));
		pkimessage_free(request);
		bytes_wipe(&plaintext);
	}
}
