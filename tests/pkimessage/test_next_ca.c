/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "base/der.h"
#include "base/limits.h"
#include "forge.h"
#include "lib/ber_maker.h"

CLEANUP_DEFINE(certs_free, struct pkimessage_certs *, pkimessage_certs_free)

/* What the next CA's answer is about, whoever signs it. */
static gnutls_datum_t next_ca(void)
{
	gnutls_datum_t certs;

	cr_assert_eq(pkimessage_build_certs_only(&fixture_ec_ca()->der, 1, &certs), PKIMESSAGE_OK);
	return certs;
}

/* An answer by hand, signed by SIGNER, with its two attributes. Its content is CONTENT. */
static struct forge answer(const struct fixture *signer, gnutls_datum_t content)
{
	struct forge forge = forge_begin(signer);

	forge_drop(&forge, OID_MESSAGE_TYPE);
	forge_drop(&forge, OID_TRANSACTION_ID);
	forge_drop(&forge, OID_SENDER_NONCE);
	forge.content = content;
	forge_digest(&forge);
	return forge;
}

/* Parses MESSAGE, which is freed, with the RA and the CA to sign it; what comes of it is dropped. */
static int parse(gnutls_datum_t message, unsigned legacy)
{
	gnutls_x509_crt_t signers[] = {fixture_ra()->certificate, fixture_ca()->certificate};
	struct pkimessage_certs *certs = (struct pkimessage_certs *)signers;
	int error = pkimessage_next_ca_parse(&message, signers, 2, legacy, &certs);

	cr_expect((error == PKIMESSAGE_OK) == (certs != NULL));
	pkimessage_certs_free(certs);
	bytes_free(&message);
	return error;
}

Test(next_ca, parsing_refuses_senseless_arguments)
{
	gnutls_x509_crt_t many[LIMIT_CMS_CERTIFICATES + 1] = {NULL};
	gnutls_datum_t input = BYTES_LITERAL("\x30\x00");
	gnutls_x509_crt_t ra = fixture_ra()->certificate;
	struct pkimessage_certs *certs;

	cr_expect_eq(pkimessage_next_ca_parse(NULL, &ra, 1, 0, &certs), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_next_ca_parse(&input, NULL, 1, 0, &certs), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_next_ca_parse(&input, &ra, 0, 0, &certs), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_next_ca_parse(&input, many, LIMIT_CMS_CERTIFICATES + 1, 0, &certs),
		     PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_next_ca_parse(&input, &ra, 1, 0, &certs), PKIMESSAGE_E_SYNTAX);
	cr_expect_null(certs);
}

Test(next_ca, parsing_refuses_what_is_not_signed_by_the_current_ca)
{
	CLEANUP(bytes_free) gnutls_datum_t certs = next_ca();
	gnutls_datum_t no_certs = BYTES_LITERAL("no certificates");
	struct forge forge = answer(fixture_client(), certs);
	gnutls_datum_t unsigned_certs;

	cr_expect_eq(parse(forge_end(&forge), 0), PKIMESSAGE_E_SIGNER, "enclosing a signer is no trust");
	cr_assert(bytes_copy(&certs, &unsigned_certs));
	cr_expect_eq(parse(unsigned_certs, 0), PKIMESSAGE_E_SIGNER, "the certificates by themselves");
	forge = answer(fixture_ra(), certs);
	forge.swapped = no_certs;
	cr_expect_eq(parse(forge_end(&forge), 0), PKIMESSAGE_E_DIGEST, "other content than was signed");
	forge = answer(fixture_ra(), no_certs);
	cr_expect_eq(parse(forge_end(&forge), 0), PKIMESSAGE_E_SYNTAX, "signed nonsense");
	forge = answer(fixture_ra(), certs);
	forge.sign = GNUTLS_SIGN_RSA_SHA512;
	cr_expect_eq(parse(forge_end(&forge), 0), PKIMESSAGE_E_SIGNATURE, "a signature over another digest");
	forge = answer(fixture_ra(), certs);
	forge.signers = 2;
	cr_expect_eq(parse(forge_end(&forge), 0), PKIMESSAGE_E_SIGNER, "two signers");
	forge = answer(fixture_ra(), certs);
	forge_drop(&forge, OID_MESSAGE_DIGEST);
	cr_expect_eq(parse(forge_end(&forge), 0), PKIMESSAGE_E_ATTRIBUTE_MISSING, "no messageDigest");
	forge = answer(fixture_ra(), certs);
	forge_replace(&forge, OID_CONTENT_TYPE, DER_OID, "\x2a\x03", 2);
	cr_expect_eq(parse(forge_end(&forge), 0), PKIMESSAGE_E_CONTENT_TYPE, "another contentType");
}

