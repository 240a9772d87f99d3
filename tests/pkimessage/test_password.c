/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/text.h"
#include "lib/files.h"
#include "pkimessage/envelope.h"
#include "pkimessage/make_envelope.h"

#define DES  PKIMESSAGE_LEGACY_DES
#define DES3 PKIMESSAGE_LEGACY_3DES

/* Pieces in hex. PBKDF2 begins with a salt of 8 bytes and 2048 iterations. */
#define OID_PBKDF2 "06092a864886f70d01050c"
#define OID_WRAP   "060b2a864886f70d0109100309"
#define SALT       "04080102030405060708"
#define ROUNDS     "02020800"
#define SHA1       "300c06082a864886f70d02070500"
#define SHA256     "300c06082a864886f70d02090500"
#define AES128     "301d0609608648016503040102041000000000000000000000000000000000"
#define DERIVE     "a01b" OID_PBKDF2 "300e" SALT ROUNDS
#define WRAP       "302c" OID_WRAP AES128

static const struct {
	const char *algorithms;
	bool well_formed, known;
	gnutls_mac_algorithm_t prf;
	unsigned iterations;
	const char *why;
} algorithms[] = {
	{"", false, false, 0, 0, "nothing"},
	{DERIVE, false, false, 0, 0, "no key encryption"},
	{"a019" OID_PBKDF2 "300c" SALT "0200" WRAP, false, false, 0, 0, "iterations without a number"},
	{"a01a" OID_PBKDF2 "300d" SALT "020100" WRAP, false, false, 0, 0, "no iteration"},
	{"a01a" OID_PBKDF2 "300d" SALT "0201ff" WRAP, false, false, 0, 0, "fewer than none"},
	{"a01e" OID_PBKDF2 "3011" SALT "02050080000000" WRAP, false, false, 0, 0, "2^31 iterations"},
	{"a017" OID_PBKDF2 "300a" SALT WRAP, false, false, 0, 0, "iterations left out"},
	{"a013" OID_PBKDF2 "3006"
	 "3000" ROUNDS WRAP,
	 false, false, 0, 0, "a salt from elsewhere"},
	{"a00d" OID_PBKDF2 "0500" WRAP, false, false, 0, 0, "PBKDF2 without parameters"},
	{"a01d" OID_PBKDF2 "300e" SALT ROUNDS "0500" WRAP, false, false, 0, 0, "something behind PBKDF2"},
	{"a01d" OID_PBKDF2 "3010" SALT ROUNDS "0500" WRAP, false, false, 0, 0, "a prf that is none"},
	{DERIVE "300f" OID_WRAP "0500", false, false, 0, 0, "a cipher that is none"},
	{DERIVE "300d" OID_WRAP, false, false, 0, 0, "no cipher"},
	{DERIVE "301a" OID_WRAP "300b0609608648016503040102", false, false, 0, 0,
	 "a cipher without a vector"},
	{WRAP, true, false, 0, 0, "a key that needs no derivation"},
	{"a0080606 2b0601040101" WRAP, true, false, 0, 0, "a derivation nobody knows"},
	{"a029" OID_PBKDF2 "301c" SALT ROUNDS "300c06082a864886f70d02060500" WRAP, true, false, 0, 2048,
	 "HMAC-MD5"},
	{"a01e" OID_PBKDF2 "3011" SALT ROUNDS "020120" WRAP, true, false, GNUTLS_MAC_SHA1, 2048,
	 "a key longer than the cipher's"},
	{DERIVE "300d0609608648016503040105 0500", true, false, GNUTLS_MAC_SHA1, 2048, "another wrap"},
	{DERIVE "3019" OID_WRAP "300a06082a864886f70d0304", true, false, GNUTLS_MAC_SHA1, 2048,
	 "a cipher nobody knows"},
	{DERIVE WRAP, true, true, GNUTLS_MAC_SHA1, 2048, "by default HMAC-SHA1"},
	{"a029" OID_PBKDF2 "301c" SALT ROUNDS SHA1 WRAP, true, true, GNUTLS_MAC_SHA1, 2048, "HMAC-SHA1"},
	{"a029" OID_PBKDF2 "301c" SALT ROUNDS SHA256 WRAP, true, true, GNUTLS_MAC_SHA256, 2048,
	 "HMAC-SHA256"},
	{"a02c" OID_PBKDF2 "301f" SALT ROUNDS "020110" SHA256 WRAP, true, true, GNUTLS_MAC_SHA256, 2048,
	 "the key's length written out"},
};

/* HEX without its spaces as bytes. */
static gnutls_datum_t unhex(const char *hex)
{
	gnutls_datum_t bytes;
	char packed[512];
	size_t size = 0;

	for (; *hex != '\0'; hex++)
		if (*hex != ' ')
			packed[size++] = *hex;
	packed[size] = '\0';
	cr_assert_eq(text_unhex(packed, &bytes), ERR_OK);
	return bytes;
}

