/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/ber.h"
#include "base/der.h"
#include "base/limits.h"
#include "base/text.h"
#include "lib/ber_maker.h"
#include "lib/files.h"

static gnutls_datum_t hex(const char *text)
{
	gnutls_datum_t bytes;

	cr_assert_eq(text_unhex(text, &bytes), ERR_OK);
	return bytes;
}

static const struct {
	const char *input;
	const char *why;
} refused[] = {
	{"", "nothing there"},
	{"30", "identifier without a length"},
	{"3003", "length beyond the end"},
	{"3082", "length octets cut off"},
	{"308200", "length octets cut short"},
	{"30ff00", "the length form X.690 reserves"},
	{"3084ffffffff", "a length of four gigabytes"},
	{"3088010000000000000000", "a length of more than 64 bits"},
	{"3000"
	 "00",
	 "a byte follows"},
	{"30800000"
	 "0000",
	 "end-of-contents twice"},
	{"3080", "indefinite, never ended"},
	{"308000", "end-of-contents cut short"},
	{"3080020105", "indefinite with contents, never ended"},
	{"30800001", "an identifier of zero that is no end-of-contents"},
	{"30020000", "end-of-contents inside a definite length"},
	{"0000", "end-of-contents alone"},
	{"2000", "constructed with tag number zero"},
	{"04800000", "indefinite, but primitive"},
	{"3003020200", "an element longer than what holds it"},
	{"30800402aa0000", "an element that swallows the end-of-contents"},
	{"3004308005000000", "inner end-of-contents beyond the outer length"},
	{"1f0100", "a tag number above 30"},
	{"30031f0100", "the same inside"},
	{"2403020105", "a segment that is no OCTET STRING"},
	{"248030000000", "a constructed segment that is no OCTET STRING"},
	{"2480a0000000", "a context tag among segments"},
};

Test(ber, refuses_what_is_malformed)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		gnutls_datum_t ber = hex(refused[i].input);
		gnutls_datum_t der;

		cr_expect_eq(ber_to_der(&ber, &der), ERR_SYNTAX, "%s", refused[i].why);
		cr_expect(der.data == NULL && der.size == 0, "%s", refused[i].why);
		bytes_free(&ber);
	}
}

static const struct {
	const char *input;
	const char *output; /* NULL: to the letter */
	const char *why;
} converted[] = {
	{"0500", NULL, "one primitive encoding"},
	{"3000", NULL, "an empty sequence"},
	{"30030201ff", NULL, "DER stays"},
	{"3081030201ff", NULL, "a length that could be shorter stays: it may be signed"},
	{"30840000000302010a", NULL, "a length with leading zeros stays"},
	{"30058103020105", NULL, "a primitive context tag is not looked into"},
	{"a0030401aa", NULL, "an explicit tag around one OCTET STRING stays what it is"},
	{"a0060401aa0401bb", NULL, "so do OCTET STRINGs under an implicit one"},
	{"2308030200aa030200bb", NULL, "a BIT STRING in segments is left to its reader"},
	{"30800000", "3000", "indefinite and empty"},
	{"30800201050000", "3003020105", "indefinite"},
	{"3080308030800000000000"
	 "00",
	 "300430023000", "indefinite three deep"},
	{"30073080020105"
	 "0000",
	 "30053003020105", "indefinite inside definite: the outer length changes"},
	{"3080"
	 "3081030201ff"
	 "0000",
	 "3006"
	 "3081030201ff",
	 "definite inside indefinite stays to the letter"},
	{"2400", "0400", "an OCTET STRING of no segments"},
	{"24800000", "0400", "the same, indefinite"},
	{"24030401aa", "0401aa", "one segment"},
	{"24060401aa0401bb", "0402aabb", "two segments"},
	{"24800401aa04000401bb0000", "0402aabb", "an empty one among them"},
	{"2480"
	 "24030401aa"
	 "24800401bb0000"
	 "0401cc"
	 "0000",
	 "0403aabbcc", "segments of segments"},
	{"a0802480"
	 "0401aa"
	 "0401bb"
	 "00000000",
	 "a0040402aabb", "jscep's eContent"},
	{"a080"
	 "0401aa"
	 "0401bb"
	 "0000",
	 "a0060401aa0401bb", "jscep's encryptedContent: its reader joins"},
	{"a080"
	 "24800401aa0401bb0000"
	 "0000",
	 "a0040402aabb", "segments inside the segments of an implicit tag"},
};

Test(ber, makes_lengths_definite_and_strings_whole)
{
	for (size_t i = 0; i < sizeof converted / sizeof *converted; i++) {
		gnutls_datum_t ber, der;
		char text[128];

		ber = hex(converted[i].input);
		cr_assert_eq(ber_to_der(&ber, &der), ERR_OK, "%s", converted[i].why);
		text_hex(&der, text);
		cr_expect_str_eq(text, converted[i].output == NULL ? converted[i].input : converted[i].output,
				 "%s", converted[i].why);
		bytes_free(&ber);
		bytes_free(&der);
	}
}

/* Every proper prefix of every accepted encoding is an error. */
Test(ber, refuses_every_truncation)
{
	for (size_t i = 0; i < sizeof converted / sizeof *converted; i++) {
		gnutls_datum_t ber = hex(converted[i].input);

		for (unsigned size = 0; size < ber.size; size++) {
			gnutls_datum_t part = {ber.data, size};
			gnutls_datum_t der;

			cr_expect_eq(ber_to_der(&part, &der), ERR_SYNTAX, "%s at %u", converted[i].input,
				     size);
		}
		bytes_free(&ber);
	}
}

