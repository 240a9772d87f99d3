/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/der.h"
#include "base/text.h"
#include "lib/ber_maker.h"
#include "lib/files.h"
#include "pkimessage/envelope.h"
#include "pkimessage/make_envelope.h"

static int parse(const gnutls_datum_t *input, gnutls_cipher_algorithm_t *cipher)
{
	struct pkimessage_envelope *envelope;
	int error = pkimessage_envelope_parse(input, &envelope);

	cr_expect_eq(envelope != NULL, error == PKIMESSAGE_OK);
	if (cipher != NULL)
		*cipher = envelope == NULL ? GNUTLS_CIPHER_UNKNOWN : pkimessage_envelope_cipher(envelope);
	pkimessage_envelope_free(envelope);
	return error;
}

#define AES_256  "2.16.840.1.101.3.4.1.42"
#define DES      "1.3.14.3.2.7"
#define CAMELLIA "1.2.392.200011.61.1.1.1.2"

static const struct {
	struct envelope_parts parts;
	size_t recipients;
	int expected;
	const char *why;
} cases[] = {
	{{.outer_type = "1.2.840.113549.1.7.1"},
	 1,
	 PKIMESSAGE_E_CONTENT_TYPE,
	 "data instead of enveloped-data"},
	{{.outer_type = "1.2.840.113549.1.9.16.1.23"}, 1, PKIMESSAGE_E_CONTENT_TYPE, "authEnvelopedData"},
	{{0}, 0, PKIMESSAGE_E_SYNTAX, "no recipient"},
	{{0}, 17, PKIMESSAGE_E_LIMIT, "one recipient too many"},
	{{0}, 3000, PKIMESSAGE_E_LIMIT, "3,000 recipients"},
	{{0}, 10000, PKIMESSAGE_E_LIMIT, "10,000 recipients"},
	{{.parameters = ""}, 1, PKIMESSAGE_E_SYNTAX, "no initialisation vector"},
	{{.parameters = "0500"}, 1, PKIMESSAGE_E_SYNTAX, "NULL in its place"},
	{{.parameters = "0400"}, 1, PKIMESSAGE_E_SYNTAX, "an empty one"},
	{{.parameters = "04080000000000000000"}, 1, PKIMESSAGE_E_SYNTAX, "half of one"},
	{{.parameters = "040f000000000000000000000000000000"}, 1, PKIMESSAGE_E_SYNTAX, "one a byte short"},
	{{.parameters = "04110000000000000000000000000000000000"}, 1, PKIMESSAGE_E_SYNTAX, "one a byte long"},
	{{.cipher = DES}, 1, PKIMESSAGE_E_SYNTAX, "DES with a vector of AES's size"},
	{{.content = "a003020105"}, 1, PKIMESSAGE_E_SYNTAX, "a segment that is no OCTET STRING"},
	{{.content = "81020000"}, 1, PKIMESSAGE_E_SYNTAX, "content with another tag"},
	{{.after = "a2020500"}, 1, PKIMESSAGE_E_SYNTAX, "an unknown field at the end"},
	{{.before = "0201ff"}, 1, PKIMESSAGE_E_SYNTAX, "an unknown field in front"},
	{{.trailing = "0500"}, 1, PKIMESSAGE_E_SYNTAX, "something behind it in its ContentInfo"},
	{{.outer_type = "", .trailing = "0500"},
	 1,
	 PKIMESSAGE_E_SYNTAX,
	 "something behind it, without ContentInfo"},
	{{0}, 1, PKIMESSAGE_OK, "as it should be"},
	{{.outer_type = ""}, 1, PKIMESSAGE_OK, "without ContentInfo"},
	{{0}, 16, PKIMESSAGE_OK, "as many recipients as allowed"},
	{{.before = "a000"}, 1, PKIMESSAGE_OK, "originatorInfo is passed over"},
	{{.after = "a1020500"}, 1, PKIMESSAGE_OK, "unprotectedAttrs, too"},
	{{.inner_type = "1.2.840.113549.1.7.6"}, 1, PKIMESSAGE_OK, "an odd inner content type"},
	{{.content = ""}, 1, PKIMESSAGE_OK, "no content: decryption will tell"},
	{{.content = "a000"}, 1, PKIMESSAGE_OK, "content of no segments"},
	{{.content = "a0060401aa0401bb"}, 1, PKIMESSAGE_OK, "content in segments"},
	{{.cipher = CAMELLIA, .parameters = ""}, 1, PKIMESSAGE_OK, "an unknown cipher: decryption will tell"},
};

