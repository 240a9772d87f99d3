/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "lib/fixture.h"
#include "pkimessage/prepared.h"

CLEANUP_DEFINE(prepared_free, struct pkimessage_prepared *, pkimessage_prepared_free)
CLEANUP_DEFINE(envelope_free, struct pkimessage_envelope *, pkimessage_envelope_free)

static struct pkimessage_prepared *make(const struct fixture *fixture, gnutls_privkey_t key)
{
	const struct pkimessage_identity identity = {fixture->certificate, key};
	struct pkimessage_prepared *prepared;

	cr_assert_eq(pkimessage_prepare(&identity, &prepared), PKIMESSAGE_OK);
	return prepared;
}

/* "content", encrypted to RECIPIENT by TRANSPORT. */
static struct pkimessage_envelope *enclose(const struct fixture *recipient, int transport)
{
	const struct pkimessage_encryption encryption = {.cipher = GNUTLS_CIPHER_AES_128_CBC,
							 .transport = transport};
	const gnutls_datum_t content = BYTES_LITERAL("content");
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	struct pkimessage_envelope *envelope;

	cr_assert_eq(pkimessage_build_envelope(&content, &recipient->certificate, 1, &encryption, &der),
		     PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_envelope_parse(&der, &envelope), PKIMESSAGE_OK);
	return envelope;
}

/* --- a key that does not leave its token: GnuTLS calls back --- */

static int decrypt_inside(gnutls_privkey_t handle, void *user, const gnutls_datum_t *input,
			  gnutls_datum_t *output)
{
	(void)handle;
	(void)user;
	return gnutls_privkey_decrypt_data(fixture_key(FIXTURE_RSA_RA), 0, input, output);
}

static int tell_algorithm(gnutls_privkey_t handle, unsigned flags, void *user)
{
	(void)handle;
	(void)user;
	return flags == GNUTLS_PRIVKEY_INFO_PK_ALGO ? (int)GNUTLS_PK_RSA : -1;
}

static gnutls_privkey_t token_key(void)
{
	gnutls_privkey_t key;

	cr_assert_geq(gnutls_privkey_init(&key), 0);
	cr_assert_geq(
		gnutls_privkey_import_ext4(key, NULL, NULL, NULL, decrypt_inside, NULL, tell_algorithm, 0),
		0);
	return key;
}

Test(prepared, keys_that_cannot)
{
	const struct pkimessage_identity identities[] = {
		{fixture_ec_client()->certificate, fixture_ec_client()->key},
		{fixture_ra()->certificate, NULL},
	};

	for (size_t i = 0; i < sizeof identities / sizeof *identities; i++) {
		struct pkimessage_prepared *prepared;

		cr_expect_eq(pkimessage_prepare(&identities[i], &prepared), PKIMESSAGE_E_KEY);
		cr_expect_null(prepared);
	}
	pkimessage_prepared_free(NULL);
}

static const struct {
	int transport;
	bool token, other;
	int expected;
	const char *why;
} cases[] = {
	{PKIMESSAGE_RSA_OAEP_SHA1, true, false, PKIMESSAGE_E_KEY, "OAEP to a key in a token"},
	{PKIMESSAGE_RSA_PKCS1, false, true, PKIMESSAGE_OK, "the second of two"},
	{PKIMESSAGE_RSA_PKCS1, true, false, PKIMESSAGE_OK, "a key in a token"},
	{PKIMESSAGE_RSA_PKCS1, false, false, PKIMESSAGE_OK, "as it should be"},
	{PKIMESSAGE_RSA_OAEP_SHA1, false, false, PKIMESSAGE_OK, "OAEP"},
	{PKIMESSAGE_RSA_OAEP_SHA256, false, true, PKIMESSAGE_OK, "OAEP to the second of two"},
};

/* More often than one random number blinds. */
Test(prepared, decrypts_many)
{
	CLEANUP(privkey_free) gnutls_privkey_t token = token_key();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CLEANUP(prepared_free)
		struct pkimessage_prepared *ra =
			make(fixture_ra(), cases[i].token ? token : fixture_ra()->key);
		CLEANUP(prepared_free)
		struct pkimessage_prepared *other = make(fixture_client(), fixture_client()->key);
		struct pkimessage_prepared *list[] = {cases[i].other ? other : ra, ra};
		CLEANUP(envelope_free)
		struct pkimessage_envelope *envelope = enclose(fixture_ra(), cases[i].transport);

		for (size_t j = 0; j < LIMIT_RSA_BLINDINGS + 2; j++) {
			const gnutls_datum_t content = BYTES_LITERAL("content");
			CLEANUP(bytes_wipe) gnutls_datum_t plaintext = {NULL, 0};

			cr_expect_eq(pkimessage_envelope_decrypt_with(envelope, list, 2, 0, &plaintext),
				     cases[i].expected, "%s", cases[i].why);
			cr_expect_eq(bytes_equal(&plaintext, &content), cases[i].expected == PKIMESSAGE_OK,
				     "%s", cases[i].why);
		}
	}
}

Test(prepared, finds_its_recipient)
{
	CLEANUP(prepared_free) struct pkimessage_prepared *ra = make(fixture_ra(), fixture_ra()->key);
	CLEANUP(prepared_free)
	struct pkimessage_prepared *misnamed = make(fixture_client(), fixture_ra()->key);
	CLEANUP(envelope_free)
	struct pkimessage_envelope *envelope = enclose(fixture_ra(), PKIMESSAGE_RSA_PKCS1);
	gnutls_datum_t plaintext;

	cr_expect_eq(pkimessage_envelope_decrypt_with(envelope, NULL, 0, 0, &plaintext),
		     PKIMESSAGE_E_RECIPIENT, "none");
	cr_expect_eq(pkimessage_envelope_decrypt_with(envelope, &misnamed, 1, 0, &plaintext), PKIMESSAGE_OK,
		     "a single recipient that names another certificate is tried");
	bytes_wipe(&plaintext);
	cr_expect_eq(pkimessage_envelope_decrypt_with(envelope, &ra, 1, 0, &plaintext), PKIMESSAGE_OK);
	bytes_wipe(&plaintext);
}
