/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/der.h"
#include "lib/ber_maker.h"
#include "lib/files.h"
#include "pkimessage/envelope.h"
#include "pkimessage/make_envelope.h"

#define DES   PKIMESSAGE_LEGACY_DES
#define DES3  PKIMESSAGE_LEGACY_3DES
#define OTHER (PKIMESSAGE_LEGACY_MD5 | PKIMESSAGE_LEGACY_SHA1)

/* The certificate FILE of tests/vectors with the private key it belongs to. */
static struct pkimessage_identity vector_identity(const char *file, enum fixture_key key)
{
	gnutls_datum_t pem = test_read(file);
	struct pkimessage_identity identity = {NULL, fixture_key(key)};

	cr_assert_geq(gnutls_x509_crt_init(&identity.certificate), 0);
	cr_assert_geq(gnutls_x509_crt_import(identity.certificate, &pem, GNUTLS_X509_FMT_PEM), 0);
	bytes_free(&pem);
	return identity;
}

static struct pkimessage_identity ra(void)
{
	return vector_identity("pkimessage/ra.pem", FIXTURE_RSA_RA);
}

static struct pkimessage_identity client(void)
{
	return vector_identity("pkimessage/client.pem", FIXTURE_RSA_CLIENT);
}

static int open_it(const gnutls_datum_t *input, const struct pkimessage_identity *identities, size_t count,
		   unsigned legacy, gnutls_datum_t *plaintext)
{
	struct pkimessage_envelope *envelope;
	int error;

	cr_assert_eq(pkimessage_envelope_parse(input, &envelope), PKIMESSAGE_OK);
	error = pkimessage_envelope_decrypt(envelope, identities, count, legacy, plaintext);
	cr_expect_eq(plaintext->data != NULL, error == PKIMESSAGE_OK);
	pkimessage_envelope_free(envelope);
	return error;
}

static const struct {
	const char *file;
	unsigned legacy;
	int expected;
} vectors[] = {
	{"envelope-3des.der", 0, PKIMESSAGE_E_ALGORITHM},
	{"envelope-3des.der", DES | OTHER, PKIMESSAGE_E_ALGORITHM},
	{"envelope-des.der", 0, PKIMESSAGE_E_ALGORITHM},
	{"envelope-des.der", DES3 | OTHER, PKIMESSAGE_E_ALGORITHM},
	{"envelope-camellia.der", ~0u, PKIMESSAGE_E_ALGORITHM},
	{"envelope-oaep-sha512.der", ~0u, PKIMESSAGE_E_ALGORITHM},
	{"envelope-oaep-label.der", ~0u, PKIMESSAGE_E_ALGORITHM},
	{"envelope-agree.der", ~0u, PKIMESSAGE_E_RECIPIENT},
	{"envelope-password.der", ~0u, PKIMESSAGE_E_RECIPIENT},
	{"envelope-aes128.der", 0, PKIMESSAGE_OK},
	{"envelope-aes192.der", 0, PKIMESSAGE_OK},
	{"envelope-aes256.der", 0, PKIMESSAGE_OK},
	{"envelope-3des.der", DES3, PKIMESSAGE_OK},
	{"envelope-des.der", DES, PKIMESSAGE_OK},
	{"envelope-stream.der", 0, PKIMESSAGE_OK},
	{"envelope-two.der", 0, PKIMESSAGE_OK},
	{"envelope-keyid.der", 0, PKIMESSAGE_OK},
	{"envelope-oaep.der", 0, PKIMESSAGE_OK},
	{"envelope-oaep-sha256.der", 0, PKIMESSAGE_OK},
	{"envelope-oaep-mixed.der", 0, PKIMESSAGE_OK},
	{"envelope-agree-and-rsa.der", 0, PKIMESSAGE_OK},
	{"envelope-password-and-rsa.der", 0, PKIMESSAGE_OK},
};

