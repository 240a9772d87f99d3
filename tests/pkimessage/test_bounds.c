/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages made to keep a reader busy or to break it: too deep, too many, too long, each in every place. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/der.h"
#include "base/text.h"
#include "forge.h"
#include "pkimessage/attributes.h"

#define MANY 10000

static int read_message(const gnutls_datum_t *input)
{
	struct pkimessage *message;
	int error = pkimessage_parse(input, &message);

	pkimessage_free(message);
	return error;
}

static int read_certs(const gnutls_datum_t *input)
{
	struct pkimessage_certs *certs;
	int error = pkimessage_certs_parse(input, &certs);

	pkimessage_certs_free(certs);
	return error;
}

static int read_next_ca(const gnutls_datum_t *input)
{
	struct pkimessage_certs *certs;
	int error = pkimessage_next_ca_parse(input, &fixture_ec_client()->certificate, 1, ~0u, &certs);

	pkimessage_certs_free(certs);
	return error;
}

static int read_envelope(const gnutls_datum_t *input)
{
	struct pkimessage_envelope *envelope;
	int error = pkimessage_envelope_parse(input, &envelope);

	pkimessage_envelope_free(envelope);
	return error;
}

static int read_csr(const gnutls_datum_t *input)
{
	struct pkimessage_csr *csr;
	int error = pkimessage_csr_parse(input, &csr);

	pkimessage_csr_free(csr);
	return error;
}

static int read_reference(const gnutls_datum_t *input)
{
	struct pkimessage_reference reference;
	int error = pkimessage_reference_parse(input, &reference);

	pkimessage_reference_free(&reference);
	return error;
}

static int read_raw(const gnutls_datum_t *input)
{
	gnutls_datum_t csr;
	int error = pkimessage_raw_csr(input, &csr);

	bytes_wipe(&csr);
	return error;
}

static const struct {
	int (*read)(const gnutls_datum_t *input);
	const char *what;
} readers[] = {
	{read_message, "pkiMessage"}, {read_certs, "certs-only"}, {read_next_ca, "next CA"},
	{read_envelope, "envelope"},  {read_csr, "request"},      {read_reference, "reference"},
	{read_raw, "bare request"},
};

static void append_hex(struct buffer *out, const char *hex)
{
	CLEANUP(bytes_free) gnutls_datum_t bytes = {NULL, 0};

	cr_assert_eq(text_unhex(hex, &bytes), ERR_OK);
	buffer_append(out, bytes.data, bytes.size);
}

/* BEFORE, COUNT times ONE, and AFTER, all in hex. */
static gnutls_datum_t crowd(const char *before, const char *one, size_t count, const char *after)
{
	struct buffer all = {0};
	gnutls_datum_t out;

	append_hex(&all, before);
	for (size_t i = 0; i < count; i++)
		append_hex(&all, one);
	append_hex(&all, after);
	cr_assert(buffer_take(&all, &out));
	return out;
}

/* COUNT encodings with TAG inside each other, with definite lengths of four octets; the innermost is empty.
 */
static gnutls_datum_t nest(unsigned tag, size_t count)
{
	struct buffer all = {0};
	gnutls_datum_t out;

	while (count-- > 0) {
		size_t length = 6 * count;
		const unsigned char header[] = {(unsigned char)tag,
						0x84,
						(unsigned char)(length >> 24),
						(unsigned char)(length >> 16),
						(unsigned char)(length >> 8),
						(unsigned char)length};

		buffer_append(&all, header, sizeof header);
	}
	cr_assert(buffer_take(&all, &out));
	return out;
}

Test(bounds, nothing_may_be_nested_10000_deep)
{
	static const unsigned tags[] = {DER_SEQUENCE, DER_SET, DER_CONTEXT_CONSTRUCTED(0),
					DER_OCTET_STRING | 0x20};

	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
		CLEANUP(bytes_free) gnutls_datum_t ended = crowd("", "3080", MANY, "");
		CLEANUP(bytes_free) gnutls_datum_t request = crowd("30803080020100", "3080", MANY, "");

		cr_expect_eq(readers[i].read(&ended), PKIMESSAGE_E_LIMIT, "%s", readers[i].what);
		cr_expect_eq(readers[i].read(&request), PKIMESSAGE_E_LIMIT, "%s", readers[i].what);
		for (size_t tag = 0; tag < sizeof tags / sizeof *tags; tag++) {
			CLEANUP(bytes_free) gnutls_datum_t input = nest(tags[tag], MANY);
			/* What does not begin as DER is taken for base64 there, and is none. */
			int expected = readers[i].read == read_raw && tags[tag] != DER_SEQUENCE
					       ? PKIMESSAGE_E_SYNTAX
					       : PKIMESSAGE_E_LIMIT;

			cr_expect_eq(readers[i].read(&input), expected, "%s, tag %02x", readers[i].what,
				     tags[tag]);
		}
	}
}

