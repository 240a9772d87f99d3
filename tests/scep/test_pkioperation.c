/* SPDX-License-Identifier: BSD-2-Clause */
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

TestSuite(pkioperation, .init = open_world, .fini = close_world);

Test(pkioperation, refusals_are_signed_audited_and_issue_nothing)
{
	const struct {
		struct ask ask;
		int fail_info;
		const char *reason;
		const char *why;
	} cases[] = {
		{{.challenge = ""}, PKIMESSAGE_BAD_REQUEST, "challenge_missing", "no challenge"},
		{{.challenge = "wrong"}, PKIMESSAGE_BAD_REQUEST, "challenge_invalid", "a wrong challenge"},
		{{.challenge = WORLD_CHALLENGE "x"},
		 PKIMESSAGE_BAD_REQUEST,
		 "challenge_invalid",
		 "one that begins right"},
		{{.recipient = fixture_ca()},
		 PKIMESSAGE_BAD_MESSAGE_CHECK,
		 "unreadable",
		 "one wrong recipient is tried"},
		{{.key = FIXTURE_RSA_OTHER},
		 PKIMESSAGE_BAD_MESSAGE_CHECK,
		 "signer_key_mismatch",
		 "another key signed"},
		{{.digest = GNUTLS_DIG_MD5},
		 PKIMESSAGE_BAD_ALG,
		 "algorithm_refused",
		 "MD5 where it is not allowed"},
		{{.cipher = GNUTLS_CIPHER_DES_CBC},
		 PKIMESSAGE_BAD_ALG,
		 "algorithm_refused",
		 "DES where it is not allowed"},
		{{.type = PKIMESSAGE_RENEWAL_REQ},
		 PKIMESSAGE_BAD_MESSAGE_CHECK,
		 "renewal_unknown",
		 "self-signed renewal"},
		{{.type = PKIMESSAGE_GET_CRL}, PKIMESSAGE_BAD_CERT_ID, "no_crl", "a CRL that there is not"},
		{{.type = PKIMESSAGE_UPDATE_REQ},
		 PKIMESSAGE_BAD_REQUEST,
		 "message_type",
		 "UpdateReq (CVE-2026-30836)"},
		{{.type = PKIMESSAGE_CERT_REP},
		 PKIMESSAGE_BAD_REQUEST,
		 "message_type",
		 "a reply sent to the server"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		world_expect_refused(&world, &cases[i].ask, cases[i].fail_info, cases[i].reason,
				     cases[i].why);
}

/* The signature holds, so it is not what is wrong. */
Test(pkioperation, what_is_signed_must_be_an_envelope)
{
	CLEANUP(bytes_free) gnutls_datum_t certs = {NULL, 0};
	const gnutls_datum_t text = bytes_view_text("hello");

	cr_assert_eq(pkimessage_build_certs_only(&fixture_ca()->der, 1, &certs), PKIMESSAGE_OK);
	world_expect_refused(&world, &(struct ask){.content = &text}, PKIMESSAGE_BAD_REQUEST, "malformed",
			     "text");
	world_expect_refused(&world, &(struct ask){.content = &certs}, PKIMESSAGE_BAD_REQUEST, "malformed",
			     "SignedData");
}

Test(pkioperation, only_the_message_types_served_are_served)
{
	for (int type = 0; type <= 255; type++) {
		struct ask ask = {.type = type == 0 ? ASK_TYPE_0 : type, .challenge = "wrong"};
		struct answer answer = world_ask(&world, &ask);

		cr_expect_eq(answer.status, PKIMESSAGE_FAILURE, "messageType %d", type);
		answer_free(&answer);
	}
	cr_expect_eq(world_certificates(&world), 0);
	cr_expect_eq(world_count(&world, "SELECT COUNT(*) FROM audit_events WHERE reason = 'message_type'"),
		     256 - 5);
}

Test(pkioperation, what_is_no_message_gets_an_http_error)
{
	static const struct {
		const char *body;
		int status;
		const char *why;
	} cases[] = {
		{"", 400, "nothing"},
		{"hello", 400, "text"},
		{"\x30\x80", 400, "an indefinite length and no more"},
		{"MIIB", 400, "base64 in a POST body"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gnutls_datum_t body = bytes_view_text(cases[i].body);
		struct ask ask = {0};
		long rows = world_audit_rows(&world);
		struct answer answer = world_send(&world, &ask, &body);

		cr_expect_eq(answer.http_status, cases[i].status, "%s", cases[i].why);
		cr_expect_eq(world_audit_rows(&world), rows + 1, "%s", cases[i].why);
		answer_free(&answer);
	}
}

Test(pkioperation, truncation_at_every_length_is_refused)
{
	struct ask ask = {0};
	CLEANUP(bytes_free) gnutls_datum_t message = ask_message(&ask);

	for (unsigned size = 0; size < message.size; size += size < 64 ? 1 : 37) {
		gnutls_datum_t cut = {message.data, size};
		struct answer answer = world_send(&world, &ask, &cut);

		cr_expect_eq(answer.http_status, 400, "%u bytes", size);
		answer_free(&answer);
	}
	cr_expect_eq(world_certificates(&world), 0);
}

static bool issued_by_ca(gnutls_x509_crt_t certificate)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t ca = NULL;
	unsigned result = 0;

	/* GnuTLS compares names as read, so the CA's certificate is read anew. */
	return gnutls_x509_crt_init(&ca) == 0 &&
	       gnutls_x509_crt_import(ca, &fixture_ca()->der, GNUTLS_X509_FMT_DER) == 0 &&
	       gnutls_x509_crt_verify(certificate, &ca, 1, GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &result) == 0 &&
	       result == 0;
}

Test(pkioperation, a_device_enrols)
{
	const struct {
		struct ask ask;
		const char *why;
	} cases[] = {
		{{.transaction_id = "a"}, "POST, AES-128, SHA-256"},
		{{.transaction_id = "b", .get = true}, "GET (certmonger, IOS)"},
		{{.transaction_id = "c", .cipher = GNUTLS_CIPHER_AES_256_CBC, .digest = GNUTLS_DIG_SHA512},
		 "AES-256, SHA-512"},
		{{.transaction_id = "d", .cipher = GNUTLS_CIPHER_3DES_CBC, .digest = GNUTLS_DIG_SHA1},
		 "3DES, SHA-1"},
		{{.transaction_id = "e", .dns = "printer.example"}, "with a SAN"},
		{{.transaction_id = "g", .transport = PKIMESSAGE_RSA_OAEP_SHA1}, "OAEP (Windows)"},
		{{.transaction_id = "i",
		  .signer = fixture_ec_client(),
		  .key = FIXTURE_EC_CLIENT,
		  .subject = "CN=device-ec"},
		 "an EC key, to which the reply comes under the challenge"},
		{{.transaction_id = "h", .transport = PKIMESSAGE_RSA_OAEP_SHA256}, "OAEP with SHA-256"},
		{{.transaction_id = "f",
		  .path = "/scep/printers/pkiclient.exe",
		  .http = true,
		  .cipher = GNUTLS_CIPHER_DES_CBC,
		  .digest = GNUTLS_DIG_MD5},
		 "an old printer: HTTP, DES, MD5"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer answer = world_ask(&world, &cases[i].ask);
		CLEANUP(text_free) char *reason = world_last_reason(&world);

		cr_expect_str_eq(reason, "success", "%s", cases[i].why);
		cr_assert_not_null(answer.certificate, "%s", cases[i].why);
		cr_expect(issued_by_ca(answer.certificate), "%s", cases[i].why);
		cr_expect_eq(answer.certificate_count, 1, "leaf only (field.md W44)");
		cr_expect_eq(answer.transport,
			     cases[i].ask.signer != NULL ? PKIMESSAGE_PASSWORD : cases[i].ask.transport, "%s",
			     cases[i].why);
		cr_expect_eq(answer.cipher,
			     cases[i].ask.cipher == 0 ? GNUTLS_CIPHER_AES_128_CBC : cases[i].ask.cipher, "%s",
			     cases[i].why);
		answer_free(&answer);
	}
	cr_expect_eq(world_certificates(&world), sizeof cases / sizeof *cases);
	cr_expect_eq(world_audit_rows(&world), sizeof cases / sizeof *cases);
}

Test(pkioperation, a_profile_may_enclose_the_ca)
{
	struct answer answer;

	world.profiles[0].certrep_ca = true;
	world_reload(&world);
	answer = world_ask(&world, &(struct ask){.challenge = NULL});
	cr_assert_not_null(answer.certificate);
	cr_expect(issued_by_ca(answer.certificate), "the leaf first");
	cr_expect_eq(answer.certificate_count, 2);
	answer_free(&answer);
}

static size_t repeats_logged;

static void count_repeats(const char *line)
{
	repeats_logged += strstr(line, "request repeated") != NULL ? 1 : 0;
}

Test(pkioperation, the_same_message_again_gets_the_same_answer)
{
	struct ask ask = {0};
	CLEANUP(bytes_free) gnutls_datum_t message = ask_message(&ask);
	struct answer first = world_send(&world, &ask, &message);
	struct answer again;

	log_capture(count_repeats);
	again = world_send(&world, &ask, &message);
	log_capture(NULL);
	cr_expect_eq(repeats_logged, 1, "an answer that has no audit row of its own has its line");
	cr_assert_not_null(first.certificate);
	cr_expect(bytes_equal(&first.body, &again.body));
	cr_expect_eq(world_certificates(&world), 1);
	answer_free(&first);
	answer_free(&again);
}

/* Nothing protects the signer's own certificate but its key: whoever caught a request on its way must not get
 * another certificate issued for every byte of it that he can change. */
Test(pkioperation, the_same_request_in_another_wrapping_gets_the_same_answer)
{
	const gnutls_datum_t *signer = &fixture_client()->der;
	struct ask ask = {0};
	CLEANUP(bytes_free) gnutls_datum_t message = ask_message(&ask);
	unsigned char *enclosed = memmem(message.data, message.size, signer->data, signer->size);
	struct answer first = world_send(&world, &ask, &message);
	struct answer again;

	cr_assert_not_null(enclosed);
	enclosed[signer->size - 1] ^= 1;
	again = world_send(&world, &ask, &message);
	cr_assert_not_null(first.certificate);
	cr_expect(bytes_equal(&first.body, &again.body));
	cr_expect_eq(world_certificates(&world), 1);
	answer_free(&first);
	answer_free(&again);
}

Test(pkioperation, another_nonce_is_the_request_made_anew_another_transaction_is_another)
{
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", WORLD_CHALLENGE, NULL);
	const gnutls_x509_crt_t *ra = &fixture_ra()->certificate;
	gnutls_datum_t envelope;
	static const struct {
		const char *transaction;
		long certificates;
	} messages[] = {{"a", 1}, {"a", 1}, {"b", 2}};

	cr_assert_eq(pkimessage_build_envelope(
			     &csr, ra, 1,
			     &(struct pkimessage_encryption){.cipher = GNUTLS_CIPHER_AES_128_CBC}, &envelope),
		     0);
	for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
		struct answer answer =
			world_ask(&world, &(struct ask){.content = &envelope,
							.transaction_id = messages[i].transaction});

		cr_expect_not_null(answer.certificate);
		cr_expect_eq(world_certificates(&world), messages[i].certificates);
		answer_free(&answer);
	}
	bytes_free(&envelope);
	bytes_free(&csr);
}

Test(pkioperation, the_same_message_at_another_profile_is_another_request)
{
	struct ask ask = {0};
	struct ask elsewhere = {.path = "/scep/printers"};
	CLEANUP(bytes_free) gnutls_datum_t message = ask_message(&ask);
	struct answer first = world_send(&world, &ask, &message);
	struct answer second = world_send(&world, &elsewhere, &message);

	cr_expect_not(bytes_equal(&first.body, &second.body));
	cr_expect_eq(world_certificates(&world), 2);
	answer_free(&first);
	answer_free(&second);
}

Test(pkioperation, plain_http_is_a_profiles_own_decision)
{
	struct ask ask = {.http = true};
	struct answer answer = world_ask(&world, &ask);

	cr_expect_eq(answer.http_status, 403);
	cr_expect_eq(world_certificates(&world), 0);
	answer_free(&answer);
}

Test(pkioperation, a_policy_that_cannot_be_applied_refuses)
{
	static const struct {
		const char *sql;
		const char *reason;
		int fail_info;
		const char *why;
	} cases[] = {
		{"DELETE FROM certificate_profiles", "policy_unreadable", PKIMESSAGE_BAD_REQUEST,
		 "no such profile"},
		{"INSERT INTO certificate_profiles (id, name, enabled) VALUES ('p1', 'one', 0)",
		 "policy_unreadable", PKIMESSAGE_BAD_REQUEST, "a disabled one"},
		{"UPDATE certificate_profiles SET enabled = 1, allowed_ekus = '[\"noSuchUsage\"]'",
		 "policy_unreadable", PKIMESSAGE_BAD_REQUEST, "an unknown EKU"},
		{"UPDATE certificate_profiles SET allowed_ekus = '[\"clientAuth\"]', copied_extensions = "
		 "'[\"2.5.29.19\"]'",
		 "policy_unreadable", PKIMESSAGE_BAD_REQUEST, "basicConstraints to be copied"},
		{"UPDATE certificate_profiles SET copied_extensions = '[]', required_san_patterns = "
		 "'[\"*.example\"]'",
		 "policy_unreadable", PKIMESSAGE_BAD_REQUEST, "a limit on names that nothing applies"},
		{"UPDATE certificate_profiles SET required_san_patterns = '[]', "
		 "allowed_key_algorithms = '[{\"algorithm\":\"RSA\",\"min_size\":4096}]'",
		 "csr_key", PKIMESSAGE_BAD_ALG, "a key shorter than allowed"},
	};
	struct ask ask = {0};

	world.profiles[0].profile_id = strdup("p1");
	scep_service_free(&world.service);
	cr_assert_eq(scep_service_load(&world.config, SCEP_PLAIN, NULL, NULL, &world.service), ERR_OK);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		(void)world_count(&world, cases[i].sql);
		world_expect_refused(&world, &ask, cases[i].fail_info, cases[i].reason, cases[i].why);
	}
}

/* What the client is told about a request whose bytes are CSR. */
static int told_about(const gnutls_datum_t *csr)
{
	struct answer answer = world_ask(&world, &(struct ask){.csr = csr});
	int fail_info = answer.fail_info;

	cr_expect_eq(answer.status, PKIMESSAGE_FAILURE);
	answer_free(&answer);
	return fail_info;
}

/* Whoever changes an intercepted request under its encryption learns nothing from how it is refused
 * (CWE-203). */
Test(pkioperation, a_request_that_proves_nothing_is_refused_one_way)
{
	gnutls_datum_t csr = fixture_csr(FIXTURE_RSA_CLIENT, "CN=device", WORLD_CHALLENGE, "device.test");
	gnutls_datum_t large = {calloc(1, LIMIT_CSR + 1), LIMIT_CSR + 1};

	for (unsigned i = 0; i < csr.size; i += 7) {
		csr.data[i] ^= 0x11;
		cr_expect_eq(told_about(&csr), PKIMESSAGE_BAD_MESSAGE_CHECK, "byte %u", i);
		csr.data[i] ^= 0x11;
	}
	cr_expect_eq(told_about(&large), PKIMESSAGE_BAD_MESSAGE_CHECK, "more than a request may have");
	free(large.data);
	bytes_free(&csr);
}
