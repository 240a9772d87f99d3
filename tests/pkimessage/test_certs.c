/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/cleanup.h"
#include "base/limits.h"
#include "forge.h"

#include "base/bytes.h"

#include <criterion/criterion.h>
#include <gnutls/pkcs7.h>

/* Parses MESSAGE, which is freed; what comes of it is dropped. */
static int parse(gnutls_datum_t message)
{
	struct pkimessage_certs *certs = NULL;
	int error = pkimessage_certs_parse(&message, &certs);

	cr_expect((error == PKIMESSAGE_OK) == (certs != NULL));
	pkimessage_certs_free(certs);
	bytes_free(&message);
	return error;
}

Test(certs, parsing_refuses_what_is_no_certs_only_message)
{
	struct forge message = forge_begin(fixture_ec_client());
	struct forge outer = forge_begin(fixture_ec_client());
	struct forge trailed = forge_begin(fixture_ec_client());
	struct pkimessage_certs *certs = NULL;

	cr_expect_eq(parse(forge_end(&message)), PKIMESSAGE_E_SIGNER, "a signed message");
	outer.outer_type = "1.2.840.113549.1.7.3";
	outer.signers = 0;
	cr_expect_eq(parse(forge_end(&outer)), PKIMESSAGE_E_CONTENT_TYPE, "EnvelopedData");
	trailed.signers = 0;
	trailed.trailer = BYTES_LITERAL("\0");
	cr_expect_eq(parse(forge_end(&trailed)), PKIMESSAGE_E_SYNTAX, "a byte too many");
	cr_expect_eq(pkimessage_certs_parse(NULL, &certs), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_certs_parse(&fixture_ca()->der, &certs), PKIMESSAGE_E_SYNTAX,
		     "a certificate");
	pkimessage_certs_free(NULL);
}

Test(certs, parsing_refuses_too_many)
{
	gnutls_datum_t certificates[LIMIT_CMS_CERTIFICATES + 1];
	struct forge forge = forge_begin(fixture_ec_client());

	for (size_t i = 0; i < LIMIT_CMS_CERTIFICATES + 1; i++)
		certificates[i] = fixture_ec_client()->der;
	forge.certificates = certificates;
	forge.certificate_count = LIMIT_CMS_CERTIFICATES + 1;
	forge.signers = 0;
	cr_expect_eq(parse(forge_end(&forge)), PKIMESSAGE_E_LIMIT);
}

Test(certs, building_refuses_what_makes_no_sense)
{
	gnutls_datum_t many[LIMIT_CMS_CERTIFICATES + 1];
	gnutls_datum_t bad[] = {fixture_ca()->der, BYTES_LITERAL("\x30\x00")};
	gnutls_datum_t out = BYTES_LITERAL("not emptied");

	for (size_t i = 0; i < LIMIT_CMS_CERTIFICATES + 1; i++)
		many[i] = fixture_ca()->der;
	cr_expect_eq(pkimessage_build_certs_only(NULL, 1, &out), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(out.size, 0);
	cr_expect_null(out.data);
	cr_expect_eq(pkimessage_build_certs_only(many, 0, &out), PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_certs_only(many, LIMIT_CMS_CERTIFICATES + 1, &out),
		     PKIMESSAGE_E_ARGUMENT);
	cr_expect_eq(pkimessage_build_certs_only(bad, 2, &out), PKIMESSAGE_E_ARGUMENT, "no certificate");
}

/* GnuTLS reads the same number of certificates from MESSAGE. */
static void gnutls_reads(const gnutls_datum_t *message, size_t count)
{
	gnutls_pkcs7_t pkcs7;

	cr_assert_eq(gnutls_pkcs7_init(&pkcs7), 0);
	cr_expect_eq(gnutls_pkcs7_import(pkcs7, message, GNUTLS_X509_FMT_DER), 0);
	cr_expect_eq(gnutls_pkcs7_get_crt_count(pkcs7), (int)count);
	gnutls_pkcs7_deinit(pkcs7);
}

Test(certs, come_back_in_the_order_given)
{
	/* The larger one first: DER's order of a SET would be the other way round. */
	gnutls_datum_t orders[][3] = {
		{fixture_ra()->der, fixture_ec_client()->der, fixture_ca()->der},
		{fixture_ca()->der, fixture_ra()->der, fixture_ec_client()->der},
		{fixture_ec_client()->der, fixture_ca()->der, fixture_ra()->der},
	};

	for (size_t i = 0; i < 3; i++) {
		for (size_t count = 1; count <= 3; count++) {
			CLEANUP(bytes_free) gnutls_datum_t message = {NULL, 0};
			struct pkimessage_certs *certs = NULL;

			cr_assert_eq(pkimessage_build_certs_only(orders[i], count, &message), PKIMESSAGE_OK);
			cr_assert_eq(pkimessage_certs_parse(&message, &certs), PKIMESSAGE_OK);
			cr_assert_eq(pkimessage_certs_count(certs), count);
			for (size_t j = 0; j < count; j++)
				cr_expect(bytes_equal(pkimessage_certs_get(certs, j), &orders[i][j]));
			cr_expect_null(pkimessage_certs_get(certs, count));
			gnutls_reads(&message, count);
			pkimessage_certs_free(certs);
		}
	}
}

Test(certs, cut_short_anywhere_are_refused)
{
	CLEANUP(bytes_free) gnutls_datum_t message = {NULL, 0};

	cr_assert_eq(pkimessage_build_certs_only(&fixture_ec_client()->der, 1, &message), PKIMESSAGE_OK);
	for (unsigned size = 0; size < message.size; size++) {
		gnutls_datum_t part = {message.data, size};
		struct pkimessage_certs *certs = NULL;

		cr_expect_neq(pkimessage_certs_parse(&part, &certs), PKIMESSAGE_OK, "%u bytes", size);
		cr_expect_null(certs);
	}
}
