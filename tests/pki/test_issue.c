/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "pki/requests.h"

static char reason[PKI_REASON_SIZE];

#define BYTES(text)     text, sizeof(text) - 1
#define DAY             86400u
#define OID_TLS_FEATURE "1.3.6.1.5.5.7.1.24"

static const char *const ekus[] = {"1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", "1.3.6.1.4.1.311.20.2.2"};

static struct pki_template plain_template(void)
{
	return (struct pki_template){
		.now = FIXTURE_NOW, .backdate = 300, .validity = 90 * DAY, .ekus = ekus, .eku_count = 3};
}

static struct pki_issuer *rsa_issuer(void)
{
	return test_issuer(&fixture_ca()->der, fixture_ca()->key);
}

/* Issues to REQUEST by TEMPLATE and the RSA CA; must succeed. */
static gnutls_x509_crt_t issue(const struct test_request *request, const struct pki_template *template)
{
	struct pki_issuer *issuer = rsa_issuer();
	struct pki_csr *csr = test_csr(request);
	struct pki_certificate issued;
	gnutls_x509_crt_t certificate;

	cr_assert_eq(pki_issue(issuer, csr, template, &issued, reason), ERR_OK, "%s", reason);
	certificate = test_certificate(&issued.der);
	pki_certificate_free(&issued);
	pki_csr_free(&csr);
	pki_issuer_free(&issuer);
	return certificate;
}

static void expect_extension(gnutls_x509_crt_t certificate, const char *oid, const void *expected,
			     size_t size, bool critical)
{
	bool is_critical = false;
	CLEANUP(bytes_free) gnutls_datum_t value = test_extension(certificate, oid, &is_critical);
	gnutls_datum_t wanted = bytes_view(expected, size);

	cr_expect(bytes_equal(&value, &wanted), "extension %s", oid);
	cr_expect_eq(is_critical, critical, "critical in %s", oid);
}

static void expect_no_extension(gnutls_x509_crt_t certificate, const char *oid)
{
	CLEANUP(bytes_free) gnutls_datum_t value = test_extension(certificate, oid, NULL);

	cr_expect_eq(value.size, 0, "extension %s", oid);
}

static time_t fixture_time(time_t *out)
{
	if (out != NULL)
		*out = FIXTURE_NOW;
	return FIXTURE_NOW;
}

Test(issue, a_plain_certificate)
{
	struct pki_template template = plain_template();
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = issue(&(struct test_request){0}, &template);
	CLEANUP(bytes_free) gnutls_datum_t issuer = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t ca_subject = {NULL, 0};
	CLEANUP(x509_crt_free) gnutls_x509_crt_t ca = test_certificate(&fixture_ca()->der);
	unsigned status = 1;

	gnutls_global_set_time_function(fixture_time);
	cr_assert_eq(gnutls_x509_crt_list_verify(&certificate, 1, &ca, 1, NULL, 0, 0, &status), 0);
	cr_expect_eq(status, 0, "verifies against the CA: %x", status);
	cr_expect_eq(gnutls_x509_crt_get_version(certificate), 3);
	cr_expect_eq(gnutls_x509_crt_get_signature_algorithm(certificate), GNUTLS_SIGN_RSA_SHA256);
	cr_expect_eq(gnutls_x509_crt_get_activation_time(certificate), FIXTURE_NOW - 300);
	cr_expect_eq(gnutls_x509_crt_get_expiration_time(certificate), FIXTURE_NOW + 90 * (time_t)DAY);
	cr_assert_eq(gnutls_x509_crt_get_raw_issuer_dn(certificate, &issuer), 0);
	cr_assert_eq(gnutls_x509_crt_get_raw_dn(ca, &ca_subject), 0);
	cr_expect(bytes_equal(&issuer, &ca_subject), "the CA's name to the letter");
	expect_extension(certificate, "2.5.29.37",
			 BYTES("\x30\x20\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02\x06\x08\x2b\x06\x01\x05\x05"
			       "\x07\x03\x01"
			       "\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x02"),
			 false);
	expect_no_extension(certificate, "2.5.29.19");
	expect_no_extension(certificate, "2.5.29.17");
	expect_no_extension(certificate, "2.5.29.31");
	expect_no_extension(certificate, "1.3.6.1.5.5.7.1.1");
	expect_no_extension(certificate, OID_TLS_FEATURE);
}

