/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/algorithm.h"

#include "base/text.h"

#include <criterion/criterion.h>
#include <string.h>

/* The contents octets of OID, inside *STORE, which the caller frees. */
static gnutls_datum_t oid_contents(const char *oid, gnutls_datum_t *store)
{
	struct buffer out = {0};
	struct der der;

	der_put_oid(&out, oid);
	cr_assert(buffer_take(&out, store));
	der = der_open(store);
	return der_contents(&der, DER_OID);
}

static const struct {
	const char *input;
	const char *why;
	bool good;
	bool none;
} identifiers[] = {
	{"", "nothing", false, true},
	{"0603550403", "an OBJECT IDENTIFIER outside its SEQUENCE", false, true},
	{"3000", "no OBJECT IDENTIFIER", false, true},
	{"30020500", "NULL where the OBJECT IDENTIFIER belongs", false, true},
	{"300906035504030500"
	 "0500",
	 "one thing too many", false, true},
	{"30090603550403"
	 "05000500",
	 "two parameters", false, true},
	{"30050603550403", "absent parameters", true, true},
	{"300706035504030500", "NULL", true, true},
	{"300a06035504030603550403", "a parameter that says something", true, false},
	{"30080603550403050100", "NULL with contents, which is not NULL", true, false},
};

Test(algorithm, reads_identifiers)
{
	for (size_t i = 0; i < sizeof identifiers / sizeof *identifiers; i++) {
		gnutls_datum_t bytes, oid, parameters;
		struct der der;

		cr_assert_eq(text_unhex(identifiers[i].input, &bytes), ERR_OK);
		der = der_open(&bytes);
		msg_read_algorithm(&der, &oid, &parameters);
		cr_expect_eq(der_done(&der), identifiers[i].good, "%s", identifiers[i].why);
		cr_expect_eq(oid.size, identifiers[i].good ? 3 : oid.size, "%s", identifiers[i].why);
		if (identifiers[i].good)
			cr_expect_eq(msg_no_parameters(&parameters), identifiers[i].none, "%s",
				     identifiers[i].why);
		bytes_free(&bytes);
	}
}

Test(algorithm, unknown_ones_are_not_found)
{
	static const char *const oids[] = {"1.2.3", "1.2.840.113549.2.2", "2.16.840.1.101.3.4.2.17"};
	gnutls_datum_t empty = {NULL, 0};

	cr_expect_null(msg_digest_by_oid(&empty));
	cr_expect_null(msg_signature_by_oid(&empty));
	cr_expect_null(msg_digest_by_id(GNUTLS_DIG_UNKNOWN));
	cr_expect_null(msg_digest_by_id(GNUTLS_DIG_MD2));
	for (size_t i = 0; i < sizeof oids / sizeof *oids; i++) {
		gnutls_datum_t store;
		gnutls_datum_t oid = oid_contents(oids[i], &store);

		cr_expect_null(msg_digest_by_oid(&oid), "%s", oids[i]);
		cr_expect_null(msg_signature_by_oid(&oid), "%s", oids[i]);
		bytes_free(&store);
	}
}

static const struct {
	gnutls_digest_algorithm_t id;
	unsigned legacy;
	bool ecdsa;
} digests[] = {
	{GNUTLS_DIG_MD5, PKIMESSAGE_LEGACY_MD5, false},
	{GNUTLS_DIG_SHA1, PKIMESSAGE_LEGACY_SHA1, true},
	{GNUTLS_DIG_SHA224, 0, true},
	{GNUTLS_DIG_SHA256, 0, true},
	{GNUTLS_DIG_SHA384, 0, true},
	{GNUTLS_DIG_SHA512, 0, true},
};

