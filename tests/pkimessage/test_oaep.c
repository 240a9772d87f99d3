/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "lib/fixture.h"
#include "pkimessage/oaep.h"

#define BLOCK 256
#define SHA1  GNUTLS_DIG_SHA1
#define SHA2  GNUTLS_DIG_SHA256

#define OID_SHA256 "0609608648016503040201"
#define OID_SHA512 "0609608648016503040203"
#define OID_SHA1   "06052b0e03021a"
#define OID_MGF1   "06092a864886f70d010108"
#define OID_LABEL  "06092a864886f70d010109"

static const struct {
	const char *parameters;
	bool expected;
	struct msg_oaep oaep;
	int transport;
	const char *why;
} parameters[] = {
	{"0400", false, {0}, 0, "no SEQUENCE"},
	{"30000500", false, {0}, 0, "something behind it"},
	{"30020500", false, {0}, 0, "a field that is none"},
	{"3004a0020500", false, {0}, 0, "a hash that is no AlgorithmIdentifier"},
	{"3011a00f300d" OID_SHA512 "0500", false, {0}, 0, "SHA-512"},
	{"3011a00f300d" OID_SHA256 "0400", false, {0}, 0, "SHA-256 with parameters of its own"},
	{"301ea11c301a06092a864886f70d010107300d" OID_SHA256 "0500",
	 false,
	 {0},
	 0,
	 "a mask that is not MGF1"},
	{"300fa10d300b" OID_MGF1, false, {0}, 0, "MGF1 of nothing"},
	{"3013a211300f" OID_LABEL "040161", false, {0}, 0, "a label"},
	{"3010a20e300c" OID_MGF1 "0400", false, {0}, 0, "a label from elsewhere, 12 bytes"},
	{"3012a210300d" OID_LABEL "04000500", false, {0}, 0, "something behind the label"},
	{"302da00f300d" OID_SHA256 "0500a11a3018" OID_MGF1 "300b" OID_SHA256 "0500",
	 false,
	 {0},
	 0,
	 "the hash of MGF1 cut short of its NULL"},
	{"", true, {SHA1, SHA1}, PKIMESSAGE_RSA_OAEP_SHA1, "absent"},
	{"0500", true, {SHA1, SHA1}, PKIMESSAGE_RSA_OAEP_SHA1, "NULL"},
	{"3000", true, {SHA1, SHA1}, PKIMESSAGE_RSA_OAEP_SHA1, "empty"},
	{"300da00b3009" OID_SHA1 "0500", true, {SHA1, SHA1}, PKIMESSAGE_RSA_OAEP_SHA1, "SHA-1 written out"},
	{"300fa20d300b" OID_LABEL, false, {0}, 0, "a label that is absent"},
	{"3011a20f300d" OID_LABEL "0400",
	 true,
	 {SHA1, SHA1},
	 PKIMESSAGE_RSA_OAEP_SHA1,
	 "an empty label written out"},
	{"300fa00d300b" OID_SHA256,
	 true,
	 {SHA2, SHA1},
	 PKIMESSAGE_RSA_OAEP_SHA1,
	 "SHA-256 with MGF1 of SHA-1, as Java does"},
	{"302ba00d300b" OID_SHA256 "a11a3018" OID_MGF1 "300b" OID_SHA256,
	 true,
	 {SHA2, SHA2},
	 PKIMESSAGE_RSA_OAEP_SHA256,
	 "SHA-256 without NULL"},
	{"302fa00f300d" OID_SHA256 "0500a11c301a" OID_MGF1 "300d" OID_SHA256 "0500",
	 true,
	 {SHA2, SHA2},
	 PKIMESSAGE_RSA_OAEP_SHA256,
	 "SHA-256 with NULL"},
};

Test(oaep, parameters)
{
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
		CLEANUP(bytes_free) gnutls_datum_t bytes = {NULL, 0};
		struct msg_oaep oaep;

		cr_assert_eq(text_unhex(parameters[i].parameters, &bytes), ERR_OK);
		cr_expect_eq(msg_oaep_read(&bytes, &oaep), parameters[i].expected, "%s", parameters[i].why);
		if (!parameters[i].expected)
			continue;
		cr_expect_eq(oaep.hash, parameters[i].oaep.hash, "%s", parameters[i].why);
		cr_expect_eq(oaep.mask, parameters[i].oaep.mask, "%s", parameters[i].why);
		cr_expect_eq(msg_oaep_transport(&oaep), parameters[i].transport, "%s", parameters[i].why);
	}
}

/* --- padding, by hand: RFC 8017 section 7.1.1 once more, so that each part can be wrong --- */

static const unsigned char key[16] = "sixteen bytes ok";