Test(issue, key_identifiers)
{
	struct pki_template template = plain_template();
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = issue(&(struct test_request){0}, &template);
	uint8_t own[64], expected[64], authority[64], ca[64];
	size_t own_size = sizeof own, expected_size = sizeof expected, authority_size = sizeof authority,
	       ca_size = sizeof ca;

	cr_assert_eq(gnutls_x509_crt_get_subject_key_id(certificate, own, &own_size, NULL), 0);
	cr_expect_eq(own_size, 20);
	/* GnuTLS's key identifier is SHA-1 of the whole key structure; ours is that of the key bits alone. */
	{
		CLEANUP(pubkey_free) gnutls_pubkey_t key = NULL;
		CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
		unsigned skip = 24; /* in front of the bits in an RSA-2048 key */

		cr_assert_eq(gnutls_pubkey_init(&key), 0);
		cr_assert_eq(gnutls_pubkey_import_x509(key, certificate, 0), 0);
		cr_assert_eq(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &der), 0);
		cr_assert_eq(gnutls_hash_fast(GNUTLS_DIG_SHA1, der.data + skip, der.size - skip, expected),
			     0);
		expected_size = 20;
	}
	cr_expect(own_size == expected_size && memcmp(own, expected, own_size) == 0,
		  "RFC 5280 section 4.2.1.2 method 1");
	cr_assert_eq(gnutls_x509_crt_get_authority_key_id(certificate, authority, &authority_size, NULL), 0);
	cr_assert_eq(gnutls_x509_crt_get_subject_key_id(fixture_ca()->certificate, ca, &ca_size, NULL), 0);
	cr_expect(authority_size == ca_size && memcmp(authority, ca, ca_size) == 0);
}

Test(issue, key_usage_by_key)
{
	static const struct {
		gnutls_pk_algorithm_t algorithm;
		unsigned size;
		gnutls_sign_algorithm_t signature;
		const char *usage;
	} keys[] = {
		{GNUTLS_PK_RSA, 2048, GNUTLS_SIGN_RSA_SHA256, "\x03\x02\x05\xa0"},
		{GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), GNUTLS_SIGN_ECDSA_SHA256,
		 "\x03\x02\x07\x80"},
		{GNUTLS_PK_EDDSA_ED25519, 0, GNUTLS_SIGN_EDDSA_ED25519, "\x03\x02\x07\x80"},
	};
	struct pki_template template = plain_template();

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		CLEANUP(privkey_free) gnutls_privkey_t key = test_key(keys[i].algorithm, keys[i].size);
		CLEANUP(x509_crt_free)
		gnutls_x509_crt_t certificate =
			issue(&(struct test_request){.key = key, .algorithm = keys[i].signature}, &template);

		expect_extension(certificate, "2.5.29.15", keys[i].usage, 4, true);
	}
}

/* UPN, e-mail, DNS, directory name, URI, IPv4, IPv6, registered ID. */
#define ALL_KINDS                                                                                            \
	"\xa0\x13\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03\xa0\x05\x0c\x03u@r"                        \
	"\x81\x03"                                                                                           \
	"a@b"                                                                                                \
	"\x82\x01"                                                                                           \
	"a"                                                                                                  \
	"\xa4\x0e\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x13\x01"                                       \
	"a"                                                                                                  \
	"\x86\x03"                                                                                           \
	"a:b"                                                                                                \
	"\x87\x04\x7f\x00\x00\x01"                                                                           \
	"\x87\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"                           \
	"\x88\x03\x2a\x03\x04"

