/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "base/der.h"
#include "base/limits.h"
#include "pki/requests.h"

static char reason[PKI_REASON_SIZE];

#define BYTES(text) text, sizeof(text) - 1
#define SAN_A                                                                                                \
	"\x30\x0c\x06\x03\x55\x1d\x11\x04\x05\x30\x03\x82\x01"                                               \
	"a"

static enum err parse(const struct test_request *request, unsigned legacy, struct pki_csr **csr)
{
	CLEANUP(bytes_free) gnutls_datum_t der = test_request_make(request);

	reason[0] = '\0';
	return pki_csr_parse(&der, legacy, csr, reason);
}

static enum err judge(const struct test_request *request, unsigned legacy)
{
	struct pki_csr *csr;
	enum err error = parse(request, legacy, &csr);

	cr_expect_eq(csr != NULL, error == ERR_OK, "a request exactly when all is well");
	cr_expect_eq(reason[0] == '\0', error == ERR_OK, "a reason exactly when it is not: %s", reason);
	pki_csr_free(&csr);
	return error;
}

Test(csr, what_does_not_parse)
{
	CLEANUP(bytes_free) gnutls_datum_t good = test_request_make(&(struct test_request){0});
	struct pki_csr *csr;

	for (unsigned size = 0; size < good.size; size++) {
		gnutls_datum_t cut = bytes_view(good.data, size);

		cr_assert_neq(pki_csr_parse(&cut, 0, &csr, reason), ERR_OK, "cut to %u bytes", size);
		cr_assert_null(csr);
	}
}

/* In what is signed; the parameters of the signature's algorithm are not. */
Test(csr, every_flipped_bit_shows)
{
	CLEANUP(bytes_free) gnutls_datum_t der = test_request_make(&(struct test_request){0});
	struct pki_csr *csr;

	for (unsigned i = 0; i < der.size; i++) {
		if (i > 8 + (unsigned)(der.data[6] << 8 | der.data[7]) && i < der.size - 256)
			continue;
		der.data[i] ^= 0x04;
		cr_expect_neq(pki_csr_parse(&der, 0, &csr, reason), ERR_OK, "byte %u", i);
		pki_csr_free(&csr);
		der.data[i] ^= 0x04;
	}
}

Test(csr, larger_than_the_limit)
{
	gnutls_datum_t der = {gnutls_calloc(1, LIMIT_CSR + 1), LIMIT_CSR + 1};
	struct pki_csr *csr;

	cr_expect_eq(pki_csr_parse(&der, 0, &csr, reason), ERR_LIMIT);
	bytes_free(&der);
}

Test(csr, the_signature_proves_possession)
{
	CLEANUP(privkey_free) gnutls_privkey_t other = test_key(GNUTLS_PK_RSA, 2048);
	CLEANUP(pubkey_free) gnutls_pubkey_t key = NULL;
	CLEANUP(bytes_free) gnutls_datum_t public_key = {NULL, 0};

	cr_assert_eq(gnutls_pubkey_init(&key), 0);
	cr_assert_eq(gnutls_pubkey_import_privkey(key, other, 0, 0), 0);
	cr_assert_eq(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &public_key), 0);
	cr_expect_eq(judge(&(struct test_request){.public_key = public_key}, 0), ERR_SIGNATURE,
		     "signed with another key than the one asked for");
}

Test(csr, old_digests_only_where_allowed)
{
	const struct test_request request = {.algorithm = GNUTLS_SIGN_RSA_SHA1};

	cr_expect_eq(judge(&request, 0), ERR_UNSUPPORTED);
	cr_expect_eq(judge(&request, PKIMESSAGE_LEGACY_MD5), ERR_UNSUPPORTED);
	cr_expect_eq(judge(&request, PKIMESSAGE_LEGACY_SHA1), ERR_OK, "%s", reason);
}

static const struct {
	gnutls_pk_algorithm_t algorithm;
	unsigned size; /* as gnutls_privkey_generate wants it */
	gnutls_sign_algorithm_t signature;
	enum err error;
	unsigned bits;
	const char *why;
} keys[] = {
	{GNUTLS_PK_RSA, 768, GNUTLS_SIGN_RSA_SHA256, ERR_UNSUPPORTED, 0, "RSA-768 can be factored"},
	{GNUTLS_PK_RSA_PSS, 2048, GNUTLS_SIGN_RSA_PSS_SHA256, ERR_UNSUPPORTED, 0, "RSA-PSS keys"},
	{GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP224R1), GNUTLS_SIGN_ECDSA_SHA256,
	 ERR_UNSUPPORTED, 0, "P-224"},
	{GNUTLS_PK_EDDSA_ED448, 0, GNUTLS_SIGN_EDDSA_ED448, ERR_UNSUPPORTED, 0, "Ed448"},
	{GNUTLS_PK_RSA, 1024, GNUTLS_SIGN_RSA_SHA256, ERR_OK, 1024, "RSA-1024: policy decides"},
	{GNUTLS_PK_RSA, 2048, GNUTLS_SIGN_RSA_SHA512, ERR_OK, 2048, "RSA-2048"},
	{GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), GNUTLS_SIGN_ECDSA_SHA256, ERR_OK,
	 256, "P-256"},
	{GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1), GNUTLS_SIGN_ECDSA_SHA384, ERR_OK,
	 384, "P-384"},
	{GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1), GNUTLS_SIGN_ECDSA_SHA512, ERR_OK,
	 521, "P-521"},
	{GNUTLS_PK_EDDSA_ED25519, 0, GNUTLS_SIGN_EDDSA_ED25519, ERR_OK, 256, "Ed25519"},
};

