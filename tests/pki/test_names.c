/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/der.h"
#include "base/limits.h"
#include "pki/key.h"
#include "pki/names.h"

static char reason[PKI_REASON_SIZE];
static const gnutls_datum_t nothing = {NULL, 0};

/* Appends an RDN with one attribute. */
static void put_rdn(struct buffer *name, const char *oid, unsigned tag, const void *value, size_t size)
{
	struct buffer attribute = {0};
	struct buffer rdn = {0};

	der_put_oid(&attribute, oid);
	der_put(&attribute, tag, value, size);
	der_put_buffer(&rdn, DER_SEQUENCE, &attribute);
	der_put_buffer(name, DER_SET, &rdn);
}

static gnutls_datum_t finish(struct buffer *contents)
{
	struct buffer whole = {0};
	gnutls_datum_t der;

	der_put_buffer(&whole, DER_SEQUENCE, contents);
	cr_assert(buffer_take(&whole, &der));
	return der;
}

static gnutls_datum_t one_attribute(const char *oid, unsigned tag, const void *value, size_t size)
{
	struct buffer contents = {0};

	put_rdn(&contents, oid, tag, value, size);
	return finish(&contents);
}

#define CN          "2.5.4.3"
#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *oid;
	unsigned tag;
	const char *value;
	size_t size;
	enum err error;
	const char *expected; /* the RFC 4514 text */
	const char *why;
} values[] = {
	{CN, DER_UTF8_STRING, BYTES("host\0.evil"), ERR_PERMISSION, NULL, "NUL in UTF8String (CWE-158)"},
	{CN, DER_IA5_STRING, BYTES("host\0.evil"), ERR_PERMISSION, NULL, "NUL in IA5String"},
	{CN, DER_BMP_STRING, BYTES("\0a\0\0\0b"), ERR_PERMISSION, NULL, "NUL in BMPString"},
	{CN, DER_UTF8_STRING, BYTES("a\nb"), ERR_PERMISSION, NULL, "a line break"},
	{CN, DER_UTF8_STRING, BYTES("a\x7f"), ERR_PERMISSION, NULL, "DEL"},
	{CN, DER_UTF8_STRING, BYTES("a\xc2\x85"), ERR_PERMISSION, NULL, "U+0085, a C1 control"},
	{CN, DER_T61_STRING, BYTES("a\x85"), ERR_PERMISSION, NULL, "the same as Latin-1"},
	{CN, DER_UTF8_STRING,
	 BYTES("\xe2\x80\xae"
	       "moc.elpmaxe"),
	 ERR_PERMISSION, NULL, "U+202E"},
	{CN, DER_UTF8_STRING,
	 BYTES("\xe2\x81\xa6"
	       "a"),
	 ERR_PERMISSION, NULL, "U+2066"},
	{CN, DER_UTF8_STRING, BYTES("a\xe2\x80\x8e"), ERR_PERMISSION, NULL, "U+200E"},
	{CN, DER_UTF8_STRING, BYTES("pay\xe2\x80\x8bpal"), ERR_PERMISSION, NULL, "U+200B"},
	{CN, DER_BMP_STRING, BYTES("\0a\x20\x0d"), ERR_PERMISSION, NULL, "U+200D in BMPString"},
	{CN, DER_UNIVERSAL_STRING, BYTES("\0\0\xfe\xff"), ERR_PERMISSION, NULL, "U+FEFF in UniversalString"},
	{CN, DER_UTF8_STRING, BYTES("\xf3\xa0\x81\x81"), ERR_PERMISSION, NULL, "U+E0041, an invisible tag"},
	{CN, DER_UTF8_STRING, BYTES("p\xd0\xb0ypal.com"), ERR_PERMISSION, NULL,
	 "Cyrillic a among Latin letters"},
	{CN, DER_BMP_STRING, BYTES("\0p\x04\x30"), ERR_PERMISSION, NULL, "the same in BMPString"},
	{CN, DER_UTF8_STRING, BYTES("www.\xce\xb1pple"), ERR_PERMISSION, NULL,
	 "Greek alpha in the second label"},
	{CN, DER_UTF8_STRING,
	 BYTES("\xef\xbd\x81"
	       "b"),
	 ERR_PERMISSION, NULL, "a full-width letter beside ASCII"},
	{"2.5.4.10", DER_UTF8_STRING, BYTES("a\nb"), ERR_PERMISSION, NULL, "the gate holds for O as well"},
	{"1.2.3.4", DER_UTF8_STRING, BYTES("a\nb"), ERR_PERMISSION, NULL, "and for types nobody knows"},
	{CN, DER_UTF8_STRING, BYTES("a\xff"), ERR_SYNTAX, NULL, "no UTF-8"},
	{CN, DER_UTF8_STRING, BYTES("\xc0\xaf"), ERR_SYNTAX, NULL, "an overlong '/'"},
	{CN, DER_PRINTABLE_STRING, BYTES("M\xfcller"), ERR_SYNTAX, NULL, "PrintableString is ASCII"},
	{CN, DER_BMP_STRING, BYTES("\0ab"), ERR_SYNTAX, NULL, "half a character"},
	{CN, DER_BMP_STRING, BYTES("\xd8\x3d\0a"), ERR_SYNTAX, NULL, "a high surrogate alone"},
	{CN, DER_BMP_STRING, BYTES("\xdc\x3d"), ERR_SYNTAX, NULL, "a low surrogate alone"},
	{CN, DER_UNIVERSAL_STRING, BYTES("\0\0\xd8\x00"), ERR_SYNTAX, NULL, "a surrogate as UTF-32"},
	{CN, DER_UNIVERSAL_STRING, BYTES("\0\x11\0\0"), ERR_SYNTAX, NULL, "above U+10FFFF"},
	{CN, DER_OCTET_STRING, BYTES("abc"), ERR_SYNTAX, NULL, "a CN is a string"},
	{CN, 0x1b, BYTES("abc"), ERR_SYNTAX, NULL, "GeneralString is no string of names"},
	{CN, DER_SEQUENCE, BYTES(""), ERR_SYNTAX, NULL, "a constructed value"},
	{"2.5.4.10", DER_CONTEXT(0), BYTES("abc"), ERR_SYNTAX, NULL, "a tag of no string"},

	{CN, DER_UTF8_STRING, BYTES("device"), ERR_OK, "CN=device", "the plain case"},
	{CN, DER_UTF8_STRING, BYTES(""), ERR_OK, "CN=", "an empty value"},
	{CN, DER_PRINTABLE_STRING, BYTES("a@b_*"), ERR_OK, "CN=a@b_*",
	 "PrintableString taken loosely, as all do"},
	{CN, DER_T61_STRING, BYTES("M\xfcller"), ERR_OK, "CN=M\xc3\xbcller", "T61String is Latin-1"},
	{CN, DER_UTF8_STRING, BYTES("Mu\xcc\x88ller"), ERR_OK, "CN=Mu\xcc\x88ller",
	 "decomposed, as Apple sends it"},
	{CN, DER_BMP_STRING, BYTES("\0M\0\xfc"), ERR_OK, "CN=M\xc3\xbc", "BMPString"},
	{CN, DER_BMP_STRING, BYTES("\0M\xd8\x3d\xdc\xf1"), ERR_OK, "CN=M\xf0\x9f\x93\xb1",
	 "a picture as surrogates"},
	{CN, DER_UNIVERSAL_STRING, BYTES("\0\0\x04\x30"), ERR_OK, "CN=\xd0\xb0", "Cyrillic alone"},
	{CN, DER_UTF8_STRING, BYTES("\xd0\xb0.com"), ERR_OK, "CN=\xd0\xb0.com", "one script a label"},
	{CN, DER_UTF8_STRING, BYTES("Anna\xe2\x80\x99s iPhone"), ERR_OK, "CN=Anna\xe2\x80\x99s iPhone",
	 "an apostrophe"},
	{CN, DER_UTF8_STRING, BYTES(" a,b+c\"d\\e<f>g;h=i "), ERR_OK,
	 "CN=\\ a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h\\=i\\ ", "everything RFC 4514 escapes"},
	{CN, DER_UTF8_STRING, BYTES("#a#"), ERR_OK, "CN=\\#a#", "'#' in front"},
	{"2.5.4.5", DER_NUMERIC_STRING, BYTES("42"), ERR_OK, "serialNumber=42", "NumericString"},
	{"1.2.840.113549.1.9.2", DER_PRINTABLE_STRING, BYTES("r1.example"), ERR_OK,
	 "unstructuredName=r1.example", "what routers send"},
	{"1.2.3.4", DER_UTF8_STRING, BYTES("abc"), ERR_OK, "1.2.3.4=#0c03616263", "an unknown type in hex"},
	{"2.5.4.45", DER_BIT_STRING, BYTES("\0\1"), ERR_OK, "2.5.4.45=#03020001",
	 "a value that is no string"},
};