/* Masks DATA by MGF1 of SEED. */
static void mask(gnutls_digest_algorithm_t digest, const unsigned char *seed, size_t seed_size,
		 unsigned char *data, size_t size)
{
	size_t length = gnutls_hash_get_len(digest);

	for (size_t i = 0; i < size; i++) {
		unsigned char counter[4] = {0, 0, 0, (unsigned char)(i / length)};
		unsigned char out[64];
		gnutls_hash_hd_t hash;

		cr_assert_geq(gnutls_hash_init(&hash, digest), 0);
		gnutls_hash(hash, seed, seed_size);
		gnutls_hash(hash, counter, sizeof counter);
		gnutls_hash_deinit(hash, out);
		data[i] ^= out[i % length];
	}
}

static const struct {
	struct msg_oaep written, read;
	const char *label;
	size_t key_size; /* bytes of the key that is inside */
	size_t flip;     /* which byte of the unmasked block to change */
	size_t cut;      /* bytes missing at the end of what is sent */
	bool expected;
	const char *why;
} paddings[] = {
	{{SHA1, SHA1}, {SHA1, SHA1}, "label", 16, 0, 0, false, "a label"},
	{{SHA2, SHA2}, {SHA2, SHA2}, "label", 16, 0, 0, false, "a label under SHA-256"},
	{{SHA1, SHA1}, {SHA2, SHA2}, "", 16, 0, 0, false, "another hash"},
	{{SHA2, SHA1}, {SHA2, SHA2}, "", 16, 0, 0, false, "another hash of the mask"},
	{{SHA1, SHA2}, {SHA2, SHA2}, "", 16, 0, 0, false, "another hash of the label"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 15, 0, 0, false, "a key too short"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 0, 0, 0, false, "no key"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 17, 0, 0, false, "a key too long"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 32, 0, 0, false, "a key twice as long"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 16, 21, 0, false, "the first byte of the label's hash"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 16, 40, 0, false, "its last byte"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 16, 41, 0, false, "the first zero"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 16, 238, 0, false, "the last zero"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 16, 239, 0, false, "the one"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 16, 0, 1, false, "a byte less than the modulus has"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 16, 0, 256, false, "nothing at all"},
	{{SHA1, SHA1}, {SHA1, SHA1}, "", 16, 0, 0, true, "SHA-1"},
	{{SHA2, SHA2}, {SHA2, SHA2}, "", 16, 0, 0, true, "SHA-256"},
	{{SHA2, SHA1}, {SHA2, SHA1}, "", 16, 0, 0, true, "SHA-256 with MGF1 of SHA-1"},
};

static gnutls_pubkey_t ra_public(void)
{
	gnutls_pubkey_t public_key;

	cr_assert_geq(gnutls_pubkey_init(&public_key), 0);
	cr_assert_geq(gnutls_pubkey_import_x509(public_key, fixture_ra()->certificate, 0), 0);
	return public_key;
}

/* The encrypted block of case I; its FIRST byte should be 0. */
static void encrypt(size_t i, unsigned char first, unsigned char block[static BLOCK])
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = ra_public();
	const struct msg_oaep *oaep = &paddings[i].written;
	size_t hash = gnutls_hash_get_len(oaep->hash);
	unsigned char *data = block + 1 + hash;
	size_t size = BLOCK - 1 - hash;

	memset(block, 0, BLOCK);
	block[0] = first;
	memset(block + 1, 's', hash);
	cr_assert_geq(gnutls_hash_fast(oaep->hash, paddings[i].label, strlen(paddings[i].label), data), 0);
	block[BLOCK - paddings[i].key_size - 1] = 1;
	for (size_t j = 0; j < paddings[i].key_size; j++)
		block[BLOCK - paddings[i].key_size + j] = key[j % sizeof key];
	if (paddings[i].flip != 0)
		block[paddings[i].flip] ^= 1;
	mask(oaep->mask, block + 1, hash, data, size);
	mask(oaep->mask, data, size, block + 1, hash);
	cr_assert_eq(msg_rsa_public(public_key, block, BLOCK), PKIMESSAGE_OK);
}

CLEANUP_DEFINE(rsa_free, struct msg_rsa *, msg_rsa_free)

/* True when SIZE bytes at BLOCK gave the key; false when what was there before still is. */
static bool decrypts(const struct msg_oaep *oaep, const unsigned char *block, size_t size, const char *why)
{
	static const unsigned char random[16] = "what was there..";
	CLEANUP(rsa_free) struct msg_rsa *rsa = NULL;
	unsigned char out[16];
	gnutls_datum_t encrypted = bytes_view(block, size);

	memcpy(out, random, sizeof out);
	cr_assert_eq(msg_rsa_load(fixture_key(FIXTURE_RSA_RA), &rsa), PKIMESSAGE_OK);
	msg_oaep_decrypt(oaep, rsa, &encrypted, out, sizeof out);
	if (memcmp(out, key, sizeof key) == 0)
		return true;
	cr_expect_arr_eq(out, random, sizeof out, "%s", why);
	return false;
}

