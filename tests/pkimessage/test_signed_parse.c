/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/der.h"
#include "base/limits.h"
#include "forge.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Parses MESSAGE, which is freed; on success the parsed message is dropped as well. */
static int parse(gnutls_datum_t message)
{
	struct pkimessage *parsed = NULL;
	int error = pkimessage_parse(&message, &parsed);

	cr_expect((error == PKIMESSAGE_OK) == (parsed != NULL));
	pkimessage_free(parsed);
	bytes_free(&message);
	return error;
}

/* --- attributes --- */

enum action {
	DROP,
	ADD,
	REPLACE,
	TWO_VALUES,
	NO_VALUE,
};

#define LONG_TEXT_64  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LONG_TEXT_256 LONG_TEXT_64 LONG_TEXT_64 LONG_TEXT_64 LONG_TEXT_64

static const struct {
	const char *why;
	const char *oid;
	enum action action;
	unsigned tag;
	const char *value;
	int error;
} attributes[] = {
	{"no contentType", OID_CONTENT_TYPE, DROP, 0, "", PKIMESSAGE_E_ATTRIBUTE_MISSING},
	{"no messageDigest", OID_MESSAGE_DIGEST, DROP, 0, "", PKIMESSAGE_E_ATTRIBUTE_MISSING},
	{"no messageType", OID_MESSAGE_TYPE, DROP, 0, "", PKIMESSAGE_E_ATTRIBUTE_MISSING},
	{"no transactionID", OID_TRANSACTION_ID, DROP, 0, "", PKIMESSAGE_E_ATTRIBUTE_MISSING},

	{"two messageTypes", OID_MESSAGE_TYPE, ADD, DER_PRINTABLE_STRING, "17",
	 PKIMESSAGE_E_ATTRIBUTE_DUPLICATE},
	{"the same messageType again", OID_MESSAGE_TYPE, ADD, DER_PRINTABLE_STRING, "19",
	 PKIMESSAGE_E_ATTRIBUTE_DUPLICATE},
	{"two transactionIDs", OID_TRANSACTION_ID, ADD, DER_PRINTABLE_STRING, "x",
	 PKIMESSAGE_E_ATTRIBUTE_DUPLICATE},
	{"two senderNonces", OID_SENDER_NONCE, ADD, DER_OCTET_STRING, "x", PKIMESSAGE_E_ATTRIBUTE_DUPLICATE},
	{"two contentTypes", OID_CONTENT_TYPE, ADD, DER_OID, "\x2a", PKIMESSAGE_E_ATTRIBUTE_DUPLICATE},
	{"two messageDigests", OID_MESSAGE_DIGEST, ADD, DER_OCTET_STRING, "x",
	 PKIMESSAGE_E_ATTRIBUTE_DUPLICATE},
	{"a messageType of two values", OID_MESSAGE_TYPE, TWO_VALUES, DER_PRINTABLE_STRING, "19",
	 PKIMESSAGE_E_ATTRIBUTE_DUPLICATE},
	{"a messageDigest of two values", OID_MESSAGE_DIGEST, TWO_VALUES, DER_OCTET_STRING, "x",
	 PKIMESSAGE_E_ATTRIBUTE_DUPLICATE},
	{"a transactionID without a value", OID_TRANSACTION_ID, NO_VALUE, 0, "",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},

	{"messageType as OCTET STRING", OID_MESSAGE_TYPE, REPLACE, DER_OCTET_STRING, "19",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"messageType as SEQUENCE", OID_MESSAGE_TYPE, REPLACE, DER_SEQUENCE, "\x04\x01z",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"messageType empty", OID_MESSAGE_TYPE, REPLACE, DER_PRINTABLE_STRING, "",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"messageType of four digits", OID_MESSAGE_TYPE, REPLACE, DER_PRINTABLE_STRING, "1000",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"messageType with a sign", OID_MESSAGE_TYPE, REPLACE, DER_PRINTABLE_STRING, "-19",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"messageType with a space", OID_MESSAGE_TYPE, REPLACE, DER_PRINTABLE_STRING, "19 ",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"messageType in words", OID_MESSAGE_TYPE, REPLACE, DER_PRINTABLE_STRING, "req",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"messageType INTEGER above 999", OID_MESSAGE_TYPE, REPLACE, DER_INTEGER, "\x03\xe8",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"messageType INTEGER below zero", OID_MESSAGE_TYPE, REPLACE, DER_INTEGER, "\xed",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"transactionID empty", OID_TRANSACTION_ID, REPLACE, DER_PRINTABLE_STRING, "",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"transactionID of 256 bytes", OID_TRANSACTION_ID, REPLACE, DER_PRINTABLE_STRING, LONG_TEXT_256,
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"transactionID as OCTET STRING", OID_TRANSACTION_ID, REPLACE, DER_OCTET_STRING, "x",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"transactionID as NULL", OID_TRANSACTION_ID, REPLACE, DER_NULL, "", PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"senderNonce as PrintableString", OID_SENDER_NONCE, REPLACE, DER_PRINTABLE_STRING,
	 "0123456789abcdef", PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"senderNonce of 65 bytes", OID_SENDER_NONCE, REPLACE, DER_OCTET_STRING, LONG_TEXT_64 "x",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"recipientNonce of 65 bytes", OID_RECIPIENT_NONCE, REPLACE, DER_OCTET_STRING, LONG_TEXT_64 "x",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"contentType as OCTET STRING", OID_CONTENT_TYPE, REPLACE, DER_OCTET_STRING, "\x2a",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"messageDigest empty", OID_MESSAGE_DIGEST, REPLACE, DER_OCTET_STRING, "",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"messageDigest as BIT STRING", OID_MESSAGE_DIGEST, REPLACE, DER_BIT_STRING, LONG_TEXT_64,
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"messageDigest of 65 bytes", OID_MESSAGE_DIGEST, REPLACE, DER_OCTET_STRING, LONG_TEXT_64 "x",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"pkiStatus 1, which is none", OID_PKI_STATUS, REPLACE, DER_PRINTABLE_STRING, "1",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"pkiStatus as OCTET STRING", OID_PKI_STATUS, REPLACE, DER_OCTET_STRING, "0",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"failInfo 5, which is none", OID_FAIL_INFO, REPLACE, DER_PRINTABLE_STRING, "5",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},
	{"failInfoText that is not UTF-8", OID_FAIL_INFO_TEXT, REPLACE, DER_UTF8_STRING, "\xff",
	 PKIMESSAGE_E_ATTRIBUTE_VALUE},

	{"messageType as UTF8String", OID_MESSAGE_TYPE, REPLACE, DER_UTF8_STRING, "19", PKIMESSAGE_OK},
	{"messageType as INTEGER", OID_MESSAGE_TYPE, REPLACE, DER_INTEGER, "\x13", PKIMESSAGE_OK},
	{"transactionID as UTF8String", OID_TRANSACTION_ID, REPLACE, DER_UTF8_STRING, "x", PKIMESSAGE_OK},
	{"no senderNonce", OID_SENDER_NONCE, DROP, 0, "", PKIMESSAGE_OK},
	{"senderNonce of eight bytes", OID_SENDER_NONCE, REPLACE, DER_OCTET_STRING, "01234567",
	 PKIMESSAGE_OK},
	{"an attribute nobody knows", "1.3.6.1.4.1.99999.1", ADD, DER_BOOLEAN, "\xff", PKIMESSAGE_OK},
	{"signingTime, which is ignored", OID_SIGNING_TIME, ADD, DER_UTC_TIME, "261121080000Z",
	 PKIMESSAGE_OK},
};

