/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole requests, as clients sent them: from the bytes of the body to the challenge, the way scep.fcgi goes.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/bytes.h"
#include "lib/ber_maker.h"
#include "lib/files.h"
#include "lib/fixture.h"
#include "pkimessage/forge.h"
#include "pkimessage/make_envelope.h"

#define MD5    PKIMESSAGE_LEGACY_MD5
#define SHA1   PKIMESSAGE_LEGACY_SHA1
#define DES    PKIMESSAGE_LEGACY_DES
#define TRIPLE PKIMESSAGE_LEGACY_3DES

/* The recipient of tests/vectors. */
static struct pkimessage_identity vector_ra(void)
{
	struct pkimessage_identity identity = {NULL, fixture_key(FIXTURE_RSA_RA)};
	gnutls_datum_t pem = test_read("pkimessage/ra.pem");

	cr_assert_geq(gnutls_x509_crt_init(&identity.certificate), 0);
	cr_assert_geq(gnutls_x509_crt_import(identity.certificate, &pem, GNUTLS_X509_FMT_PEM), 0);
	bytes_free(&pem);
	return identity;
}

/* Goes all the way with INPUT; the first error, and where it is from. *CSR stays for the caller. */
static int go(const gnutls_datum_t *input, const struct pkimessage_identity *ra, unsigned legacy,
	      const char **where, struct pkimessage_csr **csr)
{
	struct pkimessage *message = NULL;
	struct pkimessage_envelope *envelope = NULL;
	gnutls_datum_t plaintext = {NULL, 0};
	int error;

	*csr = NULL;
	*where = "parse";
	error = pkimessage_parse(input, &message);
	if (error == PKIMESSAGE_OK) {
		*where = "verify";
		error = pkimessage_verify(message, legacy);
	}
	if (error == PKIMESSAGE_OK) {
		*where = "envelope";
		error = pkimessage_envelope_parse(pkimessage_content(message), &envelope);
	}
	if (error == PKIMESSAGE_OK) {
		*where = "decrypt";
		error = pkimessage_envelope_decrypt(envelope, ra, 1, legacy, &plaintext);
	}
	if (error == PKIMESSAGE_OK) {
		*where = "request";
		error = pkimessage_csr_parse(&plaintext, csr);
	}
	if (error == PKIMESSAGE_OK) {
		*where = "request's signature";
		error = pkimessage_csr_verify(*csr, legacy);
	}
	bytes_wipe(&plaintext);
	pkimessage_envelope_free(envelope);
	pkimessage_free(message);
	return error;
}

static const struct {
	const char *file;
	unsigned legacy;
	int expected;
	const char *where;
	size_t extensions;
} clients[] = {
	{"pkimessage/request-scepclient.der", 0, PKIMESSAGE_E_ALGORITHM, "verify", 0},
	{"pkimessage/request-scepclient.der", SHA1, PKIMESSAGE_E_ALGORITHM, "decrypt", 0},
	{"pkimessage/request-scepclient.der", SHA1 | DES, PKIMESSAGE_OK, "request's signature", 0},
	{"pkimessage/request-strongswan.der", 0, PKIMESSAGE_OK, "request's signature", 1},
	{"pkimessage/request-certmonger.der", 0, PKIMESSAGE_OK, "request's signature", 3},
	{"pkimessage/request-ios.der", SHA1 | DES, PKIMESSAGE_E_ALGORITHM, "verify", 0},
	{"pkimessage/request-ios.der", MD5, PKIMESSAGE_E_ALGORITHM, "decrypt", 0},
	{"pkimessage/request-ios.der", MD5 | DES, PKIMESSAGE_OK, "request's signature", 1},
	{"pkimessage/request-apple.der", 0, PKIMESSAGE_OK, "request's signature", 1},
	{"pkimessage/request-windows.der", 0, PKIMESSAGE_OK, "request's signature", 1},
	{"pkimessage/request-routeros-get.der", MD5 | DES, PKIMESSAGE_OK, "request's signature", 1},
	{"pkimessage/request-routeros-post.der", SHA1, PKIMESSAGE_E_ALGORITHM, "decrypt", 0},
	{"pkimessage/request-routeros-post.der", SHA1 | TRIPLE, PKIMESSAGE_OK, "request's signature", 1},
	{"pkimessage/request-jscep.der", 0, PKIMESSAGE_OK, "request's signature", 1},
	{"pkimessage/request-no-parameters.der", SHA1 | DES, PKIMESSAGE_OK, "request's signature", 1},
};

