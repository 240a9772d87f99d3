/* SPDX-License-Identifier: BSD-2-Clause */
/* The SCEP client against a server that misbehaves in one way at a time. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/stand_in.h"
#include "lib/files.h"
#include "pki/csr.h"

#define URL "http://ca/scep"

static time_t fixed_time(time_t *into)
{
	if (into != NULL)
		*into = FIXTURE_NOW;
	return FIXTURE_NOW;
}

static void prepare(void)
{
	clock_fix(FIXTURE_NOW);
	gnutls_global_set_time_function(fixed_time);
	stand_in = (struct stand_in){.capabilities = "AES\nSHA-256\nPOSTPKIOperation\n"};
}
TestSuite(client, .init = prepare);

/* Enrols the fixture's client; *ISSUED is freed by the caller. */
static int enroll(const struct client_transaction *how, struct client_issued *issued)
{
	struct client_options options = {.ca_fingerprint = NULL};
	struct client_transaction transaction = *how;
	CLEANUP(client_ca_free) struct client_ca ca = {.count = 0};
	CLEANUP(bytes_wipe) gnutls_datum_t csr = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t spki = {NULL, 0};
	CLEANUP(client_names_free) struct client_names names = {{NULL, 0}, {NULL, 0}};
	gnutls_datum_t challenge = BYTES_LITERAL("secret");
	gnutls_privkey_t key = fixture_key(FIXTURE_RSA_CLIENT);

	cr_assert(client_names_from_certificate(fixture_client()->certificate, &names));
	cr_assert(client_csr_build(&names, key, &challenge, GNUTLS_DIG_SHA256, &csr));
	cr_assert(client_public_key(key, &spki));
	cr_assert(client_get_ca(&options, URL, &ca));
	transaction.options = &options;
	transaction.url = URL;
	transaction.ca = &ca;
	transaction.encryption.cipher = GNUTLS_CIPHER_AES_128_CBC;
	transaction.digest = transaction.digest != 0 ? transaction.digest : GNUTLS_DIG_SHA256;
	transaction.signer = (struct pkimessage_identity){fixture_client()->certificate, key};
	transaction.type = PKIMESSAGE_PKCS_REQ;
	transaction.id = (gnutls_datum_t)BYTES_LITERAL("transaction");
	transaction.csr = &csr;
	transaction.names = &names;
	transaction.public_key = &spki;
	return client_run(&transaction, issued);
}

static int enroll_once(const struct client_transaction *how)
{
	struct client_issued issued;
	int status = enroll(how, &issued);

	cr_expect_eq(issued.certificate.size > 0, status == CLI_OK);
	client_issued_free(&issued);
	return status;
}

Test(client, trusts_no_answer_that_is_not_one_to_its_own_message)
{
	static const struct {
		const char *what;
		struct stand_in server;
	} cases[] = {
		{"another senderNonce mirrored", {.wrong_nonce = true}},
		{"another transactionID", {.wrong_transaction = true}},
		{"not a CertRep", {.wrong_type = true}},
		{"signed by somebody whom GetCACert does not name", {.other_signer = true}},
		{"signature that does not verify", {.flip = true}},
		{"SHA-1 in answer to SHA-256", {.digest = GNUTLS_DIG_SHA1}},
		{"a certificate for another key", {.wrong_key = true}},
		{"no certificate but the CA's", {.no_certificate = true}},
		{"not a message", {.garbage = true}},
		{"an HTTP error", {.post_status = 500}},
		{"a refusal", {.fail = true, .fail_info = PKIMESSAGE_BAD_REQUEST, .fail_text = "no"}},
		{"a refusal without failInfo", {.fail = true, .fail_info = PKIMESSAGE_FAIL_ABSENT}},
	};
	struct client_transaction how = {.post = true};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		stand_in = cases[i].server;
		stand_in.capabilities = "";
		cr_expect_eq(enroll_once(&how), CLI_FAILED, "%s", cases[i].what);
		cr_expect_eq(stand_in.posts, 1, "%s: nothing is sent again", cases[i].what);
	}
}

Test(client, gets_a_certificate_by_post_and_by_get)
{
	struct client_transaction how = {.post = true};

	cr_expect_eq(enroll_once(&how), CLI_OK);
	cr_expect_eq(stand_in.posts, 1);
	cr_expect_eq(stand_in.type, PKIMESSAGE_PKCS_REQ);
	cr_expect_eq(stand_in.cipher, GNUTLS_CIPHER_AES_128_CBC);
	cr_expect_str_eq(stand_in.csr_subject, "CN=device");
	cr_expect(stand_in.has_challenge);
	how.post = false;
	cr_expect_eq(enroll_once(&how), CLI_OK);
	cr_expect_eq(stand_in.posts, 1);
}

Test(client, keeps_the_chain_apart_from_the_certificate)
{
	struct client_transaction how = {.post = true};
	struct client_issued issued;

	cr_assert_eq(enroll(&how, &issued), CLI_OK);
	cr_expect_eq(issued.other_count, 1);
	cr_expect(bytes_equal(&issued.others[0], &fixture_ca()->der),
		  "the CA came first, and is no certificate of ours");
	client_issued_free(&issued);
}