static void apply(struct forge *forge, size_t i)
{
	size_t size = strlen(attributes[i].value);

	if (attributes[i].action != ADD)
		forge_drop(forge, attributes[i].oid);
	if (attributes[i].action == ADD || attributes[i].action == REPLACE)
		forge_add(forge, attributes[i].oid, attributes[i].tag, attributes[i].value, size);
	if (attributes[i].action == TWO_VALUES || attributes[i].action == NO_VALUE)
		forge_add_values(forge, attributes[i].oid, attributes[i].tag, attributes[i].value, size,
				 attributes[i].action == TWO_VALUES ? 2 : 0);
}

Test(signed_parse, checks_each_attribute)
{
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
		struct forge forge = forge_begin(fixture_ec_client());
		int error;

		apply(&forge, i);
		error = parse(forge_end(&forge));
		cr_expect_eq(error, attributes[i].error, "%s: %s", attributes[i].why,
			     pkimessage_strerror(error));
	}
}

Test(signed_parse, bounds_the_number_of_attributes)
{
	for (size_t more = 0; more < 2; more++) {
		struct forge forge = forge_begin(fixture_ec_client());

		while (forge.attribute_count < LIMIT_CMS_ATTRIBUTES + more)
			forge_add(&forge, "1.3.6.1.4.1.99999.1", DER_NULL, "", 0);
		cr_expect_eq(parse(forge_end(&forge)), more == 0 ? PKIMESSAGE_OK : PKIMESSAGE_E_LIMIT);
	}
}

