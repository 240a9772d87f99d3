/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/text.h"
#include "lib/files.h"
#include "pkimessage/csr.h"
#include "pkimessage/make_csr.h"

#define CHALLENGE  "1.2.840.113549.1.9.7"
#define EXTENSIONS "1.2.840.113549.1.9.14"
#define MICROSOFT  "1.3.6.1.4.1.311.2.1.14"
#define OS_VERSION "1.3.6.1.4.1.311.13.2.3"

/* SEQUENCE { basicConstraints } and SEQUENCE { keyUsage critical }. */
#define BASIC                                                                                                \
	"300b30090603551d130402"                                                                             \
	"3000"
#define USAGE "3010300e0603551d0f0101ff040403020780"

struct attribute {
	const char *oid;
	const char *values; /* hex */
};

static const struct {
	struct attribute attributes[3];
	int expected;
	const char *challenge;
	size_t extensions;
	const char *why;
} cases[] = {
	{{{CHALLENGE, "0c0161"}, {CHALLENGE, "0c0161"}},
	 PKIMESSAGE_E_ATTRIBUTE_DUPLICATE,
	 "",
	 0,
	 "challenge twice"},
	{{{CHALLENGE, "0c0161"}, {OS_VERSION, "0500"}, {CHALLENGE, "0c0162"}},
	 PKIMESSAGE_E_ATTRIBUTE_DUPLICATE,
	 "",
	 0,
	 "twice with something between"},
	{{{CHALLENGE, "0c0161130161"}}, PKIMESSAGE_E_ATTRIBUTE_DUPLICATE, "", 0, "challenge with two values"},
	{{{CHALLENGE, ""}}, PKIMESSAGE_E_ATTRIBUTE_VALUE, "", 0, "challenge with no value"},
	{{{CHALLENGE, "040161"}}, PKIMESSAGE_E_ATTRIBUTE_VALUE, "", 0, "challenge that is no string"},
	{{{CHALLENGE, "0500"}}, PKIMESSAGE_E_ATTRIBUTE_VALUE, "", 0, "challenge that is NULL"},
	{{{CHALLENGE, "0c026100"}}, PKIMESSAGE_E_ATTRIBUTE_VALUE, "", 0, "challenge with a NUL"},
	{{{CHALLENGE, "0c01ff"}}, PKIMESSAGE_E_ATTRIBUTE_VALUE, "", 0, "challenge that is not UTF-8"},
	{{{CHALLENGE, "1e0161"}}, PKIMESSAGE_E_ATTRIBUTE_VALUE, "", 0, "half a BMP character"},
	{{{CHALLENGE, "3000"}}, PKIMESSAGE_E_ATTRIBUTE_VALUE, "", 0, "nested form, empty"},
	{{{CHALLENGE, "30053003060129"}},
	 PKIMESSAGE_E_ATTRIBUTE_VALUE,
	 "",
	 0,
	 "nested form without a string"},
	{{{CHALLENGE, "300a30080603550403130161"}},
	 PKIMESSAGE_E_ATTRIBUTE_VALUE,
	 "",
	 0,
	 "nested form of another OID"},
	{{{CHALLENGE, "3012300e06092a864886f70d0109071301610500"}},
	 PKIMESSAGE_E_ATTRIBUTE_VALUE,
	 "",
	 0,
	 "nested form with more in it"},
	{{{EXTENSIONS, USAGE}, {EXTENSIONS, USAGE}},
	 PKIMESSAGE_E_ATTRIBUTE_DUPLICATE,
	 "",
	 0,
	 "extensions twice"},
	{{{EXTENSIONS, USAGE}, {MICROSOFT, BASIC}}, PKIMESSAGE_E_ATTRIBUTE_DUPLICATE, "", 0, "in both forms"},
	{{{EXTENSIONS, USAGE BASIC}}, PKIMESSAGE_E_ATTRIBUTE_DUPLICATE, "", 0, "two lists of extensions"},
	{{{EXTENSIONS, "301e"
		       "300d0603551d0f040603"
		       "0207800000"
		       "300d0603551d0f040603"
		       "0207800000"}},
	 PKIMESSAGE_E_ATTRIBUTE_DUPLICATE,
	 "",
	 0,
	 "an extension twice"},
	{{{EXTENSIONS, ""}}, PKIMESSAGE_E_ATTRIBUTE_VALUE, "", 0, "no list of extensions"},
	{{{EXTENSIONS, "0500"}}, PKIMESSAGE_E_ATTRIBUTE_VALUE, "", 0, "NULL in place of the list"},
	{{{EXTENSIONS, "30023000"}}, PKIMESSAGE_E_ATTRIBUTE_VALUE, "", 0, "an empty extension"},
	{{{EXTENSIONS, "300730050603551d"
		       "13"}},
	 PKIMESSAGE_E_ATTRIBUTE_VALUE,
	 "",
	 0,
	 "an extension without value"},
	{{{EXTENSIONS, "300d300b0603551d1301020000"
		       "0400"}},
	 PKIMESSAGE_E_ATTRIBUTE_VALUE,
	 "",
	 0,
	 "critical of two bytes"},
	{{{CHALLENGE, "0c0161"}}, PKIMESSAGE_OK, "a", 0, "UTF8String"},
	{{{CHALLENGE, "0c00"}}, PKIMESSAGE_OK, "", 0, "empty, which counts as none"},
	{{{CHALLENGE, "130161"}}, PKIMESSAGE_OK, "a", 0, "PrintableString"},
	{{{CHALLENGE, "160161"}}, PKIMESSAGE_OK, "a", 0, "IA5String"},
	{{{CHALLENGE, "1401fc"}}, PKIMESSAGE_OK, "\xc3\xbc", 0, "T61String"},
	{{{CHALLENGE, "1e0400fc20ac"}}, PKIMESSAGE_OK, "\xc3\xbc\xe2\x82\xac", 0, "BMPString"},
	{{{CHALLENGE, "3010300e06092a864886f70d010907130161"}}, PKIMESSAGE_OK, "a", 0, "nested form"},
	{{{OS_VERSION, "0500"}, {OS_VERSION, "0500"}},
	 PKIMESSAGE_OK,
	 "",
	 0,
	 "what does not matter may come twice"},
	{{{EXTENSIONS, USAGE}, {CHALLENGE, "0c0161"}},
	 PKIMESSAGE_OK,
	 "a",
	 1,
	 "not in DER order, as strongSwan"},
	{{{MICROSOFT, USAGE}, {CHALLENGE, "0c0161"}}, PKIMESSAGE_OK, "a", 1, "Microsoft's extensions"},
	{{{EXTENSIONS, "3000"}}, PKIMESSAGE_OK, "", 0, "an empty list of extensions"},
};