Test(client, takes_sha1_from_a_server_that_it_asked_with_sha1)
{
	struct client_transaction how = {.post = true, .digest = GNUTLS_DIG_SHA1};

	stand_in.digest = GNUTLS_DIG_SHA1;
	cr_expect_eq(enroll_once(&how), CLI_OK);
}

Test(client, polls_while_it_is_pending)
{
	struct client_transaction how = {.post = true};

	stand_in.pending = 1;
	cr_expect_eq(enroll_once(&how), CLI_PENDING, "not told to poll");
	cr_expect_eq(stand_in.posts, 1);
	stand_in.pending = 2;
	stand_in.posts = 0;
	how.poll = 5;
	how.max_wait = 60;
	cr_expect_eq(enroll_once(&how), CLI_OK);
	cr_expect_eq(stand_in.posts, 3);
	cr_expect_eq(stand_in.polls, 2, "by CertPoll, not by the request again");
	cr_expect_eq(stand_in.pauses, 2);
	stand_in.pending = 2;
	how.max_wait = 4;
	cr_expect_eq(enroll_once(&how), CLI_PENDING, "the next poll would come after max-wait");
}

Test(client, encrypts_to_the_ra_and_to_the_ca_only_where_there_is_no_ra)
{
	struct client_options options = {.trust = NULL};
	struct client_ca ca;

	cr_assert(client_get_ca(&options, URL, &ca));
	cr_expect_eq(ca.count, 2);
	cr_expect(gnutls_x509_crt_equals(ca.recipient, fixture_ra()->certificate));
	client_ca_free(&ca);
	stand_in.ca_alone = true;
	cr_assert(client_get_ca(&options, URL, &ca));
	cr_expect_eq(ca.count, 1);
	cr_expect(gnutls_x509_crt_equals(ca.recipient, fixture_ca()->certificate));
	client_ca_free(&ca);
	stand_in.get_status = 404;
	cr_expect_not(client_get_ca(&options, URL, &ca));
	client_ca_free(&ca);
}

/* Writes DER as PEM to a file of the test's folder. */
static const char *write_pem(const gnutls_datum_t *der)
{
	static char path[512];
	CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/anchor.pem", test_directory());
	cr_assert_geq(gnutls_pem_base64_encode2("CERTIFICATE", der, &pem), 0);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(pem.data, 1, pem.size, file), pem.size);
	cr_assert_eq(fclose(file), 0);
	return path;
}

static const char *fingerprint(const gnutls_datum_t *der, gnutls_digest_algorithm_t digest)
{
	static char text[TEXT_HEX_SIZE(64)];
	unsigned char value[64];
	gnutls_datum_t bytes = {value, gnutls_hash_get_len(digest)};

	cr_assert_geq(gnutls_hash_fast(digest, der->data, der->size, value), 0);
	text_hex(&bytes, text);
	return text;
}

Test(client, believes_only_what_is_at_or_below_the_anchor)
{
	static const gnutls_digest_algorithm_t digests[] = {GNUTLS_DIG_MD5, GNUTLS_DIG_SHA1,
							    GNUTLS_DIG_SHA256};
	struct client_options options = {.trust = NULL};
	struct client_ca ca;

	options.ca_fingerprint = "00:11";
	cr_expect_not(client_get_ca(&options, URL, &ca), "no digest has two bytes");
	client_ca_free(&ca);
	options.ca_fingerprint = fingerprint(&fixture_ec_ca()->der, GNUTLS_DIG_SHA256);
	cr_expect_not(client_get_ca(&options, URL, &ca), "another CA's");
	client_ca_free(&ca);
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		options.ca_fingerprint = fingerprint(&fixture_ca()->der, digests[i]);
		cr_assert(client_get_ca(&options, URL, &ca));
		cr_expect(client_ca_trusts(&ca, &fixture_ca()->der));
		cr_expect(client_ca_trusts(&ca, &fixture_ra()->der), "issued below it");
		client_ca_free(&ca);
	}
	options.ca_fingerprint = fingerprint(&fixture_ra()->der, GNUTLS_DIG_SHA256);
	cr_assert(client_get_ca(&options, URL, &ca));
	cr_expect(client_ca_trusts(&ca, &fixture_ra()->der));
	cr_expect_not(client_ca_trusts(&ca, &fixture_ca()->der), "the CA is above the RA, not below");
	client_ca_free(&ca);
	options.ca_fingerprint = NULL;
	options.trust = write_pem(&fixture_ec_ca()->der);
	cr_expect_not(client_get_ca(&options, URL, &ca), "another CA's anchor");
	client_ca_free(&ca);
	options.trust = write_pem(&fixture_ca()->der);
	cr_assert(client_get_ca(&options, URL, &ca));
	cr_expect(client_ca_trusts(&ca, &fixture_ra()->der));
	client_ca_free(&ca);
}