/* What openssl encrypted comes out, as it was sent and in the BER that jscep would have made of it. */
Test(envelope_decrypt, what_openssl_sends)
{
	struct pkimessage_identity identity = ra();
	gnutls_datum_t expected = test_read("pkimessage/csr-rsa-sha256.der");

	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		char path[128];
		gnutls_datum_t input, ber, plaintext;

		(void)snprintf(path, sizeof path, "pkimessage/%s", vectors[i].file);
		input = test_read(path);
		cr_expect_eq(open_it(&input, &identity, 1, vectors[i].legacy, &plaintext),
			     vectors[i].expected, "%s", path);
		cr_expect(vectors[i].expected != PKIMESSAGE_OK || bytes_equal(&plaintext, &expected), "%s",
			  path);
		bytes_wipe(&plaintext);
		ber = ber_make(&input, 100);
		cr_expect_eq(open_it(&ber, &identity, 1, vectors[i].legacy, &plaintext), vectors[i].expected,
			     "%s in BER", path);
		cr_expect(vectors[i].expected != PKIMESSAGE_OK || bytes_equal(&plaintext, &expected),
			  "%s in BER", path);
		bytes_wipe(&plaintext);
		bytes_free(&ber);
		bytes_free(&input);
	}
	bytes_free(&expected);
	gnutls_x509_crt_deinit(identity.certificate);
}

Test(envelope_decrypt, nothing_is_something)
{
	struct pkimessage_identity identity = ra();
	gnutls_datum_t input = test_read("pkimessage/envelope-empty.der");
	gnutls_datum_t plaintext;

	cr_expect_eq(open_it(&input, &identity, 1, 0, &plaintext), PKIMESSAGE_OK);
	cr_expect_eq(plaintext.size, 0);
	bytes_wipe(&plaintext);
	bytes_free(&input);
	gnutls_x509_crt_deinit(identity.certificate);
}

/* Who can open what: several recipients, several identities, none that fits. */
Test(envelope_decrypt, finds_its_recipient)
{
	struct pkimessage_identity ids[] = {client(), ra()};
	struct pkimessage_identity misnamed = {ids[0].certificate, ids[1].key};
	gnutls_datum_t one = test_read("pkimessage/envelope-aes128.der");
	gnutls_datum_t two = test_read("pkimessage/envelope-two.der");
	gnutls_datum_t agree = test_read("pkimessage/envelope-agree-and-rsa.der");
	gnutls_datum_t plain;

	cr_expect_eq(open_it(&one, NULL, 0, 0, &plain), PKIMESSAGE_E_RECIPIENT, "no identity");
	cr_expect_eq(open_it(&two, ids, 1, 0, &plain), PKIMESSAGE_E_RECIPIENT,
		     "two recipients, neither ours");
	cr_expect_eq(open_it(&agree, ids, 1, 0, &plain), PKIMESSAGE_E_RECIPIENT,
		     "of two one is of another kind, the other not ours");
	cr_expect_eq(open_it(&one, ids, 2, 0, &plain), PKIMESSAGE_OK, "the second identity");
	bytes_wipe(&plain);
	cr_expect_eq(open_it(&two, ids, 2, 0, &plain), PKIMESSAGE_OK,
		     "the second identity of two recipients");
	bytes_wipe(&plain);
	cr_expect_eq(open_it(&one, &misnamed, 1, 0, &plain), PKIMESSAGE_OK,
		     "a single recipient that names another certificate is tried");
	bytes_wipe(&plain);
	bytes_free(&one);
	bytes_free(&two);
	bytes_free(&agree);
	for (size_t i = 0; i < 2; i++)
		gnutls_x509_crt_deinit(ids[i].certificate);
}

/* An attacker's view: whatever the encrypted key holds, the answer is DECRYPT or bytes that mean nothing. */
static void expect_no_oracle(const gnutls_datum_t *input, const struct pkimessage_identity *identity,
			     const gnutls_datum_t *expected, size_t at)
{
	gnutls_datum_t plaintext;
	int error = open_it(input, identity, 1, 0, &plaintext);

	cr_expect(error == PKIMESSAGE_E_DECRYPT || error == PKIMESSAGE_OK, "byte %zu: %s", at,
		  pkimessage_strerror(error));
	cr_expect_not(bytes_equal(&plaintext, expected), "byte %zu", at);
	bytes_wipe(&plaintext);
}

/* Where PART lies inside WHOLE. */
static size_t offset_of(const gnutls_datum_t *whole, const gnutls_datum_t *part)
{
	unsigned char *found = memmem(whole->data, whole->size, part->data, part->size);

	cr_assert_not_null(found);
	return (size_t)(found - whole->data);
}