Test(names, values_of_every_type_through_the_gate)
{
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		CLEANUP(bytes_free)
		gnutls_datum_t der =
			one_attribute(values[i].oid, values[i].tag, values[i].value, values[i].size);
		struct pki_names names;
		enum err error = pki_names_parse(&der, &nothing, &names, reason);

		cr_expect_eq(error, values[i].error, "%s: %s", values[i].why, err_text(error));
		if (values[i].expected == NULL)
			cr_expect(names.subject_text == NULL && reason[0] != '\0', "%s", values[i].why);
		else if (error == ERR_OK)
			cr_expect_str_eq(names.subject_text, values[i].expected, "%s", values[i].why);
		pki_names_free(&names);
	}
}

static const struct {
	const char *der;
	size_t size;
	const char *why;
} malformed[] = {
	{BYTES(""), "no bytes"},
	{BYTES("\x30"), "a tag without length"},
	{BYTES("\x31\x00"), "a SET outside"},
	{BYTES("\x30\x00\x00"), "bytes behind"},
	{BYTES("\x30\x02\x31\x00"), "an RDN without attribute"},
	{BYTES("\x30\x04\x31\x02\x30\x00"), "an empty attribute"},
	{BYTES("\x30\x80\x00\x00"), "indefinite length"},
	{BYTES("\x30\x09\x31\x07\x30\x05\x06\x03\x55\x04\x03"), "a type without value"},
	{BYTES("\x30\x0a\x31\x08\x30\x06\x06\x00\x0c\x02\x61\x62"), "an empty OID"},
	{BYTES("\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x01\x61\x05\x00"), "a third field"},
	{BYTES("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x02\x61"), "cut short"},
	{BYTES("\x30\x0d\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x61\x05"), "half an RDN behind"},
};