Test(bounds, a_signed_attribute_may_not_be_nested_10000_deep)
{
	static const char *const oids[] = {OID_MESSAGE_TYPE, OID_SIGNING_TIME, "1.3.6.1.4.1.99999.1"};

	for (size_t i = 0; i < sizeof oids / sizeof *oids; i++) {
		CLEANUP(bytes_free) gnutls_datum_t deep = nest(DER_SEQUENCE, MANY);
		struct forge forge = forge_begin(fixture_ec_client());
		gnutls_datum_t input;

		forge_replace(&forge, oids[i], DER_SEQUENCE, deep.data, deep.size);
		input = forge_end(&forge);
		cr_expect_eq(read_message(&input), PKIMESSAGE_E_LIMIT, "%s", oids[i]);
		bytes_free(&input);
	}
}

Test(bounds, names_are_compared_without_descending)
{
	CLEANUP(bytes_free) gnutls_datum_t deep = nest(DER_SEQUENCE, MANY);
	CLEANUP(bytes_free) gnutls_datum_t deeper = nest(DER_SEQUENCE, MANY + 1);
	CLEANUP(bytes_free) gnutls_datum_t wide = crowd("30822710", "3100", MANY / 2, "");
	CLEANUP(bytes_free) gnutls_datum_t other = crowd("3082270e", "3100", MANY / 2 - 1, "");

	cr_expect_not(pkimessage_names_equal(&deep, &deeper));
	cr_expect_not(pkimessage_names_equal(&wide, &other));
}

/* SignedData up to its optional certificates, the end of what began there, and SignerInfo without attributes.
 */
#define SIGNED_HEAD                                                                                          \
	"308006092a864886f70d010702a0803080020101"                                                           \
	"3100308006092a864886f70d0107010000"
#define SIGNED_TAIL "000000000000"
#define SIGNER_HEAD "3180308002010130053000020101300306012a"
#define SIGNER_TAIL "300306012a0401aa00000000"

/* EnvelopedData up to its recipients, and a request up to its attributes and behind them. */
#define ENVELOPE_HEAD "308006092a864886f70d010703a08030800201003180"
#define CSR_HEAD      "3080308002010030003000a080"
#define CSR_TAIL      "00000000300306012a030200000000"
#define EXTENSIONS    "308006092a864886f70d01090e31803080"

static const struct {
	int (*read)(const gnutls_datum_t *input);
	const char *before, *one, *after;
	int expected;
	const char *what;
} crowds[] = {
	{read_message, SIGNED_HEAD "a080", "3000", "00003100" SIGNED_TAIL, PKIMESSAGE_E_LIMIT,
	 "certificates"},
	{read_certs, SIGNED_HEAD "a080", "3000", "00003100" SIGNED_TAIL, PKIMESSAGE_E_LIMIT,
	 "certificates of GetCACert"},
	{read_next_ca, SIGNED_HEAD "a080", "3000", "00003100" SIGNED_TAIL, PKIMESSAGE_E_LIMIT,
	 "certificates of the next CA"},
	{read_certs, SIGNED_HEAD "a080", "a000", "00003100" SIGNED_TAIL, PKIMESSAGE_E_LIMIT,
	 "certificates of other kinds"},
	{read_message, SIGNED_HEAD "3180", "3000", "0000" SIGNED_TAIL, PKIMESSAGE_E_SIGNER, "signers"},
	{read_certs, SIGNED_HEAD "3180", "3000", "0000" SIGNED_TAIL, PKIMESSAGE_E_SIGNER,
	 "signers of what has none"},
	{read_next_ca, SIGNED_HEAD "3180", "3000", "0000" SIGNED_TAIL, PKIMESSAGE_E_SIGNER,
	 "signers of the next CA"},
	{read_message, SIGNED_HEAD SIGNER_HEAD "a080", "300506012a3100", "0000" SIGNER_TAIL SIGNED_TAIL,
	 PKIMESSAGE_E_LIMIT, "signed attributes"},
	{read_next_ca, SIGNED_HEAD SIGNER_HEAD "a080", "300506012a3100", "0000" SIGNER_TAIL SIGNED_TAIL,
	 PKIMESSAGE_E_LIMIT, "signed attributes of the next CA"},
	{read_message, SIGNED_HEAD SIGNER_HEAD "a000300306012a0401aaa180", "300506012a3100",
	 "000000000000" SIGNED_TAIL, PKIMESSAGE_E_LIMIT, "unsigned attributes"},
	{read_envelope, ENVELOPE_HEAD, "3000", "00003000000000000000", PKIMESSAGE_E_LIMIT, "recipients"},
	{read_envelope, ENVELOPE_HEAD, "a300", "00003000000000000000", PKIMESSAGE_E_LIMIT,
	 "recipients with passwords"},
	{read_csr, CSR_HEAD, "3000", CSR_TAIL, PKIMESSAGE_E_LIMIT, "attributes of a request"},
	{read_csr, CSR_HEAD EXTENSIONS, "3000", "000000000000" CSR_TAIL, PKIMESSAGE_E_LIMIT,
	 "requested extensions"},
	{read_reference, "30803080", "3100", "00000201010000", PKIMESSAGE_E_LIMIT, "parts of a name"},
};

