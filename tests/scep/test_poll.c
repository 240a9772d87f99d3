/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that wait for an operator, and CertPoll (RFC 8894 section 3.3.3), which asks what became of them.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "enrol/operator.h"
#include "pkimessage/pkimessage.h"
#include "scep/world.h"

static struct world world;

static void open_world(void)
{
	world_init(&world);
	world.profiles[0].approval = true;
	world.profiles[0].raw_csr = true;
	world.config.transaction_lifetime = 7 * 86400;
	world_start(&world);
}

static void close_world(void)
{
	world_stop(&world);
}

TestSuite(poll, .init = open_world, .fini = close_world);

/* The operator decides about the only request that waits. */
static void decide(bool approve)
{
	static const struct enrol_operator who = {"operator", NULL};
	CLEANUP(store_request_free) struct store_request waiting = {0};

	cr_assert_eq(store_request_next(world.store, 0, true, &waiting), ERR_OK);
	cr_assert_eq(enrol_operator_decide(world.store, &waiting, approve, &who), ERR_OK);
}

/* Polls as ASK says, naming ISSUER and SUBJECT. */
static struct answer poll_for(struct ask ask, gnutls_x509_crt_t issuer, gnutls_x509_crt_t subject)
{
	gnutls_datum_t inside = world_reference(issuer, NULL, subject);
	struct answer answer;

	ask.type = PKIMESSAGE_CERT_POLL;
	ask.csr = &inside;
	answer = world_ask(&world, &ask);
	bytes_free(&inside);
	return answer;
}

/* The status of a poll by the client that asked. */
static int poll_status(void)
{
	struct answer answer =
		poll_for((struct ask){0}, fixture_ca()->certificate, fixture_client()->certificate);
	int status = answer.status;

	answer_free(&answer);
	return status;
}

static void expect_not_pending(struct ask ask, gnutls_x509_crt_t issuer, gnutls_x509_crt_t subject,
			       const char *why)
{
	gnutls_datum_t inside = world_reference(issuer, NULL, subject);

	ask.type = PKIMESSAGE_CERT_POLL;
	ask.csr = &inside;
	world_expect_refused(&world, &ask, PKIMESSAGE_BAD_CERT_ID, "not_pending", why);
	bytes_free(&inside);
}

/* A first request, which is put on hold. */
static void expect_held(const struct ask *ask)
{
	struct answer answer = world_ask(&world, ask);
	CLEANUP(text_free) char *reason = world_last_reason(&world);

	cr_assert_eq(answer.http_status, 200);
	cr_assert_eq(answer.status, PKIMESSAGE_PENDING);
	cr_expect_eq(answer.fail_info, PKIMESSAGE_FAIL_ABSENT);
	cr_expect_str_eq(reason, "pending");
	cr_expect_eq(world_certificates(&world), 0);
	answer_free(&answer);
}

Test(poll, what_fits_no_request_is_badcertid)
{
	gnutls_x509_crt_t ca = fixture_ca()->certificate;
	gnutls_x509_crt_t client = fixture_client()->certificate;
	struct fixture other =
		fixture_make(&(struct fixture_options){.key = FIXTURE_RSA_OTHER, .subject = "CN=device"});
	const gnutls_datum_t serial = BYTES_LITERAL("\x01");
	gnutls_datum_t by_serial = world_reference(ca, &serial, NULL);

	expect_not_pending((struct ask){0}, ca, client, "nothing was asked for");
	expect_held(&(struct ask){0});
	expect_not_pending((struct ask){.transaction_id = "other"}, ca, client, "another transaction");
	expect_not_pending((struct ask){.signer = &other}, ca, client, "another signer, of the same name");
	expect_not_pending((struct ask){0}, fixture_ec_ca()->certificate, client, "an issuer we do not know");
	expect_not_pending((struct ask){.path = "/scep/printers"}, ca, client, "another profile");
	world_expect_refused(&world, &(struct ask){.type = PKIMESSAGE_CERT_POLL, .csr = &by_serial},
			     PKIMESSAGE_BAD_CERT_ID, "not_pending", "a serial number in place of a subject");
	world_expect_refused(&world, &(struct ask){.type = PKIMESSAGE_CERT_POLL}, PKIMESSAGE_BAD_CERT_ID,
			     "not_pending", "a request where a name belongs");
	decide(true);
	expect_not_pending((struct ask){0}, ca, ca, "approved, and another subject");
	expect_not_pending((struct ask){.signer = &other}, ca, client, "approved, and another signer");
	cr_expect_eq(poll_status(), PKIMESSAGE_SUCCESS, "nothing of this has spoilt it");
	bytes_free(&by_serial);
	fixture_free(&other);
}