Test(names, malformed_subjects)
{
	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
		gnutls_datum_t der = bytes_view(malformed[i].der, malformed[i].size);
		struct pki_names names;

		cr_expect_eq(pki_names_parse(&der, &nothing, &names, reason), ERR_SYNTAX, "%s",
			     malformed[i].why);
		cr_expect_null(names.subject_text, "%s", malformed[i].why);
	}
}

static enum err parse_cn_of(size_t size)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	struct pki_names names;
	char value[LIMIT_NAME + 1];
	enum err error;

	memset(value, 'a', sizeof value);
	der = one_attribute(CN, DER_UTF8_STRING, value, size);
	error = pki_names_parse(&der, &nothing, &names, reason);
	pki_names_free(&names);
	return error;
}

Test(names, lengths_are_bounded)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	struct buffer contents = {0};
	struct pki_names names;
	char value[1000];

	cr_expect_eq(parse_cn_of(LIMIT_NAME), ERR_OK);
	cr_expect_eq(parse_cn_of(LIMIT_NAME + 1), ERR_LIMIT);
	memset(value, 'a', sizeof value);
	for (int i = 0; i < 9; i++)
		put_rdn(&contents, "2.5.4.11", DER_UTF8_STRING, value, sizeof value);
	der = finish(&contents);
	cr_expect_eq(pki_names_parse(&der, &nothing, &names, reason), ERR_LIMIT,
		     "a subject over LIMIT_SUBJECT");
}

Test(names, subject_in_reverse_order_with_the_first_common_name)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	struct buffer contents = {0};
	struct pki_names names;

	put_rdn(&contents, "2.5.4.6", DER_PRINTABLE_STRING, "DE", 2);
	put_rdn(&contents, CN, DER_UTF8_STRING, "", 0);
	put_rdn(&contents, CN, DER_UTF8_STRING, "first", 5);
	put_rdn(&contents, CN, DER_UTF8_STRING, "second", 6);
	der = finish(&contents);
	cr_assert_eq(pki_names_parse(&der, &nothing, &names, reason), ERR_OK, "%s", reason);
	cr_expect_str_eq(names.subject_text, "CN=second,CN=first,CN=,C=DE");
	cr_expect_str_eq(names.common_name, "first");
	cr_expect(bytes_equal(&names.subject, &der));
	pki_names_free(&names);
}

Test(names, several_attributes_in_one_rdn)
{
	gnutls_datum_t der = bytes_view(BYTES("\x30\x18\x31\x16\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x61"
					      "\x30\x0a\x06\x03\x55\x04\x05\x13\x03\x31\x32\x33"));
	struct pki_names names;

	cr_assert_eq(pki_names_parse(&der, &nothing, &names, reason), ERR_OK, "%s", reason);
	cr_expect_str_eq(names.subject_text, "CN=a+serialNumber=123");
	pki_names_free(&names);
}

Test(names, empty_subject)
{
	gnutls_datum_t der = bytes_view("\x30\x00", 2);
	struct pki_names names;

	cr_assert_eq(pki_names_parse(&der, &nothing, &names, reason), ERR_OK);
	cr_expect_str_eq(names.subject_text, "");
	cr_expect_null(names.common_name);
	cr_expect_eq(names.san_count, 0);
	pki_names_free(&names);
}
