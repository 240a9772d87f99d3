/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /scep-mtls: who comes in, and that everything of /scep is asked for behind the door as well. "corp" trusts
 * Maker A, "printers" Maker B.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "enrol/operator.h"
#include "pkimessage/pkimessage.h"
#include "scep/world.h"

#define DAY      ((time_t)86400)
#define CA_USAGE (GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN)
#define CORP     "/scep-mtls/corp"
#define PRINTERS "/scep-mtls/printers"

static struct world world;
static struct fixture maker_a, maker_b, alike, below; /* below: a CA that Maker A has issued */
static struct fixture device, stranger;               /* "CN=device" of Maker A, and of Maker B */

static struct fixture make_ca(enum fixture_key key, const char *subject, const struct fixture *issuer)
{
	return fixture_make(&(struct fixture_options){
		.key = key, .subject = subject, .issuer = issuer, .ca = true, .usage = CA_USAGE});
}

static struct fixture make_device(const struct fixture *issuer)
{
	return fixture_make(&(struct fixture_options){
		.key = FIXTURE_EC_CLIENT, .subject = "CN=device", .issuer = issuer, .serial = "0badcafe"});
}

static void open_world(void)
{
	maker_a = make_ca(FIXTURE_EC_CA, "CN=Maker A", NULL);
	maker_b = make_ca(FIXTURE_RSA_OTHER, "CN=Maker B", NULL);
	alike = make_ca(FIXTURE_RSA_OTHER, "CN=Maker A", NULL);
	below = make_ca(FIXTURE_RSA_OTHER, "CN=Maker A's factory", &maker_a);
	device = make_device(&maker_a);
	stranger = make_device(&maker_b);
	world_init(&world);
	world.kind = SCEP_MTLS;
	world.profiles[0].raw_csr = true;
	world.config.transaction_lifetime = 7 * 86400;
	world_set_client_ca(&world, 0, &maker_a);
	world_set_client_ca(&world, 1, &maker_b);
	world_start(&world);
}

static void close_world(void)
{
	world_stop(&world);
	fixture_free(&maker_a);
	fixture_free(&maker_b);
	fixture_free(&alike);
	fixture_free(&below);
	fixture_free(&device);
	fixture_free(&stranger);
}

TestSuite(mtls, .init = open_world, .fini = close_world);

/* Serves at /scep from now on. */
static void become_plain(void)
{
	world.kind = SCEP_PLAIN;
	world_reload(&world);
}

/* What is in the audit row's details. */
#define CLIENT_SUBJECT "JSON_VALUE(details, '$.client_certificate.subject')"
#define CLIENT_ISSUER  "JSON_VALUE(details, '$.client_certificate.issuer')"
#define CLIENT_SERIAL  "JSON_VALUE(details, '$.client_certificate.serial')"

static void expect_last(const char *column, const char *value, const char *why)
{
	CLEANUP(text_free) char *text = world_last(&world, column);

	cr_expect_str_eq(text, value, "%s: %s is %s", why, column, text);
}

/* ASK is refused in HTTP's words, whatever it asks: with one audit row each, and no certificate. */
static void expect_closed(const struct ask *ask, int status, const char *reason, const char *why)
{
	static const char *const queries[] = {"operation=GetCACaps", "operation=GetCACert",
					      "operation=GetNextCACert", "operation=nonsense", ""};
	long certificates = world_certificates(&world);
	struct answer answer = world_ask(&world, ask);

	cr_expect_eq(answer.http_status, status, "%s: %d", why, answer.http_status);
	cr_expect_str_eq(answer.content_type, "text/plain; charset=utf-8", "%s", why);
	cr_expect(memmem(answer.body.data, answer.body.size, "/scep-mtls", 10) != NULL || status == 400, "%s",
		  why);
	expect_last("reason", reason, why);
	answer_free(&answer);
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		long rows = world_audit_rows(&world);

		answer = world_get(&world, ask, queries[i]);
		cr_expect_eq(answer.http_status, status, "%s: %s: %d", why, queries[i], answer.http_status);
		cr_expect_eq(world_audit_rows(&world), rows + 1, "%s", why);
		expect_last("reason", reason, why);
		answer_free(&answer);
	}
	cr_expect_eq(world_certificates(&world), certificates, "%s", why);
}