Test(signed_parse, demands_signed_attributes)
{
	struct forge forge = forge_begin(fixture_ec_client());

	forge.no_attributes = true;
	cr_expect_eq(parse(forge_end(&forge)), PKIMESSAGE_E_ATTRIBUTE_MISSING);
}

/* --- structure --- */

Test(signed_parse, refuses_other_content_types)
{
	static const char *const oids[] = {"1.2.840.113549.1.7.1", "1.2.840.113549.1.7.3", "1.2.3"};

	for (size_t i = 0; i < sizeof oids / sizeof *oids; i++) {
		struct forge outer = forge_begin(fixture_ec_client());
		struct forge inner = forge_begin(fixture_ec_client());

		outer.outer_type = oids[i];
		cr_expect_eq(parse(forge_end(&outer)), PKIMESSAGE_E_CONTENT_TYPE, "%s", oids[i]);
		inner.content_type = i == 0 ? "1.2.840.113549.1.7.2" : oids[i];
		cr_expect_eq(parse(forge_end(&inner)), PKIMESSAGE_E_CONTENT_TYPE, "%s", oids[i]);
	}
}

Test(signed_parse, wants_exactly_one_signer)
{
	static const size_t counts[] = {0, 2, 3, 40};

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		struct forge forge = forge_begin(fixture_ec_client());

		forge.signers = counts[i];
		cr_expect_eq(parse(forge_end(&forge)), PKIMESSAGE_E_SIGNER, "%zu signers", counts[i]);
	}
}

Test(signed_parse, refuses_bytes_after_the_message)
{
	struct forge forge = forge_begin(fixture_ec_client());

	forge.trailer = BYTES_LITERAL("\x00");
	cr_expect_eq(parse(forge_end(&forge)), PKIMESSAGE_E_SYNTAX);
}

Test(signed_parse, refuses_nothing_and_nonsense)
{
	static const char *const inputs[] = {"",         "\x30",      "hello", "-----BEGIN PKCS7-----",
					     "\x30\x80", "\x04\x02hi"};
	struct pkimessage *parsed = NULL;

	cr_expect_eq(pkimessage_parse(NULL, &parsed), PKIMESSAGE_E_ARGUMENT);
	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
		gnutls_datum_t input = bytes_view_text(inputs[i]);

		cr_expect_neq(pkimessage_parse(&input, &parsed), PKIMESSAGE_OK);
		cr_expect_null(parsed);
	}
	pkimessage_free(NULL);
}

Test(signed_parse, refuses_a_message_cut_short_anywhere)
{
	struct forge forge = forge_begin(fixture_ec_client());
	gnutls_datum_t message = forge_end(&forge);

	for (unsigned size = 0; size < message.size; size++) {
		gnutls_datum_t part = {message.data, size};
		struct pkimessage *parsed = NULL;

		cr_expect_neq(pkimessage_parse(&part, &parsed), PKIMESSAGE_OK, "%u bytes", size);
		cr_expect_null(parsed);
	}
	bytes_free(&message);
}

/* --- the signer's certificate --- */

Test(signed_parse, refuses_a_sid_that_names_no_enclosed_certificate)
{
	struct forge none = forge_begin(fixture_ec_client());
	struct forge other = forge_begin(fixture_ec_client());
	struct forge neither = forge_begin(fixture_ec_client());
	struct forge key_id = forge_begin(fixture_ec_client());

	none.certificates = &fixture_ca()->der;
	none.certificate_count = 0;
	cr_expect_eq(parse(forge_end(&none)), PKIMESSAGE_E_SIGNER, "no certificate at all");
	other.certificates = &fixture_ca()->der;
	other.certificate_count = 1;
	cr_expect_eq(parse(forge_end(&other)), PKIMESSAGE_E_SIGNER, "somebody else's certificate");
	neither.sid = BYTES_LITERAL("\x02\x01\x05");
	cr_expect_eq(parse(forge_end(&neither)), PKIMESSAGE_E_SYNTAX, "a sid that is none");
	key_id.sid = BYTES_LITERAL("\x80\x00");
	cr_expect_eq(parse(forge_end(&key_id)), PKIMESSAGE_E_SYNTAX, "an empty key identifier");
}

