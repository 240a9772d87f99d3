/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every bit of a good request flipped, one at a time: a sample of them, or all when CERTCTL_TEST_ALL_BITS is
 * in the environment (a few minutes).
 */
#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "pkimessage/pkimessage.h"
#include "scep/world.h"

/* Bits from one that is flipped to the next; a prime, so that all eight of a byte are met. */
#define STRIDE 101

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

TestSuite(bits, .init = open_world, .fini = close_world, .timeout = 3600);

/* How many flips ended in which way. */
struct figures {
	size_t flipped, not_a_message, refused, served;
};

static struct response send(const gnutls_datum_t *message)
{
	const struct request request = {
		.id = "00000000-0000-4000-8000-000000000000",
		.method = METHOD_POST,
		.path = "/scep/corp",
		.query = "operation=PKIOperation",
		.body = *message,
		.content_type = "application/x-pki-message",
		.client_address = "192.0.2.7",
		.https = true,
	};
	struct response response = {0};

	scep_handle(world.service, world.store, &request, &response);
	return response;
}

/* The certificate that the CertRep encloses for the client's key, in DER. */
static gnutls_datum_t issued(const struct pkimessage *reply)
{
	const struct pkimessage_identity client = {fixture_client()->certificate, fixture_client()->key};
	CLEANUP(bytes_free) gnutls_datum_t inside = {NULL, 0};
	struct pkimessage_envelope *envelope = NULL;
	struct pkimessage_certs *certs = NULL;
	gnutls_datum_t certificate;

	cr_assert_eq(pkimessage_envelope_parse(pkimessage_content(reply), &envelope), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_envelope_decrypt(envelope, &client, 1, 0, &inside), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_certs_parse(&inside, &certs), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_certs_count(certs), 1);
	cr_assert(bytes_copy(pkimessage_certs_get(certs, 0), &certificate));
	pkimessage_certs_free(certs);
	pkimessage_envelope_free(envelope);
	return certificate;
}

static gnutls_x509_crt_t import(const gnutls_datum_t *der)
{
	gnutls_x509_crt_t certificate = NULL;

	cr_assert_eq(gnutls_x509_crt_init(&certificate), 0);
	cr_assert_eq(gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER), 0);
	return certificate;
}

/* What one certificate says in its own words: subject, SAN and key. */
static gnutls_datum_t content_of(const gnutls_datum_t *der)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = import(der);
	CLEANUP(bytes_free) gnutls_datum_t subject = {NULL, 0};
	CLEANUP(pubkey_free) gnutls_pubkey_t key = NULL;
	CLEANUP(bytes_free) gnutls_datum_t key_der = {NULL, 0};
	char dns[256];
	size_t size = sizeof dns;
	struct buffer all = {0};
	gnutls_datum_t out;

	cr_assert_eq(gnutls_x509_crt_get_raw_dn(certificate, &subject), 0);
	cr_assert_geq(gnutls_x509_crt_get_subject_alt_name(certificate, 0, dns, &size, NULL), 0);
	cr_assert_eq(gnutls_pubkey_init(&key), 0);
	cr_assert_eq(gnutls_pubkey_import_x509(key, certificate, 0), 0);
	cr_assert_eq(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &key_der), 0);
	buffer_append(&all, subject.data, subject.size);
	buffer_append(&all, dns, size);
	buffer_append(&all, key_der.data, key_der.size);
	cr_assert(buffer_take(&all, &out));
	return out;
}

/* The CertRep in RESPONSE is signed; on success it encloses what ORIGINAL asked for. True on success. */
static bool read_reply(const struct response *response, const gnutls_datum_t *original, unsigned bit)
{
	CLEANUP(bytes_free) gnutls_datum_t certificate = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t content = {NULL, 0};
	struct pkimessage *reply = NULL;
	bool success;

	cr_assert_eq(pkimessage_parse(&response->body, &reply), PKIMESSAGE_OK, "bit %u", bit);
	cr_assert_eq(pkimessage_verify(reply, PKIMESSAGE_LEGACY_SHA1), PKIMESSAGE_OK, "bit %u", bit);
	success = pkimessage_pki_status(reply) == PKIMESSAGE_SUCCESS;
	if (success) {
		certificate = issued(reply);
		content = content_of(&certificate);
		cr_expect(bytes_equal(&content, original), "bit %u changed what is certified", bit);
	} else {
		cr_expect_eq(pkimessage_pki_status(reply), PKIMESSAGE_FAILURE, "bit %u", bit);
	}
	pkimessage_free(reply);
	return success;
}

/* Sends MESSAGE with one BIT flipped and holds the outcome to what is promised. */
static void flip(const gnutls_datum_t *message, unsigned bit, const gnutls_datum_t *original,
		 struct figures *figures)
{
	long rows = world_audit_rows(&world);
	long certificates = world_certificates(&world);
	bool served = false;
	struct response response;

	message->data[bit / 8] ^= (unsigned char)(1u << bit % 8);
	response = send(message);
	message->data[bit / 8] ^= (unsigned char)(1u << bit % 8);
	figures->flipped++;
	if (response.status == 400)
		figures->not_a_message++;
	else
		served = read_reply(&response, original, bit);
	figures->refused += response.status != 400 && !served ? 1 : 0;
	figures->served += served ? 1 : 0;
	if (served) {
		cr_expect_eq(world_certificates(&world), certificates, "bit %u: the first answer again", bit);
		cr_expect_eq(world_audit_rows(&world), rows, "bit %u", bit);
	} else {
		cr_expect_eq(world_certificates(&world), certificates, "bit %u", bit);
		cr_expect_eq(world_audit_rows(&world), rows + 1, "bit %u: one row for a refusal", bit);
	}
	bytes_free(&response.body);
}

Test(bits, no_flipped_bit_gets_another_certificate)
{
	unsigned stride = getenv("CERTCTL_TEST_ALL_BITS") == NULL ? STRIDE : 1;
	CLEANUP(bytes_free) gnutls_datum_t message = ask_message(&(struct ask){.dns = "device.test"});
	CLEANUP(bytes_free) gnutls_datum_t certificate = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t original = {NULL, 0};
	struct response response = send(&message);
	struct pkimessage *reply = NULL;
	struct figures figures = {0};

	cr_assert_eq(pkimessage_parse(&response.body, &reply), PKIMESSAGE_OK);
	certificate = issued(reply);
	original = content_of(&certificate);
	pkimessage_free(reply);
	bytes_free(&response.body);
	for (unsigned bit = 0; bit < 8 * message.size; bit += stride)
		flip(&message, bit, &original, &figures);
	cr_expect_gt(figures.served, 0, "what nothing signs was met, too");
	cr_log_info("%zu bits of %u flipped: %zu no message, %zu refused, %zu answered as before",
		    figures.flipped, 8 * message.size, figures.not_a_message, figures.refused,
		    figures.served);
}