/* ASK gets a certificate. */
static struct fixture enrol(const struct ask *ask, const char *why)
{
	struct answer answer = world_ask(&world, ask);

	cr_assert_eq(answer.http_status, 200, "%s: %d", why, answer.http_status);
	cr_assert_not_null(answer.certificate, "%s", why);
	bytes_free(&answer.body);
	return (struct fixture){.certificate = answer.certificate, .key = fixture_key(FIXTURE_RSA_CLIENT)};
}

static void expect_enrolled(const struct ask *ask, const char *why)
{
	struct fixture made = enrol(ask, why);

	gnutls_x509_crt_deinit(made.certificate);
}

/* --- what the web server tells --- */

static const struct {
	enum client_outcome outcome;
	int status; /* at /scep-mtls */
	const char *reason;
} told[] = {
	{CLIENT_ABSENT, 401, "client_absent"},
	{CLIENT_TRUST_OFF, 401, "client_trust_off"},
	{CLIENT_SENDER, 401, "client_sender"},
	{CLIENT_OTHER_SOURCE, 401, "client_other_source"},
	{CLIENT_FIELD_TWICE, 400, "client_field_twice"},
	{CLIENT_VERDICT_MISSING, 401, "client_verdict_missing"},
	{CLIENT_VERDICT_FAILED, 401, "client_verdict_failed"},
	{CLIENT_EMPTY, 401, "client_empty"},
	{CLIENT_SEVERAL, 401, "client_several"},
	{CLIENT_SYNTAX, 401, "client_syntax"},
	{CLIENT_LIMIT, 401, "client_limit"},
};

Test(mtls, without_a_certificate_that_is_told_in_form_nothing_is_answered)
{
	cr_assert_eq(sizeof told / sizeof *told, CLIENT_OUTCOME_COUNT - 1, "every outcome but CLIENT_GIVEN");
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		expect_closed(&(struct ask){.path = CORP, .outcome = told[i].outcome}, told[i].status,
			      told[i].reason, told[i].reason);
		expect_last("IFNULL(" CLIENT_SUBJECT ", 'none')", "none", "nobody is known");
	}
}

Test(mtls, the_plain_route_does_not_mind_but_for_a_field_that_came_twice)
{
	become_plain();
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		char transaction[16];
		const struct ask ask = {
			.path = "/scep/corp", .outcome = told[i].outcome, .transaction_id = transaction};

		(void)snprintf(transaction, sizeof transaction, "t%zu", i);
		if (told[i].outcome == CLIENT_FIELD_TWICE)
			expect_closed(&ask, 400, "client_field_twice", "two have written one field");
		else
			expect_enrolled(&ask, told[i].reason);
	}
	expect_enrolled(&(struct ask){.path = "/scep/corp", .client = &stranger, .transaction_id = "given"},
			"a certificate of nobody we trust");
	expect_last("IFNULL(" CLIENT_SUBJECT ", 'none')", "none", "which nobody has looked at");
	cr_expect_eq(
		world_count(&world, "SELECT COUNT(*) FROM certificates WHERE client_certificate IS NOT NULL"),
		0, "nor has the record");
}

/* --- what we see in it --- */

