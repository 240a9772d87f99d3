/* SPDX-License-Identifier: BSD-2-Clause */
/* Clients as they ask: what stands in their URLs, and messages in their manner (tests/vectors/README). */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "base/text.h"
#include "lib/files.h"
#include "pkimessage/pkimessage.h"
#include "scep/world.h"

#define CHALLENGE "s3cret" /* of the requests in tests/vectors */

static struct world world;

static void open_world(void)
{
	world_init(&world);
	for (size_t i = 0; i < sizeof world.profiles / sizeof *world.profiles; i++) {
		free(world.profiles[i].challenge_password);
		world.profiles[i].challenge_password = strdup(CHALLENGE);
	}
	world_start(&world);
}

static void close_world(void)
{
	world_stop(&world);
}

TestSuite(clients, .init = open_world, .fini = close_world);

static const struct spelling escaped = {"%2B", "%2F", "%3D", ""};
static const struct spelling lines = {"%2B", "%2F", "%3D", "%0A"};
static const struct spelling raw = {"+", "/", "=", ""};

#define VECTOR(name) "pkimessage/request-" name ".der"

static const struct {
	const char *file;
	struct ask ask;
	const char *why;
} refused[] = {
	{VECTOR("ios"), {.get = true, .spelling = &lines}, "MD5 and DES where they are not allowed"},
	{VECTOR("routeros-get"), {.get = true, .spelling = &escaped}, "the same of RouterOS"},
	{VECTOR("no-parameters"), {.get = false}, "SHA-1 is allowed, DES is not"},
};

Test(clients, old_algorithms_need_the_profiles_leave)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		gnutls_datum_t message = test_read(refused[i].file);
		struct answer answer = world_send(&world, &refused[i].ask, &message);
		CLEANUP(text_free) char *reason = world_last_reason(&world);

		cr_expect_eq(answer.status, PKIMESSAGE_FAILURE, "%s", refused[i].why);
		cr_expect_eq(answer.fail_info, PKIMESSAGE_BAD_ALG, "%s", refused[i].why);
		cr_expect_str_eq(reason, "algorithm_refused", "%s", refused[i].why);
		answer_free(&answer);
		bytes_free(&message);
	}
	cr_expect_eq(world_certificates(&world), 0);
}

static const struct {
	const char *file;
	struct ask ask;
	const char *why;
} served[] = {
	{VECTOR("ios"),
	 {.path = "/scep/printers/pkiclient.exe", .http = true, .get = true, .spelling = &lines},
	 "Cisco IOS: HTTP, GET whatever is offered, a line end every 64 characters, its own suffix"},
	{VECTOR("apple"), {.get = true, .spelling = &raw}, "Apple: GET with '+' and '/' as they are"},
	{VECTOR("windows"),
	 {.get = false},
	 "Windows: the content key by OAEP, the request with Microsoft's attributes"},
	{VECTOR("routeros-get"),
	 {.path = "/scep/printers", .http = true, .get = true, .spelling = &escaped},
	 "RouterOS: GET, one long line"},
	{VECTOR("routeros-post"), {.path = "/scep/printers"}, "RouterOS where POST is offered"},
	{VECTOR("jscep"), {.get = false}, "jscep: BER in segments, by POST"},
	{VECTOR("no-parameters"), {.path = "/scep/printers"}, "what NDES served and others did not"},
};

Test(clients, get_their_certificates)
{
	for (size_t i = 0; i < sizeof served / sizeof *served; i++) {
		gnutls_datum_t message = test_read(served[i].file);
		struct answer answer = world_send(&world, &served[i].ask, &message);
		CLEANUP(text_free) char *reason = world_last_reason(&world);

		cr_expect_str_eq(reason, "success", "%s", served[i].why);
		cr_expect_eq(world_certificates(&world), (long)i + 1, "%s", served[i].why);
		cr_expect_not_null(answer.certificate, "%s", served[i].why);
		/* They are of one key and transaction: none is to be the one before made anew. */
		(void)world_count(&world, "DELETE FROM transactions");
		answer_free(&answer);
		bytes_free(&message);
	}
}

static const struct {
	struct spelling spelling;
	const char *why;
} spellings[] = {
	{{"%2B", "/", "%3D", ""}, "certmonger: '+' and '=' escaped"},
	{{"%2b", "%2f", "%3d", ""}, "escapes in lower case"},
	{{"+", "/", "=", ""}, "macOS and jscep: nothing escaped"},
	{{" ", "/", "=", ""}, "a '+' that somebody turned into a space"},
	{{"%20", "/", "=", ""}, "and escaped that"},
	{{"%2B", "%2F", "", ""}, "no padding"},
	{{"%2B", "%2F", "%3D", "%0A"}, "sscep and IOS: lines of 64"},
	{{"%2B", "%2F", "%3D", "%0D%0A"}, "lines that end in CR LF"},
	{{"%2B", "%2F", "%3D", "%09"}, "tabs"},
};

Test(clients, spell_base64_in_many_ways)
{
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
		struct ask ask = {.get = true,
				  .spelling = &spellings[i].spelling,
				  .challenge = CHALLENGE,
				  .transaction_id = spellings[i].why};
		CLEANUP(bytes_free) gnutls_datum_t message = ask_message(&ask);
		CLEANUP(text_free) char *base64 = text_base64_encode(&message);
		struct answer answer = world_send(&world, &ask, &message);

		cr_assert(strchr(base64, '+') != NULL && strchr(base64, '/') != NULL);
		cr_expect_not_null(answer.certificate, "%s", spellings[i].why);
		answer_free(&answer);
	}
	cr_expect_eq(world_certificates(&world), sizeof spellings / sizeof *spellings);
}

static const struct {
	const char *path, *query;
	const char *why;
} named[] = {
	{"/scep/corp", "operation=GetCACert&message=Juniper-CA", "Juniper: a plain name of a CA"},
	{"/scep/corp", "operation=GetCACert&message=Test%20CA%2C%20Ltd.", "such a name with spaces"},
	{"/scep/corp", "operation=GetCACert&message=default", "Windows"},
	{"/scep/corp", "operation=GetCACert&message=", "an empty message (jscep, older macOS)"},
	{"/scep/corp", "operation=GetCACert", "none (micromdm, strongSwan)"},
	{"/scep/corp", "operation=GetCACert&message=0", "certmonger's first"},
	{"/scep/corp", "operation=GetCACert&message=1", "certmonger's second, answered as the first"},
	{"/scep/corp", "operation=GetCACert&message=DummyCAIdentity", "RouterOS"},
	{"/scep/corp/pkiclient.exe", "operation=GetCACert&message=Test-Router", "Cisco IOS"},
	{"/scep/corp", "operation=GetCACert&message=!", "what is no base64 and need not be"},
};

Test(clients, ask_for_the_ca_by_names_of_their_own)
{
	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		struct answer answer = world_operation(&world, METHOD_GET, named[i].path, named[i].query);
		struct pkimessage_certs *certs = NULL;

		cr_expect_eq(answer.http_status, 200, "%s", named[i].why);
		cr_expect_str_eq(answer.content_type, "application/x-x509-ca-ra-cert", "%s", named[i].why);
		cr_assert_eq(pkimessage_certs_parse(&answer.body, &certs), PKIMESSAGE_OK, "%s", named[i].why);
		cr_expect(bytes_equal(pkimessage_certs_get(certs, 0), &fixture_ra()->der), "%s",
			  named[i].why);
		pkimessage_certs_free(certs);
		answer_free(&answer);
	}
}