/* Appends an Extension as a request holds it. */
static gnutls_datum_t make_extension(const char *oid, bool critical, unsigned tag, const void *contents,
				     size_t size)
{
	static const uint8_t yes = 0xff;
	struct buffer value = {0};
	struct buffer fields = {0};
	struct buffer whole = {0};
	gnutls_datum_t extension;

	der_put_oid(&fields, oid);
	if (critical)
		der_put(&fields, DER_BOOLEAN, &yes, 1);
	der_put(&value, tag, contents, size);
	der_put(&fields, DER_OCTET_STRING, value.data, value.size);
	buffer_free(&value);
	der_put_buffer(&whole, DER_SEQUENCE, &fields);
	cr_assert(buffer_take(&whole, &extension));
	return extension;
}

Test(issue, every_kind_of_san_bit_for_bit)
{
	struct pki_template template = plain_template();
	CLEANUP(bytes_free)
	gnutls_datum_t extension = make_extension("2.5.29.17", true, DER_SEQUENCE, BYTES(ALL_KINDS));
	CLEANUP(bytes_free) gnutls_datum_t empty = test_name(NULL);
	struct test_request request = {.extensions = (char *)extension.data,
				       .extensions_size = extension.size};
	struct buffer expected = {0};
	CLEANUP(x509_crt_free) gnutls_x509_crt_t with_subject = issue(&request, &template);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t without_subject = NULL;

	der_put(&expected, DER_SEQUENCE, BYTES(ALL_KINDS));
	expect_extension(with_subject, "2.5.29.17", expected.data, expected.size, false);
	request.subject = empty;
	without_subject = issue(&request, &template);
	expect_extension(without_subject, "2.5.29.17", expected.data, expected.size, true);
	buffer_free(&expected);
}

/* BMPString, two attributes in one RDN out of DER's order, an empty value: nothing of it is tidied up. */
Test(issue, subject_bit_for_bit)
{
	struct pki_template template = plain_template();
	gnutls_datum_t name = bytes_view(
		BYTES("\x30\x23\x31\x15\x30\x08\x06\x03\x55\x04\x05\x13\x01\x31\x30\x09\x06\x03"
		      "\x55\x04\x03\x1e\x02\x00\x61\x31\x0a\x30\x08\x06\x03\x55\x04\x0a\x14\x01\xfc"));
	CLEANUP(x509_crt_free)
	gnutls_x509_crt_t certificate = issue(&(struct test_request){.subject = name}, &template);
	CLEANUP(bytes_free) gnutls_datum_t subject = {NULL, 0};

	cr_assert_eq(gnutls_x509_crt_get_raw_dn(certificate, &subject), 0);
	cr_expect(bytes_equal(&subject, &name));
}

Test(issue, must_staple)
{
	struct pki_template template = plain_template();
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;

	template.must_staple = true;
	certificate = issue(&(struct test_request){0}, &template);
	expect_extension(certificate, OID_TLS_FEATURE, BYTES("\x30\x03\x02\x01\x05"), false);
}

Test(issue, pointers_for_revocation)
{
	static const char *const urls[] = {"http://a/crl", "http://b/crl"};
	struct pki_template template = plain_template();
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;

	template.crl_urls = urls;
	template.crl_url_count = 2;
	template.ocsp_url = "http://o";
	template.ca_issuers_url = "http://c";
	certificate = issue(&(struct test_request){0}, &template);
	expect_extension(certificate, "2.5.29.31",
			 BYTES("\x30\x22\x30\x20\xa0\x1e\xa0\x1c\x86\x0chttp://a/crl\x86\x0chttp://b/crl"),
			 false);
	expect_extension(certificate, "1.3.6.1.5.5.7.1.1",
			 BYTES("\x30\x2c\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x01\x86\x08"
			       "http://o\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x08http://c"),
			 false);
}

Test(issue, no_request_becomes_a_ca)
{
	static const char *const wanted[] = {"2.5.29.19", "2.5.29.15", "2.5.29.30", "2.5.29.37"};
	CLEANUP(bytes_free)
	gnutls_datum_t extension = make_extension("2.5.29.19", true, DER_SEQUENCE, BYTES("\x01\x01\xff"));
	struct test_request request = {.extensions = (char *)extension.data,
				       .extensions_size = extension.size};
	struct pki_template template = plain_template();
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;

	template.copied = wanted;
	template.copied_count = 4;
	certificate = issue(&request, &template);
	expect_no_extension(certificate, "2.5.29.19");
	expect_extension(certificate, "2.5.29.15", "\x03\x02\x05\xa0", 4, true);
}

