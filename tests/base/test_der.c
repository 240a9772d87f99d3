/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/der.h"
#include "base/text.h"

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
	{"30800000", "indefinite length, which DER has not"},
	{"1f0100", "a tag number above 30"},
	{"3084ffffffff", "a length of four gigabytes"},
	{"3082", "length octets cut off"},
	{"308200", "length octets cut short"},
	{"30a000000000000000000000", "length octets cut short, all of them 0"},
};

Test(der, refuses_what_is_cut_short_or_not_der)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		gnutls_datum_t bytes = hex(refused[i].input);
		struct der der = der_open(&bytes);

		cr_assert_eq(der_any(&der).size, 0, "%s", refused[i].why);
		cr_assert(der.failed, "%s", refused[i].why);
		cr_assert_not(der_done(&der), "%s", refused[i].why);
		bytes_free(&bytes);
	}
}

static const struct {
	const char *input;
	int value;
	bool fails;
	const char *why;
} integers[] = {
	{"0200", 0, true, "no contents"},
	{"0201ff", 0, true, "negative"},
	{"02050100000000", 0, true, "more than 31 bits"},
	{"020100", 0, false, "zero"},
	{"02017f", 127, false, "largest of one byte"},
	{"02020080", 128, false, "a leading zero keeps it positive"},
	{"02047fffffff", 0x7fffffff, false, "largest"},
};

Test(der, reads_small_integers)
{
	for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
		gnutls_datum_t bytes = hex(integers[i].input);
		struct der der = der_open(&bytes);

		cr_expect_eq(der_small_integer(&der), integers[i].value, "%s", integers[i].why);
		cr_expect_eq(der.failed, integers[i].fails, "%s", integers[i].why);
		bytes_free(&bytes);
	}
}

Test(der, a_failed_read_fails_all_later_ones)
{
	gnutls_datum_t bytes = hex("0201050400");
	struct der der = der_open(&bytes);

	cr_assert_eq(der_contents(&der, DER_OID).size, 0);
	cr_assert_eq(der_small_integer(&der), 0);
	cr_assert(der.failed);
	bytes_free(&bytes);
}

Test(der, writes_integers_in_their_shortest_form)
{
	static const struct {
		unsigned value;
		const char *expected;
	} cases[] = {{0, "020100"},
		     {127, "02017f"},
		     {128, "02020080"},
		     {65536, "0203010000"},
		     {0xffffffff, "020500ffffffff"}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer out = {0};
		gnutls_datum_t written;
		char text[64];

		der_put_integer(&out, cases[i].value);
		cr_assert(buffer_take(&out, &written));
		text_hex(&written, text);
		cr_expect_str_eq(text, cases[i].expected);
		bytes_free(&written);
	}
}

Test(der, writes_what_it_reads_at_every_length_form)
{
	static const size_t sizes[] = {0, 1, 127, 128, 255, 256, 65535, 65536};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct buffer out = {0};
		gnutls_datum_t written;
		struct der der;
		unsigned char *contents = calloc(1, sizes[i] + 1);

		der_put(&out, DER_OCTET_STRING, contents, sizes[i]);
		cr_assert(buffer_take(&out, &written));
		der = der_open(&written);
		cr_expect_eq(der_contents(&der, DER_OCTET_STRING).size, sizes[i]);
		cr_expect(der_done(&der));
		bytes_free(&written);
		free(contents);
	}
}

Test(der, what_is_an_oid)
{
	static const struct {
		const char *text;
		bool valid;
		const char *why;
	} cases[] = {
		{"", false, "nothing"},
		{"1", false, "a root alone"},
		{".", false, "a dot"},
		{"1..2", false, "a number is missing"},
		{".1.2", false, "the first is"},
		{"1.2.", false, "the last is"},
		{"1.2.03", false, "a zero in front"},
		{"3.1", false, "under no root"},
		{"1.40", false, "the first two share a byte"},
		{"9.9.9", false, "they have no room there"},
		{"1.2.99999999999999999999", false, "a number that nobody can hold"},
		{"1.2.x", false, "a letter"},
		{"1.2.-3", false, "a sign"},
		{"1.2.3 ", false, "a blank"},
		{"1.2", true, "as short as can be"},
		{"2.5.29.17", true, "subjectAltName"},
		{"1.3.6.1.4.1.311.20.2.2", true, "Microsoft's"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_eq(der_oid_is_valid(cases[i].text), cases[i].valid, "'%s': %s", cases[i].text,
			     cases[i].why);
}

Test(der, oids_survive_both_ways_and_malformed_ones_fail)
{
	static const char *const oids[] = {"1.2.840.113549.1.1.1", "2.16.840.1.113733.1.9.2", "2.5.29.17",
					   "0.9.2342.19200300.100.1.25"};
	struct buffer bad = {0};

	for (size_t i = 0; i < sizeof oids / sizeof *oids; i++) {
		struct buffer out = {0};
		gnutls_datum_t written, contents;
		struct der der;

		der_put_oid(&out, oids[i]);
		cr_assert(buffer_take(&out, &written));
		der = der_open(&written);
		contents = der_contents(&der, DER_OID);
		cr_expect(der_oid_is(&contents, oids[i]), "%s", oids[i]);
		cr_expect_not(der_oid_is(&contents, "1.2.3"), "%s", oids[i]);
		bytes_free(&written);
	}
	cr_expect_not(der_oid_is(&BYTES_LITERAL("\x2a\x03\x84"), "1.2.3"),
		      "a number cut short is no shorter OID");
	der_put_oid(&bad, "not an oid");
	cr_expect(bad.failed);
	buffer_free(&bad);
}

Test(der, set_of_is_sorted_as_x690_wants)
{
	gnutls_datum_t items[] = {BYTES_LITERAL("\x04\x02zz"),
				  BYTES_LITERAL("\x04\x01"
						"a"),
				  BYTES_LITERAL("\x02\x01\x05")};
	struct buffer out = {0};
	gnutls_datum_t written;
	char text[64];

	der_put_set_of(&out, DER_SET, items, 3);
	cr_assert(buffer_take(&out, &written));
	text_hex(&written, text);
	cr_expect_str_eq(text, "310a"
			       "020105"
			       "040161"
			       "04027a7a");
	bytes_free(&written);
}
