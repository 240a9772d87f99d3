/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/der.h"
#include "base/limits.h"
#include "lib/fixture.h"
#include "pkimessage/pkimessage.h"

#include <criterion/criterion.h>
#include <gnutls/pkcs7.h>
#include <string.h>

#define ALL_LEGACY (PKIMESSAGE_LEGACY_MD5 | PKIMESSAGE_LEGACY_SHA1)

static char long_text[1100];

static struct pkimessage_attributes request_attributes(void)
{
	struct pkimessage_attributes attributes = PKIMESSAGE_ATTRIBUTES_INIT;

	attributes.message_type = PKIMESSAGE_PKCS_REQ;
	attributes.transaction_id = BYTES_LITERAL("t-1");
	return attributes;
}

static struct pkimessage_signing signing_by(const struct fixture *signer, gnutls_digest_algorithm_t digest)
{
	return (struct pkimessage_signing){
		.signer = {signer->certificate, signer->key},
		.digest = digest,
		.enclosed = &signer->certificate,
		.enclosed_count = 1,
	};
}

/* --- refusals --- */

#define ATTRIBUTES(...)                                                                                      \
	{                                                                                                    \
		.transaction_id = BYTES_LITERAL("t"), .pki_status = -1, .fail_info = -1, __VA_ARGS__         \
	}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
static const struct {
	const char *why;
	struct pkimessage_attributes attributes;
} bad_attributes[] = {
	{"messageType below zero", ATTRIBUTES(.message_type = -1)},
	{"messageType of four digits", ATTRIBUTES(.message_type = 1000)},
	{"no transactionID", {.message_type = 19, .pki_status = -1, .fail_info = -1}},
	{"transactionID of 256 bytes",
	 {.message_type = 19,
	  .pki_status = -1,
	  .fail_info = -1,
	  .transaction_id = {(unsigned char *)long_text, LIMIT_TRANSACTION_ID + 1}}},
	{"transactionID as OCTET STRING",
	 ATTRIBUTES(.message_type = 19, .transaction_id_tag = DER_OCTET_STRING)},
	{"transactionID with a tag of more than a byte",
	 ATTRIBUTES(.message_type = 19, .transaction_id_tag = 0x113)},
	{"senderNonce of 65 bytes",
	 ATTRIBUTES(.message_type = 19, .sender_nonce = {(unsigned char *)long_text, LIMIT_NONCE + 1})},
	{"recipientNonce of 65 bytes",
	 ATTRIBUTES(.message_type = 19, .recipient_nonce = {(unsigned char *)long_text, LIMIT_NONCE + 1})},
	{"pkiStatus 1", ATTRIBUTES(.message_type = 3, .pki_status = 1)},
	{"failInfo 5", ATTRIBUTES(.message_type = 3, .fail_info = 5)},
	{"failInfo below none", ATTRIBUTES(.message_type = 3, .fail_info = -2)},
	{"failInfoText that is not UTF-8", ATTRIBUTES(.message_type = 3, .fail_info_text = "\xff")},
	{"failInfoText too long", ATTRIBUTES(.message_type = 3, .fail_info_text = long_text)},
};
#pragma GCC diagnostic pop

Test(build, refuses_attributes_that_no_message_can_have)
{
	memset(long_text, 'x', sizeof long_text - 1);
	for (size_t i = 0; i < sizeof bad_attributes / sizeof *bad_attributes; i++) {
		struct pkimessage_signing signing = signing_by(fixture_ec_client(), GNUTLS_DIG_SHA256);
		gnutls_datum_t out = BYTES_LITERAL("not emptied");

		cr_expect_eq(pkimessage_build(&bad_attributes[i].attributes, NULL, &signing, &out),
			     PKIMESSAGE_E_ARGUMENT, "%s", bad_attributes[i].why);
		cr_expect_null(out.data);
	}
}

