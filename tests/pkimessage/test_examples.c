/* SPDX-License-Identifier: BSD-2-Clause */
/* The examples of docs/ as a reader runs them: client and server, each the other's standard input. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "base/text.h"
#include "lib/files.h"
#include "lib/fixture.h"

#define EXAMPLES TEST_BUILD_DIR "/docs/examples/"
#define KEYS     TEST_BUILD_DIR "/tests/keys/"

static void write_certificate(const char *name, const struct fixture *fixture)
{
	CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};

	cr_assert_eq(gnutls_x509_crt_export2(fixture->certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
	(void)test_write(name, &pem, 0600);
}

/*
 * In the directory %s. Both in the background: a shell that runs one in the foreground may keep its pipes
 * open meanwhile, and the other waits for their end.
 */
static const char script[] =
	"cd '%s' && rm -f certificate.der request answer && mkfifo request answer || exit 2\n"
	"'" EXAMPLES "server' ra.pem '" KEYS "rsa-ra.pem' ca.pem '" KEYS "rsa-ca.pem' sesame "
	"<request >answer 2>server.log & server=$!\n"
	"'" EXAMPLES "client' ra.pem self.pem '" KEYS "rsa-client.pem' csr.der certificate.der "
	">request <answer 2>client.log & client=$!\n"
	"wait $client && wait $server";

/* Lets the client enrol with a request that has CHALLENGE. True when both programs ended well. */
static bool enrol(const char *challenge)
{
	CLEANUP(bytes_free)
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=example", challenge, NULL);
	CLEANUP(text_free) char *command = NULL;

	write_certificate("ra.pem", fixture_ra());
	write_certificate("ca.pem", fixture_ca());
	write_certificate("self.pem", fixture_client());
	(void)test_write("csr.der", &csr, 0600);
	/* Both in the background: a shell that runs one in the foreground may keep its pipes open meanwhile.
	 */
	cr_assert(asprintf(&command, script, test_directory()) > 0);
	return system(command) == 0;
}

static gnutls_datum_t read_result(const char *name)
{
	char path[4096];

	(void)snprintf(path, sizeof path, "%s/%s", test_directory(), name);
	return test_read(path);
}

TestSuite(examples, .timeout = 60);

Test(examples, a_wrong_challenge_is_refused)
{
	CLEANUP(bytes_free) gnutls_datum_t said = {NULL, 0};
	char path[4096];

	cr_expect_not(enrol("open"));
	said = read_result("client.log");
	cr_expect_eq(strncmp((const char *)said.data, "refused, failInfo 1: no", 23), 0, "%.*s",
		     (int)said.size, (const char *)said.data);
	(void)snprintf(path, sizeof path, "%s/certificate.der", test_directory());
	cr_expect_neq(access(path, F_OK), 0);
}

Test(examples, the_right_one_gets_a_certificate)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL, ca = NULL;
	gnutls_datum_t dn;
	unsigned result = 0;

	cr_assert(enrol("sesame"));
	der = read_result("certificate.der");
	cr_assert_eq(gnutls_x509_crt_init(&certificate), 0);
	cr_assert_eq(gnutls_x509_crt_import(certificate, &der, GNUTLS_X509_FMT_DER), 0);
	cr_assert_eq(gnutls_x509_crt_get_dn3(certificate, &dn, 0), 0);
	cr_expect(bytes_equal(&dn, &BYTES_LITERAL("CN=example")));
	gnutls_free(dn.data);
	cr_assert_eq(gnutls_x509_crt_init(&ca), 0);
	cr_assert_eq(gnutls_x509_crt_import(ca, &fixture_ca()->der, GNUTLS_X509_FMT_DER), 0);
	cr_expect_eq(gnutls_x509_crt_verify(certificate, &ca, 1, GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &result),
		     0);
	cr_expect_eq(result, 0);
}
