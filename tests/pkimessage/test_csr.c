/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "lib/ber_maker.h"
#include "lib/files.h"
#include "pkimessage/csr.h"
#include "pkimessage/make_csr.h"

#define MD5  PKIMESSAGE_LEGACY_MD5
#define SHA1 PKIMESSAGE_LEGACY_SHA1

static int parse_and_verify(const gnutls_datum_t *input, unsigned legacy)
{
	struct pkimessage_csr *csr;
	int error = pkimessage_csr_parse(input, &csr);

	cr_expect_eq(csr != NULL, error == PKIMESSAGE_OK);
	if (error == PKIMESSAGE_OK)
		error = pkimessage_csr_verify(csr, legacy);
	pkimessage_csr_free(csr);
	return error;
}

static const struct {
	struct csr_parts parts;
	int expected;
	const char *why;
} cases[] = {
	{{.trailing = "0500"}, PKIMESSAGE_E_SYNTAX, "something behind the signature"},
	{{.after = "0500"}, PKIMESSAGE_E_SYNTAX, "something behind the attributes"},
	{{.version = ""}, PKIMESSAGE_E_SYNTAX, "no version"},
	{{.version = "0400"}, PKIMESSAGE_E_SYNTAX, "a version that is no number"},
	{{.unused_bits = true}, PKIMESSAGE_E_SYNTAX, "a signature that is not whole bytes"},
	{{.oid = "1.2.3"}, PKIMESSAGE_E_ALGORITHM, "an unknown signature algorithm"},
	{{.oid = "1.2.840.113549.1.1.1"}, PKIMESSAGE_E_ALGORITHM, "one that names no digest"},
	{{.oid = "1.2.840.113549.1.1.5"}, PKIMESSAGE_E_ALGORITHM, "SHA-1, which is not allowed"},
	{{.oid = "1.2.840.113549.1.1.12"}, PKIMESSAGE_E_SIGNATURE, "another digest than was used"},
	{{.oid = "1.2.840.10045.4.3.2"}, PKIMESSAGE_E_ALGORITHM_MISMATCH, "ECDSA by an RSA key"},
	{{.oid = "1.3.101.112"}, PKIMESSAGE_E_ALGORITHM_MISMATCH, "Ed25519 by an RSA key"},
	{{.key = FIXTURE_EC_CLIENT, .oid = "1.2.840.113549.1.1.11"},
	 PKIMESSAGE_E_ALGORITHM_MISMATCH,
	 "RSA by an EC key"},
	{{.no_attributes = true}, PKIMESSAGE_OK, "attributes left out altogether"},
	{{0}, PKIMESSAGE_OK, "as it should be"},
	{{.key = FIXTURE_EC_CLIENT}, PKIMESSAGE_OK, "by an EC key"},
};

Test(csr, structure_and_algorithms)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gnutls_datum_t input = make_csr(&cases[i].parts);

		cr_expect_eq(parse_and_verify(&input, 0), cases[i].expected, "%s", cases[i].why);
		bytes_free(&input);
	}
}

static const struct {
	const char *file;
	unsigned legacy;
	int expected;
} vectors[] = {
	{"pkimessage/csr-rsa-sha1.der", 0, PKIMESSAGE_E_ALGORITHM},
	{"pkimessage/csr-rsa-sha1.der", MD5, PKIMESSAGE_E_ALGORITHM},
	{"pkimessage/csr-rsa-md5.der", 0, PKIMESSAGE_E_ALGORITHM},
	{"pkimessage/csr-rsa-md5.der", SHA1, PKIMESSAGE_E_ALGORITHM},
	{"pkimessage/certs-only.der", 0, PKIMESSAGE_E_SYNTAX},
	{"pkimessage/csr-rsa-sha1.der", SHA1, PKIMESSAGE_OK},
	{"pkimessage/csr-rsa-md5.der", MD5, PKIMESSAGE_OK},
	{"pkimessage/csr-rsa-sha256.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-rsa-sha384.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-rsa-sha512.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-p256.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-p384.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-p521.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-pss-sha1.der", ~0u, PKIMESSAGE_E_ALGORITHM},
	{"pkimessage/csr-pss-mixed.der", 0, PKIMESSAGE_E_ALGORITHM},
	{"pkimessage/csr-ed25519.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-pss-sha256.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-pss-sha512.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-pss-longest.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-pss-key.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-pss-key-sha384.der", 0, PKIMESSAGE_OK},
	{"pkimessage/csr-no-challenge.der", 0, PKIMESSAGE_OK},
};

