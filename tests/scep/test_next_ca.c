/* SPDX-License-Identifier: BSD-2-Clause */
/* GetNextCACert (RFC 8894 section 4.7): the CA that will follow, vouched for by the one there is. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "lib/files.h"
#include "pkimessage/pkimessage.h"
#include "scep/world.h"

#define ASK "operation=GetNextCACert&message=whatever"

static struct world world;

static void open_world(void)
{
	world_init(&world);
}

static void close_world(void)
{
	world_stop(&world);
}

TestSuite(next_ca, .init = open_world, .fini = close_world);

static enum err said;

static void listen(void *context, const struct scep_preflight *seen)
{
	(void)context;
	if (strcmp(seen->check, "next CA") == 0)
		said = seen->error;
}

Test(next_ca, what_can_be_no_ca_keeps_from_serving)
{
	struct fixture expired = fixture_make(
		&(struct fixture_options){.key = FIXTURE_EC_CA, .ca = true, .not_after = FIXTURE_NOW - 1});
	const struct {
		const struct fixture *next; /* NULL: a file that is not there */
		enum err error;
		const char *why;
	} cases[] = {
		{NULL, ERR_NOT_FOUND, "no such file"},
		{fixture_client(), ERR_MISMATCH, "a device's certificate"},
		{&expired, ERR_EXPIRED, "one that has expired"},
		{fixture_ec_ca(), ERR_OK, "a CA"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scep_service *service = NULL;

		world_set_next_ca(&world, cases[i].next);
		said = ERR_CONFIG;
		cr_expect_eq(scep_service_load(&world.config, SCEP_PLAIN, listen, NULL, &service),
			     cases[i].error, "%s", cases[i].why);
		cr_expect_eq(said, cases[i].error, "%s", cases[i].why);
		scep_service_free(&service);
	}
	world_start(&world);
	fixture_free(&expired);
}

static bool has_capability(void)
{
	struct answer answer = world_operation(&world, METHOD_GET, "/scep/corp", "operation=GetCACaps");
	bool has = memmem(answer.body.data, answer.body.size, "\nGetNextCACert\n", 15) != NULL;

	answer_free(&answer);
	return has;
}

/* RouterOS asks all the time: it costs no audit row. */
Test(next_ca, there_need_not_be_one)
{
	struct answer answer;

	world_start(&world);
	answer = world_operation(&world, METHOD_GET, "/scep/corp", ASK);
	cr_expect_eq(answer.http_status, 404);
	cr_expect_eq(world_audit_rows(&world), 0);
	cr_expect_not(has_capability());
	answer_free(&answer);
}

Test(next_ca, the_current_ca_vouches_for_it)
{
	gnutls_x509_crt_t ca = fixture_ca()->certificate;
	gnutls_x509_crt_t ra = fixture_ra()->certificate;
	struct pkimessage_certs *certs = NULL;
	struct answer answer;

	world_set_next_ca(&world, fixture_ec_ca());
	world_start(&world);
	answer = world_operation(&world, METHOD_GET, "/scep/printers", ASK);
	cr_expect_eq(answer.http_status, 200);
	cr_expect_str_eq(answer.content_type, "application/x-x509-next-ca-cert");
	cr_expect_eq(pkimessage_next_ca_parse(&answer.body, &ra, 1, 0, &certs), PKIMESSAGE_E_SIGNER,
		     "the RA does not");
	cr_assert_eq(pkimessage_next_ca_parse(&answer.body, &ca, 1, 0, &certs), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_certs_count(certs), 1);
	cr_expect(bytes_equal(pkimessage_certs_get(certs, 0), &fixture_ec_ca()->der));
	cr_expect(has_capability());
	pkimessage_certs_free(certs);
	answer_free(&answer);
}