Test(signed_parse, bounds_the_number_of_certificates)
{
	gnutls_datum_t certificates[LIMIT_CMS_CERTIFICATES + 1];

	for (size_t i = 0; i < LIMIT_CMS_CERTIFICATES + 1; i++)
		certificates[i] = fixture_ec_client()->der;
	for (size_t more = 0; more < 2; more++) {
		struct forge forge = forge_begin(fixture_ec_client());

		forge.certificates = certificates;
		forge.certificate_count = LIMIT_CMS_CERTIFICATES + more;
		cr_expect_eq(parse(forge_end(&forge)), more == 0 ? PKIMESSAGE_OK : PKIMESSAGE_E_LIMIT);
	}
}

Test(signed_parse, picks_the_signer_by_sid_and_keeps_the_order)
{
	gnutls_datum_t attribute_certificate = BYTES_LITERAL("\xa1\x03\x02\x01\x05");
	gnutls_datum_t certificates[] = {fixture_ca()->der, attribute_certificate, fixture_client()->der,
					 fixture_ec_client()->der};

	for (size_t i = 0; i < 2; i++) {
		struct forge forge = forge_begin(fixture_client());
		struct pkimessage *parsed = NULL;
		gnutls_datum_t message;

		forge.certificates = certificates;
		forge.certificate_count = sizeof certificates / sizeof *certificates;
		forge.key_id = i == 1;
		message = forge_end(&forge);
		cr_assert_eq(pkimessage_parse(&message, &parsed), PKIMESSAGE_OK);
		cr_expect(bytes_equal(pkimessage_signer_certificate(parsed), &fixture_client()->der));
		cr_assert_eq(pkimessage_certificate_count(parsed), 3,
			     "the attribute certificate is passed over");
		cr_expect(bytes_equal(pkimessage_certificate(parsed, 0), &fixture_ca()->der));
		cr_expect(bytes_equal(pkimessage_certificate(parsed, 2), &fixture_ec_client()->der));
		cr_expect_null(pkimessage_certificate(parsed, 3));
		pkimessage_free(parsed);
		bytes_free(&message);
	}
}

/* Issuer and serial number for sid, the issuer as UTF8String "Device" and the serial with SIZE bytes at
 * SERIAL. */
static gnutls_datum_t sid(const char *name, const void *serial, size_t size)
{
	struct buffer attribute = {0}, rdn = {0}, set = {0}, issuer = {0}, inside = {0}, out = {0};
	gnutls_datum_t bytes;

	der_put_oid(&attribute, "2.5.4.3");
	der_put(&attribute, DER_UTF8_STRING, name, strlen(name));
	der_put_buffer(&rdn, DER_SEQUENCE, &attribute);
	der_put_buffer(&set, DER_SET, &rdn);
	der_put_buffer(&issuer, DER_SEQUENCE, &set);
	der_put_raw(&inside, &(gnutls_datum_t){issuer.data, (unsigned)issuer.size});
	der_put(&inside, DER_INTEGER, serial, size);
	der_put_buffer(&out, DER_SEQUENCE, &inside);
	buffer_free(&issuer);
	cr_assert(buffer_take(&out, &bytes));
	return bytes;
}

Test(signed_parse, compares_names_as_names_and_serials_as_numbers)
{
	static const struct {
		const char *why;
		const char *name;
		const char *serial;
		size_t size;
		int error;
	} cases[] = {
		{"another name", "device2", "\xbf\x50", 2, PKIMESSAGE_E_SIGNER},
		{"another serial", "device", "\xbf\x51", 2, PKIMESSAGE_E_SIGNER},
		{"a longer serial", "device", "\xbf\x50\x00", 3, PKIMESSAGE_E_SIGNER},
		{"the serial as in the certificate", "device", "\x00\xbf\x50", 3, PKIMESSAGE_OK},
		{"the serial without its leading zero, which then looks negative", "device", "\xbf\x50", 2,
		 PKIMESSAGE_OK},
		{"the serial with two leading zeros", "device", "\x00\x00\xbf\x50", 4, PKIMESSAGE_OK},
		{"the name in capitals and spaced", " DEVICE ", "\x00\xbf\x50", 3, PKIMESSAGE_OK},
	};
	struct fixture signer = fixture_make(&(struct fixture_options){
		.key = FIXTURE_EC_CLIENT, .subject = "CN=device", .serial = "00bf50"});

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct forge forge = forge_begin(&signer);

		forge.sid = sid(cases[i].name, cases[i].serial, cases[i].size);
		cr_expect_eq(parse(forge_end(&forge)), cases[i].error, "%s", cases[i].why);
		bytes_free(&forge.sid);
	}
	fixture_free(&signer);
}

