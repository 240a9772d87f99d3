/* SPDX-License-Identifier: BSD-2-Clause */
/* GetCert (RFC 8894 section 3.3.4): certificates of this profile for whoever asks in good form, no others. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "pkimessage/pkimessage.h"
#include "scep/world.h"

static struct world world;
static struct answer issued; /* to CN=device, under /scep/corp */
static uint8_t serial_bytes[32];
static gnutls_datum_t serial;

static void open_world(void)
{
	size_t size = sizeof serial_bytes;

	world_init(&world);
	world_start(&world);
	issued = world_ask(&world, &(struct ask){.transaction_id = "first"});
	cr_assert_not_null(issued.certificate);
	cr_assert_eq(gnutls_x509_crt_get_serial(issued.certificate, serial_bytes, &size), 0);
	serial = bytes_view(serial_bytes, size);
}

static void close_world(void)
{
	answer_free(&issued);
	world_stop(&world);
}

TestSuite(get_cert, .init = open_world, .fini = close_world);

Test(get_cert, other_certificates_are_unknown)
{
	const gnutls_datum_t other_serial = BYTES_LITERAL("\x41\x02\x03");
	gnutls_x509_crt_t ca = fixture_ca()->certificate;
	gnutls_x509_crt_t ra = fixture_ra()->certificate;
	struct {
		gnutls_datum_t inside;
		struct ask ask;
		int fail_info;
		const char *reason;
		const char *why;
	} cases[] = {
		{world_reference(ca, &other_serial, NULL),
		 {.path = NULL},
		 PKIMESSAGE_BAD_CERT_ID,
		 "certificate_unknown",
		 "a serial number that nobody has"},
		{world_reference(ra, &serial, NULL),
		 {.path = NULL},
		 PKIMESSAGE_BAD_CERT_ID,
		 "certificate_unknown",
		 "another issuer"},
		{world_reference(ca, &serial, NULL),
		 {.path = "/scep/printers"},
		 PKIMESSAGE_BAD_CERT_ID,
		 "certificate_unknown",
		 "at another profile of the same issuer"},
		{world_reference(ca, NULL, ca),
		 {.path = NULL},
		 PKIMESSAGE_BAD_CERT_ID,
		 "certificate_unknown",
		 "a subject, as in a poll"},
		{fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", WORLD_CHALLENGE, NULL),
		 {.path = NULL},
		 PKIMESSAGE_BAD_CERT_ID,
		 "certificate_unknown",
		 "a request: what is enclosed is no reference"},
		{world_reference(ca, &serial, NULL),
		 {.signer = fixture_ec_client()},
		 PKIMESSAGE_BAD_ALG,
		 "undeliverable",
		 "by an EC key, to which nothing can be encrypted"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CLEANUP(text_free) char *action = NULL;

		cases[i].ask.type = PKIMESSAGE_GET_CERT;
		cases[i].ask.csr = &cases[i].inside;
		world_expect_refused(&world, &cases[i].ask, cases[i].fail_info, cases[i].reason,
				     cases[i].why);
		action = world_last(&world, "action");
		cr_expect_str_eq(action, "scep_getcert", "%s", cases[i].why);
		bytes_free(&cases[i].inside);
	}
}

Test(get_cert, what_the_profile_issued_is_given_and_audited)
{
	struct fixture stranger = fixture_make(&(struct fixture_options){.key = FIXTURE_RSA_OTHER});
	const struct fixture *signers[] = {fixture_client(), &stranger};
	gnutls_datum_t inside = world_reference(fixture_ca()->certificate, &serial, NULL);

	for (size_t i = 0; i < sizeof signers / sizeof *signers; i++) {
		long rows = world_audit_rows(&world);
		struct answer answer = world_ask(
			&world,
			&(struct ask){.type = PKIMESSAGE_GET_CERT, .csr = &inside, .signer = signers[i]});
		CLEANUP(text_free)
		char *row = world_last(&world,
				       "CONCAT(action, ' ', reason, ' ', outcome, ' ', resource_id <> '')");

		cr_assert_not_null(answer.certificate);
		cr_expect(gnutls_x509_crt_equals(answer.certificate, issued.certificate));
		cr_expect_eq(world_audit_rows(&world), rows + 1);
		cr_expect_str_eq(row, "scep_getcert success success 1", "%s", row);
		answer_free(&answer);
	}
	cr_expect_eq(world_certificates(&world), 1, "nothing is issued");
	bytes_free(&inside);
	fixture_free(&stranger);
}