Test(build, refuses_signers_that_cannot)
{
	struct pkimessage_attributes attributes = request_attributes();
	const struct fixture *rsa = fixture_client();
	const struct fixture *ec = fixture_ec_client();
	const struct {
		const char *why;
		struct pkimessage_signing signing;
		int error;
	} cases[] = {
		{"nobody", {.digest = GNUTLS_DIG_SHA256}, PKIMESSAGE_E_ARGUMENT},
		{"no key",
		 {.signer = {rsa->certificate, NULL}, .digest = GNUTLS_DIG_SHA256},
		 PKIMESSAGE_E_ARGUMENT},
		{"no certificate",
		 {.signer = {NULL, rsa->key}, .digest = GNUTLS_DIG_SHA256},
		 PKIMESSAGE_E_ARGUMENT},
		{"a list without an address",
		 {.signer = {rsa->certificate, rsa->key}, .digest = GNUTLS_DIG_SHA256, .enclosed_count = 1},
		 PKIMESSAGE_E_ARGUMENT},
		{"too many enclosed",
		 {.signer = {rsa->certificate, rsa->key},
		  .digest = GNUTLS_DIG_SHA256,
		  .enclosed = &rsa->certificate,
		  .enclosed_count = LIMIT_CMS_CERTIFICATES + 1},
		 PKIMESSAGE_E_ARGUMENT},
		{"the key of another kind than the certificate",
		 {.signer = {rsa->certificate, ec->key}, .digest = GNUTLS_DIG_SHA256},
		 PKIMESSAGE_E_KEY},
		{"no digest", {.signer = {rsa->certificate, rsa->key}}, PKIMESSAGE_E_ALGORITHM},
		{"MD2",
		 {.signer = {rsa->certificate, rsa->key}, .digest = GNUTLS_DIG_MD2},
		 PKIMESSAGE_E_ALGORITHM},
		{"ECDSA with MD5",
		 {.signer = {ec->certificate, ec->key}, .digest = GNUTLS_DIG_MD5},
		 PKIMESSAGE_E_ALGORITHM_MISMATCH},
	};
	gnutls_datum_t out;

	cr_expect_eq(pkimessage_build(NULL, NULL, &cases[0].signing, &out), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build(&attributes, NULL, NULL, &out), PKIMESSAGE_E_ARGUMENT);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int error = pkimessage_build(&attributes, NULL, &cases[i].signing, &out);

		cr_expect_eq(error, cases[i].error, "%s: %s", cases[i].why, pkimessage_strerror(error));
		cr_expect_null(out.data);
	}
}

/* --- the message --- */

static struct pkimessage *parsed(const gnutls_datum_t *message, unsigned legacy)
{
	struct pkimessage *result = NULL;

	cr_assert_eq(pkimessage_parse(message, &result), PKIMESSAGE_OK);
	cr_expect_eq(pkimessage_verify(result, legacy), PKIMESSAGE_OK);
	return result;
}

/* GnuTLS's own PKCS #7 code verifies MESSAGE. */
static void gnutls_verifies(const gnutls_datum_t *message, const struct fixture *signer)
{
	gnutls_pkcs7_t pkcs7;

	cr_assert_eq(gnutls_pkcs7_init(&pkcs7), 0);
	cr_assert_eq(gnutls_pkcs7_import(pkcs7, message, GNUTLS_X509_FMT_DER), 0);
	cr_expect_eq(gnutls_pkcs7_verify_direct(pkcs7, signer->certificate, 0, NULL,
						GNUTLS_VERIFY_ALLOW_BROKEN |
							GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1 |
							GNUTLS_VERIFY_DISABLE_TIME_CHECKS),
		     0);
	gnutls_pkcs7_deinit(pkcs7);
}

