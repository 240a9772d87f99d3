/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/der.h"
#include "base/limits.h"
#include "pkimessage/pkimessage.h"

#include <criterion/criterion.h>
#include <string.h>

#define CN "2.5.4.3"
#define O  "2.5.4.10"

/* One attribute of a name; NEXT begins a new relative distinguished name. */
struct part {
	const char *type;
	unsigned tag;
	gnutls_datum_t value;
	bool same_rdn; /* beside the part before it */
};

#define TEXT(string) BYTES_LITERAL(string)
#define PART(type, tag, value)                                                                               \
	{                                                                                                    \
		type, tag, BYTES_LITERAL(value), false                                                       \
	}
#define WITH(type, tag, value)                                                                               \
	{                                                                                                    \
		type, tag, BYTES_LITERAL(value), true                                                        \
	}
#define UTF8      DER_UTF8_STRING
#define PRINTABLE DER_PRINTABLE_STRING

static gnutls_datum_t name(const struct part *parts, size_t count)
{
	struct buffer rdn = {0};
	struct buffer rdns = {0};
	struct buffer out = {0};
	gnutls_datum_t bytes;

	for (size_t i = 0; i < count && parts[i].type != NULL; i++) {
		struct buffer inside = {0};

		if (i > 0 && !parts[i].same_rdn)
			der_put_buffer(&rdns, DER_SET, &rdn);
		der_put_oid(&inside, parts[i].type);
		der_put_bytes(&inside, parts[i].tag, &parts[i].value);
		der_put_buffer(&rdn, DER_SEQUENCE, &inside);
	}
	if (rdn.size > 0)
		der_put_buffer(&rdns, DER_SET, &rdn);
	der_put_buffer(&out, DER_SEQUENCE, &rdns);
	cr_assert(buffer_take(&out, &bytes));
	return bytes;
}

static const struct {
	const char *why;
	struct part a[3];
	struct part b[3];
	bool equal;
} cases[] = {
	{"other text", {PART(CN, UTF8, "ca")}, {PART(CN, UTF8, "cb")}, false},
	{"text that goes on", {PART(CN, UTF8, "ca")}, {PART(CN, UTF8, "ca2")}, false},
	{"text that goes on behind a space", {PART(CN, UTF8, "ca")}, {PART(CN, UTF8, "ca 2")}, false},
	{"text that goes on behind a NUL", {PART(CN, UTF8, "ca")}, {PART(CN, UTF8, "ca\0x")}, false},
	{"another attribute", {PART(CN, UTF8, "ca")}, {PART(O, UTF8, "ca")}, false},
	{"a name more", {PART(CN, UTF8, "ca")}, {PART(CN, UTF8, "ca"), PART(O, UTF8, "x")}, false},
	{"an attribute more in the name",
	 {PART(CN, UTF8, "ca")},
	 {PART(CN, UTF8, "ca"), WITH(O, UTF8, "x")},
	 false},
	{"one twice against two",
	 {PART(CN, UTF8, "a"), WITH(CN, UTF8, "a")},
	 {PART(CN, UTF8, "a"), WITH(CN, UTF8, "b")},
	 false},
	{"names in another order",
	 {PART(CN, UTF8, "a"), PART(O, UTF8, "b")},
	 {PART(O, UTF8, "b"), PART(CN, UTF8, "a")},
	 false},
	{"a space inside against none", {PART(CN, UTF8, "a b")}, {PART(CN, UTF8, "ab")}, false},
	{"malformed UTF-8", {PART(CN, UTF8, "a\xff")}, {PART(CN, DER_T61_STRING, "a\xff")}, false},
	{"a PrintableString with the top bit set",
	 {PART(CN, PRINTABLE, "\xe9")},
	 {PART(CN, UTF8, "\xc3\xa9")},
	 false},
	{"a BMPString of odd length", {PART(CN, DER_BMP_STRING, "\0a\0")}, {PART(CN, UTF8, "a")}, false},
	{"a surrogate",
	 {PART(CN, DER_BMP_STRING, "\xd8\x00")},
	 {PART(CN, DER_UNIVERSAL_STRING, "\0\0\xd8\0")},
	 false},
	{"text against octets", {PART(CN, UTF8, "a")}, {PART(CN, DER_OCTET_STRING, "a")}, false},
	{"octets in other case", {PART(CN, DER_OCTET_STRING, "a")}, {PART(CN, DER_OCTET_STRING, "A")}, false},

	{"the same octets", {PART(CN, DER_OCTET_STRING, "a")}, {PART(CN, DER_OCTET_STRING, "a")}, true},
	{"the same", {PART(CN, UTF8, "ca")}, {PART(CN, UTF8, "ca")}, true},
	{"another string type", {PART(CN, UTF8, "ca")}, {PART(CN, PRINTABLE, "ca")}, true},
	{"BMPString", {PART(CN, UTF8, "c\xc3\xa9")}, {PART(CN, DER_BMP_STRING, "\0c\0\xe9")}, true},
	{"UniversalString",
	 {PART(CN, UTF8, "\xc3\xa9")},
	 {PART(CN, DER_UNIVERSAL_STRING, "\0\0\0\xe9")},
	 true},
	{"T61String, which holds Latin-1",
	 {PART(CN, UTF8, "\xc3\xa9")},
	 {PART(CN, DER_T61_STRING, "\xe9")},
	 true},
	{"capitals", {PART(CN, UTF8, "Test CA")}, {PART(CN, PRINTABLE, "tEST cA")}, true},
	{"Latin capitals", {PART(CN, UTF8, "\xc3\x84\xc5\xbb")}, {PART(CN, UTF8, "\xc3\xa4\xc5\xbc")}, true},
	{"Greek and Cyrillic capitals",
	 {PART(CN, UTF8, "\xce\xa3\xd0\x96")},
	 {PART(CN, UTF8, "\xcf\x82\xd0\xb6")},
	 true},
	{"spaces around and in runs", {PART(CN, UTF8, "  a \t b ")}, {PART(CN, UTF8, "a b")}, true},
	{"a no-break space",
	 {PART(CN, UTF8,
	       "a\xc2\xa0"
	       "b")},
	 {PART(CN, UTF8, "a b")},
	 true},
	{"nothing but spaces", {PART(CN, UTF8, "   ")}, {PART(CN, UTF8, "")}, true},
	{"attributes of one name in another order",
	 {PART(CN, UTF8, "a"), WITH(O, UTF8, "b")},
	 {PART(O, UTF8, "B"), WITH(CN, UTF8, "A")},
	 true},
	{"the empty name", {{0}}, {{0}}, true},
};

