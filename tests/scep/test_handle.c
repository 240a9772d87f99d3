/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
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

TestSuite(handle, .init = open_world, .fini = close_world);

static const struct {
	enum request_method method;
	const char *path;
	const char *query;
	int status;
	const char *reason; /* of its audit row; NULL: none, since it concerns no profile */
	const char *why;
} refused[] = {
	{METHOD_GET, "/scep/none", "operation=GetCACaps", 404, NULL, "no such profile"},
	{METHOD_GET, "/scep", "operation=GetCACaps", 404, NULL, "no root profile"},
	{METHOD_GET, "/scep/corp", "", 400, "operation", "no operation"},
	{METHOD_GET, "/scep/corp", "operation=", 400, "operation", "an empty one"},
	{METHOD_GET, "/scep/corp", "operation=GetCACapsX", 400, "operation",
	 "an unknown one that begins right"},
	{METHOD_GET, "/scep/corp", "operation=GetCACaps&operation=PKIOperation", 400, "operation",
	 "two of them"},
	{METHOD_GET, "/scep/corp", "operation=GetCA%00Caps", 400, "operation", "a NUL in it"},
	{METHOD_GET, "/scep/corp", "operation=%zz", 400, "operation", "a broken escape"},
	{METHOD_POST, "/scep/corp", "operation=GetCACaps", 405, "method", "POST where GET is meant"},
	{METHOD_OTHER, "/scep/corp", "operation=PKIOperation", 405, "method", "DELETE and the like"},
	{METHOD_HEAD, "/scep/corp", "operation=PKIOperation", 405, "method", "HEAD cannot enrol"},
	{METHOD_GET, "/scep/corp", "operation=PKIOperation", 400, "malformed", "GET without a message"},
	{METHOD_GET, "/scep/corp", "operation=PKIOperation&message=%21", 400, "malformed",
	 "GET with a message that is no base64"},
};

/* A query over its limit is that, whichever parameter was wanted. */
Test(handle, a_query_over_the_limit_is_too_large)
{
	static const char *const begins[] = {"operation=PKIOperation&message=", "message="};
	char *query = malloc(LIMIT_QUERY + 64);

	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
		CLEANUP(text_free) char *reason = NULL;
		struct answer answer;

		memset(query, 'A', LIMIT_QUERY + 63);
		query[LIMIT_QUERY + 63] = '\0';
		memcpy(query, begins[i], strlen(begins[i]));
		answer = world_operation(&world, METHOD_GET, "/scep/corp", query);
		reason = world_last_reason(&world);
		cr_expect_eq(answer.http_status, 413, "%s: %d", begins[i], answer.http_status);
		cr_expect_str_eq(reason, "too_large", "%s", begins[i]);
		answer_free(&answer);
	}
	free(query);
}

static long audit_rows(void)
{
	return world_count(&world, "SELECT COUNT(*) FROM audit_events");
}

Test(handle, refuses_what_it_does_not_serve)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		long rows = audit_rows();
		struct answer answer =
			world_operation(&world, refused[i].method, refused[i].path, refused[i].query);

		cr_expect_eq(answer.http_status, refused[i].status, "%s: %d", refused[i].why,
			     answer.http_status);
		cr_expect_str_eq(answer.content_type, "text/plain; charset=utf-8", "%s", refused[i].why);
		cr_expect_eq(audit_rows() - rows, refused[i].reason == NULL ? 0 : 1, "%s", refused[i].why);
		if (refused[i].reason != NULL) {
			CLEANUP(text_free) char *reason = world_last_reason(&world);

			cr_expect_str_eq(reason, refused[i].reason, "%s", refused[i].why);
		}
		answer_free(&answer);
	}
}

static const struct {
	const char *path;
	int status;
	enum client_outcome outcome;
	const char *reason;
	const char *why;
} bodies[] = {
	{"/scep/none", 413, CLIENT_ABSENT, NULL, "no profile, no row"},
	{"/scep/corp", 413, CLIENT_ABSENT, "too_large", "a body over CERTCTL_MAX_BODY_SIZE"},
	{"/scep/corp", 400, CLIENT_ABSENT, "malformed", "a body shorter than announced"},
	{"/scep/corp", 408, CLIENT_ABSENT, "malformed", "a body that took too long"},
	{"/scep/corp", 400, CLIENT_FIELD_TWICE, "client_field_twice",
	 "no body read: two certificates were told"},
	{"/scep/corp", 413, CLIENT_TRUST_OFF, "too_large",
	 "a certificate that is not looked at changes nothing"},
};