Test(envelope_parse, no_input_at_all)
{
	struct pkimessage_envelope *envelope = (struct pkimessage_envelope *)&envelope;

	cr_expect_eq(pkimessage_envelope_parse(NULL, &envelope), PKIMESSAGE_E_ARGUMENT);
	cr_expect_null(envelope);
}

Test(envelope_parse, structure)
{
	struct recipient_parts recipient = {.encrypted_key = BYTES_LITERAL("secret")};
	gnutls_datum_t one = make_recipient(&recipient);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct envelope_parts parts = cases[i].parts;
		gnutls_datum_t *recipients = calloc(cases[i].recipients + 1, sizeof one);
		gnutls_datum_t input;

		for (size_t j = 0; j < cases[i].recipients; j++)
			recipients[j] = one;
		parts.recipients = recipients;
		parts.recipient_count = cases[i].recipients;
		input = make_envelope(&parts);
		cr_expect_eq(parse(&input, NULL), cases[i].expected, "%s", cases[i].why);
		bytes_free(&input);
		free(recipients);
	}
	bytes_free(&one);
}

static const struct {
	const char *bytes; /* a RecipientInfo in place of the good one */
	size_t size;
	int expected;
	const char *why;
} kinds[] = {
	{"\x30\x00", 2, PKIMESSAGE_E_SYNTAX, "an empty KeyTransRecipientInfo"},
	{"\x30\x03\x02\x01\x00", 5, PKIMESSAGE_E_SYNTAX, "one that ends after its version"},
	{"\xa3\x00", 2, PKIMESSAGE_E_SYNTAX, "an empty PasswordRecipientInfo"},
	{"\xa1\x00", 2, PKIMESSAGE_OK, "KeyAgreeRecipientInfo is not for us, whatever it holds"},
	{"\xa2\x00", 2, PKIMESSAGE_OK, "KEKRecipientInfo"},
	{"\xa4\x00", 2, PKIMESSAGE_OK, "OtherRecipientInfo"},
};

Test(envelope_parse, recipients_of_other_kinds)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		gnutls_datum_t recipient = bytes_view(kinds[i].bytes, kinds[i].size);
		gnutls_datum_t input = make_envelope(
			&(struct envelope_parts){.recipients = &recipient, .recipient_count = 1});

		cr_expect_eq(parse(&input, NULL), kinds[i].expected, "%s", kinds[i].why);
		bytes_free(&input);
	}
}

Test(envelope_parse, bounds_the_encrypted_key)
{
	unsigned char key[LIMIT_RSA_BYTES + 1] = {0};

	for (size_t i = 0; i < 2; i++) {
		struct recipient_parts parts = {.encrypted_key = bytes_view(key, LIMIT_RSA_BYTES + i)};
		gnutls_datum_t recipient = make_recipient(&parts);
		gnutls_datum_t input = make_envelope(
			&(struct envelope_parts){.recipients = &recipient, .recipient_count = 1});

		cr_expect_eq(parse(&input, NULL), i == 0 ? PKIMESSAGE_OK : PKIMESSAGE_E_LIMIT);
		bytes_free(&input);
		bytes_free(&recipient);
	}
}

/* [0] around COUNT segments of a byte, in hex. */
static char *segments(size_t count)
{
	struct buffer inside = {0}, outside = {0};
	gnutls_datum_t bytes;
	char *text;

	for (size_t i = 0; i < count; i++)
		buffer_append(&inside, "\x04\x01\x00", 3);
	der_put_buffer(&outside, DER_CONTEXT_CONSTRUCTED(0), &inside);
	cr_assert(buffer_take(&outside, &bytes));
	text = malloc(TEXT_HEX_SIZE(bytes.size));
	text_hex(&bytes, text);
	bytes_free(&bytes);
	return text;
}

Test(envelope_parse, bounds_the_segments)
{
	struct recipient_parts parts = {.encrypted_key = BYTES_LITERAL("secret")};
	gnutls_datum_t recipient = make_recipient(&parts);

	for (size_t i = 0; i < 2; i++) {
		CLEANUP(text_free) char *content = segments(LIMIT_ASN1_SEGMENTS + i);
		gnutls_datum_t input = make_envelope(&(struct envelope_parts){
			.recipients = &recipient, .recipient_count = 1, .content = content});

		cr_expect_eq(parse(&input, NULL), i == 0 ? PKIMESSAGE_OK : PKIMESSAGE_E_LIMIT);
		bytes_free(&input);
	}
	bytes_free(&recipient);
}