/* A request with the attributes of the table. */
static gnutls_datum_t request(const struct attribute *attributes, size_t count)
{
	gnutls_datum_t encoded[3];
	gnutls_datum_t input;
	size_t made = 0;

	for (; made < count && attributes[made].oid != NULL; made++) {
		CLEANUP(bytes_free) gnutls_datum_t values = {NULL, 0};

		cr_assert_eq(text_unhex(attributes[made].values, &values), ERR_OK);
		encoded[made] = make_attribute(attributes[made].oid, values.data, values.size);
	}
	input = make_csr(&(struct csr_parts){
		.key = FIXTURE_EC_CLIENT, .attributes = encoded, .attribute_count = made});
	while (made > 0)
		bytes_free(&encoded[--made]);
	return input;
}

Test(csr_attributes, table)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gnutls_datum_t input = request(cases[i].attributes, 3);
		gnutls_datum_t challenge = bytes_view_text(cases[i].challenge);
		struct pkimessage_csr *csr;

		cr_expect_eq(pkimessage_csr_parse(&input, &csr), cases[i].expected, "%s", cases[i].why);
		if (csr != NULL) {
			cr_expect(bytes_equal(pkimessage_csr_challenge(csr), &challenge), "%s", cases[i].why);
			cr_expect_eq(pkimessage_csr_extension_count(csr), cases[i].extensions, "%s",
				     cases[i].why);
			cr_expect_eq(pkimessage_csr_verify(csr, 0), PKIMESSAGE_OK, "%s", cases[i].why);
		}
		pkimessage_csr_free(csr);
		bytes_free(&input);
	}
}

/* A challenge of SIZE letters in BMPString, two bytes each, or in UTF8String. */
static int parse_challenge(unsigned tag, size_t size, size_t *got)
{
	size_t bytes = tag == DER_BMP_STRING ? 2 * size : size;
	unsigned char *contents = calloc(1, bytes + 1);
	struct pkimessage_csr *csr;
	gnutls_datum_t attribute, input;
	int error;

	for (size_t i = 0; i < bytes; i++)
		contents[i] = tag == DER_BMP_STRING && i % 2 == 0 ? 0 : 'x';
	attribute = make_challenge(tag, contents, bytes);
	input = make_csr(&(struct csr_parts){
		.key = FIXTURE_EC_CLIENT, .attributes = &attribute, .attribute_count = 1});
	error = pkimessage_csr_parse(&input, &csr);
	*got = csr == NULL ? 0 : pkimessage_csr_challenge(csr)->size;
	pkimessage_csr_free(csr);
	bytes_free(&input);
	bytes_free(&attribute);
	free(contents);
	return error;
}

