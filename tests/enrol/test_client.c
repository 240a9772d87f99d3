/* SPDX-License-Identifier: BSD-2-Clause */
/* From what a web server tells of a client certificate to who is let in. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/cleanup.h"
#include "enrol/desk.h"
#include "enrol/enrol.h"
#include "lib/files.h"

static struct desk desk;
static gnutls_datum_t issuers[2];
static struct enrol_gate gate;
static struct enrol_client client;
static char detail[PKI_REASON_SIZE];

/* The bundle: our own CA, and another one. */
static void open_gate(void)
{
	struct buffer text = {0};
	CLEANUP(bytes_free) gnutls_datum_t content = {NULL, 0};
	const struct fixture *cas[] = {fixture_ca(), fixture_ec_ca()};

	desk_open(&desk);
	for (size_t i = 0; i < 2; i++) {
		CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};

		cr_assert_eq(gnutls_x509_crt_export2(cas[i]->certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
		buffer_append(&text, pem.data, pem.size);
	}
	cr_assert(buffer_take(&text, &content));
	cr_assert_eq(
		pki_bundle_load(test_write("bundle.pem", &content, 0644), FIXTURE_NOW, &gate.bundle, detail),
		ERR_OK, "%s", detail);
	issuers[0] = BYTES_LITERAL("\x30\x00");
	issuers[1] = desk.issuer->subject;
	gate.issuers = issuers;
	gate.issuer_count = sizeof issuers / sizeof *issuers;
}

static void close_gate(void)
{
	enrol_client_free(&client);
	pki_bundle_free(&gate.bundle);
	desk_close(&desk);
}

TestSuite(client, .init = open_gate, .fini = close_gate);

static enum enrol_reason check(struct client_certificate given)
{
	enrol_client_free(&client);
	return enrol_client_check(desk.store, &gate, &given, &client, detail);
}

static enum enrol_reason check_given(const gnutls_datum_t *der)
{
	return check((struct client_certificate){.outcome = CLIENT_GIVEN, .leaf = *der});
}

static struct fixture make(const struct fixture *issuer, const char *subject)
{
	return fixture_make(&(struct fixture_options){
		.key = FIXTURE_EC_CLIENT, .subject = subject, .issuer = issuer, .serial = "00c0ffee"});
}

Test(client, nothing_but_what_is_given_is_let_in)
{
	struct fixture made = make(fixture_ec_ca(), "CN=device");

	cr_expect_eq(enrol_client_reason((enum client_outcome)CLIENT_OUTCOME_COUNT), ENROL_INTERNAL);
	cr_expect_eq(enrol_client_reason((enum client_outcome) - 1), ENROL_INTERNAL);
	cr_expect_eq(enrol_client_reason(CLIENT_GIVEN), ENROL_SUCCESS);
	for (int i = 0; i < CLIENT_OUTCOME_COUNT; i++) {
		enum client_outcome outcome = (enum client_outcome)i;
		const struct enrol_meaning *meaning = enrol_meaning(enrol_client_reason(outcome));

		if (outcome == CLIENT_GIVEN)
			continue;
		cr_expect_str_eq(meaning->label, client_outcome_label(outcome), "one name everywhere");
		cr_expect_eq(meaning->http_status, outcome == CLIENT_FIELD_TWICE ? 400 : 401, "%s",
			     meaning->label);
		cr_expect_eq(check((struct client_certificate){.outcome = outcome, .leaf = made.der}),
			     enrol_client_reason(outcome), "%s, though there is a good one", meaning->label);
		cr_expect_null(client.certificate, "%s", meaning->label);
	}
	fixture_free(&made);
}

/* Logs and audit rows have both kinds of words. */
Test(client, what_is_no_outcome_has_the_name_of_no_reason)
{
	const char *label = client_outcome_label(CLIENT_OUTCOME_COUNT);

	for (int reason = 0; reason < ENROL_REASON_COUNT; reason++)
		cr_expect_str_neq(label, enrol_meaning((enum enrol_reason)reason)->label);
}

Test(client, a_gate_without_a_bundle_lets_nobody_in)
{
	struct fixture made = make(fixture_ec_ca(), "CN=device");
	const struct enrol_gate none = {.bundle = NULL};
	const struct client_certificate given = {.outcome = CLIENT_GIVEN, .leaf = made.der};

	cr_expect_eq(enrol_client_check(desk.store, &none, &given, &client, detail), ENROL_INTERNAL);
	fixture_free(&made);
}

Test(client, who_it_is)
{
	struct fixture made = make(fixture_ec_ca(), "CN=device,O=Größe");

	cr_assert_eq(check_given(&made.der), ENROL_SUCCESS, "%s", detail);
	cr_expect_not_null(client.certificate);
	cr_expect_str_eq(client.subject_text, "CN=device,O=Größe");
	cr_expect_str_eq(client.issuer_text, "CN=Test EC CA,O=Test");
	cr_expect_str_eq(client.serial, "00c0ffee");
	cr_expect_gt(client.subject.size, 2);
	fixture_free(&made);
}

static gnutls_datum_t der_of(gnutls_x509_crt_t certificate)
{
	gnutls_datum_t der = {NULL, 0};

	cr_assert_eq(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &der), 0);
	return der;
}