/* The ways a key travels, each of which must keep its failures to itself. */
static const char *const transports[] = {
	"pkimessage/envelope-aes128.der",
	"pkimessage/envelope-oaep.der",
	"pkimessage/envelope-oaep-sha256.der",
};

static void flip_bytes(const char *file)
{
	struct pkimessage_identity identity = ra();
	gnutls_datum_t input = test_read(file);
	gnutls_datum_t expected = test_read("pkimessage/csr-rsa-sha256.der");
	struct pkimessage_envelope *envelope;
	size_t key, key_size, rest;

	cr_assert_eq(pkimessage_envelope_parse(&input, &envelope), PKIMESSAGE_OK);
	key = offset_of(&input, &envelope->recipients[0].encrypted_key);
	key_size = envelope->recipients[0].encrypted_key.size;
	rest = offset_of(&input, &envelope->content);
	pkimessage_envelope_free(envelope);
	cr_assert_eq(key_size, 256);
	for (size_t i = key; i < key + key_size; i++) {
		input.data[i] ^= 0x01;
		expect_no_oracle(&input, &identity, &expected, i);
		input.data[i] ^= 0x01;
	}
	for (size_t i = rest; i < input.size; i += 7) {
		input.data[i] ^= 0x80;
		expect_no_oracle(&input, &identity, &expected, i);
		input.data[i] ^= 0x80;
	}
	bytes_free(&input);
	bytes_free(&expected);
	gnutls_x509_crt_deinit(identity.certificate);
}

Test(envelope_decrypt, a_flipped_byte_is_no_oracle)
{
	for (size_t i = 0; i < sizeof transports / sizeof *transports; i++)
		flip_bytes(transports[i]);
}

Test(envelope_decrypt, the_wrong_key_is_no_oracle)
{
	struct pkimessage_identity right = ra();
	struct pkimessage_identity wrong = {right.certificate, fixture_key(FIXTURE_RSA_OTHER)};
	gnutls_datum_t expected = test_read("pkimessage/csr-rsa-sha256.der");

	for (size_t i = 0; i < sizeof transports / sizeof *transports; i++) {
		gnutls_datum_t input = test_read(transports[i]);

		for (size_t j = 0; j < 20; j++)
			expect_no_oracle(&input, &wrong, &expected, j);
		bytes_free(&input);
	}
	bytes_free(&expected);
	gnutls_x509_crt_deinit(right.certificate);
}

/* --- by hand --- */

static const unsigned char key[16] = "sixteen bytes ok";
static const unsigned char iv[16] = {0};

/* An AES-128 message for the RA whose parts RECIPIENT may alter; CONTENT_SIZE bytes of content. */
static gnutls_datum_t by_hand(struct recipient_parts recipient, size_t key_size, size_t content_size)
{
	unsigned char padded[32];
	char hex[2 * sizeof padded + 5] = "80";
	gnutls_datum_t encrypted_key = encrypt_key(fixture_ra(), key, key_size);
	gnutls_datum_t content, info, message;

	memset(padded, 16, sizeof padded);
	content = encrypt_raw(GNUTLS_CIPHER_AES_128_CBC, key, iv, padded, sizeof padded);
	(void)snprintf(hex + 2, 3, "%02zx", content_size);
	for (size_t i = 0; i < content_size; i++)
		(void)snprintf(hex + 4 + 2 * i, 3, "%02x", content.data[i]);
	recipient.encrypted_key = encrypted_key;
	info = make_recipient(&recipient);
	message = make_envelope(
		&(struct envelope_parts){.recipients = &info, .recipient_count = 1, .content = hex});
	bytes_free(&info);
	bytes_free(&content);
	bytes_free(&encrypted_key);
	return message;
}

/* A key that counts how often it is used. */
struct counter {
	gnutls_privkey_t real;
	int used;
};

static int count_decrypt(gnutls_privkey_t handle, void *user, const gnutls_datum_t *input,
			 gnutls_datum_t *output)
{
	struct counter *counter = user;

	(void)handle;
	counter->used++;
	return gnutls_privkey_decrypt_data(counter->real, 0, input, output);
}

static int tell_algorithm(gnutls_privkey_t handle, unsigned flags, void *user)
{
	(void)handle;
	(void)user;
	return flags == GNUTLS_PRIVKEY_INFO_PK_ALGO ? (int)GNUTLS_PK_RSA : -1;
}