Test(poll, a_request_that_was_denied_is_refused)
{
	const struct ask ask = {.path = NULL};
	CLEANUP(bytes_free) gnutls_datum_t message = ask_message(&ask);
	struct answer answer = world_send(&world, &ask, &message);
	gnutls_datum_t inside =
		world_reference(fixture_ca()->certificate, NULL, fixture_client()->certificate);

	cr_assert_eq(answer.status, PKIMESSAGE_PENDING);
	answer_free(&answer);
	decide(false);
	world_expect_refused(&world, &(struct ask){.type = PKIMESSAGE_CERT_POLL, .csr = &inside},
			     PKIMESSAGE_BAD_REQUEST, "denied", "a poll");
	answer = world_send(&world, &ask, &message);
	cr_expect_eq(answer.status, PKIMESSAGE_FAILURE, "the message again (micromdm)");
	cr_expect_eq(world_certificates(&world), 0);
	answer_free(&answer);
	bytes_free(&inside);
}

/* Clients name the CA, the RA, or the RA's issuer (field.md W43); here the last two are the first. */
Test(poll, waits_under_each_name_of_the_issuer)
{
	gnutls_x509_crt_t issuers[] = {fixture_ca()->certificate, fixture_ra()->certificate};

	expect_held(&(struct ask){0});
	for (size_t i = 0; i < sizeof issuers / sizeof *issuers; i++) {
		struct answer answer = poll_for((struct ask){0}, issuers[i], fixture_client()->certificate);

		cr_expect_eq(answer.status, PKIMESSAGE_PENDING, "name %zu", i);
		answer_free(&answer);
	}
}

Test(poll, the_same_message_waits_without_another_row)
{
	const struct ask ask = {.path = NULL};
	CLEANUP(bytes_free) gnutls_datum_t message = ask_message(&ask);
	struct answer first = world_send(&world, &ask, &message);
	long rows = world_audit_rows(&world);
	struct answer again = world_send(&world, &ask, &message);

	cr_expect_eq(first.status, PKIMESSAGE_PENDING);
	cr_expect_eq(again.status, PKIMESSAGE_PENDING);
	cr_expect_eq(world_audit_rows(&world), rows);
	decide(true);
	answer_free(&again);
	again = world_send(&world, &ask, &message);
	cr_expect_not_null(again.certificate, "a client that never polls (micromdm)");
	answer_free(&first);
	answer_free(&again);
}

static const struct {
	const struct fixture *(*signer)(void);
	enum fixture_key key;
	const char *subject;
	const char *why;
} clients[] = {
	{fixture_client, FIXTURE_RSA_CLIENT, "CN=device", "an RSA key"},
	{fixture_ec_client, FIXTURE_EC_CLIENT, "CN=device-ec", "an EC key, answered under the challenge"},
};

Test(poll, what_was_approved_is_issued_once_and_sent_again)
{
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
		const struct fixture *signer = clients[i].signer();
		const struct ask ask = {.signer = signer,
					.key = clients[i].key,
					.subject = clients[i].subject,
					.transaction_id = clients[i].subject};
		struct answer first = world_ask(&world, &ask);
		struct answer again;

		cr_assert_eq(first.status, PKIMESSAGE_PENDING, "%s", clients[i].why);
		answer_free(&first);
		decide(true);
		first = poll_for(ask, fixture_ca()->certificate, signer->certificate);
		again = poll_for(ask, fixture_ca()->certificate, signer->certificate);
		cr_assert_not_null(first.certificate, "%s", clients[i].why);
		cr_assert_not_null(again.certificate, "%s, asked again", clients[i].why);
		cr_expect(gnutls_x509_crt_equals(first.certificate, again.certificate), "%s", clients[i].why);
		cr_expect_eq(world_certificates(&world), (long)i + 1, "%s", clients[i].why);
		answer_free(&first);
		answer_free(&again);
	}
}