Test(algorithm, digests_are_those_gnutls_knows_by_these_identifiers)
{
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
		const struct msg_digest *digest = msg_digest_by_id(digests[i].id);
		gnutls_datum_t store;
		gnutls_datum_t oid;

		cr_assert_not_null(digest);
		cr_expect_str_eq(digest->oid, gnutls_digest_get_oid(digests[i].id));
		oid = oid_contents(digest->oid, &store);
		cr_expect_eq(msg_digest_by_oid(&oid), digest);
		bytes_free(&store);
		cr_expect_eq(digest->sign[MSG_RSA], gnutls_pk_to_sign(GNUTLS_PK_RSA, digests[i].id));
		cr_expect_eq(digest->sign[MSG_ECDSA] != GNUTLS_SIGN_UNKNOWN, digests[i].ecdsa);
		if (digests[i].ecdsa) {
			cr_expect_eq(digest->sign[MSG_ECDSA],
				     gnutls_pk_to_sign(GNUTLS_PK_ECDSA, digests[i].id));
			cr_expect_str_eq(msg_signature_written(MSG_ECDSA, digests[i].id)->oid,
					 gnutls_sign_get_oid(digest->sign[MSG_ECDSA]));
		}
	}
}

Test(algorithm, old_digests_need_their_own_bit)
{
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
		const struct msg_digest *digest = msg_digest_by_id(digests[i].id);

		cr_assert_not_null(digest);
		cr_expect_eq(msg_digest_allowed(digest, 0), digests[i].legacy == 0);
		cr_expect_eq(msg_digest_allowed(digest, ~digests[i].legacy), digests[i].legacy == 0);
		cr_expect(msg_digest_allowed(digest, digests[i].legacy));
		cr_expect(msg_digest_allowed(digest, MSG_LEGACY_ALL));
	}
}

Test(algorithm, signatures_say_key_and_digest)
{
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
		gnutls_sign_algorithm_t signs[] = {gnutls_pk_to_sign(GNUTLS_PK_RSA, digests[i].id),
						   gnutls_pk_to_sign(GNUTLS_PK_ECDSA, digests[i].id)};

		for (size_t j = 0; j < (digests[i].ecdsa ? 2 : 1); j++) {
			gnutls_datum_t store;
			gnutls_datum_t oid = oid_contents(gnutls_sign_get_oid(signs[j]), &store);
			const struct msg_signature *signature = msg_signature_by_oid(&oid);

			cr_assert_not_null(signature, "%s", gnutls_sign_get_name(signs[j]));
			cr_expect_eq(signature->scheme, j == 0 ? MSG_RSA : MSG_ECDSA);
			cr_expect_eq(signature->digest, digests[i].id);
			bytes_free(&store);
		}
	}
}

Test(algorithm, key_types_stand_for_signatures_without_a_digest)
{
	static const struct {
		const char *oid;
		enum msg_scheme scheme;
	} cases[] = {{"1.2.840.113549.1.1.1", MSG_RSA}, {"1.2.840.10045.2.1", MSG_ECDSA}};

	for (size_t i = 0; i < 2; i++) {
		gnutls_datum_t store;
		gnutls_datum_t oid = oid_contents(cases[i].oid, &store);

		cr_assert_not_null(msg_signature_by_oid(&oid));
		cr_expect_eq(msg_signature_by_oid(&oid)->scheme, cases[i].scheme);
		cr_expect_eq(msg_signature_by_oid(&oid)->digest, GNUTLS_DIG_UNKNOWN);
		bytes_free(&store);
	}
}

Test(algorithm, every_error_has_its_own_text)
{
	cr_expect_str_eq(pkimessage_strerror(-1), "unknown error");
	cr_expect_str_eq(pkimessage_strerror(PKIMESSAGE_E_CRYPTO + 1), "unknown error");
	for (int a = PKIMESSAGE_OK; a <= PKIMESSAGE_E_CRYPTO; a++) {
		cr_assert_not_null(pkimessage_strerror(a), "%d", a);
		for (int b = PKIMESSAGE_OK; b < a; b++)
			cr_expect_str_neq(pkimessage_strerror(a), pkimessage_strerror(b));
	}
}