Test(handle, audits_requests_that_the_gateway_refuses)
{
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		const struct request request = {
			.id = "00000000-0000-4000-8000-000000000000",
			.method = METHOD_POST,
			.path = bodies[i].path,
			.query = "operation=PKIOperation",
			.content_type = "application/x-pki-message",
			.client_address = "192.0.2.7",
			.https = true,
			.certificate = {.outcome = bodies[i].outcome},
		};
		long rows = audit_rows();

		scep_refused(world.service, world.store, &request, bodies[i].status);
		cr_expect_eq(audit_rows() - rows, bodies[i].reason == NULL ? 0 : 1, "%s", bodies[i].why);
		if (bodies[i].reason != NULL) {
			CLEANUP(text_free) char *reason = world_last_reason(&world);

			cr_expect_str_eq(reason, bodies[i].reason, "%s", bodies[i].why);
		}
	}
}

/* Counts what was said to be wrong. */
static void count_faults(void *context, const struct scep_preflight *seen)
{
	size_t *faults = context;

	if (seen->error != ERR_OK && seen->reason[0] != '\0')
		++*faults;
}

Test(handle, a_chain_too_long_for_getcacert_is_said_at_start)
{
	CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};
	FILE *file = fopen(world.issuer.ca_cert_path, "a");
	struct scep_service *service = NULL;
	size_t faults = 0;

	cr_assert_not_null(file);
	cr_assert_eq(gnutls_x509_crt_export2(fixture_ca()->certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
	for (size_t i = 0; i < LIMIT_CMS_CERTIFICATES; i++)
		cr_assert_eq(fwrite(pem.data, 1, pem.size, file), pem.size);
	cr_assert_eq(fclose(file), 0);
	cr_expect_eq(scep_service_load(&world.config, SCEP_PLAIN, count_faults, &faults, &service),
		     ERR_LIMIT);
	cr_expect_eq(faults, world.config.scep_profile_count, "a line for each profile");
	scep_service_free(&service);
}

static const struct {
	enum request_method method;
	const char *query;
	const char *why;
} served[] = {
	{METHOD_GET, "operation=GetCACaps", "no message"},
	{METHOD_GET, "operation=GetCACaps&message=", "an empty message (older macOS)"},
	{METHOD_GET, "message=0&operation=GetCACaps", "certmonger's message, in another order"},
	{METHOD_GET, "operation=GetCACaps&message=DummyCAIdentity", "RouterOS"},
	{METHOD_GET, "operation=getcacaps", "in another case"},
	{METHOD_HEAD, "operation=GetCACaps", "HEAD"},
};

Test(handle, capabilities_for_everybody)
{
	for (size_t i = 0; i < sizeof served / sizeof *served; i++) {
		struct answer answer =
			world_operation(&world, served[i].method, "/scep/corp", served[i].query);

		cr_expect_eq(answer.http_status, 200, "%s", served[i].why);
		cr_expect_str_eq(answer.content_type, "text/plain", "%s", served[i].why);
		cr_expect_gt(answer.body.size, 0, "%s", served[i].why);
		answer_free(&answer);
	}
}

Test(handle, ca_certificates_are_the_ra_and_then_the_ca)
{
	struct answer answer =
		world_operation(&world, METHOD_GET, "/scep/corp", "operation=GetCACert&message=CAIdentifier");
	struct pkimessage_certs *certs = NULL;

	cr_assert_eq(answer.http_status, 200);
	cr_assert_str_eq(answer.content_type, "application/x-x509-ca-ra-cert");
	cr_assert_eq(pkimessage_certs_parse(&answer.body, &certs), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_certs_count(certs), 2);
	cr_expect(bytes_equal(pkimessage_certs_get(certs, 0), &fixture_ra()->der));
	cr_expect(bytes_equal(pkimessage_certs_get(certs, 1), &fixture_ca()->der));
	pkimessage_certs_free(certs);
	answer_free(&answer);
}