static gnutls_privkey_t counting_key(struct counter *counter)
{
	gnutls_privkey_t made;

	cr_assert_geq(gnutls_privkey_init(&made), 0);
	cr_assert_geq(
		gnutls_privkey_import_ext4(made, counter, NULL, NULL, count_decrypt, NULL, tell_algorithm, 0),
		0);
	return made;
}

static const struct {
	struct recipient_parts recipient;
	bool named;
	size_t key_size, content_size;
	int expected;
	int uses;
	const char *why;
} by_hand_cases[] = {
	{{.transport = "1.2.840.113549.1.1.9"}, true, 16, 32, PKIMESSAGE_E_ALGORITHM, 0, "no key transport"},
	{{.transport = "1.2.840.113549.1.1.7"},
	 true,
	 16,
	 32,
	 PKIMESSAGE_E_KEY,
	 0,
	 "OAEP to a key that lies in a token"},
	{{.parameters = "3000"}, true, 16, 32, PKIMESSAGE_E_ALGORITHM, 0, "rsaEncryption with parameters"},
	{{0}, true, 15, 32, PKIMESSAGE_E_DECRYPT, 1, "a content key too short: implicit rejection"},
	{{0}, true, 1, 32, PKIMESSAGE_E_DECRYPT, 1, "a content key of a byte"},
	{{0},
	 true,
	 16,
	 31,
	 PKIMESSAGE_E_DECRYPT,
	 1,
	 "content that is not whole blocks: the key is used none the less"},
	{{0}, true, 16, 0, PKIMESSAGE_E_DECRYPT, 1, "no content, the same"},
	{{0}, true, 16, 32, PKIMESSAGE_OK, 1, "as it should be"},
	{{0}, false, 16, 32, PKIMESSAGE_OK, 1, "named wrongly, but alone"},
	{{.parameters = ""}, true, 16, 32, PKIMESSAGE_OK, 1, "absent parameters, as micromdm sends"},
	{{.serial = "02"}, true, 16, 32, PKIMESSAGE_OK, 1, "the RA's serial number"},
	{{.serial = "000002"}, true, 16, 32, PKIMESSAGE_OK, 1, "the same with leading zeros"},
	{{.key_id = true}, true, 16, 32, PKIMESSAGE_OK, 1, "by key identifier"},
};

Test(envelope_decrypt, uses_the_key_once_and_only_when_nothing_else_is_wrong)
{
	for (size_t i = 0; i < sizeof by_hand_cases / sizeof *by_hand_cases; i++) {
		struct counter counter = {fixture_key(FIXTURE_RSA_RA), 0};
		struct pkimessage_identity identity = {fixture_ra()->certificate, counting_key(&counter)};
		struct recipient_parts recipient = by_hand_cases[i].recipient;
		gnutls_datum_t input, plaintext;
		int error;

		recipient.certificate = by_hand_cases[i].named ? fixture_ra() : NULL;
		input = by_hand(recipient, by_hand_cases[i].key_size, by_hand_cases[i].content_size);
		error = open_it(&input, &identity, 1, 0, &plaintext);
		/* Under a random key one padding in 256 looks right by chance. */
		cr_expect(error == by_hand_cases[i].expected ||
				  (by_hand_cases[i].key_size != 16 && error == PKIMESSAGE_OK),
			  "%s", by_hand_cases[i].why);
		cr_expect_eq(counter.used, by_hand_cases[i].uses, "%s", by_hand_cases[i].why);
		bytes_wipe(&plaintext);
		bytes_free(&input);
		gnutls_privkey_deinit(identity.key);
	}
}

Test(envelope_decrypt, a_key_that_cannot_decrypt_is_told_apart)
{
	struct recipient_parts recipient = {.certificate = fixture_ec_client()};
	struct pkimessage_identity identity = {fixture_ec_client()->certificate, fixture_ec_client()->key};
	struct pkimessage_identity keyless = {fixture_ec_client()->certificate, NULL};
	gnutls_datum_t input = by_hand(recipient, 16, 32);
	gnutls_datum_t plaintext;

	cr_expect_eq(open_it(&input, &identity, 1, 0, &plaintext), PKIMESSAGE_E_KEY);
	cr_expect_eq(open_it(&input, &keyless, 1, 0, &plaintext), PKIMESSAGE_E_KEY);
	bytes_free(&input);
}
