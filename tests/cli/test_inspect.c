/* SPDX-License-Identifier: BSD-2-Clause */
/* What 'inspect' says about SCEP messages; certificates, requests and plain CMS are in inspect.sh. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "cli/command.h"
#include "lib/files.h"
#include "lib/fixture.h"
#include "pkimessage/pkimessage.h"

#define CHALLENGE "do-not-print-me"

/* How the message is made; zeros make a good PKCSReq. */
struct recipe {
	int type;
	gnutls_digest_algorithm_t digest;
	gnutls_cipher_algorithm_t cipher;
	enum fixture_key csr_key; /* FIXTURE_RSA_CA, 0, stands for the client's */
	const struct fixture *(*signer)(void);
	const struct fixture *(*recipient)(void);
	bool flip;
};

static void write_file(const char *name, const void *data, size_t size)
{
	char path[600];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", test_directory(), name);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(data, 1, size, file), size);
	cr_assert_eq(fclose(file), 0);
}

static void write_ra(void)
{
	gnutls_datum_t pem = {NULL, 0};

	cr_assert_geq(gnutls_pem_base64_encode2("CERTIFICATE", &fixture_ra()->der, &pem), 0);
	write_file("ra.pem", pem.data, pem.size);
	bytes_free(&pem);
}

static void write_message(const struct recipe *recipe)
{
	const struct fixture *signer = recipe->signer != NULL ? recipe->signer() : fixture_client();
	const struct fixture *recipient = recipe->recipient != NULL ? recipe->recipient() : fixture_ra();
	struct pkimessage_signing signing = {
		.signer = {signer->certificate, signer->key},
		.digest = recipe->digest != 0 ? recipe->digest : GNUTLS_DIG_SHA256,
		.enclosed = &signer->certificate,
		.enclosed_count = 1,
	};
	gnutls_datum_t csr = fixture_csr(recipe->csr_key != 0 ? recipe->csr_key : FIXTURE_RSA_CLIENT,
					 "CN=device", CHALLENGE, "device.example");
	struct pkimessage_encryption encryption = {
		.cipher = recipe->cipher != 0 ? recipe->cipher : GNUTLS_CIPHER_AES_128_CBC,
	};
	gnutls_datum_t id = BYTES_LITERAL("t-1"), none = {NULL, 0}, message = {NULL, 0};

	cr_assert_eq(pkimessage_build_request(recipe->type != 0 ? recipe->type : PKIMESSAGE_PKCS_REQ, &csr,
					      &id, &none, recipient->certificate, &encryption, &signing,
					      &message),
		     PKIMESSAGE_OK);
	if (recipe->flip)
		message.data[message.size - 1] ^= 1;
	write_file("message", message.data, message.size);
	bytes_free(&message);
	bytes_free(&csr);
}

static const struct said *inspect(const char *options)
{
	const char *directory = test_directory();

	return command("inspect %s --ra-cert %s/ra.pem --ra-key '%s/tests/keys/rsa-ra.pem' %s/message",
		       options, directory, TEST_BUILD_DIR, directory);
}

Test(inspect, says_the_first_thing_that_is_wrong)
{
	static const struct {
		const char *what, *expected;
		struct recipe recipe;
	} cases[] = {
		{"signature", "REFUSED             signature: the signature does not verify", {.flip = true}},
		{"digest", "REFUSED             signature: an algorithm", {.digest = GNUTLS_DIG_MD5}},
		{"cipher", "REFUSED             envelope: an algorithm", {.cipher = GNUTLS_CIPHER_DES_CBC}},
		{"recipient", "REFUSED ", {.recipient = fixture_ca}},
		{"signer that nobody can encrypt to",
		 "REFUSED             signer: its key is not RSA",
		 {.signer = fixture_ec_client, .csr_key = FIXTURE_EC_CLIENT}},
		{"self-signed by another key",
		 "REFUSED             signer: self-signed, but with another key",
		 {.csr_key = FIXTURE_RSA_OTHER}},
	};

	write_ra();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct said *said;

		write_message(&cases[i].recipe);
		said = inspect("");
		cr_expect_eq(said->status, 1, "%s", cases[i].what);
		cr_expect_not_null(strstr(said->out, cases[i].expected), "%s: %s", cases[i].what, said->out);
		cr_expect_null(strstr(said->out, CHALLENGE), "%s: the challenge is shown", cases[i].what);
	}
}

Test(inspect, shows_a_request_without_its_challenge)
{
	const struct said *said;

	write_ra();
	write_message(&(struct recipe){0});
	said = inspect("");
	cr_expect_eq(said->status, 0, "%s", said->out);
	cr_expect_not_null(strstr(said->out, "messageType         19 (PKCSReq)"), "%s", said->out);
	cr_expect_not_null(strstr(said->out, "transactionID       t-1"), "%s", said->out);
	cr_expect_not_null(strstr(said->out, "cipher              AES-128-CBC"), "%s", said->out);
	cr_expect_not_null(strstr(said->out, "name                DNS:device.example"), "%s", said->out);
	cr_expect_not_null(strstr(said->out, "challengePassword   present, 15 bytes"), "%s", said->out);
	cr_expect_null(strstr(said->out, CHALLENGE), "the challenge is shown");
}

Test(inspect, takes_old_algorithms_that_are_allowed)
{
	write_ra();
	write_message(&(struct recipe){.digest = GNUTLS_DIG_MD5, .cipher = GNUTLS_CIPHER_DES_CBC});
	cr_expect_eq(inspect("--legacy md5,des")->status, 0);
	cr_expect_eq(inspect("--legacy md5")->status, 1);
	cr_expect_eq(inspect("--legacy none")->status, 1);
}

Test(inspect, knows_a_renewal_from_a_stolen_key)
{
	const struct said *said;

	write_ra();
	write_message(&(struct recipe){.type = PKIMESSAGE_RENEWAL_REQ, .signer = fixture_ra});
	said = inspect("");
	cr_expect_eq(said->status, 0, "%s", said->out);
	cr_expect_not_null(strstr(said->out, "a renewal: the signer's certificate must be one"), "%s",
			   said->out);
}

Test(inspect, shows_why_a_server_refused)
{
	const struct fixture *ra = fixture_ra();
	struct pkimessage_attributes attributes = PKIMESSAGE_ATTRIBUTES_INIT;
	struct pkimessage_signing signing = {.signer = {ra->certificate, ra->key},
					     .digest = GNUTLS_DIG_SHA256,
					     .enclosed = &ra->certificate,
					     .enclosed_count = 1};
	gnutls_datum_t message = {NULL, 0};
	const struct said *said;

	attributes.message_type = PKIMESSAGE_CERT_REP;
	attributes.pki_status = PKIMESSAGE_FAILURE;
	attributes.fail_info = PKIMESSAGE_BAD_MESSAGE_CHECK;
	attributes.fail_info_text = "challenge\nmissing";
	attributes.transaction_id = (gnutls_datum_t)BYTES_LITERAL("t-1");
	cr_assert_eq(pkimessage_build(&attributes, NULL, &signing, &message), PKIMESSAGE_OK);
	write_file("message", message.data, message.size);
	bytes_free(&message);
	said = command("inspect %s/message", test_directory());
	cr_expect_eq(said->status, 0, "%s", said->out);
	cr_expect_not_null(strstr(said->out, "failInfo            1 (badMessageCheck)"), "%s", said->out);
	cr_expect_not_null(strstr(said->out, "failInfoText        challenge?missing"), "%s", said->out);
}