Test(build, messages_of_every_digest_and_key_verify)
{
	static const gnutls_digest_algorithm_t digests[] = {GNUTLS_DIG_MD5,    GNUTLS_DIG_SHA1,
							    GNUTLS_DIG_SHA224, GNUTLS_DIG_SHA256,
							    GNUTLS_DIG_SHA384, GNUTLS_DIG_SHA512};
	const struct fixture *signers[] = {fixture_client(), fixture_ec_client()};
	struct pkimessage_attributes attributes = request_attributes();
	gnutls_datum_t content = BYTES_LITERAL("content");

	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
		for (size_t j = i == 0 ? 1 : 0; j < 2; j++) {
			const struct fixture *signer = signers[i == 0 ? 0 : j];
			struct pkimessage_signing signing = signing_by(signer, digests[i]);
			CLEANUP(bytes_free) gnutls_datum_t out = {NULL, 0};
			struct pkimessage *message;

			cr_assert_eq(pkimessage_build(&attributes, &content, &signing, &out), PKIMESSAGE_OK);
			message = parsed(&out, ALL_LEGACY);
			cr_expect_eq(pkimessage_digest(message), digests[i]);
			cr_expect_eq(pkimessage_verify(message, 0),
				     i < 2 ? PKIMESSAGE_E_ALGORITHM : PKIMESSAGE_OK);
			cr_expect(bytes_equal(pkimessage_content(message), &content));
			gnutls_verifies(&out, signer);
			pkimessage_free(message);
		}
	}
}

Test(build, writes_every_attribute)
{
	struct pkimessage_signing signing = signing_by(fixture_ec_client(), GNUTLS_DIG_SHA256);
	CLEANUP(bytes_free) gnutls_datum_t out = {NULL, 0};
	struct pkimessage_attributes attributes = {
		.message_type = PKIMESSAGE_CERT_REP,
		.pki_status = PKIMESSAGE_FAILURE,
		.fail_info = PKIMESSAGE_BAD_ALG,
		.fail_info_text = "nein \xe2\x98\xba",
		.transaction_id = BYTES_LITERAL("\xc3\xa4"),
		.transaction_id_tag = DER_UTF8_STRING,
		.sender_nonce = BYTES_LITERAL("mine"),
		.recipient_nonce = BYTES_LITERAL("yours"),
	};
	gnutls_datum_t text = bytes_view_text(attributes.fail_info_text);
	struct pkimessage *message;

	cr_assert_eq(pkimessage_build(&attributes, NULL, &signing, &out), PKIMESSAGE_OK);
	message = parsed(&out, 0);
	cr_expect_eq(pkimessage_message_type(message), PKIMESSAGE_CERT_REP);
	cr_expect_eq(pkimessage_pki_status(message), PKIMESSAGE_FAILURE);
	cr_expect_eq(pkimessage_fail_info(message), PKIMESSAGE_BAD_ALG);
	cr_expect(bytes_equal(pkimessage_fail_info_text(message), &text));
	cr_expect(bytes_equal(pkimessage_transaction_id(message), &attributes.transaction_id));
	cr_expect_eq(pkimessage_transaction_id_tag(message), DER_UTF8_STRING);
	cr_expect(bytes_equal(pkimessage_sender_nonce(message), &attributes.sender_nonce));
	cr_expect(bytes_equal(pkimessage_recipient_nonce(message), &attributes.recipient_nonce));
	pkimessage_free(message);
}

Test(build, makes_a_fresh_nonce_each_time)
{
	struct pkimessage_signing signing = signing_by(fixture_ec_client(), GNUTLS_DIG_SHA256);
	struct pkimessage_attributes attributes = request_attributes();
	struct pkimessage *messages[2];

	for (size_t i = 0; i < 2; i++) {
		CLEANUP(bytes_free) gnutls_datum_t out = {NULL, 0};

		cr_assert_eq(pkimessage_build(&attributes, NULL, &signing, &out), PKIMESSAGE_OK);
		messages[i] = parsed(&out, 0);
		cr_expect_eq(pkimessage_sender_nonce(messages[i])->size, 16);
		cr_expect_eq(pkimessage_recipient_nonce(messages[i])->size, 0);
	}
	cr_expect_not(
		bytes_equal(pkimessage_sender_nonce(messages[0]), pkimessage_sender_nonce(messages[1])));
	pkimessage_free(messages[0]);
	pkimessage_free(messages[1]);
}

