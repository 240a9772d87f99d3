/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "lib/files.h"
#include "lib/fixture.h"
#include "pkimessage/envelope.h"

#define PKCS1 PKIMESSAGE_RSA_PKCS1

static const gnutls_datum_t content = {(unsigned char[]){'c', 'o', 'n', 't', 'e', 'n', 't'}, 7};

static const struct {
	size_t count;
	bool ec_among;
	gnutls_cipher_algorithm_t cipher;
	int transport;
	int expected;
	const char *why;
} cases[] = {
	{0, false, GNUTLS_CIPHER_AES_128_CBC, PKCS1, PKIMESSAGE_E_ARGUMENT, "for nobody"},
	{LIMIT_CMS_RECIPIENTS + 1, false, GNUTLS_CIPHER_AES_128_CBC, PKCS1, PKIMESSAGE_E_LIMIT,
	 "for too many"},
	{1, true, GNUTLS_CIPHER_AES_128_CBC, PKCS1, PKIMESSAGE_E_KEY, "for a key that cannot receive"},
	{3, true, GNUTLS_CIPHER_AES_128_CBC, PKCS1, PKIMESSAGE_E_KEY, "for such a key among others"},
	{1, false, GNUTLS_CIPHER_AES_128_GCM, PKCS1, PKIMESSAGE_E_ALGORITHM,
	 "by a cipher that CMS has elsewhere"},
	{1, false, GNUTLS_CIPHER_UNKNOWN, PKCS1, PKIMESSAGE_E_ALGORITHM, "by none"},
	{1, false, GNUTLS_CIPHER_AES_128_CBC, PKCS1, PKIMESSAGE_OK, "AES-128"},
	{1, false, GNUTLS_CIPHER_AES_192_CBC, PKCS1, PKIMESSAGE_OK, "AES-192"},
	{1, false, GNUTLS_CIPHER_AES_256_CBC, PKCS1, PKIMESSAGE_OK, "AES-256"},
	{1, false, GNUTLS_CIPHER_3DES_CBC, PKCS1, PKIMESSAGE_OK, "3DES"},
	{1, false, GNUTLS_CIPHER_DES_CBC, PKCS1, PKIMESSAGE_OK, "DES"},
	{LIMIT_CMS_RECIPIENTS, false, GNUTLS_CIPHER_AES_128_CBC, PKCS1, PKIMESSAGE_OK,
	 "for as many as allowed"},
	{1, false, GNUTLS_CIPHER_AES_128_CBC, PKIMESSAGE_TRANSPORT_UNKNOWN, PKIMESSAGE_E_ALGORITHM,
	 "by no transport we know"},
	{1, true, GNUTLS_CIPHER_AES_128_CBC, PKIMESSAGE_RSA_OAEP_SHA1, PKIMESSAGE_E_KEY,
	 "OAEP for an EC key"},
	{1, false, GNUTLS_CIPHER_AES_128_CBC, PKIMESSAGE_RSA_OAEP_SHA1, PKIMESSAGE_OK, "OAEP"},
	{3, false, GNUTLS_CIPHER_AES_256_CBC, PKIMESSAGE_RSA_OAEP_SHA256, PKIMESSAGE_OK, "OAEP by SHA-256"},
	{1, false, GNUTLS_CIPHER_DES_CBC, PKIMESSAGE_RSA_OAEP_SHA256, PKIMESSAGE_OK, "OAEP of a DES key"},
};

/* Opens MESSAGE as NUMBER of the recipients and compares. */
static void expect_opens(const gnutls_datum_t *message, const struct fixture *recipient,
			 const struct pkimessage_encryption *encryption, const char *why)
{
	struct pkimessage_identity identity = {recipient->certificate, recipient->key};
	struct pkimessage_envelope *envelope;
	gnutls_datum_t plaintext;

	cr_assert_eq(pkimessage_envelope_parse(message, &envelope), PKIMESSAGE_OK, "%s", why);
	cr_expect_eq(pkimessage_envelope_cipher(envelope), encryption->cipher, "%s", why);
	cr_expect_eq(pkimessage_envelope_transport(envelope), encryption->transport, "%s", why);
	cr_expect_eq(pkimessage_envelope_decrypt(envelope, &identity, 1, ~0u, &plaintext), PKIMESSAGE_OK,
		     "%s", why);
	cr_expect(bytes_equal(&plaintext, &content), "%s", why);
	bytes_wipe(&plaintext);
	pkimessage_envelope_free(envelope);
}

Test(envelope_build, what_is_built_opens)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct fixture *known[] = {fixture_ra(), fixture_ca(), fixture_client()};
		gnutls_x509_crt_t recipients[LIMIT_CMS_RECIPIENTS + 1];
		struct pkimessage_encryption encryption = {.cipher = cases[i].cipher,
							   .transport = cases[i].transport};
		gnutls_datum_t message;

		for (size_t j = 0; j < cases[i].count; j++)
			recipients[j] = known[j % 3]->certificate;
		if (cases[i].ec_among)
			recipients[cases[i].count - 1] = fixture_ec_client()->certificate;
		cr_expect_eq(pkimessage_build_envelope(&content, recipients, cases[i].count, &encryption,
						       &message),
			     cases[i].expected, "%s", cases[i].why);
		cr_expect_eq(message.data != NULL, cases[i].expected == PKIMESSAGE_OK, "%s", cases[i].why);
		for (size_t j = 0; j < cases[i].count && j < 3 && message.data != NULL; j++)
			expect_opens(&message, known[j], &encryption, cases[i].why);
		bytes_free(&message);
	}
}

