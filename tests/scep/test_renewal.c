/* SPDX-License-Identifier: BSD-2-Clause */
/* Renewal (RFC 8894 section 2.3): who may have a new certificate for an old one, and who may not. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "pkimessage/pkimessage.h"
#include "scep/world.h"

static struct world world;

static void open_world(void)
{
	world_init(&world);
	world_start(&world);
}

static void close_world(void)
{
	world_stop(&world);
}

TestSuite(renewal, .init = open_world, .fini = close_world);

/* A first certificate for CN=device, as a fixture that can sign a renewal. */
static struct fixture enrolled(void)
{
	struct ask ask = {.dns = "device.example", .transaction_id = "first"};
	struct answer answer = world_ask(&world, &ask);

	cr_assert_not_null(answer.certificate);
	bytes_free(&answer.body);
	return (struct fixture){.certificate = answer.certificate, .key = fixture_key(FIXTURE_RSA_CLIENT)};
}

Test(renewal, renewals_that_do_not_fit_are_refused)
{
	struct fixture old = enrolled();
	const struct {
		struct ask ask;
		int fail_info;
		const char *reason;
		const char *why;
	} cases[] = {
		{{.subject = "CN=other", .dns = "device.example"},
		 PKIMESSAGE_BAD_REQUEST,
		 "renewal_names",
		 "another subject"},
		{{.dns = "other.example"}, PKIMESSAGE_BAD_REQUEST, "renewal_names", "another SAN"},
		{{.dns = NULL}, PKIMESSAGE_BAD_REQUEST, "renewal_names", "a SAN left out"},
		{{.dns = "device.example", .path = "/scep/printers"},
		 PKIMESSAGE_BAD_CERT_ID,
		 "renewal_profile",
		 "at another profile"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ask ask = cases[i].ask;

		ask.type = PKIMESSAGE_RENEWAL_REQ;
		ask.signer = &old;
		ask.challenge = "";
		world_expect_refused(&world, &ask, cases[i].fail_info, cases[i].reason, cases[i].why);
	}
	x509_crt_free(&old.certificate);
}

/* Cut between two bytes of a character it would be no UTF-8, and the database would take no row. */
Test(renewal, a_long_name_in_other_letters_does_not_cost_the_audit_row)
{
	static const char letters[] = "éééééééééééééééééééé";
	char subject[512];
	struct ask ask = {.subject = subject};
	struct answer first;

	for (const char *odd = ""; odd != NULL; odd = odd[0] == '\0' ? "x" : NULL) {
		struct fixture old = {.key = fixture_key(FIXTURE_RSA_CLIENT)};

		(void)snprintf(subject, sizeof subject, "CN=%s%s,OU=%s,OU=%s,OU=%s,O=%s,O=%s", odd, letters,
			       letters, letters, letters, letters, letters);
		first = world_ask(&world, &ask);
		cr_assert_not_null(first.certificate);
		old.certificate = first.certificate;
		world_expect_refused(
			&world,
			&(struct ask){.type = PKIMESSAGE_RENEWAL_REQ, .signer = &old, .challenge = ""},
			PKIMESSAGE_BAD_REQUEST, "renewal_names", "another subject");
		answer_free(&first);
	}
}

Test(renewal, renewal_needs_a_live_certificate)
{
	struct fixture old = enrolled();
	struct ask ask = {
		.type = PKIMESSAGE_RENEWAL_REQ, .signer = &old, .challenge = "", .dns = "device.example"};

	clock_fix(FIXTURE_NOW + 91 * (time_t)86400);
	world_expect_refused(&world, &ask, PKIMESSAGE_BAD_TIME, "renewal_expired", "ninety days later");
	clock_fix(FIXTURE_NOW);
	(void)world_count(&world, "UPDATE certificates SET revoked_at = '2026-11-21 08:00:00'");
	world_expect_refused(&world, &ask, PKIMESSAGE_BAD_CERT_ID, "renewal_revoked", "revoked");
	ask.type = PKIMESSAGE_PKCS_REQ;
	ask.challenge = WORLD_CHALLENGE;
	world_expect_refused(&world, &ask, PKIMESSAGE_BAD_CERT_ID, "renewal_revoked",
			     "revoked, and a challenge does not help");
	x509_crt_free(&old.certificate);
}

Test(renewal, a_live_certificate_renews_without_a_challenge)
{
	struct fixture old = enrolled();
	const struct {
		struct ask ask;
		const char *why;
	} cases[] = {
		{{.type = PKIMESSAGE_RENEWAL_REQ}, "RenewalReq with the same key"},
		{{.type = PKIMESSAGE_RENEWAL_REQ, .key = FIXTURE_RSA_OTHER}, "RenewalReq with a new key"},
		{{.type = PKIMESSAGE_PKCS_REQ}, "PKCSReq signed by the old certificate (clients.md 10)"},
		{{.type = PKIMESSAGE_RENEWAL_REQ, .transaction_id = "first"},
		 "the transactionID of the first (clients.md 11)"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ask ask = cases[i].ask;
		struct answer answer;

		ask.signer = &old;
		ask.challenge = "";
		ask.dns = "device.example";
		answer = world_ask(&world, &ask);
		cr_expect_not_null(answer.certificate, "%s", cases[i].why);
		answer_free(&answer);
	}
	cr_expect_eq(
		world_count(&world, "SELECT COUNT(*) FROM audit_events WHERE action = 'scep_renewalreq'"),
		sizeof cases / sizeof *cases);
	x509_crt_free(&old.certificate);
}

Test(renewal, an_expired_certificate_and_the_challenge_start_over)
{
	struct fixture old = enrolled();
	struct ask ask = {.signer = &old, .dns = "device.example", .transaction_id = "monday"};
	struct answer answer;

	clock_fix(FIXTURE_NOW + 91 * (time_t)86400);
	answer = world_ask(&world, &ask);
	cr_expect_not_null(answer.certificate);
	answer_free(&answer);
	x509_crt_free(&old.certificate);
}

Test(renewal, a_profile_may_want_certificate_and_challenge)
{
	struct fixture old = enrolled();
	struct ask ask = {
		.type = PKIMESSAGE_RENEWAL_REQ, .signer = &old, .challenge = "", .dns = "device.example"};

	world.profiles[0].renewal_challenge = true;
	scep_service_free(&world.service);
	cr_assert_eq(scep_service_load(&world.config, SCEP_PLAIN, NULL, NULL, &world.service), ERR_OK);
	world_expect_refused(&world, &ask, PKIMESSAGE_BAD_REQUEST, "challenge_missing",
			     "the certificate alone is not enough here");
	x509_crt_free(&old.certificate);
}