Test(bounds, nothing_may_be_there_10000_times)
{
	for (size_t i = 0; i < sizeof crowds / sizeof *crowds; i++) {
		CLEANUP(bytes_free)
		gnutls_datum_t input = crowd(crowds[i].before, crowds[i].one, MANY, crowds[i].after);
		CLEANUP(bytes_free)
		gnutls_datum_t more = crowd(crowds[i].before, crowds[i].one, 10 * MANY, crowds[i].after);
		int error = crowds[i].read(&input);

		cr_expect_eq(error, crowds[i].expected, "%s: %s", crowds[i].what, pkimessage_strerror(error));
		cr_expect_eq(crowds[i].read(&more), PKIMESSAGE_E_LIMIT, "%s, ten times that", crowds[i].what);
	}
}

Test(bounds, real_certificates_and_signers_by_the_thousand)
{
	gnutls_datum_t *certificates = calloc(MANY, sizeof *certificates);
	struct forge crowded = forge_begin(fixture_ec_client());
	struct forge signers = forge_begin(fixture_ec_client());
	CLEANUP(bytes_free) gnutls_datum_t input = {NULL, 0};

	for (size_t i = 0; i < MANY; i++)
		certificates[i] = fixture_ec_client()->der;
	crowded.certificates = certificates;
	crowded.certificate_count = MANY;
	input = forge_end(&crowded);
	cr_expect_eq(read_message(&input), PKIMESSAGE_E_LIMIT, "certificates");
	bytes_free(&input);
	signers.signers = 1000;
	input = forge_end(&signers);
	cr_expect_eq(read_message(&input), PKIMESSAGE_E_SIGNER, "signers");
	free(certificates);
}

/* --- attributes --- */

/* Parses FORGE with the attribute replaced by COUNT values, SIZE bytes of zeros under TAG. */
static int with_attribute(enum msg_attribute attribute, unsigned tag, size_t size, size_t count)
{
	struct forge forge = forge_begin(fixture_ec_client());
	unsigned char *zeros = calloc(1, size + 1);
	gnutls_datum_t input;
	int error;

	forge_drop(&forge, msg_attribute_oid(attribute));
	forge_add_values(&forge, msg_attribute_oid(attribute), tag, zeros, size, count);
	input = forge_end(&forge);
	error = read_message(&input);
	bytes_free(&input);
	free(zeros);
	return error;
}

Test(bounds, no_attribute_of_scep_takes_64_kib_or_another_type)
{
	static const unsigned types[] = {DER_OID,        DER_OCTET_STRING,     DER_PRINTABLE_STRING,
					 DER_INTEGER,    DER_UTF8_STRING,      DER_BMP_STRING,
					 DER_BIT_STRING, DER_GENERALIZED_TIME, DER_NULL,
					 DER_SEQUENCE,   DER_CONTEXT(0),       DER_BOOLEAN};

	for (int i = 0; i < MSG_ATTRIBUTES; i++) {
		enum msg_attribute attribute = (enum msg_attribute)i;

		for (size_t type = 0; type < sizeof types / sizeof *types; type++)
			cr_expect_eq(with_attribute(attribute, types[type],
						    types[type] == DER_SEQUENCE ? 0 : 64 * 1024, 1),
				     PKIMESSAGE_E_ATTRIBUTE_VALUE, "%s as %02x", msg_attribute_oid(attribute),
				     types[type]);
		for (size_t type = 6; type < sizeof types / sizeof *types; type++)
			cr_expect_eq(with_attribute(attribute, types[type], 0, 1),
				     PKIMESSAGE_E_ATTRIBUTE_VALUE, "%s as %02x, short",
				     msg_attribute_oid(attribute), types[type]);
	}
}

Test(bounds, no_attribute_of_scep_has_10000_values)
{
	for (int i = 0; i < MSG_ATTRIBUTES; i++)
		cr_expect_eq(with_attribute((enum msg_attribute)i, DER_PRINTABLE_STRING, 1, MANY),
			     PKIMESSAGE_E_ATTRIBUTE_DUPLICATE, "%s",
			     msg_attribute_oid((enum msg_attribute)i));
}

Test(bounds, attributes_nobody_knows_may_be_long)
{
	struct forge forge = forge_begin(fixture_ec_client());
	unsigned char *zeros = calloc(1, 64 * 1024);
	gnutls_datum_t input;

	forge_add(&forge, "1.3.6.1.4.1.99999.1", DER_OCTET_STRING, zeros, 64 * 1024);
	forge_add(&forge, OID_SIGNING_TIME, DER_UTC_TIME, zeros, 64 * 1024);
	input = forge_end(&forge);
	cr_expect_eq(read_message(&input), PKIMESSAGE_OK);
	bytes_free(&input);
	free(zeros);
}