Test(csr_attributes, bounds_the_challenge)
{
	static const unsigned tags[] = {DER_UTF8_STRING, DER_BMP_STRING};
	size_t got;

	for (size_t i = 0; i < 2; i++) {
		cr_expect_eq(parse_challenge(tags[i], 4096, &got), PKIMESSAGE_OK);
		cr_expect_eq(got, 4096);
		cr_expect_eq(parse_challenge(tags[i], LIMIT_CHALLENGE, &got), PKIMESSAGE_OK);
		cr_expect_eq(got, LIMIT_CHALLENGE);
		cr_expect_eq(parse_challenge(tags[i], LIMIT_CHALLENGE + 1, &got), PKIMESSAGE_E_LIMIT);
	}
}

/* COUNT extensions 1.2.<number> in one extensionRequest. */
static int parse_extensions(size_t count)
{
	struct buffer list = {0}, value = {0};
	struct pkimessage_csr *csr;
	gnutls_datum_t encoded, attribute, input;
	int error;

	for (size_t i = 0; i < count; i++) {
		struct buffer extension = {0};
		char oid[32];

		(void)snprintf(oid, sizeof oid, "1.2.%zu", i);
		der_put_oid(&extension, oid);
		der_put(&extension, DER_OCTET_STRING, NULL, 0);
		der_put_buffer(&list, DER_SEQUENCE, &extension);
	}
	der_put_buffer(&value, DER_SEQUENCE, &list);
	cr_assert(buffer_take(&value, &encoded));
	attribute = make_attribute(EXTENSIONS, encoded.data, encoded.size);
	input = make_csr(&(struct csr_parts){
		.key = FIXTURE_EC_CLIENT, .attributes = &attribute, .attribute_count = 1});
	error = pkimessage_csr_parse(&input, &csr);
	cr_expect(csr == NULL || pkimessage_csr_extension_count(csr) == count);
	pkimessage_csr_free(csr);
	bytes_free(&input);
	bytes_free(&attribute);
	bytes_free(&encoded);
	return error;
}

/* COUNT attributes that mean nothing. */
static int parse_attributes(size_t count)
{
	gnutls_datum_t one = make_attribute(OS_VERSION, "\x05\x00", 2);
	gnutls_datum_t all[LIMIT_CSR_ATTRIBUTES + 1];
	struct pkimessage_csr *csr;
	gnutls_datum_t input;
	int error;

	for (size_t i = 0; i < count; i++)
		all[i] = one;
	input = make_csr(
		&(struct csr_parts){.key = FIXTURE_EC_CLIENT, .attributes = all, .attribute_count = count});
	error = pkimessage_csr_parse(&input, &csr);
	pkimessage_csr_free(csr);
	bytes_free(&input);
	bytes_free(&one);
	return error;
}

Test(csr_attributes, bounds_their_number)
{
	cr_expect_eq(parse_extensions(LIMIT_EXTENSIONS), PKIMESSAGE_OK);
	cr_expect_eq(parse_extensions(LIMIT_EXTENSIONS + 1), PKIMESSAGE_E_LIMIT);
	cr_expect_eq(parse_attributes(LIMIT_CSR_ATTRIBUTES), PKIMESSAGE_OK);
	cr_expect_eq(parse_attributes(LIMIT_CSR_ATTRIBUTES + 1), PKIMESSAGE_E_LIMIT);
}

static const struct {
	const char *file;
	const char *challenge;
} vectors[] = {
	{"pkimessage/csr-no-challenge.der", ""},
	{"pkimessage/csr-printable.der", "s3cret"},
	{"pkimessage/csr-t61.der", "gr\xc3\xbcn"},
	{"pkimessage/csr-utf8.der", "gr\xc3\xbcn \xe2\x82\xac"},
	{"pkimessage/csr-bmp.der", "gr\xc3\xbcn \xe2\x82\xac"},
};

Test(csr_attributes, challenges_that_openssl_makes)
{
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		gnutls_datum_t input = test_read(vectors[i].file);
		gnutls_datum_t expected = bytes_view_text(vectors[i].challenge);
		struct pkimessage_csr *csr;

		cr_assert_eq(pkimessage_csr_parse(&input, &csr), PKIMESSAGE_OK, "%s", vectors[i].file);
		cr_expect(bytes_equal(pkimessage_csr_challenge(csr), &expected), "%s", vectors[i].file);
		cr_expect_eq(pkimessage_csr_extension_count(csr), 2, "%s", vectors[i].file);
		pkimessage_csr_free(csr);
		bytes_free(&input);
	}
}