Test(messages, requests_of_real_clients_are_understood)
{
	struct pkimessage_identity ra = vector_ra();

	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
		gnutls_datum_t input = test_read(clients[i].file);
		const char *where;
		struct pkimessage_csr *csr;

		cr_expect_eq(go(&input, &ra, clients[i].legacy, &where, &csr), clients[i].expected, "%s: %s",
			     clients[i].file, where);
		cr_expect_str_eq(where, clients[i].where, "%s", clients[i].file);
		if (csr != NULL) {
			cr_expect(bytes_equal(pkimessage_csr_challenge(csr), &BYTES_LITERAL("s3cret")), "%s",
				  clients[i].file);
			cr_expect_eq(pkimessage_csr_extension_count(csr), clients[i].extensions, "%s",
				     clients[i].file);
		}
		pkimessage_csr_free(csr);
		bytes_free(&input);
	}
	gnutls_x509_crt_deinit(ra.certificate);
}

static const struct {
	const char *file;
	size_t transaction, nonce; /* bytes */
	bool indefinite;
	time_t signing_time;
} marks[] = {
	{"pkimessage/request-ios.der", 32, 16, false, -1},
	{"pkimessage/request-apple.der", 32, 16, true, FIXTURE_NOW},
	{"pkimessage/request-windows.der", 32, 16, false, FIXTURE_NOW},
	{"pkimessage/request-routeros-get.der", 64, 16, false, -1},
	{"pkimessage/request-routeros-post.der", 64, 16, false, -1},
	{"pkimessage/request-jscep.der", 40, 16, true, -1},
	{"pkimessage/request-no-parameters.der", 32, 8, false, -1},
};

Test(messages, requests_in_the_manner_of_clients_have_their_marks)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		gnutls_datum_t input = test_read(marks[i].file);
		struct pkimessage *message;

		cr_assert_eq(pkimessage_parse(&input, &message), PKIMESSAGE_OK, "%s", marks[i].file);
		cr_expect_eq(pkimessage_verify(message, MD5 | SHA1), PKIMESSAGE_OK, "%s", marks[i].file);
		cr_expect_eq(pkimessage_transaction_id(message)->size, marks[i].transaction, "%s",
			     marks[i].file);
		cr_expect_eq(pkimessage_sender_nonce(message)->size, marks[i].nonce, "%s", marks[i].file);
		cr_expect_eq(pkimessage_signing_time(message), marks[i].signing_time, "%s", marks[i].file);
		cr_expect_eq(input.data[1] == 0x80, marks[i].indefinite, "%s", marks[i].file);
		pkimessage_free(message);
		bytes_free(&input);
	}
}

/* jscep's way: indefinite lengths and segments of 1,000 bytes outside, and again inside of what is signed. */
static gnutls_datum_t as_jscep(size_t segment)
{
	struct forge forge = forge_begin(fixture_client());
	gnutls_x509_crt_t recipient = fixture_ra()->certificate;
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", "s3cret", "device.test");
	gnutls_datum_t envelope, inner, message, outer;

	cr_assert_eq(pkimessage_build_envelope(
			     &csr, &recipient, 1,
			     &(struct pkimessage_encryption){.cipher = GNUTLS_CIPHER_AES_128_CBC}, &envelope),
		     PKIMESSAGE_OK);
	inner = ber_make(&envelope, segment);
	forge.content = inner;
	forge_digest(&forge);
	message = forge_end(&forge);
	outer = ber_make(&message, segment);
	bytes_free(&csr);
	bytes_free(&envelope);
	bytes_free(&inner);
	bytes_free(&message);
	return outer;
}

Test(messages, jscep_cuts_everything_into_segments)
{
	static const size_t segments[] = {1000, 100, 7};
	struct pkimessage_identity ra = {fixture_ra()->certificate, fixture_ra()->key};

	for (size_t i = 0; i < sizeof segments / sizeof *segments; i++) {
		gnutls_datum_t input = as_jscep(segments[i]);
		const char *where;
		struct pkimessage_csr *csr;

		cr_expect_eq(go(&input, &ra, 0, &where, &csr), PKIMESSAGE_OK, "segments of %zu: %s",
			     segments[i], where);
		cr_expect(csr != NULL &&
			  bytes_equal(pkimessage_csr_challenge(csr), &BYTES_LITERAL("s3cret")));
		pkimessage_csr_free(csr);
		bytes_free(&input);
	}
}

/* Every byte of a real request changed, one after the other: an error, or, where nothing guards it, the same
 * request. */
Test(messages, no_byte_changes_what_is_requested)
{
	struct pkimessage_identity ra = vector_ra();
	gnutls_datum_t input = test_read("pkimessage/request-strongswan.der");
	struct pkimessage_csr *original, *csr;
	const char *where;

	cr_assert_eq(go(&input, &ra, 0, &where, &original), PKIMESSAGE_OK);
	for (size_t i = 0; i < input.size; i += 3) {
		input.data[i] ^= 0x10;
		if (go(&input, &ra, 0, &where, &csr) == PKIMESSAGE_OK)
			cr_expect(bytes_equal(pkimessage_csr_der(csr), pkimessage_csr_der(original)),
				  "byte %zu", i);
		pkimessage_csr_free(csr);
		input.data[i] ^= 0x10;
	}
	pkimessage_csr_free(original);
	bytes_free(&input);
	gnutls_x509_crt_deinit(ra.certificate);
}