Test(password, algorithms)
{
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
		CLEANUP(bytes_free) gnutls_datum_t bytes = unhex(algorithms[i].algorithms);
		struct msg_password password;
		struct der der = der_open(&bytes);

		msg_password_read(&der, &password);
		cr_expect_eq(der_done(&der), algorithms[i].well_formed, "%s", algorithms[i].why);
		if (!algorithms[i].well_formed)
			continue;
		cr_expect_eq(msg_password_known(&password), algorithms[i].known, "%s", algorithms[i].why);
		cr_expect_eq(password.prf, algorithms[i].prf, "%s", algorithms[i].why);
		cr_expect_eq(password.iterations, algorithms[i].iterations, "%s", algorithms[i].why);
	}
}

static int open_it(const gnutls_datum_t *input, const char *secret, unsigned legacy,
		   gnutls_datum_t *plaintext)
{
	gnutls_datum_t password = bytes_view_text(secret);
	struct pkimessage_envelope *envelope;
	int error;

	cr_assert_eq(pkimessage_envelope_parse(input, &envelope), PKIMESSAGE_OK);
	error = pkimessage_envelope_decrypt_password(envelope, &password, legacy, plaintext);
	cr_expect_eq(plaintext->data != NULL, error == PKIMESSAGE_OK);
	pkimessage_envelope_free(envelope);
	return error;
}

static const struct {
	const char *file;
	unsigned legacy;
	int expected;
} vectors[] = {
	{"envelope-aes128.der", ~0u, PKIMESSAGE_E_RECIPIENT},
	{"envelope-agree.der", ~0u, PKIMESSAGE_E_RECIPIENT},
	{"envelope-password-3des.der", DES, PKIMESSAGE_E_ALGORITHM},
	{"envelope-password-3des.der", DES3, PKIMESSAGE_OK},
	{"envelope-password.der", 0, PKIMESSAGE_OK},
	{"envelope-password-aes256.der", 0, PKIMESSAGE_OK},
	{"envelope-password-and-rsa.der", 0, PKIMESSAGE_OK},
};

Test(password, what_openssl_sends)
{
	CLEANUP(bytes_free) gnutls_datum_t expected = test_read("pkimessage/csr-rsa-sha256.der");

	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		CLEANUP(bytes_free) gnutls_datum_t input = {NULL, 0};
		CLEANUP(bytes_wipe) gnutls_datum_t plaintext = {NULL, 0};
		char path[128];

		(void)snprintf(path, sizeof path, "pkimessage/%s", vectors[i].file);
		input = test_read(path);
		cr_expect_eq(open_it(&input, "s3cret", vectors[i].legacy, &plaintext), vectors[i].expected,
			     "%s", path);
		cr_expect(vectors[i].expected != PKIMESSAGE_OK || bytes_equal(&plaintext, &expected), "%s",
			  path);
	}
}

/* The answer is DECRYPT or bytes that mean nothing. */
static void expect_no_oracle(const gnutls_datum_t *input, const char *secret, const gnutls_datum_t *expected,
			     size_t at)
{
	CLEANUP(bytes_wipe) gnutls_datum_t plaintext = {NULL, 0};
	int error = open_it(input, secret, 0, &plaintext);

	cr_expect(error == PKIMESSAGE_E_DECRYPT || error == PKIMESSAGE_OK, "%s, byte %zu: %s", secret, at,
		  pkimessage_strerror(error));
	cr_expect_not(bytes_equal(&plaintext, expected), "%s, byte %zu", secret, at);
}

Test(password, wrong_passwords_and_flipped_bytes_are_alike)
{
	static const char *const wrong[] = {"", "s3cre", "s3cret ", "S3cret", "another"};
	CLEANUP(bytes_free) gnutls_datum_t input = test_read("pkimessage/envelope-password.der");
	CLEANUP(bytes_free) gnutls_datum_t expected = test_read("pkimessage/csr-rsa-sha256.der");
	struct pkimessage_envelope *envelope;
	gnutls_datum_t key;
	size_t from;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		expect_no_oracle(&input, wrong[i], &expected, 0);
	cr_assert_eq(pkimessage_envelope_parse(&input, &envelope), PKIMESSAGE_OK);
	key = envelope->recipients[0].encrypted_key;
	from = (size_t)((unsigned char *)memmem(input.data, input.size, key.data, key.size) - input.data);
	cr_assert_eq(key.size, 32);
	pkimessage_envelope_free(envelope);
	for (size_t i = from; i < from + 32; i++) {
		input.data[i] ^= 0x10;
		expect_no_oracle(&input, "s3cret", &expected, i);
		input.data[i] ^= 0x10;
	}
}

/* --- the wrap by itself --- */

static const unsigned char key[16] = "sixteen bytes ok";
static const gnutls_datum_t secret = {(unsigned char[]){'s', '3', 'c', 'r', 'e', 't'}, 6};

