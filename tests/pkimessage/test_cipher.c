/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "pkimessage/cipher.h"
#include "pkimessage/make_envelope.h"

static const unsigned char key[MSG_CIPHER_KEY_MAX] = "0123456789abcdefghijklmnopqrstu";
static const unsigned char iv[MSG_CIPHER_BLOCK_MAX] = "vector";

static const gnutls_cipher_algorithm_t all[] = {GNUTLS_CIPHER_AES_128_CBC, GNUTLS_CIPHER_AES_192_CBC,
						GNUTLS_CIPHER_AES_256_CBC, GNUTLS_CIPHER_3DES_CBC,
						GNUTLS_CIPHER_DES_CBC};

/* The end of a plaintext of two AES blocks, in front of which are zeros. */
static const struct {
	const char *end;
	size_t end_size;
	int expected;
	unsigned size;
	const char *why;
} paddings[] = {
	{"\x00", 1, PKIMESSAGE_E_DECRYPT, 0, "no padding at all"},
	{"\x11", 1, PKIMESSAGE_E_DECRYPT, 0, "more than a block"},
	{"\xff", 1, PKIMESSAGE_E_DECRYPT, 0, "more than there is"},
	{"\x80", 1, PKIMESSAGE_E_DECRYPT, 0, "the top bit alone"},
	{"\x01\x02", 2, PKIMESSAGE_E_DECRYPT, 0, "the first of two is wrong"},
	{"\x04\x04\x05\x04", 4, PKIMESSAGE_E_DECRYPT, 0, "one in the middle is wrong"},
	{"\x90\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10", 16, PKIMESSAGE_E_DECRYPT, 0,
	 "the first of a block is wrong by its top bit"},
	{"\x01", 1, PKIMESSAGE_OK, 31, "one byte"},
	{"\x07\x01", 2, PKIMESSAGE_OK, 31, "what is before the padding does not matter"},
	{"\x02\x02", 2, PKIMESSAGE_OK, 30, "two"},
	{"\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10", 16, PKIMESSAGE_OK, 16,
	 "a block"},
};

Test(cipher, padding_is_checked_whole)
{
	const struct msg_cipher *aes = msg_cipher_by_id(GNUTLS_CIPHER_AES_128_CBC);

	for (size_t i = 0; i < sizeof paddings / sizeof *paddings; i++) {
		unsigned char plain[32] = {0};
		gnutls_datum_t encrypted, out;

		memcpy(plain + sizeof plain - paddings[i].end_size, paddings[i].end, paddings[i].end_size);
		encrypted = encrypt_raw(aes->id, key, iv, plain, sizeof plain);
		cr_expect_eq(msg_cipher_decrypt(aes, key, iv, &encrypted, &out), paddings[i].expected, "%s",
			     paddings[i].why);
		cr_expect_eq(out.size, paddings[i].size, "%s", paddings[i].why);
		cr_expect_eq(out.data != NULL, paddings[i].expected == PKIMESSAGE_OK, "%s", paddings[i].why);
		bytes_wipe(&out);
		bytes_free(&encrypted);
	}
}

Test(cipher, refuses_what_is_not_whole_blocks)
{
	unsigned char bytes[64] = {0};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const struct msg_cipher *cipher = msg_cipher_by_id(all[i]);

		for (size_t size = 0; size < sizeof bytes; size++) {
			gnutls_datum_t content = bytes_view(bytes, size);
			gnutls_datum_t out;

			if (size != 0 && size % cipher->block == 0)
				continue;
			cr_expect_eq(msg_cipher_decrypt(cipher, key, iv, &content, &out),
				     PKIMESSAGE_E_DECRYPT);
		}
	}
}

Test(cipher, every_cipher_both_ways_at_every_length)
{
	unsigned char bytes[40];

	memset(bytes, 7, sizeof bytes);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const struct msg_cipher *cipher = msg_cipher_by_id(all[i]);

		for (size_t size = 0; size <= sizeof bytes; size++) {
			gnutls_datum_t content = bytes_view(bytes, size);
			gnutls_datum_t encrypted, out;

			cr_assert_eq(msg_cipher_encrypt(cipher, key, iv, &content, &encrypted),
				     PKIMESSAGE_OK);
			cr_expect(encrypted.size > size && encrypted.size <= size + cipher->block);
			cr_assert_eq(msg_cipher_decrypt(cipher, key, iv, &encrypted, &out), PKIMESSAGE_OK);
			cr_expect(bytes_equal(&content, &out), "%s, %zu bytes", cipher->oid, size);
			bytes_wipe(&out);
			bytes_free(&encrypted);
		}
	}
}

Test(cipher, the_table_agrees_with_gnutls)
{
	cr_expect_null(msg_cipher_by_id(GNUTLS_CIPHER_UNKNOWN));
	cr_expect_null(msg_cipher_by_id(GNUTLS_CIPHER_AES_128_GCM));
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const struct msg_cipher *cipher = msg_cipher_by_id(all[i]);

		cr_assert_not_null(cipher);
		cr_expect_eq(cipher->key, gnutls_cipher_get_key_size(all[i]), "%s", cipher->oid);
		cr_expect_eq(cipher->block, gnutls_cipher_get_block_size(all[i]), "%s", cipher->oid);
		cr_expect_eq(cipher->block, gnutls_cipher_get_iv_size(all[i]), "%s", cipher->oid);
	}
}