static const struct {
	const char *file;
	int expected;
	gnutls_cipher_algorithm_t cipher;
} vectors[] = {
	{"pkimessage/envelope-gcm.der", PKIMESSAGE_E_CONTENT_TYPE, GNUTLS_CIPHER_UNKNOWN},
	{"pkimessage/signed-plain.der", PKIMESSAGE_E_CONTENT_TYPE, GNUTLS_CIPHER_UNKNOWN},
	{"pkimessage/csr-p256.der", PKIMESSAGE_E_SYNTAX, GNUTLS_CIPHER_UNKNOWN},
	{"pkimessage/envelope-camellia.der", PKIMESSAGE_OK, GNUTLS_CIPHER_UNKNOWN},
	{"pkimessage/envelope-agree.der", PKIMESSAGE_OK, GNUTLS_CIPHER_AES_128_CBC},
	{"pkimessage/envelope-aes128.der", PKIMESSAGE_OK, GNUTLS_CIPHER_AES_128_CBC},
	{"pkimessage/envelope-aes192.der", PKIMESSAGE_OK, GNUTLS_CIPHER_AES_192_CBC},
	{"pkimessage/envelope-aes256.der", PKIMESSAGE_OK, GNUTLS_CIPHER_AES_256_CBC},
	{"pkimessage/envelope-3des.der", PKIMESSAGE_OK, GNUTLS_CIPHER_3DES_CBC},
	{"pkimessage/envelope-des.der", PKIMESSAGE_OK, GNUTLS_CIPHER_DES_CBC},
	{"pkimessage/envelope-stream.der", PKIMESSAGE_OK, GNUTLS_CIPHER_AES_128_CBC},
	{"pkimessage/envelope-two.der", PKIMESSAGE_OK, GNUTLS_CIPHER_AES_128_CBC},
	{"pkimessage/envelope-oaep-sha256.der", PKIMESSAGE_OK, GNUTLS_CIPHER_AES_128_CBC},
	{"pkimessage/envelope-password.der", PKIMESSAGE_OK, GNUTLS_CIPHER_AES_128_CBC},
};

static const struct {
	const char *file;
	int transport;
} transports[] = {
	{"pkimessage/envelope-agree.der", PKIMESSAGE_TRANSPORT_UNKNOWN},
	{"pkimessage/envelope-oaep-sha512.der", PKIMESSAGE_TRANSPORT_UNKNOWN},
	{"pkimessage/envelope-oaep-label.der", PKIMESSAGE_TRANSPORT_UNKNOWN},
	{"pkimessage/envelope-aes128.der", PKIMESSAGE_RSA_PKCS1},
	{"pkimessage/envelope-password.der", PKIMESSAGE_PASSWORD},
	{"pkimessage/envelope-oaep.der", PKIMESSAGE_RSA_OAEP_SHA1},
	{"pkimessage/envelope-oaep-mixed.der", PKIMESSAGE_RSA_OAEP_SHA1},
	{"pkimessage/envelope-oaep-sha256.der", PKIMESSAGE_RSA_OAEP_SHA256},
};

Test(envelope_parse, how_a_reply_must_travel)
{
	for (size_t i = 0; i < sizeof transports / sizeof *transports; i++) {
		gnutls_datum_t input = test_read(transports[i].file);
		struct pkimessage_envelope *envelope;

		cr_assert_eq(pkimessage_envelope_parse(&input, &envelope), PKIMESSAGE_OK);
		cr_expect_eq(pkimessage_envelope_transport(envelope), transports[i].transport, "%s",
			     transports[i].file);
		pkimessage_envelope_free(envelope);
		bytes_free(&input);
	}
}

Test(envelope_parse, what_openssl_sends)
{
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		gnutls_datum_t input = test_read(vectors[i].file);
		gnutls_cipher_algorithm_t cipher;

		cr_expect_eq(parse(&input, &cipher), vectors[i].expected, "%s", vectors[i].file);
		cr_expect_eq(cipher, vectors[i].cipher, "%s", vectors[i].file);
		bytes_free(&input);
	}
}

Test(envelope_parse, refuses_every_truncation)
{
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		gnutls_datum_t der = test_read(vectors[i].file);
		gnutls_datum_t ber = ber_make(&der, 100);

		for (unsigned size = 0; size < ber.size; size++) {
			gnutls_datum_t part = bytes_view(ber.data, size);

			cr_expect_neq(parse(&part, NULL), PKIMESSAGE_OK, "%s at %u", vectors[i].file, size);
		}
		bytes_free(&ber);
		bytes_free(&der);
	}
}