Test(next_ca, an_impostor_with_the_names_of_the_ra_is_found_out)
{
	/* Issuer and serial number are the RA's, the key is not. */
	CLEANUP(bytes_free) gnutls_datum_t certs = next_ca();
	struct fixture impostor = *fixture_ra();
	struct forge forge;

	impostor.key = fixture_key(FIXTURE_RSA_OTHER);
	forge = answer(&impostor, certs);
	cr_expect_eq(parse(forge_end(&forge), 0), PKIMESSAGE_E_SIGNATURE);
}

Test(next_ca, old_digests_need_leave)
{
	CLEANUP(bytes_free) gnutls_datum_t certs = next_ca();
	struct forge refused = answer(fixture_ra(), certs);
	struct forge taken = answer(fixture_ra(), certs);

	refused.digest = taken.digest = GNUTLS_DIG_SHA1;
	forge_digest(&refused);
	forge_digest(&taken);
	cr_expect_eq(parse(forge_end(&refused), 0), PKIMESSAGE_E_ALGORITHM);
	cr_expect_eq(parse(forge_end(&taken), PKIMESSAGE_LEGACY_SHA1), PKIMESSAGE_OK);
}

Test(next_ca, signers_of_either_kind_are_taken)
{
	CLEANUP(bytes_free) gnutls_datum_t certs = next_ca();
	struct forge bare = answer(fixture_ca(), certs);
	struct forge by_key_id = answer(fixture_ra(), certs);
	struct forge with_scep = forge_begin(fixture_ra());
	gnutls_datum_t der, ber;

	bare.certificates = &certs;
	bare.certificate_count = 0;
	der = forge_end(&bare);
	ber = ber_make(&der, 1000);
	cr_expect_eq(parse(der, 0), PKIMESSAGE_OK, "by the CA, which is not enclosed");
	cr_expect_eq(parse(ber, 0), PKIMESSAGE_OK, "in BER");
	by_key_id.key_id = true;
	cr_expect_eq(parse(forge_end(&by_key_id), 0), PKIMESSAGE_OK, "by key identifier");
	with_scep.content = certs;
	forge_digest(&with_scep);
	cr_expect_eq(parse(forge_end(&with_scep), 0), PKIMESSAGE_OK, "attributes of SCEP do no harm");
}

Test(next_ca, building_refuses_what_makes_no_sense)
{
	struct pkimessage_signing signing = {.signer = {fixture_ra()->certificate, fixture_ra()->key}};
	gnutls_datum_t out = BYTES_LITERAL("not emptied");

	cr_expect_eq(pkimessage_build_next_ca(NULL, 1, &signing, &out), PKIMESSAGE_E_ARGUMENT);
	cr_expect_null(out.data);
	cr_expect_eq(pkimessage_build_next_ca(&fixture_ca()->der, 0, &signing, &out), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_next_ca(&fixture_ca()->der, 1, NULL, &out), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_next_ca(&fixture_ca()->der, 1, &signing, &out), PKIMESSAGE_E_ALGORITHM,
		     "no digest");
}

Test(next_ca, what_is_built_is_read)
{
	gnutls_datum_t next[] = {fixture_ec_ca()->der, fixture_ca()->der};
	gnutls_x509_crt_t ra = fixture_ra()->certificate;
	struct pkimessage_signing signing = {.signer = {ra, fixture_ra()->key},
					     .digest = GNUTLS_DIG_SHA256,
					     .enclosed = &ra,
					     .enclosed_count = 1};
	CLEANUP(bytes_free) gnutls_datum_t message = {NULL, 0};
	CLEANUP(certs_free) struct pkimessage_certs *certs = NULL;
	struct pkimessage *parsed;

	cr_assert_eq(pkimessage_build_next_ca(next, 2, &signing, &message), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_next_ca_parse(&message, &ra, 1, 0, &certs), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_certs_count(certs), 2);
	for (size_t i = 0; i < 2; i++)
		cr_expect(bytes_equal(pkimessage_certs_get(certs, i), &next[i]), "certificate %zu", i);
	cr_expect_eq(pkimessage_parse(&message, &parsed), PKIMESSAGE_E_ATTRIBUTE_MISSING,
		     "it is no pkiMessage");
}
