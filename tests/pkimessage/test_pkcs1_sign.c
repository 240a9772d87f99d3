/* SPDX-License-Identifier: BSD-2-Clause */
/* RSASSA-PKCS1-v1_5 by a key in nettle's form: there is one right signature, and GnuTLS makes it, too. */
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "lib/fixture.h"
#include "pkimessage/algorithm.h"
#include "pkimessage/pkcs1.h"
#include "pkimessage/prepared.h"
#include "pkimessage/rsa_key.h"

CLEANUP_DEFINE(rsa_free, struct msg_rsa *, msg_rsa_free)
CLEANUP_DEFINE(prepared_free, struct pkimessage_prepared *, pkimessage_prepared_free)

static const gnutls_digest_algorithm_t digests[] = {GNUTLS_DIG_MD5,    GNUTLS_DIG_SHA1,   GNUTLS_DIG_SHA224,
						    GNUTLS_DIG_SHA256, GNUTLS_DIG_SHA384, GNUTLS_DIG_SHA512};
#define DIGESTS (sizeof digests / sizeof *digests)

static const gnutls_datum_t text = BYTES_LITERAL("what is signed");

static gnutls_privkey_t generate(unsigned bits)
{
	gnutls_privkey_t key;

	cr_assert_geq(gnutls_privkey_init(&key), 0);
	cr_assert_geq(gnutls_privkey_generate(key, GNUTLS_PK_RSA, bits, 0), 0, "%u bits", bits);
	return key;
}

static struct msg_rsa *load(gnutls_privkey_t key)
{
	struct msg_rsa *rsa;

	cr_assert_eq(msg_rsa_load(key, &rsa), PKIMESSAGE_OK);
	return rsa;
}

static gnutls_datum_t by_gnutls(gnutls_privkey_t key, gnutls_digest_algorithm_t digest)
{
	gnutls_datum_t signature;

	cr_assert_geq(
		gnutls_privkey_sign_data2(key, msg_digest_by_id(digest)->sign[MSG_RSA], 0, &text, &signature),
		0);
	return signature;
}

/* --- refusals --- */

static const struct {
	unsigned bits;
	gnutls_digest_algorithm_t digest;
	int expected;
	const char *why;
} short_keys[] = {
	{512, GNUTLS_DIG_SHA512, PKIMESSAGE_E_KEY, "SHA-512 in 64 bytes"},
	{488, GNUTLS_DIG_SHA256, PKIMESSAGE_E_KEY, "SHA-256 with seven bytes of padding"},
	{512, GNUTLS_DIG_UNKNOWN, PKIMESSAGE_E_CRYPTO, "no digest"},
	{496, GNUTLS_DIG_SHA256, PKIMESSAGE_OK, "SHA-256 with eight bytes of padding"},
};

Test(pkcs1_sign, keys_too_short_for_the_digest)
{
	for (size_t i = 0; i < sizeof short_keys / sizeof *short_keys; i++) {
		CLEANUP(privkey_free) gnutls_privkey_t key = generate(short_keys[i].bits);
		CLEANUP(rsa_free) struct msg_rsa *rsa = load(key);
		gnutls_datum_t signature = BYTES_LITERAL("not emptied");

		cr_expect_eq(msg_pkcs1_sign(rsa, short_keys[i].digest, &text, &signature),
			     short_keys[i].expected, "%s", short_keys[i].why);
		cr_expect_eq(signature.data == NULL, short_keys[i].expected != PKIMESSAGE_OK, "%s",
			     short_keys[i].why);
		bytes_free(&signature);
	}
}

/* One half of the root wrong and the other right: who had that signature would have the key. */
Test(pkcs1_sign, a_fault_gives_no_signature)
{
	CLEANUP(rsa_free) struct msg_rsa *rsa = load(fixture_key(FIXTURE_RSA_RA));
	mpz_ptr const numbers[] = {rsa->private_key.a, rsa->private_key.b, rsa->private_key.c,
				   rsa->private_key.p, rsa->private_key.q};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		gnutls_datum_t signature = BYTES_LITERAL("not emptied");

		mpz_combit(numbers[i], 5);
		cr_expect_eq(msg_pkcs1_sign(rsa, GNUTLS_DIG_SHA256, &text, &signature), PKIMESSAGE_E_CRYPTO,
			     "number %zu", i);
		cr_expect_null(signature.data, "number %zu", i);
		cr_expect_eq(signature.size, 0, "number %zu", i);
		mpz_combit(numbers[i], 5);
		cr_expect_eq(msg_pkcs1_sign(rsa, GNUTLS_DIG_SHA256, &text, &signature), PKIMESSAGE_OK,
			     "the next is good again");
		bytes_free(&signature);
	}
}