Test(mtls, a_certificate_that_does_not_hold_is_refused)
{
	const struct {
		struct fixture_options options;
		const struct fixture *via;
		const char *path;
		const char *reason;
		const char *why;
	} cases[] = {
		{{.issuer = &maker_a}, NULL, PRINTERS, "client_untrusted", "profile A's certificate at B"},
		{{.issuer = &maker_b}, NULL, CORP, "client_untrusted", "profile B's certificate at A"},
		{{.issuer = &maker_a}, &maker_a, PRINTERS, "client_untrusted", "with its own CA beside it"},
		{{.issuer = &alike}, NULL, CORP, "client_untrusted", "a look-alike of the CA"},
		{{.issuer = &alike}, &alike, CORP, "client_untrusted", "with the look-alike beside it"},
		{{.subject = "CN=Maker A", .ca = true, .usage = CA_USAGE | GNUTLS_KEY_DIGITAL_SIGNATURE},
		 NULL,
		 CORP,
		 "client_untrusted",
		 "self-signed, with the CA's name"},
		{{.issuer = &below}, NULL, CORP, "client_untrusted", "the CA between is missing"},
		{{.issuer = &maker_a, .not_after = FIXTURE_NOW - 1}, NULL, CORP, "client_expired", "expired"},
		{{.issuer = &maker_a, .not_before = FIXTURE_NOW + 1},
		 NULL,
		 CORP,
		 "client_not_yet",
		 "not yet"},
		{{.issuer = &maker_a, .eku = GNUTLS_KP_TLS_WWW_SERVER},
		 NULL,
		 CORP,
		 "client_purpose",
		 "for servers"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture_options options = cases[i].options;
		struct fixture client;

		options.key = FIXTURE_EC_CLIENT;
		options.serial = "4711";
		client = fixture_make(&options);
		expect_closed(&(struct ask){.path = cases[i].path, .client = &client, .via = cases[i].via},
			      401, cases[i].reason, cases[i].why);
		expect_last(CLIENT_SERIAL, "4711", "who it was is noted all the same");
		fixture_free(&client);
	}
}

Test(mtls, what_is_no_certificate_is_refused)
{
	struct fixture broken = {.der = BYTES_LITERAL("\x30\x00")};

	expect_closed(&(struct ask){.path = CORP, .client = &broken}, 401, "client_syntax",
		      "one SEQUENCE, and nothing in it");
	expect_closed(&(struct ask){.path = CORP, .client = &device, .via = &broken}, 401, "client_syntax",
		      "beside a good one");
}

/* --- behind the door --- */

Test(mtls, a_stolen_certificate_needs_the_challenge_all_the_same)
{
	const struct ask ask = {.path = CORP, .client = &device, .challenge = ""};
	const struct ask wrong = {.path = CORP, .client = &device, .challenge = "wrong"};

	world_expect_refused(&world, &ask, PKIMESSAGE_BAD_REQUEST, "challenge_missing", "without");
	expect_last(CLIENT_SUBJECT, "CN=device", "whose certificate it is");
	world_expect_refused(&world, &wrong, PKIMESSAGE_BAD_REQUEST, "challenge_invalid", "a wrong one");
	expect_closed(&(struct ask){.path = CORP}, 401, "client_absent",
		      "and the challenge needs the certificate");
}

Test(mtls, a_device_with_a_bootstrap_certificate_enrols)
{
	struct fixture under_below = make_device(&below);

	expect_enrolled(&(struct ask){.path = CORP, .client = &device}, "POST");
	expect_last("outcome", "success", "its row");
	expect_last(CLIENT_SUBJECT, "CN=device", "its row");
	expect_last(CLIENT_ISSUER, "CN=Maker A", "its row");
	expect_last(CLIENT_SERIAL, "0badcafe", "its row");
	cr_expect_eq(world_count(&world, "SELECT JSON_VALUE(client_certificate, '$.subject') = 'CN=device'"
					 " AND JSON_VALUE(client_certificate, '$.issuer') = 'CN=Maker A'"
					 " AND JSON_VALUE(client_certificate, '$.serial') = '0badcafe'"
					 " FROM certificates"),
		     1, "the record knows it too");
	expect_enrolled(
		&(struct ask){
			.path = CORP "/pkiclient.exe", .client = &device, .get = true, .dns = "d.example"},
		"GET, with a suffix");
	expect_enrolled(&(struct ask){.path = PRINTERS, .client = &stranger}, "the other profile's");
	expect_enrolled(&(struct ask){.path = CORP,
				      .client = &under_below,
				      .via = &below,
				      .transaction_id = "below",
				      .dns = "b.example"},
			"by way of a CA that is presented");
	fixture_free(&under_below);
}

Test(mtls, what_a_client_asks_before_it_enrols_is_answered)
{
	static const char *const queries[] = {"operation=GetCACaps", "operation=GetCACert"};

	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		struct answer answer =
			world_get(&world, &(struct ask){.path = CORP, .client = &device}, queries[i]);

		cr_expect_eq(answer.http_status, 200, "%s", queries[i]);
		cr_expect_gt(answer.body.size, 0);
		answer_free(&answer);
	}
}

Test(mtls, the_same_request_again_gets_the_same_answer_on_both_routes)
{
	struct ask ask = {.path = CORP, .client = &device};
	CLEANUP(bytes_free) gnutls_datum_t message = ask_message(&ask);
	struct answer first = world_send(&world, &ask, &message);
	struct answer again = world_send(&world, &ask, &message);

	cr_assert_not_null(first.certificate);
	cr_assert_not_null(again.certificate);
	cr_expect(bytes_equal(&first.body, &again.body));
	answer_free(&again);
	become_plain();
	ask = (struct ask){.path = "/scep/corp"};
	again = world_send(&world, &ask, &message);
	cr_expect(bytes_equal(&first.body, &again.body), "a profile is one, however it is reached");
	answer_free(&again);
	answer_free(&first);
	cr_expect_eq(world_certificates(&world), 1);
}