Test(names, are_compared_as_names)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		gnutls_datum_t a = name(cases[i].a, 3);
		gnutls_datum_t b = name(cases[i].b, 3);

		cr_expect_eq(pkimessage_names_equal(&a, &b), cases[i].equal, "%s", cases[i].why);
		cr_expect_eq(pkimessage_names_equal(&b, &a), cases[i].equal, "%s, the other way",
			     cases[i].why);
		bytes_free(&a);
		bytes_free(&b);
	}
}

Test(names, what_is_no_name_equals_none)
{
	const struct part parts[] = {PART(CN, UTF8, "some name")};
	const struct part other[] = {PART(CN, UTF8, "SOME NAME")};
	gnutls_datum_t good = name(parts, 1);
	gnutls_datum_t bad = name(other, 1);
	gnutls_datum_t empty = {NULL, 0};

	cr_expect(pkimessage_names_equal(&good, &bad));
	cr_expect_not(pkimessage_names_equal(NULL, &good));
	cr_expect_not(pkimessage_names_equal(&good, NULL));
	cr_expect_not(pkimessage_names_equal(&empty, &empty));
	for (unsigned size = 0; size < bad.size; size++) {
		gnutls_datum_t part = {bad.data, size};

		cr_expect_not(pkimessage_names_equal(&good, &part), "%u bytes", size);
	}
	bytes_free(&good);
	bytes_free(&bad);
}

static const struct {
	const char *why;
	struct part parts[3];
	bool blank;
} blanks[] = {
	{"the empty name", {{0}}, true},
	{"an empty string", {PART(CN, UTF8, "")}, true},
	{"spaces of all kinds", {PART(CN, UTF8, " \t\xc2\xa0"), WITH(O, DER_BMP_STRING, "\0 ")}, true},
	{"several blank parts", {PART(CN, UTF8, ""), PART(O, PRINTABLE, " ")}, true},
	{"a letter", {PART(CN, UTF8, " a")}, false},
	{"a letter in the last part", {PART(CN, UTF8, ""), PART(O, UTF8, ""), WITH(CN, UTF8, "a")}, false},
	{"what is no string", {PART(CN, DER_OCTET_STRING, "a")}, false},
};

Test(names, that_name_nobody)
{
	const gnutls_datum_t none = {NULL, 0};

	cr_expect(pkimessage_name_is_blank(&none), "no bytes");
	for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
		gnutls_datum_t made = name(blanks[i].parts, 3);

		cr_expect_eq(pkimessage_name_is_blank(&made), blanks[i].blank, "%s", blanks[i].why);
		for (unsigned size = 0; size < made.size; size++) {
			gnutls_datum_t part = {made.data, size};

			cr_expect(pkimessage_name_is_blank(&part), "%s, cut to %u bytes", blanks[i].why,
				  size);
		}
		bytes_free(&made);
	}
}

Test(names, are_bounded)
{
	struct part parts[LIMIT_RDN_ATTRIBUTES + 1];
	struct part folded[LIMIT_RDN_ATTRIBUTES + 1];

	for (size_t i = 0; i < LIMIT_RDN_ATTRIBUTES + 1; i++) {
		parts[i] = (struct part){CN, UTF8, TEXT("x"), i > 0};
		folded[i] = (struct part){CN, UTF8, TEXT("X"), i > 0};
	}
	for (size_t more = 0; more < 2; more++) {
		gnutls_datum_t a = name(parts, LIMIT_RDN_ATTRIBUTES + more);
		gnutls_datum_t b = name(folded, LIMIT_RDN_ATTRIBUTES + more);

		cr_expect_eq(pkimessage_names_equal(&a, &b), more == 0);
		bytes_free(&a);
		bytes_free(&b);
	}
}