Test(oaep, padding_is_checked_whole_and_failures_are_alike)
{
	for (size_t i = 0; i < sizeof paddings / sizeof *paddings; i++) {
		unsigned char block[BLOCK];

		encrypt(i, 0, block);
		cr_expect_eq(decrypts(&paddings[i].read, block, BLOCK - paddings[i].cut, paddings[i].why),
			     paddings[i].expected, "%s", paddings[i].why);
		if (!paddings[i].expected)
			continue;
		encrypt(i, 1, block);
		cr_expect_not(decrypts(&paddings[i].read, block, BLOCK, "a first byte that is not zero"));
	}
}

/* What RSA itself refuses is answered like a wrong padding. */
Test(oaep, numbers_out_of_range)
{
	const struct msg_oaep oaep = {SHA1, SHA1};
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = ra_public();
	CLEANUP(bytes_free) gnutls_datum_t modulus = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t exponent = {NULL, 0};
	unsigned char block[BLOCK] = {0};

	cr_expect_not(decrypts(&oaep, block, BLOCK, "zero"));
	block[BLOCK - 1] = 1;
	cr_expect_not(decrypts(&oaep, block, BLOCK, "one"));
	cr_assert_geq(gnutls_pubkey_export_rsa_raw2(public_key, &modulus, &exponent, 0), 0);
	cr_assert_eq(modulus.size, BLOCK + 1);
	cr_expect_not(decrypts(&oaep, modulus.data + 1, BLOCK, "the modulus"));
	memset(block, 0xff, sizeof block);
	cr_expect_not(decrypts(&oaep, block, BLOCK, "more than the modulus"));
}

/* --- keys --- */

Test(oaep, what_fits_a_key)
{
	CLEANUP(privkey_free) gnutls_privkey_t odd = NULL;
	CLEANUP(rsa_free) struct msg_rsa *rsa = NULL;
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	const struct msg_oaep oaep[] = {{SHA1, SHA1}, {SHA2, SHA2}};
	unsigned char octets[32] = "thirty-two bytes of content key";
	unsigned char decrypted[32] = {0};
	const unsigned char nothing[32] = {0};
	gnutls_datum_t content_key = bytes_view(octets, sizeof octets);
	gnutls_datum_t encrypted;

	/* 744 bits are 93 bytes: SHA-1 leaves 51 for the key, SHA-256 27. */
	cr_assert_geq(gnutls_privkey_init(&odd), 0);
	cr_assert_geq(gnutls_privkey_generate(odd, GNUTLS_PK_RSA, 744, 0), 0);
	cr_assert_geq(gnutls_pubkey_init(&public_key), 0);
	cr_assert_geq(gnutls_pubkey_import_privkey(public_key, odd, 0, 0), 0);
	cr_expect_eq(msg_oaep_encrypt(&oaep[1], public_key, &content_key, &encrypted), PKIMESSAGE_E_KEY);
	cr_expect_null(encrypted.data);
	cr_expect_eq(msg_oaep_encrypt(&oaep[0], public_key, &content_key, &encrypted), PKIMESSAGE_OK);
	cr_expect_eq(encrypted.size, 93);
	cr_assert_eq(msg_rsa_load(odd, &rsa), PKIMESSAGE_OK);
	msg_oaep_decrypt(&oaep[1], rsa, &encrypted, decrypted, sizeof decrypted);
	cr_expect_arr_eq(decrypted, nothing, sizeof nothing, "SHA-256 has no room");
	msg_oaep_decrypt(&oaep[0], rsa, &encrypted, decrypted, sizeof decrypted);
	cr_expect_arr_eq(decrypted, octets, sizeof octets);
	bytes_free(&encrypted);
}

Test(oaep, keys_that_are_not_rsa)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	struct msg_rsa *rsa;
	const struct msg_oaep oaep = {SHA1, SHA1};
	unsigned char octets[16] = {0};
	gnutls_datum_t content_key = bytes_view(octets, sizeof octets);
	gnutls_datum_t encrypted;

	cr_assert_geq(gnutls_pubkey_init(&public_key), 0);
	cr_assert_geq(gnutls_pubkey_import_x509(public_key, fixture_ec_client()->certificate, 0), 0);
	cr_expect_eq(msg_oaep_encrypt(&oaep, public_key, &content_key, &encrypted), PKIMESSAGE_E_KEY);
	cr_expect_eq(msg_rsa_public(public_key, octets, sizeof octets), PKIMESSAGE_E_KEY);
	cr_expect_eq(msg_rsa_load(fixture_ec_client()->key, &rsa), PKIMESSAGE_E_KEY);
	cr_expect_null(rsa);
}