/* --- certificates of our own --- */

static void trust_our_own(void)
{
	world_set_client_ca(&world, 0, fixture_ca());
	world_reload(&world);
}

/* A certificate that corp has issued, with its DER, to present. */
static struct fixture own(void)
{
	struct fixture made = enrol(&(struct ask){.path = CORP, .client = &device, .transaction_id = "first"},
				    "with the bootstrap certificate");

	cr_assert_eq(gnutls_x509_crt_export2(made.certificate, GNUTLS_X509_FMT_DER, &made.der), 0);
	return made;
}

static void free_own(struct fixture *made)
{
	gnutls_x509_crt_deinit(made->certificate);
	bytes_free(&made->der);
}

Test(mtls, a_device_renews_with_what_it_got)
{
	struct fixture mine = own();

	trust_our_own();
	expect_closed(&(struct ask){.path = CORP, .client = &device}, 401, "client_untrusted",
		      "the bootstrap certificate is not of this bundle");
	expect_enrolled(&(struct ask){.path = CORP,
				      .client = &mine,
				      .signer = &mine,
				      .type = PKIMESSAGE_RENEWAL_REQ,
				      .challenge = "",
				      .key = FIXTURE_RSA_OTHER,
				      .transaction_id = "second"},
			"a renewal");
	expect_last("action", "scep_renewalreq", "its row");
	expect_last(CLIENT_ISSUER, "CN=Test CA,O=Test", "its row");
	free_own(&mine);
}

Test(mtls, what_we_issued_must_be_recorded_and_not_revoked)
{
	struct fixture mine = own();
	struct fixture forged = fixture_make(&(struct fixture_options){
		.key = FIXTURE_EC_CLIENT, .issuer = fixture_ca(), .serial = "0815"});

	trust_our_own();
	expect_closed(&(struct ask){.path = CORP, .client = &forged}, 401, "client_unknown",
		      "signed with our key, and nobody has recorded it");
	(void)world_count(&world, "UPDATE certificates SET revoked_at = not_before");
	expect_closed(&(struct ask){.path = CORP, .client = &mine}, 401, "client_revoked", "revoked");
	(void)world_count(&world, "UPDATE certificates SET revoked_at = NULL, der = 'another'");
	expect_closed(&(struct ask){.path = CORP, .client = &mine}, 401, "client_unknown",
		      "another certificate has its serial number");
	fixture_free(&forged);
	free_own(&mine);
}

/* --- the settings --- */

/* Another certificate of Maker A, for the subject SUBJECT. */
static struct fixture make_other(const char *subject)
{
	return fixture_make(&(struct fixture_options){
		.key = FIXTURE_EC_CLIENT, .subject = subject, .issuer = &maker_a, .serial = "02"});
}

static void bind_subject(void)
{
	world.profiles[0].mtls_subject_match = true;
	world_reload(&world);
}

Test(mtls, a_device_asks_for_its_own_subject_only)
{
	struct fixture other = make_other("CN=other");
	struct fixture longer = make_other("CN=device,OU=more");

	bind_subject();
	world_expect_refused(&world, &(struct ask){.path = CORP, .client = &other}, PKIMESSAGE_BAD_REQUEST,
			     "client_subject", "another's subject");
	expect_last(CLIENT_SUBJECT, "CN=other", "whose certificate it is");
	world_expect_refused(&world, &(struct ask){.path = CORP, .client = &longer}, PKIMESSAGE_BAD_REQUEST,
			     "client_subject", "a subject that is longer");
	world_expect_refused(&world, &(struct ask){.path = CORP, .client = &other, .challenge = "wrong"},
			     PKIMESSAGE_BAD_REQUEST, "client_subject", "whatever its challenge is");
	expect_enrolled(&(struct ask){.path = CORP, .client = &device}, "its own");
	expect_enrolled(&(struct ask){.path = PRINTERS, .client = &stranger, .subject = "CN=any"},
			"a profile that does not bind them");
	fixture_free(&other);
	fixture_free(&longer);
}

