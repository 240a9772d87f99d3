/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/der.h"
#include "base/limits.h"
#include "base/text.h"
#include "lib/ber_maker.h"
#include "lib/fixture.h"
#include "pkimessage/pkimessage.h"

#define CN_A "300c310a300806035504030c0161"
#define CN_B "300c310a300806035504030c0162"

static gnutls_datum_t unhex(const char *hex)
{
	gnutls_datum_t bytes;

	cr_assert_eq(text_unhex(hex, &bytes), ERR_OK);
	return bytes;
}

static const struct {
	const char *hex;
	int expected;
	const char *what;
} refused[] = {
	{"", PKIMESSAGE_E_SYNTAX, "nothing"},
	{"3000", PKIMESSAGE_E_SYNTAX, "an empty SEQUENCE"},
	{"300e" CN_A, PKIMESSAGE_E_SYNTAX, "an issuer alone"},
	{"3003020101", PKIMESSAGE_E_SYNTAX, "a serial number alone"},
	{"3010" CN_A "0200", PKIMESSAGE_E_SYNTAX, "a serial number without a byte"},
	{"3010" CN_A "0500", PKIMESSAGE_E_SYNTAX, "NULL for the subject"},
	{"301f" CN_A CN_B "020101", PKIMESSAGE_E_SYNTAX, "both subject and serial number"},
	{"301f" CN_A "020101" CN_B, PKIMESSAGE_E_SYNTAX, "both, the other way about"},
	{"3011020101" CN_A, PKIMESSAGE_E_SYNTAX, "the serial number first"},
	{"3111" CN_A "020101", PKIMESSAGE_E_SYNTAX, "a SET"},
	{"3011" CN_A "020101"
	 "00",
	 PKIMESSAGE_E_SYNTAX, "a byte too many"},
	{"3012" CN_A "020101", PKIMESSAGE_E_SYNTAX, "cut short"},
	{"3026" CN_A "0216"
	 "00112233445566778899aabbccddeeff001122334455",
	 PKIMESSAGE_E_LIMIT, "a serial number of 22 bytes"},
};

Test(reference, parsing_refuses_what_names_no_certificate)
{
	struct pkimessage_reference reference;

	cr_expect_eq(pkimessage_reference_parse(NULL, &reference), PKIMESSAGE_E_ARGUMENT);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		gnutls_datum_t input = unhex(refused[i].hex);

		memset(&reference, 0xff, sizeof reference);
		cr_expect_eq(pkimessage_reference_parse(&input, &reference), refused[i].expected, "%s",
			     refused[i].what);
		cr_expect(reference.der.data == NULL && reference.issuer.size == 0 &&
				  reference.subject.size == 0 && reference.serial.size == 0,
			  "%s: outputs are emptied", refused[i].what);
		bytes_free(&input);
	}
	pkimessage_reference_free(NULL);
}

Test(reference, parsing_refuses_names_that_are_too_long)
{
	CLEANUP(buffer_free) struct buffer name = {0};
	struct buffer inside = {0}, all = {0};
	CLEANUP(bytes_free) gnutls_datum_t issuer = unhex(CN_A);
	CLEANUP(bytes_free) gnutls_datum_t input = {NULL, 0};
	unsigned char zeros[LIMIT_SUBJECT] = {0};
	struct pkimessage_reference reference;

	der_put_raw(&inside, &issuer);
	der_put(&name, DER_OCTET_STRING, zeros, sizeof zeros);
	der_put_buffer(&inside, DER_SEQUENCE, &name);
	der_put_buffer(&all, DER_SEQUENCE, &inside);
	cr_assert(buffer_take(&all, &input));
	cr_expect_eq(pkimessage_reference_parse(&input, &reference), PKIMESSAGE_E_LIMIT);
}

static const struct {
	const char *hex, *subject, *serial;
	const char *what;
} taken[] = {
	{"301c" CN_A CN_B, CN_B, "", "CertPoll: issuer and subject"},
	{"3010" CN_A "3000", "3000", "", "a request without a subject"},
	{"3011" CN_A "020101", "", "01", "GetCert: issuer and serial number"},
	{"3025" CN_A "0215"
	 "00bf112233445566778899aabbccddeeff00112233",
	 "", "00bf112233445566778899aabbccddeeff00112233", "20 bytes behind the sign"},
	{"3012" CN_A "0202bf50", "", "bf50", "strongSwan's serial numbers look negative"},
};

/* REFERENCE is what CASE says, however it was encoded. */
static void is_taken(const struct pkimessage_reference *reference, size_t i)
{
	CLEANUP(bytes_free) gnutls_datum_t issuer = unhex(CN_A);
	CLEANUP(bytes_free) gnutls_datum_t subject = unhex(taken[i].subject);
	CLEANUP(bytes_free) gnutls_datum_t serial = unhex(taken[i].serial);

	cr_expect(bytes_equal(&reference->issuer, &issuer), "%s", taken[i].what);
	cr_expect(bytes_equal(&reference->subject, &subject), "%s", taken[i].what);
	cr_expect(bytes_equal(&reference->serial, &serial), "%s", taken[i].what);
}

Test(reference, both_forms_are_read_and_written)
{
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
		CLEANUP(bytes_free) gnutls_datum_t der = unhex(taken[i].hex);
		CLEANUP(bytes_free) gnutls_datum_t ber = ber_make(&der, 100);
		CLEANUP(bytes_free) gnutls_datum_t built = {NULL, 0};
		struct pkimessage_reference reference;

		cr_assert_eq(pkimessage_reference_parse(&der, &reference), PKIMESSAGE_OK, "%s",
			     taken[i].what);
		is_taken(&reference, i);
		cr_expect_eq(pkimessage_reference_build(&reference, &built), PKIMESSAGE_OK);
		cr_expect(bytes_equal(&built, &der), "%s: written as it was", taken[i].what);
		pkimessage_reference_free(&reference);
		cr_assert_eq(pkimessage_reference_parse(&ber, &reference), PKIMESSAGE_OK, "%s in BER",
			     taken[i].what);
		is_taken(&reference, i);
		pkimessage_reference_free(&reference);
		cr_expect_null(reference.der.data);
	}
}

Test(reference, building_refuses_what_makes_no_sense)
{
	CLEANUP(bytes_free) gnutls_datum_t name = unhex(CN_A);
	gnutls_datum_t serial = BYTES_LITERAL("\x01");
	gnutls_datum_t long_serial = BYTES_LITERAL("0123456789012345678901");
	gnutls_datum_t no_name = BYTES_LITERAL("\x30\x01");
	struct {
		struct pkimessage_reference reference;
		const char *what;
	} cases[] = {
		{{.issuer = name}, "neither subject nor serial number"},
		{{.issuer = name, .subject = name, .serial = serial}, "both"},
		{{.serial = serial}, "no issuer"},
		{{.issuer = no_name, .serial = serial}, "an issuer that is no encoding"},
		{{.issuer = name, .subject = no_name}, "a subject that is no encoding"},
		{{.issuer = name, .serial = long_serial}, "a serial number of 22 bytes"},
	};
	gnutls_datum_t out = BYTES_LITERAL("not emptied");

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cr_expect_eq(pkimessage_reference_build(&cases[i].reference, &out), PKIMESSAGE_E_ARGUMENT,
			     "%s", cases[i].what);
		cr_expect(out.data == NULL && out.size == 0);
	}
	cr_expect_eq(pkimessage_reference_build(NULL, &out), PKIMESSAGE_E_ARGUMENT);
}
