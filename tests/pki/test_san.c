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

#define BYTES(text) text, sizeof(text) - 1
#define NAME(text)                                                                                           \
	{                                                                                                    \
		BYTES(text)                                                                                  \
	}
#define UPN "\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03"

struct name {
	const char *der;
	size_t size;
};

/* A subjectAltName around COUNT GeneralNames. */
static gnutls_datum_t make_san(const struct name *list, size_t count)
{
	struct buffer contents = {0};
	struct buffer whole = {0};
	gnutls_datum_t san;

	for (size_t i = 0; i < count; i++)
		buffer_append(&contents, list[i].der, list[i].size);
	der_put_buffer(&whole, DER_SEQUENCE, &contents);
	cr_assert(buffer_take(&whole, &san));
	return san;
}

static enum err parse(const gnutls_datum_t *san, struct pki_names *names)
{
	gnutls_datum_t subject = bytes_view("\x30\x00", 2);

	return pki_names_parse(&subject, san, names, reason);
}

static const struct {
	struct name name;
	enum err error;
	const char *expected;
	const char *why;
} cases[] = {
	{NAME("\x82\x06"
	      "a\0.com"),
	 ERR_PERMISSION, NULL, "NUL in a DNS name (CWE-158)"},
	{NAME("\x82\x00"), ERR_SYNTAX, NULL, "an empty DNS name"},
	{NAME("\x82\x03"
	      "a b"),
	 ERR_SYNTAX, NULL, "a blank in a DNS name"},
	{NAME("\x82\x04"
	      "a..b"),
	 ERR_SYNTAX, NULL, "an empty label"},
	{NAME("\x82\x02"
	      "a."),
	 ERR_SYNTAX, NULL, "a dot at the end"},
	{NAME("\x82\x02"
	      "-a"),
	 ERR_SYNTAX, NULL, "a hyphen in front"},
	{NAME("\x82\x04"
	      "a-.b"),
	 ERR_SYNTAX, NULL, "a hyphen at a label's end"},
	{NAME("\x82\x01"
	      "*"),
	 ERR_SYNTAX, NULL, "a wildcard alone"},
	{NAME("\x82\x05"
	      "a.*.b"),
	 ERR_SYNTAX, NULL, "a wildcard inside"},
	{NAME("\x82\x05"
	      "*a.bc"),
	 ERR_SYNTAX, NULL, "half a wildcard label"},
	{NAME("\x82\x05"
	      "*.*.a"),
	 ERR_SYNTAX, NULL, "two wildcards"},
	{NAME("\x82\x02"
	      "*."),
	 ERR_SYNTAX, NULL, "a wildcard of nothing"},
	{NAME("\x82\x04"
	      "a,b\""),
	 ERR_SYNTAX, NULL, "what no host is called"},
	{NAME("\x82\x02\xc3\xbc"), ERR_SYNTAX, NULL, "UTF-8 where IA5String is"},
	{NAME("\x82\x40"
	      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
	 ERR_SYNTAX, NULL, "a label of 64"},
	{NAME("\x81\x05"
	      "a b@c"),
	 ERR_SYNTAX, NULL, "a blank in an address"},
	{NAME("\x81\x03"
	      "abc"),
	 ERR_SYNTAX, NULL, "an address without @"},
	{NAME("\x81\x02"
	      "a@"),
	 ERR_SYNTAX, NULL, "an address without host"},
	{NAME("\x81\x02"
	      "@a"),
	 ERR_SYNTAX, NULL, "an address without mailbox"},
	{NAME("\x81\x04"
	      "a@b\n"),
	 ERR_PERMISSION, NULL, "a line break in an address"},
	{NAME("\x86\x05"
	      "/path"),
	 ERR_SYNTAX, NULL, "a relative URI"},
	{NAME("\x86\x05"
	      "http:"),
	 ERR_SYNTAX, NULL, "a scheme of nothing"},
	{NAME("\x86\x07"
	      "a://b c"),
	 ERR_SYNTAX, NULL, "a blank in a URI"},
	{NAME("\x86\x04"
	      "1:/a"),
	 ERR_SYNTAX, NULL, "a scheme that begins with a digit"},
	{NAME("\x87\x03\1\2\3"), ERR_SYNTAX, NULL, "an address of three bytes"},
	{NAME("\x87\x08\1\2\3\4\1\2\3\4"), ERR_SYNTAX, NULL, "address and mask are for name constraints"},
	{NAME("\x88\x00"), ERR_SYNTAX, NULL, "an OID of nothing"},
	{NAME("\x88\x02\x2a\x83"), ERR_SYNTAX, NULL, "an OID cut short"},
	{NAME("\xa2\x03\x16\x01"
	      "a"),
	 ERR_SYNTAX, NULL, "a constructed DNS name"},
	{NAME("\x84\x02\x30\x00"), ERR_SYNTAX, NULL, "a primitive directory name"},
	{NAME("\x89\x01"
	      "a"),
	 ERR_SYNTAX, NULL, "a tag of no GeneralName"},
	{NAME("\x16\x01"
	      "a"),
	 ERR_SYNTAX, NULL, "a string without its tag"},
	{NAME("\xa4\x04\x30\x02\x31\x00"), ERR_SYNTAX, NULL, "a malformed directory name"},
	{NAME("\xa4\x10\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03"
	      "a\nb"),
	 ERR_PERMISSION, NULL, "the gate inside a directory name"},
	{NAME("\xa0\x00"), ERR_SYNTAX, NULL, "an otherName of nothing"},
	{NAME("\xa0\x0c" UPN), ERR_SYNTAX, NULL, "a UPN without value"},
	{NAME("\xa0\x10" UPN "\xa0\x02\x0c\x00"), ERR_SYNTAX, NULL, "an empty UPN"},
	{NAME("\xa0\x11" UPN "\xa0\x03\x02\x01\x01"), ERR_SYNTAX, NULL, "a UPN that is a number"},
	{NAME("\xa0\x13" UPN "\xa0\x05\x0c\x03"
	      "a\0b"),
	 ERR_PERMISSION, NULL, "NUL in a UPN"},
	{NAME("\xa0\x13" UPN "\xa0\x05\x0c\x01"
	      "a\x05\x00"),
	 ERR_SYNTAX, NULL, "two values in one otherName"},
	{NAME("\xa0\x0a\x06\x03\x2a\x03\x04\xa0\x03\x0c\x01\x07"), ERR_PERMISSION, NULL,
	 "a control character in any otherName"},
	{NAME("\xa4\x0d\x30\x0b\x31\x09\x30\x07\x06\x03\x55\x04\x03\x0c\x00"), ERR_UNSUPPORTED, NULL,
	 "a directory name with an empty value, the same"},
	{NAME("\xa3\x04\x30\x05\x02\x01"), ERR_SYNTAX, NULL, "an X.400 name whose lengths do not add up"},

	{NAME("\x82\x04"
	      "host"),
	 ERR_OK, "DNS:host", "a short name"},
	{NAME("\x82\x0d"
	      "*.a_b.example"),
	 ERR_OK, "DNS:*.a_b.example", "a wildcard and an underscore"},
	{NAME("\x82\x07"
	      "10.0.1a"),
	 ERR_OK, "DNS:10.0.1a", "digits"},
	{NAME("\x81\x05"
	      "a@b.c"),
	 ERR_OK, "email:a@b.c", "an address"},
	{NAME("\x86\x13"
	      "spiffe://td/device1"),
	 ERR_OK, "URI:spiffe://td/device1", "a URI stays one"},
	{NAME("\x86\x0e"
	      "urn:uuid:a@b-c"),
	 ERR_OK, "URI:urn:uuid:a@b-c", "a URI with @ too"},
	{NAME("\x87\x04\xc0\x00\x02\x01"), ERR_OK, "IP:192.0.2.1", "IPv4"},
	{NAME("\x87\x10\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"), ERR_OK, "IP:2001:db8::1", "IPv6"},
	{NAME("\x88\x03\x2a\x03\x04"), ERR_OK, "RID:1.2.3.4", "a registered ID"},
	{NAME("\xa4\x0e\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01"
	      "a"),
	 ERR_OK, "dirName:CN=a", "a directory name"},
	{NAME("\xa0\x13" UPN "\xa0\x05\x0c\x03"
	      "u@r"),
	 ERR_OK, "UPN:u@r", "a UPN"},
	{NAME("\xa0\x14" UPN "\xa0\x06\x0c\x04"
	      "\xc3\xbc@r"),
	 ERR_OK, "UPN:\xc3\xbc@r", "a UPN in UTF-8"},
	{NAME("\xa0\x15\x06\x09\x2b\x06\x01\x04\x01\x82\x37\x19\x01\xa0\x08\x04\x06\1\2\3\4\5\0"), ERR_OK,
	 "otherName:1.3.6.1.4.1.311.25.1", "the GUID of a domain controller"},
	{NAME("\xa3\x02\x30\x00"), ERR_UNSUPPORTED, NULL, "an X.400 name: GnuTLS reads no such certificate"},
	{NAME("\xa5\x05\xa1\x03\x0c\x01"
	      "a"),
	 ERR_UNSUPPORTED, NULL, "an EDI party name, the same"},
};

Test(san, every_kind_judged_and_kept)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CLEANUP(bytes_free) gnutls_datum_t san = make_san(&cases[i].name, 1);
		gnutls_datum_t raw = bytes_view(cases[i].name.der, cases[i].name.size);
		struct pki_names names;
		enum err error = parse(&san, &names);

		cr_expect_eq(error, cases[i].error, "%s: %s", cases[i].why, err_text(error));
		cr_expect_eq(names.san_count, error == ERR_OK ? 1 : 0, "%s", cases[i].why);
		if (error == ERR_OK && names.san_count == 1) {
			cr_expect_str_eq(names.sans[0].text, cases[i].expected, "%s", cases[i].why);
			cr_expect(bytes_equal(&names.sans[0].raw, &raw), "%s", cases[i].why);
		}
		pki_names_free(&names);
	}
}

