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
#define BLOCK   16

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

/* --- references --- */

/* The content cipher's vector and the ciphertext in ENVELOPE, which is all that follows the vector. */
static void find_content(const gnutls_datum_t *envelope, unsigned char **vector, gnutls_datum_t *ciphertext)
{
	static const unsigned char header[] = {0x04, BLOCK};
	unsigned char *at = memmem(envelope->data + find_key(envelope) + 256,
				   envelope->size - find_key(envelope) - 256, header, sizeof header);

	cr_assert_not_null(at);
	*vector = at + sizeof header;
	at = *vector + BLOCK;
	cr_assert_eq(at[0], 0x80);
	cr_assert_eq(at[1], 0x82);
	*ciphertext = bytes_view(at + 4, (size_t)(at[2] << 8 | at[3]));
	cr_assert_eq(ciphertext->data + ciphertext->size, envelope->data + envelope->size);
}

static void put_header(unsigned char *out, unsigned char tag, size_t length)
{
	out[0] = tag;
	out[1] = 0x82;
	out[2] = (unsigned char)(length >> 8);
	out[3] = (unsigned char)length;
}

/*
 * Changes ENVELOPE, whose first 16 bytes of plaintext (KNOWN) can be guessed, into an IssuerAndSubject whose
 * subject is whatever comes, up to a padding of one byte; its last block is one of the secret ones, NUMBER,
 * and the block before makes its last byte that padding if the secret byte is GUESS.
 */
static void ask_about(const gnutls_datum_t *envelope, const unsigned char *known, size_t number,
		      unsigned char guess)
{
	unsigned char wanted[BLOCK] = {0};
	unsigned char *vector;
	gnutls_datum_t cipher;
	unsigned char secret[2 * BLOCK];
	unsigned char *last;

	find_content(envelope, &vector, &cipher);
	put_header(wanted, 0x30, cipher.size - 1 - 4);
	memcpy(wanted + 4, "\x30\x00", 2);
	put_header(wanted + 6, 0x30, cipher.size - 1 - 10);
	put_header(wanted + 10, 0x04, cipher.size - 1 - 14);
	for (size_t i = 0; i < BLOCK; i++)
		vector[i] ^= known[i] ^ wanted[i];
	memcpy(secret, cipher.data + (number - 1) * BLOCK, sizeof secret);
	last = cipher.data + cipher.size - BLOCK;
	memcpy(last, secret + BLOCK, BLOCK);
	last[-1] = secret[BLOCK - 1] ^ guess ^ 1;
}

/* What is told of GUESS about a byte of the request in ENVELOPE. */
static struct answer answer_about(int type, const gnutls_datum_t *envelope, const unsigned char *known,
				  size_t number, unsigned char guess)
{
	const char digits[] = {(char)('0' + type / 10), (char)('0' + type % 10)};
	struct forge forge = forge_begin(fixture_client());
	CLEANUP(bytes_free) gnutls_datum_t changed = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t message = {NULL, 0};

	cr_assert(bytes_copy(envelope, &changed));
	ask_about(&changed, known, number, guess);
	forge_replace(&forge, OID_MESSAGE_TYPE, 0x13, digits, sizeof digits);
	forge.content = changed;
	forge_digest(&forge);
	message = forge_end(&forge);
	return world_send(&world, &(struct ask){.type = type}, &message);
}

/* A reference has no signature of its own, so what it is must not show before we know who made it. */
Test(oracle, a_reference_made_of_a_caught_request)
{
	static const int types[] = {PKIMESSAGE_CERT_POLL, PKIMESSAGE_GET_CERT};
	CLEANUP(bytes_wipe)
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", WORLD_CHALLENGE, NULL);
	const unsigned char *challenge = memmem(csr.data, csr.size, WORLD_CHALLENGE, strlen(WORLD_CHALLENGE));
	const struct pkimessage_encryption encryption = {.cipher = GNUTLS_CIPHER_AES_128_CBC,
							 .transport = PKIMESSAGE_RSA_PKCS1};
	CLEANUP(bytes_free) gnutls_datum_t envelope = {NULL, 0};
	size_t number;
	unsigned char byte;

	cr_assert_not_null(challenge);
	number = (size_t)(challenge - csr.data) / BLOCK;
	byte = csr.data[number * BLOCK + BLOCK - 1];
	cr_assert_eq(pkimessage_build_envelope(&csr, &fixture_ra()->certificate, 1, &encryption, &envelope),
		     PKIMESSAGE_OK);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct answer wrong = answer_about(types[i], &envelope, csr.data, number, byte ^ 0x80);
		struct answer right = answer_about(types[i], &envelope, csr.data, number, byte);

		cr_expect_eq(wrong.status, PKIMESSAGE_FAILURE);
		cr_expect_eq(right.status, wrong.status, "type %d", types[i]);
		cr_expect_eq(right.fail_info, wrong.fail_info, "type %d: %d is not %d", types[i],
			     right.fail_info, wrong.fail_info);
		cr_expect_eq(right.body.size, wrong.body.size, "type %d: %u bytes are not %u", types[i],
			     right.body.size, wrong.body.size);
		answer_free(&right);
		answer_free(&wrong);
	}
}