static const struct {
	unsigned iterations;
	size_t salt;
	size_t cut;  /* bytes missing at the end */
	size_t size; /* of the key asked for */
	int error;
	bool expected;
	const char *why;
} unwraps[] = {
	{LIMIT_PBKDF2_ITERATIONS + 1, 8, 0, 16, PKIMESSAGE_E_LIMIT, false, "too many iterations"},
	{1000, LIMIT_PBKDF2_SALT + 1, 0, 16, PKIMESSAGE_E_LIMIT, false, "too long a salt"},
	{1000, 8, 1, 16, PKIMESSAGE_OK, false, "a byte is missing"},
	{1000, 8, 16, 16, PKIMESSAGE_OK, false, "a block is missing"},
	{1000, 8, 32, 16, PKIMESSAGE_OK, false, "nothing is there"},
	{1000, 8, 0, 15, PKIMESSAGE_OK, false, "a shorter key is asked for"},
	{1000, 8, 0, 24, PKIMESSAGE_OK, false, "a longer one"},
	{1000, 8, 0, 32, PKIMESSAGE_OK, false, "one longer than what there is"},
	{1001, 8, 0, 16, PKIMESSAGE_OK, false, "an iteration more"},
	{1000, 7, 0, 16, PKIMESSAGE_OK, false, "another salt"},
	{1000, 8, 0, 16, PKIMESSAGE_OK, true, "as it was written"},
};

/* Bytes of a PasswordRecipientInfo that was written here, as if it had 1000 iterations and a salt of 8. */
static void wrap(unsigned char wrapped[static 32])
{
	static const unsigned char plain[32] = {16,  's' ^ 0xff, 'i' ^ 0xff, 'x' ^ 0xff, 's', 'i', 'x',
						't', 'e',        'e',        'n',        ' ', 'b', 'y',
						't', 'e',        's',        ' ',        'o', 'k'};
	static const unsigned char salt[8] = {0}, iv[16] = {0};
	gnutls_datum_t salt_bytes = bytes_view(salt, sizeof salt);
	unsigned char kek[16];
	gnutls_datum_t once, twice;

	cr_assert_geq(gnutls_pbkdf2(GNUTLS_MAC_SHA256, &secret, &salt_bytes, 1000, kek, sizeof kek), 0);
	once = encrypt_raw(GNUTLS_CIPHER_AES_128_CBC, kek, iv, plain, sizeof plain);
	twice = encrypt_raw(GNUTLS_CIPHER_AES_128_CBC, kek, once.data + 16, once.data, once.size);
	memcpy(wrapped, twice.data, 32);
	bytes_free(&once);
	bytes_free(&twice);
}

Test(password, unwrapping)
{
	static unsigned char salt[LIMIT_PBKDF2_SALT + 1], iv[16];
	unsigned char wrapped[32];

	wrap(wrapped);
	for (size_t i = 0; i < sizeof unwraps / sizeof *unwraps; i++) {
		struct msg_password password = {
			.prf = GNUTLS_MAC_SHA256,
			.iterations = unwraps[i].iterations,
			.salt = bytes_view(salt, unwraps[i].salt),
			.cipher = msg_cipher_by_id(GNUTLS_CIPHER_AES_128_CBC),
			.iv = bytes_view(iv, sizeof iv),
		};
		gnutls_datum_t view = bytes_view(wrapped, sizeof wrapped - unwraps[i].cut);
		unsigned char out[32] = "what was there";
		unsigned char before[32] = "what was there";

		cr_expect_eq(msg_password_unwrap(&password, &secret, &view, out, unwraps[i].size),
			     unwraps[i].error, "%s", unwraps[i].why);
		if (unwraps[i].expected)
			cr_expect_arr_eq(out, key, sizeof key, "%s", unwraps[i].why);
		else
			cr_expect_arr_eq(out, before, sizeof before, "%s", unwraps[i].why);
	}
}

Test(password, what_is_built_opens)
{
	static const gnutls_cipher_algorithm_t ciphers[] = {
		GNUTLS_CIPHER_AES_128_CBC, GNUTLS_CIPHER_AES_192_CBC, GNUTLS_CIPHER_AES_256_CBC,
		GNUTLS_CIPHER_3DES_CBC, GNUTLS_CIPHER_DES_CBC};
	gnutls_datum_t content = BYTES_LITERAL("content");

	for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++) {
		struct pkimessage_encryption encryption = {ciphers[i], PKIMESSAGE_PASSWORD, secret};
		CLEANUP(bytes_free) gnutls_datum_t message = {NULL, 0};
		CLEANUP(bytes_wipe) gnutls_datum_t plaintext = {NULL, 0};
		gnutls_datum_t wrong;

		cr_assert_eq(pkimessage_build_envelope(&content, NULL, 0, &encryption, &message), 0);
		cr_expect_eq(open_it(&message, "s3cret", ~0u, &plaintext), PKIMESSAGE_OK);
		cr_expect(bytes_equal(&plaintext, &content));
		cr_expect_neq(open_it(&message, "s3creT", ~0u, &wrong) == PKIMESSAGE_OK &&
				      bytes_equal(&wrong, &content),
			      true);
		bytes_wipe(&wrong);
	}
}