Test(mtls, names_are_compared_as_rfc_5280_says)
{
	struct fixture upper = make_other("CN=DEVICE");

	bind_subject();
	expect_enrolled(&(struct ask){.path = CORP, .client = &upper}, "case does not matter");
	fixture_free(&upper);
}

Test(mtls, an_empty_subject_binds_nobody)
{
	struct fixture nameless = make_other("");
	CLEANUP(bytes_free)
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, NULL, WORLD_CHALLENGE, "another.example");
	const struct ask ask = {.path = CORP, .client = &nameless, .csr = &csr};

	bind_subject();
	world_expect_refused(&world, &ask, PKIMESSAGE_BAD_REQUEST, "client_subject",
			     "what all devices without a name have");
	world.profiles[0].mtls_subject_match = false;
	world_reload(&world);
	expect_enrolled(&ask, "which is no fault where subjects are not bound");
	fixture_free(&nameless);
}

Test(mtls, the_subject_binds_raw_requests_too)
{
	struct fixture other = make_other("CN=other");
	CLEANUP(bytes_free)
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", WORLD_CHALLENGE, NULL);
	struct answer answer;

	bind_subject();
	answer = world_post(&world, &(struct ask){.path = CORP, .client = &other}, &csr);
	cr_expect_eq(answer.http_status, 403);
	expect_last("reason", "client_subject", "a bare request");
	answer_free(&answer);
	answer = world_post(&world, &(struct ask){.path = CORP, .client = &device}, &csr);
	cr_expect_eq(answer.http_status, 200, "its own");
	answer_free(&answer);
	fixture_free(&other);
}

Test(mtls, the_subject_binds_renewals_too)
{
	struct fixture mine = own();
	struct fixture other = make_other("CN=other");
	struct ask ask = {.path = CORP,
			  .signer = &mine,
			  .type = PKIMESSAGE_RENEWAL_REQ,
			  .key = FIXTURE_RSA_OTHER,
			  .transaction_id = "second"};

	bind_subject();
	ask.client = &other;
	world_expect_refused(&world, &ask, PKIMESSAGE_BAD_REQUEST, "client_subject",
			     "a renewal over another's connection");
	ask.client = &device;
	expect_enrolled(&ask, "over its own");
	fixture_free(&other);
	free_own(&mine);
}

static struct answer poll_as(const struct fixture *client)
{
	CLEANUP(bytes_free)
	gnutls_datum_t inside =
		world_reference(fixture_ca()->certificate, NULL, fixture_client()->certificate);
	const struct ask ask = {.path = CORP, .client = client, .type = PKIMESSAGE_CERT_POLL, .csr = &inside};

	return world_ask(&world, &ask);
}

static void expect_poll(const struct fixture *client, int status, const char *reason, const char *why)
{
	struct answer answer = poll_as(client);

	cr_expect_eq(answer.status, status, "%s", why);
	expect_last("reason", reason, why);
	answer_free(&answer);
}

static void approve(void)
{
	static const struct enrol_operator who = {"operator", NULL};
	CLEANUP(store_request_free) struct store_request waiting = {0};

	cr_assert_eq(store_request_next(world.store, 0, true, &waiting), ERR_OK);
	cr_assert_not_null(waiting.client_certificate);
	cr_expect_not_null(strstr(waiting.client_certificate, "\"subject\":\"CN=device\""),
			   "the operator sees who asks");
	cr_assert_eq(enrol_operator_decide(world.store, &waiting, true, &who), ERR_OK);
}

Test(mtls, polls_come_by_the_same_door_and_are_bound_too)
{
	struct fixture other = make_other("CN=other");
	struct answer answer;

	world.profiles[0].approval = true;
	bind_subject();
	answer = world_ask(&world, &(struct ask){.path = CORP, .client = &device});
	cr_assert_eq(answer.status, PKIMESSAGE_PENDING);
	expect_last(CLIENT_SUBJECT, "CN=device", "the row of a request that waits");
	answer_free(&answer);
	approve();
	answer = poll_as(NULL);
	cr_expect_eq(answer.http_status, 401, "without a certificate");
	answer_free(&answer);
	expect_poll(&other, PKIMESSAGE_FAILURE, "client_subject", "another device");
	expect_poll(&device, PKIMESSAGE_SUCCESS, "success", "the device");
	(void)world_count(&world, "DELETE FROM requests");
	expect_poll(&other, PKIMESSAGE_FAILURE, "client_subject", "another one for what was issued before");
	expect_poll(&device, PKIMESSAGE_SUCCESS, "success", "the device once more");
	fixture_free(&other);
}

