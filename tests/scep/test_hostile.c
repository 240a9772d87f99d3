/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests inside messages in good form: challenges and PKCS#10 as nobody should send them. */
#include <criterion/criterion.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "base/der.h"
#include "base/limits.h"
#include "pkimessage/make_csr.h"
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

TestSuite(hostile, .init = open_world, .fini = close_world);

/* A request with this challenge, and no subject alternative name; make_csr gives it a subject. */
static gnutls_datum_t with_challenge(unsigned tag, const void *contents, size_t size)
{
	gnutls_datum_t attribute = make_challenge(tag, contents, size);
	gnutls_datum_t csr = make_csr(&(struct csr_parts){
		.key = FIXTURE_RSA_CLIENT, .attributes = &attribute, .attribute_count = 1});

	bytes_free(&attribute);
	return csr;
}

Test(hostile, challenges_that_do_not_authorise)
{
	static char long_text[4096];
	static const struct {
		unsigned tag;
		const char *contents;
		size_t size;
		int fail_info;
		const char *reason;
		const char *why;
	} cases[] = {
		{DER_PRINTABLE_STRING, "", 0, PKIMESSAGE_BAD_REQUEST, "challenge_missing", "an empty one"},
		{DER_UTF8_STRING, long_text, sizeof long_text, PKIMESSAGE_BAD_REQUEST, "challenge_invalid",
		 "4 KiB"},
		{DER_UTF8_STRING, "gr\xc3\xbc\xc3\x9f", 6, PKIMESSAGE_BAD_REQUEST, "challenge_invalid",
		 "letters that are not ASCII"},
		{DER_UTF8_STRING, "\xff\xfe", 2, PKIMESSAGE_BAD_MESSAGE_CHECK, "unreadable", "no UTF-8"},
		{DER_UTF8_STRING, WORLD_CHALLENGE "\0x", sizeof WORLD_CHALLENGE + 1,
		 PKIMESSAGE_BAD_MESSAGE_CHECK, "unreadable", "the right one, a NUL, and more"},
		{DER_INTEGER, "\x01", 1, PKIMESSAGE_BAD_MESSAGE_CHECK, "unreadable", "no string at all"},
	};

	memset(long_text, 'c', sizeof long_text);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gnutls_datum_t csr = with_challenge(cases[i].tag, cases[i].contents, cases[i].size);

		world_expect_refused(&world, &(struct ask){.csr = &csr}, cases[i].fail_info, cases[i].reason,
				     cases[i].why);
		bytes_free(&csr);
	}
}

/* WORLD_CHALLENGE as a BMPString. */
static size_t as_bmp(unsigned char *out)
{
	size_t size = 0;

	for (const char *c = WORLD_CHALLENGE; *c != '\0'; c++) {
		out[size++] = 0;
		out[size++] = (unsigned char)*c;
	}
	return size;
}

Test(hostile, the_challenge_counts_in_each_string_type)
{
	static const struct {
		unsigned tag;
		const char *transaction;
	} cases[] = {
		{DER_PRINTABLE_STRING, "PrintableString"},
		{DER_UTF8_STRING, "UTF8String"},
		{DER_T61_STRING, "T61String"},
		{DER_IA5_STRING, "IA5String"},
		{DER_BMP_STRING, "BMPString"},
	};
	unsigned char bmp[2 * sizeof WORLD_CHALLENGE];
	size_t bmp_size = as_bmp(bmp);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool wide = cases[i].tag == DER_BMP_STRING;
		gnutls_datum_t csr = with_challenge(cases[i].tag, wide ? (const void *)bmp : WORLD_CHALLENGE,
						    wide ? bmp_size : sizeof WORLD_CHALLENGE - 1);
		struct answer answer =
			world_ask(&world, &(struct ask){.csr = &csr, .transaction_id = cases[i].transaction});

		cr_expect_not_null(answer.certificate, "%s", cases[i].transaction);
		answer_free(&answer);
		bytes_free(&csr);
	}
}