Test(csr, keys_of_every_kind)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		CLEANUP(privkey_free) gnutls_privkey_t key = test_key(keys[i].algorithm, keys[i].size);
		struct pki_csr *csr;
		enum err error =
			parse(&(struct test_request){.key = key, .algorithm = keys[i].signature}, 0, &csr);

		cr_expect_eq(error, keys[i].error, "%s: %s (%s)", keys[i].why, err_text(error), reason);
		if (csr != NULL) {
			cr_expect_eq(csr->key_bits, keys[i].bits, "%s: %u", keys[i].why, csr->key_bits);
			cr_expect_eq(csr->key_algorithm, keys[i].algorithm, "%s", keys[i].why);
		}
		pki_csr_free(&csr);
	}
}

/* With public exponent 1 a signature is its own padding: anybody can make one. */
Test(csr, an_rsa_key_that_signs_nothing)
{
	static const struct {
		gnutls_datum_t exponent;
		unsigned char last; /* of the modulus */
	} numbers[] = {
		{BYTES_LITERAL("\1"), 1},
		{BYTES_LITERAL("\2"), 1},
		{BYTES_LITERAL("\1\0\1"), 0},
		{BYTES_LITERAL("\1\2\3\4\5\6\7\x08\x09"), 1},
	};
	unsigned char modulus[256];

	memset(modulus, 0xc5, sizeof modulus);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		CLEANUP(pubkey_free) gnutls_pubkey_t key = NULL;
		CLEANUP(bytes_free) gnutls_datum_t public_key = {NULL, 0};
		gnutls_datum_t m = bytes_view(modulus, sizeof modulus);

		modulus[255] = numbers[i].last;
		cr_assert_eq(gnutls_pubkey_init(&key), 0);
		cr_assert_eq(gnutls_pubkey_import_rsa_raw(key, &m, &numbers[i].exponent), 0);
		cr_assert_eq(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &public_key), 0);
		cr_expect_eq(judge(&(struct test_request){.public_key = public_key}, 0), ERR_UNSUPPORTED,
			     "%zu: %s", i, reason);
	}
}

Test(csr, names_go_through_the_gate)
{
	CLEANUP(bytes_free) gnutls_datum_t line_break = test_name("a\nb");

	cr_expect_eq(judge(&(struct test_request){.subject = line_break}, 0), ERR_PERMISSION);
	cr_expect_eq(judge(
			     &(struct test_request){
				     .extensions = "\x30\x0c\x06\x03\x55\x1d\x11\x04\x05\x30\x03\x82\x01\x00",
				     .extensions_size = 14},
			     0),
		     ERR_PERMISSION, "NUL in a DNS name");
}

Test(csr, somebody_must_be_named)
{
	CLEANUP(bytes_free) gnutls_datum_t empty = test_name(NULL);
	struct pki_csr *csr;

	cr_expect_eq(judge(&(struct test_request){.subject = empty}, 0), ERR_PERMISSION);
	cr_assert_eq(parse(&(struct test_request){.subject = empty,
						  .extensions = SAN_A,
						  .extensions_size = sizeof SAN_A - 1},
			   0, &csr),
		     ERR_OK, "a SAN is enough: %s", reason);
	cr_expect_str_eq(csr->names.subject_text, "");
	cr_expect_eq(csr->names.san_count, 1);
	cr_expect_str_eq(csr->names.sans[0].text, "DNS:a");
	pki_csr_free(&csr);
}

static const struct {
	const char *extensions;
	size_t size;
	enum err error;
	const char *why;
} extensions[] = {
	{BYTES(SAN_A SAN_A), ERR_SYNTAX, "a SAN twice"},
	{BYTES("\x30\x0b\x06\x03\x2a\x03\x04\x04\x04\x04\x02\x01\x02\x30\x0b\x06\x03\x2a\x03\x04\x04\x04\x04"
	       "\x02\x01\x02"),
	 ERR_SYNTAX, "any extension twice"},
	{BYTES("\x30\x07\x06\x03\x55\x1d\x11\x04\x00"), ERR_PERMISSION, "a SAN of no bytes"},
	{BYTES("\x30\x09\x06\x03\x55\x1d\x11\x04\x02\x30\x00"), ERR_PERMISSION, "a SAN of no names"},
	{BYTES("\x30\x0f\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x05\x30\x03\x01\x01\xff"), ERR_OK,
	 "asking to be a CA does no harm: it is not given"},
};

Test(csr, requested_extensions)
{
	for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
		cr_expect_eq(judge(&(struct test_request){.extensions = extensions[i].extensions,
							  .extensions_size = extensions[i].size},
				   0),
			     extensions[i].error, "%s: %s", extensions[i].why, reason);
}

Test(csr, knows_its_key_in_a_certificate)
{
	struct pki_csr *csr = test_csr(&(struct test_request){0});
	CLEANUP(pubkey_free) gnutls_pubkey_t key = NULL;
	CLEANUP(bytes_free) gnutls_datum_t public_key = {NULL, 0};
	uint8_t hash[32];

	cr_expect_not(pki_csr_has_key_of(csr, fixture_ca()->certificate));
	cr_expect_not(pki_csr_has_key_of(csr, fixture_ec_client()->certificate));
	cr_expect(pki_csr_has_key_of(csr, fixture_client()->certificate));
	cr_assert_eq(gnutls_pubkey_init(&key), 0);
	cr_assert_eq(gnutls_pubkey_import_x509(key, fixture_client()->certificate, 0), 0);
	cr_assert_eq(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &public_key), 0);
	cr_assert_eq(gnutls_hash_fast(GNUTLS_DIG_SHA256, public_key.data, public_key.size, hash), 0);
	cr_expect_eq(memcmp(hash, csr->key_sha256, sizeof hash), 0);
	pki_csr_free(&csr);
}