/* --- what is read --- */

Test(signed_parse, reads_a_request)
{
	struct forge forge = forge_begin(fixture_client());
	gnutls_datum_t message = forge_end(&forge);
	gnutls_datum_t id = BYTES_LITERAL("t-1");
	gnutls_datum_t nonce = BYTES_LITERAL("0123456789abcdef");
	gnutls_datum_t content = BYTES_LITERAL("content");
	struct pkimessage *parsed = NULL;

	cr_assert_eq(pkimessage_parse(&message, &parsed), PKIMESSAGE_OK);
	/* The parsed message lives on its own copy. */
	memset(message.data, 0, message.size);
	bytes_free(&message);
	cr_expect_eq(pkimessage_message_type(parsed), PKIMESSAGE_PKCS_REQ);
	cr_expect(bytes_equal(pkimessage_transaction_id(parsed), &id));
	cr_expect_eq(pkimessage_transaction_id_tag(parsed), DER_PRINTABLE_STRING);
	cr_expect(bytes_equal(pkimessage_sender_nonce(parsed), &nonce));
	cr_expect_eq(pkimessage_recipient_nonce(parsed)->size, 0);
	cr_expect_eq(pkimessage_pki_status(parsed), PKIMESSAGE_STATUS_ABSENT);
	cr_expect_eq(pkimessage_fail_info(parsed), PKIMESSAGE_FAIL_ABSENT);
	cr_expect_eq(pkimessage_fail_info_text(parsed)->size, 0);
	cr_expect_eq(pkimessage_digest(parsed), GNUTLS_DIG_SHA256);
	cr_expect(bytes_equal(pkimessage_content(parsed), &content));
	pkimessage_free(parsed);
}

Test(signed_parse, reads_every_message_type)
{
	static const int types[] = {0, 3, 17, 18, 19, 20, 21, 22, 99, 100, 255, 999};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct forge forge = forge_begin(fixture_ec_client());
		struct pkimessage *parsed = NULL;
		gnutls_datum_t message;
		char digits[8];

		(void)snprintf(digits, sizeof digits, "%d", types[i]);
		forge_replace(&forge, OID_MESSAGE_TYPE, DER_PRINTABLE_STRING, digits, strlen(digits));
		message = forge_end(&forge);
		cr_assert_eq(pkimessage_parse(&message, &parsed), PKIMESSAGE_OK);
		cr_expect_eq(pkimessage_message_type(parsed), types[i]);
		pkimessage_free(parsed);
		bytes_free(&message);
	}
}

Test(signed_parse, reads_a_reply)
{
	struct forge forge = forge_begin(fixture_ec_client());
	struct pkimessage *parsed = NULL;
	gnutls_datum_t text = BYTES_LITERAL("nein, danke \xe2\x98\xba");
	gnutls_datum_t nonce = BYTES_LITERAL("echo");
	gnutls_datum_t message;

	forge_replace(&forge, OID_MESSAGE_TYPE, DER_PRINTABLE_STRING, "3", 1);
	forge_add(&forge, OID_PKI_STATUS, DER_PRINTABLE_STRING, "2", 1);
	forge_add(&forge, OID_FAIL_INFO, DER_PRINTABLE_STRING, "4", 1);
	forge_add(&forge, OID_FAIL_INFO_TEXT, DER_UTF8_STRING, text.data, text.size);
	forge_add(&forge, OID_RECIPIENT_NONCE, DER_OCTET_STRING, nonce.data, nonce.size);
	forge.no_content = true;
	message = forge_end(&forge);
	cr_assert_eq(pkimessage_parse(&message, &parsed), PKIMESSAGE_OK);
	cr_expect_eq(pkimessage_message_type(parsed), PKIMESSAGE_CERT_REP);
	cr_expect_eq(pkimessage_pki_status(parsed), PKIMESSAGE_FAILURE);
	cr_expect_eq(pkimessage_fail_info(parsed), PKIMESSAGE_BAD_CERT_ID);
	cr_expect(bytes_equal(pkimessage_fail_info_text(parsed), &text));
	cr_expect(bytes_equal(pkimessage_recipient_nonce(parsed), &nonce));
	cr_expect_eq(pkimessage_content(parsed)->size, 0);
	pkimessage_free(parsed);
	bytes_free(&message);
}