Test(ber, refuses_no_bytes_at_no_address)
{
	gnutls_datum_t nothing = {NULL, 0};
	gnutls_datum_t der;

	cr_expect_eq(ber_to_der(&nothing, &der), ERR_SYNTAX);
}

/* COUNT times OPEN, then CONTENT, then COUNT times CLOSE. */
static gnutls_datum_t nest(const char *open, const char *content, const char *close, size_t count)
{
	gnutls_datum_t parts[3] = {hex(open), hex(content), hex(close)};
	struct buffer out = {0};
	gnutls_datum_t all;

	for (size_t i = 0; i < count; i++)
		buffer_append(&out, parts[0].data, parts[0].size);
	buffer_append(&out, parts[1].data, parts[1].size);
	for (size_t i = 0; i < count; i++)
		buffer_append(&out, parts[2].data, parts[2].size);
	cr_assert(buffer_take(&out, &all));
	for (size_t i = 0; i < 3; i++)
		bytes_free(&parts[i]);
	return all;
}

static const struct {
	const char *open, *content, *close;
	size_t count;
	enum err expected;
	const char *why;
} bounds[] = {
	{"3080", "0500", "0000", LIMIT_ASN1_DEPTH, ERR_OK, "as deep as allowed"},
	{"3080", "0500", "0000", LIMIT_ASN1_DEPTH + 1, ERR_LIMIT, "one deeper"},
	{"3080", "", "", 10000, ERR_LIMIT, "10,000 sequences, never ended"},
	{"3080", "", "0000", 10000, ERR_LIMIT, "10,000 sequences, ended"},
	{"2480", "", "0000", 10000, ERR_LIMIT, "10,000 segments inside each other"},
};

Test(ber, bounds_depth)
{
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
		gnutls_datum_t ber =
			nest(bounds[i].open, bounds[i].content, bounds[i].close, bounds[i].count);
		gnutls_datum_t der;

		cr_expect_eq(ber_to_der(&ber, &der), bounds[i].expected, "%s", bounds[i].why);
		bytes_free(&der);
		bytes_free(&ber);
	}
}

/* COUNT times ELEMENT inside OPEN, indefinite. */
static enum err many(const char *open, const char *element, size_t count, unsigned *size)
{
	gnutls_datum_t parts[2] = {hex(open), hex(element)};
	struct buffer out = {0};
	gnutls_datum_t ber, der;
	enum err error;

	buffer_append(&out, parts[0].data, parts[0].size);
	for (size_t i = 0; i < count; i++)
		buffer_append(&out, parts[1].data, parts[1].size);
	buffer_append(&out, "\0\0", 2);
	cr_assert(buffer_take(&out, &ber));
	error = ber_to_der(&ber, &der);
	*size = der.size;
	bytes_free(&der);
	bytes_free(&ber);
	bytes_free(&parts[0]);
	bytes_free(&parts[1]);
	return error;
}

Test(ber, bounds_elements_and_segments)
{
	unsigned size;

	cr_expect_eq(many("3080", "0500", LIMIT_ASN1_ELEMENTS - 1, &size), ERR_OK);
	cr_expect_eq(size, 5 + 2 * (LIMIT_ASN1_ELEMENTS - 1));
	cr_expect_eq(many("3080", "0500", LIMIT_ASN1_ELEMENTS, &size), ERR_LIMIT);
	cr_expect_eq(many("3080", "0500", 512 * 1024, &size), ERR_LIMIT, "1 MiB of tiny elements");
	cr_expect_eq(many("2480", "0401aa", LIMIT_ASN1_SEGMENTS, &size), ERR_OK);
	cr_expect_eq(size, 4 + LIMIT_ASN1_SEGMENTS);
	cr_expect_eq(many("2480", "0401aa", LIMIT_ASN1_SEGMENTS + 1, &size), ERR_LIMIT);
	cr_expect_eq(many("2480",
			  "2402"
			  "0400",
			  LIMIT_ASN1_SEGMENTS, &size),
		     ERR_LIMIT, "nested ones count");
	cr_expect_eq(many("3080", "24030401aa", 3 * LIMIT_ASN1_SEGMENTS / 2, &size), ERR_OK,
		     "a count a string");
}

/* What came out goes in again unchanged. */
Test(ber, converts_once_for_good)
{
	for (size_t i = 0; i < sizeof converted / sizeof *converted; i++) {
		gnutls_datum_t ber, der, again;

		ber = hex(converted[i].input);
		cr_assert_eq(ber_to_der(&ber, &der), ERR_OK);
		cr_assert_eq(ber_to_der(&der, &again), ERR_OK);
		cr_expect(bytes_equal(&der, &again), "%s", converted[i].why);
		bytes_free(&ber);
		bytes_free(&der);
		bytes_free(&again);
	}
}

/* Real messages, made BER as jscep would and back again. */
Test(ber, gives_back_the_der_that_was_made_ber)
{
	static const char *const files[] = {"pkimessage/csr-rsa-sha256.der", "pkimessage/signed-plain.der",
					    "pkimessage/signed-ec.der", "pkimessage/certs-only.der"};
	static const size_t segments[] = {1, 10, 1000};

	for (size_t i = 0; i < sizeof files / sizeof *files * 3; i++) {
		gnutls_datum_t expected = test_read(files[i / 3]);
		gnutls_datum_t ber = ber_make(&expected, segments[i % 3]);
		gnutls_datum_t der;

		cr_assert_eq(ber_to_der(&ber, &der), ERR_OK, "%s", files[i / 3]);
		cr_expect_not(bytes_equal(&ber, &expected), "%s", files[i / 3]);
		cr_expect(bytes_equal(&der, &expected), "%s", files[i / 3]);
		bytes_free(&expected);
		bytes_free(&ber);
		bytes_free(&der);
	}
}