Test(client, what_carries_the_name_of_an_issuer_of_ours_must_be_in_the_record)
{
	struct fixture mine = desk_enrolled(&desk, &(struct plea){0});
	struct fixture forged = make(fixture_ca(), "CN=device");
	struct fixture other = make(fixture_ec_ca(), "CN=device");
	CLEANUP(bytes_free) gnutls_datum_t der = der_of(mine.certificate);

	cr_expect_eq(check_given(&forged.der), ENROL_CLIENT_UNKNOWN, "never recorded");
	cr_expect_not_null(client.certificate, "but known");
	cr_expect_eq(check_given(&other.der), ENROL_SUCCESS, "another CA's need not be");
	cr_expect_eq(check_given(&der), ENROL_SUCCESS, "recorded");
	fixture_free(&other);
	fixture_free(&forged);
	x509_crt_free(&mine.certificate);
}

/* The bundle may go on trusting a CA that is configured no more, or under another name. */
Test(client, what_we_revoked_stays_revoked_whatever_our_issuers_are_called_now)
{
	static const struct {
		const char *sql;
		size_t issuers;
		const char *why;
	} cases[] = {
		{"SELECT 1", 2, "its issuer is configured"},
		{"SELECT 1", 1, "its issuer has another name now"},
		{"SELECT 1", 0, "there is no issuer any more"},
		{"UPDATE certificates SET issuer_id = 'iss-gone'", 2, "recorded under another issuer"},
	};
	struct fixture mine = desk_enrolled(&desk, &(struct plea){0});
	CLEANUP(bytes_free) gnutls_datum_t der = der_of(mine.certificate);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gate.issuer_count = cases[i].issuers;
		(void)desk_sql(&desk, cases[i].sql);
		(void)desk_sql(&desk, "UPDATE certificates SET revoked_at = NULL");
		cr_expect_eq(check_given(&der), ENROL_SUCCESS, "before, and %s", cases[i].why);
		(void)desk_sql(&desk, "UPDATE certificates SET revoked_at = not_before");
		cr_expect_eq(check_given(&der), ENROL_CLIENT_REVOKED, "%s", cases[i].why);
	}
	x509_crt_free(&mine.certificate);
}

Test(client, a_database_that_does_not_answer_lets_nobody_in)
{
	struct fixture mine = desk_enrolled(&desk, &(struct plea){0});
	struct fixture other = make(fixture_ec_ca(), "CN=device");
	CLEANUP(bytes_free) gnutls_datum_t der = der_of(mine.certificate);

	(void)desk_sql(&desk, "DROP TABLE certificates");
	cr_expect_eq(check_given(&der), ENROL_UNAVAILABLE);
	cr_expect_eq(check_given(&other.der), ENROL_UNAVAILABLE, "ours or not, only the record knows");
	fixture_free(&other);
	x509_crt_free(&mine.certificate);
}

/* Each verdict of the bundle has its reason; test_bundle has every case. */
Test(client, what_does_not_verify)
{
	static const struct {
		struct fixture_options options;
		enum enrol_reason reason;
	} cases[] = {
		{{.subject = "CN=self"}, ENROL_CLIENT_UNTRUSTED},
		{{.not_after = FIXTURE_NOW - 1}, ENROL_CLIENT_EXPIRED},
		{{.not_before = FIXTURE_NOW + 1}, ENROL_CLIENT_NOT_YET},
		{{.eku = GNUTLS_KP_TLS_WWW_SERVER}, ENROL_CLIENT_PURPOSE},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture_options options = cases[i].options;
		struct fixture made;

		options.key = FIXTURE_EC_CLIENT;
		options.issuer = cases[i].reason == ENROL_CLIENT_UNTRUSTED ? NULL : fixture_ec_ca();
		made = fixture_make(&options);
		cr_expect_eq(check_given(&made.der), cases[i].reason, "case %zu: %s", i, detail);
		cr_expect_str_neq(detail, "", "case %zu", i);
		cr_expect_not_null(client.certificate, "case %zu: it is known all the same", i);
		fixture_free(&made);
	}
	cr_expect_eq(check_given(&BYTES_LITERAL("\x30\x00")), ENROL_CLIENT_SYNTAX);
	cr_expect_null(client.certificate);
}