/* --- signatures --- */

/* 1030 bits do not fill their bytes, nor 1025 a second one. */
Test(pkcs1_sign, is_the_signature_that_gnutls_makes)
{
	const unsigned sizes[] = {1024, 1025, 1030, 2048, 3072, 4096};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		CLEANUP(privkey_free) gnutls_privkey_t key = generate(sizes[i]);
		CLEANUP(rsa_free) struct msg_rsa *rsa = load(key);

		for (size_t j = 0; j < DIGESTS; j++) {
			CLEANUP(bytes_free) gnutls_datum_t expected = by_gnutls(key, digests[j]);
			CLEANUP(bytes_free) gnutls_datum_t signature = {NULL, 0};

			cr_expect_eq(msg_pkcs1_sign(rsa, digests[j], &text, &signature), PKIMESSAGE_OK,
				     "%u bits, digest %d", sizes[i], (int)digests[j]);
			cr_expect(bytes_equal(&signature, &expected), "%u bits, digest %d", sizes[i],
				  (int)digests[j]);
		}
	}
}

/* Also after the pair that blinds has been squared, and made anew. */
Test(pkcs1_sign, more_often_than_a_number_blinds)
{
	CLEANUP(rsa_free) struct msg_rsa *rsa = load(fixture_key(FIXTURE_RSA_RA));
	CLEANUP(bytes_free)
	gnutls_datum_t expected = by_gnutls(fixture_key(FIXTURE_RSA_RA), GNUTLS_DIG_SHA256);

	for (size_t i = 0; i < 2 * LIMIT_RSA_BLINDINGS + 1; i++) {
		CLEANUP(bytes_free) gnutls_datum_t signature = {NULL, 0};

		cr_expect_eq(msg_pkcs1_sign(rsa, GNUTLS_DIG_SHA256, &text, &signature), PKIMESSAGE_OK,
			     "signature %zu", i);
		cr_expect(bytes_equal(&signature, &expected), "signature %zu", i);
	}
}

/* --- messages --- */

static struct pkimessage_prepared *prepare(gnutls_privkey_t key)
{
	const struct pkimessage_identity identity = {fixture_ra()->certificate, key};
	struct pkimessage_prepared *prepared;

	cr_assert_eq(pkimessage_prepare(&identity, &prepared), PKIMESSAGE_OK);
	return prepared;
}

/* A message by SIGNER, through PREPARED unless that is NULL. */
static int build(const struct fixture *signer, gnutls_privkey_t key, struct pkimessage_prepared *prepared,
		 gnutls_digest_algorithm_t digest, gnutls_datum_t *out)
{
	struct pkimessage_attributes attributes = PKIMESSAGE_ATTRIBUTES_INIT;
	const struct pkimessage_signing signing = {
		.signer = {signer->certificate, key},
		.digest = digest,
		.enclosed = &signer->certificate,
		.enclosed_count = 1,
		.prepared = prepared,
	};

	attributes.message_type = PKIMESSAGE_PKCS_REQ;
	attributes.transaction_id = BYTES_LITERAL("t-1");
	attributes.sender_nonce = BYTES_LITERAL("sixteen bytes ok");
	return pkimessage_build(&attributes, &text, &signing, out);
}

static int sign_inside(gnutls_privkey_t handle, gnutls_sign_algorithm_t algorithm, void *user, unsigned flags,
		       const gnutls_datum_t *hash, gnutls_datum_t *signature)
{
	(void)handle;
	(void)user;
	return gnutls_privkey_sign_hash2(fixture_key(FIXTURE_RSA_RA), algorithm, flags, hash, signature);
}