Test(issue, extensions_are_copied_by_name_only)
{
	static const char *const wanted[] = {"1.2.3.4", OID_TLS_FEATURE};
	CLEANUP(bytes_free) gnutls_datum_t asked = make_extension("1.2.3.4", true, DER_UTF8_STRING, "x", 1);
	CLEANUP(bytes_free)
	gnutls_datum_t unasked = make_extension("1.2.3.5", false, DER_UTF8_STRING, "y", 1);
	CLEANUP(bytes_free)
	gnutls_datum_t staple = make_extension(OID_TLS_FEATURE, false, DER_SEQUENCE, "\2\1\x11", 3);
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
	CLEANUP(x509_crt_free) gnutls_x509_crt_t stapled = NULL;
	struct pki_template template = plain_template();
	struct test_request request;
	struct buffer all = {0};

	der_put_raw(&all, &asked);
	der_put_raw(&all, &unasked);
	der_put_raw(&all, &staple);
	request = (struct test_request){.extensions = (char *)all.data, .extensions_size = all.size};
	template.copied = wanted;
	template.copied_count = 2;
	certificate = issue(&request, &template);
	expect_extension(certificate, "1.2.3.4", BYTES("\x0c\x01x"), true);
	expect_no_extension(certificate, "1.2.3.5");
	expect_extension(certificate, OID_TLS_FEATURE, BYTES("\x30\x03\x02\x01\x11"), false);
	template.must_staple = true;
	stapled = issue(&request, &template);
	expect_extension(stapled, OID_TLS_FEATURE, BYTES("\x30\x03\x02\x01\x05"), false);
	buffer_free(&all);
}

Test(issue, an_extension_to_copy_that_is_not_der)
{
	static const char *const wanted[] = {"1.2.3.4"};
	struct pki_template template = plain_template();
	struct pki_issuer *issuer = rsa_issuer();
	struct pki_csr *csr = test_csr(&(struct test_request){
		.extensions = "\x30\x08\x06\x03\x2a\x03\x04\x04\x01\x0c", .extensions_size = 10});
	struct pki_certificate issued;

	template.copied = wanted;
	template.copied_count = 1;
	cr_expect_eq(pki_issue(issuer, csr, &template, &issued, reason), ERR_SYNTAX);
	cr_expect_eq(issued.der.size, 0);
	pki_csr_free(&csr);
	pki_issuer_free(&issuer);
}

static const struct {
	const char *oid;
	bool allowed;
} copies[] = {
	{"2.5.29.19", false},
	{"2.5.29.15", false},
	{"2.5.29.17", false},
	{"2.5.29.30", false},
	{"2.5.29.37", false},
	{"2.5.29", false},
	{"2.5.29.019", false},
	{"1.3.6.1.5.5.7.1.1", false},
	{"1.3.6.1.5.5.7.1.14", false},
	{"1.3.6.1.5.5.7.48.1.5", false},
	{"1.3.6.1.4.1.311.21.10", false},
	{"1.3.6.1.4.1.311.25.2", false},
	{"2.16.840.1.113730.1.1", false},
	{"", false},
	{"basicConstraints", false},
	{" 2.5.29.19", false},
	{"2.5.291", true},
	{"1.3.6.1.5.5.7.1.24", true},
	{"1.3.6.1.4.1.311.20.2", true},
	{"1.2.3.4", true},
};

Test(issue, what_no_list_can_name)
{
	for (size_t i = 0; i < sizeof copies / sizeof *copies; i++)
		cr_expect_eq(pki_extension_may_be_copied(copies[i].oid), copies[i].allowed, "%s",
			     copies[i].oid);
}