Test(client, passes_on_one_line_of_what_a_server_says)
{
	static const struct {
		const char *body, *said;
	} cases[] = {
		{"", ""},
		{"\n", ""},
		{"no such profile", "no such profile"},
		{"over HTTPS only\n", "over HTTPS only"},
		{"over HTTPS only\r\nand more", "over HTTPS only"},
		{"a\033[2Jb\n", "a?[2Jb"},
		{"more than there is room for\n", "more than there ..."},
	};
	char text[20];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_answer answer = {.status = 403};

		answer.body.data = (unsigned char *)(uintptr_t)cases[i].body;
		answer.body.size = (unsigned)strlen(cases[i].body);
		cr_expect_str_eq(client_said(&answer, text, sizeof(text)), cases[i].said);
	}
}

Test(client, reads_capabilities_however_they_are_written)
{
	static const struct {
		const char *text;
		unsigned bits;
	} cases[] = {
		{"", 0},
		{"<html>nothing of the kind</html>", 0},
		{"AESX\nXAES\nSHA-2567", 0},
		{"AES", CLIENT_AES},
		{"aes\r\nsha-256\r\n\r\n", CLIENT_AES | CLIENT_SHA256},
		{"Renewal\nSHA-1\nDES3 SHA-512", CLIENT_RENEWAL | CLIENT_SHA1 | CLIENT_DES3 | CLIENT_SHA512},
		{"SCEPStandard", CLIENT_AES | CLIENT_POST | CLIENT_SHA256},
	};
	struct client_options options = {.trust = NULL};
	CLEANUP(bytes_free) gnutls_datum_t text = {NULL, 0};
	unsigned bits;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		stand_in.capabilities = cases[i].text;
		cr_assert(client_get_capabilities(&options, URL, &bits, &text));
		cr_expect_eq(bits, cases[i].bits, "%s", cases[i].text);
		bytes_free(&text);
	}
	stand_in.get_status = 404;
	cr_expect(client_get_capabilities(&options, URL, &bits, &text), "an old server");
	cr_expect_eq(bits, 0);
	stand_in.get_status = 500;
	cr_expect_not(client_get_capabilities(&options, URL, &bits, &text), "a server in trouble");
}

Test(client, writes_requests_with_every_kind_of_name)
{
	struct client_enroll_options options = {.subject = "CN=printer,O=Example"};
	CLEANUP(client_names_free) struct client_names names = {{NULL, 0}, {NULL, 0}};
	CLEANUP(bytes_wipe) gnutls_datum_t der = {NULL, 0};
	CLEANUP(pki_csr_free) struct pki_csr *csr = NULL;
	gnutls_datum_t challenge = BYTES_LITERAL("caf\xc3\xa9"), none = {NULL, 0};
	gnutls_privkey_t key = fixture_key(FIXTURE_RSA_CLIENT);
	char reason[PKI_REASON_SIZE] = "";

	options.dns = (struct cli_list){{"a.example", "b.example"}, 2};
	options.ip = (struct cli_list){{"192.0.2.1", "2001:db8::1"}, 2};
	options.email = (struct cli_list){{"x@a.example"}, 1};
	options.uri = (struct cli_list){{"urn:a"}, 1};
	cr_assert(client_names_from_options(&options, &names));
	cr_assert(client_csr_build(&names, key, &challenge, GNUTLS_DIG_SHA256, &der));
	cr_assert_eq(pki_csr_parse(&der, 0, &csr, reason), ERR_OK, "%s", reason);
	cr_expect_str_eq(csr->names.subject_text, "CN=printer,O=Example");
	cr_expect_eq(csr->names.san_count, 6);
	cr_expect_str_eq(csr->names.sans[2].text, "IP:192.0.2.1");
	cr_expect(bytes_equal(pkimessage_csr_challenge(csr->message), &challenge));
	pki_csr_free(&csr);
	client_names_free(&names);
	bytes_wipe(&der);

	options.subject = NULL;
	cr_assert(client_names_from_options(&options, &names));
	cr_assert(client_csr_build(&names, key, &none, GNUTLS_DIG_SHA384, &der));
	cr_assert_eq(pki_csr_parse(&der, 0, &csr, reason), ERR_OK, "%s", reason);
	cr_expect_str_empty(csr->names.subject_text);
	cr_expect_eq(pkimessage_csr_challenge(csr->message)->size, 0);
	cr_expect(pkimessage_csr_extension(csr->message, 0)->critical, "names alone must be critical");
}

Test(client, refuses_names_that_do_not_fit)
{
	static const struct {
		const char *what;
		struct client_enroll_options options;
	} cases[] = {
		{"subject that is none", {.subject = "printer"}},
		{"address that is none", {.subject = "CN=x", .ip = {{"192.0.2"}, 1}}},
		{"letters that IA5String has not", {.subject = "CN=x", .dns = {{"caf\xc3\xa9.example"}, 1}}},
		{"a line break", {.subject = "CN=x", .uri = {{"urn:a\nb"}, 1}}},
	};
	struct client_names names;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_not(client_names_from_options(&cases[i].options, &names), "%s", cases[i].what);
		client_names_free(&names);
	}
}