Test(san, malformed_lists)
{
	static const struct name lists[] = {
		NAME("\x30\x00"), /* no name */
		NAME("\x31\x03\x82\x01"
		     "a"), /* a SET */
		NAME("\x30\x03\x82\x01"
		     "a\x00"), /* bytes behind */
		NAME("\x30\x04\x82\x01"
		     "a\x82"), /* half a name behind */
		NAME("\x30\x03\x82\x02"
		     "a"), /* a name longer than the list */
		NAME("\x30\x80\x82\x01"
		     "a\x00\x00"), /* indefinite */
		NAME("\x04\x05\x30\x03\x82\x01"
		     "a"), /* wrapped once too often */
	};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		gnutls_datum_t san = bytes_view(lists[i].der, lists[i].size);
		struct pki_names names;

		cr_expect_eq(parse(&san, &names), ERR_SYNTAX, "list %zu", i);
		cr_expect_eq(names.san_count, 0);
	}
}

static enum err parse_many(size_t count)
{
	static const struct name one = NAME("\x82\x01"
					    "a");
	CLEANUP(bytes_free) gnutls_datum_t san = {NULL, 0};
	struct name list[LIMIT_SANS + 1];
	struct pki_names names;
	enum err error;

	for (size_t i = 0; i < count; i++)
		list[i] = one;
	san = make_san(list, count);
	error = parse(&san, &names);
	pki_names_free(&names);
	return error;
}

