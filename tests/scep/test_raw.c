/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that are no pkiMessage: each form of them, and that no message is ever taken for one. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "pkimessage/forge.h"
#include "scep/world.h"

static struct world world;

static void open_world(void)
{
	world_init(&world);
	world.profiles[0].raw_csr = true;
	world_start(&world);
}

static void close_world(void)
{
	world_stop(&world);
}

TestSuite(raw, .init = open_world, .fini = close_world);

enum form { BARE, BASE64, SIGNED, SIGNED_BASE64 };

static gnutls_datum_t as_base64(gnutls_datum_t *bytes)
{
	CLEANUP(text_free) char *text = text_base64_encode(bytes);
	const gnutls_datum_t view = bytes_view_text(text);
	gnutls_datum_t copy;

	cr_assert(bytes_copy(&view, &copy));
	bytes_free(bytes);
	return copy;
}

/* CSR in FORM; a SignedData is signed by SIGNER, which must not matter. */
static gnutls_datum_t in_form(const gnutls_datum_t *csr, enum form form, const struct fixture *signer)
{
	struct forge forge = forge_begin(signer);
	gnutls_datum_t made;

	forge.content = *csr;
	forge_drop(&forge, OID_MESSAGE_TYPE);
	forge_drop(&forge, OID_TRANSACTION_ID);
	forge_digest(&forge);
	made = forge_end(&forge);
	if (form == BARE || form == BASE64) {
		bytes_free(&made);
		cr_assert(bytes_copy(csr, &made));
	}
	return form == BASE64 || form == SIGNED_BASE64 ? as_base64(&made) : made;
}

/* What came of a raw request. */
static void expect_refused(const struct ask *ask, const gnutls_datum_t *body, int status, const char *reason,
			   const char *why)
{
	long rows = world_audit_rows(&world);
	long certificates = world_certificates(&world);
	struct answer answer = world_post(&world, ask, body);
	CLEANUP(text_free) char *recorded = world_last_reason(&world);

	cr_expect_eq(answer.http_status, status, "%s: %d", why, answer.http_status);
	cr_expect_str_eq(answer.content_type, "text/plain; charset=utf-8", "%s", why);
	cr_expect_str_eq(recorded, reason, "%s", why);
	cr_expect_eq(world_audit_rows(&world), rows + 1, "%s", why);
	cr_expect_eq(world_certificates(&world), certificates, "%s", why);
	answer_free(&answer);
}

