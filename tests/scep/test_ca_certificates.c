/* SPDX-License-Identifier: BSD-2-Clause */
/* GetCACert (RFC 8894 section 4.2) of a CA that stands below a root: how much of the chain each word gives.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "pkimessage/pkimessage.h"
#include "scep/world.h"

static struct world world;
static struct fixture root, middle, issuing;

static struct fixture below(const struct fixture *issuer, enum fixture_key key, const char *subject)
{
	return fixture_make(&(struct fixture_options){
		.key = key,
		.subject = subject,
		.issuer = issuer,
		.ca = true,
		.usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN,
	});
}

static void write_chain(const char *path)
{
	const struct fixture *const chain[] = {&issuing, &middle, &root};
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	for (size_t i = 0; i < sizeof chain / sizeof *chain; i++) {
		CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};

		cr_assert_eq(gnutls_x509_crt_export2(chain[i]->certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
		cr_assert_eq(fwrite(pem.data, 1, pem.size, file), pem.size);
	}
	cr_assert_eq(fclose(file), 0);
}

/* The issuing CA has the name and key of fixture_ca(), so that the RA is one of its own. */
static void open_world(void)
{
	root = below(NULL, FIXTURE_EC_CA, "CN=Test Root,O=Test");
	middle = below(&root, FIXTURE_RSA_OTHER, "CN=Test Middle,O=Test");
	issuing = below(&middle, FIXTURE_RSA_CA, "CN=Test CA,O=Test");
	world_init(&world);
	write_chain(world.issuer.ca_cert_path);
	world_start(&world);
}

static void close_world(void)
{
	world_stop(&world);
	fixture_free(&issuing);
	fixture_free(&middle);
	fixture_free(&root);
}

TestSuite(ca_certificates, .init = open_world, .fini = close_world);

Test(ca_certificates, of_a_chain_as_much_as_the_profile_says)
{
	static const struct {
		enum config_ca_chain chain;
		const struct fixture *given[3]; /* beside the RA's, in this order */
		size_t count;
		const char *why;
	} cases[] = {
		{CONFIG_CHAIN_ISSUER, {&issuing}, 1, "issuer: for devices that take all they get for CAs"},
		{CONFIG_CHAIN_NO_ROOT, {&issuing, &middle}, 2, "chain: all but the root"},
		{CONFIG_CHAIN_ROOT, {&issuing, &middle, &root}, 3, "root: what Windows wants"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pkimessage_certs *certs = NULL;
		struct answer answer;

		world.profiles[0].ca_chain = cases[i].chain;
		world_reload(&world);
		answer = world_operation(&world, METHOD_GET, "/scep/corp", "operation=GetCACert");
		cr_expect_str_eq(answer.content_type, "application/x-x509-ca-ra-cert", "%s", cases[i].why);
		cr_assert_eq(pkimessage_certs_parse(&answer.body, &certs), PKIMESSAGE_OK, "%s", cases[i].why);
		cr_assert_eq(pkimessage_certs_count(certs), cases[i].count + 1, "%s", cases[i].why);
		cr_expect(bytes_equal(pkimessage_certs_get(certs, 0), &fixture_ra()->der), "%s",
			  cases[i].why);
		for (size_t k = 0; k < cases[i].count; k++)
			cr_expect(bytes_equal(pkimessage_certs_get(certs, k + 1), &cases[i].given[k]->der),
				  "%s: %zu", cases[i].why, k);
		pkimessage_certs_free(certs);
		answer_free(&answer);
	}
}