/* The challenge of an approved request was checked when it came: a new one does not undo the approval. */
Test(poll, an_approval_outlives_the_challenge)
{
	expect_held(&(struct ask){0});
	decide(true);
	free(world.profiles[0].challenge_password);
	world.profiles[0].challenge_password = strdup("another");
	world_reload(&world);
	cr_expect_eq(poll_status(), PKIMESSAGE_SUCCESS);
}

/* HTTP's way of waiting: the client asks again with the same request. */
Test(poll, a_raw_request_waits_and_asks_again)
{
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", WORLD_CHALLENGE, NULL);
	const struct ask ask = {.path = NULL};
	struct pkimessage_certs *certs = NULL;
	struct answer answer;

	for (size_t i = 0; i < 2; i++) {
		answer = world_post(&world, &ask, &csr);
		cr_expect_eq(answer.http_status, 202);
		cr_expect_gt(answer.retry_after, 0);
		answer_free(&answer);
	}
	cr_expect_eq(
		world_count(&world, "SELECT COUNT(*) FROM requests WHERE LOCATE('correct-horse', message)"),
		0, "no challenge lies open in the database");
	decide(true);
	answer = world_post(&world, &ask, &csr);
	cr_assert_eq(answer.http_status, 200);
	cr_expect_eq(pkimessage_certs_parse(&answer.body, &certs), PKIMESSAGE_OK);
	cr_expect_eq(world_certificates(&world), 1);
	pkimessage_certs_free(certs);
	answer_free(&answer);
	bytes_free(&csr);
}

Test(poll, a_denied_raw_request_is_forbidden)
{
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", WORLD_CHALLENGE, NULL);
	const struct ask ask = {.path = NULL};
	struct answer answer = world_post(&world, &ask, &csr);

	cr_expect_eq(answer.http_status, 202);
	answer_free(&answer);
	decide(false);
	answer = world_post(&world, &ask, &csr);
	cr_expect_eq(answer.http_status, 403);
	answer_free(&answer);
	bytes_free(&csr);
}

/* While a request waits, its RA may be replaced: the message is encrypted to the one of then. */
Test(poll, a_held_request_needs_the_ra_it_was_encrypted_to)
{
	struct fixture fresh = fixture_make(&(struct fixture_options){
		.key = FIXTURE_RSA_OTHER,
		.subject = "CN=Test RA,O=Test",
		.issuer = fixture_ca(),
		.usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT,
	});
	const struct ask to_fresh = {.recipient = &fresh};
	gnutls_datum_t inside =
		world_reference(fixture_ca()->certificate, NULL, fixture_client()->certificate);
	CLEANUP(text_free) char *detail = NULL;
	struct answer answer;

	expect_held(&(struct ask){0});
	decide(true);
	world_set_ra(&world, &fresh, NULL);
	world_reload(&world);
	world_expect_refused(&world,
			     &(struct ask){.type = PKIMESSAGE_CERT_POLL, .csr = &inside, .recipient = &fresh},
			     PKIMESSAGE_BAD_MESSAGE_CHECK, "unreadable", "the old pair is gone");
	detail = world_last(&world, "JSON_VALUE(details, '$.detail')");
	cr_expect_not_null(strstr(detail, "is its RA pair gone?"), "an operator is told: %s", detail);
	world_set_ra(&world, &fresh, fixture_ra());
	world_reload(&world);
	answer = poll_for(to_fresh, fixture_ca()->certificate, fixture_client()->certificate);
	cr_expect_not_null(answer.certificate, "the old pair is back, and nothing was lost");
	answer_free(&answer);
	bytes_free(&inside);
	fixture_free(&fresh);
}