Test(build, encloses_certificates_in_the_order_given)
{
	const struct fixture *ra = fixture_ra();
	gnutls_x509_crt_t enclosed[] = {fixture_ca()->certificate, ra->certificate,
					fixture_ec_ca()->certificate};
	struct pkimessage_signing signing = {.signer = {ra->certificate, ra->key},
					     .digest = GNUTLS_DIG_SHA256,
					     .enclosed = enclosed,
					     .enclosed_count = 3};
	struct pkimessage_attributes attributes = request_attributes();
	CLEANUP(bytes_free) gnutls_datum_t out = {NULL, 0};
	struct pkimessage *message;

	cr_assert_eq(pkimessage_build(&attributes, NULL, &signing, &out), PKIMESSAGE_OK);
	message = parsed(&out, 0);
	cr_assert_eq(pkimessage_certificate_count(message), 3);
	cr_expect(bytes_equal(pkimessage_certificate(message, 0), &fixture_ca()->der));
	cr_expect(bytes_equal(pkimessage_certificate(message, 1), &ra->der));
	cr_expect(bytes_equal(pkimessage_certificate(message, 2), &fixture_ec_ca()->der));
	cr_expect(bytes_equal(pkimessage_signer_certificate(message), &ra->der));
	pkimessage_free(message);
}

/* Finds NEEDLE in HAYSTACK. */
static unsigned char *find(const gnutls_datum_t *haystack, gnutls_datum_t needle)
{
	return memmem(haystack->data, haystack->size, needle.data, needle.size);
}

Test(build, writes_an_empty_content_where_nothing_is_enclosed)
{
	struct pkimessage_signing signing = signing_by(fixture_client(), GNUTLS_DIG_SHA256);
	struct pkimessage_attributes attributes = request_attributes();
	gnutls_datum_t empty = {NULL, 0};

	for (size_t i = 0; i < 2; i++) {
		CLEANUP(bytes_free) gnutls_datum_t out = {NULL, 0};

		cr_assert_eq(pkimessage_build(&attributes, i == 0 ? NULL : &empty, &signing, &out),
			     PKIMESSAGE_OK);
		/* id-data, then [0] with an OCTET STRING of no length. */
		cr_expect_not_null(find(
			&out,
			BYTES_LITERAL(
				"\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x02\x04\x00")));
	}
}

/* The signed attributes of MESSAGE: contents of [0] behind the digest algorithm, which is SHA-256. */
static struct der signed_attributes(const gnutls_datum_t *message)
{
	gnutls_datum_t digest =
		BYTES_LITERAL("\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\xa0");
	unsigned char *at = find(message, digest);
	gnutls_datum_t rest;
	struct der cursor;

	cr_assert_not_null(at);
	at += digest.size - 1;
	rest = bytes_view(at, (size_t)(message->data + message->size - at));
	cursor = der_open(&rest);
	return der_enter(&cursor, 0xa0);
}

Test(build, signs_as_old_clients_need_it)
{
	struct pkimessage_signing signing = signing_by(fixture_client(), GNUTLS_DIG_SHA256);
	struct pkimessage_attributes attributes = request_attributes();
	CLEANUP(bytes_free) gnutls_datum_t out = {NULL, 0};
	gnutls_datum_t previous = {NULL, 0};
	struct der set;

	cr_assert_eq(pkimessage_build(&attributes, NULL, &signing, &out), PKIMESSAGE_OK);
	/* signatureAlgorithm rsaEncryption, NULL, and the signature of 256 bytes behind it. */
	cr_expect_not_null(find(
		&out,
		BYTES_LITERAL(
			"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04\x82\x01\x00")));
	set = signed_attributes(&out);
	while (der_more(&set)) {
		gnutls_datum_t next = der_any(&set);
		size_t common = previous.size < next.size ? previous.size : next.size;

		cr_expect(previous.size == 0 || memcmp(previous.data, next.data, common) < 0, "DER order");
		previous = next;
	}
	cr_expect(der_done(&set));
}