Test(csr, what_openssl_makes)
{
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		gnutls_datum_t input = test_read(vectors[i].file);
		gnutls_datum_t ber = ber_make(&input, 1000);

		cr_expect_eq(parse_and_verify(&input, vectors[i].legacy), vectors[i].expected, "%s",
			     vectors[i].file);
		cr_expect_eq(parse_and_verify(&ber, vectors[i].legacy), vectors[i].expected, "%s in BER",
			     vectors[i].file);
		bytes_free(&ber);
		bytes_free(&input);
	}
}

Test(csr, gives_out_its_parts_as_sent)
{
	gnutls_datum_t input = test_read("pkimessage/csr-p256.der");
	const struct pkimessage_extension *extension;
	struct pkimessage_csr *csr;

	cr_assert_eq(pkimessage_csr_parse(&input, &csr), PKIMESSAGE_OK);
	cr_expect(bytes_equal(pkimessage_csr_der(csr), &input));
	cr_expect_not_null(memmem(input.data, input.size, pkimessage_csr_subject(csr)->data,
				  pkimessage_csr_subject(csr)->size));
	cr_expect_eq(pkimessage_csr_subject(csr)->data[0], DER_SEQUENCE);
	cr_expect_eq(pkimessage_csr_public_key(csr)->data[0], DER_SEQUENCE);
	cr_expect_eq(pkimessage_csr_public_key(csr)->size, 91, "a P-256 key");
	cr_expect(bytes_equal(pkimessage_csr_challenge(csr), &BYTES_LITERAL("s3cret")));
	cr_assert_eq(pkimessage_csr_extension_count(csr), 2);
	cr_expect_str_eq(pkimessage_csr_extension(csr, 0)->oid, "2.5.29.17");
	cr_expect_not(pkimessage_csr_extension(csr, 0)->critical);
	extension = pkimessage_csr_extension(csr, 1);
	cr_expect_str_eq(extension->oid, "2.5.29.15");
	cr_expect(extension->critical);
	cr_expect(bytes_equal(&extension->value, &BYTES_LITERAL("\x03\x02\x07\x80")));
	cr_expect_null(pkimessage_csr_extension(csr, 2));
	pkimessage_csr_free(csr);
	bytes_free(&input);
}

Test(csr, refuses_no_input_at_all)
{
	struct pkimessage_csr *csr = (struct pkimessage_csr *)&csr;

	cr_expect_eq(pkimessage_csr_parse(NULL, &csr), PKIMESSAGE_E_ARGUMENT);
	cr_expect_null(csr);
	cr_expect_eq(pkimessage_csr_verify(NULL, 0), PKIMESSAGE_E_ARGUMENT);
}

Test(csr, refuses_every_truncation_and_what_is_too_long)
{
	gnutls_datum_t input = test_read("pkimessage/csr-rsa-sha256.der");
	unsigned char *large = calloc(1, LIMIT_CSR + 1);
	gnutls_datum_t too_long = bytes_view(large, LIMIT_CSR + 1);

	for (unsigned size = 0; size < input.size; size++) {
		gnutls_datum_t part = bytes_view(input.data, size);

		cr_expect_eq(parse_and_verify(&part, 0), PKIMESSAGE_E_SYNTAX, "at %u", size);
	}
	cr_expect_eq(parse_and_verify(&too_long, 0), PKIMESSAGE_E_LIMIT);
	free(large);
	bytes_free(&input);
}

/* The signature covers the subject, key and attributes: no bit of them, and none of its own, may change. */
Test(csr, no_bit_may_change)
{
	gnutls_datum_t input = test_read("pkimessage/csr-p256.der");

	for (size_t i = 0; i < input.size; i++) {
		for (unsigned bit = 0; bit < 8; bit += 3) {
			input.data[i] ^= (unsigned char)(1u << bit);
			cr_expect_neq(parse_and_verify(&input, 0), PKIMESSAGE_OK, "byte %zu, bit %u", i, bit);
			input.data[i] ^= (unsigned char)(1u << bit);
		}
	}
	cr_expect_eq(parse_and_verify(&input, 0), PKIMESSAGE_OK);
	bytes_free(&input);
}
