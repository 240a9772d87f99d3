/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "lib/fixture.h"
#include "pkimessage/pkcs1.h"

#define BLOCK 256

CLEANUP_DEFINE(rsa_free, struct msg_rsa *, msg_rsa_free)

static const unsigned char key[16] = "sixteen bytes ok";

/* The bytes of a block of RFC 8017 section 7.2.1: 0 and 1 are 00 02, 2 to 238 not zero, 239 zero, then the
 * key. */
static const struct {
	size_t at;       /* a byte that is changed, 0 with VALUE 0: none */
	int value;       /* to this */
	size_t key_size; /* bytes of the key that is inside */
	size_t cut;      /* bytes missing at the end of what is sent */
	bool expected;
	const char *why;
} paddings[] = {
	{0, 1, 16, 0, false, "a first byte that is not zero"},
	{0, 128, 16, 0, false, "a first byte with its highest bit"},
	{1, 0, 16, 0, false, "a second byte that is zero"},
	{1, 1, 16, 0, false, "the padding of signatures"},
	{1, 3, 16, 0, false, "a second byte off by a bit"},
	{1, 130, 16, 0, false, "a second byte off by its highest bit"},
	{2, 0, 16, 0, false, "a zero in the padding's first byte"},
	{9, 0, 16, 0, false, "a zero in its eighth byte"},
	{10, 0, 16, 0, false, "a zero after eight bytes: a longer key"},
	{100, 0, 16, 0, false, "a zero in the middle"},
	{238, 0, 16, 0, false, "a zero in its last byte: a key too long by one"},
	{239, 1, 16, 0, false, "no zero before the key"},
	{239, 128, 16, 0, false, "the highest bit of the zero before the key"},
	{0, 0, 15, 0, false, "a key too short"},
	{0, 0, 17, 0, false, "a key too long"},
	{0, 0, 32, 0, false, "a key twice as long"},
	{0, 0, 245, 0, false, "as long a key as fits"},
	{0, 0, 0, 0, false, "no key"},
	{0, 0, 16, 1, false, "a byte less than the modulus has"},
	{0, 0, 16, 256, false, "nothing at all"},
	{2, 1, 16, 0, true, "a small first byte of padding"},
	{238, 255, 16, 0, true, "a large last byte of padding"},
	{240, 0, 16, 0, true, "a key that begins with zero"},
	{255, 0, 16, 0, true, "a key that ends with zero"},
	{0, 0, 16, 0, true, "as it should be"},
};

static gnutls_pubkey_t ra_public(void)
{
	gnutls_pubkey_t public_key;

	cr_assert_geq(gnutls_pubkey_init(&public_key), 0);
	cr_assert_geq(gnutls_pubkey_import_x509(public_key, fixture_ra()->certificate, 0), 0);
	return public_key;
}

/* The block of case I, padded but not encrypted. */
static void pad(size_t i, unsigned char block[static BLOCK])
{
	size_t size = paddings[i].key_size;

	memset(block, 0xa5, BLOCK);
	block[0] = 0;
	block[1] = 2;
	block[BLOCK - size - 1] = 0;
	for (size_t j = 0; j < size; j++)
		block[BLOCK - size + j] = key[j % sizeof key];
	if (paddings[i].at != 0 || paddings[i].value != 0)
		block[paddings[i].at] = (unsigned char)paddings[i].value;
}

/* True when SIZE bytes at BLOCK gave the 16 bytes at EXPECTED; false when what was there before still is. */
static bool decrypts(const unsigned char *block, size_t size, const unsigned char *expected, const char *why)
{
	static const unsigned char random[16] = "what was there..";
	CLEANUP(rsa_free) struct msg_rsa *rsa = NULL;
	unsigned char out[16];
	gnutls_datum_t encrypted = bytes_view(block, size);

	memcpy(out, random, sizeof out);
	cr_assert_eq(msg_rsa_load(fixture_key(FIXTURE_RSA_RA), &rsa), PKIMESSAGE_OK);
	msg_pkcs1_decrypt(rsa, &encrypted, out, sizeof out);
	if (memcmp(out, expected, sizeof out) == 0)
		return true;
	cr_expect_arr_eq(out, random, sizeof out, "%s", why);
	return false;
}

Test(pkcs1, padding_is_checked_whole_and_failures_are_alike)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = ra_public();

	for (size_t i = 0; i < sizeof paddings / sizeof *paddings; i++) {
		unsigned char block[BLOCK];
		unsigned char inside[sizeof key];

		pad(i, block);
		memcpy(inside, block + BLOCK - sizeof inside, sizeof inside);
		cr_assert_eq(msg_rsa_public(public_key, block, BLOCK), PKIMESSAGE_OK);
		cr_expect_eq(decrypts(block, BLOCK - paddings[i].cut, inside, paddings[i].why),
			     paddings[i].expected, "%s", paddings[i].why);
	}
}

/* Every byte of the padding matters, each by itself. */
Test(pkcs1, a_zero_anywhere_in_the_padding)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = ra_public();

	for (size_t at = 2; at < BLOCK - 1 - sizeof key; at += 3) {
		unsigned char block[BLOCK];

		pad(sizeof paddings / sizeof *paddings - 1, block);
		block[at] = 0;
		cr_assert_eq(msg_rsa_public(public_key, block, BLOCK), PKIMESSAGE_OK);
		cr_expect_not(decrypts(block, BLOCK, key, "a zero"), "byte %zu", at);
	}
}

/* The least padding is eight bytes: a key of 245 in 256. */
Test(pkcs1, what_fits_a_key)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = ra_public();
	CLEANUP(rsa_free) struct msg_rsa *rsa = NULL;
	const size_t sizes[] = {245, 246, 253, 254, 256, 300};

	cr_assert_eq(msg_rsa_load(fixture_key(FIXTURE_RSA_RA), &rsa), PKIMESSAGE_OK);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		size_t size = sizes[i];
		unsigned char block[BLOCK];
		unsigned char out[300] = {0};
		gnutls_datum_t encrypted = bytes_view(block, sizeof block);

		memset(block, 7, sizeof block);
		block[0] = 0;
		block[1] = 2;
		if (size < BLOCK - 2)
			block[BLOCK - size - 1] = 0;
		cr_assert_eq(msg_rsa_public(public_key, block, BLOCK), PKIMESSAGE_OK);
		msg_pkcs1_decrypt(rsa, &encrypted, out, size);
		cr_expect_eq(out[0], i == 0 ? 7 : 0, "%zu bytes", size);
	}
}