static int tell_about(gnutls_privkey_t handle, unsigned flags, void *user)
{
	(void)handle;
	(void)user;
	if ((flags & GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO) != 0)
		return 1;
	if ((flags & GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS) != 0)
		return 2048;
	return (flags & GNUTLS_PRIVKEY_INFO_PK_ALGO) != 0 ? (int)GNUTLS_PK_RSA : -1;
}

/* A key that does not leave its token. */
static gnutls_privkey_t token_key(void)
{
	gnutls_privkey_t key;

	cr_assert_geq(gnutls_privkey_init(&key), 0);
	cr_assert_geq(gnutls_privkey_import_ext4(key, NULL, NULL, sign_inside, NULL, NULL, tell_about, 0), 0);
	return key;
}

Test(pkcs1_sign, a_message_by_another_than_is_prepared)
{
	CLEANUP(prepared_free)
	struct pkimessage_prepared *other = prepare(fixture_key(FIXTURE_RSA_OTHER));
	gnutls_datum_t out = BYTES_LITERAL("not emptied");

	cr_expect_eq(build(fixture_ra(), fixture_ra()->key, other, GNUTLS_DIG_SHA256, &out),
		     PKIMESSAGE_E_ARGUMENT);
	cr_expect_null(out.data);
	cr_expect_eq(build(fixture_ec_client(), fixture_ec_client()->key, other, GNUTLS_DIG_SHA256, &out),
		     PKIMESSAGE_E_ARGUMENT, "an EC signer");
	cr_expect_null(out.data);
}

/* Which of the two signs shows when the one is broken: GnuTLS where it might refuse, and never after a fault.
 */
static const struct {
	gnutls_digest_algorithm_t digest;
	bool ours;
	const char *why;
} ways[] = {
	{GNUTLS_DIG_SHA224, true, "SHA-224"},
	{GNUTLS_DIG_SHA256, true, "SHA-256"},
	{GNUTLS_DIG_SHA384, true, "SHA-384"},
	{GNUTLS_DIG_SHA512, true, "SHA-512"},
	{GNUTLS_DIG_SHA1, false, "SHA-1, which a system may forbid"},
	{GNUTLS_DIG_MD5, false, "MD5"},
};

Test(pkcs1_sign, gnutls_signs_what_it_might_refuse)
{
	CLEANUP(prepared_free) struct pkimessage_prepared *spoilt = prepare(fixture_ra()->key);

	mpz_combit(spoilt->key.rsa->private_key.a, 5);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		CLEANUP(bytes_free) gnutls_datum_t out = {NULL, 0};

		cr_expect_eq(build(fixture_ra(), fixture_ra()->key, spoilt, ways[i].digest, &out),
			     ways[i].ours ? PKIMESSAGE_E_CRYPTO : PKIMESSAGE_OK, "%s", ways[i].why);
		cr_expect_eq(out.data == NULL, ways[i].ours, "%s", ways[i].why);
	}
}

Test(pkcs1_sign, a_message_is_the_same_with_and_without)
{
	CLEANUP(privkey_free) gnutls_privkey_t token = token_key();
	gnutls_privkey_t keys[] = {fixture_ra()->key, token};

	for (size_t i = 0; i < 2; i++) {
		CLEANUP(prepared_free) struct pkimessage_prepared *prepared = prepare(keys[i]);

		cr_expect_eq(prepared->key.rsa == NULL, i == 1, "a token keeps its key");
		for (size_t j = 0; j < DIGESTS; j++) {
			CLEANUP(bytes_free) gnutls_datum_t expected = {NULL, 0};
			CLEANUP(bytes_free) gnutls_datum_t out = {NULL, 0};

			cr_assert_eq(build(fixture_ra(), fixture_ra()->key, NULL, digests[j], &expected),
				     PKIMESSAGE_OK);
			cr_expect_eq(build(fixture_ra(), keys[i], prepared, digests[j], &out), PKIMESSAGE_OK,
				     "key %zu, digest %d", i, (int)digests[j]);
			cr_expect(bytes_equal(&out, &expected), "key %zu, digest %d", i, (int)digests[j]);
		}
	}
}