Test(raw, is_refused_in_the_words_of_http)
{
	const struct {
		const char *challenge;
		const char *subject;
		bool broken;
		int status;
		const char *reason;
		const char *why;
	} cases[] = {
		{NULL, "CN=device", false, 403, "challenge_missing", "no challenge"},
		{"wrong", "CN=device", false, 403, "challenge_invalid", "a wrong one"},
		{WORLD_CHALLENGE, NULL, false, 400, "csr_names", "it names nobody"},
		{WORLD_CHALLENGE, "CN=device", true, 400, "csr_signature", "its own signature is broken"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gnutls_datum_t csr =
			fixture_csr(FIXTURE_RSA_CLIENT, cases[i].subject, cases[i].challenge, NULL);

		csr.data[csr.size - 1] ^= cases[i].broken ? 1 : 0;
		expect_refused(&(struct ask){.path = NULL}, &csr, cases[i].status, cases[i].reason,
			       cases[i].why);
		bytes_free(&csr);
	}
}

Test(raw, a_profile_may_refuse_them_all)
{
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", WORLD_CHALLENGE, NULL);
	struct ask ask = {.content_type = "application/pkcs10"};

	world.profiles[0].raw_csr = false;
	world_reload(&world);
	expect_refused(&ask, &csr, 400, "malformed", "switched off");
	world.profiles[0].raw_csr = true;
	world.profiles[0].content_type = CONFIG_STRICT;
	world_reload(&world);
	expect_refused(&ask, &csr, 415, "content_type", "strict about the media type");
	bytes_free(&csr);
}

/* A message that fails a check is what it claims to be: refused as one, by a signed CertRep. */
Test(raw, no_message_that_fails_a_check_becomes_one)
{
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", WORLD_CHALLENGE, NULL);
	const struct ask ask = {.path = NULL};
	struct forge forge = forge_begin(fixture_client());
	gnutls_datum_t message;
	struct answer answer;

	/* A pkiMessage around a bare request: the raw path would issue. */
	forge.content = csr;
	forge_digest(&forge);
	message = forge_end(&forge);
	answer = world_send(&world, &ask, &message);
	cr_expect_eq(answer.status, PKIMESSAGE_FAILURE, "no EnvelopedData");
	answer_free(&answer);
	message.data[message.size - 1] ^= 1;
	answer = world_send(&world, &ask, &message);
	cr_expect_eq(answer.fail_info, PKIMESSAGE_BAD_MESSAGE_CHECK, "its signature is broken");
	cr_expect_eq(world_certificates(&world), 0);
	answer_free(&answer);
	bytes_free(&message);
	bytes_free(&csr);
}

/* Nobody's signature is looked at, so a certificate does not stand in for the challenge. */
Test(raw, never_renews)
{
	struct answer first = world_ask(&world, &(struct ask){.transaction_id = "first"});
	struct fixture old = {.certificate = first.certificate, .key = fixture_key(FIXTURE_RSA_CLIENT)};
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", NULL, NULL);
	gnutls_datum_t body;

	cr_assert_not_null(first.certificate);
	cr_assert_eq(gnutls_x509_crt_export2(first.certificate, GNUTLS_X509_FMT_DER, &old.der), 0);
	body = in_form(&csr, SIGNED, &old);
	expect_refused(&(struct ask){.path = NULL}, &body, 403, "challenge_missing",
		       "signed by a certificate of ours");
	bytes_free(&body);
	bytes_free(&csr);
	bytes_free(&old.der);
	answer_free(&first);
}

static void expect_issued(const struct answer *answer, const char *why)
{
	struct pkimessage_certs *certs = NULL;

	cr_assert_eq(answer->http_status, 200, "%s: %d", why, answer->http_status);
	cr_expect_str_eq(answer->content_type, "application/x-pki-message", "%s", why);
	cr_assert_eq(pkimessage_certs_parse(&answer->body, &certs), PKIMESSAGE_OK, "%s", why);
	cr_expect_eq(pkimessage_certs_count(certs), 2, "%s: the certificate, and the chain", why);
	cr_expect(bytes_equal(pkimessage_certs_get(certs, 1), &fixture_ca()->der), "%s", why);
	pkimessage_certs_free(certs);
}

Test(raw, each_form_is_answered_and_audited_as_such)
{
	static const struct {
		enum form form;
		bool get;
		enum fixture_key key;
		const char *why;
	} cases[] = {
		{BARE, false, FIXTURE_RSA_CLIENT, "PKCS#10 in DER"},
		{BASE64, false, FIXTURE_RSA_OTHER, "in base64"},
		{SIGNED, false, FIXTURE_EC_CLIENT, "in a SignedData; an EC key needs no envelope"},
		{SIGNED_BASE64, false, FIXTURE_RSA_CA, "the same in base64"},
		{BARE, true, FIXTURE_RSA_RA, "by GET"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gnutls_datum_t csr = fixture_csr(cases[i].key, "CN=device", WORLD_CHALLENGE, NULL);
		gnutls_datum_t body = in_form(&csr, cases[i].form, fixture_client());
		const struct ask ask = {.get = cases[i].get};
		struct answer answer = world_post(&world, &ask, &body);
		CLEANUP(text_free) char *row = NULL;

		expect_issued(&answer, cases[i].why);
		row = world_last(&world, "CONCAT(action, ' ', reason, ' ', JSON_VALUE(details, "
					 "'$.deviations[0]'), ' ', LENGTH(JSON_VALUE(details, "
					 "'$.transaction_id')))");
		cr_expect_str_eq(row, "scep_raw_pkcsreq success raw_csr 64", "%s: %s", cases[i].why, row);
		answer_free(&answer);
		bytes_free(&body);
		bytes_free(&csr);
	}
	cr_expect_eq(world_certificates(&world), sizeof cases / sizeof *cases);
}

Test(raw, the_same_request_again_gets_the_same_answer)
{
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", WORLD_CHALLENGE, NULL);
	gnutls_datum_t wrapped = in_form(&csr, SIGNED, fixture_client());
	const struct ask ask = {.path = NULL};
	struct answer first = world_post(&world, &ask, &csr);
	struct answer again = world_post(&world, &ask, &wrapped);

	expect_issued(&first, "at first");
	cr_expect(bytes_equal(&first.body, &again.body), "in another wrapping");
	cr_expect_eq(world_certificates(&world), 1);
	answer_free(&first);
	answer_free(&again);
	bytes_free(&wrapped);
	bytes_free(&csr);
}
