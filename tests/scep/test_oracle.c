/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whoever caught an encrypted request and sends it changed, under a signature of his own, learns nothing from
 * how it is refused (CWE-203): a thousand changed ciphertexts are answered alike.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "pkimessage/forge.h"
#include "scep/world.h"

#define CHANGES 1000

static struct world world;

static void open_world(void)
{
	world_init(&world);
	world_start(&world);
}

static void close_world(void)
{
	world_stop(&world);
}

TestSuite(oracle, .init = open_world, .fini = close_world);

/* Where in ENVELOPE the encrypted key lies: the 256 bytes of the RA's modulus behind their OCTET STRING. */
static size_t find_key(const gnutls_datum_t *envelope)
{
	static const unsigned char header[] = {0x04, 0x82, 0x01, 0x00};
	const unsigned char *at = memmem(envelope->data, envelope->size, header, sizeof header);

	cr_assert_not_null(at);
	return (size_t)(at - envelope->data) + sizeof header;
}

static gnutls_datum_t enclose(int transport)
{
	const struct pkimessage_encryption encryption = {.cipher = GNUTLS_CIPHER_AES_128_CBC,
							 .transport = transport};
	CLEANUP(bytes_wipe)
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", WORLD_CHALLENGE, NULL);
	gnutls_datum_t envelope;

	cr_assert_eq(pkimessage_build_envelope(&csr, &fixture_ra()->certificate, 1, &encryption, &envelope),
		     PKIMESSAGE_OK);
	return envelope;
}

/* The key's ciphertext changed in one byte, or (every eighth) the content's last block. */
static gnutls_datum_t change(const gnutls_datum_t *envelope, size_t key, size_t number)
{
	struct forge forge = forge_begin(fixture_client());
	gnutls_datum_t changed;
	gnutls_datum_t message;
	size_t at = number % 8 == 7 ? envelope->size - 1 - number / 8 % 16 : key + 1 + number % 255;

	cr_assert(bytes_copy(envelope, &changed));
	changed.data[at] ^= (unsigned char)(1 + number % 255);
	forge.content = changed;
	forge_digest(&forge);
	message = forge_end(&forge);
	bytes_free(&changed);
	return message;
}

static void expect_alike(int transport)
{
	gnutls_datum_t envelope = enclose(transport);
	size_t key = find_key(&envelope);
	const struct ask ask = {.path = NULL};
	size_t length = 0;

	for (size_t i = 0; i < CHANGES; i++) {
		CLEANUP(bytes_free) gnutls_datum_t message = change(&envelope, key, i);
		struct answer answer = world_post(&world, &ask, &message);

		length = i == 0 ? answer.body.size : length;
		cr_expect_eq(answer.http_status, 200, "change %zu", i);
		cr_expect_eq(answer.body.size, length, "change %zu: %u bytes, not %zu", i, answer.body.size,
			     length);
		answer_free(&answer);
	}
	cr_expect_eq(world_certificates(&world), 0);
	cr_expect_eq(world_count(&world, "SELECT COUNT(*) FROM audit_events WHERE reason = 'unreadable'"),
		     CHANGES);
	cr_expect_eq(world_count(&world, "SELECT COUNT(DISTINCT reason, JSON_VALUE(details, '$.detail')) "
					 "FROM audit_events"),
		     0, "no row says more than another");
	bytes_free(&envelope);
}

Test(oracle, pkcs1)
{
	expect_alike(PKIMESSAGE_RSA_PKCS1);
}

Test(oracle, oaep)
{
	expect_alike(PKIMESSAGE_RSA_OAEP_SHA256);
}