/* What a request beyond the usual asks for. */
static gnutls_datum_t made_with(gnutls_x509_privkey_t key, void (*add)(gnutls_x509_crq_t request))
{
	CLEANUP(x509_crq_free) gnutls_x509_crq_t request = NULL;
	gnutls_datum_t der;

	cr_assert_eq(gnutls_x509_crq_init(&request), 0);
	cr_assert_eq(gnutls_x509_crq_set_version(request, 1), 0);
	cr_assert_eq(gnutls_x509_crq_set_key(request, key), 0);
	cr_assert_eq(gnutls_x509_crq_set_challenge_password(request, WORLD_CHALLENGE), 0);
	add(request);
	cr_assert_eq(gnutls_x509_crq_sign2(request, key, GNUTLS_DIG_SHA256, 0), 0);
	cr_assert_eq(gnutls_x509_crq_export2(request, GNUTLS_X509_FMT_DER, &der), 0);
	return der;
}

static void add_subject(gnutls_x509_crq_t request)
{
	cr_assert_eq(gnutls_x509_crq_set_dn(request, "CN=device", NULL), 0);
}

static void add_nul(gnutls_x509_crq_t request)
{
	cr_assert_eq(
		gnutls_x509_crq_set_dn_by_oid(request, GNUTLS_OID_X520_COMMON_NAME, 0, "device\0.test", 12),
		0);
}

static void add_sans(gnutls_x509_crq_t request)
{
	char name[32];

	add_subject(request);
	for (size_t i = 0; i < 1000; i++) {
		int size = snprintf(name, sizeof name, "d%zu.test", i);

		cr_assert_eq(gnutls_x509_crq_set_subject_alt_name(
				     request, GNUTLS_SAN_DNSNAME, name, (unsigned)size,
				     i == 0 ? GNUTLS_FSAN_SET : GNUTLS_FSAN_APPEND),
			     0);
	}
}

static void add_ca(gnutls_x509_crq_t request)
{
	add_subject(request);
	cr_assert_eq(gnutls_x509_crq_set_basic_constraints(request, 1, 5), 0);
	cr_assert_eq(gnutls_x509_crq_set_key_usage(request, GNUTLS_KEY_KEY_CERT_SIGN), 0);
}

/* The private key of the client that signs messages, in the form that requests are made with. */
static gnutls_x509_privkey_t client_key(void)
{
	gnutls_x509_privkey_t key;

	cr_assert_eq(gnutls_privkey_export_x509(fixture_key(FIXTURE_RSA_CLIENT), &key), 0);
	return key;
}

Test(hostile, requests_that_no_profile_grants)
{
	static const struct {
		void (*add)(gnutls_x509_crq_t request);
		int fail_info;
		const char *reason;
		const char *why;
	} cases[] = {
		{add_nul, PKIMESSAGE_BAD_REQUEST, "csr_names", "a NUL in the CN"},
		{add_sans, PKIMESSAGE_BAD_REQUEST, "csr_names", "a thousand SANs"},
	};
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = client_key();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gnutls_datum_t csr = made_with(key, cases[i].add);

		world_expect_refused(&world, &(struct ask){.csr = &csr}, cases[i].fail_info, cases[i].reason,
				     cases[i].why);
		bytes_free(&csr);
	}
}

/* A key of 512 bits is made in no time, also by those who break it. */
Test(hostile, rsa_512_is_no_key)
{
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;
	gnutls_datum_t csr;

	cr_assert_eq(gnutls_x509_privkey_init(&key), 0);
	cr_assert_eq(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, 512, 0), 0);
	csr = made_with(key, add_subject);
	world_expect_refused(&world, &(struct ask){.csr = &csr}, PKIMESSAGE_BAD_ALG, "csr_key", "RSA-512");
	bytes_free(&csr);
}

Test(hostile, who_asks_to_be_a_ca_becomes_none)
{
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = client_key();
	gnutls_datum_t csr = made_with(key, add_ca);
	struct answer answer = world_ask(&world, &(struct ask){.csr = &csr});
	unsigned usage = 0;

	cr_assert_not_null(answer.certificate);
	cr_expect_leq(gnutls_x509_crt_get_basic_constraints(answer.certificate, NULL, NULL, NULL), 0);
	cr_assert_eq(gnutls_x509_crt_get_key_usage(answer.certificate, &usage, NULL), 0);
	cr_expect_eq(usage & GNUTLS_KEY_KEY_CERT_SIGN, 0);
	answer_free(&answer);
	bytes_free(&csr);
}