Test(san, a_hundred_names_and_no_more)
{
	cr_expect_eq(parse_many(LIMIT_SANS), ERR_OK);
	cr_expect_eq(parse_many(LIMIT_SANS + 1), ERR_LIMIT);
}

Test(san, long_names)
{
	CLEANUP(bytes_free) gnutls_datum_t san = {NULL, 0};
	struct buffer list = {0};
	struct buffer whole = {0};
	struct pki_names names;
	char uri[LIMIT_NAME + 1];

	memset(uri, 'a', sizeof uri);
	memcpy(uri, "a://", 4);
	der_put(&list, DER_CONTEXT(6), uri, sizeof uri);
	der_put_buffer(&whole, DER_SEQUENCE, &list);
	cr_assert(buffer_take(&whole, &san));
	cr_expect_eq(parse(&san, &names), ERR_LIMIT);
}

#define A                                                                                                    \
	NAME("\x82\x01"                                                                                      \
	     "a")
#define A_UP                                                                                                 \
	NAME("\x82\x01"                                                                                      \
	     "A")
#define B                                                                                                    \
	NAME("\x82\x01"                                                                                      \
	     "b")
#define URI_A                                                                                                \
	NAME("\x86\x03"                                                                                      \
	     "a:b")
#define URI_B                                                                                                \
	NAME("\x86\x03"                                                                                      \
	     "A:b")

static const struct {
	struct name left[3];
	size_t left_count;
	struct name right[3];
	size_t right_count;
	bool equal;
	const char *why;
} sets[] = {
	{{A}, 1, {B}, 1, false, "other names"},
	{{A, B}, 2, {A}, 1, false, "one more"},
	{{A}, 1, {A, B}, 2, false, "one less"},
	{{A, A}, 2, {A, B}, 2, false, "as many, not the same"},
	{{URI_A}, 1, {URI_B}, 1, false, "URIs have case"},
	{{A},
	 1,
	 {NAME("\x81\x03"
	       "a@a")},
	 1,
	 false,
	 "another kind"},
	{{A, B}, 2, {B, A}, 2, true, "in another order"},
	{{A, A, B}, 3, {B, A}, 2, true, "with duplicates"},
	{{A}, 1, {A_UP}, 1, true, "DNS names have no case"},
};

Test(san, sets_compared)
{
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		CLEANUP(bytes_free) gnutls_datum_t left = make_san(sets[i].left, sets[i].left_count);
		CLEANUP(bytes_free) gnutls_datum_t right = make_san(sets[i].right, sets[i].right_count);
		struct pki_names a;
		struct pki_names b;

		cr_assert_eq(parse(&left, &a), ERR_OK);
		cr_assert_eq(parse(&right, &b), ERR_OK);
		cr_expect_eq(pki_sans_equal(&a, &b), sets[i].equal, "%s", sets[i].why);
		cr_expect_eq(pki_sans_equal(&b, &a), sets[i].equal, "%s, turned round", sets[i].why);
		pki_names_free(&a);
		pki_names_free(&b);
	}
}

Test(san, json)
{
	static const struct name list[] = {A, NAME("\x86\x06"
						   "a:\"b\\c")};
	CLEANUP(bytes_free) gnutls_datum_t san = make_san(list, 2);
	CLEANUP(text_free) char *json = NULL;
	CLEANUP(text_free) char *empty = NULL;
	struct pki_names none = {0};
	struct pki_names names;

	cr_assert_eq(parse(&san, &names), ERR_OK, "%s", reason);
	json = pki_sans_json(&names);
	cr_expect_str_eq(json, "[\"DNS:a\",\"URI:a:\\\"b\\\\c\"]");
	empty = pki_sans_json(&none);
	cr_expect_str_eq(empty, "[]");
	pki_names_free(&names);
}