Test(envelope_build, recipients_or_a_password_but_not_both)
{
	gnutls_x509_crt_t recipient = fixture_ra()->certificate;
	struct pkimessage_encryption encryption = {
		.cipher = GNUTLS_CIPHER_AES_128_CBC,
		.transport = PKIMESSAGE_PASSWORD,
		.password = BYTES_LITERAL("s3cret"),
	};
	gnutls_datum_t message = BYTES_LITERAL("not emptied");

	cr_expect_eq(pkimessage_build_envelope(&content, &recipient, 1, NULL, &message),
		     PKIMESSAGE_E_ARGUMENT);
	cr_expect_null(message.data);
	cr_expect_eq(pkimessage_build_envelope(&content, &recipient, 1, &encryption, &message),
		     PKIMESSAGE_E_ARGUMENT);
	encryption.password.size = 0;
	cr_expect_eq(pkimessage_build_envelope(&content, NULL, 0, &encryption, &message),
		     PKIMESSAGE_E_ARGUMENT);
}

Test(envelope_build, no_two_messages_are_alike)
{
	gnutls_x509_crt_t recipient = fixture_ra()->certificate;
	struct pkimessage_envelope *envelopes[2];

	for (size_t i = 0; i < 2; i++) {
		gnutls_datum_t message;

		cr_assert_eq(pkimessage_build_envelope(
				     &content, &recipient, 1,
				     &(struct pkimessage_encryption){.cipher = GNUTLS_CIPHER_AES_128_CBC},
				     &message),
			     PKIMESSAGE_OK);
		cr_assert_eq(pkimessage_envelope_parse(&message, &envelopes[i]), PKIMESSAGE_OK);
		bytes_free(&message);
	}
	cr_expect_not(bytes_equal(&envelopes[0]->iv, &envelopes[1]->iv));
	cr_expect_not(bytes_equal(&envelopes[0]->content, &envelopes[1]->content));
	cr_expect_not(bytes_equal(&envelopes[0]->recipients[0].encrypted_key,
				  &envelopes[1]->recipients[0].encrypted_key));
	for (size_t i = 0; i < 2; i++)
		pkimessage_envelope_free(envelopes[i]);
}

/* Writes the RA's certificate and key where openssl finds them. */
static void write_ra(void)
{
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;
	CLEANUP(bytes_wipe) gnutls_datum_t pem = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t certificate = {NULL, 0};

	cr_assert_geq(gnutls_privkey_export_x509(fixture_ra()->key, &key), 0);
	cr_assert_geq(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), 0);
	cr_assert_geq(gnutls_x509_crt_export2(fixture_ra()->certificate, GNUTLS_X509_FMT_PEM, &certificate),
		      0);
	(void)test_write("key", &pem, 0600);
	(void)test_write("certificate", &certificate, 0600);
}

/* Another implementation reads what we write. */
Test(envelope_build, openssl_opens_it)
{
	static const int transports[] = {PKIMESSAGE_RSA_PKCS1, PKIMESSAGE_RSA_OAEP_SHA1,
					 PKIMESSAGE_RSA_OAEP_SHA256, PKIMESSAGE_PASSWORD};
	gnutls_x509_crt_t recipient = fixture_ra()->certificate;

	if (access("/usr/bin/openssl", X_OK) != 0)
		cr_skip_test("no openssl here");
	write_ra();
	for (size_t i = 0; i < sizeof transports / sizeof *transports; i++) {
		struct pkimessage_encryption encryption = {GNUTLS_CIPHER_AES_256_CBC, transports[i],
							   BYTES_LITERAL("s3cret")};
		bool by_password = transports[i] == PKIMESSAGE_PASSWORD;
		CLEANUP(bytes_free) gnutls_datum_t message = {NULL, 0};
		CLEANUP(bytes_free) gnutls_datum_t opened = {NULL, 0};
		char command[2048];
		char path[1024];

		cr_assert_eq(pkimessage_build_envelope(&content, &recipient, by_password ? 0 : 1, &encryption,
						       &message),
			     0);
		(void)test_write("message", &message, 0600);
		(void)snprintf(command, sizeof command,
			       "cd %s && /usr/bin/openssl cms -decrypt -inform DER -in message %s -binary "
			       "-out opened >&2",
			       test_directory(),
			       by_password ? "-pwri_password s3cret" : "-inkey key -recip certificate");
		cr_assert_eq(system(command), 0, "transport %d", transports[i]);
		(void)snprintf(path, sizeof path, "%s/opened", test_directory());
		opened = test_read(path);
		cr_expect(bytes_equal(&opened, &content), "transport %d", transports[i]);
	}
}

Test(envelope_build, who_can_receive)
{
	cr_expect_not(pkimessage_can_receive(NULL));
	cr_expect_not(pkimessage_can_receive(fixture_ec_client()->certificate));
	cr_expect(pkimessage_can_receive(fixture_client()->certificate));
}
