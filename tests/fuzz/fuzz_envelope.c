/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever an EnvelopedData holds, decryption is safe and gives away nothing but the errors that need no key.
 */
#include "base/bytes.h"
#include "fuzz/fuzz.h"
#include "lib/files.h"
#include "lib/fixture.h"
#include "pkimessage/envelope.h"

/* The recipient of tests/vectors. */
static const struct pkimessage_identity *recipient(void)
{
	static struct pkimessage_identity identity;
	gnutls_datum_t pem;

	if (identity.key != NULL)
		return &identity;
	pem = test_read("pkimessage/ra.pem");
	FUZZ_PROMISE(gnutls_x509_crt_init(&identity.certificate) >= 0);
	FUZZ_PROMISE(gnutls_x509_crt_import(identity.certificate, &pem, GNUTLS_X509_FMT_PEM) >= 0);
	bytes_free(&pem);
	identity.key = fixture_key(FIXTURE_RSA_RA);
	return &identity;
}

/* What decryption may return: nothing else depends on the message. */
static void expect(int error, gnutls_datum_t *plaintext, size_t size)
{
	FUZZ_PROMISE(error == PKIMESSAGE_OK || error == PKIMESSAGE_E_DECRYPT ||
		     error == PKIMESSAGE_E_RECIPIENT || error == PKIMESSAGE_E_ALGORITHM ||
		     error == PKIMESSAGE_E_LIMIT);
	FUZZ_PROMISE((plaintext->data != NULL) == (error == PKIMESSAGE_OK) && plaintext->size <= size);
	bytes_wipe(plaintext);
}

/* Iterations of PBKDF2 beyond which the fuzzer would do nothing else. */
#define ITERATIONS_MAX 5000

static bool cheap(const struct pkimessage_envelope *envelope)
{
	for (size_t i = 0; i < envelope->recipient_count; i++)
		if (envelope->recipients[i].password.iterations > ITERATIONS_MAX &&
		    envelope->recipients[i].password.iterations <= LIMIT_PBKDF2_ITERATIONS)
			return false;
	return true;
}

FUZZ_ASN1

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_datum_t input = bytes_view(data, size);
	gnutls_datum_t password = BYTES_LITERAL("s3cret");
	gnutls_datum_t plaintext;
	struct pkimessage_envelope *envelope;
	int error = pkimessage_envelope_parse(&input, &envelope);

	FUZZ_PROMISE((envelope != NULL) == (error == PKIMESSAGE_OK));
	if (envelope == NULL)
		return 0;
	(void)pkimessage_envelope_cipher(envelope);
	(void)pkimessage_envelope_transport(envelope);
	error = pkimessage_envelope_decrypt(envelope, recipient(), 1, ~0u, &plaintext);
	expect(error, &plaintext, size);
	if (cheap(envelope))
		expect(pkimessage_envelope_decrypt_password(envelope, &password, ~0u, &plaintext), &plaintext,
		       size);
	pkimessage_envelope_free(envelope);
	return 0;
}