static const struct {
	time_t now;
	unsigned backdate;
	unsigned validity;
	enum err error;
	time_t not_before;
	time_t not_after;
	const char *why;
} periods[] = {
	{FIXTURE_NOT_AFTER, 0, DAY, ERR_EXPIRED, 0, 0, "the CA ends now"},
	{FIXTURE_NOT_AFTER + 1, 0, DAY, ERR_EXPIRED, 0, 0, "the CA has ended"},
	{FIXTURE_NOT_BEFORE - 1, 0, DAY, ERR_EXPIRED, 0, 0, "the CA has not begun"},
	{FIXTURE_NOW, 0, 0, ERR_EXPIRED, 0, 0, "no time asked for"},
	{FIXTURE_NOW, 0, 20 * 365 * DAY, ERR_OK, FIXTURE_NOW, FIXTURE_NOT_AFTER, "not after the CA"},
	{FIXTURE_NOW, 0, 0xffffffffu, ERR_OK, FIXTURE_NOW, FIXTURE_NOT_AFTER, "nor with the largest number"},
	{FIXTURE_NOT_BEFORE + 10, 300, DAY, ERR_OK, FIXTURE_NOT_BEFORE, FIXTURE_NOT_BEFORE + 10 + DAY,
	 "not before the CA"},
	{FIXTURE_NOT_AFTER - 1, 0, DAY, ERR_OK, FIXTURE_NOT_AFTER - 1, FIXTURE_NOT_AFTER, "the last second"},
};

Test(issue, validity_within_the_ca)
{
	struct pki_issuer *issuer = rsa_issuer();
	struct pki_csr *csr = test_csr(&(struct test_request){0});

	for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
		struct pki_template template = {.now = periods[i].now,
						.backdate = periods[i].backdate,
						.validity = periods[i].validity};
		CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
		struct pki_certificate issued;
		enum err error = pki_issue(issuer, csr, &template, &issued, reason);

		cr_expect_eq(error, periods[i].error, "%s: %s", periods[i].why, err_text(error));
		if (error == ERR_OK) {
			certificate = test_certificate(&issued.der);
			cr_expect_eq(gnutls_x509_crt_get_activation_time(certificate), periods[i].not_before,
				     "%s", periods[i].why);
			cr_expect_eq(gnutls_x509_crt_get_expiration_time(certificate), periods[i].not_after,
				     "%s", periods[i].why);
			cr_expect_eq(issued.not_before, periods[i].not_before, "%s", periods[i].why);
			cr_expect_eq(issued.not_after, periods[i].not_after, "%s", periods[i].why);
		}
		pki_certificate_free(&issued);
	}
	pki_csr_free(&csr);
	pki_issuer_free(&issuer);
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, 16);
}

/* With the P-256 CA, which signs fast. */
Test(issue, a_thousand_serial_numbers)
{
	static uint8_t serials[1000][16];
	struct pki_issuer *issuer = test_issuer(&fixture_ec_ca()->der, fixture_ec_ca()->key);
	struct pki_csr *csr = test_csr(&(struct test_request){0});
	struct pki_template template = plain_template();

	for (size_t i = 0; i < 1000; i++) {
		struct pki_certificate issued;
		gnutls_datum_t needle;

		cr_assert_eq(pki_issue(issuer, csr, &template, &issued, reason), ERR_OK);
		cr_assert_eq(issued.serial.size, 16);
		cr_assert(issued.serial.data[0] > 0 && issued.serial.data[0] < 0x80,
			  "positive, and always 16 bytes");
		needle = issued.serial;
		cr_assert_eq(
			memcmp(issued.der.data + (issued.der.data[1] == 0x82 ? 15 : 13), needle.data, 16), 0,
			"as in the certificate");
		memcpy(serials[i], issued.serial.data, 16);
		pki_certificate_free(&issued);
	}
	qsort(serials, 1000, 16, by_bytes);
	for (size_t i = 1; i < 1000; i++)
		cr_assert_neq(memcmp(serials[i - 1], serials[i], 16), 0, "all distinct");
	pki_csr_free(&csr);
	pki_issuer_free(&issuer);
}