Test(mtls, a_profile_for_mtls_alone_is_closed_at_scep)
{
	world.profiles[0].mtls_only = true;
	become_plain();
	expect_closed(&(struct ask){.path = "/scep/corp"}, 403, "mtls_only", "the plain route");
	expect_closed(&(struct ask){.path = "/scep/corp", .client = &device}, 403, "mtls_only",
		      "with a certificate as well");
	expect_closed(&(struct ask){.path = "/scep/corp", .outcome = CLIENT_FIELD_TWICE}, 400,
		      "client_field_twice", "a field that came twice");
	expect_enrolled(&(struct ask){.path = "/scep/printers"}, "the other profile is open");
	world.kind = SCEP_MTLS;
	world_reload(&world);
	expect_enrolled(&(struct ask){.path = CORP, .client = &device}, "at /scep-mtls");
}

Test(mtls, plain_http_is_refused_before_anybody_looks_at_a_certificate)
{
	struct answer answer =
		world_ask(&world, &(struct ask){.path = CORP, .client = &device, .http = true});

	cr_expect_eq(answer.http_status, 403);
	expect_last("reason", "not_https", "no HTTPS");
	answer_free(&answer);
}

static struct {
	char text[512];
	enum err error;
	size_t notes;
} heard;

static void hear(void *context, const struct scep_preflight *seen)
{
	(void)context;
	if (strstr(seen->check, "client") == NULL)
		return;
	heard.notes += seen->note;
	if (seen->error == ERR_OK)
		return;
	heard.error = seen->error;
	(void)snprintf(heard.text, sizeof heard.text, "%s %s: %s", seen->profile, seen->check, seen->reason);
}

static void expect_preflight(enum scep_kind kind, enum err error, const char *says, size_t notes,
			     const char *why)
{
	struct scep_service *service = NULL;

	memset(&heard, 0, sizeof heard);
	cr_expect_eq(scep_service_load(&world.config, kind, hear, NULL, &service), error, "%s", why);
	cr_expect_eq(heard.error, error, "%s", why);
	cr_expect(strstr(heard.text, says) != NULL, "%s: %s", why, heard.text);
	cr_expect_eq(heard.notes, notes, "%s: %zu notes", why, heard.notes);
	cr_expect_eq(service != NULL, error == ERR_OK, "%s", why);
	scep_service_free(&service);
}

Test(mtls, bundles_are_looked_at_before_anybody_is_served)
{
	struct fixture past = fixture_make(&(struct fixture_options){
		.key = FIXTURE_EC_CA, .subject = "CN=Past", .ca = true, .not_after = FIXTURE_NOW - DAY});
	struct fixture soon = fixture_make(&(struct fixture_options){
		.key = FIXTURE_EC_CA, .subject = "CN=Soon", .ca = true, .not_after = FIXTURE_NOW + DAY});
	char *there = world.profiles[0].mtls_bundle_path;

	expect_preflight(SCEP_MTLS, ERR_OK, "", 0, "good bundles");
	world.profiles[0].mtls_bundle_path = (char[]){"/nonexistent/bundle.pem"};
	expect_preflight(SCEP_MTLS, ERR_NOT_FOUND,
			 "corp client CA bundle: /nonexistent/bundle.pem cannot be opened: No such file or "
			 "directory (_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH)",
			 0, "a file that is not there");
	expect_preflight(SCEP_PLAIN, ERR_OK, "", 0, "which /scep does not need");
	world.profiles[0].mtls_enabled = false;
	expect_preflight(SCEP_MTLS, ERR_OK, "", 0, "nor does a profile without mTLS");
	world.profiles[0].mtls_bundle_path = there;
	world_set_client_ca(&world, 0, &past);
	expect_preflight(SCEP_MTLS, ERR_EXPIRED, "CN=Past", 0, "an expired CA, by name");
	world_set_client_ca(&world, 0, &soon);
	expect_preflight(SCEP_MTLS, ERR_OK, "", 1, "one that ends soon");
	fixture_free(&past);
	fixture_free(&soon);
}
